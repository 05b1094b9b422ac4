//! Transitions by pieces: checkerboard, tiles, grains and clouds. Random order is a fixed function of the position, so
//! that nothing flickers and every frame can be drawn by itself.

use crate::render::frame::Frame;

use super::TransitionPace;
use super::planes::{longer, masked, weight_fast};

/// Number of checkerboard fields, tiles and grains along the longer side.
const FIELDS: f64 = 12.0;
const TILES: f64 = 18.0;
const GRAINS: f64 = 400.0;
/// Softness of the change of a tile and of a grain, as a share of the transition.
const TILE_SOFTNESS: f32 = 0.22;
const GRAIN_SOFTNESS: f32 = 0.12;
/// Random share of the order of tiles; the rest follows from their position.
const TILE_CHANCE: f32 = 0.3;
/// Delay of the black fields, as a share of the transition.
const BOARD_SPREAD: f64 = 0.4;
/// Distance in pixels of the points at which clouds are computed; they are interpolated linearly.
const CLOUD_STEP: usize = 16;
/// Softness of a cloud's edge, as a share of the transition.
const CLOUD_SOFTNESS: f32 = 0.16;

/// A hash of the position, from 0 to 1.
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

/// Shows the new frame cell by cell: each one when the progress passes its `turn`, 0 to 1.
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
    let mut drawn = None;
    let mut row = vec![0; from.size().width as usize];
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

/// The new frame appears grain by grain.
pub fn dissolve(p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    by_cell(side(from, GRAINS), GRAIN_SOFTNESS, p, |x, y| chance(x, y, 0x5eed), from, to, out);
}

/// Tiles from the upper left to the lower right, in a loose order.
pub fn tiles(p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let side = side(from, TILES);
    let [columns, rows] =
        [from.size().width, from.size().height].map(|length| ((length as usize).div_ceil(side) - 1).max(1) as f32);
    by_cell(side, TILE_SOFTNESS, p, |x, y| tile_turn(x, y, columns, rows), from, to, out);
}

/// The moment at which a tile changes, 0 to 1.
fn tile_turn(x: usize, y: usize, columns: f32, rows: f32) -> f32 {
    let place = (x as f32 / columns + y as f32 / rows) / 2.0;
    place + (chance(x, y, 0x711e) - place) * TILE_CHANCE
}

/// A checkerboard whose white fields grow from their centres, then the black ones.
pub fn checker(pace: TransitionPace, from: &Frame, to: &Frame, out: &mut Frame) {
    let side = side(from, FIELDS);
    let half = side as f32 / 2.0;
    let soft = (half * 0.08).max(1.5);
    let edges = [0.0, 1.0].map(|share| pace.staggered_progress(share, BOARD_SPREAD) as f32 * (half + soft));
    let mut distances = Vec::new();
    masked(from, to, out, |y, xs, weights| {
        if distances.is_empty() {
            distances = xs.iter().map(|x| (x % side as f32 - half).abs()).collect();
        }
        let dy = ((y as f32 + 0.5) % side as f32 - half).abs();
        for (x, (cell, distances)) in weights.chunks_mut(side).zip(distances.chunks(side)).enumerate() {
            let edge = edges[(x + y / side) % 2];
            for (w, dx) in cell.iter_mut().zip(distances) {
                *w = weight_fast((edge - dx.max(dy)) / soft);
            }
        }
    });
}

/// Soft spots that grow and merge.
pub fn clouds(p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let clouds = CloudMap::new(from);
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

/// The moment at which each point changes, from 0 to 1.
struct CloudMap {
    columns: usize,
    turns: Vec<f32>,
}

impl CloudMap {
    fn new(frame: &Frame) -> Self {
        let [columns, rows] = [frame.size().width, frame.size().height].map(|length| length as usize / CLOUD_STEP + 3);
        let largest = longer(frame) as f32 / 5.0;
        let points = (0..columns * rows).map(|at| (at % columns * CLOUD_STEP, at / columns * CLOUD_STEP));
        Self { columns, turns: points.map(|(x, y)| cloud_turn(x as f32, y as f32, largest)).collect() }
    }

    fn row(&self, row: usize) -> &[f32] {
        &self.turns[row * self.columns..][..self.columns]
    }
}

/// The moment at which a point changes, 0 to 1; `largest` is the size of the largest clouds, in pixels.
fn cloud_turn(x: f32, y: f32, largest: f32) -> f32 {
    let [first, second, third] = [(largest, 1), (largest / 2.3, 2), (largest / 5.1, 3)]
        .map(|(size, seed)| value_noise(x / size, y / size, seed));
    let sum = 0.58 * first + 0.28 * second + 0.14 * third;
    // Sums gather around one half; spread out, the points change at an even pace.
    (0.5 + (sum - 0.5) * 1.7).clamp(0.0, 1.0)
}

/// Value noise: random at integer coordinates, smooth between them.
fn value_noise(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let [across, down] = [x - left, y - top].map(|t| t * t * (3.0 - 2.0 * t));
    let (left, top) = (left as usize, top as usize);
    let [a, b] = [top, top + 1].map(|y| {
        let [a, b] = [left, left + 1].map(|x| chance(x, y, seed));
        a + (b - a) * across
    });
    a + (b - a) * down
}
