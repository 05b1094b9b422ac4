//! Blobs on their way to this machine: small ones at once, large ones on from where an earlier link broke. Knows nothing of who sends them,
//! or of messages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::action::Blob;
use crate::cache::{Cache, CacheError};
use crate::digest::Digest;
use crate::process::Cancel;

use super::parcel::{Receipt, Refused, is_full};
use super::partial::{self, LARGE, Partial};
use super::wire::{Lack, Part};

/// How often a blob that somebody else receives is looked at again.
const AGAIN: Duration = Duration::from_millis(20);

/// Blobs that are being received.
pub struct Arrivals {
    coming: BTreeMap<Digest, (Blob, Coming)>,
    staging: tempfile::TempDir,
}

/// A blob all of whose bytes have come. Nobody has looked yet whether they are the right ones.
pub struct Arrived {
    /// What it should be.
    pub blob: Blob,
    /// How many of its bytes came over an earlier link, perhaps from somebody else.
    pub earlier: u64,
    coming: Coming,
}

/// A blob in a file that goes with the link, or a large one in a file that stays, of which a part may be there.
enum Coming {
    Small(PathBuf, Receipt),
    Large(Partial),
}

/// Whether a blob goes on where it stopped, when a link breaks.
pub fn is_large(blob: &Blob) -> bool {
    blob.len >= LARGE
}

/// Removes what has come of large blobs and nobody went on with, or where it is too much.
pub fn sweep(cache: &Cache) {
    partial::sweep(&folder(cache));
}

/// Where large blobs lie until they are whole.
fn folder(cache: &Cache) -> PathBuf {
    cache.root().join("partial")
}

impl Arrivals {
    /// Gets ready for `blobs`. One that somebody else receives just now comes once more.
    pub fn of(cache: &Cache, blobs: impl IntoIterator<Item = Blob>) -> Result<Self, CacheError> {
        let mut arrivals = Self { coming: BTreeMap::new(), staging: cache.staging()? };
        for blob in BTreeSet::from_iter(blobs) {
            let large = if is_large(&blob) { large(cache, &blob)? } else { None };
            let coming = large.map_or_else(|| arrivals.small(&blob), Ok)?;
            arrivals.coming.insert(blob.digest, (blob, coming));
        }
        Ok(arrivals)
    }

    /// As above, for those of `blobs` that are not there. Waits for what somebody else receives just now, since that need not come again;
    /// `None` if `cancel` is set first.
    pub fn of_lacking(
        cache: &Cache,
        blobs: impl IntoIterator<Item = Blob>,
        cancel: &Cancel,
    ) -> Result<Option<Self>, CacheError> {
        let mut arrivals = Self { coming: BTreeMap::new(), staging: cache.staging()? };
        // In the order of digests, so that two that wait for each other's blobs can't wait for ever.
        for blob in BTreeSet::from_iter(blobs) {
            if !arrivals.add_lacking(cache, blob, cancel)? {
                return Ok(None);
            }
        }
        Ok(Some(arrivals))
    }

    /// `false` if `cancel` was set.
    fn add_lacking(&mut self, cache: &Cache, blob: Blob, cancel: &Cancel) -> Result<bool, CacheError> {
        while !cache.keep(&blob)? {
            let coming = if is_large(&blob) { large(cache, &blob)? } else { Some(self.small(&blob)?) };
            match coming {
                // It came between the look and the lock.
                Some(Coming::Large(partial)) if cache.keep(&blob)? => partial.discard(),
                Some(coming) => {
                    self.coming.insert(blob.digest, (blob, coming));
                    return Ok(true);
                }
                None if cancel.is_set() => return Ok(false),
                None => thread::sleep(AGAIN),
            }
        }
        Ok(true)
    }

    fn small(&self, blob: &Blob) -> Result<Coming, CacheError> {
        let path = self.staging.path().join(blob.digest.to_string());
        let file = File::create(&path).map_err(unwritable(&path))?;
        Ok(Coming::Small(path, Receipt::new(file, *blob, 0)))
    }

    /// Whether nothing is to come any more.
    pub fn is_empty(&self) -> bool {
        self.coming.is_empty()
    }

    /// What is to come of those that are `wanted`, and how much of each is there.
    pub fn lacks(&self, wanted: impl Fn(&Blob) -> bool) -> Vec<Lack> {
        let wanted = self.coming.values().filter(|(blob, _)| wanted(blob));
        wanted.map(|(blob, coming)| Lack { digest: blob.digest, from: coming.from() }).collect()
    }

    /// Takes the next part of one of them; gives that one, if it was the last part.
    pub fn take(&mut self, part: &Part, body: &[u8]) -> Result<Option<Arrived>, Refused> {
        let Some((_, coming)) = self.coming.get_mut(&part.digest) else {
            return Err(Refused::Wrong("a blob that is not lacking"));
        };
        let is_whole = match coming.take(part, body) {
            Ok(is_whole) => is_whole,
            Err(refused) => {
                self.give_up(&part.digest, &refused);
                return Err(refused);
            }
        };
        let arrived = if is_whole { self.coming.remove(&part.digest) } else { None };
        Ok(arrived.map(|(blob, coming)| Arrived { blob, earlier: coming.from(), coming }))
    }

    /// What has come of it is of no more use if its sender sends nonsense, and in the way if no room is left.
    fn give_up(&mut self, digest: &Digest, refused: &Refused) {
        let stays = matches!(refused, Refused::Io(error) if !is_full(error));
        if let Some((_, Coming::Large(partial))) = self.coming.remove(digest)
            && !stays
        {
            partial.discard();
        }
    }
}

impl Arrived {
    /// Takes it in among the blobs; `false` if it is not what it should be, and then it is gone.
    pub fn keep(&self, cache: &Cache) -> Result<bool, CacheError> {
        let path = match &self.coming {
            Coming::Small(path, _) => path,
            Coming::Large(partial) => &partial.path,
        };
        let is_right = cache.take_in_as(path, &self.blob)?;
        if !is_right {
            let _ = fs::remove_file(path);
        }
        Ok(is_right)
    }
}

impl Coming {
    fn from(&self) -> u64 {
        match self {
            Self::Small(..) => 0,
            Self::Large(partial) => partial.from,
        }
    }

    fn take(&mut self, part: &Part, body: &[u8]) -> Result<bool, Refused> {
        let receipt = match self {
            Self::Small(_, receipt) => receipt,
            Self::Large(partial) => &mut partial.receipt,
        };
        receipt.take(part, body)?;
        Ok(receipt.is_whole())
    }
}

/// `None` while somebody else receives it.
fn large(cache: &Cache, blob: &Blob) -> Result<Option<Coming>, CacheError> {
    let folder = folder(cache);
    Ok(Partial::open(&folder, blob).map_err(unwritable(&folder))?.map(Coming::Large))
}

fn unwritable(path: &Path) -> impl Fn(std::io::Error) -> CacheError {
    move |source| CacheError::Io { doing: "write", path: path.to_owned(), source }
}
