//! Quote cards: a large quotation mark, the quote line by line, and its author, one after the other.

use parley::Layout;

use super::layout::CardLayout;
use crate::render::entrance::quote_stagger;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::text::{InkIndex, TextBounds, TextStyle, clean};

/// Height of a quotation mark's ink, and its upper edge above the baseline, in font sizes.
const MARK_INK: f64 = 0.29;
const MARK_TOP: f64 = 0.73;
/// Sizes and distances, in shares of the frame's shorter side.
const MARK: f64 = 0.30;
const MARK_GAP: f64 = 0.042;
const BY_GAP: f64 = 0.050;
const BY_RULE: f64 = 0.055;

impl<'a> CardLayout<'a> {
    /// The mark, the quote below it, and its author after a short rule, as one block.
    pub fn quote(&mut self, text: &str, by: Option<&str>) -> Vec<ShapeLayer> {
        let head = self.unit * (MARK * MARK_INK + MARK_GAP);
        let by = by.map(|by| self.attribution(by));
        let below = by.as_ref().map_or(0.0, |by| self.unit * BY_GAP + f64::from(by.height()));
        let (lines, style) = self.quoted(&clean(text), head + below);
        let line = f64::from(style.size * style.line_height);
        let words = line * lines.len() as f64;
        let middle = (self.top + self.bottom) / 2.0;
        let top = (middle - (head + words + below) / 2.0).max(self.top);
        let stagger = quote_stagger(lines.len() + 2, self.view.fps);

        let mut layers = vec![self.mark(top)];
        for (i, text) in lines.iter().enumerate() {
            let layout = self.setter.line(&[text], &style);
            let at = (self.margin, top + head + line * i as f64);
            layers.push(self.text(layout, at, self.view.look.text, stagger * (i as u32 + 1)));
        }
        if let Some(by) = by {
            layers.push(self.signature(
                by,
                top + head + words + self.unit * BY_GAP,
                stagger * (lines.len() as u32 + 1),
            ));
        }
        layers
    }

    /// The quote's lines in the largest size in which they fit; `taken` is the height of the mark and the author, in pixels.
    fn quoted(&mut self, text: &str, taken: f64) -> (Vec<String>, TextStyle<'a>) {
        let tall = self.view.size.height > self.view.size.width;
        let style = self.heading_style(if tall { 0.090 } else { 0.084 });
        let style = TextStyle { weight: 700.0, line_height: self.leading(1.22), tracking: -0.016, ..style };
        let bounds = self.text_bounds(if tall { 1.0 } else { 0.92 }, 1.0, if tall { 10 } else { 6 });
        let bounds = TextBounds { height: (bounds.height - taken as f32).max(1.0), ..bounds };
        let (lines, size) = self.setter.fitted_lines(text, &style, bounds);
        (lines, TextStyle { size, ..style })
    }

    fn mark(&mut self, top: f64) -> ShapeLayer {
        let style = TextStyle { line_height: 1.0, tracking: 0.0, ..self.heading_style(MARK) };
        let layout = self.setter.line(&[if self.is_rtl() { "”" } else { "“" }], &style);
        let baseline = layout.get(0).map_or(0.0, |line| f64::from(line.metrics().baseline));
        let up = f64::from(style.size) * MARK_TOP - baseline;
        // The glyph has some space at its left, which would indent it.
        let left = self.across(self.margin, f64::from(layout.width())) - f64::from(style.size) * 0.03;
        self.text(layout, (left, top + up), self.accent(), 0)
    }

    fn attribution(&mut self, by: &str) -> Layout<InkIndex> {
        let style = self.body(0.042, 600.0);
        let bounds = self.text_bounds(0.80, 0.16, 2);
        self.setter.fitted(&clean(by), &style, bounds)
    }

    /// A short rule, and the author after it.
    fn signature(&self, by: Layout<InkIndex>, top: f64, at: u32) -> ShapeLayer {
        let line = by.get(0).map_or(0.0, |line| f64::from(line.metrics().baseline) * 0.97);
        let width = self.unit * BY_RULE;
        let height = (self.unit * 0.0055).max(2.0);
        let centre = top + line * 0.69;
        let gap = self.unit * 0.024;
        let left = self.across(self.margin, width + gap + f64::from(by.width()));
        let right = left + width;
        let rect = Rect { left, top: centre - height / 2.0, right, bottom: centre + height / 2.0 };
        let rule = PaintShape::Block { rect, radius: height / 2.0, colour: self.accent() };
        let name = self.shape(by, (right + gap, top), self.view.look.muted);
        self.enter(vec![rule, name], at)
    }
}
