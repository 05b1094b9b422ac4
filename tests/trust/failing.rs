//! What becomes of the rest when a step fails, or takes too long.

use std::collections::BTreeSet;
use std::fs;

use crate::common::Project;
use crate::{FILM, beside_others, film};

/// The second scene shows a picture whose header is right and whose end is missing.
fn project() -> Project {
    let project =
        Project::new(&FILM.replace("show: { title: \"On\", subtitle: \"and on\" }", "show: { image: a.png }"));
    mend(&project);
    let bytes = fs::read(project.path("a.png")).unwrap();
    project.write("a.png", &bytes[..bytes.len() / 2]);
    project
}

fn mend(project: &Project) {
    let noise = |x: u32, y: u32| (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761) as u8;
    image::RgbImage::from_fn(64, 36, |x, y| image::Rgb([noise(x, y), 0, 9])).save(project.path("a.png")).unwrap();
}

#[test]
fn keep_going_makes_all_that_does_not_depend_on_what_failed() {
    let _turn = beside_others();
    let project = project();
    let run = project.run(&["build", "--keep-going"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    assert!(run.stderr.contains("scene:two/picture/1") && run.stderr.contains("`a.png`"), "{}", run.stderr);
    assert!(!project.path("out/video.mp4").exists());
    let made: BTreeSet<String> = run.ran().into_iter().collect();
    for step in ["scene:one/picture/1", "scene:three/picture/1", "scene:three/speech/1", "film/sound", "film/srt"] {
        assert!(made.contains(step), "{step} is not in {made:?}");
    }
    assert!(!made.contains("film/mux") && !made.contains("scene:two/picture/1"), "{made:?}");
    project.verify();

    let again = project.run(&["build", "--keep-going"]);
    assert_eq!((again.code, again.ran()), (Some(1), vec![]), "what failed fails again, all else is there");

    mend(&project);
    let rest = project.build(&[]);
    assert!(rest.contains(&"film/mux".to_owned()) && rest.iter().all(|step| !made.contains(step)), "{rest:?}");
    assert!(film(&project).is_some());
}

#[test]
fn without_it_nothing_new_is_started() {
    let _turn = beside_others();
    for argument in [&["build", "-j", "1"][..], &["build", "-j", "1", "--fail-fast"]] {
        let project = project();
        let run = project.run(argument);
        assert_eq!(run.code, Some(1), "{run:#?}");
        assert!(run.stderr.contains("scene:two/") && !project.path("out").exists(), "{}", run.stderr);
        assert!(!run.ran().contains(&"film/mux".to_owned()));
        assert_eq!(project.processes(), [0; 0]);
        project.verify();
        mend(&project);
        let rest: BTreeSet<String> = project.build(&[]).into_iter().collect();
        assert!(run.ran().iter().all(|step| !rest.contains(step)), "{:?} and {rest:?}", run.ran());
    }
}

#[test]
fn a_step_that_takes_too_long_is_stopped_and_told_with_the_way_out() {
    let _turn = beside_others();
    let project = project();
    mend(&project);
    let run = project.run(&["build", "--timeout", "segment=0.001s"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    assert!(run.stderr.contains("it was stopped after 0.001 s"), "{}", run.stderr);
    assert!(run.stderr.contains("--timeout segment=1h"), "{}", run.stderr);
    assert!(run.ran().iter().any(|step| step.contains("/speech/")), "only segments are hurried: {}", run.stderr);
    assert_eq!(project.processes(), [0; 0]);
    project.verify();
    let rest = project.run(&["build", "--timeout", "segment=10m", "--timeout", "20m"]).ok();
    assert!(rest.ran().contains(&"film/mux".to_owned()));
}
