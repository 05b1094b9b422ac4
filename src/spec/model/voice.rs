//! The voice that speaks a scene.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The voice that speaks, and how fast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VoiceChoice {
    /// The engine that has the voice.
    pub engine: SpeechEngine,
    /// The engine's own name for the voice (neural: `heart`; espeak-ng: `en-us`, `de`, `en-gb+f3`).
    pub name: String,
    /// 1.0 = the voice's own pace; 0.5–2.0.
    pub speed: f64,
}

/// An engine that turns text into speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Engine")]
pub enum SpeechEngine {
    /// The voices that are in the program: a neural network, in process.
    Neural,
    /// espeak-ng, as a process.
    Espeak,
}
