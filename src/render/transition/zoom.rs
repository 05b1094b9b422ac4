//! The zoom: the old picture grows beyond the frame, the new one approaches from behind. A picture that does not fill
//! the frame is mirrored at its edges, which is not noticed at that speed.

use crate::render::ease;
use crate::render::frame::Frame;
use crate::spec::model::ZoomDirection;

use super::planes::{mix_run, planes, weight};

/// Growth of the old picture over the transition.
const GROWTH: f64 = 1.4;
/// The range of the progress in which one picture fades into the other.
const MIX: (f64, f64) = (0.3, 0.7);

/// The camera flies in (`Depth::In`) or out.
pub fn fly(depth: ZoomDirection, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let (old, new) = match depth {
        ZoomDirection::In => (1.0 + GROWTH * p, 1.0 / (1.0 + GROWTH * (1.0 - p))),
        ZoomDirection::Out => (1.0 / (1.0 + GROWTH * p), 1.0 + GROWTH * (1.0 - p)),
    };
    let w = weight(ease::in_out((p - MIX.0) / (MIX.1 - MIX.0)));
    for plane in planes(from, to, out) {
        let width = plane.width;
        let step = plane.step as f64;
        let [mut old, mut new] = [old, new].map(|magnify| ZoomSampler {
            // Chroma is sited on the left luma column of each pair, between two rows.
            across: taps(width, step, 0.5, magnify),
            down: taps(plane.height, step, step / 2.0, magnify),
            row: vec![0; width],
        });
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

/// Two neighbouring samples, and the weight of the second one in 256ths.
type SampleTap = (u32, u32, u16);

/// The sources of `count` samples at a magnification of `magnify`. `step` is the distance of samples, `first` the
/// centre of the first one, in pixels of the frame.
fn taps(count: usize, step: f64, first: f64, magnify: f64) -> Vec<SampleTap> {
    let middle = count as f64 * step / 2.0;
    let taps = (0..count).map(|at| {
        let x = at as f64 * step + first;
        let source = (middle + (x - middle) / magnify - first) / step;
        let left = source.floor();
        let share = ((source - left) * 256.0).round() as u16;
        (mirrored(left as i64, count), mirrored(left as i64 + 1, count), share)
    });
    taps.collect()
}

fn mirrored(at: i64, count: usize) -> u32 {
    let inside = at.rem_euclid(2 * count as i64);
    inside.min(2 * count as i64 - 1 - inside) as u32
}

struct ZoomSampler {
    across: Vec<SampleTap>,
    down: Vec<SampleTap>,
    row: Vec<u16>,
}

impl ZoomSampler {
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
