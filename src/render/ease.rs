//! Easing curves. Knows nothing of what moves.

use crate::spec::model::Easing;

/// How far past its end an overshooting movement goes: about a 20th.
const SWING: f64 = 1.4;

/// How far a movement is at time `t`: 0 → 0, 1 → 1, and never back but for an overshoot. Polynomials only, so that it is the same
/// number on every CPU.
pub(crate) fn at(easing: Easing, t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    let left = 1.0 - t;
    match easing {
        Easing::Linear => t,
        Easing::EaseIn => t * t * t,
        Easing::EaseOut => out(t),
        Easing::EaseInOut => in_out(t),
        Easing::Sharp => in_out(in_out(t)),
        Easing::Overshoot => 1.0 - left * left * ((SWING + 1.0) * left - SWING),
    }
}

/// Slow at both ends: 0 → 0, ½ → ½, 1 → 1, without velocity or acceleration at the ends.
pub(crate) fn in_out(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

/// Quick at first, then settling: 0 → 0, 1 → 1, without velocity at the end.
pub(crate) fn out(t: f64) -> f64 {
    let left = 1.0 - t.clamp(0.0, 1.0);
    1.0 - left * left * left
}

/// The largest second derivative of [`in_out`].
pub(crate) const IN_OUT_ACCELERATION: f64 = 5.774;
