//! A frame made darker but for what is pointed at. Knows nothing of marks.

use std::ops::Range;

use crate::render::frame::Frame;
use crate::render::paint::Rect;

/// A place that stays light: a rectangle with round corners.
#[derive(Clone, Copy, Debug)]
pub struct LightHole {
    pub rect: Rect,
    pub radius: f64,
    /// How light it is: 0 = as dark as the rest, 1 = as it was.
    pub open: f64,
}

impl LightHole {
    /// How much of the pixel whose middle is at (`x`, `y`) lies in it, its edge `soft` pixels wide.
    fn holds(&self, x: f64, y: f64, soft: f64) -> f64 {
        let Rect { left, top, right, bottom } = self.rect;
        let (across, along) = ((left + right) / 2.0 - x, (top + bottom) / 2.0 - y);
        let out_x = across.abs() - ((right - left) / 2.0 - self.radius);
        let out_y = along.abs() - ((bottom - top) / 2.0 - self.radius);
        let (far_x, far_y) = (out_x.max(0.0), out_y.max(0.0));
        let distance = (far_x * far_x + far_y * far_y).sqrt() + out_x.max(out_y).min(0.0) - self.radius;
        (0.5 - distance / soft).clamp(0.0, 1.0) * self.open
    }
}

/// Takes `dark` (0 to 1) of the light of all that lies in no hole.
pub fn shade(out: &mut Frame, dark: f64, holes: &[LightHole], soft: f64) {
    let size = out.size();
    let (width, height) = (size.width as usize, size.height as usize);
    plane(&mut out.y, (width, height), 1.0, 16, dark, holes, soft);
    plane(&mut out.u, (width / 2, height / 2), 2.0, 128, dark, holes, soft);
    plane(&mut out.v, (width / 2, height / 2), 2.0, 128, dark, holes, soft);
}

/// How much of the light is kept, of so many parts: with 16 bits a product has just room.
const PARTS: f64 = 128.0;

/// One plane whose samples are `scale` pixels apart; `zero`: the level that darkening moves towards.
fn plane(samples: &mut [u8], size: (usize, usize), scale: f64, zero: i16, dark: f64, holes: &[LightHole], soft: f64) {
    let kept = |light: f64| ((1.0 - dark * (1.0 - light)) * PARTS).round() as i16;
    let rest = kept(0.0);
    let mut row = vec![rest; size.0];
    for (j, samples) in samples.chunks_exact_mut(size.0.max(1)).enumerate() {
        let y = (j as f64 + 0.5) * scale;
        row.fill(rest);
        for hole in holes {
            for (columns, inside) in columns(hole, y, soft, scale, size.0) {
                let light = |i: usize| hole.holds((i as f64 + 0.5) * scale, y, soft);
                let open = kept(hole.open);
                for (i, here) in (columns.start..).zip(&mut row[columns.clone()]) {
                    *here = (*here).max(if inside { open } else { kept(light(i)) });
                }
            }
        }
        for (sample, kept) in samples.iter_mut().zip(&row) {
            *sample = (zero + (((i16::from(*sample) - zero) * kept + 64) >> 7)) as u8;
        }
    }
}

/// The samples of row `y` that a hole touches: runs of columns, and whether all of a run lies wholly in it.
fn columns(hole: &LightHole, y: f64, soft: f64, scale: f64, width: usize) -> Vec<(Range<usize>, bool)> {
    let Rect { left, top, right, bottom } = hole.rect;
    let edge = hole.radius + soft;
    let at = |x: f64| ((x / scale).max(0.0) as usize).min(width);
    let (from, to) = (at(left - soft), at(right + soft + scale));
    if y < top - soft || y > bottom + soft || from >= to {
        return Vec::new();
    }
    let (begin, end) = (at(left + edge + scale), at(right - edge - scale));
    let straight = (soft..bottom - top - soft).contains(&(y - top));
    match straight && begin < end {
        true => vec![(from..begin, false), (begin..end, true), (end..to, false)],
        false => vec![(from..to, false)],
    }
}
