//! The loop: what is ready is looked up in the cache, or run where there is a free slot, until nothing is left.
//! The one place where graph, cache and executors meet. Knows nothing of video.

mod pool;

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::action::{Action, Blob, Needs, Outcome};
use crate::cache::{Cache, CacheError, Filed, Lookup, Permit};
use crate::dag::{Dag, NodeId, State};
use crate::diag::{Diagnostic, Place};
use crate::digest::Key;
use crate::event::{Event, How, Sink};
use crate::process::Cancel;
use crate::remote::{ExecError, Executor};
use crate::work::{Grow, Planned, Source, StepName, Template, Work};

use pool::{Done, Pool};

/// How often a result may be lost and made again before the machine is held to be broken.
const LOSSES: u32 = 3;

/// How a build is to go.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Steps that may each occupy a core at the same time.
    pub cores: usize,
    /// Steps that may wait for somebody else at the same time.
    pub waits: usize,
    /// Only say what would run.
    pub dry_run: bool,
}

/// What became of a build.
#[derive(Debug, Default)]
pub struct Summary {
    /// Steps that ran, and for how long, in milliseconds.
    pub ran: Vec<(StepName, u64)>,
    /// Steps whose result was there.
    pub reused: usize,
    /// Steps that would have run; in a dry run only.
    pub would_run: Vec<StepName>,
    /// Steps that failed.
    pub failures: Vec<Failure>,
    /// Steps that did not run because of those, or because the build was cancelled.
    pub unfinished: usize,
}

impl Summary {
    /// Whether everything that was asked for is there.
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty() && self.unfinished == 0
    }
}

/// A step that failed.
#[derive(Debug)]
pub struct Failure {
    /// Which.
    pub step: StepName,
    /// What is wrong, at the place that asked for the step.
    pub diagnostic: Diagnostic,
    /// What its tools printed.
    pub log: String,
}

struct Node {
    name: StepName,
    place: Option<Place>,
    /// `None` once a `Grow` has grown.
    work: Option<Work>,
    outcome: Option<Outcome>,
    losses: u32,
}

/// A run that was started: who gets its result.
struct Flight {
    permit: Permit,
    nodes: Vec<NodeId>,
}

/// Builds one graph.
pub struct Engine<'a> {
    cache: &'a Cache,
    options: Options,
    sink: &'a dyn Sink,
    cancel: &'a Cancel,
    dag: Dag<Node>,
    names: HashMap<StepName, NodeId>,
    flights: HashMap<Key, Flight>,
    summary: Summary,
    /// Nodes that run something; the others are the engine's own work.
    steps: usize,
}

impl<'a> Engine<'a> {
    /// An engine with an empty graph.
    pub fn new(cache: &'a Cache, options: Options, sink: &'a dyn Sink, cancel: &'a Cancel) -> Self {
        let (dag, names, flights) = (Dag::default(), HashMap::new(), HashMap::new());
        Self { cache, options, sink, cancel, dag, names, flights, summary: Summary::default(), steps: 0 }
    }

    /// Builds `plan` and all that grows from it. What failed is in the summary.
    pub fn build(mut self, plan: Vec<Planned>, executor: &dyn Executor) -> Summary {
        self.add(plan);
        thread::scope(|scope| {
            let (done, results) = channel();
            let mut pool = Pool::start(scope, &self.options, executor, self.sink, self.cancel, done);
            self.turn_until_done(&mut pool, &results);
        });
        self.summary.unfinished +=
            self.dag.nodes().filter(|&id| !matches!(self.dag.state(id), State::Done | State::Failed)).count();
        self.summary
    }

    fn turn_until_done(&mut self, pool: &mut Pool, results: &Receiver<Done>) {
        loop {
            if self.may_start() {
                self.start_ready(pool);
            }
            if self.flights.is_empty() {
                return;
            }
            let Ok(done) = results.recv() else { return };
            pool.free(done.action.needs);
            self.land(done);
        }
    }

    /// After a failure what runs may end, but nothing else starts.
    fn may_start(&self) -> bool {
        !self.cancel.is_set() && (self.summary.failures.is_empty() || self.options.dry_run)
    }

    fn add(&mut self, plan: Vec<Planned>) {
        for planned in plan {
            if self.names.contains_key(&planned.name) {
                continue;
            }
            let waits_for: Vec<NodeId> = planned.waits_for().into_iter().map(|name| self.names[name]).collect();
            let Planned { name, place, cost, work } = planned;
            self.steps += usize::from(matches!(work, Work::Run(_)));
            let node = Node { name: name.clone(), place, work: Some(work), outcome: None, losses: 0 };
            let id = self.dag.add(node, cost, &waits_for);
            self.names.insert(name, id);
        }
        self.tell_graph();
    }

    fn tell_graph(&self) {
        self.sink.event(&Event::Graph { steps: self.steps, cost_left: self.dag.cost_left() });
    }

    /// Settles every ready node that needs no slot, and starts those for which there is one.
    fn start_ready(&mut self, pool: &mut Pool) {
        loop {
            let next = self.dag.ready().find(|&id| pool.has_room(self.needs(id)));
            let Some(id) = next.filter(|_| self.may_start()) else { return };
            self.start(id, pool);
        }
    }

    /// `None` for what the engine does itself.
    fn needs(&self, id: NodeId) -> Option<Needs> {
        match &self.dag.payload(id).work {
            Some(Work::Run(template)) => Some(template.needs),
            _ => None,
        }
    }

    fn start(&mut self, id: NodeId, pool: &mut Pool) {
        self.dag.set(id, State::Running);
        match self.dag.payload_mut(id).work.take() {
            Some(Work::Run(template)) => {
                let action = self.action(&template);
                self.dag.payload_mut(id).work = Some(Work::Run(template));
                self.start_action(id, action, pool)
            }
            Some(Work::Publish { .. }) if self.options.dry_run => {
                self.finish(id, How::Reused);
            }
            Some(Work::Publish { source, path }) => {
                let published = self.blob(&source).and_then(|blob| self.cache.publish(&blob, &path));
                self.dag.payload_mut(id).work = Some(Work::Publish { source: source.clone(), path });
                self.settle(id, &source, published.map(drop))
            }
            Some(Work::Grow { reads, after, grow }) => self.grow(id, reads, after, grow),
            None => {
                self.finish(id, How::Reused);
            }
        }
    }

    fn grow(&mut self, id: NodeId, reads: Vec<Source>, after: Vec<StepName>, grow: Grow) {
        let mut texts = Vec::with_capacity(reads.len());
        for source in &reads {
            match self.blob(source).and_then(|blob| self.cache.read(&blob)) {
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
        let input = |(role, source): (&String, &Source)| Ok((role.clone(), self.blob(source)?));
        Ok(Action {
            kind: template.kind.to_owned(),
            version: template.version,
            params: template.params.clone(),
            inputs: template.inputs.iter().map(input).collect::<Result<_, CacheError>>()?,
            tools: template.tools.clone(),
            needs: template.needs,
        })
    }

    fn blob(&self, source: &Source) -> Result<Blob, CacheError> {
        match source {
            Source::File(path) => self.cache.digest_of_file(path),
            Source::Output { step, role } => {
                let node = self.dag.payload(self.names[step]);
                let outputs = &node.outcome.as_ref().expect("a node waits for its inputs").outputs;
                Ok(*outputs.get(*role).unwrap_or_else(|| panic!("step {step} has no output `{role}`")))
            }
        }
    }

    fn start_action(&mut self, id: NodeId, action: Result<Action, CacheError>, pool: &mut Pool) {
        let action = match action {
            Ok(action) => action,
            Err(error) => {
                self.fail_machine(id, &error);
                return;
            }
        };
        let key = action.key();
        if let Some(flight) = self.flights.get_mut(&key) {
            flight.nodes.push(id);
            return;
        }
        let found = match self.cache.lookup(key) {
            Ok(found) => found,
            Err(error) => {
                self.fail_machine(id, &error);
                return;
            }
        };
        match found {
            Lookup::Hit(outcome) => {
                self.dag.payload_mut(id).outcome = Some(outcome);
                self.finish(id, How::Reused);
            }
            Lookup::Miss(_) if self.options.dry_run => self.would_run(id),
            Lookup::Miss(permit) => match self.take_in_files(id) {
                Ok(()) => {
                    self.sink.event(&Event::Started { step: self.name(id) });
                    self.flights.insert(key, Flight { permit, nodes: vec![id] });
                    pool.send(self.name(id), key, action);
                }
                Err(error) => self.fail_machine(id, &error),
            },
        }
    }

    /// Steps read blobs only, so that a file that changes meanwhile can't spoil a result.
    fn take_in_files(&self, id: NodeId) -> Result<(), CacheError> {
        let Some(Work::Run(template)) = &self.dag.payload(id).work else { return Ok(()) };
        for source in template.inputs.values() {
            if let Source::File(path) = source {
                self.cache.take_in_copy(path)?;
            }
        }
        Ok(())
    }

    /// What waits for a result that is only to be made can't be looked at in a dry run.
    fn would_run(&mut self, id: NodeId) {
        self.sink.event(&Event::WouldRun { step: self.name(id) });
        let name = self.name(id);
        self.summary.would_run.push(name);
        self.dag.set(id, State::Failed);
    }

    /// Takes what an executor gave back.
    fn land(&mut self, done: Done) {
        let Some(flight) = self.flights.remove(&done.key) else { return };
        match done.result {
            Ok(outcome) => {
                let filed = Filed { permit: flight.permit, action: &done.action, outcome: &outcome };
                if let Err(error) = self.cache.file_all(vec![filed]) {
                    flight.nodes.into_iter().for_each(|id| self.fail_machine(id, &error));
                    return;
                }
                let mut how = How::Ran { millis: outcome.millis };
                for id in flight.nodes {
                    self.dag.payload_mut(id).outcome = Some(outcome.clone());
                    self.finish(id, how);
                    how = How::Reused;
                }
            }
            Err(ExecError::Cancelled) => {}
            Err(ExecError::MissingInputs(lost)) => {
                for id in flight.nodes {
                    let sources = self.sources(id, &lost);
                    self.make_again(id, &sources);
                }
            }
            Err(ExecError::Step { message, help, log }) => {
                let message = message + &self.files(&flight.nodes);
                for (i, id) in flight.nodes.into_iter().enumerate() {
                    let diagnostic = Diagnostic { help: help.clone(), ..Diagnostic::error(&message) };
                    self.fail(id, diagnostic, if i == 0 { log.clone() } else { String::new() });
                }
            }
            Err(ExecError::Cache(error)) => flight.nodes.into_iter().for_each(|id| self.fail_machine(id, &error)),
        }
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
        self.dag.set(id, State::Ready);
        for source in lost {
            let Source::Output { step, .. } = source else { continue };
            let maker = self.names[step];
            if self.dag.state(maker) == State::Done {
                self.sink.event(&Event::Lost { step: step.clone() });
                self.dag.set(maker, State::Ready);
            }
        }
    }

    fn finish(&mut self, id: NodeId, how: How) {
        let runs = matches!(self.dag.payload(id).work, Some(Work::Run(_)));
        self.dag.set(id, State::Done);
        if runs {
            match how {
                How::Ran { millis } => self.summary.ran.push((self.name(id), millis)),
                How::Reused => self.summary.reused += 1,
            }
            self.sink.event(&Event::Finished { step: self.name(id), how });
        }
        self.tell_graph();
    }

    fn fail_machine(&mut self, id: NodeId, error: &CacheError) {
        self.fail(id, Diagnostic::error(error.to_string()), String::new());
    }

    fn fail(&mut self, id: NodeId, diagnostic: Diagnostic, log: String) {
        self.dag.set(id, State::Failed);
        let node = self.dag.payload(id);
        let place = diagnostic.place.or(node.place);
        let failure = Failure { step: node.name.clone(), diagnostic: Diagnostic { place, ..diagnostic }, log };
        self.sink.event(&Event::Failed { step: failure.step.clone() });
        self.summary.failures.push(failure);
    }

    fn name(&self, id: NodeId) -> StepName {
        self.dag.payload(id).name.clone()
    }
}

#[cfg(test)]
mod tests;
