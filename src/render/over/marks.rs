//! Drawing of marks on a picture, which follow it in each frame: outlines that draw themselves, then labels beside them;
//! the rest of the picture may go dark.

use std::sync::Arc;

use vello_cpu::kurbo::BezPath;

use super::mark_geometry::{CORNER, MarkGeometry, PEN};
use super::mark_label::{LabelText, MarkLabel};
use super::overlays::{PictureMark, PictureMarks, mark_frames, outline_frames};
use super::place::{LabelSpace, anchor, label_space, overlap};
use super::shade::{LightHole, shade};
use crate::render::canvas::Canvas;
use crate::render::colour::black_or_white_on;
use crate::render::ease;
use crate::render::frame::Frame;
use crate::render::paint::{PaintShape, PaintTransform, Rect, paint_all, paint_transformed};
use crate::render::text::Typesetter;
use crate::render::tile::{Area, Tile};
use crate::render::tile_transform::RowBuffers;
use crate::render::view::View;
use crate::spec::model::{ArrowSide, CameraMotion, Look, MarkShape};
use crate::units::Colour;

/// How far the halo reaches beyond the pen, and distance of a label from its mark, in shares of the frame's shorter side.
const HALO: f64 = 0.0042;
const GAP: f64 = 0.016;
/// How dark the rest of the picture goes, 0 to 1, and softness of the edge of what stays light, in shares of the shorter
/// side.
const DARKNESS: f64 = 0.62;
const SOFTNESS: f64 = 0.006;
/// Opacity of a halo.
const HALO_ALPHA: u8 = 190;

/// Draws the marks of one view.
pub(crate) struct MarkPainter {
    marks: PictureMarks,
    canvas: Arc<Canvas>,
    geometry: MarkGeometry,
    placed: Vec<PlacedMark>,
    look: Look,
    safe: Rect,
    /// Frames for an outline, and for a whole mark.
    outline_frames: u32,
    mark_frames: u32,
    /// The tiles of each mark that has come in, on a picture that does not move; `None`: not painted yet.
    settled: Vec<Option<Vec<Tile>>>,
    /// Each label as it is in the middle of a shot that moves; `None`: not painted yet.
    labels: Vec<Option<Option<Tile>>>,
    rows: RowBuffers,
}

/// What is the same for a mark in all frames.
struct PlacedMark {
    /// The side that an arrow comes from.
    from: ArrowSide,
    label: Option<MarkLabel>,
    /// Whether the mark is drawn.
    visible: bool,
}

impl MarkPainter {
    pub fn new(view: &View, marks: PictureMarks, canvas: Arc<Canvas>, setter: &mut Typesetter) -> MarkPainter {
        let logo = view.logo.map(|logo| logo.corner);
        let mut space = label_space(view.size, marks.clear, view.counter.is_some(), logo);
        let mut painter = MarkPainter {
            settled: marks.marks.iter().map(|_| None).collect(),
            labels: marks.marks.iter().map(|_| None).collect(),
            rows: RowBuffers::default(),
            marks,
            canvas,
            geometry: MarkGeometry::new(view.size),
            placed: Vec::new(),
            look: view.look.clone(),
            safe: space.safe,
            outline_frames: outline_frames(view.fps),
            mark_frames: mark_frames(view.fps),
        };
        painter.place(&mut space, setter);
        painter
    }

    /// Finds a place for each mark's label as it is in the middle of the shot, apart from all marks and the labels before
    /// it.
    fn place(&mut self, space: &mut LabelSpace, setter: &mut Typesetter) {
        let picture = self.canvas.picture_rect(self.canvas.shot().frames / 2);
        let weight = if self.marks.dim { 1.0 } else { 4.0 };
        space.taken.extend(self.marks.marks.iter().map(|mark| (self.geometry.marked(mark, picture), weight)));
        let gap = self.geometry.unit * GAP;
        for mark in &self.marks.marks {
            let marked = self.geometry.marked(mark, picture);
            let text = mark.label.as_ref().map(|text| LabelText::new(text, &self.look, self.geometry.size, setter));
            let size = text.as_ref().map_or((0.0, 0.0), |text| text.size);
            let (from, sides) = self.sides(mark, marked, size, space);
            let extent = self.geometry.extent(mark, marked, from);
            let label = text.map(|text| MarkLabel { anchor: anchor(extent, size, &sides, gap, space), text });
            if let Some(label) = &label {
                space.taken.push((label.anchor.rect(extent, size, self.safe).grown(gap * 0.5), 8.0));
            }
            self.placed.push(PlacedMark { from, label, visible: self.geometry.is_visible(marked) });
        }
    }

    /// The side that an arrow comes from, and those at which a mark's label may stand.
    fn sides(
        &self,
        mark: &PictureMark,
        marked: Rect,
        label: (f64, f64),
        space: &LabelSpace,
    ) -> (ArrowSide, Vec<ArrowSide>) {
        const BOXED: [ArrowSide; 4] = [ArrowSide::Top, ArrowSide::Bottom, ArrowSide::Right, ArrowSide::Left];
        const POINTED: [ArrowSide; 4] = [ArrowSide::Left, ArrowSide::Right, ArrowSide::Top, ArrowSide::Bottom];
        let MarkShape::Arrow { from, .. } = mark.shape else { return (ArrowSide::Left, BOXED.to_vec()) };
        let costs = POINTED.map(|side| (side, self.arrow_cost(mark, marked, side, label, space)));
        let best = costs.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(ArrowSide::Left, |(side, _)| side);
        let from = from.unwrap_or(best);
        (from, vec![from])
    }

    /// How bad an arrow with its label is at this side: what lies outside the safe area or over something else.
    fn arrow_cost(
        &self,
        mark: &PictureMark,
        marked: Rect,
        side: ArrowSide,
        label: (f64, f64),
        space: &LabelSpace,
    ) -> f64 {
        let unit = self.geometry.unit;
        let extent = self.geometry.extent(mark, marked, side);
        let rect = anchor(extent, label, &[side], unit * GAP, space).rect(extent, label, space.safe);
        let all = extent.union(rect);
        let outside = (space.safe.left - all.left).max(0.0)
            + (all.right - space.safe.right).max(0.0)
            + (space.safe.top - all.top).max(0.0)
            + (all.bottom - space.safe.bottom).max(0.0);
        let taken: f64 = space.taken.iter().map(|(other, weight)| overlap(rect.union(extent), *other) * weight).sum();
        outside * unit + overlap(rect, extent) * 10.0 + taken
    }

    /// Draws the marks of frame `n` over `out`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        let picture = self.canvas.picture_rect(n);
        if self.marks.dim {
            self.darken(n, picture, out);
        }
        for i in 0..self.placed.len() {
            let mark = &self.marks.marks[i];
            let Some(age) = n.checked_sub(mark.at).filter(|_| self.placed[i].visible) else { continue };
            let opacity = self.remaining(mark, n);
            if opacity > 0.0 {
                self.draw_mark(i, age, picture, opacity, out);
            }
        }
    }

    fn draw_mark(&mut self, i: usize, age: u32, picture: Rect, opacity: f64, out: &mut Frame) {
        let blended = (opacity * 256.0).round() as u16;
        let still = self.canvas.shot().motion == CameraMotion::Hold;
        if age < self.mark_frames || !still {
            self.outline(i, age, picture).iter().for_each(|tile| tile.blend(blended, out));
            return self.draw_label(i, age, picture, opacity, out);
        }
        if self.settled[i].is_none() {
            let mut tiles = self.outline(i, age, picture);
            tiles.extend(self.label(i, picture, 1.0));
            self.settled[i] = Some(tiles);
        }
        self.settled[i].iter().flatten().for_each(|tile| tile.blend(blended, out));
    }

    /// Draws the label of mark `i`. Once it has come in, it is painted once, and moved with its mark by parts of a pixel.
    fn draw_label(&mut self, i: usize, age: u32, picture: Rect, opacity: f64, out: &mut Frame) {
        let (_, share) = self.progress(age);
        if share < 1.0 {
            let tile = self.label(i, picture, share);
            return tile.iter().for_each(|tile| tile.blend((opacity * 256.0).round() as u16, out));
        }
        let middle = self.canvas.picture_rect(self.canvas.shot().frames / 2);
        let (Some(rect), Some(base)) = (self.label_rect(i, picture), self.label_rect(i, middle)) else { return };
        if self.labels[i].is_none() {
            self.labels[i] = Some(self.label(i, middle, 1.0));
        }
        if let Some(Some(tile)) = &self.labels[i] {
            let shift = (rect.left - base.left, rect.top - base.top);
            let moved = PaintTransform { shift, ..PaintTransform::STILL };
            tile.blend_transformed(moved, opacity as f32, &mut self.rows, out);
        }
    }

    /// The opacity of a mark in its exit, 0 to 1; 1 before that.
    fn remaining(&self, mark: &PictureMark, n: u32) -> f64 {
        if mark.until == u32::MAX {
            return 1.0;
        }
        let gone = n.checked_sub(mark.until).map_or(0, |gone| gone + 1);
        1.0 - ease::in_out(f64::from(gone) / f64::from(self.outline_frames + 1))
    }

    /// How far the outline and the label of a mark have come in after `age` frames, 0 to 1.
    fn progress(&self, age: u32) -> (f64, f64) {
        let outline = (f64::from(age) + 1.0) / f64::from(self.outline_frames + 1);
        let start = f64::from(self.outline_frames) * 0.7;
        let label = (f64::from(age) + 1.0 - start) / (f64::from(self.mark_frames) - start);
        (ease::in_out(outline), label.clamp(0.0, 1.0))
    }

    /// How far the outline of a mark has come in in frame `n`, 0 to 1.
    fn outline_progress(&self, mark: &PictureMark, n: u32) -> f64 {
        n.checked_sub(mark.at).map_or(0.0, |age| self.progress(age).0)
    }

    /// Darkens the picture except for what is marked.
    fn darken(&self, n: u32, picture: Rect, out: &mut Frame) {
        let marks = &self.marks.marks;
        let share = marks.iter().map(|mark| self.outline_progress(mark, n)).fold(0.0, f64::max);
        if share <= 0.0 {
            return;
        }
        let mut holes: Vec<LightHole> = Vec::new();
        for mark in marks {
            let open = self.outline_progress(mark, n) * self.remaining(mark, n);
            if open > 0.0 {
                holes.push(self.geometry.light_hole(mark, self.geometry.marked(mark, picture), open));
            }
        }
        shade(out, DARKNESS * share, &holes, self.geometry.unit * SOFTNESS);
    }

    /// The outline of mark `i` after `age` frames. Of a large box only the sides are painted, not what lies within.
    fn outline(&self, i: usize, age: u32, picture: Rect) -> Vec<Tile> {
        let mark = &self.marks.marks[i];
        let marked = self.geometry.marked(mark, picture);
        let path = self.geometry.outline(mark, marked, self.placed[i].from, self.progress(age).0);
        let shapes = self.strokes(path);
        let Some(bounds) = shapes.iter().map(PaintShape::bounds).reduce(Rect::union) else { return Vec::new() };
        let sides = match mark.shape {
            MarkShape::Box { .. } => sides(bounds, self.geometry.unit * (PEN + 2.0 * HALO + CORNER) + 4.0),
            _ => vec![bounds],
        };
        let size = self.geometry.size;
        let areas = sides.iter().map(|side| Area::around(side.left, side.top, side.right, side.bottom, size));
        areas
            .filter(|area| !area.is_empty())
            .map(|area| paint_transformed(&shapes, area, PaintTransform::STILL))
            .collect()
    }

    /// The panel of the label of mark `i`, if it has one.
    fn label_rect(&self, i: usize, picture: Rect) -> Option<Rect> {
        let mark = &self.marks.marks[i];
        let placed = &self.placed[i];
        let label = placed.label.as_ref()?;
        let extent = self.geometry.extent(mark, self.geometry.marked(mark, picture), placed.from);
        Some(label.anchor.rect(extent, label.text.size, self.safe))
    }

    /// The label of mark `i` after this share of its entrance; `None` if nothing of it is visible.
    fn label(&self, i: usize, picture: Rect, share: f64) -> Option<Tile> {
        let label = self.placed[i].label.as_ref().filter(|_| share > 0.0)?;
        let rect = self.label_rect(i, picture)?;
        paint_all(&label.text.shapes(&self.look, rect, ease::in_out(share)), self.geometry.size)
    }

    /// The halo of a path, and the line in the accent colour over it.
    fn strokes(&self, path: BezPath) -> Vec<PaintShape> {
        let path = Arc::new(path);
        let pen = (self.geometry.unit * PEN).max(2.0);
        let halo = (self.geometry.unit * HALO).max(1.0);
        let accent = Colour { a: 255, ..self.look.accent };
        let back = Colour { a: HALO_ALPHA, ..black_or_white_on(accent) };
        vec![
            PaintShape::Path { path: Arc::clone(&path), stroke: Some(pen + 2.0 * halo), colour: back },
            PaintShape::Path { path, stroke: Some(pen), colour: accent },
        ]
    }
}

/// The four sides of a frame of this thickness, apart from each other on even pixels; the whole rectangle if it is small.
fn sides(whole: Rect, thick: f64) -> Vec<Rect> {
    let [upper, lower] = [whole.top + thick, whole.bottom - thick].map(next_even);
    let [left, right] = [whole.left + thick, whole.right - thick].map(next_even);
    // A part that begins left of the frame or above it would be cut there, as a rectangle painted whole is.
    if upper >= lower || left >= right || upper <= 0.0 || left <= 0.0 {
        return vec![whole];
    }
    vec![
        Rect { bottom: upper, ..whole },
        Rect { top: upper, bottom: lower, right: left, ..whole },
        Rect { top: upper, bottom: lower, left: right, ..whole },
        Rect { top: lower, ..whole },
    ]
}

fn next_even(at: f64) -> f64 {
    (at / 2.0).ceil() * 2.0
}
