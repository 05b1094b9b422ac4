//! Arguments that say which film is meant.

use std::path::PathBuf;

use clap::Args;

use crate::session::{BuildRequest, LoadedFilm, Session, SessionError, SessionOptions};

use super::console::Console;
use super::spec_file;

/// Which film, and how much of it.
#[derive(Args, Clone, Debug)]
pub struct RequestArgs {
    /// The spec, or a script (.md, .txt) [default: video.yaml here, or in the nearest folder above]
    file: Option<PathBuf>,
    #[command(flatten)]
    selection: SelectionArgs,
}

/// Which part of a film, and in which quality.
#[derive(Args, Clone, Debug, Default)]
pub struct SelectionArgs {
    /// Only the scene with this id; its film is a file of its own
    #[arg(long, value_name = "SCENE")]
    pub only: Option<String>,
    /// A quick, rough version at half the size; its film is a file of its own
    #[arg(long)]
    pub draft: bool,
    /// Only this one of the spec's variants [default: `build` makes all of them, other commands take the first]
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
}

impl SelectionArgs {
    /// A request for this part of the film.
    pub fn request(&self, file: PathBuf) -> BuildRequest {
        let Self { only, draft, variant } = self.clone();
        BuildRequest { file, only, draft, variant, output: None }
    }
}

impl RequestArgs {
    /// Opens the project and loads the film.
    pub fn load(&self, console: Console) -> Result<(Session, LoadedFilm), SessionError> {
        let file = spec_file::find(self.file.as_deref(), console)?;
        let request = self.selection.request(file);
        let session = Session::open(&request.project(), SessionOptions::from_environment()?);
        let film = console.load(&session, &request)?;
        Ok((session, film))
    }
}
