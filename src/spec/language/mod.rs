//! The language as written: a record for every map of a spec. Decoding and the JSON Schema come from these definitions. A record and the
//! checked type that is made of it often share a name: `language::Scene` is what a spec says, `model::Scene` what it means.

mod film;
mod look;
pub(super) mod param;
mod scene;
mod shared;
pub(crate) mod show;
mod template;

pub use film::{Defaults, Film, Logo, Music, Output, Progress, Thumbnail, Variant};
pub use look::{Card, Look};
#[cfg(test)]
pub use scene::Waveform;
pub use scene::{Inset, Lower, Pause, Scene};
pub use shared::{Captions, SceneCaptions, Transition, Voice};
pub use show::{Mark, Show};
pub use template::{Areas, Layer, Template, UsedTemplate};

/// The maps whose fields people write one level too high.
pub const NESTED: [(&str, &[&str]); 4] =
    [("show", Show::FIELDS), ("output", Output::FIELDS), ("look", Look::FIELDS), ("captions", Captions::FIELDS)];
