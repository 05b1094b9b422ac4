//! What a machine is, as far as it matters to whoever has steps run there. Knows nothing of how it is told.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::cache::{Cache, Identity};
use crate::diag::printable;
use crate::digest::Digest;
use crate::steps::{self, Workshop};

/// Texts that a machine tells of itself are cut to so many characters, and lists to so many entries.
const LONGEST: usize = 200;
const MOST: usize = 64;
/// No machine is believed to have more cores than this.
const MOST_CORES: u64 = 1024;

/// What a machine is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The digest of its program.
    pub build: Digest,
    /// The program's version, for people.
    pub version: String,
    /// Its operating system, such as `linux`.
    pub os: String,
    /// Its architecture, such as `x86_64`.
    pub arch: String,
    /// What of its processor shapes sound: see [`cpu`].
    pub cpu: String,
    /// Cores that it gives.
    pub cores: u64,
    /// Bytes of memory that steps may take together.
    pub memory: u64,
    /// Fingerprints of the tools that are there, by name, as in [`Action::tools`].
    pub tools: BTreeMap<String, String>,
    /// The same tools, for people.
    pub about: BTreeMap<String, String>,
    /// Bytes free on the disk of its cache.
    pub free: u64,
    /// Bytes that its cache may have.
    pub cap: u64,
}

impl Hello {
    /// This machine, which gives so many cores and so much memory, with a cache of up to `cap` bytes.
    ///
    /// # Errors
    /// Where the program can't read itself, which it does if the cache has not seen it yet.
    pub fn here(cache: &Cache, workshop: &Workshop, cores: u64, memory: u64, cap: u64) -> io::Result<Self> {
        let build = of_own_program(cache, "digest", |path| Ok(build_of(path)?.to_string()))?;
        Ok(Self {
            build: build.parse().map_err(io::Error::other)?,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            cpu: cpu(),
            cores,
            memory,
            tools: steps::tools(workshop),
            about: steps::about(workshop),
            free: free(cache.root()).unwrap_or_default(),
            cap,
        })
    }

    /// Why this machine would make other bytes of an action than the one that planned it, whose processor is `cpu`. `None`: it would not.
    pub fn unsuited(&self, action: &Action, cpu: &str) -> Option<String> {
        let tool = action.tools.iter().find_map(|(tool, wanted)| self.lacks(tool, wanted));
        let other = steps::depends_on_processor(&action.kind) && self.cpu != cpu;
        tool.or_else(|| other.then(|| format!("its processor adds otherwise ({}, not {})", self.cpu, printable(cpu))))
    }

    fn lacks(&self, tool: &str, wanted: &str) -> Option<String> {
        match self.tools.get(tool) {
            Some(found) if found == wanted => None,
            Some(_) => Some(format!("it has another {}", printable(tool))),
            None => Some(format!("it has no {} that can be used", printable(tool))),
        }
    }

    /// As it may be shown, whoever wrote it.
    pub(super) fn tamed(self) -> Self {
        let tame = |text: String| printable(&text).chars().filter(|c| *c != '\n').take(LONGEST).collect::<String>();
        let all = |texts: BTreeMap<String, String>| -> BTreeMap<String, String> {
            texts.into_iter().take(MOST).map(|(name, text)| (tame(name), tame(text))).collect()
        };
        let [version, os, arch, cpu] = [self.version, self.os, self.arch, self.cpu].map(tame);
        let cores = self.cores.clamp(1, MOST_CORES);
        Self { version, os, arch, cpu, cores, tools: all(self.tools), about: all(self.about), ..self }
    }
}

/// The file of the program that runs, even if another one has its name now.
///
/// # Errors
/// Where the system does not say.
pub fn own_program() -> io::Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if running.exists() { Ok(running.to_owned()) } else { std::env::current_exe() }
}

/// What `read` finds out of the program that runs; asked only if the cache has no note of it yet.
///
/// # Errors
/// Those of `read`. A cache that can't be used costs no more than the time.
pub fn of_own_program(cache: &Cache, what: &str, read: impl FnOnce(&Path) -> io::Result<String>) -> io::Result<String> {
    let path = own_program()?;
    let identity = Identity::of(&path)?;
    let note = format!("{what} of the program {}", Digest::of(&identity.to_bytes()));
    if let Some(known) = cache.note(&note).ok().flatten() {
        return Ok(known);
    }
    let found = read(&path)?;
    if identity.is_settled() {
        let _ = cache.put_note(&note, &found);
    }
    Ok(found)
}

/// The digest of the program in this file.
///
/// # Errors
/// Where it can't be read.
pub fn build_of(program: &Path) -> io::Result<Digest> {
    Ok(Digest::of_reader(&mut File::open(program)?)?.0)
}

/// The class of this processor: kernels for sums of floats are chosen by what it has, and add in different orders.
pub fn cpu() -> String {
    format!("{} {}", std::env::consts::ARCH, vectors())
}

/// The levels that `rten` tells apart.
#[cfg(target_arch = "x86_64")]
fn vectors() -> &'static str {
    let wide = std::is_x86_feature_detected!("avx512vl")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512dq");
    match () {
        () if wide && std::is_x86_feature_detected!("avx512vnni") => "avx512vnni",
        () if wide => "avx512",
        () if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") => "avx2",
        () => "baseline",
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn vectors() -> &'static str {
    "baseline"
}

/// Bytes that this process may still write to the disk of `folder`.
pub fn free(folder: &Path) -> Option<u64> {
    let disk = nix::sys::statvfs::statvfs(folder).ok()?;
    Some(disk.blocks_available() * disk.fragment_size())
}
