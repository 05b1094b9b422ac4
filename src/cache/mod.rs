//! The cache: stores the outputs of each key and their bytes.
//!
//! Order of writing: blob to a temporary file, fsync, rename, fsync of its folder; then a line in the record log; *then* one index
//! transaction. So neither names bytes that were not written, and an index that is rebuilt from the records has everything that the
//! old one had. Still no row is believed unless its blobs are there, and no blob is read unverified.

mod atomic_file;
mod blobs;
mod check;
mod codec;
mod compact;
mod db;
mod disk;
mod error;
mod file_identity;
mod films;
mod gc;
mod index;
mod layout;
mod lock;
mod records;
mod session;
mod stats;
mod survey;
mod tables;

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::action::{Action, Blob, Outcome};
use crate::digest::Key;

pub use atomic_file::is_file_at;
use blobs::BlobFolder;
pub use check::{BlobDamage, DamagedBlob, VerifyReport};
use disk::Disk;
pub use error::CacheError;
pub use file_identity::FileIdentity;
pub use films::{FilmRecord, StepRecord};
pub use gc::{GcPolicy, GcReport};
use index::ResultIndex;
use layout::CacheLayout;
pub use lock::KeyLock;
#[doc(hidden)]
pub use records::count_records;
use records::{RecordLog, ResultRecord};
use session::CacheSession;
pub use stats::{CacheStats, FilmUsage};
pub use survey::CacheUsage;

/// The layout below the cache's folder; another layout gets another folder.
const CACHE_FORMAT: &str = "v3";

/// What a look-up gives.
#[derive(Debug)]
pub enum Lookup {
    /// The result is there, all its blobs with it.
    Hit(Outcome),
    /// It is not there; the holder of the permit may make it.
    Miss(CommitPermit),
}

/// The right to commit a result under one key.
#[derive(Debug)]
pub struct CommitPermit {
    key: Key,
}

/// A result to commit.
#[derive(Debug)]
pub struct NewResult {
    /// From the look-up that missed it.
    pub permit: CommitPermit,
    /// The action that was run, from which the key was computed.
    pub action: Arc<Action>,
    /// Its outputs; their blobs have been inserted.
    pub outcome: Outcome,
}

/// A folder of results, open.
pub struct Cache {
    disk: Disk,
    layout: CacheLayout,
    session: CacheSession,
    blobs: BlobFolder,
    index: ResultIndex,
    log: RecordLog,
    pinned: Mutex<PinnedResults>,
}

/// What gc keeps for this process.
#[derive(Default)]
struct PinnedResults {
    /// The films' records as they were loaded, by film: snapshots of them lie in the session's folder.
    films: BTreeMap<PathBuf, LoadedFilm>,
    /// Results that were found or made since, so their blobs are younger than the session.
    results: HashSet<Key>,
}

/// A film's record, and what it names.
struct LoadedFilm {
    record: FilmRecord,
    keys: HashSet<Key>,
}

impl Cache {
    /// Opens the cache in folder `root`, making it if need be. Several processes may have it open at once.
    ///
    /// # Errors
    /// [`CacheError::Io`] where the folder can't be made or written, [`CacheError::Index`] where the index can be neither opened nor replaced.
    pub fn open(root: &Path) -> Result<Self, CacheError> {
        Self::open_on(Disk::default(), root)
    }

    /// As [`Cache::open`], for results that can be made again: blobs are not synced to the disk. If the machine crashes, some of
    /// them may be damaged, which reading them shows.
    ///
    /// # Errors
    /// As there.
    pub fn open_without_sync(root: &Path) -> Result<Self, CacheError> {
        Self::open_on(Disk::without_sync(), root)
    }

    fn open_on(disk: Disk, root: &Path) -> Result<Self, CacheError> {
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
        Ok(Self { disk, layout, session, blobs, index, log, pinned: Mutex::default() })
    }

    /// The folder it lives in.
    pub fn root(&self) -> &Path {
        self.layout.root()
    }

    /// How often this process found the index broken and rebuilt it from the records.
    pub fn rebuild_count(&self) -> usize {
        self.index.rebuild_count()
    }

    /// Whether the result of `key` is there. If so, gc leaves it alone as long as this cache is open.
    pub fn lookup(&self, key: Key) -> Result<Lookup, CacheError> {
        let found = match self.index.result(key)? {
            Some(outcome) if self.pin_result(key, &outcome)? => Lookup::Hit(outcome),
            _ => Lookup::Miss(CommitPermit { key }),
        };
        tracing::debug!(%key, is_hit = matches!(found, Lookup::Hit(_)), "key is looked up");
        Ok(found)
    }

    /// Whether all blobs of a result are there, and stay. What a film's last build needed stays anyway; anything else is adopted.
    fn pin_result(&self, key: Key, outcome: &Outcome) -> Result<bool, CacheError> {
        let kept = self.pinned.lock().expect("no holder panics");
        if kept.results.contains(&key) || kept.films.values().any(|film| film.keys.contains(&key)) {
            return Ok(outcome.outputs.values().all(|blob| self.layout.has(blob)));
        }
        drop(kept);
        let there = self.pin_blobs(outcome.outputs.values())?;
        if there {
            self.pinned.lock().expect("no holder panics").results.insert(key);
        }
        Ok(there)
    }

    /// Says that blobs are needed, then looks for them: in between, gc can't remove them.
    fn pin_blobs<'a>(&self, blobs: impl IntoIterator<Item = &'a Blob>) -> Result<bool, CacheError> {
        let _shared = self.gc_lock(File::lock_shared)?;
        self.blobs.touch_all(blobs)
    }

    fn gc_lock(&self, lock: fn(&File) -> io::Result<()>) -> Result<File, CacheError> {
        let path = self.layout.gc_lock();
        let file = self.disk.open_or_create(&path).map_err(CacheError::io("open", &path))?;
        lock(&file).map_err(CacheError::io("lock", &path))?;
        Ok(file)
    }

    /// What was run under a key, if that is known.
    pub fn action(&self, key: Key) -> Result<Option<Action>, CacheError> {
        self.index.action(key)
    }

    /// Commits results whose blobs have been inserted, all in one transaction. Once it returns, they survive a crash.
    pub fn commit(&self, results: Vec<NewResult>) -> Result<(), CacheError> {
        if results.is_empty() {
            return Ok(());
        }
        let made = records::now_millis();
        let records = results.iter().map(|result| ResultRecord {
            key: result.permit.key,
            action: Arc::clone(&result.action),
            outcome: result.outcome.clone(),
            made,
        });
        self.log.append(&records.collect::<Vec<_>>())?;
        self.index.put_results(results.iter().map(|result| (result.permit.key, &*result.action, &result.outcome)))?;
        self.pinned.lock().expect("no holder panics").results.extend(results.iter().map(|result| result.permit.key));
        Ok(())
    }

    /// Waits until this process alone may make the result of `key`; look it up again then. `None` if `cancelled` says so first.
    /// The lock of a process that dies is free at once.
    pub fn lock(&self, key: Key, cancelled: &dyn Fn() -> bool) -> Result<Option<KeyLock>, CacheError> {
        let lock = lock::acquire(&self.disk, &self.layout.key_locks(), key, cancelled)?;
        self.index.refresh()?;
        Ok(lock)
    }

    /// What the last build of the film at `film` (an absolute path) consisted of. From now on, and as long as this cache is open, gc
    /// keeps all of it.
    pub fn load_film(&self, film: &Path) -> Result<Option<FilmRecord>, CacheError> {
        let path = self.layout.film(film);
        let snapshot = self.session.snapshot(&path);
        let shared = self.gc_lock(File::lock_shared)?;
        let there = films::snapshot(&self.disk, &path, &snapshot)?;
        drop(shared);
        let record = if there { films::read_record(&self.disk, &snapshot)? } else { None };
        let record = record.filter(|record| record.film == film);
        let mut kept = self.pinned.lock().expect("no holder panics");
        match &record {
            Some(record) => {
                let keys = record.steps.values().map(|made| made.key).collect();
                kept.films.insert(film.to_owned(), LoadedFilm { record: record.clone(), keys });
            }
            None => {
                kept.films.remove(film);
            }
        }
        Ok(record)
    }

    /// Keeps what a build of a film consisted of, for the next one and for gc. A reader sees the old record or the new one.
    /// Does nothing where they are equal.
    pub fn save_film(&self, record: &FilmRecord) -> Result<(), CacheError> {
        let path = self.layout.film(&record.film);
        let kept = self.pinned.lock().expect("no holder panics");
        let is_loaded = kept.films.get(&record.film).is_some_and(|film| film.record == *record);
        drop(kept);
        if is_loaded && films::is_same_file(&path, &self.session.snapshot(&path)) {
            return Ok(());
        }
        films::write_record(&self.disk, &path, self.session.staging()?.path(), record)
    }

    /// A new empty folder on the cache's own file system, to write outputs into. Goes away when dropped.
    pub fn staging(&self) -> Result<tempfile::TempDir, CacheError> {
        self.session.staging()
    }

    /// Moves the staged file `path` in among the blobs, durably.
    pub fn insert_file(&self, path: &Path) -> Result<Blob, CacheError> {
        self.blobs.insert_file(path)
    }

    /// Moves the staged file `path` in among the blobs, durably, if its bytes are those of `blob`; else it stays where it is, and `false`.
    pub fn insert_file_as(&self, path: &Path, blob: &Blob) -> Result<bool, CacheError> {
        self.blobs.insert_file_as(path, blob)
    }

    /// Whether a blob is there. If so, gc leaves it alone as long as this cache is open.
    pub fn pin(&self, blob: &Blob) -> Result<bool, CacheError> {
        self.pin_blobs([blob])
    }

    /// The path of a blob whose bytes were verified (once by this process). Only for reading.
    ///
    /// # Errors
    /// [`CacheError::Lost`]: see there.
    pub fn verified_path(&self, blob: &Blob) -> Result<PathBuf, CacheError> {
        self.blobs.verified_path(blob)
    }

    /// A blob's bytes, verified.
    ///
    /// # Errors
    /// [`CacheError::Lost`]: see there.
    pub fn read(&self, blob: &Blob) -> Result<Vec<u8>, CacheError> {
        self.blobs.read(blob)
    }

    /// The digest of a file outside the cache. Read only if its size, times or inode are not those of last time.
    pub fn digest_of_file(&self, path: &Path) -> Result<Blob, CacheError> {
        let identity = FileIdentity::of(path).map_err(CacheError::io("look at", path))?;
        if let Some(blob) = self.index.known_file(path, &identity)? {
            return Ok(blob);
        }
        let (digest, len) = file_identity::digest_file(path).map_err(CacheError::io("read", path))?;
        let blob = Blob { digest, len };
        let settled = FileIdentity::of(path).is_ok_and(|after| after == identity && after.is_settled());
        if settled {
            self.index.remember_file(path, &identity, blob);
        }
        Ok(blob)
    }

    /// Copies a project's file in among the blobs, so that later changes of the file don't reach a step that reads it.
    pub fn insert_copy(&self, path: &Path) -> Result<Blob, CacheError> {
        let known = self.digest_of_file(path)?;
        if self.pin_blobs([&known])? {
            return Ok(known);
        }
        self.blobs.insert_copy(path, self.session.staging()?.path())
    }

    /// Writes a blob to `path`, by way of a temporary file in the same folder; a reader sees the old file or the new one.
    /// Does nothing where the file has these bytes already. Says whether it wrote.
    pub fn publish(&self, blob: &Blob, path: &Path) -> Result<bool, CacheError> {
        path.parent().into_iter().for_each(atomic_file::remove_abandoned);
        if path.exists() && self.digest_of_file(path)? == *blob {
            return Ok(false);
        }
        self.blobs.publish(blob, path)?;
        let identity = file_identity::wait_until_settled(path).map_err(CacheError::io("look at", path))?;
        self.index.remember_file(path, &identity, *blob);
        Ok(true)
    }

    /// The folders next to this cache in which earlier versions of t2v kept their results, which this one does not read. Each is returned
    /// only once: metadata remembers it.
    ///
    /// # Errors
    /// Where the metadata can't be read or written.
    pub fn unmentioned_former_folders(&self) -> Result<Vec<PathBuf>, CacheError> {
        let beside = self.root().parent().into_iter().flat_map(fs::read_dir).flatten().flatten();
        let mut former = Vec::new();
        for folder in beside.map(|entry| entry.path()).filter(|path| is_former_format(path)) {
            let note = format!("former-format {}", folder.display());
            if self.metadata(&note)?.is_none() {
                self.set_metadata(&note, "mentioned")?;
                former.push(folder);
            }
        }
        Ok(former)
    }

    /// The text stored under `name`, such as the version that a tool printed; `None` if there is none.
    pub fn metadata(&self, name: &str) -> Result<Option<String>, CacheError> {
        self.index.metadata(name)
    }

    /// Stores `text` under `name`, in place of what was there.
    pub fn set_metadata(&self, name: &str, text: &str) -> Result<(), CacheError> {
        self.index.set_metadata(name, text)
    }

    /// Writes what was remembered of files since the last call, and frees what look-ups hold of the index: for the end of a build.
    pub fn flush(&self) -> Result<(), CacheError> {
        self.index.flush()
    }
}

impl Drop for Cache {
    /// What is remembered of files only saves reading them again, so a failure here costs nothing but time.
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

/// Whether this is the folder of an earlier [`CACHE_FORMAT`]: `v1`, `v2` …
fn is_former_format(folder: &Path) -> bool {
    let found = folder.file_name().and_then(|name| format_number(name.to_str()?));
    found < format_number(CACHE_FORMAT) && found.is_some() && folder.is_dir()
}

/// The number in a format's folder name, such as 3 in `v3`.
fn format_number(name: &str) -> Option<u32> {
    name.strip_prefix('v')?.parse().ok()
}

/// Outputs by role, from a folder in which each file is named by its role.
pub fn insert_outputs(cache: &Cache, folder: &Path, roles: &[String]) -> Result<BTreeMap<String, Blob>, CacheError> {
    roles.iter().map(|role| Ok((role.clone(), cache.insert_file(&folder.join(role))?))).collect()
}

#[cfg(test)]
mod tests;
