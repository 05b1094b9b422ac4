//! The graph as a drawing that stands on its own: SVG, light and dark, whose scenes open and close by a click where scripts run.
//! Knows nothing of how rows look inside.

use std::fmt::Write as _;

use crate::report::escape::Escaped;

use super::drawing::{Links, Step, closed, curve, opened};
use super::layout::{BETWEEN, BOX, CLOSED, FILM_WIDTH, Film, LEFT, PICTURES, Row, TOP, WORDS, comes_first};
use super::{Expand, Graph, Status, counts};

/// Room around.
const MARGIN: f64 = 16.0;
/// Narrower than this the legend would not fit.
const NARROWEST: f64 = 700.0;

const STYLE: &str = include_str!("graph.css");
const SCRIPT: &str = include_str!("graph.js");

/// The graph as an SVG file.
pub fn svg(graph: &Graph, expand: &Expand) -> String {
    let film = Film::of(graph);
    let (rows, end) = rows(graph, expand);
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
    svg += &buses(graph, &film, end, expand);
    let _ = write!(svg, "<g id=\"rows\">\n{rows}</g>\n");
    svg += &boxes(graph, &film);
    if !graph.scenes.is_empty() {
        let _ = write!(svg, "<script>\n//<![CDATA[\n{SCRIPT}//]]>\n</script>\n");
    }
    svg + "</svg>\n"
}

fn header(graph: &Graph, title: &str) -> String {
    let counts = counts(graph.nodes.iter()).into_iter().map(|(status, n)| format!("{n} {}", status.words()));
    let scenes = if graph.scenes.len() == 1 { "1 scene".to_owned() } else { format!("{} scenes", graph.scenes.len()) };
    let told: Vec<String> = [scenes].into_iter().chain(counts).collect();
    let mut svg = format!("<text class=\"title\" x=\"{LEFT}\" y=\"32\">{}</text>\n", Escaped(title));
    let _ = writeln!(svg, "<text class=\"q\" x=\"{LEFT}\" y=\"52\">{}</text>", told.join(" · "));
    let mut x = LEFT;
    for status in Status::ALL {
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

/// All rows, each drawn open and closed, one of them shown; and where the next row would begin.
fn rows(graph: &Graph, expand: &Expand) -> (String, f64) {
    let (mut svg, mut y) = (String::new(), TOP);
    for (i, scene) in graph.scenes.iter().enumerate() {
        let links = Links::of(graph, i);
        let is_open = expand.opens(scene, graph);
        let ((open, tall), (shut, low)) = (opened(graph, i, links), closed(graph, i, links));
        let (hidden_open, hidden_shut) = if is_open { ("", " display=\"none\"") } else { (" display=\"none\"", "") };
        let _ = write!(
            svg,
            "<g class=\"row\" transform=\"translate(0 {y})\" data-open=\"{tall}\" data-shut=\"{low}\">\n\
             <g class=\"shut\"{hidden_shut}>\n{shut}</g>\n<g class=\"open\"{hidden_open}>\n{open}</g>\n</g>\n"
        );
        y += BETWEEN + if is_open { tall } else { low };
    }
    (svg, y)
}

/// The two lines that collect what scenes give to the film, and their branches into the film's boxes.
fn buses(graph: &Graph, film: &Film, end: f64, expand: &Expand) -> String {
    let mut svg = String::new();
    let last_open = graph.scenes.last().is_some_and(|scene| expand.opens(scene, graph));
    let first_open = graph.scenes.first().is_some_and(|scene| expand.opens(scene, graph));
    for (first, x, class, (open, shut)) in [(false, PICTURES, "e", (24.0, 19.0)), (true, WORDS, "e w", (6.0, 11.0))] {
        let waits = |node: usize| {
            let mut before = graph.nodes[node].waits_for.iter().map(|&before| &graph.nodes[before]);
            before.any(|node| node.scene.is_some() && comes_first(node) == first)
        };
        let into: Vec<(f64, f64)> = film
            .boxes
            .iter()
            .filter(|(node, ..)| waits(*node))
            .map(|&(_, left, top)| (left, top + BOX / 2.0 + if first { 4.0 } else { -4.0 }))
            .collect();
        let Some(top) = into.iter().map(|(_, y)| *y).reduce(f64::min) else { continue };
        let branches = into.iter().map(|(_, y)| *y).fold(top, f64::max);
        let lowest = branches.max(end - BETWEEN - if last_open { open } else { shut });
        let highest = match graph.scenes.first() {
            Some(scene) if first_open && first => TOP + Row::of(graph, scene).gutter(),
            _ if first_open => top,
            _ => TOP + CLOSED - shut,
        };
        let _ = writeln!(
            svg,
            "<line class=\"{class} bus\" x1=\"{x}\" x2=\"{x}\" y1=\"{}\" y2=\"{lowest}\" data-low=\"{branches}\" \
             data-open=\"{open}\" data-shut=\"{shut}\"/>",
            top.min(highest)
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

fn boxes(graph: &Graph, film: &Film) -> String {
    let mut svg = String::new();
    let place = |node: usize| film.boxes.iter().find(|(other, ..)| *other == node);
    for &(node, left, top) in &film.boxes {
        for &(_, x, y) in graph.nodes[node].waits_for.iter().filter_map(|&before| place(before)) {
            svg += &curve((x + FILM_WIDTH, y + BOX / 2.0), (left, top + BOX / 2.0));
        }
    }
    for &(node, x, y) in &film.boxes {
        let _ = write!(svg, "{}", Step { node: &graph.nodes[node], x, y, width: FILM_WIDTH });
    }
    svg
}
