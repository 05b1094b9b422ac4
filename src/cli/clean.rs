//! `t2v clean`: removes what t2v has made of a project.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::diag::{Diagnostic, printable};
use crate::plan;
use crate::session::{BuildRequest, Session, SessionError, SessionOptions, display_path};
use crate::spec;

use super::console::Console;
use super::request::SelectionArgs;
use super::{CommandResult, CommandStatus, spec_file};

/// What the names of the files of a film end in, after its stem.
const FILM_SUFFIXES: [&str; 7] = ["mp4", "srt", "vtt", "description.txt", "jpg", "report.html", "sheet.jpg"];

#[derive(Args)]
#[command(after_help = "\
Removed are the films of the spec (all variants, drafts and single scenes) with the files beside them, and `.t2v` of the project, \
which holds its cache and logs. A cache that projects share stays; `t2v cache gc` looks after that.")]
pub struct CleanArgs {
    /// The spec, or a script (.md, .txt) [default: video.yaml here, or in the nearest folder above]
    file: Option<PathBuf>,
    /// Only say what would be removed
    #[arg(long)]
    dry_run: bool,
}

impl CleanArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let file = spec_file::find(self.file.as_deref(), console)?;
        let request = SelectionArgs::default().request(file);
        let session = Session::open(&request.project(), SessionOptions::from_environment()?);
        let mut paths = film_files(&session, &request)?;
        paths.push(session.project().join(".t2v"));
        paths.retain(|path| fs::symlink_metadata(path).is_ok());
        if paths.is_empty() {
            console.print("there is nothing to remove\n");
        }
        for path in &paths {
            let verb = if self.dry_run { "would remove" } else { "removing" };
            console.print(&format!("{verb} {}\n", printable(&display_path(path).display().to_string())));
            if !self.dry_run {
                remove(path).map_err(|error| {
                    let message = format!("`{}` can't be removed: {error}", path.display());
                    SessionError::machine(Diagnostic::error(message))
                })?;
            }
        }
        Ok(CommandStatus::Done)
    }
}

/// The files of all films that the spec can give: each variant, whole or one scene, as a draft or not.
fn film_files(session: &Session, request: &BuildRequest) -> Result<Vec<PathBuf>, SessionError> {
    let variants = spec::variants(&request.file);
    let names = variants.into_iter().map(Some);
    let mut files = Vec::new();
    for variant in if names.len() == 0 { vec![None] } else { names.collect() } {
        let request = BuildRequest { variant, ..request.clone() };
        let film = session.load(&request)?;
        let scenes = film.loaded.spec.scenes.iter().map(|scene| Some(scene.id.clone()));
        for only in [None].into_iter().chain(scenes) {
            for draft in [false, true] {
                let part = BuildRequest { only: only.clone(), draft, ..request.clone() };
                // A part that would be written over a source is never built.
                let Ok(spec) = part.select(&film.loaded.spec) else { continue };
                files.extend(files_of(&spec.output.file));
            }
        }
        let sources: Vec<PathBuf> = film.loaded.spec.source_files().map(|file| file.path.clone()).collect();
        files.retain(|file| !sources.contains(file));
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn files_of(film: &Path) -> impl Iterator<Item = PathBuf> {
    FILM_SUFFIXES.into_iter().map(|suffix| plan::beside(film, suffix))
}

/// Removes a file or a folder, and the folder above if nothing is left in it.
fn remove(path: &Path) -> std::io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        return fs::remove_dir_all(path);
    }
    fs::remove_file(path)?;
    // A folder that holds anything else stays.
    let _ = path.parent().map(fs::remove_dir);
    Ok(())
}
