//! A process that has the cache open, as others see it: a folder with a lock that is free once the process is gone.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::disk::Disk;
use super::error::CacheError;
use super::layout::CacheLayout;

/// The name of the lock in a session's folder.
const LOCK_NAME: &str = "lock";
/// A session's folder without a lock is being made just now, unless it is older than this.
const MAX_CREATION_TIME: Duration = Duration::from_secs(3600);
/// What the snapshots of film records in a session's folder begin with.
const SNAPSHOT_PREFIX: &str = "film-";

/// The session of this process.
pub struct CacheSession {
    folder: tempfile::TempDir,
    _lock: File,
}

/// A session of any living process, as read from its folder.
#[derive(Debug)]
pub struct LiveSession {
    pub folder: PathBuf,
    /// By the file system's clock, as the times of blobs are.
    pub start: SystemTime,
}

impl CacheSession {
    /// The lock is taken before it has its name, so that no other process finds it free and takes the session for a dead one.
    pub fn open(disk: &Disk, layout: &CacheLayout) -> Result<Self, CacheError> {
        let all = layout.sessions();
        disk.make_folder(&all).map_err(CacheError::io("make the folder", &all))?;
        remove_dead_sessions(&all);
        let folder = tempfile::tempdir_in(&all).map_err(CacheError::io("make a folder in", &all))?;
        let (making, path) = (folder.path().join("lock.new"), folder.path().join(LOCK_NAME));
        let lock = disk.create(&making).map_err(CacheError::io("write", &making))?;
        lock.lock().map_err(CacheError::io("lock", &making))?;
        disk.rename(&making, &path).map_err(CacheError::io("write", &path))?;
        Ok(Self { folder, _lock: lock })
    }

    /// What other files of this session are named after.
    pub fn name(&self) -> String {
        name(self.folder.path())
    }

    pub fn staging(&self) -> Result<tempfile::TempDir, CacheError> {
        let folder = self.folder.path();
        tempfile::tempdir_in(folder).map_err(CacheError::io("make a folder in", folder))
    }

    /// Where the snapshot of a film's record goes.
    pub fn snapshot(&self, record: &Path) -> PathBuf {
        let name = record.file_name().unwrap_or_default().to_string_lossy();
        self.folder.path().join(format!("{SNAPSHOT_PREFIX}{name}"))
    }
}

/// All sessions whose process lives, this one among them. What is being made counts as living.
pub fn live_sessions(layout: &CacheLayout) -> Vec<LiveSession> {
    let entries = fs::read_dir(layout.sessions()).into_iter().flatten().flatten();
    let folders = entries.map(|entry| entry.path()).filter(|folder| !is_dead(folder));
    folders.filter_map(|folder| Some(LiveSession { start: start(&folder)?, folder })).collect()
}

/// The film records that a session took as they were.
pub fn snapshots(session: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(session).into_iter().flatten().flatten();
    let snapshots = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(SNAPSHOT_PREFIX));
    snapshots.map(|entry| entry.path()).collect()
}

impl LiveSession {
    /// What other files of this session are named after.
    pub fn name(&self) -> String {
        name(&self.folder)
    }
}

fn name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.trim_start_matches('.').to_owned()
}

fn start(folder: &Path) -> Option<SystemTime> {
    modified(&folder.join(LOCK_NAME)).or_else(|| modified(folder))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|m| m.modified()).ok()
}

fn is_dead(folder: &Path) -> bool {
    match File::open(folder.join(LOCK_NAME)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(_) => start(folder).is_some_and(|at| at.elapsed().is_ok_and(|age| age > MAX_CREATION_TIME)),
    }
}

/// Removes what dead processes were staging.
fn remove_dead_sessions(sessions: &Path) {
    for entry in fs::read_dir(sessions).into_iter().flatten().flatten() {
        if is_dead(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
