//! Builds again whenever a file that the film is made of is saved.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use notify_debouncer_full::notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, NoCache, new_debouncer_opt};

use crate::diag::Diagnostic;
use crate::engine::Waker;
use crate::event::EventSink;
use crate::process::CancelToken;

use super::film::{BuildResult, LoadedFilm};
use super::request::BuildRequest;
use super::workers::Workers;
use super::{BuildOptions, Session, SessionError};

/// Editors write a file in several goes; what comes within this time is one change.
const DEBOUNCE: Duration = Duration::from_millis(40);
/// Files that are saved together are reported in several batches, this far apart at most.
const BATCH_GAP: Duration = Duration::from_millis(25);
/// How often a pause between builds looks for an interruption.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// What happens while a project is watched.
pub enum WatchEvent<'a> {
    /// The spec is about to be read.
    Loading,
    /// The spec was read, and its film is about to be built.
    Loaded(&'a LoadedFilm),
    /// The film can't be built as the project is now; the next change is waited for.
    Refused(&'a SessionError),
    /// A build came to its end, or was left because of a change.
    Built(&'a LoadedFilm, &'a BuildResult),
    /// Nothing is left to do until the next change.
    Waiting,
    /// Watching was cancelled by the user.
    Stopped {
        /// Steps that can't be interrupted still run; watching returns when they have ended.
        has_running_steps: bool,
    },
}

/// Follows the builds of a watched project.
pub trait WatchObserver {
    /// A sink for the events of the next build.
    fn sink(&self) -> Box<dyn EventSink>;
    /// Takes what happened to the files or to a build.
    fn event(&mut self, event: WatchEvent);
}

impl Session {
    /// Builds, waits for a change, builds again, until it is cancelled.
    ///
    /// # Errors
    /// Files can't be watched, or the workers can't be started. That a spec is wrong is an event.
    pub fn watch(
        &self,
        request: &BuildRequest,
        options: &BuildOptions,
        cancel: &CancelToken,
        observer: &mut dyn WatchObserver,
    ) -> Result<(), SessionError> {
        self.with_workers(options, cancel, |workers| {
            let mut watcher = ProjectWatcher::start(workers.pool.waker())?;
            watcher.watch(self.project());
            while !cancel.is_set() {
                workers.pool.clear_abandoned();
                watcher.changes.clear();
                self.watch_round(request, workers, &mut watcher, observer);
                if !cancel.is_set() && !watcher.changes.is_there() {
                    observer.event(WatchEvent::Waiting);
                }
                watcher.changes.wait(cancel);
            }
            observer.event(WatchEvent::Stopped { has_running_steps: workers.has_running_steps() });
            Ok(())
        })?
    }

    /// One build. Where the spec is wrong, the observer has been told.
    fn watch_round(
        &self,
        request: &BuildRequest,
        workers: &mut Workers,
        watcher: &mut ProjectWatcher,
        observer: &mut dyn WatchObserver,
    ) {
        observer.event(WatchEvent::Loading);
        let film = match self.load(request) {
            Ok(film) => film,
            Err(error) => {
                watcher.changes.accept(None);
                return observer.event(WatchEvent::Refused(&error));
            }
        };
        watcher.follow(&film);
        if !film.loaded.texts_are_unchanged() {
            // A file was saved before it was watched.
            return watcher.changes.set();
        }
        observer.event(WatchEvent::Loaded(&film));
        if let Err(error) = self.check_tools(&film.spec) {
            return observer.event(WatchEvent::Refused(&error));
        }
        let sink = observer.sink();
        let result = workers.build(&film, &*sink);
        drop(sink);
        observer.event(WatchEvent::Built(&film, &result));
        // What is remembered of files only saves reading them again.
        let _ = self.cache().map(|cache| cache.flush());
    }
}

/// Whether a file was saved since the last build began, and which files count.
#[derive(Default)]
struct FileChanges {
    there: Mutex<bool>,
    /// `None`: whatever lies in the watched folders, since a spec that is wrong may want a file that is not there yet.
    files: Mutex<Option<BTreeSet<PathBuf>>>,
}

impl FileChanges {
    /// Takes note of saved files; returns whether one of them counts.
    fn record(&self, paths: &[PathBuf]) -> bool {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = paths.iter().any(|path| files.as_ref().is_none_or(|files| files.contains(path)));
        if counts {
            self.set();
        }
        counts
    }

    fn set(&self) {
        *self.there.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    fn accept(&self, files: Option<BTreeSet<PathBuf>>) {
        *self.files.lock().unwrap_or_else(PoisonError::into_inner) = files;
    }

    fn is_there(&self) -> bool {
        *self.there.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clear(&self) {
        *self.there.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }

    fn wait(&self, cancel: &CancelToken) {
        while !self.is_there() && !cancel.is_set() {
            thread::sleep(POLL_INTERVAL);
        }
        thread::sleep(BATCH_GAP);
    }
}

/// Watches the film's files by way of their folders: editors replace files rather than write to them.
struct ProjectWatcher {
    changes: Arc<FileChanges>,
    debouncer: Debouncer<RecommendedWatcher, NoCache>,
    folders: BTreeSet<PathBuf>,
}

impl ProjectWatcher {
    fn start(waker: Waker) -> Result<Self, SessionError> {
        let changes = Arc::new(FileChanges::default());
        let recorded = Arc::clone(&changes);
        let on_events = move |result: DebounceEventResult| {
            let events = result.unwrap_or_default();
            let written = events.iter().filter(|event| !matches!(event.kind, EventKind::Access(_)));
            let paths: Vec<PathBuf> = written.flat_map(|event| event.paths.iter().cloned()).collect();
            if recorded.record(&paths) {
                waker.abandon_build();
            }
        };
        let debouncer = new_debouncer_opt(DEBOUNCE, Some(DEBOUNCE / 4), on_events, NoCache, Default::default())
            .map_err(|e| SessionError::machine(Diagnostic::error(format!("files can't be watched here: {e}"))))?;
        Ok(Self { changes, debouncer, folders: BTreeSet::new() })
    }

    fn follow(&mut self, film: &LoadedFilm) {
        let spec = film.request.spec_path();
        let root = &film.loaded.spec.root;
        // A link may be made to point elsewhere, or what it points to may be saved.
        let both = film.loaded.spec.source_files().flat_map(|file| [file.path.clone(), root.join(&file.written)]);
        let sources: BTreeSet<PathBuf> = both.chain(spec.canonicalize()).chain([spec]).collect();
        let folders: BTreeSet<PathBuf> = sources.iter().filter_map(|file| file.parent()).map(Path::to_owned).collect();
        folders.iter().for_each(|folder| self.watch(folder));
        self.changes.accept(Some(sources));
    }

    /// A folder that can't be watched has been replaced or removed; the next build says so if it matters.
    fn watch(&mut self, folder: &Path) {
        if self.folders.insert(folder.to_owned()) {
            let _ = self.debouncer.watch(folder, RecursiveMode::NonRecursive);
        }
    }
}
