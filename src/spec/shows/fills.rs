//! The shows `colour`, `gradient` and `backdrop`, which fill the frame.

use super::base::ShowBase;
use super::declaration::ShowDeclaration;
use crate::spec::language::show as written;
use crate::spec::model::card_style::Backdrop;
use crate::spec::resolve::resolver::Resolver;
use crate::units::Colour;

impl ShowDeclaration for Colour {
    const NAME: &'static str = "colour";
    const ALIAS: Option<&'static str> = Some("color");
    const IS_CARD: bool = false;

    fn resolve(show: &written::Show, _base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        resolver.either_spelling(&show.colour, &show.color, "colour").map(|colour| colour.value)
    }
}

/// Two colours or more, along a line.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientShow {
    /// At least two, evenly spaced.
    pub colours: Vec<Colour>,
    /// Degrees; 0 = left to right, 90 = top to bottom.
    pub angle: f64,
}

impl ShowDeclaration for GradientShow {
    const NAME: &'static str = "gradient";
    const IS_CARD: bool = false;

    fn resolve(show: &written::Show, _base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let written = show.gradient.as_ref()?;
        let gradient = &written.value;
        let angle = gradient
            .angle
            .as_ref()
            .map_or(45.0, |at| resolver.ranged("angle", at.value.0, at.place, -360.0..=360.0, ""));
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
        Some(GradientShow { colours: colours.value, angle })
    }
}

impl ShowDeclaration for Backdrop {
    const NAME: &'static str = "backdrop";
    const IS_CARD: bool = false;
    const FIELDS: &'static [&'static str] = &["seed"];

    fn resolve(show: &written::Show, base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let kind = show.backdrop.as_ref()?.value;
        let seed = show.seed.as_ref().map_or(base.backdrop_seed, |seed| resolver.seed(seed));
        Some(Backdrop { kind, seed })
    }
}
