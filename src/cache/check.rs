//! Reads everything in the cache and reports what is damaged; on request, removes the damaged parts.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind, Read};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::digest::{Digest, Key};

use super::error::CacheError;
use super::handle::Cache;
use super::tables::ResultBrief;
use super::{compact, records, survey};

/// Threads that read: a disk gains from two, and a machine that builds meanwhile keeps its cores.
const READER_THREADS: usize = 2;

/// What a check of every byte found.
#[derive(Debug, Default)]
pub struct VerifyReport {
    /// Blobs that were read.
    pub blobs: usize,
    /// The length of those blobs' files in bytes, in total.
    pub bytes: u64,
    /// Results whose rows were looked at.
    pub results: usize,
    /// Blobs that are not what a result names, sorted by digest.
    pub damaged: Vec<DamagedBlob>,
    /// Lines of the record log that are not what was written: file and number of the line, from 1.
    pub records: Vec<(PathBuf, usize)>,
    /// Film records that are not what was written.
    pub films: Vec<PathBuf>,
    /// The index was broken; it has been rebuilt from the records.
    pub index_rebuilt: bool,
}

/// A blob that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedBlob {
    /// The digest that names it.
    pub digest: Digest,
    /// What is wrong with it.
    pub damage: BlobDamage,
    /// How many results of which kind of step are hit.
    pub hits: BTreeMap<String, usize>,
}

/// What is wrong with a blob, and where, as far as its digest and length tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobDamage {
    /// There is no such file.
    Missing,
    /// It ends early: these bytes are missing.
    Short(Range<u64>),
    /// These bytes are too many.
    Long(Range<u64>),
    /// Some of these bytes are not what was written.
    Changed(Range<u64>),
    /// The disk gives nothing from this byte on.
    Unreadable {
        /// The first byte that could not be read.
        from: u64,
        /// What the system said.
        why: String,
    },
}

impl VerifyReport {
    /// Whether everything is as it was written.
    pub fn is_clean(&self) -> bool {
        self.damaged.is_empty() && self.records.is_empty() && self.films.is_empty() && !self.index_rebuilt
    }
}

impl Cache {
    /// Reads every blob, row and record. Changes nothing, but that a broken index is rebuilt.
    pub fn verify(&self) -> Result<VerifyReport, CacheError> {
        let results = self.actions.index.briefs()?;
        let blobs = survey::blob_files(&self.layout);
        let lens = blob_lengths(&results);
        let all: BTreeSet<Digest> = blobs.keys().chain(lens.keys()).copied().collect();
        let damages = self.find_damage(&all.into_iter().collect::<Vec<_>>(), &lens);
        let films = survey::film_records(&self.disk, &self.layout)?;
        Ok(VerifyReport {
            blobs: blobs.len(),
            bytes: blobs.values().map(|file| file.len).sum(),
            results: results.len(),
            damaged: damages
                .into_iter()
                .map(|(digest, damage)| DamagedBlob { hits: count_hits(&results, &digest), digest, damage })
                .collect(),
            records: records::read_all(&self.disk, &self.layout)?.damaged,
            films: films.into_iter().filter(|(_, record)| record.is_none()).map(|(path, _)| path).collect(),
            index_rebuilt: self.actions.index.rebuild_count() > 0,
        })
    }

    /// Removes what is damaged and what depends on it, and rebuilds the index from the records. Gives what it found; a check
    /// afterwards finds nothing. What was removed is made again by the next build that needs it.
    pub fn repair(&self) -> Result<VerifyReport, CacheError> {
        self.check_writable()?;
        let found = self.verify()?;
        let damaged: BTreeSet<Digest> = found.damaged.iter().map(|blob| blob.digest).collect();
        let results = self.actions.index.briefs()?;
        let hit =
            results.iter().filter(|(_, brief)| brief.outcome.outputs.values().any(|b| damaged.contains(&b.digest)));
        let hit: Vec<Key> = hit.map(|(key, _)| *key).collect();
        let broken = self.layout.index().with_extension("redb.broken");
        let blobs = damaged.iter().map(|digest| self.layout.blob(digest));
        for path in blobs.chain(found.films.iter().cloned()).chain([broken]) {
            match self.disk.remove(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(CacheError::io("remove", &path)(error));
                }
                _ => {}
            }
        }
        self.actions.index.remove_broken(&hit)?;
        compact::compact(self, true)?;
        self.actions.index.rebuild_from_records()?;
        Ok(found)
    }

    /// What is wrong with which of these blobs.
    fn find_damage(&self, digests: &[Digest], lens: &BTreeMap<Digest, u64>) -> BTreeMap<Digest, BlobDamage> {
        let (next, found) = (AtomicUsize::new(0), Mutex::default());
        let read = || {
            while let Some(digest) = digests.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Some(damage) = self.check_blob(digest, lens.get(digest).copied()) {
                    let mut found: std::sync::MutexGuard<BTreeMap<_, _>> = found.lock().expect("no holder panics");
                    found.insert(*digest, damage);
                }
            }
        };
        thread::scope(|scope| (0..READER_THREADS).for_each(|_| drop(scope.spawn(read))));
        found.into_inner().expect("no holder panics")
    }

    /// `should` is the length by the results that name it.
    fn check_blob(&self, digest: &Digest, should: Option<u64>) -> Option<BlobDamage> {
        let mut reader = match self.disk.open(&self.layout.blob(digest)) {
            Ok(file) => CountingReader { from: file, read: 0 },
            // What no result names may be removed at any time.
            Err(error) if error.kind() == ErrorKind::NotFound => return should.map(|_| BlobDamage::Missing),
            Err(error) => return Some(BlobDamage::Unreadable { from: 0, why: error.to_string() }),
        };
        match Digest::of_reader(&mut reader) {
            Ok((found, _)) if found == *digest => None,
            Ok((_, len)) => Some(match should.unwrap_or(len) {
                should if len < should => BlobDamage::Short(len..should),
                should if len > should => BlobDamage::Long(should..len),
                _ => BlobDamage::Changed(0..len),
            }),
            Err(error) => Some(BlobDamage::Unreadable { from: reader.read, why: error.to_string() }),
        }
    }
}

/// The length of every blob that a result wrote.
fn blob_lengths(results: &BTreeMap<Key, ResultBrief>) -> BTreeMap<Digest, u64> {
    results.values().flat_map(|brief| brief.outcome.outputs.values()).map(|blob| (blob.digest, blob.len)).collect()
}

/// How many results have the blob among their outputs, by kind of step.
fn count_hits(results: &BTreeMap<Key, ResultBrief>, digest: &Digest) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for brief in results.values().filter(|brief| brief.outcome.outputs.values().any(|b| b.digest == *digest)) {
        *kinds.entry(brief.kind.clone()).or_insert(0) += 1;
    }
    kinds
}

/// A reader that counts the bytes it has read.
struct CountingReader<R> {
    from: R,
    read: u64,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(out)?;
        self.read += n as u64;
        Ok(n)
    }
}
