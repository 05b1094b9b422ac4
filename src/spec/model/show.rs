//! What a scene shows, and the pictures and videos in it. Knows nothing of what is said.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Backdrop, Chart, Code, Corner, SourceFile};
use crate::units::Colour;

/// A part of a video.
#[derive(Clone, Debug, PartialEq)]
pub struct Footage {
    /// The video.
    pub file: SourceFile,
    /// Where it starts, in seconds.
    pub from: f64,
    /// Where it ends, in seconds; `None`: its end.
    pub to: Option<f64>,
    /// Leave its sound out.
    pub mute: bool,
}

/// A picture or a video that takes up a part of the frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Media {
    /// A still picture.
    Image {
        /// The picture.
        file: SourceFile,
        /// What matters most in it.
        focus: Focus,
    },
    /// A moving picture.
    Video(Footage),
}

impl Media {
    /// The picture or the video.
    pub fn file(&self) -> &SourceFile {
        match self {
            Self::Image { file, .. } | Self::Video(Footage { file, .. }) => file,
        }
    }

    /// The video, if it is one.
    pub fn footage(&self) -> Option<&Footage> {
        match self {
            Self::Image { .. } => None,
            Self::Video(footage) => Some(footage),
        }
    }
}

/// A small picture or video in a corner, over whatever a scene shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Inset {
    /// What it shows.
    pub media: Media,
    /// Which corner.
    pub corner: Corner,
    /// Its width as a share of the frame's; of a circle, that of a picture as high as it. `None`: what suits the frame.
    pub size: Option<f64>,
    /// Its outline.
    pub shape: InsetShape,
}

/// The outline of an inset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InsetShape {
    /// A rectangle with round corners.
    Rounded,
    /// A circle.
    Circle,
}

/// The side on which something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// On the left; in a vertical frame above.
    Left,
    /// On the right; in a vertical frame below.
    Right,
}

/// One of several pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Pictured {
    /// The picture.
    pub file: SourceFile,
    /// The line below it.
    pub caption: Option<String>,
    /// What matters most in it.
    pub focus: Focus,
}

/// One of two videos.
#[derive(Clone, Debug, PartialEq)]
pub struct Screen {
    /// What of it is seen and heard.
    pub clip: Footage,
    /// The line at it.
    pub label: Option<String>,
}

/// What is seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Show {
    /// A still picture.
    Image {
        /// The picture.
        file: SourceFile,
        /// How it fills the frame.
        fit: Fit,
        /// How the camera moves over it.
        motion: Motion,
        /// What matters most in it.
        focus: Focus,
    },
    /// A moving picture.
    Video {
        /// The video.
        file: SourceFile,
        /// How it fills the frame.
        fit: Fit,
        /// Where it starts, in seconds.
        from: f64,
        /// Where it ends, in seconds; `None`: its end.
        to: Option<f64>,
        /// Leave its sound out.
        mute: bool,
    },
    /// One colour.
    Colour(Colour),
    /// Two colours or more, along a line.
    Gradient {
        /// At least two, evenly spaced.
        colours: Vec<Colour>,
        /// Degrees; 0 = left to right, 90 = top to bottom.
        angle: f64,
    },
    /// A backdrop in the look's colours.
    Backdrop(Backdrop),
    /// A title card.
    Title {
        /// The large line.
        title: String,
        /// The line below.
        subtitle: Option<String>,
    },
    /// A list.
    List {
        /// Stands above the items.
        heading: Option<String>,
        /// What is listed.
        items: Vec<String>,
        /// When each item comes.
        build: Build,
    },
    /// What somebody said.
    Quote {
        /// Their words, without quotation marks around them.
        text: String,
        /// Who said it.
        by: Option<String>,
    },
    /// A sentence whose words come in as they are spoken.
    Statement {
        /// Its words, in order.
        words: Vec<Stated>,
    },
    /// A table.
    Table {
        /// Stands above the table.
        heading: Option<String>,
        /// The columns' names; may be empty texts.
        head: Vec<String>,
        /// As many cells each as the head has.
        rows: Vec<Vec<String>>,
        /// When each row comes.
        build: Build,
        /// The CSV file that all of it was read from.
        file: Option<SourceFile>,
    },
    /// The film's end, with room for the player's own elements.
    End {
        /// The large line.
        title: String,
        /// Below it.
        lines: Vec<String>,
        /// What a QR code in place of a video says.
        qr: Option<String>,
    },
    /// A QR code.
    Qr {
        /// What it says.
        text: String,
        /// The large line.
        title: Option<String>,
        /// A line of less weight.
        caption: Option<String>,
    },
    /// A logo, large.
    Logo {
        /// The picture; alpha is kept.
        file: SourceFile,
        /// The large line below.
        title: Option<String>,
        /// The line below that.
        subtitle: Option<String>,
    },
    /// A listing.
    Code(Code),
    /// A chart.
    Chart(Chart),
    /// Several pictures.
    Pictures {
        /// Stands above them.
        heading: Option<String>,
        /// 2 to 9.
        pictures: Vec<Pictured>,
        /// How each fills its place.
        fit: Fit,
        /// When each comes.
        build: Build,
    },
    /// A picture or a video beside text.
    Split {
        /// The picture or the video.
        media: Media,
        /// Where that stands.
        side: Side,
        /// How it fills its half.
        fit: Fit,
        /// The large line.
        title: Option<String>,
        /// What stands below it, as running text.
        text: Option<String>,
        /// Or as a list.
        items: Vec<String>,
        /// When items come.
        build: Build,
    },
    /// Two videos side by side.
    Screens {
        /// Stands above them.
        heading: Option<String>,
        /// Two.
        screens: Vec<Screen>,
        /// How each fills its place.
        fit: Fit,
    },
}

/// A word of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// As written, punctuation and all, without stars.
    pub text: String,
    /// It stood between stars.
    pub lit: bool,
    /// There is no space between it and the word before.
    pub joined: bool,
}

/// When a list's items come, or other parts of what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Build {
    /// Item *i* with sentence *i*.
    Sentence,
    /// Item *i* with text *i* of what is said; texts that are more come before the first item.
    Say,
    /// Evenly over the scene's speech.
    Even,
    /// All at once.
    All,
    /// Letter by letter: only code.
    Typed,
}

/// How a picture fills the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// Fills it; what is over is cut.
    Cover,
    /// All of it is seen, on the look's background.
    Contain,
    /// All of it is seen, on a blurred copy of itself.
    ContainBlur,
}

/// How the camera moves over a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Motion {
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

/// A point of a picture: what is kept in the frame, and where zooms go.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Focus {
    /// Share of the picture's width, 0 = left edge.
    pub x: f64,
    /// Share of the picture's height, 0 = upper edge.
    pub y: f64,
}

impl Focus {
    /// The middle.
    pub const CENTRE: Self = Self { x: 0.5, y: 0.5 };
}
