//! The project's fence: which files a spec may name. Nothing outside the project's folder is ever opened.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use super::decode::{nearest, shortened};
use super::model::Format;
use super::sniff::{self, Sniffed};

const LONGEST_PATH: usize = 1024;
const LONGEST_PART: usize = 255;
/// Entries of a folder that are compared for "did you mean".
const MOST_COMPARED: usize = 2000;
/// Pixels of a picture; 8K is 33 million.
const MOST_PIXELS: u64 = 150_000_000;
const LONGEST_SIDE: u32 = 20_000;
/// Bytes of a text that is read with the spec.
const MOST_TEXT: u64 = 1 << 20;

/// What a field wants its file to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A still picture.
    Picture,
    /// A moving picture.
    Video,
    /// A sound, or something with sound in it.
    Sound,
    /// Text, whatever its first bytes look like.
    Text,
}

impl Wanted {
    fn takes(self, format: Format) -> bool {
        use Format::{Aac, Avi, Flac, Jpeg, Matroska, Mp3, Mp4, Ogg, Png, Wav, Webp};
        match self {
            Self::Picture => matches!(format, Png | Jpeg | Webp),
            Self::Video => matches!(format, Mp4 | Matroska | Avi),
            Self::Sound => matches!(format, Wav | Mp3 | Ogg | Flac | Aac | Mp4 | Matroska),
            Self::Text => format == Format::Text,
        }
    }

    fn article(self) -> &'static str {
        match self {
            Self::Picture => "a picture",
            Self::Video => "a video",
            Self::Sound => "a sound",
            Self::Text => "a text",
        }
    }

    /// What a file of this kind may be.
    pub fn formats(self) -> &'static str {
        match self {
            Self::Picture => "a picture is a PNG, JPEG or WebP file",
            Self::Video => "a video is an MP4, MOV, Matroska, WebM or AVI file",
            Self::Sound => "a sound is a WAV, MP3, Ogg, FLAC, AAC, M4A, MP4 or Matroska file",
            Self::Text => "a text is a file in UTF-8",
        }
    }
}

/// Why a file is refused. The texts follow "`name` ".
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// An empty name.
    #[error("is an empty name")]
    Nameless,
    /// Not a name that a file should have.
    #[error("holds characters that no file name should have")]
    Controls,
    /// Longer than file systems allow.
    #[error("is longer than a path may be")]
    TooLong,
    /// A URL.
    #[error("is an address, not a file of the project")]
    Address,
    /// Starts at the root of the disk.
    #[error("is an absolute path")]
    Absolute,
    /// Goes up.
    #[error("leaves the project's folder by `..`")]
    Parent,
    /// A link that points elsewhere.
    #[error("leaves the project's folder by a link")]
    Outside,
    /// Not there.
    #[error("is not there")]
    Missing {
        /// The part of the path that is missing.
        part: String,
        /// The folder where it is missing, inside the project.
        folder: PathBuf,
        /// All of the path.
        written: String,
    },
    /// A folder, device, pipe or socket.
    #[error("is {0}, not a file")]
    NotAFile(&'static str),
    /// The system says no.
    #[error("cannot be read: {0}")]
    Unreadable(io::Error),
    /// Of the wrong kind.
    #[error("is not {wanted}: it is {found}")]
    WrongKind {
        /// What the field wants.
        wanted: &'static str,
        /// What the file is.
        found: &'static str,
        /// What would do.
        formats: &'static str,
    },
    /// Holds bytes that are no text.
    #[error("is not a text: byte {0} is not UTF-8")]
    NotText(usize),
    /// More than is read with a spec.
    #[error("is larger than a text may be")]
    TooLarge,
    /// A picture whose header makes no sense.
    #[error("is a broken picture: {0}")]
    Broken(String),
    /// A picture that would eat the memory.
    #[error("is too large a picture: {0} × {1} pixels")]
    TooManyPixels(u32, u32),
    /// An output of another kind.
    #[error("does not end in `.mp4`")]
    NotMp4,
    /// Inside t2v's own folder.
    #[error("lies in `.t2v`, which is t2v's own folder")]
    Ours,
}

impl Refused {
    /// A path that is there and much like the one that is missing; reads a folder of the project.
    pub fn near(&self) -> Option<String> {
        match self {
            Self::Missing { part, folder, written } => {
                let near = near(folder, part)?;
                let parts = written.split('/').map(|name| if name == part { near.as_str() } else { name });
                Some(parts.collect::<Vec<_>>().join("/"))
            }
            _ => None,
        }
    }

    /// The way out.
    pub fn help(&self) -> String {
        match self {
            Self::Missing { part, .. } => {
                format!("there is no `{}` there; paths start at the spec's folder", shortened(part))
            }
            Self::WrongKind { formats, .. } => (*formats).to_owned(),
            Self::Broken(_) => "open it in a picture program and save it again".to_owned(),
            Self::TooManyPixels(..) => "make it smaller: 150 million pixels and 20000 a side are allowed".to_owned(),
            Self::Absolute | Self::Parent | Self::Outside => {
                "copy the file into the project's folder; only files inside it can be used".to_owned()
            }
            Self::Address => "download the file into the project's folder".to_owned(),
            Self::NotText(_) => "save it as UTF-8 text".to_owned(),
            Self::TooLarge => "make it smaller: 1 MiB is allowed".to_owned(),
            Self::Unreadable(_) => "check the file and its permissions".to_owned(),
            Self::NotMp4 | Self::Ours | Self::Nameless | Self::Controls | Self::TooLong | Self::NotAFile(_) => {
                "write a file's path inside the project's folder, such as `assets/cover.jpg`".to_owned()
            }
        }
    }
}

/// A project's folder.
#[derive(Clone, Debug)]
pub struct Fence {
    root: PathBuf,
}

impl Fence {
    /// The fence around `root`.
    ///
    /// # Errors
    /// The folder is not there or cannot be read.
    pub fn new(root: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(root)?;
        Ok(Self { root })
    }

    /// The folder, all links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The regular file `written` names, and what it is.
    ///
    /// # Errors
    /// It lies outside, is not there, or is not what is wanted.
    pub fn input(&self, written: &str, wanted: Wanted) -> Result<(PathBuf, Format), Refused> {
        let (path, missing) = self.walk(Path::new(checked(written)?))?;
        if let Some(part) = missing.first() {
            return Err(Refused::Missing { part: part.clone(), folder: path, written: written.to_owned() });
        }
        regular(&path)?;
        if wanted == Wanted::Text {
            return Ok((path, Format::Text));
        }
        let mut head = Vec::with_capacity(sniff::HEAD);
        let file = File::open(&path).map_err(Refused::Unreadable)?;
        file.take(sniff::HEAD as u64).read_to_end(&mut head).map_err(Refused::Unreadable)?;
        let format = wanted_format(&head, wanted)?;
        if wanted == Wanted::Picture {
            measured(&path)?;
        }
        Ok((path, format))
    }

    /// The text in the file that `written` names.
    ///
    /// # Errors
    /// It lies outside, is not there, is no UTF-8, or has more than 1 MiB.
    pub fn text(&self, written: &str) -> Result<(PathBuf, String), Refused> {
        let (path, _) = self.input(written, Wanted::Text)?;
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(Refused::Unreadable)?;
        file.take(MOST_TEXT + 1).read_to_end(&mut bytes).map_err(Refused::Unreadable)?;
        if bytes.len() as u64 > MOST_TEXT {
            return Err(Refused::TooLarge);
        }
        let text = String::from_utf8(bytes).map_err(|error| Refused::NotText(error.utf8_error().valid_up_to()))?;
        Ok((path, text))
    }

    /// Where the film goes; its folders need not be there yet.
    ///
    /// # Errors
    /// It lies outside, in `.t2v`, or something that is not a file is in its place.
    pub fn output(&self, written: &str) -> Result<PathBuf, Refused> {
        let relative = Path::new(checked(written)?);
        if relative.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("mp4")) {
            return Err(Refused::NotMp4);
        }
        let (mut path, missing) = self.walk(relative)?;
        match missing.as_slice() {
            [] => regular(&path)?,
            _ if !path.is_dir() => return Err(Refused::NotAFile("below a file")),
            parts => path.extend(parts),
        }
        if path.strip_prefix(&self.root).is_ok_and(|inside| inside.starts_with(".t2v")) {
            return Err(Refused::Ours);
        }
        Ok(path)
    }

    /// Goes down part by part, staying inside; what there is, and the parts that are missing.
    fn walk(&self, relative: &Path) -> Result<(PathBuf, Vec<String>), Refused> {
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
                Ok(_) => return Err(Refused::Outside),
                Err(_) if fs::read_link(&next).is_ok() => return Err(Refused::Outside),
                Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(name),
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => missing.push(name),
                Err(error) => return Err(Refused::Unreadable(error)),
            }
        }
        Ok((at, missing))
    }
}

/// The name itself, before anything is looked for.
fn checked(written: &str) -> Result<&str, Refused> {
    let drive = written.as_bytes().get(1) == Some(&b':') && written.as_bytes()[0].is_ascii_alphabetic();
    if written.trim().is_empty() {
        Err(Refused::Nameless)
    } else if written.chars().any(char::is_control) {
        Err(Refused::Controls)
    } else if written.len() > LONGEST_PATH || written.split('/').any(|part| part.len() > LONGEST_PART) {
        Err(Refused::TooLong)
    } else if written.contains("://") {
        Err(Refused::Address)
    } else if written.starts_with(['/', '\\']) || drive {
        Err(Refused::Absolute)
    } else if written.split(['/', '\\']).any(|part| part == "..") {
        Err(Refused::Parent)
    } else if Path::new(written).components().all(|part| part == Component::CurDir) {
        Err(Refused::NotAFile("a folder"))
    } else {
        Ok(written)
    }
}

/// Only the file's metadata is read: opening a pipe or a device can block or act.
fn regular(path: &Path) -> Result<(), Refused> {
    let kind = fs::metadata(path).map_err(Refused::Unreadable)?.file_type();
    if kind.is_file() {
        Ok(())
    } else if kind.is_dir() {
        Err(Refused::NotAFile("a folder"))
    } else {
        Err(Refused::NotAFile("a device, pipe or socket"))
    }
}

fn wanted_format(head: &[u8], wanted: Wanted) -> Result<Format, Refused> {
    let found = match sniff::format(head) {
        Sniffed::Known(format) if wanted.takes(format) => return Ok(format),
        Sniffed::Known(format) => named(format),
        Sniffed::Other(name) => name,
        Sniffed::Text => "text",
        Sniffed::Empty => "empty",
        Sniffed::Unknown => "of an unknown kind",
    };
    Err(Refused::WrongKind { wanted: wanted.article(), found, formats: wanted.formats() })
}

fn named(format: Format) -> &'static str {
    match format {
        Format::Png => "a PNG picture",
        Format::Jpeg => "a JPEG picture",
        Format::Webp => "a WebP picture",
        Format::Mp4 => "an MP4 or MOV file",
        Format::Matroska => "a Matroska or WebM file",
        Format::Avi => "an AVI video",
        Format::Wav => "a WAV sound",
        Format::Mp3 => "an MP3 sound",
        Format::Ogg => "an Ogg sound",
        Format::Flac => "a FLAC sound",
        Format::Aac => "an AAC sound",
        Format::Text => "a text",
    }
}

/// Reads the header only: a bomb says its size before it goes off.
fn measured(path: &Path) -> Result<(), Refused> {
    let mut reader = image::ImageReader::open(path).map_err(Refused::Unreadable)?;
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(64 << 20);
    reader.limits(limits);
    let sniffed = reader.with_guessed_format().map_err(Refused::Unreadable)?;
    let (width, height) = sniffed.into_dimensions().map_err(|error| Refused::Broken(error.to_string()))?;
    if width > LONGEST_SIDE || height > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Refused::TooManyPixels(width, height));
    }
    Ok(())
}

/// The entry of `folder` whose name is most like `part`.
fn near(folder: &Path, part: &str) -> Option<String> {
    let entries = fs::read_dir(folder).ok()?.take(MOST_COMPARED).flatten();
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.starts_with('.')).collect();
    nearest(part, &known).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
        \0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n\x2d\xb4\0\0\0\0IEND\xaeB`\x82";

    /// A project with a good picture, beside a secret; whoever opens the pipe outside waits for ever.
    fn project() -> (tempfile::TempDir, Fence, UnixListener) {
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
        let fence = Fence::new(&root).unwrap();
        (dir, fence, socket)
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
        let (dir, fence, _socket) = project();
        let all = hostile(dir.path());
        assert!(all.len() >= 150, "{}", all.len());
        for written in &all {
            for wanted in [Wanted::Picture, Wanted::Video, Wanted::Sound, Wanted::Text] {
                let refused = fence.input(written, wanted).expect_err(written);
                assert!(!refused.to_string().is_empty() && !refused.help().is_empty());
            }
            fence.text(written).expect_err(written);
        }
    }

    #[test]
    fn texts_are_read_within_bounds() {
        let (_dir, fence, _socket) = project();
        let write = |bytes: &[u8]| fs::write(fence.root().join("notes.csv"), bytes).unwrap();
        write("BM,größe\n1,2\n".as_bytes());
        assert_eq!(fence.text("notes.csv").unwrap().1, "BM,größe\n1,2\n");
        write(b"ok \xff");
        assert!(matches!(fence.text("notes.csv"), Err(Refused::NotText(3))));
        write(&vec![b'x'; 1 << 20]);
        assert_eq!(fence.text("notes.csv").unwrap().1.len(), 1 << 20);
        File::create(fence.root().join("notes.csv")).unwrap().set_len(100 << 30).unwrap();
        assert!(matches!(fence.text("notes.csv"), Err(Refused::TooLarge)));
    }

    #[test]
    fn no_film_is_written_outside() {
        let (dir, fence, _socket) = project();
        for written in hostile(dir.path()) {
            for name in [written.clone(), format!("{written}/film.mp4"), format!("{written}.mp4")] {
                if let Ok(path) = fence.output(&name) {
                    let parent = path.ancestors().find(|part| part.exists()).unwrap();
                    assert!(fs::canonicalize(parent).unwrap().starts_with(fence.root()), "{name}");
                }
            }
        }
        symlink("../outside/film.mp4", fence.root().join("film.mp4")).unwrap();
        assert!(matches!(fence.output("film.mp4"), Err(Refused::Outside)));
        assert!(matches!(fence.output("assets/out/film.mp4"), Err(Refused::Outside)));
        assert!(matches!(fence.output("assets/cover.png/film.mp4"), Err(Refused::NotAFile(_))));
        assert_eq!(fence.output("out/new/film.mp4").unwrap(), fence.root().join("out/new/film.mp4"));
    }

    #[test]
    fn files_of_the_project_are_found_through_links_and_in_any_script() {
        let (_dir, fence, _socket) = project();
        for written in [
            "assets/cover.png",
            "./assets//cover.png",
            "good-link.png",
            "assets/größe 日本.png",
            "assets/deep/here/../x",
        ] {
            let found = fence.input(written, Wanted::Picture);
            match written.contains("..") {
                true => assert!(matches!(found, Err(Refused::Parent))),
                false => assert_eq!(found.unwrap().1, Format::Png, "{written}"),
            }
        }
    }

    #[test]
    fn a_near_name_is_offered_from_the_folder_that_is_there() {
        let (_dir, fence, _socket) = project();
        for (written, near) in [("assets/cover.jpg", "assets/cover.png"), ("asets/cover.png", "assets/cover.png")] {
            assert_eq!(fence.input(written, Wanted::Picture).unwrap_err().near().as_deref(), Some(near));
        }
    }
}
