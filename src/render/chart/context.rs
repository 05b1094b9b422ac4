//! What the layouts of all kinds of charts share: labels on one or several lines, the grid with its axis, and bars.

use std::sync::Arc;

use parley::Layout;
use vello_cpu::kurbo::{RoundedRect, RoundedRectRadii, Shape as _};

use super::data::ChartData;
use super::scale::{AxisScale, NumberFormat};
use crate::render::paint::{PaintShape, Rect};
use crate::render::text::{InkIndex, TextBounds, TextStyle, Typesetter, clean};
use crate::spec::model::Look;
use crate::units::Colour;

/// Font size of an axis' numbers, as a share of the frame's shorter side.
const TICK_SIZE: f64 = 0.0245;

/// Fonts, colours and number format that a chart is laid out with.
pub(super) struct ChartContext<'b> {
    pub setter: &'b mut Typesetter,
    pub look: &'b Look,
    pub family: &'b str,
    /// The frame's shorter side, in pixels.
    pub unit: f64,
    pub numbers: NumberFormat,
}

/// A text on one line, with its size in pixels.
#[derive(Clone)]
pub(super) struct ChartLabel {
    layout: Arc<Layout<InkIndex>>,
    pub width: f64,
    pub height: f64,
}

impl ChartLabel {
    fn new(layout: Layout<InkIndex>) -> ChartLabel {
        ChartLabel { width: f64::from(layout.width()), height: f64::from(layout.height()), layout: Arc::new(layout) }
    }

    /// The label with its upper left corner at (`left`, `top`).
    pub fn at(&self, left: f64, top: f64, colour: Colour) -> PaintShape {
        PaintShape::Text { layout: Arc::clone(&self.layout), at: (left, top), inks: vec![colour], outlines: Vec::new() }
    }

    /// The label with the middle of its upper edge at (`x`, `top`).
    pub fn below(&self, x: f64, top: f64, colour: Colour) -> PaintShape {
        self.at(x - self.width / 2.0, top, colour)
    }

    /// The label with the middle of its left edge at (`x`, `y`).
    pub fn right_of(&self, x: f64, y: f64, colour: Colour) -> PaintShape {
        self.at(x, y - self.height / 2.0, colour)
    }

    /// The label with the middle of its right edge at (`x`, `y`).
    pub fn left_of(&self, x: f64, y: f64, colour: Colour) -> PaintShape {
        self.at(x - self.width, y - self.height / 2.0, colour)
    }
}

impl<'b> ChartContext<'b> {
    /// A style whose font size is `share` of the frame's shorter side.
    pub fn style(&self, share: f64, weight: f32) -> TextStyle<'b> {
        let size = (self.unit * share) as f32;
        TextStyle { family: self.family, weight, size, line_height: 1.25, tracking: 0.0 }
    }

    pub fn label(&mut self, text: &str, style: &TextStyle<'_>) -> ChartLabel {
        ChartLabel::new(self.setter.line(&[text], style))
    }

    /// The label of a value, with its unit where that is short.
    pub fn value_label(&mut self, value: f64, style: &TextStyle<'_>) -> ChartLabel {
        let text = self.numbers.value(value);
        self.label(&text, style)
    }

    /// As much of `text` as fits on a line of `width` pixels.
    pub fn cut(&mut self, text: &str, style: &TextStyle<'_>, width: f64) -> ChartLabel {
        let bounds = TextBounds { width: width.max(1.0) as f32, height: style.size * 2.0, lines: 1 };
        ChartLabel::new(self.setter.cut_to_fit(&clean(text), style, bounds))
    }

    /// `text` in at most `lines` lines of `width` pixels, broken between words; `None` where it does not fit.
    pub fn wrapped(&mut self, text: &str, style: &TextStyle<'_>, width: f64, lines: usize) -> Option<Vec<ChartLabel>> {
        let mut found: Vec<String> = Vec::new();
        for word in clean(text).split(' ') {
            let longer = found.last().map(|line| format!("{line} {word}"));
            match longer.filter(|line| f64::from(self.setter.width(line, style)) <= width) {
                Some(line) => *found.last_mut()? = line,
                None => found.push(word.to_owned()),
            }
        }
        let labels: Vec<ChartLabel> = found.iter().map(|line| self.label(line, style)).collect();
        (labels.len() <= lines && labels.iter().all(|label| label.width <= width)).then_some(labels)
    }

    /// The wrapped labels of all values of a chart; `None` where one of them does not fit.
    pub fn wrapped_labels(
        &mut self,
        chart: &ChartData,
        style: &TextStyle<'_>,
        width: f64,
        lines: usize,
    ) -> Option<Vec<Vec<ChartLabel>>> {
        chart.labels.iter().map(|label| self.wrapped(label, style, width, lines)).collect()
    }

    /// Lines across `plot` at an axis' marks, with their numbers at the left.
    pub fn grid(&mut self, scale: &AxisScale, plot: Rect) -> Vec<PaintShape> {
        let style = self.style(TICK_SIZE, 400.0);
        let mut shapes = Vec::new();
        for tick in scale.ticks() {
            let y = plot.bottom - (plot.bottom - plot.top) * scale.share(tick);
            let label = self.label(&self.numbers.tick(tick, scale), &style);
            let weight = (self.unit * 0.0018).max(1.0);
            let opacity = if tick == 0.0 { 90 } else { 34 };
            let rect = Rect { left: plot.left, top: y - weight / 2.0, right: plot.right, bottom: y + weight / 2.0 };
            shapes.push(PaintShape::Block { rect, radius: 0.0, colour: Colour { a: opacity, ..self.look.text } });
            shapes.push(label.left_of(plot.left - self.unit * 0.016, y, self.look.muted));
        }
        shapes
    }

    /// Width of an axis' numbers with the gap beside them, in pixels.
    pub fn axis_width(&mut self, scale: &AxisScale) -> f64 {
        let style = self.style(TICK_SIZE, 400.0);
        let mut widest = 0.0_f64;
        for tick in scale.ticks() {
            widest = widest.max(f64::from(self.setter.width(&self.numbers.tick(tick, scale), &style)));
        }
        widest + self.unit * 0.016
    }

    /// Half the height of an axis' numbers, in pixels.
    pub fn tick_reach(&self) -> f64 {
        self.unit * TICK_SIZE * 0.65
    }
}

/// The greatest width of these labels, in pixels; 0 without labels.
pub(super) fn widest<'l>(labels: impl IntoIterator<Item = &'l ChartLabel>) -> f64 {
    labels.into_iter().map(|label| label.width).fold(0.0, f64::max)
}

/// A bar with a radius for each corner, clockwise from the upper left.
pub(super) fn bar(rect: Rect, radii: (f64, f64, f64, f64), colour: Colour) -> PaintShape {
    let most = ((rect.right - rect.left) / 2.0).min((rect.bottom - rect.top) / 2.0).max(0.0);
    let (a, b, c, d) = radii;
    let radii = RoundedRectRadii::new(a.min(most), b.min(most), c.min(most), d.min(most));
    let path = RoundedRect::new(rect.left, rect.top, rect.right, rect.bottom, radii).to_path(0.05);
    PaintShape::Path { path: Arc::new(path), stroke: None, colour }
}
