//! What a scene shows: exactly one thing, with only the fields that go with it.

use super::{Resolver, card, media, sign};
use crate::diag::Place;
use crate::spec::decode::{At, Either, listed};
use crate::spec::files::Wanted;
use crate::spec::language::{self, ShowDefaults};
use crate::spec::model::{Backdrop, BackdropKind, Build, Fit, Focus, Look, Motion, Show};
use crate::spec::scalar::{FileName, FocusName, MotionName, Share, Text};
use crate::units::Colour;

const KINDS: [&str; 18] = [
    "image",
    "video",
    "colour",
    "gradient",
    "title",
    "list",
    "backdrop",
    "quote",
    "statement",
    "table",
    "end",
    "code",
    "chart",
    "pictures",
    "split",
    "screens",
    "qr",
    "logo",
];

/// How things are shown unless a scene says so itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Base {
    motion: MotionName,
    pub(super) fit: Fit,
    pub build: Build,
}

impl Base {
    /// The language's own defaults under the film's.
    pub fn new(written: Option<&ShowDefaults>) -> Self {
        Self {
            motion: written.and_then(|show| show.motion).unwrap_or(MotionName::Auto),
            fit: written.and_then(|show| show.fit).unwrap_or(Fit::Cover),
            build: written.and_then(|show| show.build).unwrap_or(Build::Sentence),
        }
    }
}

/// What a scene shows that says nothing about it: its title on a card, or the look's backdrop.
pub fn unsaid(title: Option<&At<Text>>, look: &Look, to: &mut Resolver) -> Show {
    match title {
        Some(title) => {
            to.drawn(&title.value.0, title.place);
            Show::Title { title: title.value.0.clone(), subtitle: None }
        }
        None if look.backdrop.kind != BackdropKind::Gradient => Show::Backdrop(look.backdrop),
        None => Show::Gradient { colours: vec![look.background, look.background_end], angle: 45.0 },
    }
}

/// What a scene shows; `None` after saying what is wrong with it.
pub fn of_scene(written: &At<language::Show>, base: &Base, look: &Look, to: &mut Resolver) -> Option<Show> {
    let show = &written.value;
    let kinds = kinds(show);
    match kinds.as_slice() {
        [] if !written.whole => None,
        [] => {
            let help = format!("add one of {}", listed(&KINDS));
            to.error("`show` does not say what is seen", written.place, "nothing to see here", help);
            None
        }
        [(kind, _)] => {
            strangers(show, kind, to);
            match &show.backdrop {
                Some(kind) => Some(backdrop(kind.value, show, look, to)),
                None => one(show, kind, base, to),
            }
        }
        [(first, _), (second, place), ..] => {
            let message = format!("a scene shows one thing, but here are `{first}` and `{second}`");
            to.error(message, *place, "the second one", "keep one, or make a second scene");
            None
        }
    }
}

fn kinds(show: &language::Show) -> Vec<(&'static str, Place)> {
    let places = [
        ("image", show.image.as_ref().map(|at| at.place)),
        ("video", show.video.as_ref().map(|at| at.place)),
        ("colour", show.colour.as_ref().or(show.color.as_ref()).map(|at| at.place)),
        ("gradient", show.gradient.as_ref().map(|at| at.place)),
        ("title", show.title.as_ref().filter(|_| !carries_title(show)).map(|at| at.place)),
        ("list", show.list.as_ref().map(|at| at.place)),
        ("backdrop", show.backdrop.as_ref().map(|at| at.place)),
        ("quote", show.quote.as_ref().map(|at| at.place)),
        ("statement", show.statement.as_ref().map(|at| at.place)),
        ("table", show.table.as_ref().map(|at| at.place)),
        ("end", show.end.as_ref().map(|at| at.place)),
        ("code", show.code.as_ref().map(|at| at.place)),
        ("chart", show.chart.as_ref().map(|at| at.place)),
        ("pictures", show.pictures.as_ref().map(|at| at.place)),
        ("split", show.split.as_ref().map(|at| at.place)),
        ("screens", show.screens.as_ref().map(|at| at.place)),
        ("qr", show.qr.as_ref().map(|at| at.place)),
        ("logo", show.logo.as_ref().map(|at| at.place)),
    ];
    places.into_iter().filter_map(|(kind, place)| Some((kind, place?))).collect()
}

/// Whether a title is a line of what else is shown, and no card of its own.
fn carries_title(show: &language::Show) -> bool {
    show.qr.is_some() || show.logo.is_some()
}

/// Fields that belong to another kind of picture.
fn strangers(show: &language::Show, kind: &str, to: &mut Resolver) {
    let owners: [(&str, Option<Place>, &[&str]); 17] = [
        ("motion", show.motion.as_ref().map(|at| at.place), &["image"]),
        ("focus", show.focus.as_ref().map(|at| at.place), &["image"]),
        ("fit", show.fit.as_ref().map(|at| at.place), &["image", "video", "pictures", "split", "screens"]),
        ("from", show.from.as_ref().map(|at| at.place), &["video"]),
        ("to", show.to.as_ref().map(|at| at.place), &["video"]),
        ("length", show.length.as_ref().map(|at| at.place), &["video"]),
        ("mute", show.mute.as_ref().map(|at| at.place), &["video"]),
        ("subtitle", show.subtitle.as_ref().map(|at| at.place), &["title", "logo"]),
        (
            "heading",
            show.heading.as_ref().map(|at| at.place),
            &["list", "table", "code", "chart", "pictures", "screens"],
        ),
        (
            "build",
            show.build.as_ref().map(|at| at.place),
            &["list", "table", "code", "chart", "pictures", "split", "image"],
        ),
        ("seed", show.seed.as_ref().map(|at| at.place), &["backdrop"]),
        ("by", show.by.as_ref().map(|at| at.place), &["quote"]),
        ("lines", show.lines.as_ref().map(|at| at.place), &["code"]),
        ("highlight", show.highlight.as_ref().map(|at| at.place), &["code"]),
        ("marks", show.marks.as_ref().map(|at| at.place), &["image"]),
        ("caption", show.caption.as_ref().map(|at| at.place), &["qr"]),
        ("dim", show.dim.as_ref().map(|at| at.place), &["image"]),
    ];
    for (field, place, kinds) in owners {
        let Some(place) = place.filter(|_| !kinds.contains(&kind)) else { continue };
        let help = match (field, kinds) {
            ("focus" | "from" | "to" | "mute" | "subtitle", _) if MAPS.contains(&kind) => inside(field, kind),
            ("length", _) => "a scene's own `length` stands beside `show`, not in it".to_owned(),
            _ => format!("`{field}` goes with {}", listed(kinds)),
        };
        to.error(format!("`{field}` does not go with `{kind}`"), place, "not used", help);
    }
}

/// Kinds whose own parts are maps.
const MAPS: [&str; 3] = ["pictures", "split", "screens"];

/// Where a field stands that people write beside such a map.
fn inside(field: &str, kind: &str) -> String {
    match (kind, field) {
        ("pictures", "focus") => "write it at its picture: `pictures: [{ image: a.jpg, focus: top }, …]`".to_owned(),
        ("screens", "from" | "to" | "mute") => {
            format!("write it at its video: `screens: [{{ video: a.mp4, {field}: … }}, …]`")
        }
        ("split", "focus" | "from" | "to" | "mute") => format!("`{field}` belongs inside `split`"),
        _ => format!("`{field}` does not go with `{kind}` at all; remove it"),
    }
}

fn one(show: &language::Show, kind: &str, base: &Base, to: &mut Resolver) -> Option<Show> {
    match kind {
        "image" => image(show, show.image.as_ref()?, base, to),
        "video" => video(show, show.video.as_ref()?, base, to),
        "colour" => to.either_spelling(&show.colour, &show.color, "colour").map(|colour| Show::Colour(colour.value)),
        "gradient" => gradient(show.gradient.as_ref()?, to),
        "title" => Some(title(show.title.as_ref()?, show.subtitle.as_ref(), to)),
        "quote" => Some(card::quote(show.quote.as_ref()?, show.by.as_ref(), to)),
        "statement" => card::statement(show.statement.as_ref()?, to),
        "table" => card::table(show, show.table.as_ref()?, base.build, to),
        "end" => Some(card::end(&show.end.as_ref()?.value, to)),
        "code" => super::code::of_show(show, show.code.as_ref()?, base.build, to).map(Show::Code),
        "qr" => Some(sign::qr(show, show.qr.as_ref()?, to)),
        "logo" => sign::logo(show, show.logo.as_ref()?, to),
        "chart" => super::chart::of_show(show, show.chart.as_ref()?, to).map(Show::Chart),
        "pictures" => media::pictures(show, show.pictures.as_ref()?, base, to),
        "split" => media::split(show, show.split.as_ref()?, base, to),
        "screens" => media::screens(show, show.screens.as_ref()?, base, to),
        _ => list(show, show.list.as_ref()?, base, to),
    }
}

fn image(show: &language::Show, name: &At<FileName>, base: &Base, to: &mut Resolver) -> Option<Show> {
    let file = to.file(name, Wanted::Picture)?;
    let motion = motion(show.motion.as_ref().map_or(base.motion, |at| at.value), &file.written);
    let focus = show.focus.as_ref().map_or(Focus::CENTRE, |at| focus(at, to));
    Some(Show::Image { file, fit: show.fit.as_ref().map_or(base.fit, |at| at.value), motion, focus })
}

pub fn focus(written: &At<Either<At<FocusName>, Vec<At<Share>>>>, to: &mut Resolver) -> Focus {
    let shares = match &written.value {
        Either::Short(name) => return named(name.value),
        Either::Long(shares) => shares,
    };
    for share in shares {
        to.ranged("focus", share.value.0, share.place, 0.0..=1.0, "");
    }
    match shares.as_slice() {
        [x, y] => return Focus { x: x.value.0, y: y.value.0 },
        _ if written.whole => {
            let help = "write `[0.7, 0.3]`: 70% across, 30% down";
            to.error("`focus` is two shares, across and down", written.place, "not two", help);
        }
        _ => {}
    }
    Focus::CENTRE
}

fn named(name: FocusName) -> Focus {
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
    Focus { x, y }
}

/// `auto` goes by the file's name and not by the scene's position, so that reordering scenes changes no frame.
fn motion(name: MotionName, file: &str) -> Motion {
    const MOVES: [Motion; 4] = [Motion::ZoomIn, Motion::PanRight, Motion::ZoomOut, Motion::PanLeft];
    match name {
        MotionName::Auto => MOVES[usize::from(blake3::hash(file.as_bytes()).as_bytes()[0]) % MOVES.len()],
        MotionName::Hold => Motion::Hold,
        MotionName::ZoomIn => Motion::ZoomIn,
        MotionName::ZoomOut => Motion::ZoomOut,
        MotionName::PanLeft => Motion::PanLeft,
        MotionName::PanRight => Motion::PanRight,
        MotionName::PanUp => Motion::PanUp,
        MotionName::PanDown => Motion::PanDown,
    }
}

pub const LATEST: f64 = 86_400.0;

fn video(show: &language::Show, name: &At<FileName>, base: &Base, to: &mut Resolver) -> Option<Show> {
    let from = show.from.as_ref().map_or(0.0, |at| to.ranged("from", at.value.0, at.place, 0.0..=LATEST, "s"));
    let end = show.to.as_ref().map(|at| (to.ranged("to", at.value.0, at.place, 0.0..=LATEST, "s"), at.place));
    let length =
        show.length.as_ref().map(|at| (to.ranged("length", at.value.0, at.place, 0.01..=LATEST, "s"), at.place));
    let end = match (end, length) {
        (Some(_), Some((_, place))) => {
            to.error("`to` and `length` both say where the video ends", place, "again", "keep one of the two");
            None
        }
        (Some((end, place)), None) => {
            if end <= from {
                to.error(
                    "the video ends before it starts",
                    place,
                    "not after `from`",
                    format!("`to` must be later than {from}s"),
                );
            }
            Some(end)
        }
        (None, length) => length.map(|(length, _)| from + length),
    };
    Some(Show::Video {
        file: to.file(name, Wanted::Video)?,
        fit: show.fit.as_ref().map_or(base.fit, |at| at.value),
        from,
        to: end,
        mute: show.mute.as_ref().is_some_and(|at| at.value.0),
    })
}

fn gradient(written: &At<language::Gradient>, to: &mut Resolver) -> Option<Show> {
    let gradient = &written.value;
    let angle = gradient.angle.as_ref().map_or(45.0, |at| to.ranged("angle", at.value.0, at.place, -360.0..=360.0, ""));
    let Some(colours) = to.either_spelling(&gradient.colours, &gradient.colors, "colours") else {
        if written.whole {
            let help = "add `colours: ['#102030', '#405060']`";
            to.error("a gradient needs its colours", written.place, "no `colours` here", help);
        }
        return None;
    };
    if colours.whole && !(2..=8).contains(&colours.value.len()) {
        let message = format!("a gradient has 2 to 8 colours, not {}", colours.value.len());
        to.error(message, colours.place, "these colours", "for one colour alone write `colour:`");
    }
    Some(Show::Gradient { colours: colours.value, angle })
}

fn backdrop(kind: BackdropKind, show: &language::Show, look: &Look, to: &mut Resolver) -> Show {
    let seed = show.seed.as_ref().map_or(look.backdrop.seed, |seed| to.seed(seed));
    Show::Backdrop(Backdrop { kind, seed })
}

fn title(title: &At<Text>, subtitle: Option<&At<Text>>, to: &mut Resolver) -> Show {
    for text in std::iter::once(title).chain(subtitle) {
        to.drawn(&text.value.0, text.place);
    }
    Show::Title { title: title.value.0.clone(), subtitle: subtitle.map(|text| text.value.0.clone()) }
}

pub const MOST_ITEMS: usize = 20;

fn list(show: &language::Show, items: &At<Vec<At<Text>>>, base: &Base, to: &mut Resolver) -> Option<Show> {
    if items.whole && !(1..=MOST_ITEMS).contains(&items.value.len()) {
        let message = format!("a list has 1 to {MOST_ITEMS} items, not {}", items.value.len());
        let help = if items.value.is_empty() { "add an item" } else { "split it over several scenes" };
        to.error(message, items.place, "this list", help);
    }
    for text in items.value.iter().chain(&show.heading) {
        to.drawn(&text.value.0, text.place);
    }
    Some(Show::List {
        heading: show.heading.as_ref().map(|text| text.value.0.clone()),
        items: items.value.iter().map(|text| text.value.0.clone()).collect(),
        build: build(show.build.as_ref(), base.build, "list", to),
    })
}

/// When the parts of a `kind` come that is not typed.
pub fn build(written: Option<&At<Build>>, unsaid: Build, kind: &str, to: &mut Resolver) -> Build {
    match written {
        Some(at) if at.value == Build::Typed => {
            let help = "write `sentence`, `even` or `all`";
            to.error(format!("only `code` is typed, not a `{kind}`"), at.place, "this `build`", help);
            unsaid
        }
        Some(at) => at.value,
        None if unsaid == Build::Typed => Build::Sentence,
        None => unsaid,
    }
}

/// Behind a scene whose picture was refused; never seen, because the film has an error.
pub const REFUSED: Show = Show::Colour(Colour::rgb(0, 0, 0));
