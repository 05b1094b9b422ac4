//! Headings of cards whose content has a size of its own. Knows nothing of that content.

use parley::Layout;

use crate::render::cards::Cards;
use crate::render::layer::Layer;
use crate::render::text::{Ink, clean};

/// A heading that is set but not yet placed.
pub(crate) struct Head {
    layout: Option<Layout<Ink>>,
    /// What it takes of the card's height, the room below it included; 0 without a heading.
    pub height: f64,
}

impl Cards<'_> {
    /// Sets a heading; `share` of the shorter side is its size.
    pub fn head(&mut self, heading: Option<&str>, share: f64) -> Head {
        let layout = heading.map(|text| {
            let room = self.room(0.96, 0.22, 2);
            self.heading(&clean(text), share, room)
        });
        let below = self.unit * 0.062;
        Head { height: layout.as_ref().map_or(0.0, |layout| f64::from(layout.height()) + below), layout }
    }

    /// The heading with a rule below it, placed `top` pixels from the frame's top.
    pub fn place_head(&mut self, head: Head, top: f64) -> Vec<Layer> {
        let Some(layout) = head.layout else { return Vec::new() };
        let below = top + f64::from(layout.height()) + self.unit * 0.016;
        vec![
            self.text(layout, (self.margin, top), self.view.look.text, 0),
            self.rule(below, 0.09, 0.008, self.delay(1.0)),
        ]
    }
}
