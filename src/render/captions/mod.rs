//! Captions from the script's own words: grouped into pages and cues, and drawn. Knows nothing of speech engines or of
//! subtitle files.

mod cues;
mod draw;
mod marks;
mod pages;
mod phrases;
#[cfg(test)]
mod tests;

pub use cues::{CaptionCue, cues};
pub(crate) use draw::CaptionPainter;
pub(crate) use marks::settle;
pub use pages::{CaptionSetting, pages};

use crate::render::text::TextStyle;
use crate::spec::model::{CaptionPosition, CaptionStyle};
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
    /// There is no space between it and the word before.
    pub joined: bool,
}

/// How far the wide outline reaches, in widths of the narrow one.
const HALO: f32 = 1.8;
/// Of the font size.
const LINE_HEIGHT: f32 = 1.25;
/// How wide captions are in a tall frame, all in all: what is left at the right is as wide as the buttons there.
const TALL: f32 = 0.776;

/// Sizes that drawing and grouping must agree on, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CaptionMetrics {
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

/// From where to where two lines of captions at this place may reach, in pixels from the top.
pub(crate) fn band(position: CaptionPosition, size: Size) -> (f64, f64) {
    let own = CaptionMetrics::new(CaptionStyle::Boxed, size);
    let (frame, height) = (f64::from(size.height), f64::from(2.0 * own.text * LINE_HEIGHT + 2.0 * own.padding.1));
    let top = match position {
        CaptionPosition::Top => f64::from(own.top),
        CaptionPosition::Middle => (frame - height) / 2.0,
        CaptionPosition::Bottom => frame - f64::from(own.bottom) - height,
    };
    (top, top + height)
}

impl CaptionMetrics {
    pub fn new(style: CaptionStyle, size: Size) -> CaptionMetrics {
        let (width, height) = (size.width as f32, size.height as f32);
        let short = width.min(height);
        let tall = height > width * 1.1;
        let (share, weight) = match style {
            CaptionStyle::Word => (0.105, 700.0),
            CaptionStyle::Line => (if tall { 0.064 } else { 0.053 }, 700.0),
            CaptionStyle::Highlight | CaptionStyle::Pop | CaptionStyle::Reveal => {
                (if tall { 0.064 } else { 0.053 }, 700.0)
            }
            CaptionStyle::Underline | CaptionStyle::Shadow => (if tall { 0.064 } else { 0.053 }, 700.0),
            CaptionStyle::Bar => (if tall { 0.056 } else { 0.046 }, 600.0),
            CaptionStyle::Karaoke | CaptionStyle::Boxed => (if tall { 0.060 } else { 0.050 }, 600.0),
        };
        let text = short * share;
        let boxed = style.has_ground();
        // Apps for vertical video lay their texts over the lowest fifth, and buttons over the right edge.
        let (top, bottom) = if tall { (0.12, 0.20) } else { (0.08, 0.085) };
        let outline = if boxed { 0.0 } else { text * 0.075 };
        let padding = match style {
            CaptionStyle::Bar => (text * 0.5, text * 0.36),
            _ if boxed => (text * 0.5, text * 0.26),
            CaptionStyle::Pop => (outline * HALO + text * marks::SPREAD, outline * HALO),
            _ => (outline * HALO, outline * HALO),
        };
        CaptionMetrics {
            text,
            weight,
            line: if tall { width * TALL - 2.0 * padding.0 } else { width * 0.78 },
            padding,
            outline,
            top: height * top,
            bottom: height * bottom,
        }
    }

    /// The highest point that captions at the bottom of the frame reach, in pixels from its top.
    pub fn highest(size: Size) -> f32 {
        let own = CaptionMetrics::new(CaptionStyle::Boxed, size);
        size.height as f32 - own.bottom - 2.0 * own.text * LINE_HEIGHT - 2.0 * own.padding.1
    }

    pub fn text_style<'a>(&self, family: &'a str) -> TextStyle<'a> {
        TextStyle { family, weight: self.weight, size: self.text, line_height: LINE_HEIGHT, tracking: -0.005 }
    }
}
