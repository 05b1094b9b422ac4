//! Gradients without bands: computed finer than a byte, then dithered with one fixed pattern, so that every frame of a
//! scene has the same one and the encoder has nothing to do. Knows nothing of what stands before them.

use crate::render::colour::{BLUE, LUMA, RED};
use crate::render::frame::Frame;
use crate::units::Colour;

/// A soft light on a card's background.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Glow {
    /// Its middle, in shares of the frame.
    pub at: (f64, f64),
    /// How far it reaches, in shares of the longer side.
    pub reach: f64,
    pub colour: Colour,
    /// How much of the colour there is in the middle, 0–1.
    pub strength: f32,
}

/// Luma and chroma, not yet rounded.
pub(crate) type Fine = [f32; 3];

/// A colour before it is rounded.
pub(crate) fn fine(colour: Colour) -> Fine {
    let rgb = [colour.r, colour.g, colour.b].map(f32::from);
    let weigh = |weights: [i32; 3]| rgb.iter().zip(weights).map(|(c, w)| c * w as f32).sum::<f32>() / 65_536.0;
    [weigh(LUMA) + 16.0, weigh(BLUE) + 128.0, weigh(RED) + 128.0]
}

/// Entries of the ramp; neighbours differ by less than a tenth of a step.
const RAMP: usize = 4096;

/// Fills `out` with `colours`, evenly spaced along a line at `angle` degrees (0 = left to right, 90 = top to bottom).
pub(crate) fn fill(colours: &[Colour], angle: f64, glow: Option<Glow>, out: &mut Frame) {
    let ramp = ramp(colours);
    let size = out.size();
    let (width, height) = (size.width as usize, size.height as usize);
    let line = Line::new(angle, width as f32, height as f32);
    let glow = glow.map(|glow| Light::new(glow, width as f32, height as f32));
    let plane = |channel: usize, step: usize, samples: &mut [u8]| {
        // Chroma sits on the left luma column, between two rows.
        let offset = if step == 1 { (0.5, 0.5) } else { (0.5, 1.0) };
        for (row, samples) in samples.chunks_exact_mut((width / step).max(1)).enumerate() {
            let y = (row * step) as f32 + offset.1;
            for (column, sample) in samples.iter_mut().enumerate() {
                let x = (column * step) as f32 + offset.0;
                let mut value = ramp[line.entry(x, y)][channel];
                if let Some(light) = &glow {
                    value += (light.colour[channel] - value) * light.at(x, y);
                }
                *sample = (value + dither(column, row, channel)) as u8;
            }
        }
    };
    plane(0, 1, &mut out.y);
    plane(1, 2, &mut out.u);
    plane(2, 2, &mut out.v);
}

fn ramp(colours: &[Colour]) -> Vec<Fine> {
    let stops: Vec<Fine> = colours.iter().map(|&colour| fine(colour)).collect();
    let Some(&last) = stops.last() else { return vec![fine(Colour::rgb(0, 0, 0)); RAMP] };
    let at = |entry: usize| {
        let along = entry as f32 / (RAMP - 1) as f32 * (stops.len() - 1) as f32;
        let stop = along as usize;
        match stops.get(stop + 1) {
            Some(next) => std::array::from_fn(|c| stops[stop][c] + (next[c] - stops[stop][c]) * (along - stop as f32)),
            None => last,
        }
    };
    (0..RAMP).map(at).collect()
}

/// Pixel → entry of the ramp.
struct Line {
    across: f32,
    along: f32,
    start: f32,
}

impl Line {
    fn new(angle: f64, width: f32, height: f32) -> Line {
        let angle = if angle.is_finite() { angle.to_radians() } else { 0.0 };
        // Rounded, so that the last bit of a system's sine cannot show.
        let round = |value: f64| ((value * 1e6).round() / 1e6) as f32;
        let (dx, dy) = (round(angle.cos()), round(angle.sin()));
        let length = (width * dx.abs() + height * dy.abs()).max(1.0);
        let scale = (RAMP - 1) as f32 / length;
        let centre = (width * dx + height * dy) / 2.0;
        Line { across: dx * scale, along: dy * scale, start: (length / 2.0 - centre) * scale }
    }

    fn entry(&self, x: f32, y: f32) -> usize {
        ((x * self.across + y * self.along + self.start) as usize).min(RAMP - 1)
    }
}

struct Light {
    at: (f32, f32),
    falloff: f32,
    colour: Fine,
    strength: f32,
}

impl Light {
    fn new(glow: Glow, width: f32, height: f32) -> Light {
        let reach = (width.max(height) * glow.reach as f32).max(1.0);
        let at = (glow.at.0 as f32 * width, glow.at.1 as f32 * height);
        Light { at, falloff: 1.0 / (reach * reach), colour: fine(glow.colour), strength: glow.strength }
    }

    /// How much light there is, 0–1: smooth in the middle and at the rim.
    fn at(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.at.0, y - self.at.1);
        let left = (1.0 - (dx * dx + dy * dy) * self.falloff).max(0.0);
        left * left * left * self.strength
    }
}

/// Interleaved gradient noise: from 0 to 1, even in every small neighbourhood, another for each plane.
pub(crate) fn dither(x: usize, y: usize, channel: usize) -> f32 {
    let (x, y) = ((x + channel * 37) as f32, (y + channel * 17) as f32);
    let inner = 0.067_110_56 * x + 0.005_837_15 * y;
    (52.982_918 * inner.fract()).fract()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::colour::ycc;
    use crate::units::Size;

    fn filled(colours: &[Colour], angle: f64) -> Frame {
        let mut frame = Frame::new(Size::new(320, 180));
        fill(colours, angle, None, &mut frame);
        frame
    }

    #[test]
    fn the_ends_are_the_colours() {
        let (red, navy) = (Colour::rgb(200, 30, 30), Colour::rgb(10, 20, 90));
        let frame = filled(&[red, navy], 0.0);
        for y in [0, 90, 179] {
            assert!(frame.y[y * 320].abs_diff(ycc(red).y) <= 1);
            assert!(frame.y[y * 320 + 319].abs_diff(ycc(navy).y) <= 1);
        }
        let frame = filled(&[red, navy], 90.0);
        assert!(frame.y[160].abs_diff(ycc(red).y) <= 1 && frame.y[179 * 320 + 160].abs_diff(ycc(navy).y) <= 1);
    }

    #[test]
    fn there_are_no_bands() {
        let frame = filled(&[Colour::rgb(20, 20, 20), Colour::rgb(30, 30, 30)], 0.0);
        let mean = |x: usize| (0..180).map(|y| f64::from(frame.y[y * 320 + x])).sum::<f64>() / 180.0;
        let ideal = |x: usize| 16.0 + (20.0 + 10.0 * x as f64 / 320.0) * 219.0 / 255.0;
        for x in (4..316).step_by(8) {
            let here = (x - 4..x + 4).map(mean).sum::<f64>() / 8.0;
            assert!((here - ideal(x)).abs() < 0.2, "{x}: {here} {}", ideal(x));
        }
    }

    #[test]
    fn none_is_black_one_is_plain_and_odd_angles_are_taken() {
        assert!(filled(&[], 10.0).y.iter().all(|&y| y.abs_diff(16) <= 1));
        let plain = filled(&[Colour::rgb(90, 90, 90)], f64::NAN);
        assert!(plain.y.iter().all(|&y| y.abs_diff(ycc(Colour::rgb(90, 90, 90)).y) <= 1));
        filled(&[Colour::rgb(1, 2, 3), Colour::rgb(4, 5, 6)], 1e300);
    }
}
