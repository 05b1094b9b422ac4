//! How far the film is: a bar of parts along an edge of the frame, of which those before are full and the present one fills. Knows nothing
//! of the film but how many parts it has.

use std::sync::Arc;

use vello_cpu::kurbo::{BezPath, Rect as Area2, RoundedRect, Shape as _};

use crate::render::colour::legible_on;
use crate::render::frame::Frame;
use crate::render::paint::{PaintShape, PaintTransform, Rect, paint_transformed};
use crate::render::tile::{Area, Tile};
use crate::render::view::View;
use crate::spec::model::FrameEdge;
use crate::units::{Colour, Size};

use super::ProgressBar;

/// How thick the bar is, and how far from the frame's edge, in shares of its shorter side; free at its ends, as a share of the width.
const THICK: f64 = 0.0085;
const FROM_EDGE: f64 = 0.018;
const ENDS: f64 = 0.035;
/// Between parts, in thicknesses; none where there are more parts than this.
const GAP: f64 = 0.9;
const MAX_PARTS: u32 = 60;
/// Opacity of what lies behind the bar, and of parts that are not full.
const BACK: u8 = 120;
const EMPTY: u8 = 80;

/// Draws a view's progress.
pub(crate) struct ProgressPainter {
    progress: ProgressBar,
    frames: u32,
    size: Size,
    /// The present part.
    part: Rect,
    radius: f64,
    colour: Colour,
    /// All that stands still.
    still: Option<Tile>,
}

impl ProgressPainter {
    pub fn new(view: &View, progress: ProgressBar) -> ProgressPainter {
        let look = &view.look;
        let colour = legible_on(Colour { a: 255, ..look.accent }, look.background, look.text);
        let parts = parts(view.size, &progress);
        let thick = parts[0].bottom - parts[0].top;
        let radius = thick / 2.0 * if progress.of > MAX_PARTS { 0.0 } else { 1.0 };
        let present = (progress.part as usize).min(parts.len() - 1);
        let halo = thick * 0.35;
        let block = |rect: Rect, reach: f64, colour| PaintShape::Block {
            rect: rect.grown(reach),
            radius: radius + reach,
            colour,
        };
        let back = Colour { a: BACK, ..look.background };
        let mut shapes: Vec<PaintShape> = parts.iter().map(|part| block(*part, halo, back)).collect();
        let rest = Colour { a: EMPTY, ..look.text };
        let fill = |(i, part): (usize, &Rect)| block(*part, 0.0, if i < present { colour } else { rest });
        shapes.extend(parts.iter().enumerate().map(fill));
        let still = tile(&shapes, view.size);
        ProgressPainter { progress, frames: view.frames, size: view.size, part: parts[present], radius, colour, still }
    }

    /// Lays it over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        if let Some(tile) = &self.still {
            tile.blend(256, out);
        }
        let scene = ((f64::from(n) + 1.0) / f64::from(self.frames.max(1))).min(1.0);
        let ProgressBar { scene: index, scenes, .. } = self.progress;
        let share = (f64::from(index) + scene) / f64::from(scenes.max(1));
        if let Some(tile) = tile(&[self.filled(share.min(1.0))], self.size) {
            tile.blend(256, out);
        }
    }

    /// The present part up to a share of it: its own shape cut off, so that its ends stay round.
    fn filled(&self, share: f64) -> PaintShape {
        let Rect { left, top, right, bottom } = self.part;
        let end = left + (right - left) * share;
        let high = bottom - top;
        if end - left >= high {
            return PaintShape::Block {
                rect: Rect { right: end, ..self.part },
                radius: self.radius,
                colour: self.colour,
            };
        }
        // Shorter than it is high: a drop that grows.
        let small = (end - left) / high;
        let middle = (top + bottom) / 2.0;
        let rect = Area2::new(left, middle - high * small / 2.0, end, middle + high * small / 2.0);
        let path: BezPath = RoundedRect::from_rect(rect, self.radius * small).path_elements(0.05).collect();
        PaintShape::Path { path: Arc::new(path), stroke: None, colour: self.colour }
    }
}

fn tile(shapes: &[PaintShape], size: Size) -> Option<Tile> {
    let bounds = shapes.iter().map(PaintShape::bounds).reduce(Rect::union)?;
    let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, size);
    (!area.is_empty()).then(|| paint_transformed(shapes, area, PaintTransform::STILL))
}

/// All parts from left to right; at least one.
fn parts(size: Size, progress: &ProgressBar) -> Vec<Rect> {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let unit = width.min(height);
    let tall = height > width * 1.1;
    let edge = progress.at.unwrap_or(if tall { FrameEdge::Top } else { FrameEdge::Bottom });
    let (thick, away) = ((unit * THICK).max(3.0), unit * FROM_EDGE);
    let top = if edge == FrameEdge::Top { away } else { height - away - thick };
    let (left, all) = (width * ENDS, width * (1.0 - 2.0 * ENDS));
    let of = progress.of.max(1);
    let gap = if of > MAX_PARTS { 0.0 } else { thick * GAP };
    let one = (all - gap * f64::from(of - 1)) / f64::from(of);
    let part = |i: u32| {
        let left = left + f64::from(i) * (one + gap);
        Rect { left, top, right: left + one, bottom: top + thick }
    };
    (0..of).map(part).collect()
}
