//! `t2v doctor`: what is there, what is missing, and how to get it.

use std::env;

use crate::cache::Cache;
use crate::diag::printable;
use crate::steps::{Tool, Workshop};

use super::{Exit, config, say};

/// Prints a line for each tool.
pub fn run() -> Exit {
    let project = env::current_dir().unwrap_or_default();
    let workshop = config::cache_folder(&project).and_then(|folder| {
        // Looking must not leave a cache behind where there is none.
        let scratch = tempfile::tempdir().map_err(|e| crate::diag::Diagnostic::error(e.to_string()))?;
        let folder = if folder.exists() { folder } else { scratch.path().to_owned() };
        let cache = Cache::open(&folder).map_err(|e| crate::diag::Diagnostic::error(e.to_string()))?;
        Workshop::open(&cache).map_err(|e| crate::diag::Diagnostic::error(e.to_string()))
    });
    let workshop = match workshop {
        Ok(workshop) => workshop,
        Err(diagnostic) => {
            super::tell(&format!("error: {}\n", printable(&diagnostic.message)));
            return Exit::Failed;
        }
    };
    let needed = report(Tool::Ffmpeg, "missing", "every film needs it", &workshop);
    let needed = report(Tool::Ffprobe, "missing", "scenes that show a video need it", &workshop) && needed;
    report(Tool::Espeak, "absent", "only voices of the engine `espeak` need it", &workshop);
    if needed { Exit::Done } else { Exit::Failed }
}

/// Whether the tool is there; says so, or what it is for and how to get it.
fn report(tool: Tool, lack: &str, why: &str, workshop: &Workshop) -> bool {
    match workshop.describe(tool) {
        Ok(found) => say(&format!("ok       {:10} {}\n", tool.name(), printable(&found))),
        Err(error) => {
            say(&format!("{lack:8} {:10} {error}; {why}\n         {:10} {}\n", tool.name(), "", error.help()));
        }
    }
    workshop.check(tool).is_ok()
}
