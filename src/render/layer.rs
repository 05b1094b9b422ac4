//! Layers: shapes that come in at a frame together, stay, and may leave again.

use crate::render::ease;
use crate::render::frame::Frame;
use crate::render::paint::{PaintShape, PaintTransform, Rect, paint_transformed};
use crate::render::pose::{Animation, Pose};
use crate::render::tile::{Area, Tile};
use crate::spec::model::Easing;
use crate::units::Size;

/// Width of the soft edge of a wipe, as a share of the layer's width.
const WIPE_EDGE_SHARE: f64 = 0.08;

/// Shapes that come in together.
pub(crate) struct ShapeLayer {
    shapes: Vec<PaintShape>,
    entrance: Animation,
    /// The first frame of its entrance, and the length of that in frames.
    at: u32,
    frames: u32,
    easing: Easing,
    exit: LayerExit,
    /// It fades out even if the look has another exit.
    fades: bool,
    /// It comes in from the opposite side, as in a text that runs from right to left.
    mirrored: bool,
    /// The tile after the entrance, and the offset that it was painted with.
    settled: Option<((f64, f64), Tile)>,
}

/// The exit of a layer.
#[derive(Clone, Copy)]
struct LayerExit {
    animation: Animation,
    /// The first frame of the exit; `u32::MAX`: the layer stays.
    at: u32,
    frames: u32,
}

impl ShapeLayer {
    pub fn new(shapes: Vec<PaintShape>, entrance: Animation, at: u32, frames: u32) -> ShapeLayer {
        let exit = LayerExit { animation: Animation::Fade, at: u32::MAX, frames: 1 };
        ShapeLayer {
            shapes,
            entrance,
            at,
            frames: frames.max(1),
            easing: Easing::EaseOut,
            exit,
            fades: false,
            mirrored: false,
            settled: None,
        }
    }

    /// The layer moved to the opposite side of a frame of this width; texts and paths are moved, not mirrored.
    pub fn mirrored(mut self, width: f64) -> ShapeLayer {
        self.shapes.iter_mut().for_each(|shape| shape.mirror(width));
        ShapeLayer { mirrored: !self.mirrored, ..self }
    }

    /// The layer with another easing of its entrance.
    pub fn with_easing(self, easing: Easing) -> ShapeLayer {
        ShapeLayer { easing, ..self }
    }

    /// Shapes that are visible from the first frame on.
    pub fn always_visible(shapes: Vec<PaintShape>) -> ShapeLayer {
        ShapeLayer { frames: 0, ..ShapeLayer::new(shapes, Animation::Grow, 0, 0) }
    }

    /// The layer with a fade-out from frame `leaves` on, as long as its entrance.
    pub fn fading_out_at(self, leaves: u32) -> ShapeLayer {
        ShapeLayer { exit: LayerExit { animation: Animation::Fade, at: leaves, frames: self.frames }, ..self }
    }

    /// The layer with an exit of `frames` from frame `at` on.
    pub fn with_exit(self, animation: Animation, at: u32, frames: u32) -> ShapeLayer {
        if animation == Animation::Still {
            return self;
        }
        let animation = if self.fades { Animation::Fade } else { animation };
        ShapeLayer { exit: LayerExit { animation, at, frames: frames.max(1) }, ..self }
    }

    /// The layer with a fade as its exit whatever the look says: for backgrounds of other layers.
    pub fn always_fading_out(self) -> ShapeLayer {
        ShapeLayer { fades: true, ..self }
    }

    /// The rectangle around its shapes; glyphs may reach out of their line box.
    pub fn bounds(&self) -> Option<Rect> {
        self.shapes.iter().map(tight_bounds).reduce(Rect::union)
    }

    /// Draws the layer over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        self.draw_moved(n, (0.0, 0.0), out);
    }

    /// Draws the layer over frame `n`, moved by `by` pixels to the right and down.
    pub fn draw_moved(&mut self, n: u32, by: (f64, f64), out: &mut Frame) {
        let Some(pose) = self.pose_at(n) else { return };
        if (Pose { opacity: 1.0, ..pose }) == Pose::STILL {
            if self.settled.as_ref().is_none_or(|(at, _)| *at != by) {
                let tile = paint_tile(&self.shapes, PaintTransform { shift: by, ..PaintTransform::STILL }, out.size());
                self.settled = tile.map(|tile| (by, tile));
            }
            self.settled.iter().for_each(|(_, tile)| blend(tile, pose.opacity, out));
            return;
        }
        let shift = (pose.shift.0 + by.0, pose.shift.1 + by.1);
        if let Some(tile) = self.tile_in_pose(Pose { shift, ..pose }, out.size()) {
            blend(&tile, pose.opacity, out);
        }
    }

    /// Its pose in frame `n`; `None` if it is not visible.
    fn pose_at(&self, n: u32) -> Option<Pose> {
        let age = n.checked_sub(self.at)?;
        let entering = if age < self.frames && self.entrance != Animation::Still {
            Pose::entering(self.entrance, ease::progress(age, self.frames), self.easing)
        } else {
            Pose::STILL
        };
        let pose = match n.checked_sub(self.exit.at).filter(|_| self.exit.at != u32::MAX) {
            None => entering,
            Some(age) if age >= self.exit.frames => return None,
            Some(age) => entering.combine(Pose::exiting(self.exit.animation, ease::progress(age, self.exit.frames))),
        };
        let (across, down) = pose.shift;
        Some(Pose { shift: (if self.mirrored { -across } else { across }, down), ..pose })
    }

    fn tile_in_pose(&self, pose: Pose, frame: Size) -> Option<Tile> {
        let about = match self.bounds() {
            Some(bounds) if pose.scale != 1.0 => {
                ((bounds.left + bounds.right) / 2.0, (bounds.top + bounds.bottom) / 2.0)
            }
            _ => (0.0, 0.0),
        };
        let transform = PaintTransform { shift: pose.shift, scale: pose.scale, about, share: pose.share };
        if pose.grown < 1.0 {
            let shapes: Vec<PaintShape> =
                self.shapes.iter().map(|shape| grown(shape, pose.grown, self.mirrored)).collect();
            return paint_tile(&shapes, transform, frame);
        }
        let tile = paint_tile(&self.shapes, transform, frame)?;
        if pose.open == (0.0, 1.0) { Some(tile) } else { Some(self.uncovered(tile, pose)) }
    }

    /// The tile, masked to its uncovered part.
    fn uncovered(&self, mut tile: Tile, pose: Pose) -> Tile {
        let Some(bounds) = self.shapes.iter().map(PaintShape::bounds).reduce(Rect::union) else { return tile };
        let width = (bounds.right - bounds.left).max(1.0);
        let soft = (width * WIPE_EDGE_SHARE).max(2.0);
        // The soft edge starts and ends outside the layer.
        let [from, to] = [pose.open.0, pose.open.1].map(|share| share * (width + soft) - soft);
        let left = bounds.left + pose.shift.0;
        let right = bounds.right + pose.shift.0;
        tile.mask(|x| {
            let x = if self.mirrored { right - x } else { x - left };
            let [after_start, after_end] = [from, to].map(|edge| ((x - edge) / soft).clamp(0.0, 1.0));
            let started = if pose.open.0 > 0.0 { after_start } else { 1.0 };
            let not_ended = if pose.open.1 < 1.0 { 1.0 - after_end } else { 1.0 };
            started.min(not_ended)
        });
        tile
    }
}

fn blend(tile: &Tile, opacity: f64, out: &mut Frame) {
    tile.blend((opacity * 256.0).round() as u16, out);
}

fn tight_bounds(shape: &PaintShape) -> Rect {
    let PaintShape::Text { layout, at, .. } = shape else { return shape.bounds() };
    let (width, height) = (f64::from(layout.width()), f64::from(layout.height()));
    Rect { left: at.0, top: at.1, right: at.0 + width, bottom: at.1 + height }
}

/// Paints transformed shapes into a tile; `None` if they lie outside the frame.
fn paint_tile(shapes: &[PaintShape], pose: PaintTransform, frame: Size) -> Option<Tile> {
    let bounds = pose.apply_to(shapes.iter().map(PaintShape::bounds).reduce(Rect::union)?);
    let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, frame);
    (!area.is_empty()).then(|| paint_transformed(shapes, area, pose))
}

fn grown(shape: &PaintShape, share: f64, from_right: bool) -> PaintShape {
    match shape {
        PaintShape::Block { rect, radius, colour } => {
            let width = (rect.right - rect.left) * share;
            let rect = if from_right {
                Rect { left: rect.right - width, ..*rect }
            } else {
                Rect { right: rect.left + width, ..*rect }
            };
            PaintShape::Block { rect, radius: radius.min(width / 2.0), colour: *colour }
        }
        other @ (PaintShape::Text { .. } | PaintShape::Path { .. }) => other.clone(),
    }
}
