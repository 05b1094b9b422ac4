//! Further stores behind the cache: the loop asks them in batches, never waits for one, and nothing fails for their faults.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::cache::memory_store::{MemoryStore, StoreCall};

/// A film of these steps: `a` and `b` go into `c`, which grows `d` behind it, which is published.
fn plan(out: &Path) -> Vec<PlannedStep> {
    let out = out.to_owned();
    let more = move |texts: &[Vec<u8>]| {
        assert_eq!(texts[0], b"ABC");
        Ok(vec![step("d", "D", &["c"]), publish("d", out.clone())])
    };
    vec![step("a", "A", &[]), step("b", "B", &[]), step("c", "C", &["a", "b"]), grow("more", &["c"], Box::new(more))]
}

/// A store into which a cache that is gone has put the film.
fn filled_store() -> MemoryStore {
    let (dir, store) = (tempfile::tempdir().unwrap(), MemoryStore::default());
    let cache = cache_before(&store, dir.path());
    let out = dir.path().join("film");
    assert_eq!(build(&cache, plan(&out)), ["A", "B", "C", "D"]);
    assert_eq!(store.len(), 4, "the end of a build waits for its puts");
    store
}

fn cache_before(store: &MemoryStore, folder: &Path) -> Cache {
    Cache::open(&folder.join("cache")).unwrap().with_further_stores(vec![store.pair()])
}

fn fetched(store: &MemoryStore) -> Vec<Digest> {
    let fetched = store.calls().into_iter().filter_map(|call| match call {
        StoreCall::Fetch(digest) => Some(digest),
        _ => None,
    });
    fetched.collect()
}

#[test]
fn a_film_from_a_store_fetches_only_what_is_read_here() {
    let store = filled_store();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("film");
    let cache = cache_before(&store, dir.path());
    for _ in 0..2 {
        assert!(build(&cache, plan(&out)).is_empty());
        assert_eq!(fs::read(&out).unwrap(), b"ABCD");
        assert_eq!(fetched(&store), [Digest::of(b"ABC"), Digest::of(b"ABCD")], "what is grown from, and the film");
    }
}

#[test]
fn a_dry_run_counts_what_a_store_has() {
    let store = filled_store();
    let dir = tempfile::tempdir().unwrap();
    let cache = cache_before(&store, dir.path());
    let options = EngineOptions { dry_run: true, ..options() };
    let summary = build_with(&cache, options, &Joiner::new(&cache), plan(&dir.path().join("film")));
    assert_eq!((summary.reused, summary.would_run.len()), (4, 0), "{summary:?}");
}

#[test]
fn keys_that_are_wanted_together_are_asked_for_together() {
    let store = MemoryStore::default();
    let dir = tempfile::tempdir().unwrap();
    let cache = cache_before(&store, dir.path());
    let (asked, is_first) = (AtomicUsize::new(0), AtomicBool::new(true));
    let asked = Arc::new(asked);
    let others = Arc::clone(&asked);
    store.set_hook(move |call| {
        if let StoreCall::LookUp(count) = call {
            others.fetch_add(*count, Ordering::SeqCst);
            // The loop goes on while the store takes its time, so that all other keys have come together then.
            if is_first.swap(false, Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(300));
            }
        }
        Ok(())
    });
    let steps = (0..40).map(|i| step(&format!("s{i}"), &format!("text {i}"), &[])).collect();
    assert_eq!(build(&cache, steps).len(), 40);
    assert_eq!(asked.load(Ordering::SeqCst), 40, "each key once");
    let calls = store.calls().into_iter().filter(|call| matches!(call, StoreCall::LookUp(_))).count();
    assert!(calls <= 20, "{calls} calls for 40 keys");
}

#[test]
fn the_loop_does_not_wait_for_a_store() {
    let store = MemoryStore::default();
    let dir = tempfile::tempdir().unwrap();
    let local = Cache::open(&dir.path().join("cache")).unwrap();
    build(&local, vec![step("a", "A", &[])]);
    drop(local);
    let cache = cache_before(&store, dir.path());
    let has_run = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&has_run);
    store.set_hook(move |call| {
        if *call == StoreCall::LookUp(1) && !seen.load(Ordering::SeqCst) {
            wait_until("a step that nobody has to ask for has ended", || seen.load(Ordering::SeqCst));
        }
        Ok(())
    });
    let done = has_run;
    let settled = grow(
        "settled",
        &["a"],
        Box::new(move |_| {
            done.store(true, Ordering::SeqCst);
            Ok(Vec::new())
        }),
    );
    assert_eq!(build(&cache, vec![step("b", "B", &[]), step("a", "A", &[]), settled]), ["B"]);
}

#[test]
fn a_store_that_fails_is_told_once_and_costs_no_step() {
    let store = filled_store();
    store.set_hook(|_| Err("no route to it".to_owned()));
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("film");
    let cache = cache_before(&store, dir.path());
    let joiner = Joiner::new(&cache);
    let (summary, events) = build_recorded(&cache, options(), &joiner, plan(&out));
    assert!(summary.is_complete() && summary.ran.len() == 4, "{summary:?}");
    let told = Event::StoreGivenUp { store: "memory".to_owned(), message: "no route to it".to_owned() };
    assert_eq!(events.iter().filter(|event| **event == told).count(), 1, "{events:?}");
    assert_eq!(fs::read(&out).unwrap(), b"ABCD");
}

#[test]
fn bytes_that_a_store_lost_or_changed_are_made_again() {
    for spoil in [MemoryStore::lose_blobs as fn(&MemoryStore), MemoryStore::damage_blobs] {
        let store = filled_store();
        spoil(&store);
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("film");
        let cache = cache_before(&store, dir.path());
        let summary = build_with(&cache, options(), &Joiner::new(&cache), plan(&out));
        assert!(summary.is_complete(), "{summary:?}");
        let mut ran: Vec<&str> = summary.ran.iter().map(|(name, _)| name.as_str()).collect();
        ran.sort_unstable();
        assert_eq!(ran, ["a", "b", "c", "d"]);
        assert_eq!(fs::read(&out).unwrap(), b"ABCD");
    }
}

#[test]
fn a_step_reads_inputs_that_are_elsewhere() {
    let store = filled_store();
    let dir = tempfile::tempdir().unwrap();
    let cache = cache_before(&store, dir.path());
    let steps = vec![step("a", "A", &[]), step("b", "B", &[]), step("other", "O", &["a", "b"])];
    assert_eq!(build(&cache, steps), ["O"]);
    assert_eq!(fetched(&store), [Digest::of(b"A"), Digest::of(b"B")]);
}
