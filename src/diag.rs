//! Diagnostics: what is wrong, where, and what to do about it. Knows nothing of the spec language.

/// A run of bytes in one of the sources that a diagnostic may point into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}
