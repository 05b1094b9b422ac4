//! Sizes of captions in pixels, on which grouping and drawing must agree, and the part of the frame that captions take.

use crate::render::text::TextStyle;
use crate::spec::model::{CaptionPosition, CaptionStyle};
use crate::units::Size;

/// How far the wide outline reaches, in widths of the narrow one.
pub(super) const HALO_REACH: f32 = 1.8;
/// How far a popping word grows to either side at most, in font sizes: less than a space, so that it touches no other.
pub(super) const POP_SPREAD: f32 = 0.10;
/// Line height, in font sizes.
const LINE_HEIGHT: f32 = 1.25;
/// Width of captions with their padding in a portrait frame, as a share of its width: what is left at the right is as
/// wide as the buttons that apps lay there.
const PORTRAIT_WIDTH_SHARE: f32 = 0.776;
/// Width of a line of captions in all other frames, as a share of the frame's width.
const LINE_WIDTH_SHARE: f32 = 0.78;

/// Sizes that drawing and grouping must agree on, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CaptionMetrics {
    /// Font size, in pixels.
    pub text: f32,
    pub weight: f32,
    /// The greatest width of a line of text.
    pub line: f32,
    /// Around the text: left and right, above and below.
    pub padding: (f32, f32),
    /// How far the text's outlines reach.
    pub outline: f32,
    /// Free at the top and the bottom of the frame.
    pub top: f32,
    pub bottom: f32,
}

/// The range that two lines of captions at this position may take, in pixels from the top.
pub(crate) fn band(position: CaptionPosition, size: Size) -> (f64, f64) {
    let own = CaptionMetrics::new(CaptionStyle::Boxed, size);
    let height = f64::from(2.0 * own.text * LINE_HEIGHT + 2.0 * own.padding.1);
    let top = own.block_top(position, height, size);
    (top, top + height)
}

impl CaptionMetrics {
    pub fn new(style: CaptionStyle, size: Size) -> CaptionMetrics {
        let (width, height) = (size.width as f32, size.height as f32);
        let portrait = height > width * 1.1;
        let (share, weight) = font_share(style, portrait);
        let text = width.min(height) * share;
        let outline = if style.has_ground() { 0.0 } else { text * 0.075 };
        let padding = padding(style, text, outline);
        // Apps for vertical video lay their texts over the lowest fifth, and buttons over the right edge.
        let (top, bottom) = if portrait { (0.12, 0.20) } else { (0.08, 0.085) };
        let line = if portrait { width * PORTRAIT_WIDTH_SHARE - 2.0 * padding.0 } else { width * LINE_WIDTH_SHARE };
        CaptionMetrics { text, weight, line, padding, outline, top: height * top, bottom: height * bottom }
    }

    /// The highest point that captions at the bottom of the frame reach, in pixels from its top.
    pub fn highest(size: Size) -> f32 {
        let own = CaptionMetrics::new(CaptionStyle::Boxed, size);
        size.height as f32 - own.bottom - 2.0 * own.text * LINE_HEIGHT - 2.0 * own.padding.1
    }

    pub fn text_style<'a>(&self, family: &'a str) -> TextStyle<'a> {
        TextStyle { family, weight: self.weight, size: self.text, line_height: LINE_HEIGHT, tracking: -0.005 }
    }

    /// The upper edge of a block of captions of this height with its padding, in pixels from the top of a frame of `size`.
    pub(super) fn block_top(&self, position: CaptionPosition, height: f64, size: Size) -> f64 {
        let frame = f64::from(size.height);
        match position {
            CaptionPosition::Top => f64::from(self.top),
            CaptionPosition::Middle => (frame - height) / 2.0,
            CaptionPosition::Bottom => frame - f64::from(self.bottom) - height,
        }
    }
}

/// Font size as a share of the frame's shorter side, and font weight.
fn font_share(style: CaptionStyle, portrait: bool) -> (f32, f32) {
    match style {
        CaptionStyle::Word => (0.105, 700.0),
        CaptionStyle::Bar => (if portrait { 0.056 } else { 0.046 }, 600.0),
        CaptionStyle::Karaoke | CaptionStyle::Boxed => (if portrait { 0.060 } else { 0.050 }, 600.0),
        CaptionStyle::Line
        | CaptionStyle::Highlight
        | CaptionStyle::Pop
        | CaptionStyle::Reveal
        | CaptionStyle::Underline
        | CaptionStyle::Shadow => (if portrait { 0.064 } else { 0.053 }, 700.0),
    }
}

/// Padding at the sides, and above and below the text, in pixels.
fn padding(style: CaptionStyle, text: f32, outline: f32) -> (f32, f32) {
    match style {
        CaptionStyle::Bar => (text * 0.5, text * 0.36),
        _ if style.has_ground() => (text * 0.5, text * 0.26),
        CaptionStyle::Pop => (outline * HALO_REACH + text * POP_SPREAD, outline * HALO_REACH),
        _ => (outline * HALO_REACH, outline * HALO_REACH),
    }
}
