//! The inputs of a running step: files by role, and the digests of what is in them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::action::Blob;
use crate::digest::Digest;

use super::step_error::StepError;

/// A step's inputs by role. The files are read-only, and their bytes were compared with their digests.
pub struct StepInputs<'a> {
    /// Where each input's file lies.
    pub paths: BTreeMap<String, PathBuf>,
    /// The digest and length of each input.
    pub blobs: &'a BTreeMap<String, Blob>,
}

impl StepInputs<'_> {
    pub(super) fn path(&self, role: &str) -> Result<&Path, StepError> {
        self.paths.get(role).map(PathBuf::as_path).ok_or_else(|| StepError::NoInput { role: role.to_owned() })
    }

    pub(super) fn digest(&self, role: &str) -> Result<Digest, StepError> {
        self.blobs.get(role).map(|blob| blob.digest).ok_or_else(|| StepError::NoInput { role: role.to_owned() })
    }

    pub(super) fn read(&self, role: &str) -> Result<Vec<u8>, StepError> {
        Ok(fs::read(self.path(role)?)?)
    }

    pub(super) fn open(&self, role: &str) -> Result<File, StepError> {
        Ok(File::open(self.path(role)?)?)
    }
}
