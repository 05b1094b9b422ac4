//! A file of the project that the film uses.

use std::path::PathBuf;

use crate::diag::Span;
use crate::spec::sniff::FileFormat;

/// A file of the project, with the place that names it.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFile {
    /// Absolute, symlinks resolved, inside the project.
    pub path: PathBuf,
    /// As the spec wrote it; for messages.
    pub written: String,
    /// Where the spec names it.
    pub place: Span,
    /// What it is, by its first bytes.
    pub format: FileFormat,
}
