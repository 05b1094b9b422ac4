//! A host: sessions with another machine's agent, opened when they are wanted and kept for the next step. Knows nothing of how a link
//! to it comes about, or of which steps are for it.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::action::{Action, Outcome};
use crate::cache::Cache;
use crate::process::Cancel;
use crate::steps;

use super::far::{Far, FarError, Known, Terms};
use super::hello::Hello;
use super::link::Link;
use super::{ExecError, Executor, Host, Job, Offer, Refusal, arrivals};

/// How often somebody who waits for a session looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(50);
/// A disk with so little left takes no steps.
const LITTLE_SPACE: u64 = 64 << 20;
/// What a link is held to carry before anything was sent, in bytes a second: a fast home network's wireless part.
const GUESSED_RATE: f64 = 20e6;
/// Steps are held to give back at least this, in bytes.
const GIVEN_BACK: u64 = 256 << 10;
/// More slots than any host has; one that claims more is not believed.
const MOST_SLOTS: u64 = 256;
/// So many sessions with one host are opened at the same time: where more than ten that have not logged in yet come together, an sshd turns
/// some of them away (its `MaxStartups`). Hosts behind one and the same host on the way are not counted together.
const AT_THE_DOOR: usize = 8;
/// How much a new measurement counts.
const NEW: f64 = 0.3;
/// Sends smaller than this say nothing of the rate: they end in some buffer.
const TELLING: usize = 512 << 10;

/// A way to a host.
pub trait Road: Send + Sync {
    /// Opens a new link to an agent there.
    fn open(&self) -> Result<Box<dyn Link>, Refusal>;

    /// An agent there did not greet as it should: what was known of it may hold no longer.
    fn doubt(&self) {}
}

/// What a host is used for.
#[derive(Clone)]
pub struct Use {
    /// This machine, for comparison.
    pub home: Hello,
    /// Steps at the same time; as many as it has cores, where nothing is said.
    pub slots: Option<usize>,
}

/// Another machine.
pub struct Machine<'c> {
    name: String,
    road: Arc<dyn Road>,
    cache: &'c Cache,
    usage: Use,
    known: Known,
    idle: Mutex<Vec<Far>>,
    met: Mutex<Option<Hello>>,
    pace: Arc<Mutex<Pace>>,
    door: Arc<Door>,
}

/// Where whoever opens a session waits for its turn.
#[derive(Default)]
struct Door {
    inside: Mutex<usize>,
    left: Condvar,
}

/// Somebody's turn at the door.
struct Turn<'d>(&'d Door);

impl Door {
    fn enter(&self) -> Turn<'_> {
        let inside = self.left.wait_while(lock(&self.inside), |inside| *inside >= AT_THE_DOOR);
        *inside.unwrap_or_else(PoisonError::into_inner) += 1;
        Turn(self)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *lock(&self.0.inside) -= 1;
        self.0.left.notify_one();
    }
}

/// How fast a host's links are.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pace {
    /// Bytes a second.
    rate: f64,
    /// What a step takes longer than it takes, in seconds, transfers aside.
    delay: f64,
}

impl<'c> Machine<'c> {
    /// The host called `name` at the end of `road`. Steps' inputs come from `cache`, and their outputs go there.
    pub fn new(name: String, road: Arc<dyn Road>, cache: &'c Cache, usage: Use) -> Self {
        arrivals::sweep(cache);
        let pace = Arc::new(Mutex::new(Pace { rate: GUESSED_RATE, delay: 0.01 }));
        let (known, idle, met, door) = (Known::default(), Mutex::default(), Mutex::default(), Arc::default());
        Self { name, road, cache, usage, known, idle, met, pace, door }
    }

    /// A session that is free, or a new one.
    fn session(&self, cancel: &Cancel) -> Result<Far, Refusal> {
        while let Some(mut far) = self.kept() {
            if far.tend() {
                return Ok(far);
            }
        }
        let (far, hello) = self.open(cancel)?;
        *lock(&self.met) = Some(hello);
        Ok(far)
    }

    fn kept(&self) -> Option<Far> {
        lock(&self.idle).pop()
    }

    /// Opens a session on a thread of its own, since the way there may take longer than anybody waits.
    fn open(&self, cancel: &Cancel) -> Result<(Far, Hello), Refusal> {
        let (tell, told) = channel();
        let (road, pace, door) = (Arc::clone(&self.road), Arc::clone(&self.pace), Arc::clone(&self.door));
        let terms = Terms { known: self.known.clone(), ..Terms::new(&self.name, Some(self.usage.home.build)) };
        let unwanted = cancel.clone();
        thread::spawn(move || {
            let turn = door.enter();
            // Whoever asked may have gone while it waited.
            if unwanted.is_set() {
                return;
            }
            let opened = road.open();
            drop(turn);
            let greeted = opened.and_then(|link| {
                let link = Box::new(Timed { link, pace });
                Far::greet(link, terms).map_err(|error| {
                    road.doubt();
                    refusal(&error)
                })
            });
            let _ = tell.send(greeted);
        });
        loop {
            match told.recv_timeout(LOOK) {
                Ok(opened) => return opened,
                Err(RecvTimeoutError::Timeout) if !cancel.is_set() => {}
                Err(_) => {
                    let message = "it is not wanted any more".to_owned();
                    return Err(Refusal { message, help: None, may_pass: true });
                }
            }
        }
    }

    fn offer(&self, hello: &Hello) -> Offer {
        let there = |(tool, fingerprint): &(&String, &String)| hello.tools.get(*tool) != Some(*fingerprint);
        let mut differs: Vec<String> =
            self.usage.home.tools.iter().filter(there).map(|(tool, _)| tool.clone()).collect();
        if hello.cpu != self.usage.home.cpu {
            differs.push("processor".to_owned());
        }
        let slots = slots(self.usage.slots, hello.cores);
        Offer { slots, memory: hello.memory, differs }
    }
}

impl Executor for Machine<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        let gone =
            |message: String| if job.cancel.is_set() { ExecError::Cancelled } else { ExecError::Gone { message } };
        let mut far = self.session(job.cancel).map_err(|refusal| gone(refusal.message))?;
        let start = Instant::now();
        let sent = far.sent();
        let result = far.run(action, self.cache, job);
        if let Ok(outcome) = &result
            && far.sent() - sent < TELLING as u64
        {
            lock(&self.pace).delayed(start.elapsed().saturating_sub(Duration::from_millis(outcome.millis)));
        }
        let lost = matches!(result, Err(ExecError::Infra { .. }))
            && far.trouble().is_some_and(|error| error.is_final() || matches!(error, FarError::Full { .. }));
        if far.is_usable() {
            lock(&self.idle).push(far);
        }
        match result {
            Err(ExecError::Infra { message, .. }) if lost => Err(gone(message)),
            result => result,
        }
    }
}

impl Host for Machine<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn join(&self, cancel: &Cancel) -> Result<Offer, Refusal> {
        // What was open before it went away is of no use, or of no known use.
        lock(&self.idle).clear();
        let (far, hello) = self.open(cancel)?;
        if hello.free < LITTLE_SPACE {
            let message = format!("its disk is full: {} MB are left", hello.free / 1_000_000);
            let help = Some(format!("`t2v hosts clean {}` removes what t2v keeps there", self.name));
            return Err(Refusal { message, help, may_pass: true });
        }
        let offer = self.offer(&hello);
        *lock(&self.met) = Some(hello);
        lock(&self.idle).push(far);
        Ok(offer)
    }

    fn suits(&self, action: &Action) -> bool {
        lock(&self.met).as_ref().is_some_and(|hello| hello.unsuited(action, &self.usage.home.cpu).is_none())
    }

    fn toll(&self, action: &Action) -> Duration {
        let there = self.known.lacks(action);
        let back = steps::output_bytes(action).max(GIVEN_BACK);
        lock(&self.pace).of(there + back)
    }
}

impl Pace {
    fn of(&self, bytes: u64) -> Duration {
        Duration::from_secs_f64((self.delay + bytes as f64 / self.rate).min(1e6))
    }

    fn delayed(&mut self, by: Duration) {
        self.delay = self.delay * (1.0 - NEW) + by.as_secs_f64().min(10.0) * NEW;
    }

    fn carried(&mut self, bytes: usize, took: Duration) {
        let rate = (bytes as f64 / took.as_secs_f64().max(1e-6)).clamp(1e3, 1e10);
        self.rate = (self.rate.ln() * (1.0 - NEW) + rate.ln() * NEW).exp();
    }
}

/// A link that notes how fast it is.
struct Timed {
    link: Box<dyn Link>,
    pace: Arc<Mutex<Pace>>,
}

impl Link for Timed {
    fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let start = Instant::now();
        let sent = self.link.send(bytes);
        if bytes.len() >= TELLING && sent.is_ok() {
            lock(&self.pace).carried(bytes.len(), start.elapsed());
        }
        sent
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> std::io::Result<usize> {
        self.link.receive(into, wait)
    }

    fn last_words(&mut self) -> String {
        self.link.last_words()
    }
}

/// How many slots are used: as many as the user says, or one for each core that the host claims to have.
fn slots(said: Option<usize>, cores: u64) -> usize {
    said.unwrap_or(cores.clamp(1, MOST_SLOTS) as usize)
}

/// Why a host whose agent does not greet as it should is not used.
fn refusal(error: &FarError) -> Refusal {
    let may_pass = matches!(error, FarError::Gone { .. } | FarError::Silent { .. });
    Refusal { message: error.to_string(), help: None, may_pass }
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

    /// A way on which nobody gets through, and which notes how many try at the same time.
    #[derive(Default)]
    struct Crowd {
        trying: AtomicUsize,
        most: AtomicUsize,
    }

    impl Road for Crowd {
        fn open(&self) -> Result<Box<dyn Link>, Refusal> {
            let now = self.trying.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            // However slowly they come: until so many have been here together.
            let start = Instant::now();
            while self.most.load(Ordering::SeqCst) < AT_THE_DOOR && start.elapsed() < Duration::from_secs(10) {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(20));
            self.trying.fetch_sub(1, Ordering::SeqCst);
            Err(Refusal { message: "closed".into(), help: None, may_pass: true })
        }
    }

    #[test]
    fn not_all_sessions_are_opened_at_the_same_time() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let workshop = Workshop::open(&cache).unwrap();
        let home = Hello::here(&cache, &workshop, 1, 0, 0).unwrap();
        let road = Arc::new(Crowd::default());
        let machine = Machine::new("h".into(), Arc::clone(&road) as _, &cache, Use { home, slots: None });
        thread::scope(|scope| {
            for _ in 0..3 * AT_THE_DOOR {
                scope.spawn(|| machine.join(&Cancel::default()).unwrap_err());
            }
        });
        assert_eq!(road.most.load(Ordering::SeqCst), AT_THE_DOOR);
    }

    #[test]
    fn a_pace_follows_what_is_measured() {
        let mut pace = Pace { rate: 1e6, delay: 0.0 };
        assert_eq!(pace.of(2_000_000), Duration::from_secs(2));
        (0..40).for_each(|_| pace.carried(1_000_000, Duration::from_millis(100)));
        assert!((pace.rate / 1e7 - 1.0).abs() < 0.01, "{pace:?}");
        (0..40).for_each(|_| pace.delayed(Duration::from_millis(20)));
        assert!((pace.of(0).as_secs_f64() - 0.02).abs() < 0.001, "{pace:?}");
    }
}
