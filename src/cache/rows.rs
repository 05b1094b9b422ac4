//! Rows of the index as bytes, each with a checksum over its own key and value. Knows nothing of the database.

use std::collections::BTreeMap;

use crate::action::{Blob, Outcome};
use crate::digest::Digest;

use super::Identity;

const CHECK: usize = 8;

/// `value` with the checksum that makes it the row of `key` in `table`.
pub fn sealed(table: &str, key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut row = Vec::with_capacity(CHECK + value.len());
    row.extend(check(table, key, value));
    row.extend(value);
    row
}

/// The value of a row, if it is what was written under this key.
pub fn opened<'a>(table: &str, key: &[u8], row: &'a [u8]) -> Option<&'a [u8]> {
    let (sum, value) = row.split_at_checked(CHECK)?;
    (sum == check(table, key, value)).then_some(value)
}

fn check(table: &str, key: &[u8], value: &[u8]) -> [u8; CHECK] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(table.as_bytes()).update(&(key.len() as u64).to_le_bytes()).update(key).update(value);
    let mut sum = [0; CHECK];
    sum.copy_from_slice(&hasher.finalize().as_bytes()[..CHECK]);
    sum
}

/// Milliseconds, then every output: its role, digest and length.
pub fn outcome_to_bytes(outcome: &Outcome) -> Vec<u8> {
    let mut bytes = outcome.millis.to_le_bytes().to_vec();
    for (role, blob) in &outcome.outputs {
        bytes.extend((role.len() as u32).to_le_bytes());
        bytes.extend(role.as_bytes());
        bytes.extend(blob_to_bytes(blob));
    }
    bytes
}

pub fn outcome_from_bytes(bytes: &[u8]) -> Option<Outcome> {
    let (millis, mut rest) = bytes.split_first_chunk()?;
    let mut outputs = BTreeMap::new();
    while !rest.is_empty() {
        let (len, more) = rest.split_first_chunk()?;
        let (role, more) = more.split_at_checked(u32::from_le_bytes(*len) as usize)?;
        let (blob, more) = more.split_at_checked(40)?;
        outputs.insert(std::str::from_utf8(role).ok()?.to_owned(), blob_from_bytes(blob)?);
        rest = more;
    }
    Some(Outcome { outputs, millis: u64::from_le_bytes(*millis) })
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
    pub fn new(identity: &Identity, blob: Blob) -> Self {
        Self { identity: identity.to_bytes(), blob }
    }

    /// The file's bytes, if it is still the same.
    pub fn if_same(&self, identity: &Identity) -> Option<Blob> {
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
