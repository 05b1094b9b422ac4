//! Backdrops without edges: mesh, flow and rays. Computed on a coarse grid, since nothing in them is fine. Knows nothing of pixels.

use super::noise::{Dice, mixed, smooth};
use super::{Sheet, Tone};

/// A soft spot of colour.
struct Blob {
    at: (f32, f32),
    /// One over the square of how far it reaches.
    falloff: f32,
    tone: Tone,
}

/// Spots of colour that run into one another.
pub struct Mesh {
    blobs: Vec<Blob>,
    slope: (f32, f32),
}

impl Mesh {
    /// One blob in each corner and one anywhere, every second one of them tinted.
    pub fn new(dice: &mut Dice, sheet: &Sheet) -> Mesh {
        let (right, bottom) = sheet.half;
        let corners = [(-1.0, -1.0), (1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (0.0, 0.0)];
        let turn = dice.pick(4) as usize;
        let blobs = corners.iter().enumerate().map(|(i, corner)| {
            let near = |side: f32, half: f32, by: f32| (side * 0.75 + by) * half;
            let at =
                (near(corner.0, right, dice.between(-0.35, 0.35)), near(corner.1, bottom, dice.between(-0.35, 0.35)));
            let reach = sheet.longest() * dice.between(0.55, 0.85);
            let tinted = (i + turn).is_multiple_of(2);
            let tone = Tone {
                along: dice.between(0.0, 1.0),
                tint: if tinted { dice.between(0.10, 0.17) } else { 0.0 },
                light: if tinted { 0.0 } else { dice.between(0.015, 0.05) },
                grain: 0.0,
            };
            Blob { at, falloff: 1.0 / (reach * reach), tone }
        });
        let blobs = blobs.collect();
        let (across, down) = dice.direction();
        Mesh { blobs, slope: (across * 0.35 / right, down * 0.35 / bottom) }
    }

    pub fn at(&self, x: f32, y: f32) -> Tone {
        let mut tone = Tone { along: 0.5 + x * self.slope.0 + y * self.slope.1, ..Tone::default() };
        for blob in &self.blobs {
            let (dx, dy) = (x - blob.at.0, y - blob.at.1);
            let left = (1.0 - (dx * dx + dy * dy) * blob.falloff).max(0.0);
            let share = left * left * left;
            tone.along = mixed(tone.along, blob.tone.along, share * 0.8);
            tone.tint = mixed(tone.tint, blob.tone.tint, share);
            tone.light = mixed(tone.light, blob.tone.light, share);
        }
        tone
    }
}

/// Bands along the lines of a warped field.
pub struct Flow {
    seeds: [u32; 3],
    bands: f32,
    stretch: (f32, f32),
}

impl Flow {
    pub fn new(dice: &mut Dice) -> Flow {
        let seeds = [dice.seed(), dice.seed(), dice.seed()];
        Flow { seeds, bands: dice.between(4.5, 6.5), stretch: (dice.between(0.55, 0.75), dice.between(0.9, 1.2)) }
    }

    pub fn at(&self, x: f32, y: f32) -> Tone {
        let [first, second, field] = self.seeds;
        let (x, y) = (x * self.stretch.0, y * self.stretch.1);
        let (right, down) = (smooth(x * 1.1, y * 1.1, first), smooth(x * 1.1, y * 1.1, second));
        let height = smooth(x + right * 1.3, y + down * 1.3, field);
        let phase = height * self.bands;
        let ridge = 1.0 - (2.0 * (phase - phase.floor()) - 1.0).abs();
        let ridge = ridge * ridge * (3.0 - 2.0 * ridge);
        Tone { along: height, tint: 0.11 * ridge * height, light: 0.025 * ridge, grain: 0.0 }
    }
}

/// Light from a point above the frame.
pub struct Rays {
    source: (f32, f32),
    seeds: [u32; 2],
    far: f32,
    height: f32,
}

impl Rays {
    pub fn new(dice: &mut Dice, sheet: &Sheet) -> Rays {
        let (right, bottom) = sheet.half;
        let side = if dice.pick(2) == 0 { -1.0 } else { 1.0 };
        let source = (side * right * dice.between(0.35, 0.75), -bottom - sheet.longest() * 0.16);
        Rays { source, seeds: [dice.seed(), dice.seed()], far: sheet.longest() * 1.15, height: bottom }
    }

    pub fn at(&self, x: f32, y: f32) -> Tone {
        let (dx, dy) = (x - self.source.0, y - self.source.1);
        // Grows with the angle, as good as the angle itself.
        let angle = dx / (dx.abs() + dy.abs()).max(1e-3);
        let beams = 0.6 * smooth(angle * 9.0, 0.5, self.seeds[0]) + 0.4 * smooth(angle * 21.0, 0.5, self.seeds[1]);
        let beam = ((beams - 0.3) / 0.7).max(0.0);
        let near = (1.0 - (dx * dx + dy * dy).sqrt() / self.far).clamp(0.0, 1.0);
        let along = 0.5 + 0.5 * y / self.height;
        Tone { along, tint: 0.10 * near * near, light: 0.13 * beam * near, grain: 0.0 }
    }
}
