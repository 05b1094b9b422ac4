//! The project's folder, which bounds the files that a spec may name: nothing outside it is ever opened.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

pub use super::file_error::{FileError, FileKind};
use super::picture_info::PictureInfo;
use super::sniff::{self, DetectedFormat, FileFormat};

/// In bytes, as Linux and macOS allow.
const MAX_PATH_BYTES: usize = 1024;
/// One name between slashes, in bytes.
const MAX_NAME_BYTES: usize = 255;
/// The most bytes of a text that is read with the spec.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// A project's folder: resolves the paths that a spec writes to files inside it.
#[derive(Clone, Debug)]
pub struct ProjectRoot {
    root: PathBuf,
}

impl ProjectRoot {
    /// The project whose folder is `root`.
    ///
    /// # Errors
    /// The folder is not there or cannot be read.
    pub fn new(root: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(root)?;
        Ok(Self { root })
    }

    /// The folder's absolute path, symlinks resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The regular file that `written` names, and its format.
    ///
    /// # Errors
    /// It lies outside the project, does not exist, or is not of the kind `wanted`.
    pub fn input_file(&self, written: &str, wanted: FileKind) -> Result<(PathBuf, FileFormat), FileError> {
        match wanted {
            FileKind::Text => Ok((self.regular_file(written)?, FileFormat::Text)),
            FileKind::Video | FileKind::Sound => {
                let path = self.regular_file(written)?;
                let mut head = Vec::with_capacity(sniff::HEAD_BYTES);
                let file = File::open(&path).map_err(FileError::Unreadable)?;
                file.take(sniff::HEAD_BYTES as u64).read_to_end(&mut head).map_err(FileError::Unreadable)?;
                Ok((path, check_format(&head, wanted)?))
            }
        }
    }

    /// The picture that `written` names, and what its header tells.
    ///
    /// # Errors
    /// It lies outside the project, does not exist, is not a picture, or has too many pixels.
    pub fn picture_file(&self, written: &str) -> Result<(PathBuf, PictureInfo), FileError> {
        let path = self.regular_file(written)?;
        let file = File::open(&path).map_err(FileError::Unreadable)?;
        let info = PictureInfo::read(BufReader::new(file)).map_err(FileError::Unreadable)??.check_size()?;
        Ok((path, info))
    }

    /// The regular file inside the project that `written` names.
    fn regular_file(&self, written: &str) -> Result<PathBuf, FileError> {
        let (path, missing) = self.walk(Path::new(check_name(written)?))?;
        if let Some(part) = missing.first() {
            return Err(FileError::Missing { part: part.clone(), folder: path, written: written.to_owned() });
        }
        check_regular_file(&path)?;
        Ok(path)
    }

    /// The text in the file that `written` names.
    ///
    /// # Errors
    /// It lies outside the project, does not exist, is not UTF-8, or has more than 1 MiB.
    pub fn read_text(&self, written: &str) -> Result<(PathBuf, String), FileError> {
        let (path, _) = self.input_file(written, FileKind::Text)?;
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(FileError::Unreadable)?;
        file.take(MAX_TEXT_BYTES + 1).read_to_end(&mut bytes).map_err(FileError::Unreadable)?;
        if bytes.len() as u64 > MAX_TEXT_BYTES {
            return Err(FileError::TooLarge);
        }
        let text = String::from_utf8(bytes).map_err(|error| FileError::NotText(error.utf8_error().valid_up_to()))?;
        Ok((path, text))
    }

    /// The absolute path that the film is written to; its folders need not exist yet.
    ///
    /// # Errors
    /// It lies outside the project or in `.t2v`, or something that is not a file has its name.
    pub fn output_file(&self, written: &str) -> Result<PathBuf, FileError> {
        let relative = Path::new(check_name(written)?);
        if relative.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("mp4")) {
            return Err(FileError::NotMp4);
        }
        let (mut path, missing) = self.walk(relative)?;
        match missing.as_slice() {
            [] => check_regular_file(&path)?,
            _ if !path.is_dir() => return Err(FileError::NotAFile("below a file")),
            parts => path.extend(parts),
        }
        if path.strip_prefix(&self.root).is_ok_and(|inside| inside.starts_with(".t2v")) {
            return Err(FileError::InOwnFolder);
        }
        Ok(path)
    }

    /// Follows the path part by part, resolving links: the deepest existing path inside the project, and the parts below it that are missing.
    fn walk(&self, relative: &Path) -> Result<(PathBuf, Vec<String>), FileError> {
        let mut at = self.root.clone();
        let mut missing = Vec::new();
        for part in relative.components() {
            let Component::Normal(name) = part else { continue };
            let name = name.to_string_lossy().into_owned();
            if !missing.is_empty() {
                missing.push(name);
                continue;
            }
            let next = at.join(&name);
            match fs::canonicalize(&next) {
                Ok(real) if real.starts_with(&self.root) => at = real,
                Ok(_) => return Err(FileError::OutsideByLink),
                Err(_) if fs::read_link(&next).is_ok() => return Err(FileError::OutsideByLink),
                Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(name),
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => missing.push(name),
                Err(error) => return Err(FileError::Unreadable(error)),
            }
        }
        Ok((at, missing))
    }
}

/// Checks the name itself, before the file system is asked.
fn check_name(written: &str) -> Result<&str, FileError> {
    let drive = written.as_bytes().get(1) == Some(&b':') && written.as_bytes()[0].is_ascii_alphabetic();
    if written.trim().is_empty() {
        Err(FileError::EmptyName)
    } else if written.chars().any(char::is_control) {
        Err(FileError::ControlCharacters)
    } else if written.len() > MAX_PATH_BYTES || written.split('/').any(|part| part.len() > MAX_NAME_BYTES) {
        Err(FileError::TooLong)
    } else if written.contains("://") {
        Err(FileError::Url)
    } else if written.starts_with(['/', '\\']) || drive {
        Err(FileError::Absolute)
    } else if written.split(['/', '\\']).any(|part| part == "..") {
        Err(FileError::ParentFolder)
    } else if Path::new(written).components().all(|part| part == Component::CurDir) {
        Err(FileError::NotAFile("a folder"))
    } else {
        Ok(written)
    }
}

/// Refuses what is not a regular file. It reads metadata only: to open a pipe or a device can block or have effects.
fn check_regular_file(path: &Path) -> Result<(), FileError> {
    let kind = fs::metadata(path).map_err(FileError::Unreadable)?.file_type();
    if kind.is_file() {
        Ok(())
    } else if kind.is_dir() {
        Err(FileError::NotAFile("a folder"))
    } else {
        Err(FileError::NotAFile("a device, pipe or socket"))
    }
}

fn check_format(head: &[u8], wanted: FileKind) -> Result<FileFormat, FileError> {
    match sniff::detect_format(head) {
        DetectedFormat::Known(format) if wanted.accepts(format) => Ok(format),
        detected => Err(FileError::WrongKind {
            wanted: wanted.article(),
            found: detected.description(),
            formats: wanted.formats(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
        \0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n\x2d\xb4\0\0\0\0IEND\xaeB`\x82";

    /// A project with a good picture, and a secret outside it; to open the pipe outside blocks for ever.
    fn project() -> (tempfile::TempDir, ProjectRoot, UnixListener) {
        let dir = tempfile::tempdir().unwrap();
        let (root, outside) = (dir.path().join("project"), dir.path().join("outside"));
        fs::create_dir_all(root.join("assets/deep")).unwrap();
        fs::create_dir_all(&outside).unwrap();
        fs::write(root.join("assets/cover.png"), PNG).unwrap();
        fs::write(root.join("assets/größe 日本.png"), PNG).unwrap();
        fs::write(outside.join("secret.png"), PNG).unwrap();
        nix::unistd::mkfifo(&outside.join("pipe.png"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        nix::unistd::mkfifo(&root.join("pipe.png"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let socket = UnixListener::bind(root.join("socket.png")).unwrap();
        for (target, link) in [
            ("assets/cover.png", "good-link.png"),
            ("../outside/secret.png", "link.png"),
            ("../outside/pipe.png", "pipe-link.png"),
            ("../outside", "assets/out"),
            ("..", "assets/up"),
            ("/", "assets/disk"),
            ("/etc/passwd", "passwd.png"),
            ("/proc/self/environ", "environ.png"),
            ("/dev/zero", "zero.png"),
            ("../outside/not-there.png", "dangling.png"),
            ("loop.png", "loop.png"),
            ("loop-b.png", "loop-a.png"),
            ("loop-a.png", "loop-b.png"),
            ("link.png", "link-to-link.png"),
            (".", "assets/deep/here"),
            ("../../outside", "assets/deep/out"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        let project = ProjectRoot::new(&root).unwrap();
        (dir, project, socket)
    }

    /// Ways out of the project, and what one might look for there.
    #[rustfmt::skip]
    const WAYS: [&str; 23] = [
        "../", "../../", "./../", "assets/../../", "assets/deep/../../../", "assets//..//..//", "/", "//", "/./",
        "\\", "..\\", "file://", "file:///", "http://127.0.0.1/", "C:\\", "c:/", "assets/up/", "assets/up/../",
        "assets/out/", "assets/disk/", "assets/deep/here/../../../", "../project/../", "assets/up/outside/../",
    ];
    const TARGETS: [&str; 6] =
        ["outside/secret.png", "outside/pipe.png", "etc/passwd", "proc/self/environ", "dev/zero", "."];

    /// Links, special files and names that something else would take for more than a name.
    #[rustfmt::skip]
    const NAMES: [&str; 42] = [
        "link.png", "pipe-link.png", "assets/out/secret.png", "assets/up/outside/pipe.png", "assets/disk/etc/passwd",
        "passwd.png", "environ.png", "zero.png", "dangling.png", "loop.png", "loop-a.png", "link-to-link.png",
        "pipe.png", "socket.png", "assets/deep/here/out/out/secret.png", "assets", "assets/", ".", "./", "", " ",
        "\t", "assets/cover.png\0", "assets/cover.png\0/../../x", "a\u{1b}[2J.png", "assets/cover.png/x",
        "assets/cover.png/../cover.png", "concat:a|b", "subfile,,start,0,end,9,,:/etc/passwd", "pipe:0",
        "data:image/png;base64,AAAA", "~/x.png", "$HOME/x.png", "${HOME}", "-", "--help", "*.png", "assets/*.png",
        "assets/cover.png?x", "|id", "`id`", "$(id)",
    ];

    fn hostile(dir: &Path) -> Vec<String> {
        let mut all: Vec<String> = WAYS.iter().flat_map(|way| TARGETS.map(|target| format!("{way}{target}"))).collect();
        all.extend(NAMES.map(str::to_owned));
        all.extend([format!("{}x.png", "a/".repeat(600)), "x".repeat(256), "x".repeat(100_000)]);
        let absolute =
            ["outside/secret.png", "project/assets/cover.png"].map(|name| dir.join(name).display().to_string());
        all.extend(absolute);
        all
    }

    #[test]
    fn no_name_leads_outside() {
        let (dir, project, _socket) = project();
        let all = hostile(dir.path());
        assert!(all.len() >= 150, "{}", all.len());
        for written in &all {
            let refused = project.picture_file(written).expect_err(written);
            assert!(!refused.to_string().is_empty() && !refused.help().is_empty());
            for wanted in [FileKind::Video, FileKind::Sound, FileKind::Text] {
                let refused = project.input_file(written, wanted).expect_err(written);
                assert!(!refused.to_string().is_empty() && !refused.help().is_empty());
            }
            project.read_text(written).expect_err(written);
        }
    }

    #[test]
    fn texts_are_read_within_bounds() {
        let (_dir, project, _socket) = project();
        let write = |bytes: &[u8]| fs::write(project.root().join("notes.csv"), bytes).unwrap();
        write("BM,größe\n1,2\n".as_bytes());
        assert_eq!(project.read_text("notes.csv").unwrap().1, "BM,größe\n1,2\n");
        write(b"ok \xff");
        assert!(matches!(project.read_text("notes.csv"), Err(FileError::NotText(3))));
        write(&vec![b'x'; 1 << 20]);
        assert_eq!(project.read_text("notes.csv").unwrap().1.len(), 1 << 20);
        File::create(project.root().join("notes.csv")).unwrap().set_len(100 << 30).unwrap();
        assert!(matches!(project.read_text("notes.csv"), Err(FileError::TooLarge)));
    }

    #[test]
    fn no_film_is_written_outside() {
        let (dir, project, _socket) = project();
        for written in hostile(dir.path()) {
            for name in [written.clone(), format!("{written}/film.mp4"), format!("{written}.mp4")] {
                if let Ok(path) = project.output_file(&name) {
                    let parent = path.ancestors().find(|part| part.exists()).unwrap();
                    assert!(fs::canonicalize(parent).unwrap().starts_with(project.root()), "{name}");
                }
            }
        }
        symlink("../outside/film.mp4", project.root().join("film.mp4")).unwrap();
        assert!(matches!(project.output_file("film.mp4"), Err(FileError::OutsideByLink)));
        assert!(matches!(project.output_file("assets/out/film.mp4"), Err(FileError::OutsideByLink)));
        assert!(matches!(project.output_file("assets/cover.png/film.mp4"), Err(FileError::NotAFile(_))));
        assert_eq!(project.output_file("out/new/film.mp4").unwrap(), project.root().join("out/new/film.mp4"));
    }

    #[test]
    fn files_of_the_project_are_found_through_links_and_in_any_script() {
        let (_dir, project, _socket) = project();
        for written in [
            "assets/cover.png",
            "./assets//cover.png",
            "good-link.png",
            "assets/größe 日本.png",
            "assets/deep/here/../x",
        ] {
            let found = project.picture_file(written);
            if written.contains("..") {
                assert!(matches!(found, Err(FileError::ParentFolder)))
            } else {
                assert_eq!(found.unwrap().1.format, FileFormat::Png, "{written}")
            }
        }
    }

    #[test]
    fn a_near_name_is_offered_from_the_folder_that_is_there() {
        let (_dir, project, _socket) = project();
        for (written, near) in [("assets/cover.jpg", "assets/cover.png"), ("asets/cover.png", "assets/cover.png")] {
            assert_eq!(project.picture_file(written).unwrap_err().similar_path().as_deref(), Some(near));
        }
    }
}
