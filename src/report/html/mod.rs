//! The report of a build: one HTML file that loads nothing else and runs no script.

mod scenes;
mod timeline;

use crate::human::{format_bytes, format_date_time, format_duration, format_position};
use std::fmt::Write as _;

use super::critical::{CriticalPath, critical_path, what_if};
use super::escape::Escaped;
use super::history::{BuildHistory, StepHistory, StepState};
use super::{replay, why};

const STYLE: &str = include_str!("report.css");

/// What a report tells beside the build itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportFacts {
    /// The film's title, as in its spec.
    pub title: String,
    /// The film, as the user would write its path.
    pub film: String,
    /// Its size in bytes, if it is there.
    pub bytes: Option<u64>,
    /// Its length in seconds, if it is known.
    pub seconds: Option<f64>,
    /// Frame size and rate in words: `1920×1080, 30 fps`.
    pub format: String,
    /// Its scenes in order.
    pub scenes: Vec<SceneFacts>,
    /// How many cores the machine has.
    pub cores: usize,
}

/// One scene of the film.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SceneFacts {
    /// The scene's id in the spec.
    pub id: String,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// Where it begins in the film, in seconds; `None` where that is not known yet.
    pub from: Option<f64>,
    /// Where the scene ends in the film, in seconds.
    pub to: Option<f64>,
    /// A small JPEG of it; anything else is left out.
    pub picture: Option<Vec<u8>>,
    /// How many words are said in it.
    pub words: usize,
}

/// The report of a build as an HTML file.
pub fn html(build: &BuildHistory, facts: &ReportFacts) -> String {
    let path = critical_path(build);
    let title = if facts.title.is_empty() { &facts.film } else { &facts.title };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} – t2v report</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n",
        title = Escaped(title)
    );
    page += &header(build, facts, title);
    page += &failures(build);
    page += &scenes::strip(build, facts);
    page += &figures(build, &path);
    page += &time(build, facts, &path);
    page += &scenes::list(build, facts);
    page += &of_film(build);
    page + "</main>\n</body>\n</html>\n"
}

fn header(build: &BuildHistory, facts: &ReportFacts, title: &str) -> String {
    let outcome = replay::outcome(build);
    let class = if outcome == "done" { "good" } else { "bad" };
    let told = [
        Some(facts.film.clone()),
        facts.seconds.map(format_position),
        facts.bytes.map(format_bytes),
        Some(facts.format.clone()),
        build.begin.as_ref().map(|begin| format!("{} UTC", format_date_time(begin.time))),
    ];
    let told: Vec<String> = told.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    format!(
        "<header>\n<h1>{}</h1><span class=\"badge {class}\">{outcome}</span>\n<p class=\"quiet\">{}</p>\n</header>\n",
        Escaped(title),
        Escaped(&told.join(" · "))
    )
}

fn failures(build: &BuildHistory) -> String {
    let spec = build.begin.as_ref().map_or("", |begin| begin.spec.as_str());
    let mut list = String::new();
    for (step, failure) in build.failures() {
        let place = failure.place.map(|(line, column)| format!("{spec}:{line}:{column}")).unwrap_or_default();
        let _ = writeln!(
            list,
            "<li><b>{}</b> {} <span class=\"quiet\">{} {}</span></li>",
            Escaped(step.name.as_str()),
            with_code(&failure.message),
            Escaped(&place),
            with_code(failure.help.as_deref().unwrap_or_default())
        );
    }
    section_if("Failed", "failures", &list, |list| format!("<ul>\n{list}</ul>\n"))
}

/// A section, unless it would be empty.
fn section_if(title: &str, class: &str, inner: &str, wrap: impl Fn(&str) -> String) -> String {
    match inner {
        "" => String::new(),
        inner => format!("<section class=\"{class}\">\n<h2>{title}</h2>\n{}</section>\n", wrap(inner)),
    }
}

fn figures(build: &BuildHistory, path: &CriticalPath) -> String {
    let (ran, reused) = replay::counts(build);
    let mut figures = vec![
        (format_duration(build.seconds), "from start to end"),
        (ran.to_string(), if ran == 1 { "step made" } else { "steps made" }),
        (reused.to_string(), "reused"),
    ];
    if !path.steps.is_empty() {
        figures.push((format_duration(path.seconds), "critical path"));
    }
    let cells: String =
        figures.iter().map(|(value, name)| format!("<div><b>{value}</b><span>{name}</span></div>\n")).collect();
    format!("<section class=\"figures\">\n{cells}</section>\n")
}

/// Where the time went: lanes, the critical path, what more slots would gain.
fn time(build: &BuildHistory, facts: &ReportFacts, path: &CriticalPath) -> String {
    if path.steps.is_empty() {
        return String::new();
    }
    let mut inner = timeline::timeline(build, path);
    inner += "<div class=\"two\">\n<div>\n<h3>Critical path</h3>\n<ol>\n";
    for step in path.steps.iter().map(|&i| &build.steps[i]) {
        let (name, time) = (Escaped(step.name.as_str()), format_duration(step.seconds()));
        let _ = writeln!(inner, "<li><span>{name}</span><i>{time}</i></li>");
    }
    inner += "</ol>\n</div>\n";
    // What a build would have done that was cut short, nobody knows.
    if replay::outcome(build) == "done" {
        inner += &gains(build, facts);
    }
    format!("<section>\n<h2>Where the time went</h2>\n{inner}</div>\n</section>\n")
}

fn gains(build: &BuildHistory, facts: &ReportFacts) -> String {
    let mut inner = "<div>\n<h3>With more slots</h3>\n<table>\n".to_owned();
    for gain in what_if(build) {
        let note = match gain.slots {
            now if now == build.cores() => "as it was",
            slots if slots > facts.cores => "would need more cores",
            _ => "",
        };
        let time = format_duration(gain.seconds);
        let _ = writeln!(inner, "<tr><td>-j {}</td><td>{time}</td><td class=\"quiet\">{note}</td></tr>", gain.slots);
    }
    inner + "</table>\n</div>\n"
}

/// The steps that belong to no scene.
fn of_film(build: &BuildHistory) -> String {
    let steps: Vec<&StepHistory> = build.made().filter(|step| step.name.scene().is_none()).collect();
    section_if("The whole film", "film", &made(&steps), |list| {
        let reused = steps.iter().filter(|step| step.state == StepState::Reused).count();
        format!("{list}<p class=\"quiet\">{reused} reused</p>\n")
    })
}

/// The steps that ran, each with its time and why; nothing where none did.
fn made(steps: &[&StepHistory]) -> String {
    let mut list = String::new();
    for step in steps.iter().filter(|step| !step.runs.is_empty()) {
        let why = step.why.as_ref().map(|why| why::in_words(&step.kind, why)).unwrap_or_default();
        let time = step.runs.last().map(|run| format_duration(run.seconds())).unwrap_or_default();
        let class = if matches!(step.state, StepState::Failed(_)) { " class=\"failed\"" } else { "" };
        let name = Escaped(step.name.within());
        let _ = writeln!(list, "<li{class}><b>{name}</b> <i>{time}</i> <span>{}</span></li>", with_code(&why));
    }
    if list.is_empty() { list } else { format!("<ul class=\"made\">\n{list}</ul>\n") }
}

/// What stands between backticks as code.
fn with_code(text: &str) -> String {
    let mut parts = text.split('`').enumerate().peekable();
    let mut html = String::new();
    while let Some((i, part)) = parts.next() {
        match i % 2 == 1 && parts.peek().is_some() {
            true => drop(write!(html, "<code>{}</code>", Escaped(part))),
            false => drop(write!(html, "{}", Escaped(part))),
        }
    }
    html
}

#[cfg(test)]
mod tests;
