//! `t2v build`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Instant;

use clap::Args;

use crate::cache::{Cache, CacheError};
use crate::diag::Diagnostic;
use crate::engine::{Engine, Options, Summary};
use crate::plan;
use crate::process::Cancel;
use crate::remote::Local;
use crate::report::{self, Ending, Screen};
use crate::spec::Loaded;
use crate::spec::model::{Engine as Speaker, Show, Spec, Speech, Voice};
use crate::steps::{Tool, Workshop};
use crate::voice::brought::{Brought, Kind};

use super::{Exit, complain, config, load, say, tell, voice};

/// Steps that may wait for somebody else at the same time.
const WAITS: usize = 8;

#[derive(Args)]
pub struct Build {
    /// The spec
    #[arg(default_value = "video.yaml")]
    file: PathBuf,
    /// Steps to run at the same time [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Build only the scene with this id, into a file of its own
    #[arg(long, value_name = "SCENE")]
    only: Option<String>,
    /// Build a quick, rough version at half the size, into a file of its own
    #[arg(long)]
    draft: bool,
    /// Say what would run, without running it
    #[arg(long)]
    dry_run: bool,
}

impl Build {
    pub fn run(self, screen: Screen) -> Exit {
        let loaded = match load(&self.file, screen) {
            Ok(loaded) => loaded,
            Err(exit) => return exit,
        };
        let spec = match self.chosen(&loaded.spec) {
            Ok(spec) => spec,
            Err(diagnostic) => {
                complain(diagnostic, screen);
                return Exit::Wrong;
            }
        };
        match self.build(spec, &loaded, screen) {
            Ok(exit) => exit,
            Err(diagnostic) => {
                complain(diagnostic, screen);
                Exit::Failed
            }
        }
    }

    /// The part of the spec, and the quality, that were asked for.
    fn chosen(&self, spec: &Spec) -> Result<Spec, Diagnostic> {
        let mut chosen = spec.clone();
        if let Some(id) = &self.only {
            let ids: Vec<&str> = spec.scenes.iter().map(|scene| scene.id.as_str()).collect();
            chosen = plan::only(chosen, id).ok_or_else(|| {
                Diagnostic::error(format!("there is no scene `{id}`")).help(format!("there are {}", ids.join(", ")))
            })?;
        }
        if self.draft {
            chosen = plan::as_draft(chosen);
        }
        match plan::overwritten(&chosen) {
            None => Ok(chosen),
            Some(file) => {
                Err(Diagnostic::error(format!("the film's files would write over its source `{}`", file.written))
                    .help("choose another `output: { file: … }`"))
            }
        }
    }

    fn build(&self, spec: Spec, loaded: &Loaded, screen: Screen) -> Result<Exit, Diagnostic> {
        let start = Instant::now();
        let cache = Cache::open(&config::cache_folder(&spec.root)?).map_err(unusable)?;
        let workshop = Arc::new(Workshop::open(&cache).map_err(unusable)?);
        let voices = voice::brought();
        check_tools(&spec, &workshop, &voices)?;
        let film = spec.output.file.clone();
        let cancel = cancel_on_signal();
        let summary = {
            let sink = screen.sink();
            let engine = Engine::new(&cache, self.options(), sink.as_ref(), &cancel);
            engine.build(plan::plan(spec, Arc::clone(&workshop), voices), &Local::new(&cache, &workshop))
        };
        Ok(self.conclude(&summary, loaded, screen, &Outcome { film, start, cancelled: cancel.is_set() }))
    }

    fn options(&self) -> Options {
        // `available_parallelism` heeds affinity and cgroup limits, not the host's cores.
        let cores = self.jobs.map_or_else(|| available_parallelism().map_or(1, usize::from), usize::from);
        Options { cores, waits: WAITS, dry_run: self.dry_run }
    }

    fn conclude(&self, summary: &Summary, loaded: &Loaded, screen: Screen, outcome: &Outcome) -> Exit {
        tell(&report::failures(summary, &loaded.source, screen.style()));
        if self.dry_run {
            say(&report::dry_run(summary));
            return if summary.failures.is_empty() { Exit::Done } else { Exit::Failed };
        }
        if outcome.cancelled {
            tell(&format!("interrupted; {} finished steps are kept for the next build\n", summary.ran.len()));
            return Exit::Interrupted;
        }
        let bytes = fs::metadata(&outcome.film).ok().map(|m| m.len());
        let film = shown(&outcome.film);
        say(&report::ending(&Ending { summary, took: outcome.start.elapsed(), film: &film, bytes }));
        if summary.is_complete() { Exit::Done } else { Exit::Failed }
    }
}

/// What is known when the engine has stopped.
struct Outcome {
    film: PathBuf,
    start: Instant,
    cancelled: bool,
}

fn unusable(error: CacheError) -> Diagnostic {
    Diagnostic::error(error.to_string()).help("another place can be chosen with T2V_CACHE=DIR")
}

/// A path below the current folder, without it.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|dir| dir.canonicalize());
    here.ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path).to_owned()
}

/// Says what is missing before anything runs.
fn check_tools(spec: &Spec, workshop: &Workshop, voices: &[Brought]) -> Result<(), Diagnostic> {
    let mut needed = vec![Tool::Ffmpeg];
    if spec.scenes.iter().any(|scene| matches!(scene.show, Show::Video { .. })) {
        needed.push(Tool::Ffprobe);
    }
    let piper = |name: &str| voices.iter().any(|voice| voice.name == name && voice.kind == Kind::Piper);
    let espeak = |voice: &Voice| voice.engine == Speaker::Espeak || piper(&voice.name);
    if spec.scenes.iter().any(|scene| matches!(scene.speech, Speech::Spoken(_)) && espeak(&scene.voice)) {
        needed.push(Tool::Espeak);
    }
    needed
        .into_iter()
        .try_for_each(|tool| workshop.check(tool))
        .map_err(|e| Diagnostic::error(e.to_string()).help(e.help()))
}

/// The first Ctrl-C (or a polite kill) cancels the build; a second one ends the process.
fn cancel_on_signal() -> Cancel {
    let cancel = Cancel::default();
    let signalled = cancel.clone();
    let installed = ctrlc::set_handler(move || {
        if signalled.is_set() {
            std::process::exit(Exit::Interrupted as i32);
        }
        signalled.set();
    });
    debug_assert!(installed.is_ok(), "there is one handler");
    cancel
}
