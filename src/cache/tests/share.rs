//! Row 7 of the promises: many processes on one cache make every result once, and one that is killed holds nobody up.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::*;

const HANDLES: usize = 8;
const KEYS: usize = 40;
/// Tells the child which cache to hold a lock in.
const HOLD: &str = "T2V_TEST_HOLD";

fn names() -> Vec<String> {
    (0..KEYS).map(|i| format!("result {i}")).collect()
}

/// Goes through all names in its own order, and makes what nobody has made.
fn build(root: &Path, seed: u64, made: &[AtomicUsize]) {
    let cache = Cache::open(root).unwrap();
    let (names, mut random) = (names(), Random(seed));
    let mut order: Vec<usize> = (0..KEYS).collect();
    (1..KEYS).for_each(|i| order.swap(i, random.below(i + 1)));
    for i in order {
        if found(&cache, &names[i]).is_some() {
            continue;
        }
        let _lock = cache.lock(key(&names[i]), &|| false).unwrap().unwrap();
        if found(&cache, &names[i]).is_none() {
            made[i].fetch_add(1, Ordering::SeqCst);
            put(&cache, &names[i], names[i].as_bytes());
        }
    }
}

#[test]
fn many_handles_make_every_result_once() {
    let dir = folder();
    let made: Vec<AtomicUsize> = (0..KEYS).map(|_| AtomicUsize::new(0)).collect();
    let start = Instant::now();
    thread::scope(|scope| {
        for seed in 0..HANDLES as u64 {
            let (made, root) = (&made, dir.path());
            scope.spawn(move || build(root, seed, made));
        }
    });
    let counts: Vec<usize> = made.iter().map(|count| count.load(Ordering::SeqCst)).collect();
    println!("{HANDLES} handles, {KEYS} results: {} made, {:?}", counts.iter().sum::<usize>(), start.elapsed());
    assert_eq!(counts, vec![1; KEYS]);
    let cache = Cache::open(dir.path()).unwrap();
    assert!(names().iter().all(|name| is_whole(&cache, name)));
    let is_free = |name: &String| cache.lock(key(name), &|| true).unwrap().is_some();
    assert!(names().iter().all(is_free), "a lock stayed");
}

/// The child of the test below; alone it does nothing, so it is not run with the others.
#[test]
#[ignore = "run by the next test"]
fn holds_a_lock_until_it_is_killed() {
    let Some(root) = std::env::var_os(HOLD).map(PathBuf::from) else { return };
    let cache = Cache::open(&root).unwrap();
    let _lock = cache.lock(key("a"), &|| false).unwrap().unwrap();
    fs::write(root.join("held"), "").unwrap();
    thread::sleep(Duration::from_secs(600));
}

#[test]
fn the_lock_of_a_killed_process_is_free_at_once() {
    let dir = folder();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "cache::tests::share::holds_a_lock_until_it_is_killed"])
        .env(HOLD, dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while !dir.path().join("held").exists() {
        assert!(start.elapsed() < Duration::from_secs(120), "the child never held it");
        thread::sleep(Duration::from_millis(5));
    }
    let cache = Cache::open(dir.path()).unwrap();
    assert!(cache.lock(key("a"), &|| true).unwrap().is_none(), "the child holds it");
    child.kill().unwrap();
    let killed = Instant::now();
    let lock = cache.lock(key("a"), &|| killed.elapsed() > Duration::from_secs(120)).unwrap();
    println!("free {:?} after the kill", killed.elapsed());
    child.wait().unwrap();
    assert!(lock.is_some());
}
