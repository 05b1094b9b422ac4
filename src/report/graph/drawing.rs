//! Pieces of the graph's SVG: boxes, lines, a scene as a row.

use std::fmt::{self, Display, Write as _};

use unicode_segmentation::UnicodeSegmentation;

use crate::human::format_duration;
use crate::report::escape::Escaped;

use super::layout::{
    BETWEEN, BOX, CLOSED, JOINT, LEFT, PICTURE, PICTURES, RIGHT, SPEECH, SceneRow, WORDS, comes_first,
};
use super::{BuildGraph, GraphNode, NodeStatus, counts};

/// How many graphemes of a scene's id are shown.
const ID: usize = 16;

/// A box with a step's name and time; its reason as a tooltip.
pub struct StepBox<'a> {
    pub node: &'a GraphNode,
    pub x: f64,
    pub y: f64,
    pub width: f64,
}

impl Display for StepBox<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { node, x, y, width } = self;
        let critical = if node.critical { " crit" } else { "" };
        write!(f, "<g class=\"n {}{critical}\"><title>{}</title>", node.status.name(), Escaped(&tip(node)))?;
        write!(f, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{BOX}\" rx=\"6\"/>")?;
        let (time, base) = (time(node), y + BOX / 2.0 + 4.0);
        let room = ((width - 18.0) / 6.6) as usize - time.chars().count().min(10);
        let label = shortened(&node.label, room);
        write!(f, "<text x=\"{}\" y=\"{base}\">{}</text>", x + 9.0, Escaped(&label))?;
        if !time.is_empty() {
            write!(f, "<text class=\"t\" x=\"{}\" y=\"{base}\">{time}</text>", x + width - 9.0)?;
        }
        f.write_str("</g>\n")
    }
}

/// Measured time as it is, expected time with ≈.
fn time(node: &GraphNode) -> String {
    match (node.status, node.seconds) {
        (NodeStatus::Ran, Some(seconds)) => format_duration(seconds),
        (_, Some(seconds)) => format!("≈ {}", format_duration(seconds)),
        _ => String::new(),
    }
}

fn tip(node: &GraphNode) -> String {
    let why = node.why.as_ref().map(|why| format!("\n{why}")).unwrap_or_default();
    let critical = if node.critical { ", on the critical path" } else { "" };
    let time = time(node);
    let time = if time.is_empty() { time } else { format!(", {time}") };
    format!("{}\n{}{time}{critical}{why}", node.name, node.status.words())
}

/// The text, its end left out where it does not fit.
fn shortened(text: &str, room: usize) -> String {
    let graphemes: Vec<&str> = text.graphemes(true).collect();
    match graphemes.len() {
        n if n <= room => text.to_owned(),
        _ => graphemes[..room.saturating_sub(1)].concat() + "…",
    }
}

/// A curve that leaves and arrives level.
pub fn curve(from: (f64, f64), to: (f64, f64)) -> String {
    let middle = (from.0 + to.0) / 2.0;
    format!(
        "<path class=\"e\" d=\"M{} {}C{middle} {} {middle} {} {} {}\"/>\n",
        from.0, from.1, from.1, to.1, to.0, to.1
    )
}

/// Which lines leave a row.
#[derive(Clone, Copy)]
pub struct NodeLinks {
    /// Something in the row before is waited for.
    pub from_above: bool,
    /// Something in the row after waits for this one.
    pub to_below: bool,
    /// The film waits for what is spoken.
    pub words: bool,
    /// The film waits for pictures.
    pub pictures: bool,
}

impl NodeLinks {
    /// The lines of scene `i`.
    pub fn of(graph: &BuildGraph, i: usize) -> Self {
        let film = graph.nodes.iter().filter(|node| node.scene.is_none()).flat_map(|node| &node.waits_for);
        let mut collected = film.map(|&before| &graph.nodes[before]).filter(|node| node.scene == Some(i));
        Self {
            from_above: i > 0 && scene_waits_for(graph, i, i - 1),
            to_below: scene_waits_for(graph, i + 1, i),
            words: collected.clone().any(comes_first),
            pictures: !collected.all(comes_first),
        }
    }
}

/// Whether a step of `scene` waits for one of the scene `from`.
fn scene_waits_for(graph: &BuildGraph, scene: usize, from: usize) -> bool {
    let nodes = graph.scenes.get(scene).map(|scene| scene.nodes.as_slice()).unwrap_or_default();
    let mut steps = nodes.iter().flat_map(|&node| &graph.nodes[node].waits_for);
    steps.any(|&before| graph.nodes[before].scene == Some(from))
}

/// Where a row meets a line that collects, from the row's upper edge.
pub struct LinkCrossings {
    /// The first time, when it is open.
    pub first: f64,
    /// The last time, when it is open.
    pub last: f64,
    /// When it is closed.
    pub shut: f64,
}

/// How far the two lines of a closed row lie from its middle.
const APART: f64 = 4.0;

/// Where the row of a scene meets the line that collects pictures, and the one that collects words.
pub fn meets(graph: &BuildGraph, scene: usize, links: NodeLinks) -> [Option<LinkCrossings>; 2] {
    let (row, middle) = (SceneRow::of(graph, &graph.scenes[scene]), CLOSED / 2.0);
    let pictures = row.then.first().zip(row.then.last()).filter(|_| links.pictures);
    let pictures = pictures.map(|((_, first), (_, last))| LinkCrossings {
        first: first + BOX / 2.0,
        last: last + BOX / 2.0,
        shut: middle - APART,
    });
    let words = LinkCrossings { first: row.gutter(), last: row.gutter(), shut: middle + APART };
    [pictures, Some(words).filter(|_| links.words)]
}

/// A scene step by step, its upper edge at 0.
pub fn opened(graph: &BuildGraph, scene: usize, links: NodeLinks) -> (String, f64) {
    let (own, row) = (&graph.scenes[scene], SceneRow::of(graph, &graph.scenes[scene]));
    let mut svg = card(row.height);
    svg += &heading(&own.id, "▾", row.middle);
    let joint = (JOINT, row.middle);
    let lines = !row.first.is_empty();
    for &(_, top) in &row.first {
        svg += &curve((SPEECH.0 + SPEECH.1, top + BOX / 2.0), joint);
    }
    for &(node, top) in &row.then {
        let (middle, waits) = (top + BOX / 2.0, &graph.nodes[node].waits_for);
        if lines && waits.iter().any(|&before| graph.nodes[before].scene == Some(scene)) {
            svg += &curve(joint, (PICTURE.0, middle));
        }
        if links.from_above && scene > 0 && waits.iter().any(|&before| graph.nodes[before].scene == Some(scene - 1)) {
            let _ = writeln!(
                svg,
                "<path class=\"e\" d=\"M{JOINT} 0C{JOINT} {middle} {} {middle} {} {middle}\"/>",
                JOINT + 6.0,
                PICTURE.0
            );
        }
        // A still is looked at, not joined.
        if links.pictures && graph.nodes[node].kind != "still" {
            let _ = writeln!(svg, "<path class=\"e\" d=\"M{} {middle}H{PICTURES}\"/>", PICTURE.0 + PICTURE.1);
        }
    }
    if lines {
        svg += &from_joint(&row, links);
    }
    for (&(node, y), (x, width)) in
        row.first.iter().map(|place| (place, SPEECH)).chain(row.then.iter().map(|place| (place, PICTURE)))
    {
        let _ = write!(svg, "{}", StepBox { node: &graph.nodes[node], x, y, width });
    }
    (svg, row.height)
}

/// The lines from a scene's words to the film and to the scene after it.
fn from_joint(row: &SceneRow, links: NodeLinks) -> String {
    let (middle, gutter, below) = (row.middle, row.gutter(), row.height + BETWEEN);
    let mut svg = format!("<circle class=\"j\" cx=\"{JOINT}\" cy=\"{middle}\" r=\"2.5\"/>\n");
    if links.words {
        let _ = writeln!(svg, "<path class=\"e w\" d=\"M{JOINT} {middle}V{}q0 6 6 6H{WORDS}\"/>", gutter - 6.0);
    }
    if links.to_below {
        let _ = writeln!(svg, "<path class=\"e\" d=\"M{JOINT} {middle}V{below}\"/>");
    }
    svg
}

/// A scene as one line: its id, how many steps are in which state, its time.
pub fn closed(graph: &BuildGraph, scene: usize, links: NodeLinks) -> (String, f64) {
    let own = &graph.scenes[scene];
    let nodes = own.nodes.iter().map(|&node| &graph.nodes[node]);
    let middle = CLOSED / 2.0;
    let mut svg = card(CLOSED) + &heading(&own.id, "▸", middle);
    let (counts, total) = (counts(nodes.clone()), own.nodes.len().max(1) as f64);
    let mut x = SPEECH.0;
    for &(status, n) in &counts {
        let width = SPEECH.1 * n as f64 / total;
        let y = middle - 5.0;
        let _ = writeln!(
            svg,
            "<g class=\"n {}\"><rect x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"10\"/></g>",
            status.name()
        );
        x += width;
    }
    let words: Vec<String> = counts.iter().map(|(status, n)| format!("{n} {}", status.words())).collect();
    let _ = writeln!(svg, "<text class=\"q\" x=\"{}\" y=\"{}\">{}</text>", JOINT - 8.0, middle + 4.0, words.join(", "));
    let seconds: f64 = nodes.clone().filter_map(|node| node.seconds).sum();
    if seconds > 0.0 {
        let expected = nodes.clone().any(|node| node.seconds.is_some() && node.status != NodeStatus::Ran);
        let sign = if expected { "≈ " } else { "" };
        let (x, y) = (RIGHT - 10.0, middle + 4.0);
        let _ = writeln!(svg, "<text class=\"t\" x=\"{x}\" y=\"{y}\">{sign}{}</text>", format_duration(seconds));
    }
    for (drawn, class, to, y) in
        [(links.pictures, "e", PICTURES, middle - APART), (links.words, "e w", WORDS, middle + APART)]
    {
        if drawn {
            let _ = writeln!(svg, "<path class=\"{class}\" d=\"M{RIGHT} {y}H{to}\"/>");
        }
    }
    if links.to_below {
        let _ = writeln!(svg, "<path class=\"e\" d=\"M{JOINT} {CLOSED}V{}\"/>", CLOSED + BETWEEN);
    }
    (svg, CLOSED)
}

fn card(height: f64) -> String {
    let width = RIGHT - LEFT;
    format!("<rect class=\"card\" x=\"{LEFT}\" y=\"0\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n")
}

fn heading(id: &str, sign: &str, middle: f64) -> String {
    let (x, y, label) = (LEFT + 10.0, middle + 4.0, shortened(id, ID));
    let (id, label) = (Escaped(id), Escaped(&label));
    format!(
        "<text class=\"v\" x=\"{x}\" y=\"{y}\">{sign}</text><text class=\"h\" x=\"{}\" y=\"{y}\">{label}<title>{id}</title></text>\n",
        x + 14.0
    )
}
