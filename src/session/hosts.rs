//! Which other machines run steps of a build: those that a request names, or those of the user's config. They are reached over SSH.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::remote::AgentHost;
use crate::remote::ssh::{Destination, SshError};

use super::config::{ConfiguredHost, UserConfig};
use super::{Session, SessionError};

/// A host that runs steps.
#[derive(Clone, Debug)]
pub struct HostSelection {
    /// How it is reached.
    pub destination: Destination,
    /// How many steps it runs at the same time; `None`: as many as it has cores.
    pub slots: Option<usize>,
    /// Whether this machine's ffmpeg and ffprobe are installed there.
    pub send_tools: bool,
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

impl Session {
    /// The machines behind `hosts`, which are not connected yet.
    ///
    /// # Errors
    /// This program can't be sent to them, or is built without SSH.
    pub(super) fn machines(&self, hosts: &[HostSelection]) -> Result<Vec<AgentHost<'_>>, SessionError> {
        if hosts.is_empty() { Ok(Vec::new()) } else { self.connectable_machines(hosts) }
    }

    #[cfg(not(feature = "ssh"))]
    fn connectable_machines(&self, hosts: &[HostSelection]) -> Result<Vec<AgentHost<'_>>, SessionError> {
        let names: Vec<&str> = hosts.iter().map(|host| host.destination.name.as_str()).collect();
        let diagnostic = Diagnostic::error(format!("this t2v is built without SSH, which {} needs", names.join(", ")));
        Err(SessionError::request(diagnostic.help("build it with `--features ssh`, or use `--here`")))
    }
}
