//! The libraries inside the program that shape bytes, in groups: another version of one may draw or sound otherwise.
//!
//! A group is the dependency closure of the crates named in `build/crate_closure.rs`, worked out from `Cargo.lock` when t2v is compiled. Each
//! kind of step names the groups that it uses, so a new version of a speech library leaves the keys of pictures alone. The versions are the
//! ones that run as long as t2v is built with `--locked`.

use std::sync::LazyLock;

use crate::digest::Digest;

/// Each group's name, and its crates as `name version`.
const CLOSURES: &[(&str, &[&str])] = include!(concat!(env!("OUT_DIR"), "/crate_groups.rs"));

/// Libraries that shape the bytes of the same steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrateGroup {
    /// Networks, filters and rules that turn text into speech.
    Voice,
    /// Decoding, scaling and painting of pictures, and setting of text.
    Picture,
    /// Decoding, resampling and measuring of sound.
    Sound,
    /// What passes frames and samples to ffmpeg.
    Encode,
}

impl CrateGroup {
    /// All groups, in the order of the variants.
    pub const ALL: [Self; 4] = [Self::Voice, Self::Picture, Self::Sound, Self::Encode];

    /// The name of its part of a key, such as `crates.voice`.
    pub fn part_name(self) -> &'static str {
        match self {
            Self::Voice => "crates.voice",
            Self::Picture => "crates.picture",
            Self::Sound => "crates.sound",
            Self::Encode => "crates.encode",
        }
    }

    /// The digest of its crates' names and versions.
    pub fn fingerprint(self) -> &'static str {
        static FINGERPRINTS: LazyLock<Vec<String>> =
            LazyLock::new(|| CrateGroup::ALL.iter().map(|group| fingerprint_of(group.crates())).collect());
        &FINGERPRINTS[self as usize]
    }

    /// Its crates as `name version`, in order.
    fn crates(self) -> &'static [&'static str] {
        let name = self.part_name().trim_start_matches("crates.");
        CLOSURES.iter().find(|(group, _)| *group == name).map_or(&[], |(_, crates)| crates)
    }
}

fn fingerprint_of(crates: &[impl AsRef<str>]) -> String {
    let lines: Vec<&str> = crates.iter().map(AsRef::as_ref).collect();
    Digest::of(lines.join("\n").as_bytes()).to_string()
}

#[cfg(test)]
#[path = "../../build/crate_closure.rs"]
mod crate_closure;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use toml::Table;

    use super::crate_closure::{COMPILE_TIME, GROUPS, closure};
    use super::*;

    const LOCK: &str = include_str!("../../Cargo.lock");
    const MANIFEST: &str = include_str!("../../Cargo.toml");

    /// Direct dependencies that shape no bytes of a result, each with the reason.
    const NOT_SHAPING: [(&str, &str); 33] = [
        ("backon", "pauses between tries"),
        ("base64", "pages and keys of hosts, never results"),
        ("blake3", "digests: another digest is another key by itself"),
        ("clap", "arguments"),
        ("clap_complete", "shell completions"),
        ("clap_mangen", "manual pages"),
        ("csv", "read when a film is planned; what it reads is in parameters"),
        ("ctrlc", "signals"),
        ("flate2", "unpacks data that have a fingerprint of their own"),
        ("indicatif", "progress"),
        ("miette", "messages"),
        ("mimalloc", "memory"),
        ("nix", "system calls"),
        ("notify-debouncer-full", "watching files"),
        ("petgraph", "order of steps"),
        ("pulldown-cmark", "read when a film is planned; what it reads is in parameters"),
        ("redb", "the index"),
        ("schemars", "the schema"),
        ("serde", "parameters are compared as values"),
        ("serde-saphyr", "read when a film is planned; what it reads is in parameters"),
        ("serde_json", "parameters are compared as values"),
        ("sha2", "digests"),
        ("ssh2", "the way to hosts"),
        ("strsim", "suggestions in messages"),
        ("syntect", "colours of code are worked out when a film is planned, and are parameters"),
        ("tempfile", "files"),
        ("thiserror", "messages"),
        ("tracing", "diagnostic log"),
        ("tracing-subscriber", "diagnostic log"),
        ("zstd", "packs what travels; compared by digest"),
        ("notify", "watching files"),
        ("maud", "pages"),
        ("anstream", "colours of messages"),
    ];

    #[test]
    fn each_group_holds_all_that_its_crates_depend_on() {
        let table: Table = LOCK.parse().unwrap();
        for (group, (name, roots)) in CrateGroup::ALL.into_iter().zip(GROUPS) {
            let crates: BTreeSet<&str> = group.crates().iter().copied().collect();
            let names: BTreeSet<&str> = crates.iter().map(|line| line.split(' ').next().unwrap()).collect();
            assert_eq!(group.part_name(), format!("crates.{name}"));
            roots.iter().for_each(|root| assert!(names.contains(root), "{name} lacks its root {root}"));
            for package in table["package"].as_array().unwrap() {
                let text = |field: &str| package[field].as_str().unwrap();
                if !crates.contains(format!("{} {}", text("name"), text("version")).as_str()) {
                    continue;
                }
                for line in package.get("dependencies").and_then(|list| list.as_array()).into_iter().flatten() {
                    let needed = line.as_str().unwrap().split(' ').next().unwrap();
                    let in_key = names.contains(needed) || COMPILE_TIME.contains(&needed);
                    assert!(in_key, "{name} lacks {needed}, which {} depends on", text("name"));
                }
            }
        }
        for needed in
            ["harfrust", "read-fonts", "skrifa", "icu_segmenter_data", "parley_data", "kurbo", "peniko", "moxcms"]
        {
            assert!(
                CrateGroup::Picture.crates().iter().any(|line| line.starts_with(&format!("{needed} "))),
                "{needed}"
            );
        }
        for needed in ["rten-gemm", "rten-simd", "rten-vecmath", "rustfft"] {
            assert!(CrateGroup::Voice.crates().iter().any(|line| line.starts_with(&format!("{needed} "))), "{needed}");
        }
        for needed in ["windowfunctions", "audioadapter", "audioadapter-buffers"] {
            assert!(CrateGroup::Sound.crates().iter().any(|line| line.starts_with(&format!("{needed} "))), "{needed}");
        }
    }

    #[test]
    fn a_bump_in_one_group_leaves_the_others_alone() {
        let fingerprints =
            |lock: &str| GROUPS.map(|(_, roots)| fingerprint_of(&Vec::from_iter(closure(lock, roots).unwrap())));
        let before = fingerprints(LOCK);
        for (bumped, changed) in [
            ("rten-gemm", vec!["voice"]),
            ("harfrust", vec!["picture"]),
            ("windowfunctions", vec!["sound"]),
            ("syntect", vec![]),
        ] {
            let after = fingerprints(&bump(LOCK, bumped));
            for ((name, _), (before, after)) in GROUPS.iter().zip(before.iter().zip(&after)) {
                assert_eq!(before != after, changed.contains(name), "{bumped} and {name}");
            }
        }
    }

    /// The lock file with another version of a crate that it holds once.
    fn bump(lock: &str, name: &str) -> String {
        let head = format!("name = \"{name}\"\nversion = \"");
        let at = lock.find(&head).unwrap_or_else(|| panic!("no {name}")) + head.len();
        format!("{}99.{}", &lock[..at], &lock[at..])
    }

    #[test]
    fn every_direct_dependency_is_in_a_group_or_known_to_shape_nothing() {
        let table: Table = MANIFEST.parse().unwrap();
        let roots: BTreeSet<&str> = GROUPS.iter().flat_map(|(_, roots)| roots.iter().copied()).collect();
        for name in table["dependencies"].as_table().unwrap().keys() {
            let neutral = NOT_SHAPING.iter().any(|(neutral, _)| neutral == name);
            assert!(
                roots.contains(name.as_str()) != neutral,
                "{name} must be in a group of build/crate_closure.rs or in NOT_SHAPING"
            );
        }
    }
}
