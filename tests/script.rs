//! Scripts as a user meets them: building them, editing them, and making a project of one.

use std::fs;
use std::time::{Duration, Instant};

use crate::common::{Project, Run};

const STORY: &str = "---\noutput: { size: 160x90, quality: draft }\n---\n# A story\n\n*of two scenes*\n\n![A wall](art/wall.png)\n\n\
    We begin at a wall.\n\nThen come two things:\n\n- The first. It is short.\n- The second.\n\n---\n\n\
    <!-- show: { colour: '#204060' } -->\nWe end there.\n";

fn story() -> Project {
    let project = Project::new("");
    fs::remove_file(project.path("video.yaml")).unwrap();
    fs::create_dir(project.path("art")).unwrap();
    project.picture("art/wall.png", (64, 36), [90, 60, 30]);
    project.write("story.md", STORY);
    project
}

fn shared(project: &Project, arguments: &[&str]) -> Run {
    Run::from(project.command(arguments).env("T2V_CACHE", project.path("cache")).output().unwrap())
}

#[test]
fn a_script_and_the_project_made_of_it_are_the_same_film() {
    let project = story();
    let built = shared(&project, &["build", "story.md"]).ok();
    assert!(built.ran().contains(&"scene:then-come-two-things/speech/4".to_owned()), "{:?}", built.ran());
    let made = shared(&project, &["new", "copy", "--from", "story.md"]).ok();
    assert!(made.stdout.contains("next: t2v build copy/video.yaml"), "{}", made.stdout);
    assert_eq!(fs::read(project.path("art/wall.png")).unwrap(), fs::read(project.path("copy/art/wall.png")).unwrap());
    let again = shared(&project, &["build", "copy/video.yaml"]).ok();
    assert!(again.ran().is_empty(), "the same keys: {:?}", again.ran());
    let film = |name: &str| fs::read(project.path(name)).unwrap();
    assert_eq!(film("out/story.mp4"), film("copy/out/video.mp4"));
    assert_eq!(film("out/story.srt"), film("copy/out/video.srt"));
}

#[test]
fn a_new_paragraph_makes_no_other_scene_anew() {
    let project = story();
    let _ = project.run(&["build", "story.md"]).ok();
    project
        .write("story.md", STORY.replace("Then come", "<!-- show: { colour: white } -->\nSomething new.\n\nThen come"));
    let ran = project.run(&["build", "story.md"]).ok().ran();
    assert!(ran.contains(&"scene:something-new/speech/1".to_owned()), "{ran:?}");
    assert!(!ran.iter().any(|step| step.contains("/speech/") && !step.contains("something-new")), "{ran:?}");
    assert!(!ran.iter().any(|step| step.starts_with("scene:we-end-there/")), "{ran:?}");
}

#[test]
fn every_command_takes_a_script() {
    let project = story();
    assert!(project.run(&["check", "story.md"]).ok().stdout.contains("story.md: no mistakes, 4 scenes"));
    assert!(project.run(&["plan", "story.md"]).ok().stdout.contains("we-begin-at-a-wall"));
    project.write("story.md", STORY.replace("wall.png", "well.png"));
    let wrong = project.run(&["build", "story.md"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("story.md:8:11: error: `art/well.png` is not there (did you mean `art/wall.png`?)"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn nothing_is_overwritten() {
    let project = story();
    project.write("art/video.yaml", "mine");
    for (folder, there) in [("art", "art/video.yaml"), ("other", "other/art/wall.png")] {
        fs::create_dir_all(project.path("other/art")).unwrap();
        project.write("other/art/wall.png", "mine");
        let refused = project.run(&["new", folder, "--from", "story.md"]);
        assert_eq!(refused.code, Some(2));
        assert!(refused.stderr.contains(&format!("`{there}` is there already")), "{}", refused.stderr);
        assert_eq!(fs::read(project.path(there)).unwrap(), b"mine");
    }
    assert!(!project.path("other/video.yaml").exists());
    // In a script's own folder its files are there, and stay.
    let _ = project.run(&["new", ".", "--from", "story.md"]).ok();
    assert!(project.run(&["check"]).ok().stdout.contains("4 scenes"));
    let wrong = project.run(&["new", "more", "--from", "nothing.md"]);
    assert!(wrong.code == Some(2) && !project.path("more").exists());
}

#[test]
fn a_new_project_can_be_built() {
    let project = Project::new("");
    let _ = project.run(&["new", "deep/talk"]).ok();
    assert!(project.run(&["check", "deep/talk/video.yaml"]).ok().stderr.is_empty());
    let plan = project.run(&["build", "--dry-run", "deep/talk/video.yaml"]).ok();
    assert!(plan.stdout.contains("would run scene:steps/speech/3"), "{}", plan.stdout);
    assert_eq!(fs::read_to_string(project.path("deep/talk/.gitignore")).unwrap(), "/out/\n/.t2v/\n");
}

#[test]
fn a_script_is_watched() {
    let project = story();
    let watching = project.spawn(&["build", "--watch", "story.md"]);
    let until = |times: usize| {
        let start = Instant::now();
        while watching.stderr().matches("waiting for a change").count() < times {
            assert!(start.elapsed() < Duration::from_secs(120), "{}", watching.stderr());
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    until(1);
    project.write("story.md", STORY.replace("We end there", "We end elsewhere"));
    until(2);
    assert!(watching.stderr().contains("scene:we-end-elsewhere/speech/1"), "{}", watching.stderr());
}
