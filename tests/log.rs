//! `t2v log` as a user meets it.

use std::fs;

use crate::common::Project;
use t2v::event::{BuildBegin, BuildEnd, BuildStatus, Event, ResultOrigin, RunReason, TimedEvent};
use t2v::report::builds;
use t2v::work::StepName;

fn build(time: u64, step: &str) -> Vec<TimedEvent> {
    let begin = BuildBegin {
        format: 1,
        version: "0.1.0".into(),
        spec: "video.yaml".into(),
        film: "out/video.mp4".into(),
        time,
        cores: 2,
        dry_run: false,
    };
    let step = StepName::new(step);
    let events = [
        Event::Begin(begin),
        Event::Planned { step: step.clone(), kind: "speech".into(), waits_for: vec![], estimated_seconds: 0.2 },
        Event::Started { step: step.clone(), slot: "core 1".into(), why: RunReason::New },
        Event::Finished { step, how: ResultOrigin::Ran { millis: 1000 }, bytes: 3 },
        Event::End(BuildEnd { outcome: BuildStatus::Done, ran: 1, reused: 0, failed: 0, unfinished: 0 }),
    ];
    events.into_iter().enumerate().map(|(t, event)| TimedEvent { t: t as f64, event }).collect()
}

/// A project with two builds; the log of the last one has a torn line and an event of a newer t2v.
fn project() -> Project {
    let project = Project::new("");
    builds::store(project.root(), &build(1_790_000_000, "scene:a/speech/1")).unwrap();
    let last = builds::store(project.root(), &build(1_790_000_060, "scene:b\u{1b}[31m/speech/1")).unwrap();
    let text = fs::read_to_string(&last).unwrap();
    fs::write(&last, text + "{\"t\":9.0,\"event\":\"of-the-future\"}\n{\"t\":9.0,\"ev").unwrap();
    project
}

#[test]
fn the_last_build_is_shown_and_others_by_number_or_id() {
    let project = project();
    let last = project.run(&["log"]).ok();
    assert!(last.stdout.contains("scene:b\\u{1b}[31m/speech/1 (1.0 s): new"), "{}", last.stdout);
    assert!(last.stdout.contains("done: 1 ran, 0 reused, 4.0 s"), "{}", last.stdout);
    assert_eq!(last.stderr, "2 lines of the log can't be read, and are left out\n");
    let before = project.run(&["log", "2"]).ok();
    assert!(before.stdout.contains("scene:a/speech/1") && before.stderr.is_empty());
    assert_eq!(project.run(&["log", "01790000000-000"]).ok().stdout, before.stdout);
}

#[test]
fn the_list_names_all_that_are_kept() {
    let list = project().run(&["log", "--list"]).ok().stdout;
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(
        lines,
        [
            "  1  01790000060-000  2026-09-21 14:14:20  video.yaml  done: 1 ran, 0 reused, 4.0 s",
            "  2  01790000000-000  2026-09-21 14:13:20  video.yaml  done: 1 ran, 0 reused, 4.0 s",
        ]
    );
}

#[test]
fn events_come_out_as_they_are() {
    let json = project().run(&["log", "2", "--json"]).ok().stdout;
    let events: Vec<TimedEvent> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events, build(1_790_000_000, "scene:a/speech/1"));
}

#[test]
fn a_build_that_is_not_there_is_an_error_with_a_way_out() {
    let project = project();
    for which in ["3", "0", "99999999999-000", "x"] {
        let run = project.run(&["log", which]);
        assert_eq!(run.code, Some(2), "{which}");
        assert!(run.stderr.contains("there is no build") && run.stderr.contains("t2v log --list"), "{}", run.stderr);
    }
    let empty = Project::new("").run(&["log"]);
    assert!(empty.code == Some(2) && empty.stderr.contains("t2v build"), "{}", empty.stderr);
}
