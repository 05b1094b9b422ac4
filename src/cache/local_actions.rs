//! The action cache in the cache's own folder: the index, which is asked, and the record log, from which the index can be rebuilt.

use crate::action::Outcome;
use crate::digest::Key;

use super::error::CacheError;
use super::index::ResultIndex;
use super::records::{self, RecordLog, ResultRecord};
use super::store::{ActionCache, StoredResult};

/// The results of one cache folder.
pub struct LocalActionCache {
    pub index: ResultIndex,
    /// This process's own log; `None` where nothing is written.
    pub log: Option<RecordLog>,
}

impl ActionCache for LocalActionCache {
    fn look_up(&self, keys: &[Key]) -> Result<Vec<Option<Outcome>>, CacheError> {
        keys.iter().map(|&key| self.index.result(key)).collect()
    }

    /// The log first, then one transaction of the index: what the index has can be found again without it.
    fn put(&self, results: &[StoredResult]) -> Result<(), CacheError> {
        if let Some(log) = &self.log {
            let made = records::now_millis();
            log.append(&results.iter().map(|result| to_record(result, made)).collect::<Vec<_>>())?;
        }
        self.index.put_results(results.iter().map(|result| (result.key, &*result.action, &result.outcome)))
    }
}

fn to_record(result: &StoredResult, made: u64) -> ResultRecord {
    let StoredResult { key, action, outcome } = result.clone();
    ResultRecord { key, action, outcome, made }
}
