//! Rows 1 and 3 of the promises: a process that dies at any operation loses nothing that was filed, and a disk that says no is told of.

use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::gate::{Gate, Then};
use super::*;
use crate::cache::disk::FileOp;

const BATCH: usize = 10;
/// A sample dies at every so many-th operation.
const STEP: usize = 8;
/// And this often where each death is a run of its own.
const RUN_STEP: usize = 3;

fn names(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("result {i}")).collect()
}

/// The cache's folder as a process that dies now leaves it. Its blobs are those of the original.
fn as_it_is_now(root: &Path, to: &Path) {
    let (from, to) = (root.join(CACHE_FORMAT), to.join(CACHE_FORMAT));
    fs::create_dir_all(to.join("records")).unwrap();
    symlink(from.join("blobs"), to.join("blobs")).unwrap();
    for name in fs::read_dir(&from).unwrap().map(|entry| entry.unwrap()) {
        if name.file_type().unwrap().is_file() {
            fs::copy(name.path(), to.join(name.file_name())).unwrap();
        }
    }
    for name in fs::read_dir(from.join("records")).unwrap().map(|entry| entry.unwrap()) {
        fs::copy(name.path(), to.join("records").join(name.file_name())).unwrap();
    }
}

/// What is wrong with what a process left that had filed the first `filed` of `names`.
fn wrong(root: &Path, names: &[String], filed: usize) -> Option<String> {
    let cache = match Cache::open(root) {
        Ok(cache) => cache,
        Err(error) => return Some(error.to_string()),
    };
    let lost = names[..filed].iter().find(|name| !is_whole(&cache, name));
    let partial = names[filed..].iter().find(|name| found(&cache, name).is_some() && !is_whole(&cache, name));
    lost.map(|name| format!("`{name}` is lost")).or_else(|| partial.map(|name| format!("`{name}` is believed")))
}

#[test]
fn a_process_that_dies_at_any_operation_of_200_results_loses_nothing_that_was_filed() {
    let dir = folder();
    let (root, names) = (dir.path().to_owned(), names(200));
    let filed = Arc::new(AtomicUsize::new(0));
    let (deaths, bad) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (first, step) = sampled(STEP);
    let count = AtomicUsize::new(first);
    let look = {
        let (root, names, filed) = (root.clone(), names.clone(), Arc::clone(&filed));
        let (deaths, bad) = (Arc::clone(&deaths), Arc::clone(&bad));
        move |op: FileOp| {
            // What only reads leaves the folder as it was.
            if matches!(op, FileOp::Open | FileOp::Read) || !root.join(CACHE_FORMAT).join("records").exists() {
                return;
            }
            if !count.fetch_add(1, Ordering::SeqCst).is_multiple_of(step) {
                return;
            }
            let copy = folder();
            as_it_is_now(&root, copy.path());
            let n = deaths.fetch_add(1, Ordering::SeqCst);
            if let Some(what) = wrong(copy.path(), &names, filed.load(Ordering::SeqCst)) {
                bad.lock().unwrap().push(format!("death {n} at {op:?}: {what}"));
            }
        }
    };
    fs::create_dir_all(root.join(CACHE_FORMAT).join("blobs")).unwrap();
    let cache = Cache::open_on(Disk::behind(&Gate::looked_at(Box::new(look))), &root).unwrap();
    for batch in names.chunks(BATCH) {
        make(&cache, &batch.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        filed.fetch_add(batch.len(), Ordering::SeqCst);
    }
    drop(cache);
    let (deaths, bad) = (deaths.load(Ordering::SeqCst), bad.lock().unwrap());
    println!("seed {}: {deaths} deaths, {} with losses", seed(), bad.len());
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert!(deaths > 1000 / step, "{deaths}");
    assert_eq!(wrong(&root, &names, names.len()), None);
}

/// Opens a cache through `gate`, files all names and publishes one; counts what was filed.
fn work(gate: &Arc<Gate>, root: &Path, names: &[String]) -> (usize, Result<(), CacheError>) {
    let mut filed = 0;
    let mut work = || {
        let cache = Cache::open_on(Disk::behind(gate), root)?;
        for batch in names.chunks(4) {
            make(&cache, &batch.iter().map(String::as_str).collect::<Vec<_>>())?;
            filed += batch.len();
        }
        let Lookup::Hit(outcome) = cache.lookup(key(&names[0]))? else { return Ok(()) };
        cache.publish(&outcome.outputs["out"], &root.join("out").join("film.mp4"))?;
        let steps = BTreeMap::from([("one".to_owned(), StepRecord { key: key(&names[0]), before: None, millis: 1 })]);
        cache.save_film(&FilmRecord { film: root.join("film"), spec: root.join("spec"), steps })?;
        cache.load_film(&root.join("film"))?;
        Ok(())
    };
    let result = work();
    (filed, result)
}

#[test]
fn a_process_that_dies_in_the_middle_of_a_write_loses_nothing_that_was_filed() {
    let names = names(12);
    let (mut n, step) = sampled(RUN_STEP);
    let mut deaths = 0;
    loop {
        let dir = folder();
        let gate = Gate::shut_at(n, Then::Freezes);
        let (filed, result) = work(&gate, dir.path(), &names);
        if gate.done().len() <= n {
            result.unwrap();
            break;
        }
        assert_eq!(wrong(dir.path(), &names, filed), None, "death at operation {n}: {:?}", gate.done()[n]);
        n += step;
        deaths += 1;
    }
    println!("seed {}: {deaths} deaths, 0 with losses", seed());
    assert!(deaths > 150 / step, "{deaths}");
}

/// What a run left that it should not have.
fn litter(root: &Path) -> Vec<PathBuf> {
    let list = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let known = ["blobs", "tmp", "records", "films", "keys.lock", "index.redb", "index.lock", "gc.lock"];
    let unknown = list(root.join(CACHE_FORMAT)).filter(|path| !known.iter().any(|name| path.ends_with(name)));
    let staged = list(root.join(CACHE_FORMAT).join("tmp"));
    let published = list(root.join("out")).filter(|path| !path.ends_with("film.mp4"));
    unknown.chain(staged).chain(published).collect()
}

#[test]
fn a_full_or_failing_disk_is_told_of_and_does_no_harm() {
    let names = names(8);
    for (error, text) in [(28, "No space left on device"), (5, "Input/output error")] {
        let (mut n, step) = sampled(RUN_STEP);
        let (mut tried, mut told) = (0, 0);
        loop {
            let dir = folder();
            let gate = Gate::shut_at(n, Then::Fails(error));
            let (filed, result) = work(&gate, dir.path(), &names);
            let at = gate.done().get(n).cloned();
            let Some(at) = at else { break };
            if let Err(error) = result {
                told += 1;
                assert!(error.to_string().contains(text), "{error} at {n}: {at:?}");
            }
            assert_eq!(litter(dir.path()), Vec::<PathBuf>::new(), "{error} at {n}: {at:?}");
            assert_eq!(wrong(dir.path(), &names, filed), None, "{error} at {n}: {at:?}");
            n += step;
            tried += 1;
        }
        let seed = seed();
        println!("seed {seed}, {text}: {tried} operations, {told} told, {} done without, 0 with losses", tried - told);
        assert!(told > 60 / step && told * 10 > tried * 6, "{told} of {tried}");
    }
}

#[test]
fn a_handle_works_again_once_the_disk_does() {
    let names = names(8);
    let (first, step) = sampled(RUN_STEP);
    for n in (first..).step_by(step) {
        let dir = folder();
        let gate = Gate::shut_at(n, Then::Fails(28));
        let Ok(cache) = Cache::open_on(Disk::behind(&gate), dir.path()) else { continue };
        let failed = std::cell::Cell::new(0);
        let again = || {
            failed.set(failed.get() + 1);
            assert!(failed.get() < 3, "it fails again and again at {n}: {:?}", gate.done()[n]);
        };
        for batch in names.chunks(4) {
            let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
            while make(&cache, &batch).is_err() {
                again();
            }
        }
        for name in &names {
            while cache.lookup(key(name)).is_err() {
                again();
            }
        }
        drop(cache);
        assert_eq!(wrong(dir.path(), &names, names.len()), None, "at {n}: {:?}", gate.done().get(n));
        if gate.done().len() <= n {
            break;
        }
    }
}
