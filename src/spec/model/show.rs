//! What a scene shows: one variant for each kind of `show`.

use serde::{Deserialize, Serialize};

use super::card_style::Backdrop;
use super::code_chart::{Chart, SourceListing};
use super::media::{Footage, Media};
use super::placement::{FocusPoint, ImageFit, SplitSide};
use super::source_file::SourceFile;
use super::timing::BuildTiming;
use crate::units::Colour;

/// One of several pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureItem {
    /// The picture's file.
    pub file: SourceFile,
    /// The line below it.
    pub caption: Option<String>,
    /// What matters most in it.
    pub focus: FocusPoint,
}

/// One of two videos.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenClip {
    /// What of it is seen and heard.
    pub clip: Footage,
    /// The line at it.
    pub label: Option<String>,
}

/// What a scene shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Show {
    /// A picture that fills the frame.
    Image {
        /// The picture's file.
        file: SourceFile,
        /// How it fills the frame.
        fit: ImageFit,
        /// How the camera moves over it.
        motion: CameraMotion,
        /// What matters most in it.
        focus: FocusPoint,
    },
    /// A video that fills the frame.
    Video {
        /// The video's file.
        file: SourceFile,
        /// How it fills the frame.
        fit: ImageFit,
        /// Where it starts, in seconds.
        from: f64,
        /// Where it ends, in seconds; `None`: its end.
        to: Option<f64>,
        /// Leave its sound out.
        mute: bool,
    },
    /// One colour over the whole frame.
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
    /// A card with a title.
    Title {
        /// The title, in large letters.
        title: String,
        /// A smaller line below the title.
        subtitle: Option<String>,
    },
    /// A card with a list.
    List {
        /// Stands above the items.
        heading: Option<String>,
        /// The texts of the items.
        items: Vec<String>,
        /// When each item appears.
        build: BuildTiming,
    },
    /// A card with a quotation.
    Quote {
        /// Their words, without quotation marks around them.
        text: String,
        /// Who said them.
        by: Option<String>,
    },
    /// A sentence whose words come in as they are spoken.
    Statement {
        /// Its words, in order.
        words: Vec<StatedWord>,
    },
    /// A card with a table.
    Table {
        /// Stands above the table.
        heading: Option<String>,
        /// The columns' names; may be empty texts.
        head: Vec<String>,
        /// As many cells each as the head has.
        rows: Vec<Vec<String>>,
        /// When each row appears.
        build: BuildTiming,
        /// The CSV file that all of it was read from.
        file: Option<SourceFile>,
    },
    /// The film's last card, with space for the player's own elements.
    End {
        /// The title, in large letters.
        title: String,
        /// Up to four lines below the title.
        lines: Vec<String>,
        /// The text of a QR code in place of a video.
        qr: Option<String>,
    },
    /// A card with a QR code.
    Qr {
        /// The text that the code holds.
        text: String,
        /// A title at the code.
        title: Option<String>,
        /// A line of less weight.
        caption: Option<String>,
    },
    /// A card with a large logo.
    Logo {
        /// The picture; alpha is kept.
        file: SourceFile,
        /// The large line below.
        title: Option<String>,
        /// The line below that.
        subtitle: Option<String>,
    },
    /// A card with a listing of code.
    Code(SourceListing),
    /// A card with a chart.
    Chart(Chart),
    /// A card with several pictures.
    Pictures {
        /// A line above the pictures.
        heading: Option<String>,
        /// Two to nine pictures.
        pictures: Vec<PictureItem>,
        /// How each fills its place.
        fit: ImageFit,
        /// When each picture appears.
        build: BuildTiming,
    },
    /// A picture or a video next to text.
    Split {
        /// The picture or the video.
        media: Media,
        /// The side that the picture or video stands on.
        side: SplitSide,
        /// How it fills its half.
        fit: ImageFit,
        /// The title, in large letters.
        title: Option<String>,
        /// What stands below it, as running text.
        text: Option<String>,
        /// Or as a list.
        items: Vec<String>,
        /// When each item appears.
        build: BuildTiming,
    },
    /// Two videos side by side.
    Screens {
        /// A line above the videos.
        heading: Option<String>,
        /// Exactly two videos.
        screens: Vec<ScreenClip>,
        /// How each fills its place.
        fit: ImageFit,
    },
}

/// A word of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedWord {
    /// As written, punctuation and all, without stars.
    pub text: String,
    /// Whether it stood between stars and is highlighted.
    pub lit: bool,
    /// Whether it follows the word before without a space.
    pub joined: bool,
}

/// How the camera moves over a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CameraMotion {
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
