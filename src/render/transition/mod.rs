//! Transitions: they blend two frames into one; the caller gives the position within the transition.
//!
//! Frames are the same bytes on every CPU: integers, IEEE arithmetic and square roots, and `libm`'s own sine and arc sine in place of
//! the platform's, whose last digits differ.

mod cells;
mod fades;
mod lines;
mod moves;
mod page;
mod planes;
mod shapes;
mod soft;
#[cfg(test)]
mod tests;
mod whip;
mod wipes;
mod zoom;

use crate::render::colour::ycc;
use crate::render::ease;
use crate::render::frame::Frame;
use crate::spec::model::{Easing, TransitionKind};

use planes::weight;

/// The kind and the easing of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransitionStyle {
    /// Kind of transition, with its parameters.
    pub kind: TransitionKind,
    /// Easing of its progress.
    pub easing: Easing,
}

/// The position within a transition.
#[derive(Clone, Copy, Debug)]
struct TransitionPace {
    /// The share of its time that has passed, between 0 and 1 (exclusive).
    t: f64,
    easing: Easing,
}

impl TransitionPace {
    /// The eased progress, 0 to 1.
    fn progress(self) -> f64 {
        ease::eased(self.easing, self.t).min(1.0)
    }

    /// The eased progress of a part that starts and ends later than others: `share` is from 0 (the first part) to 1
    /// (the last), and the last one starts at the share `spread` of the time.
    fn staggered_progress(self, share: f64, spread: f64) -> f64 {
        ease::eased(self.easing, (self.t - share * spread) / (1.0 - spread)).min(1.0)
    }

    /// The progress for kinds that ease each half themselves.
    fn half_progress(self) -> f64 {
        if self.easing == Easing::EaseInOut { self.t } else { self.progress() }
    }

    /// Whether the old scene is still shown, and the strength of the effect between the two: 0 → 1 → 0.
    fn swell(self) -> (bool, f64) {
        let t = self.half_progress();
        let (before, share) = if t < 0.5 { (true, 2.0 * t) } else { (false, 2.0 - 2.0 * t) };
        (before, if self.easing == Easing::EaseInOut { ease::in_out(share) } else { share })
    }
}

/// Mixes `from` and `to` into `out`, all of one size; `share` is from 0 (all `from`) to 1 (all `to`).
pub(crate) fn mix(from: &Frame, to: &Frame, share: f64, out: &mut Frame) {
    planes::mix(from, to, weight(share), out);
}

/// Draws frame `i` of a transition of `len` frames into `out`, which is resized to the size of the other two.
///
/// Frame `-1` would be all `from` and frame `len` all `to`, so every frame of the transition shows some of both.
///
/// # Panics
/// If `from` and `to` are not of the same size.
pub fn blend(style: TransitionStyle, i: u32, len: u32, from: &Frame, to: &Frame, out: &mut Frame) {
    assert_eq!(from.size(), to.size(), "both scenes of a window have one frame size");
    if out.size() != to.size() {
        *out = Frame::new(to.size());
    }
    let t = ease::progress(i, len);
    let pace = TransitionPace { t, easing: style.easing };
    let p = pace.progress();
    match style.kind {
        TransitionKind::Cut => out.copy_from(to),
        TransitionKind::Crossfade => planes::mix(from, to, weight(p), out),
        TransitionKind::Fade { through } => fades::fade(pace, ycc(through), from, to, out),
        TransitionKind::Flash { through } => fades::flash(pace, ycc(through), from, to, out),
        TransitionKind::Luma => fades::luma(p, from, to, out),
        TransitionKind::Slide { towards } => moves::slide(towards, p, from, to, out),
        TransitionKind::Push { towards } => moves::push(towards, p, from, to, out),
        TransitionKind::Reveal { towards } => moves::reveal(towards, p, from, to, out),
        TransitionKind::Squeeze { towards } => moves::squeeze(towards, p, from, to, out),
        TransitionKind::Doors { axis } => moves::doors(axis, p, from, to, out),
        TransitionKind::Stripes { axis } => moves::stripes(axis, pace, from, to, out),
        TransitionKind::Page { towards } => page::turn(towards, p, from, to, out),
        TransitionKind::Whip { towards } => whip::pan(towards, pace, from, to, out),
        TransitionKind::Wipe { towards } => wipes::wipe(towards, p, from, to, out),
        TransitionKind::Split { axis } => wipes::split(axis, p, from, to, out),
        TransitionKind::Blinds { towards } => wipes::blinds(towards, pace, from, to, out),
        TransitionKind::Diagonal { towards } => shapes::diagonal(towards, p, from, to, out),
        TransitionKind::Circle { depth } => shapes::circle(depth, p, from, to, out),
        TransitionKind::Diamond { depth } => shapes::diamond(depth, p, from, to, out),
        TransitionKind::Clock { turn } => shapes::clock(turn, p, from, to, out),
        TransitionKind::Checker => cells::checker(pace, from, to, out),
        TransitionKind::Tiles => cells::tiles(p, from, to, out),
        TransitionKind::Dissolve => cells::dissolve(p, from, to, out),
        TransitionKind::Clouds => cells::clouds(p, from, to, out),
        TransitionKind::Pixelate => soft::pixelate(pace, from, to, out),
        TransitionKind::Blur => soft::blur(pace, from, to, out),
        TransitionKind::Zoom { depth } => zoom::fly(depth, p, from, to, out),
    }
}
