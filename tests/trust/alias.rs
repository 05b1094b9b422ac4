//! Published files are nobody's but the user's: whatever is done to them, the cache stays as it is.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::common::Project;
use crate::{FILM, beside_others, sha};

type Spoil = (&'static str, fn(&Path));

/// Ways to spoil a file through the inode that it has.
const SPOIL: [Spoil; 4] = [
    ("overwritten", |path| {
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        file.seek(SeekFrom::Start(1)).unwrap();
        file.write_all(b"spoilt").unwrap();
    }),
    ("appended to", |path| OpenOptions::new().append(true).open(path).unwrap().write_all(b"more").unwrap()),
    ("cut", |path| OpenOptions::new().write(true).open(path).unwrap().set_len(1).unwrap()),
    ("emptied", |path| drop(fs::File::create(path).unwrap())),
];

fn outputs(project: &Project) -> BTreeMap<PathBuf, Option<String>> {
    let entries = fs::read_dir(project.path("out")).unwrap().map(|entry| entry.unwrap().path());
    // The report is of a build, not of the film, and written by the next one that has something to tell.
    entries
        .filter(|path| path.extension().is_none_or(|ending| ending != "html"))
        .map(|path| (path.clone(), sha(&path)))
        .collect()
}

#[test]
fn spoiling_what_was_published_does_not_reach_the_cache() {
    let _turn = beside_others();
    let project = Project::new(FILM);
    project.build(&[]);
    let good = outputs(&project);
    assert_eq!(good.len(), 5, "{good:?}");
    for path in good.keys().chain(&project.blobs()) {
        assert_eq!(fs::metadata(path).unwrap().nlink(), 1, "{}", path.display());
    }
    for (how, spoil) in SPOIL {
        for path in good.keys() {
            let inode = fs::metadata(path).unwrap().ino();
            spoil(path);
            assert_eq!(fs::metadata(path).unwrap().ino(), inode);
            assert_ne!(sha(path), good[path], "{how}");
        }
        project.verify();
        assert_eq!(project.build(&[]), [""; 0], "{how}: nothing has to run");
        assert_eq!(outputs(&project), good, "{how}");
    }
    println!("{} files spoilt in {} ways, all restored", good.len(), SPOIL.len());
}
