//! Scalars that are chosen from a list of names: an enum is parsed from the names of its variants.

use schemars::JsonSchema;
use serde::de::value::StrDeserializer;
use serde::de::{self, Deserialize};

use crate::spec::decode::ScalarError;
use crate::spec::model::captions::{CaptionPosition, CaptionStyle};
use crate::spec::model::card_style::{
    BackdropKind, BulletStyle, CardAlign, CardPanel, Entrance, HeadingRule, LetterCase,
};
use crate::spec::model::code_chart::ChartKind;
use crate::spec::model::layer_choices::{FontRole, ShapeName, TextAlign};
use crate::spec::model::media::InsetShape;
use crate::spec::model::output::{Quality, SubtitleFormat};
use crate::spec::model::overlays::{ArrowSide, FrameEdge, ProgressUnit, WaveformPosition, WaveformStyle};
use crate::spec::model::placement::{Corner, ImageFit, SplitSide};
use crate::spec::model::timing::BuildTiming;
use crate::spec::model::transitions::{DirectionName, Easing, TransitionName};
use crate::spec::model::voice::SpeechEngine;
use crate::spec::suggest::{listed, nearest, shortened};

/// What a template's parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ParamType {
    /// A colour, or the name of one of the look's.
    #[serde(alias = "color")]
    Colour,
    /// A text; may be empty.
    Text,
    /// A number, with or without a fraction.
    Number,
    /// A share of a whole.
    Share,
    /// A truth value: `true` or `false`.
    Flag,
}

/// How the camera moves, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MotionName {
    /// One of the moves, chosen by the picture's file name.
    Auto,
    /// The camera stands still.
    Hold,
    /// The camera moves nearer.
    ZoomIn,
    /// The camera moves back.
    ZoomOut,
    /// The camera pans to the left.
    PanLeft,
    /// The camera pans to the right.
    PanRight,
    /// The camera pans up.
    PanUp,
    /// The camera pans down.
    PanDown,
}

/// A point of a picture, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FocusName {
    /// The picture's middle, in American spelling.
    Center,
    /// The picture's middle, in British spelling.
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

/// An error that holds the allowed names, which serde passes when a variant is unknown.
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

/// Parses the name of one of the variants of `T`.
pub(crate) fn choice<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, ScalarError> {
    T::deserialize(StrDeserializer::<NoSuchName>::new(text)).map_err(|NoSuchName(names)| {
        let help = match nearest(text, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", names.join(", ")),
        };
        ScalarError::new(format!("cannot be `{}`", shortened(text))).help(help)
    })
}

/// Makes scalars of enums, each with its kind as messages name it.
macro_rules! choices {
    ($($ty:ty: $kind:literal,)*) => {$(
        impl $crate::spec::decode::Scalar for $ty {
            const KIND: &'static str = $kind;
            const HELP: &'static str = "write one of the names of the language's reference";

            fn parse(text: &str) -> Result<Self, $crate::spec::decode::ScalarError> {
                $crate::spec::scalar::choices::choice(text)
            }
        }
    )*};
}
pub(crate) use choices;

choices! {
    Quality: "a quality",
    SpeechEngine: "a speech engine",
    SubtitleFormat: "a subtitle format",
    CaptionStyle: "a caption style",
    CaptionPosition: "a caption position",
    Corner: "a corner",
    SplitSide: "a side",
    ProgressUnit: "what the film is parted by",
    FrameEdge: "an edge",
    WaveformStyle: "a style of waveform",
    WaveformPosition: "a place",
    BuildTiming: "a way to build a list",
    ChartKind: "a kind of chart",
    ArrowSide: "a side",
    InsetShape: "a shape",
    ImageFit: "a fit",
    DirectionName: "a direction",
    Easing: "an easing",
    MotionName: "a motion",
    FocusName: "a place in the picture",
    TransitionName: "a transition",
    BackdropKind: "a backdrop",
    CardAlign: "an alignment",
    LetterCase: "a way to write letters",
    HeadingRule: "a rule",
    BulletStyle: "a kind of bullets",
    CardPanel: "a panel",
    Entrance: "an entrance",
    ShapeName: "a shape",
    TextAlign: "an alignment",
    FontRole: "a font",
    ParamType: "a type",
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::decode::Scalar as _;

    #[test]
    fn a_wrong_choice_is_answered_with_its_neighbour_or_all() {
        let near = ImageFit::parse("contian").unwrap_err().help.unwrap();
        let all = Quality::parse("ultra-mega").unwrap_err().help.unwrap();
        assert_eq!((near.as_str(), all.as_str()), ("did you mean `contain`?", "write draft, standard, high"));
    }
}
