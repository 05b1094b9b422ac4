//! Removes results and blobs that no film needs, while any number of builds run.
//!
//! These stay: everything that the last builds of films needed, everything that living sessions use, and every blob that was needed
//! since the oldest living session began. A build that finds an old result sets the times of its blobs under a lock that gc must hold alone
//! while it removes; so either gc sees the new time, or the build sees that the blob is gone and makes it again.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::time::{Duration, Instant, SystemTime};

use crate::digest::{Digest, Key};

use super::error::CacheError;
use super::handle::Cache;
use super::survey::{self, CacheUsage, Survey, digests};
use super::{compact, session};

/// Results that are removed in one go, and blobs that are removed while builds wait.
const SLICE_LEN: usize = 64;
/// How often a sweep is due.
const SWEEP_INTERVAL: Duration = Duration::from_secs(3600);

/// What is to go. With neither limit: all that no film needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GcPolicy {
    /// The oldest results go until no more bytes than this are left.
    pub max_size: Option<u64>,
    /// Results go that were not needed for this long.
    pub max_age: Option<Duration>,
}

/// What a gc did.
#[derive(Clone, Copy, Debug, Default)]
pub struct GcReport {
    /// Results and blobs that are left.
    pub kept: CacheUsage,
    /// Results and blobs that were removed.
    pub removed: CacheUsage,
    /// What films need, and what is younger than the oldest build that runs: it stays whatever the policy says.
    pub needed: CacheUsage,
    /// What is needed is more than the policy allows.
    pub over: bool,
    /// The longest time that a build had to wait.
    pub longest_hold: Duration,
}

struct GcRun<'a> {
    cache: &'a Cache,
    survey: Survey,
    /// Blobs that were needed since then stay.
    cutoff: SystemTime,
    report: GcReport,
}

impl Cache {
    /// Removes what `policy` says, never what a film or a running build needs. Waits for another gc.
    pub fn gc(&self, policy: &GcPolicy) -> Result<GcReport, CacheError> {
        self.check_writable()?;
        let path = self.layout.gc_marker();
        let running = self.disk.open_or_create(&path).map_err(CacheError::io("open", &path))?;
        running.lock().map_err(CacheError::io("lock", &path))?;
        self.run_gc(&running, policy)
    }

    /// How much [`gc`](Self::gc) would remove now. Nothing is written.
    pub fn gc_preview(&self, policy: &GcPolicy) -> Result<CacheUsage, CacheError> {
        let sweep = GcRun::plan_at(self, SystemTime::now())?;
        let mut blobs: Vec<Digest> = sweep.orphans().map(|(digest, _)| *digest).collect();
        let mut uses = sweep.survey.uses.clone();
        let doomed = sweep.results_to_remove(policy);
        for key in &doomed {
            let released = sweep.released(&mut uses, key);
            blobs.extend(released.into_iter().filter(|digest| sweep.is_old(digest)));
        }
        let bytes = blobs.iter().filter_map(|digest| sweep.survey.blobs.get(digest)).map(|file| file.len).sum();
        Ok(CacheUsage { results: doomed.len(), blobs: blobs.len(), bytes })
    }

    /// Keeps the cache below `cap` bytes. Cheap unless the last gc was an hour ago; `None` then, or where another process does it, or where
    /// nothing can be written.
    pub fn gc_if_due(&self, cap: u64) -> Result<Option<GcReport>, CacheError> {
        if self.is_read_only() {
            return Ok(None);
        }
        let path = self.layout.gc_marker();
        let last = std::fs::metadata(&path).and_then(|m| m.modified());
        if last.is_ok_and(|at| at.elapsed().is_ok_and(|age| age < SWEEP_INTERVAL)) {
            return Ok(None);
        }
        let running = self.disk.open_or_create(&path).map_err(CacheError::io("open", &path))?;
        match running.try_lock() {
            Ok(()) => self.run_gc(&running, &GcPolicy { max_size: Some(cap), max_age: None }).map(Some),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(CacheError::io("lock", &path)(error)),
        }
    }

    fn run_gc(&self, running: &File, policy: &GcPolicy) -> Result<GcReport, CacheError> {
        let mut sweep = GcRun::plan(self, running)?;
        sweep.remove_results(&sweep.results_to_remove(policy))?;
        sweep.remove_orphans()?;
        compact::compact(self, false)?;
        let _ = self.disk.remove(&self.layout.index().with_extension("redb.broken"));
        Ok(sweep.into_report(policy))
    }
}

impl<'a> GcRun<'a> {
    /// The time first, then the sessions, then what they need: whatever is needed later is younger than the cutoff.
    fn plan(cache: &'a Cache, running: &File) -> Result<Self, CacheError> {
        Self::plan_at(cache, survey::file_system_time(&cache.disk, running, &cache.layout.gc_marker())?)
    }

    fn plan_at(cache: &'a Cache, now: SystemTime) -> Result<Self, CacheError> {
        let starts = session::live_sessions(&cache.layout).into_iter().map(|live| live.start);
        let cutoff = starts.min().map_or(now, |start| start.min(now));
        Ok(Self { cache, survey: Survey::from_cache(cache)?, cutoff, report: GcReport::default() })
    }

    /// The results that must go, oldest first.
    fn results_to_remove(&self, policy: &GcPolicy) -> Vec<Key> {
        let (mut bytes, mut uses) = (self.survey.bytes() - self.orphan_bytes(), self.survey.uses.clone());
        let now = SystemTime::now();
        let mut doomed = Vec::new();
        for (needed, key) in self.candidates() {
            let age = needed.map_or(Duration::MAX, |at| now.duration_since(at).unwrap_or_default());
            let all = policy.max_size.is_none() && policy.max_age.is_none();
            let over = policy.max_size.is_some_and(|most| bytes > most);
            if needed.is_none() || all || over || policy.max_age.is_some_and(|most| age > most) {
                doomed.push(key);
                bytes -= self
                    .released(&mut uses, &key)
                    .iter()
                    .filter_map(|d| self.survey.blobs.get(d))
                    .map(|f| f.len)
                    .sum::<u64>();
            }
        }
        doomed
    }

    /// What may go, with the time when it was last needed; first what is not whole anyway.
    fn candidates(&self) -> Vec<(Option<SystemTime>, Key)> {
        let results = self.survey.results.iter().filter(|(key, _)| !self.survey.roots.has(key));
        let mut candidates: Vec<_> = results
            .map(|(key, brief)| (self.survey.last_needed(brief), *key))
            .filter(|(at, _)| at.is_none_or(|at| at < self.cutoff))
            .collect();
        candidates.sort_unstable();
        candidates
    }

    /// The blobs that nothing names any more once this result is gone.
    fn released(&self, uses: &mut HashMap<Digest, usize>, key: &Key) -> Vec<Digest> {
        let mut free = Vec::new();
        for digest in digests(&self.survey.results[key]) {
            let left = uses.entry(digest).or_insert(1);
            *left -= 1;
            if *left == 0 {
                free.push(digest);
            }
        }
        free
    }

    fn remove_results(&mut self, doomed: &[Key]) -> Result<(), CacheError> {
        let mut uses = std::mem::take(&mut self.survey.uses);
        for slice in doomed.chunks(SLICE_LEN) {
            // Blobs first, for a row without them is not believed; so no build ever finds the one gone and the other in use.
            let (mut gone, mut blobs) = (Vec::new(), Vec::new());
            self.with_gc_lock(|sweep| {
                gone.extend(slice.iter().copied().filter(|key| !sweep.is_needed_again(key)));
                for key in &gone {
                    blobs.extend(sweep.released(&mut uses, key));
                }
                sweep.remove_blobs(&blobs)
            })?;
            self.report.removed.results += self.cache.actions.index.remove_broken(&gone)?;
        }
        self.survey.uses = uses;
        Ok(())
    }

    /// Whether the result was needed since it was chosen for removal.
    fn is_needed_again(&self, key: &Key) -> bool {
        let outputs = &self.survey.results[key].outcome.outputs;
        self.survey.roots.has(key)
            || outputs.values().filter_map(|blob| self.needed_now(&blob.digest)).any(|at| at >= self.cutoff)
    }

    /// Whether the blob was not needed since the cutoff.
    fn is_old(&self, digest: &Digest) -> bool {
        self.survey.blobs.get(digest).is_some_and(|file| file.needed < self.cutoff)
    }

    fn needed_now(&self, digest: &Digest) -> Option<SystemTime> {
        std::fs::metadata(self.cache.layout.blob(digest)).and_then(|m| m.modified()).ok()
    }

    /// Does `work` while no build takes an old blob into use, and knows of all that were taken before.
    fn with_gc_lock(&mut self, work: impl FnOnce(&mut Self) -> Result<(), CacheError>) -> Result<(), CacheError> {
        // Most of the reading is done before anybody has to wait.
        self.survey.roots.refresh()?;
        let lock = self.cache.gc_lock(File::lock)?;
        let since = Instant::now();
        let done = self.survey.roots.refresh().and_then(|()| work(self));
        drop(lock);
        self.report.longest_hold = self.report.longest_hold.max(since.elapsed());
        done
    }

    /// Removes those of the blobs that were not needed since the cutoff.
    fn remove_blobs(&mut self, blobs: &[Digest]) -> Result<(), CacheError> {
        for digest in blobs {
            if self.needed_now(digest).is_none_or(|at| at >= self.cutoff) {
                continue;
            }
            let path = self.cache.layout.blob(digest);
            self.cache.disk.remove(&path).map_err(CacheError::io("remove", &path))?;
            self.report.removed.blobs += 1;
            self.report.removed.bytes += self.survey.blobs.remove(digest).map_or(0, |file| file.len);
        }
        Ok(())
    }

    /// Blobs that no result names: left by a build that failed or was killed.
    fn orphans(&self) -> impl Iterator<Item = (&Digest, &survey::BlobFile)> {
        self.survey.blobs.iter().filter(|(digest, file)| {
            self.survey.uses.get(digest).is_none_or(|&uses| uses == 0) && file.needed < self.cutoff
        })
    }

    fn orphan_bytes(&self) -> u64 {
        self.orphans().map(|(_, file)| file.len).sum()
    }

    fn remove_orphans(&mut self) -> Result<(), CacheError> {
        let mut orphans: Vec<Digest> = self.orphans().map(|(digest, _)| *digest).collect();
        orphans.sort_unstable();
        orphans.chunks(SLICE_LEN).try_for_each(|slice| self.with_gc_lock(|sweep| sweep.remove_blobs(slice)))
    }

    fn into_report(self, policy: &GcPolicy) -> GcReport {
        let Self { survey, cutoff, report: mut swept, .. } = self;
        let needed = survey
            .results
            .iter()
            .filter(|(key, brief)| survey.roots.has(key) || survey.last_needed(brief).is_some_and(|at| at >= cutoff));
        swept.needed = survey.usage(needed.map(|(_, brief)| brief));
        swept.kept = CacheUsage {
            results: survey.results.len() - swept.removed.results,
            blobs: survey.blobs.len(),
            bytes: survey.bytes(),
        };
        swept.over = policy.max_size.is_some_and(|most| swept.kept.bytes > most);
        swept
    }
}
