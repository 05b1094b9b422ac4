//! A host as a worker group: another machine, reached through agents. Keeps sessions open for the next step and measures how fast the transport to it is.
//!
//! It does not open transports itself (that is an [`AgentConnector`]), nor choose the steps that run on the host (that is the engine).

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::action::{Action, Outcome};
use crate::cache::Cache;
use crate::process::CancelToken;
use crate::steps::{self, Origin};

use super::capabilities::Capabilities;
use super::client::{AgentClient, AgentError, KnownBlobs, SessionConfig};
use super::executor::{Capacity, ConnectError, ExecError, Executor, Job, WorkerGroup};
use super::resumable_transfer;
use super::transport::Transport;

/// How often a thread that waits for a session checks whether the session is still wanted.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// A host with less free disk space than this runs no steps.
const MIN_FREE_BYTES: u64 = 64 << 20;
/// The assumed speed before anything was sent, in bytes per second: the wireless part of a fast home network.
const INITIAL_BYTES_PER_SECOND: f64 = 20e6;
/// The least size assumed for the outputs of a step, in bytes.
const MIN_OUTPUT_BYTES: u64 = 256 << 10;
/// A bound on the slots that a host claims to have; no real host has more.
const MAX_SLOTS: u64 = 256;
/// Sessions with one host that are opened at the same time. An sshd refuses some of more than ten connections that have not logged in yet
/// (its `MaxStartups`). Hosts behind the same jump host are not counted together.
const MAX_CONCURRENT_OPENS: usize = 8;
/// The weight of a new measurement in a running average.
const SMOOTHING: f64 = 0.3;
/// Sends smaller than this are not measured, because they end in a buffer.
const MIN_MEASURED_BYTES: usize = 512 << 10;

/// Opens transports to the agents of one host.
pub trait AgentConnector: Send + Sync {
    /// Starts an agent on the host and opens a transport to it.
    fn open(&self) -> Result<Box<dyn Transport>, ConnectError>;

    /// Forgets what is known of the host, because an agent there did not start as it should.
    fn invalidate(&self) {}
}

/// How a host is used.
#[derive(Clone)]
pub struct HostUsage {
    /// Capabilities of this machine, which those of the host are compared with.
    pub local: Capabilities,
    /// Steps that run on the host at the same time; `None` means one for each of its cores.
    pub slots: Option<usize>,
}

/// A host that runs actions through agents. One session runs one action at a time.
pub struct AgentHost<'c> {
    name: String,
    connector: Arc<dyn AgentConnector>,
    cache: &'c Cache,
    usage: HostUsage,
    known_blobs: KnownBlobs,
    idle: Mutex<Vec<AgentClient>>,
    capabilities: Mutex<Option<Capabilities>>,
    speed: Arc<Mutex<LinkSpeed>>,
    limiter: Arc<OpenLimiter>,
}

/// Bounds how many sessions with one host are opened at the same time.
#[derive(Default)]
struct OpenLimiter {
    opening: Mutex<usize>,
    released: Condvar,
}

/// The right to open one session; released when dropped.
struct OpenSlot<'l>(&'l OpenLimiter);

impl OpenLimiter {
    fn acquire(&self) -> OpenSlot<'_> {
        let opening = self.released.wait_while(lock(&self.opening), |opening| *opening >= MAX_CONCURRENT_OPENS);
        *opening.unwrap_or_else(PoisonError::into_inner) += 1;
        OpenSlot(self)
    }
}

impl Drop for OpenSlot<'_> {
    fn drop(&mut self) {
        *lock(&self.0.opening) -= 1;
        self.0.released.notify_one();
    }
}

/// How fast the transports to a host are.
#[derive(Clone, Copy, Debug, PartialEq)]
struct LinkSpeed {
    bytes_per_second: f64,
    /// The time that a step takes there beyond its own run time and transfers.
    delay_seconds: f64,
}

/// What the thread that opens one session owns.
struct SessionOpener {
    connector: Arc<dyn AgentConnector>,
    limiter: Arc<OpenLimiter>,
    speed: Arc<Mutex<LinkSpeed>>,
    config: SessionConfig,
    cancel: CancelToken,
}

impl SessionOpener {
    fn run(self, opened: &Sender<Result<(AgentClient, Capabilities), ConnectError>>) {
        let slot = self.limiter.acquire();
        // The session may have become unnecessary while this thread waited.
        if self.cancel.is_set() {
            return;
        }
        let transport = self.connector.open();
        drop(slot);
        let _ = opened.send(transport.and_then(|transport| self.connect(transport)));
    }

    fn connect(self, transport: Box<dyn Transport>) -> Result<(AgentClient, Capabilities), ConnectError> {
        let transport = Box::new(MeteredTransport { transport, speed: self.speed });
        AgentClient::connect(transport, self.config).map_err(|error| {
            self.connector.invalidate();
            connect_error(&error)
        })
    }
}

impl<'c> AgentHost<'c> {
    /// The host called `name`, reached by `connector`. Inputs of steps come from `cache`, and their outputs are stored in it.
    pub fn new(name: String, connector: Arc<dyn AgentConnector>, cache: &'c Cache, usage: HostUsage) -> Self {
        resumable_transfer::remove_stale(cache);
        let speed = LinkSpeed { bytes_per_second: INITIAL_BYTES_PER_SECOND, delay_seconds: 0.01 };
        Self {
            name,
            connector,
            cache,
            usage,
            known_blobs: KnownBlobs::default(),
            idle: Mutex::default(),
            capabilities: Mutex::default(),
            speed: Arc::new(Mutex::new(speed)),
            limiter: Arc::default(),
        }
    }

    /// An idle session that still works, or a new one.
    fn session(&self, cancel: &CancelToken) -> Result<AgentClient, ConnectError> {
        while let Some(mut client) = self.take_idle() {
            if client.keep_alive() {
                return Ok(client);
            }
        }
        let (client, capabilities) = self.open(cancel)?;
        *lock(&self.capabilities) = Some(capabilities);
        Ok(client)
    }

    fn take_idle(&self) -> Option<AgentClient> {
        lock(&self.idle).pop()
    }

    /// Opens a session on a thread of its own, since connecting may take longer than a cancelled build waits.
    fn open(&self, cancel: &CancelToken) -> Result<(AgentClient, Capabilities), ConnectError> {
        let (sender, opened) = channel();
        let opener = SessionOpener {
            connector: Arc::clone(&self.connector),
            limiter: Arc::clone(&self.limiter),
            speed: Arc::clone(&self.speed),
            config: SessionConfig {
                known_blobs: self.known_blobs.clone(),
                ..SessionConfig::new(&self.name, Some(self.usage.local.build))
            },
            cancel: cancel.clone(),
        };
        thread::spawn(move || opener.run(&sender));
        loop {
            match opened.recv_timeout(POLL_INTERVAL) {
                Ok(opened) => return opened,
                Err(RecvTimeoutError::Timeout) if !cancel.is_set() => {}
                Err(_) => {
                    let message = "it is not wanted any more".to_owned();
                    return Err(ConnectError { message, help: None, is_transient: true });
                }
            }
        }
    }

    fn capacity(&self, there: &Capabilities) -> Capacity {
        let mut differing_tools = Vec::new();
        for (tool, fingerprint) in &self.usage.local.tools {
            if there.tools.get(tool) != Some(fingerprint) {
                differing_tools.push(tool.clone());
            }
        }
        Capacity { slots: slots(self.usage.slots, there.cores), memory: there.memory, differing_tools }
    }
}

impl Executor for AgentHost<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        let mut client = self.session(job.cancel).map_err(|error| gone(error.message, job))?;
        let start = Instant::now();
        let sent_before = client.sent_bytes();
        let result = client.run(action, self.cache, job);
        if let Ok(outcome) = &result
            && client.sent_bytes() - sent_before < MIN_MEASURED_BYTES as u64
        {
            lock(&self.speed).record_delay(start.elapsed().saturating_sub(Duration::from_millis(outcome.millis)));
        }
        let is_lost =
            client.last_error().is_some_and(|error| error.is_final() || matches!(error, AgentError::DiskFull { .. }));
        if client.is_usable() {
            lock(&self.idle).push(client);
        }
        match result {
            Err(ExecError::Transient { message, .. }) if is_lost => Err(gone(message, job)),
            result => result,
        }
    }
}

impl WorkerGroup for AgentHost<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn connect(&self, cancel: &CancelToken) -> Result<Capacity, ConnectError> {
        // Sessions from before a loss are broken or in an unknown state.
        lock(&self.idle).clear();
        let (client, capabilities) = self.open(cancel)?;
        if capabilities.free < MIN_FREE_BYTES {
            let message = format!("its disk is full: {} MB are left", capabilities.free / 1_000_000);
            let help = Some(format!("`t2v hosts clean {}` removes what t2v keeps there", self.name));
            return Err(ConnectError { message, help, is_transient: true });
        }
        let capacity = self.capacity(&capabilities);
        *lock(&self.capabilities) = Some(capabilities);
        lock(&self.idle).push(client);
        Ok(capacity)
    }

    fn can_run(&self, action: &Action) -> bool {
        // What an external service answers is asked for from the user's machine only.
        steps::origin(&action.kind) != Some(Origin::External)
            && lock(&self.capabilities).as_ref().is_some_and(|there| there.incompatibility(action).is_none())
    }

    fn transfer_cost(&self, action: &Action) -> Duration {
        let input_bytes = self.known_blobs.missing_bytes(action);
        let output_bytes = steps::output_bytes(action).max(MIN_OUTPUT_BYTES);
        lock(&self.speed).transfer_time(input_bytes + output_bytes)
    }
}

impl LinkSpeed {
    fn transfer_time(&self, bytes: u64) -> Duration {
        Duration::from_secs_f64((self.delay_seconds + bytes as f64 / self.bytes_per_second).min(1e6))
    }

    fn record_delay(&mut self, delay: Duration) {
        self.delay_seconds = self.delay_seconds * (1.0 - SMOOTHING) + delay.as_secs_f64().min(10.0) * SMOOTHING;
    }

    fn record_transfer(&mut self, bytes: usize, took: Duration) {
        let rate = (bytes as f64 / took.as_secs_f64().max(1e-6)).clamp(1e3, 1e10);
        self.bytes_per_second = (self.bytes_per_second.ln() * (1.0 - SMOOTHING) + rate.ln() * SMOOTHING).exp();
    }
}

/// A transport that records how fast it sends.
struct MeteredTransport {
    transport: Box<dyn Transport>,
    speed: Arc<Mutex<LinkSpeed>>,
}

impl Transport for MeteredTransport {
    fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let start = Instant::now();
        let sent = self.transport.send(bytes);
        if bytes.len() >= MIN_MEASURED_BYTES && sent.is_ok() {
            lock(&self.speed).record_transfer(bytes.len(), start.elapsed());
        }
        sent
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> std::io::Result<usize> {
        self.transport.receive(into, wait)
    }

    fn stderr_tail(&mut self) -> String {
        self.transport.stderr_tail()
    }
}

/// The slots of a host: as many as the user configured, or one for each core that the host claims to have.
fn slots(configured: Option<usize>, cores: u64) -> usize {
    configured.unwrap_or(cores.clamp(1, MAX_SLOTS) as usize)
}

/// A lost host. On cancellation the loss does not matter.
fn gone(message: String, job: &Job) -> ExecError {
    if job.cancel.is_set() { ExecError::Cancelled } else { ExecError::Gone { message } }
}

/// Why a host is not used whose agent does not start as it should.
fn connect_error(error: &AgentError) -> ConnectError {
    let is_transient = matches!(error, AgentError::Gone { .. } | AgentError::Silent { .. });
    ConnectError { message: error.to_string(), help: None, is_transient }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::steps::Workshop;

    #[test]
    fn a_host_has_as_many_slots_as_can_be_believed() {
        assert_eq!([0, 8, u64::MAX].map(|cores| slots(None, cores)), [1, 8, 256]);
        assert_eq!(slots(Some(300), 8), 300);
    }

    /// Opens no transport, and records how many calls run at the same time.
    #[derive(Default)]
    struct CrowdedConnector {
        opening: AtomicUsize,
        most: AtomicUsize,
    }

    impl AgentConnector for CrowdedConnector {
        fn open(&self) -> Result<Box<dyn Transport>, ConnectError> {
            let now = self.opening.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            // Waits until as many calls as allowed run at the same time, however slow the machine is.
            let start = Instant::now();
            while self.most.load(Ordering::SeqCst) < MAX_CONCURRENT_OPENS && start.elapsed() < Duration::from_secs(60) {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(20));
            self.opening.fetch_sub(1, Ordering::SeqCst);
            Err(ConnectError { message: "closed".into(), help: None, is_transient: true })
        }
    }

    #[test]
    fn not_all_sessions_are_opened_at_the_same_time() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let workshop = Workshop::open(&cache).unwrap();
        let local = Capabilities::detect(&cache, &workshop, 1, 0, 0).unwrap();
        let connector = Arc::new(CrowdedConnector::default());
        let machine = AgentHost::new("h".into(), Arc::clone(&connector) as _, &cache, HostUsage { local, slots: None });
        thread::scope(|scope| {
            for _ in 0..3 * MAX_CONCURRENT_OPENS {
                scope.spawn(|| machine.connect(&CancelToken::default()).unwrap_err());
            }
        });
        assert_eq!(connector.most.load(Ordering::SeqCst), MAX_CONCURRENT_OPENS);
    }

    #[test]
    fn the_speed_follows_what_is_measured() {
        let mut speed = LinkSpeed { bytes_per_second: 1e6, delay_seconds: 0.0 };
        assert_eq!(speed.transfer_time(2_000_000), Duration::from_secs(2));
        (0..40).for_each(|_| speed.record_transfer(1_000_000, Duration::from_millis(100)));
        assert!((speed.bytes_per_second / 1e7 - 1.0).abs() < 0.01, "{speed:?}");
        (0..40).for_each(|_| speed.record_delay(Duration::from_millis(20)));
        assert!((speed.transfer_time(0).as_secs_f64() - 0.02).abs() < 0.001, "{speed:?}");
    }
}
