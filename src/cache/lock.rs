//! Locks by key: of all processes that share the cache, one at a time makes the result of a key.
//!
//! A key's lock is one byte of one shared file, and the file need not be that long. No file is created or removed per key, because a
//! file system does that more slowly the more files were removed lately.

use std::fs::File;
use std::path::Path;
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc::{F_UNLCK, F_WRLCK, SEEK_SET, flock};

use super::disk::Disk;
use super::error::CacheError;
use crate::digest::Key;

/// Pause between attempts to take a lock that another process holds.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The right to make the result of one key, as long as it lives. The system gives it back when the process dies, however it dies.
#[derive(Debug)]
pub struct KeyLock {
    file: File,
    byte: i64,
}

/// Waits for the lock on `key` in the file at `path`; `None` if `cancelled` says so first.
pub fn acquire(
    disk: &Disk,
    path: &Path,
    key: Key,
    cancelled: &dyn Fn() -> bool,
) -> Result<Option<KeyLock>, CacheError> {
    // The lock is this opening's, not the process's: threads keep each other out, too.
    let file = disk.open_or_create(path).map_err(CacheError::io("open", path))?;
    let byte = lock_offset(key);
    loop {
        match set_lock(&file, byte, F_WRLCK) {
            Ok(()) => return Ok(Some(KeyLock { file, byte })),
            Err(Errno::EAGAIN | Errno::EACCES | Errno::EINTR) => {}
            Err(error) => return Err(CacheError::io("lock", path)(error.into())),
        }
        if cancelled() {
            return Ok(None);
        }
        thread::sleep(POLL_INTERVAL);
    }
}

impl Drop for KeyLock {
    /// Closing the file would do, were there not children that have it open, too, until they are the program that they are to be.
    fn drop(&mut self) {
        let _ = set_lock(&self.file, self.byte, F_UNLCK);
    }
}

fn set_lock(file: &File, byte: i64, to: i32) -> Result<(), Errno> {
    let lock = flock { l_type: to as _, l_whence: SEEK_SET as _, l_start: byte, l_len: 1, l_pid: 0 };
    fcntl(file, FcntlArg::F_OFD_SETLK(&lock)).map(drop)
}

/// Which byte. Keys that share one only wait for each other.
fn lock_offset(key: Key) -> i64 {
    let first = key.as_bytes().first_chunk().expect("a key has more bytes than a number");
    (u64::from_le_bytes(*first) >> 2) as i64
}
