//! Finds the spec that a command works on when none is named, and what was meant where there is none.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, printable};
use crate::session::SessionError;

use super::console::Console;
use super::diagnostics::similar_name;

/// The spec of a project, unless another one is named.
const DEFAULT_SPEC: &str = "video.yaml";
/// File names that are more similar than this may be slips of the same name.
const MIN_SIMILARITY: f64 = 0.7;

/// The spec that is named, or `video.yaml` in the current folder or the nearest one above.
///
/// # Errors
/// It is not there, and a similar name is, or nothing was named.
pub fn find(named: Option<&Path>, console: Console) -> Result<PathBuf, SessionError> {
    let Some(file) = named else { return find_default(console) };
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let similar = if file.exists() { None } else { similar_name(&name, file_names(&folder_of(file)), MIN_SIMILARITY) };
    match similar {
        Some(similar) => {
            let message = format!("there is no file `{}`", file.display());
            let help = format!("did you mean `{}`?", file.with_file_name(similar).display());
            Err(SessionError::request(Diagnostic::error(message).help(help)))
        }
        None => Ok(file.to_owned()),
    }
}

/// The folder of the project that the current folder belongs to: the nearest one, from here up, that holds a spec or `.t2v`.
pub fn project_folder() -> PathBuf {
    folders_up().find(|folder| holds_project(folder)).unwrap_or_else(|| PathBuf::from("."))
}

fn holds_project(folder: &Path) -> bool {
    folder.join(DEFAULT_SPEC).is_file() || folder.join(".t2v").is_dir()
}

fn find_default(console: Console) -> Result<PathBuf, SessionError> {
    let here = Path::new(DEFAULT_SPEC);
    if here.exists() {
        return Ok(here.to_owned());
    }
    match folders_up().map(|folder| folder.join(DEFAULT_SPEC)).find(|file| file.is_file()) {
        Some(file) => {
            console.note(&format!("using {}\n", printable(&file.display().to_string())));
            Ok(file)
        }
        None => {
            let error = Diagnostic::error(format!("there is no `{DEFAULT_SPEC}` here or in a folder above"));
            Err(SessionError::request(error.help(missing_spec_help())))
        }
    }
}

/// `.`, `..`, `../..` and so on, up to the root.
fn folders_up() -> impl Iterator<Item = PathBuf> {
    let depth = std::env::current_dir().map_or(0, |folder| folder.ancestors().count());
    (0..depth).map(|up| if up == 0 { PathBuf::from(".") } else { PathBuf::from_iter(vec![".."; up]) })
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

fn missing_spec_help() -> String {
    let names = file_names(Path::new("."));
    if let Some(similar) = similar_name(DEFAULT_SPEC, &names, MIN_SIMILARITY) {
        return format!("did you mean `{similar}`?");
    }
    match names.iter().find(|name| name.ends_with(".md") || name.ends_with(".txt")) {
        Some(script) => format!("a script is here: name it, as in `t2v build {script}`; `t2v help scripts` says more"),
        None => "`t2v new FOLDER` makes a project to begin with".to_owned(),
    }
}

/// The names of a folder's files, sorted.
fn file_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}
