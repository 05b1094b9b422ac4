//! Writes a text that the plan has made: subtitles or a description.

use serde::{Deserialize, Serialize};

use super::context::Context;
use super::step::Step;
use super::step_error::StepError;

/// Writes a text to the output `text`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WriteText {
    /// The whole text.
    pub text: String,
}

impl Step for WriteText {
    const KIND: &'static str = "text";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["text"];

    fn run(&self, context: &Context) -> Result<(), StepError> {
        context.write("text", self.text.as_bytes())
    }
}
