//! The cache: stores the outputs of each key and their bytes.
//!
//! Order of writing: blob to a temporary file, fsync, rename, fsync of its folder; then a line in the record log; *then* one index
//! transaction. So neither names bytes that were not written, and an index that is rebuilt from the records has everything that the
//! old one had. Still no row is believed unless its blobs are there, and no blob is read unverified.
//!
//! A cache is a pair of an [`ActionCache`] and a [`BlobStore`] in one folder, and it may have further such pairs behind it ([`FurtherStore`]).

mod atomic_file;
mod blob_access;
mod blobs;
mod check;
mod codec;
mod compact;
mod db;
mod disk;
mod error;
mod file_identity;
mod films;
mod former;
mod further;
mod gc;
mod handle;
mod index;
mod layout;
mod local_actions;
mod lock;
#[cfg(test)]
pub(crate) mod memory_store;
mod pinned;
mod records;
mod result;
mod session;
mod stats;
mod store;
mod survey;
mod tables;

pub use atomic_file::is_file_at;
pub use blob_access::insert_outputs;
pub use check::{BlobDamage, DamagedBlob, VerifyReport};
pub use error::{CacheError, ReadOnlyReason};
pub use file_identity::FileIdentity;
pub use films::{FilmRecord, StepRecord};
pub use further::{FurtherStore, StoreWarning};
pub use gc::{GcPolicy, GcReport};
pub use handle::Cache;
pub use lock::KeyLock;
#[doc(hidden)]
pub use records::count_records;
pub use result::{CommitPermit, Lookup, NewResult};
pub use stats::{CacheStats, FilmUsage};
pub use store::{ActionCache, BlobStore, StoredResult};
pub use survey::CacheUsage;

#[cfg(test)]
mod tests;
