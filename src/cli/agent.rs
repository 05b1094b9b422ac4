//! `t2v agent`: the far side of a build, started by t2v itself on another machine. Knows nothing of who starts it.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;

use clap::Args;

use crate::cache::Cache;
use crate::diag::Diagnostic;
use crate::remote::agent::{Agent as FarSide, Patience};
use crate::remote::hello::Hello;
use crate::report::Screen;
use crate::steps::Workshop;

use super::{Exit, amount, complain, config, machine};

/// How large the cache may grow where nothing else is said.
const CACHE_SIZE: &str = "10GB";

#[derive(Args)]
pub struct Agent {
    /// Speak with the near side over standard input and output
    #[arg(long, required = true)]
    stdio: bool,
    /// Where results and inputs are kept [default: t2v/agent in the user's cache folder]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// How large that may grow
    #[arg(long, value_name = "SIZE", value_parser = amount::size, default_value = CACHE_SIZE)]
    cache_size: u64,
}

impl Agent {
    pub fn run(self, screen: Screen) -> Exit {
        match self.serve() {
            Ok(()) => Exit::Done,
            Err(diagnostic) => {
                complain(diagnostic, screen);
                Exit::Failed
            }
        }
    }

    fn serve(self) -> Result<(), Diagnostic> {
        let folder = self.cache.or_else(config::agent_folder).ok_or_else(|| {
            Diagnostic::error("there is no folder for the cache, as HOME is not set")
                .help("choose one with `--cache DIR`")
        })?;
        let unusable = |error: &dyn std::error::Error| Diagnostic::error(error.to_string());
        let cache = Cache::open_hastily(&folder).map_err(|e| unusable(&e))?;
        let workshop = Workshop::open(&cache).map_err(|e| unusable(&e))?;
        let (cores, memory) = (machine::cores() as u64, machine::memory());
        let hello = Hello::here(&cache, &workshop, cores, memory, self.cache_size).map_err(|e| unusable(&e))?;
        let agent = FarSide { cache: &cache, workshop: &workshop, hello, patience: Patience::default() };
        let (input, output) = (raw(io::stdin().as_fd()), raw(io::stdout().as_fd()));
        let (input, output) = (input.map_err(|e| unusable(&e))?, output.map_err(|e| unusable(&e))?);
        let leave = || std::process::exit(Exit::Failed as i32);
        agent.serve(input, output, &leave).map_err(|e| unusable(&e))
    }
}

/// The stream itself: nothing of it may wait in a buffer for a line's end.
fn raw(stream: BorrowedFd) -> io::Result<File> {
    Ok(stream.try_clone_to_owned()?.into())
}
