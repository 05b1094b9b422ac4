//! Blobs of which a part has come: what is there is kept when the link breaks, and goes on from there. Knows nothing of the protocol.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::action::Blob;
use crate::cache::is_at;

use super::parcel::Receipt;

/// Blobs from this size on go on where they stopped.
pub const LARGE: u64 = 1 << 20;
/// What nobody has gone on with for so long is removed.
const OLD: Duration = Duration::from_secs(7 * 24 * 3600);
/// What has come in part may take so many bytes; the oldest goes first.
const MOST: u64 = 4 << 30;

/// A large blob that is being received, by one at a time.
pub struct Partial {
    pub path: PathBuf,
    /// So many bytes were there when it was opened.
    pub from: u64,
    pub receipt: Receipt,
    _lock: File,
}

impl Partial {
    /// Opens the blob's file in `folder`; `None` while somebody else receives it, or has just received it.
    pub fn open(folder: &Path, blob: &Blob) -> io::Result<Option<Self>> {
        fs::create_dir_all(folder)?;
        let path = folder.join(blob.digest.to_string());
        let open = || File::options().read(true).append(true).create(true).open(&path);
        let file = match open() {
            // It is whole and about to be moved away, unless whoever was to do that is gone.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && path.exists() => {
                remove_if_free(&path)?;
                return Ok(None);
            }
            // It may have been moved away just now.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => open()?,
            opened => opened?,
        };
        match file.try_lock() {
            Ok(()) if is_at(&file, &path)? => Self::go_on(file, path, blob).map(Some),
            // It was completed and moved away between our opening and our locking.
            Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn go_on(file: File, path: PathBuf, blob: &Blob) -> io::Result<Self> {
        let mut from = file.metadata()?.len();
        // What is there in full and still lies here is not what it should be.
        if from >= blob.len {
            file.set_len(0)?;
            from = 0;
        }
        Ok(Self { receipt: Receipt::new(file.try_clone()?, *blob, from), _lock: file, path, from })
    }

    /// Removes what came: it is not what it should be, or not wanted, or there is no room for it.
    pub fn discard(self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Removes the file unless somebody receives it.
fn remove_if_free(path: &Path) -> io::Result<()> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    // Held until it is gone, so that nobody begins with a file that is removed then.
    match file.try_lock() {
        Ok(()) if is_at(&file, path)? => fs::remove_file(path),
        _ => Ok(()),
    }
}

/// Removes what nobody has gone on with for long, and the oldest of what is more than there should be.
pub fn sweep(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let dated = entries.filter_map(|entry| {
        let metadata = entry.metadata().ok()?;
        Some((metadata.modified().ok()?, metadata.len(), entry.path()))
    });
    let mut found: Vec<(SystemTime, u64, PathBuf)> = dated.collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    let mut bytes = 0;
    for (at, len, path) in found {
        bytes += len;
        if bytes > MOST || at.elapsed().is_ok_and(|age| age > OLD) {
            let _ = remove_if_free(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;

    fn blob() -> Blob {
        Blob { digest: Digest::of(b"blob"), len: LARGE }
    }

    #[test]
    fn one_at_a_time_receives_a_blob_and_the_next_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let first = Partial::open(dir.path(), &blob()).unwrap().unwrap();
        assert!(Partial::open(dir.path(), &blob()).unwrap().is_none());
        fs::write(&first.path, [0; 1000]).unwrap();
        drop(first);
        assert_eq!(Partial::open(dir.path(), &blob()).unwrap().unwrap().from, 1000);
    }

    #[test]
    fn a_whole_one_that_was_left_behind_is_begun_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(blob().digest.to_string());
        let whole = File::create(&path).unwrap();
        whole.set_len(LARGE).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o444)).unwrap();
        // As somebody who may not write to it; root may, and begins again at once.
        let opened = Partial::open(dir.path(), &blob()).unwrap();
        let again = opened.or_else(|| Partial::open(dir.path(), &blob()).unwrap());
        assert_eq!(again.unwrap().from, 0);
    }

    #[test]
    fn what_is_old_or_too_much_goes_unless_it_is_being_received() {
        let dir = tempfile::tempdir().unwrap();
        let old = SystemTime::now() - 2 * OLD;
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
        drop(make("young", MOST - 10, now));
        drop(make("older", 20, now - Duration::from_secs(60)));
        sweep(dir.path());
        let mut left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["old and locked", "young"]);
    }
}
