//! What the ways to show something share: the film's defaults for them, the point of a picture that stays in view, and when parts come.

use super::resolver::Resolver;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language::ShowDefaults;
use crate::spec::model::{BuildTiming, FocusPoint, ImageFit};
use crate::spec::scalar::{FocusName, MotionName, Share};

/// The latest moment of a video that can be named, in seconds: one day.
pub const MAX_VIDEO_SECONDS: f64 = 86_400.0;
/// The most items of a list.
pub const MAX_ITEMS: usize = 20;

/// How things are shown where a scene does not say it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShowBase {
    pub(super) motion: MotionName,
    pub(super) fit: ImageFit,
    pub build: BuildTiming,
}

impl ShowBase {
    /// The film's defaults, and the language's own where the film gives none.
    pub fn new(written: Option<&ShowDefaults>) -> Self {
        Self {
            motion: written.and_then(|show| show.motion).unwrap_or(MotionName::Auto),
            fit: written.and_then(|show| show.fit).unwrap_or(ImageFit::Cover),
            build: written.and_then(|show| show.build).unwrap_or(BuildTiming::Sentence),
        }
    }
}

/// The point that `focus` names, or gives as shares of the picture.
pub fn resolve_focus(
    written: &Spanned<ShortOrLong<Spanned<FocusName>, Vec<Spanned<Share>>>>,
    resolver: &mut Resolver,
) -> FocusPoint {
    let shares = match &written.value {
        ShortOrLong::Short(name) => return named_focus(name.value),
        ShortOrLong::Long(shares) => shares,
    };
    for share in shares {
        resolver.ranged("focus", share.value.0, share.place, 0.0..=1.0, "");
    }
    match shares.as_slice() {
        [x, y] => return FocusPoint { x: x.value.0, y: y.value.0 },
        _ if written.whole => {
            let help = "write `[0.7, 0.3]`: 70% across, 30% down";
            resolver.error("`focus` is two shares, across and down", written.place, "not two", help);
        }
        _ => {}
    }
    FocusPoint::CENTRE
}

fn named_focus(name: FocusName) -> FocusPoint {
    let (x, y) = match name {
        FocusName::Center | FocusName::Centre => (0.5, 0.5),
        FocusName::Top => (0.5, 0.0),
        FocusName::Bottom => (0.5, 1.0),
        FocusName::Left => (0.0, 0.5),
        FocusName::Right => (1.0, 0.5),
        FocusName::TopLeft => (0.0, 0.0),
        FocusName::TopRight => (1.0, 0.0),
        FocusName::BottomLeft => (0.0, 1.0),
        FocusName::BottomRight => (1.0, 1.0),
    };
    FocusPoint { x, y }
}

/// When the parts of a `kind` appear; `typed` is an error, as only code is typed.
pub fn resolve_build(
    written: Option<&Spanned<BuildTiming>>,
    default: BuildTiming,
    kind: &str,
    resolver: &mut Resolver,
) -> BuildTiming {
    match written {
        Some(at) if at.value == BuildTiming::Typed => {
            let help = "write `sentence`, `even` or `all`";
            resolver.error(format!("only `code` is typed, not a `{kind}`"), at.place, "this `build`", help);
            default
        }
        Some(at) => at.value,
        None if default == BuildTiming::Typed => BuildTiming::Sentence,
        None => default,
    }
}
