//! Temporary files in the folder of the file that they will replace, so that a rename is atomic; removes those of dead processes.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use tempfile::NamedTempFile;

/// How such a file's name begins and ends.
const PREFIX_AND_SUFFIX: (&str, &str) = (".t2v-", ".part");

/// A new file in `folder`. It is locked as long as it is open, so that no other process takes it for an abandoned one.
pub fn new(folder: &Path) -> io::Result<NamedTempFile> {
    loop {
        let file =
            tempfile::Builder::new().prefix(PREFIX_AND_SUFFIX.0).suffix(PREFIX_AND_SUFFIX.1).tempfile_in(folder)?;
        // Where there are no locks, nothing is ever swept.
        let _ = file.as_file().lock();
        if is_file_at(file.as_file(), file.path())? {
            return Ok(file);
        }
    }
}

/// Whether the open file is the one that has this name now.
pub fn is_file_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes what dead processes left in `folder`.
pub fn remove_abandoned(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX_AND_SUFFIX.0) && name.ends_with(PREFIX_AND_SUFFIX.1));
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            remove_if_unlocked(&entry.path());
        }
    }
}

/// The lock is held until the name is gone: a process that has just made the file and waits for the lock sees that it has to make another.
fn remove_if_unlocked(path: &Path) {
    if let Ok(file) = File::open(path)
        && file.try_lock().is_ok()
    {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_swept_and_what_is_being_written_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let written = new(dir.path()).unwrap();
        for name in [".t2v-dead.part", ".t2v-notes", "film.part"] {
            fs::write(at(name), "x").unwrap();
        }
        fs::create_dir(at(".t2v-folder.part")).unwrap();
        remove_abandoned(dir.path());
        assert!(!at(".t2v-dead.part").exists());
        for path in [written.path(), &at(".t2v-notes"), &at("film.part"), &at(".t2v-folder.part")] {
            assert!(path.exists(), "{}", path.display());
        }
    }
}
