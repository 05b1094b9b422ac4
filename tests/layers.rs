//! The import table: which module may use which. A new edge is a decision, made here and in `docs/architecture.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module, and the modules it may name with `crate::`, all of them above it in this list. Every module may use `units`.
const TABLE: [(&str, &[&str]); 24] = [
    ("units", &[]),
    ("human", &[]),
    ("digest", &[]),
    ("diag", &[]),
    ("credentials", &[]),
    ("process", &["credentials"]),
    ("dag", &[]),
    ("sound", &[]),
    ("mp4", &["sound"]),
    ("voice", &["digest", "sound"]),
    ("provenance", &["digest"]),
    ("action", &["digest", "provenance"]),
    ("work", &["action", "diag"]),
    ("event", &["work"]),
    ("cache", &["action", "digest"]),
    ("spec", &["diag", "voice"]),
    ("render", &["spec", "voice"]),
    (
        "steps",
        &["action", "cache", "credentials", "digest", "mp4", "process", "render", "sound", "spec", "voice", "work"],
    ),
    ("remote", &["action", "cache", "credentials", "diag", "digest", "process", "steps"]),
    ("plan", &["diag", "event", "render", "sound", "spec", "steps", "voice", "work"]),
    ("engine", &["action", "cache", "dag", "diag", "digest", "event", "process", "remote", "work"]),
    ("report", &["diag", "engine", "event", "human", "render", "work"]),
    (
        "session",
        &[
            "action",
            "cache",
            "credentials",
            "diag",
            "digest",
            "engine",
            "event",
            "human",
            "plan",
            "process",
            "remote",
            "render",
            "report",
            "spec",
            "steps",
            "voice",
            "work",
        ],
    ),
    (
        "cli",
        &[
            "action", "cache", "diag", "digest", "engine", "event", "human", "plan", "process", "remote", "render",
            "report", "session", "sound", "spec", "steps", "voice", "work",
        ],
    ),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The module a file belongs to: its folder, or its own stem at the top.
fn module(src: &Path, file: &Path) -> String {
    let first = file.strip_prefix(src).unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The modules that a file names, tests left out: those may build what they need.
fn named(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let end = |rest: &str| rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let rests = code.match_indices("crate::").map(|(at, found)| &code[at + found.len()..]);
    rests.map(|rest| rest[..end(rest)].to_owned()).collect()
}

#[test]
fn modules_use_only_what_the_table_says() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let table: BTreeMap<&str, &[&str]> = TABLE.into_iter().collect();
    let mut found = Vec::new();
    files(&src, &mut found);
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    for file in found.iter().filter(|file| !file.ends_with("tests.rs")) {
        let module = module(&src, file);
        if ["lib", "main"].contains(&module.as_str()) {
            continue;
        }
        let may = table.get(module.as_str()).unwrap_or_else(|| panic!("the module `{module}` is not in the table"));
        for other in named(&fs::read_to_string(file).unwrap()) {
            if other != module && other != "units" && !may.contains(&other.as_str()) {
                wrong.push(format!("{} uses `{other}`", file.display()));
            }
            used.insert((module.clone(), other));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (module, others) in TABLE {
        for other in others {
            assert!(used.contains(&(module.to_owned(), (*other).to_owned())), "`{module}` no longer uses `{other}`");
        }
    }
}

#[test]
fn the_table_has_no_cycle() {
    let order: Vec<&str> = TABLE.iter().map(|(module, _)| *module).collect();
    for (at, (module, others)) in TABLE.iter().enumerate() {
        for other in *others {
            let before = order.iter().position(|name| name == other).expect("a module of the table");
            assert!(before < at, "`{module}` uses `{other}`, which stands below it");
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&src, &mut found);
    for file in found.into_iter().filter(|file| !file.ends_with("tests.rs")) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{} does not begin with `//!`", file.display());
    }
}
