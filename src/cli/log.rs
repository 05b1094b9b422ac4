//! `t2v log`: what earlier builds did.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::diag::{Diagnostic, printable};
use crate::human;
use crate::report::builds::{self, BuildLog};
use crate::report::{BuildHistory, json, replay};
use crate::session::SessionError;

use super::console::Console;
use super::{CommandResult, CommandStatus, spec_file};

#[derive(Args)]
pub struct LogArgs {
    /// Which build: `latest`, a number counting back from 1, the last one, or an id that `--list` shows
    #[arg(default_value = "latest", value_name = "BUILD")]
    which: String,
    /// List the builds that are kept, the last one first
    #[arg(long)]
    list: bool,
    /// The project's folder [default: the one that the current folder belongs to]
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Print the events as they are, one JSON object a line
    #[arg(long)]
    json: bool,
}

impl LogArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let project = self.project.clone().unwrap_or_else(spec_file::project_folder);
        let logs = builds::list(&project).map_err(|error| unreadable("the logs in", &project, &error))?;
        if self.list {
            console.print(&list(&logs));
            return Ok(CommandStatus::Done);
        }
        let log = self.select(&logs, &project)?;
        let contents = builds::read(log).map_err(|error| unreadable("", &log.path, &error))?;
        if contents.skipped > 0 {
            console.message(&format!("{} lines of the log can't be read, and are left out\n", contents.skipped));
        }
        if self.json {
            console.print(&contents.events.iter().map(json::line).collect::<String>());
        } else {
            console.print(&replay::replay(&BuildHistory::of(&contents.events)));
        }
        Ok(CommandStatus::Done)
    }

    fn select<'a>(&self, logs: &'a [BuildLog], project: &Path) -> Result<&'a BuildLog, SessionError> {
        find(logs, &self.which).ok_or_else(|| {
            SessionError::request(match logs.len() {
                0 => Diagnostic::error(format!("no build of `{}` is kept", project.display()))
                    .help("`t2v build` leaves a log; another project is chosen with --project DIR"),
                n => Diagnostic::error(format!("there is no build `{}`", self.which))
                    .help(format!("{n} are kept: see `t2v log --list`")),
            })
        })
    }
}

fn unreadable(what: &str, path: &Path, error: &io::Error) -> SessionError {
    let what = if what.is_empty() { String::new() } else { format!("{what} ") };
    SessionError::machine(Diagnostic::error(format!("{what}`{}` can't be read: {error}", path.display())))
}

/// The build that `which` names: `latest`, a number counting back from 1, or an id.
pub fn find<'a>(logs: &'a [BuildLog], which: &str) -> Option<&'a BuildLog> {
    match (which, which.parse::<usize>()) {
        ("latest", _) => logs.first(),
        (which, Ok(back)) if which.len() < 4 => back.checked_sub(1).and_then(|back| logs.get(back)),
        (id, _) => logs.iter().find(|log| log.id == id),
    }
}

/// A line a build: number, id, when, spec, outcome, steps, time.
fn list(logs: &[BuildLog]) -> String {
    let mut text = String::new();
    for (i, log) in logs.iter().enumerate() {
        let _ = write!(text, "{:>3}  {}  ", i + 1, printable(&log.id));
        match builds::read(log) {
            Ok(contents) => text += &line(&BuildHistory::of(&contents.events)),
            Err(error) => {
                let _ = writeln!(text, "can't be read: {error}");
            }
        }
    }
    text
}

fn line(build: &BuildHistory) -> String {
    let (when, spec) = match &build.begin {
        Some(begin) => (human::format_date_time(begin.time), printable(&begin.spec)),
        None => ("?".to_owned(), "?".to_owned()),
    };
    let dry = build.begin.as_ref().is_some_and(|begin| begin.dry_run);
    format!("{when}  {spec}  {}{}\n", if dry { "dry run, " } else { "" }, replay::ending(build))
}
