//! Files of partly received large blobs. They outlive a broken connection, so that a later transfer resumes where it stopped.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::action::Blob;
use crate::cache::is_file_at;

use super::chunk::ChunkWriter;

/// Blobs of at least this size are resumed.
pub const RESUMABLE_MIN_BYTES: u64 = 1 << 20;
/// Files that were not written to for longer than this are removed.
const MAX_PARTIAL_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// The size limit of all files together, in bytes; the oldest are removed first.
const MAX_PARTIAL_BYTES: u64 = 4 << 30;

/// The file of one blob, locked: one process receives a blob at a time.
pub struct PartialBlob {
    pub path: PathBuf,
    /// Bytes of the blob that the file had when it was opened.
    pub from: u64,
    pub writer: ChunkWriter,
    _lock: File,
}

impl PartialBlob {
    /// Opens the blob's file in `folder`; `None` while another process receives the blob, or has just received it.
    pub fn open(folder: &Path, blob: &Blob) -> io::Result<Option<Self>> {
        fs::create_dir_all(folder)?;
        let path = folder.join(blob.digest.to_string());
        let file = match open_for_append(&path) {
            // The blob is complete and read-only, about to be moved into the cache, unless that process died.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && path.exists() => {
                remove_if_unlocked(&path)?;
                return Ok(None);
            }
            // The complete blob has just been moved away.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => open_for_append(&path)?,
            opened => opened?,
        };
        match file.try_lock() {
            Ok(()) if is_file_at(&file, &path)? => Self::resume(file, path, blob).map(Some),
            // Another process completed the file and moved it away before the lock was taken.
            Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn resume(file: File, path: PathBuf, blob: &Blob) -> io::Result<Self> {
        let mut from = file.metadata()?.len();
        // A file of the full length would have been moved into the cache if its bytes were right.
        if from >= blob.len {
            file.set_len(0)?;
            from = 0;
        }
        Ok(Self { writer: ChunkWriter::new(file.try_clone()?, *blob, from), _lock: file, path, from })
    }

    /// Removes the file, because its bytes are wrong, not needed, or do not fit on the disk.
    pub fn discard(self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn open_for_append(path: &Path) -> io::Result<File> {
    File::options().read(true).append(true).create(true).open(path)
}

/// Removes the file unless a process receives it.
fn remove_if_unlocked(path: &Path) -> io::Result<()> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    // The lock is held until the file is gone, so that no process begins to use it meanwhile.
    match file.try_lock() {
        Ok(()) if is_file_at(&file, path)? => fs::remove_file(path),
        _ => Ok(()),
    }
}

/// Removes files that are too old, and the oldest ones above the size limit. Files in use stay.
pub fn remove_stale(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let dated = entries.filter_map(|entry| {
        let metadata = entry.metadata().ok()?;
        Some((metadata.modified().ok()?, metadata.len(), entry.path()))
    });
    let mut found: Vec<(SystemTime, u64, PathBuf)> = dated.collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    let mut total_bytes = 0;
    for (at, len, path) in found {
        total_bytes += len;
        if total_bytes > MAX_PARTIAL_BYTES || at.elapsed().is_ok_and(|age| age > MAX_PARTIAL_AGE) {
            let _ = remove_if_unlocked(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;

    fn blob() -> Blob {
        Blob { digest: Digest::of(b"blob"), len: RESUMABLE_MIN_BYTES }
    }

    #[test]
    fn one_at_a_time_receives_a_blob_and_the_next_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let first = PartialBlob::open(dir.path(), &blob()).unwrap().unwrap();
        assert!(PartialBlob::open(dir.path(), &blob()).unwrap().is_none());
        fs::write(&first.path, [0; 1000]).unwrap();
        drop(first);
        assert_eq!(PartialBlob::open(dir.path(), &blob()).unwrap().unwrap().from, 1000);
    }

    #[test]
    fn a_whole_one_that_was_left_behind_is_begun_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(blob().digest.to_string());
        let whole = File::create(&path).unwrap();
        whole.set_len(RESUMABLE_MIN_BYTES).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o444)).unwrap();
        // The first call removes the read-only file. Root may write to it, and begins again at once.
        let opened = PartialBlob::open(dir.path(), &blob()).unwrap();
        let again = opened.or_else(|| PartialBlob::open(dir.path(), &blob()).unwrap());
        assert_eq!(again.unwrap().from, 0);
    }

    #[test]
    fn what_is_old_or_too_much_goes_unless_it_is_being_received() {
        let dir = tempfile::tempdir().unwrap();
        let old = SystemTime::now() - 2 * MAX_PARTIAL_AGE;
        let make = |name: &str, len: u64, at: SystemTime| {
            let file = File::create(dir.path().join(name)).unwrap();
            file.set_len(len).unwrap();
            file.set_modified(at).unwrap();
            file
        };
        let now = SystemTime::now();
        let locked = make("old and locked", 1, old);
        locked.lock().unwrap();
        drop(make("old", 1, old));
        drop(make("young", MAX_PARTIAL_BYTES - 10, now));
        drop(make("older", 20, now - Duration::from_secs(60)));
        remove_stale(dir.path());
        let mut left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["old and locked", "young"]);
    }
}
