//! Which other machines run steps of a build: those that a request names, or those of the user's config. They are reached over SSH.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::remote::capabilities::Capabilities;
use crate::remote::ssh::{AgentExecutable, Destination, SshConnector, SshError, ToolBundle};
use crate::remote::{AgentHost, HostUsage};
use crate::steps::{Tool, Workshop};

use super::config::{ConfiguredHost, UserConfig};
use super::{Session, SessionError, machine};

/// A host that runs steps.
#[derive(Clone, Debug)]
pub struct HostSelection {
    destination: Destination,
    slots: Option<usize>,
    send_tools: bool,
}

impl HostSelection {
    /// The hosts of these names, as the config has them or as they are named; without names, all hosts of the config. None of them is
    /// connected yet.
    ///
    /// # Errors
    /// The config is wrong, or a name is none of a host.
    pub fn resolve(names: &[String]) -> Result<Vec<Self>, SessionError> {
        let config = UserConfig::load().map_err(SessionError::request)?;
        let hosts = match names {
            [] => config.hosts(),
            names => names.iter().map(|name| config.host(name)).collect(),
        };
        let mut hosts = hosts.map_err(SessionError::request)?;
        // A host that is named twice still has its cores once.
        let mut seen = BTreeSet::new();
        hosts.retain(|host| seen.insert(host.target.to_string()));
        hosts.iter().map(|host| Self::new(host).map_err(|error| SessionError::request(ssh_diagnostic(error)))).collect()
    }

    fn new(host: &ConfiguredHost) -> Result<Self, SshError> {
        let destination = Destination::resolve(&host.target, &host.ssh)?;
        Ok(Self { destination, slots: host.slots, send_tools: host.send_tools })
    }
}

fn ssh_diagnostic(error: SshError) -> Diagnostic {
    Diagnostic { help: error.help(), ..Diagnostic::error(error.to_string()) }
}

/// This machine's ffmpeg and ffprobe, as they are sent to hosts that are to use them.
///
/// # Errors
/// A program can't be read.
pub fn own_tools(workshop: &Workshop) -> Result<ToolBundle, Diagnostic> {
    let found = [Tool::Ffmpeg, Tool::Ffprobe].map(|tool| workshop.command(tool));
    let programs: Vec<PathBuf> = found.into_iter().flatten().map(|command| command.get_program().into()).collect();
    let programs: Vec<&Path> = programs.iter().map(PathBuf::as_path).collect();
    ToolBundle::for_programs(&programs).map_err(|error| {
        Diagnostic::error(format!("ffmpeg can't be sent to hosts: {error}"))
            .help("leave `send-tools` out of your config")
    })
}

impl Session {
    /// The machines behind `hosts`, which are not connected yet.
    pub(super) fn machines(&self, hosts: &[HostSelection]) -> Result<Vec<AgentHost<'_>>, SessionError> {
        if hosts.is_empty() {
            return Ok(Vec::new());
        }
        let (cache, workshop) = (self.cache()?, self.workshop()?);
        let executable = Arc::new(AgentExecutable::own(cache).map_err(unreadable_program)?);
        let (cores, memory) = (machine::cores() as u64, machine::memory());
        let home = Capabilities::detect(cache, workshop, cores, memory, 0).map_err(unreadable_program)?;
        let tools = if hosts.iter().any(|host| host.send_tools) {
            Some(Arc::new(own_tools(workshop).map_err(SessionError::machine)?))
        } else {
            None
        };
        let machines = hosts.iter().map(|HostSelection { destination, slots, send_tools }| {
            let tools = tools.clone().filter(|_| *send_tools);
            let road = Arc::new(SshConnector::new(destination.clone(), Arc::clone(&executable), tools));
            AgentHost::new(destination.name.clone(), road, cache, HostUsage { local: home.clone(), slots: *slots })
        });
        Ok(machines.collect())
    }
}

fn unreadable_program(error: impl std::fmt::Display) -> SessionError {
    let message = format!("this program can't be read, so no host can have it: {error}");
    SessionError::machine(Diagnostic::error(message))
}
