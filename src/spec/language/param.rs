//! The record that declares a template's parameter.

use crate::spec::decode::{Spanned, record};
use crate::spec::scalar::{CellText, ParamType, Text};

record! {
    /// A parameter of a template.
    Param {
        /// What it holds: `colour`, `text`, `number`, `share` or `flag`.
        r#type: Option<Spanned<ParamType>>,
        /// In place of a type: the names it can have.
        choice: Option<Spanned<Vec<Spanned<Text>>>>,
        /// Its value in films that set none.
        default: Spanned<CellText>,
        /// What the parameter means, in a line.
        doc: Option<Spanned<Text>>,
    }
}
