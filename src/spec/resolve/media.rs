//! Resolves shows and insets whose pictures and videos take up parts of the frame: `pictures`, `split`, `screens` and `inset`.

use super::resolver::{Resolver, cloned_text};
use super::show_base::{self, MAX_ITEMS, MAX_VIDEO_SECONDS, ShowBase};
use crate::diag::Span;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::files::FileKind;
use crate::spec::language;
use crate::spec::model::{
    Corner, CornerInset, FocusPoint, Footage, ImageFit, InsetShape, Media, PictureItem, ScreenClip, Show, SplitSide,
};
use crate::spec::scalar::{FileName, Flag, FocusName, Seconds, Share, Text};

/// The most pictures that can be told apart on a phone.
const MAX_PICTURES: usize = 9;
/// `screens` shows exactly this number of videos.
const SCREEN_COUNT: usize = 2;
/// The longest text beside a picture, in characters.
const MAX_TEXT_CHARS: usize = 400;
/// The longest caption or label of a picture or video, in characters.
const MAX_LINE_CHARS: usize = 100;

type WrittenList<T> = Spanned<Vec<Spanned<ShortOrLong<Spanned<FileName>, T>>>>;
type WrittenFocus = Option<Spanned<ShortOrLong<Spanned<FocusName>, Vec<Spanned<Share>>>>>;

/// Resolves `pictures`; `None` after an error was reported.
pub fn pictures(
    show: &language::Show,
    written: &WrittenList<language::Pictured>,
    base: &ShowBase,
    resolver: &mut Resolver,
) -> Option<Show> {
    let count = written.value.len();
    if written.whole && !(2..=MAX_PICTURES).contains(&count) {
        let help = match count {
            0 | 1 => "for one picture write `image:`",
            _ => "show the best of them, or make more scenes",
        };
        resolver.error(
            format!("`pictures` has 2 to {MAX_PICTURES} pictures, not {count}"),
            written.place,
            "this list",
            help,
        );
    }
    let heading = heading(show, resolver);
    let pictures: Vec<PictureItem> = written.value.iter().filter_map(|at| picture_item(&at.value, resolver)).collect();
    let build = show_base::resolve_build(show.build.as_ref(), base.build, "pictures", resolver);
    let all = pictures.len() == count && count > 0;
    all.then_some(Show::Pictures { heading, pictures, fit: fit(show, base), build })
}

type WrittenPicture = ShortOrLong<Spanned<FileName>, language::Pictured>;

fn picture_item(written: &WrittenPicture, resolver: &mut Resolver) -> Option<PictureItem> {
    match written {
        ShortOrLong::Short(name) => Some(PictureItem {
            file: resolver.file(name, FileKind::Picture)?,
            caption: None,
            focus: FocusPoint::CENTRE,
        }),
        ShortOrLong::Long(picture) => {
            let caption = picture.caption.as_ref().map(|text| caption_line("caption", text, resolver));
            let focus = focus(&picture.focus, resolver);
            Some(PictureItem { file: resolver.file(&picture.image, FileKind::Picture)?, caption, focus })
        }
    }
}

/// Resolves `split`, a picture or video beside text; `None` after an error was reported.
pub fn split(
    show: &language::Show,
    written: &Spanned<language::Split>,
    base: &ShowBase,
    resolver: &mut Resolver,
) -> Option<Show> {
    let split = &written.value;
    check_split_text(written, resolver);
    for text in split.title.iter().chain(&split.text).chain(split.list.iter().flat_map(|list| &list.value)) {
        resolver.drawn(&text.value.0, text.place);
    }
    let parts = MediaFields {
        image: &split.image,
        video: &split.video,
        focus: &split.focus,
        from: &split.from,
        to: &split.to,
        mute: &split.mute,
    };
    let media = parts.media("split", (written.place, written.whole), false, resolver);
    let items = split.list.iter().flat_map(|list| &list.value).map(|text| text.value.0.clone()).collect();
    let build = show_base::resolve_build(show.build.as_ref(), base.build, "split", resolver);
    if let Some(at) = show.build.as_ref().filter(|_| split.list.is_none()) {
        resolver.error(
            "`build` says when items come, but `split` has no `list`",
            at.place,
            "not used",
            "remove it, or write a `list`",
        );
    }
    Some(Show::Split {
        media: media?,
        side: split.side.unwrap_or(SplitSide::Left),
        fit: fit(show, base),
        title: cloned_text(&split.title),
        text: cloned_text(&split.text),
        items,
        build,
    })
}

/// Checks that `split` has text or a list, not both, and not too much of it.
fn check_split_text(written: &Spanned<language::Split>, resolver: &mut Resolver) {
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

/// Resolves `screens`, two videos side by side; `None` after an error was reported.
pub fn screens(
    show: &language::Show,
    written: &WrittenList<language::Screen>,
    base: &ShowBase,
    resolver: &mut Resolver,
) -> Option<Show> {
    let count = written.value.len();
    if written.whole && count != SCREEN_COUNT {
        let help = if count < SCREEN_COUNT { "for one video write `video:`" } else { "make a scene of each two" };
        resolver.error(format!("`screens` are two videos, not {count}"), written.place, "this list", help);
    }
    let heading = heading(show, resolver);
    let screens: Vec<ScreenClip> = written.value.iter().filter_map(|at| screen_clip(&at.value, resolver)).collect();
    (screens.len() == SCREEN_COUNT).then_some(Show::Screens { heading, screens, fit: fit(show, base) })
}

fn screen_clip(
    written: &ShortOrLong<Spanned<FileName>, language::Screen>,
    resolver: &mut Resolver,
) -> Option<ScreenClip> {
    match written {
        ShortOrLong::Short(name) => {
            let clip = Footage { file: resolver.file(name, FileKind::Video)?, from: 0.0, to: None, mute: true };
            Some(ScreenClip { clip, label: None })
        }
        ShortOrLong::Long(screen) => {
            let label = screen.label.as_ref().map(|text| caption_line("label", text, resolver));
            let clip = footage(&screen.video, (&screen.from, &screen.to), muted(&screen.mute, true), resolver)?;
            Some(ScreenClip { clip, label })
        }
    }
}

/// Resolves `inset`, a small picture or video in a corner; `None` after an error was reported.
pub fn inset(written: &Spanned<language::Inset>, resolver: &mut Resolver) -> Option<CornerInset> {
    let inset = &written.value;
    let parts = MediaFields {
        image: &inset.image,
        video: &inset.video,
        focus: &inset.focus,
        from: &inset.from,
        to: &inset.to,
        mute: &inset.mute,
    };
    let size = inset.size.as_ref().map(|at| resolver.ranged("size", at.value.0, at.place, 0.1..=0.5, ""));
    Some(CornerInset {
        media: parts.media("inset", (written.place, written.whole), true, resolver)?,
        corner: inset.corner.unwrap_or(Corner::BottomRight),
        size,
        shape: inset.shape.unwrap_or(InsetShape::Rounded),
    })
}

/// The fields by which `split` and `inset` name a picture or a video.
struct MediaFields<'a> {
    image: &'a Option<Spanned<FileName>>,
    video: &'a Option<Spanned<FileName>>,
    focus: &'a WrittenFocus,
    from: &'a Option<Spanned<Seconds>>,
    to: &'a Option<Spanned<Seconds>>,
    mute: &'a Option<Spanned<Flag>>,
}

impl MediaFields<'_> {
    /// The picture or video that the map called `name` shows; `mute` is the default of its field.
    fn media(&self, name: &str, (place, whole): (Span, bool), mute: bool, resolver: &mut Resolver) -> Option<Media> {
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
                Some(Media::Image { file: resolver.file(image, FileKind::Picture)?, focus })
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
fn footage(
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

fn muted(written: &Option<Spanned<Flag>>, default: bool) -> bool {
    written.as_ref().map_or(default, |at| at.value.0)
}

fn focus(written: &WrittenFocus, resolver: &mut Resolver) -> FocusPoint {
    written.as_ref().map_or(FocusPoint::CENTRE, |at| show_base::resolve_focus(at, resolver))
}

fn fit(show: &language::Show, base: &ShowBase) -> ImageFit {
    show.fit.as_ref().map_or(base.fit, |at| at.value)
}

fn heading(show: &language::Show, resolver: &mut Resolver) -> Option<String> {
    let heading = show.heading.as_ref()?;
    resolver.drawn(&heading.value.0, heading.place);
    Some(heading.value.0.clone())
}

/// Checks the length of a caption or label.
fn caption_line(field: &str, text: &Spanned<Text>, resolver: &mut Resolver) -> String {
    resolver.drawn(&text.value.0, text.place);
    let letters = text.value.0.chars().count();
    if letters > MAX_LINE_CHARS {
        let message = format!("a {field} has at most {MAX_LINE_CHARS} characters, not {letters}");
        resolver.error(message, text.place, "this text", "say it instead");
    }
    text.value.0.clone()
}
