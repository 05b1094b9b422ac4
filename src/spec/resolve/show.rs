//! Resolves `show`: checks that it shows exactly one thing, with only the fields that belong to that.

use super::resolver::Resolver;
use super::show_base::{MAX_ITEMS, MAX_VIDEO_SECONDS, ShowBase, resolve_build, resolve_focus};
use super::{card, media, qr_logo};
use crate::diag::Span;
use crate::spec::decode::Spanned;
use crate::spec::files::FileKind;
use crate::spec::language;
use crate::spec::model::{Backdrop, BackdropKind, CameraMotion, FocusPoint, Look, Show};
use crate::spec::scalar::{FileName, MotionName, Text};
use crate::spec::suggest::listed;
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

/// The show of a scene without `show`: its title on a card, or the look's backdrop.
pub fn default_show(title: Option<&Spanned<Text>>, look: &Look, resolver: &mut Resolver) -> Show {
    match title {
        Some(title) => {
            resolver.drawn(&title.value.0, title.place);
            Show::Title { title: title.value.0.clone(), subtitle: None }
        }
        None if look.backdrop.kind != BackdropKind::Gradient => Show::Backdrop(look.backdrop),
        None => Show::Gradient { colours: vec![look.background, look.background_end], angle: 45.0 },
    }
}

/// Resolves a scene's `show`; `None` after an error was reported.
pub fn resolve(
    written: &Spanned<language::Show>,
    base: &ShowBase,
    look: &Look,
    resolver: &mut Resolver,
) -> Option<Show> {
    let show = &written.value;
    let kinds = kinds(show);
    match kinds.as_slice() {
        [] if !written.whole => None,
        [] => {
            let help = format!("add one of {}", listed(&KINDS));
            resolver.error("`show` does not say what is seen", written.place, "nothing to see here", help);
            None
        }
        [(kind, _)] => {
            refuse_misplaced_fields(show, kind, resolver);
            match &show.backdrop {
                Some(kind) => Some(resolve_backdrop(kind.value, show, look, resolver)),
                None => resolve_kind(show, kind, base, resolver),
            }
        }
        [(first, _), (second, place), ..] => {
            let message = format!("a scene shows one thing, but here are `{first}` and `{second}`");
            resolver.error(message, *place, "the second one", "keep one, or make a second scene");
            None
        }
    }
}

fn kinds(show: &language::Show) -> Vec<(&'static str, Span)> {
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

/// Whether `title` is a line of a QR code's or logo's card rather than a title card.
fn carries_title(show: &language::Show) -> bool {
    show.qr.is_some() || show.logo.is_some()
}

/// Reports fields that belong to another kind of show.
fn refuse_misplaced_fields(show: &language::Show, kind: &str, resolver: &mut Resolver) {
    let owners: [(&str, Option<Span>, &[&str]); 17] = [
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
            ("focus" | "from" | "to" | "mute" | "subtitle", _) if KINDS_OF_MAPS.contains(&kind) => {
                where_field_belongs(field, kind)
            }
            ("length", _) => "a scene's own `length` stands beside `show`, not in it".to_owned(),
            _ => format!("`{field}` goes with {}", listed(kinds)),
        };
        resolver.error(format!("`{field}` does not go with `{kind}`"), place, "not used", help);
    }
}

/// The kinds whose parts are maps with fields of their own.
const KINDS_OF_MAPS: [&str; 3] = ["pictures", "split", "screens"];

/// The help text for a field that is written next to such a map.
fn where_field_belongs(field: &str, kind: &str) -> String {
    match (kind, field) {
        ("pictures", "focus") => "write it at its picture: `pictures: [{ image: a.jpg, focus: top }, …]`".to_owned(),
        ("screens", "from" | "to" | "mute") => {
            format!("write it at its video: `screens: [{{ video: a.mp4, {field}: … }}, …]`")
        }
        ("split", "focus" | "from" | "to" | "mute") => format!("`{field}` belongs inside `split`"),
        _ => format!("`{field}` does not go with `{kind}` at all; remove it"),
    }
}

fn resolve_kind(show: &language::Show, kind: &str, base: &ShowBase, resolver: &mut Resolver) -> Option<Show> {
    match kind {
        "image" => resolve_image(show, show.image.as_ref()?, base, resolver),
        "video" => resolve_video(show, show.video.as_ref()?, base, resolver),
        "colour" => {
            resolver.either_spelling(&show.colour, &show.color, "colour").map(|colour| Show::Colour(colour.value))
        }
        "gradient" => resolve_gradient(show.gradient.as_ref()?, resolver),
        "title" => Some(resolve_title(show.title.as_ref()?, show.subtitle.as_ref(), resolver)),
        "quote" => Some(card::quote(show.quote.as_ref()?, show.by.as_ref(), resolver)),
        "statement" => card::statement(show.statement.as_ref()?, resolver),
        "table" => card::table(show, show.table.as_ref()?, base.build, resolver),
        "end" => Some(card::end(&show.end.as_ref()?.value, resolver)),
        "code" => super::code::resolve(show, show.code.as_ref()?, base.build, resolver).map(Show::Code),
        "qr" => Some(qr_logo::qr(show, show.qr.as_ref()?, resolver)),
        "logo" => qr_logo::logo(show, show.logo.as_ref()?, resolver),
        "chart" => super::chart::resolve(show, show.chart.as_ref()?, resolver).map(Show::Chart),
        "pictures" => media::pictures(show, show.pictures.as_ref()?, base, resolver),
        "split" => media::split(show, show.split.as_ref()?, base, resolver),
        "screens" => media::screens(show, show.screens.as_ref()?, base, resolver),
        _ => resolve_list(show, show.list.as_ref()?, base, resolver),
    }
}

fn resolve_image(
    show: &language::Show,
    name: &Spanned<FileName>,
    base: &ShowBase,
    resolver: &mut Resolver,
) -> Option<Show> {
    let file = resolver.file(name, FileKind::Picture)?;
    let motion = camera_motion(show.motion.as_ref().map_or(base.motion, |at| at.value), &file.written);
    let focus = show.focus.as_ref().map_or(FocusPoint::CENTRE, |at| resolve_focus(at, resolver));
    Some(Show::Image { file, fit: show.fit.as_ref().map_or(base.fit, |at| at.value), motion, focus })
}

/// The camera's motion. `auto` depends on the file's name and not on the scene's position, so that reordering scenes changes no frame.
fn camera_motion(name: MotionName, file: &str) -> CameraMotion {
    const MOVES: [CameraMotion; 4] =
        [CameraMotion::ZoomIn, CameraMotion::PanRight, CameraMotion::ZoomOut, CameraMotion::PanLeft];
    match name {
        MotionName::Auto => MOVES[usize::from(blake3::hash(file.as_bytes()).as_bytes()[0]) % MOVES.len()],
        MotionName::Hold => CameraMotion::Hold,
        MotionName::ZoomIn => CameraMotion::ZoomIn,
        MotionName::ZoomOut => CameraMotion::ZoomOut,
        MotionName::PanLeft => CameraMotion::PanLeft,
        MotionName::PanRight => CameraMotion::PanRight,
        MotionName::PanUp => CameraMotion::PanUp,
        MotionName::PanDown => CameraMotion::PanDown,
    }
}

fn resolve_video(
    show: &language::Show,
    name: &Spanned<FileName>,
    base: &ShowBase,
    resolver: &mut Resolver,
) -> Option<Show> {
    let from = show
        .from
        .as_ref()
        .map_or(0.0, |at| resolver.ranged("from", at.value.0, at.place, 0.0..=MAX_VIDEO_SECONDS, "s"));
    let end = show
        .to
        .as_ref()
        .map(|at| (resolver.ranged("to", at.value.0, at.place, 0.0..=MAX_VIDEO_SECONDS, "s"), at.place));
    let length = show
        .length
        .as_ref()
        .map(|at| (resolver.ranged("length", at.value.0, at.place, 0.01..=MAX_VIDEO_SECONDS, "s"), at.place));
    let end = match (end, length) {
        (Some(_), Some((_, place))) => {
            resolver.error("`to` and `length` both say where the video ends", place, "again", "keep one of the two");
            None
        }
        (Some((end, place)), None) => {
            if end <= from {
                resolver.error(
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
        file: resolver.file(name, FileKind::Video)?,
        fit: show.fit.as_ref().map_or(base.fit, |at| at.value),
        from,
        to: end,
        mute: show.mute.as_ref().is_some_and(|at| at.value.0),
    })
}

fn resolve_gradient(written: &Spanned<language::Gradient>, resolver: &mut Resolver) -> Option<Show> {
    let gradient = &written.value;
    let angle =
        gradient.angle.as_ref().map_or(45.0, |at| resolver.ranged("angle", at.value.0, at.place, -360.0..=360.0, ""));
    let Some(colours) = resolver.either_spelling(&gradient.colours, &gradient.colors, "colours") else {
        if written.whole {
            let help = "add `colours: ['#102030', '#405060']`";
            resolver.error("a gradient needs its colours", written.place, "no `colours` here", help);
        }
        return None;
    };
    if colours.whole && !(2..=8).contains(&colours.value.len()) {
        let message = format!("a gradient has 2 to 8 colours, not {}", colours.value.len());
        resolver.error(message, colours.place, "these colours", "for one colour alone write `colour:`");
    }
    Some(Show::Gradient { colours: colours.value, angle })
}

fn resolve_backdrop(kind: BackdropKind, show: &language::Show, look: &Look, resolver: &mut Resolver) -> Show {
    let seed = show.seed.as_ref().map_or(look.backdrop.seed, |seed| resolver.seed(seed));
    Show::Backdrop(Backdrop { kind, seed })
}

fn resolve_title(title: &Spanned<Text>, subtitle: Option<&Spanned<Text>>, resolver: &mut Resolver) -> Show {
    for text in std::iter::once(title).chain(subtitle) {
        resolver.drawn(&text.value.0, text.place);
    }
    Show::Title { title: title.value.0.clone(), subtitle: subtitle.map(|text| text.value.0.clone()) }
}

fn resolve_list(
    show: &language::Show,
    items: &Spanned<Vec<Spanned<Text>>>,
    base: &ShowBase,
    resolver: &mut Resolver,
) -> Option<Show> {
    if items.whole && !(1..=MAX_ITEMS).contains(&items.value.len()) {
        let message = format!("a list has 1 to {MAX_ITEMS} items, not {}", items.value.len());
        let help = if items.value.is_empty() { "add an item" } else { "split it over several scenes" };
        resolver.error(message, items.place, "this list", help);
    }
    for text in items.value.iter().chain(&show.heading) {
        resolver.drawn(&text.value.0, text.place);
    }
    Some(Show::List {
        heading: show.heading.as_ref().map(|text| text.value.0.clone()),
        items: items.value.iter().map(|text| text.value.0.clone()).collect(),
        build: resolve_build(show.build.as_ref(), base.build, "list", resolver),
    })
}

/// Stands for a `show` that was refused; it is never drawn, because the film has an error.
pub const REFUSED_SHOW: Show = Show::Colour(Colour::rgb(0, 0, 0));
