//! Agents as child processes, connected by pipes: like agents on another machine, but without a network.

mod faults;
mod figures;
mod film;
mod transfer;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::common::Project;
use t2v::action::{Action, Blob, Outcome};
use t2v::cache::Cache;
use t2v::digest::Digest;
use t2v::process::CancelToken;
use t2v::remote::capabilities::{Capabilities, build_digest};
use t2v::remote::client::{AgentClient, SessionConfig};
use t2v::remote::transport::{ProcessTransport, Transport};
use t2v::remote::{ExecError, Executor, Job};
use t2v::spec::model::FileFormat;
use t2v::steps::{self, ProbeMedia, Step, Workshop, WriteText};

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

/// A client's cache and tools.
struct Workspace {
    cache: Cache,
    workshop: Workshop,
    _dir: tempfile::TempDir,
}

impl Workspace {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let workshop = Workshop::open(&cache).unwrap();
        Self { cache, workshop, _dir: dir }
    }

    fn blob(&self, bytes: &[u8]) -> Blob {
        let staging = self.cache.staging().unwrap();
        let path = staging.path().join("blob");
        std::fs::write(&path, bytes).unwrap();
        self.cache.insert_file(&path).unwrap()
    }

    fn action(&self, step: &impl Step, inputs: &[(&str, Blob)]) -> Action {
        let template = steps::template(step, &self.workshop, BTreeMap::new());
        Action {
            kind: template.kind.to_owned(),
            version: template.version,
            params: template.params,
            inputs: inputs.iter().map(|(role, blob)| ((*role).to_owned(), *blob)).collect(),
            tools: template.tools,
            requirements: template.requirements,
        }
    }

    fn text(&self, text: &str) -> Action {
        self.action(&WriteText { text: text.to_owned() }, &[])
    }

    /// An action that probes a sound file of these bytes.
    fn probe(&self, sound: &[u8]) -> Action {
        self.action(&ProbeMedia { format: FileFormat::Wav }, &[("media", self.blob(sound))])
    }

    fn run(&self, client: &mut AgentClient, action: &Action) -> Result<Outcome, ExecError> {
        self.run_with_cancel(client, action, &CancelToken::default())
    }

    fn run_with_cancel(
        &self,
        client: &mut AgentClient,
        action: &Action,
        cancel: &CancelToken,
    ) -> Result<Outcome, ExecError> {
        client.run(action, &self.cache, &Job { cancel, progress: &|_, _| {} })
    }
}

/// A sound file with `bytes` of noise, which can't be packed.
fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let mut sound = vec![0; bytes];
    blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut sound);
    wav(&sound)
}

fn wav(samples: &[u8]) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
    let mut fast = writer.get_i16_writer(samples.len() as u32 / 2);
    samples.as_chunks::<2>().0.iter().for_each(|pair| fast.write_sample(i16::from_le_bytes(*pair)));
    fast.flush().unwrap();
    writer.finalize().unwrap();
    file.into_inner()
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

/// Ends a test that hangs; what tests wait for happens long before.
const HANG_TIMEOUT: Duration = Duration::from_secs(120);

/// Waits until the condition called `what` holds. Returns how long that took.
#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < HANG_TIMEOUT, "after {HANG_TIMEOUT:?} still not: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
    start.elapsed()
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
