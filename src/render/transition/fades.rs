//! Transitions in which every pixel fades in its place.

use crate::render::colour::Ycc;
use crate::render::frame::Frame;

use super::TransitionPace;
use super::planes::{masked, mixed, tint_run, weight, weight_fast};

/// The share of a flash's time in which it grows.
const FLASH_PEAK: f64 = 0.35;
/// How much earlier a flash bleaches light parts than dark ones.
const FLASH_GLOW: f64 = 0.8;
/// Softness of a luma wipe, as a share of the luma range.
const LUMA_SOFTNESS: f32 = 0.3;

/// To the colour in the first half, from it in the second.
pub fn fade(pace: TransitionPace, colour: Ycc, from: &Frame, to: &Frame, out: &mut Frame) {
    let (before, share) = pace.swell();
    let shown = if before { from } else { to };
    let w = weight(share);
    tint_run(&shown.y, colour.y, w, &mut out.y);
    tint_run(&shown.u, colour.u, w, &mut out.u);
    tint_run(&shown.v, colour.v, w, &mut out.v);
}

/// A quick flash in the old frame, light parts first, from which the new frame slowly emerges.
pub fn flash(pace: TransitionPace, colour: Ycc, from: &Frame, to: &Frame, out: &mut Frame) {
    let t = pace.half_progress();
    let (shown, share) = if t < FLASH_PEAK { (from, t / FLASH_PEAK) } else { (to, (1.0 - t) / (1.0 - FLASH_PEAK)) };
    let share = share * share;
    let burnt: [u8; 256] = std::array::from_fn(|luma| {
        let light = luma as f64 / 255.0;
        mixed(luma as u8, colour.y, weight(share * (1.0 + FLASH_GLOW * (1.0 - share) * (2.0 * light - 1.0))))
    });
    for (out, &luma) in out.y.iter_mut().zip(&shown.y) {
        *out = burnt[usize::from(luma)];
    }
    tint_run(&shown.u, colour.u, weight(share), &mut out.u);
    tint_run(&shown.v, colour.v, weight(share), &mut out.v);
}

/// Where the new frame is light and the old one dark, the new one comes first.
pub fn luma(p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let width = from.size().width as usize;
    let edge = p as f32 * (1.0 + LUMA_SOFTNESS);
    masked(from, to, out, |y, _, weights| {
        let (old, new) = (&from.y[y * width..][..width], &to.y[y * width..][..width]);
        for ((w, &old), &new) in weights.iter_mut().zip(old).zip(new) {
            let late = f32::from(255 + i16::from(old) - i16::from(new)) / 510.0;
            *w = weight_fast((edge - late) / LUMA_SOFTNESS);
        }
    });
}
