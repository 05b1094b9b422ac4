//! The files that make a program up: itself, the libraries that it loads, and the data that it reads. When one of them changes, the program
//! has to be asked again what it is.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, CancelToken};

/// The most bytes that a program may print about itself.
pub(super) const MAX_PRINTED_BYTES: u64 = 1 << 20;
/// The first bytes of a compiled program; any other file is run by an interpreter.
const ELF_MAGIC: &[u8] = b"\x7fELF";
/// A wrapper script is read up to this many bytes for the paths that it names.
const MAX_SCRIPT_BYTES: u64 = 64 << 10;
/// What the loader of libraries reads before it searches folders.
const LOADER_FILES: [&str; 2] = ["/etc/ld.so.cache", "/etc/ld.so.preload"];
/// Parts of the names of libraries that shape bytes: a new libx264 is a new encoder.
const SHAPING_LIBRARIES: [&str; 5] = ["libav", "libsw", "libx264", "libpostproc", "libespeak"];

/// The program of this name in the first absolute folder of the PATH that has it.
pub(super) fn find_on_path(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let mut candidates = std::env::split_paths(&paths).filter(|dir| dir.is_absolute()).map(|dir| dir.join(name));
    candidates.find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

/// Whether an interpreter runs the program, so that its file does not say what runs.
pub(super) fn is_script(path: &Path) -> bool {
    let mut magic = Vec::new();
    let read = File::open(path).and_then(|file| file.take(ELF_MAGIC.len() as u64).read_to_end(&mut magic));
    read.is_err() || magic != ELF_MAGIC
}

/// The files that a program consists of, and those that would belong to it if they existed.
pub(super) fn program_files(path: &Path) -> Vec<PathBuf> {
    if is_script(path) { script_files(path) } else { loaded_files(path) }
}

/// The program, the libraries that it loads, and every path where the loader looked for one of them before it found it: a library that is
/// installed there later would be loaded instead.
fn loaded_files(path: &Path) -> Vec<PathBuf> {
    let mut command = Command::new(path);
    command.env("LD_TRACE_LOADED_OBJECTS", "1").env("LD_DEBUG", "libs");
    let output = process::run(command, b"", MAX_PRINTED_BYTES, &CancelToken::default());
    let (loaded, searched) = output.map_or_else(|_| Default::default(), |output| (output.stdout, output.stderr));
    let loaded = String::from_utf8_lossy(&loaded);
    let searched = String::from_utf8_lossy(&searched);
    let loaded = loaded.lines().filter_map(|line| line.split(" => ").nth(1)?.split(' ').next());
    let searched = searched.lines().filter_map(|line| line.split("trying file=").nth(1));
    let libraries = loaded.chain(searched).filter(|name| SHAPING_LIBRARIES.iter().any(|part| name.contains(part)));
    let fixed = std::iter::once(path.to_owned()).chain(LOADER_FILES.map(PathBuf::from));
    fixed.chain(libraries.map(PathBuf::from)).collect()
}

/// A wrapper script and every absolute path that it names: where one of them is a link, it may come to point elsewhere.
fn script_files(path: &Path) -> Vec<PathBuf> {
    let mut text = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_SCRIPT_BYTES).read_to_end(&mut text));
    let text = if read.is_ok() { String::from_utf8_lossy(&text) } else { Default::default() };
    let words = text.split(|c: char| c.is_whitespace() || "\"'`;&|()<>=:!,".contains(c));
    let named = words.filter(|word| word.starts_with('/')).map(PathBuf::from);
    std::iter::once(path.to_owned()).chain(named.filter(|path| path.is_file())).collect()
}

/// The files in the folder that espeak-ng names as that of its data: phonemes and dictionaries, which shape its speech.
pub(super) fn espeak_data_files(printed: &str) -> Vec<PathBuf> {
    let folder = printed.split("Data at:").nth(1).and_then(|rest| rest.lines().next()).map(str::trim);
    let entries = folder.map(fs::read_dir).into_iter().flatten().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}
