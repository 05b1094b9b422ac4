//! Pie charts: a ring of parts, and a legend with their names, values and shares. Angles go through `libm`, whose results
//! are the same on every machine.

use std::sync::Arc;

use vello_cpu::kurbo::BezPath;

use super::colours;
use super::context::{ChartContext, ChartLabel};
use super::data::ChartData;
use crate::render::colour::faded;
use crate::render::paint::{PaintShape, Rect};
use crate::units::Colour;

/// Radius of the hole, as a share of the ring's.
const HOLE: f64 = 0.56;
const TURN: f64 = std::f64::consts::TAU;

/// The layout of a whole ring and its legend.
pub(super) struct PieChart {
    ring: PieRing,
    parts: Vec<PieSlice>,
    ink: Colour,
    muted: Colour,
}

/// The ring, in pixels of the frame.
struct PieRing {
    middle: (f64, f64),
    radius: f64,
    /// Distance of two parts.
    gap: f64,
}

struct PieSlice {
    /// Its start and its end in turns from the top, clockwise.
    from: f64,
    to: f64,
    colour: Colour,
    row: LegendRow,
    /// The row's dot, its middle from the top, and the left edge of its label and right edge of its last text, in pixels.
    dot: Rect,
    y: f64,
    left: f64,
    right: f64,
}

/// The texts of a part in the legend.
struct LegendRow {
    label: ChartLabel,
    value: ChartLabel,
    /// The share in per cent, unless the value is one.
    share: Option<ChartLabel>,
    /// Width of the column of shares with the gap before it, in pixels.
    share_width: f64,
}

/// The rows of a legend with the sizes that they are laid out with, in pixels.
struct PieLegend {
    rows: Vec<LegendRow>,
    /// Side of a dot.
    dot: f64,
    /// Distance of two rows.
    step: f64,
}

/// Lays out a pie chart in `area`: the ring beside its legend, or above it where the area is high.
pub(super) fn plot(context: &mut ChartContext<'_>, chart: &ChartData, area: Rect) -> PieChart {
    let width = area.right - area.left;
    let height = area.bottom - area.top;
    let side_by_side = width > height * 1.05;
    let radius = if side_by_side { (height * 0.475).min(width * 0.23) } else { (height * 0.27).min(width * 0.36) };
    let (mut middle, space) = if side_by_side { ring_at_left(area, radius) } else { ring_at_top(area, radius) };
    let values = chart.series.first().map_or(&[][..], |series| &series.values);
    let all: f64 = values.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let legend = PieLegend::new(context, chart, values, all, space);
    let mut column = Rect { right: space.right.min(space.left + legend.width(context.unit)), ..space };
    let aside = if side_by_side {
        ((area.right - column.right) / 2.0).max(0.0)
    } else {
        (width - (column.right - column.left)) / 2.0
    };
    if side_by_side {
        middle.0 += aside;
    }
    column = Rect { left: column.left + aside, right: column.right + aside, ..column };
    if side_by_side {
        column.top = middle.1 - legend.step * legend.rows.len() as f64 / 2.0;
    }
    let colours = colours::series(context.look, values.len());
    let parts = legend.slices(values, all, &colours, column);
    let ring = PieRing { middle, radius, gap: context.unit * 0.004 };
    PieChart { ring, parts, ink: context.look.text, muted: context.look.muted }
}

/// The middle of a ring at the left of `area`, and the space for its legend.
fn ring_at_left(area: Rect, radius: f64) -> ((f64, f64), Rect) {
    let x = area.left + radius * 1.12;
    let left = x + radius * 1.12 + (area.right - area.left) * 0.06;
    ((x, (area.top + area.bottom) / 2.0), Rect { left, ..area })
}

/// The middle of a ring at the top of `area`, and the space for its legend.
fn ring_at_top(area: Rect, radius: f64) -> ((f64, f64), Rect) {
    let y = area.top + radius * 1.04;
    let top = y + radius * 1.04 + (area.bottom - area.top) * 0.05;
    (((area.left + area.right) / 2.0, y), Rect { top, ..area })
}

impl PieLegend {
    /// The legend of values whose sum is `all`, within `space`.
    fn new(context: &mut ChartContext<'_>, chart: &ChartData, values: &[f64], all: f64, space: Rect) -> PieLegend {
        let step = ((space.bottom - space.top) / values.len().max(1) as f64).min(context.unit * 0.086);
        let size = (step / context.unit * 0.44).min(0.037);
        let plain = context.style(size, 500.0);
        let bold = context.style(size, 700.0);
        let dot = context.unit * size * 0.72;
        let gap = context.unit * 0.024;
        let is_per_cent = chart.unit.as_deref() == Some("%");
        let shares = values
            .iter()
            .map(|value| (!is_per_cent).then(|| context.label(&format!("{:.0}%", value / all * 100.0), &plain)));
        let shares: Vec<Option<ChartLabel>> = shares.collect();
        let share_width = shares.iter().flatten().map(|label| label.width + gap).fold(0.0, f64::max);
        let mut rows: Vec<LegendRow> = Vec::new();
        for ((label, value), share) in chart.labels.iter().zip(values).zip(shares) {
            let value = context.value_label(*value, &bold);
            let most = space.right - space.left - dot * 1.8 - gap - value.width - share_width;
            let label = context.cut(label, &plain, most);
            rows.push(LegendRow { label, value, share, share_width });
        }
        // A long unit stands at the first value only where it fits; otherwise the heading must say it.
        if let (Some(unit), Some(first)) = (context.numbers.caption.clone(), rows.first_mut()) {
            let text = format!("{} {unit}", context.numbers.value(values[0]));
            let value = context.label(&text, &bold);
            if first.label.width + value.width + dot * 1.8 + gap + share_width <= space.right - space.left {
                first.value = value;
            }
        }
        PieLegend { rows, dot, step }
    }

    /// The width with the values in a column close to the labels, in pixels.
    fn width(&self, unit: f64) -> f64 {
        let labels = self.rows.iter().map(|row| row.label.width).fold(0.0, f64::max);
        let figures = self.rows.iter().map(|row| row.value.width + row.share_width).fold(0.0, f64::max);
        self.dot * 1.8 + labels + unit * 0.075 + figures
    }

    /// The parts of the ring with their rows in `column`, from its top down.
    fn slices(self, values: &[f64], all: f64, colours: &[Colour], column: Rect) -> Vec<PieSlice> {
        let PieLegend { rows, dot, step } = self;
        let mut from = 0.0;
        let mut slices: Vec<PieSlice> = Vec::new();
        for ((row, value), colour) in rows.into_iter().zip(values).zip(colours) {
            let y = column.top + step * (slices.len() as f64 + 0.5);
            let to = from + value / all;
            let left = column.left + dot * 1.8;
            let dot = Rect { left: column.left, top: y - dot / 2.0, right: column.left + dot, bottom: y + dot / 2.0 };
            slices.push(PieSlice { from, to, colour: *colour, row, dot, y, left, right: column.right });
            from = to;
        }
        slices
    }
}

impl PieChart {
    /// The ring up to the sum of all shares (0 to 1) of its parts, and the rows of the legend for what is visible of it.
    pub fn shapes(&self, shares: &[f64]) -> Vec<PaintShape> {
        let lengths = self.parts.iter().map(|part| part.to - part.from).enumerate();
        let swept: f64 = lengths.map(|(i, length)| length * shares.get(i).copied().unwrap_or(1.0)).sum();
        let is_alone = self.parts.iter().filter(|part| part.to > part.from).count() < 2;
        let gap = if is_alone { 0.0 } else { self.ring.gap };
        let mut shapes = Vec::new();
        for part in &self.parts {
            let to = part.to.min(swept);
            if to > part.from {
                let sector = self.ring.sector(part.from, to, gap).map(Arc::new);
                shapes.extend(sector.map(|path| PaintShape::Path { path, stroke: None, colour: part.colour }));
                let visible = ((to - part.from) / (part.to - part.from) * 1.6).clamp(0.0, 1.0);
                shapes.extend(part.legend_shapes(visible, self.ink, self.muted));
            }
        }
        shapes
    }
}

impl PieSlice {
    /// Its dot and its texts, with this opacity (0 to 1).
    fn legend_shapes(&self, opacity: f64, ink: Colour, muted: Colour) -> Vec<PaintShape> {
        let radius = (self.dot.right - self.dot.left) * 0.28;
        let row = &self.row;
        let value_left = self.right - row.share_width - row.value.width;
        let mut shapes = vec![
            PaintShape::Block { rect: self.dot, radius, colour: faded(self.colour, opacity) },
            row.label.right_of(self.left, self.y, faded(ink, opacity)),
            row.value.right_of(value_left, self.y, faded(ink, opacity)),
        ];
        shapes.extend(row.share.as_ref().map(|share| share.left_of(self.right, self.y, faded(muted, opacity))));
        shapes
    }
}

impl PieRing {
    /// The part of the ring between two turns, half of `gap` cut off at each of its ends; `None` if nothing is left.
    fn sector(&self, from: f64, to: f64, gap: f64) -> Option<BezPath> {
        let outer = self.radius;
        let inner = self.radius * HOLE;
        let start = from * TURN;
        let end = to * TURN;
        let outer_cut = gap / 2.0 / outer;
        let inner_cut = gap / 2.0 / inner;
        if end - start <= 2.0 * inner_cut + 1e-6 {
            return None;
        }
        let mut path = BezPath::new();
        path.move_to(self.point(outer, start + outer_cut));
        self.arc(&mut path, outer, start + outer_cut, end - outer_cut);
        path.line_to(self.point(inner, end - inner_cut));
        self.arc(&mut path, inner, end - inner_cut, start + inner_cut);
        path.close_path();
        Some(path)
    }

    /// The point at an angle in radians from the top, clockwise.
    fn point(&self, radius: f64, angle: f64) -> (f64, f64) {
        (self.middle.0 + radius * libm::sin(angle), self.middle.1 - radius * libm::cos(angle))
    }

    /// Adds curves of at most a twelfth of a turn, which differ from a circle by less than a thousandth of a pixel.
    fn arc(&self, path: &mut BezPath, radius: f64, from: f64, to: f64) {
        let pieces = ((to - from).abs() / TURN * 12.0).ceil().max(1.0);
        let step = (to - from) / pieces;
        let pull = radius * 4.0 / 3.0 * libm::tan(step / 4.0);
        for piece in 0..pieces as usize {
            let a = from + step * piece as f64;
            let b = from + step * (piece + 1) as f64;
            let (ax, ay) = self.point(radius, a);
            let (bx, by) = self.point(radius, b);
            let one = (ax + pull * libm::cos(a), ay + pull * libm::sin(a));
            let two = (bx - pull * libm::cos(b), by - pull * libm::sin(b));
            path.curve_to(one, two, (bx, by));
        }
    }
}
