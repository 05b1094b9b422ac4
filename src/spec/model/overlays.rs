//! Overlays on what a scene shows: marks on a picture, the progress bar and the waveform.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::timing::BuildTiming;

/// The overlays of a scene except captions, lower third and chapter counter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlays {
    /// The marks on its picture.
    pub marks: Option<MarkGroup>,
    /// The progress bar.
    pub progress: Option<ProgressBar>,
    /// The moving picture of the voice.
    pub waveform: Option<Waveform>,
}

/// The progress bar in one scene: how far the film is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressBar {
    /// The part of the film that the scene belongs to, from 0.
    pub part: u32,
    /// The number of parts.
    pub of: u32,
    /// The scene's number in its part, from 0.
    pub scene: u32,
    /// The number of scenes in that part.
    pub scenes: u32,
    /// Where the bar stands; `None`: at the bottom, in tall frames at the top.
    pub at: Option<FrameEdge>,
}

/// What the parts of a progress bar stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProgressUnit {
    /// Each chapter is a part.
    Chapters,
    /// Each scene is a part.
    Scenes,
}

/// An edge of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Edge")]
pub enum FrameEdge {
    /// The frame's upper edge.
    Top,
    /// The frame's lower edge.
    Bottom,
}

/// The voice, as something that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waveform {
    /// How it is drawn.
    pub style: WaveformStyle,
    /// Where in the frame it stands.
    pub at: WaveformPosition,
}

/// How a voice is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "WaveStyle")]
pub enum WaveformStyle {
    /// A row of bars.
    Bars,
    /// A line that opens where the voice is loud.
    Line,
}

/// Where a waveform stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "WavePlace")]
pub enum WaveformPosition {
    /// At the top, small.
    Top,
    /// In the middle, large.
    Middle,
    /// At the bottom, above captions, small.
    Bottom,
}

/// The marks on a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkGroup {
    /// One to twelve marks, in the order in which they appear.
    pub marks: Vec<Mark>,
    /// When each of them appears.
    pub build: BuildTiming,
    /// Whether the rest of the picture is darkened.
    pub dim: bool,
}

/// A mark on a thing in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The shape of the mark, with its place.
    pub shape: MarkShape,
    /// The text at the mark.
    pub label: Option<String>,
}

/// The shape of a mark. All numbers are shares of the picture's width or height.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkShape {
    /// A rectangle around the thing.
    Box {
        /// The left side, from the picture's left edge.
        x: f64,
        /// The upper side, from the picture's upper edge.
        y: f64,
        /// The width, as a share of the picture's.
        width: f64,
        /// The height, as a share of the picture's.
        height: f64,
    },
    /// An arrow that points at the thing.
    Arrow {
        /// The tip, from the picture's left edge.
        x: f64,
        /// The tip, from the picture's upper edge.
        y: f64,
        /// The side that it comes from; `None`: the side with the most space.
        from: Option<ArrowSide>,
    },
    /// A circle around the thing.
    Circle {
        /// The middle, from the picture's left edge.
        x: f64,
        /// The middle, from the picture's upper edge.
        y: f64,
        /// The radius, as a share of the picture's width.
        radius: f64,
    },
}

impl MarkShape {
    /// The middle of the marked thing: x and y.
    pub fn middle(&self) -> (f64, f64) {
        match *self {
            MarkShape::Box { x, y, width, height } => (x + width / 2.0, y + height / 2.0),
            MarkShape::Arrow { x, y, .. } | MarkShape::Circle { x, y, .. } => (x, y),
        }
    }
}

/// The side from which an arrow comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ArrowSide {
    /// From the thing's left.
    Left,
    /// From the thing's right.
    Right,
    /// From above the thing.
    Top,
    /// From below the thing.
    Bottom,
}
