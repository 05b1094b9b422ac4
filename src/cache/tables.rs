//! The tables of the open index: rows in, rows out, each checked. Knows nothing of what is done when one is broken.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redb::{ReadOnlyTable, ReadableTable, ReadableTableMetadata};
use serde::Deserialize;

use crate::action::{Blob, Outcome};
use crate::digest::Key;

use super::rows;
use super::store::{self, Db, Fault, FileId, Table};

const TABLES: [&str; 4] = ["results", "actions", "files", "notes"];
pub const RESULTS: usize = 0;
pub const ACTIONS: usize = 1;
pub const FILES: usize = 2;
pub const NOTES: usize = 3;
/// A view keeps redb from using the pages again that it sees, so none is kept for long.
const VIEW: Duration = Duration::from_secs(1);
/// So long a view is believed in what it lacks. Who must not miss what another process has just written forgets the view first.
const FRESH: Duration = Duration::from_millis(2);

/// A row to be written: its table, key and value.
pub type Row = (usize, Vec<u8>, Vec<u8>);

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

/// The open file.
pub struct Open {
    pub db: Db,
    pub file: FileId,
    pub view: Mutex<Option<View>>,
    /// Every row was looked at once.
    proven: AtomicBool,
}

/// One state of the index, for many look-ups.
pub struct View {
    tables: [ReadOnlyTable<&'static [u8], &'static [u8]>; TABLES.len()],
    since: Instant,
}

fn damaged() -> Fault {
    Fault::broken("a row is not what was written")
}

/// A panic while a lock is held is caught above, and the index replaced.
pub fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn table(which: usize) -> Table {
    Table::new(TABLES[which])
}

/// One transaction; it makes the tables that are not there.
pub fn write(db: &Db, rows: &[Row]) -> Result<(), Fault> {
    let txn = db.begin_write()?;
    for (which, name) in TABLES.into_iter().enumerate() {
        let mut table = txn.open_table(table(which))?;
        for (_, key, value) in rows.iter().filter(|row| row.0 == which) {
            table.insert(key.as_slice(), rows::sealed(name, key, value).as_slice())?;
        }
    }
    Ok(txn.commit()?)
}

impl Open {
    /// Looks whether all tables are there.
    pub fn new(db: Db, file: FileId) -> Result<Self, Fault> {
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

    pub fn write(&self, rows: &[Row]) -> Result<(), Fault> {
        self.forget_view();
        let written = write(&self.db, rows);
        self.forget_view();
        written
    }

    /// The next look-up sees all that was written until then.
    pub fn forget_view(&self) {
        *held(&self.view) = None;
    }

    pub fn remove(&self, keys: &[Key], is_broken: impl Fn(&Outcome) -> bool) -> Result<usize, Fault> {
        self.forget_view();
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
    pub fn get<T>(&self, which: usize, key: &[u8], decode: impl Fn(&[u8]) -> Option<T>) -> Result<Option<T>, Fault> {
        let mut view = held(&self.view);
        if let Some(found) = view.as_ref().filter(|view| view.since.elapsed() < VIEW) {
            let row = found.get(which, key, &decode)?;
            if row.is_some() || found.since.elapsed() < FRESH {
                return Ok(row);
            }
        }
        // The old one goes first: redb keeps the pages that any view sees.
        *view = None;
        view.insert(self.look()?).get(which, key, decode)
    }

    /// All results, after a look at every row.
    pub fn briefs(&self) -> Result<BTreeMap<Key, Brief>, Fault> {
        self.proven.store(false, Ordering::Relaxed);
        self.prove()?;
        let view = self.look()?;
        let mut briefs = BTreeMap::new();
        for row in view.tables[RESULTS].iter()? {
            let (key, value) = row?;
            let value = rows::opened(TABLES[RESULTS], key.value(), value.value());
            let outcome = value.and_then(rows::outcome_from_bytes).ok_or_else(damaged)?;
            let action = view.get(ACTIONS, key.value(), |bytes| serde_json::from_slice::<ActionBrief>(bytes).ok())?;
            let ActionBrief { kind, inputs } = action.unwrap_or_default();
            let key = Key::from_bytes(key.value().try_into().map_err(|_| damaged())?);
            briefs.insert(key, Brief { kind, outcome, inputs });
        }
        Ok(briefs)
    }

    /// Before the first miss is believed, every result is looked at: all in order, all as written, all found where they are looked for.
    /// A miss means that a step runs, so there is time for it; a hit is proven by its own checksum.
    pub fn prove(&self) -> Result<(), Fault> {
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
