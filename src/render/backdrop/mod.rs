//! Backdrops: calm backgrounds generated from a seed, in the look's colours.
//!
//! A backdrop is a field: each point has a position between the two background colours, and shares of the accent (tint)
//! and of the text colour (light). Both shares are bounded, so that text is legible everywhere.

mod noise;
mod sharp;
mod soft;
mod space;
#[cfg(test)]
mod tests;

use crate::render::colour::over;
use crate::render::frame::Frame;
use crate::render::gradient::{self, Glow, UnroundedYcc, dither, unrounded_ycc};
use crate::spec::model::{Backdrop, BackdropKind, Look};
use crate::units::{Colour, Size};
use noise::{SeededRng, lerp};
use sharp::{GridField, PaperField, ShapeField};
use soft::{FlowField, MeshField, RayField};
use space::{FrameSpace, Tone};

/// Upper bounds for the shares of the accent and of the text colour.
const MAX_TINT: f32 = 0.17;
const MAX_LIGHT: f32 = 0.09;
/// Distance in pixels of the points at which a backdrop without edges is computed.
const COARSE_STEP: usize = 4;

enum BackdropField {
    Mesh(MeshField),
    Flow(FlowField),
    Rays(RayField),
    Shapes(ShapeField),
    Grid(GridField),
    Paper(PaperField),
}

impl BackdropField {
    /// `None` for the gradient, which [`lit_gradient`] draws.
    fn new(backdrop: Backdrop, space: &FrameSpace) -> Option<BackdropField> {
        let mut rng = SeededRng::new(backdrop.seed);
        Some(match backdrop.kind {
            BackdropKind::Gradient => return None,
            BackdropKind::Mesh => BackdropField::Mesh(MeshField::new(&mut rng, space)),
            BackdropKind::Flow => BackdropField::Flow(FlowField::new(&mut rng)),
            BackdropKind::Rays => BackdropField::Rays(RayField::new(&mut rng, space)),
            BackdropKind::Shapes => BackdropField::Shapes(ShapeField::new(&mut rng, space)),
            BackdropKind::Grid => BackdropField::Grid(GridField::new(&mut rng, space)),
            BackdropKind::Grain => BackdropField::Paper(PaperField::new(&mut rng, space)),
        })
    }

    fn at(&self, (x, y): (f32, f32)) -> Tone {
        match self {
            BackdropField::Mesh(mesh) => mesh.at(x, y),
            BackdropField::Flow(flow) => flow.at(x, y),
            BackdropField::Rays(rays) => rays.at(x, y),
            BackdropField::Shapes(shapes) => shapes.at(x, y),
            BackdropField::Grid(grid) => grid.at(x, y),
            BackdropField::Paper(paper) => paper.at(x, y),
        }
    }

    fn is_soft(&self) -> bool {
        matches!(self, BackdropField::Mesh(_) | BackdropField::Flow(_) | BackdropField::Rays(_))
    }
}

/// A field without edges, sampled at every [`COARSE_STEP`]th pixel and interpolated between.
struct CoarseField {
    tones: Vec<Tone>,
    columns: usize,
}

impl CoarseField {
    fn new(field: &BackdropField, space: &FrameSpace, size: Size) -> CoarseField {
        let columns = size.width as usize / COARSE_STEP + 2;
        let rows = size.height as usize / COARSE_STEP + 2;
        let points = (0..columns * rows).map(|i| (i % columns * COARSE_STEP, i / columns * COARSE_STEP));
        let tones = points.map(|(x, y)| field.at(space.point(x as f32, y as f32)));
        CoarseField { tones: tones.collect(), columns }
    }

    fn at(&self, x: f32, y: f32) -> Tone {
        let (x, y) = (x / COARSE_STEP as f32, y / COARSE_STEP as f32);
        let (column, row) = (x as usize, y as usize);
        let (across, down) = (x - column as f32, y - row as f32);
        let four = &self.tones[row * self.columns + column..];
        let upper = four[0].mixed(four[1], across);
        upper.mixed(four[self.columns].mixed(four[self.columns + 1], across), down)
    }
}

/// The look's colours before they are rounded to bytes.
struct BackdropPalette {
    start: UnroundedYcc,
    end: UnroundedYcc,
    tint: UnroundedYcc,
    light: UnroundedYcc,
}

impl BackdropPalette {
    fn new(look: &Look) -> BackdropPalette {
        let [tint, light] = [look.accent, look.text].map(|colour| unrounded_ycc(over(colour, look.background)));
        let start = unrounded_ycc(look.background);
        BackdropPalette { start, end: unrounded_ycc(look.background_end), tint, light }
    }

    fn value(&self, tone: &Tone, channel: usize) -> f32 {
        let base = lerp(self.start[channel], self.end[channel], tone.along.clamp(0.0, 1.0));
        let tinted = lerp(base, self.tint[channel], tone.tint.clamp(0.0, MAX_TINT));
        let lit = lerp(tinted, self.light[channel], tone.light.clamp(0.0, MAX_LIGHT));
        if channel == 0 { lit + tone.grain } else { lit }
    }
}

/// Fills `out` with a backdrop in the look's colours.
pub(crate) fn fill(backdrop: Backdrop, look: &Look, out: &mut Frame) {
    let size = out.size();
    let space = FrameSpace::new(out.size());
    let Some(field) = BackdropField::new(backdrop, &space) else { return lit_gradient(look, out) };
    let palette = BackdropPalette::new(look);
    if field.is_soft() {
        let net = CoarseField::new(&field, &space, size);
        paint(&palette, |x, y| net.at(x, y), out);
    } else {
        paint(&palette, |x, y| field.at(space.point(x, y)), out);
    }
}

fn paint(palette: &BackdropPalette, tone: impl Fn(f32, f32) -> Tone, out: &mut Frame) {
    let width = out.size().width as usize;
    for (row, samples) in out.y.chunks_exact_mut(width).enumerate() {
        for (column, sample) in samples.iter_mut().enumerate() {
            let tone = tone(column as f32 + 0.5, row as f32 + 0.5);
            *sample = (palette.value(&tone, 0) + dither(column, row, 0)) as u8;
        }
    }
    // Chroma is sited on the left luma column, between two rows.
    let rows = out.u.chunks_exact_mut(width / 2).zip(out.v.chunks_exact_mut(width / 2));
    for (row, (blue, red)) in rows.enumerate() {
        for (column, (blue, red)) in blue.iter_mut().zip(red).enumerate() {
            let tone = tone((column * 2) as f32 + 0.5, (row * 2) as f32 + 1.0);
            *blue = (palette.value(&tone, 1) + dither(column, row, 1)) as u8;
            *red = (palette.value(&tone, 2) + dither(column, row, 2)) as u8;
        }
    }
}

/// The look's gradient, with light falling in from a corner.
fn lit_gradient(look: &Look, out: &mut Frame) {
    let light = over(Colour { a: 70, ..look.text }, look.background_end);
    let glow = Glow { at: (0.95, -0.05), reach: 0.85, colour: light, strength: 0.45 };
    gradient::fill(&[look.background, look.background_end], 60.0, Some(glow), out);
}
