//! Transitions in which straight edges uncover the new frame along one axis. Knows nothing of scenes.

use crate::render::frame::Frame;
use crate::spec::model::{Axis, Direction};

use super::Pace;
use super::lines::{axis, backwards};
use super::planes::{longer, mix_run, mix_weighted, planes, weight};

/// Width of a wipe's soft edge, as a share of the frame's longer side.
const SOFT_EDGE: f64 = 0.02;
/// How many slats blinds have.
const SLATS: f64 = 12.0;
/// How much of the time the last slat waits.
const SLATS_SPREAD: f64 = 0.45;
/// Width of a slat's soft edge, as a share of the slat.
const SLAT_EDGE: f64 = 0.08;

/// An edge, soft over a few pixels, uncovers the new frame.
pub fn wipe(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let soft = (longer(from) * SOFT_EDGE).max(2.0);
    let share = |at: f64, extent: f64| {
        let along = if backwards(towards) { extent - at } else { at };
        (p * (extent + soft) - along) / soft
    };
    by_position(axis(towards), share, from, to, out);
}

/// Two edges uncover the new frame from the middle line on.
pub fn split(axis: Axis, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let soft = (longer(from) * SOFT_EDGE).max(2.0);
    let share = |at: f64, extent: f64| (p * (extent / 2.0 + soft) - (at - extent / 2.0).abs()) / soft;
    by_position(axis, share, from, to, out);
}

/// Slats, each of which is wiped, one a little later than the other.
pub fn blinds(towards: Direction, pace: Pace, from: &Frame, to: &Frame, out: &mut Frame) {
    let share = |at: f64, extent: f64| {
        let along = if backwards(towards) { extent - at } else { at };
        let slats = along / extent * SLATS;
        let slat = slats.floor().min(SLATS - 1.0);
        let soft = SLAT_EDGE.max(2.0 * SLATS / extent).min(1.0);
        (pace.late(slat / (SLATS - 1.0), SLATS_SPREAD) * (1.0 + soft) - (slats - slat)) / soft
    };
    by_position(axis(towards), share, from, to, out);
}

/// Shows as much of the new frame as `share` says of a position along `axis` and of the frame's extent, both in pixels.
fn by_position(axis: Axis, share: impl Fn(f64, f64) -> f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let extent = plane.extent(axis);
        let at = |unit: usize| (unit as f64 + 0.5) * plane.step as f64;
        let weights: Vec<u16> = (0..plane.units(axis)).map(|unit| weight(share(at(unit), extent))).collect();
        for (row, start) in (0..plane.out.len()).step_by(plane.width).enumerate() {
            let run = start..start + plane.width;
            let (from, to, out) = (&plane.from[run.clone()], &plane.to[run.clone()], &mut plane.out[run]);
            match axis {
                Axis::Horizontal => mix_weighted(from, to, &weights, out),
                Axis::Vertical => mix_run(from, to, weights[row], out),
            }
        }
    }
}
