//! Rows 4 and 5 of the promises: damage is noticed, and a broken index stops nothing.

use std::os::unix::fs::symlink;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::*;

/// Changes bytes in one of many ways; the result always differs.
fn damage(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = random.below(bytes.len());
    match random.below(4) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes.truncate(at),
        2 => bytes.extend(vec![random.below(256) as u8; 1 + random.below(5000)]),
        _ => {
            let to = (at + 1 + random.below(4096)).min(bytes.len());
            bytes[at..to].fill(0);
            bytes[at] = 0;
        }
    }
    bytes
}

fn overwrite(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn every_damaged_blob_is_noticed_when_it_is_read() {
    let dir = folder();
    let (seed, cases) = (seed(), cases(100, 400));
    let mut random = Random(seed);
    let mut noticed = 0;
    for case in 0..cases {
        let bytes: Vec<u8> = (0..1 + random.below(20_000)).map(|_| 1 + random.below(255) as u8).collect();
        let name = format!("case {case}");
        let blob = put(&Cache::open(dir.path()).unwrap(), &name, &bytes);
        let cache = Cache::open(dir.path()).unwrap();
        overwrite(&cache.layout.blob(&blob.digest), &damage(&bytes, &mut random));
        let lost = match case % 3 {
            0 => matches!(cache.read(&blob), Err(CacheError::Lost { .. })),
            1 => matches!(cache.verified_path(&blob), Err(CacheError::Lost { .. })),
            _ => matches!(cache.publish(&blob, &dir.path().join("film.mp4")), Err(CacheError::Lost { .. })),
        };
        noticed += usize::from(lost && found(&cache, &name).is_none());
    }
    println!("seed {seed}: {noticed} of {cases} damaged blobs noticed, 0 served");
    assert_eq!(noticed, cases);
    assert!(!dir.path().join("film.mp4").exists());
}

/// An index of `count` results, and what it takes to open copies of it.
struct Original {
    dir: tempfile::TempDir,
    index: Vec<u8>,
    names: Vec<String>,
}

impl Original {
    fn new(count: usize) -> Self {
        let dir = folder();
        let cache = Cache::open(dir.path()).unwrap();
        let names: Vec<String> = (0..count).map(|i| format!("result {i}")).collect();
        for batch in names.chunks(20) {
            make(&cache, &batch.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        }
        cache.set_metadata("tool", "1.0").unwrap();
        let path = cache.layout.index();
        drop(cache);
        Self { dir, index: fs::read(path).unwrap(), names }
    }

    fn with_index(&self, bytes: &[u8]) -> tempfile::TempDir {
        let copy = folder();
        let (from, to) = (self.dir.path().join(CACHE_FORMAT), copy.path().join(CACHE_FORMAT));
        fs::create_dir_all(&to).unwrap();
        symlink(from.join("blobs"), to.join("blobs")).unwrap();
        symlink(from.join("records"), to.join("records")).unwrap();
        fs::write(to.join("index.redb"), bytes).unwrap();
        copy
    }
}

/// What became of a broken index.
#[derive(Debug, PartialEq)]
enum Ending {
    Untouched,
    Rebuilt,
    Refused(String),
    Lost(String),
    Panicked,
    Hung,
}

fn used(root: &Path, mut names: Vec<String>, new: String) -> Result<Ending, CacheError> {
    let mut rebuilt = 0;
    for _ in 0..2 {
        let cache = Cache::open(root)?;
        if let Some(name) = names.iter().find(|name| !is_whole(&cache, name)) {
            return Ok(Ending::Lost(name.clone()));
        }
        make(&cache, &[&new])?;
        names.push(new.clone());
        rebuilt += cache.rebuild_count();
    }
    Ok(if rebuilt > 0 { Ending::Rebuilt } else { Ending::Untouched })
}

/// Looks everything up, files one more result, and looks again as the next process would.
fn ending(root: PathBuf, names: Vec<String>, new: String) -> Ending {
    let (done, result) = channel();
    let thread = thread::spawn(move || {
        let _ = done.send(used(&root, names, new).unwrap_or_else(|error| Ending::Refused(error.to_string())));
    });
    match result.recv_timeout(Duration::from_secs(120)) {
        Ok(ending) => ending,
        Err(_) if thread.is_finished() => Ending::Panicked,
        Err(_) => Ending::Hung,
    }
}

/// Breaks an index in one of many ways.
fn broken(original: &[u8], case: usize, random: &mut Random) -> Vec<u8> {
    let mut bytes = original.to_vec();
    let used: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] != 0).collect();
    match case % 8 {
        // The header and what it leads to first.
        0 => bytes[case / 8 % 512] ^= 1 << random.below(8),
        1..=4 => bytes[used[random.below(used.len())]] ^= 1 << random.below(8),
        5 => {
            let at = used[random.below(used.len())];
            let to = (at + 1 + random.below(64)).min(bytes.len());
            bytes[at..to].iter_mut().for_each(|byte| *byte = random.below(256) as u8);
        }
        6 => bytes.truncate(random.below(bytes.len())),
        _ => {
            let page = random.below(bytes.len() / 4096) * 4096;
            bytes[page..page + 4096].fill(if random.below(2) == 0 { 0 } else { 0xff });
        }
    }
    bytes
}

#[test]
fn a_broken_index_gives_all_results_back() {
    let (seed, cases) = (seed(), cases(150, 800));
    let original = Original::new(60);
    let mut random = Random(seed);
    let mut endings: BTreeMap<String, usize> = BTreeMap::new();
    let mut bad = Vec::new();
    for case in 0..cases {
        let copy = original.with_index(&broken(&original.index, case, &mut random));
        let ending = ending(copy.path().to_owned(), original.names.clone(), format!("new {case}"));
        let kind = format!("{ending:?}").split('(').next().unwrap().to_owned();
        *endings.entry(kind).or_insert(0) += 1;
        if !matches!(ending, Ending::Untouched | Ending::Rebuilt) {
            bad.push(format!("case {case}: {ending:?}"));
        }
    }
    println!("seed {seed}: {cases} broken indexes of {} bytes: {endings:?}", original.index.len());
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert!(endings["Rebuilt"] > cases / 8);
}

#[test]
fn an_index_that_breaks_under_an_open_handle_is_rebuilt() {
    let original = Original::new(60);
    let cases = cases(20, 60);
    let mut random = Random(seed());
    let (mut at_once, mut rebuilt) = (0, 0);
    for case in 0..cases {
        let copy = original.with_index(&original.index);
        let cache = Cache::open(copy.path()).unwrap();
        fs::write(cache.layout.index(), broken(&original.index, case, &mut random)).unwrap();
        make(&cache, &["a new one"]).unwrap();
        at_once += cache.rebuild_count();
        drop(cache);
        let cache = Cache::open(copy.path()).unwrap();
        for name in original.names.iter().map(String::as_str).chain(["a new one"]) {
            assert!(is_whole(&cache, name), "case {case}: {name}");
        }
        rebuilt += cache.rebuild_count();
        // The next case's records are the original's.
        let log = records::log_files(&cache.layout)
            .into_iter()
            .filter(|log| fs::read_to_string(log).unwrap().contains("a new one"));
        log.for_each(|log| fs::remove_file(log).unwrap());
    }
    println!(
        "of {cases} broken in use, {at_once} were rebuilt at the next look-up, {rebuilt} when they were opened again"
    );
    assert!(at_once + rebuilt > cases / 6);
}

#[test]
fn what_is_damaged_is_named_and_repaired() {
    let dir = folder();
    let cache = Cache::open(dir.path()).unwrap();
    for name in ["whole", "flipped", "short", "gone", "recorded"] {
        put(&cache, name, name.as_bytes());
    }
    let film = FilmRecord { film: dir.path().join("film"), spec: dir.path().join("spec"), steps: BTreeMap::new() };
    cache.save_film(&film).unwrap();
    drop(cache);
    let cache = Cache::open(dir.path()).unwrap();
    assert!(cache.verify().unwrap().is_clean());

    let path = |name: &str| cache.layout.blob(&Digest::of(name.as_bytes()));
    overwrite(&path("flipped"), b"flippeD");
    overwrite(&path("short"), b"sh");
    fs::remove_file(path("gone")).unwrap();
    let log = records::log_files(&cache.layout).pop().unwrap();
    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replace("recorded", "rewarded")).unwrap();
    let record = cache.layout.film(&film.film);
    fs::write(&record, "scribble").unwrap();

    let found_damage = cache.verify().unwrap();
    let mut damages: Vec<(Digest, BlobDamage)> =
        found_damage.damaged.iter().map(|blob| (blob.digest, blob.damage.clone())).collect();
    damages.sort_by_key(|(digest, _)| *digest);
    let mut expected = vec![
        (Digest::of(b"flipped"), BlobDamage::Changed(0..7)),
        (Digest::of(b"short"), BlobDamage::Short(2..5)),
        (Digest::of(b"gone"), BlobDamage::Missing),
    ];
    expected.sort_by_key(|(digest, _)| *digest);
    assert_eq!(damages, expected);
    assert!(found_damage.damaged.iter().all(|blob| blob.hits == BTreeMap::from([("test".to_owned(), 1)])));
    assert_eq!(found_damage.records, [(log, 5)]);
    assert_eq!(found_damage.films, [record]);

    cache.repair().unwrap();
    assert!(cache.verify().unwrap().records.is_empty());
    drop(cache);
    let cache = Cache::open(dir.path()).unwrap();
    let again = cache.verify().unwrap();
    assert!(again.is_clean(), "{again:?}");
    for (name, there) in [("whole", true), ("flipped", false), ("short", false), ("gone", false), ("recorded", true)] {
        assert_eq!(is_whole(&cache, name), there, "{name}");
    }
    fs::remove_file(cache.layout.index()).unwrap();
    drop(cache);
    assert!(is_whole(&Cache::open(dir.path()).unwrap(), "recorded"), "the repair wrote it down again");
}
