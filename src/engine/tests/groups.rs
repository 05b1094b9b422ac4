//! Worker groups of a kind that the engine has never seen: it uses them by what every group says of itself.

use super::pools::{Prepared, in_pool, provider};
use super::*;
use crate::action::ResourcePool;
use crate::event::HostStatus;
use crate::remote::{Capacity, ConnectError, WorkerGroup};

/// Workers of one kind of step, whose number changes: none at first, then three, then one.
struct ElasticGroup<'a> {
    joiner: &'a Joiner<'a>,
    slots: AtomicUsize,
    running: AtomicUsize,
    /// How many ran at the same time when a step started, in the order of the starts.
    running_at_start: Mutex<Vec<usize>>,
}

impl<'a> ElasticGroup<'a> {
    fn new(joiner: &'a Joiner<'a>) -> Self {
        let (slots, running) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { joiner, slots, running, running_at_start: Mutex::default() }
    }

    fn ran(&self) -> usize {
        self.running_at_start.lock().unwrap().len()
    }
}

impl Executor for ElasticGroup<'_> {
    fn run(&self, action: &Action, _: &Job) -> Result<Outcome, ExecError> {
        assert_eq!(action.kind, "special");
        let number = {
            let mut starts = self.running_at_start.lock().unwrap();
            starts.push(self.running.fetch_add(1, Ordering::SeqCst) + 1);
            starts.len()
        };
        if number == 1 {
            self.slots.store(3, Ordering::SeqCst);
            wait_until("there are three", || self.running.load(Ordering::SeqCst) == 3);
            self.slots.store(1, Ordering::SeqCst);
        } else if number <= 3 {
            wait_until("there is one place left", || self.slots.load(Ordering::SeqCst) == 1);
        }
        let outcome = self.joiner.join(action);
        self.running.fetch_sub(1, Ordering::SeqCst);
        outcome
    }
}

impl WorkerGroup for ElasticGroup<'_> {
    fn name(&self) -> &str {
        "queue"
    }

    fn connect(&self, _: &CancelToken) -> Result<Capacity, ConnectError> {
        Ok(Capacity { slots: 0, memory: u64::MAX, differing_tools: Vec::new() })
    }

    fn slots(&self, _: &Capacity) -> usize {
        self.slots.load(Ordering::SeqCst)
    }

    fn can_run(&self, action: &Action) -> bool {
        action.kind == "special"
    }

    fn transfer_cost(&self, _: &Action) -> Duration {
        Duration::from_millis(1)
    }
}

fn of_kind(kind: &'static str, mut planned: PlannedStep) -> PlannedStep {
    let StepWork::Run(template) = &mut planned.work else { panic!("it runs nothing") };
    template.kind = kind;
    planned
}

/// Builds in two slots here and in `group`.
fn build_with_group(
    cache: &Cache,
    local: &dyn Executor,
    group: &dyn WorkerGroup,
    plan: Vec<PlannedStep>,
) -> (BuildSummary, Vec<Event>) {
    let (recorder, places) = (EventRecorder::default(), ExecutorSet { local, groups: vec![group] });
    let summary = WorkerPool::with(cache, options(), &places, &CancelToken::default(), |workers| {
        Engine::new(workers, &recorder, goal()).build(plan)
    });
    (summary, recorder.events().into_iter().map(|timed| timed.event).collect())
}

#[test]
fn a_group_whose_capacity_changes_runs_its_kind_of_step() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let joiner = Joiner::new(&cache);
    let group = ElasticGroup::new(&joiner);
    let before = |_: &str, _: &Action| {
        // The group gets its first worker while this machine is busy.
        let _ = group.slots.compare_exchange(0, 1, Ordering::SeqCst, Ordering::SeqCst);
        wait_until("the group has done its part", || group.ran() > 8);
        Ok(())
    };
    let steps = |kind: &'static str, count: usize| {
        (0..count).map(move |i| of_kind(kind, step(&format!("{kind}{i}"), &format!("{kind}{i}"), &[])))
    };
    let plan = steps("plain", 8).chain(steps("special", 20)).collect();
    let (summary, events) = build_with_group(&cache, &Prepared(&joiner, &before), &group, plan);
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!(summary.ran.len(), 28);
    let starts = group.running_at_start.into_inner().unwrap();
    assert_eq!(starts[..3], [1, 2, 3]);
    assert!(starts[3..].iter().all(|&running| running == 1), "{starts:?}");
    let joined = HostStatus::Joined { slots: 0, differs: Vec::new() };
    assert!(events.contains(&Event::Host { host: "queue".into(), news: joined }), "{events:?}");
    let there = |event: &&Event| matches!(event, Event::Started { slot, .. } if slot.starts_with("queue "));
    assert_eq!(events.iter().filter(there).count(), starts.len());
}

/// Has a place for every step, at no cost. It takes the greedy step only after that failed once on this machine.
struct EagerGroup<'a> {
    joiner: &'a Joiner<'a>,
    ran: AtomicUsize,
    greedy_runs: &'a AtomicUsize,
}

impl Executor for EagerGroup<'_> {
    fn run(&self, action: &Action, _: &Job) -> Result<Outcome, ExecError> {
        assert_eq!(action.requirements.pool, ResourcePool::Cores);
        assert_ne!(action.params["text"], "greedy");
        self.ran.fetch_add(1, Ordering::SeqCst);
        self.joiner.join(action)
    }
}

impl WorkerGroup for EagerGroup<'_> {
    fn name(&self) -> &str {
        "cluster"
    }

    fn connect(&self, _: &CancelToken) -> Result<Capacity, ConnectError> {
        Ok(Capacity { slots: 64, memory: u64::MAX, differing_tools: Vec::new() })
    }

    fn can_run(&self, action: &Action) -> bool {
        action.params["text"] != "greedy" || self.greedy_runs.load(Ordering::SeqCst) > 0
    }

    fn transfer_cost(&self, _: &Action) -> Duration {
        Duration::ZERO
    }
}

#[test]
fn steps_of_other_pools_and_steps_that_run_alone_stay_on_this_machine() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let (joiner, greedy_runs) = (Joiner::new(&cache), AtomicUsize::new(0));
    let group = EagerGroup { joiner: &joiner, ran: AtomicUsize::new(0), greedy_runs: &greedy_runs };
    let before = |text: &str, _: &Action| {
        if text == "greedy" && greedy_runs.fetch_add(1, Ordering::SeqCst) == 0 {
            return Err(ExecError::Transient { message: "no memory".into(), retry_after: None, alone: true });
        }
        if text.starts_with('s') {
            wait_until("the group is used", || group.ran.load(Ordering::SeqCst) > 0);
        }
        Ok(())
    };
    let mut plan = vec![step("greedy", "greedy", &[])];
    plan.extend((0..6).map(|i| in_pool(&provider("x"), step(&format!("x{i}"), &format!("x{i}"), &[]))));
    plan.extend((0..3).map(|i| in_pool(&ResourcePool::Disk, step(&format!("disk{i}"), &format!("disk{i}"), &[]))));
    plan.extend((0..40).map(|i| step(&format!("s{i}"), &format!("s{i}"), &["greedy"])));
    let (summary, _) = build_with_group(&cache, &Prepared(&joiner, &before), &group, plan);
    assert!(summary.is_complete(), "{summary:?}");
    assert_eq!((summary.ran.len(), greedy_runs.load(Ordering::SeqCst)), (50, 2));
}
