//! Voices that someone has brought to this machine: a folder for each, with its files and a note of what they are.
//! Knows nothing of projects.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::brought::{Brought, Kind, Loaded};
use super::neural::{DEFAULT_VOICE, NeuralError, voices};

/// The note in a voice's folder.
const NOTE: &str = "voice.json";
/// No voice known is half as large.
const MOST_BYTES: u64 = 2 << 30;

/// Why a voice was not added.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The files are not those of one voice.
    #[error(
        "a voice is one `.onnx` file, with its `.onnx.json` (Piper) or a `.bin` or `.npy` voice file (Kokoro) if it has one"
    )]
    Files,
    /// The name can't be used.
    #[error("`{0}` can't be a voice's name: use letters, digits, `-` and `_`, and none of the voices in the program")]
    Name(String),
    /// A file is not the one that was meant.
    #[error("`{}` has the sha256 {found}, not {expected}", path.display())]
    Sum {
        /// The file.
        path: PathBuf,
        /// Its own sum.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// The files can't speak.
    #[error(transparent)]
    Voice(#[from] NeuralError),
    /// Reading or writing failed.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What the note says.
#[derive(Serialize, Deserialize)]
struct Note {
    kind: Kind,
    british: bool,
    files: BTreeMap<String, Filed>,
}

#[derive(Serialize, Deserialize)]
struct Filed {
    file: String,
    sha256: String,
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> LibraryError {
    move |source| LibraryError::Io { path: path.to_owned(), source }
}

/// The voices in `folder`, by name. What can't be read as one is passed over.
pub fn list(folder: &Path) -> Vec<Brought> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<Brought> = entries.filter_map(|entry| read(&entry.path())).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn read(folder: &Path) -> Option<Brought> {
    let name = folder.file_name()?.to_str().filter(|name| is_name(name))?.to_owned();
    let note: Note = serde_json::from_slice(&fs::read(folder.join(NOTE)).ok()?).ok()?;
    let file = |(role, filed): (&String, &Filed)| {
        let plain = Path::new(&filed.file).file_name().is_some_and(|plain| plain == filed.file.as_str());
        plain.then(|| (role.clone(), folder.join(&filed.file)))
    };
    let files = note.files.iter().map(file).collect::<Option<BTreeMap<_, _>>>()?;
    Some(Brought { name, kind: note.kind, british: note.british, files })
}

fn is_name(name: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(letters)
        && name.len() <= 48
        && name != DEFAULT_VOICE
}

/// Copies `files` into `folder` as the voice `name` (left out: the first file's stem), once they have been loaded and `sums` (in the
/// files' order, as many as are given) were found right.
///
/// # Errors
/// All of [`LibraryError`]; nothing is left behind then.
pub fn add(folder: &Path, name: Option<&str>, files: &[PathBuf], sums: &[String]) -> Result<Brought, LibraryError> {
    let roles = roles(files)?;
    let network = roles.get("network").ok_or(LibraryError::Files)?;
    let stem = network.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let name = name.unwrap_or(stem);
    if !is_name(name) || sums.len() > files.len() {
        return Err(LibraryError::Name(name.to_owned()));
    }
    let sha256 = files.iter().map(|path| sum(path)).collect::<Result<Vec<_>, _>>()?;
    check_sums(files, &sha256, sums)?;
    let kind = kind(&roles);
    let british = match roles.get("style") {
        Some(style) => style.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.starts_with('b')),
        None => voices().iter().any(|voice| voice.british && sha256.contains(&voice.sha256)),
    };
    let brought = Brought { name: name.to_owned(), kind, british, files: roles };
    Loaded::read(kind, &brought.files)?;
    install(folder, &brought, &files.iter().zip(&sha256).map(|(f, s)| (f.as_path(), s.as_str())).collect())
}

/// Which file is what, by its ending.
fn roles(files: &[PathBuf]) -> Result<BTreeMap<String, PathBuf>, LibraryError> {
    let mut roles = BTreeMap::new();
    for path in files {
        let role = match path.extension().and_then(|ending| ending.to_str()) {
            Some("onnx") => "network",
            Some("json") => "description",
            Some("bin" | "npy") => "style",
            _ => return Err(LibraryError::Files),
        };
        if roles.insert(role.to_owned(), path.clone()).is_some() {
            return Err(LibraryError::Files);
        }
    }
    Ok(roles)
}

fn kind(roles: &BTreeMap<String, PathBuf>) -> Kind {
    match (roles.contains_key("description"), roles.contains_key("style")) {
        (true, _) => Kind::Piper,
        (_, true) => Kind::Kokoro,
        _ => Kind::Hibari,
    }
}

fn sum(path: &Path) -> Result<String, LibraryError> {
    let length = fs::metadata(path).map_err(io_error(path))?.len();
    if length > MOST_BYTES {
        return Err(LibraryError::Files);
    }
    let mut hasher = Sha256::new();
    io::copy(&mut fs::File::open(path).map_err(io_error(path))?, &mut hasher).map_err(io_error(path))?;
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn check_sums(files: &[PathBuf], found: &[String], expected: &[String]) -> Result<(), LibraryError> {
    for ((path, found), expected) in files.iter().zip(found).zip(expected) {
        if !found.eq_ignore_ascii_case(expected) {
            let (found, expected) = (found.clone(), expected.clone());
            return Err(LibraryError::Sum { path: path.clone(), found, expected });
        }
    }
    Ok(())
}

/// Copies everything beside its place, then moves the whole folder there.
fn install(folder: &Path, brought: &Brought, sums: &BTreeMap<&Path, &str>) -> Result<Brought, LibraryError> {
    fs::create_dir_all(folder).map_err(io_error(folder))?;
    let staging = tempfile::Builder::new().prefix(".adding-").tempdir_in(folder).map_err(io_error(folder))?;
    let mut filed = BTreeMap::new();
    for (role, path) in &brought.files {
        let file = path.file_name().and_then(|name| name.to_str()).ok_or(LibraryError::Files)?.to_owned();
        fs::copy(path, staging.path().join(&file)).map_err(io_error(path))?;
        let sha256 = sums.get(path.as_path()).copied().unwrap_or_default().to_owned();
        filed.insert(role.clone(), Filed { file, sha256 });
    }
    let note = Note { kind: brought.kind, british: brought.british, files: filed };
    let note_path = staging.path().join(NOTE);
    fs::write(&note_path, serde_json::to_vec_pretty(&note).expect("plain data")).map_err(io_error(&note_path))?;
    let place = folder.join(&brought.name);
    if place.exists() {
        fs::remove_dir_all(&place).map_err(io_error(&place))?;
    }
    fs::rename(staging.keep(), &place).map_err(io_error(&place))?;
    read(&place).ok_or(LibraryError::Files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/voice").join(name)
    }

    fn kokoro(dir: &Path) -> [PathBuf; 2] {
        let style = dir.join("bf_test.bin");
        fs::write(&style, 1f32.to_le_bytes().repeat(256)).unwrap();
        [example("kokoro.onnx"), style]
    }

    #[test]
    fn what_is_added_is_listed_and_speaks() {
        let dir = tempfile::tempdir().unwrap();
        let library = dir.path().join("voices");
        let added = add(&library, Some("mine"), &kokoro(dir.path()), &[]).unwrap();
        assert_eq!((added.kind, added.british), (Kind::Kokoro, true));
        assert_eq!(list(&library), std::slice::from_ref(&added));
        assert!(Loaded::read(added.kind, &added.files).is_ok());
        assert_eq!(fs::read_dir(&library).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn what_is_wrong_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let library = dir.path().join("voices");
        let files = kokoro(dir.path());
        let refused =
            |name: &str, files: &[PathBuf], sums: &[String]| add(&library, Some(name), files, sums).unwrap_err();
        assert!(matches!(refused("heart", &files, &[]), LibraryError::Name(_)));
        assert!(matches!(refused("../up", &files, &[]), LibraryError::Name(_)));
        assert!(matches!(refused("x", &files[1..], &[]), LibraryError::Files));
        assert!(matches!(refused("x", &files, &["00".to_owned()]), LibraryError::Sum { .. }));
        fs::write(dir.path().join("bad.onnx"), "no network").unwrap();
        assert!(matches!(refused("x", &[dir.path().join("bad.onnx")], &[]), LibraryError::Voice(_)));
        assert!(matches!(refused("x", &[dir.path().join("gone.onnx")], &[]), LibraryError::Io { .. }));
        assert!(list(&library).is_empty());
    }
}
