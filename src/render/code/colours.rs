//! Colours of token classes, made from the look's colours: all of them legible on the window, none of them garish.

use super::listing::TokenClass;
use crate::render::colour::over;
use crate::render::colour_harmony::{Hsl, is_dark, with_contrast};
use crate::spec::model::Look;
use crate::units::Colour;

/// The least contrast of small text, after WCAG, and of comments, which may be as soft as large text.
const MIN_CONTRAST: f64 = 4.5;
const MIN_COMMENT_CONTRAST: f64 = 3.0;

/// Colours of a listing's window: its panel, title bar, edge, line numbers and marks, and one for each [`TokenClass`].
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
        let text = look.text;
        let deep = if is_dark(look.background) {
            Colour { a: 96, ..Colour::rgb(0, 0, 0) }
        } else {
            Colour { a: 150, ..Colour::rgb(255, 255, 255) }
        };
        let panel = over(deep, look.background);
        let soft = with_contrast(look.muted, panel, text, MIN_COMMENT_CONTRAST);
        CodePalette {
            panel,
            bar: over(Colour { a: 18, ..text }, panel),
            edge: over(Colour { a: 34, ..text }, panel),
            muted: soft,
            accent: with_contrast(look.accent, panel, text, MIN_COMMENT_CONTRAST),
            classes: class_colours(look, panel),
        }
    }
}

/// The colour of each [`TokenClass`] on this panel.
fn class_colours(look: &Look, panel: Colour) -> [Colour; 8] {
    let text = look.text;
    let comment = over(Colour { a: 90, ..panel }, look.muted);
    let mut classes = [with_contrast(text, panel, text, MIN_CONTRAST); 8];
    classes[TokenClass::Keyword as usize] = with_contrast(look.accent, panel, text, MIN_CONTRAST);
    classes[TokenClass::String as usize] = turned_accent(look, panel, 1.6, 0.55);
    classes[TokenClass::Number as usize] = turned_accent(look, panel, -0.75, 0.75);
    classes[TokenClass::Comment as usize] = with_contrast(comment, panel, text, MIN_COMMENT_CONTRAST);
    classes[TokenClass::Function as usize] = turned_accent(look, panel, 2.9, 0.75);
    classes[TokenClass::Type as usize] = turned_accent(look, panel, 2.2, 0.6);
    classes[TokenClass::Punctuation as usize] = with_contrast(look.muted, panel, text, MIN_CONTRAST);
    classes
}

/// The accent with its hue moved by `turn` sixths of a turn, and its saturation multiplied.
fn turned_accent(look: &Look, panel: Colour, turn: f64, saturation: f64) -> Colour {
    let accent = Hsl::from_colour(look.accent);
    let saturation = (accent.saturation * saturation).clamp(0.0, 0.85);
    let lightness = if is_dark(look.background) { 0.72 } else { 0.36 };
    with_contrast(Hsl { hue: accent.hue + turn, saturation, lightness }.colour(), panel, look.text, MIN_CONTRAST)
}
