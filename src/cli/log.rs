//! `t2v log`: what earlier builds did.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::diag::{Diagnostic, printable};
use crate::report::builds::{self, Log as Stored};
use crate::report::{Build, Screen, clock, json, replay};

use super::{Exit, complain, say, tell};

#[derive(Args)]
pub struct Log {
    /// Which build: `latest`, a number counting back from 1, the last one, or an id that `--list` shows
    #[arg(default_value = "latest", value_name = "BUILD")]
    which: String,
    /// List the builds that are kept, the last one first
    #[arg(long)]
    list: bool,
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Print the events as they are, one JSON object a line
    #[arg(long)]
    json: bool,
}

impl Log {
    pub fn run(self, screen: Screen) -> Exit {
        match self.told() {
            Ok(text) => {
                say(&text);
                Exit::Done
            }
            Err(diagnostic) => {
                complain(diagnostic, screen);
                Exit::Failed
            }
        }
    }

    fn told(&self) -> Result<String, Diagnostic> {
        let logs = builds::list(&self.project)
            .map_err(|e| Diagnostic::error(format!("the logs in `{}` can't be read: {e}", self.project.display())))?;
        if self.list {
            return Ok(list(&logs));
        }
        let log = self.chosen(&logs)?;
        let contents =
            builds::read(log).map_err(|e| Diagnostic::error(format!("`{}` can't be read: {e}", log.path.display())))?;
        if contents.skipped > 0 {
            tell(&format!("{} lines of the log can't be read, and are left out\n", contents.skipped));
        }
        Ok(match self.json {
            true => contents.events.iter().map(json::line).collect(),
            false => replay::replay(&Build::of(&contents.events)),
        })
    }

    fn chosen<'a>(&self, logs: &'a [Stored]) -> Result<&'a Stored, Diagnostic> {
        find(logs, &self.which).ok_or_else(|| match logs.len() {
            0 => Diagnostic::error(format!("no build of `{}` is kept", self.project.display()))
                .help("`t2v build` leaves a log; another project is chosen with --project DIR"),
            n => Diagnostic::error(format!("there is no build `{}`", self.which))
                .help(format!("{n} are kept: see `t2v log --list`")),
        })
    }
}

/// The build that `which` names: `latest`, a number counting back from 1, or an id.
pub fn find<'a>(logs: &'a [Stored], which: &str) -> Option<&'a Stored> {
    match (which, which.parse::<usize>()) {
        ("latest", _) => logs.first(),
        (which, Ok(back)) if which.len() < 4 => back.checked_sub(1).and_then(|back| logs.get(back)),
        (id, _) => logs.iter().find(|log| log.id == id),
    }
}

/// A line a build: number, id, when, spec, outcome, steps, time.
fn list(logs: &[Stored]) -> String {
    let mut text = String::new();
    for (i, log) in logs.iter().enumerate() {
        let _ = write!(text, "{:>3}  {}  ", i + 1, printable(&log.id));
        match builds::read(log) {
            Ok(contents) => text += &line(&Build::of(&contents.events)),
            Err(error) => {
                let _ = writeln!(text, "can't be read: {error}");
            }
        }
    }
    text
}

fn line(build: &Build) -> String {
    let (when, spec) = match &build.begin {
        Some(begin) => (clock::date_and_time(begin.time), printable(&begin.spec)),
        None => ("?".to_owned(), "?".to_owned()),
    };
    let dry = build.begin.as_ref().is_some_and(|begin| begin.dry_run);
    format!("{when}  {spec}  {}{}\n", if dry { "dry run, " } else { "" }, replay::ending(build))
}
