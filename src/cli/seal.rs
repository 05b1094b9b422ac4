//! The proof that nothing changed since a complete build: everything that it read and wrote is as it was left, to the inode and the
//! nanosecond. A build with an unbroken seal has nothing to do, however many steps the film has. Knows nothing of what a build does.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, Identity};
use crate::spec::Loaded;
use crate::steps::Tool;

use super::making::{Bench, What};

/// What a complete build left behind.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Seal {
    /// What shaped the film besides files: the program, tools, voices.
    facts: Vec<String>,
    /// What it read, and what it wrote.
    files: Vec<(PathBuf, Identity)>,
    /// The film.
    pub film: PathBuf,
    /// How many steps it consists of.
    pub steps: usize,
}

/// A seal in the making: what was read, as it was before the build began.
pub struct Wax {
    name: String,
    facts: Vec<String>,
    read: Vec<(PathBuf, Identity)>,
}

/// The seal of this film, if it is whole.
pub fn unbroken(what: &What, bench: &Bench) -> Option<Seal> {
    let seal: Seal = serde_json::from_str(&bench.cache.note(&name(what)).ok()??).ok()?;
    let same = |(path, then): &(PathBuf, Identity)| Identity::of(path).is_ok_and(|now| now == *then);
    (seal.facts == facts(bench) && seal.files.iter().all(same)).then_some(seal)
}

/// The spec as it is now, to be taken before it is read.
pub fn look(what: &What) -> Option<(PathBuf, Identity)> {
    let path = spec(what);
    let identity = Identity::of(&path).ok()?;
    Some((path, identity))
}

/// Begins a seal. `None` where there was something to be said about the spec, which must be said every time.
pub fn begin(what: &What, spec: Option<(PathBuf, Identity)>, loaded: &Loaded, bench: &Bench) -> Option<Wax> {
    // By the names that the spec uses: a link among them may come to point elsewhere.
    let sources = loaded.spec.source_files().map(|file| loaded.spec.root.join(&file.written));
    let voices = bench.voices.iter().flat_map(|voice| voice.files.values().cloned());
    let identity = |path: PathBuf| Identity::of(&path).ok().map(|identity| (path, identity));
    let mut read: Vec<_> = sources.chain(voices).map(identity).collect::<Option<_>>()?;
    read.push(spec?);
    // What was read with the spec was read before its identity was looked at.
    let said = !loaded.warnings.is_empty();
    (!said && loaded.texts_are_unchanged()).then(|| Wax { name: name(what), facts: facts(bench), read })
}

impl Wax {
    /// Seals a complete build that wrote these files. Nothing is sealed that changed meanwhile, or so lately that another change
    /// might not show.
    pub fn press(self, cache: &Cache, film: &Path, written: &[PathBuf], steps: usize) {
        let whole =
            |(path, then): &(PathBuf, Identity)| Identity::of(path).is_ok_and(|now| now == *then && now.is_settled());
        let written = written.iter().map(|path| Some((path.clone(), Identity::of(path).ok()?)));
        let Some(written) = written.collect::<Option<Vec<_>>>() else { return };
        if !self.read.iter().chain(&written).all(whole) {
            return;
        }
        let files = self.read.into_iter().chain(written).collect();
        let seal = Seal { facts: self.facts, files, film: film.to_owned(), steps };
        // Without a seal the next build only takes longer.
        let _ = cache.put_note(&self.name, &serde_json::to_string(&seal).expect("plain data"));
    }
}

/// The spec's path; its folder is resolved, but not the file itself, for it may be a link that comes to point elsewhere.
fn spec(what: &What) -> PathBuf {
    what.project().join(what.file.file_name().unwrap_or_default())
}

/// A name for the seal of this film.
fn name(what: &What) -> String {
    format!("seal {} {:?} {}", spec(what).display(), what.only, what.draft)
}

fn facts(bench: &Bench) -> Vec<String> {
    let program = std::env::current_exe().ok().map(|path| (Identity::of(&path).ok(), fs::canonicalize(path).ok()));
    let tools = [Tool::Ffmpeg, Tool::Ffprobe, Tool::Espeak, Tool::Fonts];
    let tools = tools.map(|tool| bench.workshop.fingerprint(tool).to_owned());
    let voices =
        bench.voices.iter().map(|voice| format!("{} {:?} {} {:?}", voice.name, voice.kind, voice.british, voice.files));
    let program = format!("{} {program:?}", env!("CARGO_PKG_VERSION"));
    [program].into_iter().chain(tools).chain(voices).collect()
}
