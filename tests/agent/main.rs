//! A build whose steps run in other processes of the program, over pipes: as on another machine, but for the network.

#[path = "../common/mod.rs"]
mod common;

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

use common::Project;
use t2v::action::{Action, Blob, Outcome};
use t2v::cache::Cache;
use t2v::digest::Digest;
use t2v::process::Cancel;
use t2v::remote::far::{Far, Terms};
use t2v::remote::hello::{Hello, build_of};
use t2v::remote::link::{Child, Link};
use t2v::remote::{ExecError, Executor, Job};
use t2v::spec::model::Format;
use t2v::steps::{self, Probe, Step, Text, Workshop};

/// The agent whose cache is the project's folder `name`.
fn agent(project: &Project, name: &str) -> Command {
    let folder = project.path(name);
    project.command(&["agent", "--stdio", "--cache", folder.to_str().unwrap()])
}

fn terms() -> Terms {
    Terms::new("far", Some(build_of(Path::new(env!("CARGO_BIN_EXE_t2v"))).unwrap()))
}

fn greet(command: Command) -> (Far, Hello) {
    Far::greet(Box::new(Child::start(command).unwrap()), terms()).unwrap()
}

/// The near side: a cache of its own.
struct Near {
    cache: Cache,
    workshop: Workshop,
    _dir: tempfile::TempDir,
}

impl Near {
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
        self.cache.take_in(&path).unwrap()
    }

    fn action(&self, step: &impl Step, inputs: &[(&str, Blob)]) -> Action {
        let template = steps::template(step, &self.workshop, BTreeMap::new());
        Action {
            kind: template.kind.to_owned(),
            version: template.version,
            params: template.params,
            inputs: inputs.iter().map(|(role, blob)| ((*role).to_owned(), *blob)).collect(),
            tools: template.tools,
            needs: template.needs,
        }
    }

    fn text(&self, text: &str) -> Action {
        self.action(&Text { text: text.to_owned() }, &[])
    }

    /// Has a look at a sound file of these bytes.
    fn probe(&self, sound: &[u8]) -> Action {
        self.action(&Probe { format: Format::Wav }, &[("media", self.blob(sound))])
    }

    fn run(&self, far: &mut Far, action: &Action) -> Result<Outcome, ExecError> {
        self.run_unless(far, action, &Cancel::default())
    }

    fn run_unless(&self, far: &mut Far, action: &Action, cancel: &Cancel) -> Result<Outcome, ExecError> {
        far.run(action, &self.cache, &Job { cancel, progress: &|_, _| {} })
    }
}

/// A sound file with so many bytes of noise, which no coding makes smaller.
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

/// Runs steps on agents; those that rest are used again.
struct Remote<'p> {
    project: &'p Project,
    cache: &'p Cache,
    resting: Mutex<Vec<Far>>,
    /// What ran, and on what.
    ran: Mutex<Vec<Action>>,
    known: t2v::remote::far::Known,
}

impl<'p> Remote<'p> {
    fn new(project: &'p Project, cache: &'p Cache) -> Self {
        Self { project, cache, resting: Mutex::default(), ran: Mutex::default(), known: Default::default() }
    }

    fn sent(&self) -> u64 {
        self.resting.lock().unwrap().iter().map(Far::sent).sum()
    }
}

impl Executor for Remote<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        let resting = self.resting.lock().unwrap().pop();
        let mut far = match resting {
            Some(far) => far,
            None => {
                let terms = Terms { known: self.known.clone(), ..terms() };
                Far::greet(Box::new(Child::start(agent(self.project, "far")).unwrap()), terms)?.0
            }
        };
        self.ran.lock().unwrap().push(action.clone());
        let result = far.run(action, self.cache, job);
        if far.is_usable() {
            self.resting.lock().unwrap().push(far);
        }
        result
    }
}

/// Waits until `what` is so, and says how long that took.
#[track_caller]
fn within(limit: Duration, what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < limit, "after {limit:?} still not: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
    start.elapsed()
}

/// A link that breaks after so many bytes were sent.
struct Breaking {
    link: Option<Child>,
    left: usize,
}

impl Link for Breaking {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let link = self.link.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        let n = bytes.len().min(self.left);
        link.send(&bytes[..n])?;
        self.left -= n;
        if n < bytes.len() {
            self.link = None;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.link.as_mut().ok_or(io::ErrorKind::UnexpectedEof)?.receive(into, wait)
    }
}

#[test]
fn an_agent_says_who_it_is_and_ends_with_its_input() {
    let project = Project::new("");
    let (mut far, hello) = greet(agent(&project, "far"));
    assert_eq!(hello.build, build_of(Path::new(env!("CARGO_BIN_EXE_t2v"))).unwrap());
    assert!(hello.cores > 0 && hello.memory > 0 && hello.free > 0 && hello.cap == 10_000_000_000);
    let near = Near::new();
    assert_eq!(hello.tools, steps::tools(&near.workshop));
    assert_eq!(hello.unsuited(&near.probe(&[]), &t2v::remote::hello::cpu()), None);
    assert!(far.tend());
    assert_eq!(project.processes().len(), 1);
    drop(far);
    within(Duration::from_secs(2), "nothing runs any more", || project.processes().is_empty());
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
        Far::greet(Box::new(Child::start(command).unwrap()), terms()).map(|(_, hello)| hello)
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
    let (project, near) = (Project::new(""), Near::new());
    let (mut far, _) = greet(agent(&project, "far"));
    let broken = near.action(&Probe { format: Format::Wav }, &[("media", near.blob(b"no sound at all"))]);
    let here = t2v::remote::Local::new(&near.cache, &near.workshop)
        .run(&broken, &Job { cancel: &Cancel::default(), progress: &|_, _| {} });
    let there = near.run(&mut far, &broken);
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
    assert!(far.is_usable());
    near.run(&mut far, &near.text("and it goes on")).unwrap();
    // Another tool, and a key that is not the action's.
    let other = Action { tools: Arc::new(BTreeMap::from([("crates".into(), "x".into())])), ..near.text("x") };
    let error = near.run(&mut far, &other).unwrap_err().to_string();
    assert_eq!(error, "far can't make this: it has another crates");
    assert!(far.is_usable());
}
