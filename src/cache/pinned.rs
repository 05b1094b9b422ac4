//! What gc keeps for this process: the records of its films, and the results that it found or made.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use crate::digest::Key;

use super::films::FilmRecord;

/// What gc keeps for this process.
#[derive(Default)]
pub struct PinnedResults {
    /// The films' records as they were loaded, by film: snapshots of them lie in the session's folder.
    films: BTreeMap<PathBuf, LoadedFilm>,
    /// Results that were found or made since, so their blobs are younger than the session.
    results: HashSet<Key>,
}

/// A film's record, and what it names.
struct LoadedFilm {
    record: FilmRecord,
    keys: HashSet<Key>,
}

impl PinnedResults {
    /// Whether the result stays without anything more being done.
    pub fn has(&self, key: Key) -> bool {
        self.results.contains(&key) || self.films.values().any(|film| film.keys.contains(&key))
    }

    pub fn add(&mut self, keys: impl IntoIterator<Item = Key>) {
        self.results.extend(keys);
    }

    /// Goes by this record of the film from now on; `None`: it has none.
    pub fn set_film(&mut self, film: &Path, record: Option<&FilmRecord>) {
        let Some(record) = record else {
            self.films.remove(film);
            return;
        };
        let keys = record.steps.values().map(|made| made.key).collect();
        self.films.insert(film.to_owned(), LoadedFilm { record: record.clone(), keys });
    }

    /// Whether this is the record by which the process goes.
    pub fn has_record(&self, record: &FilmRecord) -> bool {
        self.films.get(&record.film).is_some_and(|film| film.record == *record)
    }
}
