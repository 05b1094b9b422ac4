//! A build as a trace for ui.perfetto.dev or `chrome://tracing`: a lane for each slot; the critical path and every other machine are
//! processes of their own.
//!
//! The format is the "Trace Event Format" (Google, 2016), in its JSON object form: times `ts` and `dur` in microseconds; phases
//! `X` (complete), `i` (instant), `s` and `f` (flow) and `M` (metadata).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::event::HostStatus;

use super::critical::critical_path;
use super::history::{BuildHistory, BuildIncident, IncidentKind, StepHistory, StepRun, StepState};
use super::hosts::{in_words, is_here};
use super::why;

/// The process whose threads are the slots.
const SLOTS: u32 = 1;
/// The process that shows the critical path.
const CRITICAL: u32 = 2;
/// Lanes of slots that wait come after those of cores.
const WAITS_FROM: u32 = 10_000;
/// Processes of other machines come after those.
const HOSTS_FROM: u32 = 10;
/// The lane of what ran in no slot that is known.
const ELSEWHERE: u32 = 20_000;

/// The build as a trace: JSON that the viewers open as it is. Empty lanes for a build in which nothing ran.
pub fn trace(build: &BuildHistory) -> Value {
    let lanes = Lanes::of(build);
    let mut events = lanes.metadata();
    for step in &build.steps {
        events.extend(step.runs.iter().map(|run| span(step, run, lanes.of_slot(&run.slot))));
    }
    events.extend(build.incidents.iter().map(|incident| instant(build, incident, &lanes)));
    events.extend(build.hosts.iter().map(|(at, host, news)| arrival(*at, host, news, &lanes)));
    events.extend(critical(build, &lanes));
    json!({ "traceEvents": events, "displayTimeUnit": "ms", "otherData": about(build) })
}

fn about(build: &BuildHistory) -> Value {
    match &build.begin {
        Some(begin) => json!({ "spec": begin.spec, "film": begin.film, "t2v": begin.version, "slots": begin.cores }),
        None => json!({}),
    }
}

/// A process and a thread of the trace.
type TraceLane = (u32, u32);

/// Which slot is which lane.
struct Lanes<'a> {
    slots: BTreeSet<&'a str>,
    hosts: Vec<&'a str>,
}

impl<'a> Lanes<'a> {
    fn of(build: &'a BuildHistory) -> Self {
        let slots: BTreeSet<&str> =
            build.steps.iter().flat_map(|step| &step.runs).map(|run| run.slot.as_str()).collect();
        let ran = slots.iter().filter(|slot| !is_here(slot)).filter_map(|slot| Some(slot.rsplit_once(' ')?.0));
        let hosts: BTreeSet<&str> = ran.chain(build.hosts.iter().map(|(_, host, _)| host.as_str())).collect();
        Self { slots, hosts: hosts.into_iter().collect() }
    }

    /// `core 3` → 3 of this machine's, `wait 2` → 10002, `gpu1 2` → 2 of that host's.
    fn of_slot(&self, slot: &str) -> TraceLane {
        let (place, number) = slot.rsplit_once(' ').unwrap_or_default();
        match (place, number.trim().parse::<u32>().ok().filter(|n| *n < WAITS_FROM)) {
            ("core", Some(n)) => (SLOTS, n),
            ("wait", Some(n)) => (SLOTS, WAITS_FROM + n),
            (host, Some(n)) if self.hosts.contains(&host) => (self.of_host(host), n),
            _ => (SLOTS, ELSEWHERE),
        }
    }

    fn of_host(&self, host: &str) -> u32 {
        HOSTS_FROM + self.hosts.iter().position(|known| *known == host).unwrap_or_default() as u32
    }

    fn metadata(&self) -> Vec<Value> {
        let hosts = self.hosts.iter().map(|host| (self.of_host(host), *host));
        let processes = [(SLOTS, "t2v"), (CRITICAL, "critical path")].into_iter().chain(hosts);
        let mut threads: Vec<(TraceLane, &str)> = self.slots.iter().map(|slot| (self.of_slot(slot), *slot)).collect();
        threads.sort_unstable();
        threads.dedup_by_key(|(lane, _)| *lane);
        let processes = processes.flat_map(|(pid, name)| {
            [
                json!({ "ph": "M", "name": "process_name", "pid": pid, "tid": 0, "args": { "name": name } }),
                json!({ "ph": "M", "name": "process_sort_index", "pid": pid, "tid": 0, "args": { "sort_index": pid } }),
            ]
        });
        let threads = threads.into_iter().flat_map(|((pid, tid), slot)| {
            let name = if tid == ELSEWHERE { "elsewhere" } else { slot };
            [
                json!({ "ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": { "name": name } }),
                json!({ "ph": "M", "name": "thread_sort_index", "pid": pid, "tid": tid, "args": { "sort_index": tid } }),
            ]
        });
        processes.chain(threads).collect()
    }
}

fn micros(seconds: f64) -> u64 {
    (seconds * 1e6).round() as u64
}

fn span(step: &StepHistory, run: &StepRun, (pid, tid): TraceLane) -> Value {
    let why = step.why.as_ref().map(|why| why::in_words(&step.kind, why));
    json!({
        "ph": "X", "name": step.name, "cat": step.kind, "pid": pid, "tid": tid,
        "ts": micros(run.start), "dur": micros(run.end).saturating_sub(micros(run.start)),
        "args": {
            "step": step.name, "why": why, "bytes": step.bytes, "expected seconds": step.cost,
            "measured seconds": run.millis.map(|millis| millis as f64 / 1000.0),
        },
    })
}

/// What disturbed the build, in the lane of the step where it had one.
fn instant(build: &BuildHistory, incident: &BuildIncident, lanes: &Lanes) -> Value {
    let step = &build.steps[incident.step];
    let run = step.runs.iter().rev().find(|run| run.start <= incident.at && incident.at <= run.end);
    let (what, message) = match (&incident.what, &step.state) {
        (IncidentKind::Failed, StepState::Failed(failure)) => ("failed", failure.message.as_str()),
        (IncidentKind::Failed, _) => ("failed", ""),
        (IncidentKind::Retrying { message, .. }, _) => ("trying again", message.as_str()),
        (IncidentKind::Lost, _) => ("result lost, made again", ""),
    };
    let scope = if run.is_some() { "t" } else { "p" };
    let (pid, tid) = run.map_or((SLOTS, 0), |run| lanes.of_slot(&run.slot));
    json!({
        "ph": "i", "s": scope, "name": format!("{what}: {}", step.name), "cat": "incident", "pid": pid,
        "tid": tid, "ts": micros(incident.at), "args": { "message": message },
    })
}

/// What became of another machine, in its own process.
fn arrival(at: f64, host: &str, news: &HostStatus, lanes: &Lanes) -> Value {
    json!({
        "ph": "i", "s": "p", "name": in_words(host, news), "cat": "host", "pid": lanes.of_host(host), "tid": 0,
        "ts": micros(at), "args": {},
    })
}

/// The steps of the critical path once more, in one lane, with an arrow from each to the next.
fn critical(build: &BuildHistory, lanes: &Lanes) -> Vec<Value> {
    let path: Vec<&StepHistory> = critical_path(build).steps.into_iter().map(|i| &build.steps[i]).collect();
    let mut events: Vec<Value> =
        path.iter().filter_map(|step| Some(span(step, step.runs.last()?, (CRITICAL, 1)))).collect();
    for (i, pair) in path.windows(2).enumerate() {
        let (Some(from), Some(to)) = (pair[0].runs.last(), pair[1].runs.last()) else { continue };
        // An arrow leaves from inside a span; its end lies at one's very start.
        let leaves = micros(from.end).saturating_sub(1).max(micros(from.start));
        events.push(arrow_end("s", i + 1, lanes.of_slot(&from.slot), leaves));
        events.push(arrow_end("f", i + 1, lanes.of_slot(&to.slot), micros(to.start)));
    }
    events
}

/// One end of the arrow `id`: its start (phase `s`) or its tip (phase `f`), at `at` microseconds.
fn arrow_end(phase: &str, id: usize, (pid, tid): TraceLane, at: u64) -> Value {
    json!({ "ph": phase, "bp": "e", "id": id, "name": "waits for", "cat": "critical", "pid": pid, "tid": tid, "ts": at })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::report::history::samples::{Stream, film};

    fn events(build: &BuildHistory) -> Vec<Value> {
        let text = trace(build).to_string();
        let read: Value = serde_json::from_str(&text).unwrap();
        read["traceEvents"].as_array().unwrap().clone()
    }

    fn of<'a>(events: &'a [Value], phase: &str, pid: u32) -> Vec<&'a Value> {
        events.iter().filter(|event| event["ph"] == phase && event["pid"] == pid).collect()
    }

    #[test]
    fn every_run_lies_in_the_lane_of_its_slot_and_lanes_never_overlap() {
        let build = BuildHistory::of(&film(8));
        let events = events(&build);
        let spans = of(&events, "X", SLOTS);
        assert_eq!(spans.len(), build.steps.iter().map(|step| step.runs.len()).sum::<usize>());
        let mut lanes: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
        for span in spans {
            let (ts, dur) = (span["ts"].as_u64().unwrap(), span["dur"].as_u64().unwrap());
            lanes.entry(span["tid"].as_u64().unwrap()).or_default().push((ts, ts + dur));
        }
        assert_eq!(lanes.keys().copied().collect::<Vec<_>>(), [1, 2]);
        for spans in lanes.values_mut() {
            spans.sort_unstable();
            assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{spans:?}");
        }
    }

    #[test]
    fn the_critical_path_has_a_lane_and_an_arrow_between_neighbours() {
        let build = BuildHistory::of(&film(8));
        let events = events(&build);
        let names: Vec<&str> = of(&events, "X", CRITICAL).iter().map(|e| e["name"].as_str().unwrap()).collect();
        let path: Vec<&str> = critical_path(&build).steps.iter().map(|&i| build.steps[i].name.as_str()).collect();
        assert_eq!(names, path);
        let (starts, ends) = (of(&events, "s", SLOTS), of(&events, "f", SLOTS));
        assert_eq!((starts.len(), ends.len()), (path.len() - 1, path.len() - 1));
        let spans = of(&events, "X", SLOTS);
        for arrow in starts.iter().chain(&ends) {
            let at = arrow["ts"].as_u64().unwrap();
            let holds = |span: &&&Value| {
                let start = span["ts"].as_u64().unwrap();
                span["tid"] == arrow["tid"] && (start..start + span["dur"].as_u64().unwrap()).contains(&at)
            };
            assert!(spans.iter().any(|span| holds(&span)), "{arrow} ends at no step");
        }
    }

    #[test]
    fn lanes_are_named_and_sorted_and_incidents_marked() {
        let mut stream = Stream::begin(1);
        stream.planned("a", "speech", &[]).planned("b", "generate", &[]).planned("c", "speech", &[]);
        stream.started("b", "wait 2").started("a", "core 1").at(1.0).failed("a", "no \u{1b}voice", None);
        stream.at(1.5).lost("c").at(2.0).ran("b").push(crate::event::Event::Retrying {
            step: crate::work::StepName::new("b"),
            attempt: 2,
            millis: 5,
            message: "busy".into(),
        });
        let text = trace(&BuildHistory::of(&stream.events)).to_string();
        assert!(text.bytes().all(|byte| byte >= 0x20), "controls are escaped");
        let events = events(&BuildHistory::of(&stream.events));
        let named: Vec<(&str, u64)> = events
            .iter()
            .filter(|event| event["name"] == "thread_name")
            .map(|event| (event["args"]["name"].as_str().unwrap(), event["tid"].as_u64().unwrap()))
            .collect();
        assert_eq!(named, [("core 1", 1), ("wait 2", 10_002)]);
        let marks: Vec<(&str, u64)> = of(&events, "i", SLOTS)
            .iter()
            .map(|event| (event["name"].as_str().unwrap(), event["tid"].as_u64().unwrap()))
            .collect();
        assert_eq!(marks, [("failed: a", 1), ("result lost, made again: c", 0), ("trying again: b", 10_002)]);
    }

    #[test]
    fn every_host_is_a_process_and_slots_without_a_known_name_share_a_lane() {
        let mut stream = Stream::begin(2);
        stream.planned("a", "segment", &[]).planned("b", "segment", &[]);
        stream.started("a", "gpu1 2").at(1.0).ran("a");
        stream.started("b", "elsewhere").at(2.0).ran("b");
        let build = BuildHistory::of(&stream.events);
        let lanes = Lanes::of(&build);
        assert_eq!(
            ["core 1", "wait 3", "", "core x", "gpu1 7", "gpu2 1"].map(|slot| lanes.of_slot(slot)),
            [(1, 1), (1, 10_003), (1, ELSEWHERE), (1, ELSEWHERE), (10, 7), (1, ELSEWHERE)]
        );
        let events = events(&build);
        let names: Vec<&str> = events
            .iter()
            .filter(|e| e["name"] == "process_name")
            .map(|e| e["args"]["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["t2v", "critical path", "gpu1"]);
        assert_eq!(of(&events, "X", 10).len(), 1);
        assert_eq!(trace(&BuildHistory::default())["traceEvents"].as_array().unwrap().len(), 4);
    }
}
