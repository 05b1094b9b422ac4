//! How something is on its way in or out: where it is, how large, how much of it is there. Knows nothing of what it is.

use crate::render::ease;
use crate::spec::model::Easing;

/// How something comes in; the other way round, how it goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    /// At once; what goes so stays.
    Still,
    /// It fades in while it rises this many pixels; negative: while it sinks.
    Rise(f64),
    /// It grows from its left side.
    Grow,
    /// It fades in.
    Fade,
    /// It fades in while it moves to the right by this many pixels; negative: to the left.
    Slide(f64),
    /// It fades in while it grows to its size from this share of it.
    Pop(f64),
    /// An edge that moves to the right uncovers it.
    Wipe,
    /// Its texts come letter by letter.
    Type,
}

/// How something is at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Posture {
    /// Pixels to the right and down.
    pub shift: (f64, f64),
    /// Its size, around its middle.
    pub scale: f64,
    /// How wide it is, from its left side.
    pub grown: f64,
    /// How much of its texts is there.
    pub share: f64,
    /// From where to where it is uncovered, in shares of its width.
    pub open: (f64, f64),
    /// 0 to 1.
    pub opacity: f64,
}

impl Posture {
    /// All there.
    pub const STILL: Posture =
        Posture { shift: (0.0, 0.0), scale: 1.0, grown: 1.0, share: 1.0, open: (0.0, 1.0), opacity: 1.0 };

    /// On its way in; `progress` from 0 to 1.
    pub fn coming(way: Way, progress: f64, easing: Easing) -> Posture {
        let (eased, fading) = (ease::at(easing, progress), ease::in_out(progress));
        match way {
            Way::Still => Posture::STILL,
            Way::Rise(by) => Posture { shift: (0.0, by * (1.0 - eased)), opacity: fading, ..Posture::STILL },
            Way::Slide(by) => Posture { shift: (by * (eased - 1.0), 0.0), opacity: fading, ..Posture::STILL },
            Way::Fade => Posture { opacity: fading, ..Posture::STILL },
            Way::Pop(from) => {
                let opacity = ease::in_out((progress * 2.0).min(1.0));
                Posture { scale: from + (1.0 - from) * eased, opacity, ..Posture::STILL }
            }
            Way::Type => Posture { share: progress, ..Posture::STILL },
            Way::Wipe => Posture { open: (0.0, eased.min(1.0)), ..Posture::STILL },
            Way::Grow => Posture { grown: eased.min(1.0), ..Posture::STILL },
        }
    }

    /// On its way out, in the direction in which it came; `progress` from 0 to 1.
    pub fn going(way: Way, progress: f64) -> Posture {
        let (eased, left) = (ease::at(Easing::EaseIn, progress), ease::in_out(1.0 - progress));
        match way {
            Way::Still => Posture::STILL,
            Way::Rise(by) => Posture { shift: (0.0, -by * eased), opacity: left, ..Posture::STILL },
            Way::Slide(by) => Posture { shift: (by * eased, 0.0), opacity: left, ..Posture::STILL },
            Way::Fade => Posture { opacity: left, ..Posture::STILL },
            Way::Pop(to) => Posture { scale: 1.0 - (1.0 - to) * eased, opacity: left, ..Posture::STILL },
            Way::Type => Posture { share: 1.0 - progress, ..Posture::STILL },
            Way::Wipe => Posture { open: (ease::in_out(progress), 1.0), ..Posture::STILL },
            Way::Grow => Posture { grown: 1.0 - eased, ..Posture::STILL },
        }
    }

    /// Both at once, for what goes before it is all there.
    pub fn and(self, other: Posture) -> Posture {
        Posture {
            shift: (self.shift.0 + other.shift.0, self.shift.1 + other.shift.1),
            scale: self.scale * other.scale,
            grown: self.grown * other.grown,
            share: self.share.min(other.share),
            open: (self.open.0.max(other.open.0), self.open.1.min(other.open.1)),
            opacity: self.opacity * other.opacity,
        }
    }
}
