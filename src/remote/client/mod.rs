//! The client side of a session: an agent at the other end of a transport runs actions for this machine.
//!
//! Everything that an agent sends is verified before it is used; an agent may be damaged or malicious.

mod config;
mod connection;
mod error;
mod outputs;
mod session;

use std::time::{Duration, Instant};

use crate::action::{Action, Outcome};
use crate::cache::Cache;

use super::capabilities::Capabilities;
use super::executor::{ExecError, Job};
use super::transport::Transport;
use super::wire::{FromAgent, ToAgent};

pub use config::{KnownBlobs, SessionConfig};
use connection::{Connection, POLL_INTERVAL};
pub use error::AgentError;
use session::{RemoteRun, RemoteSession, RunError};

/// A session with one agent, used by one thread.
pub struct AgentClient {
    /// `None` once the connection can't be used any more.
    connection: Option<Connection>,
    config: SessionConfig,
    capabilities: Capabilities,
    run_count: u64,
    last_error: Option<AgentError>,
    sent_bytes: u64,
}

impl AgentClient {
    /// Waits for the agent's capabilities. Sends nothing before they have arrived.
    ///
    /// # Errors
    /// [`AgentError::Gone`], [`AgentError::Silent`] or [`AgentError::Protocol`] if no agent answers, [`AgentError::OtherBuild`].
    pub fn connect(transport: Box<dyn Transport>, config: SessionConfig) -> Result<(Self, Capabilities), AgentError> {
        let mut connection = Connection::new(transport, config.host.clone(), config.greeting_timeout);
        connection.wait_for_preamble(config.greeting_timeout)?;
        let capabilities = receive_capabilities(&mut connection, &config)?;
        if config.build.is_some_and(|build| build != capabilities.build) {
            return Err(AgentError::OtherBuild { host: config.host, capabilities: Box::new(capabilities) });
        }
        connection.set_silence_timeout(config.silence_timeout);
        let client = Self {
            connection: Some(connection),
            config,
            capabilities: capabilities.clone(),
            run_count: 0,
            last_error: None,
            sent_bytes: 0,
        };
        Ok((client, capabilities))
    }

    /// What the agent reported of its machine when the session began.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Whether the connection still works. Never becomes `true` again.
    pub fn is_usable(&self) -> bool {
        self.connection.is_some()
    }

    /// The cause of the last [`ExecError::Transient`] that this session returned; cleared by the next run.
    pub fn last_error(&self) -> Option<&AgentError> {
        self.last_error.as_ref()
    }

    /// Bytes of inputs that were sent in this session, as encoded.
    pub fn sent_bytes(&self) -> u64 {
        self.sent_bytes
    }

    /// Blobs that the host is known to have.
    pub fn known_blobs(&self) -> &KnownBlobs {
        &self.config.known_blobs
    }

    /// Pings the agent of an idle session, which is necessary at least every ten minutes. `false` if the session is not usable any more.
    pub fn keep_alive(&mut self) -> bool {
        let Some(connection) = &mut self.connection else { return false };
        let answer =
            connection.send_message(&ToAgent::Ping, &[]).and_then(|()| connection.receive_message(Duration::ZERO));
        if let Err(error) = answer {
            self.last_error = Some(error);
            self.connection = None;
        }
        self.is_usable()
    }

    /// Runs `action` on the agent; its outputs are in `cache` when this returns.
    ///
    /// # Errors
    /// Those of every executor. A failure of the agent or of the connection is [`ExecError::Transient`], and [`AgentClient::last_error`]
    /// has its cause.
    pub fn run(&mut self, action: &Action, cache: &Cache, job: &Job) -> Result<Outcome, ExecError> {
        let Some(connection) = &mut self.connection else {
            let why = "the connection was closed".to_owned();
            return Err(AgentError::Gone { host: self.config.host.clone(), why }.into());
        };
        self.last_error = None;
        if let Some(why) = self.capabilities.incompatibility(action) {
            let error = AgentError::Incompatible { host: self.config.host.clone(), why };
            return Err(self.record_error(error));
        }
        self.run_count += 1;
        let run = RemoteRun { id: self.run_count, action, cache, job };
        let mut session = RemoteSession {
            connection,
            known_blobs: &self.config.known_blobs,
            sent_bytes: &mut self.sent_bytes,
            pending: None,
        };
        match session.run(&run) {
            Ok(outcome) => Ok(outcome),
            Err(RunError::Local(ExecError::Cancelled)) => {
                if !session.cancel(run.id) {
                    self.connection = None;
                }
                Err(ExecError::Cancelled)
            }
            Err(RunError::Local(error)) => {
                // A failed step ends the run on the agent; another local failure may leave the agent in the middle of the run.
                if !matches!(error, ExecError::Step { .. } | ExecError::MissingInputs(_)) {
                    self.connection = None;
                }
                Err(error)
            }
            Err(RunError::Remote(error)) => {
                if error.is_final() {
                    self.connection = None;
                }
                Err(self.record_error(error))
            }
        }
    }

    fn record_error(&mut self, error: AgentError) -> ExecError {
        let message = error.to_string();
        self.last_error = Some(error);
        ExecError::Transient { message, retry_after: None, alone: false }
    }
}

fn receive_capabilities(connection: &mut Connection, config: &SessionConfig) -> Result<Capabilities, AgentError> {
    let deadline = Instant::now() + config.greeting_timeout;
    loop {
        match connection.receive_message(POLL_INTERVAL)? {
            Some((FromAgent::Hello(capabilities), _)) => return Ok(capabilities.sanitized()),
            Some(_) => return Err(AgentError::invalid_answer(&config.host, "something else than a greeting")),
            None if Instant::now() >= deadline => {
                return Err(AgentError::Silent {
                    host: config.host.clone(),
                    seconds: config.greeting_timeout.as_secs(),
                });
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests;
