//! The show `video`: a part of a video that fills the frame.

use super::base::{MAX_VIDEO_SECONDS, ShowBase};
use super::declaration::ShowDeclaration;
use crate::spec::files::FileKind;
use crate::spec::language::show as written;
use crate::spec::model::media::{DrawnMedia, Footage};
use crate::spec::model::placement::ImageFit;
use crate::spec::resolve::resolver::Resolver;

/// A video that fills the frame.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoShow {
    /// What of it is seen and heard.
    pub clip: Footage,
    /// How it fills the frame.
    pub fit: ImageFit,
}

impl ShowDeclaration for VideoShow {
    const NAME: &'static str = "video";
    const IS_CARD: bool = false;
    const FIELDS: &'static [&'static str] = &["fit", "from", "to", "length", "mute"];

    fn resolve(show: &written::Show, base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let from = show
            .from
            .as_ref()
            .map_or(0.0, |at| resolver.ranged("from", at.value.0, at.place, 0.0..=MAX_VIDEO_SECONDS, "s"));
        let to = resolve_end(show, from, resolver);
        let file = resolver.file(show.video.as_ref()?, FileKind::Video)?;
        let mute = show.mute.as_ref().is_some_and(|at| at.value.0);
        Some(VideoShow { clip: Footage { file, from, to, mute }, fit: base.fit_of(show) })
    }

    fn drawn_media(&self) -> Vec<(String, DrawnMedia<'_>)> {
        vec![("video".to_owned(), DrawnMedia::Video(&self.clip.file))]
    }

    fn footage(&self) -> Vec<Footage> {
        vec![self.clip.clone()]
    }
}

/// Where the video ends, in seconds, as `to` or `length` says; `None`: at its end.
fn resolve_end(show: &written::Show, from: f64, resolver: &mut Resolver) -> Option<f64> {
    let end = show
        .to
        .as_ref()
        .map(|at| (resolver.ranged("to", at.value.0, at.place, 0.0..=MAX_VIDEO_SECONDS, "s"), at.place));
    let length = show
        .length
        .as_ref()
        .map(|at| (resolver.ranged("length", at.value.0, at.place, 0.01..=MAX_VIDEO_SECONDS, "s"), at.place));
    match (end, length) {
        (Some(_), Some((_, place))) => {
            resolver.error("`to` and `length` both say where the video ends", place, "again", "keep one of the two");
            None
        }
        (Some((end, place)), None) => {
            if end <= from {
                let help = format!("`to` must be later than {from}s");
                resolver.error("the video ends before it starts", place, "not after `from`", help);
            }
            Some(end)
        }
        (None, length) => length.map(|(length, _)| from + length),
    }
}
