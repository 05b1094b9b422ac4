//! Steps on real hosts: they make the same bytes as here, even if connections break.

use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use t2v::action::{Action, Outcome};
use t2v::cache::Cache;
use t2v::process::CancelToken;
use t2v::remote::capabilities::build_digest;
use t2v::remote::client::{AgentClient, AgentError, SessionConfig};
use t2v::remote::ssh::{self, AgentExecutable, Destination, InstalledAgent};
use t2v::remote::{ExecError, Executor, Job, LocalExecutor};

use crate::common::hosts::{self, Hosts, Setup};
use crate::common::{HANG_TIMEOUT, Project};
use crate::destination;
use crate::workspace::{FILM, Workspace, noise, take_film};

const PROGRAM: &str = env!("CARGO_BIN_EXE_t2v");

/// Hosts on which t2v is installed.
struct InstalledHosts {
    hosts: Hosts,
    installed: Vec<InstalledAgent>,
}

impl InstalledHosts {
    fn start(count: usize) -> Option<Self> {
        let hosts = hosts::start(&vec![Setup::default(); count])?;
        hosts.know();
        let program = AgentExecutable::read(PROGRAM.as_ref()).unwrap();
        let install = |n: usize| ssh::connect(&at(&hosts, n), HANG_TIMEOUT).unwrap().install(&program).unwrap();
        let installed = (0..count).map(install).collect();
        Some(Self { hosts, installed })
    }

    fn client(&self, n: usize, silence: Duration) -> AgentClient {
        self.try_connect(n, silence).unwrap()
    }

    /// A client, or the message of the error.
    fn try_connect(&self, n: usize, silence: Duration) -> Result<AgentClient, String> {
        let connection = ssh::connect(&at(&self.hosts, n), HANG_TIMEOUT).map_err(|error| error.to_string())?;
        let transport = connection
            .start_agent(&self.installed[n], None, &["agent", "--stdio"])
            .map_err(|error| error.to_string())?;
        let session_config = SessionConfig::new(format!("h{n}"), Some(build_digest(PROGRAM.as_ref()).unwrap()));
        let greeted =
            AgentClient::connect(Box::new(transport), SessionConfig { silence_timeout: silence, ..session_config });
        greeted.map(|(client, _)| client).map_err(|error| error.to_string())
    }

    /// Waits until no agent runs on the host.
    fn is_quiet(&self, n: usize) {
        let start = Instant::now();
        while !self.hosts.all[n].processes("agent").is_empty() {
            let ids = self.hosts.all[n].processes("agent");
            let told = |id: &i32, what: &str| {
                fs::read_to_string(format!("/proc/{id}/{what}")).unwrap_or_default().replace('\0', " ")
            };
            let left: Vec<_> = ids.iter().map(|id| told(id, "cmdline") + &told(id, "status")).collect();
            assert!(start.elapsed() < HANG_TIMEOUT, "still on h{n}: {left:#?}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn at(hosts: &Hosts, n: usize) -> Destination {
    destination(hosts, &format!("h{n}"))
}

/// Runs steps on the hosts in turn; after a failure only on the first host.
struct HostsExecutor<'t> {
    remote: &'t InstalledHosts,
    cache: &'t Cache,
    idle: Vec<Mutex<Vec<AgentClient>>>,
    turns: AtomicUsize,
    lost: AtomicUsize,
}

impl Executor for HostsExecutor<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        let turn = self.turns.fetch_add(1, Ordering::SeqCst);
        let n = if self.lost.load(Ordering::SeqCst) > 0 { 0 } else { turn % self.idle.len() };
        let idle = self.idle[n].lock().unwrap().pop();
        let mut client = match idle.map_or_else(|| self.remote.try_connect(n, HANG_TIMEOUT), Ok) {
            Ok(client) => client,
            Err(message) => {
                self.lost.fetch_add(1, Ordering::SeqCst);
                return Err(ExecError::Transient { message, retry_after: None, alone: false });
            }
        };
        let result = client.run(action, self.cache, job);
        match client.is_usable() {
            true => self.idle[n].lock().unwrap().push(client),
            false => drop(self.lost.fetch_add(1, Ordering::SeqCst)),
        }
        result
    }
}

/// Builds the project's film, and returns its bytes.
fn film(project: &Project, workspace: &Workspace, executor: &dyn Executor) -> Vec<u8> {
    let summary = workspace.build(project, executor, 3, &CancelToken::default());
    assert!(summary.is_complete(), "{:?}", summary.failures);
    take_film(project)
}

#[test]
fn a_film_made_on_two_hosts_is_the_one_made_here_even_if_one_is_lost() {
    let Some(remote) = InstalledHosts::start(2) else { return };
    let project = Project::new(FILM);
    project.picture("a.png", (300, 200), [200, 100, 50]);
    let here = Workspace::new();
    let expected = film(&project, &here, &LocalExecutor::new(&here.cache, &here.workshop));
    for lose in [false, true] {
        for host in &remote.hosts.all {
            host.run("rm -rf $HOME/.cache/t2v/agent");
        }
        let workspace = Workspace::new();
        let idle = vec![Mutex::default(), Mutex::default()];
        let (turns, lost) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let executor = HostsExecutor { remote: &remote, cache: &workspace.cache, idle, turns, lost };
        let made = thread::scope(|scope| {
            let made = scope.spawn(|| film(&project, &workspace, &executor));
            while lose && !made.is_finished() && executor.turns.load(Ordering::SeqCst) < 6 {
                thread::sleep(Duration::from_millis(1));
            }
            if lose {
                remote.hosts.all[1].signal("sshd", Signal::SIGKILL);
            }
            made.join().unwrap()
        });
        assert!(made == expected, "another film, lost: {lose}");
        assert_eq!(executor.lost.load(Ordering::SeqCst) > 0, lose);
        drop(executor);
        remote.is_quiet(0);
        remote.is_quiet(1);
    }
}

#[test]
fn a_stopped_agent_is_given_up_and_does_no_harm_when_it_goes_on() {
    let Some(remote) = InstalledHosts::start(1) else { return };
    let (workspace, host) = (Workspace::new(), &remote.hosts.all[0]);
    let silence = Duration::from_secs(8);
    let mut client = remote.client(0, silence);
    workspace.run(&mut client, &workspace.text("one")).unwrap();
    host.signal("agent", Signal::SIGSTOP);
    let start = Instant::now();
    let error = workspace.run(&mut client, &workspace.text("two")).unwrap_err();
    assert!(matches!(error, ExecError::Transient { .. }), "{error}");
    assert!(matches!(client.last_error(), Some(AgentError::Silent { .. })), "{error}");
    assert!(start.elapsed() >= silence, "{:?}", start.elapsed());
    let mut other = remote.client(0, HANG_TIMEOUT);
    let outcome = workspace.run(&mut other, &workspace.text("two")).unwrap();
    host.signal("agent", Signal::SIGCONT);
    drop((client, other));
    remote.is_quiet(0);
    let again = run_here(&workspace, &workspace.text("two")).unwrap();
    assert_eq!(outcome.outputs, again.outputs);
}

#[test]
fn two_builds_use_one_host_at_once() {
    let Some(remote) = InstalledHosts::start(1) else { return };
    let outcomes: Vec<_> = thread::scope(|scope| {
        let build = || {
            let (workspace, mut client) = (Workspace::new(), remote.client(0, HANG_TIMEOUT));
            (0..20)
                .map(|n| {
                    let action =
                        if n % 2 == 0 { workspace.text(&format!("{n}")) } else { workspace.probe(&noise(300_000, n)) };
                    workspace.run(&mut client, &action).unwrap().outputs
                })
                .collect::<Vec<_>>()
        };
        let builds: Vec<_> = (0..3).map(|_| scope.spawn(build)).collect();
        builds.into_iter().map(|build| build.join().unwrap()).collect()
    });
    assert_eq!(outcomes[0], outcomes[1]);
    assert_eq!(outcomes[0], outcomes[2]);
    remote.is_quiet(0);
}

#[test]
fn packets_dropped_under_a_large_blob_are_noticed_and_it_goes_on_where_it_was() {
    let Some(remote) = InstalledHosts::start(1) else { return };
    let (workspace, host) = (Workspace::new(), &remote.hosts.all[0]);
    let action = workspace.probe(&noise(80_000_000, 1));
    let mut client = remote.client(0, Duration::from_secs(8));
    // Slow enough to interrupt the transfer: the blob takes about eight seconds.
    host.slow_down("80mbit");
    let (partial, start) = ("find $HOME/.cache/t2v/agent -path '*partial*' -type f -size +4M", Instant::now());
    let error = thread::scope(|scope| {
        let run = scope.spawn(|| workspace.run(&mut client, &action));
        while host.run(partial).is_empty() {
            assert!(start.elapsed() < HANG_TIMEOUT && !run.is_finished(), "it was never caught in the middle");
        }
        host.cut();
        run.join().unwrap().unwrap_err()
    });
    assert!(matches!(error, ExecError::Transient { .. }), "{error}");
    host.mend();
    drop(client);
    let mut client = remote.client(0, HANG_TIMEOUT);
    workspace.run(&mut client, &action).unwrap();
    assert!(client.sent_bytes() < 78_000_000, "{} bytes were sent again", client.sent_bytes());
}

fn run_here(workspace: &Workspace, action: &Action) -> Result<Outcome, ExecError> {
    let job = Job { cancel: &CancelToken::default(), progress: &|_, _| {} };
    LocalExecutor::new(&workspace.cache, &workspace.workshop).run(action, &job)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Processor time in seconds: of this process, and of the children that it waited for.
fn processor_time() -> [f64; 2] {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> =
        stat.rsplit(") ").next().unwrap().split(' ').map(|field| field.parse().unwrap_or(0.0)).collect();
    [fields[11] + fields[12], fields[13] + fields[14]].map(|ticks| ticks / 100.0)
}

/// A measurement: `cargo test --release --test hosts figures -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn figures() {
    let Some(remote) = InstalledHosts::start(1) else { return };
    let workspace = Workspace::new();
    let times = (0..10).map(|_| {
        let start = Instant::now();
        drop(ssh::connect(&at(&remote.hosts, 0), HANG_TIMEOUT).unwrap());
        start.elapsed()
    });
    println!("logging in: {:?} (median of 10)", median(times.collect()));
    let times = (0..10).map(|_| {
        let start = Instant::now();
        drop(remote.client(0, HANG_TIMEOUT));
        start.elapsed()
    });
    println!("logging in and greeting: {:?} (median of 10)", median(times.collect()));
    println!("{:?}", ssh::connect(&at(&remote.hosts, 0), HANG_TIMEOUT).unwrap().measure_link().unwrap());
    let mut client = remote.client(0, HANG_TIMEOUT);
    let timed = |what: &str, run: &mut dyn FnMut(&Action)| {
        let times = (0..100).map(|n| {
            let action = workspace.text(&format!("{what} {n}"));
            let start = Instant::now();
            run(&action);
            start.elapsed()
        });
        println!("a small step {what}: {:?} (median of 100)", median(times.collect()));
    };
    timed("here", &mut |action| drop(run_here(&workspace, action).unwrap()));
    timed("there", &mut |action| drop(workspace.run(&mut client, action).unwrap()));
    let file = remote.hosts.file("noise");
    fs::write(&file, noise(1 << 30, 9)).unwrap();
    for round in 0..5 {
        let ([_, waited], start) = (processor_time(), Instant::now());
        let mut scp = Command::new("scp");
        scp.arg("-q").arg("-F").arg(remote.hosts.config()).arg(&file).arg(format!("h0:copy{round}"));
        assert!(scp.status().unwrap().success());
        let (by_scp, cpu_scp) = (start.elapsed().as_secs_f64(), processor_time()[1] - waited);
        let action = workspace.probe(&noise(1 << 30, 10 + round));
        let ([own, _], start) = (processor_time(), Instant::now());
        workspace.run(&mut client, &action).unwrap();
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
