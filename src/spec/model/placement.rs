//! Where things stand in the frame, and how a picture fills its place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A corner of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Corner {
    /// The upper left corner.
    TopLeft,
    /// The upper right corner.
    TopRight,
    /// The lower left corner.
    BottomLeft,
    /// The lower right corner.
    BottomRight,
}

/// The side on which something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Side")]
pub enum SplitSide {
    /// On the left; in a vertical frame above.
    Left,
    /// On the right; in a vertical frame below.
    Right,
}

/// How a picture fills the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Fit")]
pub enum ImageFit {
    /// Fills it; what is over is cut.
    Cover,
    /// All of it is seen, on the look's background.
    Contain,
    /// All of it is seen, on a blurred copy of itself.
    ContainBlur,
}

/// A point of a picture: what is kept in the frame, and where zooms go.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FocusPoint {
    /// Share of the picture's width, 0 = left edge.
    pub x: f64,
    /// Share of the picture's height, 0 = upper edge.
    pub y: f64,
}

impl FocusPoint {
    /// The middle of the picture.
    pub const CENTRE: Self = Self { x: 0.5, y: 0.5 };
}
