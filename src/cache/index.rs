//! The redb index: results and actions by key, digests of known files, notes. Rebuilt from the record log when it is broken.
//! Knows nothing of blobs' bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use redb::{Database, ReadOnlyTable, ReadableDatabase, ReadableTable, ReadableTableMetadata};

use serde::Deserialize;

use crate::action::{Action, Blob, Outcome};
use crate::digest::Key;

use super::records::{self, Record};
use super::rows::{self, KnownFile};
use super::store::{self, Fault, FileId, Kind, Table};
use super::{CacheError, Identity, disk::Disk, layout::Layout};

const TABLES: [&str; 4] = ["results", "actions", "files", "notes"];
const RESULTS: usize = 0;
const ACTIONS: usize = 1;
const FILES: usize = 2;
const NOTES: usize = 3;
/// A view keeps redb from using the pages again that it sees, so none is kept for long.
const VIEW: Duration = Duration::from_secs(1);
/// Times that an operation is tried on an index that had to be opened anew or replaced.
const TRIES: usize = 3;

/// A row to be written: its table, key and value.
type Row = (usize, Vec<u8>, Vec<u8>);

/// A result as gc and checks look at it.
#[derive(Clone, Debug)]
pub struct Brief {
    /// The kind of step; empty where the action is not known.
    pub kind: String,
    pub outcome: Outcome,
    /// What its action read.
    pub inputs: BTreeMap<String, Blob>,
}

#[derive(Default, Deserialize)]
struct ActionBrief {
    kind: String,
    inputs: BTreeMap<String, Blob>,
}

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

struct Open {
    db: Database,
    file: FileId,
    view: Mutex<Option<View>>,
    /// Every row was looked at once.
    proven: AtomicBool,
}

/// One state of the index, for many look-ups.
struct View {
    tables: [ReadOnlyTable<&'static [u8], &'static [u8]>; TABLES.len()],
    since: Instant,
}

impl Index {
    /// Opens the index. One that is not there, or is broken in any way, is rebuilt from the records.
    pub fn open(disk: &Disk, layout: &Layout) -> Result<Self, CacheError> {
        let (disk, layout) = (disk.clone(), layout.clone());
        let (open, files, rebuilt) = (RwLock::new(None), Mutex::default(), AtomicUsize::new(0));
        let index = Self { disk, layout, open, files, rebuilt };
        let opened = index.open_or_rebuild()?;
        *index.open.write().unwrap_or_else(PoisonError::into_inner) = Some(opened);
        Ok(index)
    }

    /// How often a broken index was replaced since this process opened it.
    pub fn rebuilt(&self) -> usize {
        self.rebuilt.load(Ordering::Relaxed)
    }

    pub fn result(&self, key: Key) -> Result<Option<Outcome>, CacheError> {
        self.run(|open| {
            let found = open.get(RESULTS, key.as_bytes(), |bytes| rows::outcome_from_bytes(bytes))?;
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
        self.run(|open| {
            open.proven.store(false, Ordering::Relaxed);
            open.prove()?;
            let view = open.look()?;
            let mut briefs = BTreeMap::new();
            for row in view.tables[RESULTS].iter()? {
                let (key, value) = row?;
                let value = rows::opened(TABLES[RESULTS], key.value(), value.value());
                let outcome = value.and_then(rows::outcome_from_bytes).ok_or_else(damaged)?;
                let action =
                    view.get(ACTIONS, key.value(), |bytes| serde_json::from_slice::<ActionBrief>(bytes).ok())?;
                let ActionBrief { kind, inputs } = action.unwrap_or_default();
                let key = Key::from_bytes(key.value().try_into().map_err(|_| damaged())?);
                briefs.insert(key, Brief { kind, outcome, inputs });
            }
            Ok(briefs)
        })
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

    /// Writes what was remembered of files, and lets go of the view that look-ups used.
    pub fn flush(&self) -> Result<(), CacheError> {
        let files = std::mem::take(&mut *held(&self.files));
        let row =
            |(path, known): (PathBuf, KnownFile)| (FILES, path.into_os_string().into_encoded_bytes(), known.to_bytes());
        let rows: Vec<Row> = files.into_iter().map(row).collect();
        if rows.is_empty() {
            return self.run(|open| Ok(*held(&open.view) = None));
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
        if guard.as_ref().is_some_and(|open| Some(open.file) != file) {
            return Ok(());
        }
        close(guard.take());
        *guard = Some(match kind {
            Kind::Broken => self.rebuild(file)?,
            _ => self.open_or_rebuild()?,
        });
        Ok(())
    }

    fn open_or_rebuild(&self) -> Result<Open, CacheError> {
        let path = self.layout.index();
        let file = store::file_id(&path).map_err(CacheError::io("look at", &path))?;
        let Some(id) = file else { return self.rebuild(None) };
        match store::open(&self.disk, &path).and_then(|db| Open::new(db, id)) {
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
            let db = store::open(&self.disk, &path).and_then(|db| Open::new(db, id));
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
            let db = store::open(&self.disk, &new)?;
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
    let _ = store::guarded(|| Ok(drop(open)));
}

fn result_rows(key: Key, action: &Action, outcome: &Outcome) -> [Row; 2] {
    let action = serde_json::to_vec(action).expect("an action is plain data");
    let key = key.as_bytes().to_vec();
    [(RESULTS, key.clone(), rows::outcome_to_bytes(outcome)), (ACTIONS, key, action)]
}

fn damaged() -> Fault {
    Fault::broken("a row is not what was written")
}

/// A panic while a lock is held is caught above, and the index replaced.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn table(which: usize) -> Table {
    Table::new(TABLES[which])
}

/// One transaction; it makes the tables that are not there.
fn write(db: &Database, rows: &[Row]) -> Result<(), Fault> {
    let txn = db.begin_write()?;
    for which in 0..TABLES.len() {
        let mut table = txn.open_table(table(which))?;
        for (_, key, value) in rows.iter().filter(|row| row.0 == which) {
            table.insert(key.as_slice(), rows::sealed(TABLES[which], key, value).as_slice())?;
        }
    }
    Ok(txn.commit()?)
}

impl Open {
    /// Looks whether all tables are there.
    fn new(db: Database, file: FileId) -> Result<Self, Fault> {
        store::guarded(move || {
            let open = Self { db, file, view: Mutex::default(), proven: AtomicBool::new(false) };
            *held(&open.view) = Some(open.look()?);
            Ok(open)
        })
    }

    fn look(&self) -> Result<View, Fault> {
        let txn = self.db.begin_read()?;
        let tables = [
            txn.open_table(table(RESULTS))?,
            txn.open_table(table(ACTIONS))?,
            txn.open_table(table(FILES))?,
            txn.open_table(table(NOTES))?,
        ];
        Ok(View { tables, since: Instant::now() })
    }

    fn write(&self, rows: &[Row]) -> Result<(), Fault> {
        *held(&self.view) = None;
        write(&self.db, rows)
    }

    fn remove(&self, keys: &[Key], is_broken: impl Fn(&Outcome) -> bool) -> Result<usize, Fault> {
        *held(&self.view) = None;
        let txn = self.db.begin_write()?;
        let mut removed = 0;
        {
            let (mut results, mut actions) = (txn.open_table(table(RESULTS))?, txn.open_table(table(ACTIONS))?);
            for key in keys.iter().map(Key::as_bytes) {
                let row = results.get(key.as_slice())?;
                let outcome = row.as_ref().and_then(|row| rows::opened(TABLES[RESULTS], key, row.value()));
                let broken = outcome.and_then(rows::outcome_from_bytes).is_some_and(|outcome| is_broken(&outcome));
                drop(row);
                if broken {
                    results.remove(key.as_slice())?;
                    actions.remove(key.as_slice())?;
                    removed += 1;
                }
            }
        }
        txn.commit()?;
        Ok(removed)
    }

    /// What an older view has is good: what a row names is looked for anyway. What it lacks may have been written since.
    fn get<T>(&self, which: usize, key: &[u8], decode: impl Fn(&[u8]) -> Option<T>) -> Result<Option<T>, Fault> {
        let mut view = held(&self.view);
        if let Some(found) = view.as_ref().filter(|view| view.since.elapsed() < VIEW) {
            let found = found.get(which, key, &decode)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        // The old one goes first: redb keeps the pages that any view sees.
        *view = None;
        view.insert(self.look()?).get(which, key, decode)
    }

    /// Before the first miss is believed, every result is looked at: all in order, all as written, all found where they are looked for.
    /// A miss means that a step runs, so there is time for it; a hit is proven by its own checksum.
    fn prove(&self) -> Result<(), Fault> {
        if self.proven.load(Ordering::Relaxed) {
            return Ok(());
        }
        let view = self.look()?;
        let results = &view.tables[RESULTS];
        let (mut count, mut last) = (0, Vec::new());
        for row in results.iter()? {
            let (key, value) = row?;
            let (key, value) = (key.value(), value.value());
            let fits = rows::opened(TABLES[RESULTS], key, value).and_then(rows::outcome_from_bytes).is_some();
            if !fits || (count > 0 && key <= last.as_slice()) || results.get(key)?.is_none() {
                return Err(damaged());
            }
            key.clone_into(&mut last);
            count += 1;
        }
        if count != results.len()? {
            return Err(Fault::broken("rows are missing"));
        }
        self.proven.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl View {
    fn get<T>(&self, which: usize, key: &[u8], decode: impl Fn(&[u8]) -> Option<T>) -> Result<Option<T>, Fault> {
        let Some(row) = self.tables[which].get(key)? else { return Ok(None) };
        let value = rows::opened(TABLES[which], key, row.value()).and_then(decode);
        value.map(Some).ok_or_else(damaged)
    }
}
