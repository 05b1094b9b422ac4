//! Backdrops without edges: mesh, flow and rays. They have no fine detail, so they are computed on a coarse grid.

use super::noise::{SeededRng, lerp, smooth};
use super::space::{FrameSpace, Tone};

/// A soft spot of colour.
struct ColourSpot {
    at: (f32, f32),
    /// 1 ÷ the square of the spot's radius.
    falloff: f32,
    tone: Tone,
}

/// Spots of colour that overlap.
pub struct MeshField {
    spots: Vec<ColourSpot>,
    slope: (f32, f32),
}

impl MeshField {
    /// One spot near each corner and one near the centre; every second one is tinted.
    pub fn new(rng: &mut SeededRng, space: &FrameSpace) -> MeshField {
        let (right, bottom) = space.half;
        let corners = [(-1.0, -1.0), (1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (0.0, 0.0)];
        let turn = rng.pick(4) as usize;
        let spots = corners.iter().enumerate().map(|(i, corner)| {
            let x = (corner.0 * 0.75 + rng.between(-0.35, 0.35)) * right;
            let at = (x, (corner.1 * 0.75 + rng.between(-0.35, 0.35)) * bottom);
            let reach = space.longest() * rng.between(0.55, 0.85);
            let tinted = (i + turn).is_multiple_of(2);
            let tone = Tone {
                along: rng.between(0.0, 1.0),
                tint: if tinted { rng.between(0.10, 0.17) } else { 0.0 },
                light: if tinted { 0.0 } else { rng.between(0.015, 0.05) },
                grain: 0.0,
            };
            ColourSpot { at, falloff: 1.0 / (reach * reach), tone }
        });
        let spots = spots.collect();
        let (across, down) = rng.direction();
        MeshField { spots, slope: (across * 0.35 / right, down * 0.35 / bottom) }
    }

    pub fn at(&self, x: f32, y: f32) -> Tone {
        let mut tone = Tone { along: 0.5 + x * self.slope.0 + y * self.slope.1, ..Tone::default() };
        for spot in &self.spots {
            let (dx, dy) = (x - spot.at.0, y - spot.at.1);
            let left = (1.0 - (dx * dx + dy * dy) * spot.falloff).max(0.0);
            let share = left * left * left;
            tone.along = lerp(tone.along, spot.tone.along, share * 0.8);
            tone.tint = lerp(tone.tint, spot.tone.tint, share);
            tone.light = lerp(tone.light, spot.tone.light, share);
        }
        tone
    }
}

/// Bands along the lines of a warped field.
pub struct FlowField {
    seeds: [u32; 3],
    bands: f32,
    stretch: (f32, f32),
}

impl FlowField {
    pub fn new(rng: &mut SeededRng) -> FlowField {
        let seeds = [rng.seed(), rng.seed(), rng.seed()];
        FlowField { seeds, bands: rng.between(4.5, 6.5), stretch: (rng.between(0.55, 0.75), rng.between(0.9, 1.2)) }
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
pub struct RayField {
    source: (f32, f32),
    seeds: [u32; 2],
    far: f32,
    height: f32,
}

impl RayField {
    pub fn new(rng: &mut SeededRng, space: &FrameSpace) -> RayField {
        let (right, bottom) = space.half;
        let side = if rng.pick(2) == 0 { -1.0 } else { 1.0 };
        let source = (side * right * rng.between(0.35, 0.75), -bottom - space.longest() * 0.16);
        RayField { source, seeds: [rng.seed(), rng.seed()], far: space.longest() * 1.15, height: bottom }
    }

    pub fn at(&self, x: f32, y: f32) -> Tone {
        let (dx, dy) = (x - self.source.0, y - self.source.1);
        // A monotonous function of the angle is enough.
        let angle = dx / (dx.abs() + dy.abs()).max(1e-3);
        let beams = 0.6 * smooth(angle * 9.0, 0.5, self.seeds[0]) + 0.4 * smooth(angle * 21.0, 0.5, self.seeds[1]);
        let beam = ((beams - 0.3) / 0.7).max(0.0);
        let near = (1.0 - (dx * dx + dy * dy).sqrt() / self.far).clamp(0.0, 1.0);
        let along = 0.5 + 0.5 * y / self.height;
        Tone { along, tint: 0.10 * near * near, light: 0.13 * beam * near, grain: 0.0 }
    }
}
