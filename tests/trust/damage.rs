//! Damage of what a finished build left: noticed whenever it is read, made again, never in the film.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::Project;
use crate::{Dice, FILM, beside_others, film, is_long, trials};

/// Damages of a sample, and of the whole series.
const INDEX_DAMAGES: (u32, u32) = (14, 60);
/// Every so many-th blob is flipped in a sample, and every one in the whole series.
const BLOB_STEP: usize = 4;

/// The film with a picture, so that a file is among the blobs, and more scenes, so that there are many.
fn project() -> Project {
    let more = "  - { id: four, say: \"And this is after it. With one more line.\", show: { image: a.png } }\n  - { id: five, say: \"That is all.\" }\n";
    let project = Project::new(&(FILM.to_owned() + more));
    project.picture("a.png", (64, 36), [9, 99, 199]);
    project
}

/// A project that was built, and the sha256 of its film.
fn built() -> (Project, Option<String>) {
    let project = project();
    project.build(&[]);
    let good = film(&project);
    (project, good)
}

/// A record: its inputs and outputs, by role and digest.
struct Record {
    kind: String,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

fn records(project: &Project) -> Vec<Record> {
    let digests = |blobs: &Value| {
        blobs.as_object().unwrap().values().map(|blob| blob["digest"].as_str().unwrap().to_owned()).collect()
    };
    let mut records = Vec::new();
    for log in fs::read_dir(project.path(".t2v/cache/v3/records")).unwrap() {
        for line in fs::read_to_string(log.unwrap().path()).unwrap().lines() {
            let record: Value = serde_json::from_str(line.split_once(' ').unwrap().1).unwrap();
            records.push(Record {
                kind: record["action"]["kind"].as_str().unwrap().to_owned(),
                inputs: digests(&record["action"]["inputs"]),
                outputs: digests(&record["outcome"]["outputs"]),
            });
        }
    }
    records
}

fn name(blob: &Path) -> String {
    blob.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Changes a file that is read-only, in place.
fn spoil(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    use std::os::unix::fs::PermissionsExt;
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o444)).unwrap();
}

#[test]
fn a_flipped_bit_in_any_blob_is_noticed_and_mended() {
    let _turn = beside_others();
    let (project, good) = built();
    let mut dice = Dice::new("flips");
    let mut kinds = BTreeMap::new();
    let blobs = project.blobs();
    assert!(blobs.len() >= 30, "{}", blobs.len());
    let step = if is_long() { 1 } else { BLOB_STEP };
    let first = dice.below(step as u64) as usize;
    for blob in blobs.iter().skip(first).step_by(step) {
        let digest = name(blob);
        let records = records(&project);
        // Whoever reads the blob has to run, else nobody looks at it.
        let readers = records.iter().filter(|record| record.inputs.contains(&digest));
        for output in readers.flat_map(|record| &record.outputs) {
            let _ = fs::remove_file(project.path(".t2v/cache/v3/blobs").join(&output[..2]).join(output));
        }
        let _ = fs::remove_dir_all(project.path("out"));
        let flipped = |bytes: &mut Vec<u8>| {
            let at = dice.below(bytes.len() as u64) as usize;
            bytes[at] ^= 1 << dice.below(8);
        };
        spoil(blob, flipped);
        let verified = project.run(&["cache", "verify"]);
        assert!(verified.code == Some(1) && verified.stdout.contains(&digest), "{verified:#?}");
        let made = records.iter().find(|record| record.outputs.contains(&digest));
        // No step reads a still, so no build comes upon it.
        let unread = made.is_some_and(|record| record.kind == "still");
        if unread {
            let _ = project.run(&["cache", "repair"]).ok();
        }
        let run = project.run(&["build"]).ok();
        assert_eq!(film(&project), good, "{}", run.stderr);
        assert_eq!(name(blob), digest);
        project.verify();
        let again = run.stderr.contains("damaged in the cache, made again");
        assert!(again || unread || made.is_none(), "{}", run.stderr);
        let kind = made.map_or("a file of the project", |record| record.kind.as_str()).to_owned();
        *kinds.entry(kind).or_insert(0) += 1;
    }
    println!("{} of {} blobs flipped and mended: {kinds:?}", kinds.values().sum::<u32>(), blobs.len());
}

/// Ways to spoil an index.
fn spoil_index(bytes: &mut Vec<u8>, dice: &mut Dice) -> &'static str {
    let len = bytes.len() as u64;
    match dice.below(7) {
        0 => {
            let at = dice.below(len) as usize;
            bytes[at] ^= 1 << dice.below(8);
            "one bit flipped"
        }
        1 => {
            for _ in 0..200 {
                let at = dice.below(len) as usize;
                bytes[at] = dice.next() as u8;
            }
            "200 bytes changed"
        }
        2 => {
            bytes.truncate(dice.below(len) as usize);
            "cut"
        }
        3 => {
            for _ in 0..8 {
                let page = dice.below(len / 4096) as usize * 4096;
                bytes[page..page + 4096].fill(0);
            }
            "pages zeroed"
        }
        4 => {
            bytes.iter_mut().for_each(|byte| *byte = dice.next() as u8);
            "all of it changed"
        }
        5 => {
            let at = dice.below(512.min(len)) as usize;
            bytes[at] = dice.next() as u8;
            "its head changed"
        }
        _ => {
            bytes.clear();
            "emptied"
        }
    }
}

#[test]
fn a_broken_index_costs_no_step() {
    let _turn = beside_others();
    let (project, good) = built();
    let index: PathBuf = project.path(".t2v/cache/v3/index.redb");
    let mut dice = Dice::new("index");
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    let damages = trials(INDEX_DAMAGES.0, INDEX_DAMAGES.1);
    for _ in 0..damages {
        let mut bytes = fs::read(&index).unwrap();
        let how = spoil_index(&mut bytes, &mut dice);
        fs::write(&index, bytes).unwrap();
        fs::remove_dir_all(project.path("out")).unwrap();
        let run = project.run(&["build"]).ok();
        assert_eq!(film(&project), good, "{how}");
        assert_eq!(run.ran(), [""; 0], "{how}: all of it is in the records\n{}", run.stderr);
        assert!(!run.stderr.contains("panic"), "{how}: {}", run.stderr);
        *kinds.entry(how).or_default() += 1;
    }
    let _ = project.run(&["cache", "repair"]).ok();
    project.verify();
    println!("{damages} damages of the index, no step ran again: {kinds:?}");
}
