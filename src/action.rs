//! The contract between plan, cache and executors: what is to be run, under which key, and what came out.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::{Key, KeyHasher, PartSink, PartWalk};
use crate::provenance::Provenance;

pub use crate::digest::Blob;

/// The version of the key encoding; part of every key.
const KEY_FORMAT: &str = "t2v-key-3";

/// A step with nothing left open: all inputs are known by digest, so it has a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The kind of step, such as `segment`.
    pub kind: String,
    /// The version of what that kind does; raised when its results change.
    pub version: u32,
    /// Everything else that shapes the result.
    pub params: Arc<Value>,
    /// The digest and length of each input, by role.
    pub inputs: BTreeMap<String, Blob>,
    /// Fingerprints of the tools that shape the bytes, by name.
    pub tools: Arc<BTreeMap<String, String>>,
    /// What it occupies while it runs; not part of the key.
    #[serde(rename = "needs")]
    pub requirements: Requirements,
}

impl Outcome {
    /// What was computed in `millis` milliseconds.
    pub fn computed(outputs: BTreeMap<String, Blob>, millis: u64) -> Self {
        Self { outputs, millis, provenance: None }
    }

    /// Bytes of all outputs.
    pub fn bytes(&self) -> u64 {
        self.outputs.values().map(|blob| blob.len).sum()
    }
}

impl Action {
    /// Hands every part that names the result to `sink`. Key and explanation both come from this one walk.
    pub fn parts(&self, sink: &mut impl PartSink) {
        let mut walk = PartWalk::new(sink);
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirements {
    /// What it occupies a place in.
    pub pool: ResourcePool,
    /// Bytes of memory that it may take at its peak, its programs included.
    pub memory: u64,
    /// Longer than this is too long: something hangs.
    pub timeout: Duration,
}

/// What a running step keeps busy. Each pool has a limit of steps that run at the same time.
///
/// Written as `cores`, `disk` or `provider:NAME`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ResourcePool {
    /// A core, all the time.
    #[default]
    Cores,
    /// The disk, and next to nothing of a core.
    Disk,
    /// An external service of this name: the step waits for its answer.
    Provider(Arc<str>),
}

impl fmt::Display for ResourcePool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cores => f.write_str("cores"),
            Self::Disk => f.write_str("disk"),
            Self::Provider(name) => write!(f, "provider:{name}"),
        }
    }
}

impl From<ResourcePool> for String {
    fn from(pool: ResourcePool) -> Self {
        pool.to_string()
    }
}

impl TryFrom<String> for ResourcePool {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "cores" => Ok(Self::Cores),
            "disk" => Ok(Self::Disk),
            other => match other.strip_prefix("provider:").filter(|name| !name.is_empty()) {
                Some(name) => Ok(Self::Provider(name.into())),
                None => Err(format!("`{other}` is no resource pool; it is `cores`, `disk` or `provider:NAME`")),
            },
        }
    }
}

impl Default for Requirements {
    fn default() -> Self {
        Self { pool: ResourcePool::Cores, memory: 64 << 20, timeout: Duration::from_secs(600) }
    }
}

/// What a finished action left, as the cache keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The digest and length of each output, by role.
    pub outputs: BTreeMap<String, Blob>,
    /// How long it ran, in milliseconds.
    pub millis: u64,
    /// Where it came from, if it was not computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Box<Provenance>>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::digest::Digest;

    fn action() -> Action {
        Action {
            kind: "speech".into(),
            version: 1,
            params: Arc::new(json!({"text": "hello"})),
            inputs: BTreeMap::from([("script".into(), Blob { digest: Digest::of(b"a"), len: 1 })]),
            tools: Arc::new(BTreeMap::from([("espeak".into(), "1.51".into())])),
            requirements: Requirements::default(),
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
        assert_eq!(
            Action { requirements: Requirements { pool: ResourcePool::Disk, ..Requirements::default() }, ..action() }
                .key(),
            action().key()
        );
    }

    #[test]
    fn pools_are_read_as_they_are_written() {
        for pool in [ResourcePool::Cores, ResourcePool::Disk, ResourcePool::Provider("openverse".into())] {
            assert_eq!(ResourcePool::try_from(pool.to_string()), Ok(pool));
        }
        assert!(ResourcePool::try_from("provider:".to_owned()).is_err());
    }
}
