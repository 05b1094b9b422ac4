//! Blob files, each named by the digest of its bytes. Knows nothing of keys or the index.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use crate::action::Blob;
use crate::digest::Digest;

use super::CacheError;

/// The name of the lock in a session's folder.
const LOCK: &str = "lock";
/// A session's folder without a lock is being made just now, unless it is older than this.
const MAKING: Duration = Duration::from_secs(3600);

/// A folder of blobs.
pub struct Blobs {
    folder: PathBuf,
    /// Where this process stages what it writes; the lock in it says that the process lives, to others on any host.
    session: tempfile::TempDir,
    _lock: File,
    /// Blobs whose bytes this process has verified or written.
    verified: Mutex<BTreeSet<Digest>>,
}

impl Blobs {
    pub fn open(root: &Path) -> Result<Self, CacheError> {
        let (folder, staging) = (root.join("blobs"), root.join("tmp"));
        for dir in [&folder, &staging] {
            fs::create_dir_all(dir).map_err(CacheError::io("make the folder", dir))?;
        }
        sweep(&staging);
        let session = tempfile::tempdir_in(&staging).map_err(CacheError::io("make a folder in", &staging))?;
        let path = session.path().join(LOCK);
        let lock = File::create(&path).map_err(CacheError::io("write", &path))?;
        lock.lock().map_err(CacheError::io("lock", &path))?;
        Ok(Self { folder, session, _lock: lock, verified: Mutex::default() })
    }

    pub fn has(&self, blob: &Blob) -> bool {
        fs::metadata(self.path(&blob.digest)).is_ok_and(|m| m.is_file() && m.len() == blob.len)
    }

    pub fn staging(&self) -> Result<tempfile::TempDir, CacheError> {
        let session = self.session.path();
        tempfile::tempdir_in(session).map_err(CacheError::io("make a folder in", session))
    }

    pub fn take_in(&self, staged: &Path) -> Result<Blob, CacheError> {
        let mut file = File::open(staged).map_err(CacheError::io("open", staged))?;
        let (digest, len) = Digest::of_reader(&mut file).map_err(CacheError::io("read", staged))?;
        let blob = Blob { digest, len };
        file.sync_all().map_err(CacheError::io("sync", staged))?;
        self.put_in_place(staged, &blob)?;
        Ok(blob)
    }

    pub fn copy_in(&self, source: &Path) -> Result<Blob, CacheError> {
        let staging = self.staging()?;
        let staged = staging.path().join("copy");
        fs::copy(source, &staged).map_err(CacheError::io("copy", source))?;
        self.take_in(&staged)
    }

    fn put_in_place(&self, staged: &Path, blob: &Blob) -> Result<(), CacheError> {
        let path = self.path(&blob.digest);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(CacheError::io("make the folder", folder))?;
        fs::set_permissions(staged, fs::Permissions::from_mode(0o444)).map_err(CacheError::io("protect", staged))?;
        fs::rename(staged, &path).map_err(CacheError::io("write", &path))?;
        sync_folder(folder).map_err(CacheError::io("sync", folder))?;
        self.trust(blob.digest);
        Ok(())
    }

    pub fn verified(&self, blob: &Blob) -> Result<PathBuf, CacheError> {
        let path = self.path(&blob.digest);
        if self.is_trusted(&blob.digest) && self.has(blob) {
            return Ok(path);
        }
        let found = File::open(&path).and_then(|mut file| Digest::of_reader(&mut file));
        match found {
            Ok((digest, _)) if digest == blob.digest => {
                self.trust(digest);
                Ok(path)
            }
            _ => Err(self.lose(blob)),
        }
    }

    pub fn read(&self, blob: &Blob) -> Result<Vec<u8>, CacheError> {
        let mut bytes = Vec::new();
        let read = File::open(self.path(&blob.digest)).and_then(|file| file.take(blob.len + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) if Digest::of(&bytes) == blob.digest => Ok(bytes),
            _ => Err(self.lose(blob)),
        }
    }

    pub fn publish(&self, blob: &Blob, path: &Path) -> Result<(), CacheError> {
        let source = self.verified(blob)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(CacheError::io("make the folder", folder))?;
        let failed = || CacheError::io("write", path);
        let mut copy = tempfile::Builder::new().prefix(".t2v-").tempfile_in(folder).map_err(failed())?;
        let mut from = File::open(&source).map_err(CacheError::io("open", &source))?;
        io::copy(&mut from, &mut copy).map_err(failed())?;
        copy.flush().map_err(failed())?;
        copy.as_file().sync_all().map_err(failed())?;
        copy.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(failed())?;
        copy.persist(path).map_err(|e| failed()(e.error))?;
        Ok(())
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let hex = digest.to_string();
        self.folder.join(&hex[..2]).join(hex)
    }

    /// Removes what is left of a blob that is not what its name says, so that nothing finds it again.
    fn lose(&self, blob: &Blob) -> CacheError {
        self.verified.lock().expect("no holder panics").remove(&blob.digest);
        let _ = fs::remove_file(self.path(&blob.digest));
        CacheError::Lost { digest: blob.digest }
    }

    fn trust(&self, digest: Digest) {
        self.verified.lock().expect("no holder panics").insert(digest);
    }

    fn is_trusted(&self, digest: &Digest) -> bool {
        self.verified.lock().expect("no holder panics").contains(digest)
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes what dead processes were staging: their locks can be taken.
fn sweep(staging: &Path) {
    for entry in fs::read_dir(staging).into_iter().flatten().flatten() {
        let dead = match File::open(entry.path().join(LOCK)) {
            Ok(lock) => lock.try_lock().is_ok(),
            Err(_) => {
                entry.metadata().and_then(|m| m.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|age| age > MAKING))
            }
        };
        if dead {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
