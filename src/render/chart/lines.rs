//! Lines from point to point. Knows nothing of time but how far each has grown.

use std::sync::Arc;

use vello_cpu::kurbo::BezPath;

use super::ChartData;
use super::board::{ChartLabel, ChartPlot, faded};
use super::colours;
use super::scale::AxisScale;
use crate::render::paint::{PaintShape, Rect};
use crate::units::Colour;

/// More points than this are not marked by dots.
const MOST_DOTS: usize = 16;
/// Up to so many points have their values written.
const MOST_VALUES: usize = 9;

/// Lines, laid out.
pub(super) struct LineChart {
    lines: Vec<LineSeries>,
    /// The axis' low end, down to which a single line is filled.
    floor: f64,
    weight: f64,
    ink: Colour,
    back: Colour,
}

struct LineSeries {
    points: Vec<(f64, f64)>,
    colour: Colour,
    /// Point, text and upper left corner.
    values: Vec<(usize, ChartLabel, (f64, f64))>,
}

/// What stands still, and the lines.
pub(super) fn plot(board: &mut ChartPlot<'_>, chart: &ChartData, room: Rect) -> (Vec<PaintShape>, LineChart) {
    let (scale, unit) = (scale(chart), board.unit);
    let style = board.style(0.029, 600.0);
    let ends: Vec<ChartLabel> = chart
        .series
        .iter()
        .map(|series| {
            let text = board.numbers.value(series.values.last().copied().unwrap_or_default());
            board.label(&text, &style)
        })
        .collect();
    let beside = ends.iter().map(|label| label.width).fold(0.0, f64::max);
    let below = board.style(0.027, 500.0);
    let height = f64::from(below.size) * 1.25;
    let left = room.left + board.axis_width(&scale) + unit * 0.012;
    let top = room.top + board.tick_reach().max(unit * 0.045);
    let plot =
        Rect { left, top, right: room.right - beside - unit * 0.022, bottom: room.bottom - height - unit * 0.022 };
    let mut still = board.grid(&scale, plot);
    let count = chart.labels.len();
    let x = |i: usize| plot.left + (plot.right - plot.left) * i as f64 / (count.max(2) - 1) as f64;
    let y = |value: f64| plot.bottom - (plot.bottom - plot.top) * scale.share(value);
    still.extend(labels(board, chart, &x, plot.bottom + unit * 0.020, room));
    let colours = colours::series(board.look, chart.series.len());
    let mut lines: Vec<LineSeries> = Vec::new();
    for (series, colour) in chart.series.iter().zip(colours) {
        let points = series.values.iter().enumerate().map(|(i, value)| (x(i), y(*value))).collect();
        lines.push(LineSeries { points, colour, values: Vec::new() });
    }
    at_ends(&mut lines, ends, unit, plot);
    if let ([line], [series]) = (lines.as_mut_slice(), chart.series.as_slice())
        && count <= MOST_VALUES
    {
        at_points(board, line, &series.values, unit, plot);
    }
    let back = board.look.background;
    (still, LineChart { lines, floor: plot.bottom, weight: unit * 0.0065, ink: board.look.text, back })
}

/// From zero, unless all values are far from it and close together.
fn scale(chart: &ChartData) -> AxisScale {
    let mut values = chart.series.iter().flat_map(|series| &series.values).copied();
    let first = values.next().unwrap_or_default();
    let (low, high) = values.fold((first, first), |(low, high), value| (low.min(value), high.max(value)));
    let low = if low > 0.0 && low < high * 0.55 { 0.0 } else { low };
    AxisScale::around(low, if high < 0.0 && high > low * 0.55 { 0.0 } else { high }, 5)
}

/// As many labels below the points as stand side by side without touching: every one, every second and so on.
fn labels(
    board: &mut ChartPlot<'_>,
    chart: &ChartData,
    x: &dyn Fn(usize) -> f64,
    top: f64,
    room: Rect,
) -> Vec<PaintShape> {
    let style = board.style(0.027, 500.0);
    let most = (room.right - room.left) * 0.3;
    let labels: Vec<ChartLabel> = chart.labels.iter().map(|label| board.cut(label, &style, most)).collect();
    let gap = board.unit * 0.022;
    let place =
        |i: usize| (x(i) - labels[i].width / 2.0).clamp(room.left, (room.right - labels[i].width).max(room.left));
    let last = labels.len().saturating_sub(1);
    let clear = |step: usize| {
        let shown: Vec<usize> = (0..labels.len()).step_by(step).collect();
        shown.windows(2).all(|pair| place(pair[0]) + labels[pair[0]].width + gap <= place(pair[1]))
    };
    // The last one is seen, too, where that can be had.
    let steps: Vec<usize> = (1..=last.max(1)).filter(|step| clear(*step)).collect();
    let even = steps.iter().find(|step| last.is_multiple_of(**step) && **step <= steps[0] * 2);
    let step = even.or(steps.first()).copied().unwrap_or(last.max(1));
    (0..labels.len()).step_by(step).map(|i| labels[i].at(place(i), top, board.look.text)).collect()
}

/// Each line's last value at its end, pushed apart where lines end close to each other.
fn at_ends(lines: &mut [LineSeries], labels: Vec<ChartLabel>, unit: f64, plot: Rect) {
    let end = |line: &LineSeries| line.points.last().copied().unwrap_or((plot.right, plot.bottom));
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|a, b| end(&lines[*a]).1.total_cmp(&end(&lines[*b]).1));
    let mut tops: Vec<f64> = order.iter().map(|i| end(&lines[*i]).1 - labels[*i].height / 2.0).collect();
    for i in 1..tops.len() {
        tops[i] = tops[i].max(tops[i - 1] + labels[order[i - 1]].height * 0.92);
    }
    let lowest = plot.bottom - labels.last().map_or(0.0, |label| label.height * 0.5);
    let over = tops.last().map_or(0.0, |top| (top - lowest).max(0.0));
    for (i, top) in order.into_iter().zip(tops) {
        let at = (end(&lines[i]).0 + unit * 0.020, top - over);
        let last = lines[i].points.len().saturating_sub(1);
        lines[i].values.push((last, labels[i].clone(), at));
    }
}

/// A single line's values above its points, or below those that lie in a hollow; left alone where they don't fit.
fn at_points(board: &mut ChartPlot<'_>, line: &mut LineSeries, values: &[f64], unit: f64, plot: Rect) {
    let style = board.style(0.027, 600.0);
    let slot = (plot.right - plot.left) / (values.len().max(2) - 1) as f64;
    let texts: Vec<String> = values.iter().map(|value| board.numbers.value(*value)).collect();
    let labels: Vec<ChartLabel> = texts.iter().map(|text| board.label(text, &style)).collect();
    if labels.iter().any(|label| label.width > slot * 0.86) {
        return;
    }
    for (i, label) in labels.into_iter().enumerate().take(values.len().saturating_sub(1)) {
        let (x, y) = line.points[i];
        let before = if i == 0 { y } else { line.points[i - 1].1 };
        let hollow = before < y && line.points[i + 1].1 < y;
        let room_below = y + unit * 0.022 + label.height < plot.bottom;
        let top = if hollow && room_below { y + unit * 0.020 } else { y - unit * 0.020 - label.height };
        // A line that goes up steeply would run through a label that stands over its start.
        let aside = if i == 0 && line.points[1].1 < y - label.height { label.width * 0.28 } else { label.width / 2.0 };
        let left = if i == 0 { (x - aside).max(plot.left - unit * 0.004) } else { x - aside };
        line.values.push((i, label, (left, top)));
    }
}

impl LineChart {
    /// The lines, each as far as it has grown: by its own share where there are several, by the points' where there is one.
    pub fn shapes(&self, shares: &[f64]) -> Vec<PaintShape> {
        let reach = |i: usize, line: &LineSeries| {
            let steps = line.points.len().saturating_sub(1) as f64;
            if self.lines.len() > 1 {
                let share = shares.get(i).copied().unwrap_or(1.0);
                return if share > 0.0 { share * steps } else { -1.0 };
            }
            // The first point is there once its share is; each of the others brings the line one further.
            if shares.first().is_none_or(|share| *share <= 0.0) {
                -1.0
            } else {
                shares[1..].iter().sum::<f64>().min(steps)
            }
        };
        let lines = self.lines.iter().enumerate().map(|(i, line)| (line, reach(i, line)));
        let seen: Vec<(&LineSeries, f64)> =
            lines.filter(|(_, reach)| *reach >= 0.0 && shares.iter().any(|s| *s > 0.0)).collect();
        let mut shapes: Vec<PaintShape> = Vec::new();
        if let [(line, reach)] = seen.as_slice()
            && self.lines.len() == 1
        {
            shapes.extend(self.area(line, *reach));
        }
        shapes.extend(seen.iter().flat_map(|(line, reach)| self.line(line, *reach)));
        shapes.extend(seen.iter().flat_map(|(line, reach)| self.marks(line, *reach)));
        shapes
    }

    fn area(&self, line: &LineSeries, reach: f64) -> Option<PaintShape> {
        let points = line.until(reach);
        let (first, last) = (points.first()?, points.last()?);
        let mut path = BezPath::new();
        path.move_to((first.0, self.floor));
        points.iter().for_each(|point| path.line_to(*point));
        path.line_to((last.0, self.floor));
        path.close_path();
        Some(PaintShape::Path { path: Arc::new(path), stroke: None, colour: Colour { a: 36, ..line.colour } })
    }

    fn line(&self, line: &LineSeries, reach: f64) -> Option<PaintShape> {
        let points = line.until(reach);
        let mut path = BezPath::new();
        path.move_to(*points.first().filter(|_| points.len() > 1)?);
        points[1..].iter().for_each(|point| path.line_to(*point));
        Some(PaintShape::Path { path: Arc::new(path), stroke: Some(self.weight), colour: line.colour })
    }

    fn marks(&self, line: &LineSeries, reach: f64) -> Vec<PaintShape> {
        let mut shapes = Vec::new();
        let seen = |i: usize| ((reach - i as f64 + 0.15) / 0.15).clamp(0.0, 1.0);
        if line.points.len() <= MOST_DOTS {
            for (i, (x, y)) in line.points.iter().enumerate().filter(|(i, _)| seen(*i) > 0.0) {
                let radius = self.weight * 1.25 * seen(i);
                for (radius, colour) in [(radius + self.weight * 0.35, self.back), (radius, line.colour)] {
                    let rect = Rect { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
                    shapes.push(PaintShape::Block { rect, radius, colour });
                }
            }
        }
        for (i, label, at) in line.values.iter().filter(|(i, ..)| seen(*i) > 0.0) {
            let last = *i + 1 == line.points.len() && line.points.len() > 1;
            let ink = if last { line.colour } else { self.ink };
            shapes.push(label.at(at.0, at.1, faded(ink, seen(*i))));
        }
        shapes
    }
}

impl LineSeries {
    /// Its points up to `reach`, counted in points, the last one perhaps between two.
    fn until(&self, reach: f64) -> Vec<(f64, f64)> {
        let whole = (reach.floor().max(0.0) as usize).min(self.points.len().saturating_sub(1));
        let mut points = self.points[..=whole].to_vec();
        let rest = reach - whole as f64;
        if let Some(next) = self.points.get(whole + 1).filter(|_| rest > 1e-9) {
            let last = self.points[whole];
            points.push((last.0 + (next.0 - last.0) * rest, last.1 + (next.1 - last.1) * rest));
        }
        points
    }
}
