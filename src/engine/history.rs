//! Record of the last build of the same film: explains why a step must run now, and estimates how long it takes.

use std::collections::BTreeMap;
use std::path::Path;

use crate::action::Action;
use crate::cache::{Cache, CacheError, StepRecord};
use crate::digest::Key;
use crate::event::{KeyChange, RunReason};
use crate::work::{ActionTemplate, InputSource, StepName};

/// Most changes of one step that its `Started` event lists; `t2v explain` lists all of them.
const MAX_CHANGES: usize = 64;

/// The steps of the last build by name, with their keys and run times.
#[derive(Default)]
pub struct History {
    before: BTreeMap<String, StepRecord>,
}

impl History {
    /// What the cache knows of the last build of `film`.
    pub fn load(cache: &Cache, film: &Path) -> Result<Self, CacheError> {
        let before = cache.load_film(film)?.map(|record| record.steps).unwrap_or_default();
        Ok(Self { before })
    }

    /// Seconds that the step took when it last ran.
    pub fn seconds(&self, step: &StepName) -> Option<f64> {
        self.before.get(step.as_str()).map(|made| made.millis as f64 / 1000.0)
    }

    /// The key that the step had last time, or, where that is `key`, the one before.
    pub fn key_before(&self, step: &StepName, key: Key) -> Option<Key> {
        let made = self.before.get(step.as_str())?;
        if made.key == key { made.before } else { Some(made.key) }
    }

    /// Why the step's result is not there.
    pub fn run_reason(
        &self,
        cache: &Cache,
        step: &StepName,
        key: Key,
        action: &Action,
        template: &ActionTemplate,
    ) -> RunReason {
        let Some(made) = self.before.get(step.as_str()) else { return RunReason::New };
        if made.key == key {
            return RunReason::Gone;
        }
        match cache.action(made.key) {
            Ok(Some(before)) => {
                let mut changed = key_changes(&before, action, &sources(template));
                changed.truncate(MAX_CHANGES);
                RunReason::Changed(changed)
            }
            _ => RunReason::Changed(Vec::new()),
        }
    }

    /// What this build consisted of, from the name, key and milliseconds of each result that is there. What an incomplete build did not
    /// come to stays as it was.
    pub fn current_steps<'a>(
        &self,
        results: impl Iterator<Item = (&'a StepName, Key, u64)>,
        complete: bool,
    ) -> BTreeMap<String, StepRecord> {
        let mut steps = if complete { BTreeMap::new() } else { self.before.clone() };
        steps.extend(results.map(|(step, key, millis)| {
            (step.to_string(), StepRecord { key, before: self.key_before(step, key), millis })
        }));
        steps
    }
}

/// The parts in which two actions differ, in the order of the new one; what is gone comes last. `sources` tells where the new one's
/// inputs come from, by role.
pub fn key_changes(before: &Action, after: &Action, sources: &BTreeMap<String, String>) -> Vec<KeyChange> {
    let (old, new) = (parts(before), parts(after));
    let was: BTreeMap<&str, &str> = old.iter().map(|(part, value)| (part.as_str(), value.as_str())).collect();
    let is: BTreeMap<&str, &str> = new.iter().map(|(part, value)| (part.as_str(), value.as_str())).collect();
    let changed = new.iter().filter(|(part, value)| was.get(part.as_str()) != Some(&value.as_str()));
    let changed = changed.map(|(part, value)| KeyChange {
        part: part.clone(),
        before: was.get(part.as_str()).map(|&value| value.to_owned()),
        after: Some(value.clone()),
        source: part.strip_prefix("inputs.").and_then(|role| sources.get(role)).cloned(),
    });
    let gone = old.iter().filter(|(part, _)| !is.contains_key(part.as_str()));
    let gone = gone.map(|(part, value)| KeyChange {
        part: part.clone(),
        before: Some(value.clone()),
        after: None,
        source: None,
    });
    changed.chain(gone).collect()
}

fn parts(action: &Action) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    action.parts(&mut parts);
    parts
}

/// Where a step's inputs come from, by role, for people.
pub fn sources(template: &ActionTemplate) -> BTreeMap<String, String> {
    template.inputs.iter().map(|(role, source)| (role.clone(), source_name(source))).collect()
}

fn source_name(source: &InputSource) -> String {
    match source {
        InputSource::File(path) => path.display().to_string(),
        InputSource::Output { step, .. } => step.to_string(),
    }
}
