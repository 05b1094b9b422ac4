//! What the kinds of show share: the film's defaults for them, the point of a picture that stays in view, and when parts come.

use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language::show::{Show, ShowDefaults};
use crate::spec::model::placement::{FocusPoint, ImageFit};
use crate::spec::model::timing::BuildTiming;
use crate::spec::resolve::resolver::Resolver;
use crate::spec::scalar::{FocusName, MotionName, Share};

/// The latest moment of a video that can be named, in seconds: one day.
pub(crate) const MAX_VIDEO_SECONDS: f64 = 86_400.0;
/// The most items of a list.
pub(crate) const MAX_ITEMS: usize = 20;

/// How things are shown where a scene does not say it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ShowBase {
    /// How the camera moves over pictures.
    pub motion: MotionName,
    /// How pictures and videos fill the frame or their pane.
    pub fit: ImageFit,
    /// When parts of cards come.
    pub build: BuildTiming,
    /// Which backdrop of its kind is drawn.
    pub backdrop_seed: u32,
}

impl ShowBase {
    /// The film's defaults, and the language's own where the film gives none; the seed is the look's.
    pub fn new(written: Option<&ShowDefaults>, backdrop_seed: u32) -> Self {
        Self {
            motion: written.and_then(|show| show.motion).unwrap_or(MotionName::Auto),
            fit: written.and_then(|show| show.fit).unwrap_or(ImageFit::Cover),
            build: written.and_then(|show| show.build).unwrap_or(BuildTiming::Sentence),
            backdrop_seed,
        }
    }

    /// How the pictures and videos of `show` fill their place.
    pub fn fit_of(&self, show: &Show) -> ImageFit {
        show.fit.as_ref().map_or(self.fit, |at| at.value)
    }
}

/// The point that `focus` names, or gives as shares of the picture.
pub(crate) fn resolve_focus(
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
pub(crate) fn resolve_build(
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
