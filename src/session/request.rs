//! Which film is wanted, and how much of it, as data.

use std::path::{Path, PathBuf};

use crate::diag::Diagnostic;
use crate::plan;
use crate::spec::model::Spec;

/// Which film, and how much of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildRequest {
    /// The spec, or a script (`.md`, `.txt`).
    pub file: PathBuf,
    /// The id of the only scene that is made, into a file of its own.
    pub only: Option<String>,
    /// A quick, rough version at half the size, into a file of its own.
    pub draft: bool,
    /// One of the spec's variants; `None`: the first, where there are any.
    pub variant: Option<String>,
    /// Where the film goes instead of where the spec says. It may lie outside the project, as the user says so and not the spec.
    pub output: Option<PathBuf>,
}

impl BuildRequest {
    /// All of the film of this spec.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// The project's folder: the one that holds the spec, resolved where it is there.
    pub fn project(&self) -> PathBuf {
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
    }

    /// The spec's path. Its folder is resolved, but not the file itself, for it may be a link that comes to point elsewhere.
    pub fn spec_path(&self) -> PathBuf {
        self.project().join(self.file.file_name().unwrap_or_default())
    }

    /// The part of the spec, and the quality, that are wanted.
    ///
    /// # Errors
    /// The scene is not in the spec, or the film's files would be written over a source.
    pub fn select(&self, spec: &Spec) -> Result<Spec, Diagnostic> {
        let mut selected = spec.clone();
        if let Some(id) = &self.only {
            let ids: Vec<&str> = spec.scenes.iter().map(|scene| scene.id.as_str()).collect();
            selected = plan::retain_scene(selected, id).ok_or_else(|| {
                Diagnostic::error(format!("there is no scene `{id}`")).help(format!("there are {}", ids.join(", ")))
            })?;
        }
        if self.draft {
            selected = plan::as_draft(selected);
        }
        if let Some(output) = &self.output {
            selected.output.file = output_path(output)?;
        }
        match plan::overwritten_source(&selected) {
            None => Ok(selected),
            Some(file) => {
                Err(Diagnostic::error(format!("the film's files would write over its source `{}`", file.written))
                    .help("choose another `output: { file: … }`"))
            }
        }
    }
}

fn unwritable_film(path: &Path, why: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error(format!("the film can't be written to `{}`: {why}", path.display()))
}

/// The film's absolute path. Its folder is resolved where it is there, so that one film has one name in the cache.
fn output_path(written: &Path) -> Result<PathBuf, Diagnostic> {
    if written.extension().is_none_or(|ending| ending != "mp4") {
        return Err(unwritable_film(written, "its name does not end in `.mp4`").help("name a file such as `film.mp4`"));
    }
    let absolute = std::path::absolute(written).map_err(|error| unwritable_film(written, error))?;
    let folder = absolute.parent().and_then(|folder| folder.canonicalize().ok());
    Ok(match (folder, absolute.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => absolute,
    })
}
