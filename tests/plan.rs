//! `t2v plan` as a user meets it.

use crate::common::{Project, TWO_SCENES};
use t2v::event::{Event, TimedEvent};

#[test]
fn what_would_run_is_told_by_scene_and_what_is_not_known_yet() {
    let project = Project::new(TWO_SCENES);
    let run = project.run(&["plan"]).ok();
    let expected = "\
scene `one`
  speech/1           0.20 s  new
scene `two`
  still              0.10 s  new
  picture/1          0.10 s  new
not known before those have run: the frames of scene `one`, the frames of scene `two`, sound, mux and the files beside the film
3 steps would run, about 0.40 s on one core, as far as is known now; 0 are up to date
";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (expected, ""));
    assert!(!project.path("out").exists());
    let second = project.run(&["plan", "--only", "two"]).ok().stdout;
    assert!(second.contains("scene `two`") && !second.contains("scene `one`"), "{second}");
}

#[test]
fn after_a_build_only_what_an_edit_touches_would_run() {
    let project = Project::new(TWO_SCENES);
    let ran = project.build(&[]);
    let expected = format!("nothing would run: {} steps are up to date\n", ran.len());
    assert_eq!(project.run(&["plan"]).ok().stdout, expected);

    project.edit("#a05020", "#a0c020");
    let plan = project.run(&["plan"]).ok().stdout;
    let lines: Vec<&str> = plan.lines().collect();
    assert_eq!((lines.len(), lines[0]), (4, "scene `two`"), "{plan}");
    for (line, step) in lines[1..].iter().zip(["still", "picture/1"]) {
        assert!(line.trim_start().starts_with(step), "{plan}");
        assert!(line.ends_with(" s  `show.colour` changed: #a05020 → #a0c020"), "{plan}");
    }
    assert!(lines[3].starts_with("2 steps would run, about "), "{plan}");
    assert!(lines[3].ends_with(&format!(" on one core; {} are up to date", ran.len() - 3)), "{plan}");
}

#[test]
fn a_program_gets_the_plan_as_events() {
    let run = Project::new(TWO_SCENES).run(&["plan", "--json"]).ok();
    let events: Vec<TimedEvent> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        matches!(&events[0].event, Event::Begin(begin) if begin.dry_run && begin.spec == "video.yaml"),
        "{events:?}"
    );
    assert!(matches!(&events.last().unwrap().event, Event::End(end) if end.unfinished == 3), "{events:?}");
    let mut would_run: Vec<String> = events
        .iter()
        .filter_map(|timed| match &timed.event {
            Event::WouldRun { step, .. } => Some(step.to_string()),
            _ => None,
        })
        .collect();
    would_run.sort();
    assert_eq!(would_run, ["scene:one/speech/1", "scene:two/picture/1", "scene:two/still"]);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_plan_of_what_is_not_there_is_refused() {
    let project = Project::new(TWO_SCENES);
    project.write("wrong.yaml", "scenes: []\n");
    let wrong: [(&[&str], &str); 5] = [
        (&["--only", "three"], "t2v: error: there is no scene `three` (there are one, two)\n"),
        (&["--variant", "tall"], "video.yaml: error: there is no variant `tall` (the spec has no `variants`)\n"),
        (&["nowhere.yaml"], "nowhere.yaml"),
        (&["wrong.yaml"], "wrong.yaml:1:"),
        (&["--nonsense"], "unexpected argument '--nonsense' found"),
    ];
    for (arguments, told) in wrong {
        let run = project.run(&[&["plan"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.stderr.contains(told), "{run:?}");
    }
}
