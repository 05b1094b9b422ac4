//! The loop: what is ready is looked up in the cache, or run where there is a free slot, until nothing is left.
//! The one place where graph, cache and executors meet. Knows nothing of video.

mod crew;
mod filing;
mod guests;
mod history;
mod landing;
mod patience;
mod placing;
mod pool;
mod terms;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::action::{Action, Blob, Lane, Outcome};
use crate::cache::{CacheError, FilmRecord, Lookup};
use crate::dag::{Dag, NodeId, State};
use crate::diag::{Diagnostic, Place};
use crate::digest::Key;
use crate::event::{Event, How, Sink};
use crate::work::{Grow, Planned, Source, StepName, Template, Work};

pub use crew::{Crew, Waker};
pub use history::changes;
pub use patience::Timeouts;
pub use terms::{Asked, Failure, Goal, OnFailure, Options, Summary};

use crew::{Flight, Heard};
use filing::Unfiled;
use history::History;

/// How often a result may be lost and made again before the machine is held to be broken.
const LOSSES: u32 = 3;
/// Steps that are expected to take less than this many seconds are sooner made twice than locked against other processes.
const WORTH_A_LOCK: f64 = 0.05;

struct Node {
    name: StepName,
    place: Option<Place>,
    cost: f64,
    /// Whether it runs something, rather than being the engine's own work.
    runs: bool,
    /// `None` once a `Grow` has grown.
    work: Option<Work>,
    /// Once its inputs are known.
    key: Option<Key>,
    outcome: Option<Outcome>,
    losses: u32,
}

/// A run that waits for a slot: the longest chain first; among equals, what was added first.
type Entry = (Reverse<u64>, NodeId, Key);
type Queue = BTreeSet<Entry>;

/// Builds one graph.
pub struct Engine<'a, 'c> {
    crew: &'a mut Crew<'c>,
    sink: &'a dyn Sink,
    goal: Goal,
    history: History,
    dag: Dag<Node>,
    names: HashMap<StepName, NodeId>,
    queues: BTreeMap<Lane, Queue>,
    unfiled: Unfiled,
    summary: Summary,
    /// Nodes that run something; the others are the engine's own work.
    steps: usize,
}

impl<'a, 'c> Engine<'a, 'c> {
    /// An engine with an empty graph.
    pub fn new(crew: &'a mut Crew<'c>, sink: &'a dyn Sink, goal: Goal) -> Self {
        crew.begin();
        // Without a history nothing is lost but reasons and expected times.
        let history = match goal.keeps() {
            true => History::load(crew.cache, &goal.film).unwrap_or_default(),
            false => History::default(),
        };
        let queues = BTreeMap::from([(Lane::Core, Queue::new()), (Lane::Wait, Queue::new())]);
        let (dag, names, summary) = (Dag::default(), HashMap::new(), Summary::default());
        let unfiled = Unfiled::default();
        Self { crew, sink, goal, history, dag, names, queues, unfiled, summary, steps: 0 }
    }

    /// Builds `plan` and all that grows from it. What failed is in the summary.
    pub fn build(mut self, plan: Vec<Planned>) -> Summary {
        self.add(plan);
        self.start_all();
        self.crew.drop_stale();
        loop {
            let goes_on = self.is_busy() && !self.crew.is_left() && !self.crew.is_forsaken();
            self.file(!goes_on);
            if !goes_on && self.unfiled.is_empty() {
                break;
            }
            let Heard { ended, progress, hosts, filed } = self.crew.wait(self.unfiled.patience());
            hosts.into_iter().for_each(|(host, news)| self.tell(Event::Host { host, news }));
            progress.into_iter().for_each(|(key, done, total)| self.tell_progress(key, done, total));
            filed.into_iter().for_each(|result| self.filed(result));
            self.land(ended);
            self.start_all();
        }
        self.sum_up()
    }

    fn sum_up(mut self) -> Summary {
        let over = |id: &NodeId| matches!(self.dag.state(*id), State::Done | State::Failed);
        self.summary.unfinished = self.dag.nodes().filter(|id| !over(id)).count();
        let nodes = || self.dag.nodes().map(|id| self.dag.payload(id));
        let keyed = || nodes().filter_map(|node| Some((node, node.key?)));
        self.summary.keys = keyed().map(|(node, key)| (node.name.clone(), key)).collect();
        if !self.crew.options.dry_run && self.goal.keeps() {
            // As above: what can't be kept is only reasons and times, and the next sweep's knowledge of what is in use.
            let made = keyed().filter_map(|(node, key)| Some((&node.name, key, node.outcome.as_ref()?.millis)));
            let steps = self.history.now(made, self.summary.is_complete());
            let _ = self.crew.cache.keep_film(&FilmRecord { film: self.goal.film, spec: self.goal.spec, steps });
        }
        self.summary
    }

    /// Whether something may still happen: a run that somebody wants, or a slot that is kept by one that nobody wants.
    fn is_busy(&self) -> bool {
        let queued = self.queues.values().any(|queue| !queue.is_empty());
        self.crew.is_busy() || (queued && self.crew.runs_something() && self.may_start())
    }

    /// After a failure what runs may end, but nothing else starts, unless that is wanted.
    fn may_start(&self) -> bool {
        let failed = !self.summary.failures.is_empty();
        let goes_on = !failed || self.crew.options.on_failure == OnFailure::KeepGoing || self.crew.options.dry_run;
        goes_on && !self.crew.cancel.is_set() && !self.crew.is_left()
    }

    fn add(&mut self, plan: Vec<Planned>) {
        self.names.reserve(plan.len());
        for planned in plan {
            if self.names.contains_key(&planned.name) {
                continue;
            }
            let waits_for = planned.waits_for();
            self.tell_planned(&planned, &waits_for);
            let waits_for: Vec<NodeId> = waits_for.into_iter().map(|name| self.names[name]).collect();
            let Planned { name, place, cost, work } = planned;
            let runs = matches!(work, Work::Run(_));
            self.steps += usize::from(runs);
            let known = if runs { self.history.seconds(&name).filter(|seconds| *seconds > 0.0) } else { None };
            let node =
                Node { name: name.clone(), place, cost, runs, work: Some(work), key: None, outcome: None, losses: 0 };
            let id = self.dag.add(node, known.unwrap_or(cost), &waits_for);
            self.names.insert(name, id);
        }
        self.tell_graph();
    }

    fn tell_planned(&mut self, planned: &Planned, waits_for: &[&StepName]) {
        let kind = match &planned.work {
            Work::Run(template) => template.kind,
            Work::Grow { .. } => "grow",
            Work::Publish { .. } => "publish",
        };
        self.tell(Event::Planned {
            step: planned.name.clone(),
            kind: kind.to_owned(),
            waits_for: waits_for.iter().map(|&name| name.clone()).collect(),
            cost: planned.cost,
        });
    }

    fn tell_graph(&mut self) {
        self.tell(Event::Graph { steps: self.steps, cost_left: self.dag.cost_left() });
    }

    fn tell_progress(&mut self, key: Key, done: u64, total: u64) {
        let Some(&id) = self.crew.flights.get(&key).and_then(|flight| flight.nodes.first()) else { return };
        self.tell(Event::Progress { step: self.name(id), done, total });
    }

    /// Settles every ready node that needs no slot, and starts the others as long as there are slots.
    fn start_all(&mut self) {
        for key in self.crew.rested() {
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

    /// Starts what is queued, as long as there is room.
    fn launch(&mut self) {
        if !self.crew.pool.guests.is_empty() {
            self.launch_anywhere();
            return self.launch_here(Lane::Wait);
        }
        self.launch_here(Lane::Core);
        self.launch_here(Lane::Wait);
    }

    fn launch_here(&mut self, lane: Lane) {
        while self.may_start() && !self.crew.pool.is_full(lane) {
            let Some(&entry) = self.queues[&lane].first() else { break };
            if !self.launch_one(lane, entry, None) {
                break;
            }
        }
    }

    /// Starts a queued run on this machine or on a host, if there is room for it there.
    fn launch_one(&mut self, lane: Lane, entry: Entry, host: Option<usize>) -> bool {
        let Some(slot) = self.crew.launch(entry.2, host) else { return false };
        self.queues.get_mut(&lane).expect("both lanes are there").remove(&entry);
        self.tell_started(entry.2, self.crew.pool.name(slot));
        true
    }

    fn tell_started(&mut self, key: Key, slot: String) {
        let Some(flight) = self.crew.flights.get(&key) else { return };
        for &id in &flight.nodes {
            if self.dag.state(id) == State::Queued {
                self.dag.set(id, State::Running);
            }
        }
        if let Some(&id) = flight.nodes.first() {
            self.tell(Event::Started { step: self.name(id), slot, why: flight.why.clone() });
        }
    }

    fn enqueue(&mut self, key: Key) {
        let Some(flight) = self.crew.flights.get(&key) else { return };
        let Some(&id) = flight.nodes.first() else { return };
        let lane = flight.action.needs.lane;
        let entry = (Reverse(self.dag.rank(id)), id, key);
        self.queues.get_mut(&lane).expect("both lanes are there").insert(entry);
    }

    /// Does what a ready node asks for, or finds its result, or queues it.
    fn resolve(&mut self, id: NodeId) {
        let work = self.dag.payload_mut(id).work.take();
        match work {
            Some(Work::Run(template)) => {
                let resolved = self.look_up(id, &template);
                self.dag.payload_mut(id).work = Some(Work::Run(template));
                if let Err(error) = resolved {
                    self.fail_machine(id, &error);
                }
            }
            Some(Work::Publish { source, path }) => {
                let published = self.publish(&source, &path);
                self.dag.payload_mut(id).work = Some(Work::Publish { source: source.clone(), path });
                self.settle(id, &source, published);
            }
            Some(Work::Grow { reads, after, grow }) => self.grow(id, reads, after, grow),
            None => self.finish(id, How::Reused),
        }
    }

    fn publish(&mut self, source: &Source, path: &std::path::Path) -> Result<(), CacheError> {
        if self.crew.options.dry_run {
            return Ok(());
        }
        let blob = self.blob(source)?;
        let written = self.crew.cache.publish(&blob, path)?;
        self.tell(Event::Published { path: path.display().to_string(), bytes: blob.len, written });
        Ok(())
    }

    fn grow(&mut self, id: NodeId, reads: Vec<Source>, after: Vec<StepName>, grow: Grow) {
        let mut texts = Vec::with_capacity(reads.len());
        for source in &reads {
            match self.blob(source).and_then(|blob| self.crew.cache.read(&blob)) {
                Ok(bytes) => texts.push(bytes),
                Err(error) => {
                    let source = source.clone();
                    self.dag.payload_mut(id).work = Some(Work::Grow { reads, after, grow });
                    return self.settle(id, &source, Err(error));
                }
            }
        }
        match grow(&texts) {
            Ok(plan) => {
                self.finish(id, How::Reused);
                self.add(plan);
            }
            Err(diagnostic) => self.fail(id, diagnostic, String::new()),
        }
    }

    /// Ends a node that the engine did itself. Where its input was lost, the input is made again first.
    fn settle(&mut self, id: NodeId, source: &Source, result: Result<(), CacheError>) {
        match result {
            Ok(()) => self.finish(id, How::Reused),
            Err(CacheError::Lost { .. }) => self.make_again(id, std::slice::from_ref(source)),
            Err(error) => self.fail_machine(id, &error),
        }
    }

    /// The action of a template whose inputs are all there.
    fn action(&self, template: &Template) -> Result<Action, CacheError> {
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
            needs: template.needs,
        })
    }

    fn blob(&self, source: &Source) -> Result<Blob, CacheError> {
        match source {
            Source::File(path) => self.crew.cache.digest_of_file(path),
            Source::Output { step, role } => {
                let node = self.dag.payload(self.names[step]);
                let outputs = &node.outcome.as_ref().expect("a node waits for its inputs").outputs;
                Ok(*outputs.get(*role).unwrap_or_else(|| panic!("step {step} has no output `{role}`")))
            }
        }
    }

    /// Finds the result of a step, or shares a run that is under way, or queues one.
    fn look_up(&mut self, id: NodeId, template: &Template) -> Result<(), CacheError> {
        let action = self.action(template)?;
        let key = action.key();
        self.dag.payload_mut(id).key = Some(key);
        if self.crew.flights.contains_key(&key) {
            self.share(id, key);
            return Ok(());
        }
        let found = self.crew.cache.lookup(key)?;
        if self.goal.asked.as_ref() == Some(&self.dag.payload(id).name) {
            self.lay_open(id, &action, key, template, &found);
        }
        match found {
            Lookup::Hit(outcome) => {
                self.dag.payload_mut(id).outcome = Some(outcome);
                self.finish(id, How::Reused);
            }
            Lookup::Miss(_) if self.crew.options.dry_run => self.would_run(id, key, &action, template),
            Lookup::Miss(permit) => self.queue(id, key, action, template, permit),
        }
        Ok(())
    }

    fn queue(&mut self, id: NodeId, key: Key, action: Action, template: &Template, permit: crate::cache::Permit) {
        let why = self.history.why(self.crew.cache, &self.dag.payload(id).name, key, &action, template);
        let file = |source: &Source| match source {
            Source::File(path) => Some(path.clone()),
            Source::Output { .. } => None,
        };
        let flight = Flight {
            permit: Some(permit),
            action: Arc::new(action),
            files: template.inputs.values().filter_map(file).collect(),
            why,
            exclusive: self.dag.payload(id).cost >= WORTH_A_LOCK,
            seconds: self.seconds(id),
            strays: 0,
            nodes: vec![id],
            attempt: 0,
            alone: false,
            late: None,
            made: None,
        };
        self.dag.set(id, State::Queued);
        self.crew.flights.insert(key, flight);
        self.enqueue(key);
    }

    /// Joins a run that is queued or under way.
    fn share(&mut self, id: NodeId, key: Key) {
        let slot = self.crew.slot(key);
        let flight = self.crew.flights.get_mut(&key).expect("the caller has looked");
        flight.nodes.push(id);
        if let Some(ended) = &flight.made {
            let outcome = ended.outcome.clone();
            return self.take_result(id, outcome, How::Reused);
        }
        let taken_over = flight.nodes.len() == 1;
        let why = flight.why.clone();
        self.dag.set(id, State::Queued);
        if let Some(slot) = slot {
            self.dag.set(id, State::Running);
            if taken_over {
                let slot = self.crew.pool.name(slot);
                self.tell(Event::Started { step: self.name(id), slot, why });
            }
        }
    }

    fn lay_open(&mut self, id: NodeId, action: &Action, key: Key, template: &Template, found: &Lookup) {
        let name = &self.dag.payload(id).name;
        let before = self.history.key_before(name, key);
        let before = before.and_then(|key| self.crew.cache.action(key).ok().flatten());
        let outcome = match found {
            Lookup::Hit(outcome) => Some(outcome.clone()),
            Lookup::Miss(_) => None,
        };
        let sources = history::sources(template);
        self.summary.asked = Some(Asked {
            changes: before.map(|before| history::changes(&before, action, &sources)),
            action: action.clone(),
            key,
            sources,
            is_there: outcome.is_some(),

            outcome,
        });
    }

    /// What waits for a result that is only to be made can't be looked at in a dry run.
    fn would_run(&mut self, id: NodeId, key: Key, action: &Action, template: &Template) {
        let (step, seconds) = (self.name(id), self.seconds(id));
        let why = self.history.why(self.crew.cache, &step, key, action, template);
        self.tell(Event::WouldRun { step: step.clone(), why, millis: (seconds * 1000.0) as u64 });
        self.summary.would_run.push(step);
        self.dag.set(id, State::Failed);
    }

    /// The project's files that these nodes read, to be named where one of them may be at fault.
    fn files(&self, nodes: &[NodeId]) -> String {
        let Some(Work::Run(template)) = nodes.first().and_then(|&id| self.dag.payload(id).work.as_ref()) else {
            return String::new();
        };
        let file = |source: &Source| match source {
            Source::File(path) => Some(format!("`{}`", path.file_name()?.display())),
            Source::Output { .. } => None,
        };
        let files: Vec<String> = template.inputs.values().filter_map(file).collect();
        if files.is_empty() { String::new() } else { format!(", reading {}", files.join(" and ")) }
    }

    fn sources(&self, id: NodeId, roles: &BTreeMap<String, Blob>) -> Vec<Source> {
        let Some(Work::Run(template)) = &self.dag.payload(id).work else { return Vec::new() };
        roles.keys().filter_map(|role| template.inputs.get(role).cloned()).collect()
    }

    /// Puts a node back, and those whose results it lacks before it.
    fn make_again(&mut self, id: NodeId, lost: &[Source]) {
        let node = self.dag.payload_mut(id);
        node.losses += 1;
        if node.losses > LOSSES {
            let diagnostic = Diagnostic::error("its inputs are damaged each time they are made")
                .help("the disk that holds the cache may be failing; try another one with T2V_CACHE=DIR");
            return self.fail(id, diagnostic, String::new());
        }
        if self.dag.state(id) == State::Running {
            self.dag.set(id, State::Ready);
        }
        for source in lost {
            let Source::Output { step, .. } = source else { continue };
            let maker = self.names[step];
            if self.dag.state(maker) == State::Done {
                self.tell(Event::Lost { step: step.clone() });
                self.dag.set(maker, State::Ready);
            }
        }
    }

    fn finish(&mut self, id: NodeId, how: How) {
        self.dag.set(id, State::Done);
        self.tell_finished(id, how);
    }

    fn tell_finished(&mut self, id: NodeId, how: How) {
        if self.dag.payload(id).runs {
            match how {
                How::Ran { millis } => self.summary.ran.push((self.name(id), millis)),
                How::Reused => self.summary.reused += 1,
            }
            let bytes = self.dag.payload(id).outcome.as_ref().map_or(0, Outcome::bytes);
            self.tell(Event::Finished { step: self.name(id), how, bytes });
        } else {
            self.tell(Event::Settled { step: self.name(id) });
        }
        self.tell_graph();
    }

    fn fail_machine(&mut self, id: NodeId, error: &CacheError) {
        let diagnostic = Diagnostic { help: error.help(), ..Diagnostic::error(error.to_string()) };
        self.fail(id, diagnostic, String::new());
    }

    fn fail(&mut self, id: NodeId, diagnostic: Diagnostic, log: String) {
        self.dag.set(id, State::Failed);
        let node = self.dag.payload(id);
        let place = diagnostic.place.or(node.place);
        let failure = Failure { step: node.name.clone(), diagnostic: Diagnostic { place, ..diagnostic }, log };
        let source = self.goal.source.as_ref();
        self.tell(Event::Failed {
            step: failure.step.clone(),
            message: failure.diagnostic.message.clone(),
            place: place.and_then(|place| Some(source?.line_and_column(place.start))),
            help: failure.diagnostic.help.clone(),
        });
        self.summary.failures.push(failure);
        if self.crew.options.on_failure == OnFailure::Stop {
            self.crew.cancel_running();
        }
    }

    /// How long the node is expected to take.
    fn seconds(&self, id: NodeId) -> f64 {
        let node = self.dag.payload(id);
        self.history.seconds(&node.name).filter(|seconds| *seconds > 0.0).unwrap_or(node.cost)
    }

    fn name(&self, id: NodeId) -> StepName {
        self.dag.payload(id).name.clone()
    }
}

#[cfg(test)]
mod tests;
