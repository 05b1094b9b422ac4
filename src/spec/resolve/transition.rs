//! Resolves transitions through their levels: the template's, the defaults', a scene's own.

use super::resolver::Resolver;
use crate::diag::Span;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language;
use crate::spec::model::{
    Corner, Direction, Easing, RotationDirection, Transition, TransitionAxis, TransitionKind, ZoomDirection,
};
use crate::spec::scalar::{DirectionName, TransitionName};
use crate::units::Colour;

type WrittenTransition = ShortOrLong<Spanned<TransitionName>, language::Transition>;

/// A transition as a level leaves it, before its kind is final and selects the fields that apply.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InheritedTransition {
    kind: TransitionName,
    length: f64,
    way: Option<DirectionName>,
    easing: Easing,
    through: Option<Colour>,
}

impl Default for InheritedTransition {
    fn default() -> Self {
        Self { kind: TransitionName::Crossfade, length: 0.5, way: None, easing: Easing::EaseInOut, through: None }
    }
}

impl InheritedTransition {
    /// The transition with what `over` replaces.
    pub fn over(self, over: Option<&WrittenTransition>, resolver: &mut Resolver) -> Self {
        match over {
            None => self,
            Some(ShortOrLong::Short(name)) => Self { kind: name.value, ..self },
            Some(ShortOrLong::Long(map)) => self.over_map(map, resolver),
        }
    }

    fn over_map(self, map: &language::Transition, resolver: &mut Resolver) -> Self {
        let kind = map.kind.unwrap_or(self.kind);
        let through = resolver.either_spelling(&map.colour, &map.color, "colour");
        let coloured = matches!(kind, TransitionName::Fade | TransitionName::Flash);
        let colour = through.as_ref().map(|colour| colour.place);
        refuse_field(
            "colour",
            colour.filter(|_| !coloured),
            "only a `fade` or a `flash` goes through a colour",
            resolver,
        );
        if let Some(way) = &map.direction {
            check_direction(kind, way, resolver);
        }
        let cut = kind == TransitionName::Cut;
        let timed = map.length.as_ref().filter(|length| cut && length.value.0 > 0.0);
        refuse_field("length", timed.map(|length| length.place), "a `cut` takes no time", resolver);
        let eased = map.easing.as_ref().filter(|_| cut);
        refuse_field("easing", eased.map(|easing| easing.place), "a `cut` takes no time", resolver);
        if let Some(easing) = map.easing.as_ref().filter(|easing| easing.value == Easing::Overshoot) {
            let help = "write linear, ease-in, ease-out, ease-in-out or sharp";
            resolver.error("a transition cannot overshoot", easing.place, "only what moves on a card can", help);
        }
        let length = map.length.as_ref().map(|at| resolver.ranged("length", at.value.0, at.place, 0.0..=10.0, "s"));
        Self {
            kind,
            length: length.unwrap_or(self.length),
            way: map.direction.as_ref().map(|way| way.value).or(self.way),
            easing: map.easing.as_ref().map_or(self.easing, |easing| easing.value),
            through: through.map(|colour| colour.value).or(self.through),
        }
    }

    /// The checked transition; one without length is a cut.
    pub fn finish(self) -> Transition {
        let kind = if self.length == 0.0 { TransitionKind::Cut } else { self.kind() };
        let (length, easing) = match kind {
            TransitionKind::Cut => (0.0, Easing::EaseInOut),
            _ => (self.length, self.easing),
        };
        Transition { kind, easing, length }
    }

    fn kind(self) -> TransitionKind {
        match self.kind {
            TransitionName::Cut => TransitionKind::Cut,
            TransitionName::Crossfade => TransitionKind::Crossfade,
            TransitionName::Fade => TransitionKind::Fade { through: self.through.unwrap_or(Colour::rgb(0, 0, 0)) },
            TransitionName::Slide => TransitionKind::Slide { towards: self.side() },
            TransitionName::Wipe => TransitionKind::Wipe { towards: self.side() },
            TransitionName::Push => TransitionKind::Push { towards: self.side() },
            TransitionName::Reveal => TransitionKind::Reveal { towards: self.side() },
            TransitionName::Squeeze => TransitionKind::Squeeze { towards: self.side() },
            TransitionName::Page => TransitionKind::Page { towards: self.side() },
            TransitionName::Whip => TransitionKind::Whip { towards: self.side() },
            TransitionName::Diagonal => TransitionKind::Diagonal { towards: self.corner() },
            TransitionName::Split => TransitionKind::Split { axis: self.axis() },
            TransitionName::Doors => TransitionKind::Doors { axis: self.axis() },
            TransitionName::Stripes => TransitionKind::Stripes { axis: self.axis() },
            TransitionName::Blinds => TransitionKind::Blinds { towards: self.side() },
            TransitionName::Circle => TransitionKind::Circle { depth: self.depth(ZoomDirection::Out) },
            TransitionName::Diamond => TransitionKind::Diamond { depth: self.depth(ZoomDirection::Out) },
            TransitionName::Clock => TransitionKind::Clock { turn: self.turn() },
            TransitionName::Checker => TransitionKind::Checker,
            TransitionName::Tiles => TransitionKind::Tiles,
            TransitionName::Dissolve => TransitionKind::Dissolve,
            TransitionName::Clouds => TransitionKind::Clouds,
            TransitionName::Luma => TransitionKind::Luma,
            TransitionName::Pixelate => TransitionKind::Pixelate,
            TransitionName::Blur => TransitionKind::Blur,
            TransitionName::Zoom => TransitionKind::Zoom { depth: self.depth(ZoomDirection::In) },
            TransitionName::Flash => {
                TransitionKind::Flash { through: self.through.unwrap_or(Colour::rgb(255, 255, 255)) }
            }
        }
    }

    // Defaults may give a direction that this kind does not know. That is no error: the kind then uses its own default.

    fn side(self) -> Direction {
        match self.way {
            Some(DirectionName::Right) => Direction::Right,
            Some(DirectionName::Up) => Direction::Up,
            Some(DirectionName::Down) => Direction::Down,
            _ => Direction::Left,
        }
    }

    fn corner(self) -> Corner {
        match self.way {
            Some(DirectionName::TopLeft) => Corner::TopLeft,
            Some(DirectionName::TopRight) => Corner::TopRight,
            Some(DirectionName::BottomLeft) => Corner::BottomLeft,
            _ => Corner::BottomRight,
        }
    }

    fn axis(self) -> TransitionAxis {
        if self.way == Some(DirectionName::Vertical) { TransitionAxis::Vertical } else { TransitionAxis::Horizontal }
    }

    fn depth(self, default: ZoomDirection) -> ZoomDirection {
        match self.way {
            Some(DirectionName::In) => ZoomDirection::In,
            Some(DirectionName::Out) => ZoomDirection::Out,
            _ => default,
        }
    }

    fn turn(self) -> RotationDirection {
        if self.way == Some(DirectionName::Anticlockwise) {
            RotationDirection::Anticlockwise
        } else {
            RotationDirection::Clockwise
        }
    }
}

type AllowedDirections = (&'static [DirectionName], &'static str);

const SIDES: AllowedDirections = (
    &[DirectionName::Left, DirectionName::Right, DirectionName::Up, DirectionName::Down],
    "it goes `left`, `right`, `up` or `down`",
);
const CORNERS: AllowedDirections = (
    &[DirectionName::TopLeft, DirectionName::TopRight, DirectionName::BottomLeft, DirectionName::BottomRight],
    "it goes to `top-left`, `top-right`, `bottom-left` or `bottom-right`",
);
const AXES: AllowedDirections =
    (&[DirectionName::Horizontal, DirectionName::Vertical], "it goes `horizontal` or `vertical`");
const DEPTHS: AllowedDirections = (&[DirectionName::In, DirectionName::Out], "it goes `in` or `out`");
const TURNS: AllowedDirections =
    (&[DirectionName::Clockwise, DirectionName::Anticlockwise], "it goes `clockwise` or `anticlockwise`");

/// The directions that a kind of transition knows.
fn allowed_directions(kind: TransitionName) -> Option<AllowedDirections> {
    Some(match kind {
        TransitionName::Slide
        | TransitionName::Wipe
        | TransitionName::Push
        | TransitionName::Reveal
        | TransitionName::Squeeze
        | TransitionName::Page
        | TransitionName::Whip
        | TransitionName::Blinds => SIDES,
        TransitionName::Diagonal => CORNERS,
        TransitionName::Split | TransitionName::Doors | TransitionName::Stripes => AXES,
        TransitionName::Circle | TransitionName::Diamond | TransitionName::Zoom => DEPTHS,
        TransitionName::Clock => TURNS,
        TransitionName::Cut
        | TransitionName::Crossfade
        | TransitionName::Fade
        | TransitionName::Flash
        | TransitionName::Checker
        | TransitionName::Tiles
        | TransitionName::Dissolve
        | TransitionName::Clouds
        | TransitionName::Luma
        | TransitionName::Pixelate
        | TransitionName::Blur => return None,
    })
}

fn check_direction(kind: TransitionName, way: &Spanned<DirectionName>, resolver: &mut Resolver) {
    match allowed_directions(kind) {
        None => refuse_field("direction", Some(way.place), "this kind has no direction", resolver),
        Some((known, help)) if !known.contains(&way.value) => {
            resolver.error("this kind of transition does not go that way", way.place, "not this way", help);
        }
        Some(_) => {}
    }
}

fn refuse_field(field: &str, place: Option<Span>, help: &str, resolver: &mut Resolver) {
    if let Some(place) = place {
        resolver.error(format!("`{field}` does not go with this kind of transition"), place, "not used", help);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The name of a kind, as it is serialised.
    fn name(kind: TransitionKind) -> String {
        match serde_json::to_value(kind).unwrap() {
            serde_json::Value::Object(map) => map.keys().next().unwrap().clone(),
            name => name.as_str().unwrap().to_owned(),
        }
    }

    #[test]
    fn the_default_kinds_are_what_their_names_alone_stand_for() {
        for kind in TransitionKind::DEFAULTS {
            let named: TransitionName = serde_json::from_value(name(kind).into()).unwrap();
            assert_eq!(InheritedTransition { kind: named, ..InheritedTransition::default() }.kind(), kind);
        }
        let names: BTreeSet<String> = TransitionKind::DEFAULTS.map(name).into();
        let schema = schemars::schema_for!(TransitionName);
        let written = schema.as_value()["oneOf"].as_array().unwrap();
        assert_eq!(
            written.iter().map(|name| name["const"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(),
            names
        );
    }
}
