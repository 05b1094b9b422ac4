//! `t2v explain`: what one step's key is made of, and what changed in it.

use std::fmt::Write as _;

use clap::Args;

use crate::diag::{Diagnostic, printable};
use crate::engine::KeyExplanation;
use crate::event::Event;
use crate::report::why;
use crate::session::{DryRunResult, SessionError};
use crate::work::StepName;

use super::console::Console;
use super::diagnostics::similar_name;
use super::request::RequestArgs;
use super::{CommandResult, CommandStatus};

/// Values longer than this are cut, unless everything is wanted.
const MAX_VALUE_CHARACTERS: usize = 100;
/// A step whose name is more similar than this to the one that is asked for is suggested.
const MIN_SIMILARITY: f64 = 0.7;

#[derive(Args)]
#[command(after_help = "\
Steps are called as messages and `t2v plan` call them:
  scene:intro/speech/2      the second sentence of the scene `intro`
  scene:intro/picture/1     the first run of its frames
  scene:demo/transition     how the scene `demo` comes in
  film/sound, film/mux      the film's sound, and the film itself")]
pub struct ExplainArgs {
    /// The step, such as `scene:intro/speech/2`
    step: String,
    #[command(flatten)]
    request: RequestArgs,
    /// Show long values whole
    #[arg(long)]
    full: bool,
}

impl ExplainArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let (session, film) = self.request.load(console)?;
        let step = StepName::new(self.step.as_str());
        let dry_run = session.dry_run(&film, Some(step))?;
        match &dry_run.summary.explanation {
            Some(key) => {
                console.print(&self.explanation(key));
                Ok(CommandStatus::Done)
            }
            None => Err(SessionError::request(self.not_found(&dry_run))),
        }
    }

    fn explanation(&self, asked: &KeyExplanation) -> String {
        let kind = &asked.action.kind;
        let state = if asked.is_there { "its result is there" } else { "it would run" };
        let mut text = format!("{}: a `{}` step; {state}\n", printable(&self.step), printable(kind));
        let _ = writeln!(text, "key {}\n", asked.key);
        match asked.changes.as_deref() {
            None => text.push_str("no earlier version of it is known\n"),
            Some([]) => text.push_str("nothing changed since the version before\n"),
            Some(changes) => {
                let _ = writeln!(text, "since the version before:");
                for change in why::changes(kind, changes) {
                    let _ = writeln!(text, "  {change}");
                }
            }
        }
        text.push_str("\nparts of its key:\n");
        let mut parts = Vec::new();
        asked.action.parts(&mut parts);
        for (part, value) in &parts {
            let changed = asked.changes.iter().flatten().any(|change| change.part == *part);
            let mark = if changed { '*' } else { ' ' };
            let _ = writeln!(text, "{mark} {:44} {}", printable(part), self.value(asked, part, value));
        }
        for (role, blob) in asked.outcome.iter().flat_map(|outcome| &outcome.outputs) {
            let _ = writeln!(text, "→ {:44} {} ({} bytes)", printable(role), blob.digest, blob.len);
        }
        text
    }

    /// A part's value; where an input comes from says more than its digest alone.
    fn value(&self, asked: &KeyExplanation, part: &str, value: &str) -> String {
        let source = part.strip_prefix("inputs.").and_then(|role| asked.sources.get(role));
        let value = match source {
            Some(source) => format!("{} from {source}", &value[..value.len().min(12)]),
            None => value.to_owned(),
        };
        match value.char_indices().nth(MAX_VALUE_CHARACTERS) {
            Some((at, _)) if !self.full => printable(&value[..at]) + "…",
            _ => printable(&value),
        }
    }

    fn not_found(&self, dry_run: &DryRunResult) -> Diagnostic {
        let names: Vec<&str> = dry_run
            .events
            .iter()
            .filter_map(|stamped| match &stamped.event {
                Event::Planned { step, kind, .. } if kind != "grow" && kind != "publish" => Some(step.as_str()),
                _ => None,
            })
            .collect();
        if names.contains(&self.step.as_str()) {
            let message = format!("`{}` can't be known before what it waits for has run", self.step);
            return Diagnostic::error(message).help("`t2v plan` says what that is; `t2v build` runs it");
        }
        let help = match similar_name(&self.step, names, MIN_SIMILARITY) {
            Some(near) => format!("did you mean `{near}`?"),
            None if dry_run.summary.would_run.is_empty() => "`t2v graph --format json` lists all steps".to_owned(),
            None => "some steps come to be only when others have run; see `t2v plan`".to_owned(),
        };
        Diagnostic::error(format!("there is no step `{}`", self.step)).help(help)
    }
}
