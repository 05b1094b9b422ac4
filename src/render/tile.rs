//! Tiles: small pictures with alpha, converted to Y'CbCr once and blended over many frames.

use serde::{Deserialize, Serialize};

use crate::render::colour::{BLUE, LUMA, RED};
use crate::render::frame::{Frame, cosite};
use crate::units::Size;

/// A part of a frame, in pixels; all four numbers are even, so that it holds whole chroma samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Distance from the frame's left edge.
    pub x: u32,
    /// Distance from the frame's upper edge.
    pub y: u32,
    /// Width in pixels, even.
    pub width: u32,
    /// Height in pixels, even.
    pub height: u32,
}

impl Area {
    /// The smallest area of `frame` that holds the rectangle from (`left`, `top`) to (`right`, `bottom`).
    pub(crate) fn around(left: f64, top: f64, right: f64, bottom: f64, frame: Size) -> Area {
        let [x, y] =
            [(left, frame.width), (top, frame.height)].map(|(value, max)| (value.max(0.0) as u32).min(max) / 2 * 2);
        let [right, bottom] = [(right, frame.width), (bottom, frame.height)]
            .map(|(value, max)| (value.max(0.0).ceil() as u32).next_multiple_of(2).min(max));
        Area { x, y, width: right.saturating_sub(x), height: bottom.saturating_sub(y) }
    }

    /// Whether it has pixels, and all of them lie in a frame of this size.
    pub(crate) fn is_inside(&self, frame: Size) -> bool {
        !self.is_empty() && self.x + self.width <= frame.width && self.y + self.height <= frame.height
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.width == 0 || self.height == 0
    }
}

/// Planes of premultiplied samples with alpha, at full size for luma and half size for chroma.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(super) area: Area,
    pub(super) luma: Vec<u8>,
    pub(super) luma_alpha: Vec<u8>,
    pub(super) blue: Vec<u8>,
    pub(super) red: Vec<u8>,
    pub(super) chroma_alpha: Vec<u8>,
}

impl Tile {
    /// Converts premultiplied RGBA rows that fill `area`.
    pub fn new(area: Area, rgba: &[u8]) -> Tile {
        let (width, height) = (area.width as usize, area.height as usize);
        let luma = rgba.chunks_exact(4).map(|p| premultiplied(p, LUMA, 16)).collect();
        let luma_alpha = rgba.chunks_exact(4).map(|p| p[3]).collect();
        let blue = halve(rgba, width, height, |p| premultiplied(p, BLUE, 128));
        let red = halve(rgba, width, height, |p| premultiplied(p, RED, 128));
        let chroma_alpha = halve(rgba, width, height, |p| p[3]);
        Tile { area, luma, luma_alpha, blue, red, chroma_alpha }
    }

    /// Size in memory, in bytes.
    pub fn byte_len(&self) -> usize {
        [&self.luma, &self.luma_alpha, &self.blue, &self.red, &self.chroma_alpha].iter().map(|plane| plane.len()).sum()
    }

    /// Whether it lies inside frames of this size.
    pub fn fits(&self, frame: Size) -> bool {
        self.area.x + self.area.width <= frame.width && self.area.y + self.area.height <= frame.height
    }

    /// Multiplies each column by `share` of its centre, given in pixels from the frame's left edge.
    pub fn mask(&mut self, share: impl Fn(f64) -> f64) {
        let luma = self.column_weights(1, &share);
        // Chroma is sited on the left one of two columns.
        let chroma = self.column_weights(2, &share);
        let planes = [(&mut self.luma, &luma), (&mut self.luma_alpha, &luma)];
        let planes = planes.into_iter().chain([(&mut self.blue, &chroma), (&mut self.red, &chroma)]);
        for (plane, weights) in planes.chain([(&mut self.chroma_alpha, &chroma)]) {
            for row in plane.chunks_exact_mut(weights.len().max(1)) {
                row.iter_mut()
                    .zip(weights)
                    .for_each(|(sample, weight)| *sample = ((u32::from(*sample) * weight) >> 8) as u8);
            }
        }
    }

    /// The weights of every `step`th column in 256ths, by `share` of its centre.
    fn column_weights(&self, step: usize, share: impl Fn(f64) -> f64) -> Vec<u32> {
        let first = f64::from(self.area.x);
        let columns = (0..self.area.width as usize / step).map(|column| first + (step * column) as f64 + 0.5);
        columns.map(|at| (share(at).clamp(0.0, 1.0) * 256.0).round() as u32).collect()
    }

    /// Blends the tile over `out`, with `opacity` in 256ths.
    pub fn blend(&self, opacity: u16, out: &mut Frame) {
        let Area { x, y, width, height } = self.area;
        let (x, y, width, height) = (x as usize, y as usize, width as usize, height as usize);
        let stride = out.size().width as usize;
        for row in 0..height {
            let at = (y + row) * stride + x;
            let run = row * width..(row + 1) * width;
            blend_run(&self.luma[run.clone()], &self.luma_alpha[run], opacity, &mut out.y[at..at + width]);
        }
        let (x, y, width, height, stride) = (x / 2, y / 2, width / 2, height / 2, stride / 2);
        for row in 0..height {
            let at = (y + row) * stride + x;
            let run = row * width..(row + 1) * width;
            let alpha = &self.chroma_alpha[run.clone()];
            blend_run(&self.blue[run.clone()], alpha, opacity, &mut out.u[at..at + width]);
            blend_run(&self.red[run], alpha, opacity, &mut out.v[at..at + width]);
        }
    }
}

/// Luma or chroma of a premultiplied pixel, with the offset premultiplied too.
fn premultiplied(pixel: &[u8], weights: [i32; 3], offset: i32) -> u8 {
    let colour: i32 = pixel[..3].iter().zip(weights).map(|(&c, w)| i32::from(c) * w).sum();
    // 257 / 65536 is 1 / 255 to within a hundredth of a byte level.
    ((colour + offset * i32::from(pixel[3]) * 257 + (1 << 15)) >> 16).clamp(0, 255) as u8
}

/// One plane at half size, sited on the left column.
fn halve(rgba: &[u8], width: usize, height: usize, sample: impl Fn(&[u8]) -> u8) -> Vec<u8> {
    let mut out = vec![0; width / 2 * (height / 2)];
    let mut sums = vec![0_u16; width + 1];
    for (out, rows) in out.chunks_exact_mut((width / 2).max(1)).zip(rgba.chunks_exact((width * 8).max(1))) {
        let (upper, lower) = rows.split_at(width * 4);
        for ((sum, a), b) in sums[1..].iter_mut().zip(upper.chunks_exact(4)).zip(lower.chunks_exact(4)) {
            *sum = u16::from(sample(a)) + u16::from(sample(b));
        }
        sums[0] = sums[1];
        cosite(&sums, out);
    }
    out
}

/// `over + under · (1 − alpha)`, both scaled by the opacity.
fn blend_run(over: &[u8], alpha: &[u8], opacity: u16, under: &mut [u8]) {
    if opacity >= 256 {
        for ((under, &over), &alpha) in under.iter_mut().zip(over).zip(alpha) {
            let kept = u16::from(*under) * u16::from(255 - alpha) + 128;
            *under = over.saturating_add(((kept + (kept >> 8)) >> 8) as u8);
        }
    } else {
        // Rounded once, at the end: rounding twice would show as a tint while something fades in.
        let opacity = u32::from(opacity);
        for ((under, &over), &alpha) in under.iter_mut().zip(over).zip(alpha) {
            let kept = u32::from(*under) * (255 * 256 - u32::from(alpha) * opacity);
            let sum = u32::from(over) * opacity * 255 + kept;
            *under = ((sum + 32_640) / 65_280).min(255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::colour::{Ycc, ycc};
    use crate::units::Colour;

    const AREA: Area = Area { x: 4, y: 2, width: 8, height: 6 };

    fn tile(pixel: [u8; 4]) -> Tile {
        Tile::new(AREA, &pixel.repeat(48))
    }

    #[test]
    fn an_opaque_tile_replaces_its_area_and_nothing_else() {
        let mut frame = Frame::new(Size::new(16, 12));
        frame.fill(Ycc { y: 90, u: 70, v: 200 });
        tile([200, 40, 90, 255]).blend(256, &mut frame);
        let want = ycc(Colour::rgb(200, 40, 90));
        let inside = |x: usize, y: usize| (4..12).contains(&x) && (2..8).contains(&y);
        for y in 0..12 {
            for x in 0..16 {
                let (luma, blue) = if inside(x, y) { (want.y, want.u) } else { (90, 70) };
                assert!(frame.y[y * 16 + x].abs_diff(luma) <= 1, "{x} {y}");
                assert!(frame.u[y / 2 * 8 + x / 2].abs_diff(blue) <= 1, "{x} {y}");
            }
        }
    }

    #[test]
    fn half_alpha_and_half_opacity_mix_half() {
        for (pixel, opacity) in [([128, 128, 128, 128], 256), ([255, 255, 255, 255], 128)] {
            let mut frame = Frame::new(Size::new(16, 12));
            tile(pixel).blend(opacity, &mut frame);
            let mixed = frame.y[3 * 16 + 6];
            assert!(mixed.abs_diff(126) <= 1, "{mixed}");
            assert!(frame.u[8 + 4].abs_diff(128) <= 1);
        }
    }

    #[test]
    fn a_clear_tile_changes_nothing() {
        let mut frame = Frame::new(Size::new(16, 12));
        for (i, sample) in frame.y.iter_mut().enumerate() {
            *sample = i as u8;
        }
        let before = frame.clone();
        tile([0; 4]).blend(256, &mut frame);
        tile([0; 4]).blend(100, &mut frame);
        assert_eq!(frame, before);
    }

    #[test]
    fn areas_are_even_and_inside() {
        let frame = Size::new(100, 50);
        assert_eq!(Area::around(3.2, 1.0, 9.1, 4.5, frame), Area { x: 2, y: 0, width: 8, height: 6 });
        assert_eq!(Area::around(-9.0, -9.0, 900.0, 900.0, frame), Area { x: 0, y: 0, width: 100, height: 50 });
        assert!(Area::around(200.0, 0.0, 300.0, 9.0, frame).is_empty());
        assert!(Area::around(f64::NAN, 0.0, f64::NAN, 9.0, frame).is_empty());
    }
}
