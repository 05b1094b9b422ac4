//! Shows that nothing has changed since a complete build: all files that it read and wrote are as it left them, to the inode and the
//! nanosecond, and so are the program, its tools and voices.
//!
//! A build whose stamp is valid has nothing to do, however many steps the film has.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, FileIdentity};
use crate::steps::{Tool, Workshop};
use crate::voice::custom::CustomVoice;

use super::film::LoadedFilm;
use super::request::BuildRequest;

/// What a complete build left, as the cache remembers it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct BuildStamp {
    /// What shaped the film besides files: the program, tools, voices.
    facts: Vec<String>,
    /// What it read, and what it wrote.
    files: Vec<(PathBuf, FileIdentity)>,
    /// The film's absolute path.
    pub film: PathBuf,
    /// How many steps the film consists of.
    pub steps: usize,
}

/// A stamp before the build: what is read, as it is then.
#[derive(Debug)]
pub(super) struct BuildStampDraft {
    name: String,
    facts: Vec<String>,
    read: Vec<(PathBuf, FileIdentity)>,
}

impl BuildStamp {
    /// The stamp of the last build of `request`, if nothing has changed since.
    pub(super) fn load_valid(
        request: &BuildRequest,
        cache: &Cache,
        workshop: &Workshop,
        voices: &[CustomVoice],
    ) -> Option<Self> {
        let stamp: Self = serde_json::from_str(&cache.metadata(&note_name(request)).ok()??).ok()?;
        (stamp.facts == facts(workshop, voices) && stamp.files.iter().all(is_unchanged)).then_some(stamp)
    }
}

/// The spec as it is now; to be taken before the spec is read.
pub(super) fn spec_identity(request: &BuildRequest) -> Option<(PathBuf, FileIdentity)> {
    with_identity(request.spec_path())
}

impl BuildStampDraft {
    /// Looks at all that the film is made of. `None` where the spec has warnings, which must be shown every time, or where something
    /// has changed since it was read.
    pub fn new(film: &LoadedFilm, workshop: &Workshop, voices: &[CustomVoice]) -> Option<Self> {
        let loaded = &film.loaded;
        // By the names that the spec uses: a link among them may come to point elsewhere.
        let sources = loaded.spec.source_files().map(|file| loaded.spec.root.join(&file.written));
        let voice_files = voices.iter().flat_map(|voice| voice.files.values().cloned());
        let mut read: Vec<_> = sources.chain(voice_files).map(with_identity).collect::<Option<_>>()?;
        read.push(film.spec_identity.clone()?);
        // What was read with the spec was read before its identity was taken.
        let is_stable = loaded.warnings.is_empty() && loaded.texts_are_unchanged();
        is_stable.then(|| Self { name: note_name(&film.request), facts: facts(workshop, voices), read })
    }

    /// Files the stamp of a complete build that wrote these files. No stamp is filed where a file changed meanwhile, or so recently that
    /// another change might not show.
    pub fn file(self, cache: &Cache, film: &Path, written: &[PathBuf], steps: usize) {
        let written = written.iter().map(|path| with_identity(path.clone()));
        let Some(written) = written.collect::<Option<Vec<_>>>() else { return };
        let files: Vec<_> = self.read.into_iter().chain(written).collect();
        if !files.iter().all(is_settled) {
            return;
        }
        let stamp = BuildStamp { facts: self.facts, files, film: film.to_owned(), steps };
        // Without a stamp the next build only takes longer.
        let _ = cache.set_metadata(&self.name, &serde_json::to_string(&stamp).expect("plain data"));
    }
}

fn with_identity(path: PathBuf) -> Option<(PathBuf, FileIdentity)> {
    let identity = FileIdentity::of(&path).ok()?;
    Some((path, identity))
}

fn is_unchanged((path, before): &(PathBuf, FileIdentity)) -> bool {
    FileIdentity::of(path).is_ok_and(|now| now == *before)
}

fn is_settled((path, before): &(PathBuf, FileIdentity)) -> bool {
    FileIdentity::of(path).is_ok_and(|now| now == *before && now.is_settled())
}

/// The name of the note that holds this film's stamp. A film that goes elsewhere has a stamp of its own.
fn note_name(request: &BuildRequest) -> String {
    let BuildRequest { only, draft, variant, output, .. } = request;
    let elsewhere = output.as_ref().and_then(|path| std::path::absolute(path).ok());
    let elsewhere = elsewhere.map_or_else(String::new, |path| format!(" {}", path.display()));
    format!("seal {} {only:?} {draft} {variant:?}{elsewhere}", request.spec_path().display())
}

fn facts(workshop: &Workshop, voices: &[CustomVoice]) -> Vec<String> {
    let program = std::env::current_exe().ok().map(|path| (FileIdentity::of(&path).ok(), fs::canonicalize(path).ok()));
    let program = format!("{} {program:?}", env!("CARGO_PKG_VERSION"));
    let tools = [Tool::Ffmpeg, Tool::Ffprobe, Tool::Espeak, Tool::Fonts];
    let tools = tools.map(|tool| workshop.fingerprint(tool).to_owned());
    let voices =
        voices.iter().map(|voice| format!("{} {:?} {} {:?}", voice.name, voice.kind, voice.british, voice.files));
    [program].into_iter().chain(tools).chain(voices).collect()
}
