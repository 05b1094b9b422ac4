//! Transitions: two frames into one. Knows nothing of scenes; the caller says how far along the transition is.
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

/// How a transition goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// What is seen.
    pub kind: TransitionKind,
    /// At what pace.
    pub easing: Easing,
}

/// Where a transition is on its way.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// The share of its time that has passed; neither 0 nor 1.
    t: f64,
    easing: Easing,
}

impl Pace {
    /// How far it has come, 0 to 1.
    fn way(self) -> f64 {
        ease::at(self.easing, self.t).min(1.0)
    }

    /// How far a part has come that starts and ends later than others: `share` from 0 (the first part) to 1 (the last), and the last
    /// one starts when `spread` of what remains of the time has passed.
    fn late(self, share: f64, spread: f64) -> f64 {
        ease::at(self.easing, (self.t - share * spread) / (1.0 - spread)).min(1.0)
    }

    /// The pace where a kind eases its halves itself.
    fn plain(self) -> f64 {
        if self.easing == Easing::EaseInOut { self.t } else { self.way() }
    }

    /// Whether the old scene is still seen, and how much of what lies between the two: 0 → 1 → 0.
    fn swell(self) -> (bool, f64) {
        let t = self.plain();
        let (before, share) = if t < 0.5 { (true, 2.0 * t) } else { (false, 2.0 - 2.0 * t) };
        (before, if self.easing == Easing::EaseInOut { ease::in_out(share) } else { share })
    }
}

/// `to` over `from` into `out`, all of one size; `share` from 0 (all `from`) to 1.
pub(crate) fn mix(from: &Frame, to: &Frame, share: f64, out: &mut Frame) {
    planes::mix(from, to, weight(share), out);
}

/// Draws frame `i` of a transition of `len` frames into `out`, which takes on the size of the other two.
///
/// Frame `-1` would be all `from` and frame `len` all `to`, so every frame of the transition shows some of both.
///
/// # Panics
/// If `from` and `to` are not of the same size.
pub fn blend(style: Style, i: u32, len: u32, from: &Frame, to: &Frame, out: &mut Frame) {
    assert_eq!(from.size(), to.size(), "both scenes of a film have one frame size");
    if out.size() != to.size() {
        *out = Frame::new(to.size());
    }
    let t = (f64::from(i) + 1.0) / (f64::from(len) + 1.0);
    let pace = Pace { t, easing: style.easing };
    let p = pace.way();
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
