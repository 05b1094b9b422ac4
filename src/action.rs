//! The contract between plan, cache and executors: what is to be run, under which key, and what came out.
//! Knows nothing of what a kind of step does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::{Digest, Key, KeyHasher, PartSink, Walk};

/// The version of the key encoding; part of every key.
const KEY_FORMAT: &str = "t2v-key-2";

/// Bytes in the cache, named by content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Blob {
    /// Their digest.
    pub digest: Digest,
    /// How many they are.
    pub len: u64,
}

/// A step with nothing left open: all inputs are known by digest, so it has a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The kind of step, such as `segment`.
    pub kind: String,
    /// The version of what that kind does; raised when its results change.
    pub version: u32,
    /// Everything else that shapes the result.
    pub params: Arc<Value>,
    /// Inputs by role.
    pub inputs: BTreeMap<String, Blob>,
    /// Fingerprints of the tools that shape the bytes, by name.
    pub tools: Arc<BTreeMap<String, String>>,
    /// What it occupies while it runs; not part of the key.
    pub needs: Needs,
}

impl Outcome {
    /// Bytes of all outputs.
    pub fn bytes(&self) -> u64 {
        self.outputs.values().map(|blob| blob.len).sum()
    }
}

impl Action {
    /// Hands every part that names the result to `sink`. Key and explanation both come from this one walk.
    pub fn parts(&self, sink: &mut impl PartSink) {
        let mut walk = Walk::new(sink);
        walk.part(format_args!("kind"), format_args!("{}", self.kind));
        walk.part(format_args!("version"), format_args!("{}", self.version));
        walk.value("params", &self.params);
        walk.part(format_args!("inputs"), format_args!("{}", self.inputs.len()));
        for (role, blob) in &self.inputs {
            walk.part(format_args!("inputs.{role}"), format_args!("{}", blob.digest));
        }
        walk.part(format_args!("tools"), format_args!("{}", self.tools.len()));
        for (tool, fingerprint) in self.tools.iter() {
            walk.part(format_args!("tools.{tool}"), format_args!("{fingerprint}"));
        }
    }

    /// The name of this action's result.
    pub fn key(&self) -> Key {
        let mut hasher = KeyHasher::new(KEY_FORMAT);
        self.parts(&mut hasher);
        hasher.finish()
    }
}

/// What a step occupies while it runs, and for how long at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// Where it runs.
    pub lane: Lane,
    /// Bytes of memory that it may take at its peak, its programs included.
    pub memory: u64,
    /// Longer than this is too long: something hangs.
    pub timeout: Duration,
}

/// What a running step keeps busy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Lane {
    /// A core, all the time.
    #[default]
    Core,
    /// Next to nothing: it waits for somebody else.
    Wait,
}

impl Default for Needs {
    fn default() -> Self {
        Self { lane: Lane::Core, memory: 64 << 20, timeout: Duration::from_secs(600) }
    }
}

/// What a finished action left, as the cache keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Outputs by role.
    pub outputs: BTreeMap<String, Blob>,
    /// How long it ran, in milliseconds.
    pub millis: u64,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    fn action() -> Action {
        Action {
            kind: "speech".into(),
            version: 1,
            params: Arc::new(json!({"text": "hello"})),
            inputs: BTreeMap::from([("script".into(), Blob { digest: Digest::of(b"a"), len: 1 })]),
            tools: Arc::new(BTreeMap::from([("espeak".into(), "1.51".into())])),
            needs: Needs::default(),
        }
    }

    #[test]
    fn every_part_is_in_the_key_and_needs_are_not() {
        let mut keys = BTreeSet::from([action().key()]);
        let edits: [fn(&mut Action); 7] = [
            |a| a.kind.push('x'),
            |a| a.version += 1,
            |a| Arc::make_mut(&mut a.params)["text"] = json!("hallo"),
            |a| Arc::make_mut(&mut a.params)["speed"] = json!(1.0),
            |a| a.inputs.get_mut("script").unwrap().digest = Digest::of(b"b"),
            |a| a.inputs.extend([("music".into(), Blob { digest: Digest::of(b"a"), len: 1 })]),
            |a| drop(Arc::make_mut(&mut a.tools).insert("espeak".into(), "1.52".into())),
        ];
        for (i, edit) in edits.into_iter().enumerate() {
            let mut other = action();
            edit(&mut other);
            assert!(keys.insert(other.key()), "edit {i} does not change the key");
        }
        assert_eq!(Action { needs: Needs { lane: Lane::Wait, ..Needs::default() }, ..action() }.key(), action().key());
    }
}
