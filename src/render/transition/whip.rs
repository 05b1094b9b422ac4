//! The whip pan: the new picture pushes the old one out so fast that both show motion blur, as with an open camera
//! shutter.

use crate::render::ease;
use crate::render::frame::Frame;
use crate::spec::model::{Direction, TransitionAxis};

use super::TransitionPace;
use super::lines::{PlaneLine, axis, backwards};
use super::planes::{even, planes};

/// Distance that a picture moves while the shutter is open, as a share of the frame, at a speed of one frame extent per
/// transition.
const SHUTTER: f64 = 0.12;
/// Fraction bits of 1 ÷ the blur's length.
const BITS: u32 = 23;

/// Both frames move towards `towards`.
pub fn pan(towards: Direction, pace: TransitionPace, from: &Frame, to: &Frame, out: &mut Frame) {
    let p = pace.progress();
    let speed = speed(pace);
    for plane in planes(from, to, out) {
        let extent = plane.extent(axis(towards));
        let moved = even(p * extent) / plane.step;
        // Half of the blur is an even number of pixels as well.
        let blur = (2 * even(SHUTTER * speed * extent / 2.0) / plane.step).max(1);
        let window =
            BlurWindow { start: if backwards(towards) { moved } else { plane.units(axis(towards)) - moved }, blur };
        plane.each_line(axis(towards), |_, mut line| {
            let (first, second) = if backwards(towards) { (line.from, line.to) } else { (line.to, line.from) };
            match axis(towards) {
                TransitionAxis::Horizontal => window.along_row(first, second, &mut line),
                TransitionAxis::Vertical => window.down_columns(first, second, &mut line),
            }
        });
    }
}

/// Speed in frame extents per transition; zero at both ends, whatever the easing.
fn speed(pace: TransitionPace) -> f64 {
    const NEAR: f64 = 0.02;
    let [before, after] = [pace.t - NEAR, pace.t + NEAR].map(|t| ease::eased(pace.easing, t));
    let speed = (after - before) / (2.0 * NEAR);
    speed * (8.0 * pace.t).min(8.0 * (1.0 - pace.t)).min(1.0)
}

/// A window over two adjacent pictures that starts at `start`; each sample is the mean of `blur` samples.
struct BlurWindow {
    start: usize,
    blur: usize,
}

impl BlurWindow {
    fn scale(&self) -> u32 {
        ((1 << BITS) + self.blur as u32 / 2) / self.blur as u32
    }

    /// The unit, within two pictures of `count` units each, at which the mean of the window's sample `at` begins; the
    /// outer edges are repeated.
    fn unit(&self, at: usize, count: usize) -> usize {
        (self.start + at).saturating_sub(self.blur / 2).min(2 * count - 1)
    }

    fn along_row(&self, first: &[u8], second: &[u8], line: &mut PlaneLine<'_>) {
        let (count, length) = (line.count, line.count + self.blur - 1);
        let start = self.start.saturating_sub(self.blur / 2);
        let mut window = vec![first[0]; (self.blur / 2).saturating_sub(self.start)];
        window.extend_from_slice(&first[start.min(count)..]);
        window.extend_from_slice(&second[start.saturating_sub(count)..]);
        window.resize(length, second[count - 1]);
        let mut sum = 0_u32;
        let sums = std::iter::once(&0).chain(&window).map(|&sample| {
            sum += u32::from(sample);
            sum
        });
        let sums: Vec<u32> = sums.collect();
        let scale = self.scale();
        for ((out, &low), &high) in line.out.iter_mut().zip(&sums).zip(&sums[self.blur..]) {
            *out = (((high - low) * scale + (1 << (BITS - 1))) >> BITS) as u8;
        }
    }

    fn down_columns(&self, first: &[u8], second: &[u8], line: &mut PlaneLine<'_>) {
        let count = line.count;
        let width = line.unit;
        let pictures = PicturePair { first, second, count, width };
        let mut sums = vec![0_u32; width];
        for at in 0..self.blur - 1 {
            sums.iter_mut()
                .zip(pictures.row(self.unit(at, count)))
                .for_each(|(sum, &sample)| *sum += u32::from(sample));
        }
        let scale = self.scale();
        for (y, out) in line.out.chunks_exact_mut(width).enumerate() {
            let comes = pictures.row(self.unit(y + self.blur - 1, count));
            let goes = pictures.row(self.unit(y, count));
            for (((out, sum), &comes), &goes) in out.iter_mut().zip(&mut sums).zip(comes).zip(goes) {
                *sum += u32::from(comes);
                *out = ((*sum * scale + (1 << (BITS - 1))) >> BITS) as u8;
                *sum -= u32::from(goes);
            }
        }
    }
}

/// Two pictures of `count` rows each, one below the other.
struct PicturePair<'a> {
    first: &'a [u8],
    second: &'a [u8],
    count: usize,
    width: usize,
}

impl<'a> PicturePair<'a> {
    fn row(&self, row: usize) -> &'a [u8] {
        let (picture, row) = if row < self.count { (self.first, row) } else { (self.second, row - self.count) };
        &picture[row * self.width..][..self.width]
    }
}
