//! Headings of cards whose content is laid out below them.

use parley::Layout;

use crate::render::cards::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::render::text::{InkIndex, clean};

/// A heading that is laid out but not yet placed.
pub(crate) struct HeadingLayout {
    layout: Option<Layout<InkIndex>>,
    /// Height in pixels with the gap below; 0 without a heading.
    pub height: f64,
}

impl CardLayout<'_> {
    /// Lays out a heading; its font size is `share` of the frame's shorter side.
    pub fn layout_heading(&mut self, heading: Option<&str>, share: f64) -> HeadingLayout {
        let layout = heading.map(|text| {
            let bounds = self.text_bounds(0.96, 0.22, 2);
            self.heading(&clean(text), share, bounds)
        });
        let below = self.unit * 0.062;
        HeadingLayout { height: layout.as_ref().map_or(0.0, |layout| f64::from(layout.height()) + below), layout }
    }

    /// The heading with a rule below it, `top` pixels below the frame's top.
    pub fn place_heading(&mut self, head: HeadingLayout, top: f64) -> Vec<ShapeLayer> {
        let Some(layout) = head.layout else { return Vec::new() };
        let below = top + f64::from(layout.height()) + self.unit * 0.016;
        vec![
            self.text(layout, (self.margin, top), self.view.look.text, 0),
            self.rule(below, 0.09, 0.008, self.delay(1.0)),
        ]
    }
}
