//! Whatever a stream holds, everything made of it stands.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::event::{BuildBegin, BuildEnd, BuildStatus, Event, KeyChange, ResultOrigin, RunReason, TimedEvent};
use crate::work::StepName;

use super::graph::{self, BuildGraph, GraphDetail};
use super::history::{BuildHistory, StepRun};
use super::{annotations, critical, html, json, replay, trace};

fn step() -> impl Strategy<Value = StepName> {
    let names =
        ["scene:a/speech/1", "scene:a/timing", "scene:a/picture/1", "scene:b/transition", "film/mux", "x", "<\u{1b}&"];
    prop::sample::select(names.to_vec()).prop_map(StepName::new)
}

fn why() -> impl Strategy<Value = RunReason> {
    let parts = ["params.text", "params.frames.scene.view.show.title", "inputs.picture", "", "inputs", "params.a[[]]"];
    let leaf = || prop::option::of(prop::sample::select(vec!["\"a\"", "{2}", "null", "\"", "0", ""]));
    let change = (prop::sample::select(parts.to_vec()), leaf(), leaf(), prop::option::of("[a-z]{0,3}"));
    let change = change.prop_map(|(part, before, after, source)| KeyChange {
        part: part.into(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        source,
    });
    prop_oneof![
        Just(RunReason::New),
        Just(RunReason::Gone),
        prop::collection::vec(change, 0..4).prop_map(RunReason::Changed)
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let kind = prop::sample::select(vec!["speech", "grow", "publish", "segment", ""]);
    let slot = prop::sample::select(vec!["core 1", "core 2", "wait 1", ""]).prop_map(str::to_owned);
    let how = prop_oneof![Just(ResultOrigin::Reused), (0_u64..5000).prop_map(|millis| ResultOrigin::Ran { millis })];
    let begin = BuildBegin {
        format: 1,
        version: "1".into(),
        spec: "a.yaml".into(),
        film: "b.mp4".into(),
        time: 0,
        cores: 0,
        dry_run: false,
    };
    let end = BuildEnd { outcome: BuildStatus::Done, ran: 1, reused: 1, failed: 0, unfinished: 0 };
    prop_oneof![
        1 => Just(Event::Begin(begin)),
        1 => Just(Event::End(end)),
        6 => (step(), kind, prop::collection::vec(step(), 0..4), -1.0..9.0_f64)
            .prop_map(|(step, kind, waits_for, estimated_seconds)| Event::Planned { step, kind: kind.into(), waits_for, estimated_seconds }),
        5 => (step(), slot, why()).prop_map(|(step, slot, why)| Event::Started { step, slot, why }),
        5 => (step(), how, 0_u64..9).prop_map(|(step, how, bytes)| Event::Finished { step, how, bytes }),
        1 => (step(), why()).prop_map(|(step, why)| Event::WouldRun { step, why, millis: 3 }),
        1 => step().prop_map(|step| Event::Failed { step, message: "no".into(), place: Some((1, 1)), help: None }),
        1 => step().prop_map(|step| Event::Retrying { step, attempt: 2, millis: 1, message: "no".into() }),
        1 => step().prop_map(|step| Event::Lost { step }),
        1 => Just(Event::StoreGivenUp { store: "team".into(), message: "no answer".into() }),
    ]
}

/// Lanes of what ran, each in the order of time.
fn lanes(build: &BuildHistory) -> BTreeMap<&str, Vec<&StepRun>> {
    let mut lanes: BTreeMap<&str, Vec<&StepRun>> = BTreeMap::new();
    for run in build.steps.iter().flat_map(|step| &step.runs).filter(|run| !run.slot.is_empty()) {
        lanes.entry(&run.slot).or_default().push(run);
    }
    lanes.values_mut().for_each(|runs| runs.sort_by(|a, b| a.start.total_cmp(&b.start)));
    lanes
}

proptest! {
    #[test]
    fn any_stream_makes_a_build(events in prop::collection::vec((event(), -1.0..5.0_f64), 0..60)) {
        let events: Vec<TimedEvent> = events.into_iter().map(|(event, t)| TimedEvent { t, event }).collect();
        let build = BuildHistory::of(&events);
        for (i, step) in build.steps.iter().enumerate() {
            prop_assert!(step.waits_for.is_sorted() && step.waits_for.iter().all(|&before| before < i));
            prop_assert!(step.runs.iter().all(|run| run.start <= run.end && run.end <= build.seconds.max(run.start)));
        }
        for runs in lanes(&build).values() {
            prop_assert!(runs.windows(2).all(|pair| pair[0].end <= pair[1].start), "{runs:?}");
        }
        let path = critical::critical_path(&build);
        prop_assert!(path.seconds >= 0.0 && path.steps.is_sorted());
        prop_assert!(critical::what_if(&build).iter().all(|what_if| what_if.seconds.is_finite()));
        prop_assert!(trace::trace(&build)["traceEvents"].is_array());

        let graph = BuildGraph::of(&build);
        for (i, node) in graph.nodes.iter().enumerate() {
            prop_assert!(node.waits_for.iter().all(|&before| before < i));
        }
        let closed = GraphDetail::Only(Default::default());
        let texts = [
            graph::svg(&graph, &GraphDetail::All),
            graph::dot(&graph.collapsed(&closed)),
            graph::mermaid(&graph.collapsed(&closed)),
            graph::json(&graph),
            html::html(&build, &html::ReportFacts::default()),
            replay::replay(&build),
            annotations::failures(&build),
            annotations::job_summary(&build, 2),
            events.iter().map(json::line).collect(),
        ];
        for text in texts {
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        }
    }
}
