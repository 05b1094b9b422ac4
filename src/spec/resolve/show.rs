//! Resolves `show`: checks that it shows exactly one thing, with only the fields that belong to that. What the kinds are, and which fields
//! go with each, is declared in `spec::shows`.

use super::resolver::Resolver;
use crate::diag::Span;
use crate::spec::decode::Spanned;
use crate::spec::language;
use crate::spec::model::{BackdropKind, Look};
use crate::spec::scalar::Text;
use crate::spec::shows::{DECLARED_KINDS, DeclaredKind, GradientShow, Show, ShowBase, TitleShow};
use crate::spec::suggest::listed;
use crate::units::Colour;

/// The show of a scene without `show`: its title on a card, or the look's backdrop.
pub fn default_show(title: Option<&Spanned<Text>>, look: &Look, resolver: &mut Resolver) -> Show {
    match title {
        Some(title) => Show::Title(TitleShow { title: resolver.drawn_text(title), subtitle: None }),
        None if look.backdrop.kind != BackdropKind::Gradient => Show::Backdrop(look.backdrop),
        None => Show::Gradient(GradientShow { colours: vec![look.background, look.background_end], angle: 45.0 }),
    }
}

/// Resolves a scene's `show`; `None` after an error was reported.
pub fn resolve(written: &Spanned<language::Show>, base: &ShowBase, resolver: &mut Resolver) -> Option<Show> {
    let given = written.value.given();
    match given_kinds(&given).as_slice() {
        [] if !written.whole => None,
        [] => {
            let names: Vec<&str> = DECLARED_KINDS.iter().map(|kind| kind.name).collect();
            let help = format!("add one of {}", listed(&names));
            resolver.error("`show` does not say what is seen", written.place, "nothing to see here", help);
            None
        }
        [(kind, _)] => {
            refuse_misplaced_fields(&given, kind, resolver);
            (kind.resolve)(&written.value, base, resolver)
        }
        [(first, _), (second, place), ..] => {
            let message = format!("a scene shows one thing, but here are `{}` and `{}`", first.name, second.name);
            resolver.error(message, *place, "the second one", "keep one, or make a second scene");
            None
        }
    }
}

/// The kinds that the given fields ask for. A field that goes with another kind, as `title` does with `qr`, asks for none beside it.
fn given_kinds(given: &[(&str, Span)]) -> Vec<(&'static DeclaredKind, Span)> {
    let mut kinds = Vec::new();
    for kind in DECLARED_KINDS {
        let field = given.iter().find(|(field, _)| kind.is_named(field));
        kinds.extend(field.map(|(_, place)| (kind, *place)));
    }
    let asked_for = kinds.iter().filter(|(kind, _)| !kinds.iter().any(|(other, _)| other.takes(kind.name)));
    asked_for.copied().collect()
}

/// Reports fields that belong to another kind of show.
fn refuse_misplaced_fields(given: &[(&str, Span)], kind: &DeclaredKind, resolver: &mut Resolver) {
    for (field, place) in given {
        if kind.takes(field) || DECLARED_KINDS.iter().any(|other| other.is_named(field)) {
            continue;
        }
        let help = (kind.misplaced_field_help)(field).unwrap_or_else(|| match *field {
            "length" => "a scene's own `length` stands beside `show`, not in it".to_owned(),
            field => format!("`{field}` goes with {}", listed(&DeclaredKind::names_that_take(field))),
        });
        resolver.error(format!("`{field}` does not go with `{}`", kind.name), *place, "not used", help);
    }
}

/// Stands for a `show` that was refused; it is never drawn, because the film has an error.
pub const REFUSED_SHOW: Show = Show::Colour(Colour::rgb(0, 0, 0));
