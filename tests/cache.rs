//! `t2v cache` with the real program: damage is named, repaired, and costs exactly what it hit.

use std::fs;
use std::path::PathBuf;

use crate::common::Project;

const SPEC: &str = "\
output: { size: 160x90, fps: 24, quality: draft }
captions: false
scenes:
  - { id: one, show: { colour: \"#204060\" }, length: 1s }
  - { id: two, show: { colour: \"#602040\" }, length: 1.5s, transition: cut }
";

fn blobs(project: &Project) -> Vec<PathBuf> {
    let folders = fs::read_dir(project.path(".t2v/cache/v3/blobs")).unwrap();
    let mut blobs: Vec<PathBuf> = folders
        .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    blobs.sort();
    blobs
}

/// Flips a bit in the middle of a file that may not be written.
fn flip(path: &PathBuf) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

/// How many results a check says are hit: frames that look alike are one blob of several steps.
fn hits(verify: &str) -> usize {
    let (_, hits) = verify.split_once("; hits ").unwrap();
    let kinds = hits.lines().next().unwrap().split(", ");
    kinds.map(|kind| kind.split_once(' ').unwrap().0.parse::<usize>().unwrap()).sum()
}

#[test]
fn a_flipped_bit_is_named_repaired_and_costs_the_steps_that_made_it() {
    let project = Project::new(SPEC);
    let all = project.build(&[]);
    let film = fs::read(project.path("out/video.mp4")).unwrap();
    assert!(project.run(&["cache", "verify"]).ok().stdout.contains("all as it was written"));
    let mut made = Vec::new();
    for blob in blobs(&project) {
        flip(&blob);
        let verify = project.run(&["cache", "verify"]);
        assert_eq!(verify.code, Some(1), "{verify:#?}");
        assert!(verify.stdout.contains(blob.file_name().unwrap().to_str().unwrap()), "{verify:#?}");
        let _ = project.run(&["cache", "repair"]).ok();
        let _ = project.run(&["cache", "verify"]).ok();
        let ran = project.build(&[]);
        assert_eq!(ran.len(), hits(&verify.stdout), "{ran:?}");
        made.extend(ran);
        assert_eq!(fs::read(project.path("out/video.mp4")).unwrap(), film);
    }
    made.sort();
    made.dedup();
    assert_eq!(made, all, "every step was hit by damage to one of its blobs");
}

#[test]
fn a_broken_index_costs_no_step() {
    let project = Project::new(SPEC);
    project.build(&[]);
    let index = project.path(".t2v/cache/v3/index.redb");
    for garbage in [&b"scribble"[..], b"", &[0xff; 5000]] {
        fs::write(&index, garbage).unwrap();
        assert_eq!(project.build(&[]), Vec::<String>::new());
    }
}

#[test]
fn stats_path_and_gc_say_what_they_did() {
    let project = Project::new(SPEC);
    assert!(project.run(&["cache", "stats"]).ok().stdout.contains("there is no cache"));
    assert!(!project.path(".t2v").exists(), "looking leaves nothing behind");
    let steps = project.build(&[]).len();
    let stats = project.run(&["cache", "stats"]).ok().stdout;
    assert!(stats.contains(&format!("in {steps} results")), "{stats}");
    assert!(stats.contains("segment") && stats.contains("may grow to 20.00 GB"), "{stats}");

    let elsewhere = tempfile::tempdir().unwrap();
    let root = project.root().to_str().unwrap();
    let path = project.command(&["cache", "--project", root, "path"]).current_dir(elsewhere.path()).output().unwrap();
    assert_eq!(String::from_utf8(path.stdout).unwrap().trim(), format!("{root}/.t2v/cache"));

    let wrong = project.run(&["cache", "gc", "--max-size", "lots"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("write it like 5GB"), "{wrong:#?}");
    let gc = project.run(&["cache", "gc", "--max-age", "30d", "--max-size", "5GB"]).ok().stdout;
    assert!(gc.contains("removed 0 B in 0 results"), "{gc}");
}
