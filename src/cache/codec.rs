//! Encodes rows of the index as bytes, each with a checksum over its own key and value.

use std::collections::BTreeMap;

use crate::action::{Blob, Outcome};
use crate::digest::Digest;

use super::file_identity::FileIdentity;

const CHECKSUM_BYTES: usize = 8;

/// `value` with the checksum that makes it the row of `key` in `table`.
pub fn add_checksum(table: &str, key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut row = Vec::with_capacity(CHECKSUM_BYTES + value.len());
    row.extend(checksum(table, key, value));
    row.extend(value);
    row
}

/// The value of a row, if it is what was written under this key.
pub fn strip_checksum<'a>(table: &str, key: &[u8], row: &'a [u8]) -> Option<&'a [u8]> {
    let (sum, value) = row.split_at_checked(CHECKSUM_BYTES)?;
    (sum == checksum(table, key, value)).then_some(value)
}

fn checksum(table: &str, key: &[u8], value: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(table.as_bytes()).update(&(key.len() as u64).to_le_bytes()).update(key).update(value);
    let mut sum = [0; CHECKSUM_BYTES];
    sum.copy_from_slice(&hasher.finalize().as_bytes()[..CHECKSUM_BYTES]);
    sum
}

/// The version of a result's row. A reader takes no other.
const RESULT_VERSION: u8 = 1;
/// The section with the provenance, as JSON.
const PROVENANCE: u8 = 1;

/// The version, milliseconds, the number of outputs, every output (role, digest, length), then sections: a tag, a length, bytes.
///
/// A later version of t2v may add sections without a new format: readers skip those that they do not know.
pub fn outcome_to_bytes(outcome: &Outcome) -> Vec<u8> {
    let mut bytes = vec![RESULT_VERSION];
    bytes.extend(outcome.millis.to_le_bytes());
    bytes.extend((outcome.outputs.len() as u32).to_le_bytes());
    for (role, blob) in &outcome.outputs {
        extend_with_length(&mut bytes, role.as_bytes());
        bytes.extend(blob_to_bytes(blob));
    }
    if let Some(provenance) = &outcome.provenance {
        bytes.push(PROVENANCE);
        extend_with_length(&mut bytes, &serde_json::to_vec(provenance).expect("provenance is plain data"));
    }
    bytes
}

/// The result in a row; `None` for bytes that [`outcome_to_bytes`] of this or a later t2v did not write.
pub fn outcome_from_bytes(bytes: &[u8]) -> Option<Outcome> {
    let (&RESULT_VERSION, rest) = bytes.split_first()? else { return None };
    let (millis, rest) = rest.split_first_chunk()?;
    let (count, mut rest) = rest.split_first_chunk()?;
    let mut outcome = Outcome::computed(BTreeMap::new(), u64::from_le_bytes(*millis));
    for _ in 0..u32::from_le_bytes(*count) {
        let (role, more) = split_by_length(rest)?;
        let (blob, more) = more.split_at_checked(40)?;
        outcome.outputs.insert(std::str::from_utf8(role).ok()?.to_owned(), blob_from_bytes(blob)?);
        rest = more;
    }
    while let Some((&tag, more)) = rest.split_first() {
        let (section, more) = split_by_length(more)?;
        if tag == PROVENANCE {
            outcome.provenance = Some(serde_json::from_slice(section).ok()?);
        }
        rest = more;
    }
    Some(outcome)
}

fn extend_with_length(bytes: &mut Vec<u8>, text: &[u8]) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text);
}

/// A text that was written by [`extend_with_length`], and what follows it.
fn split_by_length(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

fn blob_to_bytes(blob: &Blob) -> [u8; 40] {
    let mut bytes = [0; 40];
    bytes[..32].copy_from_slice(blob.digest.as_bytes());
    bytes[32..].copy_from_slice(&blob.len.to_le_bytes());
    bytes
}

fn blob_from_bytes(bytes: &[u8]) -> Option<Blob> {
    let (digest, len) = bytes.split_first_chunk()?;
    Some(Blob { digest: Digest::from_bytes(*digest), len: u64::from_le_bytes(len.try_into().ok()?) })
}

/// What is known of a file: which bytes it has as long as its identity is this one.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownFile {
    identity: [u8; 56],
    blob: Blob,
}

impl KnownFile {
    pub fn new(identity: &FileIdentity, blob: Blob) -> Self {
        Self { identity: identity.to_bytes(), blob }
    }

    /// The file's bytes, if it is still the same.
    pub fn if_same(&self, identity: &FileIdentity) -> Option<Blob> {
        (self.identity == identity.to_bytes()).then_some(self.blob)
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.identity[..], &blob_to_bytes(&self.blob)].concat()
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (identity, blob) = bytes.split_first_chunk()?;
        Some(Self { identity: *identity, blob: blob_from_bytes(blob)? })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcome() -> Outcome {
        let blob = |text: &str| Blob { digest: Digest::of(text.as_bytes()), len: text.len() as u64 };
        let provenance = json!({"provider": "openverse", "licence": "CC0-1.0", "log": blob("log"), "later": [1]});
        Outcome {
            outputs: BTreeMap::from([("sound".to_owned(), blob("a")), ("words".to_owned(), blob("bc"))]),
            millis: 7,
            provenance: Some(serde_json::from_value(provenance).unwrap()),
        }
    }

    #[test]
    fn results_are_read_as_they_were_written() {
        let computed = Outcome { provenance: None, ..outcome() };
        for outcome in [outcome(), computed, Outcome::computed(BTreeMap::new(), 0)] {
            assert_eq!(outcome_from_bytes(&outcome_to_bytes(&outcome)), Some(outcome));
        }
    }

    #[test]
    fn sections_of_later_versions_are_skipped_and_torn_rows_refused() {
        let whole = outcome_to_bytes(&outcome());
        let mut later = whole.clone();
        later.push(200);
        extend_with_length(&mut later, b"something new");
        assert_eq!(outcome_from_bytes(&later), Some(outcome()));
        let without_sections = outcome_to_bytes(&Outcome { provenance: None, ..outcome() }).len();
        for end in (0..whole.len()).filter(|&end| end != without_sections) {
            assert_eq!(outcome_from_bytes(&whole[..end]), None, "cut at {end}");
        }
        let mut other = whole;
        other[0] = 2;
        assert_eq!(outcome_from_bytes(&other), None);
    }
}
