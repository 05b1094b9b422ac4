//! A build as a whole, put together from its events: which steps there are, what became of each, and when it ran.

use std::collections::HashMap;

use crate::event::{BuildBegin, BuildEnd, Event, HostStatus, ResultOrigin, RunReason, SceneSummary, TimedEvent};
use crate::work::StepName;

/// What the engine calls its own nodes that add others to the graph; they take no time, but link.
const GROWTH: &str = "grow";
/// What the engine calls its own nodes that write a file outside the cache.
const PUBLISH: &str = "publish";

/// A build, over or broken off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BuildHistory {
    /// What was asked for; `None` where the stream does not begin with it.
    pub begin: Option<BuildBegin>,
    /// What became of it; `None` where the stream ends before.
    pub end: Option<BuildEnd>,
    /// All steps, in the order in which they came into the graph; each stands behind all that it waits for.
    pub steps: Vec<StepHistory>,
    /// Seconds until the last event.
    pub seconds: f64,
    /// What disturbed it, in order.
    pub incidents: Vec<BuildIncident>,
    /// What became of other machines, in order: when, which, and what.
    pub hosts: Vec<(f64, String, HostStatus)>,
    /// Files outside the cache.
    pub published: Vec<PublishedFile>,
    /// The film's scenes in order; empty where the stream does not tell them.
    pub scenes: Vec<SceneSummary>,
}

/// One step of a build.
#[derive(Clone, Debug, PartialEq)]
pub struct StepHistory {
    /// The step's name, as in the plan.
    pub name: StepName,
    /// Its kind; empty where it was never planned, as in a damaged log.
    pub kind: String,
    /// The steps it waits for, by their place in [`Build::steps`], each less than its own, sorted. What a growth added waits for it.
    pub waits_for: Vec<usize>,
    /// Expected seconds of work on one core.
    pub cost: f64,
    /// Why its result was not there, where it was not.
    pub why: Option<RunReason>,
    /// Bytes of its outputs.
    pub bytes: u64,
    /// Each time that it ran: none where it did not, more than one where a result was lost.
    pub runs: Vec<StepRun>,
    /// What became of it.
    pub state: StepState,
}

/// A stretch of time in which a step ran.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRun {
    /// Where: `core 1`, `wait 2`, or a host's `gpu1 2`.
    pub slot: String,
    /// Seconds since the build began.
    pub start: f64,
    /// Seconds since the build began; the build's end for what was broken off. At most the start of the slot's next run.
    pub end: f64,
    /// What its executor measured, in milliseconds; `None` where it did not end well.
    pub millis: Option<u64>,
}

/// What became of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum StepState {
    /// Not reached; whether it has to run can't be known yet.
    #[default]
    Waiting,
    /// Running when the stream ended.
    Running,
    /// Its result was there.
    Reused,
    /// It ran and has a result.
    Ran,
    /// It would have to run, for about so many milliseconds.
    WouldRun {
        /// Expected milliseconds, from its last run or the plan's guess.
        millis: u64,
    },
    /// It failed; nothing that waits for it ran.
    Failed(StepFailure),
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq)]
pub struct StepFailure {
    /// What is wrong, in one line.
    pub message: String,
    /// Line and column of the spec, from 1.
    pub place: Option<(usize, usize)>,
    /// What the user can do about it, where that is known.
    pub help: Option<String>,
}

/// Something that disturbed a build.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildIncident {
    /// Seconds since the build began.
    pub at: f64,
    /// The step, by its place in [`Build::steps`].
    pub step: usize,
    /// What happened, in order of time.
    pub what: IncidentKind,
}

/// What can disturb a build.
#[derive(Clone, Debug, PartialEq)]
pub enum IncidentKind {
    /// A step failed and was not tried again.
    Failed,
    /// A step is tried again.
    Retrying {
        /// Which try is the next one.
        attempt: u32,
        /// What was wrong, in one line.
        message: String,
    },
    /// A result was damaged or gone.
    Lost,
}

/// A file outside the cache.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedFile {
    /// The path that was written, as the event names it.
    pub path: String,
    /// The file's size in bytes.
    pub bytes: u64,
    /// Whether it had to be written.
    pub written: bool,
}

impl StepHistory {
    /// The engine's own work, which makes nothing: growing the graph, writing files outside the cache.
    pub fn is_own(&self) -> bool {
        self.is_growth() || self.kind == PUBLISH
    }

    /// A node that only adds others.
    pub fn is_growth(&self) -> bool {
        self.kind == GROWTH
    }

    /// Seconds that it ran, the last time; 0 where it did not.
    pub fn seconds(&self) -> f64 {
        match (&self.state, self.runs.last()) {
            (StepState::Ran, Some(run)) => run.seconds(),
            _ => 0.0,
        }
    }
}

impl StepRun {
    /// How long it occupied its slot, in seconds.
    pub fn seconds(&self) -> f64 {
        (self.end - self.start).max(0.0)
    }
}

impl BuildHistory {
    /// The build that these events tell of. Any stream makes one: what does not fit is passed over.
    pub fn of(events: &[TimedEvent]) -> Self {
        let mut reader = EventReader::default();
        events.iter().for_each(|event| reader.take(event));
        reader.ended()
    }

    /// The steps that make something.
    pub fn made(&self) -> impl Iterator<Item = &StepHistory> {
        self.steps.iter().filter(|step| !step.is_own())
    }

    /// How many steps that make something are in states like this.
    pub fn count(&self, like: impl Fn(&StepState) -> bool) -> usize {
        self.made().filter(|step| like(&step.state)).count()
    }

    /// The steps that failed, and why.
    pub fn failures(&self) -> impl Iterator<Item = (&StepHistory, &StepFailure)> {
        self.steps.iter().filter_map(|step| match &step.state {
            StepState::Failed(failure) => Some((step, failure)),
            _ => None,
        })
    }

    /// A slot may take its next step before the end of the one before is told of; one slot runs one step at a time.
    fn part_lanes(&mut self) {
        let runs = self.steps.iter_mut().flat_map(|step| &mut step.runs).filter(|run| !run.slot.is_empty());
        let mut runs: Vec<&mut StepRun> = runs.collect();
        runs.sort_by(|a, b| a.slot.cmp(&b.slot).then(a.start.total_cmp(&b.start)));
        for at in 1..runs.len() {
            let (before, after) = runs.split_at_mut(at);
            let (before, after) = (&mut before[at - 1], &after[0]);
            if before.slot == after.slot {
                before.end = before.end.min(after.start);
            }
        }
    }

    /// Steps that ran at the same time at most.
    pub fn cores(&self) -> usize {
        self.begin.as_ref().map_or(1, |begin| begin.cores.max(1))
    }
}

#[derive(Default)]
struct EventReader {
    build: BuildHistory,
    names: HashMap<StepName, usize>,
    /// The growth that came to its end last: the engine adds its steps at once, before anything else ends.
    grower: Option<usize>,
}

impl EventReader {
    fn take(&mut self, stamped: &TimedEvent) {
        let t = if stamped.t.is_finite() { stamped.t.max(self.build.seconds) } else { self.build.seconds };
        self.build.seconds = t;
        match &stamped.event {
            Event::Begin(begin) => self.build.begin = Some(begin.clone()),
            Event::End(end) => self.build.end = Some(end.clone()),
            Event::Planned { step, kind, waits_for, estimated_seconds: cost } => {
                self.plan(step, kind, waits_for, *cost)
            }
            Event::Started { step, slot, why } => self.start(step, slot, why, t),
            Event::Finished { step, how, bytes } => self.finish(step, *how, *bytes, t),
            Event::Settled { step } => self.finish(step, ResultOrigin::Reused, 0, t),
            Event::WouldRun { step, why, millis } => {
                let step = self.step(step);
                (step.why, step.state) = (Some(why.clone()), StepState::WouldRun { millis: *millis });
            }
            Event::Failed { step, message, place, help } => {
                self.disturb(step, t, IncidentKind::Failed);
                let failure = StepFailure { message: message.clone(), place: *place, help: help.clone() };
                let step = self.step(step);
                step.stop(t, None);
                step.state = StepState::Failed(failure);
            }
            Event::Retrying { step, attempt, message, .. } => {
                self.disturb(step, t, IncidentKind::Retrying { attempt: *attempt, message: message.clone() });
            }
            Event::Lost { step } => {
                self.disturb(step, t, IncidentKind::Lost);
                self.step(step).state = StepState::Waiting;
            }
            Event::Host { host, news } => self.build.hosts.push((t, host.clone(), news.clone())),
            Event::Published { path, bytes, written } => {
                self.build.published.push(PublishedFile { path: path.clone(), bytes: *bytes, written: *written });
            }
            Event::Scenes { scenes } => self.build.scenes.clone_from(scenes),
            Event::StoreGivenUp { .. } | Event::Graph { .. } | Event::Progress { .. } => {}
        }
    }

    /// Only steps that are known already are waited for, so that there is no cycle whatever a log says.
    fn plan(&mut self, name: &StepName, kind: &str, waits_for: &[StepName], cost: f64) {
        let mut before: Vec<usize> = waits_for.iter().filter_map(|name| self.names.get(name).copied()).collect();
        before.extend(self.grower);
        let index = self.index(name);
        let step = &mut self.build.steps[index];
        if !step.kind.is_empty() {
            return;
        }
        before.retain(|&before| before < index);
        before.sort_unstable();
        before.dedup();
        step.kind = kind.to_owned();
        step.waits_for = before;
        step.cost = if cost.is_finite() { cost.max(0.0) } else { 0.0 };
    }

    fn start(&mut self, name: &StepName, slot: &str, why: &RunReason, t: f64) {
        let step = self.step(name);
        step.stop(t, None);
        step.runs.push(StepRun { slot: slot.to_owned(), start: t, end: f64::NAN, millis: None });
        (step.why, step.state) = (Some(why.clone()), StepState::Running);
    }

    fn finish(&mut self, name: &StepName, how: ResultOrigin, bytes: u64, t: f64) {
        let index = self.index(name);
        let step = &mut self.build.steps[index];
        step.bytes = bytes;
        step.state = match how {
            ResultOrigin::Reused => StepState::Reused,
            ResultOrigin::Ran { millis } => {
                step.ran(t, millis);
                StepState::Ran
            }
        };
        if step.is_growth() {
            self.grower = Some(index);
        }
    }

    fn disturb(&mut self, name: &StepName, at: f64, what: IncidentKind) {
        let step = self.index(name);
        self.build.incidents.push(BuildIncident { at, step, what });
    }

    fn step(&mut self, name: &StepName) -> &mut StepHistory {
        let index = self.index(name);
        &mut self.build.steps[index]
    }

    fn index(&mut self, name: &StepName) -> usize {
        let steps = &mut self.build.steps;
        *self.names.entry(name.clone()).or_insert_with(|| {
            steps.push(StepHistory::new(name.clone()));
            steps.len() - 1
        })
    }

    fn ended(mut self) -> BuildHistory {
        let end = self.build.seconds;
        for step in &mut self.build.steps {
            step.stop(end, None);
        }
        self.build.part_lanes();
        self.build
    }
}

impl StepHistory {
    fn new(name: StepName) -> Self {
        let (kind, waits_for, runs) = (String::new(), Vec::new(), Vec::new());
        Self { name, kind, waits_for, cost: 0.0, why: None, bytes: 0, runs, state: StepState::Waiting }
    }

    /// Ends the run that is open, if there is one.
    fn stop(&mut self, t: f64, millis: Option<u64>) -> bool {
        match self.runs.last_mut().filter(|run| run.end.is_nan()) {
            Some(run) => {
                (run.end, run.millis) = (t, millis);
                true
            }
            None => false,
        }
    }

    /// Ends a run well. One whose start is not in the stream is put before its end.
    fn ran(&mut self, t: f64, millis: u64) {
        if !self.stop(t, Some(millis)) {
            let start = (t - millis as f64 / 1000.0).max(0.0);
            self.runs.push(StepRun { slot: String::new(), start, end: t, millis: Some(millis) });
        }
    }
}

#[cfg(test)]
pub mod samples;

#[cfg(test)]
mod tests {
    use super::samples::{Stream, film};
    use super::*;

    fn states(build: &BuildHistory) -> Vec<(&str, &StepState)> {
        build.steps.iter().map(|step| (step.name.as_str(), &step.state)).collect()
    }

    #[test]
    fn steps_get_their_states_times_and_links() {
        let mut stream = Stream::begin(2);
        stream.planned("a", "speech", &[]).planned("grow", GROWTH, &["a"]).planned("z", "speech", &["nobody"]);
        stream.at(0.5).started("a", "core 1").at(2.0).ran("a").reused("grow");
        stream.planned("b", "segment", &["b", "a"]).reused("z").at(3.0).started("b", "core 2").at(4.5);
        stream.planned("b", "again", &[]);
        let build = BuildHistory::of(&stream.events);
        assert_eq!(
            states(&build),
            [
                ("a", &StepState::Ran),
                ("grow", &StepState::Reused),
                ("z", &StepState::Reused),
                ("b", &StepState::Running)
            ]
        );
        assert_eq!(build.steps[3].waits_for, [0, 1], "what a growth adds hangs on it; nothing waits for itself");
        assert_eq!(build.steps[3].kind, "segment");
        let a = StepRun { slot: "core 1".into(), start: 0.5, end: 2.0, millis: Some(1500) };
        assert_eq!(build.steps[0].runs, [a]);
        let run = &build.steps[3].runs[0];
        assert_eq!((run.start, run.end, run.millis), (3.0, 4.5, None), "broken off at the end of the stream");
        assert_eq!((build.seconds, build.cores()), (4.5, 2));
        assert_eq!(build.count(|state| *state == StepState::Reused), 1, "growths are not counted");
    }

    #[test]
    fn what_is_lost_runs_again() {
        let mut stream = Stream::begin(1);
        stream.planned("a", "speech", &[]).started("a", "core 1").at(1.0).ran("a").lost("a");
        assert_eq!(BuildHistory::of(&stream.events).steps[0].state, StepState::Waiting);
        stream.at(2.0).started("a", "core 1").at(5.0).ran("a");
        let build = BuildHistory::of(&stream.events);
        assert_eq!(build.steps[0].state, StepState::Ran);
        assert_eq!((build.steps[0].runs.len(), build.steps[0].seconds()), (2, 3.0));
        assert_eq!(build.incidents, [BuildIncident { at: 1.0, step: 0, what: IncidentKind::Lost }]);
    }

    #[test]
    fn a_film_is_put_together() {
        let build = BuildHistory::of(&film(3));
        assert!(build.end.is_some());
        assert_eq!(build.failures().count(), 0);
        for (i, step) in build.steps.iter().enumerate() {
            assert!(step.waits_for.iter().all(|&before| before < i), "{step:?}");
        }
        let named = |name: &str| build.steps.iter().position(|step| step.name.as_str() == name).unwrap();
        assert!(build.steps[named("scene:s1/picture/1")].waits_for.contains(&named("scene:s1/timing")));
    }
}
