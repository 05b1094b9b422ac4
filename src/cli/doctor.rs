//! `t2v doctor`: what is there, what is missing, and how to get it.

use crate::diag::{Diagnostic, printable};
use crate::session::{Session, SessionError, SessionOptions, config};
use crate::steps::{Tool, Workshop};

use super::console::Console;
use super::{CommandResult, CommandStatus, spec_file};

/// Prints a line for each tool.
pub fn run(console: Console) -> CommandResult {
    let session = Session::open(&spec_file::project_folder(), SessionOptions::from_environment()?);
    // Looking must not leave a cache behind where there is none.
    let scratch = tempfile::tempdir().map_err(|error| SessionError::machine(Diagnostic::error(error.to_string())))?;
    let folder = session.cache_folder();
    let folder = if folder.exists() { folder } else { scratch.path().to_owned() };
    let workshop = config::open_cache(&folder)
        .and_then(|cache| Workshop::open(&cache))
        .map_err(|error| SessionError::machine(Diagnostic::error(error.to_string())))?;
    let ffmpeg = report(Tool::Ffmpeg, "missing", "every film needs it", &workshop, console);
    let ffprobe = report(Tool::Ffprobe, "missing", "scenes that show a video need it", &workshop, console);
    report(Tool::Espeak, "absent", "only voices of the engine `espeak` need it", &workshop, console);
    Ok(if ffmpeg && ffprobe { CommandStatus::Done } else { CommandStatus::Failed })
}

/// Whether the tool is there; prints that, or what it is for and how to get it.
fn report(tool: Tool, lack: &str, why: &str, workshop: &Workshop, console: Console) -> bool {
    match workshop.describe(tool) {
        Ok(found) => console.print(&format!("ok       {:10} {}\n", tool.name(), printable(&found))),
        Err(error) => {
            console.print(&format!("{lack:8} {:10} {error}; {why}\n         {:10} {}\n", tool.name(), "", error.help()))
        }
    }
    workshop.check(tool).is_ok()
}
