//! Pictures and videos that take up parts of the frame: several of them, one beside text, one in a corner. Knows nothing of where they
//! come to stand.

use super::Resolver;
use super::show::{self, Base, LATEST, MOST_ITEMS};
use crate::diag::Place;
use crate::spec::decode::{At, Either};
use crate::spec::files::Wanted;
use crate::spec::language;
use crate::spec::model::{Corner, Fit, Focus, Footage, Inset, InsetShape, Media, Pictured, Screen, Show, Side};
use crate::spec::scalar::{Duration, FileName, Flag, FocusName, Share, Text};

/// How many pictures can be told apart on a phone.
const MOST_PICTURES: usize = 9;
const SCREENS: usize = 2;
/// How long the text beside a picture may be, and a line at one, in letters.
const LONGEST_TEXT: usize = 400;
const LONGEST_LINE: usize = 100;

type Written<T> = At<Vec<At<Either<At<FileName>, T>>>>;
type WrittenFocus = Option<At<Either<At<FocusName>, Vec<At<Share>>>>>;

/// Several pictures.
pub fn pictures(
    show: &language::Show,
    written: &Written<language::Pictured>,
    base: &Base,
    to: &mut Resolver,
) -> Option<Show> {
    let count = written.value.len();
    if written.whole && !(2..=MOST_PICTURES).contains(&count) {
        let help = match count {
            0 | 1 => "for one picture write `image:`",
            _ => "show the best of them, or make more scenes",
        };
        to.error(
            format!("`pictures` has 2 to {MOST_PICTURES} pictures, not {count}"),
            written.place,
            "this list",
            help,
        );
    }
    let heading = heading(show, to);
    let picture = |at: &At<Either<At<FileName>, language::Pictured>>, to: &mut Resolver| match &at.value {
        Either::Short(name) => {
            Some(Pictured { file: to.file(name, Wanted::Picture)?, caption: None, focus: Focus::CENTRE })
        }
        Either::Long(picture) => {
            let caption = picture.caption.as_ref().map(|text| line("caption", text, to));
            let focus = focus(&picture.focus, to);
            Some(Pictured { file: to.file(&picture.image, Wanted::Picture)?, caption, focus })
        }
    };
    let pictures: Vec<Pictured> = written.value.iter().filter_map(|at| picture(at, to)).collect();
    let build = show::build(show.build.as_ref(), base.build, "pictures", to);
    let all = pictures.len() == count && count > 0;
    all.then_some(Show::Pictures { heading, pictures, fit: fit(show, base), build })
}

/// A picture or a video beside text.
pub fn split(show: &language::Show, written: &At<language::Split>, base: &Base, to: &mut Resolver) -> Option<Show> {
    let split = &written.value;
    beside(written, to);
    for text in split.title.iter().chain(&split.text).chain(split.list.iter().flat_map(|list| &list.value)) {
        to.drawn(&text.value.0, text.place);
    }
    let parts = Parts {
        image: &split.image,
        video: &split.video,
        focus: &split.focus,
        from: &split.from,
        to: &split.to,
        mute: &split.mute,
    };
    let media = parts.media("split", (written.place, written.whole), false, to);
    let owned = |text: &Option<At<Text>>| text.as_ref().map(|text| text.value.0.clone());
    let items = split.list.iter().flat_map(|list| &list.value).map(|text| text.value.0.clone()).collect();
    let build = show::build(show.build.as_ref(), base.build, "split", to);
    if let Some(at) = show.build.as_ref().filter(|_| split.list.is_none()) {
        to.error(
            "`build` says when items come, but `split` has no `list`",
            at.place,
            "not used",
            "remove it, or write a `list`",
        );
    }
    Some(Show::Split {
        media: media?,
        side: split.side.unwrap_or(Side::Left),
        fit: fit(show, base),
        title: owned(&split.title),
        text: owned(&split.text),
        items,
        build,
    })
}

/// Whether there is text, and not too much.
fn beside(written: &At<language::Split>, to: &mut Resolver) {
    let split = &written.value;
    if let (Some(_), Some(list)) = (&split.text, &split.list) {
        to.error("`split` has `text` or a `list`, not both", list.place, "the second one", "keep one of the two");
    }
    if let Some(list) =
        split.list.as_ref().filter(|list| list.whole && !(1..=MOST_ITEMS / 2).contains(&list.value.len()))
    {
        let message = format!("a list beside a picture has 1 to {} items, not {}", MOST_ITEMS / 2, list.value.len());
        to.error(message, list.place, "this list", "split it over several scenes");
    }
    if let Some(text) = split.text.as_ref().filter(|text| text.value.0.chars().count() > LONGEST_TEXT) {
        let message = format!(
            "text beside a picture has at most {LONGEST_TEXT} characters, not {}",
            text.value.0.chars().count()
        );
        to.error(message, text.place, "this text", "say it, and show what matters");
    }
    if written.whole && split.title.is_none() && split.text.is_none() && split.list.is_none() {
        let help = "add `title:`, `text:` or `list:`, or show the picture alone: `image:` fills the frame";
        to.error("`split` has nothing beside its picture", written.place, "no text here", help);
    }
}

/// Two videos.
pub fn screens(
    show: &language::Show,
    written: &Written<language::Screen>,
    base: &Base,
    to: &mut Resolver,
) -> Option<Show> {
    let count = written.value.len();
    if written.whole && count != SCREENS {
        let help = if count < SCREENS { "for one video write `video:`" } else { "make a scene of each two" };
        to.error(format!("`screens` are two videos, not {count}"), written.place, "this list", help);
    }
    let heading = heading(show, to);
    let screen = |at: &At<Either<At<FileName>, language::Screen>>, to: &mut Resolver| match &at.value {
        Either::Short(name) => {
            let clip = Footage { file: to.file(name, Wanted::Video)?, from: 0.0, to: None, mute: true };
            Some(Screen { clip, label: None })
        }
        Either::Long(screen) => {
            let label = screen.label.as_ref().map(|text| line("label", text, to));
            let clip = footage(&screen.video, (&screen.from, &screen.to), muted(&screen.mute, true), to)?;
            Some(Screen { clip, label })
        }
    };
    let screens: Vec<Screen> = written.value.iter().filter_map(|at| screen(at, to)).collect();
    (screens.len() == SCREENS).then_some(Show::Screens { heading, screens, fit: fit(show, base) })
}

/// A small picture or video in a corner.
pub fn inset(written: &At<language::Inset>, to: &mut Resolver) -> Option<Inset> {
    let inset = &written.value;
    let parts = Parts {
        image: &inset.image,
        video: &inset.video,
        focus: &inset.focus,
        from: &inset.from,
        to: &inset.to,
        mute: &inset.mute,
    };
    let size = inset.size.as_ref().map(|at| to.ranged("size", at.value.0, at.place, 0.1..=0.5, ""));
    Some(Inset {
        media: parts.media("inset", (written.place, written.whole), true, to)?,
        corner: inset.corner.unwrap_or(Corner::BottomRight),
        size,
        shape: inset.shape.unwrap_or(InsetShape::Rounded),
    })
}

/// What says that a map shows a picture or a video.
struct Parts<'a> {
    image: &'a Option<At<FileName>>,
    video: &'a Option<At<FileName>>,
    focus: &'a WrittenFocus,
    from: &'a Option<At<Duration>>,
    to: &'a Option<At<Duration>>,
    mute: &'a Option<At<Flag>>,
}

impl Parts<'_> {
    /// The one of the two that the map called `name` shows.
    fn media(&self, name: &str, (place, whole): (Place, bool), mute: bool, to: &mut Resolver) -> Option<Media> {
        match (self.image, self.video) {
            (Some(_), Some(second)) => {
                let message = format!("`{name}` shows an image or a video, not both");
                to.error(message, second.place, "the second one", "keep one of the two");
                None
            }
            (Some(image), None) => {
                let video = [("from", place_of(self.from)), ("to", place_of(self.to)), ("mute", place_of(self.mute))];
                self.strangers(&video, "video", to);
                let focus = focus(self.focus, to);
                Some(Media::Image { file: to.file(image, Wanted::Picture)?, focus })
            }
            (None, Some(video)) => {
                self.strangers(&[("focus", place_of(self.focus))], "image", to);
                footage(video, (self.from, self.to), muted(self.mute, mute), to).map(Media::Video)
            }
            (None, None) => {
                if whole {
                    let help = "add `image:` or `video:`";
                    to.error(format!("`{name}` does not say what it shows"), place, "no picture here", help);
                }
                None
            }
        }
    }

    fn strangers(&self, fields: &[(&str, Option<Place>)], owner: &str, to: &mut Resolver) {
        for (field, place) in fields {
            let Some(place) = place else { continue };
            let other = if owner == "video" { "image" } else { "video" };
            let help = format!("`{field}` goes with `{owner}`");
            to.error(format!("`{field}` does not go with `{other}`"), *place, "not used", help);
        }
    }
}

fn place_of<T>(written: &Option<At<T>>) -> Option<Place> {
    written.as_ref().map(|at| at.place)
}

/// A part of a video.
fn footage(
    name: &At<FileName>,
    (from, end): (&Option<At<Duration>>, &Option<At<Duration>>),
    mute: bool,
    to: &mut Resolver,
) -> Option<Footage> {
    let from = from.as_ref().map_or(0.0, |at| to.ranged("from", at.value.0, at.place, 0.0..=LATEST, "s"));
    let end = end.as_ref().map(|at| (to.ranged("to", at.value.0, at.place, 0.0..=LATEST, "s"), at.place));
    if let Some((_, place)) = end.filter(|(end, _)| *end <= from) {
        let help = format!("`to` must be later than {from}s");
        to.error("the video ends before it starts", place, "not after `from`", help);
    }
    Some(Footage { file: to.file(name, Wanted::Video)?, from, to: end.map(|(end, _)| end), mute })
}

fn muted(written: &Option<At<Flag>>, unsaid: bool) -> bool {
    written.as_ref().map_or(unsaid, |at| at.value.0)
}

fn focus(written: &WrittenFocus, to: &mut Resolver) -> Focus {
    written.as_ref().map_or(Focus::CENTRE, |at| show::focus(at, to))
}

fn fit(show: &language::Show, base: &Base) -> Fit {
    show.fit.as_ref().map_or(base.fit, |at| at.value)
}

fn heading(show: &language::Show, to: &mut Resolver) -> Option<String> {
    let heading = show.heading.as_ref()?;
    to.drawn(&heading.value.0, heading.place);
    Some(heading.value.0.clone())
}

/// A line at a picture or a video.
fn line(field: &str, text: &At<Text>, to: &mut Resolver) -> String {
    to.drawn(&text.value.0, text.place);
    let letters = text.value.0.chars().count();
    if letters > LONGEST_LINE {
        let message = format!("a {field} has at most {LONGEST_LINE} characters, not {letters}");
        to.error(message, text.place, "this text", "say it instead");
    }
    text.value.0.clone()
}
