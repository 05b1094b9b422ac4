//! What shows and insets with panes share: pictures and parts of videos as a spec writes them, and the lines at them.

use super::base::{MAX_VIDEO_SECONDS, resolve_focus};
use crate::diag::Span;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::files::FileKind;
use crate::spec::model::media::{Footage, Media};
use crate::spec::model::placement::FocusPoint;
use crate::spec::resolve::resolver::Resolver;
use crate::spec::scalar::{FileName, Flag, FocusName, Seconds, Share, Text};

/// The longest caption or label of a picture or video, in characters.
const MAX_LINE_CHARS: usize = 100;

/// A `focus` that may be left out.
pub(super) type WrittenFocus = Option<Spanned<ShortOrLong<Spanned<FocusName>, Vec<Spanned<Share>>>>>;

/// The fields by which `split` and `inset` name a picture or a video.
pub(crate) struct MediaFields<'a> {
    pub image: &'a Option<Spanned<FileName>>,
    pub video: &'a Option<Spanned<FileName>>,
    pub focus: &'a WrittenFocus,
    pub from: &'a Option<Spanned<Seconds>>,
    pub to: &'a Option<Spanned<Seconds>>,
    pub mute: &'a Option<Spanned<Flag>>,
}

impl MediaFields<'_> {
    /// The picture or video that the map called `name` shows; `mute` is the default of its field.
    pub fn media(
        &self,
        name: &str,
        (place, whole): (Span, bool),
        mute: bool,
        resolver: &mut Resolver,
    ) -> Option<Media> {
        match (self.image, self.video) {
            (Some(_), Some(second)) => {
                let message = format!("`{name}` shows an image or a video, not both");
                resolver.error(message, second.place, "the second one", "keep one of the two");
                None
            }
            (Some(image), None) => {
                let video = [("from", place_of(self.from)), ("to", place_of(self.to)), ("mute", place_of(self.mute))];
                self.refuse_fields(&video, "video", resolver);
                let focus = focus(self.focus, resolver);
                Some(Media::Image { picture: resolver.picture(image)?, focus })
            }
            (None, Some(video)) => {
                self.refuse_fields(&[("focus", place_of(self.focus))], "image", resolver);
                footage(video, (self.from, self.to), muted(self.mute, mute), resolver).map(Media::Video)
            }
            (None, None) => {
                if whole {
                    let help = "add `image:` or `video:`";
                    resolver.error(format!("`{name}` does not say what it shows"), place, "no picture here", help);
                }
                None
            }
        }
    }

    fn refuse_fields(&self, fields: &[(&str, Option<Span>)], owner: &str, resolver: &mut Resolver) {
        for (field, place) in fields {
            let Some(place) = place else { continue };
            let other = if owner == "video" { "image" } else { "video" };
            let help = format!("`{field}` goes with `{owner}`");
            resolver.error(format!("`{field}` does not go with `{other}`"), *place, "not used", help);
        }
    }
}

fn place_of<T>(written: &Option<Spanned<T>>) -> Option<Span> {
    written.as_ref().map(|at| at.place)
}

/// Resolves a part of a video; `None` if the file was refused.
pub(super) fn footage(
    name: &Spanned<FileName>,
    (from, end): (&Option<Spanned<Seconds>>, &Option<Spanned<Seconds>>),
    mute: bool,
    resolver: &mut Resolver,
) -> Option<Footage> {
    let from =
        from.as_ref().map_or(0.0, |at| resolver.ranged("from", at.value.0, at.place, 0.0..=MAX_VIDEO_SECONDS, "s"));
    let end =
        end.as_ref().map(|at| (resolver.ranged("to", at.value.0, at.place, 0.0..=MAX_VIDEO_SECONDS, "s"), at.place));
    if let Some((_, place)) = end.filter(|(end, _)| *end <= from) {
        let help = format!("`to` must be later than {from}s");
        resolver.error("the video ends before it starts", place, "not after `from`", help);
    }
    Some(Footage { file: resolver.file(name, FileKind::Video)?, from, to: end.map(|(end, _)| end), mute })
}

pub(super) fn muted(written: &Option<Spanned<Flag>>, default: bool) -> bool {
    written.as_ref().map_or(default, |at| at.value.0)
}

/// What matters most in a picture: its middle where `focus` is left out.
pub(super) fn focus(written: &WrittenFocus, resolver: &mut Resolver) -> FocusPoint {
    written.as_ref().map_or(FocusPoint::CENTRE, |at| resolve_focus(at, resolver))
}

/// Checks the length of a caption or label.
pub(super) fn caption_line(field: &str, text: &Spanned<Text>, resolver: &mut Resolver) -> String {
    resolver.drawn(&text.value.0, text.place);
    let letters = text.value.0.chars().count();
    if letters > MAX_LINE_CHARS {
        let message = format!("a {field} has at most {MAX_LINE_CHARS} characters, not {letters}");
        resolver.error(message, text.place, "this text", "say it instead");
    }
    text.value.0.clone()
}
