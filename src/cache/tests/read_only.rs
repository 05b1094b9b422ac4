//! A cache that can only be read: what works, what says so, and that nothing is written.

use std::os::unix::fs::MetadataExt;
use std::process::Command;

use super::*;

/// Every file and folder with its length and the time of its last change.
fn state(folder: &Path) -> BTreeMap<PathBuf, (u64, i64, i64)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let (path, meta) = entry.map(|entry| (entry.path(), entry.metadata().unwrap())).unwrap();
            if meta.is_dir() {
                folders.push(path.clone());
            }
            found.insert(path, (meta.len(), meta.ctime(), meta.ctime_nsec()));
        }
    }
    found
}

fn is_read_only<T>(result: Result<T, CacheError>) -> bool {
    matches!(result, Err(CacheError::ReadOnly { .. }))
}

/// Tries all that writes, and says whether each try was refused.
fn refuses_to_write(cache: &Cache, file: &Path) -> bool {
    let Lookup::Miss(permit) = cache.lookup(key("missing")).unwrap() else { panic!("it was never made") };
    let (action, outcome) = (action("missing").into(), Outcome::computed(BTreeMap::new(), 1));
    let record = FilmRecord { film: "/film".into(), spec: "/spec".into(), steps: BTreeMap::new() };
    is_read_only(cache.commit(vec![NewResult { permit, action, outcome }]))
        && is_read_only(cache.staging())
        && is_read_only(cache.lock(key("missing"), &|| false))
        && is_read_only(cache.save_film(&record))
        && is_read_only(cache.set_metadata("tool", "2"))
        && is_read_only(cache.insert_file(file))
        && is_read_only(cache.insert_copy(file))
        && is_read_only(cache.gc(&GcPolicy::default()))
        && is_read_only(cache.repair())
}

/// A cache with a result, a note, a film and a known file.
fn filled(root: &Path, file: &Path) -> Blob {
    let cache = Cache::open(root).unwrap();
    let blob = put(&cache, "a", b"frames");
    cache.set_metadata("tool", "1").unwrap();
    let steps = BTreeMap::from([("one".to_owned(), StepRecord { key: key("a"), before: None, millis: 7 })]);
    cache.save_film(&FilmRecord { film: root.join("film"), spec: file.to_owned(), steps }).unwrap();
    blob
}

#[track_caller]
fn assert_readable(cache: &Cache, root: &Path, blob: &Blob) {
    assert!(cache.is_read_only());
    assert!(matches!(cache.lookup(key("a")).unwrap(), Lookup::Hit(_)));
    assert_eq!(cache.action(key("a")).unwrap(), Some(action("a")));
    assert_eq!(cache.read(blob).unwrap(), b"frames");
    assert!(cache.pin(blob).unwrap());
    assert_eq!(cache.load_film(&root.join("film")).unwrap().map(|film| film.steps.len()), Some(1));
    assert_eq!(cache.stats().unwrap().all.results, 1);
    assert!(cache.verify().unwrap().is_clean());
    assert_eq!(cache.gc_if_due(0).unwrap().map(|report| report.removed.results), None);
    cache.gc_preview(&GcPolicy::default()).unwrap();
    cache.flush().unwrap();
}

#[test]
fn reading_works_writing_says_so_and_no_byte_changes() {
    let dir = folder();
    let (root, file) = (dir.path().join("cache"), dir.path().join("picture"));
    fs::write(&file, "picture").unwrap();
    let blob = filled(&root, &file);
    let before = state(&root);
    let cache = Cache::open_read_only(&root).unwrap();
    assert_readable(&cache, &root, &blob);
    assert_eq!(cache.metadata("tool").unwrap().as_deref(), Some("1"));
    assert!(refuses_to_write(&cache, &file));
    let error = cache.staging().unwrap_err();
    assert!(error.to_string().contains(root.to_str().unwrap()) && error.to_string().contains("T2V_CACHE_READ_ONLY"));
    assert!(error.help().unwrap().contains("T2V_CACHE=DIR"));
    assert!(cache.publish(&blob, &dir.path().join("film.mp4")).unwrap());
    assert_eq!(fs::read(dir.path().join("film.mp4")).unwrap(), b"frames");
    drop(cache);
    assert_eq!(state(&root), before);
}

#[test]
fn a_folder_that_is_not_there_is_empty_and_stays_away() {
    let dir = folder();
    let cache = Cache::open_read_only(&dir.path().join("none")).unwrap();
    assert!(matches!(cache.lookup(key("a")).unwrap(), Lookup::Miss(_)));
    assert_eq!(cache.stats().unwrap().all.results, 0);
    assert!(!dir.path().join("none").exists());
}

#[test]
fn a_reader_sees_what_another_process_writes_meanwhile() {
    let dir = folder();
    let writer = Cache::open(dir.path()).unwrap();
    put(&writer, "a", b"a");
    let reader = Cache::open_read_only(dir.path()).unwrap();
    assert!(is_whole(&reader, "a"));
    for name in ["b", "c", "d"] {
        put(&writer, name, name.as_bytes());
        std::thread::sleep(std::time::Duration::from_millis(3));
        assert!(is_whole(&reader, name), "{name}: a miss in a view is believed for 2 ms only");
    }
}

#[test]
fn an_index_that_is_broken_or_gone_is_read_from_the_records_and_left_as_it_is() {
    let dir = folder();
    let blob = filled(dir.path(), dir.path());
    let index = dir.path().join(CACHE_FORMAT).join("index.redb");
    for garbage in [&b"not a database at all"[..], &[0; 8192], &[0xff; 100_000], b""] {
        fs::write(&index, garbage).unwrap();
        let before = state(dir.path());
        let cache = Cache::open_read_only(dir.path()).unwrap();
        assert!(matches!(cache.lookup(key("a")).unwrap(), Lookup::Hit(_)));
        assert_eq!(cache.read(&blob).unwrap(), b"frames");
        assert!(refuses_to_write(&cache, &index));
        drop(cache);
        assert_eq!(state(dir.path()), before);
    }
}

#[test]
fn a_damaged_blob_is_lost_and_stays() {
    let dir = folder();
    let blob = filled(dir.path(), dir.path());
    let cache = Cache::open_read_only(dir.path()).unwrap();
    let path = cache.layout.blob(&blob.digest);
    fs::remove_file(&path).unwrap();
    fs::write(&path, "framez").unwrap();
    assert!(matches!(cache.read(&blob), Err(CacheError::Lost { .. })));
    assert!(path.exists());
}

/// A mount that goes away with the test.
struct ReadOnlyMount(PathBuf);

impl ReadOnlyMount {
    /// Mounts the folder `from` at `at` for reading only; `None` where mounting is not allowed.
    fn new(from: &Path, at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mount = |arguments: &[&str]| {
            let run = Command::new("mount").args(arguments).args([from, at]).output();
            run.is_ok_and(|output| output.status.success())
        };
        if !mount(&["--bind"]) {
            return None;
        }
        let mounted = Self(at.to_owned());
        mount(&["-o", "remount,bind,ro"]).then_some(mounted)
    }
}

impl Drop for ReadOnlyMount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_read_only_mount_is_opened_for_reading_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let (root, seen) = (dir.path().join("cache"), dir.path().join("seen"));
    let blob = filled(&root, dir.path());
    let Some(_mounted) = ReadOnlyMount::new(&root, &seen) else {
        return eprintln!("SKIPPED: this user may not mount");
    };
    let cache = Cache::open(&seen).unwrap();
    assert!(cache.is_read_only());
    assert!(matches!(cache.lookup(key("a")).unwrap(), Lookup::Hit(_)));
    assert_eq!(cache.read(&blob).unwrap(), b"frames");
    let file = dir.path().join("picture");
    fs::write(&file, "picture").unwrap();
    assert!(refuses_to_write(&cache, &file));
    let error = cache.check_writable().unwrap_err();
    assert!(error.to_string().contains("mounted read-only"), "{error}");
    // The folder itself may still be written elsewhere.
    put(&Cache::open(&root).unwrap(), "later", b"later");
}
