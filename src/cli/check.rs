//! `t2v check`: every mistake in specs.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::diag::printable;
use crate::session::{SessionError, config, load_spec};
use crate::spec;
use crate::voice::custom::CustomVoice;
use crate::voice::library;

use super::console::Console;
use super::{CommandResult, CommandStatus, spec_file};

#[derive(Args)]
pub struct CheckArgs {
    /// Specs, or scripts (.md, .txt) [default: video.yaml here, or in the nearest folder above]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl CheckArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let voices = config::voices_folder().map(|folder| library::list(&folder)).unwrap_or_default();
        let files = if self.files.is_empty() { vec![spec_file::find(None, console)?] } else { self.files };
        let mut status = CommandStatus::Done;
        for file in files {
            let checked = spec_file::find(Some(&file), console).and_then(|file| check(&file, &voices, console));
            if let Err(error) = checked {
                status = console.failure(&error);
            }
        }
        Ok(status)
    }
}

/// Checks all variants of a spec. A mistake that several variants share is told with the first of them.
fn check(file: &Path, voices: &[CustomVoice], console: Console) -> Result<(), SessionError> {
    let variants = spec::variants(file);
    let names = variants.iter().map(|name| Some(name.as_str()));
    for variant in if variants.is_empty() { vec![None] } else { names.collect() } {
        let loaded = load_spec(file, variant, voices).map_err(|report| SessionError::Spec(Box::new(report)))?;
        console.warnings(&loaded.warnings);
        let name = variant.map_or_else(String::new, |name| format!(", variant {}", printable(name)));
        let scenes = loaded.spec.scenes.len();
        console.print(&format!("{}{name}: no mistakes, {scenes} scenes\n", printable(&loaded.source.name)));
    }
    Ok(())
}
