//! The progress bar of the film: parts along an edge of the frame, full before the present part, which fills.

use std::sync::Arc;

use vello_cpu::kurbo::{self, BezPath, RoundedRect, Shape as _};

use super::place::is_tall;
use crate::render::colour::legible_on;
use crate::render::frame::Frame;
use crate::render::paint::{PaintShape, Rect, paint_all};
use crate::render::tile::Tile;
use crate::render::view::View;
use crate::spec::model::{FrameEdge, ProgressBar};
use crate::units::{Colour, Size};

/// Thickness of the bar and its distance from the frame's edge, in shares of the frame's shorter side; margins at its ends, as a
/// share of the width.
const THICKNESS: f64 = 0.0085;
const EDGE_GAP: f64 = 0.018;
const END_MARGIN: f64 = 0.035;
/// Gap between parts in thicknesses, and the most parts that have gaps.
const PART_GAP: f64 = 0.9;
const MAX_GAP_PARTS: u32 = 60;
/// Opacity of the halo behind the bar, and of parts that are not full.
const HALO_ALPHA: u8 = 120;
const EMPTY_ALPHA: u8 = 80;

/// Draws the progress bar of one view.
pub(crate) struct ProgressPainter {
    progress: ProgressBar,
    /// Length of the scene, in frames.
    frames: u32,
    size: Size,
    /// The part that fills in this view.
    part: Rect,
    radius: f64,
    colour: Colour,
    /// The halo and all parts at the scene's start.
    still: Option<Tile>,
}

impl ProgressPainter {
    pub fn new(view: &View, progress: ProgressBar) -> ProgressPainter {
        let look = &view.look;
        let colour = legible_on(Colour { a: 255, ..look.accent }, look.background, look.text);
        let parts = parts(view.size, &progress);
        let thickness = parts[0].bottom - parts[0].top;
        let radius = thickness / 2.0 * if progress.of > MAX_GAP_PARTS { 0.0 } else { 1.0 };
        let present = (progress.part as usize).min(parts.len() - 1);
        let halo = thickness * 0.35;
        let back = Colour { a: HALO_ALPHA, ..look.background };
        let empty = Colour { a: EMPTY_ALPHA, ..look.text };
        let mut shapes = Vec::new();
        for part in &parts {
            shapes.push(PaintShape::Block { rect: part.grown(halo), radius: radius + halo, colour: back });
        }
        for (i, part) in parts.iter().enumerate() {
            let colour = if i < present { colour } else { empty };
            shapes.push(PaintShape::Block { rect: *part, radius, colour });
        }
        let still = paint_all(&shapes, view.size);
        ProgressPainter { progress, frames: view.frames, size: view.size, part: parts[present], radius, colour, still }
    }

    /// Draws the bar over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        if let Some(tile) = &self.still {
            tile.blend(256, out);
        }
        let scene = ((f64::from(n) + 1.0) / f64::from(self.frames.max(1))).min(1.0);
        let ProgressBar { scene: index, scenes, .. } = self.progress;
        let share = (f64::from(index) + scene) / f64::from(scenes.max(1));
        if let Some(tile) = paint_all(&[self.filled(share.min(1.0))], self.size) {
            tile.blend(256, out);
        }
    }

    /// The filled share of the present part: a shorter bar of the same shape, so that its ends stay round.
    fn filled(&self, share: f64) -> PaintShape {
        let Rect { left, top, right, bottom } = self.part;
        let end = left + (right - left) * share;
        let height = bottom - top;
        if end - left >= height {
            let rect = Rect { right: end, ..self.part };
            return PaintShape::Block { rect, radius: self.radius, colour: self.colour };
        }
        // A bar shorter than it is high is scaled: a drop that grows.
        let scale = (end - left) / height;
        let middle = (top + bottom) / 2.0;
        let rect = kurbo::Rect::new(left, middle - height * scale / 2.0, end, middle + height * scale / 2.0);
        let path: BezPath = RoundedRect::from_rect(rect, self.radius * scale).path_elements(0.05).collect();
        PaintShape::Path { path: Arc::new(path), stroke: None, colour: self.colour }
    }
}

/// All parts from left to right; at least one.
fn parts(size: Size, progress: &ProgressBar) -> Vec<Rect> {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let unit = width.min(height);
    let edge = progress.at.unwrap_or(if is_tall(size) { FrameEdge::Top } else { FrameEdge::Bottom });
    let thickness = (unit * THICKNESS).max(3.0);
    let away = unit * EDGE_GAP;
    let top = if edge == FrameEdge::Top { away } else { height - away - thickness };
    let length = width * (1.0 - 2.0 * END_MARGIN);
    let count = progress.of.max(1);
    let gap = if count > MAX_GAP_PARTS { 0.0 } else { thickness * PART_GAP };
    let one = (length - gap * f64::from(count - 1)) / f64::from(count);
    let mut parts = Vec::new();
    for i in 0..count {
        let left = width * END_MARGIN + f64::from(i) * (one + gap);
        parts.push(Rect { left, top, right: left + one, bottom: top + thickness });
    }
    parts
}
