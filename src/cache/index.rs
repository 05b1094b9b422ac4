//! The redb index: results and actions by key, digests of known files, notes. Rebuilt from the record log when it is broken.
//! Knows nothing of blobs' bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use crate::action::{Action, Blob, Outcome};
use crate::digest::Key;

use super::records::{self, Record};
use super::rows::{self, KnownFile};
use super::store::{self, Db, Fault, FileId, Kind};
use super::tables::{ACTIONS, Brief, FILES, NOTES, Open, RESULTS, Row, held, write};
use super::{CacheError, Identity, disk::Disk, layout::Layout};

/// Times that an operation is tried on an index that had to be opened anew or replaced.
const TRIES: usize = 4;

/// The open index.
pub struct Index {
    disk: Disk,
    layout: Layout,
    /// `None` while it can't be opened.
    open: RwLock<Option<Open>>,
    /// Rows of `files` that are not written yet: many files, one transaction.
    files: Mutex<BTreeMap<PathBuf, KnownFile>>,
    rebuilt: AtomicUsize,
}

impl Index {
    /// Opens the index. One that is not there, or is broken in any way, is rebuilt from the records.
    pub fn open(disk: &Disk, layout: &Layout) -> Result<Self, CacheError> {
        let (disk, layout) = (disk.clone(), layout.clone());
        let (open, files, rebuilt) = (RwLock::new(None), Mutex::default(), AtomicUsize::new(0));
        let index = Self { disk, layout, open, files, rebuilt };
        let opened = index.open_or_rebuild(|disk, path| {
            store::open_to_read(disk, path).or_else(|_| store::open_to_write(disk, path))
        })?;
        *index.open.write().unwrap_or_else(PoisonError::into_inner) = Some(opened);
        Ok(index)
    }

    /// How often a broken index was replaced since this process opened it.
    pub fn rebuilt(&self) -> usize {
        self.rebuilt.load(Ordering::Relaxed)
    }

    pub fn result(&self, key: Key) -> Result<Option<Outcome>, CacheError> {
        self.run(|open| {
            let found = open.get(RESULTS, key.as_bytes(), rows::outcome_from_bytes)?;
            if found.is_none() {
                open.prove()?;
            }
            Ok(found)
        })
    }

    pub fn action(&self, key: Key) -> Result<Option<Action>, CacheError> {
        self.run(|open| open.get(ACTIONS, key.as_bytes(), |bytes| serde_json::from_slice(bytes).ok()))
    }

    /// Files all of them in one transaction.
    pub fn put_results<'a>(
        &self,
        results: impl Iterator<Item = (Key, &'a Action, &'a Outcome)>,
    ) -> Result<(), CacheError> {
        let rows: Vec<Row> = results.flat_map(|(key, action, outcome)| result_rows(key, action, outcome)).collect();
        self.put(&rows)
    }

    /// All results, after a look at every row.
    pub fn briefs(&self) -> Result<BTreeMap<Key, Brief>, CacheError> {
        self.run(Open::briefs)
    }

    /// Removes those of the results that are not whole, in one transaction, and says how many. Looked at within the transaction: what is
    /// being made again has its blobs in place before its row.
    pub fn remove_broken(&self, keys: &[Key]) -> Result<usize, CacheError> {
        self.run(|open| {
            let removed = open.remove(keys, |outcome| !outcome.outputs.values().all(|blob| self.layout.has(blob)))?;
            self.check_place(open)?;
            Ok(removed)
        })
    }

    /// Makes a new index from the records, whatever the old one is like.
    pub fn renew(&self) -> Result<(), CacheError> {
        let file = self.open.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|open| open.file);
        self.mend(Kind::Broken, file)
    }

    pub fn note(&self, name: &str) -> Result<Option<String>, CacheError> {
        self.run(|open| open.get(NOTES, name.as_bytes(), |bytes| String::from_utf8(bytes.to_vec()).ok()))
    }

    pub fn put_note(&self, name: &str, text: &str) -> Result<(), CacheError> {
        self.put(&[(NOTES, name.as_bytes().to_vec(), text.as_bytes().to_vec())])
    }

    pub fn known_file(&self, path: &Path, identity: &Identity) -> Result<Option<Blob>, CacheError> {
        if let Some(known) = held(&self.files).get(path) {
            return Ok(known.if_same(identity));
        }
        let key = path.as_os_str().as_encoded_bytes();
        let known = self.run(|open| open.get(FILES, key, KnownFile::from_bytes))?;
        Ok(known.and_then(|known| known.if_same(identity)))
    }

    pub fn remember_file(&self, path: &Path, identity: &Identity, blob: Blob) {
        held(&self.files).insert(path.to_owned(), KnownFile::new(identity, blob));
    }

    /// The next look-up sees all that other processes have written until then.
    pub fn refresh(&self) -> Result<(), CacheError> {
        self.run(|open| {
            open.forget_view();
            Ok(())
        })
    }

    /// Writes what was remembered of files, and lets go of the view that look-ups used.
    pub fn flush(&self) -> Result<(), CacheError> {
        let files = std::mem::take(&mut *held(&self.files));
        let row =
            |(path, known): (PathBuf, KnownFile)| (FILES, path.into_os_string().into_encoded_bytes(), known.to_bytes());
        let rows: Vec<Row> = files.into_iter().map(row).collect();
        if rows.is_empty() {
            return self.refresh();
        }
        self.put(&rows)
    }

    fn put(&self, rows: &[Row]) -> Result<(), CacheError> {
        self.run(|open| {
            open.write(rows)?;
            self.check_place(open)
        })
    }

    /// Whoever replaced the file meanwhile read the records, but perhaps not what was just written; and not all of it is in a record.
    fn check_place(&self, open: &Open) -> Result<(), Fault> {
        let same = store::file_id(&self.layout.index())? == Some(open.file);
        if same { Ok(()) } else { Err(Fault::stale()) }
    }

    /// Does `work` on the open index. Where the file turns out to be broken, it is replaced and `work` is done again.
    fn run<T>(&self, work: impl Fn(&Open) -> Result<T, Fault>) -> Result<T, CacheError> {
        for _ in 1..TRIES {
            match self.attempt(&work) {
                Ok(value) => return Ok(value),
                Err((fault, _)) if fault.kind == Kind::Refused => return Err(self.error(fault)),
                Err((fault, file)) => self.mend(fault.kind, file)?,
            }
        }
        self.attempt(&work).map_err(|(fault, _)| self.error(fault))
    }

    fn attempt<T>(&self, work: &impl Fn(&Open) -> Result<T, Fault>) -> Result<T, (Fault, Option<FileId>)> {
        let guard = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = &*guard else { return Err((Fault::stale(), None)) };
        store::guarded(|| work(open)).map_err(|fault| (fault, Some(open.file)))
    }

    /// Replaces the handle; and the file, where that is at fault.
    fn mend(&self, kind: Kind, file: Option<FileId>) -> Result<(), CacheError> {
        let mut guard = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let is_done =
            |open: &Open| Some(open.file) != file || (kind == Kind::ReadOnly && matches!(open.db, Db::Writer(_)));
        if guard.as_ref().is_some_and(is_done) {
            return Ok(());
        }
        close(guard.take());
        *guard = Some(match kind {
            Kind::Broken => self.rebuild(file)?,
            _ => self.open_or_rebuild(store::open_to_write)?,
        });
        Ok(())
    }

    fn open_or_rebuild(&self, open: fn(&Disk, &Path) -> Result<Db, Fault>) -> Result<Open, CacheError> {
        let path = self.layout.index();
        let file = store::file_id(&path).map_err(CacheError::io("look at", &path))?;
        let Some(id) = file else { return self.rebuild(None) };
        match open(&self.disk, &path).and_then(|db| Open::new(db, id)) {
            Ok(open) => Ok(open),
            Err(fault) if fault.kind == Kind::Broken => self.rebuild(file),
            Err(fault) => Err(self.error(fault)),
        }
    }

    /// Sets the file aside and makes a new one from the records. Does neither where another process has just done so.
    fn rebuild(&self, broken: Option<FileId>) -> Result<Open, CacheError> {
        let (path, lock) = (self.layout.index(), self.layout.index_lock());
        let file = self.disk.open_or_create(&lock).map_err(CacheError::io("open", &lock))?;
        file.lock().map_err(CacheError::io("lock", &lock))?;
        let now = store::file_id(&path).map_err(CacheError::io("look at", &path))?;
        if let Some(id) = now.filter(|_| now != broken) {
            let db = store::open_to_write(&self.disk, &path).and_then(|db| Open::new(db, id));
            return db.map_err(|fault| self.error(fault));
        }
        let records = records::read_all(&self.disk, &self.layout)?.records;
        let open = self.make(&records).map_err(|fault| self.error(fault))?;
        if broken.is_some() {
            self.rebuilt.fetch_add(1, Ordering::Relaxed);
        }
        Ok(open)
    }

    /// A new index at a name of its own, complete before it gets the real name.
    fn make(&self, records: &BTreeMap<Key, Record>) -> Result<Open, Fault> {
        let (path, new) = (self.layout.index(), self.layout.index().with_extension("new"));
        let _ = self.disk.remove(&new);
        let there = |record: &&Record| record.outcome.outputs.values().all(|blob| self.layout.has(blob));
        let rows: Vec<Row> = records
            .values()
            .filter(there)
            .flat_map(|record| result_rows(record.key, &record.action, &record.outcome))
            .collect();
        let made = store::guarded(|| {
            let db = store::open_to_write(&self.disk, &new)?;
            write(&db, &rows)?;
            let id = store::file_id(&new)?.ok_or_else(|| Fault::broken("it is empty"))?;
            if store::file_id(&path)?.is_some() {
                self.disk.rename(&path, &path.with_extension("redb.broken"))?;
            }
            self.disk.rename(&new, &path)?;
            self.disk.sync_folder(self.layout.root())?;
            Open::new(db, id)
        });
        if made.is_err() {
            let _ = self.disk.remove(&new);
        }
        made
    }

    fn error(&self, fault: Fault) -> CacheError {
        CacheError::Index { path: self.layout.index(), source: Box::new(fault.error) }
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        close(self.open.write().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Closing a broken file may fail as badly as reading it.
fn close(open: Option<Open>) {
    let _ = store::guarded(|| {
        drop(open);
        Ok(())
    });
}

fn result_rows(key: Key, action: &Action, outcome: &Outcome) -> [Row; 2] {
    let action = serde_json::to_vec(action).expect("an action is plain data");
    let key = key.as_bytes().to_vec();
    [(RESULTS, key.clone(), rows::outcome_to_bytes(outcome)), (ACTIONS, key, action)]
}
