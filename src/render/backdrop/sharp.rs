//! Backdrops with edges or grain: shapes, grid and paper. They are computed for every pixel.

use super::noise::{SeededRng, smooth, white};
use super::space::{FrameSpace, Tone};

/// The outline of a figure.
enum FigureOutline {
    Disc,
    Ring,
    Square,
}

struct BackdropFigure {
    outline: FigureOutline,
    at: (f32, f32),
    radius: f32,
    turn: (f32, f32),
    /// Shares of the accent and of the text colour inside the figure.
    tint: f32,
    light: f32,
}

/// Large shapes along the edges of the frame, where there is little text.
pub struct ShapeField {
    figures: Vec<BackdropFigure>,
    pixel: f32,
    half: (f32, f32),
}

const FIGURE_COUNT: u32 = 7;

impl ShapeField {
    pub fn new(rng: &mut SeededRng, space: &FrameSpace) -> ShapeField {
        let start = rng.between(0.0, 1.0);
        let figures = (0..FIGURE_COUNT).map(|i| {
            let way = start + (i as f32 + rng.between(-0.25, 0.25)) / FIGURE_COUNT as f32;
            let tinted = i % 2 == 0;
            BackdropFigure {
                outline: [FigureOutline::Disc, FigureOutline::Ring, FigureOutline::Square][(rng.pick(3)) as usize]
                    .with(i),
                at: on_rim(way, space.half),
                radius: if i % 3 == 2 { rng.between(0.07, 0.13) } else { rng.between(0.20, 0.40) },
                turn: rng.direction(),
                tint: if tinted { rng.between(0.10, 0.17) } else { 0.0 },
                light: if tinted { 0.0 } else { rng.between(0.035, 0.06) },
            }
        });
        ShapeField { figures: figures.collect(), pixel: space.pixel, half: space.half }
    }

    pub fn at(&self, x: f32, y: f32) -> Tone {
        let along = 0.5 + 0.25 * (x / self.half.0 + y / self.half.1);
        let mut tone = Tone { along, ..Tone::default() };
        for figure in &self.figures {
            let inside = (0.5 - figure.distance(x, y) / self.pixel).clamp(0.0, 1.0);
            tone.tint += figure.tint * inside;
            tone.light += figure.light * inside;
        }
        tone
    }
}

impl FigureOutline {
    /// The outline of figure `i`: every third one is a disc, so that squares and rings never stand alone.
    fn with(&self, i: u32) -> FigureOutline {
        match self {
            _ if i.is_multiple_of(3) => FigureOutline::Disc,
            FigureOutline::Disc => FigureOutline::Disc,
            FigureOutline::Ring => FigureOutline::Ring,
            FigureOutline::Square => FigureOutline::Square,
        }
    }
}

impl BackdropFigure {
    /// Signed distance of the point from the figure's edge; negative inside.
    fn distance(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.at.0, y - self.at.1);
        let middle = (dx * dx + dy * dy).sqrt();
        match self.outline {
            FigureOutline::Disc => middle - self.radius,
            FigureOutline::Ring => (middle - self.radius * 0.86).abs() - self.radius * 0.14,
            FigureOutline::Square => {
                let corner = self.radius * 0.22;
                let (cos, sin) = self.turn;
                let (across, down) = ((dx * cos + dy * sin).abs(), (dy * cos - dx * sin).abs());
                let (right, below) = (across - self.radius * 0.8 + corner, down - self.radius * 0.8 + corner);
                let (out, under) = (right.max(0.0), below.max(0.0));
                (out * out + under * under).sqrt() + right.max(below).min(0.0) - corner
            }
        }
    }
}

/// The point on the frame's edge at the share `way` of its perimeter.
fn on_rim(way: f32, (right, bottom): (f32, f32)) -> (f32, f32) {
    let around = 4.0 * (right + bottom);
    let at = (way - way.floor()) * around;
    let (width, height) = (2.0 * right, 2.0 * bottom);
    match at {
        at if at < width => (at - right, -bottom),
        at if at < width + height => (right, at - width - bottom),
        at if at < 2.0 * width + height => (right - (at - width - height), bottom),
        at => (-right, bottom - (at - 2.0 * width - height)),
    }
}

/// Thin lines, brighter near one corner. They lie on whole pixels, so that all are equally strong.
pub struct GridField {
    corner: (f32, f32),
    far: f32,
    half: (f32, f32),
    pixel: f32,
    /// Distance of two lines, their width and the offset of the first one, in pixels; all but the width are even.
    cell: i32,
    width: i32,
    phase: (i32, i32),
}

/// Distance of two lines as a share of the shorter side; every fourth line is stronger.
const CELL: f32 = 1.0 / 15.0;
const STRONG: i32 = 4;

impl GridField {
    pub fn new(rng: &mut SeededRng, space: &FrameSpace) -> GridField {
        let [across, down] = [0, 1].map(|_| if rng.pick(2) == 0 { -1.0 } else { 1.0 });
        let corner = (across * space.half.0, down * space.half.1);
        let cell = ((CELL / space.pixel / 2.0) as i32 * 2).max(2);
        let phase = [0, 1].map(|_| (rng.between(0.0, 1.0) * (cell * STRONG) as f32 / 2.0) as i32 * 2);
        let width = if space.pixel < 1.0 / 700.0 { 2 } else { 1 };
        let far = space.longest() * 1.3;
        GridField { corner, far, half: space.half, pixel: space.pixel, cell, width, phase: (phase[0], phase[1]) }
    }

    pub fn at(&self, x: f32, y: f32) -> Tone {
        let (dx, dy) = (x - self.corner.0, y - self.corner.1);
        let near = (1.0 - (dx * dx + dy * dy).sqrt() / self.far).clamp(0.0, 1.0);
        let (column, row) = ((x + self.half.0) / self.pixel, (y + self.half.1) / self.pixel);
        let line = self.line(column as i32 + self.phase.0).max(self.line(row as i32 + self.phase.1));
        Tone { along: 1.0 - near, tint: 0.09 * near * near * near, light: line * (0.3 + 0.7 * near), grain: 0.0 }
    }

    /// The light at a pixel, counted from a strong line.
    fn line(&self, at: i32) -> f32 {
        let (cell, within) = (at.div_euclid(self.cell), at.rem_euclid(self.cell));
        if within >= self.width {
            0.0
        } else if cell.rem_euclid(STRONG) == 0 {
            0.09
        } else {
            0.052
        }
    }
}

/// Fibres in two directions, and a grain so fine that it is felt rather than seen.
pub struct PaperField {
    seeds: [u32; 3],
    half: (f32, f32),
    pixel: f32,
}

impl PaperField {
    pub fn new(rng: &mut SeededRng, space: &FrameSpace) -> PaperField {
        PaperField { seeds: [rng.seed(), rng.seed(), rng.seed()], half: space.half, pixel: space.pixel }
    }

    pub fn at(&self, x: f32, y: f32) -> Tone {
        let (across, down) = (x / self.half.0, y / self.half.1);
        // A sheet lies flat in the middle and is a shade darker towards its edges.
        let along = 0.12 + 0.45 * (across * across + down * down);
        let fibres = smooth(x * 150.0, y * 26.0, self.seeds[0]) + smooth(x * 30.0, y * 170.0, self.seeds[1]) - 1.0;
        let grain = white((x / self.pixel) as i32, (y / self.pixel) as i32, self.seeds[2]) - 0.5;
        Tone { along, tint: 0.0, light: 0.0, grain: fibres * 1.6 + grain * 1.2 }
    }
}
