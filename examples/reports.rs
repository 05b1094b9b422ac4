//! Writes the HTML report and the drawings of a graph, to look at them after their code was changed.
//!
//! `t2v build --json > events.jsonl`, then `cargo run --example reports -- events.jsonl FOLDER`. A dry run (`t2v plan --json`) does, too.

use std::fs;
use std::path::PathBuf;

use t2v::event::TimedEvent;
use t2v::report::BuildHistory;
use t2v::report::graph::{BuildGraph, GraphDetail, svg};
use t2v::report::html::{ReportFacts, html};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [events, folder] = &arguments[..] else { panic!("usage: reports EVENTS FOLDER") };
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    let text = fs::read_to_string(events).expect("the events can be read");
    let events: Vec<TimedEvent> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let build = BuildHistory::of(&events);
    let graph = BuildGraph::of(&build);
    let write = |name: &str, text: String| fs::write(folder.join(name), text).expect("the folder can be written to");
    write("report.html", html(&build, &ReportFacts { title: "A report".into(), cores: 2, ..ReportFacts::default() }));
    write("graph.svg", svg(&graph, &GraphDetail::Auto));
    write("graph-all.svg", svg(&graph, &GraphDetail::All));
}
