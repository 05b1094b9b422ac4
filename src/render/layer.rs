//! Layers of a card: shapes that come in at a frame and then stay. Knows nothing of what they say.

use crate::render::ease;
use crate::render::frame::Frame;
use crate::render::paint::{Rect, Shape, paint};
use crate::render::tile::{Area, Tile};
use crate::units::Size;

/// How a layer comes in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Entrance {
    /// It fades in while it rises this many pixels.
    Rise(f64),
    /// It grows from its left side.
    Grow,
}

/// Shapes that come in together.
pub(crate) struct Layer {
    shapes: Vec<Shape>,
    entrance: Entrance,
    /// The first frame of its entrance, and how many frames that takes.
    at: u32,
    frames: u32,
    /// What it looks like once it is in.
    settled: Option<Tile>,
}

impl Layer {
    pub fn new(shapes: Vec<Shape>, entrance: Entrance, at: u32, frames: u32) -> Layer {
        Layer { shapes, entrance, at, frames: frames.max(1), settled: None }
    }

    /// Lays the layer over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        let Some(age) = n.checked_sub(self.at) else { return };
        if age < self.frames {
            self.draw_entering((f64::from(age) + 1.0) / (f64::from(self.frames) + 1.0), out);
            return;
        }
        if self.settled.is_none() {
            self.settled = painted(&self.shapes, 0.0, out.size());
        }
        if let Some(tile) = &self.settled {
            tile.blend(256, out);
        }
    }

    fn draw_entering(&self, progress: f64, out: &mut Frame) {
        let eased = ease::out(progress);
        let (tile, opacity) = match self.entrance {
            Entrance::Rise(way) => (painted(&self.shapes, way * (1.0 - eased), out.size()), progress),
            Entrance::Grow => {
                let shapes: Vec<Shape> = self.shapes.iter().map(|shape| grown(shape, eased)).collect();
                (painted(&shapes, 0.0, out.size()), 1.0)
            }
        };
        if let Some(tile) = tile {
            tile.blend((ease::in_out(opacity) * 256.0).round() as u16, out);
        }
    }
}

/// The shapes `down` pixels lower, as a tile; `None` where they lie outside the frame.
fn painted(shapes: &[Shape], down: f64, frame: Size) -> Option<Tile> {
    let bounds = shapes.iter().map(Shape::bounds).reduce(Rect::union)?;
    let area = Area::around(bounds.left, bounds.top + down, bounds.right, bounds.bottom + down, frame);
    (!area.is_empty()).then(|| paint(shapes, area, down))
}

fn grown(shape: &Shape, share: f64) -> Shape {
    match shape {
        Shape::Block { rect, radius, colour } => {
            let right = rect.left + (rect.right - rect.left) * share;
            let radius = radius.min((right - rect.left) / 2.0);
            Shape::Block { rect: Rect { right, ..*rect }, radius, colour: *colour }
        }
        other @ (Shape::Text { .. } | Shape::Path { .. }) => other.clone(),
    }
}
