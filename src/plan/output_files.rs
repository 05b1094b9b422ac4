//! The names of the files that are written next to the film.

use std::path::{Path, PathBuf};

use crate::spec::model::{SourceFile, Spec};

/// The ending of the description's file name, after the film's stem.
pub const DESCRIPTION: &str = "description.txt";

/// A source of the film that the film, or a file beside it, would be written over.
pub fn overwritten_source(spec: &Spec) -> Option<&SourceFile> {
    let film = &spec.output.file;
    let others = ["srt", "vtt", "jpg"].map(|ending| film.with_extension(ending));
    let written: Vec<PathBuf> = [film.clone(), beside(film, DESCRIPTION)].into_iter().chain(others).collect();
    spec.source_files().find(|file| written.contains(&file.path))
}

/// `film.mp4` and `draft.mp4` → `film.draft.mp4`, in the same folder.
pub fn beside(film: &Path, ending: &str) -> PathBuf {
    let mut name = film.file_stem().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    film.with_file_name(name)
}
