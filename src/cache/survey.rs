//! Read-only survey of the whole cache: what is there, what refers to it, and what must stay.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::digest::{Digest, Key};

use super::db::FileId;
use super::disk::Disk;
use super::error::CacheError;
use super::films::{self, FilmRecord};
use super::handle::Cache;
use super::layout::CacheLayout;
use super::session;
use super::tables::ResultBrief;

/// An amount of results and their blobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheUsage {
    /// Number of results, by key.
    pub results: usize,
    /// Number of blobs, each counted once.
    pub blobs: usize,
    /// Bytes of those blobs.
    pub bytes: u64,
}

/// Length and time of a blob's file.
#[derive(Clone, Copy, Debug)]
pub struct BlobFile {
    pub len: u64,
    /// When it was last needed, by the file system's clock.
    pub needed: SystemTime,
}

/// What the films need. It only grows: what was a root once is one until the end of this gc.
pub struct GcRoots {
    disk: Disk,
    layout: CacheLayout,
    read: HashSet<(FileId, bool)>,
    keys: HashSet<Key>,
}

impl GcRoots {
    pub fn new(disk: &Disk, layout: &CacheLayout) -> Self {
        Self { disk: disk.clone(), layout: layout.clone(), read: HashSet::new(), keys: HashSet::new() }
    }

    pub fn has(&self, key: &Key) -> bool {
        self.keys.contains(key)
    }

    /// Reads those film records that it has not read yet: of films whose spec is there, and those that living sessions go by.
    pub fn refresh(&mut self) -> Result<(), CacheError> {
        let sessions = session::live_sessions(&self.layout);
        let snapshots = sessions.iter().flat_map(|live| session::snapshots(&live.folder));
        for (path, held) in
            snapshots.map(|path| (path, true)).chain(film_files(&self.layout).into_iter().map(|p| (p, false)))
        {
            let Ok(id) = fs::metadata(&path).map(|m| (m.dev(), m.ino())) else { continue };
            // One file may have two names: that of a film whose spec is gone, and a session's that still goes by it.
            if !self.read.insert((id, held)) {
                continue;
            }
            let record = films::read_record(&self.disk, &path)?.filter(|record| held || record.spec.exists());
            self.keys.extend(record.iter().flat_map(|record| record.steps.values().map(|made| made.key)));
        }
        Ok(())
    }
}

/// The files of film records, sorted.
pub fn film_files(layout: &CacheLayout) -> Vec<PathBuf> {
    let entries = fs::read_dir(layout.films()).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// All of it, at one time.
pub struct Survey {
    pub roots: GcRoots,
    pub results: BTreeMap<Key, ResultBrief>,
    pub blobs: HashMap<Digest, BlobFile>,
    /// How many results name a blob, as what they wrote or what they read.
    pub uses: HashMap<Digest, usize>,
}

impl Survey {
    pub fn from_cache(cache: &Cache) -> Result<Self, CacheError> {
        let mut roots = GcRoots::new(&cache.disk, &cache.layout);
        roots.refresh()?;
        let results = cache.actions.index.briefs()?;
        let mut uses = HashMap::new();
        for digest in results.values().flat_map(digests) {
            *uses.entry(digest).or_insert(0) += 1;
        }
        Ok(Self { roots, results, blobs: blob_files(&cache.layout), uses })
    }

    /// When the blobs that a result wrote were last needed; `None` where one of them is not there.
    pub fn last_needed(&self, brief: &ResultBrief) -> Option<SystemTime> {
        let times: Option<Vec<SystemTime>> =
            brief.outcome.outputs.values().map(|blob| Some(self.blobs.get(&blob.digest)?.needed)).collect();
        times?.into_iter().max()
    }

    /// What these results and all they name come to.
    pub fn usage<'a>(&self, results: impl Iterator<Item = &'a ResultBrief>) -> CacheUsage {
        let (mut amount, mut named) = (CacheUsage::default(), HashSet::new());
        for brief in results {
            amount.results += 1;
            named.extend(digests(brief));
        }
        for file in named.iter().filter_map(|digest| self.blobs.get(digest)) {
            amount.blobs += 1;
            amount.bytes += file.len;
        }
        amount
    }

    pub fn bytes(&self) -> u64 {
        self.blobs.values().map(|file| file.len).sum()
    }
}

/// All that a result names, each once.
pub fn digests(brief: &ResultBrief) -> BTreeSet<Digest> {
    brief.outcome.outputs.values().chain(brief.inputs.values()).map(|blob| blob.digest).collect()
}

/// All blob files. What is not named as a blob is not one.
pub fn blob_files(layout: &CacheLayout) -> HashMap<Digest, BlobFile> {
    let folders = fs::read_dir(layout.blobs()).into_iter().flatten().flatten();
    let files = folders.filter_map(|folder| fs::read_dir(folder.path()).ok()).flatten().flatten();
    files.filter_map(|entry| blob_file(&entry)).collect()
}

/// The blob that this entry of a folder is, if it is one.
fn blob_file(entry: &fs::DirEntry) -> Option<(Digest, BlobFile)> {
    let digest = entry.file_name().to_str()?.parse().ok()?;
    let m = entry.metadata().ok()?;
    Some((digest, BlobFile { len: m.len(), needed: m.modified().ok()? }))
}

/// The films that have a record, damaged ones without their contents.
pub fn film_records(disk: &Disk, layout: &CacheLayout) -> Result<Vec<(PathBuf, Option<FilmRecord>)>, CacheError> {
    let mut records = Vec::new();
    for path in film_files(layout) {
        let record = films::read_record(disk, &path)?;
        records.push((path, record));
    }
    Ok(records)
}

/// Now, by the clock of the file system that `file` is on.
pub fn file_system_time(disk: &Disk, file: &fs::File, path: &Path) -> Result<SystemTime, CacheError> {
    disk.touch(file, path).map_err(CacheError::io("set the time of", path))?;
    file.metadata().and_then(|m| m.modified()).map_err(CacheError::io("look at", path))
}
