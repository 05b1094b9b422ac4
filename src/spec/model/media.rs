//! Pictures and parts of videos, and the small one in a corner.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::picture::PictureSource;
use super::placement::{Corner, FocusPoint};
use super::source_file::SourceFile;

/// A part of a video.
#[derive(Clone, Debug, PartialEq)]
pub struct Footage {
    /// The video's file.
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
        /// Where the picture comes from.
        picture: PictureSource,
        /// What matters most in it.
        focus: FocusPoint,
    },
    /// A part of a video.
    Video(Footage),
}

impl Media {
    /// The picture or the video.
    pub fn drawn(&self) -> DrawnMedia<'_> {
        match self {
            Self::Image { picture, .. } => DrawnMedia::Picture(picture),
            Self::Video(footage) => DrawnMedia::Video(&footage.file),
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

/// A picture or a video that frames are drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DrawnMedia<'a> {
    /// A still picture.
    Picture(&'a PictureSource),
    /// A video's file.
    Video(&'a SourceFile),
}

impl<'a> DrawnMedia<'a> {
    /// The file of the project, if it is one.
    pub fn file(self) -> Option<&'a SourceFile> {
        match self {
            Self::Picture(picture) => picture.file(),
            Self::Video(file) => Some(file),
        }
    }
}

/// The outline of an inset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InsetShape {
    /// A rectangle with round corners.
    Rounded,
    /// A circle as high as a picture of the inset's width.
    Circle,
}

/// A small picture or video in a corner, over whatever a scene shows.
#[derive(Clone, Debug, PartialEq)]
pub struct CornerInset {
    /// The picture or video in it.
    pub media: Media,
    /// The corner that it stands in.
    pub corner: Corner,
    /// Its width as a share of the frame's; of a circle, that of a picture as high as it. `None`: what suits the frame.
    pub size: Option<f64>,
    /// The shape of its outline.
    pub shape: InsetShape,
}
