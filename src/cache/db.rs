//! The redb database in the index file: opens it through `Disk`, catches its panics and classifies its errors.

use std::any::Any;
use std::cell::Cell;
use std::fs::{self, File};
use std::io;
use std::ops::Bound;
use std::os::unix::fs::MetadataExt;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Once;

use redb::backends::{FileBackend, InMemoryBackend};
use redb::{
    BackendError, Builder, ConcurrencyMode, Database, ReadOnlyDatabase, ReadTransaction, ReadableDatabase,
    StorageBackend, TableDefinition, WriteTransaction,
};

use super::disk::{Disk, FileOp};

pub type TableName = TableDefinition<'static, &'static [u8], &'static [u8]>;

const REDB_CACHE_BYTES: usize = 32 << 20;

/// Why an operation on the index failed.
#[derive(Debug)]
pub struct IndexFault {
    pub kind: IndexFaultKind,
    pub error: redb::Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexFaultKind {
    /// The file is damaged.
    Broken,
    /// The open handle can't be used any more; the file may be intact.
    Stale,
    /// It is open for reading only.
    ReadOnly,
    /// The disk is full, access is denied, or another process prevents it.
    Refused,
}

impl IndexFault {
    pub fn broken(why: impl Into<String>) -> Self {
        Self { kind: IndexFaultKind::Broken, error: redb::Error::Corrupted(why.into()) }
    }

    pub fn stale() -> Self {
        Self { kind: IndexFaultKind::Stale, error: redb::Error::PreviousIo }
    }
}

impl<E: Into<redb::Error>> From<E> for IndexFault {
    fn from(error: E) -> Self {
        let error = error.into();
        Self { kind: kind(&error), error }
    }
}

fn kind(error: &redb::Error) -> IndexFaultKind {
    use redb::Error;
    match error {
        Error::PreviousIo | Error::DatabaseClosed => IndexFaultKind::Stale,
        // A file of the wrong length or with wild offsets in it.
        Error::Io(e) => match e.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput => {
                IndexFaultKind::Broken
            }
            _ => IndexFaultKind::Refused,
        },
        Error::DatabaseAlreadyOpen | Error::LockProtocolMismatch | Error::Unsupported | Error::Backend(_) => {
            IndexFaultKind::Refused
        }
        Error::ValueTooLarge(_) => IndexFaultKind::Refused,
        _ => IndexFaultKind::Broken,
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; a panic in it is a fault of the file. redb panics where a file that it trusted turns out to be damaged.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, IndexFault>) -> Result<T, IndexFault> {
    static QUIET: Once = Once::new();
    QUIET.call_once(keep_quiet);
    let outer = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    done.unwrap_or_else(|panic| Err(IndexFault::broken(said(panic.as_ref()))))
}

/// Keeps a panic that is caught above from being printed as a crash.
fn keep_quiet() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !GUARDED.get() {
            before(info);
        }
    }));
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("reading it failed: {}", text.unwrap_or("panic"))
}

/// Which file it is, whatever its name is now: device and inode.
pub type FileId = (u64, u64);

/// The file at `path`; `None` where there is none, or an empty one.
pub fn file_id(path: &Path) -> io::Result<Option<FileId>> {
    match fs::metadata(path) {
        Ok(m) if m.len() > 0 => Ok(Some((m.dev(), m.ino()))),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The open file. Most builds only read; a writer would sync the file when it opens and when it closes it, whatever it does between.
pub enum IndexDb {
    Reader(ReadOnlyDatabase),
    Writer(Database),
}

impl IndexDb {
    pub fn begin_read(&self) -> Result<ReadTransaction, IndexFault> {
        match self {
            Self::Reader(db) => Ok(db.begin_read()?),
            Self::Writer(db) => Ok(db.begin_read()?),
        }
    }

    pub fn begin_write(&self) -> Result<WriteTransaction, IndexFault> {
        match self {
            Self::Reader(_) => Err(IndexFault { kind: IndexFaultKind::ReadOnly, error: redb::Error::DatabaseClosed }),
            Self::Writer(db) => Ok(db.begin_write()?),
        }
    }
}

/// Opens an existing file for reading. Fails where it must be repaired after a crash first: opening for writing does that.
pub fn open_to_read(disk: &Disk, path: &Path) -> Result<IndexDb, IndexFault> {
    guarded(|| {
        let file = disk.open(path)?;
        Ok(IndexDb::Reader(builder().open_read_only_with_backend(FaultInjectingBackend::new(file, disk, path)?)?))
    })
}

/// Opens a file for reading and writing, and makes it where there is none.
pub fn open_to_write(disk: &Disk, path: &Path) -> Result<IndexDb, IndexFault> {
    guarded(|| {
        let file = disk.open_or_create(path)?;
        Ok(IndexDb::Writer(builder().create_with_backend(FaultInjectingBackend::new(file, disk, path)?)?))
    })
}

/// A new database in memory, which goes away with the handle.
pub fn open_in_memory() -> Result<IndexDb, IndexFault> {
    guarded(|| Ok(IndexDb::Writer(Database::builder().create_with_backend(InMemoryBackend::new())?)))
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(REDB_CACHE_BYTES).set_concurrency_mode(ConcurrencyMode::MultiWriter);
    builder
}

/// redb's file backend, with every operation checked by `Disk`. Locks are forwarded: several processes may write.
struct FaultInjectingBackend {
    file: FileBackend,
    disk: Disk,
    path: PathBuf,
}

impl FaultInjectingBackend {
    fn new(file: File, disk: &Disk, path: &Path) -> Result<Self, IndexFault> {
        Ok(Self { file: FileBackend::new(file)?, disk: disk.clone(), path: path.to_owned() })
    }
}

impl std::fmt::Debug for FaultInjectingBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.file.fmt(f)
    }
}

impl StorageBackend for FaultInjectingBackend {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.disk.check_allowed(FileOp::Read, &self.path)?;
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.disk.check_allowed(FileOp::Resize, &self.path)?;
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.check_allowed(FileOp::Sync, &self.path)?;
        self.file.sync_data()
    }

    /// If a test forbids the write, half of it is written, as with any file.
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        if let Err(error) = self.disk.check_allowed(FileOp::Write, &self.path) {
            let _ = self.file.write(offset, &data[..data.len() / 2]);
            return Err(error);
        }
        self.file.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}
