//! The contract of a kind of step: its name, version, outputs, what shapes its bytes, and how it runs.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use crate::action::Requirements;

use super::context::Context;
use super::crates::CrateGroup;
use super::step_error::StepError;
use super::tool::Tool;

/// The time limit of a step that reads or writes the whole film.
pub(super) const WHOLE_FILM_TIMEOUT: Duration = Duration::from_secs(3 * 3600);

/// What the bytes of a kind of step depend on besides parameters, inputs, tools and crates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing: every machine makes the same bytes.
    Reproducible,
    /// The class of processor, which is then part of the key: sums of floats are made in an order that its vector units suggest.
    PerProcessor,
    /// An external service, which may answer otherwise next time. Such steps run on the user's own machine, never on another one, and may
    /// use credentials.
    External,
}

/// A kind of step. Its fields are its parameters: all of them are part of the key.
pub trait Step: Serialize + DeserializeOwned {
    /// Its name in keys and logs.
    const KIND: &'static str;
    /// Raised whenever the same parameters and inputs would give other bytes.
    const VERSION: u32;
    /// The roles of its outputs.
    const OUTPUTS: &'static [&'static str];
    /// About how many bytes come out for each that goes in; used to estimate transfer times.
    const YIELD: f64 = 0.25;

    /// What its bytes depend on besides the other parts of its key.
    const ORIGIN: Origin = Origin::Reproducible;
    /// The libraries inside the program that shape its bytes.
    const CRATES: &'static [CrateGroup] = &[];

    /// The tools that shape its bytes.
    fn tools(&self) -> &'static [Tool] {
        &[]
    }

    /// What it occupies while it runs, and its time limit.
    fn requirements(&self) -> Requirements {
        Requirements::default()
    }

    /// Writes each output to the context's folder.
    ///
    /// # Errors
    /// Any [`StepError`].
    fn run(&self, context: &Context) -> Result<(), StepError>;
}
