//! Layers of a card: shapes that come in at a frame and then stay. Knows nothing of what they say.

use crate::render::ease;
use crate::render::frame::Frame;
use crate::render::paint::{Pose, Rect, Shape, paint_posed};
use crate::render::tile::{Area, Tile};
use crate::spec::model::Curve;
use crate::units::Size;

/// How a layer comes in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Entrance {
    /// It fades in while it rises this many pixels.
    Rise(f64),
    /// It grows from its left side.
    Grow,
    /// It fades in.
    Fade,
    /// It fades in while it moves to the right by this many pixels.
    Slide(f64),
    /// It fades in while it grows to its size from this share of it.
    Pop(f64),
    /// Its texts come letter by letter.
    Type,
}

/// Shapes that come in together.
pub(crate) struct Layer {
    shapes: Vec<Shape>,
    entrance: Entrance,
    /// The first frame of its entrance, and how many frames that takes.
    at: u32,
    frames: u32,
    curve: Curve,
    /// The first frame of its going, which takes as many frames again; `u32::MAX`: it stays.
    leaves: u32,
    /// It comes in from the other side, as all does in a text that runs from right to left.
    mirrored: bool,
    /// What it looks like once it is in.
    settled: Option<Tile>,
}

impl Layer {
    pub fn new(shapes: Vec<Shape>, entrance: Entrance, at: u32, frames: u32) -> Layer {
        let (leaves, mirrored) = (u32::MAX, false);
        Layer { shapes, entrance, at, frames: frames.max(1), curve: Curve::EaseOut, leaves, mirrored, settled: None }
    }

    /// The same on the other side of a frame of this width; texts and paths themselves stay as they are.
    pub fn mirrored(mut self, width: f64) -> Layer {
        self.shapes.iter_mut().for_each(|shape| shape.mirror(width));
        Layer { mirrored: !self.mirrored, ..self }
    }

    /// The same, its movement along another curve.
    pub fn eased(self, curve: Curve) -> Layer {
        Layer { curve, ..self }
    }

    /// Shapes that are there from the first frame.
    pub fn standing(shapes: Vec<Shape>) -> Layer {
        Layer { frames: 0, ..Layer::new(shapes, Entrance::Grow, 0, 0) }
    }

    /// The same layer, going from frame `leaves` on.
    pub fn until(self, leaves: u32) -> Layer {
        Layer { leaves, ..self }
    }

    /// The rectangle around its shapes, glyphs that reach out of their line left aside.
    pub fn bounds(&self) -> Option<Rect> {
        self.shapes.iter().map(tight).reduce(Rect::union)
    }

    /// Lays the layer over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        let Some(age) = n.checked_sub(self.at) else { return };
        if age < self.frames {
            self.draw_entering((f64::from(age) + 1.0) / (f64::from(self.frames) + 1.0), out);
            return;
        }
        let gone = n.checked_sub(self.leaves).map_or(0, |gone| gone + 1);
        if gone > self.frames && self.leaves != u32::MAX {
            return;
        }
        if self.settled.is_none() {
            self.settled = painted(&self.shapes, Pose::STILL, out.size());
        }
        if let Some(tile) = &self.settled {
            let left = 1.0 - f64::from(gone) / (f64::from(self.frames) + 1.0);
            tile.blend((ease::in_out(left) * 256.0).round() as u16, out);
        }
    }

    fn draw_entering(&self, progress: f64, out: &mut Frame) {
        let eased = ease::along(self.curve, progress);
        let side = if self.mirrored { -1.0 } else { 1.0 };
        let moved = |shift| painted(&self.shapes, Pose { shift, ..Pose::STILL }, out.size());
        let (tile, opacity) = match self.entrance {
            Entrance::Rise(way) => (moved((0.0, way * (1.0 - eased))), progress),
            Entrance::Slide(way) => (moved((way * (eased - 1.0) * side, 0.0)), progress),
            Entrance::Fade => (moved((0.0, 0.0)), progress),
            Entrance::Pop(from) => (self.grown_to(from + (1.0 - from) * eased, out.size()), (progress * 2.0).min(1.0)),
            Entrance::Type => (painted(&self.shapes, Pose { share: progress, ..Pose::STILL }, out.size()), 1.0),
            Entrance::Grow => {
                let shapes: Vec<Shape> =
                    self.shapes.iter().map(|shape| grown(shape, eased.min(1.0), self.mirrored)).collect();
                (painted(&shapes, Pose::STILL, out.size()), 1.0)
            }
        };
        if let Some(tile) = tile {
            tile.blend((ease::in_out(opacity) * 256.0).round() as u16, out);
        }
    }

    /// All of it, `scale` as large, around its middle.
    fn grown_to(&self, scale: f64, frame: Size) -> Option<Tile> {
        let bounds = self.bounds()?;
        let about = ((bounds.left + bounds.right) / 2.0, (bounds.top + bounds.bottom) / 2.0);
        painted(&self.shapes, Pose { scale, about, ..Pose::STILL }, frame)
    }
}

fn tight(shape: &Shape) -> Rect {
    let Shape::Text { layout, at, .. } = shape else { return shape.bounds() };
    let (width, height) = (f64::from(layout.width()), f64::from(layout.height()));
    Rect { left: at.0, top: at.1, right: at.0 + width, bottom: at.1 + height }
}

/// The shapes in a pose, as a tile; `None` where they lie outside the frame.
fn painted(shapes: &[Shape], pose: Pose, frame: Size) -> Option<Tile> {
    let bounds = pose.of(shapes.iter().map(Shape::bounds).reduce(Rect::union)?);
    let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, frame);
    (!area.is_empty()).then(|| paint_posed(shapes, area, pose))
}

fn grown(shape: &Shape, share: f64, from_right: bool) -> Shape {
    match shape {
        Shape::Block { rect, radius, colour } => {
            let width = (rect.right - rect.left) * share;
            let rect = match from_right {
                true => Rect { left: rect.right - width, ..*rect },
                false => Rect { right: rect.left + width, ..*rect },
            };
            Shape::Block { rect, radius: radius.min(width / 2.0), colour: *colour }
        }
        other @ (Shape::Text { .. } | Shape::Path { .. }) => other.clone(),
    }
}
