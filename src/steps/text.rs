//! Writes a text that the plan has worked out: subtitles, a description. Knows nothing of what it says.

use serde::{Deserialize, Serialize};

use super::{Context, Step, StepError};

/// Writes a text. Output `text`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// All of it.
    pub text: String,
}

impl Step for Text {
    const KIND: &'static str = "text";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["text"];

    fn run(&self, context: &Context) -> Result<(), StepError> {
        context.write("text", self.text.as_bytes())
    }
}
