//! All file operations of the cache, so that a test can make any one of them fail.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::sys::stat::futimens;
use nix::sys::time::TimeSpec;

/// An operation on a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOp {
    MakeFolder,
    Open,
    Create,
    Read,
    Write,
    Resize,
    Sync,
    Rename,
    Remove,
    Link,
    Touch,
    Protect,
}

/// The file operations of the cache. Outside tests each call only forwards to the operating system.
#[derive(Clone, Default)]
pub struct Disk {
    /// Whether fsync is left out.
    skip_sync: bool,
    #[cfg(test)]
    gate: Option<std::sync::Arc<super::tests::gate::Gate>>,
}

impl Disk {
    #[cfg(test)]
    pub fn behind(gate: &std::sync::Arc<super::tests::gate::Gate>) -> Self {
        Self { gate: Some(std::sync::Arc::clone(gate)), ..Self::default() }
    }

    /// File operations without fsync: the system decides when bytes reach the disk.
    pub fn without_sync() -> Self {
        Self {
            skip_sync: true,
            #[cfg(test)]
            gate: None,
        }
    }

    /// Fails if a test forbids the operation; outside tests every operation is allowed.
    #[inline]
    pub fn check_allowed(&self, op: FileOp, path: &Path) -> io::Result<()> {
        #[cfg(test)]
        if let Some(gate) = &self.gate {
            return gate.ask(op, path);
        }
        let _ = (op, path);
        Ok(())
    }

    pub fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.check_allowed(FileOp::MakeFolder, path)?;
        fs::create_dir_all(path)
    }

    pub fn open(&self, path: &Path) -> io::Result<File> {
        self.check_allowed(FileOp::Open, path)?;
        File::open(path)
    }

    pub fn create(&self, path: &Path) -> io::Result<File> {
        self.check_allowed(FileOp::Create, path)?;
        File::create(path)
    }

    /// Opens a file for reading and writing, and creates it if it is missing; never truncates it.
    pub fn open_or_create(&self, path: &Path) -> io::Result<File> {
        self.check_allowed(FileOp::Create, path)?;
        File::options().read(true).write(true).create(true).truncate(false).open(path)
    }

    pub fn append_to(&self, path: &Path) -> io::Result<File> {
        self.check_allowed(FileOp::Create, path)?;
        File::options().append(true).create(true).open(path)
    }

    /// All bytes of a file, but no more than `most`.
    pub fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let file = self.open(path)?;
        self.check_allowed(FileOp::Read, path)?;
        let mut bytes = Vec::with_capacity(file.metadata()?.len().min(most) as usize);
        file.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// If a test forbids the write, half of the bytes are written, as a full disk or a killed process leaves them.
    pub fn write(&self, file: &mut impl Write, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.check_allowed(FileOp::Write, path) {
            let _ = file.write_all(&bytes[..bytes.len() / 2]);
            return Err(error);
        }
        file.write_all(bytes)
    }

    pub fn copy(&self, from: &Path, file: &mut impl Write, to: &Path) -> io::Result<u64> {
        let mut source = self.open(from)?;
        self.check_allowed(FileOp::Write, to)?;
        io::copy(&mut source, file)
    }

    pub fn sync(&self, file: &File, path: &Path) -> io::Result<()> {
        self.check_allowed(FileOp::Sync, path)?;
        if self.skip_sync { Ok(()) } else { file.sync_all() }
    }

    pub fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.check_allowed(FileOp::Sync, folder)?;
        if self.skip_sync { Ok(()) } else { File::open(folder)?.sync_all() }
    }

    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check_allowed(FileOp::Rename, to)?;
        fs::rename(from, to)
    }

    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.check_allowed(FileOp::Remove, path)?;
        fs::remove_file(path)
    }

    pub fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check_allowed(FileOp::Link, to)?;
        fs::hard_link(from, to)
    }

    /// Sets the file's times to now, by the file system's own clock. Its owner may do so without the right to write.
    pub fn touch(&self, file: &File, path: &Path) -> io::Result<()> {
        self.check_allowed(FileOp::Touch, path)?;
        futimens(file, &TimeSpec::UTIME_NOW, &TimeSpec::UTIME_NOW).map_err(io::Error::from)
    }

    pub fn protect(&self, path: &Path, mode: u32) -> io::Result<()> {
        self.check_allowed(FileOp::Protect, path)?;
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
    }
}
