//! The style and position of captions that are drawn into the picture.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Captions drawn into the picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptionLook {
    /// How they look and move.
    pub style: CaptionStyle,
    /// Where in the frame captions stand.
    pub position: CaptionPosition,
}

/// How captions are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CaptionStyle {
    /// A line or two; the spoken word lights up.
    Karaoke,
    /// One large word at a time.
    Word,
    /// A line or two, outlined.
    Line,
    /// A line or two on a box.
    Boxed,
    /// A line or two, outlined; a marker lies behind the spoken word.
    Highlight,
    /// A line or two, outlined; the spoken word grows a little and lights up.
    Pop,
    /// A line or two, outlined; words appear as they are spoken.
    Reveal,
    /// A line or two, outlined; a line runs under the spoken word.
    Underline,
    /// A line or two on a strip from side to side.
    Bar,
    /// A line or two with a soft shadow.
    Shadow,
}

impl CaptionStyle {
    /// Whether the spoken word is set off from the others.
    pub fn follows_speech(self) -> bool {
        matches!(self, Self::Karaoke | Self::Highlight | Self::Pop | Self::Reveal | Self::Underline)
    }

    /// Whether something in it has the accent colour.
    pub fn has_accent(self) -> bool {
        matches!(self, Self::Karaoke | Self::Highlight | Self::Pop | Self::Underline | Self::Bar)
    }

    /// Whether text stands on something, and so needs no outline.
    pub fn has_ground(self) -> bool {
        matches!(self, Self::Karaoke | Self::Boxed | Self::Bar)
    }
}

/// Where in the frame captions stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CaptionPosition {
    /// In the lower safe area.
    Bottom,
    /// In the middle of the frame.
    Middle,
    /// In the upper safe area.
    Top,
}
