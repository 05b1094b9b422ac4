//! The redb index: results by key, digests of known files, notes. Knows nothing of blobs' bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use redb::{ConcurrencyMode, Database, ReadableDatabase, TableDefinition};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::action::{Blob, Outcome};
use crate::digest::Key;

use super::{CacheError, Identity};

const RESULTS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("results");
const FILES: TableDefinition<&[u8], &[u8]> = TableDefinition::new("files");
const NOTES: TableDefinition<&[u8], &[u8]> = TableDefinition::new("notes");
const CACHE_BYTES: usize = 32 << 20;

/// The open index.
pub struct Index {
    db: Database,
    path: PathBuf,
    /// Rows of `FILES` that are not written yet: many files, one transaction.
    files: Mutex<BTreeMap<PathBuf, KnownFile>>,
}

#[derive(Serialize, Deserialize)]
struct KnownFile {
    identity: Identity,
    blob: Blob,
}

impl Index {
    /// Opens the index, or begins a new one where the old one is broken: rows only save work, blobs stay.
    pub fn open(path: &Path) -> Result<Self, CacheError> {
        let db = create(path).or_else(|error| {
            if !is_broken(&error) {
                return Err(error);
            }
            let _ = fs::rename(path, path.with_extension("redb.broken"));
            create(path)
        });
        let db = db.map_err(|e| CacheError::Index { path: path.to_owned(), source: Box::new(e.into()) })?;
        let index = Self { db, path: path.to_owned(), files: Mutex::default() };
        index.make_tables()?;
        Ok(index)
    }

    pub fn result(&self, key: Key) -> Result<Option<Outcome>, CacheError> {
        self.get(RESULTS, key.as_bytes())
    }

    pub fn put_result(&self, key: Key, outcome: &Outcome) -> Result<(), CacheError> {
        self.put(RESULTS, [(key.as_bytes().to_vec(), outcome)])
    }

    pub fn note(&self, name: &str) -> Result<Option<String>, CacheError> {
        self.get(NOTES, name.as_bytes())
    }

    pub fn put_note(&self, name: &str, text: &str) -> Result<(), CacheError> {
        self.put(NOTES, [(name.as_bytes().to_vec(), text)])
    }

    pub fn known_file(&self, path: &Path, identity: &Identity) -> Result<Option<Blob>, CacheError> {
        let same = |known: &KnownFile| (known.identity == *identity).then_some(known.blob);
        if let Some(known) = self.files.lock().expect("no holder panics").get(path) {
            return Ok(same(known));
        }
        let known: Option<KnownFile> = self.get(FILES, path.as_os_str().as_encoded_bytes())?;
        Ok(known.as_ref().and_then(same))
    }

    pub fn remember_file(&self, path: &Path, identity: &Identity, blob: Blob) {
        let known = KnownFile { identity: identity.clone(), blob };
        self.files.lock().expect("no holder panics").insert(path.to_owned(), known);
    }

    pub fn flush(&self) -> Result<(), CacheError> {
        let files = std::mem::take(&mut *self.files.lock().expect("no holder panics"));
        if files.is_empty() {
            return Ok(());
        }
        let row = |(path, known): (PathBuf, KnownFile)| (path.into_os_string().into_encoded_bytes(), known);
        self.put(FILES, files.into_iter().map(row))
    }

    fn make_tables(&self) -> Result<(), CacheError> {
        let exist = || -> Result<bool, redb::Error> {
            let txn = self.db.begin_read()?;
            Ok([RESULTS, FILES, NOTES].into_iter().all(|table| txn.open_table(table).is_ok()))
        };
        if exist().map_err(|e| self.error(e))? {
            return Ok(());
        }
        let make = || -> Result<(), redb::Error> {
            let txn = self.db.begin_write()?;
            for table in [RESULTS, FILES, NOTES] {
                txn.open_table(table)?;
            }
            Ok(txn.commit()?)
        };
        make().map_err(|e| self.error(e))
    }

    /// A row that can't be read as what it should be counts as absent: it is written anew in its time.
    fn get<T: DeserializeOwned>(
        &self,
        table: TableDefinition<&[u8], &[u8]>,
        key: &[u8],
    ) -> Result<Option<T>, CacheError> {
        let read = || -> Result<Option<T>, redb::Error> {
            let row = self.db.begin_read()?.open_table(table)?.get(key)?;
            Ok(row.and_then(|row| serde_json::from_slice(row.value()).ok()))
        };
        read().map_err(|e| self.error(e))
    }

    fn put<T: Serialize>(
        &self,
        table: TableDefinition<&[u8], &[u8]>,
        rows: impl IntoIterator<Item = (Vec<u8>, T)>,
    ) -> Result<(), CacheError> {
        let write = || -> Result<(), redb::Error> {
            let txn = self.db.begin_write()?;
            {
                let mut table = txn.open_table(table)?;
                for (key, value) in rows {
                    let bytes = serde_json::to_vec(&value).expect("rows are plain data");
                    table.insert(key.as_slice(), bytes.as_slice())?;
                }
            }
            Ok(txn.commit()?)
        };
        write().map_err(|e| self.error(e))
    }

    fn error(&self, source: redb::Error) -> CacheError {
        CacheError::Index { path: self.path.clone(), source: Box::new(source) }
    }
}

fn create(path: &Path) -> Result<Database, redb::DatabaseError> {
    Database::builder().set_cache_size(CACHE_BYTES).set_concurrency_mode(ConcurrencyMode::MultiWriter).create(path)
}

/// Whether the file is at fault, rather than the disk or another process.
fn is_broken(error: &redb::DatabaseError) -> bool {
    use redb::{DatabaseError, StorageError};
    match error {
        DatabaseError::Storage(StorageError::Corrupted(_)) => true,
        DatabaseError::Storage(StorageError::Io(e)) => {
            matches!(e.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
        }
        DatabaseError::UpgradeRequired(_) | DatabaseError::RepairAborted => true,
        _ => false,
    }
}
