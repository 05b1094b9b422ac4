//! Backdrops: calm backgrounds grown from a seed, in the look's colours. Knows nothing of what stands before them.
//!
//! A backdrop says at each point how far along the way from one background colour to the other it is, and how much of the accent
//! (tint) and of the text's colour (light) is mixed in. Both are bounded, so that text stays legible on every part of every backdrop.

mod drawn;
mod noise;
mod soft;
#[cfg(test)]
mod tests;

use crate::render::colour::over;
use crate::render::frame::Frame;
use crate::render::gradient::{self, Fine, Glow, dither, fine};
use crate::spec::model::{Backdrop, BackdropKind, Look};
use crate::units::{Colour, Size};
use drawn::{Grid, Paper, Shapes};
use noise::{Dice, mixed};
use soft::{Flow, Mesh, Rays};

/// The most that is mixed in of the accent, and of the text's colour.
const MOST_TINT: f32 = 0.17;
const MOST_LIGHT: f32 = 0.09;
/// How many pixels apart a backdrop without edges is computed.
const COARSE: usize = 4;

/// What a backdrop is like at one point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Tone {
    /// 0 = the background, 1 = its other end.
    along: f32,
    /// How much of the accent.
    tint: f32,
    /// How much of the text's colour.
    light: f32,
    /// Added to luma, in steps of a byte.
    grain: f32,
}

/// The frame in units of its shorter side, its middle at 0.
struct Sheet {
    /// The right and the lower edge.
    half: (f32, f32),
    /// The size of a pixel.
    pixel: f32,
}

impl Sheet {
    fn new(size: Size) -> Sheet {
        let (width, height) = (size.width as f32, size.height as f32);
        let pixel = 1.0 / width.min(height);
        Sheet { half: (width * pixel / 2.0, height * pixel / 2.0), pixel }
    }

    /// The longer side.
    fn longest(&self) -> f32 {
        2.0 * self.half.0.max(self.half.1)
    }

    /// The point that lies so many pixels from the left and the top.
    fn point(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.pixel - self.half.0, y * self.pixel - self.half.1)
    }
}

enum Field {
    Mesh(Mesh),
    Flow(Flow),
    Rays(Rays),
    Shapes(Shapes),
    Grid(Grid),
    Paper(Paper),
}

impl Field {
    /// `None` for the gradient, which is drawn in a way of its own.
    fn new(backdrop: Backdrop, sheet: &Sheet) -> Option<Field> {
        let mut dice = Dice::new(backdrop.seed);
        Some(match backdrop.kind {
            BackdropKind::Gradient => return None,
            BackdropKind::Mesh => Field::Mesh(Mesh::new(&mut dice, sheet)),
            BackdropKind::Flow => Field::Flow(Flow::new(&mut dice)),
            BackdropKind::Rays => Field::Rays(Rays::new(&mut dice, sheet)),
            BackdropKind::Shapes => Field::Shapes(Shapes::new(&mut dice, sheet)),
            BackdropKind::Grid => Field::Grid(Grid::new(&mut dice, sheet)),
            BackdropKind::Grain => Field::Paper(Paper::new(&mut dice, sheet)),
        })
    }

    fn at(&self, (x, y): (f32, f32)) -> Tone {
        match self {
            Field::Mesh(mesh) => mesh.at(x, y),
            Field::Flow(flow) => flow.at(x, y),
            Field::Rays(rays) => rays.at(x, y),
            Field::Shapes(shapes) => shapes.at(x, y),
            Field::Grid(grid) => grid.at(x, y),
            Field::Paper(paper) => paper.at(x, y),
        }
    }

    fn is_soft(&self) -> bool {
        matches!(self, Field::Mesh(_) | Field::Flow(_) | Field::Rays(_))
    }
}

/// A field without edges, known at every [`COARSE`]th pixel.
struct Net {
    tones: Vec<Tone>,
    columns: usize,
}

impl Net {
    fn new(field: &Field, sheet: &Sheet, size: Size) -> Net {
        let columns = size.width as usize / COARSE + 2;
        let rows = size.height as usize / COARSE + 2;
        let at = |i: usize| field.at(sheet.point((i % columns * COARSE) as f32, (i / columns * COARSE) as f32));
        Net { tones: (0..columns * rows).map(at).collect(), columns }
    }

    fn at(&self, x: f32, y: f32) -> Tone {
        let (x, y) = (x / COARSE as f32, y / COARSE as f32);
        let (column, row) = (x as usize, y as usize);
        let (across, down) = (x - column as f32, y - row as f32);
        let four = &self.tones[row * self.columns + column..];
        let upper = four[0].mixed(four[1], across);
        upper.mixed(four[self.columns].mixed(four[self.columns + 1], across), down)
    }
}

impl Tone {
    fn mixed(self, to: Tone, share: f32) -> Tone {
        Tone {
            along: mixed(self.along, to.along, share),
            tint: mixed(self.tint, to.tint, share),
            light: mixed(self.light, to.light, share),
            grain: mixed(self.grain, to.grain, share),
        }
    }
}

/// The look's colours, finer than a byte.
struct Palette {
    start: Fine,
    end: Fine,
    tint: Fine,
    light: Fine,
}

impl Palette {
    fn new(look: &Look) -> Palette {
        let on = |colour: Colour| fine(over(colour, look.background));
        Palette {
            start: fine(look.background),
            end: fine(look.background_end),
            tint: on(look.accent),
            light: on(look.text),
        }
    }

    fn value(&self, tone: &Tone, channel: usize) -> f32 {
        let base = mixed(self.start[channel], self.end[channel], tone.along.clamp(0.0, 1.0));
        let tinted = mixed(base, self.tint[channel], tone.tint.clamp(0.0, MOST_TINT));
        let lit = mixed(tinted, self.light[channel], tone.light.clamp(0.0, MOST_LIGHT));
        if channel == 0 { lit + tone.grain } else { lit }
    }
}

/// Fills `out` with a backdrop in the look's colours.
pub(crate) fn fill(backdrop: Backdrop, look: &Look, out: &mut Frame) {
    let (size, sheet) = (out.size(), Sheet::new(out.size()));
    let Some(field) = Field::new(backdrop, &sheet) else { return lit_gradient(look, out) };
    let palette = Palette::new(look);
    if field.is_soft() {
        let net = Net::new(&field, &sheet, size);
        paint(&palette, |x, y| net.at(x, y), out);
    } else {
        paint(&palette, |x, y| field.at(sheet.point(x, y)), out);
    }
}

fn paint(palette: &Palette, tone: impl Fn(f32, f32) -> Tone, out: &mut Frame) {
    let width = out.size().width as usize;
    for (row, samples) in out.y.chunks_exact_mut(width).enumerate() {
        for (column, sample) in samples.iter_mut().enumerate() {
            let tone = tone(column as f32 + 0.5, row as f32 + 0.5);
            *sample = (palette.value(&tone, 0) + dither(column, row, 0)) as u8;
        }
    }
    // Chroma sits on the left luma column, between two rows.
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
