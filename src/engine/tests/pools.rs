//! Resource pools: their limits, and the pauses that services ask for.

use std::sync::OnceLock;

use super::*;
use crate::action::ResourcePool;
use crate::engine::clock::EngineClock;

/// Longer than any test may take.
const PAUSE: Duration = Duration::from_secs(3600);

/// What a step does before [`Joiner`] does its work: it may fail instead.
type BeforeRun<'a> = &'a (dyn Fn(&str, &Action) -> Result<(), ExecError> + Sync);

/// Does what [`Joiner`] does, and calls a function with each step's text before.
pub(super) struct Prepared<'a>(pub &'a Joiner<'a>, pub BeforeRun<'a>);

impl Executor for Prepared<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        (self.1)(action.params["text"].as_str().unwrap(), action)?;
        self.0.run(action, job)
    }
}

/// The pool of an external service.
pub(super) fn provider(name: &str) -> ResourcePool {
    ResourcePool::Provider(name.into())
}

/// The step in another pool.
pub(super) fn in_pool(pool: &ResourcePool, mut planned: PlannedStep) -> PlannedStep {
    let StepWork::Run(template) = &mut planned.work else { panic!("it runs nothing") };
    template.requirements.pool = pool.clone();
    planned
}

/// Steps of a pool that wait for nothing; their texts are `{prefix}0` and so on.
fn steps_of(pool: &ResourcePool, prefix: &str, count: usize) -> Vec<PlannedStep> {
    let names = (0..count).map(|i| format!("{prefix}{i}"));
    names.map(|name| in_pool(pool, step(&name, &name, &[]))).collect()
}

fn ran_with(joiner: &Joiner, prefix: &str) -> usize {
    joiner.ran.lock().unwrap().iter().filter(|text| text.starts_with(prefix)).count()
}

#[test]
fn a_pool_has_its_limit_and_the_others_go_on_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner::new(&cache);
    let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let others = || ["core", "disk", "y"].map(|prefix| ran_with(&joiner, prefix));
    let before = |_: &str, action: &Action| {
        if action.requirements.pool == provider("x") {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            wait_until("everything else has run", || others() == [6, 3, 5] && most.load(Ordering::SeqCst) >= 2);
            now.fetch_sub(1, Ordering::SeqCst);
        }
        Ok(())
    };
    let pools = [
        (provider("x"), "x", 8),
        (ResourcePool::Cores, "core", 6),
        (ResourcePool::Disk, "disk", 3),
        (provider("y"), "y", 5),
    ];
    let plan = pools.iter().flat_map(|(pool, prefix, count)| steps_of(pool, prefix, *count)).collect();
    let limits = BTreeMap::from([(provider("x"), 2)]);
    let (summary, events) =
        build_recorded(&cache, EngineOptions { limits, ..options() }, &Prepared(&joiner, &before), plan);
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(most.into_inner(), 2);
    let mut slots: Vec<&str> = events
        .iter()
        .filter_map(|event| match event {
            Event::Started { step, slot, .. } if step.as_str().starts_with('x') => Some(slot.as_str()),
            _ => None,
        })
        .collect();
    slots.sort_unstable();
    slots.dedup();
    assert_eq!(slots, ["provider:x 1", "provider:x 2"]);
}

/// Fails the first run of the step with the text `x0`, because the service asks for a pause.
fn ask_for_pause(text: &str, asked: &AtomicUsize) -> Result<(), ExecError> {
    if text == "x0" && asked.fetch_add(1, Ordering::SeqCst) == 0 {
        return Err(ExecError::Transient { message: "busy".into(), retry_after: Some(PAUSE), alone: false });
    }
    Ok(())
}

fn has_retry(recorder: &EventRecorder) -> bool {
    let millis = PAUSE.as_millis() as u64;
    let is_retry = |event: &Event| matches!(event, Event::Retrying { millis: waits, .. } if *waits == millis);
    recorder.events().iter().any(|timed| is_retry(&timed.event))
}

#[test]
fn a_pause_that_a_service_asks_for_holds_its_whole_pool_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let (joiner, recorder) = (Joiner::new(&cache), EventRecorder::default());
    let (asked, clock) = (AtomicUsize::new(0), OnceLock::<EngineClock>::new());
    let before = |text: &str, _: &Action| match text {
        "core0" => {
            wait_until("the service has asked for a pause", || has_retry(&recorder));
            Ok(())
        }
        // Each step of the chain before gave the engine an occasion to start what must wait.
        "core9" => {
            assert_eq!((ran_with(&joiner, "x"), ran_with(&joiner, "y")), (0, 3));
            clock.get().unwrap().advance(PAUSE);
            Ok(())
        }
        text => ask_for_pause(text, &asked),
    };
    let link = |i: usize| {
        let input = i.checked_sub(1).map(|before| format!("core{before}"));
        step(&format!("core{i}"), &format!("core{i}"), &input.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let mut plan = [steps_of(&provider("x"), "x", 4), (0..9).map(link).collect()].concat_plans();
    // Another service is asked after the pause began, and answers.
    plan.extend((0..3).map(|i| in_pool(&provider("y"), step(&format!("y{i}"), &format!("y{i}"), &["core3"]))));
    plan.push(step("core9", "core9", &["core8", "y0", "y1", "y2"]));
    let limits = BTreeMap::from([(provider("x"), 1)]);
    let places = Prepared(&joiner, &before);
    let summary = WorkerPool::with(
        &cache,
        EngineOptions { limits, ..options() },
        &ExecutorSet::local_only(&places),
        &CancelToken::default(),
        |workers| {
            clock.set(workers.clock.clone()).ok().unwrap();
            Engine::new(workers, &recorder, goal()).build(plan)
        },
    );
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!((asked.into_inner(), ran_with(&joiner, "x")), (2, 4));
}

#[test]
fn the_next_build_also_waits_for_a_pause() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let (joiner, asked) = (Joiner::new(&cache), AtomicUsize::new(0));
    let before = |text: &str, _: &Action| ask_for_pause(text, &asked);
    let places = Prepared(&joiner, &before);
    WorkerPool::with(&cache, options(), &ExecutorSet::local_only(&places), &CancelToken::default(), |workers| {
        let (waker, clock) = (workers.waker(), workers.clock.clone());
        let (first, second) = (EventRecorder::default(), EventRecorder::default());
        let left = thread::scope(|scope| {
            scope.spawn(|| {
                wait_until("the service has asked for a pause", || has_retry(&first));
                waker.abandon_build();
            });
            Engine::new(workers, &first, goal()).build(steps_of(&provider("x"), "x", 1))
        });
        assert_eq!((left.unfinished, left.failures.len()), (1, 0));
        workers.clear_abandoned();
        let plan = [steps_of(&provider("x"), "x", 2), vec![step("core", "core", &[])]].concat_plans();
        let summary = thread::scope(|scope| {
            scope.spawn(|| {
                let is_end = |event: &Event| matches!(event, Event::Finished { .. });
                wait_until("the other step has run", || second.events().iter().any(|timed| is_end(&timed.event)));
                assert_eq!(ran_with(&joiner, "x"), 0);
                clock.advance(PAUSE);
            });
            Engine::new(workers, &second, goal()).build(plan)
        });
        assert!(summary.is_complete(), "{summary:?}");
        assert_eq!(summary.ran.len(), 3);
    });
}

/// Joins plans to one.
trait ConcatPlans {
    fn concat_plans(self) -> Vec<PlannedStep>;
}

impl<const N: usize> ConcatPlans for [Vec<PlannedStep>; N] {
    fn concat_plans(self) -> Vec<PlannedStep> {
        self.into_iter().flatten().collect()
    }
}
