//! The command line: reads arguments, calls the layers that do the work, and prints what they return.

mod agent;
mod build;
mod cache;
mod check;
mod clean;
mod completions;
mod console;
mod diagnostics;
mod diff;
mod doctor;
mod explain;
mod global;
mod graph;
mod help;
mod host_args;
#[cfg(feature = "ssh")]
mod hosts;
mod log;
mod new;
mod plan;
mod request;
mod sheet;
mod spec_file;
mod templates;
mod voice;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::session::SessionError;
use crate::spec;

use console::Console;

/// How a command ends; the number is the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum CommandStatus {
    /// All that was asked for is done.
    Done = 0,
    /// A step failed, or the machine lacks something.
    Failed = 1,
    /// The spec, the arguments or the config are wrong, or what they name is not there.
    Wrong = 2,
    /// Cancelled by the user.
    Interrupted = 130,
}

impl From<CommandStatus> for ExitCode {
    fn from(status: CommandStatus) -> Self {
        ExitCode::from(status as u8)
    }
}

/// How a command ended, or why it could not do what it was asked to, which is yet to be printed.
type CommandResult = Result<CommandStatus, SessionError>;

/// The commit and date that the program was built from, such as `0123abc 2026-11-30`; empty outside a checkout.
const COMMIT: &str = env!("T2V_COMMIT");

/// make for narrated video: builds a film from a spec, and only what changed
#[derive(Parser)]
#[command(name = "t2v", version = version(), arg_required_else_help = true, after_help = EXAMPLES, disable_help_subcommand = true)]
struct CliArgs {
    #[command(flatten)]
    global: global::GlobalArgs,
    #[command(subcommand)]
    command: CliCommand,
}

/// Version, commit, date and target.
fn version() -> String {
    let commit = if COMMIT.is_empty() { String::new() } else { format!("{COMMIT}, ") };
    format!("{} ({commit}{})", env!("CARGO_PKG_VERSION"), env!("T2V_TARGET"))
}

const EXAMPLES: &str = "\
Examples:
  t2v build                      builds video.yaml, here or in the nearest folder above
  t2v build talk.yaml --draft    a quick, rough version beside the real one
  t2v build story.md             a film from Markdown or bare text, see `t2v help scripts`
  t2v build --only intro         just the scene with the id `intro`
  t2v build --watch              builds again whenever something is saved
  t2v build --on gpu1            lets another machine help, over SSH, see `t2v help remote`
  t2v plan                       what would run, why, and for how long
  t2v explain scene:intro/speech/2   one step's key, and what changed in it
  t2v check                      every mistake in the spec, with its place
  t2v help language              all that a spec may hold; `t2v help` lists more

Exit codes: 0 done, 1 a step failed or the machine lacks something, 2 the spec, the arguments or the config are wrong or what they name \
is not there, 130 interrupted";

#[derive(Subcommand)]
enum CliCommand {
    /// Build the films of specs; only what changed since the last time runs
    Build(build::BuildArgs),
    /// Make a project: a small film to change, or the spec that a script stands for
    New(new::NewArgs),
    /// Report every mistake in specs, with its place and the way out
    Check(check::CheckArgs),
    /// Say what a build would run, scene by scene: why, and for how long
    Plan(plan::PlanArgs),
    /// Show a step's key, part by part, and what changed in it
    Explain(explain::ExplainArgs),
    /// Draw what a build is made of, coloured by what would run
    Graph(graph::GraphArgs),
    /// Say which scenes differ between two revisions or builds
    Diff(diff::DiffArgs),
    /// Make a picture of all scenes, without making the film
    Sheet(sheet::SheetArgs),
    /// Show what an earlier build did
    Log(log::LogArgs),
    /// Print the JSON Schema (draft-07) of the spec language, for editors
    Schema {
        /// Of a template's file instead
        #[arg(long)]
        template: bool,
    },
    /// List the templates in the box, or draw what they look like
    Templates(templates::TemplatesArgs),
    /// Speak one line into a WAV file
    Say(voice::SayArgs),
    /// List the voices that can speak, or add one
    Voices(voice::VoicesArgs),
    /// Show, tidy, check and repair the cache of finished results
    Cache(cache::CacheArgs),
    /// Remove the films of a spec, and the project's cache and logs
    Clean(clean::CleanArgs),
    /// Look at the machines that builds may use: whether they can be reached, and what they are
    #[cfg(feature = "ssh")]
    Hosts(hosts::HostsArgs),
    /// Name what this machine lacks, and the command that gets it
    Doctor,
    /// Print a script that completes commands and options in your shell
    Completions(completions::CompletionsArgs),
    /// Print or write manual pages
    Man(completions::ManArgs),
    /// Print the help of a command, or a document that is inside the program
    Help(help::HelpArgs),
    /// Run steps for a build on another machine, which starts this by itself
    #[command(hide = true)]
    Agent(agent::AgentArgs),
}

/// Runs the command line of this process.
pub fn run() -> CommandStatus {
    let arguments = match parse_args() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { CommandStatus::Wrong } else { CommandStatus::Done };
        }
    };
    let (console, started) = arguments.global.apply();
    started.and_then(|()| arguments.command.run(console)).unwrap_or_else(|error| console.failure(&error))
}

/// The arguments of this process; help and what is wrong with them are drawn in the colours that they ask for.
fn parse_args() -> Result<CliArgs, clap::Error> {
    let mut command = CliArgs::command().color(global::color_choice(std::env::args_os()));
    let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
    CliArgs::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

impl CliCommand {
    fn run(self, console: Console) -> CommandResult {
        match self {
            Self::Build(build) => build.run(console),
            Self::New(new) => new.run(console),
            Self::Check(check) => check.run(console),
            Self::Plan(plan) => plan.run(console),
            Self::Explain(explain) => explain.run(console),
            Self::Graph(graph) => graph.run(console),
            Self::Diff(diff) => diff.run(console),
            Self::Sheet(sheet) => sheet.run(console),
            Self::Log(log) => log.run(console),
            Self::Schema { template } => Ok(print_schema(template, console)),
            Self::Templates(templates) => templates.run(console),
            Self::Say(say) => say.run(console),
            Self::Voices(voices) => voices.run(console),
            Self::Cache(cache) => cache.run(console),
            Self::Clean(clean) => clean.run(console),
            #[cfg(feature = "ssh")]
            Self::Hosts(hosts) => hosts.run(console),
            Self::Doctor => doctor::run(console),
            Self::Completions(completions) => completions.run(console),
            Self::Man(man) => man.run(console),
            Self::Help(help) => help.run(console),
            Self::Agent(agent) => agent.run(),
        }
    }
}

fn print_schema(template: bool, console: Console) -> CommandStatus {
    let schema = if template { spec::template_schema() } else { spec::schema() };
    console.print(&(serde_json::to_string_pretty(&schema).expect("a schema is plain data") + "\n"));
    CommandStatus::Done
}
