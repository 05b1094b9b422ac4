//! Statistics of the cache: numbers and bytes by kind of step and by film. Reads only.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::error::CacheError;
use super::handle::Cache;
use super::survey::{self, CacheUsage, Survey};
use super::{records, session};

/// Numbers and sizes of what is in the cache.
#[derive(Debug, Default)]
pub struct CacheStats {
    /// All results and blobs, each blob counted once.
    pub all: CacheUsage,
    /// By kind of step: how many results, and the bytes they wrote.
    pub kinds: BTreeMap<String, CacheUsage>,
    /// What each film's last build needs.
    pub films: Vec<FilmUsage>,
    /// What a gc without limits would remove now, if nothing was being built.
    pub unneeded: CacheUsage,
    /// Bytes of the index.
    pub index: u64,
    /// Bytes of the record logs.
    pub records: u64,
    /// Processes that have the cache open, but this one.
    pub sessions: usize,
}

/// What a film's last build needs.
#[derive(Debug)]
pub struct FilmUsage {
    /// The absolute path of the film.
    pub film: PathBuf,
    /// Its spec is still there; otherwise gc doesn't keep what it needs.
    pub is_kept: bool,
    /// How much that is; films may share it.
    pub amount: CacheUsage,
}

impl Cache {
    /// Surveys the cache and counts what is in it.
    pub fn stats(&self) -> Result<CacheStats, CacheError> {
        let survey = Survey::from_cache(self)?;
        let mut films = Vec::new();
        for record in survey::film_records(&self.disk, &self.layout)?.into_iter().filter_map(|(_, record)| record) {
            let needs = record.steps.values().filter_map(|made| survey.results.get(&made.key));
            films.push(FilmUsage { amount: survey.usage(needs), is_kept: record.spec.exists(), film: record.film });
        }
        films.sort_by(|a, b| a.film.cmp(&b.film));
        let all = CacheUsage { results: survey.results.len(), blobs: survey.blobs.len(), bytes: survey.bytes() };
        let needed = survey.results.iter().filter(|(key, _)| survey.roots.has(key)).map(|(_, brief)| brief);
        let needed = survey.usage(needed);
        Ok(CacheStats {
            kinds: kinds(&survey),
            films,
            unneeded: CacheUsage {
                results: all.results - needed.results,
                blobs: all.blobs - needed.blobs,
                bytes: all.bytes - needed.bytes,
            },
            all,
            index: file_len(self.layout.index()),
            records: records::log_files(&self.layout).into_iter().map(file_len).sum(),
            sessions: session::live_sessions(&self.layout).len().saturating_sub(usize::from(!self.is_read_only())),
        })
    }
}

/// The file's length in bytes; 0 if it can't be looked at.
fn file_len(path: PathBuf) -> u64 {
    fs::metadata(path).map_or(0, |m| m.len())
}

fn kinds(survey: &Survey) -> BTreeMap<String, CacheUsage> {
    let mut kinds: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for brief in survey.results.values() {
        // The blobs that it read were written by other steps.
        let wrote = super::tables::ResultBrief { inputs: BTreeMap::new(), ..brief.clone() };
        kinds.entry(brief.kind.clone()).or_default().push(wrote);
    }
    kinds.into_iter().map(|(kind, briefs)| (kind, survey.usage(briefs.iter()))).collect()
}
