//! What a field asks of its file, and why a file is refused, with the texts that users read.

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::picture_info::PictureFault;
use super::sniff::FileFormat;
use super::suggest::{nearest, shortened};
use crate::diag::{Diagnostic, Span};

/// How many entries of a folder are compared for "did you mean".
const MAX_COMPARED_ENTRIES: usize = 2000;

/// The kind of file that a field asks for; pictures have a check of their own, [`PictureInfo::read`](super::picture_info::PictureInfo::read).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A video: MP4, MOV, Matroska, WebM or AVI.
    Video,
    /// A sound, or something with sound in it.
    Sound,
    /// Text in UTF-8; its first bytes are not looked at.
    Text,
}

impl FileKind {
    pub(super) fn accepts(self, format: FileFormat) -> bool {
        use FileFormat::{Aac, Avi, Flac, Matroska, Mp3, Mp4, Ogg, Wav};
        match self {
            Self::Video => matches!(format, Mp4 | Matroska | Avi),
            Self::Sound => matches!(format, Wav | Mp3 | Ogg | Flac | Aac | Mp4 | Matroska),
            Self::Text => format == FileFormat::Text,
        }
    }

    pub(super) fn article(self) -> &'static str {
        match self {
            Self::Video => "a video",
            Self::Sound => "a sound",
            Self::Text => "a text",
        }
    }

    /// The accepted formats, as a sentence for a help text.
    pub fn formats(self) -> &'static str {
        match self {
            Self::Video => "a video is an MP4, MOV, Matroska, WebM or AVI file",
            Self::Sound => "a sound is a WAV, MP3, Ogg, FLAC, AAC, M4A, MP4 or Matroska file",
            Self::Text => "a text is a file in UTF-8",
        }
    }
}

/// Why a file is refused. Messages put "`name` " before these texts.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The name is empty or white space.
    #[error("is an empty name")]
    EmptyName,
    /// The name holds control characters.
    #[error("holds characters that no file name should have")]
    ControlCharacters,
    /// The name, or a part of it, is longer than file systems allow.
    #[error("is longer than a path may be")]
    TooLong,
    /// The name is a URL: it holds `://`.
    #[error("is an address, not a file of the project")]
    Url,
    /// The path starts at the root of a disk.
    #[error("is an absolute path")]
    Absolute,
    /// The path holds `..`.
    #[error("leaves the project's folder by `..`")]
    ParentFolder,
    /// A symlink on the way points outside the project.
    #[error("leaves the project's folder by a link")]
    OutsideByLink,
    /// A part of the path does not exist.
    #[error("is not there")]
    Missing {
        /// The first part of the path that is missing.
        part: String,
        /// The folder in which that part was looked for.
        folder: PathBuf,
        /// The whole path as the spec writes it.
        written: String,
    },
    /// The path names a folder, device, pipe or socket.
    #[error("is {0}, not a file")]
    NotAFile(&'static str),
    /// The operating system refuses to read it.
    #[error("cannot be read: {0}")]
    Unreadable(io::Error),
    /// The file's format is not one that the field accepts.
    #[error("is not {wanted}: it is {found}")]
    WrongKind {
        /// The kind that the field asks for, with its article.
        wanted: &'static str,
        /// What the file was found to be.
        found: &'static str,
        /// The formats that the field accepts.
        formats: &'static str,
    },
    /// The text is not UTF-8 from this byte on.
    #[error("is not a text: byte {0} is not UTF-8")]
    NotText(usize),
    /// The text has more than 1 MiB.
    #[error("is larger than a text may be")]
    TooLarge,
    /// It is no picture that can be used, and the field asks for one.
    #[error(transparent)]
    Picture(#[from] PictureFault),
    /// The output's name does not end in `.mp4`.
    #[error("does not end in `.mp4`")]
    NotMp4,
    /// The output lies inside `.t2v`.
    #[error("lies in `.t2v`, which is t2v's own folder")]
    InOwnFolder,
}

impl FileError {
    /// An existing path with a name similar to the missing one. It reads a folder of the project.
    pub fn similar_path(&self) -> Option<String> {
        match self {
            Self::Missing { part, folder, written } => {
                let similar = similar_name(folder, part)?;
                let parts = written.split('/').map(|name| if name == part { similar.as_str() } else { name });
                Some(parts.collect::<Vec<_>>().join("/"))
            }
            _ => None,
        }
    }

    /// The help text: what to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Missing { part, .. } => {
                format!("there is no `{}` there; paths start at the spec's folder", shortened(part))
            }
            Self::WrongKind { formats, .. } => (*formats).to_owned(),
            Self::Picture(fault) => fault.help(),
            Self::Absolute | Self::ParentFolder | Self::OutsideByLink => {
                "copy the file into the project's folder; only files inside it can be used".to_owned()
            }
            Self::Url => "download the file into the project's folder".to_owned(),
            Self::NotText(_) => "save it as UTF-8 text".to_owned(),
            Self::TooLarge => "make it smaller: 1 MiB is allowed".to_owned(),
            Self::Unreadable(_) => "check the file and its permissions".to_owned(),
            Self::NotMp4
            | Self::InOwnFolder
            | Self::EmptyName
            | Self::ControlCharacters
            | Self::TooLong
            | Self::NotAFile(_) => {
                "write a file's path inside the project's folder, such as `assets/cover.jpg`".to_owned()
            }
        }
    }
}

/// The diagnostic for a file or picture that cannot be used: `why` is what messages say behind its name.
pub(super) fn refusal(name: &str, place: Span, why: &dyn Display, help: String) -> Diagnostic {
    Diagnostic::error(format!("`{}` {why}", shortened(name))).at(place).label("this file").help(help)
}

/// The entry of `folder` whose name is most like `part`.
fn similar_name(folder: &Path, part: &str) -> Option<String> {
    let entries = fs::read_dir(folder).ok()?.take(MAX_COMPARED_ENTRIES).flatten();
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let known: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.starts_with('.')).collect();
    nearest(part, &known).map(str::to_owned)
}
