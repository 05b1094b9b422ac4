//! Transitions in which straight edges uncover the new frame along one axis.

use crate::render::frame::Frame;
use crate::spec::model::{Direction, TransitionAxis};

use super::TransitionPace;
use super::lines::{axis, backwards};
use super::planes::{longer, mix_run, mix_weighted, planes, weight};

/// Width of a wipe's soft edge, as a share of the frame's longer side.
const SOFT_EDGE: f64 = 0.02;
/// Number of slats of blinds.
const SLATS: f64 = 12.0;
/// Delay of the last slat, as a share of the transition.
const SLATS_SPREAD: f64 = 0.45;
/// Width of a slat's soft edge, as a share of the slat.
const SLAT_EDGE: f64 = 0.08;

/// A soft edge uncovers the new frame.
pub fn wipe(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let soft = (longer(from) * SOFT_EDGE).max(2.0);
    by_position(axis(towards), |at, extent| (p * (extent + soft) - along(towards, at, extent)) / soft, from, to, out);
}

/// The distance from where the movement starts.
fn along(towards: Direction, at: f64, extent: f64) -> f64 {
    if backwards(towards) { extent - at } else { at }
}

/// Two edges uncover the new frame from the centre line outwards.
pub fn split(axis: TransitionAxis, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let soft = (longer(from) * SOFT_EDGE).max(2.0);
    by_position(axis, |at, extent| (p * (extent / 2.0 + soft) - (at - extent / 2.0).abs()) / soft, from, to, out);
}

/// Slats are wiped one after the other.
pub fn blinds(towards: Direction, pace: TransitionPace, from: &Frame, to: &Frame, out: &mut Frame) {
    by_position(axis(towards), |at, extent| slat_share(pace, along(towards, at, extent), extent), from, to, out);
}

/// The share of the new frame at a position `along` the movement, in pixels.
fn slat_share(pace: TransitionPace, along: f64, extent: f64) -> f64 {
    let slats = along / extent * SLATS;
    let slat = slats.floor().min(SLATS - 1.0);
    let soft = SLAT_EDGE.max(2.0 * SLATS / extent).min(1.0);
    (pace.staggered_progress(slat / (SLATS - 1.0), SLATS_SPREAD) * (1.0 + soft) - (slats - slat)) / soft
}

/// Mixes by `share(position, extent)`: the share of the new frame at a position along `axis`; both are in pixels.
fn by_position(axis: TransitionAxis, share: impl Fn(f64, f64) -> f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let extent = plane.extent(axis);
        let positions = (0..plane.units(axis)).map(|unit| (unit as f64 + 0.5) * plane.step as f64);
        let weights: Vec<u16> = positions.map(|at| weight(share(at, extent))).collect();
        for (row, start) in (0..plane.out.len()).step_by(plane.width).enumerate() {
            let run = start..start + plane.width;
            let (from, to, out) = (&plane.from[run.clone()], &plane.to[run.clone()], &mut plane.out[run]);
            match axis {
                TransitionAxis::Horizontal => mix_weighted(from, to, &weights, out),
                TransitionAxis::Vertical => mix_run(from, to, weights[row], out),
            }
        }
    }
}
