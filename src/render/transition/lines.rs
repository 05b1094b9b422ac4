//! Planes split into lines along a movement: rows for movements to the left or right, the whole plane as one line of
//! rows for movements up or down. So each movement is written once for both axes.

use crate::render::transition::planes::BlendPlane;
use crate::spec::model::{Direction, TransitionAxis};

/// One line of each plane: `count` units of `unit` samples each.
pub(super) struct PlaneLine<'a> {
    pub from: &'a [u8],
    pub to: &'a [u8],
    pub out: &'a mut [u8],
    pub unit: usize,
    pub count: usize,
}

pub(super) fn axis(towards: Direction) -> TransitionAxis {
    match towards {
        Direction::Left | Direction::Right => TransitionAxis::Horizontal,
        Direction::Up | Direction::Down => TransitionAxis::Vertical,
    }
}

/// Whether the movement goes towards position 0.
pub(super) fn backwards(towards: Direction) -> bool {
    matches!(towards, Direction::Left | Direction::Up)
}

impl BlendPlane<'_> {
    /// Size of the frame along `axis`, in pixels.
    pub fn extent(&self, axis: TransitionAxis) -> f64 {
        (self.units(axis) * self.step) as f64
    }

    /// Number of samples along `axis`.
    pub fn units(&self, axis: TransitionAxis) -> usize {
        match axis {
            TransitionAxis::Horizontal => self.width,
            TransitionAxis::Vertical => self.height,
        }
    }

    pub fn each_line(self, axis: TransitionAxis, mut draw: impl FnMut(usize, PlaneLine<'_>)) {
        let (length, unit, count) = match axis {
            TransitionAxis::Horizontal => (self.width, 1, self.width),
            TransitionAxis::Vertical => (self.width * self.height, self.width, self.height),
        };
        let sources = self.from.chunks_exact(length).zip(self.to.chunks_exact(length));
        for (n, (out, (from, to))) in self.out.chunks_exact_mut(length).zip(sources).enumerate() {
            draw(n, PlaneLine { from, to, out, unit, count });
        }
    }
}

impl PlaneLine<'_> {
    /// Copies `count` units of the old frame from unit `from` to unit `to`.
    pub fn put_old(&mut self, from: usize, to: usize, count: usize) {
        let unit = self.unit;
        self.out[to * unit..][..count * unit].copy_from_slice(&self.from[from * unit..][..count * unit]);
    }

    /// Copies `count` units of the new frame from unit `from` to unit `to`.
    pub fn put_new(&mut self, from: usize, to: usize, count: usize) {
        let unit = self.unit;
        self.out[to * unit..][..count * unit].copy_from_slice(&self.to[from * unit..][..count * unit]);
    }

    /// Darkens the units from `start` on by `shades`, in 256ths.
    pub fn shade(&mut self, start: usize, black: u8, shades: impl Iterator<Item = u16>) {
        for (samples, shade) in self.out[start * self.unit..].chunks_exact_mut(self.unit).zip(shades) {
            for sample in samples {
                *sample = super::planes::mixed(*sample, black, shade);
            }
        }
    }
}
