//! Blobs of which a part has come: what is there is kept when the link breaks, and goes on from there. Knows nothing of the protocol.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::action::Blob;
use crate::remote::parcel::Receipt;

/// Blobs from this size on go on where they stopped.
pub const LARGE: u64 = 1 << 20;
/// What nobody has gone on with for so long is removed.
const OLD: Duration = Duration::from_secs(7 * 24 * 3600);
/// How often a blob that another agent receives is looked at again.
const AGAIN: Duration = Duration::from_millis(20);

/// A large blob that is being received, by one agent at a time.
pub struct Partial {
    pub path: PathBuf,
    /// So many bytes were there when it was opened.
    pub from: u64,
    pub receipt: Receipt,
    _lock: File,
}

impl Partial {
    /// Opens the blob's file in `folder`; waits while another agent receives it. `None` if `done` says so first.
    pub fn open(folder: &Path, blob: &Blob, done: &mut dyn FnMut() -> bool) -> io::Result<Option<Self>> {
        fs::create_dir_all(folder)?;
        let path = folder.join(blob.digest.to_string());
        loop {
            let file = File::options().read(true).append(true).create(true).open(&path)?;
            match file.try_lock() {
                Ok(()) if is_at(&file, &path)? => return Self::go_on(file, path, blob).map(Some),
                // It was completed and moved away between our opening and our locking.
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
            if done() {
                return Ok(None);
            }
            thread::sleep(AGAIN);
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

    /// Removes what came: it is not what it should be, or there is no room for it.
    pub fn discard(self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes what nobody has gone on with for long.
pub fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
        let is_free = |path: &Path| File::open(path).is_ok_and(|file| file.try_lock().is_ok());
        if age.is_some_and(|age| age > OLD) && is_free(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
