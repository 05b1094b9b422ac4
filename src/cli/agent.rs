//! `t2v agent`: runs steps for a build on another machine, where t2v starts it by itself.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;

use clap::Args;

use crate::cache::Cache;
use crate::diag::Diagnostic;
use crate::human;
use crate::remote::agent::{AgentServer, AgentTimeouts};
use crate::remote::capabilities::Capabilities;
use crate::session::{SessionError, config, machine};
use crate::steps::Workshop;

use super::diagnostics::from_error;
use super::{CommandResult, CommandStatus};

/// How large the cache may grow where nothing else is said.
const CACHE_SIZE: &str = "10GB";

#[derive(Args)]
pub struct AgentArgs {
    /// Speak with the near side over standard input and output
    #[arg(long, required = true)]
    stdio: bool,
    /// Where results and inputs are kept [default: t2v/agent in the user's cache folder]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// How large that may grow
    #[arg(long, value_name = "SIZE", value_parser = human::parse_bytes, default_value = CACHE_SIZE)]
    cache_size: u64,
}

impl AgentArgs {
    pub fn run(self) -> CommandResult {
        self.serve().map(|()| CommandStatus::Done).map_err(SessionError::machine)
    }

    fn serve(self) -> Result<(), Diagnostic> {
        let folder = self.cache.or_else(config::agent_cache_folder).ok_or_else(|| {
            Diagnostic::error("there is no folder for the cache, as HOME is not set")
                .help("choose one with `--cache DIR`")
        })?;
        let cache = Cache::open_without_sync(&folder).map_err(from_error)?;
        let workshop = Workshop::open(&cache).map_err(from_error)?;
        let (cores, memory) = (machine::cores() as u64, machine::memory());
        let hello = Capabilities::detect(&cache, &workshop, cores, memory, self.cache_size).map_err(from_error)?;
        let agent =
            AgentServer { cache: &cache, workshop: &workshop, capabilities: hello, timeouts: AgentTimeouts::default() };
        let input = raw(io::stdin().as_fd()).map_err(from_error)?;
        let output = raw(io::stdout().as_fd()).map_err(from_error)?;
        agent.serve(input, output, &|| std::process::exit(CommandStatus::Failed as i32)).map_err(from_error)
    }
}

/// The stream itself: nothing of it may wait in a buffer for a line's end.
fn raw(stream: BorrowedFd) -> io::Result<File> {
    Ok(stream.try_clone_to_owned()?.into())
}
