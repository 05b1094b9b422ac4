//! Hosts over SSH: finds them by the user's configuration, checks their keys, logs in, installs t2v there, and starts an agent.

#[cfg(feature = "ssh")]
mod auth;
#[cfg(feature = "ssh")]
mod bridge;
mod config;
#[cfg(feature = "ssh")]
mod connection;
#[cfg(feature = "ssh")]
mod connector;
#[cfg(feature = "ssh")]
mod dial;
mod error;
#[cfg(feature = "ssh")]
mod exec;
#[cfg(feature = "ssh")]
mod install;
#[cfg(feature = "ssh")]
mod known_hosts;
#[cfg(feature = "ssh")]
mod measure;
#[cfg(feature = "ssh")]
mod scripts;
#[cfg(feature = "ssh")]
mod socket;
mod target;
#[cfg(feature = "ssh")]
mod tools;

pub use config::{Destination, SshSettings};
#[cfg(feature = "ssh")]
pub use connection::{SshConnection, connect};
#[cfg(feature = "ssh")]
pub use connector::SshConnector;
pub use error::{SshError, SshErrorKind};
#[cfg(feature = "ssh")]
pub use exec::SshCommand;
#[cfg(feature = "ssh")]
pub use install::{AgentExecutable, InstalledAgent};
#[cfg(feature = "ssh")]
pub use measure::LinkMeasurement;
pub use target::SshTarget;
#[cfg(feature = "ssh")]
pub use tools::ToolBundle;
