//! How scenes come in: the default, a scene's own over it.

use super::Resolver;
use crate::diag::Place;
use crate::spec::decode::{At, Either};
use crate::spec::language;
use crate::spec::model::{Direction, Transition, TransitionKind};
use crate::spec::scalar::TransitionName;
use crate::units::Colour;

type Written = Either<At<TransitionName>, language::Transition>;

/// A transition before it is known which of its fields its kind takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer {
    kind: TransitionName,
    length: f64,
    towards: Direction,
    through: Colour,
}

impl Default for Layer {
    fn default() -> Self {
        Self { kind: TransitionName::Crossfade, length: 0.5, towards: Direction::Left, through: Colour::rgb(0, 0, 0) }
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
        let takes = |wanted: &[TransitionName]| wanted.contains(&kind);
        let colour = through.as_ref().map(|colour| colour.place);
        let direction = map.direction.as_ref().map(|direction| direction.place);
        misplaced(
            "colour",
            colour.filter(|_| !takes(&[TransitionName::Fade])),
            "only a `fade` goes through a colour",
            to,
        );
        let moving = takes(&[TransitionName::Slide, TransitionName::Wipe]);
        misplaced("direction", direction.filter(|_| !moving), "only a `slide` or a `wipe` has a direction", to);
        let cut = map.length.as_ref().filter(|length| takes(&[TransitionName::Cut]) && length.value.0 > 0.0);
        misplaced("length", cut.map(|length| length.place), "a `cut` takes no time", to);
        let length = map.length.as_ref().map(|at| to.ranged("length", at.value.0, at.place, 0.0..=10.0, "s"));
        Self {
            kind,
            length: length.unwrap_or(self.length),
            towards: map.direction.as_ref().map_or(self.towards, |direction| direction.value),
            through: through.map_or(self.through, |colour| colour.value),
        }
    }

    /// The transition itself; one without length is a cut.
    pub fn finished(self) -> Transition {
        let kind = match self.kind {
            _ if self.length == 0.0 => TransitionKind::Cut,
            TransitionName::Cut => TransitionKind::Cut,
            TransitionName::Crossfade => TransitionKind::Crossfade,
            TransitionName::Fade => TransitionKind::Fade { through: self.through },
            TransitionName::Slide => TransitionKind::Slide { towards: self.towards },
            TransitionName::Wipe => TransitionKind::Wipe { towards: self.towards },
        };
        let length = if kind == TransitionKind::Cut { 0.0 } else { self.length };
        Transition { kind, length }
    }
}

fn misplaced(field: &str, place: Option<Place>, help: &str, to: &mut Resolver) {
    if let Some(place) = place {
        to.error(format!("`{field}` does not go with this kind of transition"), place, "not used", help);
    }
}
