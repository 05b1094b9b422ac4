//! The graph as a drawing that needs no other file: SVG, light and dark; scenes open and close by a click where scripts run.

use std::fmt::Write as _;

use crate::report::escape::Escaped;

use super::drawing::{LinkCrossings, NodeLinks, StepBox, closed, curve, meets, opened};
use super::layout::{BETWEEN, BOX, FILM_WIDTH, FilmColumn, LEFT, PICTURES, TOP, WORDS, comes_first};
use super::{BuildGraph, GraphDetail, NodeStatus, counts};

/// Margin around the drawing, in SVG units.
const MARGIN: f64 = 16.0;
/// Narrower than this the legend would not fit.
const NARROWEST: f64 = 700.0;

const STYLE: &str = include_str!("graph.css");
const SCRIPT: &str = include_str!("graph.js");

/// The graph as an SVG file.
pub fn svg(graph: &BuildGraph, expand: &GraphDetail) -> String {
    let film = FilmColumn::of(graph);
    let (rows, extents, end) = rows(graph, expand);
    let bottom = (end - BETWEEN).max(film.bottom) + MARGIN;
    let width = (film.right + MARGIN).max(NARROWEST);
    let title = if graph.film.is_empty() { "graph" } else { &graph.film };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {bottom}\" width=\"{width}\" height=\"{bottom}\" \
         data-film=\"{}\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n",
        film.bottom,
        Escaped(title)
    );
    svg += &header(graph, title);
    svg += &buses(graph, &film, extents);
    let _ = write!(svg, "<g id=\"rows\">\n{rows}</g>\n");
    svg += &boxes(graph, &film);
    if !graph.scenes.is_empty() {
        let _ = write!(svg, "<script>\n//<![CDATA[\n{SCRIPT}//]]>\n</script>\n");
    }
    svg + "</svg>\n"
}

fn header(graph: &BuildGraph, title: &str) -> String {
    let counts = counts(graph.nodes.iter()).into_iter().map(|(status, n)| format!("{n} {}", status.words()));
    let scenes = if graph.scenes.len() == 1 { "1 scene".to_owned() } else { format!("{} scenes", graph.scenes.len()) };
    let told: Vec<String> = [scenes].into_iter().chain(counts).collect();
    let mut svg = format!("<text class=\"title\" x=\"{LEFT}\" y=\"32\">{}</text>\n", Escaped(title));
    let _ = writeln!(svg, "<text class=\"q\" x=\"{LEFT}\" y=\"52\">{}</text>", told.join(" · "));
    let mut x = LEFT;
    for status in NodeStatus::ALL {
        let _ = writeln!(
            svg,
            "<g class=\"n {}\"><rect x=\"{x}\" y=\"64\" width=\"14\" height=\"14\" rx=\"4\"/><text x=\"{}\" y=\"75\">{}</text></g>",
            status.name(),
            x + 20.0,
            status.words()
        );
        x += 40.0 + 6.6 * status.words().len() as f64;
    }
    let _ = writeln!(
        svg,
        "<g class=\"n crit\"><rect x=\"{x}\" y=\"64\" width=\"14\" height=\"14\" rx=\"4\"/><text x=\"{}\" y=\"75\">critical path</text></g>",
        x + 20.0
    );
    svg
}

/// From where to where rows meet the lines that collect pictures and words; `None` where none does.
type Extents = [Option<(f64, f64)>; 2];

/// All rows, each drawn open and closed, one of them shown; how far the collecting lines reach; where the next row would begin.
fn rows(graph: &BuildGraph, expand: &GraphDetail) -> (String, Extents, f64) {
    let (mut svg, mut y, mut extents) = (String::new(), TOP, [None; 2]);
    for (i, scene) in graph.scenes.iter().enumerate() {
        let links = NodeLinks::of(graph, i);
        let is_open = expand.opens(scene, graph);
        let ((open, tall), (shut, low)) = (opened(graph, i, links), closed(graph, i, links));
        let (hidden_open, hidden_shut) = if is_open { ("", " display=\"none\"") } else { (" display=\"none\"", "") };
        let mut data = String::new();
        for ((name, extent), meets) in ["pictures", "words"].iter().zip(&mut extents).zip(meets(graph, i, links)) {
            let Some(LinkCrossings { first, last, shut }) = meets else { continue };
            let _ = write!(data, " data-{name}=\"{first} {last} {shut}\"");
            let (from, to) = if is_open { (y + first, y + last) } else { (y + shut, y + shut) };
            *extent = Some(extent.map_or((from, to), |(lowest, _)| (lowest, to)));
        }
        let _ = write!(
            svg,
            "<g class=\"row\" transform=\"translate(0 {y})\" data-open=\"{tall}\" data-shut=\"{low}\"{data}>\n\
             <g class=\"shut\"{hidden_shut}>\n{shut}</g>\n<g class=\"open\"{hidden_open}>\n{open}</g>\n</g>\n"
        );
        y += BETWEEN + if is_open { tall } else { low };
    }
    (svg, extents, y)
}

/// The two lines that collect what scenes give to the film, and their branches into the film's boxes.
fn buses(graph: &BuildGraph, film: &FilmColumn, extents: Extents) -> String {
    let mut svg = String::new();
    let buses = [(false, PICTURES, "pictures", "e"), (true, WORDS, "words", "e w")];
    for ((first, x, name, class), extent) in buses.into_iter().zip(extents) {
        let shift = if first { 4.0 } else { -4.0 };
        let into = film.boxes.iter().filter(|(node, ..)| waits_for_scenes(graph, *node, first));
        let into: Vec<(f64, f64)> = into.map(|&(_, left, top)| (left, top + BOX / 2.0 + shift)).collect();
        let (Some((from, to)), Some(&(_, top)), Some(&(_, low))) = (extent, into.first(), into.last()) else {
            continue;
        };
        let _ = writeln!(
            svg,
            "<line class=\"{class} bus\" x1=\"{x}\" x2=\"{x}\" y1=\"{}\" y2=\"{}\" data-of=\"{name}\" data-top=\"{top}\" \
             data-low=\"{low}\"/>",
            from.min(top),
            to.max(low)
        );
        for (left, y) in into {
            let _ = writeln!(
                svg,
                "<path class=\"{class}\" d=\"M{x} {y}H{left}\"/><circle class=\"j\" cx=\"{x}\" cy=\"{y}\" r=\"2.5\"/>"
            );
        }
    }
    svg
}

/// Whether a step of the film waits for a scene's words (`first`) or for its pictures.
fn waits_for_scenes(graph: &BuildGraph, node: usize, first: bool) -> bool {
    let mut before = graph.nodes[node].waits_for.iter().map(|&before| &graph.nodes[before]);
    before.any(|node| node.scene.is_some() && comes_first(node) == first)
}

fn boxes(graph: &BuildGraph, film: &FilmColumn) -> String {
    let mut svg = String::new();
    for &(node, left, top) in &film.boxes {
        for before in &graph.nodes[node].waits_for {
            if let Some((_, x, y)) = film.boxes.iter().find(|(other, ..)| other == before) {
                svg += &curve((x + FILM_WIDTH, y + BOX / 2.0), (left, top + BOX / 2.0));
            }
        }
    }
    for &(node, x, y) in &film.boxes {
        let _ = write!(svg, "{}", StepBox { node: &graph.nodes[node], x, y, width: FILM_WIDTH });
    }
    svg
}
