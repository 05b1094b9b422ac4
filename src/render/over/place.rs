//! Where labels go: beside what they name, inside the frame's safe area, off all that is taken. Knows nothing of what they say.

use crate::render::captions::CaptionMetrics;
use crate::render::paint::Rect;
use crate::spec::model::{ArrowSide, CaptionPosition, Corner};
use crate::units::Size;

use super::ReservedAreas;

/// Free at the sides of a frame, and at its top and bottom where no captions stand, in shares of it.
const SIDE: f64 = 0.035;
const ENDS: f64 = 0.045;
/// A tall frame's top and bottom, where apps have their own.
const TALL_TOP: f64 = 0.10;
const TALL_BOTTOM: f64 = 0.20;

/// What a label keeps clear of.
#[derive(Clone, Debug)]
pub struct LabelSpace {
    /// Nothing leaves it.
    pub safe: Rect,
    /// What is taken in it, each with how bad it is to lie over one of its pixels.
    pub taken: Vec<(Rect, f64)>,
}

/// What is known of a frame before any mark is placed: captions, the lower third, a counter and a logo.
pub fn room(size: Size, clear: ReservedAreas, counter: bool, logo: Option<Corner>) -> LabelSpace {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let tall = height > width * 1.1;
    let (top, bottom) = if tall { (TALL_TOP, TALL_BOTTOM) } else { (ENDS, ENDS) };
    let mut safe =
        Rect { left: width * SIDE, top: height * top, right: width * (1.0 - SIDE), bottom: height * (1.0 - bottom) };
    let gap = height * 0.02;
    let lowest = f64::from(CaptionMetrics::highest(size));
    let mut taken = Vec::new();
    match clear.captions {
        Some(CaptionPosition::Bottom) => safe.bottom = lowest - gap,
        Some(CaptionPosition::Top) => safe.top = height - lowest + gap,
        Some(CaptionPosition::Middle) => {
            let half = height * 0.09;
            taken.push((Rect { top: height / 2.0 - half, bottom: height / 2.0 + half, ..safe }, 8.0));
        }
        None => {}
    }
    if clear.lower {
        taken.push((Rect { top: height * 0.64, right: width * 0.62, bottom: height, left: 0.0 }, 6.0));
    }
    let strip = height * 0.11;
    let corner = |corner| {
        let (left, right) = (Rect { right: width * 0.24, left: 0.0, top: 0.0, bottom: strip }, width * 0.76);
        match corner {
            Corner::TopLeft => left,
            Corner::TopRight => Rect { left: right, right: width, ..left },
            Corner::BottomLeft => Rect { top: height - strip, bottom: height, ..left },
            Corner::BottomRight => Rect { left: right, right: width, top: height - strip, bottom: height },
        }
    };
    let counted = if logo == Some(Corner::TopLeft) { Corner::TopRight } else { Corner::TopLeft };
    taken.extend(logo.into_iter().chain(counter.then_some(counted)).map(|at| (corner(at), 6.0)));
    LabelSpace { safe, taken }
}

/// Where a label stands, as seen from its mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelAnchor {
    /// The point of the mark's rectangle that it hangs on, in shares of it.
    at: (f64, f64),
    /// The point of the label that comes to lie there, in shares of it.
    own: (f64, f64),
    /// Pixels between them.
    gap: (f64, f64),
}

impl LabelAnchor {
    /// The label of this size beside a mark, moved inside the safe area.
    pub fn rect(&self, mark: Rect, label: (f64, f64), safe: Rect) -> Rect {
        let x = mark.left + (mark.right - mark.left) * self.at.0 - label.0 * self.own.0 + self.gap.0;
        let y = mark.top + (mark.bottom - mark.top) * self.at.1 - label.1 * self.own.1 + self.gap.1;
        let left = x.min(safe.right - label.0).max(safe.left);
        let top = y.min(safe.bottom - label.1).max(safe.top);
        Rect { left, top, right: left + label.0, bottom: top + label.1 }
    }
}

/// The best place for a label of this size beside `mark`, which lies over nothing of it where there is any such place. `sides`: those
/// that it may stand at, the best one first.
pub fn anchor(mark: Rect, label: (f64, f64), sides: &[ArrowSide], gap: f64, room: &LabelSpace) -> LabelAnchor {
    let cost = |index: usize, anchor: &LabelAnchor| {
        let rect = anchor.rect(mark, label, room.safe);
        let free = anchor.rect(mark, label, Rect { left: -1e9, top: -1e9, right: 1e9, bottom: 1e9 });
        let moved = (rect.left - free.left).abs() + (rect.top - free.top).abs();
        let taken: f64 = room.taken.iter().map(|(other, weight)| overlap(rect, *other) * weight).sum();
        let own = overlap(rect, mark) * 10.0;
        (taken + own) / (label.0 * label.1) * 100.0 + moved * 0.05 + index as f64 * 0.5
    };
    // What stands at one side alone, an arrow's, stands in its middle if it can.
    let all: Vec<LabelAnchor> = sides.iter().flat_map(|side| anchors(*side, gap, sides.len() == 1)).collect();
    let best = all.iter().enumerate().min_by(|a, b| cost(a.0, a.1).total_cmp(&cost(b.0, b.1)));
    best.map_or(LabelAnchor { at: (0.5, 0.0), own: (0.5, 1.0), gap: (0.0, -gap) }, |(_, anchor)| *anchor)
}

/// The places at one side, at its start, its middle and its end, the best one first.
fn anchors(side: ArrowSide, gap: f64, centred: bool) -> [LabelAnchor; 3] {
    let along = match side {
        _ if centred => [0.5, 0.0, 1.0],
        ArrowSide::Top | ArrowSide::Bottom => [0.0, 0.5, 1.0],
        ArrowSide::Left | ArrowSide::Right => [0.5, 0.0, 1.0],
    };
    along.map(|share| match side {
        ArrowSide::Top => LabelAnchor { at: (share, 0.0), own: (share, 1.0), gap: (0.0, -gap) },
        ArrowSide::Bottom => LabelAnchor { at: (share, 1.0), own: (share, 0.0), gap: (0.0, gap) },
        ArrowSide::Left => LabelAnchor { at: (0.0, share), own: (1.0, share), gap: (-gap, 0.0) },
        ArrowSide::Right => LabelAnchor { at: (1.0, share), own: (0.0, share), gap: (gap, 0.0) },
    })
}

/// The pixels that two rectangles share.
pub fn overlap(a: Rect, b: Rect) -> f64 {
    let width = a.right.min(b.right) - a.left.max(b.left);
    let height = a.bottom.min(b.bottom) - a.top.max(b.top);
    width.max(0.0) * height.max(0.0)
}
