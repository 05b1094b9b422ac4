//! The show `split`: a picture or a video beside text.

use super::base::{MAX_ITEMS, ShowBase, resolve_build};
use super::declaration::ShowDeclaration;
use super::media::MediaFields;
use crate::spec::decode::Spanned;
use crate::spec::language::show as written;
use crate::spec::model::media::{DrawnMedia, Footage, Media};
use crate::spec::model::placement::{ImageFit, SplitSide};
use crate::spec::model::timing::BuildTiming;
use crate::spec::resolve::resolver::{Resolver, cloned_text};

/// The longest text beside a picture, in characters.
const MAX_TEXT_CHARS: usize = 400;

/// A picture or a video next to text.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitShow {
    /// The picture or the video.
    pub media: Media,
    /// The side that the picture or video stands on.
    pub side: SplitSide,
    /// How it fills its half.
    pub fit: ImageFit,
    /// The title, in large letters.
    pub title: Option<String>,
    /// What stands below it, as running text.
    pub text: Option<String>,
    /// Or as a list.
    pub items: Vec<String>,
    /// When each item appears.
    pub build: BuildTiming,
}

impl ShowDeclaration for SplitShow {
    const NAME: &'static str = "split";
    const FIELDS: &'static [&'static str] = &["fit", "build"];

    fn resolve(show: &written::Show, base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let written = show.split.as_ref()?;
        let split = &written.value;
        check_split_text(written, resolver);
        for text in split.title.iter().chain(&split.text).chain(split.list.iter().flat_map(|list| &list.value)) {
            resolver.drawn(&text.value.0, text.place);
        }
        let media = split_media(written, resolver);
        let items = split.list.iter().flat_map(|list| &list.value).map(|text| text.value.0.clone()).collect();
        let build = resolve_build(show.build.as_ref(), base.build, "split", resolver);
        if let Some(at) = show.build.as_ref().filter(|_| split.list.is_none()) {
            let message = "`build` says when items come, but `split` has no `list`";
            resolver.error(message, at.place, "not used", "remove it, or write a `list`");
        }
        Some(SplitShow {
            media: media?,
            side: split.side.unwrap_or(SplitSide::Left),
            fit: base.fit_of(show),
            title: cloned_text(&split.title),
            text: cloned_text(&split.text),
            items,
            build,
        })
    }

    fn misplaced_field_help(field: &str) -> Option<String> {
        match field {
            "focus" | "from" | "to" | "mute" => Some(format!("`{field}` belongs inside `split`")),
            "subtitle" => Some("`subtitle` does not go with `split` at all; remove it".to_owned()),
            _ => None,
        }
    }

    fn drawn_media(&self) -> Vec<(String, DrawnMedia<'_>)> {
        let role = if self.media.footage().is_some() { "video-1" } else { "picture-1" };
        vec![(role.to_owned(), self.media.drawn())]
    }

    fn footage(&self) -> Vec<Footage> {
        self.media.footage().into_iter().cloned().collect()
    }
}

fn split_media(written: &Spanned<written::Split>, resolver: &mut Resolver) -> Option<Media> {
    let split = &written.value;
    let fields = MediaFields {
        image: &split.image,
        video: &split.video,
        focus: &split.focus,
        from: &split.from,
        to: &split.to,
        mute: &split.mute,
    };
    fields.media("split", (written.place, written.whole), false, resolver)
}

/// Checks that `split` has text or a list, not both, and not too much of it.
fn check_split_text(written: &Spanned<written::Split>, resolver: &mut Resolver) {
    let split = &written.value;
    if let (Some(_), Some(list)) = (&split.text, &split.list) {
        resolver.error("`split` has `text` or a `list`, not both", list.place, "the second one", "keep one of the two");
    }
    if let Some(list) =
        split.list.as_ref().filter(|list| list.whole && !(1..=MAX_ITEMS / 2).contains(&list.value.len()))
    {
        let message = format!("a list beside a picture has 1 to {} items, not {}", MAX_ITEMS / 2, list.value.len());
        resolver.error(message, list.place, "this list", "split it over several scenes");
    }
    if let Some(text) = split.text.as_ref().filter(|text| text.value.0.chars().count() > MAX_TEXT_CHARS) {
        let message = format!(
            "text beside a picture has at most {MAX_TEXT_CHARS} characters, not {}",
            text.value.0.chars().count()
        );
        resolver.error(message, text.place, "this text", "say it, and show what matters");
    }
    if written.whole && split.title.is_none() && split.text.is_none() && split.list.is_none() {
        let help = "add `title:`, `text:` or `list:`, or show the picture alone: `image:` fills the frame";
        resolver.error("`split` has nothing beside its picture", written.place, "no text here", help);
    }
}
