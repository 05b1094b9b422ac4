//! Positions in the drawing of a graph: a row for each scene, and a column at the right for what belongs to the film.

use super::{BuildGraph, GraphNode, GraphScene};

/// Height of a box, in SVG units.
pub const BOX: f64 = 24.0;
/// Gap between two boxes of a row, in SVG units.
pub const GAP: f64 = 6.0;
/// Between a row's edge and its boxes.
const PAD: f64 = 8.0;
/// Room below the boxes for the line from speech to the film.
const GUTTER: f64 = 12.0;
/// Gap between two rows, in SVG units.
pub const BETWEEN: f64 = 8.0;
/// A row's height when its scene is one box.
pub const CLOSED: f64 = 30.0;
/// Left edge of the rows, in SVG units.
pub const TOP: f64 = 92.0;

/// Left edge of the rows.
pub const LEFT: f64 = 16.0;
/// Left edge and width of the boxes of speech.
pub const SPEECH: (f64, f64) = (168.0, 150.0);
/// Where the lines from speech meet.
pub const JOINT: f64 = 342.0;
/// Left edge and width of the boxes of pictures.
pub const PICTURE: (f64, f64) = (368.0, 176.0);
/// Right edge of the rows.
pub const RIGHT: f64 = 552.0;
/// The line that collects pictures.
pub const PICTURES: f64 = 572.0;
/// The line that collects speech.
pub const WORDS: f64 = 586.0;
/// Left edge of the film's first column, and the distance to the next.
const FILM: (f64, f64) = (612.0, 190.0);
/// Width of the film's boxes.
pub const FILM_WIDTH: f64 = 158.0;

/// The row of one scene with a box for each of its steps.
pub struct SceneRow {
    /// What is spoken or looked into first: node and top of its box.
    pub first: Vec<(usize, f64)>,
    /// What waits for that.
    pub then: Vec<(usize, f64)>,
    /// Height without the gap below.
    pub height: f64,
    /// Where the lines from `first` meet.
    pub middle: f64,
}

impl SceneRow {
    /// The row of a scene, with the transition before the pictures.
    pub fn of(graph: &BuildGraph, scene: &GraphScene) -> Self {
        let (first, mut then): (Vec<usize>, Vec<usize>) =
            scene.nodes.iter().partition(|&&node| comes_first(&graph.nodes[node]));
        then.sort_by_key(|&node| (!graph.nodes[node].label.starts_with("transition"), node));
        let rows = first.len().max(then.len()).max(1);
        let inner = rows as f64 * (BOX + GAP) - GAP;
        Self {
            first: stacked(first, inner),
            then: stacked(then, inner),
            height: PAD + inner + GUTTER,
            middle: PAD + inner / 2.0,
        }
    }

    /// Where the line from speech to the film runs.
    pub fn gutter(&self) -> f64 {
        self.height - GUTTER / 2.0
    }
}

/// Puts boxes below one another, in the middle of a row whose inner height is `inner`: node and top of each.
fn stacked(nodes: Vec<usize>, inner: f64) -> Vec<(usize, f64)> {
    let own = nodes.len() as f64 * (BOX + GAP) - GAP;
    let top = PAD + (inner - own) / 2.0;
    nodes.into_iter().enumerate().map(|(i, node)| (node, top + i as f64 * (BOX + GAP))).collect()
}

/// Whether a scene's length hangs on it.
pub fn comes_first(node: &GraphNode) -> bool {
    ["speech", "narration", "probe"].contains(&node.kind.as_str())
}

/// What belongs to the film: each in a line of its own, so that no line into one crosses another; the last thing made comes first.
pub struct FilmColumn {
    /// Node, left edge and top of its box.
    pub boxes: Vec<(usize, f64, f64)>,
    /// Right edge of all.
    pub right: f64,
    /// Lower edge of all.
    pub bottom: f64,
}

impl FilmColumn {
    /// Columns by the longest chain among what belongs to the film.
    pub fn of(graph: &BuildGraph) -> Self {
        let mut levels = vec![0_usize; graph.nodes.len()];
        let mut nodes: Vec<usize> = Vec::new();
        for (i, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.scene.is_none()) {
            let before = node.waits_for.iter().filter(|&&before| graph.nodes[before].scene.is_none());
            levels[i] = before.map(|&before| levels[before] + 1).max().unwrap_or(0);
            nodes.push(i);
        }
        nodes.sort_by_key(|&node| (std::cmp::Reverse(levels[node]), node));
        let mut boxes: Vec<(usize, f64, f64)> = Vec::with_capacity(nodes.len());
        for (line, &node) in nodes.iter().enumerate() {
            let left = FILM.0 + levels[node] as f64 * FILM.1;
            boxes.push((node, left, TOP + PAD + line as f64 * (BOX + GAP)));
        }
        let columns = nodes.iter().map(|&node| levels[node] + 1).max().unwrap_or(0);
        let right = if columns == 0 { RIGHT } else { FILM.0 + (columns - 1) as f64 * FILM.1 + FILM_WIDTH };
        Self { bottom: boxes.last().map_or(TOP, |(_, _, top)| top + BOX), boxes, right }
    }
}
