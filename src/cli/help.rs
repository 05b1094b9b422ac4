//! `t2v help`: the commands' help, and the documents that are inside the program.

use clap::{Args, CommandFactory};

use crate::diag::Diagnostic;
use crate::session::SessionError;

use super::console::Console;
use super::diagnostics::similar_name;
use super::{CliArgs, CommandResult, CommandStatus};

/// What can be read with `t2v help TOPIC`: name, what it is about, text.
const TOPICS: [(&str, &str, &str); 8] = [
    ("language", "all that a spec may hold", include_str!("../../docs/language.md")),
    ("templates", "looks, and how to make one", include_str!("../../docs/templates.md")),
    ("scripts", "films from Markdown and bare text", include_str!("../../docs/scripts.md")),
    ("voices", "the voice in the program, and others", include_str!("../../docs/voice.md")),
    ("operations", "caches, CI, exit codes, untrusted projects", include_str!("../../docs/operations.md")),
    ("remote", "building on several machines", include_str!("../../docs/remote.md")),
    ("engine", "what runs and why, and what is promised", include_str!("../../docs/engine.md")),
    ("events", "what `--json` writes", include_str!("../../docs/events.md")),
];

/// Names that are more similar than this are suggested.
const MIN_SIMILARITY: f64 = 0.59;

#[derive(Args)]
pub struct HelpArgs {
    /// A topic, or a command such as `build` or `cache gc`
    #[arg(value_name = "TOPIC")]
    topic: Vec<String>,
}

impl HelpArgs {
    pub fn run(self, console: Console) -> CommandResult {
        if self.topic.is_empty() {
            console.print(&(long_help(CliArgs::command()) + "\n" + &topics()));
            return Ok(CommandStatus::Done);
        }
        let text = match topic_text(&self.topic) {
            Some(text) => text.to_owned(),
            None => self.command_help()?,
        };
        console.print(&text);
        Ok(CommandStatus::Done)
    }

    fn command_help(&self) -> Result<String, SessionError> {
        let mut command = CliArgs::command();
        command.build();
        for name in &self.topic {
            let Some(subcommand) = command.find_subcommand(name) else { return Err(unknown_topic(name, &command)) };
            command = subcommand.clone();
        }
        Ok(long_help(command))
    }
}

fn topic_text(names: &[String]) -> Option<&'static str> {
    let [name] = names else { return None };
    TOPICS.iter().find(|(topic, _, _)| topic == name).map(|(_, _, text)| *text)
}

fn long_help(mut command: clap::Command) -> String {
    command.render_long_help().to_string()
}

/// The list of topics, a line each.
pub fn topics() -> String {
    let lines = TOPICS.map(|(name, about, _)| format!("  {name:12} {about}\n"));
    format!("Topics, for `t2v help TOPIC`:\n{}", lines.concat())
}

fn unknown_topic(name: &str, command: &clap::Command) -> SessionError {
    let commands = command.get_subcommands().filter(|own| !own.is_hide_set()).map(clap::Command::get_name);
    let known = TOPICS.iter().map(|(topic, _, _)| *topic).chain(commands);
    let help = match similar_name(name, known, MIN_SIMILARITY) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`t2v help` lists topics and commands".to_owned(),
    };
    SessionError::request(Diagnostic::error(format!("there is no help about `{name}`")).help(help))
}
