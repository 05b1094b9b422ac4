//! How the parts of cards come in and go, as the look has it. Knows nothing of what they are.

use super::{CardLayout, POP, RISE};
use crate::render::exit::{EXIT_SECONDS, PART_EXIT_SECONDS, exit_frames};
use crate::render::layer::ShapeLayer;
use crate::render::pose::Animation;
use crate::spec::model;

impl CardLayout<'_> {
    /// How parts come in that have a way of their own, unless the look has all of them there at once.
    pub(super) fn unless_still(&self, own: Animation) -> Animation {
        if self.card().entrance == model::Entrance::None { Animation::Still } else { own }
    }

    /// The parts of a card, which go before the scene ends where its look has it so: the last that came first, panels last.
    pub fn leaving(&self, layers: Vec<ShapeLayer>) -> Vec<ShapeLayer> {
        let Some(leaves) = self.view.exit_start() else { return layers };
        let (way, fps) = (way(self.card().leave, self.unit), self.view.fps);
        let (part, spread) =
            (exit_frames(fps, PART_EXIT_SECONDS), exit_frames(fps, EXIT_SECONDS) - exit_frames(fps, PART_EXIT_SECONDS));
        let last = layers.len().saturating_sub(1).max(1) as u32;
        let after = |i: usize| spread * (last - (i as u32).min(last)) / last;
        layers.into_iter().enumerate().map(|(i, layer)| layer.with_exit(way, leaves + after(i), part)).collect()
    }
}

/// A way to come in or to go, in a frame whose shorter side is `unit` pixels.
pub(crate) fn way(entrance: model::Entrance, unit: f64) -> Animation {
    match entrance {
        model::Entrance::None => Animation::Still,
        model::Entrance::Rise => Animation::Rise(unit * RISE),
        model::Entrance::Drop => Animation::Rise(-unit * RISE),
        model::Entrance::Slide => Animation::Slide(unit * RISE * 1.6),
        model::Entrance::SlideLeft => Animation::Slide(-unit * RISE * 1.6),
        model::Entrance::Pop => Animation::Pop(POP),
        model::Entrance::Fade => Animation::Fade,
        model::Entrance::Wipe => Animation::Wipe,
        model::Entrance::Type => Animation::Type,
    }
}
