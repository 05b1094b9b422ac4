//! How scenes come in: the default, a scene's own over it.

use super::Resolver;
use crate::diag::Place;
use crate::spec::decode::{At, Either};
use crate::spec::language;
use crate::spec::model::{Axis, Corner, Depth, Direction, Easing, Transition, TransitionKind, Turn};
use crate::spec::scalar::{TransitionName, WayName};
use crate::units::Colour;

type Written = Either<At<TransitionName>, language::Transition>;

/// A transition before it is known which of its fields its kind takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer {
    kind: TransitionName,
    length: f64,
    way: Option<WayName>,
    easing: Easing,
    through: Option<Colour>,
}

impl Default for Layer {
    fn default() -> Self {
        Self { kind: TransitionName::Crossfade, length: 0.5, way: None, easing: Easing::EaseInOut, through: None }
    }
}

impl Layer {
    /// This with what `over` says otherwise.
    pub fn over(self, over: Option<&Written>, to: &mut Resolver) -> Self {
        match over {
            None => self,
            Some(Either::Short(name)) => Self { kind: name.value, ..self },
            Some(Either::Long(map)) => self.over_map(map, to),
        }
    }

    fn over_map(self, map: &language::Transition, to: &mut Resolver) -> Self {
        let kind = map.kind.unwrap_or(self.kind);
        let through = to.either_spelling(&map.colour, &map.color, "colour");
        let coloured = matches!(kind, TransitionName::Fade | TransitionName::Flash);
        let colour = through.as_ref().map(|colour| colour.place);
        misplaced("colour", colour.filter(|_| !coloured), "only a `fade` or a `flash` goes through a colour", to);
        if let Some(way) = &map.direction {
            known_way(kind, way, to);
        }
        let cut = kind == TransitionName::Cut;
        let timed = map.length.as_ref().filter(|length| cut && length.value.0 > 0.0);
        misplaced("length", timed.map(|length| length.place), "a `cut` takes no time", to);
        let eased = map.easing.as_ref().filter(|_| cut);
        misplaced("easing", eased.map(|easing| easing.place), "a `cut` takes no time", to);
        if let Some(easing) = map.easing.as_ref().filter(|easing| easing.value == Easing::Overshoot) {
            let help = "write linear, ease-in, ease-out, ease-in-out or sharp";
            to.error("a transition cannot overshoot", easing.place, "only what moves on a card can", help);
        }
        let length = map.length.as_ref().map(|at| to.ranged("length", at.value.0, at.place, 0.0..=10.0, "s"));
        Self {
            kind,
            length: length.unwrap_or(self.length),
            way: map.direction.as_ref().map(|way| way.value).or(self.way),
            easing: map.easing.as_ref().map_or(self.easing, |easing| easing.value),
            through: through.map(|colour| colour.value).or(self.through),
        }
    }

    /// The transition itself; one without length is a cut.
    pub fn finished(self) -> Transition {
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
            TransitionName::Circle => TransitionKind::Circle { depth: self.depth(Depth::Out) },
            TransitionName::Diamond => TransitionKind::Diamond { depth: self.depth(Depth::Out) },
            TransitionName::Clock => TransitionKind::Clock { turn: self.turn() },
            TransitionName::Checker => TransitionKind::Checker,
            TransitionName::Tiles => TransitionKind::Tiles,
            TransitionName::Dissolve => TransitionKind::Dissolve,
            TransitionName::Clouds => TransitionKind::Clouds,
            TransitionName::Luma => TransitionKind::Luma,
            TransitionName::Pixelate => TransitionKind::Pixelate,
            TransitionName::Blur => TransitionKind::Blur,
            TransitionName::Zoom => TransitionKind::Zoom { depth: self.depth(Depth::In) },
            TransitionName::Flash => {
                TransitionKind::Flash { through: self.through.unwrap_or(Colour::rgb(255, 255, 255)) }
            }
        }
    }

    // A direction that the defaults give and this kind does not know is no error: the kind then goes its own way.

    fn side(self) -> Direction {
        match self.way {
            Some(WayName::Right) => Direction::Right,
            Some(WayName::Up) => Direction::Up,
            Some(WayName::Down) => Direction::Down,
            _ => Direction::Left,
        }
    }

    fn corner(self) -> Corner {
        match self.way {
            Some(WayName::TopLeft) => Corner::TopLeft,
            Some(WayName::TopRight) => Corner::TopRight,
            Some(WayName::BottomLeft) => Corner::BottomLeft,
            _ => Corner::BottomRight,
        }
    }

    fn axis(self) -> Axis {
        if self.way == Some(WayName::Vertical) { Axis::Vertical } else { Axis::Horizontal }
    }

    fn depth(self, unsaid: Depth) -> Depth {
        match self.way {
            Some(WayName::In) => Depth::In,
            Some(WayName::Out) => Depth::Out,
            _ => unsaid,
        }
    }

    fn turn(self) -> Turn {
        if self.way == Some(WayName::Anticlockwise) { Turn::Anticlockwise } else { Turn::Clockwise }
    }
}

type Ways = (&'static [WayName], &'static str);

const SIDES: Ways =
    (&[WayName::Left, WayName::Right, WayName::Up, WayName::Down], "it goes `left`, `right`, `up` or `down`");
const CORNERS: Ways = (
    &[WayName::TopLeft, WayName::TopRight, WayName::BottomLeft, WayName::BottomRight],
    "it goes to `top-left`, `top-right`, `bottom-left` or `bottom-right`",
);
const AXES: Ways = (&[WayName::Horizontal, WayName::Vertical], "it goes `horizontal` or `vertical`");
const DEPTHS: Ways = (&[WayName::In, WayName::Out], "it goes `in` or `out`");
const TURNS: Ways = (&[WayName::Clockwise, WayName::Anticlockwise], "it goes `clockwise` or `anticlockwise`");

/// The directions that a kind of transition knows.
fn ways(kind: TransitionName) -> Option<Ways> {
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

fn known_way(kind: TransitionName, way: &At<WayName>, to: &mut Resolver) {
    match ways(kind) {
        None => misplaced("direction", Some(way.place), "this kind has no direction", to),
        Some((known, help)) if !known.contains(&way.value) => {
            to.error("this kind of transition does not go that way", way.place, "not this way", help);
        }
        Some(_) => {}
    }
}

fn misplaced(field: &str, place: Option<Place>, help: &str, to: &mut Resolver) {
    if let Some(place) = place {
        to.error(format!("`{field}` does not go with this kind of transition"), place, "not used", help);
    }
}
