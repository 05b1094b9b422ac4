//! What the program promises when it is killed, cancelled, out of space, damaged or not alone: tried on the real program with the real
//! ffmpeg. Chances are drawn from a seed that is printed; `T2V_SEED=N` draws others. A series is a sample of its full length, which
//! `T2V_LONG=1` runs.

#[path = "../common/mod.rs"]
mod common;

mod alias;
mod cancel;
mod damage;
mod failing;
mod full;
mod kill;
mod seal;
mod share;
mod stable;
mod watch;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use common::{Project, wait_until};
use sha2::{Digest, Sha256};

/// Three scenes, as small as films get: a cold build takes about a second.
const FILM: &str = r##"
title: Trust
output: { size: 128x72, fps: 24, quality: draft }
voice: { engine: espeak, name: en-us, speed: 2 }
defaults: { lead: 0.2s, tail: 0.1s, transition: { kind: crossfade, length: 0.2s } }
scenes:
  - { id: one, say: "We begin here.", show: { colour: "#204060" } }
  - { id: two, say: "We go on.", show: { title: "On", subtitle: "and on" } }
  - { id: three, say: "We end there.", show: { gradient: { colours: ["#102030", "#a05020"] } } }
"##;

/// Tests whose moments are chosen by how long builds take run alone, the others beside each other.
static ALONE: RwLock<()> = RwLock::new(());

fn beside_others() -> RwLockReadGuard<'static, ()> {
    ALONE.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn alone() -> RwLockWriteGuard<'static, ()> {
    ALONE.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The seed of series that are given none.
const SEED: u64 = 20_260_101;
/// How many trials a series has: `sample` of them, or all with `T2V_LONG=1`.
fn trials(sample: u32, all: u32) -> u32 {
    if is_long() { all } else { sample }
}

fn is_long() -> bool {
    std::env::var("T2V_LONG").is_ok_and(|value| value == "1")
}

/// Chances, from a seed: SplitMix64.
struct Dice(u64);

impl Dice {
    /// With the seed of `T2V_SEED`, or always the same one; it is printed.
    fn new(what: &str) -> Self {
        let seed = std::env::var("T2V_SEED").map_or(SEED, |text| text.parse().expect("T2V_SEED is a number"));
        println!("{what}: T2V_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn time(&mut self, from: Duration, to: Duration) -> Duration {
        from + Duration::from_micros(self.below((to - from).as_micros() as u64))
    }
}

/// The sha256 of a file; `None` where there is none.
fn sha(path: &Path) -> Option<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    fs::read(path).ok().map(|bytes| hex(&Sha256::digest(bytes)))
}

/// The sha256 of the project's film.
fn film(project: &Project) -> Option<String> {
    sha(&project.path("out/video.mp4"))
}

/// The locks on keys that are held in a cache, as places in the file that has them.
fn held(cache: &Path) -> Vec<String> {
    let Ok(file) = fs::metadata(cache.join("v3/keys.lock")) else { return Vec::new() };
    let (inode, locks) = (format!(":{}", file.ino()), fs::read_to_string("/proc/locks").unwrap());
    let ours = locks.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let ours = ours.filter(|words| words.contains(&"OFDLCK") && words.iter().any(|word| word.ends_with(&inode)));
    ours.map(|words| words[words.len() - 1].to_owned()).collect()
}

/// Names in a folder that begin so.
fn named(folder: &Path, start: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| name.starts_with(start)).collect()
}
