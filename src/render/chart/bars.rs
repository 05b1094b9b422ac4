//! Bars: upright over short labels, lying beside long ones. Knows nothing of time but how far each has grown.

use super::ChartData;
use super::board::{ChartLabel, ChartPlot, bar, faded};
use super::colours;
use super::scale::AxisScale;
use crate::render::paint::{PaintShape, Rect};
use crate::units::Colour;

/// Bars, laid out.
pub(super) struct BarChart {
    bars: Vec<ChartBar>,
    lying: bool,
    /// Between a bar and its value.
    gap: f64,
    ink: Colour,
    /// Of round corners.
    radius: f64,
}

struct ChartBar {
    part: usize,
    /// Across the direction in which it grows.
    from: f64,
    to: f64,
    /// Along it: where it starts, and where it ends once it is grown.
    base: f64,
    tip: f64,
    colour: Colour,
    value: Option<ChartLabel>,
}

/// What stands still, and the bars.
pub(super) fn plot(board: &mut ChartPlot<'_>, chart: &ChartData, room: Rect) -> (Vec<PaintShape>, BarChart) {
    match labels_below(board, chart, room) {
        Some((labels, height)) => upright(board, chart, room, labels, height),
        None => lying(board, chart, room),
    }
}

fn scale(chart: &ChartData) -> AxisScale {
    let values = chart.series.iter().flat_map(|series| &series.values);
    let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
    AxisScale::around(low, high, 5)
}

/// The labels in lines that fit below upright bars, and the height of the highest; `None` where they don't fit.
fn labels_below(board: &mut ChartPlot<'_>, chart: &ChartData, room: Rect) -> Option<(Vec<Vec<ChartLabel>>, f64)> {
    let axis = board.axis_width(&scale(chart));
    let slot = (room.right - room.left - axis) / chart.labels.len().max(1) as f64;
    [0.031, 0.028, 0.0255].into_iter().find_map(|share| {
        let style = board.style(share, 500.0);
        let wrapped = |label: &String| board.wrapped(label, &style, slot * 0.94, 2);
        let labels: Vec<Vec<ChartLabel>> = chart.labels.iter().map(wrapped).collect::<Option<_>>()?;
        let height = labels.iter().map(|lines| lines.iter().map(|line| line.height).sum::<f64>()).fold(0.0, f64::max);
        Some((labels, height))
    })
}

fn upright(
    board: &mut ChartPlot<'_>,
    chart: &ChartData,
    room: Rect,
    labels: Vec<Vec<ChartLabel>>,
    height: f64,
) -> (Vec<PaintShape>, BarChart) {
    let (scale, unit) = (scale(chart), board.unit);
    let gap = unit * 0.010;
    let left = room.left + board.axis_width(&scale);
    let slot = (room.right - left) / chart.labels.len().max(1) as f64;
    let count = chart.series.len().max(1) as f64;
    let group = (slot * 0.66).min(unit * 0.17 * count);
    let width = group / count;
    let values = values(board, chart, width * 1.18, 0.031);
    let above = values.iter().flatten().flatten().map(|label| label.height + gap).fold(board.tick_reach(), f64::max);
    let plot = Rect { left, top: room.top + above, right: room.right, bottom: room.bottom - height - unit * 0.020 };
    let mut still = board.grid(&scale, plot);
    let y = |value: f64| plot.bottom - (plot.bottom - plot.top) * scale.share(value);
    let colours = colours::series(board.look, chart.series.len());
    let mut bars = Vec::new();
    for (i, lines) in labels.iter().enumerate() {
        let middle = left + slot * (i as f64 + 0.5);
        let mut top = plot.bottom + unit * 0.018;
        for line in lines {
            still.push(line.below(middle, top, board.look.text));
            top += line.height;
        }
        for (s, series) in chart.series.iter().enumerate() {
            let from = middle - group / 2.0 + width * s as f64 + width * 0.04;
            let (base, tip) = (y(0.0), y(series.values[i]));
            let value = values[s][i].clone();
            bars.push(ChartBar { part: i, from, to: from + width * 0.92, base, tip, colour: colours[s], value });
        }
    }
    (still, BarChart { bars, lying: false, gap, ink: board.look.text, radius: unit * 0.008 })
}

fn lying(board: &mut ChartPlot<'_>, chart: &ChartData, room: Rect) -> (Vec<PaintShape>, BarChart) {
    let (scale, unit) = (scale(chart), board.unit);
    let rows = chart.labels.len().max(1) as f64;
    let (row, width) = ((room.bottom - room.top) / rows, room.right - room.left);
    let row = row.min(unit * 0.15);
    let top = room.top + (room.bottom - room.top - row * rows) / 2.0;
    let labels = labels_beside(board, chart, width * 0.36, row);
    let beside = labels.iter().flatten().map(|label| label.width).fold(0.0, f64::max);
    let count = chart.series.len().max(1) as f64;
    let thick = (row * 0.66 / count).min(unit * 0.075);
    let values = values(board, chart, width * 0.25, (thick * 0.86 / unit).min(0.033));
    let reach = values.iter().flatten().flatten().map(|label| label.width).fold(0.0, f64::max);
    let gap = unit * 0.014;
    let below_zero = chart.series.iter().flat_map(|series| &series.values).any(|value| *value < 0.0);
    let left = room.left + beside + gap * 1.6 + if below_zero { reach + gap } else { 0.0 };
    let right = room.right - reach - gap;
    let x = |value: f64| left + (right - left) * stretched(&scale, chart, value);
    let colours = colours::series(board.look, chart.series.len());
    let weight = (unit * 0.0018).max(1.0);
    let axis = Rect { left: x(0.0) - weight / 2.0, top, right: x(0.0) + weight / 2.0, bottom: top + row * rows };
    let mut still = vec![PaintShape::Block { rect: axis, radius: 0.0, colour: Colour { a: 90, ..board.look.text } }];
    let mut bars = Vec::new();
    for (i, lines) in labels.iter().enumerate() {
        let middle = top + row * (i as f64 + 0.5);
        let height: f64 = lines.iter().map(|line| line.height).sum();
        let mut y = middle - height / 2.0;
        for line in lines {
            still.push(line.at(room.left + beside - line.width, y, board.look.text));
            y += line.height;
        }
        for (s, series) in chart.series.iter().enumerate() {
            let from = middle - thick * count / 2.0 + thick * s as f64 + thick * 0.04;
            let (base, tip) = (x(0.0), x(series.values[i]));
            let value = values[s][i].clone();
            bars.push(ChartBar { part: i, from, to: from + thick * 0.92, base, tip, colour: colours[s], value });
        }
    }
    (still, BarChart { bars, lying: true, gap, ink: board.look.text, radius: unit * 0.008 })
}

/// Without marks along the axis the longest bar may have all the room.
fn stretched(scale: &AxisScale, chart: &ChartData, value: f64) -> f64 {
    let all = chart.series.iter().flat_map(|series| &series.values).map(|value| scale.share(*value));
    let (low, high) = all.fold((scale.share(0.0), scale.share(0.0)), |(low, high), s| (low.min(s), high.max(s)));
    if high > low { (scale.share(value) - low) / (high - low) } else { 0.0 }
}

/// The labels in at most two lines each; cut where even small letters don't fit.
fn labels_beside(board: &mut ChartPlot<'_>, chart: &ChartData, width: f64, row: f64) -> Vec<Vec<ChartLabel>> {
    for share in [0.034, 0.030, 0.027, 0.024] {
        let style = board.style(share, 500.0);
        let lines = if row >= board.unit * share * 2.6 { 2 } else { 1 };
        let fits = row >= board.unit * share * 1.2;
        let wrapped = |label: &String| board.wrapped(label, &style, width, lines);
        if let Some(labels) = chart.labels.iter().map(wrapped).collect::<Option<Vec<_>>>().filter(|_| fits) {
            return labels;
        }
    }
    let style = board.style((row / board.unit / 1.25).min(0.024), 500.0);
    chart.labels.iter().map(|label| vec![board.cut(label, &style, width)]).collect()
}

/// The values that stand at the bars, in the largest letters in which each fits into `width`; none where they would be too small.
fn values(board: &mut ChartPlot<'_>, chart: &ChartData, width: f64, largest: f64) -> Vec<Vec<Option<ChartLabel>>> {
    for share in [1.0, 0.9, 0.8, 0.7].map(|share| largest * share).into_iter().filter(|share| *share >= 0.017) {
        let style = board.style(share, 600.0);
        let label = |value: &f64| {
            let text = board.numbers.value(*value);
            Some(board.label(&text, &style)).filter(|label| label.width <= width)
        };
        let mut label = label;
        let labels: Vec<Vec<Option<ChartLabel>>> =
            chart.series.iter().map(|series| series.values.iter().map(&mut label).collect()).collect();
        if labels.iter().flatten().all(Option::is_some) {
            return labels;
        }
    }
    chart.series.iter().map(|series| vec![None; series.values.len()]).collect()
}

impl BarChart {
    /// The bars, each grown by its part's share.
    pub fn shapes(&self, shares: &[f64]) -> Vec<PaintShape> {
        let share = |bar: &ChartBar| shares.get(bar.part).copied().unwrap_or(1.0);
        self.bars.iter().filter(|bar| share(bar) > 0.0).flat_map(|bar| self.one(bar, share(bar))).collect()
    }

    fn one(&self, item: &ChartBar, share: f64) -> Vec<PaintShape> {
        let ChartBar { from, to, base, tip, .. } = *item;
        let tip = base + (tip - base) * share;
        let radius = self.radius.min((to - from) * 0.2);
        let (low, high) = (base.min(tip), base.max(tip));
        // What is worth nothing is still there.
        let least = 1.5;
        let mut shapes = Vec::new();
        if self.lying {
            let rect = Rect { left: low, top: from, right: high.max(low + least), bottom: to };
            let radii = if tip >= base { (0.0, radius, radius, 0.0) } else { (radius, 0.0, 0.0, radius) };
            shapes.push(bar(rect, radii, item.colour));
        } else {
            let rect = Rect { left: from, top: low.min(high - least), right: to, bottom: high };
            let radii = if tip <= base { (radius, radius, 0.0, 0.0) } else { (0.0, 0.0, radius, radius) };
            shapes.push(bar(rect, radii, item.colour));
        }
        if let Some(value) = &item.value {
            let ink = faded(self.ink, (share - 0.45) / 0.4);
            let middle = (from + to) / 2.0;
            shapes.push(match (self.lying, item.tip >= item.base) {
                (true, true) => value.right_of(tip + self.gap, middle, ink),
                (true, false) => value.left_of(tip - self.gap, middle, ink),
                // Downwards, below the base.
                (false, true) if item.tip > item.base => value.below(middle, tip + self.gap * 0.5, ink),
                (false, _) => value.below(middle, tip - self.gap * 0.6 - value.height, ink),
            });
        }
        shapes
    }
}
