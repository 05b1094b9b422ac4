//! Captions from the script's own words: grouped into pages and cues, and drawn. Knows nothing of speech engines or of
//! subtitle files.

mod cues;
mod draw;
mod pages;
mod phrases;
#[cfg(test)]
mod tests;

pub use cues::{Cue, cues};
pub(crate) use draw::CaptionPainter;
pub use pages::{Setting, pages};

use crate::render::text::Style;
use crate::spec::model::CaptionStyle;
use crate::units::Size;

/// A word of the script and when it is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenWord {
    /// As the script writes it, punctuation and all.
    pub text: String,
    /// First sample.
    pub from: u64,
    /// One past the last sample.
    pub to: u64,
}

/// How far the wide outline reaches, in widths of the narrow one.
const HALO: f32 = 1.8;
/// Of the font size.
const LINE_HEIGHT: f32 = 1.25;

/// Sizes that drawing and grouping must agree on, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Metrics {
    /// Font size.
    pub text: f32,
    pub weight: f32,
    /// The widest line.
    pub line: f32,
    /// Around the text: left and right, above and below.
    pub padding: (f32, f32),
    /// How far the text's outlines reach.
    pub outline: f32,
    /// Free at the top and the bottom of the frame.
    pub top: f32,
    pub bottom: f32,
}

impl Metrics {
    pub fn new(style: CaptionStyle, size: Size) -> Metrics {
        let (width, height) = (size.width as f32, size.height as f32);
        let short = width.min(height);
        let tall = height > width * 1.1;
        let (share, weight) = match style {
            CaptionStyle::Word => (0.105, 700.0),
            CaptionStyle::Line => (if tall { 0.064 } else { 0.053 }, 700.0),
            CaptionStyle::Karaoke | CaptionStyle::Boxed => (if tall { 0.060 } else { 0.050 }, 600.0),
        };
        let text = short * share;
        let boxed = matches!(style, CaptionStyle::Karaoke | CaptionStyle::Boxed);
        // Apps for vertical video lay their buttons over the lowest fifth.
        let (top, bottom) = if tall { (0.12, 0.20) } else { (0.08, 0.085) };
        let outline = if boxed { 0.0 } else { text * 0.075 };
        Metrics {
            text,
            weight,
            line: width * if tall { 0.80 } else { 0.78 },
            padding: if boxed { (text * 0.5, text * 0.26) } else { (outline * HALO, outline * HALO) },
            outline,
            top: height * top,
            bottom: height * bottom,
        }
    }

    /// The highest point that captions at the bottom of the frame reach, in pixels from its top.
    pub fn highest(size: Size) -> f32 {
        let own = Metrics::new(CaptionStyle::Boxed, size);
        size.height as f32 - own.bottom - 2.0 * own.text * LINE_HEIGHT - 2.0 * own.padding.1
    }

    pub fn text_style<'a>(&self, family: &'a str) -> Style<'a> {
        Style { family, weight: self.weight, size: self.text, line_height: LINE_HEIGHT, tracking: -0.005 }
    }
}
