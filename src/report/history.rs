//! A build as a whole, put together from its events: which steps there are, what became of each, and when it ran.
//! Knows nothing of how it is shown.

use std::collections::HashMap;

use crate::event::{Begin, End, Event, HostNews, How, Scene, Stamped, Why};
use crate::work::StepName;

/// What the engine calls its own nodes that add others to the graph; they take no time, but link.
const GROWTH: &str = "grow";
/// What the engine calls its own nodes that write a file outside the cache.
const PUBLISH: &str = "publish";

/// A build, over or broken off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Build {
    /// What was asked for; `None` where the stream does not begin with it.
    pub begin: Option<Begin>,
    /// What became of it; `None` where the stream ends before.
    pub end: Option<End>,
    /// All steps, in the order in which they came into the graph; each stands behind all that it waits for.
    pub steps: Vec<Step>,
    /// Seconds until the last event.
    pub seconds: f64,
    /// What disturbed it, in order.
    pub incidents: Vec<Incident>,
    /// What became of other machines, in order: when, which, and what.
    pub hosts: Vec<(f64, String, HostNews)>,
    /// Files outside the cache.
    pub published: Vec<Published>,
    /// The film's scenes in order; empty where the stream does not tell them.
    pub scenes: Vec<Scene>,
}

/// One step of a build.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its name.
    pub name: StepName,
    /// Its kind; empty where it was never planned, as in a damaged log.
    pub kind: String,
    /// The steps it waits for, by their place in [`Build::steps`], each less than its own, sorted. What a growth added waits for it.
    pub waits_for: Vec<usize>,
    /// Expected seconds of work on one core.
    pub cost: f64,
    /// Why its result was not there, where it was not.
    pub why: Option<Why>,
    /// Bytes of its outputs.
    pub bytes: u64,
    /// Each time that it ran: none where it did not, more than one where a result was lost.
    pub runs: Vec<Run>,
    /// What became of it.
    pub state: State,
}

/// A stretch of time in which a step ran.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
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
pub enum State {
    /// Not reached; whether it has to run can't be known yet.
    #[default]
    Waiting,
    /// Running when the stream ended.
    Running,
    /// Its result was there.
    Reused,
    /// It ran.
    Ran,
    /// It would have to run, for about so many milliseconds.
    WouldRun {
        /// Expected milliseconds.
        millis: u64,
    },
    /// It failed.
    Failed(Failure),
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What is wrong.
    pub message: String,
    /// Line and column of the spec, from 1.
    pub place: Option<(usize, usize)>,
    /// The way out.
    pub help: Option<String>,
}

/// Something that disturbed a build.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Seconds since the build began.
    pub at: f64,
    /// The step, by its place in [`Build::steps`].
    pub step: usize,
    /// What happened.
    pub what: Disturbance,
}

/// What can disturb a build.
#[derive(Clone, Debug, PartialEq)]
pub enum Disturbance {
    /// A step failed.
    Failed,
    /// A step is tried again.
    Retrying {
        /// Which try is the next one.
        attempt: u32,
        /// What was wrong.
        message: String,
    },
    /// A result was damaged or gone.
    Lost,
}

/// A file outside the cache.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Which.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
    /// Whether it had to be written.
    pub written: bool,
}

impl Step {
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
            (State::Ran, Some(run)) => run.seconds(),
            _ => 0.0,
        }
    }
}

impl Run {
    /// How long it occupied its slot, in seconds.
    pub fn seconds(&self) -> f64 {
        (self.end - self.start).max(0.0)
    }
}

impl Build {
    /// The build that these events tell of. Any stream makes one: what does not fit is passed over.
    pub fn of(events: &[Stamped]) -> Self {
        let mut reader = Reader::default();
        events.iter().for_each(|event| reader.take(event));
        reader.ended()
    }

    /// The steps that make something.
    pub fn made(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| !step.is_own())
    }

    /// How many steps that make something are in states like this.
    pub fn count(&self, like: impl Fn(&State) -> bool) -> usize {
        self.made().filter(|step| like(&step.state)).count()
    }

    /// The steps that failed, and why.
    pub fn failures(&self) -> impl Iterator<Item = (&Step, &Failure)> {
        self.steps.iter().filter_map(|step| match &step.state {
            State::Failed(failure) => Some((step, failure)),
            _ => None,
        })
    }

    /// A slot may take its next step before the end of the one before is told of; one slot runs one step at a time.
    fn part_lanes(&mut self) {
        let runs = self.steps.iter_mut().flat_map(|step| &mut step.runs).filter(|run| !run.slot.is_empty());
        let mut runs: Vec<&mut Run> = runs.collect();
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
struct Reader {
    build: Build,
    names: HashMap<StepName, usize>,
    /// The growth that came to its end last: the engine adds its steps at once, before anything else ends.
    grower: Option<usize>,
}

impl Reader {
    fn take(&mut self, stamped: &Stamped) {
        let t = if stamped.t.is_finite() { stamped.t.max(self.build.seconds) } else { self.build.seconds };
        self.build.seconds = t;
        match &stamped.event {
            Event::Begin(begin) => self.build.begin = Some(begin.clone()),
            Event::End(end) => self.build.end = Some(end.clone()),
            Event::Planned { step, kind, waits_for, cost } => self.plan(step, kind, waits_for, *cost),
            Event::Started { step, slot, why } => self.start(step, slot, why, t),
            Event::Finished { step, how, bytes } => self.finish(step, *how, *bytes, t),
            Event::Settled { step } => self.finish(step, How::Reused, 0, t),
            Event::WouldRun { step, why, millis } => {
                let step = self.step(step);
                (step.why, step.state) = (Some(why.clone()), State::WouldRun { millis: *millis });
            }
            Event::Failed { step, message, place, help } => {
                self.disturb(step, t, Disturbance::Failed);
                let failure = Failure { message: message.clone(), place: *place, help: help.clone() };
                let step = self.step(step);
                step.stop(t, None);
                step.state = State::Failed(failure);
            }
            Event::Retrying { step, attempt, message, .. } => {
                self.disturb(step, t, Disturbance::Retrying { attempt: *attempt, message: message.clone() });
            }
            Event::Lost { step } => {
                self.disturb(step, t, Disturbance::Lost);
                self.step(step).state = State::Waiting;
            }
            Event::Host { host, news } => self.build.hosts.push((t, host.clone(), news.clone())),
            Event::Published { path, bytes, written } => {
                self.build.published.push(Published { path: path.clone(), bytes: *bytes, written: *written });
            }
            Event::Scenes { scenes } => self.build.scenes.clone_from(scenes),
            Event::Graph { .. } | Event::Progress { .. } => {}
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

    fn start(&mut self, name: &StepName, slot: &str, why: &Why, t: f64) {
        let step = self.step(name);
        step.stop(t, None);
        step.runs.push(Run { slot: slot.to_owned(), start: t, end: f64::NAN, millis: None });
        (step.why, step.state) = (Some(why.clone()), State::Running);
    }

    fn finish(&mut self, name: &StepName, how: How, bytes: u64, t: f64) {
        let index = self.index(name);
        let step = &mut self.build.steps[index];
        step.bytes = bytes;
        step.state = match how {
            How::Reused => State::Reused,
            How::Ran { millis } => {
                step.ran(t, millis);
                State::Ran
            }
        };
        if step.is_growth() {
            self.grower = Some(index);
        }
    }

    fn disturb(&mut self, name: &StepName, at: f64, what: Disturbance) {
        let step = self.index(name);
        self.build.incidents.push(Incident { at, step, what });
    }

    fn step(&mut self, name: &StepName) -> &mut Step {
        let index = self.index(name);
        &mut self.build.steps[index]
    }

    fn index(&mut self, name: &StepName) -> usize {
        let steps = &mut self.build.steps;
        *self.names.entry(name.clone()).or_insert_with(|| {
            steps.push(Step::new(name.clone()));
            steps.len() - 1
        })
    }

    fn ended(mut self) -> Build {
        let end = self.build.seconds;
        for step in &mut self.build.steps {
            step.stop(end, None);
        }
        self.build.part_lanes();
        self.build
    }
}

impl Step {
    fn new(name: StepName) -> Self {
        let (kind, waits_for, runs) = (String::new(), Vec::new(), Vec::new());
        Self { name, kind, waits_for, cost: 0.0, why: None, bytes: 0, runs, state: State::Waiting }
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
            self.runs.push(Run { slot: String::new(), start, end: t, millis: Some(millis) });
        }
    }
}

#[cfg(test)]
pub mod samples;

#[cfg(test)]
mod tests {
    use super::samples::{Stream, film};
    use super::*;

    fn states(build: &Build) -> Vec<(&str, &State)> {
        build.steps.iter().map(|step| (step.name.as_str(), &step.state)).collect()
    }

    #[test]
    fn steps_get_their_states_times_and_links() {
        let mut stream = Stream::begin(2);
        stream.planned("a", "speech", &[]).planned("grow", GROWTH, &["a"]).planned("z", "speech", &["nobody"]);
        stream.at(0.5).started("a", "core 1").at(2.0).ran("a").reused("grow");
        stream.planned("b", "segment", &["b", "a"]).reused("z").at(3.0).started("b", "core 2").at(4.5);
        stream.planned("b", "again", &[]);
        let build = Build::of(&stream.events);
        assert_eq!(
            states(&build),
            [("a", &State::Ran), ("grow", &State::Reused), ("z", &State::Reused), ("b", &State::Running)]
        );
        assert_eq!(build.steps[3].waits_for, [0, 1], "what a growth adds hangs on it; nothing waits for itself");
        assert_eq!(build.steps[3].kind, "segment");
        let a = Run { slot: "core 1".into(), start: 0.5, end: 2.0, millis: Some(1500) };
        assert_eq!(build.steps[0].runs, [a]);
        let run = &build.steps[3].runs[0];
        assert_eq!((run.start, run.end, run.millis), (3.0, 4.5, None), "broken off at the end of the stream");
        assert_eq!((build.seconds, build.cores()), (4.5, 2));
        assert_eq!(build.count(|state| *state == State::Reused), 1, "growths are not counted");
    }

    #[test]
    fn what_is_lost_runs_again() {
        let mut stream = Stream::begin(1);
        stream.planned("a", "speech", &[]).started("a", "core 1").at(1.0).ran("a").lost("a");
        assert_eq!(Build::of(&stream.events).steps[0].state, State::Waiting);
        stream.at(2.0).started("a", "core 1").at(5.0).ran("a");
        let build = Build::of(&stream.events);
        assert_eq!(build.steps[0].state, State::Ran);
        assert_eq!((build.steps[0].runs.len(), build.steps[0].seconds()), (2, 3.0));
        assert_eq!(build.incidents, [Incident { at: 1.0, step: 0, what: Disturbance::Lost }]);
    }

    #[test]
    fn a_film_is_put_together() {
        let build = Build::of(&film(3));
        assert!(build.end.is_some());
        assert_eq!(build.failures().count(), 0);
        for (i, step) in build.steps.iter().enumerate() {
            assert!(step.waits_for.iter().all(|&before| before < i), "{step:?}");
        }
        let named = |name: &str| build.steps.iter().position(|step| step.name.as_str() == name).unwrap();
        assert!(build.steps[named("scene:s1/picture/1")].waits_for.contains(&named("scene:s1/timing")));
    }
}
