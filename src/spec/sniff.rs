//! What a file is, by its first bytes and never by its name. Knows nothing of how any of it is decoded.

use serde::{Deserialize, Serialize};

/// How many bytes [`format`] wants to see.
pub const HEAD: usize = 4096;

/// A file format that t2v reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A WebP picture.
    Webp,
    /// MP4, MOV or M4A.
    Mp4,
    /// Matroska or WebM.
    Matroska,
    /// AVI.
    Avi,
    /// WAV.
    Wav,
    /// MP3.
    Mp3,
    /// Ogg: Vorbis or Opus.
    Ogg,
    /// FLAC.
    Flac,
    /// AAC without a container.
    Aac,
    /// Text in UTF-8.
    Text,
}

impl Format {
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
            // Nothing that ffmpeg is ever given.
            Self::Text => "data",
        }
    }
}

/// What a file seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniffed {
    /// Something t2v reads.
    Known(Format),
    /// Something well known that t2v does not read.
    Other(&'static str),
    /// Text of some kind: a playlist, a web page, a note.
    Text,
    /// Nothing at all.
    Empty,
    /// Bytes of an unknown kind.
    Unknown,
}

/// Magic numbers at the start of a file.
const MAGICS: [(&[u8], Sniffed); 17] = [
    (b"\x89PNG\r\n\x1a\n", Sniffed::Known(Format::Png)),
    (b"\xff\xd8\xff", Sniffed::Known(Format::Jpeg)),
    (b"\x1a\x45\xdf\xa3", Sniffed::Known(Format::Matroska)),
    (b"OggS", Sniffed::Known(Format::Ogg)),
    (b"fLaC", Sniffed::Known(Format::Flac)),
    (b"ID3", Sniffed::Known(Format::Mp3)),
    (b"GIF8", Sniffed::Other("a GIF")),
    (b"BM", Sniffed::Other("a BMP picture")),
    (b"II*\0", Sniffed::Other("a TIFF picture")),
    (b"MM\0*", Sniffed::Other("a TIFF picture")),
    (b"8BPS", Sniffed::Other("a Photoshop file")),
    (b"%PDF", Sniffed::Other("a PDF")),
    (b"PK\x03\x04", Sniffed::Other("a ZIP archive or office document")),
    (b"\x7fELF", Sniffed::Other("a program")),
    (b"FLV\x01", Sniffed::Other("a Flash video")),
    (b"\x30\x26\xb2\x75", Sniffed::Other("a Windows Media file")),
    (b"FORM", Sniffed::Other("an AIFF sound")),
];

/// What the file that starts with `head` is.
pub fn format(head: &[u8]) -> Sniffed {
    if head.is_empty() {
        return Sniffed::Empty;
    }
    if let Some((_, found)) = MAGICS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *found;
    }
    riff(head).or_else(|| iso_media(head)).or_else(|| mpeg_audio(head)).unwrap_or_else(|| text_or_unknown(head))
}

fn riff(head: &[u8]) -> Option<Sniffed> {
    let form = head.strip_prefix(b"RIFF")?.get(4..8)?;
    Some(match form {
        b"WAVE" => Sniffed::Known(Format::Wav),
        b"AVI " => Sniffed::Known(Format::Avi),
        b"WEBP" => Sniffed::Known(Format::Webp),
        _ => Sniffed::Other("a RIFF file of another kind"),
    })
}

/// MP4, MOV and M4A; their relatives for still pictures have their own brands.
fn iso_media(head: &[u8]) -> Option<Sniffed> {
    let known = Some(Sniffed::Known(Format::Mp4));
    match (head.get(4..8)?, head.get(8..12)) {
        (b"ftyp", Some(b"avif" | b"avis" | b"heic" | b"heix" | b"mif1" | b"msf1" | b"hevc")) => {
            Some(Sniffed::Other("an AVIF or HEIC picture"))
        }
        (b"ftyp" | b"moov" | b"mdat" | b"wide", _) => known,
        _ => None,
    }
}

/// A frame header: eleven bits of sync, then the layer.
fn mpeg_audio(head: &[u8]) -> Option<Sniffed> {
    let (sync, layer) = (*head.first()?, *head.get(1)?);
    match (sync, layer & 0xf6, layer & 0xe6) {
        (0xff, 0xf0, _) => Some(Sniffed::Known(Format::Aac)),
        (0xff, _, 0xe2) => Some(Sniffed::Known(Format::Mp3)),
        _ => None,
    }
}

fn text_or_unknown(head: &[u8]) -> Sniffed {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return Sniffed::Unknown,
    };
    if whole.is_empty() || whole.contains('\0') { Sniffed::Unknown } else { Sniffed::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_known_by_their_first_bytes() {
        let cases: [(&[u8], Sniffed); 16] = [
            (b"\x89PNG\r\n\x1a\nrest", Sniffed::Known(Format::Png)),
            (b"\xff\xd8\xff\xe0", Sniffed::Known(Format::Jpeg)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Sniffed::Known(Format::Webp)),
            (b"RIFF\0\0\0\0WAVEfmt ", Sniffed::Known(Format::Wav)),
            (b"RIFF\0\0\0\0AVI LIST", Sniffed::Known(Format::Avi)),
            (b"\0\0\0\x20ftypisom", Sniffed::Known(Format::Mp4)),
            (b"\0\0\0\x20ftypqt  ", Sniffed::Known(Format::Mp4)),
            (b"\0\0\0\x20ftypavif", Sniffed::Other("an AVIF or HEIC picture")),
            (b"\x1a\x45\xdf\xa3\0", Sniffed::Known(Format::Matroska)),
            (b"\xff\xfb\x90\x64", Sniffed::Known(Format::Mp3)),
            (b"\xff\xf1\x50\x80", Sniffed::Known(Format::Aac)),
            (b"OggS\0", Sniffed::Known(Format::Ogg)),
            (b"fLaC\0", Sniffed::Known(Format::Flac)),
            (b"", Sniffed::Empty),
            (b"\x01\x02\x00", Sniffed::Unknown),
            (b"RIFF", Sniffed::Text),
        ];
        for (head, expected) in cases {
            assert_eq!(format(head), expected, "{head:?}");
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
            assert_eq!(format(text.as_bytes()), Sniffed::Text);
        }
    }
}
