//! Transitions that go piece by piece: fields of a board, tiles, grains, clouds. What looks like chance is a fixed function of the place,
//! so that nothing flickers and every frame can be drawn alone. Knows nothing of scenes.

use crate::render::frame::Frame;

use super::Pace;
use super::planes::{longer, masked, weight_fast};

/// Fields along the longer side of a chessboard, tiles, and grains.
const FIELDS: f64 = 12.0;
const TILES: f64 = 18.0;
const GRAINS: f64 = 400.0;
/// How softly a tile and a grain come in, as a share of the way.
const TILE_SOFTNESS: f32 = 0.22;
const GRAIN_SOFTNESS: f32 = 0.12;
/// How much of a tile's turn is chance; the rest is its place.
const TILE_CHANCE: f32 = 0.3;
/// How much of the time the black fields wait.
const BOARD_SPREAD: f64 = 0.4;
/// Pixels between two points of the clouds that are worked out; straight lines between them.
const CLOUD_STEP: usize = 16;
/// How softly a cloud's edge comes in, as a share of the way.
const CLOUD_SOFTNESS: f32 = 0.16;

/// A number that looks like chance, from 0 to 1, for each place.
fn chance(x: usize, y: usize, seed: u32) -> f32 {
    let mut bits = (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77) ^ seed;
    for factor in [0x7feb_352d, 0x846c_a68b] {
        bits = (bits ^ (bits >> 16)).wrapping_mul(factor);
    }
    ((bits ^ (bits >> 15)) >> 8) as f32 / (1 << 24) as f32
}

/// The side of a square cell in pixels, of which `count` lie along the longer side: even, so that chroma has the same cells.
fn side(frame: &Frame, count: f64) -> usize {
    (longer(frame) / count / 2.0).round().max(1.0) as usize * 2
}

/// Shows the new frame cell by cell, each when `edge` passes its `turn`.
fn by_cell(
    side: usize,
    softness: f32,
    p: f64,
    turn: impl Fn(usize, usize) -> f32,
    from: &Frame,
    to: &Frame,
    out: &mut Frame,
) {
    let edge = p as f32 * (1.0 + softness);
    let (mut drawn, mut row) = (None, vec![0; from.size().width as usize]);
    masked(from, to, out, |y, _, weights| {
        if drawn != Some(y / side) {
            drawn = Some(y / side);
            for (x, cell) in row.chunks_mut(side).enumerate() {
                cell.fill(weight_fast((edge - turn(x, y / side)) / softness));
            }
        }
        weights.copy_from_slice(&row);
    });
}

/// Grain by grain.
pub fn dissolve(p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    by_cell(side(from, GRAINS), GRAIN_SOFTNESS, p, |x, y| chance(x, y, 0x5eed), from, to, out);
}

/// Tiles from the upper left to the lower right, in a loose order.
pub fn tiles(p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let side = side(from, TILES);
    let count = |length: u32| ((length as usize).div_ceil(side) - 1).max(1) as f32;
    let (columns, rows) = (count(from.size().width), count(from.size().height));
    let turn = |x: usize, y: usize| {
        let place = (x as f32 / columns + y as f32 / rows) / 2.0;
        place + (chance(x, y, 0x711e) - place) * TILE_CHANCE
    };
    by_cell(side, TILE_SOFTNESS, p, turn, from, to, out);
}

/// A chessboard whose white fields grow from their middles, then the black ones.
pub fn checker(pace: Pace, from: &Frame, to: &Frame, out: &mut Frame) {
    let side = side(from, FIELDS);
    let half = side as f32 / 2.0;
    let soft = (half * 0.08).max(1.5);
    let edges = [0.0, 1.0].map(|share| pace.late(share, BOARD_SPREAD) as f32 * (half + soft));
    let middle = |at: f32| (at % side as f32 - half).abs();
    let mut distances = Vec::new();
    masked(from, to, out, |y, xs, weights| {
        if distances.is_empty() {
            distances = xs.iter().map(|x| middle(*x)).collect();
        }
        let dy = middle(y as f32 + 0.5);
        for (x, (cell, distances)) in weights.chunks_mut(side).zip(distances.chunks(side)).enumerate() {
            let edge = edges[(x + y / side) % 2];
            for (w, dx) in cell.iter_mut().zip(distances) {
                *w = weight_fast((edge - dx.max(dy)) / soft);
            }
        }
    });
}

/// Soft blotches that grow together.
pub fn clouds(p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let clouds = Clouds::new(from);
    let edge = p as f32 * (1.0 + CLOUD_SOFTNESS);
    masked(from, to, out, |y, _, weights| {
        let row = y / CLOUD_STEP;
        let share = (y % CLOUD_STEP) as f32 / CLOUD_STEP as f32;
        let (upper, lower) = (clouds.row(row), clouds.row(row + 1));
        for (x, cell) in weights.chunks_mut(CLOUD_STEP).enumerate() {
            let [left, right] = [x, x + 1].map(|x| upper[x] + (lower[x] - upper[x]) * share);
            let (start, slope) =
                ((edge - left) / CLOUD_SOFTNESS, (left - right) / (CLOUD_SOFTNESS * CLOUD_STEP as f32));
            for (w, at) in cell.iter_mut().zip(0_u8..) {
                *w = weight_fast(start + slope * f32::from(at));
            }
        }
    });
}

/// When each point's turn comes, from 0 to 1.
struct Clouds {
    columns: usize,
    turns: Vec<f32>,
}

impl Clouds {
    fn new(frame: &Frame) -> Self {
        let points = |length: u32| length as usize / CLOUD_STEP + 3;
        let (columns, rows) = (points(frame.size().width), points(frame.size().height));
        let largest = longer(frame) as f32 / 5.0;
        let turn = |at: usize| {
            let (x, y) = ((at % columns * CLOUD_STEP) as f32, (at / columns * CLOUD_STEP) as f32);
            let octave = |size: f32, seed| value(x / size, y / size, seed);
            let sum = 0.58 * octave(largest, 1) + 0.28 * octave(largest / 2.3, 2) + 0.14 * octave(largest / 5.1, 3);
            // Sums gather in the middle; spread out, they come at an even pace.
            (0.5 + (sum - 0.5) * 1.7).clamp(0.0, 1.0)
        };
        Self { columns, turns: (0..columns * rows).map(turn).collect() }
    }

    fn row(&self, row: usize) -> &[f32] {
        &self.turns[row * self.columns..][..self.columns]
    }
}

/// Value noise: chance at whole places, smooth between them.
fn value(x: f32, y: f32, seed: u32) -> f32 {
    let smooth = |t: f32| t * t * (3.0 - 2.0 * t);
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (smooth(x - left), smooth(y - top));
    let (left, top) = (left as usize, top as usize);
    let [a, b] = [top, top + 1].map(|y| {
        let [a, b] = [left, left + 1].map(|x| chance(x, y, seed));
        a + (b - a) * across
    });
    a + (b - a) * down
}
