//! Blobs on their way to this machine: small ones at once, large ones on from where an earlier link broke. Knows nothing of who sends them,
//! or of messages.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::action::Blob;
use crate::cache::{Cache, CacheError};
use crate::digest::Digest;
use crate::process::Cancel;

use super::parcel::{Receipt, Refused, is_full};
use super::partial::{LARGE, Partial};
use super::wire::{Lack, Part};

/// Blobs that are being received.
pub struct Arrivals {
    coming: BTreeMap<Digest, (Blob, Coming)>,
    _staging: tempfile::TempDir,
}

/// A blob all of whose bytes have come. Nobody has looked yet whether they are the right ones.
pub struct Arrived {
    /// What it should be.
    pub blob: Blob,
    /// How many of its bytes came over an earlier link, perhaps from somebody else.
    pub earlier: u64,
    coming: Coming,
}

/// A small blob, or a large one of which a part may be there.
enum Coming {
    Small(PathBuf, Receipt),
    Large(Partial),
}

/// Whether a blob goes on where it stopped, when a link breaks.
pub fn is_large(blob: &Blob) -> bool {
    blob.len >= LARGE
}

/// Where large blobs lie until they are whole.
pub fn folder(cache: &Cache) -> PathBuf {
    cache.root().join("partial")
}

impl Arrivals {
    /// Gets ready for `blobs`. Waits for those that another process or thread receives just now; what that one got needs no more coming.
    /// `None` if `cancel` is set first.
    pub fn of(
        cache: &Cache,
        blobs: impl IntoIterator<Item = Blob>,
        cancel: &Cancel,
    ) -> Result<Option<Self>, CacheError> {
        let staging = cache.staging()?;
        // In the order of digests, so that two that wait for each other's blobs can't wait for ever.
        let wanted: BTreeMap<Digest, Blob> = blobs.into_iter().map(|blob| (blob.digest, blob)).collect();
        let mut coming = BTreeMap::new();
        for (digest, blob) in wanted {
            if !is_large(&blob) {
                let path = staging.path().join(digest.to_string());
                let file = File::create(&path).map_err(unwritable(&path))?;
                coming.insert(digest, (blob, Coming::Small(path, Receipt::new(file, blob, 0))));
                continue;
            }
            let folder = folder(cache);
            let mut is_settled = || cancel.is_set() || cache.keep(&blob).unwrap_or(false);
            match Partial::open(&folder, &blob, &mut is_settled).map_err(unwritable(&folder))? {
                Some(partial) => drop(coming.insert(digest, (blob, Coming::Large(partial)))),
                None if cancel.is_set() => return Ok(None),
                None => {}
            }
        }
        Ok(Some(Self { coming, _staging: staging }))
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

    /// What has come of it is kept for the next try, unless somebody else needs the room now.
    fn give_up(&mut self, digest: &Digest, refused: &Refused) {
        if let Some((_, Coming::Large(partial))) = self.coming.remove(digest)
            && matches!(refused, Refused::Io(error) if is_full(error))
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

fn unwritable(path: &Path) -> impl Fn(std::io::Error) -> CacheError {
    move |source| CacheError::Io { doing: "write", path: path.to_owned(), source }
}
