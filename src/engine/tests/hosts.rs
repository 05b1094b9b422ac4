//! The engine with other machines, which here are threads that take as long as they are told to.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::event::HostStatus;
use crate::remote::{Capacity, ConnectError, WorkerGroup};

/// A host that does what [`Joiner`] does, after some time, as often as it is let.
struct Far<'a> {
    joiner: &'a Joiner<'a>,
    name: &'a str,
    offer: Capacity,
    tools: &'a [&'a str],
    /// How long each step takes.
    takes: Duration,
    /// How long each step's way there and back takes.
    transfer_cost: Duration,
    /// So many tries to join it are refused first.
    refusals: AtomicUsize,
    /// So many steps end there; at the next one it goes away, and does not come back.
    lives: AtomicUsize,
    left: AtomicBool,
    ran: AtomicUsize,
}

impl<'a> Far<'a> {
    fn new(name: &'a str, slots: usize, joiner: &'a Joiner<'a>) -> Self {
        Self {
            joiner,
            name,
            offer: Capacity { slots, memory: u64::MAX, ..Capacity::default() },
            tools: &[],
            takes: Duration::from_millis(20),
            transfer_cost: Duration::ZERO,
            refusals: AtomicUsize::new(0),
            lives: AtomicUsize::new(usize::MAX),
            left: AtomicBool::new(false),
            ran: AtomicUsize::new(0),
        }
    }

    fn ran(&self) -> usize {
        self.ran.load(Ordering::SeqCst)
    }
}

impl Executor for Far<'_> {
    fn run(&self, action: &Action, _: &Job) -> Result<Outcome, ExecError> {
        thread::sleep(self.takes);
        let dies = self.lives.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |lives| lives.checked_sub(1)).is_err();
        if dies {
            self.left.store(true, Ordering::SeqCst);
            return Err(ExecError::Gone { message: "the connection broke".into() });
        }
        let outcome = self.joiner.join(action)?;
        self.ran.fetch_add(1, Ordering::SeqCst);
        Ok(Outcome { millis: self.takes.as_millis() as u64, ..outcome })
    }
}

impl WorkerGroup for Far<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn connect(&self, _: &CancelToken) -> Result<Capacity, ConnectError> {
        let is_refused =
            self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if is_refused || self.left.load(Ordering::SeqCst) {
            return Err(ConnectError { message: "no route".into(), help: None, is_transient: true });
        }
        Ok(self.offer.clone())
    }

    fn can_run(&self, action: &Action) -> bool {
        action.tools.keys().all(|tool| self.tools.contains(&tool.as_str()))
    }

    fn transfer_cost(&self, _: &Action) -> Duration {
        self.transfer_cost
    }
}

/// At home each step takes 20 ms.
struct Home<'a>(&'a Joiner<'a>);

impl Executor for Home<'_> {
    fn run(&self, action: &Action, _: &Job) -> Result<Outcome, ExecError> {
        thread::sleep(Duration::from_millis(20));
        Ok(Outcome { millis: 20, ..self.0.join(action)? })
    }
}

/// At home steps wait until something has happened.
struct Waiting<'a>(Home<'a>, &'a (dyn Fn() -> bool + Sync));

impl Executor for Waiting<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        wait_until("what steps at home wait for", self.1);
        self.0.run(action, job)
    }
}

/// Steps that wait for nothing; with `tool`, they need one.
fn many(count: usize, tool: Option<&str>) -> Vec<PlannedStep> {
    let one = |i: usize| {
        let mut planned = step(&format!("s{i}"), &format!("text {i}"), &[]);
        if let (StepWork::Run(template), Some(tool)) = (&mut planned.work, tool) {
            template.tools = Arc::new(BTreeMap::from([(tool.to_owned(), "1".to_owned())]));
        }
        planned
    };
    (0..count).map(one).collect()
}

fn build_on(cache: &Cache, home: &dyn Executor, hosts: &[&Far], plan: Vec<PlannedStep>) -> (BuildSummary, Vec<Event>) {
    let recording = EventRecorder::default();
    let groups = hosts.iter().map(|&host| host as &dyn WorkerGroup).collect();
    let summary =
        WorkerPool::with(cache, options(), &ExecutorSet { local: home, groups }, &CancelToken::default(), |workers| {
            Engine::new(workers, &recording, goal()).build(plan)
        });
    (summary, recording.events().into_iter().map(|stamped| stamped.event).collect())
}

fn news(events: &[Event]) -> Vec<(&str, &HostStatus)> {
    let statuses = events.iter().filter_map(|event| match event {
        Event::Host { host, news } => Some((host.as_str(), news)),
        _ => None,
    });
    statuses.collect()
}

fn joined(slots: usize) -> HostStatus {
    HostStatus::Joined { slots, differs: Vec::new() }
}

#[test]
fn hosts_take_their_share() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner::new(&cache);
    let (one, two) = (Far::new("one", 2, &joiner), Far::new("two", 4, &joiner));
    let both = || one.ran() > 0 && two.ran() > 0;
    let home = Waiting(Home(&joiner), &both);
    let (summary, events) = build_on(&cache, &home, &[&one, &two], many(80, None));
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(summary.ran.len(), 80);
    assert!(one.ran() + two.ran() <= 80, "{} {}", one.ran(), two.ran());
    let mut there = news(&events);
    there.sort_by_key(|(host, _)| *host);
    assert_eq!(there, [("one", &joined(2)), ("two", &joined(4))]);
    let far = |event: &&Event| matches!(event, Event::Started { slot, .. } if slot.starts_with("two "));
    assert_eq!(events.iter().filter(far).count(), two.ran());
}

#[test]
fn what_is_quicker_here_stays_here() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner::new(&cache);
    let slow = Far { transfer_cost: Duration::from_secs(100), ..Far::new("slow", 4, &joiner) };
    let (summary, _) = build_on(&cache, &Home(&joiner), &[&slow], many(20, None));
    assert_eq!((summary.ran.len(), slow.ran()), (20, 0));
}

#[test]
fn steps_run_only_where_their_tools_are() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner::new(&cache);
    let (bare, fit) = (Far::new("bare", 2, &joiner), Far::new("fit", 2, &joiner));
    let fit = Far { tools: &["ffmpeg"], ..fit };
    let is_used = || fit.ran() > 5;
    let home = Waiting(Home(&joiner), &is_used);
    let (summary, _) = build_on(&cache, &home, &[&bare, &fit], many(40, Some("ffmpeg")));
    assert_eq!((summary.ran.len(), bare.ran()), (40, 0));
}

#[test]
fn a_host_that_goes_away_costs_no_result_and_is_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner::new(&cache);
    let frail = Far { lives: AtomicUsize::new(5), ..Far::new("frail", 4, &joiner) };
    let is_gone = || frail.left.load(Ordering::SeqCst);
    let home = Waiting(Home(&joiner), &is_gone);
    let (summary, events) = build_on(&cache, &home, &[&frail], many(60, None));
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!((summary.ran.len(), frail.ran()), (60, 5));
    let left = |(_, news): &&(&str, &HostStatus)| matches!(news, HostStatus::Left { .. });
    let statuses = news(&events);
    assert_eq!(statuses.iter().filter(left).count(), 1, "{statuses:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Retrying { millis: 0, .. })));
}

#[test]
fn a_host_that_comes_late_is_used() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner::new(&cache);
    let late = Far { refusals: AtomicUsize::new(1), ..Far::new("late", 8, &joiner) };
    let is_used = || late.ran() > 30;
    let home = Waiting(Home(&joiner), &is_used);
    let (summary, events) = build_on(&cache, &home, &[&late], many(60, None));
    assert_eq!(summary.ran.len(), 60);
    let refused = HostStatus::Refused { why: "no route".into(), help: None, again: true };
    assert_eq!(news(&events), [("late", &refused), ("late", &joined(8))]);
}

/// A host on which some actions never have an outcome.
struct Odd<'a> {
    host: Far<'a>,
    hurts: fn(&str) -> bool,
    fails: fn(&Job) -> ExecError,
}

impl Executor for Odd<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        match (self.hurts)(action.params["text"].as_str().unwrap()) {
            true => Err((self.fails)(job)),
            false => self.host.run(action, job),
        }
    }
}

impl WorkerGroup for Odd<'_> {
    fn name(&self) -> &str {
        self.host.name()
    }

    fn connect(&self, cancel: &CancelToken) -> Result<Capacity, ConnectError> {
        self.host.connect(cancel)
    }

    fn can_run(&self, action: &Action) -> bool {
        self.host.can_run(action)
    }

    fn transfer_cost(&self, action: &Action) -> Duration {
        self.host.transfer_cost(action)
    }
}

/// Builds 100 steps at home and on a host with three slots, on which some of them fail like this.
fn build_with_an_odd_host(hurts: fn(&str) -> bool, fails: fn(&Job) -> ExecError) -> (BuildSummary, Vec<Event>) {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner::new(&cache);
    let odd = Odd { host: Far { takes: Duration::from_millis(1), ..Far::new("far", 3, &joiner) }, hurts, fails };
    let recording = EventRecorder::default();
    let places = ExecutorSet { local: &Home(&joiner), groups: vec![&odd] };
    let timeouts = StepTimeouts { all: Some(Duration::from_secs(3)), ..StepTimeouts::default() };
    let summary = WorkerPool::with(
        &cache,
        EngineOptions { timeouts, ..options() },
        &places,
        &CancelToken::default(),
        |workers| Engine::new(workers, &recording, goal()).build(many(100, None)),
    );
    (summary, recording.events().into_iter().map(|stamped| stamped.event).collect())
}

#[test]
fn an_action_that_takes_hosts_down_ends_at_home() {
    let gone = |_: &Job| ExecError::Gone { message: "out of memory".into() };
    let (summary, _) = build_with_an_odd_host(|text| text == "text 0", gone);
    assert!(summary.is_complete() && summary.ran.len() == 100, "{summary:?}");
}

#[test]
fn a_host_that_never_ends_a_step_costs_its_time_and_no_more() {
    let stalls = |job: &Job| {
        while !job.cancel.is_set() {
            thread::sleep(Duration::from_millis(1));
        }
        ExecError::Cancelled
    };
    let (summary, events) = build_with_an_odd_host(|_| true, stalls);
    assert!(summary.is_complete() && summary.ran.len() == 100, "{summary:?}");
    let retried: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            Event::Retrying { message, .. } => Some(message.as_str()),
            _ => None,
        })
        .collect();
    assert!(!retried.is_empty() && retried.iter().all(|why| *why == "it did not end within 3 s there"), "{retried:?}");
}
