//! The logs of a project's last builds in `.t2v/builds/`: written, listed, read and pruned.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::event::{Event, TimedEvent};

use super::json;

/// How many logs are kept.
const KEPT: usize = 20;
/// A log that is larger is not read, in bytes; a film of a thousand scenes has about ten million.
const LARGEST: u64 = 256 << 20;

/// The log of one build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildLog {
    /// Names the build; sorts by time.
    pub id: String,
    /// Where the log is: a file of JSON lines.
    pub path: PathBuf,
}

impl BuildLog {
    /// The log in a file; `None` for a file that is no finished log.
    fn at(path: PathBuf) -> Option<Self> {
        let id = path.file_name()?.to_str()?.strip_suffix(".jsonl").filter(|id| !id.starts_with('.'))?.to_owned();
        Some(Self { id, path })
    }
}

/// What is in a log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogContents {
    /// What could be read, in order.
    pub events: Vec<TimedEvent>,
    /// Lines that could not.
    pub skipped: usize,
}

fn folder(project: &Path) -> PathBuf {
    project.join(".t2v").join("builds")
}

/// Keeps the log of a build, and only the newest 20 of the project. Gives its path.
pub fn store(project: &Path, events: &[TimedEvent]) -> io::Result<PathBuf> {
    let folder = folder(project);
    fs::create_dir_all(&folder)?;
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&folder)?;
    let text: String = events.iter().map(json::line).collect();
    file.write_all(text.as_bytes())?;
    let path = place(file, &folder, began(events))?;
    prune(project);
    Ok(path)
}

/// When the build began, in seconds since 1970; 0 where the stream does not tell.
fn began(events: &[TimedEvent]) -> u64 {
    let begin = events.iter().find_map(|stamped| match &stamped.event {
        Event::Begin(begin) => Some(begin.time),
        _ => None,
    });
    begin.unwrap_or(0)
}

/// Gives the file its name: the time, and a number that tells builds of the same second apart.
fn place(mut file: tempfile::NamedTempFile, folder: &Path, time: u64) -> io::Result<PathBuf> {
    for n in 0..1000 {
        let path = folder.join(format!("{time:011}-{n:03}.jsonl"));
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(error.error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Takes away all but the newest. What can't be taken away stays: a log too many does no harm.
fn prune(project: &Path) {
    for log in list(project).unwrap_or_default().into_iter().skip(KEPT) {
        let _ = fs::remove_file(log.path);
    }
}

/// The logs of a project, the newest first; none where it has not been built.
pub fn list(project: &Path) -> io::Result<Vec<BuildLog>> {
    let entries = match fs::read_dir(folder(project)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut logs: Vec<BuildLog> = entries.filter_map(|entry| BuildLog::at(entry.ok()?.path())).collect();
    logs.sort_by(|a, b| b.id.cmp(&a.id));
    Ok(logs)
}

/// Reads a log. Bytes that are no UTF-8 make their line unreadable, no more.
pub fn read(log: &BuildLog) -> io::Result<LogContents> {
    if fs::metadata(&log.path)?.len() > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let bytes = fs::read(&log.path)?;
    let (events, skipped) = json::read(&String::from_utf8_lossy(&bytes));
    Ok(LogContents { events, skipped })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::history::samples::film;

    fn at(time: u64) -> Vec<TimedEvent> {
        let mut events = film(1);
        if let Event::Begin(begin) = &mut events[0].event {
            begin.time = time;
        }
        events
    }

    #[test]
    fn logs_come_back_newest_first() {
        let project = tempfile::tempdir().unwrap();
        assert_eq!(list(project.path()).unwrap(), []);
        for time in [1_790_000_002, 1_790_000_001, 1_790_000_002] {
            store(project.path(), &at(time)).unwrap();
        }
        let logs = list(project.path()).unwrap();
        let ids: Vec<&str> = logs.iter().map(|log| log.id.as_str()).collect();
        assert_eq!(ids, ["01790000002-001", "01790000002-000", "01790000001-000"]);
        assert_eq!(read(&logs[2]).unwrap(), LogContents { events: at(1_790_000_001), skipped: 0 });
    }

    #[test]
    fn the_newest_twenty_are_kept_and_no_leftovers() {
        let project = tempfile::tempdir().unwrap();
        for n in 0..25 {
            store(project.path(), &at(1_790_000_000 + n)).unwrap();
        }
        let logs = list(project.path()).unwrap();
        assert_eq!((logs.len(), logs[19].id.as_str()), (KEPT, "01790000005-000"));
        assert_eq!(fs::read_dir(folder(project.path())).unwrap().count(), KEPT);
    }

    #[test]
    fn damaged_lines_are_counted() {
        let project = tempfile::tempdir().unwrap();
        let path = store(project.path(), &at(1)).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend(b"\xff\xfe\n{\"t\":1,\"event\"");
        fs::write(&path, bytes).unwrap();
        let contents = read(&list(project.path()).unwrap()[0]).unwrap();
        assert_eq!((contents.events.len(), contents.skipped), (at(1).len(), 2));
    }
}
