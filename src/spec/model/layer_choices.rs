//! What the fields of a template's layer choose from: shapes, alignments and fonts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of a layer's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "ShapeName")]
pub enum ShapeName {
    /// A rectangle, which may have round corners.
    Rectangle,
    /// An ellipse; with one number for its size a circle.
    Ellipse,
    /// A line from side to side of its box.
    Line,
    /// The outline of an ellipse.
    Ring,
    /// A triangle that points up.
    Triangle,
}

/// Where a text stands in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Stand")]
pub enum TextAlign {
    /// At its left side.
    Left,
    /// Centred in its box.
    #[serde(alias = "center")]
    Centre,
    /// At its right side.
    Right,
}

/// A font of the look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "FontName")]
pub enum FontRole {
    /// The font of headings.
    Heading,
    /// The font of all other text.
    Body,
}
