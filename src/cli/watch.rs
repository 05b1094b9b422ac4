//! `t2v build --watch`: builds again whenever something that the film is made of is saved. Knows nothing of how a film is made.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use notify_debouncer_full::notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, NoCache, new_debouncer_opt};

use crate::diag::Diagnostic;
use crate::engine::{Crew, Waker};
use crate::process::Cancel;
use crate::report::Screen;
use crate::spec::Loaded;

use super::build::{Build, cancel_on_signal};
use super::making::Bench;
use super::{Exit, complain, tell};

/// Editors write a file in several goes; what comes within this time is one change.
const SETTLE: Duration = Duration::from_millis(40);
/// What was saved together is told in several goes, this far apart at most.
const TOGETHER: Duration = Duration::from_millis(25);
/// How often a pause between builds looks for an interruption.
const LOOK: Duration = Duration::from_millis(10);

/// Builds, waits for a change, builds again.
pub fn run(build: &Build, screen: Screen) -> Result<Exit, Exit> {
    let failed = |diagnostic| {
        complain(diagnostic, screen);
        Exit::Failed
    };
    let project = build.what.project();
    let bench = Bench::open(&project).map_err(failed)?;
    let cancel = cancel_on_signal();
    let machines = build.machines(&bench, &cancel).map_err(failed)?;
    bench.crew(build.options(), &machines, &cancel, |crew| {
        let mut watched = Watched::start(crew.waker()).map_err(failed)?;
        watched.watch(&project);
        while !cancel.is_set() {
            crew.stay();
            watched.changes.clear();
            round(build, &bench, crew, &cancel, &mut watched, screen);
            watched.changes.wait(&cancel);
        }
        Ok(Exit::Interrupted)
    })
}

fn spec_path(build: &Build) -> PathBuf {
    build.what.project().join(build.what.file.file_name().unwrap_or_default())
}

/// One build. A spec that is wrong has been complained of, and its next version is waited for.
fn round(build: &Build, bench: &Bench, crew: &mut Crew, cancel: &Cancel, watched: &mut Watched, screen: Screen) {
    let start = Instant::now();
    let Ok((loaded, spec)) = build.what.load(screen) else {
        watched.changes.accept(None);
        return tell("waiting for a change\n");
    };
    watched.follow_all(&loaded, spec_path(build));
    if !loaded.texts_are_unchanged() {
        // Saved before anybody watched it.
        return watched.changes.set();
    }
    if let Err(diagnostic) = bench.check_tools(&spec) {
        return complain(diagnostic, screen);
    }
    build.make(crew, bench, &loaded, spec, cancel, screen, start);
    // What is remembered of files only saves reading them again.
    let _ = bench.cache.flush();
    if !cancel.is_set() && !watched.changes.is_there() {
        tell("waiting for a change\n");
    }
}

/// Whether something was saved since the last look, and what counts as something.
#[derive(Default)]
struct Changes {
    there: Mutex<bool>,
    /// `None`: whatever lies in the watched folders, since a spec that is wrong may want a file that is not there yet.
    files: Mutex<Option<BTreeSet<PathBuf>>>,
}

impl Changes {
    fn note(&self, paths: &[PathBuf]) -> bool {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let ours = paths.iter().any(|path| files.as_ref().is_none_or(|files| files.contains(path)));
        if ours {
            self.set();
        }
        ours
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

    fn wait(&self, cancel: &Cancel) {
        while !self.is_there() && !cancel.is_set() {
            thread::sleep(LOOK);
        }
        thread::sleep(TOGETHER);
    }
}

/// The files of the film, watched by way of their folders: editors replace files rather than write to them.
struct Watched {
    changes: Arc<Changes>,
    debouncer: Debouncer<RecommendedWatcher, NoCache>,
    folders: BTreeSet<PathBuf>,
}

impl Watched {
    fn start(waker: Waker) -> Result<Self, Diagnostic> {
        let changes = Arc::new(Changes::default());
        let noted = Arc::clone(&changes);
        let told = move |result: DebounceEventResult| {
            let events = result.unwrap_or_default();
            let written = events.iter().filter(|event| !matches!(event.kind, EventKind::Access(_)));
            let paths: Vec<PathBuf> = written.flat_map(|event| event.paths.iter().cloned()).collect();
            if noted.note(&paths) {
                waker.leave();
            }
        };
        let debouncer = new_debouncer_opt(SETTLE, Some(SETTLE / 4), told, NoCache, Default::default())
            .map_err(|e| Diagnostic::error(format!("files can't be watched here: {e}")))?;
        Ok(Self { changes, debouncer, folders: BTreeSet::new() })
    }

    fn follow_all(&mut self, loaded: &Loaded, spec: PathBuf) {
        let root = &loaded.spec.root;
        // A link may be made to point elsewhere, or what it points to may be saved.
        let both = loaded.spec.source_files().flat_map(|file| [file.path.clone(), root.join(&file.written)]);
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
