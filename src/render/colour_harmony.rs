//! Matching colours derived from one: other hues, other lightness. Only basic arithmetic, so the results are the same
//! on every machine.

use crate::render::colour::{contrast, over};
use crate::units::Colour;

/// A colour by hue (in sixths of a turn), saturation and lightness, the latter two from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hsl {
    pub hue: f64,
    pub saturation: f64,
    pub lightness: f64,
}

impl Hsl {
    pub fn from_colour(colour: Colour) -> Hsl {
        let [r, g, b] = [colour.r, colour.g, colour.b].map(|c| f64::from(c) / 255.0);
        let (most, least) = (r.max(g).max(b), r.min(g).min(b));
        let range = most - least;
        let lightness = (most + least) / 2.0;
        if range == 0.0 {
            return Hsl { hue: 0.0, saturation: 0.0, lightness };
        }
        let hue = if most == r {
            (g - b) / range
        } else if most == g {
            2.0 + (b - r) / range
        } else {
            4.0 + (r - g) / range
        };
        Hsl { hue: turned(hue), saturation: range / (1.0 - (2.0 * lightness - 1.0).abs()), lightness }
    }

    pub fn colour(self) -> Colour {
        let range = (1.0 - (2.0 * self.lightness - 1.0).abs()) * self.saturation;
        let [r, g, b] = [0.0, 4.0, 2.0].map(|offset| {
            let hue = turned(self.hue + offset);
            let share = (2.0 - (hue - 3.0).abs()).clamp(0.0, 1.0);
            ((self.lightness + range * (0.5 - share)) * 255.0).round().clamp(0.0, 255.0) as u8
        });
        Colour::rgb(r, g, b)
    }
}

/// Wraps a hue into 0 to 6.
fn turned(hue: f64) -> f64 {
    let hue = hue % 6.0;
    if hue < 0.0 { hue + 6.0 } else { hue }
}

/// Whether light text is more legible on this colour than dark text.
pub(crate) fn is_dark(back: Colour) -> bool {
    contrast(back, Colour::rgb(255, 255, 255)) > contrast(back, Colour::rgb(0, 0, 0))
}

/// `colour`, mixed with `sure` until its contrast to `back` is at least `least`, or that of `sure`.
pub(crate) fn with_contrast(colour: Colour, back: Colour, sure: Colour, least: f64) -> Colour {
    let tried = (0..=255_u16).step_by(15).map(|alpha| over(Colour { a: alpha as u8, ..sure }, colour));
    let mut tried = tried.skip_while(|tried| contrast(*tried, back) < least);
    tried.next().unwrap_or(Colour { a: 255, ..sure })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_exact_to_a_step() {
        for colour in
            [(255, 181, 71), (0, 0, 0), (255, 255, 255), (10, 200, 30), (80, 20, 240), (128, 128, 128), (255, 0, 3)]
        {
            let colour = Colour::rgb(colour.0, colour.1, colour.2);
            let back = Hsl::from_colour(colour).colour();
            for (a, b) in [(colour.r, back.r), (colour.g, back.g), (colour.b, back.b)] {
                assert!(a.abs_diff(b) <= 1, "{colour:?} {back:?}");
            }
        }
    }

    #[test]
    fn any_colour_can_be_made_to_stand_out() {
        let (black, white) = (Colour::rgb(0, 0, 0), Colour::rgb(255, 255, 255));
        for back in [black, white, Colour::rgb(16, 20, 31)] {
            let sure = if is_dark(back) { white } else { black };
            for colour in [black, white, Colour::rgb(120, 120, 120), Colour::rgb(0, 0, 200)] {
                assert!(contrast(with_contrast(colour, back, sure, 4.5), back) >= 4.5, "{colour:?} {back:?}");
            }
        }
    }
}
