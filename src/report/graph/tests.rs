//! The model, and what every format keeps of it.

use super::*;
use crate::event::{BuildBegin, Event, RunReason, TimedEvent};
use crate::report::history::samples::{Stream, film};
use crate::work::StepName;

fn graph(scenes: usize) -> BuildGraph {
    BuildGraph::of(&BuildHistory::of(&film(scenes)))
}

fn named<'a>(graph: &'a BuildGraph, name: &str) -> &'a GraphNode {
    graph.nodes.iter().find(|node| node.name == name).unwrap_or_else(|| panic!("no {name}"))
}

fn before(graph: &BuildGraph, name: &str) -> Vec<String> {
    named(graph, name).waits_for.iter().map(|&before| graph.nodes[before].name.clone()).collect()
}

/// A dry run of two scenes, the first of which is spoken anew.
fn rehearsal() -> Vec<TimedEvent> {
    let mut stream = Stream::begin(2);
    stream.planned("scene:z/speech/1", "speech", &[]).planned("scene:a/speech/1", "speech", &[]);
    stream.planned("scene:z/timing", "grow", &["scene:z/speech/1"]).planned(
        "scene:a/timing",
        "grow",
        &["scene:a/speech/1"],
    );
    stream.planned("scene:a/transition/timing", "grow", &["scene:z/speech/1", "scene:a/speech/1"]);
    stream.planned("film/timing", "grow", &["scene:z/timing", "scene:a/timing", "scene:a/transition/timing"]);
    let step = StepName::new("scene:z/speech/1");
    stream.push(Event::WouldRun { step, why: RunReason::New, millis: 210 });
    stream.reused("scene:a/speech/1").reused("scene:a/timing");
    stream.planned("scene:a/picture/1", "segment", &[]).reused("scene:a/picture/1");
    let mut events = stream.events;
    if let Event::Begin(BuildBegin { dry_run, .. }) = &mut events[0].event {
        *dry_run = true;
    }
    events
}

#[test]
fn growths_dissolve_into_what_they_link() {
    let graph = graph(3);
    assert!(graph.nodes.iter().all(|node| node.kind != "grow" && node.kind != "publish"));
    assert_eq!(before(&graph, "scene:s1/picture/1"), ["scene:s1/speech/1", "scene:s1/speech/2"]);
    let all = ["scene:s1/speech/1", "scene:s1/speech/2", "scene:s2/speech/1"];
    assert_eq!(before(&graph, "scene:s2/transition"), all);
    let ids: Vec<&str> = graph.scenes.iter().map(|scene| scene.id.as_str()).collect();
    assert_eq!(ids, ["s1", "s2", "s3"]);
}

#[test]
fn what_others_imply_is_not_drawn() {
    let graph = graph(3);
    let mux = before(&graph, "film/mux");
    assert!(mux.contains(&"film/sound".to_owned()) && mux.contains(&"scene:s3/picture/1".to_owned()), "{mux:?}");
    assert!(!mux.iter().any(|step| step.contains("speech")), "the pictures wait for speech already: {mux:?}");
}

#[test]
fn what_a_dry_run_can_not_know_stays_as_such() {
    let graph = BuildGraph::of(&BuildHistory::of(&rehearsal()));
    let shown: Vec<(&str, &str, NodeStatus)> =
        graph.nodes.iter().map(|node| (node.name.as_str(), node.label.as_str(), node.status)).collect();
    assert_eq!(
        shown,
        [
            ("scene:z/speech/1", "speech/1", NodeStatus::WouldRun),
            ("scene:a/speech/1", "speech/1", NodeStatus::Reused),
            ("scene:z/timing", "picture …", NodeStatus::Unknown),
            ("scene:a/transition/timing", "transition …", NodeStatus::Unknown),
            ("film/timing", "sound, film …", NodeStatus::Unknown),
            ("scene:a/picture/1", "picture/1", NodeStatus::Reused),
        ]
    );
    assert_eq!(named(&graph, "scene:z/speech/1").seconds, Some(0.21));
    assert_eq!(graph.scenes[0].id, "z", "the film's order, not the alphabet's");
}

#[test]
fn many_scenes_are_one_node_each() {
    let graph = graph(20);
    let few = graph.collapsed(&GraphDetail::Auto);
    assert!(few.scenes.iter().all(|scene| scene.nodes.len() == 1));
    let first = named(&few, "scene:s1");
    assert_eq!((first.status, first.why.as_deref()), (NodeStatus::Ran, Some("4 ran")));
    assert_eq!(before(&few, "scene:s2"), ["scene:s1"]);
    assert!(before(&few, "film/mux").contains(&"scene:s7".to_owned()));
    let one = graph.collapsed(&GraphDetail::of(&["s2".to_owned()]));
    assert_eq!(before(&one, "scene:s2/transition"), ["scene:s1", "scene:s2/speech/1"]);
    assert_eq!(graph.collapsed(&GraphDetail::of(&["all".to_owned()])), graph);
    let small = self::graph(3);
    assert_eq!(small.collapsed(&GraphDetail::Auto), small);
}

const HOSTILE: &str = "a\"]</title><script>alert(1)</script>&\\{}#;--> \u{1b}[31m";

fn hostile() -> BuildGraph {
    let mut stream = Stream::begin(1);
    stream.planned(&format!("scene:{HOSTILE}/speech/1"), "speech", &[]).planned(HOSTILE, "x", &[]);
    stream.failed(HOSTILE, HOSTILE, None);
    BuildGraph::of(&BuildHistory::of(&stream.events))
}

#[test]
fn no_text_is_ever_markup() {
    let graph = hostile();
    let svg = svg(&graph, &GraphDetail::Auto);
    assert_eq!(svg.matches("<script>").count(), 1, "our own");
    assert!(!svg.contains("<script>alert") && !svg.contains('\u{1b}'));
    let (mermaid, dot) = (mermaid(&graph), dot(&graph));
    for line in mermaid.lines().filter(|line| line.contains("alert")) {
        assert!(!line.contains('<') && line.matches('"').count() == 2, "{line}");
    }
    for line in dot.lines().filter(|line| line.contains("alert")) {
        let bare = line.replace("\\\\", "").replace("\\\"", "");
        assert_eq!(bare.matches('"').count() % 2, 0, "{line}");
    }
    assert!(![mermaid, dot, json(&graph)].iter().any(|text| text.contains('\u{1b}')));
}

#[test]
fn every_format_has_every_step() {
    let graph = graph(8);
    let (dot, mermaid, drawn) = (dot(&graph), mermaid(&graph), svg(&graph, &GraphDetail::Auto));
    let edges: usize = graph.nodes.iter().map(|node| node.waits_for.len()).sum();
    assert_eq!(dot.matches("fillcolor").count(), graph.nodes.len());
    assert_eq!((dot.matches(" -> ").count(), mermaid.matches(" --> ").count()), (edges, edges));
    let read: serde_json::Value = serde_json::from_str(&json(&graph)).unwrap();
    assert_eq!(read["steps"].as_array().unwrap().len(), graph.nodes.len());
    for node in &graph.nodes {
        assert!(drawn.contains(&format!("<title>{}\n", node.name)), "{}", node.name);
    }
}

/// Boxes of a drawing with their rows' heights.
fn boxes(svg: &str) -> Vec<(f64, f64, f64, f64)> {
    let number = |text: &str, name: &str| -> f64 {
        let rest = text.split(&format!(" {name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let steps = svg.split("<g class=\"n ").skip(1).filter(|step| step.contains("<title>"));
    steps.map(|s| (number(s, "x"), number(s, "y"), number(s, "width"), number(s, "height"))).collect()
}

#[test]
fn boxes_of_a_row_never_overlap() {
    let graph = graph(8);
    for scene in 0..8 {
        let (row, height) = drawing::opened(&graph, scene, drawing::NodeLinks::of(&graph, scene));
        let boxes = boxes(&row);
        assert_eq!(boxes.len(), graph.scenes[scene].nodes.len());
        for (i, a) in boxes.iter().enumerate() {
            assert!(a.1 >= 0.0 && a.1 + a.3 <= height, "{a:?} lies in its row");
            let apart =
                |b: &(f64, f64, f64, f64)| a.0 + a.2 <= b.0 || b.0 + b.2 <= a.0 || a.1 + a.3 <= b.1 || b.1 + b.3 <= a.1;
            assert!(boxes[i + 1..].iter().all(apart), "{boxes:?}");
        }
    }
}

#[test]
fn an_empty_graph_is_drawn_too() {
    let empty = BuildGraph::default();
    assert!(svg(&empty, &GraphDetail::Auto).ends_with("</svg>\n"));
    assert_eq!(empty.collapsed(&GraphDetail::Auto), empty);
}
