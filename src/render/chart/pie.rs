//! Shares of a whole: a ring, and beside it what its parts are. Knows nothing of time but how far each has grown. Its angles go through
//! `libm`, whose results are the same on every machine.

use std::sync::Arc;

use vello_cpu::kurbo::BezPath;

use super::ChartData;
use super::board::{ChartLabel, ChartPlot, faded};
use super::colours;
use crate::render::paint::{PaintShape, Rect};
use crate::units::Colour;

/// The hole, as a share of the ring's radius.
const HOLE: f64 = 0.56;
const TURN: f64 = std::f64::consts::TAU;

/// A ring and its legend, laid out.
pub(super) struct PieChart {
    middle: (f64, f64),
    radius: f64,
    /// Between two parts, in pixels.
    gap: f64,
    parts: Vec<PieSlice>,
    ink: Colour,
    muted: Colour,
}

struct PieSlice {
    /// Where it starts and ends, in shares of a turn from the top, clockwise.
    from: f64,
    to: f64,
    colour: Colour,
    dot: Rect,
    label: (ChartLabel, (f64, f64)),
    value: (ChartLabel, (f64, f64)),
    /// The share, where the value is something else.
    share: Option<(ChartLabel, (f64, f64))>,
}

/// The ring beside its legend, or above it where the room is high.
pub(super) fn plot(board: &mut ChartPlot<'_>, chart: &ChartData, room: Rect) -> PieChart {
    let (width, height) = (room.right - room.left, room.bottom - room.top);
    let beside = width > height * 1.05;
    let radius = if beside { (height * 0.475).min(width * 0.23) } else { (height * 0.27).min(width * 0.36) };
    let (middle, legend) = if beside {
        let x = room.left + radius * 1.12;
        let left = x + radius * 1.12 + width * 0.06;
        ((x, (room.top + room.bottom) / 2.0), Rect { left, ..room })
    } else {
        let y = room.top + radius * 1.04;
        (((room.left + room.right) / 2.0, y), Rect { top: y + radius * 1.04 + height * 0.05, ..room })
    };
    let empty = Vec::new();
    let values = chart.series.first().map_or(&empty, |series| &series.values);
    let all: f64 = values.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let colours = colours::series(board.look, values.len());
    let (rows, dot, step) = rows(board, chart, values, all, legend);
    let widest = |label: fn(&LegendRow) -> f64| rows.iter().map(label).fold(0.0, f64::max);
    let (texts, figures) = (widest(|row| row.label.width), widest(|row| row.value.width + row.share_width));
    // Values stand near what they are of, in a column.
    let taken = dot * 1.8 + texts + board.unit * 0.075 + figures;
    let mut legend = Rect { right: legend.right.min(legend.left + taken), ..legend };
    let mut middle = middle;
    if beside {
        let aside = ((room.right - legend.right) / 2.0).max(0.0);
        middle.0 += aside;
        legend = Rect { left: legend.left + aside, right: legend.right + aside, ..legend };
    } else {
        let aside = (width - (legend.right - legend.left)) / 2.0;
        legend = Rect { left: legend.left + aside, right: legend.right + aside, ..legend };
    }
    let top = if beside { middle.1 - step * rows.len() as f64 / 2.0 } else { legend.top };
    let mut parts = Vec::new();
    let mut from = 0.0;
    for ((row, value), colour) in rows.into_iter().zip(values).zip(colours) {
        let (y, to) = (top + step * (parts.len() as f64 + 0.5), from + value / all);
        let label_at = (legend.left + dot * 1.8, y - row.label.height / 2.0);
        let value_at = (legend.right - row.share_width - row.value.width, y - row.value.height / 2.0);
        let share = row.share.map(|share| {
            let at = (legend.right - share.width, y - share.height / 2.0);
            (share, at)
        });
        let rect = Rect { left: legend.left, top: y - dot / 2.0, right: legend.left + dot, bottom: y + dot / 2.0 };
        parts.push(PieSlice {
            from,
            to,
            colour,
            dot: rect,
            label: (row.label, label_at),
            value: (row.value, value_at),
            share,
        });
        from = to;
    }
    PieChart { middle, radius, gap: board.unit * 0.004, parts, ink: board.look.text, muted: board.look.muted }
}

struct LegendRow {
    label: ChartLabel,
    value: ChartLabel,
    share: Option<ChartLabel>,
    /// What the column of shares takes.
    share_width: f64,
}

/// The legend's rows, the size of their dots, and how far the rows stand apart.
fn rows(
    board: &mut ChartPlot<'_>,
    chart: &ChartData,
    values: &[f64],
    all: f64,
    room: Rect,
) -> (Vec<LegendRow>, f64, f64) {
    let per_cent = chart.unit.as_deref() == Some("%");
    let step = ((room.bottom - room.top) / values.len().max(1) as f64).min(board.unit * 0.086);
    let size = (step / board.unit * 0.44).min(0.037);
    let (plain, bold) = (board.style(size, 500.0), board.style(size, 700.0));
    let dot = board.unit * size * 0.72;
    let gap = board.unit * 0.024;
    let shares: Vec<Option<ChartLabel>> = values
        .iter()
        .map(|value| (!per_cent).then(|| board.label(&format!("{:.0}%", value / all * 100.0), &plain)))
        .collect();
    let share_width = shares.iter().flatten().map(|label| label.width + gap).fold(0.0, f64::max);
    let unit = board.numbers.caption.clone();
    let mut rows: Vec<LegendRow> = Vec::new();
    for ((label, value), share) in chart.labels.iter().zip(values).zip(shares) {
        let value = board.label(&board.numbers.value(*value), &bold);
        let most = room.right - room.left - dot * 1.8 - gap - value.width - share_width;
        let label = board.cut(label, &plain, most);
        rows.push(LegendRow { label, value, share, share_width });
    }
    // A long unit stands at the first value's label only where there is room; else the heading must say it.
    if let (Some(unit), Some(first)) = (unit, rows.first_mut()) {
        let text = format!("{} {unit}", board.numbers.value(values[0]));
        let value = board.label(&text, &bold);
        if first.label.width + value.width + dot * 1.8 + gap + share_width <= room.right - room.left {
            first.value = value;
        }
    }
    (rows, dot, step)
}

impl PieChart {
    /// The ring, as far as all shares together have brought it round, and the legend of what is seen of it.
    pub fn shapes(&self, shares: &[f64]) -> Vec<PaintShape> {
        let grown = |i: usize| shares.get(i).copied().unwrap_or(1.0);
        let swept: f64 = self.parts.iter().enumerate().map(|(i, part)| (part.to - part.from) * grown(i)).sum();
        let mut shapes = Vec::new();
        for part in &self.parts {
            let to = part.to.min(swept);
            if to <= part.from {
                continue;
            }
            if let Some(path) = self.sector(part.from, to) {
                shapes.push(PaintShape::Path { path: Arc::new(path), stroke: None, colour: part.colour });
            }
            let seen = ((to - part.from) / (part.to - part.from) * 1.6).clamp(0.0, 1.0);
            let radius = (part.dot.right - part.dot.left) * 0.28;
            shapes.push(PaintShape::Block { rect: part.dot, radius, colour: faded(part.colour, seen) });
            let share = part.share.iter().map(|share| (share, self.muted));
            for ((label, at), ink) in [(&part.label, self.ink), (&part.value, self.ink)].into_iter().chain(share) {
                shapes.push(label.at(at.0, at.1, faded(ink, seen)));
            }
        }
        shapes
    }

    /// A part of the ring, half the gap taken from each of its ends; `None` where nothing is left.
    fn sector(&self, from: f64, to: f64) -> Option<BezPath> {
        let (outer, inner) = (self.radius, self.radius * HOLE);
        let alone = self.parts.iter().filter(|part| part.to > part.from).count() < 2;
        let half = if alone { 0.0 } else { self.gap / 2.0 };
        let cut = |radius: f64| half / radius;
        let (start, end) = (from * TURN, to * TURN);
        if end - start <= 2.0 * cut(inner) + 1e-6 {
            return None;
        }
        let mut path = BezPath::new();
        path.move_to(self.point(outer, start + cut(outer)));
        self.arc(&mut path, outer, start + cut(outer), end - cut(outer));
        path.line_to(self.point(inner, end - cut(inner)));
        self.arc(&mut path, inner, end - cut(inner), start + cut(inner));
        path.close_path();
        Some(path)
    }

    /// The point at an angle from the top, clockwise.
    fn point(&self, radius: f64, angle: f64) -> (f64, f64) {
        (self.middle.0 + radius * libm::sin(angle), self.middle.1 - radius * libm::cos(angle))
    }

    /// Curves of at most a twelfth of a turn, which differ from a circle by less than a thousandth of a pixel.
    fn arc(&self, path: &mut BezPath, radius: f64, from: f64, to: f64) {
        let pieces = ((to - from).abs() / TURN * 12.0).ceil().max(1.0);
        let step = (to - from) / pieces;
        let pull = radius * 4.0 / 3.0 * libm::tan(step / 4.0);
        for piece in 0..pieces as usize {
            let (a, b) = (from + step * piece as f64, from + step * (piece + 1) as f64);
            let ((ax, ay), (bx, by)) = (self.point(radius, a), self.point(radius, b));
            let one = (ax + pull * libm::cos(a), ay + pull * libm::sin(a));
            let two = (bx - pull * libm::cos(b), by - pull * libm::sin(b));
            path.curve_to(one, two, (bx, by));
        }
    }
}
