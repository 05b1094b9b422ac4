//! The engine on small graphs of nothing in particular, with an executor that records what it is asked for.

mod groups;
mod hosts;
mod pools;
mod stores;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::*;
use crate::action::Requirements;
use crate::cache::Cache;
use crate::digest::Digest;
use crate::event::{EventRecorder, RunReason};
use crate::process::CancelToken;
use crate::remote::{ExecError, Executor, ExecutorSet, Job};

/// A guard against hanging, not a bound.
const HANG: Duration = Duration::from_secs(120);

/// Waits until `is_so`.
#[track_caller]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < HANG, "after {HANG:?} still not: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Each step joins its inputs and its own text; the output's role is `out`. Stricter than a real one: the same key twice is an error,
/// unless the first result was damaged on purpose.
struct Joiner<'a> {
    cache: &'a Cache,
    ran: Mutex<Vec<String>>,
    keys: Mutex<Vec<Key>>,
    running: AtomicUsize,
    most: AtomicUsize,
    fails: &'a str,
}

impl<'a> Joiner<'a> {
    fn new(cache: &'a Cache) -> Self {
        let (ran, keys) = (Mutex::default(), Mutex::default());
        Self { cache, ran, keys, running: AtomicUsize::new(0), most: AtomicUsize::new(0), fails: "nothing" }
    }

    /// Takes two minutes, unless it is cancelled. A text with "wanted" ends once a text with "new" has run. Returns whether it ended
    /// by itself.
    fn hang(&self, action: &Action, job: &Job) -> bool {
        let is_wanted = action.params["text"].as_str().unwrap().contains("wanted");
        let start = Instant::now();
        while !job.cancel.is_set() {
            let has_new = || self.ran.lock().unwrap().iter().any(|text| text.contains("new"));
            if start.elapsed() > HANG || is_wanted && has_new() {
                return true;
            }
            thread::sleep(Duration::from_millis(5));
        }
        false
    }

    fn join(&self, action: &Action) -> Result<Outcome, ExecError> {
        let text = action.params["text"].as_str().unwrap().to_owned();
        self.ran.lock().unwrap().push(text.clone());
        if text == self.fails {
            return Err(ExecError::Step { message: "it broke".into(), help: None, log: "why\n".into() });
        }
        assert_ne!(text, "panic");
        let (mut bytes, mut lost) = (Vec::new(), BTreeMap::new());
        for (role, blob) in &action.inputs {
            match self.cache.read(blob) {
                Ok(input) => bytes.extend(input),
                Err(CacheError::Lost { .. }) => drop(lost.insert(role.clone(), *blob)),
                Err(error) => return Err(error.into()),
            }
        }
        if !lost.is_empty() {
            return Err(ExecError::MissingInputs(lost));
        }
        // A text of `=x` gives `x` whatever comes in: a result that is the same as before.
        let bytes = match text.strip_prefix('=') {
            Some(fixed) => fixed.as_bytes().to_vec(),
            None => [bytes, text.into_bytes()].concat(),
        };
        let staging = self.cache.staging()?;
        fs::write(staging.path().join("out"), bytes).unwrap();
        let outputs = crate::cache::insert_outputs(self.cache, staging.path(), &["out".to_owned()])?;
        Ok(Outcome::computed(outputs, 1))
    }
}

impl Executor for Joiner<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        if action.params["slow"] == true {
            thread::sleep(Duration::from_millis(20));
        }
        if action.params["text"].as_str().unwrap().starts_with("hang") && !self.hang(action, job) {
            self.running.fetch_sub(1, Ordering::SeqCst);
            return Err(ExecError::Cancelled);
        }
        let result = self.join(action);
        if result.is_ok() {
            let mut keys = self.keys.lock().unwrap();
            assert!(!keys.contains(&action.key()), "the same action ran twice");
            keys.push(action.key());
        }
        self.running.fetch_sub(1, Ordering::SeqCst);
        result
    }
}

fn name(name: &str) -> StepName {
    StepName::new(name)
}

fn step(own: &str, text: &str, inputs: &[&str]) -> PlannedStep {
    let source = |input: &&str| match input.strip_prefix("file:") {
        Some(path) => InputSource::File(PathBuf::from(path)),
        None => InputSource::output(&name(input), "out"),
    };
    let inputs = inputs.iter().map(|input| ((*input).to_owned(), source(input))).collect();
    let params = Arc::new(json!({"text": text, "slow": text.starts_with("slow")}));
    let template = ActionTemplate {
        kind: "join",
        version: 1,
        params,
        inputs,
        tools: Arc::default(),
        requirements: Requirements::default(),
    };
    PlannedStep { name: name(own), span: None, estimated_seconds: 1.0, work: StepWork::Run(template) }
}

fn publish(source: &str, path: PathBuf) -> PlannedStep {
    let work = StepWork::Publish { source: InputSource::output(&name(source), "out"), path };
    PlannedStep { name: name("publish"), span: None, estimated_seconds: 0.0, work }
}

fn grow(own: &str, reads: &[&str], grow: ExpandFn) -> PlannedStep {
    let reads = reads.iter().map(|step| InputSource::output(&name(step), "out")).collect();
    PlannedStep {
        name: name(own),
        span: None,
        estimated_seconds: 0.0,
        work: StepWork::Expand { reads, after: vec![], expand: grow },
    }
}

fn options() -> EngineOptions {
    EngineOptions::for_cores(2)
}

fn goal() -> BuildTarget {
    BuildTarget { film: "film".into(), ..BuildTarget::default() }
}

fn build_with(cache: &Cache, options: EngineOptions, executor: &dyn Executor, plan: Vec<PlannedStep>) -> BuildSummary {
    build_recorded(cache, options, executor, plan).0
}

/// Builds, and returns the events too.
fn build_recorded(
    cache: &Cache,
    options: EngineOptions,
    executor: &dyn Executor,
    plan: Vec<PlannedStep>,
) -> (BuildSummary, Vec<Event>) {
    let recording = EventRecorder::default();
    let summary =
        WorkerPool::with(cache, options, &ExecutorSet::local_only(executor), &CancelToken::default(), |workers| {
            Engine::new(workers, &recording, goal()).build(plan)
        });
    (summary, recording.events().into_iter().map(|stamped| stamped.event).collect())
}

/// Builds, and gives the texts of the steps that ran, sorted.
fn build(cache: &Cache, plan: Vec<PlannedStep>) -> Vec<String> {
    let joiner = Joiner::new(cache);
    let summary = build_with(cache, options(), &joiner, plan);
    assert!(summary.is_complete(), "{summary:?}");
    let mut ran = joiner.ran.into_inner().unwrap();
    ran.sort();
    assert_eq!(ran.len(), summary.ran.len());
    ran
}

#[test]
fn only_what_an_edit_touches_runs() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let out = dir.path().join("film");
    let plan = |a: &str, c: &str| {
        vec![
            step("a", a, &[]),
            step("b", "B", &[]),
            step("c", c, &["a"]),
            step("d", "D", &["b", "c"]),
            publish("d", out.clone()),
        ]
    };
    assert_eq!(build(&cache, plan("A", "C")), ["A", "B", "C", "D"]);
    assert_eq!(fs::read(&out).unwrap(), b"BACD");
    assert!(build(&cache, plan("A", "C")).is_empty());
    assert_eq!(build(&cache, plan("X", "C")), ["C", "D", "X"]);
    assert_eq!(fs::read(&out).unwrap(), b"BXCD");
    assert!(build(&cache, plan("A", "C")).is_empty(), "what was made once is not made again");
    assert_eq!(fs::read(&out).unwrap(), b"BACD");
}

#[test]
fn a_result_that_is_the_same_stops_the_wave() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let plan = |a: &str| vec![step("a", a, &[]), step("b", "=same", &["a"]), step("c", "C", &["b"])];
    assert_eq!(build(&cache, plan("A")), ["=same", "A", "C"]);
    assert_eq!(build(&cache, plan("X")), ["=same", "X"]);
}

#[test]
fn a_file_counts_by_its_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(&dir.path().join("cache")).unwrap();
    let file = dir.path().join("picture");
    let input = format!("file:{}", file.display());
    let plan = || vec![step("a", "A", &[&input])];
    fs::write(&file, "one").unwrap();
    assert_eq!(build(&cache, plan()), ["A"]);
    fs::write(&file, "two").unwrap();
    assert_eq!(build(&cache, plan()), ["A"]);
    fs::write(&file, "one").unwrap();
    assert!(build(&cache, plan()).is_empty());
}

#[test]
fn the_graph_grows_from_what_was_made() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let out = dir.path().join("film");
    let plan = |count: &str| {
        let out = out.clone();
        let more = move |texts: &[Vec<u8>]| {
            let names: Vec<String> = (0..texts[0].len()).map(|i| format!("part{i}")).collect();
            let mut plan: Vec<PlannedStep> = names.iter().map(|name| step(name, name, &[])).collect();
            let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
            plan.push(step("join", "!", &inputs));
            plan.push(publish("join", out.clone()));
            Ok(plan)
        };
        vec![step("count", count, &[]), grow("more", &["count"], Box::new(more))]
    };
    assert_eq!(build(&cache, plan("xx")), ["!", "part0", "part1", "xx"]);
    assert_eq!(fs::read(&out).unwrap(), b"part0part1!");
    assert_eq!(build(&cache, plan("xxx")), ["!", "part2", "xxx"]);
}

#[test]
fn the_same_action_under_two_names_runs_once() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let plan = vec![step("a", "slow", &[]), step("b", "slow", &[]), step("c", "C", &["a", "b"])];
    assert_eq!(build(&cache, plan).len(), 2);
}

#[test]
fn steps_run_side_by_side_but_no_more_than_there_are_slots() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    for cores in [1, 3] {
        let joiner = Joiner::new(&cache);
        let plan = (0..6).map(|i| step(&format!("s{i}"), &format!("slow{i}{cores}"), &[])).collect();
        build_with(&cache, EngineOptions { cores, ..options() }, &joiner, plan);
        assert_eq!(joiner.most.into_inner(), cores);
    }
}

#[test]
fn a_failure_is_told_with_its_log_and_the_rest_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let plan = || vec![step("good", "G", &[]), step("bad", "slow bad", &[]), step("after", "A", &["good", "bad"])];
    let joiner = Joiner { fails: "slow bad", ..Joiner::new(&cache) };
    let summary = build_with(&cache, options(), &joiner, plan());
    let failure = &summary.failures[0];
    assert_eq!(
        (failure.step.as_str(), failure.diagnostic.message.as_str(), failure.log.as_str()),
        ("bad", "it broke", "why\n")
    );
    assert_eq!(summary.unfinished, 1);
    assert_eq!(build(&cache, plan()), ["A", "slow bad"]);
}

#[test]
fn a_bug_in_a_step_fails_the_step_and_not_the_engine() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let summary = build_with(&cache, options(), &Joiner::new(&cache), vec![step("a", "panic", &[])]);
    assert!(summary.failures[0].diagnostic.message.contains("bug"));
}

#[test]
fn a_damaged_result_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("film");
    let plan = |end: &str| vec![step("a", "A", &[]), step("b", end, &["a"]), publish("b", out.clone())];
    let first = Cache::open(dir.path()).unwrap();
    build(&first, plan("B"));
    let damaged = Digest::of(b"A");
    let path = first.verified_path(&Blob { digest: damaged, len: 1 }).unwrap();
    drop(first);
    fs::remove_file(&path).unwrap();
    fs::write(&path, "Z").unwrap();

    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner::new(&cache);
    let summary = build_with(&cache, options(), &joiner, plan("C"));
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(fs::read(&out).unwrap(), b"AC");
}

#[test]
fn a_cancelled_build_says_what_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let cancel = CancelToken::default();
    cancel.set();
    let plan = vec![step("a", "A", &[]), step("b", "B", &["a"])];
    let summary =
        WorkerPool::with(&cache, options(), &ExecutorSet::local_only(&Joiner::new(&cache)), &cancel, |workers| {
            Engine::new(workers, &EventRecorder::default(), goal()).build(plan)
        });
    assert_eq!((summary.ran.len(), summary.unfinished), (0, 2));
}

#[test]
fn a_dry_run_runs_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let plan = |b: &str| vec![step("a", "A", &[]), step("b", b, &["a"]), step("c", "C", &["b"])];
    build(&cache, plan("B"));
    let joiner = Joiner::new(&cache);
    let summary = build_with(&cache, EngineOptions { dry_run: true, ..options() }, &joiner, plan("X"));
    assert!(joiner.ran.into_inner().unwrap().is_empty());
    assert_eq!(summary.would_run, [name("b")]);
    assert_eq!((summary.reused, summary.unfinished), (1, 1));
}

#[test]
fn keep_going_makes_all_that_does_not_hang_on_the_failure() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner { fails: "bad", ..Joiner::new(&cache) };
    let mut plan = vec![step("bad", "bad", &[]), step("after", "after", &["bad"])];
    plan.extend((0..6).map(|i| step(&format!("good{i}"), &format!("slow{i}"), &[])));
    let summary = build_with(&cache, EngineOptions { on_failure: OnFailure::KeepGoing, ..options() }, &joiner, plan);
    assert_eq!((summary.ran.len(), summary.failures.len(), summary.unfinished), (6, 1, 1));
}

#[test]
fn fail_fast_cancels_what_runs() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner { fails: "slow bad", ..Joiner::new(&cache) };
    let plan = vec![step("hang", "hang", &[]), step("bad", "slow bad", &[])];
    let summary = build_with(&cache, EngineOptions { on_failure: OnFailure::Stop, ..options() }, &joiner, plan);
    assert_eq!((summary.ran.len(), summary.failures.len(), summary.unfinished), (0, 1, 1));
}

#[test]
fn a_step_that_hangs_is_stopped_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let kinds = BTreeMap::from([("join".to_owned(), Duration::from_millis(60))]);
    let timeouts = StepTimeouts { all: Some(Duration::from_secs(60)), kinds };
    let summary =
        build_with(&cache, EngineOptions { timeouts, ..options() }, &Joiner::new(&cache), vec![step("a", "hang", &[])]);
    let diagnostic = &summary.failures[0].diagnostic;
    assert_eq!(diagnostic.message, "it was stopped after 0.06 s without an end");
    assert!(diagnostic.help.as_ref().unwrap().contains("--timeout join=1h"));
}

/// Fails so often before it does its work.
struct Flaky<'a>(AtomicUsize, Joiner<'a>);

impl Executor for Flaky<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match left {
            Ok(_) => Err(ExecError::Transient { message: "no memory".into(), retry_after: None, alone: true }),
            Err(_) => self.1.run(action, job),
        }
    }
}

#[test]
fn what_may_pass_is_tried_again_and_alone() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let flaky = Flaky(AtomicUsize::new(1), Joiner::new(&cache));
    let plan = vec![step("a", "slow A", &[]), step("b", "slow B", &[]), step("c", "C", &["a", "b"])];
    let (summary, events) = build_recorded(&cache, options(), &flaky, plan);
    assert!(summary.is_complete(), "{summary:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Retrying { attempt: 2, .. })), "{events:?}");
    assert_eq!(flaky.1.most.into_inner(), 1, "it ran beside another one");
}

#[test]
fn what_never_passes_fails_in_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let flaky = Flaky(AtomicUsize::new(99), Joiner::new(&cache));
    let summary = build_with(&cache, options(), &flaky, vec![step("a", "A", &[])]);
    assert_eq!(summary.failures[0].diagnostic.message, "no memory; it was tried 4 times");
}

#[test]
fn memory_bounds_what_runs_side_by_side_but_stops_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let heavy = |i: usize, memory: u64| {
        let mut planned = step(&format!("s{i}"), &format!("slow{i} {memory}"), &[]);
        let StepWork::Run(template) = &mut planned.work else { unreachable!() };
        template.requirements.memory = memory;
        planned
    };
    for (memory, most) in [(40, 2), (60, 1), (900, 1)] {
        let joiner = Joiner::new(&cache);
        let plan = (0..6).map(|i| heavy(i, memory)).collect();
        let summary = build_with(&cache, EngineOptions { memory: 100, ..EngineOptions::for_cores(4) }, &joiner, plan);
        assert!(summary.is_complete());
        assert_eq!(joiner.most.into_inner(), most, "{memory}");
    }
}

#[test]
fn a_build_that_is_left_hands_its_runs_to_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner::new(&cache);
    WorkerPool::with(&cache, options(), &ExecutorSet::local_only(&joiner), &CancelToken::default(), |workers| {
        let waker = workers.waker();
        let first = vec![step("a", "hang stale", &[]), step("b", "hang wanted", &[])];
        let left = thread::scope(|scope| {
            scope.spawn(|| {
                wait_until("both run", || joiner.running.load(Ordering::SeqCst) == 2);
                waker.abandon_build();
            });
            Engine::new(workers, &EventRecorder::default(), goal()).build(first)
        });
        assert_eq!((left.ran.len(), left.unfinished, left.failures.len()), (0, 2, 0));
        workers.clear_abandoned();
        let recording = EventRecorder::default();
        let second = vec![step("a", "slow new", &[]), step("b", "hang wanted", &[])];
        let summary = Engine::new(workers, &recording, goal()).build(second);
        assert!(summary.is_complete(), "{summary:?}");
        assert_eq!(summary.ran.len(), 2);
    });
    let ran = joiner.ran.into_inner().unwrap();
    assert_eq!(ran.iter().filter(|text| *text == "hang wanted").count(), 1);
    assert!(!ran.contains(&"hang stale".to_owned()), "what became stale went on to its end");
}

#[test]
fn events_name_what_runs_where_and_why() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let plan = |text: &str| vec![step("a", text, &[]), step("b", "B", &["a"])];
    let why = |events: &[Event], wanted: &str| {
        let found = events.iter().find_map(|event| match event {
            Event::Started { step, why, slot } if step.as_str() == wanted => Some((why.clone(), slot.clone())),
            _ => None,
        });
        found.unwrap()
    };
    let (_, events) = build_recorded(&cache, options(), &Joiner::new(&cache), plan("A"));
    assert_eq!(why(&events, "a"), (RunReason::New, "core 1".to_owned()));
    let (_, events) = build_recorded(&cache, options(), &Joiner::new(&cache), plan("X"));
    let (RunReason::Changed(changes), _) = why(&events, "a") else { panic!("{events:?}") };
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (changes[0].part.as_str(), changes[0].before.as_deref(), changes[0].after.as_deref()),
        ("params.text", Some("\"A\""), Some("\"X\""))
    );
    let (RunReason::Changed(changes), _) = why(&events, "b") else { panic!("{events:?}") };
    assert_eq!((changes[0].part.as_str(), changes[0].source.as_deref()), ("inputs.a", Some("a")));
}

/// A step that is too cheap to be filed by itself.
fn cheap(own: &str, inputs: &[&str]) -> PlannedStep {
    PlannedStep { estimated_seconds: 0.0, ..step(own, own, inputs) }
}

/// A hundred chains of three.
fn chains() -> Vec<PlannedStep> {
    let names = |i: usize| ["a", "b", "c"].map(|link| format!("{link}{i}"));
    let chain = |i: usize| {
        let [a, b, c] = names(i);
        vec![cheap(&a, &[]), cheap(&b, &[&a]), cheap(&c, &[&b])]
    };
    (0..100).flat_map(chain).collect()
}

/// Looks into the cache as another process would whenever a step is said to have run.
struct Doubter<'a> {
    keys: Mutex<BTreeMap<StepName, Key>>,
    folder: &'a std::path::Path,
    found: Mutex<Vec<bool>>,
}

impl EventSink for Doubter<'_> {
    fn event(&self, event: &Event) {
        if let Event::Finished { step, how: ResultOrigin::Ran { .. }, .. } = event {
            let hit = Cache::open(self.folder).unwrap().lookup(self.keys.lock().unwrap()[step]).unwrap();
            self.found.lock().unwrap().push(matches!(hit, Lookup::Hit(_)));
        }
    }
}

#[test]
fn no_step_is_said_to_have_run_before_its_result_is_filed() {
    let (dir, rehearsed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let other = Cache::open(rehearsed.path()).unwrap();
    let keys = build_with(&other, options(), &Joiner::new(&other), chains()).keys;
    let cache = Cache::open(dir.path()).unwrap();
    let doubter = Doubter { keys: Mutex::new(keys), folder: dir.path(), found: Mutex::default() };
    let joiner = Joiner::new(&cache);
    let summary =
        WorkerPool::with(&cache, options(), &ExecutorSet::local_only(&joiner), &CancelToken::default(), |workers| {
            Engine::new(workers, &doubter, goal()).build(chains())
        });
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(doubter.found.into_inner().unwrap(), [true; 300]);
}

#[test]
fn results_that_cannot_be_filed_fail_and_are_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let (records, aside) = (cache.root().join("records"), dir.path().join("aside"));
    fs::rename(&records, &aside).unwrap();
    let (summary, events) = build_recorded(&cache, options(), &Joiner::new(&cache), chains());
    assert!(!summary.is_complete() && summary.ran.is_empty(), "{summary:?}");
    assert!(summary.failures[0].diagnostic.message.contains("records"), "{summary:?}");
    assert!(!events.iter().any(|event| matches!(event, Event::Finished { .. })));
    fs::rename(&aside, &records).unwrap();
    assert_eq!(build(&cache, chains()).len(), 300);
}

#[test]
fn a_step_is_laid_open_with_what_changed_last() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let ask = |text: &str| {
        let goal = BuildTarget { explain: Some(name("a")), ..goal() };
        let options = EngineOptions { dry_run: true, ..options() };
        let joiner = Joiner::new(&cache);
        WorkerPool::with(&cache, options, &ExecutorSet::local_only(&joiner), &CancelToken::default(), |workers| {
            Engine::new(workers, &EventRecorder::default(), goal).build(vec![step("a", text, &[])]).explanation.unwrap()
        })
    };
    assert!(ask("A").changes.is_none());
    build(&cache, vec![step("a", "A", &[])]);
    build(&cache, vec![step("a", "X", &[])]);
    for (text, there, before) in [("X", true, "\"A\""), ("Y", false, "\"X\"")] {
        let asked = ask(text);
        assert_eq!(asked.is_there, there);
        assert_eq!(asked.changes.unwrap()[0].before.as_deref(), Some(before));
    }
}
