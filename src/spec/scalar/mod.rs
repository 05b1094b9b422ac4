//! The scalars of the language: how each is parsed, and its JSON Schema.

pub(crate) mod choices;
mod frames;
mod inline_schema;
mod quantities;
mod words;

use schemars::{Schema, SchemaGenerator, json_schema};

pub use super::model::transitions::{DirectionName, TransitionName};
pub(crate) use choices::choices;
pub use choices::{FocusName, MotionName, ParamType};
pub use frames::ColourRef;
pub(super) use quantities::is_digits;
pub use quantities::{Decibels, FramePosition, LoudnessLufs, Number, Seconds, Share};
pub use words::{CellText, CodeText, FileName, Flag, Id, LineRange, LogoName, Switch, Text, VoiceName};

/// The schema of any text, number or truth value.
pub fn any_scalar(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number", "boolean"] })
}
