//! Darkening of a frame except for some holes that stay light.

use std::ops::Range;

use crate::render::frame::Frame;
use crate::render::paint::Rect;

/// A part of the frame that stays light: a rectangle with round corners, in pixels.
#[derive(Clone, Copy, Debug)]
pub struct LightHole {
    pub rect: Rect,
    pub radius: f64,
    /// Its lightness: 0 = as dark as the rest, 1 = unchanged.
    pub open: f64,
}

impl LightHole {
    /// The lightness at the point (`x`, `y`), 0 to 1; the hole's edge is `soft` pixels wide.
    fn lightness(&self, x: f64, y: f64, soft: f64) -> f64 {
        let Rect { left, top, right, bottom } = self.rect;
        let (across, along) = ((left + right) / 2.0 - x, (top + bottom) / 2.0 - y);
        let out_x = across.abs() - ((right - left) / 2.0 - self.radius);
        let out_y = along.abs() - ((bottom - top) / 2.0 - self.radius);
        let (far_x, far_y) = (out_x.max(0.0), out_y.max(0.0));
        let distance = (far_x * far_x + far_y * far_y).sqrt() + out_x.max(out_y).min(0.0) - self.radius;
        (0.5 - distance / soft).clamp(0.0, 1.0) * self.open
    }
}

/// Multiplies the light outside all holes by 1 − `dark`; the edges of holes are `soft` pixels wide.
pub fn shade(out: &mut Frame, dark: f64, holes: &[LightHole], soft: f64) {
    let size = out.size();
    let width = size.width as usize;
    let mut shading = PlaneShading { dark, holes, soft, scale: 1.0 };
    shading.apply(&mut out.y, width, 16);
    shading.scale = 2.0;
    shading.apply(&mut out.u, width / 2, 128);
    shading.apply(&mut out.v, width / 2, 128);
}

/// Light is kept in these fractions: the products fit into 16 bits.
const FRACTIONS: f64 = 128.0;

/// The shading of one plane.
struct PlaneShading<'h> {
    dark: f64,
    holes: &'h [LightHole],
    soft: f64,
    /// Distance of two samples, in pixels.
    scale: f64,
}

impl PlaneShading<'_> {
    /// The light that is kept at a lightness of 0 to 1, in [`FRACTIONS`].
    fn kept(&self, lightness: f64) -> i16 {
        ((1.0 - self.dark * (1.0 - lightness)) * FRACTIONS).round() as i16
    }

    /// Shades a plane with rows of `width` samples; `zero` is the level of black or of no colour.
    fn apply(&self, samples: &mut [u8], width: usize, zero: i16) {
        let mut row = vec![0; width];
        for (j, samples) in samples.chunks_exact_mut(width.max(1)).enumerate() {
            self.fill_row((j as f64 + 0.5) * self.scale, &mut row);
            for (sample, kept) in samples.iter_mut().zip(&row) {
                *sample = (zero + (((i16::from(*sample) - zero) * kept + 64) >> 7)) as u8;
            }
        }
    }

    /// Fills `row` with the light that is kept of the samples at the height `y`, in pixels.
    fn fill_row(&self, y: f64, row: &mut [i16]) {
        row.fill(self.kept(0.0));
        for hole in self.holes {
            let open = self.kept(hole.open);
            for (columns, inside) in self.columns(hole, y, row.len()) {
                for (i, here) in (columns.start..).zip(&mut row[columns.clone()]) {
                    let x = (i as f64 + 0.5) * self.scale;
                    let kept = if inside { open } else { self.kept(hole.lightness(x, y, self.soft)) };
                    *here = (*here).max(kept);
                }
            }
        }
    }

    /// The samples at the height `y` that a hole touches: runs of columns, and whether all of a run lies inside its edge.
    fn columns(&self, hole: &LightHole, y: f64, width: usize) -> Vec<(Range<usize>, bool)> {
        let Rect { left, top, right, bottom } = hole.rect;
        let soft = self.soft;
        let edge = hole.radius + soft;
        let [from, to] = [left - soft, right + soft + self.scale].map(|x| self.column(x, width));
        if y < top - soft || y > bottom + soft || from >= to {
            return Vec::new();
        }
        let [begin, end] = [left + edge + self.scale, right - edge - self.scale].map(|x| self.column(x, width));
        let is_straight = (soft..bottom - top - soft).contains(&(y - top));
        if is_straight && begin < end {
            vec![(from..begin, false), (begin..end, true), (end..to, false)]
        } else {
            vec![(from..to, false)]
        }
    }

    /// The column of the sample at `x` pixels from the left, at most `width`.
    fn column(&self, x: f64, width: usize) -> usize {
        ((x / self.scale).max(0.0) as usize).min(width)
    }
}
