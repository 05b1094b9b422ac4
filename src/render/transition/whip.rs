//! A whip pan: the new picture pushes the old one out so fast that both blur along the way, as in a camera whose shutter is open.
//! Knows nothing of scenes.

use crate::render::ease;
use crate::render::frame::Frame;
use crate::spec::model::{Axis, Direction};

use super::Pace;
use super::lines::{Line, axis, backwards};
use super::planes::{even, planes};

/// How far a picture moves while the shutter is open, as a share of the frame, at one frame's extent in the transition's whole time.
const SHUTTER: f64 = 0.12;
/// Fraction bits of 1 ÷ the blur's length.
const BITS: u32 = 23;

/// Both frames move on to `towards`.
pub fn pan(towards: Direction, pace: Pace, from: &Frame, to: &Frame, out: &mut Frame) {
    let (p, speed) = (pace.way(), speed(pace));
    for plane in planes(from, to, out) {
        let extent = plane.extent(axis(towards));
        let moved = even(p * extent) / plane.step;
        // Half of it is whole and even in pixels as well.
        let blur = (2 * even(SHUTTER * speed * extent / 2.0) / plane.step).max(1);
        let film = Film { start: if backwards(towards) { moved } else { plane.units(axis(towards)) - moved }, blur };
        plane.each_line(axis(towards), |_, mut line| {
            let (first, second) = if backwards(towards) { (line.from, line.to) } else { (line.to, line.from) };
            match axis(towards) {
                Axis::Horizontal => film.along_row(first, second, &mut line),
                Axis::Vertical => film.down_columns(first, second, &mut line),
            }
        });
    }
}

/// Frame's extents in the transition's whole time; still at both ends, whatever the easing.
fn speed(pace: Pace) -> f64 {
    const NEAR: f64 = 0.02;
    let at = |t| ease::at(pace.easing, t);
    let speed = (at(pace.t + NEAR) - at(pace.t - NEAR)) / (2.0 * NEAR);
    speed * (8.0 * pace.t).min(8.0 * (1.0 - pace.t)).min(1.0)
}

/// Two pictures one behind the other, seen through a window that starts at `start`; each sample is the mean of `blur` of them.
struct Film {
    start: usize,
    blur: usize,
}

impl Film {
    fn scale(&self) -> u32 {
        ((1 << BITS) + self.blur as u32 / 2) / self.blur as u32
    }

    /// The unit, of two pictures of `count`, at which the mean of the window's sample `at` begins; the film's own ends are repeated.
    fn unit(&self, at: usize, count: usize) -> usize {
        (self.start + at).saturating_sub(self.blur / 2).min(2 * count - 1)
    }

    fn along_row(&self, first: &[u8], second: &[u8], line: &mut Line<'_>) {
        let (count, length) = (line.count, line.count + self.blur - 1);
        let start = self.start.saturating_sub(self.blur / 2);
        let mut film = vec![first[0]; (self.blur / 2).saturating_sub(self.start)];
        film.extend_from_slice(&first[start.min(count)..]);
        film.extend_from_slice(&second[start.saturating_sub(count)..]);
        film.resize(length, second[count - 1]);
        let mut sum = 0_u32;
        let sums = std::iter::once(&0).chain(&film).map(|&sample| {
            sum += u32::from(sample);
            sum
        });
        let sums: Vec<u32> = sums.collect();
        let scale = self.scale();
        for ((out, &low), &high) in line.out.iter_mut().zip(&sums).zip(&sums[self.blur..]) {
            *out = (((high - low) * scale + (1 << (BITS - 1))) >> BITS) as u8;
        }
    }

    fn down_columns(&self, first: &[u8], second: &[u8], line: &mut Line<'_>) {
        let (count, width) = (line.count, line.unit);
        let row = |at: usize| {
            let unit = self.unit(at, count);
            let (picture, unit) = if unit < count { (first, unit) } else { (second, unit - count) };
            &picture[unit * width..][..width]
        };
        let mut sums = vec![0_u32; width];
        for at in 0..self.blur - 1 {
            sums.iter_mut().zip(row(at)).for_each(|(sum, &sample)| *sum += u32::from(sample));
        }
        let scale = self.scale();
        for (y, out) in line.out.chunks_exact_mut(width).enumerate() {
            let (comes, goes) = (row(y + self.blur - 1), row(y));
            for (((out, sum), &comes), &goes) in out.iter_mut().zip(&mut sums).zip(comes).zip(goes) {
                *sum += u32::from(comes);
                *out = ((*sum * scale + (1 << (BITS - 1))) >> BITS) as u8;
                *sum -= u32::from(goes);
            }
        }
    }
}
