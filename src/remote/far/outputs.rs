//! The outputs of a run as they come from outside: nothing but what was asked for, each verified before it is taken in.
//! Knows nothing of the link.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::action::{Action, Blob};
use crate::cache::{Cache, CacheError};
use crate::remote::hello::free;
use crate::remote::parcel::{Receipt, Refused};
use crate::remote::wire::Part;
use crate::steps;

/// Why outputs are not taken.
pub enum Error {
    /// This machine can't.
    Here(CacheError),
    /// They are not what they should be: what was sent.
    There(String),
}

impl From<CacheError> for Error {
    fn from(error: CacheError) -> Self {
        Self::Here(error)
    }
}

/// Outputs that are being received, one after the other.
pub struct Outputs<'c> {
    cache: &'c Cache,
    staging: tempfile::TempDir,
    /// What is still to come; the last comes next.
    waiting: Vec<(String, Blob)>,
    open: Option<(PathBuf, Blob, Receipt)>,
    /// What has come whole.
    whole: Vec<(PathBuf, Blob)>,
}

impl<'c> Outputs<'c> {
    /// Gets ready for what the far side says it made of `action`.
    pub fn new(action: &Action, cache: &'c Cache, outputs: &BTreeMap<String, Blob>) -> Result<Self, Error> {
        let mut wanted = steps::outputs(&action.kind).unwrap_or_default().to_vec();
        wanted.sort_unstable();
        if !wanted.iter().copied().eq(outputs.keys().map(String::as_str)) {
            return Err(Error::There("other outputs than were asked for".to_owned()));
        }
        let bytes = outputs.values().try_fold(0u64, |sum, blob| sum.checked_add(blob.len));
        let room = free(cache.root()).unwrap_or(u64::MAX);
        if bytes.is_none_or(|bytes| bytes > room) {
            return Err(Error::There(format!("a result of more bytes than this disk has room for ({room})")));
        }
        let waiting = outputs.iter().rev().map(|(role, blob)| (role.clone(), *blob)).collect();
        Ok(Self { cache, staging: cache.staging()?, waiting, open: None, whole: Vec::new() })
    }

    /// Takes the next part.
    pub fn take(&mut self, part: &Part, body: &[u8]) -> Result<(), Error> {
        if self.open.is_none() {
            self.open = self.begin()?;
        }
        let Some((path, blob, receipt)) = &mut self.open else {
            return Err(Error::There("more than its outputs".to_owned()));
        };
        receipt.take(part, body).map_err(|refused| sort(refused, path))?;
        if receipt.is_whole() {
            self.whole.push((path.clone(), *blob));
            self.open = None;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<Option<(PathBuf, Blob, Receipt)>, Error> {
        let Some((role, blob)) = self.waiting.pop() else { return Ok(None) };
        let path = self.staging.path().join(role);
        let file = File::create(&path).map_err(|source| unwritable(source, &path))?;
        Ok(Some((path, blob, Receipt::new(file, blob, 0))))
    }

    /// Takes all of them in, or none that is not what it should be.
    pub fn finish(self) -> Result<(), Error> {
        if self.open.is_some() || !self.waiting.is_empty() {
            return Err(Error::There("fewer bytes than its outputs have".to_owned()));
        }
        for (path, blob) in &self.whole {
            if !self.cache.take_in_as(path, blob)? {
                return Err(Error::There("bytes that are not those of its result".to_owned()));
            }
        }
        Ok(())
    }
}

fn sort(refused: Refused, path: &Path) -> Error {
    match refused {
        Refused::Wrong(what) => Error::There(what.to_owned()),
        Refused::Wire(error) => Error::There(error.to_string()),
        Refused::Io(source) => unwritable(source, path),
    }
}

fn unwritable(source: io::Error, path: &Path) -> Error {
    Error::Here(CacheError::Io { doing: "write", path: path.to_owned(), source })
}
