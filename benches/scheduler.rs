//! How many actions a second the engine gets through when they cost nothing: graph, keys, look-ups, slots, records and commits of a
//! real cache, around an executor that does nothing. Prints the median of five runs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use t2v::action::{Action, Blob, Needs, Outcome};
use t2v::cache::Cache;
use t2v::digest::Digest;
use t2v::engine::{Crew, Engine, Goal, Options};
use t2v::event::{Event, Sink};
use t2v::process::Cancel;
use t2v::remote::{ExecError, Executor, Job, Places};
use t2v::work::{Planned, Source, StepName, Template, Work};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LAYERS: usize = 100;
const WIDTH: usize = 1000;

struct Nothing;

impl Executor for Nothing {
    fn run(&self, action: &Action, _: &Job) -> Result<Outcome, ExecError> {
        let out = Blob { digest: Digest::of(action.params["name"].as_str().unwrap_or_default().as_bytes()), len: 0 };
        Ok(Outcome { outputs: BTreeMap::from([("out".to_owned(), out)]), millis: 0 })
    }
}

struct Silent;

impl Sink for Silent {
    fn event(&self, _: &Event) {}
}

fn name(layer: usize, i: usize) -> StepName {
    StepName::new(format!("scene:{i}/step/{layer}"))
}

/// Each action waits for two of the layer before.
fn plan() -> Vec<Planned> {
    let step = |(layer, i): (usize, usize)| {
        let before = |j: usize| (format!("input/{j}"), Source::output(&name(layer - 1, j % WIDTH), "out"));
        let inputs = if layer == 0 { BTreeMap::new() } else { BTreeMap::from([before(i), before(i + 7)]) };
        let template = Template {
            kind: "nothing",
            version: 1,
            params: Arc::new(json!({"name": name(layer, i).as_str(), "size": {"width": 1920, "height": 1080}})),
            inputs,
            tools: Arc::default(),
            needs: Needs::default(),
        };
        Planned { name: name(layer, i), place: None, cost: 0.001, work: Work::Run(template) }
    };
    (0..LAYERS).flat_map(|layer| (0..WIDTH).map(move |i| (layer, i))).map(step).collect()
}

/// Actions a second.
fn rate() -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = Cache::open(folder.path()).expect("a cache");
    let plan = plan();
    let start = Instant::now();
    let summary = Crew::with(&cache, Options::for_cores(2), &Places::home(&Nothing), &Cancel::default(), |crew| {
        Engine::new(crew, &Silent, Goal::default()).build(plan)
    });
    assert_eq!(summary.ran.len(), LAYERS * WIDTH);
    (LAYERS * WIDTH) as f64 / start.elapsed().as_secs_f64()
}

fn main() {
    let mut rates: Vec<f64> = (0..5).map(|_| rate()).collect();
    rates.sort_by(f64::total_cmp);
    println!("{} actions through 2 slots: {:.0} a second (goal: 50,000)", LAYERS * WIDTH, rates[2]);
}
