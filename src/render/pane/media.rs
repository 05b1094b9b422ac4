//! What panes hold: pictures and videos, with the texts at them.

use serde::{Deserialize, Serialize};

use crate::spec::model::FocusPoint;
use crate::units::Size;

/// A picture or a video in a part of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaneMedia {
    /// A still picture, from an image file.
    Picture {
        /// The point of the picture that cropping keeps.
        focus: FocusPoint,
    },
    /// A video with its own frame size.
    Video {
        /// Display size of the video, in pixels.
        source: Size,
    },
}

/// One picture of a gallery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptionedPicture {
    /// The smaller line below it.
    pub caption: Option<String>,
    /// The point of the picture that cropping keeps.
    pub focus: FocusPoint,
    /// First frame of the entrance.
    pub at: u32,
}

/// One of several videos side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelledVideo {
    /// The label above the video.
    pub label: Option<String>,
    /// Display size of the video, in pixels.
    pub source: Size,
}
