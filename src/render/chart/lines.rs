//! Line charts: one or several lines from point to point, with the values at their points or ends.

use std::sync::Arc;

use vello_cpu::kurbo::BezPath;

use super::colours;
use super::context::{ChartContext, ChartLabel, widest};
use super::data::ChartData;
use super::scale::AxisScale;
use crate::render::colour::faded;
use crate::render::paint::{PaintShape, Rect};
use crate::units::Colour;

/// The most points of a line that are marked by dots.
const MAX_DOTS: usize = 16;
/// The most points of a single line whose values are written.
const MAX_VALUES: usize = 9;

/// The layout of the lines of a chart at full length.
pub(super) struct LineChart {
    lines: Vec<LineSeries>,
    /// The axis' low end in pixels from the top: a single line is filled down to it.
    floor: f64,
    weight: f64,
    ink: Colour,
    back: Colour,
}

struct LineSeries {
    points: Vec<(f64, f64)>,
    colour: Colour,
    values: Vec<PointLabel>,
}

/// The value of a point, with its upper left corner.
struct PointLabel {
    point: usize,
    label: ChartLabel,
    at: (f64, f64),
}

/// Lays out a line chart in `area`: the shapes that do not change, and the lines.
pub(super) fn plot(context: &mut ChartContext<'_>, chart: &ChartData, area: Rect) -> (Vec<PaintShape>, LineChart) {
    let scale = scale(chart);
    let unit = context.unit;
    let style = context.style(0.029, 600.0);
    let last_values = chart.series.iter().map(|series| series.values.last().copied().unwrap_or_default());
    let ends: Vec<ChartLabel> = last_values.map(|value| context.value_label(value, &style)).collect();
    let plot = plot_area(context, &scale, widest(&ends), area);
    let mut still = context.grid(&scale, plot);
    let count = chart.labels.len();
    let columns: Vec<f64> = (0..count).map(|i| column(plot, i, count)).collect();
    still.extend(labels_below(context, chart, &columns, plot.bottom + unit * 0.020, area));
    let mut lines = series_lines(context, chart, &scale, plot);
    place_end_values(&mut lines, ends, unit, plot);
    if let ([line], [series]) = (lines.as_mut_slice(), chart.series.as_slice())
        && count <= MAX_VALUES
    {
        place_point_values(context, line, &series.values, plot);
    }
    let back = context.look.background;
    (still, LineChart { lines, floor: plot.bottom, weight: unit * 0.0065, ink: context.look.text, back })
}

/// The area of the lines within the chart's: right of the axis, above the labels, left of values of this width.
fn plot_area(context: &mut ChartContext<'_>, scale: &AxisScale, value_width: f64, area: Rect) -> Rect {
    let unit = context.unit;
    let label_height = f64::from(context.style(0.027, 500.0).size) * 1.25;
    Rect {
        left: area.left + context.axis_width(scale) + unit * 0.012,
        top: area.top + context.tick_reach().max(unit * 0.045),
        right: area.right - value_width - unit * 0.022,
        bottom: area.bottom - label_height - unit * 0.022,
    }
}

/// One line for each series, without values at its points.
fn series_lines(context: &ChartContext<'_>, chart: &ChartData, scale: &AxisScale, plot: Rect) -> Vec<LineSeries> {
    let count = chart.labels.len();
    let colours = colours::series(context.look, chart.series.len());
    let mut lines: Vec<LineSeries> = Vec::new();
    for (series, colour) in chart.series.iter().zip(colours) {
        let values = series.values.iter().enumerate();
        let points = values.map(|(i, value)| (column(plot, i, count), scale.height_in(plot, *value))).collect();
        lines.push(LineSeries { points, colour, values: Vec::new() });
    }
    lines
}

/// The place of point `i` of `count`, in pixels from the left.
fn column(plot: Rect, i: usize, count: usize) -> f64 {
    plot.left + (plot.right - plot.left) * i as f64 / (count.max(2) - 1) as f64
}

/// An axis that begins at zero, unless all values are far from zero and close together.
fn scale(chart: &ChartData) -> AxisScale {
    let mut values = chart.series.iter().flat_map(|series| &series.values).copied();
    let first = values.next().unwrap_or_default();
    let (low, high) = values.fold((first, first), |(low, high), value| (low.min(value), high.max(value)));
    let low = if low > 0.0 && low < high * 0.55 { 0.0 } else { low };
    AxisScale::around(low, if high < 0.0 && high > low * 0.55 { 0.0 } else { high }, 5)
}

/// As many labels below the points as fit without touching: every one, every second and so on.
fn labels_below(
    context: &mut ChartContext<'_>,
    chart: &ChartData,
    columns: &[f64],
    top: f64,
    area: Rect,
) -> Vec<PaintShape> {
    let style = context.style(0.027, 500.0);
    let most = (area.right - area.left) * 0.3;
    let labels: Vec<ChartLabel> = chart.labels.iter().map(|label| context.cut(label, &style, most)).collect();
    let placed = labels.iter().zip(columns).map(|(label, x)| {
        let left = (x - label.width / 2.0).clamp(area.left, (area.right - label.width).max(area.left));
        (left, left + label.width)
    });
    let placed: Vec<(f64, f64)> = placed.collect();
    let step = label_step(&placed, context.unit * 0.022);
    let shown = labels.iter().zip(&placed).step_by(step);
    shown.map(|(label, (left, _))| label.at(*left, top, context.look.text)).collect()
}

/// The least step from one visible label to the next that leaves `gap` pixels between them; `placed` holds the left and the
/// right edge of each label.
fn label_step(placed: &[(f64, f64)], gap: f64) -> usize {
    let last = placed.len().saturating_sub(1);
    let steps: Vec<usize> = (1..=last.max(1)).filter(|step| are_apart(placed, *step, gap)).collect();
    // The last label is visible, too, where a step at most twice as long allows it.
    let even = steps.iter().find(|step| last.is_multiple_of(**step) && **step <= steps[0] * 2);
    even.or(steps.first()).copied().unwrap_or(last.max(1))
}

fn are_apart(placed: &[(f64, f64)], step: usize, gap: f64) -> bool {
    let shown: Vec<&(f64, f64)> = placed.iter().step_by(step).collect();
    shown.windows(2).all(|pair| pair[0].1 + gap <= pair[1].0)
}

/// Places each line's last value at its end, pushed apart where lines end close to each other.
fn place_end_values(lines: &mut [LineSeries], labels: Vec<ChartLabel>, unit: f64, plot: Rect) {
    let ends: Vec<(f64, f64)> =
        lines.iter().map(|line| line.points.last().copied().unwrap_or((plot.right, plot.bottom))).collect();
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|a, b| ends[*a].1.total_cmp(&ends[*b].1));
    let mut tops: Vec<f64> = order.iter().map(|i| ends[*i].1 - labels[*i].height / 2.0).collect();
    for i in 1..tops.len() {
        tops[i] = tops[i].max(tops[i - 1] + labels[order[i - 1]].height * 0.92);
    }
    let lowest = plot.bottom - labels.last().map_or(0.0, |label| label.height * 0.5);
    let over = tops.last().map_or(0.0, |top| (top - lowest).max(0.0));
    for (i, top) in order.into_iter().zip(tops) {
        let point = lines[i].points.len().saturating_sub(1);
        let at = (ends[i].0 + unit * 0.020, top - over);
        lines[i].values.push(PointLabel { point, label: labels[i].clone(), at });
    }
}

/// Places a single line's values above its points, below those that lie in a hollow; none where they don't fit.
fn place_point_values(context: &mut ChartContext<'_>, line: &mut LineSeries, values: &[f64], plot: Rect) {
    let style = context.style(0.027, 600.0);
    let slot = (plot.right - plot.left) / (values.len().max(2) - 1) as f64;
    let labels: Vec<ChartLabel> = values.iter().map(|value| context.value_label(*value, &style)).collect();
    if labels.iter().any(|label| label.width > slot * 0.86) {
        return;
    }
    for (point, label) in labels.into_iter().enumerate().take(values.len().saturating_sub(1)) {
        let at = line.value_corner(point, &label, context.unit, plot);
        line.values.push(PointLabel { point, label, at });
    }
}

impl LineChart {
    /// The lines; `shares` says how far each has grown, 0 to 1, or each point of a single line.
    pub fn shapes(&self, shares: &[f64]) -> Vec<PaintShape> {
        if shares.iter().all(|share| *share <= 0.0) {
            return Vec::new();
        }
        let mut visible: Vec<(&LineSeries, f64)> = Vec::new();
        for (i, line) in self.lines.iter().enumerate() {
            visible.extend(self.reach(i, line, shares).map(|reach| (line, reach)));
        }
        let mut shapes: Vec<PaintShape> = Vec::new();
        if let ([_], [(line, reach)]) = (self.lines.as_slice(), visible.as_slice()) {
            shapes.extend(self.filled_area(line, *reach));
        }
        shapes.extend(visible.iter().flat_map(|(line, reach)| self.stroke(line, *reach)));
        shapes.extend(visible.iter().flat_map(|(line, reach)| self.marks(line, *reach)));
        shapes
    }

    /// How far line `i` reaches, counted in points from its first one; `None` before it begins.
    fn reach(&self, i: usize, line: &LineSeries, shares: &[f64]) -> Option<f64> {
        let steps = line.points.len().saturating_sub(1) as f64;
        if self.lines.len() > 1 {
            let share = shares.get(i).copied().unwrap_or(1.0);
            return (share > 0.0).then_some(share * steps);
        }
        // The first point is visible once its share is; each of the others moves the end to the next point.
        let begun = shares.first().is_some_and(|share| *share > 0.0);
        begun.then(|| shares[1..].iter().sum::<f64>().min(steps))
    }

    /// The area between a line and the axis' low end.
    fn filled_area(&self, line: &LineSeries, reach: f64) -> Option<PaintShape> {
        let points = line.until(reach);
        let first = points.first()?;
        let last = points.last()?;
        let mut path = BezPath::new();
        path.move_to((first.0, self.floor));
        points.iter().for_each(|point| path.line_to(*point));
        path.line_to((last.0, self.floor));
        path.close_path();
        Some(PaintShape::Path { path: Arc::new(path), stroke: None, colour: Colour { a: 36, ..line.colour } })
    }

    fn stroke(&self, line: &LineSeries, reach: f64) -> Option<PaintShape> {
        let points = line.until(reach);
        let mut path = BezPath::new();
        path.move_to(*points.first().filter(|_| points.len() > 1)?);
        points[1..].iter().for_each(|point| path.line_to(*point));
        Some(PaintShape::Path { path: Arc::new(path), stroke: Some(self.weight), colour: line.colour })
    }

    /// The dots and the values of the points that the line has reached.
    fn marks(&self, line: &LineSeries, reach: f64) -> Vec<PaintShape> {
        let mut shapes = Vec::new();
        if line.points.len() <= MAX_DOTS {
            for (i, point) in line.points.iter().enumerate().filter(|(i, _)| presence(*i, reach) > 0.0) {
                let radius = self.weight * 1.25 * presence(i, reach);
                shapes.push(disc(*point, radius + self.weight * 0.35, self.back));
                shapes.push(disc(*point, radius, line.colour));
            }
        }
        for value in line.values.iter().filter(|value| presence(value.point, reach) > 0.0) {
            let is_last = value.point + 1 == line.points.len() && line.points.len() > 1;
            let ink = if is_last { line.colour } else { self.ink };
            shapes.push(value.label.at(value.at.0, value.at.1, faded(ink, presence(value.point, reach))));
        }
        shapes
    }
}

/// How far point `i` of a line has come in, 0 to 1; `reach` says how far the line reaches, counted in points.
fn presence(i: usize, reach: f64) -> f64 {
    ((reach - i as f64 + 0.15) / 0.15).clamp(0.0, 1.0)
}

fn disc((x, y): (f64, f64), radius: f64, colour: Colour) -> PaintShape {
    let rect = Rect { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
    PaintShape::Block { rect, radius, colour }
}

impl LineSeries {
    /// The upper left corner of the value of point `i`, which is not the last one.
    fn value_corner(&self, i: usize, label: &ChartLabel, unit: f64, plot: Rect) -> (f64, f64) {
        let (x, y) = self.points[i];
        let before = if i == 0 { y } else { self.points[i - 1].1 };
        let hollow = before < y && self.points[i + 1].1 < y;
        let fits_below = y + unit * 0.022 + label.height < plot.bottom;
        let top = if hollow && fits_below { y + unit * 0.020 } else { y - unit * 0.020 - label.height };
        // A line that rises steeply would cross a label above its start.
        let aside = if i == 0 && self.points[1].1 < y - label.height { label.width * 0.28 } else { label.width / 2.0 };
        let left = if i == 0 { (x - aside).max(plot.left - unit * 0.004) } else { x - aside };
        (left, top)
    }

    /// Its points up to `reach`, counted in points; the last one may lie between two points.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels of 8 pixels, 10 pixels apart.
    fn row(count: u32) -> Vec<(f64, f64)> {
        (0..count).map(|i| (f64::from(i) * 10.0, f64::from(i) * 10.0 + 8.0)).collect()
    }

    #[test]
    fn labels_that_would_touch_are_skipped_and_the_last_one_is_kept() {
        assert_eq!(label_step(&row(5), 1.0), 1);
        assert_eq!(label_step(&row(5), 5.0), 2);
        assert_eq!(label_step(&row(10), 5.0), 3, "9 is a multiple of 3");
        assert_eq!(label_step(&row(8), 5.0), 2, "7 is a multiple of no step from 2 to 4");
        assert_eq!(label_step(&row(3), 100.0), 2);
        assert_eq!(label_step(&[], 1.0), 1);
    }

    #[test]
    fn a_line_ends_between_two_points_while_it_grows() {
        let points = vec![(0.0, 0.0), (10.0, 20.0), (20.0, 0.0)];
        let line = LineSeries { points, colour: Colour::rgb(0, 0, 0), values: Vec::new() };
        assert_eq!(line.until(0.0), [(0.0, 0.0)]);
        assert_eq!(line.until(0.5), [(0.0, 0.0), (5.0, 10.0)]);
        assert_eq!(line.until(2.0), [(0.0, 0.0), (10.0, 20.0), (20.0, 0.0)]);
    }
}
