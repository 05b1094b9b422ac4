//! A flight through: the old picture grows past the frame, the new one comes up from behind it. Where a picture does not fill the frame
//! it is mirrored at its edges, which nobody sees at that speed. Knows nothing of scenes.

use crate::render::ease;
use crate::render::frame::Frame;
use crate::spec::model::Depth;

use super::planes::{mix_run, planes, weight};

/// How much larger the old picture is at the end than at the start.
const GROWTH: f64 = 1.4;
/// Between which shares of the way one picture goes over into the other.
const MIX: (f64, f64) = (0.3, 0.7);

/// Nearer, or away.
pub fn fly(depth: Depth, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let (old, new) = match depth {
        Depth::In => (1.0 + GROWTH * p, 1.0 / (1.0 + GROWTH * (1.0 - p))),
        Depth::Out => (1.0 / (1.0 + GROWTH * p), 1.0 + GROWTH * (1.0 - p)),
    };
    let w = weight(ease::in_out((p - MIX.0) / (MIX.1 - MIX.0)));
    for plane in planes(from, to, out) {
        let (width, step) = (plane.width, plane.step as f64);
        let zoom = |magnify| Zoom {
            // Chroma sits on the left luma column of each pair, and between two rows.
            across: taps(width, step, 0.5, magnify),
            down: taps(plane.height, step, step / 2.0, magnify),
            row: vec![0; width],
        };
        let (mut old, mut new) = (zoom(old), zoom(new));
        let (mut goes, mut comes) = (vec![0; width], vec![0; width]);
        for (y, out) in plane.out.chunks_exact_mut(width).enumerate() {
            match w {
                0 => old.draw(y, plane.from, out),
                256 => new.draw(y, plane.to, out),
                _ => {
                    old.draw(y, plane.from, &mut goes);
                    new.draw(y, plane.to, &mut comes);
                    mix_run(&goes, &comes, w, out);
                }
            }
        }
    }
}

/// Two neighbours, and how much of the second one, of 256.
type Tap = (u32, u32, u16);

/// Where each of `count` samples comes from when all is `magnify` times as large. `step`: pixels of the frame that a sample spans;
/// `first`: where the first sample's centre lies, in pixels.
fn taps(count: usize, step: f64, first: f64, magnify: f64) -> Vec<Tap> {
    let middle = count as f64 * step / 2.0;
    let tap = |at: usize| {
        let x = at as f64 * step + first;
        let source = (middle + (x - middle) / magnify - first) / step;
        let left = source.floor();
        let share = ((source - left) * 256.0).round() as u16;
        (mirrored(left as i64, count), mirrored(left as i64 + 1, count), share)
    };
    (0..count).map(tap).collect()
}

fn mirrored(at: i64, count: usize) -> u32 {
    let inside = at.rem_euclid(2 * count as i64);
    inside.min(2 * count as i64 - 1 - inside) as u32
}

struct Zoom {
    across: Vec<Tap>,
    down: Vec<Tap>,
    row: Vec<u16>,
}

impl Zoom {
    /// Draws row `y` of the plane.
    fn draw(&mut self, y: usize, source: &[u8], out: &mut [u8]) {
        let width = out.len();
        let (upper, lower, share) = self.down[y];
        let (upper, lower) = (&source[upper as usize * width..][..width], &source[lower as usize * width..][..width]);
        for ((sum, &a), &b) in self.row.iter_mut().zip(upper).zip(lower) {
            *sum = u16::from(a) * (256 - share) + u16::from(b) * share;
        }
        for (out, &(left, right, share)) in out.iter_mut().zip(&self.across) {
            let (a, b) = (u32::from(self.row[left as usize]), u32::from(self.row[right as usize]));
            *out = ((a * u32::from(256 - share) + b * u32::from(share) + (1 << 15)) >> 16) as u8;
        }
    }
}
