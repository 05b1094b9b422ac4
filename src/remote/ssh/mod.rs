//! Other machines over SSH: where they are, whether they are who they were, logging in, and a link to `t2v` there. Knows nothing of what is
//! said over the link.

mod auth;
mod bridge;
mod config;
mod connection;
mod dial;
mod error;
mod exec;
mod install;
mod known;
mod measure;
mod road;
mod target;
mod tools;
mod wait;

pub use config::{Destination, Settings};
pub use connection::{Connection, connect};
pub use error::{SshError, Trouble};
pub use exec::Exec;
pub use install::{Executable, Installed};
pub use measure::Distance;
pub use road::SshRoad;
pub use target::Target;
pub use tools::Tools;
