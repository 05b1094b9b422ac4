//! Poses of entrances and exits: position, scale, visible share and opacity of an animated layer at one moment.

use crate::render::ease;
use crate::spec::model::{Easing, Entrance};

/// How far things rise as they come in, as a share of the frame's shorter side.
pub(crate) const RISE_SHARE: f64 = 0.03;
/// How far things slide as they come in, in multiples of [`RISE_SHARE`].
const SLIDE_FACTOR: f64 = 1.6;
/// Scale of things at the start of an entrance in which they pop up.
const POP_SCALE: f64 = 0.86;

/// The animation of an entrance; played backwards, of an exit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Animation {
    /// No animation: it is there at once, and never leaves.
    Still,
    /// It fades in while it rises by this many pixels; it sinks if negative.
    Rise(f64),
    /// Its width grows from its left edge.
    Grow,
    /// Its opacity grows from 0 to 1.
    Fade,
    /// It fades in while it moves to the right by this many pixels; to the left if negative.
    Slide(f64),
    /// It fades in while it grows to its size from this scale.
    Pop(f64),
    /// An edge that moves to the right uncovers it.
    Wipe,
    /// Its texts appear letter by letter.
    Type,
}

impl Animation {
    /// The animation of an entrance, or of an exit, in a frame whose shorter side is `unit` pixels.
    pub fn from_entrance(entrance: Entrance, unit: f64) -> Animation {
        match entrance {
            Entrance::None => Animation::Still,
            Entrance::Rise => Animation::Rise(unit * RISE_SHARE),
            Entrance::Drop => Animation::Rise(-unit * RISE_SHARE),
            Entrance::Slide => Animation::Slide(unit * RISE_SHARE * SLIDE_FACTOR),
            Entrance::SlideLeft => Animation::Slide(-unit * RISE_SHARE * SLIDE_FACTOR),
            Entrance::Pop => Animation::Pop(POP_SCALE),
            Entrance::Fade => Animation::Fade,
            Entrance::Wipe => Animation::Wipe,
            Entrance::Type => Animation::Type,
        }
    }
}

/// The state of an animated layer at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pose {
    /// Offset to the right and down, in pixels.
    pub shift: (f64, f64),
    /// Scale factor around its centre.
    pub scale: f64,
    /// Share of its width, from its left edge.
    pub grown: f64,
    /// Visible share of its texts.
    pub share: f64,
    /// The uncovered range, in shares of its width.
    pub open: (f64, f64),
    /// Opacity, 0 to 1.
    pub opacity: f64,
}

impl Pose {
    /// The pose between entrance and exit.
    pub const STILL: Pose =
        Pose { shift: (0.0, 0.0), scale: 1.0, grown: 1.0, share: 1.0, open: (0.0, 1.0), opacity: 1.0 };

    /// The pose during an entrance; `progress` is from 0 to 1.
    pub fn entering(way: Animation, progress: f64, easing: Easing) -> Pose {
        let eased = ease::eased(easing, progress);
        let fading = ease::in_out(progress);
        match way {
            Animation::Still => Pose::STILL,
            Animation::Rise(by) => Pose { shift: (0.0, by * (1.0 - eased)), opacity: fading, ..Pose::STILL },
            Animation::Slide(by) => Pose { shift: (by * (eased - 1.0), 0.0), opacity: fading, ..Pose::STILL },
            Animation::Fade => Pose { opacity: fading, ..Pose::STILL },
            Animation::Pop(from) => {
                let opacity = ease::in_out((progress * 2.0).min(1.0));
                Pose { scale: from + (1.0 - from) * eased, opacity, ..Pose::STILL }
            }
            Animation::Type => Pose { share: progress, ..Pose::STILL },
            Animation::Wipe => Pose { open: (0.0, eased.min(1.0)), ..Pose::STILL },
            Animation::Grow => Pose { grown: eased.min(1.0), ..Pose::STILL },
        }
    }

    /// The pose during an exit, in the direction of the entrance; `progress` is from 0 to 1.
    pub fn exiting(way: Animation, progress: f64) -> Pose {
        let eased = ease::eased(Easing::EaseIn, progress);
        let left = ease::in_out(1.0 - progress);
        match way {
            Animation::Still => Pose::STILL,
            Animation::Rise(by) => Pose { shift: (0.0, -by * eased), opacity: left, ..Pose::STILL },
            Animation::Slide(by) => Pose { shift: (by * eased, 0.0), opacity: left, ..Pose::STILL },
            Animation::Fade => Pose { opacity: left, ..Pose::STILL },
            Animation::Pop(to) => Pose { scale: 1.0 - (1.0 - to) * eased, opacity: left, ..Pose::STILL },
            Animation::Type => Pose { share: 1.0 - progress, ..Pose::STILL },
            Animation::Wipe => Pose { open: (ease::in_out(progress), 1.0), ..Pose::STILL },
            Animation::Grow => Pose { grown: 1.0 - eased, ..Pose::STILL },
        }
    }

    /// Both poses combined, for an exit that starts before the entrance ends.
    pub fn combine(self, other: Pose) -> Pose {
        Pose {
            shift: (self.shift.0 + other.shift.0, self.shift.1 + other.shift.1),
            scale: self.scale * other.scale,
            grown: self.grown * other.grown,
            share: self.share.min(other.share),
            open: (self.open.0.max(other.open.0), self.open.1.min(other.open.1)),
            opacity: self.opacity * other.opacity,
        }
    }
}
