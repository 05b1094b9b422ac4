//! Placement of labels: beside their marks, inside the frame's safe area, apart from everything else that is drawn.

use crate::render::captions::metrics::CaptionMetrics;
use crate::render::paint::Rect;
use crate::spec::model::{ArrowSide, CaptionPosition, Corner};
use crate::units::Size;

use super::overlays::ReservedAreas;

/// Margins at the sides of a frame, and at its top and bottom where no captions are, in shares of its width and height.
const SIDE_MARGIN: f64 = 0.035;
const END_MARGIN: f64 = 0.045;
/// Margins at the top and bottom of a tall frame, where apps have their own controls.
const TALL_TOP_MARGIN: f64 = 0.10;
const TALL_BOTTOM_MARGIN: f64 = 0.20;
/// How bad it is to lie over one pixel of captions in the middle, and of a lower third, a counter or a logo.
const CAPTION_WEIGHT: f64 = 8.0;
const OVERLAY_WEIGHT: f64 = 6.0;

/// The space for labels.
#[derive(Clone, Debug)]
pub struct LabelSpace {
    /// The area that labels do not leave.
    pub safe: Rect,
    /// Areas that labels avoid, each with how bad it is to lie over one of its pixels.
    pub taken: Vec<(Rect, f64)>,
}

/// Whether a frame is so high that its layout is that of a portrait.
pub fn is_tall(size: Size) -> bool {
    f64::from(size.height) > f64::from(size.width) * 1.1
}

/// The space for labels before any mark is placed: apart from captions, the lower third, a counter and a logo.
pub fn label_space(size: Size, clear: ReservedAreas, counter: bool, logo: Option<Corner>) -> LabelSpace {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let (top, bottom) = if is_tall(size) { (TALL_TOP_MARGIN, TALL_BOTTOM_MARGIN) } else { (END_MARGIN, END_MARGIN) };
    let mut safe = Rect {
        left: width * SIDE_MARGIN,
        top: height * top,
        right: width * (1.0 - SIDE_MARGIN),
        bottom: height * (1.0 - bottom),
    };
    let gap = height * 0.02;
    let lowest = f64::from(CaptionMetrics::highest(size));
    let mut taken = Vec::new();
    match clear.captions {
        Some(CaptionPosition::Bottom) => safe.bottom = lowest - gap,
        Some(CaptionPosition::Top) => safe.top = height - lowest + gap,
        Some(CaptionPosition::Middle) => {
            let half = height * 0.09;
            taken.push((Rect { top: height / 2.0 - half, bottom: height / 2.0 + half, ..safe }, CAPTION_WEIGHT));
        }
        None => {}
    }
    if clear.lower {
        let lower_third = Rect { top: height * 0.64, right: width * 0.62, bottom: height, left: 0.0 };
        taken.push((lower_third, OVERLAY_WEIGHT));
    }
    let counted = if logo == Some(Corner::TopLeft) { Corner::TopRight } else { Corner::TopLeft };
    let corners = logo.into_iter().chain(counter.then_some(counted));
    taken.extend(corners.map(|corner| (corner_area(width, height, corner), OVERLAY_WEIGHT)));
    LabelSpace { safe, taken }
}

/// The area that a logo or a counter in this corner may fill.
fn corner_area(width: f64, height: f64, corner: Corner) -> Rect {
    let strip = height * 0.11;
    let upper_left = Rect { right: width * 0.24, left: 0.0, top: 0.0, bottom: strip };
    let right = width * 0.76;
    match corner {
        Corner::TopLeft => upper_left,
        Corner::TopRight => Rect { left: right, right: width, ..upper_left },
        Corner::BottomLeft => Rect { top: height - strip, bottom: height, ..upper_left },
        Corner::BottomRight => Rect { left: right, right: width, top: height - strip, bottom: height },
    }
}

/// The place of a label relative to its mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelAnchor {
    /// A point of the mark's rectangle, in shares of its width and height.
    at: (f64, f64),
    /// The point of the label that lies at that point, in shares of its width and height.
    own: (f64, f64),
    /// Offset between the two points, in pixels.
    gap: (f64, f64),
}

impl LabelAnchor {
    /// The rectangle of a label of this size beside a mark, moved into the safe area.
    pub fn rect(&self, mark: Rect, label: (f64, f64), safe: Rect) -> Rect {
        let x = mark.left + (mark.right - mark.left) * self.at.0 - label.0 * self.own.0 + self.gap.0;
        let y = mark.top + (mark.bottom - mark.top) * self.at.1 - label.1 * self.own.1 + self.gap.1;
        let left = x.min(safe.right - label.0).max(safe.left);
        let top = y.min(safe.bottom - label.1).max(safe.top);
        Rect { left, top, right: left + label.0, bottom: top + label.1 }
    }
}

/// The best place for a label of this size at one of these sides of `mark`, preferably the first one. It does not lie over
/// the mark where there is any other place.
pub fn anchor(mark: Rect, label: (f64, f64), sides: &[ArrowSide], gap: f64, space: &LabelSpace) -> LabelAnchor {
    // A label that can stand at one side only, an arrow's, is centred if it can be.
    let all = sides.iter().flat_map(|side| anchors(*side, gap, sides.len() == 1));
    let costs = all.enumerate().map(|(i, anchor)| (anchor, anchor_cost(anchor, mark, label, space) + i as f64 * 0.5));
    let best = costs.min_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or(LabelAnchor { at: (0.5, 0.0), own: (0.5, 1.0), gap: (0.0, -gap) }, |(anchor, _)| anchor)
}

/// How bad a place is: what the label lies over, in per cent of its area, and how far it is moved into the safe area.
fn anchor_cost(anchor: LabelAnchor, mark: Rect, label: (f64, f64), space: &LabelSpace) -> f64 {
    const EVERYWHERE: Rect = Rect { left: -1e9, top: -1e9, right: 1e9, bottom: 1e9 };
    let rect = anchor.rect(mark, label, space.safe);
    let free = anchor.rect(mark, label, EVERYWHERE);
    let moved = (rect.left - free.left).abs() + (rect.top - free.top).abs();
    let taken: f64 = space.taken.iter().map(|(other, weight)| overlap(rect, *other) * weight).sum();
    let own = overlap(rect, mark) * 10.0;
    (taken + own) / (label.0 * label.1) * 100.0 + moved * 0.05
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

/// The area that two rectangles share, in pixels.
pub fn overlap(a: Rect, b: Rect) -> f64 {
    let width = a.right.min(b.right) - a.left.max(b.left);
    let height = a.bottom.min(b.bottom) - a.top.max(b.top);
    width.max(0.0) * height.max(0.0)
}
