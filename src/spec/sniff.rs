//! Detects a file's format by its first bytes; its name has no influence.

use serde::{Deserialize, Serialize};

/// How many bytes from the file's start [`detect_format`] needs to see.
pub const HEAD_BYTES: usize = 4096;

/// A file format that t2v reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileFormat {
    /// A PNG still picture.
    Png,
    /// A JPEG still picture.
    Jpeg,
    /// A WebP still picture.
    Webp,
    /// An ISO base media file: MP4, MOV or M4A.
    Mp4,
    /// A Matroska or WebM container.
    Matroska,
    /// An AVI video container.
    Avi,
    /// A RIFF WAVE sound.
    Wav,
    /// An MPEG layer III sound.
    Mp3,
    /// An Ogg container with Vorbis or Opus.
    Ogg,
    /// A native FLAC sound.
    Flac,
    /// AAC in ADTS frames, without a container.
    Aac,
    /// Text in UTF-8, which [`detect_format`] never reports: a field that asks for text takes any bytes.
    Text,
}

impl FileFormat {
    /// The demuxer to force in ffmpeg, so that no other is ever probed.
    pub fn demuxer(self) -> &'static str {
        match self {
            Self::Png => "png_pipe",
            Self::Jpeg => "jpeg_pipe",
            Self::Webp => "webp_pipe",
            Self::Mp4 => "mov",
            Self::Matroska => "matroska",
            Self::Avi => "avi",
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::Ogg => "ogg",
            Self::Flac => "flac",
            Self::Aac => "aac",
            // ffmpeg is never given a text.
            Self::Text => "data",
        }
    }

    /// The format with its article, for "it is …".
    fn description(self) -> &'static str {
        match self {
            Self::Png => "a PNG picture",
            Self::Jpeg => "a JPEG picture",
            Self::Webp => "a WebP picture",
            Self::Mp4 => "an MP4 or MOV file",
            Self::Matroska => "a Matroska or WebM file",
            Self::Avi => "an AVI video",
            Self::Wav => "a WAV sound",
            Self::Mp3 => "an MP3 sound",
            Self::Ogg => "an Ogg sound",
            Self::Flac => "a FLAC sound",
            Self::Aac => "an AAC sound",
            Self::Text => "a text",
        }
    }
}

/// What the first bytes of a file show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetectedFormat {
    /// A format that t2v reads.
    Known(FileFormat),
    /// A known format that t2v does not read, with its article.
    Other(&'static str),
    /// Text of some kind, such as a playlist or a web page.
    Text,
    /// The file has no bytes.
    Empty,
    /// Bytes of no known format.
    Unknown,
}

impl DetectedFormat {
    /// What it is, for "it is …".
    pub fn description(self) -> &'static str {
        match self {
            Self::Known(format) => format.description(),
            Self::Other(name) => name,
            Self::Text => "text",
            Self::Empty => "empty",
            Self::Unknown => "of an unknown kind",
        }
    }
}

/// Magic numbers at the start of a file.
const MAGICS: [(&[u8], DetectedFormat); 17] = [
    (b"\x89PNG\r\n\x1a\n", DetectedFormat::Known(FileFormat::Png)),
    (b"\xff\xd8\xff", DetectedFormat::Known(FileFormat::Jpeg)),
    (b"\x1a\x45\xdf\xa3", DetectedFormat::Known(FileFormat::Matroska)),
    (b"OggS", DetectedFormat::Known(FileFormat::Ogg)),
    (b"fLaC", DetectedFormat::Known(FileFormat::Flac)),
    (b"ID3", DetectedFormat::Known(FileFormat::Mp3)),
    (b"GIF8", DetectedFormat::Other("a GIF")),
    (b"BM", DetectedFormat::Other("a BMP picture")),
    (b"II*\0", DetectedFormat::Other("a TIFF picture")),
    (b"MM\0*", DetectedFormat::Other("a TIFF picture")),
    (b"8BPS", DetectedFormat::Other("a Photoshop file")),
    (b"%PDF", DetectedFormat::Other("a PDF")),
    (b"PK\x03\x04", DetectedFormat::Other("a ZIP archive or office document")),
    (b"\x7fELF", DetectedFormat::Other("a program")),
    (b"FLV\x01", DetectedFormat::Other("a Flash video")),
    (b"\x30\x26\xb2\x75", DetectedFormat::Other("a Windows Media file")),
    (b"FORM", DetectedFormat::Other("an AIFF sound")),
];

/// What the file that starts with `head` is.
pub fn detect_format(head: &[u8]) -> DetectedFormat {
    if head.is_empty() {
        return DetectedFormat::Empty;
    }
    if let Some((_, found)) = MAGICS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *found;
    }
    riff(head).or_else(|| iso_media(head)).or_else(|| mpeg_audio(head)).unwrap_or_else(|| text_or_unknown(head))
}

fn riff(head: &[u8]) -> Option<DetectedFormat> {
    let form = head.strip_prefix(b"RIFF")?.get(4..8)?;
    Some(match form {
        b"WAVE" => DetectedFormat::Known(FileFormat::Wav),
        b"AVI " => DetectedFormat::Known(FileFormat::Avi),
        b"WEBP" => DetectedFormat::Known(FileFormat::Webp),
        _ => DetectedFormat::Other("a RIFF file of another kind"),
    })
}

/// MP4, MOV and M4A; still pictures in the same container are told apart by their brands.
fn iso_media(head: &[u8]) -> Option<DetectedFormat> {
    let known = Some(DetectedFormat::Known(FileFormat::Mp4));
    match (head.get(4..8)?, head.get(8..12)) {
        (b"ftyp", Some(b"avif" | b"avis" | b"heic" | b"heix" | b"mif1" | b"msf1" | b"hevc")) => {
            Some(DetectedFormat::Other("an AVIF or HEIC picture"))
        }
        (b"ftyp" | b"moov" | b"mdat" | b"wide", _) => known,
        _ => None,
    }
}

/// A frame header: eleven bits of sync, then the layer.
fn mpeg_audio(head: &[u8]) -> Option<DetectedFormat> {
    let (sync, layer) = (*head.first()?, *head.get(1)?);
    match (sync, layer & 0xf6, layer & 0xe6) {
        (0xff, 0xf0, _) => Some(DetectedFormat::Known(FileFormat::Aac)),
        (0xff, _, 0xe2) => Some(DetectedFormat::Known(FileFormat::Mp3)),
        _ => None,
    }
}

fn text_or_unknown(head: &[u8]) -> DetectedFormat {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return DetectedFormat::Unknown,
    };
    if whole.is_empty() || whole.contains('\0') { DetectedFormat::Unknown } else { DetectedFormat::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_known_by_their_first_bytes() {
        let cases: [(&[u8], DetectedFormat); 16] = [
            (b"\x89PNG\r\n\x1a\nrest", DetectedFormat::Known(FileFormat::Png)),
            (b"\xff\xd8\xff\xe0", DetectedFormat::Known(FileFormat::Jpeg)),
            (b"RIFF\0\0\0\0WEBPVP8 ", DetectedFormat::Known(FileFormat::Webp)),
            (b"RIFF\0\0\0\0WAVEfmt ", DetectedFormat::Known(FileFormat::Wav)),
            (b"RIFF\0\0\0\0AVI LIST", DetectedFormat::Known(FileFormat::Avi)),
            (b"\0\0\0\x20ftypisom", DetectedFormat::Known(FileFormat::Mp4)),
            (b"\0\0\0\x20ftypqt  ", DetectedFormat::Known(FileFormat::Mp4)),
            (b"\0\0\0\x20ftypavif", DetectedFormat::Other("an AVIF or HEIC picture")),
            (b"\x1a\x45\xdf\xa3\0", DetectedFormat::Known(FileFormat::Matroska)),
            (b"\xff\xfb\x90\x64", DetectedFormat::Known(FileFormat::Mp3)),
            (b"\xff\xf1\x50\x80", DetectedFormat::Known(FileFormat::Aac)),
            (b"OggS\0", DetectedFormat::Known(FileFormat::Ogg)),
            (b"fLaC\0", DetectedFormat::Known(FileFormat::Flac)),
            (b"", DetectedFormat::Empty),
            (b"\x01\x02\x00", DetectedFormat::Unknown),
            (b"RIFF", DetectedFormat::Text),
        ];
        for (head, expected) in cases {
            assert_eq!(detect_format(head), expected, "{head:?}");
        }
    }

    #[test]
    fn playlists_in_disguise_are_text() {
        for text in [
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\nfile:///etc/passwd\n",
            "ffconcat version 1.0\nfile /etc/passwd\n",
            "<?xml version=\"1.0\"?><MPD/>",
            "<svg xmlns='http://www.w3.org/2000/svg'><image href='/etc/passwd'/></svg>",
            "subfile,,start,0,end,64,,:/etc/passwd",
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n",
        ] {
            assert_eq!(detect_format(text.as_bytes()), DetectedFormat::Text);
        }
    }
}
