//! A template's layers and the area of its cards: checked, placed for the film's shape of frame, coloured by its look.

use std::cmp::Ordering;

use super::Resolver;
use crate::spec::decode::{At, Either};
use crate::spec::language;
use crate::spec::model::{Card, Case, Decoration, Drawn, Entrance, FontName, Look, ShapeName, Showing, Stand};
use crate::spec::scalar::{Position, Share, Tint};
use crate::units::{Colour, Size};

/// More layers than this make a template slow to draw and nothing clearer.
const MOST_LAYERS: usize = 24;
/// How far outside the frame a layer may lie, and how large it may be, in shares of the frame.
const WITHIN: std::ops::RangeInclusive<f64> = -1.0..=2.0;
const LARGEST: std::ops::RangeInclusive<f64> = 0.0..=3.0;
/// How thick lines are, as a share of the shorter side.
const PEN: f64 = 0.006;

/// A layer before it is known what the look's colours and fonts are in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Undecided {
    written: language::Layer,
    at: [f64; 2],
    size: [f64; 2],
    drift: [f64; 2],
}

/// The frame's three shapes, and what a template says for each.
fn by_shape<T>(size: Size, wide: T, vertical: T, square: T) -> T {
    match size.width.cmp(&size.height) {
        Ordering::Greater => wide,
        Ordering::Less => vertical,
        Ordering::Equal => square,
    }
}

/// Where the content of cards stands, where the template says so for frames of this shape.
pub fn area(areas: &language::Areas, to: &mut Resolver) -> Option<[f64; 4]> {
    let names = [("wide", &areas.wide), ("vertical", &areas.vertical), ("square", &areas.square)];
    let [wide, vertical, square] = names.map(|(name, written)| written.as_ref().and_then(|at| checked(name, at, to)));
    by_shape(to.frame, wide, vertical, square)
}

fn checked(name: &str, written: &At<Vec<At<Share>>>, to: &mut Resolver) -> Option<[f64; 4]> {
    let shares: Vec<f64> = written.value.iter().map(|share| share.value.0).collect();
    let fits = |[left, top, width, height]: &[f64; 4]| {
        *width >= 0.2 && *height >= 0.2 && left + width <= 1.0 + 1e-9 && top + height <= 1.0 + 1e-9
    };
    let area = <[f64; 4]>::try_from(shares).ok().filter(fits);
    if area.is_none() && written.whole {
        let help = "write `[left, top, width, height]` in shares of the frame, such as `[0.1, 0.1, 0.5, 0.7]`; a fifth each way at least";
        to.error(format!("`{name}` is no area inside the frame"), written.place, "these shares", help);
    }
    area
}

/// The layers as they are written, what is wrong with them noted.
pub fn undecided(layers: &At<Vec<At<language::Layer>>>, to: &mut Resolver) -> Vec<Undecided> {
    if layers.value.len() > MOST_LAYERS {
        let message = format!("a template has at most {MOST_LAYERS} layers, not {}", layers.value.len());
        to.error(message, layers.place, "these layers", "keep what gives it its character");
    }
    layers.value.iter().filter_map(|layer| one(layer, to)).collect()
}

fn one(layer: &At<language::Layer>, to: &mut Resolver) -> Option<Undecided> {
    let written = &layer.value;
    if written.shape.is_some() == written.text.is_some() {
        if layer.whole {
            to.error("a layer is a `shape` or a `text`", layer.place, "this layer", "give it exactly one of the two");
        }
        return None;
    }
    strangers(written, to);
    let spots = [("wide", &written.wide), ("vertical", &written.vertical), ("square", &written.square)];
    // All are checked, whatever the film's shape.
    let [wide, vertical, square] = spots.map(|(_, spot)| {
        let at = spot.as_ref().and_then(|spot| spot.at.as_ref()).and_then(|at| pair("at", at, WITHIN, to));
        let size = spot.as_ref().and_then(|spot| spot.size.as_ref()).and_then(|size| extent(size, to));
        (at, size)
    });
    let (at, size) = by_shape(to.frame, wide, vertical, square);
    let usual = written.at.as_ref().and_then(|at| pair("at", at, WITHIN, to));
    let usual_size = written.size.as_ref().and_then(|size| extent(size, to));
    let drift = written.drift.as_ref().and_then(|drift| pair("drift", drift, -0.5..=0.5, to));
    let Some(size) = size.or(usual_size) else {
        if written.size.is_none() && layer.whole {
            to.error(
                "a layer needs a `size`",
                layer.place,
                "this layer",
                "write `size: [width, height]` in shares of the frame",
            );
        }
        return None;
    };
    let (at, drift) = (at.or(usual).unwrap_or([0.5, 0.5]), drift.unwrap_or([0.0, 0.0]));
    Some(Undecided { written: written.clone(), at, size, drift })
}

/// Notes fields that the layer's kind has no use for, and values out of range.
fn strangers(layer: &language::Layer, to: &mut Resolver) {
    let shape = layer.shape.as_ref().map(|shape| shape.value);
    let drawn_along = matches!(shape, Some(ShapeName::Line | ShapeName::Ring));
    let strange = [
        ("turn", layer.turn.as_ref().map(|at| at.place), shape.is_some(), "only shapes are turned"),
        ("pen", layer.pen.as_ref().map(|at| at.place), drawn_along, "only a `line` or a `ring` is drawn with a pen"),
        ("font", layer.font.as_ref().map(|at| at.place), shape.is_none(), "only a text has a font"),
        ("weight", layer.weight.as_ref().map(|at| at.place), shape.is_none(), "only a text has a weight"),
        ("align", layer.align.as_ref().map(|at| at.place), shape.is_none(), "only a text stands in its box"),
        ("behind", layer.behind.as_ref().map(|at| at.place), shape.is_none(), "only a text has a label behind it"),
    ];
    for (name, place, fits, why) in strange {
        if let Some(place) = place.filter(|_| !fits) {
            to.error(format!("`{name}` has no meaning here: {why}"), place, "this value", "remove it");
        }
    }
    let shares = [("opacity", &layer.opacity), ("radius", &layer.radius), ("depth", &layer.depth), ("pen", &layer.pen)];
    for (name, share) in shares {
        if let Some(share) = share {
            to.ranged(name, share.value.0, share.place, 0.0..=1.0, "");
        }
    }
    if let Some(turn) = &layer.turn {
        to.ranged("turn", turn.value.0, turn.place, -360.0..=360.0, "°");
    }
    if let Some(weight) = &layer.weight {
        to.ranged("weight", weight.value.0, weight.place, 100.0..=900.0, "");
    }
    if let Some(after) = &layer.after {
        to.ranged("after", after.value.0, after.place, 0.0..=60.0, "s");
    }
    let _ = to.either_spelling(&layer.colour, &layer.color, "colour");
}

type Pair = At<Vec<At<Position>>>;

fn pair(name: &str, written: &Pair, range: std::ops::RangeInclusive<f64>, to: &mut Resolver) -> Option<[f64; 2]> {
    if let [across, down] = written.value.as_slice() {
        return Some([across, down].map(|at| to.ranged(name, at.value.0, at.place, range.clone(), "")));
    }
    if written.whole {
        let help = format!("write `{name}: [across, down]` in shares of the frame");
        to.error(format!("`{name}` has two numbers"), written.place, "these", help);
    }
    None
}

/// A width and a height in shares of the frame; one number is a share of its shorter side for both.
fn extent(written: &At<Either<At<Position>, Vec<At<Position>>>>, to: &mut Resolver) -> Option<[f64; 2]> {
    match &written.value {
        Either::Short(one) => {
            let share = to.ranged("size", one.value.0, one.place, LARGEST, "");
            let (width, height) = (f64::from(to.frame.width), f64::from(to.frame.height));
            let side = share * width.min(height);
            Some([side / width, side / height])
        }
        Either::Long(both) => {
            pair("size", &At { value: both.clone(), place: written.place, whole: written.whole }, LARGEST, to)
        }
    }
}

impl Undecided {
    /// The layer in the film's look; `None` if nothing of it is seen.
    pub fn finished(self, look: &Look) -> Option<Decoration> {
        let written = &self.written;
        let colour = written.colour.as_ref().or(written.color.as_ref()).map(|at| at.value);
        let opacity = written.opacity.as_ref().map_or(1.0, |at| at.value.0);
        let tinted = |tint: Tint| faded(tint_of(tint, look), opacity);
        let radius = written.radius.as_ref().map_or(look.card.radius, |at| at.value.0);
        let drawn = match (&written.shape, &written.text) {
            (Some(shape), _) => Drawn::Shape {
                shape: shape.value,
                colour: tinted(colour.unwrap_or(Tint::Look("accent"))),
                radius,
                turn: written.turn.as_ref().map_or(0.0, |at| at.value.0),
                pen: written.pen.as_ref().map_or(PEN, |at| at.value.0),
            },
            (None, text) => {
                let (text, family, weight) = self.set(&text.as_ref()?.value.0, look)?;
                Drawn::Text {
                    text,
                    family,
                    weight,
                    align: written.align.as_ref().map_or(Stand::Left, |at| at.value),
                    colour: tinted(colour.unwrap_or(Tint::Look("text"))),
                    behind: written.behind.as_ref().map(|at| tinted(at.value)),
                    radius,
                }
            }
        };
        let on: Option<Vec<_>> = written.on.as_ref().map(|on| on.iter().map(|at| at.value).collect());
        let seen = self.size.iter().any(|side| *side > 0.0) && on.as_ref().is_none_or(|on| !on.is_empty());
        seen.then(|| Decoration {
            drawn,
            at: self.at,
            size: self.size,
            over: written.over.is_some_and(|over| over.0),
            on: on.unwrap_or_else(|| [&Showing::CARDS[..], &[Showing::Backdrop]].concat()),
            enter: written.enter.unwrap_or(Entrance::Fade),
            leave: written.leave.unwrap_or(Entrance::None),
            easing: written.easing.unwrap_or(look.card.easing),
            after: written.after.as_ref().map_or(0.0, |at| at.value.0),
            drift: self.drift,
            depth: written.depth.as_ref().map_or(0.0, |at| at.value.0),
        })
    }

    /// A text as the look's headings or its body have it, its family and its weight; `None` for an empty one.
    fn set(&self, text: &str, look: &Look) -> Option<(String, String, f64)> {
        let own = self.written.weight.as_ref().map(|at| at.value.0);
        let Card { heading_weight, heading_case, .. } = look.card;
        if text.is_empty() {
            return None;
        }
        Some(match self.written.font.as_ref().map(|at| at.value) {
            Some(FontName::Heading) => {
                let text = if heading_case == Case::Upper { text.to_uppercase() } else { text.to_owned() };
                (text, look.heading_font.clone(), own.unwrap_or(f64::from(heading_weight)))
            }
            Some(FontName::Body) | None => (text.to_owned(), look.body_font.clone(), own.unwrap_or(600.0)),
        })
    }
}

fn tint_of(tint: Tint, look: &Look) -> Colour {
    match tint {
        Tint::Own(colour) => colour,
        Tint::Look("accent") => look.accent,
        Tint::Look("muted") => look.muted,
        Tint::Look("background") => look.background,
        Tint::Look("background_end") => look.background_end,
        Tint::Look(_) => look.text,
    }
}

fn faded(colour: Colour, opacity: f64) -> Colour {
    Colour { a: (f64::from(colour.a) * opacity).round() as u8, ..colour }
}
