//! Marks on a picture, drawn where the picture is in each frame: outlines that draw themselves, labels beside them, the rest of the picture
//! darker if so wished. Knows nothing of when they come.

use std::sync::Arc;

use vello_cpu::kurbo::BezPath;

use crate::render::canvas::Canvas;
use crate::render::cards::known;
use crate::render::colour::{contrast, legible_on};
use crate::render::ease;
use crate::render::frame::Frame;
use crate::render::paint::{PaintShape, PaintTransform, Rect, paint_transformed};
use crate::render::text::{TextBounds as TextRoom, TextStyle, Typesetter, clean};
use crate::render::tile::{Area, Tile};
use crate::render::tile_transform::RowBuffers;
use crate::render::view::View;
use crate::spec::model::{ArrowSide, CameraMotion, Look, MarkShape};
use crate::units::{Colour, Size};

use super::place::{LabelAnchor, LabelSpace, anchor, overlap, room};
use super::shade::{LightHole, shade};
use super::{PictureMark, PictureMarks, drawn_frames, mark_frames, outline};

/// Sizes in shares of the frame's shorter side: a pen's width and how far its halo reaches, a box's corners, an arrow, its distance from
/// what it points at, what stays light around its tip, and a label's text, padding and distance from its mark.
const PEN: f64 = 0.0075;
const HALO: f64 = 0.0042;
const CORNER: f64 = 0.014;
const ARROW: f64 = 0.13;
const SHORT_OF: f64 = 0.012;
const LIGHT: f64 = 0.11;
const TEXT: f64 = 0.034;
const PADDING: f64 = 0.016;
const GAP: f64 = 0.016;
/// How dark the rest of the picture goes, and how soft the edge of what stays light is, in shares of the shorter side.
const DARK: f64 = 0.62;
const SOFT: f64 = 0.006;
/// Opacity of a label's panel and of a halo.
const PANEL: u8 = 238;
const HALO_OPACITY: u8 = 190;
/// A mark of which less is in the frame than this is not drawn.
const LEAST_SEEN: f64 = 0.3;

/// Draws a view's marks.
pub(crate) struct MarkPainter {
    marks: PictureMarks,
    canvas: Arc<Canvas>,
    placed: Vec<PlacedMark>,
    look: Look,
    size: Size,
    unit: f64,
    safe: Rect,
    /// Frames for an outline, and for a whole mark.
    drawn: u32,
    whole: u32,
    /// What marks look like that are in, on a picture that stands still.
    settled: Vec<Option<Vec<Tile>>>,
    /// Labels as they are in the middle of a shot that moves.
    labels: Vec<Option<Option<Tile>>>,
    rows: RowBuffers,
}

/// What is found out of a mark once for all frames.
struct PlacedMark {
    /// The side that an arrow comes from.
    from: ArrowSide,
    label: Option<MarkLabel>,
    /// It is in the frame.
    seen: bool,
}

/// A label that is set, the panel around it included.
struct MarkLabel {
    text: PaintShape,
    size: (f64, f64),
    anchor: LabelAnchor,
}

impl MarkPainter {
    pub fn new(view: &View, marks: PictureMarks, canvas: Arc<Canvas>, setter: &mut Typesetter) -> MarkPainter {
        let unit = f64::from(view.size.width.min(view.size.height));
        let logo = view.logo.map(|logo| logo.corner);
        let mut room = room(view.size, marks.clear, view.counter.is_some(), logo);
        let mut painter = MarkPainter {
            settled: marks.marks.iter().map(|_| None).collect(),
            labels: marks.marks.iter().map(|_| None).collect(),
            rows: RowBuffers::default(),
            marks,
            canvas,
            placed: Vec::new(),
            look: view.look.clone(),
            size: view.size,
            unit,
            safe: room.safe,
            drawn: drawn_frames(view.fps),
            whole: mark_frames(view.fps),
        };
        painter.place(&mut room, setter);
        painter
    }

    /// Finds a place for each mark's label as it is in the middle of the shot, off all marks and the labels before it.
    fn place(&mut self, room: &mut LabelSpace, setter: &mut Typesetter) {
        let picture = self.canvas.picture_rect(self.canvas.shot().frames / 2);
        let weight = if self.marks.dim { 1.0 } else { 4.0 };
        let marked = |mark: &PictureMark| (self.marked(mark, picture), weight);
        room.taken.extend(self.marks.marks.iter().map(marked));
        let marks = self.marks.marks.clone();
        for mark in &marks {
            let own = self.marked(mark, picture);
            let text = mark.label.as_ref().map(|label| self.set(label, setter));
            let size = text.as_ref().map_or((0.0, 0.0), |text| self.panel_size(text));
            let (from, sides) = self.sides(mark, own, size, room);
            let around = self.around(mark, own, from);
            let gap = self.unit * GAP;
            let label = text.map(|text| MarkLabel { anchor: anchor(around, size, &sides, gap, room), size, text });
            if let Some(label) = &label {
                room.taken.push((label.anchor.rect(around, label.size, self.safe).grown(gap * 0.5), 8.0));
            }
            self.placed.push(PlacedMark { from, label, seen: self.is_seen(own) });
        }
    }

    /// The side that an arrow comes from, and those at which a mark's label may stand.
    fn sides(
        &self,
        mark: &PictureMark,
        own: Rect,
        label: (f64, f64),
        room: &LabelSpace,
    ) -> (ArrowSide, Vec<ArrowSide>) {
        const BOXED: [ArrowSide; 4] = [ArrowSide::Top, ArrowSide::Bottom, ArrowSide::Right, ArrowSide::Left];
        const POINTED: [ArrowSide; 4] = [ArrowSide::Left, ArrowSide::Right, ArrowSide::Top, ArrowSide::Bottom];
        let MarkShape::Arrow { from, .. } = mark.shape else { return (ArrowSide::Left, BOXED.to_vec()) };
        let cost = |side: ArrowSide| {
            let around = self.around(mark, own, side);
            let rect = anchor(around, label, &[side], self.unit * GAP, room).rect(around, label, room.safe);
            let all = around.union(rect);
            let out = (room.safe.left - all.left).max(0.0)
                + (all.right - room.safe.right).max(0.0)
                + (room.safe.top - all.top).max(0.0)
                + (all.bottom - room.safe.bottom).max(0.0);
            let taken: f64 =
                room.taken.iter().map(|(other, weight)| overlap(rect.union(around), *other) * weight).sum();
            out * self.unit + overlap(rect, around) * 10.0 + taken
        };
        let best = POINTED.into_iter().min_by(|a, b| cost(*a).total_cmp(&cost(*b))).unwrap_or(ArrowSide::Left);
        let from = from.unwrap_or(best);
        (from, vec![from])
    }

    fn is_seen(&self, own: Rect) -> bool {
        let frame =
            Rect { left: 0.0, top: 0.0, right: f64::from(self.size.width), bottom: f64::from(self.size.height) };
        let area = ((own.right - own.left) * (own.bottom - own.top)).max(1e-9);
        overlap(own, frame) / area >= LEAST_SEEN
    }

    /// What a mark marks, in pixels of a frame in which all of the picture is `picture`.
    fn marked(&self, mark: &PictureMark, picture: Rect) -> Rect {
        let (wide, high) = (picture.right - picture.left, picture.bottom - picture.top);
        let (x, y) = (|share: f64| picture.left + share * wide, |share: f64| picture.top + share * high);
        let around =
            |at: (f64, f64), reach: f64| Rect { left: at.0, right: at.0, top: at.1, bottom: at.1 }.grown(reach);
        match mark.shape {
            MarkShape::Box { x: left, y: top, width, height } => {
                Rect { left: x(left), top: y(top), right: x(left + width), bottom: y(top + height) }
            }
            MarkShape::Arrow { x: across, y: down, .. } => around((x(across), y(down)), self.unit * SHORT_OF),
            MarkShape::Circle { x: across, y: down, radius } => around((x(across), y(down)), radius * wide),
        }
    }

    /// What a label stands beside: the mark and its pen, and of an arrow its tail too.
    fn around(&self, mark: &PictureMark, own: Rect, from: ArrowSide) -> Rect {
        if !matches!(mark.shape, MarkShape::Arrow { .. }) {
            return own.grown(self.unit * PEN / 2.0);
        }
        let (tail, _) = self.arrow(own, from);
        Rect { left: tail.0, right: tail.0, top: tail.1, bottom: tail.1 }.union(own)
    }

    /// An arrow's tail and tip.
    fn arrow(&self, own: Rect, from: ArrowSide) -> ((f64, f64), (f64, f64)) {
        let middle = ((own.left + own.right) / 2.0, (own.top + own.bottom) / 2.0);
        let way = match from {
            ArrowSide::Left => (-1.0, 0.0),
            ArrowSide::Right => (1.0, 0.0),
            ArrowSide::Top => (0.0, -1.0),
            ArrowSide::Bottom => (0.0, 1.0),
        };
        let at = |far: f64| (middle.0 + way.0 * far * self.unit, middle.1 + way.1 * far * self.unit);
        (at(SHORT_OF + ARROW), at(SHORT_OF))
    }

    fn set(&self, label: &str, setter: &mut Typesetter) -> PaintShape {
        let tall = self.size.height > self.size.width;
        let size = (self.unit * TEXT) as f32;
        let family = known(&self.look.body_font);
        let style = TextStyle { family, weight: 600.0, size, line_height: 1.22, tracking: -0.004 };
        let width = f64::from(self.size.width) * if tall { 0.52 } else { 0.30 };
        let room = TextRoom { width: width as f32, height: f32::MAX, lines: 3 };
        let layout = setter.fitted(&clean(label), &style, room);
        PaintShape::Text { layout: Arc::new(layout), at: (0.0, 0.0), inks: vec![self.look.text], outlines: Vec::new() }
    }

    fn panel_size(&self, text: &PaintShape) -> (f64, f64) {
        let PaintShape::Text { layout, .. } = text else { return (0.0, 0.0) };
        let padding = self.unit * PADDING;
        (f64::from(layout.width()) + padding * 2.4, f64::from(layout.height()) + padding * 1.1)
    }

    /// Lays the marks of frame `n` over `out`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        let picture = self.canvas.picture_rect(n);
        if self.marks.dim {
            self.darken(n, picture, out);
        }
        for i in 0..self.placed.len() {
            let mark = &self.marks.marks[i];
            let Some(age) = n.checked_sub(mark.at).filter(|_| self.placed[i].seen) else { continue };
            let opacity = self.stays(mark, n);
            if opacity > 0.0 {
                self.draw_mark(i, age, picture, opacity, out);
            }
        }
    }

    fn draw_mark(&mut self, i: usize, age: u32, picture: Rect, opacity: f64, out: &mut Frame) {
        let blended = (opacity * 256.0).round() as u16;
        let still = self.canvas.shot().motion == CameraMotion::Hold;
        if age < self.whole || !still {
            self.outlined(i, age, picture).iter().for_each(|tile| tile.blend(blended, out));
            return self.draw_label(i, age, picture, opacity, out);
        }
        if self.settled[i].is_none() {
            let mut tiles = self.outlined(i, age, picture);
            tiles.extend(self.label(i, picture, 1.0));
            self.settled[i] = Some(tiles);
        }
        self.settled[i].iter().flatten().for_each(|tile| tile.blend(blended, out));
    }

    /// A label that is in is painted once, and moved with its mark by parts of a pixel.
    fn draw_label(&mut self, i: usize, age: u32, picture: Rect, opacity: f64, out: &mut Frame) {
        let (_, shown) = self.progress(age);
        if shown < 1.0 {
            let tile = self.label(i, picture, shown);
            return tile.iter().for_each(|tile| tile.blend((opacity * 256.0).round() as u16, out));
        }
        let middle = self.canvas.picture_rect(self.canvas.shot().frames / 2);
        let (Some(rect), Some(base)) = (self.label_rect(i, picture), self.label_rect(i, middle)) else { return };
        if self.labels[i].is_none() {
            self.labels[i] = Some(self.label(i, middle, 1.0));
        }
        if let Some(Some(tile)) = &self.labels[i] {
            let shift = (rect.left - base.left, rect.top - base.top);
            tile.blend_transformed(
                PaintTransform { shift, ..PaintTransform::STILL },
                opacity as f32,
                &mut self.rows,
                out,
            );
        }
    }

    /// How much of a mark is left that goes: 1 before it does.
    fn stays(&self, mark: &PictureMark, n: u32) -> f64 {
        if mark.until == u32::MAX {
            return 1.0;
        }
        let gone = n.checked_sub(mark.until).map_or(0, |gone| gone + 1);
        1.0 - ease::in_out(f64::from(gone) / f64::from(self.drawn + 1))
    }

    /// How far a mark is in that is `age` frames old: its outline, and its label.
    fn progress(&self, age: u32) -> (f64, f64) {
        let outline = (f64::from(age) + 1.0) / f64::from(self.drawn + 1);
        let start = f64::from(self.drawn) * 0.7;
        let label = (f64::from(age) + 1.0 - start) / (f64::from(self.whole) - start);
        (ease::in_out(outline), label.clamp(0.0, 1.0))
    }

    fn darken(&self, n: u32, picture: Rect, out: &mut Frame) {
        let ramp = |mark: &PictureMark| n.checked_sub(mark.at).map_or(0.0, |age| self.progress(age).0);
        let dark = self.marks.marks.iter().map(ramp).fold(0.0, f64::max);
        if dark <= 0.0 {
            return;
        }
        let hole = |mark: &PictureMark| {
            let own = self.marked(mark, picture);
            let (rect, radius) = match mark.shape {
                MarkShape::Box { .. } => (own, self.unit * CORNER),
                MarkShape::Circle { .. } => (own, (own.right - own.left) / 2.0),
                MarkShape::Arrow { .. } => (own.grown(self.unit * LIGHT), self.unit * (LIGHT + SHORT_OF)),
            };
            let radius = radius.min((rect.right - rect.left) / 2.0).min((rect.bottom - rect.top) / 2.0);
            LightHole { rect, radius, open: ramp(mark) * self.stays(mark, n) }
        };
        let holes: Vec<LightHole> = self.marks.marks.iter().map(hole).filter(|hole| hole.open > 0.0).collect();
        shade(out, DARK * dark, &holes, self.unit * SOFT);
    }

    /// The outline of mark `i` as it is `age` frames after it began to come in. Of a large box only its sides are painted, not what lies
    /// within.
    fn outlined(&self, i: usize, age: u32, picture: Rect) -> Vec<Tile> {
        let mark = &self.marks.marks[i];
        let own = self.marked(mark, picture);
        let shapes = self.drawn(self.path(mark, own, self.placed[i].from, self.progress(age).0));
        let Some(bounds) = shapes.iter().map(PaintShape::bounds).reduce(Rect::union) else { return Vec::new() };
        let sides = match mark.shape {
            MarkShape::Box { .. } => sides(bounds, self.unit * (PEN + 2.0 * HALO + CORNER) + 4.0),
            _ => vec![bounds],
        };
        let areas = sides.iter().map(|side| Area::around(side.left, side.top, side.right, side.bottom, self.size));
        areas
            .filter(|area| !area.is_empty())
            .map(|area| paint_transformed(&shapes, area, PaintTransform::STILL))
            .collect()
    }

    /// Where the label of mark `i` stands, if it has one.
    fn label_rect(&self, i: usize, picture: Rect) -> Option<Rect> {
        let (mark, placed) = (&self.marks.marks[i], &self.placed[i]);
        let label = placed.label.as_ref()?;
        let around = self.around(mark, self.marked(mark, picture), placed.from);
        Some(label.anchor.rect(around, label.size, self.safe))
    }

    /// The label of mark `i`, so far come in; `None` where there is nothing of it to be seen.
    fn label(&self, i: usize, picture: Rect, shown: f64) -> Option<Tile> {
        let (label, rect) = (self.placed[i].label.as_ref()?, self.label_rect(i, picture)?);
        let shapes = self.labelled(label, rect, ease::in_out(shown));
        let bounds = shapes.iter().map(PaintShape::bounds).reduce(Rect::union).filter(|_| shown > 0.0)?;
        let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, self.size);
        (!area.is_empty()).then(|| paint_transformed(&shapes, area, PaintTransform::STILL))
    }

    fn path(&self, mark: &PictureMark, own: Rect, from: ArrowSide, share: f64) -> BezPath {
        match mark.shape {
            MarkShape::Box { .. } => outline::boxed(own, self.unit * CORNER, share),
            MarkShape::Circle { .. } => {
                let radius = (own.right - own.left) / 2.0;
                outline::circle((own.left + radius, own.top + radius), radius, share)
            }
            MarkShape::Arrow { .. } => {
                let (tail, tip) = self.arrow(own, from);
                outline::arrow(tail, tip, share)
            }
        }
    }

    /// The halo, and the line in the accent colour over it.
    fn drawn(&self, path: BezPath) -> Vec<PaintShape> {
        let path = Arc::new(path);
        let pen = (self.unit * PEN).max(2.0);
        let halo = (self.unit * HALO).max(1.0);
        let (black, white) = (Colour::rgb(0, 0, 0), Colour::rgb(255, 255, 255));
        let accent = Colour { a: 255, ..self.look.accent };
        let back = if contrast(accent, black) >= contrast(accent, white) { black } else { white };
        let stroke = |width: f64, colour| PaintShape::Path { path: Arc::clone(&path), stroke: Some(width), colour };
        vec![stroke(pen + 2.0 * halo, Colour { a: HALO_OPACITY, ..back }), stroke(pen, accent)]
    }

    /// The label in its panel, as far as it has come in.
    fn labelled(&self, label: &MarkLabel, rect: Rect, shown: f64) -> Vec<PaintShape> {
        let fade = |colour: Colour| Colour { a: (f64::from(colour.a) * shown).round() as u8, ..colour };
        let padding = self.unit * PADDING;
        let back = Colour { a: 255, ..self.look.background };
        let edge = Rect { right: rect.left + (self.unit * 0.006).max(2.0), ..rect };
        let accent = legible_on(self.look.accent, back, self.look.text);
        let mut shapes = vec![
            PaintShape::Block { rect, radius: self.unit * 0.005, colour: fade(Colour { a: PANEL, ..back }) },
            PaintShape::Block { rect: edge, radius: 0.0, colour: fade(accent) },
        ];
        if let PaintShape::Text { layout, inks, .. } = &label.text {
            let at = (rect.left + padding * 1.35, rect.top + padding * 0.55);
            let inks = inks.iter().map(|ink| fade(*ink)).collect();
            shapes.push(PaintShape::Text { layout: Arc::clone(layout), at, inks, outlines: Vec::new() });
        }
        shapes
    }
}

/// The sides of a frame whose parts are so thick, apart from each other on even pixels; the whole, where it is small.
fn sides(whole: Rect, thick: f64) -> Vec<Rect> {
    let even = |at: f64| (at / 2.0).ceil() * 2.0;
    let (upper, lower) = (even(whole.top + thick), even(whole.bottom - thick));
    let (left, right) = (even(whole.left + thick), even(whole.right - thick));
    // A part that begins left of the frame or above it would be cut there, as one that is painted whole is.
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
