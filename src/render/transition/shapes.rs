//! Transitions whose edge is a shape: a diagonal, a circle, a diamond, a clock hand.

use crate::render::frame::Frame;
use crate::spec::model::{Corner, RotationDirection, ZoomDirection};

use super::planes::{longer, masked, weight_fast};

/// Width of a shape's edge, as a share of the frame's longer side: soft, but the shape is recognisable.
const SOFT_EDGE: f64 = 0.006;
/// Width of a diagonal edge, as a share of the distance from corner to corner.
const SLANT_EDGE: f32 = 0.35;

/// Half a frame's width and height in pixels, and the width of an edge.
fn measures(frame: &Frame) -> (f32, f32, f32) {
    let (width, height) = (frame.size().width as f32, frame.size().height as f32);
    (width / 2.0, height / 2.0, (longer(frame) * SOFT_EDGE).max(1.5) as f32)
}

/// A broad soft edge from corner to corner.
pub fn diagonal(towards: Corner, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let (cx, cy, _) = measures(from);
    let (left, up) = match towards {
        Corner::TopLeft => (true, true),
        Corner::TopRight => (false, true),
        Corner::BottomLeft => (true, false),
        Corner::BottomRight => (false, false),
    };
    let edge = p as f32 * (1.0 + SLANT_EDGE);
    masked(from, to, out, |y, xs, weights| {
        let y = (y as f32 + 0.5) / (4.0 * cy);
        let down = if up { 0.5 - y } else { y };
        let (slope, start) = if left { (-1.0, 0.5) } else { (1.0, 0.0) };
        for (w, x) in weights.iter_mut().zip(xs) {
            let along = start + slope * x / (4.0 * cx) + down;
            *w = weight_fast((edge - along) / SLANT_EDGE);
        }
    });
}

/// The new frame in a growing circle, or the old one in a shrinking one.
pub fn circle(depth: ZoomDirection, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let (cx, cy, soft) = measures(from);
    let most = (cx * cx + cy * cy).sqrt();
    let reach = FigureEdge::new(depth, p as f32, most, soft);
    masked(from, to, out, |y, xs, weights| {
        let dy = y as f32 + 0.5 - cy;
        for (w, x) in weights.iter_mut().zip(xs) {
            *w = reach.weight(((x - cx) * (x - cx) + dy * dy).sqrt());
        }
    });
}

/// As [`circle`], with a diamond that has the frame's proportions.
pub fn diamond(depth: ZoomDirection, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let (cx, cy, soft) = measures(from);
    let reach = FigureEdge::new(depth, p as f32, cx + cy, soft);
    masked(from, to, out, |y, xs, weights| {
        let dy = (y as f32 + 0.5 - cy).abs();
        for (w, x) in weights.iter_mut().zip(xs) {
            *w = reach.weight((x - cx).abs() + dy);
        }
    });
}

/// Distance of a shape's edge from the centre, and which side of it is new.
struct FigureEdge {
    edge: f32,
    /// 1 ÷ the edge's width; negative where the new frame lies outside.
    slope: f32,
}

impl FigureEdge {
    /// `most` is the distance of the furthest pixel.
    fn new(depth: ZoomDirection, p: f32, most: f32, soft: f32) -> Self {
        match depth {
            ZoomDirection::Out => Self { edge: p * (most + soft), slope: 1.0 / soft },
            ZoomDirection::In => Self { edge: most - p * (most + soft), slope: -1.0 / soft },
        }
    }

    fn weight(&self, distance: f32) -> u16 {
        weight_fast((self.edge - distance) * self.slope)
    }
}

/// A hand that starts upright and sweeps once around. The area that it has passed is bounded by two lines, so no angle
/// is computed for any pixel.
pub fn clock(turn: RotationDirection, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let (cx, cy, soft) = measures(from);
    let (sine, cosine) = libm::sincos(p * std::f64::consts::TAU);
    let (sine, cosine, p) = (sine as f32, cosine as f32, p as f32);
    let side = if turn == RotationDirection::Clockwise { 1.0 } else { -1.0 };
    masked(from, to, out, |y, xs, weights| {
        let dy = y as f32 + 0.5 - cy;
        for (w, x) in weights.iter_mut().zip(xs) {
            let dx = (x - cx) * side;
            // Distance behind the hand, in pixels; the distance past twelve o'clock is `dx`.
            let behind = -sine * dy - cosine * dx;
            let passed = if p < 0.5 { dx.min(behind) } else { dx.max(behind) };
            *w = weight_fast(passed / soft + p);
        }
    });
}
