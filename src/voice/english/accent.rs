//! The two accents of English.

/// An accent of English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Accent {
    /// General American, spoken in the United States.
    American,
    /// Standard Southern British, spoken in England.
    British,
}
