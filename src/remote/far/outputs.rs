//! The outputs of a run as they come from outside: nothing but what was asked for, each verified before it is taken in.
//! Knows nothing of the link.

use std::collections::BTreeMap;

use crate::action::{Action, Blob};
use crate::cache::{Cache, CacheError};
use crate::remote::arrivals::{Arrivals, is_large};
use crate::remote::hello::free;
use crate::remote::parcel::Refused;
use crate::remote::wire::{Lack, Part};
use crate::steps;

/// Why outputs are not taken.
pub enum Error {
    /// This machine can't.
    Here(CacheError),
    /// They are not what they should be: what was sent.
    There(String),
    /// They are not what they should be, and it may have been somebody else who sent the first of it.
    Either,
}

impl From<CacheError> for Error {
    fn from(error: CacheError) -> Self {
        Self::Here(error)
    }
}

/// Outputs that are being received.
pub struct Outputs<'c> {
    cache: &'c Cache,
    coming: Arrivals,
    /// One whose beginning came over an earlier link is not what it should be.
    is_mixed: bool,
    has_large: bool,
}

impl<'c> Outputs<'c> {
    /// Gets ready for what the far side says it made of `action`.
    pub fn new(action: &Action, cache: &'c Cache, outputs: &BTreeMap<String, Blob>) -> Result<Self, Error> {
        let mut wanted = steps::outputs(&action.kind).unwrap_or_default().to_vec();
        wanted.sort_unstable();
        if !wanted.iter().copied().eq(outputs.keys().map(String::as_str)) {
            return Err(Error::There("other outputs than were asked for".to_owned()));
        }
        let mut coming = BTreeMap::new();
        for blob in outputs.values() {
            // Small ones come unasked.
            if (!is_large(blob) || !cache.keep(blob)?) && coming.insert(blob.digest, *blob).is_some_and(|b| b != *blob)
            {
                return Err(Error::There("one output under two lengths".to_owned()));
            }
        }
        let bytes = coming.values().try_fold(0u64, |sum, blob| sum.checked_add(blob.len));
        let room = free(cache.root()).unwrap_or(u64::MAX);
        if bytes.is_none_or(|bytes| bytes > room) {
            return Err(Error::There(format!("a result of more bytes than this disk has room for ({room})")));
        }
        let coming = Arrivals::of(cache, coming.into_values())?;
        Ok(Self { cache, coming, is_mixed: false, has_large: outputs.values().any(is_large) })
    }

    /// What of the large ones is lacking here, which the far side waits to be told; `None` if there are none.
    pub fn lacks(&self) -> Option<Vec<Lack>> {
        self.has_large.then(|| self.coming.lacks(is_large))
    }

    /// Takes the next part; what is whole with it is taken in if it is what it should be.
    pub fn take(&mut self, part: &Part, body: &[u8]) -> Result<(), Error> {
        let Some(arrived) = self.coming.take(part, body).map_err(|refused| self.sort(refused))? else { return Ok(()) };
        let is_right = arrived.keep(self.cache)?;
        if !is_right && arrived.earlier == 0 {
            return Err(Error::There("bytes that are not those of its result".to_owned()));
        }
        self.is_mixed |= !is_right;
        Ok(())
    }

    /// Whether all of them are here.
    pub fn finish(self) -> Result<(), Error> {
        if !self.coming.is_empty() {
            return Err(Error::There("fewer bytes than its outputs have".to_owned()));
        }
        if self.is_mixed { Err(Error::Either) } else { Ok(()) }
    }

    fn sort(&self, refused: Refused) -> Error {
        match refused {
            Refused::Wrong(what) => Error::There(what.to_owned()),
            Refused::Wire(error) => Error::There(error.to_string()),
            Refused::Io(source) => {
                Error::Here(CacheError::Io { doing: "write", path: self.cache.root().to_owned(), source })
            }
        }
    }
}
