//! `t2v new`: a project to begin with, or a spec made of a script.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::diag::{Diagnostic, printable};
use crate::session::{SessionError, config, load_spec};
use crate::spec::{self, LoadedSpec};
use crate::voice::library;

use super::console::Console;
use super::diagnostics::unwritable;
use super::{CommandResult, CommandStatus};

/// The spec of a project that begins with nothing.
const STARTER: &str = include_str!("starter.yaml");
/// What git should not keep of a project.
const IGNORED: &str = "/out/\n/.t2v/\n";

#[derive(Args)]
#[command(after_help = "\
Examples:
  t2v new talk                      a small film to change, in the folder talk
  t2v new talk --from story.md      the spec that a script stands for, with all files that it names")]
pub struct NewArgs {
    /// The project's folder; made if it is not there
    folder: PathBuf,
    /// A script (.md, .txt) or a spec to begin with
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

impl NewArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let project = match &self.from {
            None => Project { spec: STARTER.to_owned(), files: BTreeMap::new() },
            Some(file) => {
                let voices = config::voices_folder().map(|folder| library::list(&folder)).unwrap_or_default();
                let loaded = load_spec(file, None, &voices).map_err(|report| SessionError::Spec(Box::new(report)))?;
                console.warnings(&loaded.warnings);
                Project::of(&loaded)
            }
        };
        let spec = project.make(&self.folder)?;
        let shown = printable(&spec.display().to_string());
        console.print(&format!("{shown}\nnext: t2v build {shown}\n"));
        Ok(CommandStatus::Done)
    }
}

/// A project before it is written.
struct Project {
    spec: String,
    /// Files to copy: as the spec names them, and where they are.
    files: BTreeMap<PathBuf, PathBuf>,
}

impl Project {
    fn of(loaded: &LoadedSpec) -> Self {
        let name = Path::new(&loaded.source.name).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let yaml = spec::as_yaml(loaded);
        let spec = match yaml == *loaded.source.text {
            true => yaml,
            false => {
                format!("# Made of {} by `t2v new`; from here on this file is the film.\n{yaml}", printable(&name))
            }
        };
        let files = loaded.spec.source_files().map(|file| (PathBuf::from(&file.written), file.path.clone())).collect();
        Self { spec, files }
    }

    /// Writes it into `folder`, over nothing that is there; gives the spec's path.
    fn make(&self, folder: &Path) -> Result<PathBuf, SessionError> {
        let spec = folder.join("video.yaml");
        let copies: Vec<(PathBuf, &PathBuf)> = self
            .files
            .iter()
            .map(|(name, from)| (folder.join(name), from))
            // A script's own folder has its files already.
            .filter(|(to, from)| fs::canonicalize(to).ok().as_ref() != Some(*from))
            .collect();
        let targets = copies.iter().map(|(to, _)| to);
        if let Some(there) = targets.chain([&spec]).find(|to| fs::symlink_metadata(to).is_ok()) {
            let error = Diagnostic::error(format!("`{}` is there already", there.display()));
            return Err(SessionError::request(
                error.help("name a folder that is empty or not there; nothing is overwritten"),
            ));
        }
        fs::create_dir_all(folder).map_err(|e| failed_write(folder, &e))?;
        for (to, from) in copies {
            copy(from, &to).map_err(|e| failed_write(&to, &e))?;
        }
        fresh(&spec).and_then(|mut file| file.write_all(self.spec.as_bytes())).map_err(|e| failed_write(&spec, &e))?;
        let ignored = folder.join(".gitignore");
        if fs::symlink_metadata(&ignored).is_err() {
            fs::write(&ignored, IGNORED).map_err(|e| failed_write(&ignored, &e))?;
        }
        Ok(spec)
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    io::copy(&mut File::open(from)?, &mut fresh(to)?).map(drop)
}

/// A file that was not there.
fn fresh(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

fn failed_write(path: &Path, error: &io::Error) -> SessionError {
    SessionError::machine(unwritable(path, error))
}
