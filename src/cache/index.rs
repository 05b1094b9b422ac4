//! The redb index: results and actions by key, digests of known files, metadata. It is rebuilt from the record log when it is broken.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use crate::action::{Action, Blob, Outcome};
use crate::digest::Key;

use super::codec::{self, KnownFile};
use super::db::{self, FileId, IndexDb, IndexFault, IndexFaultKind};
use super::disk::Disk;
use super::error::{CacheError, ReadOnlyReason};
use super::file_identity::FileIdentity;
use super::layout::CacheLayout;
use super::records::{self, ResultRecord};
use super::tables::{ACTIONS, FILES, IndexRow, NOTES, OpenIndex, RESULTS, ResultBrief, lock_or_recover, write};

/// Times that an operation is tried on an index that had to be opened anew or replaced.
const MAX_ATTEMPTS: usize = 4;
/// In place of the identity of a file: the index is in memory.
const IN_MEMORY: FileId = (0, 0);

/// The index of the cache, which reopens or rebuilds its file after a fault.
pub struct ResultIndex {
    disk: Disk,
    layout: CacheLayout,
    /// Why nothing is written, if nothing is: an index file that can't be read as it is stays, and the records are read into memory in
    /// its place.
    read_only: Option<ReadOnlyReason>,
    /// `None` while it can't be opened.
    open: RwLock<Option<OpenIndex>>,
    /// Rows of `files` that are not written yet: many files, one transaction.
    files: Mutex<BTreeMap<PathBuf, KnownFile>>,
    rebuilt: AtomicUsize,
}

impl ResultIndex {
    /// Opens the index. One that is not there, or is broken in any way, is rebuilt from the records.
    pub fn open(disk: &Disk, layout: &CacheLayout) -> Result<Self, CacheError> {
        let index = Self::closed(disk, layout, None);
        let opened = index
            .open_or_rebuild(|disk, path| db::open_to_read(disk, path).or_else(|_| db::open_to_write(disk, path)))?;
        Ok(index.with(opened))
    }

    /// Opens the index without writing anything, while other processes may write. One that is not there or broken, or was left by a killed
    /// writer, is replaced in memory by what the records say.
    pub fn open_read_only(disk: &Disk, layout: &CacheLayout, reason: ReadOnlyReason) -> Result<Self, CacheError> {
        let index = Self::closed(disk, layout, Some(reason));
        let opened = index.open_or_load()?;
        Ok(index.with(opened))
    }

    fn closed(disk: &Disk, layout: &CacheLayout, read_only: Option<ReadOnlyReason>) -> Self {
        let (disk, layout) = (disk.clone(), layout.clone());
        let (open, files, rebuilt) = (RwLock::new(None), Mutex::default(), AtomicUsize::new(0));
        Self { disk, layout, read_only, open, files, rebuilt }
    }

    fn with(self, opened: OpenIndex) -> Self {
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(opened);
        self
    }

    /// How often a broken index was replaced since this process opened it.
    pub fn rebuild_count(&self) -> usize {
        self.rebuilt.load(Ordering::Relaxed)
    }

    pub fn result(&self, key: Key) -> Result<Option<Outcome>, CacheError> {
        self.with_index(|open| {
            let found = open.get(RESULTS, key.as_bytes(), codec::outcome_from_bytes)?;
            if found.is_none() {
                open.verify_rows()?;
            }
            Ok(found)
        })
    }

    pub fn action(&self, key: Key) -> Result<Option<Action>, CacheError> {
        self.with_index(|open| open.get(ACTIONS, key.as_bytes(), |bytes| serde_json::from_slice(bytes).ok()))
    }

    /// Writes all results in one transaction.
    pub fn put_results<'a>(
        &self,
        results: impl Iterator<Item = (Key, &'a Action, &'a Outcome)>,
    ) -> Result<(), CacheError> {
        let rows: Vec<IndexRow> =
            results.flat_map(|(key, action, outcome)| result_rows(key, action, outcome)).collect();
        self.put(&rows)
    }

    /// All results; checks every row first.
    pub fn briefs(&self) -> Result<BTreeMap<Key, ResultBrief>, CacheError> {
        self.with_index(OpenIndex::briefs)
    }

    /// Removes those of the results that are not whole, in one transaction, and says how many. Looked at within the transaction: what is
    /// being made again has its blobs in place before its row.
    pub fn remove_broken(&self, keys: &[Key]) -> Result<usize, CacheError> {
        self.check_writable()?;
        self.with_index(|open| {
            let removed = open.remove(keys, |outcome| !outcome.outputs.values().all(|blob| self.layout.has(blob)))?;
            self.check_not_replaced(open)?;
            Ok(removed)
        })
    }

    /// Makes a new index from the records, whatever the old one is like.
    pub fn rebuild_from_records(&self) -> Result<(), CacheError> {
        self.check_writable()?;
        let file = self.open.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|open| open.file);
        self.reopen(IndexFaultKind::Broken, file)
    }

    pub fn metadata(&self, name: &str) -> Result<Option<String>, CacheError> {
        self.with_index(|open| open.get(NOTES, name.as_bytes(), |bytes| String::from_utf8(bytes.to_vec()).ok()))
    }

    pub fn set_metadata(&self, name: &str, text: &str) -> Result<(), CacheError> {
        self.put(&[(NOTES, name.as_bytes().to_vec(), text.as_bytes().to_vec())])
    }

    pub fn known_file(&self, path: &Path, identity: &FileIdentity) -> Result<Option<Blob>, CacheError> {
        if let Some(known) = lock_or_recover(&self.files).get(path) {
            return Ok(known.if_same(identity));
        }
        let key = path.as_os_str().as_encoded_bytes();
        let known = self.with_index(|open| open.get(FILES, key, KnownFile::from_bytes))?;
        Ok(known.and_then(|known| known.if_same(identity)))
    }

    pub fn remember_file(&self, path: &Path, identity: &FileIdentity, blob: Blob) {
        lock_or_recover(&self.files).insert(path.to_owned(), KnownFile::new(identity, blob));
    }

    /// The next look-up sees all that other processes have written until then.
    pub fn refresh(&self) -> Result<(), CacheError> {
        self.with_index(|open| {
            open.forget_view();
            Ok(())
        })
    }

    /// Writes what was remembered of files, and lets go of the view that look-ups used.
    pub fn flush(&self) -> Result<(), CacheError> {
        if self.read_only.is_some() {
            return self.refresh();
        }
        let files = std::mem::take(&mut *lock_or_recover(&self.files));
        let rows: Vec<IndexRow> = files
            .into_iter()
            .map(|(path, known)| (FILES, path.into_os_string().into_encoded_bytes(), known.to_bytes()))
            .collect();
        if rows.is_empty() {
            return self.refresh();
        }
        self.put(&rows)
    }

    /// # Errors
    /// [`CacheError::ReadOnly`] where nothing is written.
    fn check_writable(&self) -> Result<(), CacheError> {
        let folder = || self.layout.root().to_owned();
        self.read_only.map_or(Ok(()), |reason| Err(CacheError::ReadOnly { folder: folder(), reason }))
    }

    fn put(&self, rows: &[IndexRow]) -> Result<(), CacheError> {
        self.check_writable()?;
        self.with_index(|open| {
            open.write(rows)?;
            self.check_not_replaced(open)
        })
    }

    /// A process that replaced the file meanwhile read the records, but perhaps not what was just written; and not all of that is in a record.
    fn check_not_replaced(&self, open: &OpenIndex) -> Result<(), IndexFault> {
        let same = db::file_id(&self.layout.index())? == Some(open.file);
        if same { Ok(()) } else { Err(IndexFault::stale()) }
    }

    /// Does `work` on the open index. Where the file turns out to be broken, it is replaced and `work` is done again.
    fn with_index<T>(&self, work: impl Fn(&OpenIndex) -> Result<T, IndexFault>) -> Result<T, CacheError> {
        for _ in 1..MAX_ATTEMPTS {
            match self.attempt(&work) {
                Ok(value) => return Ok(value),
                Err((fault, _)) if fault.kind == IndexFaultKind::Refused => return Err(self.error(fault)),
                Err((fault, file)) => self.reopen(fault.kind, file)?,
            }
        }
        self.attempt(&work).map_err(|(fault, _)| self.error(fault))
    }

    fn attempt<T>(
        &self,
        work: &impl Fn(&OpenIndex) -> Result<T, IndexFault>,
    ) -> Result<T, (IndexFault, Option<FileId>)> {
        let guard = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = &*guard else { return Err((IndexFault::stale(), None)) };
        db::guarded(|| work(open)).map_err(|fault| (fault, Some(open.file)))
    }

    /// Replaces the handle; and the file, where that is at fault.
    fn reopen(&self, kind: IndexFaultKind, file: Option<FileId>) -> Result<(), CacheError> {
        let mut guard = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = guard.as_ref() {
            let is_writable = matches!(open.db, IndexDb::Writer(_));
            // Another thread has done it.
            if Some(open.file) != file || (kind == IndexFaultKind::ReadOnly && is_writable) {
                return Ok(());
            }
        }
        close(guard.take());
        *guard = Some(match kind {
            IndexFaultKind::Broken if self.read_only.is_some() => self.load_records(true)?,
            _ if self.read_only.is_some() => self.open_or_load()?,
            IndexFaultKind::Broken => self.rebuild(file)?,
            _ => self.open_or_rebuild(db::open_to_write)?,
        });
        Ok(())
    }

    fn open_or_rebuild(&self, open: fn(&Disk, &Path) -> Result<IndexDb, IndexFault>) -> Result<OpenIndex, CacheError> {
        let path = self.layout.index();
        let file = db::file_id(&path).map_err(CacheError::io("look at", &path))?;
        let Some(id) = file else { return self.rebuild(None) };
        match open(&self.disk, &path).and_then(|db| OpenIndex::new(db, id)) {
            Ok(open) => Ok(open),
            Err(fault) if fault.kind == IndexFaultKind::Broken => self.rebuild(file),
            Err(fault) => Err(self.error(fault)),
        }
    }

    /// The index file for reading, or the records in memory where the file can't be used as it is.
    fn open_or_load(&self) -> Result<OpenIndex, CacheError> {
        let path = self.layout.index();
        let file = db::file_id(&path).map_err(CacheError::io("look at", &path))?;
        let Some(id) = file else { return self.load_records(false) };
        match db::open_to_read(&self.disk, &path).and_then(|db| OpenIndex::new(db, id)) {
            Ok(open) => Ok(open),
            Err(fault) => {
                // What a killed writer left is whole once a writer has repaired it.
                let is_unrepaired = matches!(fault.error, redb::Error::RepairAborted);
                self.load_records(fault.kind == IndexFaultKind::Broken && !is_unrepaired)
            }
        }
    }

    /// An index in memory, made from the records.
    fn load_records(&self, is_broken: bool) -> Result<OpenIndex, CacheError> {
        let records = records::read_all(&self.disk, &self.layout)?.records;
        let rows = self.rows(&records);
        self.rebuilt.fetch_add(usize::from(is_broken), Ordering::Relaxed);
        let made = db::guarded(|| {
            let db = db::open_in_memory()?;
            write(&db, &rows)?;
            OpenIndex::new(db, IN_MEMORY)
        });
        made.map_err(|fault| self.error(fault))
    }

    /// The rows of all results whose blobs are there.
    fn rows(&self, records: &BTreeMap<Key, ResultRecord>) -> Vec<IndexRow> {
        let is_whole = |record: &&ResultRecord| record.outcome.outputs.values().all(|blob| self.layout.has(blob));
        let whole = records.values().filter(is_whole);
        whole.flat_map(|record| result_rows(record.key, &record.action, &record.outcome)).collect()
    }

    /// Sets the file aside and makes a new one from the records. Does neither where another process has just done so.
    fn rebuild(&self, broken: Option<FileId>) -> Result<OpenIndex, CacheError> {
        let (path, lock) = (self.layout.index(), self.layout.index_lock());
        let file = self.disk.open_or_create(&lock).map_err(CacheError::io("open", &lock))?;
        file.lock().map_err(CacheError::io("lock", &lock))?;
        let now = db::file_id(&path).map_err(CacheError::io("look at", &path))?;
        if let Some(id) = now.filter(|_| now != broken) {
            let db = db::open_to_write(&self.disk, &path).and_then(|db| OpenIndex::new(db, id));
            return db.map_err(|fault| self.error(fault));
        }
        let records = records::read_all(&self.disk, &self.layout)?.records;
        let open = self.build_new(&records).map_err(|fault| self.error(fault))?;
        if broken.is_some() {
            self.rebuilt.fetch_add(1, Ordering::Relaxed);
        }
        Ok(open)
    }

    /// A new index at a name of its own, complete before it gets the real name.
    fn build_new(&self, records: &BTreeMap<Key, ResultRecord>) -> Result<OpenIndex, IndexFault> {
        let (path, new) = (self.layout.index(), self.layout.index().with_extension("new"));
        let _ = self.disk.remove(&new);
        let rows = self.rows(records);
        let made = db::guarded(|| {
            let db = db::open_to_write(&self.disk, &new)?;
            write(&db, &rows)?;
            let id = db::file_id(&new)?.ok_or_else(|| IndexFault::broken("it is empty"))?;
            if db::file_id(&path)?.is_some() {
                self.disk.rename(&path, &path.with_extension("redb.broken"))?;
            }
            self.disk.rename(&new, &path)?;
            self.disk.sync_folder(self.layout.root())?;
            OpenIndex::new(db, id)
        });
        if made.is_err() {
            let _ = self.disk.remove(&new);
        }
        made
    }

    fn error(&self, fault: IndexFault) -> CacheError {
        CacheError::Index { path: self.layout.index(), source: Box::new(fault.error) }
    }
}

impl Drop for ResultIndex {
    fn drop(&mut self) {
        close(self.open.write().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Closing a broken file may fail as badly as reading it.
fn close(open: Option<OpenIndex>) {
    let _ = db::guarded(|| {
        drop(open);
        Ok(())
    });
}

fn result_rows(key: Key, action: &Action, outcome: &Outcome) -> [IndexRow; 2] {
    let action = serde_json::to_vec(action).expect("an action is plain data");
    let key = key.as_bytes().to_vec();
    [(RESULTS, key.clone(), codec::outcome_to_bytes(outcome)), (ACTIONS, key, action)]
}
