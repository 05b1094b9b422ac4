//! What several commands say in the same way: names that are almost those that exist, files that can't be written.

use std::fmt::Display;
use std::path::Path;

use crate::diag::Diagnostic;

/// An error in its own words, without help.
pub fn from_error(error: impl Display) -> Diagnostic {
    Diagnostic::error(error.to_string())
}

/// A file that can't be written, and why.
pub fn unwritable(path: &Path, why: impl Display) -> Diagnostic {
    Diagnostic::error(format!("`{}` can't be written: {why}", path.display()))
}

/// The known name that is most similar to `name`, if their similarity is greater than `min`; it is 1 for the same name.
pub fn similar_name<T: AsRef<str>>(name: &str, known: impl IntoIterator<Item = T>, min: f64) -> Option<T> {
    let rated = known.into_iter().map(|other| (strsim::normalized_damerau_levenshtein(other.as_ref(), name), other));
    let (similarity, other) = rated.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (similarity > min).then_some(other)
}
