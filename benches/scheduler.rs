//! How many actions a second the engine gets through when they cost nothing: graph, keys, look-ups, slots, records and commits of a
//! real cache, around an executor that does nothing. Prints the median of five runs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use t2v::action::{Action, Blob, Outcome, Requirements};
use t2v::cache::Cache;
use t2v::digest::Digest;
use t2v::engine::{BuildTarget, Engine, EngineOptions, WorkerPool};
use t2v::event::{Event, EventSink};
use t2v::process::CancelToken;
use t2v::remote::{ExecError, Executor, ExecutorSet, Job};
use t2v::work::{ActionTemplate, InputSource, PlannedStep, StepName, StepWork};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LAYERS: usize = 100;
const WIDTH: usize = 1000;

struct Nothing;

impl Executor for Nothing {
    fn run(&self, action: &Action, _: &Job) -> Result<Outcome, ExecError> {
        let out = Blob { digest: Digest::of(action.params["name"].as_str().unwrap_or_default().as_bytes()), len: 0 };
        Ok(Outcome::computed(BTreeMap::from([("out".to_owned(), out)]), 0))
    }
}

struct Silent;

impl EventSink for Silent {
    fn event(&self, _: &Event) {}
}

fn name(layer: usize, i: usize) -> StepName {
    StepName::new(format!("scene:{i}/step/{layer}"))
}

/// Each action waits for two of the layer before.
fn plan() -> Vec<PlannedStep> {
    let step = |(layer, i): (usize, usize)| {
        let before = |j: usize| (format!("input/{j}"), InputSource::output(&name(layer - 1, j % WIDTH), "out"));
        let inputs = if layer == 0 { BTreeMap::new() } else { BTreeMap::from([before(i), before(i + 7)]) };
        let template = ActionTemplate {
            kind: "nothing",
            version: 1,
            params: Arc::new(json!({"name": name(layer, i).as_str(), "size": {"width": 1920, "height": 1080}})),
            inputs,
            tools: Arc::default(),
            requirements: Requirements::default(),
        };
        PlannedStep { name: name(layer, i), span: None, estimated_seconds: 0.001, work: StepWork::Run(template) }
    };
    (0..LAYERS).flat_map(|layer| (0..WIDTH).map(move |i| (layer, i))).map(step).collect()
}

/// Actions a second.
fn rate() -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = Cache::open(folder.path()).expect("a cache");
    let plan = plan();
    let start = Instant::now();
    let summary = WorkerPool::with(
        &cache,
        EngineOptions::for_cores(2),
        &ExecutorSet::local_only(&Nothing),
        &CancelToken::default(),
        |crew| Engine::new(crew, &Silent, BuildTarget::default()).build(plan),
    );
    assert_eq!(summary.ran.len(), LAYERS * WIDTH);
    (LAYERS * WIDTH) as f64 / start.elapsed().as_secs_f64()
}

fn main() {
    let mut rates: Vec<f64> = (0..5).map(|_| rate()).collect();
    rates.sort_by(f64::total_cmp);
    println!("{} actions through 2 slots: {:.0} a second (goal: 50,000)", LAYERS * WIDTH, rates[2]);
}
