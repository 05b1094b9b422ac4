//! A chart on a card: its heading, its legend, what stands still, and the parts that grow. Knows nothing of how each kind is laid out.

use super::bars::{self, BarChart};
use super::board::{ChartLabel, ChartPlot};
use super::lines::{self, LineChart};
use super::pie::{self, PieChart};
use super::scale::NumberFormat;
use super::{ChartData, colours, growth_frames};
use crate::render::cards::{CardLayout, known};
use crate::render::ease;
use crate::render::entrance::entrance_frames;
use crate::render::frame::Frame;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect, paint};
use crate::render::pose::Animation;
use crate::render::tile::{Area, Tile};
use crate::spec::model::ChartKind;
use crate::units::{Colour, Size};

/// A plot is at most so many times as high as it is wide.
const TALLEST: f64 = 1.1;

/// What grows.
pub(super) enum Plot {
    Bars(BarChart),
    Lines(LineChart),
    Pie(PieChart),
}

/// Draws the growing parts of a chart, and keeps what was drawn last.
pub(crate) struct ChartPainter {
    plot: Plot,
    at: Vec<u32>,
    growth: u32,
    size: Size,
    last: Option<(Vec<f64>, Option<Tile>)>,
}

impl CardLayout<'_> {
    /// A chart and its heading.
    pub fn chart(&mut self, chart: &ChartData) -> (Vec<ShapeLayer>, ChartPainter) {
        let Size { width, height } = self.view.size;
        if width <= height {
            self.widen(0.8);
        } else {
            self.heighten(0.8);
        }
        let head = self.layout_heading(chart.heading.as_deref(), 0.062);
        let above = head.height;
        let (left, right) = (self.margin, self.right);
        let high = (self.bottom - self.top - above).min((right - left) * TALLEST);
        let top = self.top + (self.bottom - self.top - above - high).max(0.0) / 2.0;
        let mut layers = self.place_heading(head, top);
        let mut room = Rect { left, top: top + above, right, bottom: top + above + high };

        let view = self.view;
        let values = chart.series.iter().flat_map(|series| &series.values);
        let numbers = NumberFormat::new(values, chart.unit.as_deref());
        let mut board = ChartPlot {
            setter: &mut *self.setter,
            look: &view.look,
            family: known(&view.look.body_font),
            unit: self.unit,
            numbers,
        };
        let mut still = legend(&mut board, chart, &mut room);
        let (more, plot) = match chart.kind {
            ChartKind::Bar => {
                let (more, bars) = bars::plot(&mut board, chart, room);
                (more, Plot::Bars(bars))
            }
            ChartKind::Line => {
                let (more, lines) = lines::plot(&mut board, chart, room);
                (more, Plot::Lines(lines))
            }
            ChartKind::Pie => (Vec::new(), Plot::Pie(pie::plot(&mut board, chart, room))),
        };
        still.extend(more);
        let frames = entrance_frames(view.fps);
        if !still.is_empty() {
            layers.push(ShapeLayer::new(still, Animation::Rise(0.0), self.delay(0.5), frames));
        }
        let growth = growth_frames(view.fps);
        (layers, ChartPainter { plot, at: chart.at.clone(), growth, size: view.size, last: None })
    }
}

/// The names of several series with their colours, or a long unit, at the top of `room`, which they take away from it.
fn legend(board: &mut ChartPlot<'_>, chart: &ChartData, room: &mut Rect) -> Vec<PaintShape> {
    let caption = board.numbers.caption.clone().filter(|_| chart.kind != ChartKind::Pie);
    let names: Vec<&str> = match chart.series.len() {
        0 | 1 => Vec::new(),
        _ => chart.series.iter().map(|series| series.name.as_str()).collect(),
    };
    if names.is_empty() && caption.is_none() {
        return Vec::new();
    }
    let (unit, style) = (board.unit, board.style(0.027, 500.0));
    let colours = colours::series(board.look, names.len());
    let (dot, gap) = (unit * 0.018, unit * 0.036);
    let most = (room.right - room.left) * 0.9;
    let captions = caption.iter().map(|text| (None, board.cut(text, &board.style(0.027, 400.0), most)));
    let mut entries: Vec<(Option<Colour>, ChartLabel)> = captions.collect();
    for (name, colour) in names.iter().zip(colours) {
        let label = board.cut(name, &style, most);
        entries.push((Some(colour), label));
    }
    let (mut shapes, mut x, mut top) = (Vec::new(), room.left, room.top);
    let height = entries.iter().map(|(_, label)| label.height).fold(0.0, f64::max);
    for (colour, label) in entries {
        let before = if colour.is_some() { dot * 1.55 } else { 0.0 };
        if x > room.left && x + before + label.width > room.right {
            (x, top) = (room.left, top + height * 1.2);
        }
        let middle = top + height / 2.0;
        if let Some(colour) = colour {
            let rect = Rect { left: x, top: middle - dot / 2.0, right: x + dot, bottom: middle + dot / 2.0 };
            shapes.push(PaintShape::Block { rect, radius: dot * 0.28, colour });
        }
        let ink = if colour.is_some() { board.look.text } else { board.look.muted };
        shapes.push(label.right_of(x + before, middle, ink));
        x += before + label.width + gap;
    }
    room.top = top + height + unit * 0.022;
    shapes
}

impl ChartPainter {
    /// Lays the chart's parts as they are in frame `n` over `out`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        let grown = |at: &u32| {
            let age = n.checked_sub(*at).map_or(0.0, |age| f64::from(age) + 1.0);
            ease::in_out(age / (f64::from(self.growth) + 1.0))
        };
        let shares: Vec<f64> = self.at.iter().map(grown).collect();
        // Settled exactly when clipped views say so.
        let settled = |at: &u32| n.checked_sub(*at).is_some_and(|age| age >= self.growth);
        let shares: Vec<f64> = shares.iter().zip(&self.at).map(|(s, at)| if settled(at) { 1.0 } else { *s }).collect();
        if self.last.as_ref().is_none_or(|(last, _)| *last != shares) {
            let shapes = match &self.plot {
                Plot::Bars(bars) => bars.shapes(&shares),
                Plot::Lines(lines) => lines.shapes(&shares),
                Plot::Pie(pie) => pie.shapes(&shares),
            };
            self.last = Some((shares, painted(&shapes, self.size)));
        }
        if let Some((_, Some(tile))) = &self.last {
            tile.blend(256, out);
        }
    }
}

fn painted(shapes: &[PaintShape], size: Size) -> Option<Tile> {
    let bounds = shapes.iter().map(PaintShape::bounds).reduce(Rect::union)?;
    let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, size);
    (!area.is_empty()).then(|| paint(shapes, area, 0.0))
}
