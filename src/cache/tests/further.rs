//! Stores behind the cache's own folder, and the contract that every store keeps.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;
use crate::cache::memory_store::{MemoryStore, StoreCall};

fn blob_of(bytes: &[u8]) -> Blob {
    Blob { digest: Digest::of(bytes), len: bytes.len() as u64 }
}

fn stored(name: &str) -> StoredResult {
    let outcome = Outcome::computed(BTreeMap::from([("out".to_owned(), blob_of(name.as_bytes()))]), 5);
    StoredResult { key: key(name), action: action(name).into(), outcome }
}

fn wanted(names: &[&str]) -> Vec<(Key, Arc<Action>)> {
    names.iter().map(|name| (key(name), Arc::new(action(name)))).collect()
}

/// A store that has the results of these names, each with its name as bytes.
fn store_with(names: &[&str]) -> MemoryStore {
    let (store, dir) = (MemoryStore::default(), folder());
    for name in names {
        let path = dir.path().join("blob");
        fs::write(&path, name).unwrap();
        store.insert(&blob_of(name.as_bytes()), &path).unwrap();
    }
    store.put(&names.iter().map(|name| stored(name)).collect::<Vec<_>>()).unwrap();
    store
}

fn cache_before(store: &MemoryStore, folder: &Path) -> Cache {
    Cache::open(folder).unwrap().with_further_stores(vec![store.pair()])
}

/// What every pair does, wherever it keeps things.
fn assert_keeps_contract(actions: &dyn ActionCache, blobs: &dyn BlobStore, dir: &Path) {
    let (there, absent) = (blob_of(b"one"), blob_of(b"absent"));
    let (source, target) = (dir.join("source"), dir.join("target"));
    fs::write(&source, "one").unwrap();
    assert_eq!(actions.look_up(&[key("one"), key("two")]).unwrap(), [None, None]);
    for _ in 0..2 {
        blobs.insert(&there, &source).unwrap();
        actions.put(&[stored("one")]).unwrap();
    }
    assert!(blobs.insert(&absent, &source).is_err(), "the file has other bytes");
    assert!(source.exists());
    assert_eq!(blobs.has(&[absent, there, Blob { len: 2, ..there }]).unwrap(), [false, true, false]);
    assert_eq!(actions.look_up(&[key("two"), key("one")]).unwrap(), [None, Some(stored("one").outcome)]);
    fs::write(&target, "what was there before").unwrap();
    blobs.fetch(&there, &target).unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"one");
    assert!(matches!(blobs.fetch(&absent, &target), Err(CacheError::Lost { .. })));
}

#[test]
fn the_folder_and_the_memory_keep_the_same_contract() {
    let dir = folder();
    let cache = Cache::open(&dir.path().join("cache")).unwrap();
    assert_keeps_contract(&cache.actions, &cache.blobs, dir.path());
    let memory = MemoryStore::default();
    assert_keeps_contract(&memory, &memory, dir.path());
}

#[test]
fn a_hit_elsewhere_is_digests_until_something_reads_them() {
    let dir = folder();
    let store = store_with(&["a", "b"]);
    let cache = cache_before(&store, dir.path());
    let before = store.calls().len();
    assert!(matches!(cache.lookup(key("a")).unwrap(), Lookup::Miss(_)));
    let found = cache.look_up_further(&wanted(&["a", "b", "c"]));
    assert_eq!(found, [Some(stored("a").outcome), Some(stored("b").outcome), None]);
    assert!(matches!(cache.lookup(key("a")).unwrap(), Lookup::Hit(_)));
    assert_eq!(store.calls()[before..], [StoreCall::LookUp(3)], "one call for all, and no bytes");

    let blob = blob_of(b"a");
    assert!(cache.is_elsewhere(&blob) && !cache.is_elsewhere(&blob_of(b"c")));
    for _ in 0..2 {
        assert_eq!(cache.read(&blob).unwrap(), b"a");
    }
    assert!(!cache.is_elsewhere(&blob));
    assert_eq!(store.calls()[before + 1..], [StoreCall::Fetch(blob.digest)], "fetched once");
    drop(cache);
    let local = Cache::open(dir.path()).unwrap();
    assert!(is_whole(&local, "a"), "what was fetched whole is committed here");
    assert!(found_nothing(&local, "b"), "a result whose bytes are elsewhere is not");
}

fn found_nothing(cache: &Cache, name: &str) -> bool {
    found(cache, name).is_none()
}

#[test]
fn many_threads_fetch_a_blob_once() {
    let dir = folder();
    let store = store_with(&["a"]);
    let cache = cache_before(&store, dir.path());
    cache.look_up_further(&wanted(&["a"]));
    let (read, blob) = (AtomicUsize::new(0), blob_of(b"a"));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                cache.verified_path(&blob).unwrap();
                read.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    assert_eq!(read.into_inner(), 8);
    assert_eq!(store.calls().iter().filter(|call| matches!(call, StoreCall::Fetch(_))).count(), 1);
}

#[test]
fn bytes_that_are_gone_or_wrong_are_lost_and_not_asked_for_again() {
    for (is_lie, spoil) in [(false, MemoryStore::lose_blobs as fn(&MemoryStore)), (true, MemoryStore::damage_blobs)] {
        let dir = folder();
        let store = store_with(&["a", "b"]);
        let cache = cache_before(&store, dir.path());
        cache.look_up_further(&wanted(&["a", "b"]));
        spoil(&store);
        assert!(matches!(cache.read(&blob_of(b"a")), Err(CacheError::Lost { .. })));
        assert!(matches!(cache.lookup(key("a")).unwrap(), Lookup::Miss(_)));
        assert_eq!(cache.look_up_further(&wanted(&["a"])), [None]);
        assert_eq!(cache.take_store_warnings().len(), usize::from(is_lie));
        assert_eq!(cache.has_further_stores(), !is_lie, "a store that lies is given up");
        put(&cache, "a", b"a");
        assert!(is_whole(&cache, "a"));
    }
}

#[test]
fn a_store_that_fails_is_told_once_and_left_alone() {
    let dir = folder();
    let store = store_with(&["a"]);
    store.set_hook(|_| Err("the line is dead".to_owned()));
    let cache = cache_before(&store, dir.path());
    let before = store.calls().len();
    for _ in 0..2 {
        assert_eq!(cache.look_up_further(&wanted(&["a"])), [None]);
        cache.put_further(&[stored("a")], &|| false);
    }
    assert_eq!(store.calls().len(), before + 1);
    let warning = StoreWarning { store: "memory".to_owned(), message: "the line is dead".to_owned() };
    assert_eq!(cache.take_store_warnings(), [warning]);
    assert_eq!(cache.take_store_warnings(), []);
}

#[test]
fn an_outcome_of_another_kind_of_step_is_refused() {
    let dir = folder();
    let store = MemoryStore::default();
    let outcome = Outcome::computed(BTreeMap::from([("sound".to_owned(), blob_of(b"a"))]), 1);
    store.put(&[StoredResult { outcome, ..stored("a") }]).unwrap();
    let cache = cache_before(&store, dir.path());
    assert_eq!(cache.look_up_further(&wanted(&["a"])), [None]);
    assert!(cache.take_store_warnings()[0].message.contains("test"));
}

#[test]
fn results_are_put_elsewhere_with_the_blobs_that_are_lacking() {
    let dir = folder();
    let store = store_with(&["a"]);
    let cache = cache_before(&store, dir.path());
    for name in ["a", "b"] {
        put(&cache, name, name.as_bytes());
    }
    let before = store.calls().len();
    cache.put_further(&[stored("a"), stored("b")], &|| true);
    assert_eq!(store.len(), 1, "a put that is cancelled leaves no result without its blobs");
    cache.put_further(&[stored("a"), stored("b")], &|| false);
    let inserted = StoreCall::Insert(blob_of(b"b").digest);
    assert_eq!(store.calls()[before..], [StoreCall::Has(2), StoreCall::Has(2), inserted, StoreCall::Put(2)]);
}

#[test]
fn a_cache_that_can_only_be_read_asks_nobody_else() {
    let dir = folder();
    let store = store_with(&["a"]);
    let cache = Cache::open_read_only(dir.path()).unwrap().with_further_stores(vec![store.pair()]);
    assert!(!cache.has_further_stores());
    assert!(matches!(cache.read(&blob_of(b"a")), Err(CacheError::Lost { .. })));
}
