//! The build loop: looks every ready step up in the cache or runs it in a free slot, until nothing is left.
//! This is the only module that connects graph, cache and executors. It contains nothing specific to video.

mod clock;
mod commit;
mod completion;
mod group_connector;
mod group_slots;
mod group_speeds;
mod history;
mod messages;
mod options;
mod placement;
mod retry;
mod run_queues;
mod slot_group;
mod slot_worker;
mod slots;
mod store_answers;
mod store_threads;
mod worker_pool;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use crate::action::{Action, Blob, Outcome};
use crate::cache::{CacheError, FilmRecord, Lookup};
use crate::dag::{Dag, NodeId, NodeState};
use crate::diag::{Diagnostic, Span};
use crate::digest::Key;
use crate::event::{Event, EventSink, ResultOrigin};
use crate::work::{ActionTemplate, ExpandFn, InputSource, PlannedStep, StepName, StepWork};

pub use history::key_changes;
pub use options::{BuildSummary, BuildTarget, EngineOptions, KeyExplanation, OnFailure, StepFailure};
pub use retry::StepTimeouts;
pub use worker_pool::{Waker, WorkerPool};

use commit::PendingCommit;
use history::History;
use run_queues::{QueueEntry, RunQueues};
use slots::HOME;
use worker_pool::{InFlight, ReceivedMessages};

/// Most times that a step's inputs may be lost and made again before the step fails.
const MAX_LOSSES: u32 = 3;
/// Steps that are expected to take less than this many seconds are not locked: making them twice costs less than a lock.
const MIN_LOCKED_SECONDS: f64 = 0.05;

struct StepNode {
    name: StepName,
    span: Option<Span>,
    estimated_seconds: f64,
    /// Whether it runs something, rather than being the engine's own work.
    runs: bool,
    /// `None` once an `Expand` has run.
    work: Option<StepWork>,
    /// Once its inputs are known.
    key: Option<Key>,
    outcome: Option<Outcome>,
    losses: u32,
}

/// Builds one graph with the slots of a [`WorkerPool`] and emits events about its progress.
pub struct Engine<'a, 'c> {
    workers: &'a mut WorkerPool<'c>,
    sink: &'a dyn EventSink,
    target: BuildTarget,
    history: History,
    dag: Dag<StepNode>,
    names: HashMap<StepName, NodeId>,
    queues: RunQueues,
    pending: PendingCommit,
    summary: BuildSummary,
    /// Nodes that run something; the others are the engine's own work.
    steps: usize,
}

impl<'a, 'c> Engine<'a, 'c> {
    /// An engine with an empty graph.
    pub fn new(workers: &'a mut WorkerPool<'c>, sink: &'a dyn EventSink, target: BuildTarget) -> Self {
        workers.begin_build();
        // Without a history only reasons and expected times are lost.
        let history = if target.saves_film() {
            History::load(workers.cache, &target.film).unwrap_or_default()
        } else {
            History::default()
        };
        let (dag, names, summary) = (Dag::default(), HashMap::new(), BuildSummary::default());
        let pending = PendingCommit::default();
        Self { workers, sink, target, history, dag, names, queues: RunQueues::default(), pending, summary, steps: 0 }
    }

    /// Builds `plan` and all that grows from it. What failed is in the summary.
    pub fn build(mut self, plan: Vec<PlannedStep>) -> BuildSummary {
        self.add(plan);
        self.start_all();
        self.workers.cancel_unwanted();
        loop {
            let goes_on = self.is_busy() && !self.workers.is_abandoned() && !self.workers.is_grace_over();
            self.commit_due(!goes_on);
            if !goes_on && self.pending.is_empty() {
                break;
            }
            let ReceivedMessages { ended, progress, groups, committed: filed, looked_up, fetched } =
                self.workers.wait(self.pending.time_until_due());
            groups.into_iter().for_each(|(host, news)| self.emit(Event::Host { host, news }));
            progress.into_iter().for_each(|(key, done, total)| self.emit_progress(key, done, total));
            filed.into_iter().for_each(|result| self.finish_commit(result));
            self.complete(ended);
            self.take_store_answers(&looked_up, fetched);
            self.start_all();
        }
        self.into_summary()
    }

    fn into_summary(mut self) -> BuildSummary {
        self.summary.unfinished = self.dag.nodes().filter(|&id| self.is_unfinished(id)).count();
        self.summary.keys = self.keyed_nodes().map(|(node, key)| (node.name.clone(), key)).collect();
        if !self.workers.options.dry_run && self.target.saves_film() {
            // An error is ignored, as above: only reasons and times are lost, and what the next gc knows of results in use.
            let made =
                self.keyed_nodes().filter_map(|(node, key)| Some((&node.name, key, node.outcome.as_ref()?.millis)));
            let steps = self.history.current_steps(made, self.summary.is_complete());
            let _ = self.workers.cache.save_film(&FilmRecord { film: self.target.film, spec: self.target.spec, steps });
        }
        self.summary
    }

    /// The nodes whose inputs are known, with their keys.
    fn keyed_nodes(&self) -> impl Iterator<Item = (&StepNode, Key)> {
        self.dag.nodes().map(|id| self.dag.payload(id)).filter_map(|node| Some((node, node.key?)))
    }

    /// Whether the node neither has a result nor is counted among the failed steps or those that would run.
    fn is_unfinished(&self, id: NodeId) -> bool {
        !matches!(self.dag.state(id), NodeState::Done | NodeState::WouldRun | NodeState::Failed)
    }

    /// Whether something may still happen: a run that this build wants, or a slot occupied by a run that it does not want.
    fn is_busy(&self) -> bool {
        self.workers.is_busy() || (!self.queues.is_empty() && self.workers.may_free_slots() && self.may_start())
    }

    /// After a failure what runs may end, but nothing else starts, unless that is wanted.
    fn may_start(&self) -> bool {
        let failed = !self.summary.failures.is_empty();
        let goes_on =
            !failed || self.workers.options.on_failure == OnFailure::KeepGoing || self.workers.options.dry_run;
        goes_on && !self.workers.cancel.is_set() && !self.workers.is_abandoned()
    }

    fn add(&mut self, plan: Vec<PlannedStep>) {
        self.names.reserve(plan.len());
        for planned in plan {
            if self.names.contains_key(&planned.name) {
                continue;
            }
            let waits_for = planned.waits_for();
            self.emit_planned(&planned, &waits_for);
            let waits_for: Vec<NodeId> = waits_for.into_iter().map(|name| self.names[name]).collect();
            let PlannedStep { name, span: place, estimated_seconds: cost, work } = planned;
            let runs = matches!(work, StepWork::Run(_));
            self.steps += usize::from(runs);
            let known = if runs { self.history.seconds(&name).filter(|seconds| *seconds > 0.0) } else { None };
            let node = StepNode {
                name: name.clone(),
                span: place,
                estimated_seconds: cost,
                runs,
                work: Some(work),
                key: None,
                outcome: None,
                losses: 0,
            };
            let id = self.dag.add(node, known.unwrap_or(cost), &waits_for);
            self.names.insert(name, id);
        }
        self.emit_graph();
    }

    fn emit_planned(&mut self, planned: &PlannedStep, waits_for: &[&StepName]) {
        let kind = match &planned.work {
            StepWork::Run(template) => template.kind,
            StepWork::Expand { .. } => "grow",
            StepWork::Publish { .. } => "publish",
        };
        self.emit(Event::Planned {
            step: planned.name.clone(),
            kind: kind.to_owned(),
            waits_for: waits_for.iter().map(|&name| name.clone()).collect(),
            estimated_seconds: planned.estimated_seconds,
        });
    }

    fn emit_graph(&mut self) {
        self.emit(Event::Graph { steps: self.steps, estimated_seconds_left: self.dag.estimated_seconds_left() });
    }

    fn emit_progress(&mut self, key: Key, done: u64, total: u64) {
        let Some(&id) = self.workers.in_flight.get(&key).and_then(|run| run.nodes.first()) else { return };
        self.emit(Event::Progress { step: self.name(id), done, total });
    }

    /// Settles every ready node that needs no slot, and starts the others as long as there are slots.
    fn start_all(&mut self) {
        for key in self.workers.take_due_retries() {
            self.enqueue(key);
        }
        loop {
            self.launch();
            if !self.may_start() {
                return;
            }
            let Some(id) = self.dag.ready().next() else { return };
            self.resolve(id);
        }
    }

    /// Starts queued runs as long as slots and memory allow.
    fn launch(&mut self) {
        if self.queues.is_empty() {
            return;
        }
        self.workers.slots.update_limits();
        for pool in 0..self.queues.pools() {
            while self.may_start_in(pool) && self.launch_some(pool) {}
        }
    }

    fn may_start_in(&self, pool: usize) -> bool {
        !self.queues.of_pool(pool).is_empty() && self.may_start() && self.workers.slots.has_free_slot(pool)
    }

    /// Starts the first run of a queue, or, where there is a choice of groups, each run that is expected to end first where a slot is free.
    /// Returns whether any could start.
    fn launch_some(&mut self, pool: usize) -> bool {
        if !placement::has_choice(self.workers, pool) {
            let first = self.queues.of_pool(pool).first().copied();
            return first.is_some_and(|entry| self.launch_one(pool, entry, HOME));
        }
        let starts = placement::choose_starts(self.workers, &self.queues);
        starts.into_iter().filter(|&(entry, group)| self.launch_one(pool, entry, group)).count() > 0
    }

    /// Starts a queued run in a group, if a slot and the memory are free there.
    fn launch_one(&mut self, pool: usize, entry: QueueEntry, group: usize) -> bool {
        let Some(slot) = self.workers.launch(entry.2, group, pool) else { return false };
        self.queues.remove(pool, &entry);
        self.emit_started(entry.2, self.workers.slots.name(slot));
        true
    }

    fn emit_started(&mut self, key: Key, slot: String) {
        let Some(run) = self.workers.in_flight.get(&key) else { return };
        for &id in &run.nodes {
            if self.dag.state(id) == NodeState::Queued {
                self.dag.set_state(id, NodeState::Running);
            }
        }
        if let Some(&id) = run.nodes.first() {
            self.emit(Event::Started { step: self.name(id), slot, why: run.reason.clone() });
        }
    }

    fn enqueue(&mut self, key: Key) {
        let Some(run) = self.workers.in_flight.get(&key) else { return };
        let Some(&id) = run.nodes.first() else { return };
        let pool = self.workers.slots.pool_index(&run.action.requirements.pool);
        self.queues.insert(pool, (Reverse(self.dag.rank(id)), id, key));
    }

    /// Does the engine's own work of a ready node, or looks up its result, or queues its action.
    fn resolve(&mut self, id: NodeId) {
        if self.waits_for_blob(id) {
            return;
        }
        let work = self.dag.payload_mut(id).work.take();
        match work {
            Some(StepWork::Run(template)) => {
                let resolved = self.look_up(id, &template);
                self.dag.payload_mut(id).work = Some(StepWork::Run(template));
                if let Err(error) = resolved {
                    self.fail_with_cache_error(id, &error);
                }
            }
            Some(StepWork::Publish { source, path }) => {
                let published = self.publish(&source, &path);
                self.dag.payload_mut(id).work = Some(StepWork::Publish { source: source.clone(), path });
                self.finish_internal(id, &source, published);
            }
            Some(StepWork::Expand { reads, after, expand: grow }) => self.grow(id, reads, after, grow),
            None => self.finish(id, ResultOrigin::Reused),
        }
    }

    fn publish(&mut self, source: &InputSource, path: &Path) -> Result<(), CacheError> {
        if self.workers.options.dry_run {
            return Ok(());
        }
        let blob = self.blob(source)?;
        let written = self.workers.cache.publish(&blob, path)?;
        self.emit(Event::Published { path: path.display().to_string(), bytes: blob.len, written });
        Ok(())
    }

    fn grow(&mut self, id: NodeId, reads: Vec<InputSource>, after: Vec<StepName>, grow: ExpandFn) {
        let mut texts = Vec::with_capacity(reads.len());
        for source in &reads {
            match self.blob(source).and_then(|blob| self.workers.cache.read(&blob)) {
                Ok(bytes) => texts.push(bytes),
                Err(error) => {
                    let source = source.clone();
                    self.dag.payload_mut(id).work = Some(StepWork::Expand { reads, after, expand: grow });
                    return self.finish_internal(id, &source, Err(error));
                }
            }
        }
        match grow(&texts) {
            Ok(plan) => {
                self.finish(id, ResultOrigin::Reused);
                self.add(plan);
            }
            Err(diagnostic) => self.fail(id, diagnostic, String::new()),
        }
    }

    /// Ends a node that is the engine's own work. If its input was lost, the input is made again first.
    fn finish_internal(&mut self, id: NodeId, source: &InputSource, result: Result<(), CacheError>) {
        match result {
            Ok(()) => self.finish(id, ResultOrigin::Reused),
            Err(CacheError::Lost { .. }) => self.rerun_inputs(id, std::slice::from_ref(source)),
            Err(error) => self.fail_with_cache_error(id, &error),
        }
    }

    /// The action of a template whose inputs are all there.
    fn action(&self, template: &ActionTemplate) -> Result<Action, CacheError> {
        let mut inputs = BTreeMap::new();
        for (role, source) in &template.inputs {
            inputs.insert(role.clone(), self.blob(source)?);
        }
        Ok(Action {
            kind: template.kind.to_owned(),
            version: template.version,
            params: template.params.clone(),
            inputs,
            tools: template.tools.clone(),
            requirements: template.requirements.clone(),
        })
    }

    fn blob(&self, source: &InputSource) -> Result<Blob, CacheError> {
        match source {
            InputSource::File(path) => self.workers.cache.digest_of_file(path),
            InputSource::Output { step, role } => {
                let node = self.dag.payload(self.names[step]);
                let outputs = &node.outcome.as_ref().expect("a node waits for its inputs").outputs;
                Ok(*outputs.get(*role).unwrap_or_else(|| panic!("step {step} has no output `{role}`")))
            }
        }
    }

    /// Finds the result of a step, or shares a run that is under way, or queues one.
    fn look_up(&mut self, id: NodeId, template: &ActionTemplate) -> Result<(), CacheError> {
        let action = self.action(template)?;
        let key = action.key();
        self.dag.payload_mut(id).key = Some(key);
        if self.workers.in_flight.contains_key(&key) {
            self.join_run(id, key);
            return Ok(());
        }
        let found = self.workers.cache.lookup(key)?;
        if matches!(found, Lookup::Miss(_)) && self.ask_stores(id, key, &action) {
            return Ok(());
        }
        if self.target.explain.as_ref() == Some(&self.dag.payload(id).name) {
            self.explain(id, &action, key, template, &found);
        }
        match found {
            Lookup::Hit(outcome) => {
                self.dag.payload_mut(id).outcome = Some(outcome);
                self.finish(id, ResultOrigin::Reused);
            }
            Lookup::Miss(_) if self.workers.options.dry_run => self.would_run(id, key, &action, template),
            Lookup::Miss(permit) => {
                self.workers.cache.check_writable()?;
                self.queue(id, key, action, template, permit);
            }
        }
        Ok(())
    }

    fn queue(
        &mut self,
        id: NodeId,
        key: Key,
        action: Action,
        template: &ActionTemplate,
        permit: crate::cache::CommitPermit,
    ) {
        let why = self.history.run_reason(self.workers.cache, &self.dag.payload(id).name, key, &action, template);
        let run = InFlight {
            permit: Some(permit),
            action: Arc::new(action),
            files: template.inputs.values().filter_map(project_file).map(Path::to_owned).collect(),
            reason: why,
            exclusive: self.dag.payload(id).estimated_seconds >= MIN_LOCKED_SECONDS,
            expected_seconds: self.expected_seconds(id),
            remote_failures: 0,
            nodes: vec![id],
            attempt: 0,
            alone: false,
            timed_out: None,
            output: None,
        };
        self.dag.set_state(id, NodeState::Queued);
        self.workers.in_flight.insert(key, run);
        self.enqueue(key);
    }

    /// Joins a run that is queued or under way.
    fn join_run(&mut self, id: NodeId, key: Key) {
        let slot = self.workers.slot(key);
        let run = self.workers.in_flight.get_mut(&key).expect("the caller has looked");
        run.nodes.push(id);
        if let Some(ended) = &run.output {
            let outcome = ended.outcome.clone();
            return self.set_result(id, outcome, ResultOrigin::Reused);
        }
        let taken_over = run.nodes.len() == 1;
        let why = run.reason.clone();
        self.dag.set_state(id, NodeState::Queued);
        if let Some(slot) = slot {
            self.dag.set_state(id, NodeState::Running);
            if taken_over {
                let slot = self.workers.slots.name(slot);
                self.emit(Event::Started { step: self.name(id), slot, why });
            }
        }
    }

    fn explain(&mut self, id: NodeId, action: &Action, key: Key, template: &ActionTemplate, found: &Lookup) {
        let name = &self.dag.payload(id).name;
        let before = self.history.key_before(name, key);
        let before = before.and_then(|key| self.workers.cache.action(key).ok().flatten());
        let outcome = match found {
            Lookup::Hit(outcome) => Some(outcome.clone()),
            Lookup::Miss(_) => None,
        };
        let sources = history::sources(template);
        self.summary.explanation = Some(KeyExplanation {
            changes: before.map(|before| history::key_changes(&before, action, &sources)),
            action: action.clone(),
            key,
            sources,
            is_there: outcome.is_some(),
            outcome,
        });
    }

    /// Reports that the step would run. Nodes that wait for its result can't be examined in a dry run.
    fn would_run(&mut self, id: NodeId, key: Key, action: &Action, template: &ActionTemplate) {
        let (step, seconds) = (self.name(id), self.expected_seconds(id));
        let why = self.history.run_reason(self.workers.cache, &step, key, action, template);
        self.emit(Event::WouldRun { step: step.clone(), why, millis: (seconds * 1000.0) as u64 });
        *self.summary.expected_seconds.entry(template.requirements.pool.clone()).or_default() += seconds;
        self.summary.would_run.push(step);
        self.dag.set_state(id, NodeState::WouldRun);
    }

    /// The project's files that these nodes read, to be named where one of them may be at fault.
    fn files(&self, nodes: &[NodeId]) -> String {
        let Some(StepWork::Run(template)) = nodes.first().and_then(|&id| self.dag.payload(id).work.as_ref()) else {
            return String::new();
        };
        let names = template.inputs.values().filter_map(project_file).filter_map(Path::file_name);
        let files: Vec<String> = names.map(|name| format!("`{}`", name.display())).collect();
        if files.is_empty() { String::new() } else { format!(", reading {}", files.join(" and ")) }
    }

    fn sources(&self, id: NodeId, roles: &BTreeMap<String, Blob>) -> Vec<InputSource> {
        let Some(StepWork::Run(template)) = &self.dag.payload(id).work else { return Vec::new() };
        roles.keys().filter_map(|role| template.inputs.get(role).cloned()).collect()
    }

    /// Makes a node ready again, after the nodes whose results were lost.
    fn rerun_inputs(&mut self, id: NodeId, lost: &[InputSource]) {
        let node = self.dag.payload_mut(id);
        node.losses += 1;
        if node.losses > MAX_LOSSES {
            let diagnostic = Diagnostic::error("its inputs are damaged each time they are made")
                .help("the disk that holds the cache may be failing; try another one with T2V_CACHE=DIR");
            return self.fail(id, diagnostic, String::new());
        }
        if self.dag.state(id) == NodeState::Running {
            self.dag.set_state(id, NodeState::Ready);
        }
        for source in lost {
            let InputSource::Output { step, .. } = source else { continue };
            let maker = self.names[step];
            if self.dag.state(maker) == NodeState::Done {
                self.emit(Event::Lost { step: step.clone() });
                self.dag.set_state(maker, NodeState::Ready);
            }
        }
    }

    fn finish(&mut self, id: NodeId, how: ResultOrigin) {
        self.dag.set_state(id, NodeState::Done);
        self.emit_finished(id, how);
    }

    fn emit_finished(&mut self, id: NodeId, how: ResultOrigin) {
        if self.dag.payload(id).runs {
            match how {
                ResultOrigin::Ran { millis } => self.summary.ran.push((self.name(id), millis)),
                ResultOrigin::Reused => self.summary.reused += 1,
            }
            let bytes = self.dag.payload(id).outcome.as_ref().map_or(0, Outcome::bytes);
            self.emit(Event::Finished { step: self.name(id), how, bytes });
        } else {
            self.emit(Event::Settled { step: self.name(id) });
        }
        self.emit_graph();
    }

    fn fail_with_cache_error(&mut self, id: NodeId, error: &CacheError) {
        let diagnostic = Diagnostic { help: error.help(), ..Diagnostic::error(error.to_string()) };
        self.fail(id, diagnostic, String::new());
    }

    fn fail(&mut self, id: NodeId, diagnostic: Diagnostic, log: String) {
        self.dag.set_state(id, NodeState::Failed);
        let node = self.dag.payload(id);
        let place = diagnostic.span.or(node.span);
        let failure =
            StepFailure { step: node.name.clone(), diagnostic: Diagnostic { span: place, ..diagnostic }, log };
        let source = self.target.source.as_ref();
        self.emit(Event::Failed {
            step: failure.step.clone(),
            message: failure.diagnostic.message.clone(),
            place: place.and_then(|place| Some(source?.line_and_column(place.start))),
            help: failure.diagnostic.help.clone(),
        });
        self.summary.failures.push(failure);
        if self.workers.options.on_failure == OnFailure::Stop {
            self.workers.cancel_running();
        }
    }

    /// How long the node is expected to take.
    fn expected_seconds(&self, id: NodeId) -> f64 {
        let node = self.dag.payload(id);
        self.history.seconds(&node.name).filter(|seconds| *seconds > 0.0).unwrap_or(node.estimated_seconds)
    }

    fn name(&self, id: NodeId) -> StepName {
        self.dag.payload(id).name.clone()
    }
}

/// The project's file that is this input, if it is one.
fn project_file(source: &InputSource) -> Option<&Path> {
    match source {
        InputSource::File(path) => Some(path),
        InputSource::Output { .. } => None,
    }
}

#[cfg(test)]
mod tests;
