//! Merges the record logs of dead sessions into one, without the results that gc has removed.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::digest::Key;

use super::error::CacheError;
use super::handle::Cache;
use super::records::{self, ResultRecord};
use super::session;

/// Puts logs together where there is something to gain. With `all` they are rewritten in any case, and results that are in no log are
/// added: the logs of dead sessions are whole afterwards.
pub fn compact(cache: &Cache, all: bool) -> Result<(), CacheError> {
    // In this order: everything that a session committed before it died is in the index by now.
    let logs = records::log_files(&cache.layout);
    let living: BTreeSet<String> =
        session::live_sessions(&cache.layout).iter().map(session::LiveSession::name).collect();
    let dead: Vec<PathBuf> = logs
        .into_iter()
        .filter(|log| log.file_stem().is_none_or(|stem| !living.contains(stem.to_string_lossy().as_ref())))
        .collect();
    let results: BTreeSet<Key> = cache.actions.index.briefs()?.into_keys().collect();
    let added = if all { unrecorded(cache, &results)? } else { Vec::new() };

    // Nobody rebuilds the index from logs that are just being replaced.
    let path = cache.layout.index_lock();
    let lock = cache.disk.open_or_create(&path).map_err(CacheError::io("open", &path))?;
    lock.lock().map_err(CacheError::io("lock", &path))?;
    let found = records::read_logs(&cache.disk, &dead)?;
    let kept = found.records.into_values().filter(|record| results.contains(&record.key));
    let kept: Vec<ResultRecord> = kept.chain(added).collect();
    if !all && dead.len() < 2 && kept.len() == found.lines {
        return Ok(());
    }
    replace(cache, &dead, &kept)
}

/// Results of the index that are in no log.
fn unrecorded(cache: &Cache, results: &BTreeSet<Key>) -> Result<Vec<ResultRecord>, CacheError> {
    let recorded = records::read_all(&cache.disk, &cache.layout)?.records;
    let mut added = Vec::new();
    for &key in results.iter().filter(|key| !recorded.contains_key(key)) {
        if let (Some(outcome), Some(action)) = (cache.actions.index.result(key)?, cache.actions.index.action(key)?) {
            added.push(ResultRecord { key, action: action.into(), outcome, made: records::now_millis() });
        }
    }
    Ok(added)
}

/// The new log is complete before the old ones go.
fn replace(cache: &Cache, old: &[PathBuf], kept: &[ResultRecord]) -> Result<(), CacheError> {
    let session = cache.session()?;
    let staging = session.staging()?;
    let staged = staging.path().join("log");
    let path = cache.layout.records().join(format!("{}.all.log", session.name()));
    let text: String = kept.iter().map(records::format_line).collect();
    let mut file = cache.disk.create(&staged).map_err(CacheError::write_failed(&path))?;
    cache.disk.write(&mut file, &staged, text.as_bytes()).map_err(CacheError::write_failed(&path))?;
    cache.disk.sync(&file, &staged).map_err(CacheError::write_failed(&path))?;
    cache.disk.rename(&staged, &path).map_err(CacheError::write_failed(&path))?;
    cache.disk.sync_folder(&cache.layout.records()).map_err(CacheError::write_failed(&path))?;
    for log in old.iter().filter(|log| **log != path) {
        cache.disk.remove(log).map_err(CacheError::io("remove", log))?;
    }
    Ok(())
}
