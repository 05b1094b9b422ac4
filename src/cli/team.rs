//! Which other machines help with a build: those that the command names, or those of the user's config. Knows nothing of what they
//! are asked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::diag::Diagnostic;
use crate::process::Cancel;
use crate::remote::hello::Hello;
use crate::remote::ssh::{Destination, Executable, SshError, SshRoad, Tools};
use crate::remote::{Machine, Use};
use crate::steps::{Tool, Workshop};

use super::config::{self, Host};
use super::machine;
use super::making::Bench;

#[derive(Args, Clone, Debug, Default)]
pub struct Team {
    /// Let another machine help, over SSH: `gpu1`, `me@10.0.0.7:2222`; may be repeated [default: `hosts` in your config]
    #[arg(long = "on", value_name = "HOST")]
    on: Vec<String>,
    /// Use this machine alone, whatever your config says
    #[arg(long, conflicts_with = "on")]
    here: bool,
}

/// A host that helps.
#[derive(Clone, Debug)]
pub struct Invited {
    destination: Destination,
    slots: Option<usize>,
    send_tools: bool,
}

impl Team {
    /// The hosts that help. Nobody has spoken with them yet.
    pub fn invited(&self) -> Result<Vec<Invited>, Diagnostic> {
        if self.here {
            return Ok(Vec::new());
        }
        let mut hosts = match self.on.as_slice() {
            [] => config::hosts()?,
            names => names.iter().map(|name| config::host(name)).collect::<Result<_, _>>()?,
        };
        // Named twice it still has its cores once.
        let mut seen = BTreeSet::new();
        hosts.retain(|host| seen.insert(host.target.to_string()));
        hosts.iter().map(|host| invite(host).map_err(complaint)).collect()
    }
}

fn invite(host: &Host) -> Result<Invited, SshError> {
    let destination = Destination::resolve(&host.target, &host.ssh)?;
    Ok(Invited { destination, slots: host.slots, send_tools: host.send_tools })
}

fn complaint(error: SshError) -> Diagnostic {
    Diagnostic { help: error.help(), ..Diagnostic::error(error.to_string()) }
}

/// This machine's ffmpeg, as it goes to hosts that are to use it.
pub fn own_tools(workshop: &Workshop) -> Result<Tools, Diagnostic> {
    let found = [Tool::Ffmpeg, Tool::Ffprobe].map(|tool| workshop.command(tool));
    let programs: Vec<PathBuf> = found.into_iter().flatten().map(|command| command.get_program().into()).collect();
    let programs: Vec<&Path> = programs.iter().map(PathBuf::as_path).collect();
    let message = |error| format!("ffmpeg can't be sent to hosts: {error}");
    Tools::of(&programs)
        .map_err(|error| Diagnostic::error(message(error)).help("leave `send-tools` out of your config"))
}

impl Bench {
    /// The machines behind `invited`, which are not connected yet. Whoever can't even read this program says so.
    pub fn machines(&self, invited: &[Invited], cancel: &Cancel) -> Result<Vec<Machine<'_>>, Diagnostic> {
        if invited.is_empty() || cancel.is_set() {
            return Ok(Vec::new());
        }
        let unreadable =
            |error| Diagnostic::error(format!("this program can't be read, so no host can have it: {error}"));
        let executable = Arc::new(Executable::own(&self.cache).map_err(unreadable)?);
        let (cores, memory) = (machine::cores() as u64, machine::memory());
        let home = Hello::here(&self.cache, &self.workshop, cores, memory, 0).map_err(unreadable)?;
        let tools = match invited.iter().any(|host| host.send_tools) {
            true => Some(Arc::new(own_tools(&self.workshop)?)),
            false => None,
        };
        let machine = |Invited { destination, slots, send_tools }: &Invited| {
            let tools = tools.clone().filter(|_| *send_tools);
            let road = Arc::new(SshRoad::new(destination.clone(), Arc::clone(&executable), tools));
            Machine::new(destination.name.clone(), road, &self.cache, Use { home: home.clone(), slots: *slots })
        };
        Ok(invited.iter().map(machine).collect())
    }
}
