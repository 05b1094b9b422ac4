//! A stored build as text: what was asked for, what ran and why, what went wrong, how it ended.

use std::fmt::Write as _;

use crate::diag::printable;
use crate::event::BuildStatus;
use crate::human::{format_date_time, format_duration};

use super::history::{BuildHistory, IncidentKind, StepHistory, StepRun, StepState};
use super::{hosts, why};

/// The whole build, a line a step that ran, in the order of time; safe to print.
pub fn replay(build: &BuildHistory) -> String {
    let mut lines: Vec<(f64, String)> = Vec::new();
    for step in &build.steps {
        lines.extend(step.runs.iter().map(|run| (run.start, ran(step, run))));
        lines.extend(would_run(step).map(|line| (f64::INFINITY, line)));
    }
    lines.extend(build.incidents.iter().filter_map(|incident| {
        let step = &build.steps[incident.step];
        Some((incident.at, disturbed(build, step, &incident.what)?))
    }));
    lines.extend(build.hosts.iter().map(|(at, host, news)| (*at, hosts::in_words(host, news))));
    lines.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut text = beginning(build);
    for (at, line) in lines {
        let at = if at.is_finite() { format!("{at:7.2} s") } else { " ".repeat(9) };
        let _ = writeln!(text, "{at}  {}", printable(&line));
    }
    for published in build.published.iter().filter(|published| published.written) {
        let _ = writeln!(text, "{:9}  wrote {}", "", printable(&published.path));
    }
    text + &ending(build) + "\n"
}

/// One line: how it ended, and in how many steps.
pub fn ending(build: &BuildHistory) -> String {
    let outcome = outcome(build);
    let (ran, reused) = counts(build);
    let failed = build.failures().count();
    let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
    format!("{outcome}: {ran} ran, {reused} reused{failed}, {}", format_duration(build.seconds))
}

/// How it ended, in a word or two.
pub fn outcome(build: &BuildHistory) -> &'static str {
    match build.end.as_ref().map(|end| end.outcome) {
        Some(BuildStatus::Done) => "done",
        Some(BuildStatus::Failed) => "failed",
        Some(BuildStatus::Interrupted) => "interrupted",
        None => "broken off",
    }
}

/// How many steps ran, and how many were there.
pub fn counts(build: &BuildHistory) -> (usize, usize) {
    (build.count(|state| *state == StepState::Ran), build.count(|state| *state == StepState::Reused))
}

fn beginning(build: &BuildHistory) -> String {
    let Some(begin) = &build.begin else { return "(the log does not tell what was asked for)\n".to_owned() };
    let (spec, film) = (printable(&begin.spec), printable(&begin.film));
    let dry = if begin.dry_run { "dry run of " } else { "" };
    let slots = if begin.cores == 1 { "1 slot".to_owned() } else { format!("{} slots", begin.cores) };
    let version = printable(&begin.version);
    format!("{dry}{spec} → {film}, {} UTC, {slots}, t2v {version}\n", format_date_time(begin.time))
}

fn ran(step: &StepHistory, run: &StepRun) -> String {
    let took = format_duration(run.seconds());
    let how = if run.millis.is_some() { "" } else { ", not finished" };
    let place = if hosts::is_here(&run.slot) { String::new() } else { format!(" on {}", run.slot) };
    format!("{} ({took}{how}){place}{}", step.name, because(step))
}

fn would_run(step: &StepHistory) -> Option<String> {
    let StepState::WouldRun { millis } = step.state else { return None };
    Some(format!("would run {} (about {}){}", step.name, format_duration(millis as f64 / 1000.0), because(step)))
}

fn because(step: &StepHistory) -> String {
    step.why.as_ref().map(|why| format!(": {}", why::in_words(&step.kind, why))).unwrap_or_default()
}

fn disturbed(build: &BuildHistory, step: &StepHistory, what: &IncidentKind) -> Option<String> {
    Some(match what {
        IncidentKind::Retrying { attempt, message } => format!("{}: {message}; try {attempt} follows", step.name),
        IncidentKind::Lost => format!("{}: its result was damaged or gone, and is made again", step.name),
        IncidentKind::Failed => {
            let StepState::Failed(failure) = &step.state else { return None };
            let spec = build.begin.as_ref().map_or("", |begin| begin.spec.as_str());
            let place = failure.place.map(|(line, column)| format!(" ({spec}:{line}:{column})")).unwrap_or_default();
            let help = failure.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            format!("failed: {}: {}{place}{help}", step.name, failure.message)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, RunReason};
    use crate::report::history::samples::{Stream, change};
    use crate::work::StepName;

    #[test]
    fn a_build_is_told_in_the_order_of_time() {
        let mut stream = Stream::begin(1);
        stream.planned("a", "speech", &[]).planned("b", "segment", &[]).planned("c", "speech", &[]);
        let why = RunReason::Changed(vec![change("params.text", "\"fast\"", "\"in\\u001bstant\"")]);
        stream.reused("c").started_for("a", "core 1", why).at(1.25).ran("a").started("b", "core 1").at(1.5);
        stream.push(Event::Retrying { step: StepName::new("b"), attempt: 2, millis: 9, message: "busy".into() });
        stream.at(2.0).failed("b", "no picture", Some((12, 3))).end(BuildStatus::Failed);
        let told = replay(&BuildHistory::of(&stream.events));
        let expected = [
            "video.yaml → out/video.mp4, 2026-09-21 14:13:20 UTC, 1 slot, t2v 0.1.0",
            "   0.00 s  a (1.2 s): `say` changed: \"fast\" → \"in\\u{1b}stant\"",
            "   1.25 s  b (0.75 s, not finished): new",
            "   1.50 s  b: busy; try 2 follows",
            "   2.00 s  failed: b: no picture (video.yaml:12:3); try another",
            "failed: 1 ran, 1 reused, 1 failed, 2.0 s",
        ];
        assert_eq!(told.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn dry_runs_and_torn_logs_are_told_as_what_they_are() {
        let mut stream = Stream::begin(2);
        stream.planned("a", "speech", &[]);
        stream.push(Event::WouldRun { step: StepName::new("a"), why: RunReason::Gone, millis: 2100 });
        let told = replay(&BuildHistory::of(&stream.events[1..]));
        assert_eq!(
            told.lines().collect::<Vec<_>>(),
            [
                "(the log does not tell what was asked for)",
                "           would run a (about 2.1 s): its result is no longer in the cache",
                "broken off: 0 ran, 0 reused, 0.00 s",
            ]
        );
    }
}
