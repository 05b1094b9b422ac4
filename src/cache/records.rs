//! The record log: every committed result, in text files that are only appended to. The index can be rebuilt from it.
//!
//! Each process has its own file, so no process writes after a half line of another. The log is not synced: it is the second copy of
//! a result, which is lost only if the index is lost as well.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::action::{Action, Outcome};
use crate::digest::Key;

use super::disk::{Disk, FileOp};
use super::error::CacheError;
use super::layout::CacheLayout;

/// Hexadecimal digits of a line's checksum.
const CHECKSUM_DIGITS: usize = 16;

/// One result, as the log has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultRecord {
    pub key: Key,
    pub action: Arc<Action>,
    pub outcome: Outcome,
    /// When it was committed, in milliseconds since 1970.
    pub made: u64,
}

/// This process's own log.
pub struct RecordLog {
    disk: Disk,
    path: PathBuf,
    state: Mutex<LogState>,
}

#[derive(Default)]
struct LogState {
    file: Option<File>,
    /// The last write failed and may have left half a line.
    torn: bool,
}

impl RecordLog {
    /// The log of the session with this name. The file begins with the first record.
    pub fn for_session(disk: &Disk, layout: &CacheLayout, session: &str) -> Self {
        let path = layout.records().join(format!("{session}.log"));
        Self { disk: disk.clone(), path, state: Mutex::default() }
    }

    /// Appends all records with one write.
    pub fn append(&self, records: &[ResultRecord]) -> Result<(), CacheError> {
        let mut state = self.state.lock().expect("no holder panics");
        let mut text = if state.torn { "\n".to_owned() } else { String::new() };
        for record in records {
            text += &format_line(record);
        }
        if state.file.is_none() {
            state.file = Some(self.disk.append_to(&self.path).map_err(CacheError::write_failed(&self.path))?);
        }
        let LogState { file, torn } = &mut *state;
        let file = file.as_mut().expect("it was opened above");
        let before = file.metadata().map_err(CacheError::write_failed(&self.path))?.len();
        let written = self.disk.write(file, &self.path, text.as_bytes());
        // Nobody else writes to this file, so what got through of it can be taken back.
        *torn = written.is_err()
            && self.disk.check_allowed(FileOp::Resize, &self.path).and_then(|()| file.set_len(before)).is_err();
        written.map_err(CacheError::write_failed(&self.path))
    }
}

/// Now, as records tell the time.
pub fn now_millis() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

/// A record's line: checksum, space, JSON.
pub fn format_line(record: &ResultRecord) -> String {
    let json = serde_json::to_string(record).expect("a record is plain data");
    format!("{} {json}\n", checksum(&json))
}

/// What a log holds.
#[derive(Debug, Default)]
pub struct LogContents {
    pub records: BTreeMap<Key, ResultRecord>,
    /// Lines that were read, the damaged ones among them.
    pub lines: usize,
    /// Lines that are not what was written: torn by a kill, or damaged since. File and number of the line, from 1.
    pub damaged: Vec<(PathBuf, usize)>,
}

/// All records of a cache; of two under one key, the later.
pub fn read_all(disk: &Disk, layout: &CacheLayout) -> Result<LogContents, CacheError> {
    read_logs(disk, &log_files(layout))
}

/// The records in these files. A file that has gone meanwhile was put together with others.
pub fn read_logs(disk: &Disk, logs: &[PathBuf]) -> Result<LogContents, CacheError> {
    let mut found = LogContents::default();
    for path in logs {
        match disk.read(path, u64::MAX) {
            Ok(bytes) => found.add(path, &bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(CacheError::io("read", path)(error)),
        }
    }
    Ok(found)
}

/// The files of the log, sorted.
pub fn log_files(layout: &CacheLayout) -> Vec<PathBuf> {
    let entries = fs::read_dir(layout.records()).into_iter().flatten().flatten();
    let mut logs: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "log"))
        .collect();
    logs.sort();
    logs
}

impl LogContents {
    fn add(&mut self, path: &Path, bytes: &[u8]) {
        let lines = bytes.split(|&byte| byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
        for (i, line) in lines {
            self.lines += 1;
            match parse_line(line) {
                Some(record) => self.take(record),
                None => self.damaged.push((path.to_owned(), i + 1)),
            }
        }
    }

    fn take(&mut self, record: ResultRecord) {
        let older = self.records.get(&record.key).is_none_or(|known| known.made <= record.made);
        if older {
            self.records.insert(record.key, record);
        }
    }
}

/// How many records, and how many damaged lines, are in the bytes of a log. For `fuzz/`.
#[doc(hidden)]
pub fn count_records(bytes: &[u8]) -> (usize, usize) {
    let mut found = LogContents::default();
    found.add(Path::new("log"), bytes);
    (found.records.len(), found.damaged.len())
}

fn parse_line(line: &[u8]) -> Option<ResultRecord> {
    let (head, json) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    (head == checksum(json)).then(|| serde_json::from_str(json).ok())?
}

fn checksum(json: &str) -> String {
    blake3::hash(json.as_bytes()).to_hex()[..CHECKSUM_DIGITS].to_owned()
}
