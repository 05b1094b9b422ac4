//! What the cache promises, tried on a real folder.

use std::fs;

use super::*;

fn put(cache: &Cache, key: Key, bytes: &[u8]) -> Blob {
    let Lookup::Miss(permit) = cache.lookup(key).unwrap() else { panic!("already there") };
    let staging = cache.staging().unwrap();
    fs::write(staging.path().join("out"), bytes).unwrap();
    let outputs = take_in_all(cache, staging.path(), &["out".to_owned()]).unwrap();
    let blob = outputs["out"];
    cache.file(permit, &Outcome { outputs, millis: 5 }).unwrap();
    blob
}

fn key(name: &str) -> Key {
    crate::digest::KeyHasher::new(name).finish()
}

#[test]
fn what_is_filed_is_found_by_the_next_process_too() {
    let dir = tempfile::tempdir().unwrap();
    let blob = put(&Cache::open(dir.path()).unwrap(), key("a"), b"frames");
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
        let blob = put(&Cache::open(dir.path()).unwrap(), key("a"), b"frames");
        let cache = Cache::open(dir.path()).unwrap();
        let path = cache.verified(&blob).unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, damage).unwrap();

        let later = Cache::open(dir.path()).unwrap();
        assert!(matches!(later.verified(&blob), Err(CacheError::Lost { .. })), "{damage:?}");
        assert!(matches!(later.read(&blob), Err(CacheError::Lost { .. })));
        assert!(matches!(later.lookup(key("a")).unwrap(), Lookup::Miss(_)));
    }
}

#[test]
fn a_broken_index_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let index = dir.path().join(FORMAT).join("index.redb");
    for garbage in [&b"not a database at all"[..], &[0; 8192], &[0xff; 100_000]] {
        fs::create_dir_all(index.parent().unwrap()).unwrap();
        fs::write(&index, garbage).unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        put(&cache, key("a"), b"frames");
        drop(cache);
    }
}

#[test]
fn a_file_is_read_again_only_when_it_changed() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let file = dir.path().join("picture.png");
    fs::write(&file, "one").unwrap();
    files::settle(&file).unwrap();
    let one = cache.digest_of_file(&file).unwrap();
    cache.flush().unwrap();
    assert_eq!(cache.index.known_file(&file, &Identity::of(&file).unwrap()).unwrap(), Some(one));

    let before = fs::metadata(&file).unwrap().modified().unwrap();
    fs::write(&file, "two").unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(before).unwrap();
    assert_ne!(cache.digest_of_file(&file).unwrap(), one, "same size and mtime, other bytes");
}

#[test]
fn publishing_copies_once_and_never_aliases() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let blob = put(&cache, key("a"), b"film");
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
fn staging_of_a_dead_process_is_swept() {
    let dir = tempfile::tempdir().unwrap();
    let left = dir.path().join(FORMAT).join("tmp").join("dead");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("lock"), "").unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    assert!(!left.exists());
    let mine = cache.staging().unwrap();
    Cache::open(dir.path()).unwrap();
    assert!(mine.path().exists());
}
