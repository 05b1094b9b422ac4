//! Conversion between sRGB and BT.709 limited-range Y'CbCr in integers, blending and contrast.

use crate::units::Colour;

/// A BT.709 limited-range colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ycc {
    pub y: u8,
    pub u: u8,
    pub v: u8,
}

/// Fraction bits of the weights below.
const BITS: i32 = 16;
const HALF: i32 = 1 << (BITS - 1);

/// Weights of red, green and blue, scaled by 2^16 and by the limited range (219 or 224 of 255).
/// Each chroma row sums to zero, so that grey stays exactly grey.
pub(crate) const LUMA: [i32; 3] = [11_966, 40_254, 4_064];
pub(crate) const BLUE: [i32; 3] = [-6_596, -22_189, 28_785];
pub(crate) const RED: [i32; 3] = [28_785, -26_145, -2_640];

fn weigh(rgb: [i32; 3], weights: [i32; 3]) -> i32 {
    rgb[0] * weights[0] + rgb[1] * weights[1] + rgb[2] * weights[2]
}

/// Luma and chroma of one pixel.
#[inline]
pub(crate) fn rgb_to_ycc(r: u8, g: u8, b: u8) -> Ycc {
    let rgb = [i32::from(r), i32::from(g), i32::from(b)];
    let [y, u, v] =
        [(LUMA, 16), (BLUE, 128), (RED, 128)].map(|(weights, offset)| ((weigh(rgb, weights) + HALF) >> BITS) + offset);
    Ycc { y: y as u8, u: u as u8, v: v as u8 }
}

/// Luma and chroma of a colour; alpha is ignored.
pub(crate) fn ycc(colour: Colour) -> Ycc {
    rgb_to_ycc(colour.r, colour.g, colour.b)
}

/// Converts back to sRGB, clamped.
pub(crate) fn ycc_to_rgb(c: Ycc) -> [u8; 3] {
    let y = (i32::from(c.y) - 16) * 76_309 + HALF;
    let (u, v) = (i32::from(c.u) - 128, i32::from(c.v) - 128);
    [y + 117_489 * v, y - 13_975 * u - 34_925 * v, y + 138_438 * u].map(|value| (value >> BITS).clamp(0, 255) as u8)
}

/// `colour` over `back`, both straight sRGB; the result is opaque.
pub(crate) fn over(colour: Colour, back: Colour) -> Colour {
    let [r, g, b] = [(colour.r, back.r), (colour.g, back.g), (colour.b, back.b)].map(|(top, under)| {
        ((u32::from(top) * u32::from(colour.a) + u32::from(under) * u32::from(255 - colour.a) + 127) / 255) as u8
    });
    Colour::rgb(r, g, b)
}

/// `colour` with its opacity multiplied by `share`, which is clamped to 0 to 1.
pub(crate) fn faded(colour: Colour, share: f64) -> Colour {
    Colour { a: (f64::from(colour.a) * share.clamp(0.0, 1.0)).round() as u8, ..colour }
}

/// Relative luminance from 0 to 1, with a gamma of 2: exact enough for comparisons, and the same on every machine.
fn luminance(c: Colour) -> f64 {
    let [r, g, b] = [c.r, c.g, c.b].map(|value| f64::from(value) * f64::from(value) / 65_025.0);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Contrast ratio as WCAG defines it, 1 to 21.
pub(crate) fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Black or white, whichever has the greater contrast to `colour`.
pub(crate) fn black_or_white_on(colour: Colour) -> Colour {
    let black = Colour::rgb(0, 0, 0);
    let white = Colour::rgb(255, 255, 255);
    if contrast(colour, black) >= contrast(colour, white) { black } else { white }
}

/// `colour`, mixed with `sure` until its contrast to `back` is at least 3:1, as WCAG asks of large text.
pub(crate) fn legible_on(colour: Colour, back: Colour, sure: Colour) -> Colour {
    let tries = (0..=255).step_by(51).map(|alpha| over(Colour { a: alpha as u8, ..sure }, colour));
    tries.clone().find(|tried| contrast(*tried, back) >= 3.0).or(tries.last()).unwrap_or(sure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_of_bt709() {
        assert_eq!(rgb_to_ycc(0, 0, 0), Ycc { y: 16, u: 128, v: 128 });
        assert_eq!(rgb_to_ycc(255, 255, 255), Ycc { y: 235, u: 128, v: 128 });
        assert_eq!(rgb_to_ycc(255, 0, 0), Ycc { y: 63, u: 102, v: 240 });
        assert_eq!(rgb_to_ycc(0, 255, 0), Ycc { y: 173, u: 42, v: 26 });
        assert_eq!(rgb_to_ycc(0, 0, 255), Ycc { y: 32, u: 240, v: 118 });
    }

    #[test]
    fn greys_have_no_chroma() {
        for grey in 0..=255 {
            let c = rgb_to_ycc(grey, grey, grey);
            assert_eq!((c.u, c.v), (128, 128), "{grey}");
        }
    }

    #[test]
    fn there_and_back_is_close() {
        for (r, g, b) in [(12, 200, 99), (255, 128, 0), (3, 4, 250), (90, 91, 92)] {
            let back = ycc_to_rgb(rgb_to_ycc(r, g, b));
            for (got, want) in back.into_iter().zip([r, g, b]) {
                assert!(got.abs_diff(want) <= 3, "{back:?} from {r} {g} {b}");
            }
        }
    }

    #[test]
    fn contrast_is_what_it_is_said_to_be() {
        assert!((contrast(Colour::rgb(255, 255, 255), Colour::rgb(0, 0, 0)) - 21.0).abs() < 1e-9);
        let navy = Colour::rgb(10, 20, 80);
        let lit = legible_on(navy, Colour::rgb(0, 0, 0), Colour::rgb(255, 255, 255));
        assert!(contrast(lit, Colour::rgb(0, 0, 0)) >= 3.0 && lit != Colour::rgb(255, 255, 255), "{lit:?}");
        let yellow = Colour::rgb(255, 210, 0);
        assert_eq!(legible_on(yellow, Colour::rgb(0, 0, 0), Colour::rgb(255, 255, 255)), yellow);
    }

    #[test]
    fn over_mixes_by_alpha() {
        let half = Colour { r: 255, g: 0, b: 100, a: 128 };
        assert_eq!(over(half, Colour::rgb(0, 0, 100)), Colour::rgb(128, 0, 100));
    }
}
