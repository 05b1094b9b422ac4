//! `t2v build`.

use std::cell::LazyCell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use crate::diag::Diagnostic;
use crate::engine::{Crew, OnFailure, Options, Summary, Timeouts};
use crate::event::{Begin, End, Ending, Event, FORMAT, Recording, Sink, Stamped};
use crate::plan::Extent;
use crate::process::Cancel;
use crate::remote::Machine;
use crate::report::{self, JsonLines, Last, Plain, Screen, critical};
use crate::spec::model::Spec;
use crate::spec::{self, Loaded};

use super::making::{Bench, Film, What, shown};
use super::seal::{self, Seal};
use super::team::Team;
use super::{Exit, aftermath, amount, complain, config, machine, say, tell, watch};

#[derive(Args, Clone)]
pub struct Build {
    #[command(flatten)]
    pub what: What,
    /// Steps to run at the same time [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[command(flatten)]
    team: Team,
    /// Say what would run, without running it; `t2v plan` says more
    #[arg(long)]
    dry_run: bool,
    /// When a step fails, make all that does not depend on it
    #[arg(short, long, conflicts_with = "fail_fast")]
    keep_going: bool,
    /// When a step fails, cancel at once what runs
    #[arg(long)]
    fail_fast: bool,
    /// Give steps so long, such as `20m`; with a kind only those, such as `segment=1h`
    #[arg(long, value_name = "[KIND=]TIME", value_parser = amount::timeout)]
    timeout: Vec<amount::Timeout>,
    /// Say of each step that runs why it does
    #[arg(long)]
    explain: bool,
    /// Write what happens to standard output as JSON lines, see docs/events.md
    #[arg(long)]
    json: bool,
    /// Write a trace that ui.perfetto.dev opens
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Build again whenever a file of the project is saved, until Ctrl-C
    #[arg(short, long, conflicts_with_all = ["dry_run", "profile"])]
    watch: bool,
    /// Leave no HTML report beside the film
    #[arg(long)]
    no_report: bool,
}

impl Build {
    pub fn run(self, screen: Screen) -> Exit {
        let keep_going = self.keep_going;
        let builds = match self.all() {
            Ok(builds) => builds,
            Err(diagnostic) => {
                complain(diagnostic, screen);
                return Exit::Wrong;
            }
        };
        let cancel: LazyCell<Cancel> = LazyCell::new(cancel_on_signal);
        let mut worst = Exit::Done;
        for build in builds {
            let result = if build.watch { watch::run(&build, screen) } else { build.once(&cancel, screen) };
            worst = match result.unwrap_or_else(|exit| exit) {
                Exit::Done => worst,
                Exit::Interrupted => return Exit::Interrupted,
                exit => exit,
            };
            if worst != Exit::Done && !keep_going {
                break;
            }
        }
        worst
    }

    /// A build for each film that is asked for: one variant, or all that the spec has.
    fn all(self) -> Result<Vec<Build>, Diagnostic> {
        let names = if self.what.variant.is_none() { spec::variants(&self.what.file) } else { Vec::new() };
        if names.len() > 1 && (self.watch || self.profile.is_some()) {
            let message = "`--watch` and `--profile` are for one film, and this spec has variants";
            return Err(Diagnostic::error(message).help(format!("choose one with `--variant {}`", names[0])));
        }
        if names.is_empty() {
            return Ok(vec![self]);
        }
        let one = |name| Build { what: What { variant: Some(name), ..self.what.clone() }, ..self.clone() };
        Ok(names.into_iter().map(one).collect())
    }

    fn once(&self, cancel: &LazyCell<Cancel>, screen: Screen) -> Result<Exit, Exit> {
        let start = Instant::now();
        let project = self.what.project();
        let failed = |diagnostic| {
            complain(diagnostic, screen);
            Exit::Failed
        };
        // A wrong spec must not leave a cache behind where there was none; a right one is not read where nothing changed.
        let sealed = config::cache_folder(&project).map_err(failed)?.exists();
        let bench = if sealed { Some(Bench::open(&project).map_err(failed)?) } else { None };
        if let Some(seal) = bench.as_ref().and_then(|bench| seal::unbroken(&self.what, bench)) {
            return Ok(self.nothing_to_do(&seal, start));
        }
        let spec = seal::look(&self.what);
        let (loaded, chosen) = self.what.load(screen)?;
        let bench = bench.map_or_else(|| Bench::open(&project), Ok).map_err(failed)?;
        bench.check_tools(&chosen).map_err(failed)?;
        let wax = seal::begin(&self.what, spec, &loaded, &bench);
        let machines = self.machines(&bench, cancel).map_err(|diagnostic| {
            complain(diagnostic, screen);
            Exit::Wrong
        })?;
        let made = bench.crew(self.options(), &machines, cancel, |crew| {
            self.make(crew, &bench, &loaded, chosen, cancel, screen, start)
        });
        if let (Some(wax), true, false) = (wax, made.summary.is_complete(), self.dry_run) {
            wax.press(&bench.cache, &made.film, &made.written(), made.summary.ran.len() + made.summary.reused);
        }
        if !made.summary.ran.is_empty() {
            // Tidying is not worth a failed build; `t2v cache gc` says what stands in its way.
            let _ = bench.cache.sweep_if_due(config::cache_size().map_err(failed)?);
        }
        Ok(made.exit)
    }

    /// The machines that help, which are not asked when nothing is to run.
    pub fn machines<'b>(&self, bench: &'b Bench, cancel: &Cancel) -> Result<Vec<Machine<'b>>, Diagnostic> {
        if self.dry_run { Ok(Vec::new()) } else { bench.machines(&self.team.invited()?, cancel) }
    }

    /// Makes the film once, and says what became of it.
    #[allow(clippy::too_many_arguments)]
    pub fn make(
        &self,
        crew: &mut Crew,
        bench: &Bench,
        loaded: &Loaded,
        spec: Spec,
        cancel: &Cancel,
        screen: Screen,
        start: Instant,
    ) -> Made {
        let (recording, film) = (Recording::default(), spec.output.file.clone());
        let facts = aftermath::Facts::of(&spec);
        let what = Film { what: &self.what, loaded, spec, extent: Extent::Film, asked: None };
        let summary = {
            let sinks: Vec<Box<dyn Sink + '_>> = vec![self.sink(screen), Box::new(&recording)];
            bench.make(crew, what, &self.options(), cancel, &sinks)
        };
        let made = Made { summary, film, facts, events: recording.events(), exit: Exit::Failed };
        let exit = self.conclude(&made, bench, loaded, screen, cancel.is_set(), start.elapsed());
        Made { exit, ..made }
    }

    fn sink(&self, screen: Screen) -> Box<dyn Sink> {
        match self.json {
            true => Box::new(JsonLines::new(io::stdout())),
            false if self.explain => Box::new(Plain::explaining(io::stderr())),
            false => screen.sink(),
        }
    }

    /// How films are made on this machine, as far as the user says.
    pub fn options(&self) -> Options {
        let mut timeouts = Timeouts::default();
        for (kind, time) in &self.timeout {
            match kind {
                Some(kind) => drop(timeouts.kinds.insert(kind.clone(), *time)),
                None => timeouts.all = Some(*time),
            }
        }
        let on_failure = match (self.keep_going, self.fail_fast) {
            (true, _) => OnFailure::KeepGoing,
            (_, true) => OnFailure::Stop,
            _ => OnFailure::Finish,
        };
        let cores = self.jobs.map_or_else(machine::cores, usize::from);
        Options { memory: machine::memory(), dry_run: self.dry_run, on_failure, timeouts, ..Options::for_cores(cores) }
    }

    fn conclude(
        &self,
        made: &Made,
        bench: &Bench,
        loaded: &Loaded,
        screen: Screen,
        cancelled: bool,
        took: Duration,
    ) -> Exit {
        let summary = &made.summary;
        tell(&report::failures(summary, &loaded.source, screen.style()));
        if self.dry_run {
            self.print(&report::dry_run(summary));
            return if summary.failures.is_empty() { Exit::Done } else { Exit::Failed };
        }
        let build = report::Build::of(&made.events);
        for trouble in self.leave_behind(made, &build, bench, loaded) {
            complain(Diagnostic::warning(trouble), screen);
        }
        if bench.cache.rebuilt() > 0 {
            tell("the cache's index was damaged; it was rebuilt, and nothing is lost\n");
        }
        if cancelled {
            tell(&format!("interrupted; {} finished steps are kept for the next build\n", summary.ran.len()));
            return Exit::Interrupted;
        }
        let bytes = fs::metadata(&made.film).ok().map(|m| m.len());
        self.print(&report::ending(&Last { summary, took, film: &shown(&made.film), bytes }));
        if let Some(line) = critical::summary_line(&build, machine::cores()) {
            self.print(&(line + "\n"));
        }
        if summary.is_complete() { Exit::Done } else { Exit::Failed }
    }

    /// Writes what is wanted of a build besides the film. That it can't be written does not make the film worse.
    fn leave_behind(&self, made: &Made, build: &report::Build, bench: &Bench, loaded: &Loaded) -> Vec<String> {
        let mut trouble = Vec::new();
        trouble.extend(self.profile.as_ref().and_then(|path| aftermath::trace(build, path)));
        let ran = !made.summary.ran.is_empty();
        if ran || !made.summary.failures.is_empty() {
            trouble.extend(aftermath::log(&loaded.spec.root, &made.events));
        }
        if made.summary.is_complete() && !self.no_report && (ran || !made.facts.has_report()) {
            trouble.extend(aftermath::report(build, &made.facts, &bench.cache));
        }
        trouble.extend(aftermath::github(build));
        trouble
    }

    /// Standard output is for the stream where that is wanted.
    fn print(&self, text: &str) {
        if self.json { tell(text) } else { say(text) }
    }

    fn nothing_to_do(&self, seal: &Seal, start: Instant) -> Exit {
        let begin = Begin {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            spec: self.what.file.display().to_string(),
            film: shown(&seal.film).display().to_string(),
            time: 0,
            cores: self.options().cores,
            dry_run: self.dry_run,
        };
        let end = End { outcome: Ending::Done, ran: 0, reused: seal.steps, failed: 0, unfinished: 0 };
        if self.json {
            let sink = JsonLines::new(io::stdout());
            sink.event(&Event::Begin(begin));
            sink.event(&Event::End(end));
        }
        let summary = Summary { reused: seal.steps, ..Summary::default() };
        let bytes = fs::metadata(&seal.film).ok().map(|m| m.len());
        let text = match self.dry_run {
            true => report::dry_run(&summary),
            false => {
                report::ending(&Last { summary: &summary, took: start.elapsed(), film: &shown(&seal.film), bytes })
            }
        };
        self.print(&text);
        Exit::Done
    }
}

/// What is left of a build.
pub struct Made {
    pub summary: Summary,
    pub film: PathBuf,
    pub facts: aftermath::Facts,
    pub events: Vec<Stamped>,
    pub exit: Exit,
}

impl Made {
    /// The files outside the cache that the film consists of.
    fn written(&self) -> Vec<PathBuf> {
        let path = |stamped: &Stamped| match &stamped.event {
            Event::Published { path, .. } => Some(Path::new(path).to_owned()),
            _ => None,
        };
        self.events.iter().filter_map(path).collect()
    }
}

/// The first Ctrl-C (or a polite kill) cancels the build; a second one ends the process.
pub fn cancel_on_signal() -> Cancel {
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
