//! gc: what goes, what stays, and row 6 of the promises: it takes nothing from a build that runs.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::*;

/// A record of a film made of these results; its spec is there.
fn film(root: &Path, name: &str, results: &[&str]) -> FilmRecord {
    let spec = root.join(format!("{name}.yaml"));
    fs::write(&spec, "").unwrap();
    let made = |result: &&str| ((*result).to_owned(), StepRecord { key: key(result), before: None, millis: 1 });
    FilmRecord { film: root.join(format!("{name}.mp4")), spec, steps: results.iter().map(made).collect() }
}

/// A handle that is younger than all that was made before.
fn later(root: &Path) -> Cache {
    thread::sleep(Duration::from_millis(20));
    Cache::open(root).unwrap()
}

#[test]
fn what_films_need_stays_and_the_rest_goes() {
    let dir = folder();
    let cache = Cache::open(dir.path()).unwrap();
    make(&cache, &["kept", "old", "older"]).unwrap();
    stage(&cache, b"an orphan").unwrap();
    let record = film(dir.path(), "one", &["kept"]);
    cache.save_film(&record).unwrap();
    assert_eq!(
        cache.gc(&GcPolicy::default()).unwrap().removed,
        CacheUsage::default(),
        "all is younger than the session"
    );
    drop(cache);

    let cache = later(dir.path());
    let before = cache.stats().unwrap();
    assert_eq!((before.all.results, before.unneeded.results, before.sessions), (3, 2, 0));
    assert_eq!(before.films[0].amount.results, 1);
    let swept = cache.gc(&GcPolicy::default()).unwrap();
    assert_eq!((swept.removed.results, swept.removed.blobs, swept.kept.results, swept.kept.blobs), (2, 3, 1, 1));
    assert_eq!(cache.stats().unwrap().unneeded, CacheUsage::default());
    assert!(is_whole(&cache, "kept"));
    assert!(found(&cache, "old").is_none());
    assert!(cache.verify().unwrap().is_clean());
    let found = records::read_all(&cache.disk, &cache.layout).unwrap();
    assert_eq!(found.records.keys().collect::<Vec<_>>(), [&key("kept")], "the record log is tidied too");
    drop(cache);

    fs::remove_file(&record.spec).unwrap();
    let cache = later(dir.path());
    assert_eq!(cache.gc(&GcPolicy::default()).unwrap().kept, CacheUsage::default());
}

#[test]
fn what_a_needed_result_read_stays_too() {
    let dir = folder();
    let cache = Cache::open(dir.path()).unwrap();
    let source = put(&cache, "source", b"what it read");
    let reads = Action { inputs: BTreeMap::from([("in".to_owned(), source)]), ..action("result") };
    let Lookup::Miss(permit) = cache.lookup(reads.key()).unwrap() else { panic!("already there") };
    let outcome = stage(&cache, b"result").unwrap();
    let action = reads.clone().into();
    cache.commit(vec![NewResult { permit, action, outcome }]).unwrap();
    let mut record = film(dir.path(), "one", &[]);
    record.steps.insert("result".to_owned(), StepRecord { key: reads.key(), before: None, millis: 1 });
    cache.save_film(&record).unwrap();
    drop(cache);
    let cache = later(dir.path());
    cache.gc(&GcPolicy::default()).unwrap();
    assert_eq!(cache.read(&source).unwrap(), b"what it read");
}

#[test]
fn the_oldest_go_until_it_is_small_enough() {
    let dir = folder();
    let cache = Cache::open(dir.path()).unwrap();
    let bytes = |name: &str| name.repeat(1000).into_bytes();
    for name in ["a", "b", "c", "d"] {
        put(&cache, name, &bytes(name));
        thread::sleep(Duration::from_millis(20));
    }
    cache.save_film(&film(dir.path(), "one", &["a"])).unwrap();
    drop(cache);
    // Whoever finds an old result makes it young.
    assert!(found(&later(dir.path()), "b").is_some());
    let cache = later(dir.path());
    let swept = cache.gc(&GcPolicy { max_size: Some(2500), max_age: None }).unwrap();
    assert_eq!((swept.removed.results, swept.kept.bytes, swept.over), (2, 2000, false));
    assert_eq!(["a", "b", "c", "d"].map(|name| found(&cache, name).is_some()), [true, true, false, false]);
    drop(cache);
    let cache = later(dir.path());
    let swept = cache.gc(&GcPolicy { max_size: Some(10), max_age: None }).unwrap();
    assert_eq!((swept.kept.bytes, swept.needed.bytes, swept.over), (1000, 1000, true));
    assert!(found(&cache, "a").is_some());
}

#[test]
fn only_what_was_not_needed_for_long_goes() {
    let dir = folder();
    let cache = Cache::open(dir.path()).unwrap();
    make(&cache, &["old", "young"]).unwrap();
    let path = cache.layout.blob(&Digest::of(b"old"));
    let day = Duration::from_secs(86_400);
    fs::File::open(path).unwrap().set_modified(std::time::SystemTime::now() - 31 * day).unwrap();
    drop(cache);
    let cache = later(dir.path());
    assert_eq!(cache.gc(&GcPolicy { max_size: None, max_age: Some(30 * day) }).unwrap().removed.results, 1);
    assert!(is_whole(&cache, "young"));
}

#[test]
fn a_sweep_is_due_once_an_hour() {
    let dir = folder();
    put(&Cache::open(dir.path()).unwrap(), "a", b"a");
    let cache = later(dir.path());
    assert_eq!(cache.gc_if_due(0).unwrap().unwrap().removed.results, 1);
    put(&cache, "a", b"a");
    drop(cache);
    let cache = later(dir.path());
    assert!(cache.gc_if_due(0).unwrap().is_none());
    let two_hours = std::time::SystemTime::now() - Duration::from_secs(7200);
    fs::File::options().write(true).open(cache.layout.gc_marker()).unwrap().set_modified(two_hours).unwrap();
    assert!(cache.gc_if_due(0).unwrap().is_some());
}

#[test]
fn a_build_keeps_what_its_film_had_even_if_the_film_gets_another_record() {
    let dir = folder();
    let first = Cache::open(dir.path()).unwrap();
    make(&first, &["before", "after"]).unwrap();
    let record = film(dir.path(), "one", &["before"]);
    first.save_film(&record).unwrap();
    drop(first);
    let build = later(dir.path());
    assert!(build.load_film(&record.film).unwrap().is_some());
    let other = later(dir.path());
    other.save_film(&film(dir.path(), "one", &["after"])).unwrap();
    fs::remove_file(&record.spec).unwrap();
    let swept = other.gc(&GcPolicy::default()).unwrap();
    assert_eq!((swept.removed.results, found(&build, "before").is_some()), (1, true));
    drop((build, other));
    assert_eq!(later(dir.path()).gc(&GcPolicy::default()).unwrap().removed.results, 1);
}

/// What one round of a build did.
#[derive(Default)]
struct Tally {
    rounds: AtomicUsize,
    used: AtomicUsize,
    lost: AtomicUsize,
}

/// Builds a film of a few results out of a small pool, as a process of its own would, and looks in the end whether all it used is there.
fn build(root: &Path, builder: usize, random: &mut Random, tally: &Tally) {
    let cache = Cache::open(root).unwrap();
    let name = format!("film {builder}");
    cache.load_film(&root.join(format!("{name}.mp4"))).unwrap();
    let names: Vec<String> = (0..2 + random.below(5)).map(|_| format!("result {}", random.below(24))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut used = Vec::new();
    for name in &names {
        make(&cache, &[name]).unwrap();
        used.extend(found(&cache, name).map(|outcome| outcome.outputs["out"]));
        if random.below(3) == 0 {
            thread::sleep(Duration::from_micros(random.below(3000) as u64));
        }
    }
    if random.below(2) == 0 {
        cache.save_film(&film(root, &name, &names)).unwrap();
    }
    tally.lost.fetch_add(names.len() - used.len(), Ordering::SeqCst);
    tally.lost.fetch_add(used.iter().filter(|blob| cache.read(blob).is_err()).count(), Ordering::SeqCst);
    tally.used.fetch_add(used.len(), Ordering::SeqCst);
    tally.rounds.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn gc_takes_nothing_from_builds_that_run() {
    let (seed, rounds_each) = (seed(), cases(40, 150));
    let dir = folder();
    let (root, tally, done) = (dir.path(), Tally::default(), AtomicBool::new(false));
    let (mut removed, mut holds) = (0, Vec::new());
    thread::scope(|scope| {
        let tally = &tally;
        let builders = [0, 1, 2].map(|builder| {
            scope.spawn(move || {
                let mut random = Random(seed + builder as u64);
                (0..rounds_each).for_each(|_| build(root, builder, &mut random, tally));
            })
        });
        let sweeper = scope.spawn(|| {
            let mut random = Random(seed);
            let (mut removed, mut holds) = (0, Vec::new());
            while !done.load(Ordering::SeqCst) {
                let max_size = (random.below(2) == 0).then_some(50);
                let swept = Cache::open(root).unwrap().gc(&GcPolicy { max_size, max_age: None }).unwrap();
                removed += swept.removed.results;
                holds.push(swept.longest_hold);
            }
            (removed, holds)
        });
        let built: Vec<_> = builders.into_iter().map(|builder| builder.join()).collect();
        done.store(true, Ordering::SeqCst);
        (removed, holds) = sweeper.join().unwrap();
        assert!(built.into_iter().all(|built| built.is_ok()));
    });
    let [rounds, used, lost] = [&tally.rounds, &tally.used, &tally.lost].map(|count| count.load(Ordering::SeqCst));
    holds.sort();
    let (sweeps, half, longest) = (holds.len(), holds[holds.len() / 2], holds[holds.len() - 1]);
    println!(
        "seed {seed}: {rounds} builds used {used} blobs beside {sweeps} gcs that removed {removed} results, \
         {lost} lost; builds waited {half:?} (median of the longest), {longest:?} at most"
    );
    assert_eq!((rounds, lost), (3 * rounds_each, 0));
    assert!(sweeps > 0 && removed > 0, "{sweeps} {removed}");
    assert!(Cache::open(root).unwrap().verify().unwrap().is_clean());
}
