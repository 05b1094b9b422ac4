//! Outlines of marks, drawn as by a pen up to a share of their length: a box, a circle, an arrow.

use vello_cpu::kurbo::{BezPath, CubicBez, Line, ParamCurve, PathSeg, Point, Vec2};

use crate::render::paint::Rect;

/// Distance of the control points of a cubic curve that approximates a quarter of a unit circle.
const KAPPA: f64 = 0.552_284_749_830_793_4;
/// Length of an arrow's barbs along its shaft, and how far they spread to each side, in shares of the shaft's length.
const BARB_LENGTH: f64 = 0.34;
const BARB_SPREAD: f64 = 0.24;
/// The share of an arrow's drawing in which its shaft is drawn.
const SHAFT_SHARE: f64 = 0.7;

/// The segments of a path, with their lengths.
type PathPieces = Vec<(PathSeg, f64)>;

/// The first `share` of a rectangle's outline with round corners, from its upper left corner clockwise.
pub fn boxed(rect: Rect, radius: f64, share: f64) -> BezPath {
    let (width, height) = (rect.right - rect.left, rect.bottom - rect.top);
    let radius = radius.min(width / 2.0).min(height / 2.0).max(0.0);
    // Each side from one corner to the next, with its direction and that of the side after it.
    let sides = [
        ((rect.left, rect.top), (rect.right, rect.top), (1.0, 0.0), (0.0, 1.0)),
        ((rect.right, rect.top), (rect.right, rect.bottom), (0.0, 1.0), (-1.0, 0.0)),
        ((rect.right, rect.bottom), (rect.left, rect.bottom), (-1.0, 0.0), (0.0, -1.0)),
        ((rect.left, rect.bottom), (rect.left, rect.top), (0.0, -1.0), (1.0, 0.0)),
    ];
    let near = radius * (1.0 - KAPPA);
    let mut pieces = PathPieces::new();
    for (from, to, along, next) in sides {
        let start = shifted(from, along, radius);
        let end = shifted(to, along, -radius);
        pieces.push((PathSeg::Line(Line::new(start, end)), (end - start).hypot()));
        let curve = CubicBez::new(end, shifted(to, along, -near), shifted(to, next, near), shifted(to, next, radius));
        pieces.push((PathSeg::Cubic(curve), radius * std::f64::consts::FRAC_PI_2));
    }
    beginning(&pieces, share)
}

/// The point `by` pixels from `at` in a direction.
fn shifted(at: (f64, f64), direction: (f64, f64), by: f64) -> Point {
    Point::new(at.0 + direction.0 * by, at.1 + direction.1 * by)
}

/// The first `share` of a circle's outline, from its top clockwise.
pub fn circle(middle: (f64, f64), radius: f64, share: f64) -> BezPath {
    let directions = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)];
    let mut quarters = PathPieces::new();
    for pair in directions.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let controls = [a, (a.0 + b.0 * KAPPA, a.1 + b.1 * KAPPA), (b.0 + a.0 * KAPPA, b.1 + a.1 * KAPPA), b];
        let [start, first, second, end] =
            controls.map(|(x, y)| Point::new(middle.0 + radius * x, middle.1 + radius * y));
        quarters.push((PathSeg::Cubic(CubicBez::new(start, first, second, end)), 1.0));
    }
    beginning(&quarters, share)
}

/// The first `share` of an arrow from `tail` to `tip`: its shaft, then its barbs.
pub fn arrow(tail: (f64, f64), tip: (f64, f64), share: f64) -> BezPath {
    let tail = Point::new(tail.0, tail.1);
    let tip = Point::new(tip.0, tip.1);
    let mut path = BezPath::new();
    path.move_to(tail);
    path.line_to(tail.lerp(tip, (share / SHAFT_SHARE).min(1.0)));
    let barbs = ((share - SHAFT_SHARE) / (1.0 - SHAFT_SHARE)).clamp(0.0, 1.0);
    if barbs > 0.0 {
        let back = (tail - tip) * BARB_LENGTH;
        let aside = Vec2::new(-(tail - tip).y, (tail - tip).x) * BARB_SPREAD;
        path.move_to(tip + (back + aside) * barbs);
        path.line_to(tip);
        path.line_to(tip + (back - aside) * barbs);
    }
    path
}

/// The first `share` of a path.
fn beginning(pieces: &[(PathSeg, f64)], share: f64) -> BezPath {
    let mut left = pieces.iter().map(|(_, length)| length).sum::<f64>() * share;
    let mut path = BezPath::new();
    for (piece, length) in pieces {
        if left <= 0.0 && !path.is_empty() {
            break;
        }
        if path.is_empty() {
            path.move_to(piece.start());
        }
        let part = if *length > left { piece.subsegment(0.0..(left / length).max(0.0)) } else { *piece };
        path.push(part.as_path_el());
        left -= length;
    }
    if share >= 1.0 {
        path.close_path();
    }
    path
}
