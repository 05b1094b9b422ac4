//! Outlines of marks that are drawn as by a pen: a box, a circle, an arrow, each up to a share of its length. Knows nothing of pictures.

use vello_cpu::kurbo::{BezPath, CubicBez, Line, ParamCurve, PathSeg, Point};

use crate::render::paint::Rect;

/// Where a curve's handles lie that comes closest to a quarter of a circle.
const KAPPA: f64 = 0.552_284_749_830_793_4;
/// How long an arrow's barbs are, of its shaft, and how far they spread to each side.
const BARB: f64 = 0.34;
const SPREAD: f64 = 0.24;
/// The share of an arrow's drawing in which its shaft is drawn.
const SHAFT: f64 = 0.7;

/// A path as pieces with their lengths.
type PathPieces = Vec<(PathSeg, f64)>;

/// The start of a rectangle's outline with round corners, from its upper left corner to the right and around.
pub fn boxed(rect: Rect, radius: f64, share: f64) -> BezPath {
    let (width, height) = (rect.right - rect.left, rect.bottom - rect.top);
    let radius = radius.min(width / 2.0).min(height / 2.0).max(0.0);
    // Each side from where the corner before it ends; each corner with the way that it turns from and to.
    let corners = [
        ((rect.left, rect.top), (rect.right, rect.top), (1.0, 0.0), (0.0, 1.0)),
        ((rect.right, rect.top), (rect.right, rect.bottom), (0.0, 1.0), (-1.0, 0.0)),
        ((rect.right, rect.bottom), (rect.left, rect.bottom), (-1.0, 0.0), (0.0, -1.0)),
        ((rect.left, rect.bottom), (rect.left, rect.top), (0.0, -1.0), (1.0, 0.0)),
    ];
    let mut pieces = PathPieces::new();
    for (from, to, along, next) in corners {
        let shifted = |at: (f64, f64), way: (f64, f64), by: f64| Point::new(at.0 + way.0 * by, at.1 + way.1 * by);
        let (start, end) = (shifted(from, along, radius), shifted(to, along, -radius));
        pieces.push((PathSeg::Line(Line::new(start, end)), (end - start).hypot()));
        let (near, last) = (radius * (1.0 - KAPPA), shifted(to, next, radius));
        let curve = CubicBez::new(end, shifted(to, along, -near), shifted(to, next, near), last);
        pieces.push((PathSeg::Cubic(curve), radius * std::f64::consts::FRAC_PI_2));
    }
    beginning(&pieces, share)
}

/// The start of a circle's outline, from its top clockwise.
pub fn circle(middle: (f64, f64), radius: f64, share: f64) -> BezPath {
    let at = |x: f64, y: f64| Point::new(middle.0 + radius * x, middle.1 + radius * y);
    let ways = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)];
    let quarter = |pair: &[(f64, f64)]| {
        let (a, b) = (pair[0], pair[1]);
        let (first, second) = (at(a.0 + b.0 * KAPPA, a.1 + b.1 * KAPPA), at(b.0 + a.0 * KAPPA, b.1 + a.1 * KAPPA));
        (PathSeg::Cubic(CubicBez::new(at(a.0, a.1), first, second, at(b.0, b.1))), 1.0)
    };
    beginning(&ways.windows(2).map(quarter).collect::<PathPieces>(), share)
}

/// An arrow from `tail` to `tip`: first its shaft, then its barbs.
pub fn arrow(tail: (f64, f64), tip: (f64, f64), share: f64) -> BezPath {
    let (tail, tip) = (Point::new(tail.0, tail.1), Point::new(tip.0, tip.1));
    let mut path = BezPath::new();
    path.move_to(tail);
    path.line_to(tail.lerp(tip, (share / SHAFT).min(1.0)));
    let barbs = ((share - SHAFT) / (1.0 - SHAFT)).clamp(0.0, 1.0);
    if barbs > 0.0 {
        let back = (tail - tip) * BARB;
        let aside = vello_cpu::kurbo::Vec2::new(-(tail - tip).y, (tail - tip).x) * SPREAD;
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
