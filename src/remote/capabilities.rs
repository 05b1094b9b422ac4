//! What a machine offers for running steps: its build of t2v, its tools, cores, memory and disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::cache::{Cache, FileIdentity};
use crate::diag::printable;
use crate::digest::Digest;
use crate::steps::{self, Workshop};

/// A text from another machine is cut to this many characters.
const MAX_TEXT_CHARS: usize = 200;
/// A map from another machine is cut to this many entries.
const MAX_ENTRIES: usize = 64;
/// A bound on the cores that a machine claims to have.
const MAX_CORES: u64 = 1024;

/// What a machine offers for running steps. Sent as JSON when a session begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// The digest of the executable of t2v.
    pub build: Digest,
    /// The version of t2v, such as `0.1.0`; for the user only.
    pub version: String,
    /// The operating system, such as `linux`.
    pub os: String,
    /// The processor architecture, such as `x86_64`.
    pub arch: String,
    /// Cores that steps may use.
    pub cores: u64,
    /// Bytes of memory for all running steps together.
    pub memory: u64,
    /// Fingerprints of the tools by name, as in [`Action::tools`].
    pub tools: BTreeMap<String, String>,
    /// Descriptions of the same tools, such as versions; for the user only.
    pub about: BTreeMap<String, String>,
    /// Free bytes on the disk of the cache.
    pub free: u64,
    /// The size limit of the cache, in bytes.
    pub cap: u64,
}

impl Capabilities {
    /// The capabilities of this machine, with `cores` and `memory` bytes for steps, and a cache of up to `cap` bytes.
    ///
    /// # Errors
    /// If the own executable can't be read. It is read only if the cache does not know its digest yet.
    pub fn detect(cache: &Cache, workshop: &Workshop, cores: u64, memory: u64, cap: u64) -> io::Result<Self> {
        let build = cached_executable_fact(cache, "digest", |path| Ok(build_digest(path)?.to_string()))?;
        Ok(Self {
            build: build.parse().map_err(io::Error::other)?,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            cores,
            memory,
            tools: steps::tool_fingerprints(workshop),
            about: steps::tool_descriptions(workshop),
            free: free_bytes(cache.root()).unwrap_or_default(),
            cap,
        })
    }

    /// Why this machine would make other bytes of an action than the machine that planned it; `None` if it would make the same.
    pub fn incompatibility(&self, action: &Action) -> Option<String> {
        action.tools.iter().find_map(|(tool, wanted)| self.tool_mismatch(tool, wanted))
    }

    fn tool_mismatch(&self, tool: &str, wanted: &str) -> Option<String> {
        match self.tools.get(tool) {
            Some(found) if found == wanted => None,
            Some(found) if tool == steps::PROCESSOR_PART => {
                Some(format!("its processor adds otherwise ({}, not {})", printable(found), printable(wanted)))
            }
            Some(_) => Some(format!("it has another {}", printable(tool))),
            None => Some(format!("it has no {} that can be used", printable(tool))),
        }
    }

    /// The same without control characters, and bounded: another machine wrote it.
    pub(super) fn sanitized(self) -> Self {
        let [version, os, arch] = [self.version, self.os, self.arch].map(sanitized_text);
        let cores = self.cores.clamp(1, MAX_CORES);
        Self { version, os, arch, cores, tools: sanitized_map(self.tools), about: sanitized_map(self.about), ..self }
    }
}

fn sanitized_text(text: String) -> String {
    printable(&text).chars().filter(|c| *c != '\n').take(MAX_TEXT_CHARS).collect()
}

fn sanitized_map(texts: BTreeMap<String, String>) -> BTreeMap<String, String> {
    texts.into_iter().take(MAX_ENTRIES).map(|(name, text)| (sanitized_text(name), sanitized_text(text))).collect()
}

/// The executable of this process, even if another file has its name by now.
///
/// # Errors
/// If the system does not know it.
pub fn own_executable() -> io::Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if running.exists() { Ok(running.to_owned()) } else { std::env::current_exe() }
}

/// What `read` finds out about the executable of this process, kept in the cache as the note `what`. `read` is called only if there is no
/// such note yet.
///
/// # Errors
/// Those of `read`, and I/O errors of the executable. Errors of the cache are ignored: they only cost time.
pub fn cached_executable_fact(
    cache: &Cache,
    what: &str,
    read: impl FnOnce(&Path) -> io::Result<String>,
) -> io::Result<String> {
    let path = own_executable()?;
    let identity = FileIdentity::of(&path)?;
    let note = format!("{what} of the program {}", Digest::of(&identity.to_bytes()));
    if let Some(known) = cache.metadata(&note).ok().flatten() {
        return Ok(known);
    }
    let found = read(&path)?;
    if identity.is_settled() {
        let _ = cache.set_metadata(&note, &found);
    }
    Ok(found)
}

/// The digest of the executable `program`.
///
/// # Errors
/// If it can't be read.
pub fn build_digest(program: &Path) -> io::Result<Digest> {
    Ok(Digest::of_reader(&mut File::open(program)?)?.0)
}

/// Bytes that this process may still write to the disk of `folder`; `None` if the system does not know.
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = nix::sys::statvfs::statvfs(folder).ok()?;
    Some(disk.blocks_available() * disk.fragment_size())
}
