//! Colours of a chart's parts, made from the look's accent. Neighbours differ in lightness as well as in hue, for people who
//! cannot tell hues apart.

use crate::render::colour::contrast;
use crate::render::colour_harmony::{Hsl, is_dark, with_contrast};
use crate::spec::model::Look;
use crate::units::Colour;

/// The least contrast of shapes to their background, after WCAG.
const MIN_CONTRAST: f64 = 3.0;
/// Hues relative to the accent's, in sixths of a turn.
const TURNS: [f64; 8] = [0.0, 3.1, 4.9, 1.5, 3.6, 0.5, 2.1, 5.4];
/// Lightness on a dark and on a light background.
const ON_DARK: [f64; 8] = [0.64, 0.55, 0.80, 0.46, 0.72, 0.86, 0.60, 0.50];
const ON_LIGHT: [f64; 8] = [0.44, 0.34, 0.55, 0.24, 0.48, 0.38, 0.28, 0.50];
/// The least contrast of two neighbours.
const MIN_NEIGHBOUR_CONTRAST: f64 = 1.2;

/// `count` colours, the accent first.
pub(super) fn series(look: &Look, count: usize) -> Vec<Colour> {
    let mut colours: Vec<Colour> = Vec::new();
    for i in 0..count {
        let colour = match colours.last() {
            None => visible(look.accent, look),
            Some(before) => next(i, *before, look),
        };
        colours.push(colour);
    }
    colours
}

/// The colour of part `i`: its hue, with the nearest lightness that sets it off from the part before.
fn next(i: usize, before: Colour, look: &Look) -> Colour {
    let accent = Hsl::from_colour(look.accent);
    let own = if is_dark(look.background) { ON_DARK } else { ON_LIGHT }[i % 8];
    let hue = accent.hue + TURNS[i % 8];
    let saturation = accent.saturation.clamp(0.30, 0.72);
    let tried = [0.0, 0.06, -0.06, 0.12, -0.12, 0.18, -0.18, 0.24].map(|more: f64| {
        let lightness = (own + more).clamp(0.15, 0.92);
        visible(Hsl { hue, saturation, lightness }.colour(), look)
    });
    tried.into_iter().find(|colour| contrast(*colour, before) >= MIN_NEIGHBOUR_CONTRAST).unwrap_or(tried[0])
}

/// `colour`, changed until it has enough contrast to both ends of a card's gradient.
fn visible(colour: Colour, look: &Look) -> Colour {
    let colour = with_contrast(colour, look.background_end, look.text, MIN_CONTRAST);
    with_contrast(colour, look.background, look.text, MIN_CONTRAST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::test_support::look;

    #[test]
    fn parts_stand_out_from_the_card_and_neighbours_from_each_other() {
        let dark = look();
        let white = Colour::rgb(250, 248, 240);
        let ink = Colour::rgb(20, 20, 30);
        let light =
            Look { background: white, background_end: white, text: ink, accent: Colour::rgb(190, 40, 40), ..look() };
        for look in [dark, light] {
            let colours = series(&look, 8);
            for (i, colour) in colours.iter().enumerate() {
                assert!(contrast(*colour, look.background) >= MIN_CONTRAST, "{i} {colour:?}");
                assert_eq!(colours.iter().filter(|other| *other == colour).count(), 1, "{i} {colour:?}");
            }
            for pair in colours.windows(2) {
                assert!(contrast(pair[0], pair[1]) >= 1.15, "{pair:?}");
            }
        }
    }
}
