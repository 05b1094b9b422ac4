//! The contract between plan, cache and executors: what is to be run, under which key, and what came out.
//! Knows nothing of what a kind of step does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::{Digest, Key, KeyHasher, PartSink, walk};

/// The version of the key encoding; part of every key.
const KEY_FORMAT: &str = "t2v-key-1";

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
    pub params: Value,
    /// Inputs by role.
    pub inputs: BTreeMap<String, Blob>,
    /// Fingerprints of the tools that shape the bytes, by name.
    pub tools: BTreeMap<String, String>,
    /// What it occupies while it runs; not part of the key.
    pub needs: Needs,
}

impl Action {
    /// Hands every part that names the result to `sink`. Key and explanation both come from this one walk.
    pub fn parts(&self, sink: &mut impl PartSink) {
        sink.part("kind", &self.kind);
        sink.part("version", &self.version.to_string());
        walk(&mut "params".to_owned(), &self.params, sink);
        sink.part("inputs", &self.inputs.len().to_string());
        for (role, blob) in &self.inputs {
            sink.part(role, &blob.digest.to_string());
        }
        sink.part("tools", &self.tools.len().to_string());
        for (tool, fingerprint) in &self.tools {
            sink.part(tool, fingerprint);
        }
    }

    /// The name of this action's result.
    pub fn key(&self) -> Key {
        let mut hasher = KeyHasher::new(KEY_FORMAT);
        self.parts(&mut hasher);
        hasher.finish()
    }
}

/// What a step occupies while it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Needs {
    /// A core, all the time.
    #[default]
    Core,
    /// Next to nothing: it waits for somebody else.
    Wait,
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
            params: json!({"text": "hello"}),
            inputs: BTreeMap::from([("script".into(), Blob { digest: Digest::of(b"a"), len: 1 })]),
            tools: BTreeMap::from([("espeak".into(), "1.51".into())]),
            needs: Needs::Core,
        }
    }

    #[test]
    fn every_part_is_in_the_key_and_needs_are_not() {
        let mut keys = BTreeSet::from([action().key()]);
        let edits: [fn(&mut Action); 7] = [
            |a| a.kind.push('x'),
            |a| a.version += 1,
            |a| a.params["text"] = json!("hallo"),
            |a| a.params["speed"] = json!(1.0),
            |a| a.inputs.get_mut("script").unwrap().digest = Digest::of(b"b"),
            |a| a.inputs.extend([("music".into(), Blob { digest: Digest::of(b"a"), len: 1 })]),
            |a| drop(a.tools.insert("espeak".into(), "1.52".into())),
        ];
        for (i, edit) in edits.into_iter().enumerate() {
            let mut other = action();
            edit(&mut other);
            assert!(keys.insert(other.key()), "edit {i} does not change the key");
        }
        assert_eq!(Action { needs: Needs::Wait, ..action() }.key(), action().key());
    }
}
