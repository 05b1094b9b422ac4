//! Works out, when t2v is compiled, which crate versions shape results, and which commit the program is built from.

#[path = "build/crate_closure.rs"]
mod crate_closure;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    for file in ["build.rs", "build/crate_closure.rs", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={file}");
    }
    let lock = fs::read_to_string(root.join("Cargo.lock")).expect("the package holds its Cargo.lock");
    fs::write(out.join("crate_groups.rs"), groups(&lock)).expect("cargo gives a folder that can be written");
    println!("cargo::rustc-env=T2V_TARGET={}", env::var("TARGET").expect("cargo sets it"));
    println!("cargo::rustc-env=T2V_COMMIT={}", commit(&root).unwrap_or_default());
}

/// `GROUPS` as Rust source: each group's name, and its crates as `name version`.
fn groups(lock: &str) -> String {
    let mut source = "&[\n".to_owned();
    for (name, roots) in crate_closure::GROUPS {
        let crates = crate_closure::closure(lock, roots).unwrap_or_else(|error| panic!("{error}"));
        writeln!(source, "    ({name:?}, &{:?}),", crates.into_iter().collect::<Vec<_>>()).expect("memory suffices");
    }
    source + "]\n"
}

/// Commit and date of the checkout, as `0123abc 2026-11-30`. `None` outside a checkout, as in a published crate.
fn commit(root: &Path) -> Option<String> {
    if !root.join(".git").exists() {
        return None;
    }
    // The branch moves without a change of HEAD itself; its log is written at each commit.
    for file in [".git/HEAD", ".git/logs/HEAD"] {
        if root.join(file).exists() {
            println!("cargo::rerun-if-changed={file}");
        }
    }
    let output = Command::new("git").args(["log", "-1", "--format=%h %cs"]).current_dir(root).output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| line.trim().to_owned())
}
