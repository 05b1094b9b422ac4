//! Opens transports to the agents of a host over SSH: logs in, installs t2v if necessary, and starts an agent.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::remote::transport::Transport;
use crate::remote::{AgentConnector, ConnectError};

use super::config::Destination;
use super::connection::connect;
use super::error::{SshError, SshErrorKind};
use super::install::{AgentExecutable, InstalledAgent};
use super::tools::ToolBundle;

/// How long a login may take.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(15);

/// Opens transports to the agents of one host.
pub struct SshConnector {
    destination: Destination,
    executable: Arc<AgentExecutable>,
    tools: Option<Arc<ToolBundle>>,
    /// Locked during an installation: sessions that are opened at the same time wait for the first one.
    install_state: Mutex<InstallState>,
}

/// What is known of the installed executable.
#[derive(Default)]
struct InstallState {
    installed: Option<InstalledAgent>,
    /// Whether its bytes must be checked, because an agent did not start as it should.
    needs_check: bool,
}

impl SshConnector {
    /// A connector to `destination`, where `executable` is installed as the agent, and `tools` for its steps.
    pub fn new(destination: Destination, executable: Arc<AgentExecutable>, tools: Option<Arc<ToolBundle>>) -> Self {
        Self { destination, executable, tools, install_state: Mutex::default() }
    }

    fn open_transport(&self) -> Result<Box<dyn Transport>, SshError> {
        let connection = connect(&self.destination, LOGIN_TIMEOUT)?;
        let mut install_state = self.install_state.lock().unwrap_or_else(PoisonError::into_inner);
        let installed = match &install_state.installed {
            Some(installed) => installed.clone(),
            None => {
                let installed = if install_state.needs_check {
                    connection.install(&self.executable)?
                } else {
                    connection.install_if_changed(&self.executable)?
                };
                if let Some(tools) = &self.tools {
                    connection.install_tools(tools)?;
                }
                installed
            }
        };
        *install_state = InstallState { installed: Some(installed.clone()), needs_check: false };
        drop(install_state);
        Ok(Box::new(connection.start_agent(&installed, self.tools.as_deref(), &["agent", "--stdio"])?))
    }
}

impl AgentConnector for SshConnector {
    fn open(&self) -> Result<Box<dyn Transport>, ConnectError> {
        self.open_transport().map_err(|error| {
            if !matches!(error.kind, SshErrorKind::Refused(_) | SshErrorKind::NoRoute(_) | SshErrorKind::TimedOut(_)) {
                self.invalidate();
            }
            ConnectError { message: error.kind.to_string(), help: error.help(), is_transient: error.is_transient() }
        })
    }

    /// The executable may be gone or damaged, so the next installation checks all of its bytes.
    fn invalidate(&self) {
        *self.install_state.lock().unwrap_or_else(PoisonError::into_inner) =
            InstallState { installed: None, needs_check: true };
    }
}
