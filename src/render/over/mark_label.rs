//! The label of a mark: a text in a panel with a strip in the accent colour at its left.

use std::sync::Arc;

use parley::Layout;

use super::place::LabelAnchor;
use crate::render::colour::{faded, legible_on};
use crate::render::fonts::bundled_family;
use crate::render::paint::{PaintShape, Rect};
use crate::render::text::{InkIndex, TextBounds, TextStyle, Typesetter, clean};
use crate::spec::model::Look;
use crate::units::{Colour, Size};

/// Font size, and padding of the panel, in shares of the frame's shorter side.
const FONT_SIZE: f64 = 0.034;
const PADDING: f64 = 0.016;
/// Opacity of the panel.
const PANEL_ALPHA: u8 = 238;

/// A label with its place beside its mark.
pub struct MarkLabel {
    pub text: LabelText,
    pub anchor: LabelAnchor,
}

/// The laid-out text of a label.
pub struct LabelText {
    layout: Arc<Layout<InkIndex>>,
    /// The frame's shorter side, in pixels.
    unit: f64,
    /// Size of the panel, in pixels.
    pub size: (f64, f64),
}

impl LabelText {
    /// Sets a label in at most three lines, for a frame of this size.
    pub fn new(label: &str, look: &Look, frame: Size, setter: &mut Typesetter) -> LabelText {
        let unit = f64::from(frame.width.min(frame.height));
        let width_share = if frame.height > frame.width { 0.52 } else { 0.30 };
        let style = TextStyle {
            family: bundled_family(&look.body_font),
            weight: 600.0,
            size: (unit * FONT_SIZE) as f32,
            line_height: 1.22,
            tracking: -0.004,
        };
        let width = (f64::from(frame.width) * width_share) as f32;
        let layout = setter.fitted(&clean(label), &style, TextBounds { width, height: f32::MAX, lines: 3 });
        let padding = unit * PADDING;
        let size = (f64::from(layout.width()) + padding * 2.4, f64::from(layout.height()) + padding * 1.1);
        LabelText { layout: Arc::new(layout), unit, size }
    }

    /// The text in its panel, which fills `rect`.
    pub fn shapes(&self, look: &Look, rect: Rect, opacity: f64) -> Vec<PaintShape> {
        let back = Colour { a: 255, ..look.background };
        let panel = faded(Colour { a: PANEL_ALPHA, ..back }, opacity);
        let accent = faded(legible_on(look.accent, back, look.text), opacity);
        let strip = Rect { right: rect.left + (self.unit * 0.006).max(2.0), ..rect };
        let padding = self.unit * PADDING;
        let at = (rect.left + padding * 1.35, rect.top + padding * 0.55);
        let inks = vec![faded(look.text, opacity)];
        vec![
            PaintShape::Block { rect, radius: self.unit * 0.005, colour: panel },
            PaintShape::Block { rect: strip, radius: 0.0, colour: accent },
            PaintShape::Text { layout: Arc::clone(&self.layout), at, inks, outlines: Vec::new() },
        ]
    }
}
