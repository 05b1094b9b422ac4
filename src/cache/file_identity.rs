//! Recognises a file that has not changed since last time by its size, times and inode, without reading it.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// File systems stamp times in steps of up to 10 ms; a change within one step shows only in the bytes.
const CLOCK_STEP: Duration = Duration::from_millis(20);

/// What changes when a file's bytes change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileIdentity {
    device: u64,
    inode: u64,
    size: u64,
    /// Time of the last change of its bytes, in nanoseconds since 1970.
    modified: i128,
    /// Time of the last change of its inode, in nanoseconds since 1970; unlike `modified` it can't be set back.
    changed: i128,
}

impl FileIdentity {
    /// The identity of the file at `path`, symlinks followed.
    pub fn of(path: &Path) -> io::Result<Self> {
        let m = fs::metadata(path)?;
        Ok(Self {
            device: m.dev(),
            inode: m.ino(),
            size: m.len(),
            modified: unix_nanos(m.mtime(), m.mtime_nsec()),
            changed: unix_nanos(m.ctime(), m.ctime_nsec()),
        })
    }

    /// The same, to be kept and compared.
    pub fn to_bytes(&self) -> [u8; 56] {
        let mut bytes = [0; 56];
        bytes[..8].copy_from_slice(&self.device.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.inode.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.size.to_le_bytes());
        bytes[24..40].copy_from_slice(&self.modified.to_le_bytes());
        bytes[40..].copy_from_slice(&self.changed.to_le_bytes());
        bytes
    }

    /// Whether a later change is sure to show: the last one is older than a step of the clock.
    pub fn is_settled(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let age = now.as_nanos() as i128 - self.changed;
        age > CLOCK_STEP.as_nanos() as i128
    }
}

/// Nanoseconds since 1970, from whole seconds and the rest.
fn unix_nanos(seconds: i64, nanos: i64) -> i128 {
    i128::from(seconds) * 1_000_000_000 + i128::from(nanos)
}

/// Waits until a later change of the file is sure to show, and gives its identity.
pub fn wait_until_settled(path: &Path) -> io::Result<FileIdentity> {
    for _ in 0..5 {
        if FileIdentity::of(path)?.is_settled() {
            break;
        }
        std::thread::sleep(CLOCK_STEP / 2);
    }
    FileIdentity::of(path)
}

/// The digest and length of a file's bytes.
pub fn digest_file(path: &Path) -> io::Result<(Digest, u64)> {
    Digest::of_reader(&mut File::open(path)?)
}
