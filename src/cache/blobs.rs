//! The folder of blob files, each named by the digest of its bytes.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::action::Blob;
use crate::digest::Digest;

use super::atomic_file;
use super::disk::Disk;
use super::error::{CacheError, ReadOnlyReason};
use super::layout::CacheLayout;
use super::store::BlobStore;

/// The folder with the blobs of one cache.
pub struct BlobFolder {
    disk: Disk,
    layout: CacheLayout,
    /// Why nothing is written, if nothing is.
    read_only: Option<ReadOnlyReason>,
    /// Blobs whose bytes this process has verified or written.
    verified: Mutex<BTreeSet<Digest>>,
}

impl BlobFolder {
    pub fn open(disk: &Disk, layout: &CacheLayout) -> Result<Self, CacheError> {
        let folder = layout.blobs();
        disk.make_folder(&folder).map_err(CacheError::io("make the folder", &folder))?;
        Ok(Self { disk: disk.clone(), layout: layout.clone(), read_only: None, verified: Mutex::default() })
    }

    /// The blobs of a cache in which nothing is written, and from which nothing is removed.
    pub fn open_read_only(disk: &Disk, layout: &CacheLayout, reason: ReadOnlyReason) -> Self {
        Self { disk: disk.clone(), layout: layout.clone(), read_only: Some(reason), verified: Mutex::default() }
    }

    /// Moves a staged file to its place among the blobs and sets its time, from which gc sees what is in use.
    pub fn insert_file(&self, staged: &Path) -> Result<Blob, CacheError> {
        let (file, blob) = self.hash_file(staged)?;
        self.touch_and_protect(&file, staged)?;
        self.disk.sync(&file, staged).map_err(CacheError::io("sync", staged))?;
        self.move_into_place(staged, &blob)?;
        Ok(blob)
    }

    /// As `insert_file`, if the bytes are those of `blob`; otherwise returns `false` and leaves the file where it is.
    pub fn insert_file_as(&self, staged: &Path, blob: &Blob) -> Result<bool, CacheError> {
        let (file, found) = self.hash_file(staged)?;
        if found == *blob {
            self.touch_and_protect(&file, staged)?;
            self.disk.sync(&file, staged).map_err(CacheError::io("sync", staged))?;
            self.move_into_place(staged, blob)?;
        }
        Ok(found == *blob)
    }

    fn hash_file(&self, staged: &Path) -> Result<(File, Blob), CacheError> {
        let mut file = self.disk.open(staged).map_err(CacheError::io("open", staged))?;
        let (digest, len) = Digest::of_reader(&mut file).map_err(CacheError::io("read", staged))?;
        Ok((file, Blob { digest, len }))
    }

    fn touch_and_protect(&self, file: &File, staged: &Path) -> Result<(), CacheError> {
        self.disk.touch(file, staged).map_err(CacheError::io("set the time of", staged))?;
        self.disk.protect(staged, 0o444).map_err(CacheError::io("protect", staged))
    }

    pub fn insert_copy(&self, source: &Path, staging: &Path) -> Result<Blob, CacheError> {
        let staged = staging.join("copy");
        let mut copy = self.disk.create(&staged).map_err(CacheError::io("write", &staged))?;
        self.disk.copy(source, &mut copy, &staged).map_err(CacheError::io("copy", source))?;
        self.insert_file(&staged)
    }

    fn move_into_place(&self, staged: &Path, blob: &Blob) -> Result<(), CacheError> {
        let path = self.layout.blob(&blob.digest);
        let all = self.layout.blobs();
        let folder = path.parent().unwrap_or(&all);
        if !folder.is_dir() {
            self.disk.make_folder(folder).map_err(CacheError::io("make the folder", folder))?;
            self.disk.sync_folder(&all).map_err(CacheError::io("sync", &all))?;
        }
        self.disk.rename(staged, &path).map_err(CacheError::io("write", &path))?;
        self.disk.sync_folder(folder).map_err(CacheError::io("sync", folder))?;
        self.mark_verified(blob.digest);
        Ok(())
    }

    pub fn verified_path(&self, blob: &Blob) -> Result<PathBuf, CacheError> {
        let path = self.layout.blob(&blob.digest);
        if self.is_verified(&blob.digest) && self.layout.has(blob) {
            return Ok(path);
        }
        let mut file = self.disk.open(&path).map_err(|error| self.read_error(blob, &path, error, None))?;
        match Digest::of_reader(&mut file) {
            Ok(found) if found == (blob.digest, blob.len) => {
                self.mark_verified(blob.digest);
                Ok(path)
            }
            Ok(_) => Err(self.remove_damaged(blob, Some(&file))),
            Err(error) => Err(self.read_error(blob, &path, error, Some(&file))),
        }
    }

    pub fn read(&self, blob: &Blob) -> Result<Vec<u8>, CacheError> {
        let path = self.layout.blob(&blob.digest);
        match self.disk.read(&path, blob.len.saturating_add(1)) {
            Ok(bytes) if Digest::of(&bytes) == blob.digest => Ok(bytes),
            Ok(_) => Err(self.remove_damaged(blob, None)),
            Err(error) => Err(self.read_error(blob, &path, error, None)),
        }
    }

    /// Whether all blobs are there at their full length.
    pub fn has_all<'a>(&self, blobs: impl IntoIterator<Item = &'a Blob>) -> bool {
        blobs.into_iter().all(|blob| self.layout.has(blob))
    }

    /// Marks blobs as needed: sets their times and returns whether all are there. The caller holds the shared gc lock.
    pub fn touch_all<'a>(&self, blobs: impl IntoIterator<Item = &'a Blob>) -> Result<bool, CacheError> {
        for blob in blobs {
            let path = self.layout.blob(&blob.digest);
            let file = match self.disk.open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
                Err(error) => return Err(CacheError::io("open", &path)(error)),
            };
            self.disk.touch(&file, &path).map_err(CacheError::io("set the time of", &path))?;
            if !file.metadata().is_ok_and(|m| m.len() == blob.len) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Copies, never links: whatever is done to the file that is written can't reach the cache.
    pub fn publish(&self, blob: &Blob, path: &Path) -> Result<(), CacheError> {
        let source = self.verified_path(blob)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        self.disk.make_folder(folder).map_err(CacheError::io("make the folder", folder))?;
        let mut copy = atomic_file::new(folder).map_err(CacheError::write_failed(path))?;
        let temporary = copy.path().to_owned();
        self.disk.copy(&source, &mut copy, &temporary).map_err(CacheError::write_failed(path))?;
        self.disk.protect(&temporary, 0o644).map_err(CacheError::write_failed(path))?;
        self.disk.sync(copy.as_file(), &temporary).map_err(CacheError::write_failed(path))?;
        self.disk.rename(&temporary, path).map_err(CacheError::write_failed(path))?;
        // It has another name now.
        let _ = copy.into_temp_path().keep();
        Ok(())
    }

    /// Only a blob that is gone is lost. Other troubles, such as too many open files, may pass: nothing is removed for them.
    fn read_error(&self, blob: &Blob, path: &Path, error: io::Error, file: Option<&File>) -> CacheError {
        let gone = error.kind() == io::ErrorKind::NotFound;
        if gone { self.remove_damaged(blob, file) } else { CacheError::io("read", path)(error) }
    }

    /// Removes what is left of a blob that is not what its name says, so that nothing finds it again. Not if another process has put
    /// a good one in its place since `file` was opened.
    fn remove_damaged(&self, blob: &Blob, file: Option<&File>) -> CacheError {
        self.verified.lock().expect("no holder panics").remove(&blob.digest);
        let path = self.layout.blob(&blob.digest);
        let is_same = file.is_none_or(|file| atomic_file::is_file_at(file, &path).unwrap_or(false));
        if is_same && self.read_only.is_none() {
            let _ = self.disk.remove(&path);
        }
        CacheError::Lost { digest: blob.digest }
    }

    fn mark_verified(&self, digest: Digest) {
        self.verified.lock().expect("no holder panics").insert(digest);
    }

    fn is_verified(&self, digest: &Digest) -> bool {
        self.verified.lock().expect("no holder panics").contains(digest)
    }
}

impl BlobStore for BlobFolder {
    fn has(&self, blobs: &[Blob]) -> Result<Vec<bool>, CacheError> {
        Ok(blobs.iter().map(|blob| self.layout.has(blob)).collect())
    }

    fn fetch(&self, blob: &Blob, path: &Path) -> Result<(), CacheError> {
        let source = self.verified_path(blob)?;
        let mut copy = self.disk.create(path).map_err(CacheError::write_failed(path))?;
        self.disk.copy(&source, &mut copy, path).map(drop).map_err(CacheError::write_failed(path))
    }

    fn insert(&self, blob: &Blob, path: &Path) -> Result<(), CacheError> {
        if let Some(reason) = self.read_only {
            return Err(CacheError::ReadOnly { folder: self.layout.root().to_owned(), reason });
        }
        let sessions = self.layout.sessions();
        let staging = tempfile::tempdir_in(&sessions).map_err(CacheError::io("make a folder in", &sessions))?;
        let inserted = self.insert_copy(path, staging.path())?;
        if inserted == *blob {
            return Ok(());
        }
        Err(CacheError::Store { message: format!("`{}` has other bytes than blob {}", path.display(), blob.digest) })
    }
}
