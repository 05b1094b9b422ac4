//! Exits of the parts of a card, for looks whose cards leave before the scene ends.

use super::layout::CardLayout;
use crate::render::exit::{EXIT_SECONDS, PART_EXIT_SECONDS, exit_frames};
use crate::render::layer::ShapeLayer;
use crate::render::pose::Animation;

impl CardLayout<'_> {
    /// The parts of a card with their exits, if its look has any: in the reverse order of their entrances, panels last.
    pub fn leaving(&self, layers: Vec<ShapeLayer>) -> Vec<ShapeLayer> {
        let Some(leaves) = self.view.exit_start else { return layers };
        let way = Animation::from_entrance(self.card().leave, self.unit);
        let part = exit_frames(self.view.fps, PART_EXIT_SECONDS);
        let spread = exit_frames(self.view.fps, EXIT_SECONDS) - part;
        let last = layers.len().saturating_sub(1).max(1) as u32;
        let mut leaving = Vec::with_capacity(layers.len());
        for (i, layer) in (0..).zip(layers) {
            let after = spread * (last - last.min(i)) / last;
            leaving.push(layer.with_exit(way, leaves + after, part));
        }
        leaving
    }
}
