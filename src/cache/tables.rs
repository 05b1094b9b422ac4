//! The tables of the open index: reads and writes rows, each with a check. Broken rows are reported, not repaired.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redb::{ReadOnlyTable, ReadableTable, ReadableTableMetadata};
use serde::Deserialize;

use crate::action::{Blob, Outcome};
use crate::digest::Key;

use super::codec;
use super::db::{self, FileId, IndexDb, IndexFault, TableName};

const TABLES: [&str; 4] = ["results", "actions", "files", "notes"];
pub const RESULTS: usize = 0;
pub const ACTIONS: usize = 1;
pub const FILES: usize = 2;
pub const NOTES: usize = 3;
/// Longest life of a view: redb can't reuse the pages that a view sees.
const MAX_VIEW_AGE: Duration = Duration::from_secs(1);
/// How long a miss in a view is believed. A caller that must see what another process has just written forgets the view first.
const MAX_MISS_AGE: Duration = Duration::from_millis(2);

/// A row to be written: its table, key and value.
pub type IndexRow = (usize, Vec<u8>, Vec<u8>);

/// The parts of a result that gc and checks need.
#[derive(Clone, Debug)]
pub struct ResultBrief {
    /// The kind of step; empty where the action is not known.
    pub kind: String,
    pub outcome: Outcome,
    /// Inputs of its action, by role.
    pub inputs: BTreeMap<String, Blob>,
}

#[derive(Default, Deserialize)]
struct ActionBrief {
    kind: String,
    inputs: BTreeMap<String, Blob>,
}

/// The open index file, with the view that look-ups share.
pub struct OpenIndex {
    pub db: IndexDb,
    pub file: FileId,
    pub view: Mutex<Option<IndexView>>,
    /// Every row was looked at once.
    rows_verified: AtomicBool,
}

/// One state of the index, for many look-ups.
pub struct IndexView {
    tables: [ReadOnlyTable<&'static [u8], &'static [u8]>; TABLES.len()],
    since: Instant,
}

fn damaged() -> IndexFault {
    IndexFault::broken("a row is not what was written")
}

/// A panic while a lock is held is caught above, and the index replaced.
pub fn lock_or_recover<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn table(which: usize) -> TableName {
    TableName::new(TABLES[which])
}

/// One transaction; it makes the tables that are not there.
pub fn write(db: &IndexDb, rows: &[IndexRow]) -> Result<(), IndexFault> {
    let txn = db.begin_write()?;
    for (which, name) in TABLES.into_iter().enumerate() {
        let mut table = txn.open_table(table(which))?;
        for (_, key, value) in rows.iter().filter(|row| row.0 == which) {
            table.insert(key.as_slice(), codec::add_checksum(name, key, value).as_slice())?;
        }
    }
    Ok(txn.commit()?)
}

impl OpenIndex {
    /// Checks that all tables are there.
    pub fn new(db: IndexDb, file: FileId) -> Result<Self, IndexFault> {
        db::guarded(move || {
            let open = Self { db, file, view: Mutex::default(), rows_verified: AtomicBool::new(false) };
            *lock_or_recover(&open.view) = Some(open.begin_view()?);
            Ok(open)
        })
    }

    fn begin_view(&self) -> Result<IndexView, IndexFault> {
        let txn = self.db.begin_read()?;
        let tables = [
            txn.open_table(table(RESULTS))?,
            txn.open_table(table(ACTIONS))?,
            txn.open_table(table(FILES))?,
            txn.open_table(table(NOTES))?,
        ];
        Ok(IndexView { tables, since: Instant::now() })
    }

    pub fn write(&self, rows: &[IndexRow]) -> Result<(), IndexFault> {
        self.forget_view();
        let written = write(&self.db, rows);
        self.forget_view();
        written
    }

    /// The next look-up sees all that was written until then.
    pub fn forget_view(&self) {
        *lock_or_recover(&self.view) = None;
    }

    pub fn remove(&self, keys: &[Key], is_broken: impl Fn(&Outcome) -> bool) -> Result<usize, IndexFault> {
        self.forget_view();
        let txn = self.db.begin_write()?;
        let mut removed = 0;
        {
            let (mut results, mut actions) = (txn.open_table(table(RESULTS))?, txn.open_table(table(ACTIONS))?);
            for key in keys.iter().map(Key::as_bytes) {
                let row = results.get(key.as_slice())?;
                let outcome = row.as_ref().and_then(|row| codec::strip_checksum(TABLES[RESULTS], key, row.value()));
                let broken = outcome.and_then(codec::outcome_from_bytes).is_some_and(|outcome| is_broken(&outcome));
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
    pub fn get<T>(
        &self,
        which: usize,
        key: &[u8],
        decode: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, IndexFault> {
        let mut view = lock_or_recover(&self.view);
        if let Some(found) = view.as_ref().filter(|view| view.since.elapsed() < MAX_VIEW_AGE) {
            let row = found.get(which, key, &decode)?;
            if row.is_some() || found.since.elapsed() < MAX_MISS_AGE {
                return Ok(row);
            }
        }
        // The old one goes first: redb keeps the pages that any view sees.
        *view = None;
        view.insert(self.begin_view()?).get(which, key, decode)
    }

    /// All results; checks every row first.
    pub fn briefs(&self) -> Result<BTreeMap<Key, ResultBrief>, IndexFault> {
        self.rows_verified.store(false, Ordering::Relaxed);
        self.verify_rows()?;
        let view = self.begin_view()?;
        let mut briefs = BTreeMap::new();
        for row in view.tables[RESULTS].iter()? {
            let (key, value) = row?;
            let value = codec::strip_checksum(TABLES[RESULTS], key.value(), value.value());
            let outcome = value.and_then(codec::outcome_from_bytes).ok_or_else(damaged)?;
            let action = view.get(ACTIONS, key.value(), |bytes| serde_json::from_slice::<ActionBrief>(bytes).ok())?;
            let ActionBrief { kind, inputs } = action.unwrap_or_default();
            let key = Key::from_bytes(key.value().try_into().map_err(|_| damaged())?);
            briefs.insert(key, ResultBrief { kind, outcome, inputs });
        }
        Ok(briefs)
    }

    /// Before the first miss is believed, every result is looked at: all in order, all as written, all found where they are looked for.
    /// A miss means that a step runs, so there is time for it; a hit is proven by its own checksum.
    pub fn verify_rows(&self) -> Result<(), IndexFault> {
        if self.rows_verified.load(Ordering::Relaxed) {
            return Ok(());
        }
        let view = self.begin_view()?;
        let results = &view.tables[RESULTS];
        let (mut count, mut last) = (0, Vec::new());
        for row in results.iter()? {
            let (key, value) = row?;
            let (key, value) = (key.value(), value.value());
            let fits = codec::strip_checksum(TABLES[RESULTS], key, value).and_then(codec::outcome_from_bytes).is_some();
            if !fits || (count > 0 && key <= last.as_slice()) || results.get(key)?.is_none() {
                return Err(damaged());
            }
            key.clone_into(&mut last);
            count += 1;
        }
        if count != results.len()? {
            return Err(IndexFault::broken("rows are missing"));
        }
        self.rows_verified.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl IndexView {
    fn get<T>(&self, which: usize, key: &[u8], decode: impl Fn(&[u8]) -> Option<T>) -> Result<Option<T>, IndexFault> {
        let Some(row) = self.tables[which].get(key)? else { return Ok(None) };
        let value = codec::strip_checksum(TABLES[which], key, row.value()).and_then(decode);
        value.map(Some).ok_or_else(damaged)
    }
}
