//! The graph in formats for other programs: Graphviz, Mermaid, JSON.

use std::fmt::Write as _;

use serde_json::{Value, json as value};

use crate::diag::printable;
use crate::human::format_duration;

use super::{BuildGraph, GraphNode, GraphScene, NodeStatus};

/// For Graphviz: `dot -Tsvg`.
pub fn dot(graph: &BuildGraph) -> String {
    let mut text =
        "digraph t2v {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n"
            .to_owned();
    for (i, scene) in groups(graph) {
        let _ = writeln!(text, "  subgraph cluster_{i} {{ label={};", quoted(&scene.id));
        scene.nodes.iter().for_each(|&node| dot_node(&mut text, node, &graph.nodes[node]));
        text += "  }\n";
    }
    ungrouped(graph).for_each(|(i, node)| dot_node(&mut text, i, node));
    edges(graph).for_each(|(before, i)| text += &format!("  n{before} -> n{i};\n"));
    text + "}\n"
}

/// The scenes that are drawn as groups, by their number: those of two nodes or more.
fn groups(graph: &BuildGraph) -> impl Iterator<Item = (usize, &GraphScene)> {
    graph.scenes.iter().enumerate().filter(|(_, scene)| scene.nodes.len() > 1)
}

/// The nodes that are in no group, by their number.
fn ungrouped(graph: &BuildGraph) -> impl Iterator<Item = (usize, &GraphNode)> {
    let nodes = graph.nodes.iter().enumerate();
    nodes.filter(|(_, node)| node.scene.is_none_or(|scene| graph.scenes[scene].nodes.len() < 2))
}

fn dot_node(text: &mut String, i: usize, node: &GraphNode) {
    let (label, tip) = (quoted(&label(node)), quoted(&tip(node)));
    let (fill, _) = colours(node.status);
    let _ = writeln!(text, "    n{i} [label={label}, tooltip={tip}, fillcolor=\"{fill}\"];");
}

/// A string of Graphviz: quotes and backslashes are escaped, and it holds no line breaks.
fn quoted(text: &str) -> String {
    let text = printable(text).replace(['\n', '\t'], " ");
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What is waited for, and who waits.
fn edges(graph: &BuildGraph) -> impl Iterator<Item = (usize, usize)> {
    graph.nodes.iter().enumerate().flat_map(|(i, node)| node.waits_for.iter().map(move |&before| (before, i)))
}

/// For Markdown: a `mermaid` block.
pub fn mermaid(graph: &BuildGraph) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (i, scene) in groups(graph) {
        let _ = writeln!(text, "  subgraph s{i}[\"{}\"]", entities(&scene.id));
        scene.nodes.iter().for_each(|&node| mermaid_node(&mut text, node, &graph.nodes[node]));
        text += "  end\n";
    }
    ungrouped(graph).for_each(|(i, node)| mermaid_node(&mut text, i, node));
    edges(graph).for_each(|(before, i)| text += &format!("  n{before} --> n{i}\n"));
    for status in NodeStatus::ALL {
        let (fill, stroke) = colours(status);
        let _ = writeln!(text, "  classDef {} fill:{fill},stroke:{stroke},color:#1b1f24", status.name());
    }
    text
}

fn mermaid_node(text: &mut String, i: usize, node: &GraphNode) {
    let _ = writeln!(text, "    n{i}(\"{}\"):::{}", entities(&label(node)), node.status.name());
}

/// Mermaid's own escapes, for all but letters, digits and a few signs: nothing in a name is then syntax or markup.
fn entities(text: &str) -> String {
    let mut out = String::new();
    for c in printable(text).chars() {
        match c {
            c if c.is_alphanumeric() || " -_./:…≈".contains(c) => out.push(c),
            c => out += &format!("#{};", u32::from(c)),
        }
    }
    out
}

fn label(node: &GraphNode) -> String {
    let time = match (node.status, node.seconds) {
        (NodeStatus::Ran, Some(seconds)) => format!(" {}", format_duration(seconds)),
        (_, Some(seconds)) => format!(" ≈ {}", format_duration(seconds)),
        _ => String::new(),
    };
    node.label.clone() + &time
}

fn tip(node: &GraphNode) -> String {
    let why = node.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    format!("{}: {}{why}", node.name, node.status.words())
}

/// Fill and stroke of each status.
fn colours(status: NodeStatus) -> (&'static str, &'static str) {
    match status {
        NodeStatus::Reused => ("#eef1f4", "#8b96a3"),
        NodeStatus::Ran => ("#cfe8d5", "#2f8f4e"),
        NodeStatus::WouldRun => ("#fdeac2", "#b7791f"),
        NodeStatus::Unknown => ("#ffffff", "#a8b1bb"),
        NodeStatus::Failed => ("#f9d0cd", "#c0362c"),
    }
}

/// All of it as data.
pub fn json(graph: &BuildGraph) -> String {
    let scenes: Vec<&str> = graph.scenes.iter().map(|scene| scene.id.as_str()).collect();
    let steps: Vec<Value> = graph.nodes.iter().map(|node| json_node(graph, node)).collect();
    let all = value!({ "film": graph.film, "scenes": scenes, "steps": steps });
    format!("{all:#}\n")
}

fn json_node(graph: &BuildGraph, node: &GraphNode) -> Value {
    let waits_for: Vec<&str> = node.waits_for.iter().map(|&before| graph.nodes[before].name.as_str()).collect();
    value!({
        "name": node.name, "kind": node.kind, "scene": node.scene.map(|scene| graph.scenes[scene].id.as_str()),
        "status": node.status.name(), "seconds": node.seconds, "why": node.why, "critical": node.critical,
        "waits_for": waits_for,
    })
}
