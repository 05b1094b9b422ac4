//! Records of the last build of each film: `explain` compares with them, and gc keeps what they name.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::digest::{Digest, Key};

use super::disk::Disk;
use super::error::CacheError;

/// What a build of a film consisted of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilmRecord {
    /// The film's file; absolute, for it names the record.
    #[serde(with = "path")]
    pub film: PathBuf,
    /// The spec it was built from; absolute. Once it is gone, gc no longer keeps what the film needs.
    #[serde(with = "path")]
    pub spec: PathBuf,
    /// Its steps by name.
    pub steps: BTreeMap<String, StepRecord>,
}

/// How a step got its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// The key of its result.
    pub key: Key,
    /// The key it had in the build before.
    pub before: Option<Key>,
    /// How long it ran when it last ran, in milliseconds.
    pub millis: u64,
}

/// Reads a record. A damaged one counts as none: it only saves work.
pub fn read_record(disk: &Disk, path: &Path) -> Result<Option<FilmRecord>, CacheError> {
    match disk.read(path, u64::MAX) {
        Ok(bytes) => Ok(parse(&bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CacheError::io("read", path)(error)),
    }
}

/// Writes a record, unless that very record is there.
pub fn write_record(disk: &Disk, path: &Path, staging: &Path, record: &FilmRecord) -> Result<(), CacheError> {
    let bytes = bytes(record);
    if disk.read(path, bytes.len() as u64 + 1).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let staged = staging.join("film");
    let mut file = disk.create(&staged).map_err(CacheError::write_failed(path))?;
    disk.write(&mut file, &staged, &bytes).map_err(CacheError::write_failed(path))?;
    disk.sync(&file, &staged).map_err(CacheError::write_failed(path))?;
    disk.rename(&staged, path).map_err(CacheError::write_failed(path))?;
    disk.sync_folder(path.parent().unwrap_or(path)).map_err(CacheError::write_failed(path))
}

/// Gives the record as it is now another name, which it keeps when the first one gets a new record. Says whether there is one.
pub fn snapshot(disk: &Disk, path: &Path, snapshot: &Path) -> Result<bool, CacheError> {
    let new = snapshot.with_extension("new");
    let _ = fs::remove_file(&new);
    match disk.link(path, &new) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        // Not every file system has hard links.
        Err(_) => copy_file(disk, path, &new).map_err(CacheError::write_failed(snapshot))?,
    }
    disk.rename(&new, snapshot).map_err(CacheError::write_failed(snapshot))?;
    // Where both were the same file already, both names stay.
    let _ = fs::remove_file(&new);
    Ok(true)
}

/// Whether a record is still the one that was given another name.
pub fn is_same_file(path: &Path, snapshot: &Path) -> bool {
    device_and_inode(path).is_some_and(|there| Some(there) == device_and_inode(snapshot))
}

fn device_and_inode(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).map(|m| (m.dev(), m.ino())).ok()
}

fn copy_file(disk: &Disk, from: &Path, to: &Path) -> std::io::Result<()> {
    let mut file = disk.create(to)?;
    disk.copy(from, &mut file, to).map(drop)
}

/// A record's bytes: the digest of the rest in hexadecimal, a line break, JSON.
pub fn bytes(record: &FilmRecord) -> Vec<u8> {
    let json = serde_json::to_vec(record).expect("a record is plain data");
    [Digest::of(&json).to_string().as_bytes(), b"\n", &json].concat()
}

/// The record that these bytes are, unless they are damaged.
pub fn parse(bytes: &[u8]) -> Option<FilmRecord> {
    let (sum, json) = bytes.split_at_checked(65)?;
    let whole = sum.strip_suffix(b"\n")? == Digest::of(json).to_string().as_bytes();
    whole.then(|| serde_json::from_slice(json).ok())?
}

/// Paths as text, or as bytes where they are not text.
mod path {
    use std::ffi::OsString;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Text {
        Utf8(String),
        Bytes(Vec<u8>),
    }

    pub fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
        let text = path.to_str().map(|text| Text::Utf8(text.to_owned()));
        text.unwrap_or_else(|| Text::Bytes(path.as_os_str().as_bytes().to_vec())).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
        Ok(match Text::deserialize(from)? {
            Text::Utf8(text) => text.into(),
            Text::Bytes(bytes) => OsString::from_vec(bytes).into(),
        })
    }
}
