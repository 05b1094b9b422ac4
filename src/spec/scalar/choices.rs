//! Names out of a list: an enum of the model is read from its variants' names. Knows nothing of what they choose.

use schemars::JsonSchema;
use serde::de::value::StrDeserializer;
use serde::de::{self, Deserialize};

use crate::spec::decode::{Scalar, Wrong, listed, nearest, shortened};
use crate::spec::model::{
    Align, ArrowSide, BackdropKind, Build, Bullets, CaptionPosition, CaptionStyle, Case, ChartKind, Corner, Easing,
    Edge, Engine, Entrance, Fit, FontName, InsetShape, Panel, ProgressUnit, Quality, Rule, ShapeName, Showing, Side,
    Stand, SubtitleFormat, WavePlace, WaveStyle,
};
use crate::spec::transitions::{TransitionName, WayName};

/// What a template's parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ParamType {
    /// A colour, or the name of one of the look's.
    #[serde(alias = "color")]
    Colour,
    /// A text; may be empty.
    Text,
    /// A number.
    Number,
    /// A share of a whole.
    Share,
    /// `true` or `false`.
    Flag,
}

/// How the camera moves, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MotionName {
    /// One of the moves, chosen by the picture's file name.
    Auto,
    /// Stands still.
    Hold,
    /// Comes nearer.
    ZoomIn,
    /// Goes back.
    ZoomOut,
    /// The view wanders to the left.
    PanLeft,
    /// The view wanders to the right.
    PanRight,
    /// The view wanders up.
    PanUp,
    /// The view wanders down.
    PanDown,
}

/// A point of a picture, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FocusName {
    /// The middle.
    Center,
    /// The same.
    Centre,
    /// The upper edge's middle.
    Top,
    /// The lower edge's middle.
    Bottom,
    /// The left edge's middle.
    Left,
    /// The right edge's middle.
    Right,
    /// The upper left corner.
    TopLeft,
    /// The upper right corner.
    TopRight,
    /// The lower left corner.
    BottomLeft,
    /// The lower right corner.
    BottomRight,
}

/// serde's list of a choice's names, caught from its own error.
#[derive(Debug)]
struct NoSuchName(&'static [&'static str]);

impl std::fmt::Display for NoSuchName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&listed(self.0))
    }
}

impl std::error::Error for NoSuchName {}

impl de::Error for NoSuchName {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

fn choice<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Wrong> {
    T::deserialize(StrDeserializer::<NoSuchName>::new(text)).map_err(|NoSuchName(names)| {
        let help = match nearest(text, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", names.join(", ")),
        };
        Wrong::new(format!("cannot be `{}`", shortened(text))).help(help)
    })
}

macro_rules! choices {
    ($($ty:ty: $kind:literal,)*) => {$(
        impl Scalar for $ty {
            const KIND: &'static str = $kind;
            const HELP: &'static str = "write one of the names of the language's reference";

            fn parse(text: &str) -> Result<Self, Wrong> {
                choice(text)
            }
        }
    )*};
}

choices! {
    Quality: "a quality",
    Engine: "a speech engine",
    SubtitleFormat: "a subtitle format",
    CaptionStyle: "a caption style",
    CaptionPosition: "a caption position",
    Corner: "a corner",
    Side: "a side",
    ProgressUnit: "what the film is parted by",
    Edge: "an edge",
    WaveStyle: "a style of waveform",
    WavePlace: "a place",
    Build: "a way to build a list",
    ChartKind: "a kind of chart",
    ArrowSide: "a side",
    InsetShape: "a shape",
    Fit: "a fit",
    WayName: "a direction",
    Easing: "an easing",
    MotionName: "a motion",
    FocusName: "a place in the picture",
    TransitionName: "a transition",
    BackdropKind: "a backdrop",
    Align: "an alignment",
    Case: "a way to write letters",
    Rule: "a rule",
    Bullets: "a kind of bullets",
    Panel: "a panel",
    Entrance: "an entrance",
    ShapeName: "a shape",
    Stand: "an alignment",
    FontName: "a font",
    Showing: "something that scenes show",
    ParamType: "a type",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_choice_is_answered_with_its_neighbour_or_all() {
        let near = Fit::parse("contian").unwrap_err().help.unwrap();
        let all = Quality::parse("ultra-mega").unwrap_err().help.unwrap();
        assert_eq!((near.as_str(), all.as_str()), ("did you mean `contain`?", "write draft, standard, high"));
    }
}
