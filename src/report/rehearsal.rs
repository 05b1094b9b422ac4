//! What a build would run, as text: scene by scene, why, for how long, and what can't be known before something else has run.

use std::fmt::Write as _;

use crate::diag::printable;
use crate::human::format_duration;

use super::history::{BuildHistory, StepHistory, StepState};
use super::why;

/// So many scenes are named whose frames are not known yet.
const NAMED: usize = 5;

/// The whole plan; safe to print. Steps that need not run are only counted.
pub fn rehearsal(build: &BuildHistory) -> String {
    let mut text = String::new();
    let mut group: Option<Option<&str>> = None;
    for step in build.steps.iter().filter(|step| matters(step)) {
        let scene = step.name.scene();
        if group != Some(scene) {
            let _ =
                writeln!(text, "{}", scene.map_or("the film".to_owned(), |id| format!("scene `{}`", printable(id))));
            group = Some(scene);
        }
        let _ = writeln!(text, "{}", line(step));
    }
    let unknown = unknown(build);
    if !unknown.is_empty() {
        let _ = writeln!(text, "not known before those have run: {}", unknown.join(", "));
    }
    text + &total(build)
}

fn matters(step: &StepHistory) -> bool {
    !step.is_own() && matches!(step.state, StepState::WouldRun { .. } | StepState::Failed(_))
}

fn line(step: &StepHistory) -> String {
    let name = printable(step.name.within());
    match &step.state {
        StepState::WouldRun { millis } => {
            let because = step.why.as_ref().map(|why| why::in_words(&step.kind, why)).unwrap_or_default();
            format!("  {name:16} {:>8}  {because}", format_duration(*millis as f64 / 1000.0))
        }
        StepState::Failed(failure) => format!("  {name:16}   failed  {}", printable(&failure.message)),
        _ => String::new(),
    }
}

/// What waits for a result that is still to be made: scenes whose frames follow from speech, and the film.
fn unknown(build: &BuildHistory) -> Vec<String> {
    let expansions = build.steps.iter().filter(|step| matches!(step.state, StepState::Waiting) && step.is_growth());
    let waiting: Vec<Option<&str>> = expansions.map(|step| step.name.scene()).collect();
    let mut scenes: Vec<&str> = waiting.iter().copied().flatten().collect();
    scenes.dedup();
    let more = scenes.len().saturating_sub(NAMED);
    let mut names: Vec<String> =
        scenes.iter().take(NAMED).map(|id| format!("the frames of scene `{}`", printable(id))).collect();
    names.extend((more > 0).then(|| format!("those of {more} more scenes")));
    names.extend(waiting.contains(&None).then(|| "sound, mux and the files beside the film".to_owned()));
    names
}

/// How long a step would take, in milliseconds; `None` if it would not run.
fn expected_millis(step: &StepHistory) -> Option<u64> {
    match step.state {
        StepState::WouldRun { millis } => Some(millis),
        _ => None,
    }
}

fn total(build: &BuildHistory) -> String {
    let would_run: Vec<u64> = build.steps.iter().filter_map(expected_millis).collect();
    let reused = build.count(|state| *state == StepState::Reused);
    if would_run.is_empty() && build.failures().next().is_none() {
        return format!("nothing would run: {reused} steps are up to date\n");
    }
    let seconds = would_run.iter().sum::<u64>() as f64 / 1000.0;
    let so_far = if unknown(build).is_empty() { "" } else { ", as far as is known now" };
    let count = would_run.len();
    let steps = if count == 1 { "step" } else { "steps" };
    format!(
        "{count} {steps} would run, about {} on one core{so_far}; {reused} are up to date\n",
        format_duration(seconds)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, KeyChange, ResultOrigin, RunReason, TimedEvent};
    use crate::work::StepName;

    fn planned(name: &str, kind: &str, waits_for: &[&str]) -> Event {
        let waits_for = waits_for.iter().map(|&name| StepName::new(name)).collect();
        Event::Planned { step: StepName::new(name), kind: kind.into(), waits_for, estimated_seconds: 1.0 }
    }

    fn said(events: Vec<Event>) -> String {
        let stamped: Vec<TimedEvent> = events.into_iter().map(|event| TimedEvent { t: 0.0, event }).collect();
        rehearsal(&BuildHistory::of(&stamped))
    }

    #[test]
    fn a_plan_is_told_by_scene_with_reasons_and_what_is_not_known() {
        let change = KeyChange {
            part: "params.text".into(),
            before: Some("\"It is fast.\"".into()),
            after: Some("\"It is instant.\"".into()),
            source: None,
        };
        let step = |name: &str| StepName::new(name);
        let text = said(vec![
            planned("scene:a/speech/1", "speech", &[]),
            planned("scene:b/speech/1", "speech", &[]),
            planned("scene:b/timing", "grow", &["scene:b/speech/1"]),
            planned("film/timing", "grow", &["scene:b/timing"]),
            Event::Finished { step: step("scene:a/speech/1"), how: ResultOrigin::Reused, bytes: 1 },
            Event::WouldRun { step: step("scene:b/speech/1"), why: RunReason::Changed(vec![change]), millis: 150 },
        ]);
        assert!(text.starts_with("scene `b`\n  speech/1           0.15 s  `say` changed: "), "{text}");
        assert!(text.contains("fast") && text.contains("instant"), "{text}");
        assert!(text.contains("not known before those have run: the frames of scene `b`, sound, mux"), "{text}");
        assert!(
            text.ends_with("1 step would run, about 0.15 s on one core, as far as is known now; 1 are up to date\n")
        );
    }

    #[test]
    fn nothing_to_do_is_said_in_one_line() {
        let finished = Event::Finished { step: StepName::new("a"), how: ResultOrigin::Reused, bytes: 1 };
        assert_eq!(said(vec![planned("a", "text", &[]), finished]), "nothing would run: 1 steps are up to date\n");
    }
}
