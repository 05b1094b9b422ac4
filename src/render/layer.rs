//! Layers of a card: shapes that come in at a frame, stay, and perhaps go. Knows nothing of what they say.

use crate::render::frame::Frame;
use crate::render::paint::{Pose, Rect, Shape, paint_posed};
use crate::render::posture::Posture;
pub(crate) use crate::render::posture::Way as Entrance;
use crate::render::tile::{Area, Tile};
use crate::spec::model::Easing;
use crate::units::Size;

/// How broad the soft edge of a wipe is, as a share of what it uncovers.
const SOFT: f64 = 0.08;

/// Shapes that come in together.
pub(crate) struct Layer {
    shapes: Vec<Shape>,
    entrance: Entrance,
    /// The first frame of its entrance, and how many frames that takes.
    at: u32,
    frames: u32,
    easing: Easing,
    leave: Leave,
    /// It fades where others move as they go.
    fades: bool,
    /// It comes in from the other side, as all does in a text that runs from right to left.
    mirrored: bool,
    /// What it looks like once it is in, and how far from its place that is.
    settled: Option<((f64, f64), Tile)>,
}

/// How a layer goes.
#[derive(Clone, Copy)]
struct Leave {
    way: Entrance,
    /// The first frame of its going; `u32::MAX`: it stays.
    at: u32,
    frames: u32,
}

impl Layer {
    pub fn new(shapes: Vec<Shape>, entrance: Entrance, at: u32, frames: u32) -> Layer {
        let leave = Leave { way: Entrance::Fade, at: u32::MAX, frames: 1 };
        Layer {
            shapes,
            entrance,
            at,
            frames: frames.max(1),
            easing: Easing::EaseOut,
            leave,
            fades: false,
            mirrored: false,
            settled: None,
        }
    }

    /// The same on the other side of a frame of this width; texts and paths themselves stay as they are.
    pub fn mirrored(mut self, width: f64) -> Layer {
        self.shapes.iter_mut().for_each(|shape| shape.mirror(width));
        Layer { mirrored: !self.mirrored, ..self }
    }

    /// The same, its movement at another pace.
    pub fn eased(self, easing: Easing) -> Layer {
        Layer { easing, ..self }
    }

    /// Shapes that are there from the first frame.
    pub fn standing(shapes: Vec<Shape>) -> Layer {
        Layer { frames: 0, ..Layer::new(shapes, Entrance::Grow, 0, 0) }
    }

    /// The same layer, fading from frame `leaves` on as long as it came in.
    pub fn until(self, leaves: u32) -> Layer {
        Layer { leave: Leave { way: Entrance::Fade, at: leaves, frames: self.frames }, ..self }
    }

    /// The same layer, going from frame `at` on within `frames`.
    pub fn leaving(self, way: Entrance, at: u32, frames: u32) -> Layer {
        if way == Entrance::Still {
            return self;
        }
        let way = if self.fades { Entrance::Fade } else { way };
        Layer { leave: Leave { way, at, frames: frames.max(1) }, ..self }
    }

    /// The same layer, which fades where others move as they go: what others stand on.
    pub fn fading(self) -> Layer {
        Layer { fades: true, ..self }
    }

    /// The rectangle around its shapes, glyphs that reach out of their line left aside.
    pub fn bounds(&self) -> Option<Rect> {
        self.shapes.iter().map(tight).reduce(Rect::union)
    }

    /// Lays the layer over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        self.draw_moved(n, (0.0, 0.0), out);
    }

    /// Lays the layer over frame `n`, so many pixels to the right and down.
    pub fn draw_moved(&mut self, n: u32, by: (f64, f64), out: &mut Frame) {
        let Some(posture) = self.posture(n) else { return };
        let there = Posture { opacity: 1.0, ..posture } == Posture::STILL;
        if there {
            if self.settled.as_ref().is_none_or(|(at, _)| *at != by) {
                let tile = painted(&self.shapes, Pose { shift: by, ..Pose::STILL }, out.size());
                self.settled = tile.map(|tile| (by, tile));
            }
            self.settled.iter().for_each(|(_, tile)| blend(tile, posture.opacity, out));
            return;
        }
        let shift = (posture.shift.0 + by.0, posture.shift.1 + by.1);
        if let Some(tile) = self.posed(Posture { shift, ..posture }, out.size()) {
            blend(&tile, posture.opacity, out);
        }
    }

    /// How it is in frame `n`; `None`: not there.
    fn posture(&self, n: u32) -> Option<Posture> {
        let share = |age: u32, frames: u32| (f64::from(age) + 1.0) / (f64::from(frames) + 1.0);
        let age = n.checked_sub(self.at)?;
        let coming = match age < self.frames && self.entrance != Entrance::Still {
            true => Posture::coming(self.entrance, share(age, self.frames), self.easing),
            false => Posture::STILL,
        };
        let posture = match n.checked_sub(self.leave.at).filter(|_| self.leave.at != u32::MAX) {
            None => coming,
            Some(gone) if gone >= self.leave.frames => return None,
            Some(gone) => coming.and(Posture::going(self.leave.way, share(gone, self.leave.frames))),
        };
        let (across, down) = posture.shift;
        Some(Posture { shift: (if self.mirrored { -across } else { across }, down), ..posture })
    }

    fn posed(&self, posture: Posture, frame: Size) -> Option<Tile> {
        let about = match self.bounds() {
            Some(bounds) if posture.scale != 1.0 => {
                ((bounds.left + bounds.right) / 2.0, (bounds.top + bounds.bottom) / 2.0)
            }
            _ => (0.0, 0.0),
        };
        let pose = Pose { shift: posture.shift, scale: posture.scale, about, share: posture.share };
        if posture.grown < 1.0 {
            let shapes: Vec<Shape> =
                self.shapes.iter().map(|shape| grown(shape, posture.grown, self.mirrored)).collect();
            return painted(&shapes, pose, frame);
        }
        let tile = painted(&self.shapes, pose, frame)?;
        if posture.open == (0.0, 1.0) { Some(tile) } else { Some(self.opened(tile, posture)) }
    }

    /// The tile as far as it is uncovered.
    fn opened(&self, mut tile: Tile, posture: Posture) -> Tile {
        let Some(bounds) = self.shapes.iter().map(Shape::bounds).reduce(Rect::union) else { return tile };
        let width = (bounds.right - bounds.left).max(1.0);
        let soft = (width * SOFT).max(2.0);
        // So that the soft edge is outside at both ends of its way.
        let edge = |share: f64| share * (width + soft) - soft;
        let (from, to) = (edge(posture.open.0), edge(posture.open.1));
        let ramp = |way: f64| (way / soft).clamp(0.0, 1.0);
        let (left, right) = (bounds.left + posture.shift.0, bounds.right + posture.shift.0);
        tile.mask(|x| {
            let x = if self.mirrored { right - x } else { x - left };
            let behind = if posture.open.0 > 0.0 { ramp(x - from) } else { 1.0 };
            let before = if posture.open.1 < 1.0 { 1.0 - ramp(x - to) } else { 1.0 };
            behind.min(before)
        });
        tile
    }
}

fn blend(tile: &Tile, opacity: f64, out: &mut Frame) {
    tile.blend((opacity * 256.0).round() as u16, out);
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
