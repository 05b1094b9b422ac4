//! What a build leaves beside the film for those who want to know where the time went: the HTML report, the trace and the log.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::common::Project;

/// A spoken scene and a silent one.
const FILM: &str = r##"
title: Two <scenes>
output: { size: 160x90, quality: draft }
scenes:
  - { id: one, say: "We begin here.", show: { colour: "#204060" } }
  - { id: two, title: Second, length: 1s, show: { colour: "#a05020" }, transition: cut }
"##;

#[test]
fn a_build_leaves_a_report_a_trace_and_a_log() {
    let project = Project::new(FILM);
    let ran = project.build(&["--profile", "trace.json"]);
    let report = fs::read_to_string(project.path("out/video.report.html")).unwrap();
    for text in
        ["<title>Two &lt;scenes&gt; – t2v report</title>", "160×90, 30 fps", "Second", "<h2>Where the time went</h2>"]
    {
        assert!(report.contains(text), "{text} is missing in {report}");
    }
    assert!(!["http:", "https:", "<script src", "<link"].iter().any(|outside| report.contains(outside)), "{report}");

    let trace: Value = serde_json::from_slice(&fs::read(project.path("trace.json")).unwrap()).unwrap();
    assert_eq!(
        (&trace["otherData"]["spec"], &trace["otherData"]["film"]),
        (&"video.yaml".into(), &"out/video.mp4".into())
    );
    assert_eq!(spans(&trace, 1), ran.iter().cloned().collect());
    let critical = spans(&trace, 2);
    assert!(critical.contains("film/mux") && critical.len() < ran.len(), "{critical:?}");

    let log = project.run(&["log"]).ok().stdout;
    let told: BTreeSet<String> = ran.iter().filter(|step| log.contains(&format!("  {step} ("))).cloned().collect();
    assert_eq!(told, ran.iter().cloned().collect(), "{log}");
    assert!(log.contains(&format!("\ndone: {} ran, 0 reused, ", ran.len())), "{log}");
}

/// The steps that a process of a trace has a span for.
fn spans(trace: &Value, process: u32) -> BTreeSet<String> {
    let events = trace["traceEvents"].as_array().unwrap().iter();
    let spans = events.filter(|event| event["ph"] == "X" && event["pid"] == process);
    spans.map(|event| event["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_trace_is_written_even_if_nothing_had_to_run() {
    let project = Project::new(FILM);
    let ran = project.build(&["--no-report"]);
    assert!(!project.path("out/video.report.html").exists());
    let run = project.run(&["build", "--profile", "trace.json"]).ok();
    assert!(run.stdout.contains(&format!("nothing to do: {} steps reused", ran.len())), "{run:?}");
    let trace: Value = serde_json::from_slice(&fs::read(project.path("trace.json")).unwrap()).unwrap();
    assert_eq!((&trace["otherData"]["spec"], spans(&trace, 1)), (&"video.yaml".into(), BTreeSet::new()));
    assert_eq!(project.run(&["log", "--list"]).ok().stdout.lines().count(), 1, "a build of nothing is not kept");
}

#[test]
fn a_trace_that_can_not_be_written_fails_no_build() {
    let project = Project::new(FILM);
    for _ in ["a build of all", "a build of nothing"] {
        let run = project.run(&["build", "--profile", "nowhere/trace.json"]).ok();
        assert!(run.stderr.contains("t2v: warning: the trace `nowhere/trace.json` can't be written: "), "{run:?}");
    }
}

#[test]
fn a_trace_is_of_one_build() {
    let project = Project::new(FILM);
    let wrong: [(&[&str], &str); 3] = [
        (&["--profile"], "a value is required for '--profile <FILE>' but none was supplied"),
        (&["--profile", "trace.json", "--watch"], "cannot be used with"),
        (
            &["--profile", "trace.json", "video.yaml", "video.yaml"],
            "`--watch`, `--profile` and `--output` are for one film, and several are asked for (name one spec)",
        ),
    ];
    for (arguments, told) in wrong {
        let run = project.run(&[&["build"], arguments].concat());
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(told), "{run:?}");
    }
    assert!(!project.path("trace.json").exists());
}
