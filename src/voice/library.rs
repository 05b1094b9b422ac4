//! The library of installed custom voices: a folder for each voice, which holds its files and a manifest.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::custom::{CustomVoice, NetworkKind, VoiceModel};
use super::neural::{DEFAULT_VOICE, NeuralError, voices};

/// The manifest's file name in the folder of a voice.
const MANIFEST_FILE: &str = "voice.json";
/// The maximum size of a file: more than twice that of the largest known voice.
const MAX_FILE_BYTES: u64 = 2 << 30;

/// Why a voice was not installed.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The files do not form one voice.
    #[error(
        "a voice is one `.onnx` file, with its `.onnx.json` (Piper) or a `.bin` or `.npy` voice file (Kokoro) if it has one"
    )]
    Files,
    /// The name is not allowed.
    #[error("`{0}` can't be a voice's name: use letters, digits, `-` and `_`, and none of the voices in the program")]
    Name(String),
    /// The digest of a file is not the expected one.
    #[error("`{}` has the sha256 {found}, not {expected}", path.display())]
    Sum {
        /// The file with the wrong digest.
        path: PathBuf,
        /// Its SHA-256 in hexadecimal digits.
        found: String,
        /// The SHA-256 that was requested.
        expected: String,
    },
    /// The files can't be loaded as a voice.
    #[error(transparent)]
    Voice(#[from] NeuralError),
    /// A file can't be read or written.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file that can't be read or written.
        path: PathBuf,
        /// The error of the file system.
        source: io::Error,
    },
}

/// The content of a manifest.
#[derive(Serialize, Deserialize)]
struct VoiceManifest {
    kind: NetworkKind,
    british: bool,
    files: BTreeMap<String, ManifestFile>,
}

/// A file of a voice: its name in the folder of the voice, and its SHA-256 in hexadecimal digits.
#[derive(Serialize, Deserialize)]
struct ManifestFile {
    file: String,
    sha256: String,
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> LibraryError {
    move |source| LibraryError::Io { path: path.to_owned(), source }
}

/// The voices in `folder`, sorted by name. Folders without a valid manifest are skipped.
pub fn list(folder: &Path) -> Vec<CustomVoice> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<CustomVoice> = entries.filter_map(|entry| read_manifest(&entry.path())).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn read_manifest(folder: &Path) -> Option<CustomVoice> {
    let name = folder.file_name()?.to_str().filter(|name| is_valid_name(name))?.to_owned();
    let manifest: VoiceManifest = serde_json::from_slice(&fs::read(folder.join(MANIFEST_FILE)).ok()?).ok()?;
    let mut files = BTreeMap::new();
    for (role, ManifestFile { file, .. }) in &manifest.files {
        // A path must not lead out of the folder.
        if Path::new(file).file_name() != Some(OsStr::new(file)) {
            return None;
        }
        files.insert(role.clone(), folder.join(file));
    }
    Some(CustomVoice { name, kind: manifest.kind, british: manifest.british, files })
}

fn is_valid_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && name.len() <= 48
        && name != DEFAULT_VOICE
}

/// Installs `files` in `folder` as the voice `name` (default: the stem of the network's file). The files are first compared with `sums`,
/// their SHA-256 in the same order (there may be fewer), and loaded.
///
/// # Errors
/// Any [`LibraryError`]; then nothing is installed.
pub fn add(folder: &Path, name: Option<&str>, files: &[PathBuf], sums: &[String]) -> Result<CustomVoice, LibraryError> {
    let roles = files_by_role(files)?;
    let network = roles.get("network").ok_or(LibraryError::Files)?;
    let stem = network.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let name = name.unwrap_or(stem);
    if !is_valid_name(name) || sums.len() > files.len() {
        return Err(LibraryError::Name(name.to_owned()));
    }
    let sha256 = files.iter().map(|path| sha256_of_file(path)).collect::<Result<Vec<_>, _>>()?;
    check_sums(files, &sha256, sums)?;
    let kind = network_kind(&roles);
    let british = match roles.get("style") {
        Some(style) => style.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.starts_with('b')),
        None => voices().iter().any(|voice| voice.british && sha256.contains(&voice.sha256)),
    };
    let voice = CustomVoice { name: name.to_owned(), kind, british, files: roles };
    VoiceModel::load(kind, &voice.files)?;
    install(folder, &voice, &files.iter().zip(&sha256).map(|(f, s)| (f.as_path(), s.as_str())).collect())
}

/// Assigns a role to each file by its extension.
fn files_by_role(files: &[PathBuf]) -> Result<BTreeMap<String, PathBuf>, LibraryError> {
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

fn network_kind(roles: &BTreeMap<String, PathBuf>) -> NetworkKind {
    match (roles.contains_key("description"), roles.contains_key("style")) {
        (true, _) => NetworkKind::Piper,
        (_, true) => NetworkKind::Kokoro,
        _ => NetworkKind::Hibari,
    }
}

fn sha256_of_file(path: &Path) -> Result<String, LibraryError> {
    let length = fs::metadata(path).map_err(io_error(path))?.len();
    if length > MAX_FILE_BYTES {
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

/// Copies the files to a temporary folder, writes the manifest, and renames the folder to that of the voice.
fn install(folder: &Path, voice: &CustomVoice, sums: &BTreeMap<&Path, &str>) -> Result<CustomVoice, LibraryError> {
    fs::create_dir_all(folder).map_err(io_error(folder))?;
    let staging = tempfile::Builder::new().prefix(".adding-").tempdir_in(folder).map_err(io_error(folder))?;
    let mut entries = BTreeMap::new();
    for (role, path) in &voice.files {
        let file = path.file_name().and_then(|name| name.to_str()).ok_or(LibraryError::Files)?.to_owned();
        fs::copy(path, staging.path().join(&file)).map_err(io_error(path))?;
        let sha256 = sums.get(path.as_path()).copied().unwrap_or_default().to_owned();
        entries.insert(role.clone(), ManifestFile { file, sha256 });
    }
    let manifest = VoiceManifest { kind: voice.kind, british: voice.british, files: entries };
    let manifest_path = staging.path().join(MANIFEST_FILE);
    fs::write(&manifest_path, serde_json::to_vec_pretty(&manifest).expect("plain data"))
        .map_err(io_error(&manifest_path))?;
    let target = folder.join(&voice.name);
    if target.exists() {
        fs::remove_dir_all(&target).map_err(io_error(&target))?;
    }
    fs::rename(staging.keep(), &target).map_err(io_error(&target))?;
    read_manifest(&target).ok_or(LibraryError::Files)
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
        assert_eq!((added.kind, added.british), (NetworkKind::Kokoro, true));
        assert_eq!(list(&library), std::slice::from_ref(&added));
        assert!(VoiceModel::load(added.kind, &added.files).is_ok());
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
