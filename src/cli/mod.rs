//! The command line: reads arguments, environment and the user's config, and calls the rooms that do the work.

mod aftermath;
mod agent;
mod amount;
mod build;
mod cache;
mod config;
mod diff;
mod doctor;
mod explain;
mod graph;
mod hosts;
mod log;
mod machine;
mod making;
mod new;
mod plan;
mod seal;
mod sheet;
mod team;
mod templates;
mod voice;
mod watch;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::diag::{Diagnostic, Report, Source, printable};
use crate::render;
use crate::report::{Screen, annotations};
use crate::spec::{self, Loaded};
use crate::voice::english::Pronounce;

/// How a command ends; the number is the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All done.
    Done = 0,
    /// A step failed, or the machine lacks something.
    Failed = 1,
    /// The spec or the arguments are wrong.
    Wrong = 2,
    /// Cancelled by the user.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// make for narrated video: builds a film from a spec, and only what changed
#[derive(Parser)]
#[command(name = "t2v", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  t2v build                      builds ./video.yaml
  t2v build talk.yaml --draft    a quick, rough version beside the real one
  t2v build story.md             a film from Markdown or bare text, see docs/scripts.md
  t2v build --only intro         just the scene with the id `intro`
  t2v build --watch              builds again whenever something is saved
  t2v build --on gpu1            lets another machine help, over SSH, see docs/remote.md
  t2v plan                       what would run, why, and for how long
  t2v explain scene:intro/speech/2   one step's key, and what changed in it
  t2v check                      every mistake in the spec, with its place

Exit codes: 0 done, 1 a step failed, 2 the spec or the arguments are wrong, 130 interrupted";

#[derive(Subcommand)]
enum Command {
    /// Build the film of a spec; only what changed since the last time runs
    Build(build::Build),
    /// Make a project: a small film to change, or the spec that a script stands for
    New(new::New),
    /// Report every mistake in a spec, with its place and the way out
    Check {
        /// The spec, or a script (.md, .txt)
        #[arg(default_value = "video.yaml")]
        file: PathBuf,
    },
    /// Say what a build would run, scene by scene: why, and for how long
    Plan(plan::Plan),
    /// Lay a step's key open, part by part, and what changed in it
    Explain(explain::Explain),
    /// Draw what a build is made of, coloured by what would run
    Graph(graph::Graph),
    /// Say which scenes differ between two revisions or builds
    Diff(diff::Diff),
    /// Make a picture of all scenes, without making the film
    Sheet(sheet::Sheet),
    /// Show what an earlier build did
    Log(log::Log),
    /// Print the JSON Schema (draft-07) of the spec language, for editors
    Schema {
        /// Of a template's file instead
        #[arg(long)]
        template: bool,
    },
    /// List the templates in the box, or draw what they look like
    Templates(templates::Templates),
    /// Speak one line into a WAV file
    Say(voice::Say),
    /// List the voices that can speak, or add one
    Voices(voice::Voices),
    /// Show, tidy, check and repair the cache of finished results
    Cache(cache::Cache),
    /// Look at the machines that builds may use: whether they can be reached, and what they are
    Hosts(hosts::Hosts),
    /// Name what this machine lacks, and the command that gets it
    Doctor,
    /// Run steps for a build on another machine, which starts this by itself
    #[command(hide = true)]
    Agent(agent::Agent),
}

/// Runs the command line of this process.
pub fn run() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Wrong } else { Exit::Done };
        }
    };
    let screen = Screen::detect();
    match arguments.command {
        Command::Build(build) => build.run(screen),
        Command::New(new) => new.run(screen),
        Command::Check { file } => check(&file, screen),
        Command::Plan(plan) => plan.run(screen),
        Command::Explain(explain) => explain.run(screen),
        Command::Graph(graph) => graph.run(screen),
        Command::Diff(diff) => diff.run(screen),
        Command::Sheet(sheet) => sheet.run(screen),
        Command::Log(log) => log.run(screen),
        Command::Schema { template } => print_schema(template),
        Command::Templates(templates) => templates.run(screen),
        Command::Say(say) => say.run(screen),
        Command::Voices(voices) => voices.run(screen),
        Command::Cache(cache) => cache.run(screen),
        Command::Hosts(hosts) => hosts.run(screen),
        Command::Doctor => doctor::run(),
        Command::Agent(agent) => agent.run(screen),
    }
}

/// A mistake that several variants share is told with the first of them.
fn check(file: &Path, screen: Screen) -> Exit {
    let variants = spec::variants(file);
    let names = variants.iter().map(|name| Some(name.as_str()));
    for variant in if variants.is_empty() { vec![None] } else { names.collect() } {
        let loaded = match load(file, variant, screen) {
            Ok(loaded) => loaded,
            Err(exit) => return exit,
        };
        let name = variant.map_or_else(String::new, |name| format!(", variant {}", printable(name)));
        let scenes = loaded.spec.scenes.len();
        say(&format!("{}{name}: no mistakes, {scenes} scenes\n", printable(&loaded.source.name)));
    }
    Exit::Done
}

fn print_schema(template: bool) -> Exit {
    let schema = if template { spec::template_schema() } else { spec::schema() };
    say(&(serde_json::to_string_pretty(&schema).expect("a schema is plain data") + "\n"));
    Exit::Done
}

/// Loads a spec, as one of its variants has it; says what is wrong with it, or what may not be as meant.
fn load(file: &Path, variant: Option<&str>, screen: Screen) -> Result<Loaded, Exit> {
    let drawable = |c: char| render::missing_glyphs(c.encode_utf8(&mut [0; 4])).is_empty();
    let pronounceable = |word: &str, said: &str| {
        let entry = BTreeMap::from([(word.to_owned(), said.to_owned())]);
        Pronounce::new(&entry).map(drop).map_err(|e| e.to_string())
    };
    let brought = voice::brought();
    let mut voices = vec![spec::DEFAULT_VOICE];
    voices.extend(brought.iter().map(|voice| voice.name.as_str()));
    let options = spec::Options {
        drawable: &drawable,
        families: &render::FAMILIES,
        neural_voices: &voices,
        pronounceable: &pronounceable,
        variant,
        languages: &render::LANGUAGES,
    };
    match spec::load(file, &options) {
        Ok(loaded) => {
            if annotations::wanted() {
                say(&annotations::findings(&loaded.warnings));
            }
            tell(&loaded.warnings.render(screen.style()));
            Ok(loaded)
        }
        Err(report) => {
            if annotations::wanted() {
                say(&annotations::findings(&report));
            }
            tell(&report.render(screen.style()));
            if report.errors() > 1 {
                tell(&format!("{} errors\n", report.errors()));
            }
            Err(Exit::Wrong)
        }
    }
}

/// Prints to standard output. A reader that went away is no error.
fn say(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}

/// Prints to standard error. A reader that went away is no error.
fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Says an error that has no place in a spec.
fn complain(diagnostic: Diagnostic, screen: Screen) {
    tell(&Report::new(Source::new("t2v", ""), vec![diagnostic]).render(screen.style()));
}
