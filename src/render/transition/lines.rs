//! Planes cut into lines along which things move: rows for what goes left or right, the whole plane as one line of rows for what goes
//! up or down. So each move is written once. Knows no kind of transition.

use crate::render::transition::planes::Planes;
use crate::spec::model::{Axis, Direction};

/// One line of each plane: `count` units of `unit` samples each.
pub(super) struct Line<'a> {
    pub from: &'a [u8],
    pub to: &'a [u8],
    pub out: &'a mut [u8],
    pub unit: usize,
    pub count: usize,
}

pub(super) fn axis(towards: Direction) -> Axis {
    match towards {
        Direction::Left | Direction::Right => Axis::Horizontal,
        Direction::Up | Direction::Down => Axis::Vertical,
    }
}

/// Whether it goes to where positions are counted from.
pub(super) fn backwards(towards: Direction) -> bool {
    matches!(towards, Direction::Left | Direction::Up)
}

impl Planes<'_> {
    /// How many pixels of the frame it has along `axis`.
    pub fn extent(&self, axis: Axis) -> f64 {
        (self.units(axis) * self.step) as f64
    }

    /// How many samples it has along `axis`.
    pub fn units(&self, axis: Axis) -> usize {
        match axis {
            Axis::Horizontal => self.width,
            Axis::Vertical => self.height,
        }
    }

    pub fn each_line(self, axis: Axis, mut draw: impl FnMut(usize, Line<'_>)) {
        let (length, unit, count) = match axis {
            Axis::Horizontal => (self.width, 1, self.width),
            Axis::Vertical => (self.width * self.height, self.width, self.height),
        };
        let sources = self.from.chunks_exact(length).zip(self.to.chunks_exact(length));
        for (n, (out, (from, to))) in self.out.chunks_exact_mut(length).zip(sources).enumerate() {
            draw(n, Line { from, to, out, unit, count });
        }
    }
}

impl Line<'_> {
    /// Copies `count` units of the old frame.
    pub fn put_old(&mut self, from: usize, to: usize, count: usize) {
        let unit = self.unit;
        self.out[to * unit..][..count * unit].copy_from_slice(&self.from[from * unit..][..count * unit]);
    }

    /// Copies `count` units of the new frame.
    pub fn put_new(&mut self, from: usize, to: usize, count: usize) {
        let unit = self.unit;
        self.out[to * unit..][..count * unit].copy_from_slice(&self.to[from * unit..][..count * unit]);
    }

    /// Darkens the units from `start` on, each as much as `shades` says.
    pub fn shade(&mut self, start: usize, black: u8, shades: impl Iterator<Item = u16>) {
        for (samples, shade) in self.out[start * self.unit..].chunks_exact_mut(self.unit).zip(shades) {
            for sample in samples {
                *sample = super::planes::mixed(*sample, black, shade);
            }
        }
    }
}
