//! The geometry of marks, in pixels of the frame: what each one marks, its outline, and what stays light around it.

use vello_cpu::kurbo::BezPath;

use super::outline;
use super::overlays::PictureMark;
use super::place::overlap;
use super::shade::LightHole;
use crate::render::paint::Rect;
use crate::spec::model::{ArrowSide, MarkShape};
use crate::units::Size;

/// Sizes in shares of the frame's shorter side: width of the pen, corner radius of a box, length of an arrow and its distance from
/// what it points at, and radius of what stays light around that.
pub const PEN: f64 = 0.0075;
pub const CORNER: f64 = 0.014;
const ARROW: f64 = 0.13;
const ARROW_GAP: f64 = 0.012;
const LIGHT: f64 = 0.11;
/// A mark of which a smaller share lies in the frame is not drawn.
const MIN_VISIBLE: f64 = 0.3;

/// The geometry of marks in frames of one size.
#[derive(Clone, Copy)]
pub struct MarkGeometry {
    pub size: Size,
    /// The frame's shorter side, in pixels.
    pub unit: f64,
}

impl MarkGeometry {
    pub fn new(size: Size) -> MarkGeometry {
        MarkGeometry { size, unit: f64::from(size.width.min(size.height)) }
    }

    /// The rectangle that a mark marks, in a frame in which the whole picture fills `picture`.
    pub fn marked(&self, mark: &PictureMark, picture: Rect) -> Rect {
        match mark.shape {
            MarkShape::Box { x, y, width, height } => {
                let (left, top) = point_in(picture, x, y);
                let (right, bottom) = point_in(picture, x + width, y + height);
                Rect { left, top, right, bottom }
            }
            MarkShape::Arrow { x, y, .. } => around(point_in(picture, x, y), self.unit * ARROW_GAP),
            MarkShape::Circle { x, y, radius } => {
                around(point_in(picture, x, y), radius * (picture.right - picture.left))
            }
        }
    }

    /// Whether enough of a marked rectangle lies in the frame.
    pub fn is_visible(&self, marked: Rect) -> bool {
        let (right, bottom) = (f64::from(self.size.width), f64::from(self.size.height));
        let area = ((marked.right - marked.left) * (marked.bottom - marked.top)).max(1e-9);
        overlap(marked, Rect { left: 0.0, top: 0.0, right, bottom }) / area >= MIN_VISIBLE
    }

    /// The rectangle that a label stands beside: the mark with its pen; an arrow up to its tail.
    pub fn extent(&self, mark: &PictureMark, marked: Rect, from: ArrowSide) -> Rect {
        if !matches!(mark.shape, MarkShape::Arrow { .. }) {
            return marked.grown(self.unit * PEN / 2.0);
        }
        let (tail, _) = self.arrow(marked, from);
        around(tail, 0.0).union(marked)
    }

    /// The tail and the tip of an arrow from this side.
    fn arrow(&self, marked: Rect, from: ArrowSide) -> ((f64, f64), (f64, f64)) {
        let middle = ((marked.left + marked.right) / 2.0, (marked.top + marked.bottom) / 2.0);
        let direction = match from {
            ArrowSide::Left => (-1.0, 0.0),
            ArrowSide::Right => (1.0, 0.0),
            ArrowSide::Top => (0.0, -1.0),
            ArrowSide::Bottom => (0.0, 1.0),
        };
        let [tail, tip] = [ARROW_GAP + ARROW, ARROW_GAP]
            .map(|far| (middle.0 + direction.0 * far * self.unit, middle.1 + direction.1 * far * self.unit));
        (tail, tip)
    }

    /// The first `share` of a mark's outline.
    pub fn outline(&self, mark: &PictureMark, marked: Rect, from: ArrowSide, share: f64) -> BezPath {
        match mark.shape {
            MarkShape::Box { .. } => outline::boxed(marked, self.unit * CORNER, share),
            MarkShape::Circle { .. } => {
                let radius = (marked.right - marked.left) / 2.0;
                outline::circle((marked.left + radius, marked.top + radius), radius, share)
            }
            MarkShape::Arrow { .. } => {
                let (tail, tip) = self.arrow(marked, from);
                outline::arrow(tail, tip, share)
            }
        }
    }

    /// What stays light of a picture that goes dark; `open` is its lightness, 0 to 1.
    pub fn light_hole(&self, mark: &PictureMark, marked: Rect, open: f64) -> LightHole {
        let (rect, radius) = match mark.shape {
            MarkShape::Box { .. } => (marked, self.unit * CORNER),
            MarkShape::Circle { .. } => (marked, (marked.right - marked.left) / 2.0),
            MarkShape::Arrow { .. } => (marked.grown(self.unit * LIGHT), self.unit * (LIGHT + ARROW_GAP)),
        };
        let radius = radius.min((rect.right - rect.left) / 2.0).min((rect.bottom - rect.top) / 2.0);
        LightHole { rect, radius, open }
    }
}

/// The point at shares of a picture's width and height.
fn point_in(picture: Rect, x: f64, y: f64) -> (f64, f64) {
    (picture.left + x * (picture.right - picture.left), picture.top + y * (picture.bottom - picture.top))
}

/// The square around a point that reaches `reach` pixels to each side.
fn around((x, y): (f64, f64), reach: f64) -> Rect {
    Rect { left: x, right: x, top: y, bottom: y }.grown(reach)
}
