//! What GitHub Actions shows beside a change: an annotation for each finding, and a summary of the build.
//!
//! Source: GitHub's "Workflow commands" (`::error file=…,line=…::message`, escapes as in the actions toolkit's `command.ts`) and "Adding a
//! job summary" (`GITHUB_STEP_SUMMARY`).

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use crate::diag::{Diagnostic, Report, Severity, printable};
use crate::human::{format_bytes, format_duration};

use super::critical;
use super::escape::markdown;
use super::history::{BuildHistory, StepFailure, StepHistory};
use super::replay;

/// Whether this process runs in GitHub Actions.
pub fn wanted() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// A line for each mistake in a spec, and for each warning; to be printed to standard output.
pub fn findings(report: &Report) -> String {
    report.diagnostics().iter().map(|found| finding(report, found)).collect()
}

fn finding(report: &Report, found: &Diagnostic) -> String {
    let kind = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = found.span.map(|place| report.source.line_and_column(place.start));
    command(kind, &report.source.name, place, &with_help(&found.message, found.help.as_deref()))
}

/// A line for each step that failed; to be printed to standard output.
pub fn failures(build: &BuildHistory) -> String {
    let spec = build.begin.as_ref().map_or("", |begin| begin.spec.as_str());
    build.failures().map(|(step, failure)| command("error", spec, failure.place, &told(step, failure))).collect()
}

fn told(step: &StepHistory, failure: &StepFailure) -> String {
    with_help(&format!("{}: {}", step.name, failure.message), failure.help.as_deref())
}

fn with_help(message: &str, help: Option<&str>) -> String {
    help.map_or_else(|| message.to_owned(), |help| format!("{message}\n{help}"))
}

/// One workflow command, one line. No text in it can end it, or begin another.
fn command(kind: &str, file: &str, place: Option<(usize, usize)>, message: &str) -> String {
    let file = if file.is_empty() { String::new() } else { format!("file={},", property(file)) };
    let place = place.map(|(line, column)| format!("line={line},col={column},")).unwrap_or_default();
    format!("::{kind} {file}{place}title=t2v::{}\n", data(message))
}

fn data(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The names and values in the summary's table.
fn summary_rows(build: &BuildHistory, machine: usize) -> Vec<(&'static str, String)> {
    let (ran, reused) = replay::counts(build);
    let mut rows = vec![
        ("outcome", replay::outcome(build).to_owned()),
        ("steps", format!("{ran} ran, {reused} reused")),
        ("time", format_duration(build.seconds)),
    ];
    let files = build.published.iter();
    rows.extend(files.map(|file| ("file", format!("{}, {}", file.path, format_bytes(file.bytes)))));
    let path = critical::summary_line(build, machine);
    rows.extend(path.map(|line| ("critical path", line.trim_start_matches("critical path ").to_owned())));
    rows
}

/// The build as Markdown: film, steps, time, critical path, what failed. `machine` is how many cores there are.
pub fn job_summary(build: &BuildHistory, machine: usize) -> String {
    let (spec, film) = build.begin.as_ref().map_or(("", ""), |begin| (begin.spec.as_str(), begin.film.as_str()));
    let mut text = format!("### t2v: {} → {}\n\n| | |\n|---|---|\n", markdown(spec), markdown(film));
    for (name, value) in summary_rows(build, machine) {
        text += &format!("| {name} | {} |\n", markdown(&value));
    }
    let failed: Vec<_> = build.failures().collect();
    if !failed.is_empty() {
        text += "\n**Failed**\n\n";
    }
    for (step, failure) in failed {
        let at = failure.place.map(|(line, column)| format!(" ({spec}:{line}:{column})")).unwrap_or_default();
        let help = failure.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        text += &format!("- {}\n", markdown(&format!("{}: {}{at}{help}", step.name, failure.message)));
    }
    text + "\n"
}

/// Adds to the job's summary, where there is one.
pub fn append_summary(text: &str) -> io::Result<()> {
    match std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        Some(path) => append(Path::new(&path), text),
        None => Ok(()),
    }
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Diagnostic, SourceText, Span};
    use crate::event::BuildStatus;
    use crate::report::history::samples::{Stream, film};

    #[test]
    fn findings_point_into_the_spec() {
        let source = SourceText::new("my: a,b%.yaml", "title: x\nscenes: y\n");
        let found = [
            Diagnostic::error("100 % wrong\nreally").at(Span { start: 9, end: 15 }).help("write it\r\nright"),
            Diagnostic::warning("odd"),
        ];
        let lines = findings(&Report::new(source, found.into()));
        let file = "file=my%3A a%2Cb%25.yaml";
        let expected = format!(
            "::warning {file},title=t2v::odd\n::error {file},line=2,col=1,title=t2v::100 %25 wrong%0Areally%0Awrite it\\u{{d}}%0Aright\n"
        );
        assert_eq!(lines, expected);
    }

    #[test]
    fn no_text_ends_a_command_or_begins_one() {
        let hostile = "x\n::set-output name=a::b\r::error::y\u{1b}[31m\n##[command]rm";
        let mut stream = Stream::begin(1);
        stream.planned("a", "speech", &[]).failed("a", hostile, Some((3, 7))).end(BuildStatus::Failed);
        let lines = failures(&BuildHistory::of(&stream.events));
        assert_eq!(lines.matches('\n').count(), 1, "{lines}");
        assert!(lines.starts_with("::error file=video.yaml,line=3,col=7,title=t2v::a: x%0A"), "{lines}");
        assert!(!lines.trim_end().chars().any(char::is_control), "{lines:?}");
    }

    #[test]
    fn the_summary_is_markdown_in_which_texts_stay_texts() {
        let mut stream = Stream::begin(1);
        stream
            .planned("a", "speech", &[])
            .failed("a", "no | <b>voice</b> [x](y)\n# z", Some((3, 7)))
            .end(BuildStatus::Failed);
        let text = job_summary(&BuildHistory::of(&stream.events), 2);
        let expected = "### t2v: video.yaml → out/video.mp4\n\n| | |\n|---|---|\n| outcome | failed |\n\
                        | steps | 0 ran, 0 reused |\n| time | 0.00 s |\n\n**Failed**\n\n\
                        - a: no \\| &lt;b&gt;voice&lt;/b&gt; \\[x\\]\\(y\\) \\# z \\(video.yaml:3:7\\); try another\n\n";
        assert_eq!(text, expected);
        let text = job_summary(&BuildHistory::of(&film(4)), 2);
        assert!(text.contains("| file | out/video.mp4, 12.3 MB |") && text.contains("| critical path | "), "{text}");
    }

    #[test]
    fn summaries_are_added_one_after_the_other() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("summary.md");
        append(&path, "one\n").unwrap();
        append(&path, "two\n").unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "one\ntwo\n");
    }
}
