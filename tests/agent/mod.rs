//! Agents as child processes, connected by pipes: like agents on another machine, but without a network.

mod faults;
mod figures;
mod film;
mod transfer;
#[path = "../common/workspace.rs"]
mod workspace;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::{Project, wait_until};
use t2v::action::{Action, Outcome};
use t2v::cache::Cache;
use t2v::digest::Digest;
use t2v::process::CancelToken;
use t2v::remote::capabilities::{Capabilities, build_digest};
use t2v::remote::client::{AgentClient, SessionConfig};
use t2v::remote::transport::{ProcessTransport, Transport};
use t2v::remote::{ExecError, Executor, Job};
use t2v::spec::model::FileFormat;
use t2v::steps::{self, ProbeMedia};
use workspace::Workspace;

/// The command of an agent whose cache is the project's folder `name`.
fn agent(project: &Project, name: &str) -> Command {
    let folder = project.path(name);
    project.command(&["agent", "--stdio", "--cache", folder.to_str().unwrap()])
}

fn session_config() -> SessionConfig {
    SessionConfig::new("far", Some(build_digest(Path::new(env!("CARGO_BIN_EXE_t2v"))).unwrap()))
}

fn connect(command: Command) -> (AgentClient, Capabilities) {
    AgentClient::connect(Box::new(ProcessTransport::start(command).unwrap()), session_config()).unwrap()
}

/// Runs steps on agents; idle agents are used again.
struct AgentExecutor<'p> {
    project: &'p Project,
    cache: &'p Cache,
    idle: Mutex<Vec<AgentClient>>,
    /// All actions that ran.
    ran: Mutex<Vec<Action>>,
    known_blobs: t2v::remote::client::KnownBlobs,
}

impl<'p> AgentExecutor<'p> {
    fn new(project: &'p Project, cache: &'p Cache) -> Self {
        Self { project, cache, idle: Mutex::default(), ran: Mutex::default(), known_blobs: Default::default() }
    }

    fn sent(&self) -> u64 {
        self.idle.lock().unwrap().iter().map(AgentClient::sent_bytes).sum()
    }
}

impl Executor for AgentExecutor<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        let idle = self.idle.lock().unwrap().pop();
        let mut client = match idle {
            Some(client) => client,
            None => {
                let session_config = SessionConfig { known_blobs: self.known_blobs.clone(), ..session_config() };
                AgentClient::connect(
                    Box::new(ProcessTransport::start(agent(self.project, "far")).unwrap()),
                    session_config,
                )?
                .0
            }
        };
        self.ran.lock().unwrap().push(action.clone());
        let result = client.run(action, self.cache, job);
        if client.is_usable() {
            self.idle.lock().unwrap().push(client);
        }
        result
    }
}

/// A transport that breaks after `left` bytes were sent.
struct BreakingTransport {
    transport: Option<ProcessTransport>,
    left: usize,
}

impl Transport for BreakingTransport {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let transport = self.transport.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        let n = bytes.len().min(self.left);
        transport.send(&bytes[..n])?;
        self.left -= n;
        if n < bytes.len() {
            self.transport = None;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.transport.as_mut().ok_or(io::ErrorKind::UnexpectedEof)?.receive(into, wait)
    }
}

#[test]
fn an_agent_says_who_it_is_and_ends_with_its_input() {
    let project = Project::new("");
    let (mut client, capabilities) = connect(agent(&project, "far"));
    assert_eq!(capabilities.build, build_digest(Path::new(env!("CARGO_BIN_EXE_t2v"))).unwrap());
    assert!(
        capabilities.cores > 0
            && capabilities.memory > 0
            && capabilities.free > 0
            && capabilities.cap == 10_000_000_000
    );
    let workspace = Workspace::new();
    assert_eq!(capabilities.tools, steps::tool_fingerprints(&workspace.workshop));
    assert_eq!(capabilities.incompatibility(&workspace.probe(&[])), None);
    assert!(client.keep_alive());
    assert_eq!(project.processes().len(), 1);
    drop(client);
    wait_until("nothing runs any more", || project.processes().is_empty());
}

#[test]
fn what_a_login_shell_prints_is_skipped_and_what_went_wrong_is_told() {
    let project = Project::new("");
    let sh = |script: &str| {
        let mut command = project.command(&[]);
        command = {
            let mut sh = Command::new("sh");
            sh.args(["-c", script]).env_clear().envs(command.get_envs().filter_map(|(k, v)| Some((k, v?))));
            sh
        };
        command.env("t2v", env!("CARGO_BIN_EXE_t2v"));
        AgentClient::connect(Box::new(ProcessTransport::start(command).unwrap()), session_config())
            .map(|(_, capabilities)| capabilities)
    };
    assert!(sh("echo Welcome; echo motd; exec $t2v agent --stdio --cache \"$HOME/far\"").is_ok());
    let error = sh("echo hello; echo 'sh: t2v: not found' >&2; exit 127").unwrap_err().to_string();
    assert!(error.contains("sh: t2v: not found"), "{error}");
    let error = sh("$t2v agent --stdio --cache /proc/none").unwrap_err().to_string();
    assert!(error.contains("far went away"), "{error}");
    println!("{error}");
}

fn digests(outcome: &Outcome) -> Vec<Digest> {
    outcome.outputs.values().map(|blob| blob.digest).collect()
}

#[test]
fn a_step_fails_there_as_it_does_here() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let (mut client, _) = connect(agent(&project, "far"));
    let broken =
        workspace.action(&ProbeMedia { format: FileFormat::Wav }, &[("media", workspace.blob(b"no sound at all"))]);
    let here = t2v::remote::LocalExecutor::new(&workspace.cache, &workspace.workshop)
        .run(&broken, &Job { cancel: &CancelToken::default(), progress: &|_, _| {} });
    let there = workspace.run(&mut client, &broken);
    match (here, there) {
        (
            Err(ExecError::Step { message: here, log: log_here, .. }),
            Err(ExecError::Step { message: there, log: log_there, .. }),
        ) => {
            assert_eq!(here, there);
            assert_eq!(log_here.is_empty(), log_there.is_empty());
        }
        other => panic!("{other:?}"),
    }
    assert!(client.is_usable());
    workspace.run(&mut client, &workspace.text("and it goes on")).unwrap();
    // An action that needs another version of a tool.
    let other =
        Action { tools: Arc::new(BTreeMap::from([("crates.sound".into(), "x".into())])), ..workspace.text("x") };
    let error = workspace.run(&mut client, &other).unwrap_err().to_string();
    assert_eq!(error, "far can't make this: it has another crates.sound");
    assert!(client.is_usable());
}
