//! Prepares the hosts of a build for connections over SSH: what is sent to them, and how each is reached.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::remote::capabilities::Capabilities;
use crate::remote::ssh::{AgentExecutable, SshConnector, ToolBundle};
use crate::remote::{AgentHost, HostUsage};
use crate::steps::{Tool, Workshop};

use super::hosts::HostSelection;
use super::{Session, SessionError, machine};

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
    pub(super) fn connectable_machines(&self, hosts: &[HostSelection]) -> Result<Vec<AgentHost<'_>>, SessionError> {
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
            let connector = Arc::new(SshConnector::new(destination.clone(), Arc::clone(&executable), tools));
            AgentHost::new(destination.name.clone(), connector, cache, HostUsage { local: home.clone(), slots: *slots })
        });
        Ok(machines.collect())
    }
}

fn unreadable_program(error: impl std::fmt::Display) -> SessionError {
    let message = format!("this program can't be read, so no host can have it: {error}");
    SessionError::machine(Diagnostic::error(message))
}
