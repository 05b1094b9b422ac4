//! The language's single values, each with how it is read and its JSON Schema. Knows nothing of where they stand in a spec.

mod choices;
mod frames;
mod quantities;
mod words;

use schemars::{Schema, SchemaGenerator, json_schema};

pub use super::transitions::{TransitionName, WayName};
pub use choices::{FocusName, MotionName, ParamType};
pub use frames::Tint;
pub use quantities::{Decibels, Duration, Loudness, Number, Position, Share};
pub use words::{Cell, FileName, Flag, Id, LineRange, Listing, LogoName, Switch, Text, VoiceName};

/// Any one text, number or truth value.
pub fn any_scalar(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number", "boolean"] })
}

/// Gives a type its JSON Schema, wherever it stands.
macro_rules! schema {
    ($ty:ty, $name:literal, $schema:tt) => {
        impl schemars::JsonSchema for $ty {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
use schema;
