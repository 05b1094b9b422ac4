//! The way to a host's agent over SSH: log in, see to it that our executable is there, start it. Knows nothing of what it is asked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::remote::link::Link;
use crate::remote::{Refusal, Road};

use super::config::Destination;
use super::connection::connect;
use super::error::{SshError, Trouble};
use super::install::{Executable, Installed};
use super::tools::Tools;

/// How long logging in may take.
const LIMIT: Duration = Duration::from_secs(15);

/// The way to one host.
pub struct SshRoad {
    destination: Destination,
    executable: Arc<Executable>,
    tools: Option<Arc<Tools>>,
    /// Held while the executable is put there: the sessions that are opened at the same time wait for the first one.
    there: Mutex<There>,
}

/// What is known of the executable there.
#[derive(Default)]
struct There {
    installed: Option<Installed>,
    /// It did not do what it should.
    is_doubted: bool,
}

impl SshRoad {
    /// The way to `destination`, where `executable` is to be the agent, with `tools` for what it runs.
    pub fn new(destination: Destination, executable: Arc<Executable>, tools: Option<Arc<Tools>>) -> Self {
        Self { destination, executable, tools, there: Mutex::default() }
    }

    fn link(&self) -> Result<Box<dyn Link>, SshError> {
        let connection = connect(&self.destination, LIMIT)?;
        let mut there = self.there.lock().unwrap_or_else(PoisonError::into_inner);
        let installed = match &there.installed {
            Some(installed) => installed.clone(),
            None => {
                let installed = match there.is_doubted {
                    true => connection.install(&self.executable)?,
                    false => connection.install_quickly(&self.executable)?,
                };
                self.tools.as_ref().map_or(Ok(()), |tools| connection.install_tools(tools))?;
                installed
            }
        };
        *there = There { installed: Some(installed.clone()), is_doubted: false };
        drop(there);
        Ok(Box::new(connection.agent(&installed, self.tools.as_deref(), &["agent", "--stdio"])?))
    }
}

impl Road for SshRoad {
    fn open(&self) -> Result<Box<dyn Link>, Refusal> {
        self.link().map_err(|error| {
            if !matches!(error.trouble, Trouble::Refused(_) | Trouble::NoRoute(_) | Trouble::TimedOut(_)) {
                self.doubt();
            }
            Refusal { message: error.trouble.to_string(), help: error.help(), may_pass: error.may_pass() }
        })
    }

    /// The executable may be gone or damaged: next time it is looked at again, all of it.
    fn doubt(&self) {
        *self.there.lock().unwrap_or_else(PoisonError::into_inner) = There { installed: None, is_doubted: true };
    }
}
