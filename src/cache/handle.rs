//! The open cache: opens its folder for writing or for reading only, looks results up and commits them.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::action::{Action, Blob, Outcome};
use crate::digest::Key;

use super::blobs::BlobFolder;
use super::disk::Disk;
use super::error::{CacheError, ReadOnlyReason};
use super::films::{self, FilmRecord};
use super::further::FurtherStores;
use super::index::ResultIndex;
use super::layout::{CACHE_FORMAT, CacheLayout};
use super::local_actions::LocalActionCache;
use super::lock::{self, KeyLock};
use super::pinned::PinnedResults;
use super::records::RecordLog;
use super::result::{CommitPermit, Lookup, NewResult};
use super::session::CacheSession;
use super::store::{ActionCache, StoredResult};

/// A folder of results, open.
pub struct Cache {
    pub(super) disk: Disk,
    pub(super) layout: CacheLayout,
    session: Result<CacheSession, ReadOnlyReason>,
    pub(super) blobs: BlobFolder,
    pub(super) actions: LocalActionCache,
    pub(super) further: FurtherStores,
    pinned: Mutex<PinnedResults>,
}

impl Cache {
    /// Opens the cache in folder `root`, making it if need be. Several processes may have it open at once. If the folder is there and can't
    /// be written, for want of rights or because its file system is mounted read-only, it is opened as by [`Cache::open_read_only`].
    ///
    /// # Errors
    /// [`CacheError::Io`] where the folder can't be made, [`CacheError::Index`] where the index can be neither opened nor replaced.
    pub fn open(root: &Path) -> Result<Self, CacheError> {
        match Self::open_on(Disk::default(), root) {
            Err(CacheError::Io { source, .. }) if root.is_dir() && ReadOnlyReason::from_io(&source).is_some() => {
                let reason = ReadOnlyReason::from_io(&source).unwrap_or(ReadOnlyReason::Rights);
                Self::open_read_only_on(Disk::default(), root, reason)
            }
            opened => opened,
        }
    }

    /// As [`Cache::open`], for results that can be made again: blobs are not synced to the disk. If the machine crashes, some of
    /// them may be damaged, which reading them shows.
    ///
    /// # Errors
    /// As there; and [`CacheError::Io`] where the folder can't be written.
    pub fn open_without_sync(root: &Path) -> Result<Self, CacheError> {
        Self::open_on(Disk::without_sync(), root)
    }

    /// Opens the cache in folder `root` for reading only: nothing is written there, not even a lock, and what would have to be written
    /// gives [`CacheError::ReadOnly`]. Other processes may write meanwhile. Their gc does not see this process, so a result that no film
    /// needs may go while it is used here. A folder that is not there is an empty cache.
    ///
    /// # Errors
    /// [`CacheError::Io`] where the folder can't be read.
    pub fn open_read_only(root: &Path) -> Result<Self, CacheError> {
        Self::open_read_only_on(Disk::default(), root, ReadOnlyReason::Requested)
    }

    pub(super) fn open_on(disk: Disk, root: &Path) -> Result<Self, CacheError> {
        let layout = CacheLayout::new(root.join(CACHE_FORMAT));
        for folder in [layout.root().to_owned(), layout.records(), layout.films()] {
            if !folder.is_dir() {
                disk.make_folder(&folder).map_err(CacheError::io("make the folder", &folder))?;
            }
        }
        let blobs = BlobFolder::open(&disk, &layout)?;
        let session = CacheSession::open(&disk, &layout)?;
        let index = ResultIndex::open(&disk, &layout)?;
        let log = RecordLog::for_session(&disk, &layout, &session.name());
        Ok(Self::assemble(disk, layout, Ok(session), blobs, LocalActionCache { index, log: Some(log) }))
    }

    fn open_read_only_on(disk: Disk, root: &Path, reason: ReadOnlyReason) -> Result<Self, CacheError> {
        let layout = CacheLayout::new(root.join(CACHE_FORMAT));
        let blobs = BlobFolder::open_read_only(&disk, &layout, reason);
        let index = ResultIndex::open_read_only(&disk, &layout, reason)?;
        tracing::debug!(folder = %root.display(), %reason, "cache is opened for reading only");
        Ok(Self::assemble(disk, layout, Err(reason), blobs, LocalActionCache { index, log: None }))
    }

    fn assemble(
        disk: Disk,
        layout: CacheLayout,
        session: Result<CacheSession, ReadOnlyReason>,
        blobs: BlobFolder,
        actions: LocalActionCache,
    ) -> Self {
        Self { disk, layout, session, blobs, actions, further: FurtherStores::default(), pinned: Mutex::default() }
    }

    /// The folder it lives in.
    pub fn root(&self) -> &Path {
        self.layout.root()
    }

    /// Whether nothing is written into it.
    pub fn is_read_only(&self) -> bool {
        self.session.is_err()
    }

    /// Says why nothing can be written.
    ///
    /// # Errors
    /// [`CacheError::ReadOnly`] if the cache is open for reading only.
    pub fn check_writable(&self) -> Result<(), CacheError> {
        self.session().map(drop)
    }

    /// This process's session, which everything that writes needs.
    pub(super) fn session(&self) -> Result<&CacheSession, CacheError> {
        self.session.as_ref().map_err(|&reason| CacheError::ReadOnly { folder: self.layout.root().to_owned(), reason })
    }

    pub(super) fn pinned(&self) -> MutexGuard<'_, PinnedResults> {
        self.pinned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often this process found the index broken and rebuilt it from the records.
    pub fn rebuild_count(&self) -> usize {
        self.actions.index.rebuild_count()
    }

    /// Whether the result of `key` is there. If so, gc leaves it alone as long as this cache is open.
    ///
    /// Further stores are not asked, so this takes microseconds and may be called on the build loop; what
    /// [`Cache::look_up_further`] found there counts as a hit, though.
    pub fn lookup(&self, key: Key) -> Result<Lookup, CacheError> {
        let local = self.actions.look_up(&[key])?.pop().flatten();
        let found = match local {
            Some(outcome) if self.pin_result(key, &outcome)? => Some(outcome),
            _ => self.further.known_outcome(key, &self.blobs),
        };
        tracing::debug!(%key, is_hit = found.is_some(), "key is looked up");
        Ok(found.map_or(Lookup::Miss(CommitPermit { key }), Lookup::Hit))
    }

    /// Whether all blobs of a result are there, and stay. What a film's last build needed stays anyway; anything else is adopted.
    fn pin_result(&self, key: Key, outcome: &Outcome) -> Result<bool, CacheError> {
        if self.pinned().has(key) {
            return Ok(self.blobs.has_all(outcome.outputs.values()));
        }
        let there = self.pin_blobs(outcome.outputs.values())?;
        if there {
            self.pinned().add([key]);
        }
        Ok(there)
    }

    /// Says that blobs are needed, then looks for them: in between, gc can't remove them.
    pub(super) fn pin_blobs<'a>(&self, blobs: impl IntoIterator<Item = &'a Blob>) -> Result<bool, CacheError> {
        if self.is_read_only() {
            return Ok(self.blobs.has_all(blobs));
        }
        let _shared = self.gc_lock(File::lock_shared)?;
        self.blobs.touch_all(blobs)
    }

    pub(super) fn gc_lock(&self, lock: fn(&File) -> io::Result<()>) -> Result<File, CacheError> {
        self.check_writable()?;
        let path = self.layout.gc_lock();
        let file = self.disk.open_or_create(&path).map_err(CacheError::io("open", &path))?;
        lock(&file).map_err(CacheError::io("lock", &path))?;
        Ok(file)
    }

    /// What was run under a key, if that is known.
    pub fn action(&self, key: Key) -> Result<Option<Action>, CacheError> {
        self.actions.index.action(key)
    }

    /// Commits results whose blobs have been inserted, all in one transaction. Once it returns, they survive a crash. Returns them as they
    /// are stored.
    pub fn commit(&self, results: Vec<NewResult>) -> Result<Vec<StoredResult>, CacheError> {
        let results: Vec<StoredResult> = results.into_iter().map(StoredResult::from).collect();
        self.commit_stored(&results)?;
        Ok(results)
    }

    pub(super) fn commit_stored(&self, results: &[StoredResult]) -> Result<(), CacheError> {
        if results.is_empty() {
            return Ok(());
        }
        self.actions.put(results)?;
        self.pinned().add(results.iter().map(|result| result.key));
        Ok(())
    }

    /// Waits until this process alone may make the result of `key`; look it up again then. `None` if `cancelled` says so first.
    /// The lock of a process that dies is free at once.
    pub fn lock(&self, key: Key, cancelled: &dyn Fn() -> bool) -> Result<Option<KeyLock>, CacheError> {
        self.check_writable()?;
        let lock = lock::acquire(&self.disk, &self.layout.key_locks(), key, cancelled)?;
        self.actions.index.refresh()?;
        Ok(lock)
    }

    /// What the last build of the film at `film` (an absolute path) consisted of. From now on, and as long as this cache is open, gc
    /// keeps all of it, unless it is open for reading only.
    pub fn load_film(&self, film: &Path) -> Result<Option<FilmRecord>, CacheError> {
        let record = self.read_film(&self.layout.film(film))?.filter(|record| record.film == film);
        self.pinned().set_film(film, record.as_ref());
        Ok(record)
    }

    /// Reads a film's record, by way of a snapshot that gc sees.
    fn read_film(&self, path: &Path) -> Result<Option<FilmRecord>, CacheError> {
        let Ok(session) = &self.session else { return films::read_record(&self.disk, path) };
        let snapshot = session.snapshot(path);
        let shared = self.gc_lock(File::lock_shared)?;
        let there = films::snapshot(&self.disk, path, &snapshot)?;
        drop(shared);
        if there { films::read_record(&self.disk, &snapshot) } else { Ok(None) }
    }

    /// Keeps what a build of a film consisted of, for the next one and for gc. A reader sees the old record or the new one.
    /// Does nothing where they are equal.
    pub fn save_film(&self, record: &FilmRecord) -> Result<(), CacheError> {
        let session = self.session()?;
        let path = self.layout.film(&record.film);
        if self.pinned().has_record(record) && films::is_same_file(&path, &session.snapshot(&path)) {
            return Ok(());
        }
        films::write_record(&self.disk, &path, session.staging()?.path(), record)
    }

    /// The text stored under `name`, such as the version that a tool printed; `None` if there is none.
    pub fn metadata(&self, name: &str) -> Result<Option<String>, CacheError> {
        self.actions.index.metadata(name)
    }

    /// Stores `text` under `name`, in place of what was there.
    pub fn set_metadata(&self, name: &str, text: &str) -> Result<(), CacheError> {
        self.actions.index.set_metadata(name, text)
    }

    /// Writes what was remembered of files and fetched from further stores since the last call, and frees what look-ups hold of the
    /// index: for the end of a build.
    pub fn flush(&self) -> Result<(), CacheError> {
        self.commit_stored(&self.further.take_whole(&self.blobs))?;
        self.actions.index.flush()
    }
}

impl Drop for Cache {
    /// What is remembered of files only saves reading them again, so a failure here costs nothing but time.
    fn drop(&mut self) {
        let _ = self.flush();
    }
}
