//! Bar charts: upright bars over short labels, horizontal ones beside long labels.

use super::colours;
use super::context::{ChartContext, ChartLabel, bar, widest};
use super::data::ChartData;
use super::scale::AxisScale;
use crate::render::colour::faded;
use crate::render::paint::{PaintShape, Rect};
use crate::units::Colour;

/// The least length of a bar, in pixels: a value of 0 is visible, too.
const MIN_LENGTH: f64 = 1.5;

/// The layout of the bars of a chart, all of them at full length.
pub(super) struct BarChart {
    bars: Vec<ChartBar>,
    /// The bars grow to the right or left instead of up or down.
    horizontal: bool,
    /// Distance of a bar from its value, in pixels.
    gap: f64,
    ink: Colour,
    /// Radius of the corners at the tip, in pixels.
    radius: f64,
}

struct ChartBar {
    part: usize,
    /// Its two edges across the direction in which it grows.
    from: f64,
    to: f64,
    /// Its start along that direction, and its end at full length.
    base: f64,
    tip: f64,
    colour: Colour,
    value: Option<ChartLabel>,
}

/// The slots of labels, each with a bar for each series, across the direction in which bars grow. In pixels.
struct BarSlots {
    /// The start of the first slot, and the distance of two.
    start: f64,
    step: f64,
    /// Width of the bars of one slot together, and of one bar with its gap.
    group: f64,
    width: f64,
}

impl BarSlots {
    fn middle(&self, slot: usize) -> f64 {
        self.start + self.step * (slot as f64 + 0.5)
    }

    /// The first edge of the bar of this series.
    fn bar_start(&self, slot: usize, series: usize) -> f64 {
        self.middle(slot) - self.group / 2.0 + self.width * series as f64 + self.width * 0.04
    }

    /// The labels of upright bars, from `top` on.
    fn labels_below(&self, labels: &[Vec<ChartLabel>], top: f64, ink: Colour) -> Vec<PaintShape> {
        let mut shapes = Vec::new();
        for (i, lines) in labels.iter().enumerate() {
            let mut top = top;
            for line in lines {
                shapes.push(line.below(self.middle(i), top, ink));
                top += line.height;
            }
        }
        shapes
    }

    /// The labels of horizontal bars, their lines ending at `right`.
    fn labels_left_of(&self, labels: &[Vec<ChartLabel>], right: f64, ink: Colour) -> Vec<PaintShape> {
        let mut shapes = Vec::new();
        for (i, lines) in labels.iter().enumerate() {
            let mut top = self.middle(i) - lines_height(lines) / 2.0;
            for line in lines {
                shapes.push(line.at(right - line.width, top, ink));
                top += line.height;
            }
        }
        shapes
    }

    /// The bars of a chart; `position` gives the place of a value along the axis, in pixels.
    fn bars(
        &self,
        chart: &ChartData,
        colours: &[Colour],
        values: &[Vec<Option<ChartLabel>>],
        position: impl Fn(f64) -> f64,
    ) -> Vec<ChartBar> {
        let mut bars = Vec::new();
        for (part, _) in chart.labels.iter().enumerate() {
            for (s, series) in chart.series.iter().enumerate() {
                let from = self.bar_start(part, s);
                bars.push(ChartBar {
                    part,
                    from,
                    to: from + self.width * 0.92,
                    base: position(0.0),
                    tip: position(series.values[part]),
                    colour: colours[s],
                    value: values[s][part].clone(),
                });
            }
        }
        bars
    }
}

/// Lays out a bar chart in `area`: the shapes that do not change, and the bars.
pub(super) fn plot(context: &mut ChartContext<'_>, chart: &ChartData, area: Rect) -> (Vec<PaintShape>, BarChart) {
    match labels_below(context, chart, area) {
        Some((labels, height)) => upright(context, chart, area, labels, height),
        None => horizontal(context, chart, area),
    }
}

/// An axis in round numbers that holds zero and all values.
fn scale(chart: &ChartData) -> AxisScale {
    let values = chart.series.iter().flat_map(|series| &series.values);
    let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
    AxisScale::around(low, high, 5)
}

/// The lines of the labels below upright bars, and the height of the highest label; `None` where they don't fit.
fn labels_below(context: &mut ChartContext<'_>, chart: &ChartData, area: Rect) -> Option<(Vec<Vec<ChartLabel>>, f64)> {
    let axis = context.axis_width(&scale(chart));
    let slot = (area.right - area.left - axis) / chart.labels.len().max(1) as f64;
    [0.031, 0.028, 0.0255].into_iter().find_map(|share| {
        let labels = context.wrapped_labels(chart, &context.style(share, 500.0), slot * 0.94, 2)?;
        let height = labels.iter().map(|lines| lines_height(lines)).fold(0.0, f64::max);
        Some((labels, height))
    })
}

fn lines_height(lines: &[ChartLabel]) -> f64 {
    lines.iter().map(|line| line.height).sum()
}

fn upright(
    context: &mut ChartContext<'_>,
    chart: &ChartData,
    area: Rect,
    labels: Vec<Vec<ChartLabel>>,
    height: f64,
) -> (Vec<PaintShape>, BarChart) {
    let scale = scale(chart);
    let unit = context.unit;
    let gap = unit * 0.010;
    let left = area.left + context.axis_width(&scale);
    let slot = (area.right - left) / chart.labels.len().max(1) as f64;
    let count = chart.series.len().max(1) as f64;
    let group = (slot * 0.66).min(unit * 0.17 * count);
    let slots = BarSlots { start: left, step: slot, group, width: group / count };
    let values = value_labels(context, chart, slots.width * 1.18, 0.031);
    let above = values.iter().flatten().flatten().map(|label| label.height + gap).fold(context.tick_reach(), f64::max);
    let plot = Rect { left, top: area.top + above, right: area.right, bottom: area.bottom - height - unit * 0.020 };
    let mut still = context.grid(&scale, plot);
    still.extend(slots.labels_below(&labels, plot.bottom + unit * 0.018, context.look.text));
    let colours = colours::series(context.look, chart.series.len());
    let bars = slots.bars(chart, &colours, &values, |value| scale.height_in(plot, value));
    (still, BarChart { bars, horizontal: false, gap, ink: context.look.text, radius: unit * 0.008 })
}

fn horizontal(context: &mut ChartContext<'_>, chart: &ChartData, area: Rect) -> (Vec<PaintShape>, BarChart) {
    let scale = scale(chart);
    let unit = context.unit;
    let width = area.right - area.left;
    let rows = chart.labels.len().max(1) as f64;
    let row = ((area.bottom - area.top) / rows).min(unit * 0.15);
    let top = area.top + (area.bottom - area.top - row * rows) / 2.0;
    let labels = labels_beside(context, chart, width * 0.36, row);
    let label_width = widest(labels.iter().flatten());
    let count = chart.series.len().max(1) as f64;
    let thick = (row * 0.66 / count).min(unit * 0.075);
    let slots = BarSlots { start: top, step: row, group: thick * count, width: thick };
    let values = value_labels(context, chart, width * 0.25, (thick * 0.86 / unit).min(0.033));
    let value_width = widest(values.iter().flatten().flatten());
    let gap = unit * 0.014;
    let below_zero = chart.series.iter().flat_map(|series| &series.values).any(|value| *value < 0.0);
    let left = area.left + label_width + gap * 1.6 + if below_zero { value_width + gap } else { 0.0 };
    let right = area.right - value_width - gap;
    let zero = left + (right - left) * stretched_share(&scale, chart, 0.0);
    let weight = (unit * 0.0018).max(1.0);
    let axis = Rect { left: zero - weight / 2.0, top, right: zero + weight / 2.0, bottom: top + row * rows };
    let mut still = vec![PaintShape::Block { rect: axis, radius: 0.0, colour: Colour { a: 90, ..context.look.text } }];
    still.extend(slots.labels_left_of(&labels, area.left + label_width, context.look.text));
    let colours = colours::series(context.look, chart.series.len());
    let bars =
        slots.bars(chart, &colours, &values, |value| left + (right - left) * stretched_share(&scale, chart, value));
    (still, BarChart { bars, horizontal: true, gap, ink: context.look.text, radius: unit * 0.008 })
}

/// The place of a value between the ends of horizontal bars, 0 to 1: without marks along the axis, the longest bar fills
/// the whole width.
fn stretched_share(scale: &AxisScale, chart: &ChartData, value: f64) -> f64 {
    let all = chart.series.iter().flat_map(|series| &series.values).map(|value| scale.share(*value));
    let (low, high) = all.fold((scale.share(0.0), scale.share(0.0)), |(low, high), s| (low.min(s), high.max(s)));
    if high > low { (scale.share(value) - low) / (high - low) } else { 0.0 }
}

/// The labels beside horizontal bars in at most two lines each; cut where even small letters don't fit.
fn labels_beside(context: &mut ChartContext<'_>, chart: &ChartData, width: f64, row: f64) -> Vec<Vec<ChartLabel>> {
    for share in [0.034, 0.030, 0.027, 0.024] {
        let lines = if row >= context.unit * share * 2.6 { 2 } else { 1 };
        let fits = row >= context.unit * share * 1.2;
        let labels = context.wrapped_labels(chart, &context.style(share, 500.0), width, lines);
        if let Some(labels) = labels.filter(|_| fits) {
            return labels;
        }
    }
    let style = context.style((row / context.unit / 1.25).min(0.024), 500.0);
    chart.labels.iter().map(|label| vec![context.cut(label, &style, width)]).collect()
}

/// The labels of the values at the bars, series by series: in the largest letters in which each fits into `width`; `None`
/// where they would be too small.
fn value_labels(
    context: &mut ChartContext<'_>,
    chart: &ChartData,
    width: f64,
    largest: f64,
) -> Vec<Vec<Option<ChartLabel>>> {
    for share in [1.0, 0.9, 0.8, 0.7].map(|share| largest * share).into_iter().filter(|share| *share >= 0.017) {
        let style = context.style(share, 600.0);
        let labels = chart.series.iter().map(|series| {
            let labels = series.values.iter().map(|value| context.value_label(*value, &style));
            labels.map(|label| Some(label).filter(|label| label.width <= width)).collect()
        });
        let labels: Vec<Vec<Option<ChartLabel>>> = labels.collect();
        if labels.iter().flatten().all(Option::is_some) {
            return labels;
        }
    }
    chart.series.iter().map(|series| vec![None; series.values.len()]).collect()
}

impl BarChart {
    /// The bars; `shares` says how much of its length each part has, 0 to 1.
    pub fn shapes(&self, shares: &[f64]) -> Vec<PaintShape> {
        let mut shapes = Vec::new();
        for bar in &self.bars {
            let share = shares.get(bar.part).copied().unwrap_or(1.0);
            if share > 0.0 {
                let tip = bar.base + (bar.tip - bar.base) * share;
                shapes.push(self.bar_shape(bar, tip));
                let ink = faded(self.ink, (share - 0.45) / 0.4);
                shapes.extend(bar.value.as_ref().map(|value| self.value_shape(bar, value, tip, ink)));
            }
        }
        shapes
    }

    /// A bar that ends at `tip`, where its corners are round.
    fn bar_shape(&self, item: &ChartBar, tip: f64) -> PaintShape {
        let ChartBar { from, to, base, .. } = *item;
        let radius = self.radius.min((to - from) * 0.2);
        let low = base.min(tip);
        let high = base.max(tip);
        if self.horizontal {
            let rect = Rect { left: low, top: from, right: high.max(low + MIN_LENGTH), bottom: to };
            let radii = if tip >= base { (0.0, radius, radius, 0.0) } else { (radius, 0.0, 0.0, radius) };
            bar(rect, radii, item.colour)
        } else {
            let rect = Rect { left: from, top: low.min(high - MIN_LENGTH), right: to, bottom: high };
            let radii = if tip <= base { (radius, radius, 0.0, 0.0) } else { (0.0, 0.0, radius, radius) };
            bar(rect, radii, item.colour)
        }
    }

    /// The value beyond the tip of its bar.
    fn value_shape(&self, item: &ChartBar, value: &ChartLabel, tip: f64, ink: Colour) -> PaintShape {
        let middle = (item.from + item.to) / 2.0;
        match (self.horizontal, item.tip >= item.base) {
            (true, true) => value.right_of(tip + self.gap, middle, ink),
            (true, false) => value.left_of(tip - self.gap, middle, ink),
            // A bar that grows downwards has its value below it.
            (false, true) if item.tip > item.base => value.below(middle, tip + self.gap * 0.5, ink),
            (false, _) => value.below(middle, tip - self.gap * 0.6 - value.height, ink),
        }
    }
}
