//! How much of a film a plan covers.

/// How much of a film is planned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlanExtent {
    /// The whole film.
    #[default]
    Film,
    /// The speech, and a still of each scene.
    Preview,
}
