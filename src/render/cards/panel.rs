//! The look's panel behind the content of a card: a box, or a strip across the frame.

use super::area::CLEAR_SHARE;
use super::layout::{CardLayout, PANEL_PADDING};
use crate::render::entrance::entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::pose::Animation;
use crate::spec::model::CardPanel;
use crate::units::Colour;

/// Opacity of a box, and of a strip.
const BOX_OPACITY: u8 = 170;
const STRIP_OPACITY: u8 = 225;

impl CardLayout<'_> {
    /// The layers with the look's panel behind them, if it has one.
    pub(super) fn paneled(&self, mut layers: Vec<ShapeLayer>) -> Vec<ShapeLayer> {
        let Some(bounds) = layers.iter().filter_map(ShapeLayer::bounds).reduce(Rect::union) else { return layers };
        let padding = self.unit * PANEL_PADDING;
        let (left, right) = self.edges;
        let (rect, opacity, radius) = match self.card().panel {
            CardPanel::None => return layers,
            CardPanel::Box => (bounds.grown(padding), BOX_OPACITY, self.unit * 0.05 * self.card().radius),
            CardPanel::Strip => (Rect { left, right, ..bounds.grown(padding) }, STRIP_OPACITY, 0.0),
        };
        let clear = f64::from(self.view.size.height) * CLEAR_SHARE;
        let rect = Rect { bottom: rect.bottom.min(self.bottom + clear * 0.5), ..rect };
        let colour = Colour { a: opacity, ..self.view.look.background };
        let mut shapes = vec![PaintShape::Block { rect, radius, colour }];
        if self.card().panel == CardPanel::Strip {
            let edge = Rect { right: left + self.unit * 0.022, ..rect };
            shapes.push(PaintShape::Block { rect: edge, radius: 0.0, colour: self.accent() });
        }
        let panel = ShapeLayer::new(shapes, self.unless_still(Animation::Fade), 0, entrance_frames(self.view.fps));
        layers.insert(0, panel.always_fading_out());
        layers
    }
}
