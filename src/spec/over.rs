//! What lies over what a scene shows: marks on a picture, how far the film is, the voice as bars. Checked; knows nothing of how it is drawn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Build;

/// What lies over a scene besides its captions, its name and its counter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Over {
    /// What is pointed at in its picture.
    pub marks: Option<Marks>,
    /// How far the film is.
    pub progress: Option<Progress>,
    /// The voice, as something that moves.
    pub waveform: Option<Waveform>,
}

/// How far the film is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Which part of the film this is, from 0.
    pub part: u32,
    /// How many there are.
    pub of: u32,
    /// Which of the part's scenes this is, from 0.
    pub scene: u32,
    /// How many the part has.
    pub scenes: u32,
    /// Where the bar stands; `None`: at the bottom, in tall frames at the top.
    pub at: Option<Edge>,
}

/// What a film is parted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProgressUnit {
    /// Its chapters.
    Chapters,
    /// Its scenes.
    Scenes,
}

/// An edge of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Edge {
    /// The upper one.
    Top,
    /// The lower one.
    Bottom,
}

/// The voice, as something that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waveform {
    /// How it is drawn.
    pub style: WaveStyle,
    /// Where it stands.
    pub at: WavePlace,
}

/// How a voice is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaveStyle {
    /// A row of bars.
    Bars,
    /// A line that opens.
    Line,
}

/// Where a waveform stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WavePlace {
    /// At the top, small.
    Top,
    /// In the middle, large.
    Middle,
    /// At the bottom, above captions, small.
    Bottom,
}

/// What is pointed at in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Marks {
    /// One to twelve.
    pub marks: Vec<Mark>,
    /// When each of them comes.
    pub build: Build,
    /// The rest of the picture goes dark.
    pub dim: bool,
}

/// Something that is pointed at.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Where it is, and how it is marked.
    pub shape: MarkShape,
    /// What it is.
    pub label: Option<String>,
}

/// How something is marked. All is in shares of the picture, across and down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkShape {
    /// A rectangle around it.
    Box {
        /// Its left side.
        x: f64,
        /// Its upper side.
        y: f64,
        /// How wide it is.
        width: f64,
        /// How high it is.
        height: f64,
    },
    /// An arrow to it.
    Arrow {
        /// Where its point is, across.
        x: f64,
        /// Where its point is, down.
        y: f64,
        /// Where it comes from; `None`: from where there is room.
        from: Option<ArrowSide>,
    },
    /// A circle around it.
    Circle {
        /// Its middle, across.
        x: f64,
        /// Its middle, down.
        y: f64,
        /// Half its width, as a share of the picture's width.
        radius: f64,
    },
}

impl MarkShape {
    /// The middle of what is marked.
    pub fn middle(&self) -> (f64, f64) {
        match *self {
            MarkShape::Box { x, y, width, height } => (x + width / 2.0, y + height / 2.0),
            MarkShape::Arrow { x, y, .. } | MarkShape::Circle { x, y, .. } => (x, y),
        }
    }
}

/// A side of what is pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ArrowSide {
    /// At its left.
    Left,
    /// At its right.
    Right,
    /// Above it.
    Top,
    /// Below it.
    Bottom,
}
