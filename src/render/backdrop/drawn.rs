//! Backdrops with edges or grain: shapes, grid, paper. Computed for every pixel. Knows nothing of colours.

use super::noise::{Dice, smooth, white};
use super::{Sheet, Tone};

/// What a shape looks like.
enum Outline {
    Disc,
    Ring,
    Square,
}

struct Figure {
    outline: Outline,
    at: (f32, f32),
    radius: f32,
    turn: (f32, f32),
    /// How much tint and light there is inside.
    tint: f32,
    light: f32,
}

/// Large shapes around the frame's rim, where little text stands.
pub struct Shapes {
    figures: Vec<Figure>,
    pixel: f32,
    half: (f32, f32),
}

const FIGURES: u32 = 7;

impl Shapes {
    pub fn new(dice: &mut Dice, sheet: &Sheet) -> Shapes {
        let start = dice.between(0.0, 1.0);
        let figures = (0..FIGURES).map(|i| {
            let way = start + (i as f32 + dice.between(-0.25, 0.25)) / FIGURES as f32;
            let tinted = i % 2 == 0;
            Figure {
                outline: [Outline::Disc, Outline::Ring, Outline::Square][(dice.pick(3)) as usize].with(i),
                at: on_rim(way, sheet.half),
                radius: if i % 3 == 2 { dice.between(0.07, 0.13) } else { dice.between(0.20, 0.40) },
                turn: dice.direction(),
                tint: if tinted { dice.between(0.10, 0.17) } else { 0.0 },
                light: if tinted { 0.0 } else { dice.between(0.035, 0.06) },
            }
        });
        Shapes { figures: figures.collect(), pixel: sheet.pixel, half: sheet.half }
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

impl Outline {
    /// The shape itself; every third is a disc, so that squares and rings never stand alone.
    fn with(&self, i: u32) -> Outline {
        match self {
            _ if i.is_multiple_of(3) => Outline::Disc,
            Outline::Disc => Outline::Disc,
            Outline::Ring => Outline::Ring,
            Outline::Square => Outline::Square,
        }
    }
}

impl Figure {
    /// How far outside the shape the point lies; negative inside.
    fn distance(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.at.0, y - self.at.1);
        let middle = (dx * dx + dy * dy).sqrt();
        match self.outline {
            Outline::Disc => middle - self.radius,
            Outline::Ring => (middle - self.radius * 0.86).abs() - self.radius * 0.14,
            Outline::Square => {
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

/// The point a share of the way around the frame.
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

/// Thin lines, brighter near one corner. They lie on whole pixels, so that each is as strong as the next.
pub struct Grid {
    corner: (f32, f32),
    far: f32,
    half: (f32, f32),
    pixel: f32,
    /// Between two lines, how wide they are, and where they start, in pixels; even but for the width.
    cell: i32,
    width: i32,
    phase: (i32, i32),
}

/// Between two lines, as a share of the shorter side; every fourth line is a stronger one.
const CELL: f32 = 1.0 / 15.0;
const STRONG: i32 = 4;

impl Grid {
    pub fn new(dice: &mut Dice, sheet: &Sheet) -> Grid {
        let side = |pick: u32| if pick == 0 { -1.0 } else { 1.0 };
        let corner = (side(dice.pick(2)) * sheet.half.0, side(dice.pick(2)) * sheet.half.1);
        let cell = ((CELL / sheet.pixel / 2.0) as i32 * 2).max(2);
        let phase = [0, 1].map(|_| (dice.between(0.0, 1.0) * (cell * STRONG) as f32 / 2.0) as i32 * 2);
        let width = if sheet.pixel < 1.0 / 700.0 { 2 } else { 1 };
        let far = sheet.longest() * 1.3;
        Grid { corner, far, half: sheet.half, pixel: sheet.pixel, cell, width, phase: (phase[0], phase[1]) }
    }

    pub fn at(&self, x: f32, y: f32) -> Tone {
        let (dx, dy) = (x - self.corner.0, y - self.corner.1);
        let near = (1.0 - (dx * dx + dy * dy).sqrt() / self.far).clamp(0.0, 1.0);
        let (column, row) = ((x + self.half.0) / self.pixel, (y + self.half.1) / self.pixel);
        let line = self.line(column as i32 + self.phase.0).max(self.line(row as i32 + self.phase.1));
        Tone { along: 1.0 - near, tint: 0.09 * near * near * near, light: line * (0.3 + 0.7 * near), grain: 0.0 }
    }

    /// How much light there is at a pixel, counted from a strong line.
    fn line(&self, at: i32) -> f32 {
        let (cell, within) = (at.div_euclid(self.cell), at.rem_euclid(self.cell));
        match within < self.width {
            true if cell.rem_euclid(STRONG) == 0 => 0.09,
            true => 0.052,
            false => 0.0,
        }
    }
}

/// Fibres in two directions, and a grain so fine that it is felt rather than seen.
pub struct Paper {
    seeds: [u32; 3],
    half: (f32, f32),
    pixel: f32,
}

impl Paper {
    pub fn new(dice: &mut Dice, sheet: &Sheet) -> Paper {
        Paper { seeds: [dice.seed(), dice.seed(), dice.seed()], half: sheet.half, pixel: sheet.pixel }
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
