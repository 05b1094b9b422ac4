//! How the parts of cards come in and go, as the look has it. Knows nothing of what they are.

use super::{Cards, POP, RISE};
use crate::render::going::{LEAVE, LEAVE_PART, leave_frames};
use crate::render::layer::{Entrance, Layer};
use crate::spec::model;

impl Cards<'_> {
    /// How parts come in that have a way of their own, unless the look has all of them there at once.
    pub(super) fn unless_still(&self, own: Entrance) -> Entrance {
        if self.card().entrance == model::Entrance::None { Entrance::Still } else { own }
    }

    /// The parts of a card, which go before the scene ends where its look has it so: the last that came first, panels last.
    pub fn leaving(&self, layers: Vec<Layer>) -> Vec<Layer> {
        let Some(leaves) = self.view.leaves() else { return layers };
        let (way, fps) = (way(self.card().leave, self.unit), self.view.fps);
        let (part, spread) = (leave_frames(fps, LEAVE_PART), leave_frames(fps, LEAVE) - leave_frames(fps, LEAVE_PART));
        let last = layers.len().saturating_sub(1).max(1) as u32;
        let after = |i: usize| spread * (last - (i as u32).min(last)) / last;
        layers.into_iter().enumerate().map(|(i, layer)| layer.leaving(way, leaves + after(i), part)).collect()
    }
}

/// A way to come in or to go, in a frame whose shorter side is `unit` pixels.
pub(crate) fn way(entrance: model::Entrance, unit: f64) -> Entrance {
    match entrance {
        model::Entrance::None => Entrance::Still,
        model::Entrance::Rise => Entrance::Rise(unit * RISE),
        model::Entrance::Drop => Entrance::Rise(-unit * RISE),
        model::Entrance::Slide => Entrance::Slide(unit * RISE * 1.6),
        model::Entrance::SlideLeft => Entrance::Slide(-unit * RISE * 1.6),
        model::Entrance::Pop => Entrance::Pop(POP),
        model::Entrance::Fade => Entrance::Fade,
        model::Entrance::Wipe => Entrance::Wipe,
        model::Entrance::Type => Entrance::Type,
    }
}
