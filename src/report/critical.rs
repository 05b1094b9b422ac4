//! What a build's time depended on: the longest chain of steps that waited for each other, and what more slots would have gained.
//! Durations are measured ones.

use crate::human::format_duration;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::history::{BuildHistory, StepState};

/// Nothing is said of builds that took less, in seconds.
const SHORTEST: f64 = 2.0;
/// More slots are recommended only where they save this share of the time.
const WORTHWHILE: f64 = 0.05;
/// How many steps of a chain are named in a line.
const NAMED: usize = 5;

/// The longest chain of what ran.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CriticalPath {
    /// Its steps by their place in [`Build::steps`], first to last; only those that ran.
    pub steps: Vec<usize>,
    /// Their measured seconds together.
    pub seconds: f64,
}

/// What the same work would take with so many slots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WhatIf {
    /// Slots for steps that occupy a core.
    pub slots: usize,
    /// Seconds for the whole build.
    pub seconds: f64,
}

/// Tasks with durations, each waiting for some that stand before it.
#[derive(Debug)]
pub struct TaskGraph {
    /// Seconds that each step took, by its index.
    pub seconds: Vec<f64>,
    /// What each waits for, by place; less than its own.
    pub waits_for: Vec<Vec<usize>>,
    /// Whether it occupies a slot while it runs.
    pub occupies: Vec<bool>,
}

impl TaskGraph {
    /// The steps of a build: those that ran take as long as they did, all others no time.
    pub fn of(build: &BuildHistory) -> Self {
        let steps = &build.steps;
        Self {
            seconds: steps.iter().map(|step| step.seconds()).collect(),
            waits_for: steps.iter().map(|step| step.waits_for.clone()).collect(),
            occupies: steps
                .iter()
                .map(|step| step.runs.last().is_some_and(|run| !run.slot.starts_with("wait")))
                .collect(),
        }
    }

    /// For each task, the seconds from its start to the end of the longest chain that hangs on it.
    pub fn ranks(&self) -> Vec<f64> {
        let mut after = vec![0.0_f64; self.seconds.len()];
        for i in (0..self.seconds.len()).rev() {
            let rank = self.seconds[i] + after[i];
            self.waits_for[i].iter().for_each(|&before| after[before] = after[before].max(rank));
        }
        self.seconds.iter().zip(after).map(|(own, after)| own + after).collect()
    }

    /// The longest chain: its tasks, first to last. Among equals, the one whose tasks came first.
    pub fn longest(&self) -> Vec<usize> {
        let ranks = self.ranks();
        let dependents = self.dependents();
        let mut chain = Vec::new();
        let mut next = highest_rank(&ranks, 0..ranks.len());
        while let Some(i) = next {
            chain.push(i);
            next = highest_rank(&ranks, dependents[i].iter().copied());
        }
        chain
    }

    /// Seconds until all are done with `slots` slots, when a free slot always takes the ready task on which the longest chain hangs:
    /// list scheduling, as the engine does it. At most `total / slots + (1 - 1 / slots) · longest chain` (Graham 1966) where all
    /// occupy a slot.
    pub fn makespan(&self, slots: usize) -> f64 {
        ListSchedule::new(self, slots.max(1)).run()
    }

    fn dependents(&self) -> Vec<Vec<usize>> {
        let mut dependents = vec![Vec::new(); self.seconds.len()];
        for (i, before) in self.waits_for.iter().enumerate() {
            before.iter().for_each(|&before| dependents[before].push(i));
        }
        dependents
    }
}

/// Seconds as whole nanoseconds, which order and add exactly.
fn nanos(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

struct ListSchedule<'a> {
    tasks: &'a TaskGraph,
    ranks: Vec<u64>,
    dependents: Vec<Vec<usize>>,
    missing: Vec<usize>,
    /// Longest chain first; among equals, the one added first.
    ready: BTreeSet<(Reverse<u64>, usize)>,
    /// Ends of the running steps in milliseconds, the next one first, with their indices.
    running: BinaryHeap<Reverse<(u64, usize)>>,
    free: usize,
    now: u64,
}

impl<'a> ListSchedule<'a> {
    fn new(tasks: &'a TaskGraph, free: usize) -> Self {
        let missing: Vec<usize> = tasks.waits_for.iter().map(Vec::len).collect();
        let (ranks, dependents) = (tasks.ranks().into_iter().map(nanos).collect(), tasks.dependents());
        let (ready, running) = (BTreeSet::new(), BinaryHeap::new());
        let mut schedule = Self { tasks, ranks, dependents, missing, ready, running, free, now: 0 };
        let first: Vec<usize> = (0..schedule.missing.len()).filter(|&i| schedule.missing[i] == 0).collect();
        first.into_iter().for_each(|i| schedule.arrive(i));
        schedule
    }

    fn run(mut self) -> f64 {
        loop {
            while let (true, Some((_, i))) = (self.free > 0, self.ready.first().copied()) {
                self.ready.pop_first();
                self.free -= 1;
                self.running.push(Reverse((self.now + nanos(self.tasks.seconds[i]), i)));
            }
            let Some(Reverse((end, i))) = self.running.pop() else { return self.now as f64 / 1e9 };
            self.now = end;
            self.free += usize::from(self.holds(i));
            for dependent in std::mem::take(&mut self.dependents[i]) {
                self.missing[dependent] -= 1;
                if self.missing[dependent] == 0 {
                    self.arrive(dependent);
                }
            }
        }
    }

    /// What takes no slot, or no time, begins at once.
    fn arrive(&mut self, i: usize) {
        match self.holds(i) {
            true => drop(self.ready.insert((Reverse(self.ranks[i]), i))),
            false => self.running.push(Reverse((self.now + nanos(self.tasks.seconds[i]), i))),
        }
    }

    fn holds(&self, i: usize) -> bool {
        self.tasks.occupies[i] && self.tasks.seconds[i] > 0.0
    }
}

/// Which of `among` has the highest rank, the first of equals; `None` if no rank is above 0.
fn highest_rank(ranks: &[f64], among: impl Iterator<Item = usize>) -> Option<usize> {
    among.max_by(|&a, &b| ranks[a].total_cmp(&ranks[b]).then(b.cmp(&a))).filter(|&i| ranks[i] > 0.0)
}

/// The longest chain of what ran in a build; empty where nothing did.
pub fn critical_path(build: &BuildHistory) -> CriticalPath {
    let tasks = TaskGraph::of(build);
    let longest = tasks.longest().into_iter();
    let steps: Vec<usize> = longest.filter(|&i| build.steps[i].state == StepState::Ran).collect();
    CriticalPath { seconds: steps.iter().map(|&i| tasks.seconds[i]).sum(), steps }
}

/// How long the build would have taken with as many slots as it had, one more, twice and four times as many. What its time holds beside
/// the steps themselves (start, cache, publishing) is taken to stay.
pub fn what_if(build: &BuildHistory) -> Vec<WhatIf> {
    let (tasks, now) = (TaskGraph::of(build), build.cores());
    let simulated = tasks.makespan(now);
    let beside = (build.seconds - simulated).max(0.0);
    let mut others = vec![now + 1, 2 * now, 4 * now];
    others.dedup();
    let others = others.into_iter().map(|slots| WhatIf { slots, seconds: beside + tasks.makespan(slots) });
    [WhatIf { slots: now, seconds: build.seconds }].into_iter().chain(others).collect()
}

/// One line on what the build's time hung on, and whether more slots would have gained something. `machine` is how many cores there
/// are: beyond them it is cores that are lacking, not slots. `None` for a short build, or one in which nothing ran.
pub fn summary_line(build: &BuildHistory, machine: usize) -> Option<String> {
    let path = critical_path(build);
    if build.seconds <= SHORTEST || path.steps.is_empty() {
        return None;
    }
    let line = format!("critical path {:.1} s: {}", path.seconds, chain(build, &path));
    let (now, twice) = (build.seconds, 2 * build.cores());
    let then = what_if(build).into_iter().find(|what_if| what_if.slots == twice)?.seconds;
    if then > now * (1.0 - WORTHWHILE) {
        return Some(line);
    }
    let more = if twice <= machine { format!("-j {twice}") } else { format!("{twice} cores") };
    let (then, now) = rounded(then, now);
    Some(format!("{line}; {more} would take about {then} instead of {now}"))
}

/// Whole seconds, or tenths where those would be alike or say little; minutes for long times.
fn rounded(then: f64, now: f64) -> (String, String) {
    if now >= 100.0 {
        return (format_duration(then), format_duration(now));
    }
    let decimals = usize::from(now < 10.0 || then.round() == now.round());
    (format!("{then:.decimals$} s"), format!("{now:.decimals$} s"))
}

/// The names of a chain; of a long one only its ends.
fn chain(build: &BuildHistory, path: &CriticalPath) -> String {
    let names: Vec<&str> = path.steps.iter().map(|&i| build.steps[i].name.as_str()).collect();
    match names.len() {
        n if n <= NAMED => names.join(" → "),
        n => format!("{} → … {} more … → {}", names[..NAMED - 1].join(" → "), n - NAMED, names[n - 1]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::BuildStatus;
    use crate::report::history::samples::{Stream, film};

    fn tasks(list: &[(f64, &[usize])]) -> TaskGraph {
        TaskGraph {
            seconds: list.iter().map(|(seconds, _)| *seconds).collect(),
            waits_for: list.iter().map(|(_, before)| before.to_vec()).collect(),
            occupies: vec![true; list.len()],
        }
    }

    #[test]
    fn small_graphs_have_known_answers() {
        // Two chains (3 + 2 and 1 + 1), joined by a task of 1.
        let two = tasks(&[(3.0, &[]), (1.0, &[]), (2.0, &[0]), (1.0, &[1]), (1.0, &[2, 3])]);
        assert_eq!(two.longest(), [0, 2, 4]);
        assert_eq!(two.ranks(), [6.0, 3.0, 3.0, 2.0, 1.0]);
        assert_eq!([1, 2, 3].map(|slots| two.makespan(slots)), [8.0, 6.0, 6.0]);
        // Nothing waits for anything.
        let free = tasks(&[(2.0, &[]), (2.0, &[]), (3.0, &[]), (3.0, &[])]);
        assert_eq!([1, 2, 4, 9].map(|slots| free.makespan(slots)), [10.0, 5.0, 3.0, 3.0]);
        assert_eq!(free.longest(), [2]);
        // What took no time links, and takes no slot.
        let linked = tasks(&[(1.0, &[]), (0.0, &[0]), (5.0, &[]), (1.0, &[1])]);
        assert_eq!(linked.longest(), [2]);
        assert_eq!(linked.makespan(2), 5.0);
        assert_eq!(tasks(&[]).makespan(2), 0.0);
        assert!(tasks(&[(0.0, &[])]).longest().is_empty());
    }

    #[test]
    fn what_waits_for_others_takes_no_core() {
        let mut waiting = tasks(&[(5.0, &[]), (5.0, &[]), (5.0, &[])]);
        waiting.occupies[0] = false;
        assert_eq!([1, 2].map(|slots| waiting.makespan(slots)), [10.0, 5.0]);
    }

    fn graph() -> impl Strategy<Value = TaskGraph> {
        let task = (0_u32..5000, prop::collection::vec(any::<prop::sample::Index>(), 0..4));
        prop::collection::vec(task, 1..40).prop_map(|list| {
            let before = |i: usize, picks: &[prop::sample::Index]| {
                let mut before: Vec<usize> = picks.iter().filter(|_| i > 0).map(|pick| pick.index(i.max(1))).collect();
                before.sort_unstable();
                before.dedup();
                before
            };
            let occupies = vec![true; list.len()];
            let waits_for = list.iter().enumerate().map(|(i, (_, picks))| before(i, picks)).collect();
            TaskGraph { seconds: list.iter().map(|(ms, _)| f64::from(*ms) / 1000.0).collect(), waits_for, occupies }
        })
    }

    proptest! {
        #[test]
        fn a_schedule_keeps_its_bounds(tasks in graph(), slots in 1_usize..9) {
            const NEAR: f64 = 1e-6;
            let total: f64 = tasks.seconds.iter().sum();
            let chain: f64 = tasks.longest().iter().map(|&i| tasks.seconds[i]).sum();
            let longest = tasks.ranks().into_iter().fold(0.0, f64::max);
            let makespan = tasks.makespan(slots);
            let j = slots as f64;
            prop_assert!((chain - longest).abs() < NEAR, "the chain {chain} is the longest {longest}");
            prop_assert!(makespan >= chain - NEAR && makespan >= total / j - NEAR && makespan <= total + NEAR);
            prop_assert!(makespan <= total / j + (1.0 - 1.0 / j) * chain + NEAR, "Graham's bound");
            prop_assert!((tasks.makespan(1) - total).abs() < NEAR);
            prop_assert!((tasks.makespan(tasks.seconds.len()) - chain).abs() < NEAR);
        }
    }

    fn build(cores: usize) -> BuildHistory {
        let mut stream = Stream::begin(cores);
        stream.planned("scene:a/speech/1", "speech", &[]).planned("scene:b/speech/1", "speech", &[]);
        stream.planned("scene:a/timing", "grow", &["scene:a/speech/1"]);
        stream.started("scene:a/speech/1", "core 1").at(1.0).ran("scene:a/speech/1").reused("scene:a/timing");
        stream.planned("scene:a/picture/1", "segment", &[]);
        stream.started("scene:a/picture/1", "core 1").at(5.0).ran("scene:a/picture/1");
        stream.started("scene:b/speech/1", "core 1").at(8.5).ran("scene:b/speech/1").at(9.0).end(BuildStatus::Done);
        BuildHistory::of(&stream.events)
    }

    #[test]
    fn the_line_says_what_the_time_hung_on_and_what_would_help() {
        let one = build(1);
        let line = summary_line(&one, 2).unwrap();
        let path = "critical path 5.0 s: scene:a/speech/1 → scene:a/picture/1";
        assert_eq!(line, format!("{path}; -j 2 would take about 5.5 s instead of 9.0 s"));
        assert_eq!(summary_line(&one, 1).unwrap(), line.replace("-j 2", "2 cores"));
        assert_eq!(summary_line(&build(2), 8).unwrap(), path, "nothing to gain");
        let what_ifs: Vec<(usize, f64)> =
            what_if(&one).iter().map(|what_if| (what_if.slots, what_if.seconds)).collect();
        assert_eq!(what_ifs, [(1, 9.0), (2, 5.5), (4, 5.5)]);
    }

    #[test]
    fn nothing_is_said_of_short_builds_or_where_nothing_ran() {
        let mut short = build(1);
        short.seconds = 1.9;
        assert_eq!(summary_line(&short, 2), None);
        let mut idle = Stream::begin(1);
        idle.planned("a", "speech", &[]).at(3.0).reused("a");
        assert_eq!(summary_line(&BuildHistory::of(&idle.events), 2), None);
    }

    #[test]
    fn a_long_chain_is_named_by_its_ends() {
        assert_eq!(rounded(14.4, 21.2), ("14 s".into(), "21 s".into()));
        assert_eq!(rounded(178.2, 296.0), ("2:58 min".into(), "4:56 min".into()));
        let film = BuildHistory::of(&film(8));
        let path = critical_path(&film);
        assert_eq!(film.steps[*path.steps.last().unwrap()].name.as_str(), "film/mux");
        assert!(path.seconds <= film.seconds);
        let mut long = Stream::begin(1);
        let names: Vec<String> = (0..8).map(|i| format!("s{i}")).collect();
        for (i, name) in names.iter().enumerate() {
            let before: Vec<&str> = names[..i].last().into_iter().map(String::as_str).collect();
            long.planned(name, "speech", &before).at(i as f64).started(name, "core 1").at(i as f64 + 1.0).ran(name);
        }
        let line = summary_line(&BuildHistory::of(&long.events), 1).unwrap();
        assert_eq!(line, "critical path 8.0 s: s0 → s1 → s2 → s3 → … 3 more … → s7");
    }
}
