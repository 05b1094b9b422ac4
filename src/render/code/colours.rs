//! Colours for the words of code, made from a look: each legible, none of them loud. Knows nothing of grammars.

use super::TokenClass;
use crate::render::colour::over;
use crate::render::colour_harmony::{Hsl, is_dark, with_contrast};
use crate::spec::model::Look;
use crate::units::Colour;

/// Contrast of small text, after WCAG; comments may be softer, as large text may.
const MIN_CONTRAST: f64 = 4.5;
const MIN_COMMENT_CONTRAST: f64 = 3.0;

/// Colours of a listing's window.
pub(super) struct CodePalette {
    pub panel: Colour,
    pub bar: Colour,
    pub edge: Colour,
    pub muted: Colour,
    pub accent: Colour,
    pub classes: [Colour; 8],
}

impl CodePalette {
    pub fn new(look: &Look) -> CodePalette {
        let dark = is_dark(look.background);
        let (deep, text) = match dark {
            true => (Colour { a: 96, ..Colour::rgb(0, 0, 0) }, look.text),
            false => (Colour { a: 150, ..Colour::rgb(255, 255, 255) }, look.text),
        };
        let panel = over(deep, look.background);
        let accent = Hsl::from_colour(look.accent);
        let lightness = if dark { 0.72 } else { 0.36 };
        let turned = |turn: f64, saturation: f64| {
            let saturation = (accent.saturation * saturation).clamp(0.0, 0.85);
            with_contrast(Hsl { hue: accent.hue + turn, saturation, lightness }.colour(), panel, text, MIN_CONTRAST)
        };
        let muted = |least: f64| with_contrast(look.muted, panel, text, least);
        let mut classes = [with_contrast(text, panel, text, MIN_CONTRAST); 8];
        for (class, colour) in [
            (TokenClass::Keyword, with_contrast(look.accent, panel, text, MIN_CONTRAST)),
            (TokenClass::String, turned(1.6, 0.55)),
            (TokenClass::Number, turned(-0.75, 0.75)),
            (
                TokenClass::Comment,
                with_contrast(over(Colour { a: 90, ..panel }, look.muted), panel, text, MIN_COMMENT_CONTRAST),
            ),
            (TokenClass::Function, turned(2.9, 0.75)),
            (TokenClass::Type, turned(2.2, 0.6)),
            (TokenClass::Punctuation, muted(MIN_CONTRAST)),
        ] {
            classes[class as usize] = colour;
        }
        CodePalette {
            panel,
            bar: over(Colour { a: 18, ..text }, panel),
            edge: over(Colour { a: 34, ..text }, panel),
            muted: muted(MIN_COMMENT_CONTRAST),
            accent: with_contrast(look.accent, panel, text, MIN_COMMENT_CONTRAST),
            classes,
        }
    }
}
