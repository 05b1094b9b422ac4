//! Painting of shapes and text with vello_cpu, at one fixed SIMD level so that results do not depend on the CPU.

use std::sync::Arc;

use parley::{Layout, PositionedLayoutItem};
use vello_cpu::color::AlphaColor;
use vello_cpu::kurbo::{Affine, BezPath, Cap, Join, RoundedRect, Shape as _, Stroke};
use vello_cpu::{Level, Pixmap, RenderContext, RenderSettings, Resources};

use crate::render::fonts;
use crate::render::text::InkIndex;
use crate::render::tile::{Area, Tile};
use crate::units::{Colour, Size};

/// A rectangle in pixels of the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// A line around glyphs, drawn behind them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GlyphOutline {
    pub colour: Colour,
    /// Its width beyond the glyph, in pixels.
    pub reach: f64,
}

/// A shape at its place in the frame.
#[derive(Clone)]
pub(crate) enum PaintShape {
    /// A rectangle with round corners.
    Block { rect: Rect, radius: f64, colour: Colour },
    /// Lines and curves in pixels of the frame: filled, or stroked with a round pen of this width in pixels.
    Path { path: Arc<BezPath>, stroke: Option<f64>, colour: Colour },
    /// Laid-out text with its upper left corner at `at`; ink `i` is `inks[i]`, or the last one.
    Text { layout: Arc<Layout<InkIndex>>, at: (f64, f64), inks: Vec<Colour>, outlines: Vec<GlyphOutline> },
}

impl Rect {
    /// The rectangle with every side moved out by `by` pixels.
    pub fn grown(self, by: f64) -> Rect {
        Rect { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// The smallest rectangle around both.
    pub fn union(self, other: Rect) -> Rect {
        Rect {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

impl PaintShape {
    /// Moves it to the opposite side of a frame of this width.
    pub fn mirror(&mut self, frame: f64) {
        match self {
            PaintShape::Block { rect, .. } => (rect.left, rect.right) = (frame - rect.right, frame - rect.left),
            PaintShape::Path { path, .. } => {
                let rect = path.control_box();
                let moved = Affine::translate((frame - rect.x1 - rect.x0, 0.0)) * path.as_ref().clone();
                *path = Arc::new(moved);
            }
            PaintShape::Text { layout, at, .. } => at.0 = frame - at.0 - f64::from(layout.width()),
        }
    }

    /// The pixels that it may touch, with a margin for glyphs that reach out of their line box.
    pub fn bounds(&self) -> Rect {
        match self {
            PaintShape::Block { rect, .. } => rect.grown(1.0),
            PaintShape::Path { path, stroke, .. } => {
                let rect = path.control_box();
                let rect = Rect { left: rect.x0, top: rect.y0, right: rect.x1, bottom: rect.y1 };
                rect.grown(1.0 + stroke.unwrap_or(0.0) / 2.0)
            }
            PaintShape::Text { layout, at, outlines, .. } => {
                let reach = outlines.iter().map(|outline| outline.reach).fold(0.0, f64::max);
                let (width, height) = (f64::from(layout.full_width()), f64::from(layout.height()));
                let line = layout.get(0).map_or(0.0, |line| f64::from(line.metrics().line_height));
                Rect { left: at.0, top: at.1, right: at.0 + width, bottom: at.1 + height }.grown(reach + line * 0.3)
            }
        }
    }
}

/// A transform of shapes as they are painted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PaintTransform {
    /// Offset to the right and down, in pixels.
    pub shift: (f64, f64),
    /// Scale factor, and the fixed point of the scaling.
    pub scale: f64,
    pub about: (f64, f64),
    /// The visible share of each text, from its first letter on.
    pub share: f64,
}

impl PaintTransform {
    /// The transform that changes nothing.
    pub const STILL: PaintTransform = PaintTransform { shift: (0.0, 0.0), scale: 1.0, about: (0.0, 0.0), share: 1.0 };

    /// The rectangle after the transform.
    pub fn apply_to(&self, rect: Rect) -> Rect {
        let [left, right] =
            [rect.left, rect.right].map(|x| self.about.0 + (x - self.about.0) * self.scale + self.shift.0);
        let [top, bottom] =
            [rect.top, rect.bottom].map(|y| self.about.1 + (y - self.about.1) * self.scale + self.shift.1);
        Rect { left, top, right, bottom }
    }

    fn scaling(&self, area: Area) -> Affine {
        if self.scale == 1.0 {
            return Affine::IDENTITY;
        }
        let about = (self.about.0 + self.shift.0 - f64::from(area.x), self.about.1 + self.shift.1 - f64::from(area.y));
        Affine::translate(about) * Affine::scale(self.scale) * Affine::translate((-about.0, -about.1))
    }
}

/// Paints shapes, moved down by `down` pixels, into a tile that covers `area`.
pub(crate) fn paint(shapes: &[PaintShape], area: Area, down: f64) -> Tile {
    paint_transformed(shapes, area, PaintTransform { shift: (0.0, down), ..PaintTransform::STILL })
}

/// Paints shapes into a tile that covers all of them within a frame of this size; `None` where no pixel of it is touched.
pub(crate) fn paint_all(shapes: &[PaintShape], frame: Size) -> Option<Tile> {
    let bounds = shapes.iter().map(PaintShape::bounds).reduce(Rect::union)?;
    let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, frame);
    (!area.is_empty()).then(|| paint_transformed(shapes, area, PaintTransform::STILL))
}

/// Paints transformed shapes into a tile that covers `area`.
pub(crate) fn paint_transformed(shapes: &[PaintShape], area: Area, pose: PaintTransform) -> Tile {
    let (width, height) = (area.width as u16, area.height as u16);
    let settings = RenderSettings { level: Level::baseline(), num_threads: 0 };
    let mut context = RenderContext::new_with(width, height, settings);
    let mut resources = Resources::new();
    let origin = (pose.shift.0 - f64::from(area.x), pose.shift.1 - f64::from(area.y));
    let scaling = pose.scaling(area);
    for shape in shapes {
        match shape {
            PaintShape::Block { rect, radius, colour } => {
                context.set_transform(scaling * Affine::translate(origin));
                context.set_paint(colour_of(*colour));
                let rounded = RoundedRect::new(rect.left, rect.top, rect.right, rect.bottom, *radius);
                context.fill_path(&rounded.to_path(0.05));
            }
            PaintShape::Path { path, stroke, colour } => {
                context.set_transform(scaling * Affine::translate(origin));
                context.set_paint(colour_of(*colour));
                match stroke {
                    None => context.fill_path(path),
                    Some(width) => {
                        context.set_stroke(Stroke::new(*width).with_join(Join::Round).with_caps(Cap::Round));
                        context.stroke_path(path);
                    }
                }
            }
            PaintShape::Text { layout, at, inks, outlines } => {
                context.set_transform(scaling * Affine::translate((origin.0 + at.0, origin.1 + at.1)));
                for outline in outlines {
                    paint_outline(&mut context, &mut resources, layout, *outline);
                }
                paint_glyphs(&mut context, &mut resources, layout, inks, pose.share);
            }
        }
    }
    let mut pixels = Pixmap::new(width, height);
    context.flush();
    context.render(&mut pixels, &mut resources);
    Tile::new(area, pixels.data_as_u8_slice())
}

fn colour_of(colour: Colour) -> AlphaColor<vello_cpu::color::Srgb> {
    AlphaColor::from_rgba8(colour.r, colour.g, colour.b, colour.a)
}

/// All strokes at full strength in one layer, so that a translucent outline is even where glyphs meet.
fn paint_outline(
    context: &mut RenderContext,
    resources: &mut Resources,
    layout: &Layout<InkIndex>,
    outline: GlyphOutline,
) {
    context.push_opacity_layer(f32::from(outline.colour.a) / 255.0);
    context.set_paint(colour_of(Colour { a: 255, ..outline.colour }));
    context.set_stroke(Stroke::new(outline.reach * 2.0).with_join(Join::Round));
    for_each_run(layout, |run| {
        // Coloured glyphs would be painted once more instead of outlined.
        if has_colours(run) {
            return;
        }
        let glyphs = glyphs_of(run);
        // A glyph that cannot be drawn leaves a gap; the others are drawn.
        glyph_run(context, resources, run).stroke_glyphs(glyphs.into_iter()).ok();
    });
    context.pop_layer();
}

fn paint_glyphs(
    context: &mut RenderContext,
    resources: &mut Resources,
    layout: &Layout<InkIndex>,
    inks: &[Colour],
    share: f64,
) {
    let mut left = usize::MAX;
    if share < 1.0 {
        let mut all = 0;
        for_each_run(layout, |run| all += run.glyphs().count());
        left = (share * all as f64).ceil() as usize;
    }
    in_order(layout, share < 1.0, |run| {
        let ink = usize::from(run.style().brush);
        let Some(colour) = inks.get(ink).or(inks.last()) else { return };
        context.set_paint(colour_of(*colour));
        let mut glyphs = glyphs_of(run);
        if run.run().is_rtl() {
            glyphs.drain(..glyphs.len().saturating_sub(left));
        }
        glyphs.truncate(left);
        left -= glyphs.len();
        let faint = has_colours(run) && colour.a < 255;
        if faint {
            context.push_opacity_layer(f32::from(colour.a) / 255.0);
        }
        glyph_run(context, resources, run).fill_glyphs(glyphs.into_iter()).ok();
        if faint {
            context.pop_layer();
        }
    });
}

/// Whether the glyphs of a run have colours of their own: of the paint, they take the opacity only.
fn has_colours(run: &parley::GlyphRun<'_, InkIndex>) -> bool {
    fonts::has_colours(run.run().font().data.as_ref())
}

/// As [`for_each_run`]; with `from_start`, each line begins at its logical start, which may be at the right.
fn in_order(layout: &Layout<InkIndex>, from_start: bool, mut each: impl FnMut(&parley::GlyphRun<'_, InkIndex>)) {
    if !from_start || !layout.is_rtl() {
        return for_each_run(layout, each);
    }
    for line in layout.lines() {
        let items: Vec<_> = line.items().collect();
        for item in items.iter().rev() {
            if let PositionedLayoutItem::GlyphRun(run) = item {
                each(run);
            }
        }
    }
}

fn for_each_run(layout: &Layout<InkIndex>, mut each: impl FnMut(&parley::GlyphRun<'_, InkIndex>)) {
    for line in layout.lines() {
        for item in line.items() {
            if let PositionedLayoutItem::GlyphRun(run) = item {
                each(&run);
            }
        }
    }
}

fn glyphs_of(run: &parley::GlyphRun<'_, InkIndex>) -> Vec<vello_cpu::Glyph> {
    run.positioned_glyphs().map(|glyph| vello_cpu::Glyph { id: glyph.id, x: glyph.x, y: glyph.y }).collect()
}

/// Hinting is off: it would snap glyphs to whole pixels, and moving text would tremble.
fn glyph_run<'a>(
    context: &'a mut RenderContext,
    resources: &'a mut Resources,
    run: &parley::GlyphRun<'a, InkIndex>,
) -> vello_cpu::GlyphRunBuilder<'a> {
    let run = run.run();
    context.glyph_run(resources, run.font()).font_size(run.font_size()).hint(false)
}
