//! How busy the engine keeps 100 simulated hosts of 8 slots with 10,000 steps: graph, keys, locks, look-ups and records are real, the
//! hosts are threads that sleep as long as a step and its way there and back take. Prints the share of the slots' time in which steps
//! ran, from the first start to the last end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use t2v::action::{Action, Blob, Needs, Outcome};
use t2v::cache::Cache;
use t2v::digest::Digest;
use t2v::engine::{Crew, Engine, Goal, Options};
use t2v::event::{Event, Sink};
use t2v::process::Cancel;
use t2v::remote::{ExecError, Executor, Host, Job, Offer, Places, Refusal};
use t2v::work::{Planned, StepName, Template, Work};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HOSTS: usize = 100;
const SLOTS: usize = 8;
const STEPS: usize = 10_000;

/// A place whose steps take the time that their parameters say, and a while to get there and back.
struct Sleeper {
    name: String,
    way: Duration,
}

impl Executor for Sleeper {
    fn run(&self, action: &Action, _: &Job) -> Result<Outcome, ExecError> {
        let millis = action.params["millis"].as_u64().unwrap_or_default();
        thread::sleep(self.way + Duration::from_millis(millis));
        let out = Blob { digest: Digest::of(action.params["name"].as_str().unwrap_or_default().as_bytes()), len: 0 };
        Ok(Outcome { outputs: BTreeMap::from([("out".to_owned(), out)]), millis })
    }
}

impl Host for Sleeper {
    fn name(&self) -> &str {
        &self.name
    }

    fn join(&self, _: &Cancel) -> Result<Offer, Refusal> {
        thread::sleep(self.way);
        Ok(Offer { slots: SLOTS, memory: u64::MAX, ..Offer::default() })
    }

    fn suits(&self, _: &Action) -> bool {
        true
    }

    fn toll(&self, _: &Action) -> Duration {
        self.way
    }
}

struct Silent;

impl Sink for Silent {
    fn event(&self, _: &Event) {}
}

/// Between half a second and a second and a half each, in an order without a pattern.
fn millis(i: usize) -> u64 {
    500 + (i as u64).wrapping_mul(2_654_435_761) % 1000
}

fn plan() -> Vec<Planned> {
    let step = |i: usize| {
        let name = StepName::new(format!("scene:{i}/step"));
        let params = Arc::new(json!({"name": name.as_str(), "millis": millis(i)}));
        let (inputs, tools, needs) = (BTreeMap::new(), Arc::default(), Needs::default());
        let template = Template { kind: "sleep", version: 1, params, inputs, tools, needs };
        Planned { name, place: None, cost: millis(i) as f64 / 1000.0, work: Work::Run(template) }
    };
    (0..STEPS).map(step).collect()
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = Cache::open(folder.path()).expect("a cache");
    let way = |i: usize| Duration::from_millis(2 + (i as u64 * 7) % 40);
    let hosts: Vec<Sleeper> = (0..HOSTS).map(|i| Sleeper { name: format!("host{i}"), way: way(i) }).collect();
    let home = Sleeper { name: "home".to_owned(), way: Duration::ZERO };
    let places = Places { home: &home, hosts: hosts.iter().map(|host| host as &dyn Host).collect() };
    let plan = plan();
    let start = Instant::now();
    let summary = Crew::with(&cache, Options::for_cores(2), &places, &Cancel::default(), |crew| {
        Engine::new(crew, &Silent, Goal::default()).build(plan)
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
