//! Gradients without bands: computed finer than a byte, then dithered with one fixed pattern, so that it is the same in
//! every frame of a scene and costs the encoder nothing.

use crate::render::colour::{BLUE, LUMA, RED};
use crate::render::frame::Frame;
use crate::units::Colour;

/// A soft light on a card's background.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Glow {
    /// Its centre, in shares of the frame's size.
    pub at: (f64, f64),
    /// Its radius, as a share of the frame's longer side.
    pub reach: f64,
    pub colour: Colour,
    /// Share of the colour in the centre, 0 to 1.
    pub strength: f32,
}

/// Luma, blue and red difference before rounding, in byte levels.
pub(crate) type UnroundedYcc = [f32; 3];

/// Converts a colour without rounding.
pub(crate) fn unrounded_ycc(colour: Colour) -> UnroundedYcc {
    let rgb = [colour.r, colour.g, colour.b].map(f32::from);
    [(LUMA, 16.0), (BLUE, 128.0), (RED, 128.0)].map(|(weights, offset)| {
        rgb.iter().zip(weights).map(|(channel, weight)| channel * weight as f32).sum::<f32>() / 65_536.0 + offset
    })
}

/// Entries of the colour ramp; neighbours differ by less than a tenth of a byte level.
const RAMP_ENTRIES: usize = 4096;

/// Fills `out` with `colours`, evenly spaced along a line at `angle` degrees (0 = left to right, 90 = top to bottom).
pub(crate) fn fill(colours: &[Colour], angle: f64, glow: Option<Glow>, out: &mut Frame) {
    let ramp = ramp(colours);
    let size = out.size();
    let (width, height) = (size.width as usize, size.height as usize);
    let line = GradientAxis::new(angle, width as f32, height as f32);
    let glow = glow.map(|glow| GlowField::new(glow, width as f32, height as f32));
    for (channel, step, samples) in [(0, 1, &mut out.y), (1, 2, &mut out.u), (2, 2, &mut out.v)] {
        // Chroma is sited on the left luma column, between two rows.
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
    }
}

fn ramp(colours: &[Colour]) -> Vec<UnroundedYcc> {
    let stops: Vec<UnroundedYcc> = colours.iter().map(|&colour| unrounded_ycc(colour)).collect();
    let Some(&last) = stops.last() else { return vec![unrounded_ycc(Colour::rgb(0, 0, 0)); RAMP_ENTRIES] };
    let positions = (0..RAMP_ENTRIES).map(|entry| entry as f32 / (RAMP_ENTRIES - 1) as f32 * (stops.len() - 1) as f32);
    let colours = positions.map(|along| {
        let stop = along as usize;
        match stops.get(stop + 1) {
            Some(next) => std::array::from_fn(|c| stops[stop][c] + (next[c] - stops[stop][c]) * (along - stop as f32)),
            None => last,
        }
    });
    colours.collect()
}

/// Maps a pixel to an entry of the ramp.
struct GradientAxis {
    across: f32,
    along: f32,
    start: f32,
}

impl GradientAxis {
    fn new(angle: f64, width: f32, height: f32) -> GradientAxis {
        let angle = if angle.is_finite() { angle.to_radians() } else { 0.0 };
        // Rounded, because the last bit of the platform's sine differs.
        let [dx, dy] = [angle.cos(), angle.sin()].map(|value| ((value * 1e6).round() / 1e6) as f32);
        let length = (width * dx.abs() + height * dy.abs()).max(1.0);
        let scale = (RAMP_ENTRIES - 1) as f32 / length;
        let centre = (width * dx + height * dy) / 2.0;
        GradientAxis { across: dx * scale, along: dy * scale, start: (length / 2.0 - centre) * scale }
    }

    fn entry(&self, x: f32, y: f32) -> usize {
        ((x * self.across + y * self.along + self.start) as usize).min(RAMP_ENTRIES - 1)
    }
}

struct GlowField {
    at: (f32, f32),
    falloff: f32,
    colour: UnroundedYcc,
    strength: f32,
}

impl GlowField {
    fn new(glow: Glow, width: f32, height: f32) -> GlowField {
        let reach = (width.max(height) * glow.reach as f32).max(1.0);
        let at = (glow.at.0 as f32 * width, glow.at.1 as f32 * height);
        GlowField { at, falloff: 1.0 / (reach * reach), colour: unrounded_ycc(glow.colour), strength: glow.strength }
    }

    /// The light at a point, 0 to 1: smooth in the centre and at the edge.
    fn at(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.at.0, y - self.at.1);
        let left = (1.0 - (dx * dx + dy * dy) * self.falloff).max(0.0);
        left * left * left * self.strength
    }
}

/// Interleaved gradient noise, 0 to 1: evenly distributed in every small neighbourhood, and different for each plane.
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
