//! When the parts of a card appear.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When a list's items come, or other parts of what is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Build")]
pub enum BuildTiming {
    /// Item *i* with sentence *i*.
    Sentence,
    /// Item *i* with text *i* of what is said; texts that are more come before the first item.
    Say,
    /// Evenly over the scene's speech.
    Even,
    /// All parts at once.
    All,
    /// Letter by letter: only code.
    Typed,
}
