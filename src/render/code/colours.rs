//! Colours for the words of code, made from a look: each legible, none of them loud. Knows nothing of grammars.

use super::Class;
use crate::render::colour::over;
use crate::render::hue::{Hsl, is_dark, standing_out};
use crate::spec::model::Look;
use crate::units::Colour;

/// Contrast of small text, after WCAG; comments may be softer, as large text may.
const LEAST: f64 = 4.5;
const LEAST_COMMENT: f64 = 3.0;

/// Colours of a listing's window.
pub(super) struct Palette {
    pub panel: Colour,
    pub bar: Colour,
    pub edge: Colour,
    pub muted: Colour,
    pub accent: Colour,
    pub classes: [Colour; 8],
}

impl Palette {
    pub fn new(look: &Look) -> Palette {
        let dark = is_dark(look.background);
        let (deep, text) = match dark {
            true => (Colour { a: 96, ..Colour::rgb(0, 0, 0) }, look.text),
            false => (Colour { a: 150, ..Colour::rgb(255, 255, 255) }, look.text),
        };
        let panel = over(deep, look.background);
        let accent = Hsl::of(look.accent);
        let lightness = if dark { 0.72 } else { 0.36 };
        let turned = |turn: f64, saturation: f64| {
            let saturation = (accent.saturation * saturation).clamp(0.0, 0.85);
            standing_out(Hsl { hue: accent.hue + turn, saturation, lightness }.colour(), panel, text, LEAST)
        };
        let muted = |least: f64| standing_out(look.muted, panel, text, least);
        let mut classes = [standing_out(text, panel, text, LEAST); 8];
        for (class, colour) in [
            (Class::Keyword, standing_out(look.accent, panel, text, LEAST)),
            (Class::String, turned(1.6, 0.55)),
            (Class::Number, turned(-0.75, 0.75)),
            (Class::Comment, standing_out(over(Colour { a: 90, ..panel }, look.muted), panel, text, LEAST_COMMENT)),
            (Class::Function, turned(2.9, 0.75)),
            (Class::Type, turned(2.2, 0.6)),
            (Class::Punctuation, muted(LEAST)),
        ] {
            classes[class as usize] = colour;
        }
        Palette {
            panel,
            bar: over(Colour { a: 18, ..text }, panel),
            edge: over(Colour { a: 34, ..text }, panel),
            muted: muted(LEAST_COMMENT),
            accent: standing_out(look.accent, panel, text, LEAST_COMMENT),
            classes,
        }
    }
}
