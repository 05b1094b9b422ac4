//! Folders of earlier formats beside the cache: found, and mentioned once.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::CacheError;
use super::handle::Cache;
use super::layout::CACHE_FORMAT;

impl Cache {
    /// The folders next to this cache in which earlier versions of t2v kept their results, which this one does not read. Each is returned
    /// only once: metadata remembers it. None where nothing can be remembered.
    ///
    /// # Errors
    /// Where the metadata can't be read or written.
    pub fn unmentioned_former_folders(&self) -> Result<Vec<PathBuf>, CacheError> {
        let mut former = Vec::new();
        if self.is_read_only() {
            return Ok(former);
        }
        let beside = self.root().parent().into_iter().flat_map(fs::read_dir).flatten().flatten();
        for folder in beside.map(|entry| entry.path()).filter(|path| is_former_format(path)) {
            let note = format!("former-format {}", folder.display());
            if self.metadata(&note)?.is_none() {
                self.set_metadata(&note, "mentioned")?;
                former.push(folder);
            }
        }
        Ok(former)
    }
}

/// Whether this is the folder of an earlier [`CACHE_FORMAT`]: `v1`, `v2` …
fn is_former_format(folder: &Path) -> bool {
    let found = folder.file_name().and_then(|name| format_number(name.to_str()?));
    found < format_number(CACHE_FORMAT) && found.is_some() && folder.is_dir()
}

/// The number in a format's folder name, such as 3 in `v3`.
fn format_number(name: &str) -> Option<u32> {
    name.strip_prefix('v')?.parse().ok()
}
