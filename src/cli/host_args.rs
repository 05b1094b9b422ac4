//! Arguments that say which other machines run steps of a build.

use clap::Args;

use crate::session::{HostSelection, SessionError};

#[derive(Args, Clone, Debug, Default)]
pub struct HostArgs {
    /// Let another machine help, over SSH: `gpu1`, `me@10.0.0.7:2222`; may be repeated [default: `hosts` in your config]
    #[arg(long = "on", value_name = "HOST")]
    on: Vec<String>,
    /// Use this machine alone, whatever your config says
    #[arg(long, conflicts_with = "on")]
    here: bool,
}

impl HostArgs {
    /// The hosts that are wanted. None of them is connected yet.
    pub fn resolve(&self) -> Result<Vec<HostSelection>, SessionError> {
        if self.here { Ok(Vec::new()) } else { HostSelection::resolve(&self.on) }
    }
}
