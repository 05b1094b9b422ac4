//! Easing curves.

use crate::spec::model::Easing;

/// Parameter of the overshooting curve: it exceeds 1 by about a 20th.
const OVERSHOOT: f64 = 1.4;

/// Progress of a movement at time `t`: 0 → 0, 1 → 1, monotonous but for the overshoot. Polynomials only, so that the
/// result is the same on every CPU.
pub(crate) fn eased(easing: Easing, t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    let left = 1.0 - t;
    match easing {
        Easing::Linear => t,
        Easing::EaseIn => t * t * t,
        Easing::EaseOut => out(t),
        Easing::EaseInOut => in_out(t),
        Easing::Sharp => in_out(in_out(t)),
        Easing::Overshoot => 1.0 - left * left * ((OVERSHOOT + 1.0) * left - OVERSHOOT),
    }
}

/// Slow at both ends: 0 → 0, ½ → ½, 1 → 1, without velocity or acceleration at the ends.
pub(crate) fn in_out(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

/// Quick at first, then slowing down: 0 → 0, 1 → 1, without velocity at the end.
pub(crate) fn out(t: f64) -> f64 {
    let left = 1.0 - t.clamp(0.0, 1.0);
    1.0 - left * left * left
}

/// Progress in frame `age` of a movement of `frames`: greater than 0 in its first frame, less than 1 in its last.
pub(crate) fn progress(age: u32, frames: u32) -> f64 {
    (f64::from(age) + 1.0) / (f64::from(frames) + 1.0)
}

/// The largest second derivative of [`in_out`].
pub(crate) const IN_OUT_ACCELERATION: f64 = 5.774;
