//! How long a build that has nothing to do spends in the cache. For a release build: `cargo test --release --lib speed -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use super::*;

const RESULTS: usize = 6000;
const FILES: usize = 1000;

#[test]
#[ignore = "a measurement"]
fn a_build_with_nothing_to_do_takes_milliseconds() {
    let dir = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..RESULTS).map(|i| format!("result {i}")).collect();
    let files: Vec<PathBuf> = (0..FILES).map(|i| dir.path().join(format!("picture{i}.png"))).collect();
    let cache = Cache::open(dir.path()).unwrap();
    for batch in names.chunks(500) {
        make(&cache, &batch.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    }
    files.iter().for_each(|file| fs::write(file, "picture").unwrap());
    std::thread::sleep(Duration::from_millis(50));
    for file in &files {
        cache.digest_of_file(file).unwrap();
    }
    let made = |name: &String| (name.clone(), StepRecord { key: key(name), before: Some(key(name)), millis: 5 });
    let steps = names.iter().map(made).collect();
    let record = FilmRecord { film: dir.path().join("film"), spec: dir.path().join("spec"), steps };
    cache.save_film(&record).unwrap();
    drop(cache);
    let keys: Vec<Key> = names.iter().map(|name| key(name)).collect();

    for round in 0..5 {
        let start = Instant::now();
        let mut last = start;
        let mut lap = || std::mem::replace(&mut last, Instant::now()).elapsed();
        let cache = Cache::open(dir.path()).unwrap();
        let open = lap();
        let loaded = cache.load_film(&record.film).unwrap().unwrap();
        let film = lap();
        let hits = keys.iter().filter(|key| matches!(cache.lookup(**key).unwrap(), Lookup::Hit(_))).count();
        let lookups = lap();
        for file in &files {
            cache.digest_of_file(file).unwrap();
        }
        let known = lap();
        cache.save_film(&loaded).unwrap();
        let keep = lap();
        let due = cache.gc_if_due(u64::MAX).unwrap().is_some();
        let swept = lap();
        drop(cache);
        assert_eq!(hits, RESULTS);
        println!(
            "round {round}: all {:?} = open {open:?}, film {film:?}, {RESULTS} look-ups {lookups:?}, {FILES} files {known:?}, \
             keep film {keep:?}, sweep ({due}) {swept:?}, close {:?}",
            start.elapsed(),
            last.elapsed()
        );
    }
}
