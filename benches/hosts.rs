//! Measures how busy the engine keeps 100 simulated hosts of 8 slots with 10,000 steps. Graph, keys, locks, look-ups and records are real; the
//! hosts are threads that sleep as long as a step and its transfers take. Prints the share of the slots' time in which steps ran, from the
//! first start to the last end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use t2v::action::{Action, Blob, Outcome, Requirements};
use t2v::cache::Cache;
use t2v::digest::Digest;
use t2v::engine::{BuildTarget, Engine, EngineOptions, WorkerPool};
use t2v::event::{Event, EventSink};
use t2v::process::CancelToken;
use t2v::remote::{Capacity, ConnectError, ExecError, Executor, ExecutorSet, Job, WorkerGroup};
use t2v::work::{ActionTemplate, PlannedStep, StepName, StepWork};

/// The same allocator as in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HOSTS: usize = 100;
const SLOTS: usize = 8;
const STEPS: usize = 10_000;

/// An executor that sleeps as long as a step's parameters say, and also for the transfers.
struct Sleeper {
    name: String,
    transfer_time: Duration,
}

impl Executor for Sleeper {
    fn run(&self, action: &Action, _: &Job) -> Result<Outcome, ExecError> {
        let millis = action.params["millis"].as_u64().unwrap_or_default();
        thread::sleep(self.transfer_time + Duration::from_millis(millis));
        let out = Blob { digest: Digest::of(action.params["name"].as_str().unwrap_or_default().as_bytes()), len: 0 };
        Ok(Outcome::computed(BTreeMap::from([("out".to_owned(), out)]), millis))
    }
}

impl WorkerGroup for Sleeper {
    fn name(&self) -> &str {
        &self.name
    }

    fn connect(&self, _: &CancelToken) -> Result<Capacity, ConnectError> {
        thread::sleep(self.transfer_time);
        Ok(Capacity { slots: SLOTS, memory: u64::MAX, ..Capacity::default() })
    }

    fn can_run(&self, _: &Action) -> bool {
        true
    }

    fn transfer_cost(&self, _: &Action) -> Duration {
        self.transfer_time
    }
}

struct Silent;

impl EventSink for Silent {
    fn event(&self, _: &Event) {}
}

/// The duration of a step: between 0.5 and 1.5 seconds, without a pattern.
fn millis(i: usize) -> u64 {
    500 + (i as u64).wrapping_mul(2_654_435_761) % 1000
}

fn plan() -> Vec<PlannedStep> {
    let step = |i: usize| {
        let name = StepName::new(format!("scene:{i}/step"));
        let params = Arc::new(json!({"name": name.as_str(), "millis": millis(i)}));
        let (inputs, tools, needs) = (BTreeMap::new(), Arc::default(), Requirements::default());
        let template = ActionTemplate { kind: "sleep", version: 1, params, inputs, tools, requirements: needs };
        PlannedStep { name, span: None, estimated_seconds: millis(i) as f64 / 1000.0, work: StepWork::Run(template) }
    };
    (0..STEPS).map(step).collect()
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = Cache::open(folder.path()).expect("a cache");
    let transfer_time = |i: usize| Duration::from_millis(2 + (i as u64 * 7) % 40);
    let hosts: Vec<Sleeper> =
        (0..HOSTS).map(|i| Sleeper { name: format!("host{i}"), transfer_time: transfer_time(i) }).collect();
    let local = Sleeper { name: "local".to_owned(), transfer_time: Duration::ZERO };
    let executors = ExecutorSet { local: &local, groups: hosts.iter().map(|host| host as &dyn WorkerGroup).collect() };
    let plan = plan();
    let start = Instant::now();
    let summary = WorkerPool::with(&cache, EngineOptions::for_cores(2), &executors, &CancelToken::default(), |crew| {
        Engine::new(crew, &Silent, BuildTarget::default()).build(plan)
    });
    let took = start.elapsed().as_secs_f64();
    assert_eq!(summary.ran.len(), STEPS);
    let work: f64 = (0..STEPS).map(|i| millis(i) as f64 / 1000.0).sum();
    let slots = HOSTS * SLOTS + 2;
    let ideal = work / slots as f64;
    println!(
        "{STEPS} steps on {slots} slots: {took:.2} s where {ideal:.2} s are ideal: {:.1} % busy (goal: 90 %)",
        100.0 * ideal / took
    );
}
