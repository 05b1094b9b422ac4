//! `t2v build`: builds the films of specs, once or whenever something is saved.

use std::cell::LazyCell;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use crate::diag::Diagnostic;
use crate::engine::{BuildSummary, EngineOptions, OnFailure, StepTimeouts};
use crate::event::{BuildBegin, BuildEnd, BuildStatus, EVENT_FORMAT, Event, EventSink, TimedEvent};
use crate::human;
use crate::process::CancelToken;
use crate::report::{self, BuildEnding, BuildHistory, JsonLines, PlainLines, annotations, critical};
use crate::session::{
    BuildOptions, BuildRequest, BuildResult, BuildStamp, LoadedFilm, Session, SessionError, SessionOptions, WatchEvent,
    WatchObserver, Workers, artifacts, display_path,
};
use crate::spec;

use super::console::Console;
use super::host_args::HostArgs;
use super::request::SelectionArgs;
use super::{CommandResult, CommandStatus, spec_file};

#[derive(Args)]
pub struct BuildArgs {
    /// Specs, or scripts (.md, .txt) [default: video.yaml here, or in the nearest folder above]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    selection: SelectionArgs,
    /// Write the film to this file, wherever it lies; the files beside it go there too [default: as the spec says]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Steps to run at the same time [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[command(flatten)]
    hosts: HostArgs,
    /// Say what would run, without running it; `t2v plan` says more
    #[arg(long)]
    dry_run: bool,
    /// When a step fails, make all that does not depend on it
    #[arg(short, long, conflicts_with = "fail_fast")]
    keep_going: bool,
    /// When a step fails, cancel at once what runs
    #[arg(long)]
    fail_fast: bool,
    /// The longest that steps may take, such as `20m`; with a kind only those, such as `segment=1h`
    #[arg(long, value_name = "[KIND=]TIME", value_parser = parse_timeout)]
    timeout: Vec<KindTimeout>,
    /// Say of each step that runs why it does
    #[arg(long)]
    explain: bool,
    /// Write what happens to standard output as JSON lines, see `t2v help events`
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

/// How long steps may take; of one kind, where it is named.
type KindTimeout = (Option<String>, Duration);

/// Parses a time limit for all steps (`20m`) or for one kind of step (`segment=1h`).
fn parse_timeout(text: &str) -> Result<KindTimeout, String> {
    let (kind, time) = text.split_once('=').map_or((None, text), |(kind, time)| (Some(kind.to_owned()), time));
    let limit =
        human::parse_age(time).map_err(|_| format!("`{time}` is no length of time; write it like 90s, 20m or 1h"))?;
    Ok((kind, limit))
}

impl BuildArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let requests = self.requests(console)?;
        let options = SessionOptions::from_environment()?;
        let cancel: LazyCell<CancelToken> = LazyCell::new(cancel_on_signal);
        let mut worst = CommandStatus::Done;
        for request in &requests {
            let built = if self.watch {
                self.watch(request, &options, &cancel, console)
            } else {
                self.build(request, &options, &cancel, console)
            };
            match built.unwrap_or_else(|error| console.failure(&error)) {
                CommandStatus::Done => {}
                CommandStatus::Interrupted => return Ok(CommandStatus::Interrupted),
                status => worst = status,
            }
            if worst != CommandStatus::Done && !self.keep_going {
                break;
            }
        }
        Ok(worst)
    }

    /// What is to be built: of each spec one variant, or all that it has.
    fn requests(&self, console: Console) -> Result<Vec<BuildRequest>, SessionError> {
        let files = if self.files.is_empty() {
            vec![spec_file::find(None, console)?]
        } else {
            self.files.iter().map(|file| spec_file::find(Some(file), console)).collect::<Result<_, _>>()?
        };
        let has_one_spec = files.len() == 1;
        let requests: Vec<BuildRequest> = files.into_iter().flat_map(|file| self.requests_of(file)).collect();
        if requests.len() > 1 && (self.watch || self.profile.is_some() || self.output.is_some()) {
            let why = if has_one_spec { "this spec has variants" } else { "several are asked for" };
            let error = Diagnostic::error(format!("`--watch`, `--profile` and `--output` are for one film, and {why}"));
            let variant = requests[0].variant.as_ref().filter(|_| has_one_spec);
            let help = variant.map_or("name one spec".to_owned(), |name| format!("choose one with `--variant {name}`"));
            return Err(SessionError::request(error.help(help)));
        }
        Ok(requests)
    }

    fn requests_of(&self, file: PathBuf) -> Vec<BuildRequest> {
        let variants = if self.selection.variant.is_none() { spec::variants(&file) } else { Vec::new() };
        let request = BuildRequest { output: self.output.clone(), ..self.selection.request(file) };
        if variants.is_empty() {
            return vec![request];
        }
        variants.into_iter().map(|name| BuildRequest { variant: Some(name), ..request.clone() }).collect()
    }

    fn build(
        &self,
        request: &BuildRequest,
        options: &SessionOptions,
        cancel: &LazyCell<CancelToken>,
        console: Console,
    ) -> CommandResult {
        let start = Instant::now();
        let session = Session::open(&request.project(), options.clone());
        if let Some(stamp) = session.up_to_date(request)? {
            return Ok(self.nothing_to_do(request, &stamp, &self.engine_options(&session), start, console));
        }
        let film = console.load(&session, request)?;
        session.check_tools(&film.spec)?;
        let (mut result, status) = session.with_workers(&self.options(&session)?, cancel, |workers| {
            let result = workers.build(&film, &*self.sink(console));
            let status = self.conclude(&session, &film, &result, cancel.is_set(), start.elapsed(), console);
            end_if_cancelled(cancel, workers);
            (result, status)
        })?;
        session.finish_build(&film, &mut result)?;
        Ok(status)
    }

    fn watch(
        &self,
        request: &BuildRequest,
        options: &SessionOptions,
        cancel: &CancelToken,
        console: Console,
    ) -> CommandResult {
        let session = Session::open(&request.project(), options.clone());
        let mut printer = WatchPrinter { arguments: self, session: &session, cancel, console, start: Instant::now() };
        session.watch(request, &self.options(&session)?, cancel, &mut printer)?;
        Ok(CommandStatus::Interrupted)
    }

    fn sink(&self, console: Console) -> Box<dyn EventSink> {
        if self.json {
            Box::new(JsonLines::new(io::stdout()))
        } else if self.explain && !console.quiet {
            Box::new(PlainLines::explaining(io::stderr()))
        } else {
            console.progress()
        }
    }

    fn options(&self, session: &Session) -> Result<BuildOptions, SessionError> {
        let hosts = if self.dry_run { Vec::new() } else { self.hosts.resolve()? };
        Ok(BuildOptions { engine: self.engine_options(session), hosts })
    }

    fn engine_options(&self, session: &Session) -> EngineOptions {
        let mut timeouts = StepTimeouts::default();
        for (kind, limit) in &self.timeout {
            match kind {
                Some(kind) => {
                    timeouts.kinds.insert(kind.clone(), *limit);
                }
                None => timeouts.all = Some(*limit),
            }
        }
        let on_failure = if self.keep_going {
            OnFailure::KeepGoing
        } else if self.fail_fast {
            OnFailure::Stop
        } else {
            OnFailure::Finish
        };
        let SessionOptions { memory, cores, .. } = *session.options();
        let cores = self.jobs.map_or(cores, usize::from);
        EngineOptions { memory, dry_run: self.dry_run, on_failure, timeouts, ..EngineOptions::for_cores(cores) }
    }

    /// Prints what became of a build, and writes what is wanted of it besides the film.
    fn conclude(
        &self,
        session: &Session,
        film: &LoadedFilm,
        result: &BuildResult,
        is_cancelled: bool,
        took: Duration,
        console: Console,
    ) -> CommandStatus {
        let summary = &result.summary;
        console.message(&report::failures(summary, &film.loaded.source, console.style()));
        if self.dry_run {
            self.print_ending(&report::dry_run(summary), console);
            return if summary.failures.is_empty() { CommandStatus::Done } else { CommandStatus::Failed };
        }
        let history = BuildHistory::of(&result.events);
        for warning in self.write_artifacts(session, film, result, &history) {
            console.diagnostic(warning);
        }
        self.annotate(&history, session, console);
        if session.cache().is_ok_and(|cache| cache.rebuild_count() > 0 && !cache.is_read_only()) {
            console.message("the cache's index was damaged; it was rebuilt, and nothing is lost\n");
        }
        // That the note of it can't be kept is no reason to fail a build.
        let former = session.cache().ok().and_then(|cache| cache.unmentioned_former_folders().ok()).unwrap_or_default();
        for folder in former {
            let shown = display_path(&folder);
            console.message(&format!(
                "results of an earlier t2v in {} are not used; remove the folder when no older t2v needs it\n",
                shown.display()
            ));
        }
        if is_cancelled {
            let kept = summary.ran.len();
            console.message(&format!("interrupted; {kept} finished steps are kept for the next build\n"));
            return CommandStatus::Interrupted;
        }
        self.print_ending(&ending(summary, &film.spec.output.file, took), console);
        if let Some(line) = critical::summary_line(&history, session.options().cores) {
            self.print_ending(&(line + "\n"), console);
        }
        if summary.is_complete() { CommandStatus::Done } else { CommandStatus::Failed }
    }

    /// Trace, log and report; that one can't be written is a warning.
    fn write_artifacts(
        &self,
        session: &Session,
        film: &LoadedFilm,
        result: &BuildResult,
        history: &BuildHistory,
    ) -> Vec<Diagnostic> {
        let BuildResult { summary, events, .. } = result;
        let mut warnings = Vec::new();
        if let Some(path) = &self.profile {
            warnings.extend(artifacts::write_trace(history, path).err());
        }
        let has_run = !summary.ran.is_empty();
        if has_run || !summary.failures.is_empty() {
            warnings.extend(artifacts::write_log(&film.loaded.spec.root, events).err());
        }
        let is_missing = !artifacts::report_path(&film.spec.output.file).exists();
        if summary.is_complete()
            && !self.no_report
            && (has_run || is_missing)
            && let Ok(cache) = session.cache()
        {
            warnings.extend(artifacts::write_report(history, &film.spec, cache).err());
        }
        warnings
    }

    /// Says in GitHub Actions what failed and how it went.
    fn annotate(&self, history: &BuildHistory, session: &Session, console: Console) {
        if !annotations::wanted() {
            return;
        }
        console.print(&annotations::failures(history));
        let summary = annotations::job_summary(history, session.options().cores);
        if let Err(error) = annotations::append_summary(&summary) {
            console.diagnostic(Diagnostic::warning(format!("the job's summary can't be written: {error}")));
        }
    }

    /// Prints how a build ended. Standard output is for the stream of events where that is wanted.
    fn print_ending(&self, text: &str, console: Console) {
        if self.json {
            console.note(text);
        } else if !console.quiet {
            console.print(text);
        }
    }

    fn nothing_to_do(
        &self,
        request: &BuildRequest,
        stamp: &BuildStamp,
        options: &EngineOptions,
        start: Instant,
        console: Console,
    ) -> CommandStatus {
        let events = self.events_of_nothing(request, stamp, options);
        if self.json {
            let sink = JsonLines::new(io::stdout());
            events.iter().for_each(|timed| sink.event(&timed.event));
        }
        let trace = self.profile.as_ref().filter(|_| !self.dry_run);
        if let Some(warning) = trace.and_then(|path| artifacts::write_trace(&BuildHistory::of(&events), path).err()) {
            console.diagnostic(warning);
        }
        let summary = BuildSummary { reused: stamp.steps, ..BuildSummary::default() };
        let text =
            if self.dry_run { report::dry_run(&summary) } else { ending(&summary, &stamp.film, start.elapsed()) };
        self.print_ending(&text, console);
        CommandStatus::Done
    }

    /// The events of a build in which nothing is run or looked up.
    fn events_of_nothing(
        &self,
        request: &BuildRequest,
        stamp: &BuildStamp,
        options: &EngineOptions,
    ) -> [TimedEvent; 2] {
        let begin = BuildBegin {
            format: EVENT_FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            spec: request.file.display().to_string(),
            film: display_path(&stamp.film).display().to_string(),
            time: 0,
            cores: options.cores,
            dry_run: self.dry_run,
        };
        let end = BuildEnd { outcome: BuildStatus::Done, ran: 0, reused: stamp.steps, failed: 0, unfinished: 0 };
        [Event::Begin(begin), Event::End(end)].map(|event| TimedEvent { t: 0.0, event })
    }
}

fn ending(summary: &BuildSummary, film: &std::path::Path, took: Duration) -> String {
    let bytes = fs::metadata(film).ok().map(|metadata| metadata.len());
    report::ending(&BuildEnding { summary, took, film: &display_path(film), bytes })
}

/// Prints what happens while a project is watched.
struct WatchPrinter<'a> {
    arguments: &'a BuildArgs,
    session: &'a Session,
    cancel: &'a CancelToken,
    console: Console,
    /// When the current build began.
    start: Instant,
}

impl WatchObserver for WatchPrinter<'_> {
    fn sink(&self) -> Box<dyn EventSink> {
        self.arguments.sink(self.console)
    }

    fn event(&mut self, event: WatchEvent) {
        match event {
            WatchEvent::Loading => self.start = Instant::now(),
            WatchEvent::Loaded(film) => self.console.warnings(film.warnings()),
            WatchEvent::Refused(error) => {
                self.console.failure(error);
            }
            WatchEvent::Built(film, result) => {
                let took = self.start.elapsed();
                self.arguments.conclude(self.session, film, result, self.cancel.is_set(), took, self.console);
            }
            WatchEvent::Waiting => self.console.note("waiting for a change\n"),
            WatchEvent::Stopped { has_running_steps: true } => end_process(),
            WatchEvent::Stopped { has_running_steps: false } => {}
        }
    }
}

/// A cancelled process does not wait for steps that can't be interrupted: all that they would leave is in memory.
fn end_if_cancelled(cancel: &CancelToken, workers: &Workers) {
    if cancel.is_set() && workers.has_running_steps() {
        end_process();
    }
}

fn end_process() -> ! {
    std::process::exit(CommandStatus::Interrupted as i32)
}

/// The first Ctrl-C (or SIGTERM) cancels the build; a second one ends the process.
fn cancel_on_signal() -> CancelToken {
    let cancel = CancelToken::default();
    let signalled = cancel.clone();
    let installed = ctrlc::set_handler(move || {
        if signalled.is_set() {
            end_process();
        }
        signalled.set();
    });
    debug_assert!(installed.is_ok(), "there is one handler");
    cancel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read() {
        assert_eq!(parse_timeout("segment=1h"), Ok((Some("segment".to_owned()), Duration::from_secs(3600))));
        assert_eq!(parse_timeout("20m"), Ok((None, Duration::from_secs(1200))));
        assert!(parse_timeout("segment=soon").unwrap_err().contains("like 90s"));
    }
}
