//! Errors of the cache, with a hint where there is one.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::digest::Digest;

/// What can go wrong in the cache.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The operating system refused an operation on a file.
    #[error("the cache can't {doing} `{}`: {source}", path.display())]
    Io {
        /// The operation as a verb phrase, such as `make the folder`.
        doing: &'static str,
        /// The file or folder on which it was tried.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The index can be neither opened nor replaced, or an operation on it failed.
    #[error("the cache's index `{}` can't be used: {source}", path.display())]
    Index {
        /// The path of the index file.
        path: PathBuf,
        /// The error of the database.
        source: Box<redb::Error>,
    },
    /// A blob is gone, or its bytes are not the ones it is named by. It was removed; its step must run again.
    #[error("a cached result is damaged or gone: blob {}", digest)]
    Lost {
        /// The digest that names the blob.
        digest: Digest,
    },
    /// Something had to be written into a cache that is open for reading only.
    #[error("the cache `{}` can only be read: {reason}", folder.display())]
    ReadOnly {
        /// The cache's folder.
        folder: PathBuf,
        /// Why nothing is written there.
        reason: ReadOnlyReason,
    },
    /// A further store failed, or gave something wrong.
    #[error("{message}")]
    Store {
        /// What happened, in one line.
        message: String,
    },
}

/// Why nothing is written into a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnlyReason {
    /// It was opened like that on request.
    Requested,
    /// Its file system is mounted for reading only.
    FileSystem,
    /// This user lacks the rights.
    Rights,
}

impl ReadOnlyReason {
    /// The reason for which the operating system refuses to write; `None` for errors that say nothing about writing in general.
    pub(super) fn from_io(error: &io::Error) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem => Some(Self::FileSystem),
            io::ErrorKind::PermissionDenied => Some(Self::Rights),
            _ => None,
        }
    }
}

impl fmt::Display for ReadOnlyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requested => "T2V_CACHE_READ_ONLY is set",
            Self::FileSystem => "its file system is mounted read-only",
            Self::Rights => "this user may not write there",
        })
    }
}

impl CacheError {
    /// The way out, where there is one.
    pub fn help(&self) -> Option<String> {
        if let Self::ReadOnly { reason, .. } = self {
            let elsewhere = "choose another place with T2V_CACHE=DIR";
            return Some(match reason {
                ReadOnlyReason::Requested => format!("unset T2V_CACHE_READ_ONLY, or {elsewhere}"),
                ReadOnlyReason::FileSystem => format!("{elsewhere}, or mount it for writing"),
                ReadOnlyReason::Rights => format!("{elsewhere}, or change the folder's rights"),
            });
        }
        let source = match self {
            Self::Io { source, .. } => Some(source),
            Self::Index { source, .. } => match &**source {
                redb::Error::Io(source) => Some(source),
                _ => None,
            },
            Self::Lost { .. } | Self::ReadOnly { .. } | Self::Store { .. } => None,
        };
        let full = source
            .is_some_and(|source| matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded));
        full.then(|| "that disk is full: make room on it, and build again; what is finished is kept".to_owned())
    }

    /// The error of writing the file at `path`.
    pub(super) fn write_failed(path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::io("write", path)
    }

    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }
}
