//! The spec language: text in, the checked film or everything that is wrong with it out. Knows nothing of how a film is made.

pub mod model;

use std::path::Path;

use crate::diag::{Report, Source};
use model::Spec;

/// What the language asks of the rest of the house.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Whether a bundled font can draw this character; a text that holds others is warned of.
    pub drawable: &'a dyn Fn(char) -> bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { drawable: &|_| true }
    }
}

/// A film without errors.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The film.
    pub spec: Spec,
    /// The spec's text; the film's places point into it.
    pub source: Source,
    /// What may not be as meant; holds no errors.
    pub warnings: Report,
}

/// Reads and checks the spec at `path`. Its folder is the project: no input lies outside it.
///
/// # Errors
/// Everything that is wrong, in one report.
pub fn load(path: &Path, options: &Options) -> Result<Loaded, Report> {
    let name = path.display().to_string();
    let _ = options;
    Err(Report::new(Source::new(name, ""), vec![crate::diag::Diagnostic::error("not written yet")]))
}
