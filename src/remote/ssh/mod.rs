//! Hosts over SSH: finds them by the user's configuration, checks their keys, logs in, installs t2v there, and starts an agent.

mod auth;
mod bridge;
mod config;
mod connection;
mod connector;
mod dial;
mod error;
mod exec;
mod install;
mod known_hosts;
mod measure;
mod scripts;
mod socket;
mod target;
mod tools;

pub use config::{Destination, SshSettings};
pub use connection::{SshConnection, connect};
pub use connector::SshConnector;
pub use error::{SshError, SshErrorKind};
pub use exec::SshCommand;
pub use install::{AgentExecutable, InstalledAgent};
pub use measure::LinkMeasurement;
pub use target::SshTarget;
pub use tools::ToolBundle;
