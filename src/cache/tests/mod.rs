//! What the cache promises, tried on a real folder.

mod crash;
mod damage;
mod further;
pub mod gate;
mod read_only;
mod share;
mod speed;
mod sweep;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::disk::Disk;
use super::layout::CACHE_FORMAT;
use super::*;
use crate::action::{Action, Blob, Outcome, Requirements};
use crate::digest::{Digest, Key};

fn action(name: &str) -> Action {
    let (params, inputs, tools) = (json!({"name": name}).into(), BTreeMap::new(), Arc::default());
    Action { kind: "test".into(), version: 1, params, inputs, tools, requirements: Requirements::default() }
}

/// The seed of the series: `T2V_SEED`, or always the same one.
fn seed() -> u64 {
    std::env::var("T2V_SEED").map_or(20_260_101, |text| text.parse().expect("T2V_SEED is a number"))
}

/// How many cases a series has: `sample` of them, or all with `T2V_LONG=1`.
fn cases(sample: usize, all: usize) -> usize {
    if std::env::var("T2V_LONG").is_ok_and(|value| value == "1") { all } else { sample }
}

/// The first operation of a sample and the step from each to the next; every operation with `T2V_LONG=1`.
fn sampled(step: usize) -> (usize, usize) {
    let step = cases(step, 1);
    (Random(seed()).below(step), step)
}

/// A folder in memory where there is one: these tests sync thousands of times.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Stages and takes in bytes.
fn stage(cache: &Cache, bytes: &[u8]) -> Result<Outcome, CacheError> {
    let staging = cache.staging()?;
    fs::write(staging.path().join("out"), bytes).unwrap();
    Ok(Outcome::computed(insert_outputs(cache, staging.path(), &["out".to_owned()])?, 5))
}

/// Makes and files results, each of its own name's bytes, in one transaction.
fn make(cache: &Cache, names: &[&str]) -> Result<(), CacheError> {
    let mut made = Vec::new();
    for name in names {
        let Lookup::Miss(permit) = cache.lookup(key(name))? else { continue };
        made.push((permit, action(name), stage(cache, name.as_bytes())?));
    }
    let made = made.into_iter().map(|(permit, action, outcome)| NewResult { permit, action: action.into(), outcome });
    cache.commit(made.collect()).map(drop)
}

fn put(cache: &Cache, name: &str, bytes: &[u8]) -> Blob {
    let Lookup::Miss(permit) = cache.lookup(key(name)).unwrap() else { panic!("already there") };
    let (action, outcome) = (action(name), stage(cache, bytes).unwrap());
    let blob = outcome.outputs["out"];
    cache.commit(vec![NewResult { permit, action: action.into(), outcome }]).unwrap();
    blob
}

/// The outcome, if the result is there.
fn found(cache: &Cache, name: &str) -> Option<Outcome> {
    match cache.lookup(key(name)).unwrap() {
        Lookup::Hit(outcome) => Some(outcome),
        Lookup::Miss(_) => None,
    }
}

/// Whether the result of `make` is there, with its bytes.
fn is_whole(cache: &Cache, name: &str) -> bool {
    found(cache, name)
        .is_some_and(|outcome| cache.read(&outcome.outputs["out"]).is_ok_and(|bytes| bytes == name.as_bytes()))
}

/// The splitmix64 generator: the same numbers for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

fn key(name: &str) -> Key {
    action(name).key()
}

#[test]
fn what_is_filed_is_found_by_the_next_process_too() {
    let dir = tempfile::tempdir().unwrap();
    let blob = put(&Cache::open(dir.path()).unwrap(), "a", b"frames");
    let cache = Cache::open(dir.path()).unwrap();
    let Lookup::Hit(outcome) = cache.lookup(key("a")).unwrap() else { panic!("lost") };
    assert_eq!((outcome.outputs["out"], outcome.millis), (blob, 5));
    assert_eq!(cache.read(&blob).unwrap(), b"frames");
    assert!(matches!(cache.lookup(key("b")).unwrap(), Lookup::Miss(_)));
}

#[test]
fn damaged_blobs_are_never_served() {
    let dir = tempfile::tempdir().unwrap();
    for damage in [&b"framez"[..], b"frame", b"frames!", b""] {
        let blob = put(&Cache::open(dir.path()).unwrap(), "a", b"frames");
        let cache = Cache::open(dir.path()).unwrap();
        let path = cache.verified_path(&blob).unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, damage).unwrap();

        let later = Cache::open(dir.path()).unwrap();
        assert!(matches!(later.verified_path(&blob), Err(CacheError::Lost { .. })), "{damage:?}");
        assert!(matches!(later.read(&blob), Err(CacheError::Lost { .. })));
        assert!(matches!(later.lookup(key("a")).unwrap(), Lookup::Miss(_)));
    }
}

#[test]
fn a_broken_index_is_rebuilt_from_the_records() {
    let dir = tempfile::tempdir().unwrap();
    let index = dir.path().join(CACHE_FORMAT).join("index.redb");
    put(&Cache::open(dir.path()).unwrap(), "a", b"frames");
    for garbage in [&b"not a database at all"[..], &[0; 8192], &[0xff; 100_000], b""] {
        fs::write(&index, garbage).unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        assert!(matches!(cache.lookup(key("a")).unwrap(), Lookup::Hit(_)));
        assert_eq!(cache.action(key("a")).unwrap(), Some(action("a")));
    }
    fs::remove_file(&index).unwrap();
    assert!(matches!(Cache::open(dir.path()).unwrap().lookup(key("a")).unwrap(), Lookup::Hit(_)));
}

#[test]
fn what_is_filed_while_another_process_replaces_the_index_is_there_in_the_new_one() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    put(&cache, "a", b"frames");
    fs::rename(cache.layout.index(), dir.path().join("aside")).unwrap();
    put(&cache, "b", b"sound");
    cache.set_metadata("tool", "1.0").unwrap();
    let other = Cache::open(dir.path()).unwrap();
    for name in ["a", "b"] {
        assert!(matches!(other.lookup(key(name)).unwrap(), Lookup::Hit(_)), "{name}");
    }
    assert_eq!(other.metadata("tool").unwrap().as_deref(), Some("1.0"));
}

#[test]
fn a_torn_or_damaged_record_is_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    for name in ["a", "b", "c"] {
        put(&cache, name, name.as_bytes());
    }
    let log = records::log_files(&cache.layout).pop().unwrap();
    let mut bytes = fs::read(&log).unwrap();
    let second = bytes.iter().position(|&byte| byte == b'\n').unwrap() + 100;
    bytes[second] ^= 1;
    bytes.truncate(bytes.len() - 2);
    fs::write(&log, bytes).unwrap();
    let found = records::read_all(&cache.disk, &cache.layout).unwrap();
    assert_eq!(found.records.keys().collect::<Vec<_>>(), [&key("a")]);
    assert_eq!(found.damaged, [(log.clone(), 2), (log, 3)]);
}

#[test]
fn a_film_record_is_kept_and_a_damaged_one_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let film = dir.path().join("film.mp4");
    assert_eq!(cache.load_film(&film).unwrap(), None);
    let made = StepRecord { key: key("a"), before: Some(key("b")), millis: 7 };
    let steps = BTreeMap::from([("scene:one/speech/1".to_owned(), made)]);
    let record = FilmRecord { film: film.clone(), spec: dir.path().join("video.yaml"), steps };
    cache.save_film(&record).unwrap();
    let path = cache.layout.film(&film);
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    cache.save_film(&record).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before, "an equal record is not written again");
    for _ in 0..2 {
        assert_eq!(cache.load_film(&film).unwrap().as_ref(), Some(&record));
    }
    assert_eq!(Cache::open(dir.path()).unwrap().load_film(&film).unwrap(), Some(record));
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert_eq!(Cache::open(dir.path()).unwrap().load_film(&film).unwrap(), None);
}

#[test]
fn a_lock_is_held_by_one_and_waiting_can_be_cancelled() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (Cache::open(dir.path()).unwrap(), Cache::open(dir.path()).unwrap());
    let held = one.lock(key("a"), &|| false).unwrap().unwrap();
    assert!(two.lock(key("a"), &|| true).unwrap().is_none());
    assert!(two.lock(key("b"), &|| true).unwrap().is_some());
    drop(held);
    assert!(two.lock(key("a"), &|| true).unwrap().is_some());
    assert_eq!(fs::metadata(one.layout.key_locks()).unwrap().len(), 0, "nothing is written for a lock");
}

#[test]
fn a_file_is_read_again_only_when_it_changed() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let file = dir.path().join("picture.png");
    fs::write(&file, "one").unwrap();
    file_identity::wait_until_settled(&file).unwrap();
    let one = cache.digest_of_file(&file).unwrap();
    cache.flush().unwrap();
    assert_eq!(cache.actions.index.known_file(&file, &FileIdentity::of(&file).unwrap()).unwrap(), Some(one));

    let before = fs::metadata(&file).unwrap().modified().unwrap();
    fs::write(&file, "two").unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(before).unwrap();
    assert_ne!(cache.digest_of_file(&file).unwrap(), one, "same size and mtime, other bytes");
}

#[test]
fn publishing_copies_once_and_never_aliases() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let blob = put(&cache, "a", b"film");
    let out = dir.path().join("out").join("film.mp4");
    assert!(cache.publish(&blob, &out).unwrap());
    assert!(!cache.publish(&blob, &out).unwrap());
    fs::write(&out, "scribble").unwrap();
    assert_eq!(cache.read(&blob).unwrap(), b"film");
    assert!(cache.publish(&blob, &out).unwrap());
    assert_eq!(fs::read(&out).unwrap(), b"film");
    assert_eq!(fs::read_dir(dir.path().join("out")).unwrap().count(), 1, "no temporary file stays");
}

#[test]
fn bytes_from_elsewhere_are_taken_in_only_as_what_they_are_called() {
    let dir = folder();
    let cache = Cache::open_without_sync(dir.path()).unwrap();
    let staging = cache.staging().unwrap();
    let path = staging.path().join("came");
    fs::write(&path, b"truth").unwrap();
    let blob = |bytes: &[u8]| Blob { digest: Digest::of(bytes), len: bytes.len() as u64 };
    for lie in [blob(b"lies!"), Blob { len: 4, ..blob(b"truth") }] {
        assert!(!cache.insert_file_as(&path, &lie).unwrap() && path.exists());
        assert!(!cache.pin(&lie).unwrap());
    }
    assert!(cache.insert_file_as(&path, &blob(b"truth")).unwrap() && !path.exists());
    assert!(cache.pin(&blob(b"truth")).unwrap());
    drop(cache);
    assert_eq!(Cache::open(dir.path()).unwrap().read(&blob(b"truth")).unwrap(), b"truth");
}

#[test]
fn staging_of_a_dead_process_is_swept() {
    let dir = tempfile::tempdir().unwrap();
    let left = dir.path().join(CACHE_FORMAT).join("tmp").join("dead");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("lock"), "").unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    assert!(!left.exists());
    let mine = cache.staging().unwrap();
    Cache::open(dir.path()).unwrap();
    assert!(mine.path().exists());
}

#[test]
fn results_of_an_earlier_format_are_left_alone_and_mentioned_once() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("v2/blobs")).unwrap();
    std::fs::create_dir_all(dir.path().join("voices")).unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    assert_eq!(cache.unmentioned_former_folders().unwrap(), [dir.path().join("v2")]);
    assert_eq!(cache.unmentioned_former_folders().unwrap(), [] as [PathBuf; 0]);
    drop(cache);
    assert_eq!(Cache::open(dir.path()).unwrap().unmentioned_former_folders().unwrap(), [] as [PathBuf; 0]);
    assert!(dir.path().join("v2/blobs").is_dir());
}
