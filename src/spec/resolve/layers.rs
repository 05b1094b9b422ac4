//! Resolves a template's `layers` and `box`: checks them, selects the values for the frame's shape, and applies the look's colours and fonts.

use std::cmp::Ordering;

use super::resolver::Resolver;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language;
use crate::spec::model::{
    CardStyle, Entrance, FontRole, LayerContent, LetterCase, Look, ShapeName, ShowKind, TemplateLayer, TextAlign,
};
use crate::spec::scalar::{ColourRef, FramePosition, Share};
use crate::units::{Colour, Size};

/// More layers than this make a template slow to draw.
const MAX_LAYERS: usize = 24;
/// Where a layer's middle may lie, in shares of the frame.
const POSITION_RANGE: std::ops::RangeInclusive<f64> = -1.0..=2.0;
/// How large a layer may be, in shares of the frame.
const SIZE_RANGE: std::ops::RangeInclusive<f64> = 0.0..=3.0;
/// The default thickness of lines, as a share of the frame's shorter side.
const DEFAULT_PEN: f64 = 0.006;

/// A layer whose place is final, before the look's final colours and fonts are known.
#[derive(Clone, Debug, PartialEq)]
pub struct UnstyledLayer {
    written: language::Layer,
    at: [f64; 2],
    size: [f64; 2],
    drift: [f64; 2],
}

/// The one of three values that belongs to the frame's shape.
fn by_shape<T>(size: Size, wide: T, vertical: T, square: T) -> T {
    match size.width.cmp(&size.height) {
        Ordering::Greater => wide,
        Ordering::Less => vertical,
        Ordering::Equal => square,
    }
}

/// The area of cards for this frame's shape as left, top, width and height in shares of the frame, if the template gives one.
pub fn area(areas: &language::Areas, resolver: &mut Resolver) -> Option<[f64; 4]> {
    let names = [("wide", &areas.wide), ("vertical", &areas.vertical), ("square", &areas.square)];
    let [wide, vertical, square] =
        names.map(|(name, written)| written.as_ref().and_then(|at| checked_area(name, at, resolver)));
    by_shape(resolver.frame, wide, vertical, square)
}

fn checked_area(name: &str, written: &Spanned<Vec<Spanned<Share>>>, resolver: &mut Resolver) -> Option<[f64; 4]> {
    let shares: Vec<f64> = written.value.iter().map(|share| share.value.0).collect();
    let area = <[f64; 4]>::try_from(shares).ok().filter(is_within_frame);
    if area.is_none() && written.whole {
        let help = "write `[left, top, width, height]` in shares of the frame, such as `[0.1, 0.1, 0.5, 0.7]`; a fifth each way at least";
        resolver.error(format!("`{name}` is no area inside the frame"), written.place, "these shares", help);
    }
    area
}

/// Whether an area is large enough for a card and ends inside the frame; its numbers are shares of the frame.
fn is_within_frame([left, top, width, height]: &[f64; 4]) -> bool {
    *width >= 0.2 && *height >= 0.2 && left + width <= 1.0 + 1e-9 && top + height <= 1.0 + 1e-9
}

/// Resolves the layers as written; errors are reported.
pub fn resolve_layers(layers: &Spanned<Vec<Spanned<language::Layer>>>, resolver: &mut Resolver) -> Vec<UnstyledLayer> {
    if layers.value.len() > MAX_LAYERS {
        let message = format!("a template has at most {MAX_LAYERS} layers, not {}", layers.value.len());
        resolver.error(message, layers.place, "these layers", "keep what gives it its character");
    }
    layers.value.iter().filter_map(|layer| resolve_layer(layer, resolver)).collect()
}

fn resolve_layer(layer: &Spanned<language::Layer>, resolver: &mut Resolver) -> Option<UnstyledLayer> {
    let written = &layer.value;
    if written.shape.is_some() == written.text.is_some() {
        if layer.whole {
            resolver.error(
                "a layer is a `shape` or a `text`",
                layer.place,
                "this layer",
                "give it exactly one of the two",
            );
        }
        return None;
    }
    check_fields(written, resolver);
    let spots = [("wide", &written.wide), ("vertical", &written.vertical), ("square", &written.square)];
    // All are checked, whatever the film's shape.
    let [wide, vertical, square] = spots.map(|(_, spot)| {
        let at =
            spot.as_ref().and_then(|spot| spot.at.as_ref()).and_then(|at| pair("at", at, POSITION_RANGE, resolver));
        let size = spot.as_ref().and_then(|spot| spot.size.as_ref()).and_then(|size| extent(size, resolver));
        (at, size)
    });
    let (at, size) = by_shape(resolver.frame, wide, vertical, square);
    let usual = written.at.as_ref().and_then(|at| pair("at", at, POSITION_RANGE, resolver));
    let usual_size = written.size.as_ref().and_then(|size| extent(size, resolver));
    let drift = written.drift.as_ref().and_then(|drift| pair("drift", drift, -0.5..=0.5, resolver));
    let Some(size) = size.or(usual_size) else {
        if written.size.is_none() && layer.whole {
            resolver.error(
                "a layer needs a `size`",
                layer.place,
                "this layer",
                "write `size: [width, height]` in shares of the frame",
            );
        }
        return None;
    };
    let (at, drift) = (at.or(usual).unwrap_or([0.5, 0.5]), drift.unwrap_or([0.0, 0.0]));
    Some(UnstyledLayer { written: written.clone(), at, size, drift })
}

/// Reports fields that the layer's kind does not have, and values out of range.
fn check_fields(layer: &language::Layer, resolver: &mut Resolver) {
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
            resolver.error(format!("`{name}` has no meaning here: {why}"), place, "this value", "remove it");
        }
    }
    let shares = [("opacity", &layer.opacity), ("radius", &layer.radius), ("depth", &layer.depth), ("pen", &layer.pen)];
    for (name, share) in shares {
        if let Some(share) = share {
            resolver.ranged(name, share.value.0, share.place, 0.0..=1.0, "");
        }
    }
    if let Some(turn) = &layer.turn {
        resolver.ranged("turn", turn.value.0, turn.place, -360.0..=360.0, "°");
    }
    if let Some(weight) = &layer.weight {
        resolver.ranged("weight", weight.value.0, weight.place, 100.0..=900.0, "");
    }
    if let Some(after) = &layer.after {
        resolver.ranged("after", after.value.0, after.place, 0.0..=60.0, "s");
    }
    let _ = resolver.either_spelling(&layer.colour, &layer.color, "colour");
}

type WrittenPair = Spanned<Vec<Spanned<FramePosition>>>;

fn pair(
    name: &str,
    written: &WrittenPair,
    range: std::ops::RangeInclusive<f64>,
    resolver: &mut Resolver,
) -> Option<[f64; 2]> {
    if let [across, down] = written.value.as_slice() {
        return Some([across, down].map(|at| resolver.ranged(name, at.value.0, at.place, range.clone(), "")));
    }
    if written.whole {
        let help = format!("write `{name}: [across, down]` in shares of the frame");
        resolver.error(format!("`{name}` has two numbers"), written.place, "these", help);
    }
    None
}

/// A width and a height in shares of the frame; a single number is a share of its shorter side for both.
fn extent(
    written: &Spanned<ShortOrLong<Spanned<FramePosition>, Vec<Spanned<FramePosition>>>>,
    resolver: &mut Resolver,
) -> Option<[f64; 2]> {
    match &written.value {
        ShortOrLong::Short(one) => {
            let share = resolver.ranged("size", one.value.0, one.place, SIZE_RANGE, "");
            let (width, height) = (f64::from(resolver.frame.width), f64::from(resolver.frame.height));
            let side = share * width.min(height);
            Some([side / width, side / height])
        }
        ShortOrLong::Long(both) => pair(
            "size",
            &Spanned { value: both.clone(), place: written.place, whole: written.whole },
            SIZE_RANGE,
            resolver,
        ),
    }
}

impl UnstyledLayer {
    /// The layer in the film's look; `None` if it is invisible.
    pub fn style(self, look: &Look) -> Option<TemplateLayer> {
        let written = &self.written;
        let colour = written.colour.as_ref().or(written.color.as_ref()).map(|at| at.value);
        let opacity = written.opacity.as_ref().map_or(1.0, |at| at.value.0);
        let radius = written.radius.as_ref().map_or(look.card.radius, |at| at.value.0);
        let drawn = match (&written.shape, &written.text) {
            (Some(shape), _) => LayerContent::Shape {
                shape: shape.value,
                colour: tinted(colour.unwrap_or(ColourRef::Look("accent")), opacity, look),
                radius,
                turn: written.turn.as_ref().map_or(0.0, |at| at.value.0),
                pen: written.pen.as_ref().map_or(DEFAULT_PEN, |at| at.value.0),
            },
            (None, text) => {
                let (text, family, weight) = self.styled_text(&text.as_ref()?.value.0, look)?;
                LayerContent::Text {
                    text,
                    family,
                    weight,
                    align: written.align.as_ref().map_or(TextAlign::Left, |at| at.value),
                    colour: tinted(colour.unwrap_or(ColourRef::Look("text")), opacity, look),
                    behind: written.behind.as_ref().map(|at| tinted(at.value, opacity, look)),
                    radius,
                }
            }
        };
        let on: Option<Vec<_>> = written.on.as_ref().map(|on| on.iter().map(|at| at.value).collect());
        let seen = self.size.iter().any(|side| *side > 0.0) && on.as_ref().is_none_or(|on| !on.is_empty());
        seen.then(|| TemplateLayer {
            drawn,
            at: self.at,
            size: self.size,
            over: written.over.is_some_and(|over| over.0),
            on: on.unwrap_or_else(|| [ShowKind::cards(), vec![ShowKind::Backdrop]].concat()),
            enter: written.enter.unwrap_or(Entrance::Fade),
            leave: written.leave.unwrap_or(Entrance::None),
            easing: written.easing.unwrap_or(look.card.easing),
            after: written.after.as_ref().map_or(0.0, |at| at.value.0),
            drift: self.drift,
            depth: written.depth.as_ref().map_or(0.0, |at| at.value.0),
        })
    }

    /// The text in the look's letter case, its font family and weight; `None` for an empty text.
    fn styled_text(&self, text: &str, look: &Look) -> Option<(String, String, f64)> {
        let own = self.written.weight.as_ref().map(|at| at.value.0);
        let CardStyle { heading_weight, heading_case, .. } = look.card;
        if text.is_empty() {
            return None;
        }
        Some(match self.written.font.as_ref().map(|at| at.value) {
            Some(FontRole::Heading) => {
                let text = if heading_case == LetterCase::Upper { text.to_uppercase() } else { text.to_owned() };
                (text, look.heading_font.clone(), own.unwrap_or(f64::from(heading_weight)))
            }
            Some(FontRole::Body) | None => (text.to_owned(), look.body_font.clone(), own.unwrap_or(600.0)),
        })
    }
}

fn resolve_colour(tint: ColourRef, look: &Look) -> Colour {
    match tint {
        ColourRef::Own(colour) => colour,
        ColourRef::Look("accent") => look.accent,
        ColourRef::Look("muted") => look.muted,
        ColourRef::Look("background") => look.background,
        ColourRef::Look("background_end") => look.background_end,
        ColourRef::Look(_) => look.text,
    }
}

/// A colour of the look, or one of its own, as opaque as the layer.
fn tinted(tint: ColourRef, opacity: f64, look: &Look) -> Colour {
    with_opacity(resolve_colour(tint, look), opacity)
}

fn with_opacity(colour: Colour, opacity: f64) -> Colour {
    Colour { a: (f64::from(colour.a) * opacity).round() as u8, ..colour }
}
