//! Who makes the result of a key, among all processes that share the cache. Knows nothing of results.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::{CacheError, disk::Disk};

/// How often a lock that somebody else holds is tried again.
const AGAIN: Duration = Duration::from_millis(20);

/// The right to make the result of one key, as long as it lives. The system gives it back when the process dies, however it dies.
#[derive(Debug)]
pub struct KeyLock {
    path: PathBuf,
    _file: File,
}

/// Waits for the lock at `path`; `None` if `cancelled` says so first.
pub fn take(disk: &Disk, path: PathBuf, cancelled: &dyn Fn() -> bool) -> Result<Option<KeyLock>, CacheError> {
    loop {
        let file = disk.open_or_create(&path).map_err(CacheError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) if is_at(&file, &path).map_err(CacheError::io("look at", &path))? => {
                return Ok(Some(KeyLock { path, _file: file }));
            }
            // The last holder removed it between our opening and our locking.
            Ok(()) => continue,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(CacheError::io("lock", &path)(error)),
        }
        if cancelled() {
            return Ok(None);
        }
        thread::sleep(AGAIN);
    }
}

/// Whether the open file is the one that has this name now.
pub fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

impl Drop for KeyLock {
    /// The name goes before the lock does, so that nobody takes a lock on a file that is about to go.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
