//! What the film is written as: the quality of its picture, and the formats of its subtitles.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much effort the encoder spends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// Quick and rough, to look at.
    Draft,
    /// Good enough for an upload.
    Standard,
    /// Slower, with finer detail.
    High,
}

/// A subtitle file's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SubtitleFormat {
    /// SubRip, with the extension `.srt`.
    Srt,
    /// WebVTT, with the extension `.vtt`.
    Vtt,
}
