//! Steps on real hosts: the same bytes as here, whatever becomes of the line.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use t2v::action::{Action, Blob, Outcome};
use t2v::cache::Cache;
use t2v::engine::{Crew, Engine, Goal, Options};
use t2v::event::{Event, Sink};
use t2v::plan::{self, Extent};
use t2v::process::Cancel;
use t2v::remote::far::{Far, FarError, Terms};
use t2v::remote::hello::build_of;
use t2v::remote::ssh::{self, Destination, Executable, Installed};
use t2v::remote::{ExecError, Executor, Job, Local, Places};
use t2v::spec;
use t2v::spec::model::Format;
use t2v::steps::{self, Probe, Step, Text, Workshop};

use crate::common::Project;
use crate::common::hosts::{self, Hosts, Setup};
use crate::{LONG, destination};

const PROGRAM: &str = env!("CARGO_BIN_EXE_t2v");

const FILM: &str = r##"
title: Far
output: { size: 128x72, fps: 24, quality: draft }
voice: { engine: espeak, name: en-us, speed: 2 }
defaults: { lead: 0.2s, tail: 0.1s, transition: { kind: crossfade, length: 0.2s } }
scenes:
  - { id: one, say: "We begin here.", show: { image: a.png, motion: zoom-in } }
  - { id: two, say: "We go on.", show: { title: "On", subtitle: "and on" } }
  - { id: three, say: "We end there.", show: { gradient: { colours: ["#102030", "#a05020"] } } }
"##;

/// Hosts that have the program.
struct There {
    hosts: Hosts,
    installed: Vec<Installed>,
}

impl There {
    fn start(count: usize) -> Option<Self> {
        let hosts = hosts::start(&vec![Setup::default(); count])?;
        hosts.know();
        let program = Executable::read(PROGRAM.as_ref()).unwrap();
        let install = |n: usize| ssh::connect(&at(&hosts, n), LONG).unwrap().install(&program).unwrap();
        let installed = (0..count).map(install).collect();
        Some(Self { hosts, installed })
    }

    fn far(&self, n: usize, silence: Duration) -> Far {
        self.try_far(n, silence).unwrap()
    }

    /// Or why not, in words.
    fn try_far(&self, n: usize, silence: Duration) -> Result<Far, String> {
        let connection = ssh::connect(&at(&self.hosts, n), LONG).map_err(|error| error.to_string())?;
        let link =
            connection.agent(&self.installed[n], None, &["agent", "--stdio"]).map_err(|error| error.to_string())?;
        let terms = Terms::new(format!("h{n}"), Some(build_of(PROGRAM.as_ref()).unwrap()));
        let greeted = Far::greet(Box::new(link), Terms { silence, ..terms });
        greeted.map(|(far, _)| far).map_err(|error| error.to_string())
    }

    /// Nothing of ours runs on the host any more.
    fn is_quiet(&self, n: usize) {
        let start = Instant::now();
        while !self.hosts.all[n].processes("agent").is_empty() {
            let ids = self.hosts.all[n].processes("agent");
            let told = |id: &i32, what: &str| {
                fs::read_to_string(format!("/proc/{id}/{what}")).unwrap_or_default().replace('\0', " ")
            };
            let left: Vec<_> = ids.iter().map(|id| told(id, "cmdline") + &told(id, "status")).collect();
            assert!(start.elapsed() < LONG, "still on h{n}: {left:#?}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn at(hosts: &Hosts, n: usize) -> Destination {
    destination(hosts, &format!("h{n}"))
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

    fn action(&self, step: &impl Step, inputs: BTreeMap<String, Blob>) -> Action {
        let template = steps::template(step, &self.workshop, BTreeMap::new());
        let (version, params, tools, needs) = (template.version, template.params, template.tools, template.needs);
        Action { kind: template.kind.to_owned(), version, params, inputs, tools, needs }
    }

    fn text(&self, text: &str) -> Action {
        self.action(&Text { text: text.to_owned() }, BTreeMap::new())
    }

    /// Has a look at a sound file with so many bytes of noise, which no coding makes smaller.
    fn probe(&self, bytes: usize, seed: u64) -> Action {
        let staging = self.cache.staging().unwrap();
        let path = staging.path().join("noise");
        fs::write(&path, noise(bytes, seed)).unwrap();
        self.action(
            &Probe { format: Format::Wav },
            BTreeMap::from([("media".into(), self.cache.take_in(&path).unwrap())]),
        )
    }

    fn run(
        &self,
        executor: impl FnOnce(&Action, &Job) -> Result<Outcome, ExecError>,
        action: &Action,
    ) -> Result<Outcome, ExecError> {
        executor(action, &Job { cancel: &Cancel::default(), progress: &|_, _| {} })
    }
}

fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut samples = vec![0; bytes];
    blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut samples);
    let mut file = io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
    let mut fast = writer.get_i16_writer(bytes as u32 / 2);
    samples.as_chunks::<2>().0.iter().for_each(|pair| fast.write_sample(i16::from_le_bytes(*pair)));
    fast.flush().unwrap();
    writer.finalize().unwrap();
    file.into_inner()
}

/// Runs every step on the next of the hosts; hosts that fail are asked no more.
struct OnHosts<'t> {
    there: &'t There,
    cache: &'t Cache,
    resting: Vec<Mutex<Vec<Far>>>,
    turns: AtomicUsize,
    lost: AtomicUsize,
}

impl Executor for OnHosts<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        let turn = self.turns.fetch_add(1, Ordering::SeqCst);
        let n = if self.lost.load(Ordering::SeqCst) > 0 { 0 } else { turn % self.resting.len() };
        let resting = self.resting[n].lock().unwrap().pop();
        let mut far = match resting.map_or_else(|| self.there.try_far(n, LONG), Ok) {
            Ok(far) => far,
            Err(message) => {
                self.lost.fetch_add(1, Ordering::SeqCst);
                return Err(ExecError::Infra { message, retry_after: None, alone: false });
            }
        };
        let result = far.run(action, self.cache, job);
        match far.is_usable() {
            true => self.resting[n].lock().unwrap().push(far),
            false => drop(self.lost.fetch_add(1, Ordering::SeqCst)),
        }
        result
    }
}

struct Silent;

impl Sink for Silent {
    fn event(&self, _: &Event) {}
}

/// Builds the project's film, and gives its bytes.
fn film(project: &Project, near: &Near, executor: &dyn Executor) -> Vec<u8> {
    let loaded = spec::load(&project.path("video.yaml"), &spec::Options::default()).expect("the spec is right");
    let file = loaded.spec.output.file.clone();
    let workshop = Workshop::open(&near.cache).unwrap();
    let (plan, _) = plan::plan(loaded.spec, Extent::Film, workshop.into(), Vec::new());
    let summary = Crew::with(&near.cache, Options::for_cores(3), &Places::home(executor), &Cancel::default(), |crew| {
        Engine::new(crew, &Silent, Goal::default()).build(plan)
    });
    assert!(summary.is_complete(), "{:?}", summary.failures);
    let bytes = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    bytes
}

#[test]
fn a_film_made_on_two_hosts_is_the_one_made_here_even_if_one_is_lost() {
    let Some(there) = There::start(2) else { return };
    let project = Project::new(FILM);
    project.picture("a.png", (300, 200), [200, 100, 50]);
    let here = Near::new();
    let expected = film(&project, &here, &Local::new(&here.cache, &here.workshop));
    for lose in [false, true] {
        for host in &there.hosts.all {
            host.run("rm -rf $HOME/.cache/t2v/agent");
        }
        let near = Near::new();
        let resting = vec![Mutex::default(), Mutex::default()];
        let (turns, lost) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let executor = OnHosts { there: &there, cache: &near.cache, resting, turns, lost };
        let made = thread::scope(|scope| {
            let made = scope.spawn(|| film(&project, &near, &executor));
            while lose && !made.is_finished() && executor.turns.load(Ordering::SeqCst) < 6 {
                thread::sleep(Duration::from_millis(1));
            }
            if lose {
                there.hosts.all[1].signal("sshd", Signal::SIGKILL);
            }
            made.join().unwrap()
        });
        assert!(made == expected, "another film, lost: {lose}");
        assert_eq!(executor.lost.load(Ordering::SeqCst) > 0, lose);
        drop(executor);
        there.is_quiet(0);
        there.is_quiet(1);
    }
}

#[test]
fn a_stopped_agent_is_given_up_and_does_no_harm_when_it_goes_on() {
    let Some(there) = There::start(1) else { return };
    let (near, host) = (Near::new(), &there.hosts.all[0]);
    let mut far = there.far(0, Duration::from_secs(3));
    near.run(|action, job| far.run(action, &near.cache, job), &near.text("one")).unwrap();
    host.signal("agent", Signal::SIGSTOP);
    let start = Instant::now();
    let error = near.run(|action, job| far.run(action, &near.cache, job), &near.text("two")).unwrap_err();
    assert!(matches!(error, ExecError::Infra { .. }), "{error}");
    assert!(matches!(far.trouble(), Some(FarError::Silent { .. })), "{error}");
    assert!((2..9).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    let mut other = there.far(0, LONG);
    let outcome = near.run(|action, job| other.run(action, &near.cache, job), &near.text("two")).unwrap();
    host.signal("agent", Signal::SIGCONT);
    drop((far, other));
    there.is_quiet(0);
    let again =
        near.run(|action, job| Local::new(&near.cache, &near.workshop).run(action, job), &near.text("two")).unwrap();
    assert_eq!(outcome.outputs, again.outputs);
}

#[test]
fn two_builds_use_one_host_at_once() {
    let Some(there) = There::start(1) else { return };
    let outcomes: Vec<_> = thread::scope(|scope| {
        let build = || {
            let (near, mut far) = (Near::new(), there.far(0, LONG));
            (0..20)
                .map(|n| {
                    let action = if n % 2 == 0 { near.text(&format!("{n}")) } else { near.probe(300_000, n) };
                    near.run(|action, job| far.run(action, &near.cache, job), &action).unwrap().outputs
                })
                .collect::<Vec<_>>()
        };
        let builds: Vec<_> = (0..3).map(|_| scope.spawn(build)).collect();
        builds.into_iter().map(|build| build.join().unwrap()).collect()
    });
    assert_eq!(outcomes[0], outcomes[1]);
    assert_eq!(outcomes[0], outcomes[2]);
    there.is_quiet(0);
}

#[test]
fn packets_dropped_under_a_large_blob_are_noticed_and_it_goes_on_where_it_was() {
    let Some(there) = There::start(1) else { return };
    let (near, host) = (Near::new(), &there.hosts.all[0]);
    let action = near.probe(80_000_000, 1);
    let mut far = there.far(0, Duration::from_secs(3));
    let (partial, start) = ("find $HOME/.cache/t2v/agent -path '*partial*' -type f -size +4M", Instant::now());
    let error = thread::scope(|scope| {
        let run = scope.spawn(|| near.run(|action, job| far.run(action, &near.cache, job), &action));
        while host.run(partial).is_empty() {
            assert!(start.elapsed() < LONG && !run.is_finished(), "it was never caught in the middle");
        }
        host.cut();
        run.join().unwrap().unwrap_err()
    });
    assert!(matches!(error, ExecError::Infra { .. }), "{error}");
    host.mend();
    drop(far);
    let mut far = there.far(0, LONG);
    near.run(|action, job| far.run(action, &near.cache, job), &action).unwrap();
    assert!(far.sent() < 78_000_000, "{} bytes were sent again", far.sent());
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Seconds of processor time of this process, and of the children that it waited for.
fn processor_time() -> [f64; 2] {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> =
        stat.rsplit(") ").next().unwrap().split(' ').map(|field| field.parse().unwrap_or(0.0)).collect();
    [fields[11] + fields[12], fields[13] + fields[14]].map(|ticks| ticks / 100.0)
}

/// For whoever asks: `cargo test --release --test hosts figures -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn figures() {
    let Some(there) = There::start(1) else { return };
    let near = Near::new();
    let times = (0..10).map(|_| {
        let start = Instant::now();
        drop(ssh::connect(&at(&there.hosts, 0), LONG).unwrap());
        start.elapsed()
    });
    println!("logging in: {:?} (median of 10)", median(times.collect()));
    let times = (0..10).map(|_| {
        let start = Instant::now();
        drop(there.far(0, LONG));
        start.elapsed()
    });
    println!("logging in and greeting: {:?} (median of 10)", median(times.collect()));
    println!("{:?}", ssh::connect(&at(&there.hosts, 0), LONG).unwrap().distance().unwrap());
    let mut far = there.far(0, LONG);
    let timed = |what: &str, run: &mut dyn FnMut(&Action)| {
        let times = (0..100).map(|n| {
            let action = near.text(&format!("{what} {n}"));
            let start = Instant::now();
            run(&action);
            start.elapsed()
        });
        println!("a small step {what}: {:?} (median of 100)", median(times.collect()));
    };
    let local = Local::new(&near.cache, &near.workshop);
    timed("here", &mut |action| drop(near.run(|action, job| local.run(action, job), action).unwrap()));
    timed("there", &mut |action| drop(near.run(|action, job| far.run(action, &near.cache, job), action).unwrap()));
    let file = there.hosts.file("noise");
    fs::write(&file, noise(1 << 30, 9)).unwrap();
    for round in 0..5 {
        let ([_, waited], start) = (processor_time(), Instant::now());
        let mut scp = Command::new("scp");
        scp.arg("-q").arg("-F").arg(there.hosts.config()).arg(&file).arg(format!("h0:copy{round}"));
        assert!(scp.status().unwrap().success());
        let (by_scp, cpu_scp) = (start.elapsed().as_secs_f64(), processor_time()[1] - waited);
        let action = near.probe(1 << 30, 10 + round);
        let ([own, _], start) = (processor_time(), Instant::now());
        near.run(|action, job| far.run(action, &near.cache, job), &action).unwrap();
        let (by_far, cpu_far) = (start.elapsed().as_secs_f64(), processor_time()[0] - own);
        let speed = |seconds: f64| 1073.742 / seconds;
        println!(
            "1 GiB: scp {:.0} MB/s, {cpu_scp:.2} s of CPU here; t2v {:.0} MB/s ({:.0} % of that), {cpu_far:.2} s of CPU here, with a probe of \
             it there",
            speed(by_scp),
            speed(by_far),
            100.0 * by_scp / by_far,
        );
    }
}
