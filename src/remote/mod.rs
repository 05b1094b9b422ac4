//! Executors and worker groups: where an action runs. [`LocalExecutor`] runs it in this process, [`AgentHost`] on another machine through an
//! agent there.

pub mod agent;
pub mod capabilities;
mod chunk;
pub mod client;
mod executor;
mod host;
mod local;
mod partial_blob;
pub mod resumable_transfer;
pub mod ssh;
pub mod transport;
pub mod wire;

pub use executor::{Capacity, ConnectError, ExecError, Executor, ExecutorSet, Job, WorkerGroup};
pub use host::{AgentConnector, AgentHost, HostUsage};
pub use local::{LocalExecutor, LocalGroup};
