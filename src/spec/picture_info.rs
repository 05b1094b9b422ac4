//! What the first bytes of a picture tell: its format, its size and which way up it is, or why it cannot be used.

use std::io::{self, BufRead, Read as _, Seek};

use image::{ImageDecoder, ImageFormat, ImageReader};
use serde::{Deserialize, Serialize};

use super::sniff::{self, DetectedFormat, FileFormat};

/// The most pixels of a picture; 8K is 33 million.
const MAX_PIXELS: u64 = 150_000_000;
/// The longest side of a picture, in pixels.
const MAX_SIDE_PIXELS: u32 = 20_000;
/// The most bytes that reading a header may allocate.
const MAX_HEADER_BYTES: u64 = 64 << 20;
/// From this EXIF orientation on, the picture is shown turned by a quarter.
const FIRST_QUARTER_TURN: u8 = 5;

/// What is known of a picture before it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureInfo {
    /// PNG, JPEG or WebP, by its first bytes.
    pub format: FileFormat,
    /// The width of the stored picture in pixels, before it is turned upright.
    pub width: u32,
    /// The height of the stored picture in pixels, before it is turned upright.
    pub height: u32,
    /// How it must be turned and mirrored to stand upright: EXIF's number from 1, as it is, to 8.
    pub orientation: u8,
}

/// Why a picture is refused. Messages put the picture's name before these texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum PictureFault {
    /// Its first bytes are not those of a PNG, JPEG or WebP picture.
    #[error("is not a picture: it is {found}")]
    NotAPicture {
        /// What it was found to be.
        found: String,
    },
    /// Its header cannot be read; the decoder's message.
    #[error("is a broken picture: {0}")]
    Broken(String),
    /// It has more pixels than are decoded: width and height.
    #[error("is too large a picture: {0} × {1} pixels")]
    TooManyPixels(u32, u32),
}

impl PictureInfo {
    /// Reads the header of the picture in `reader`; its pixels are not unpacked, so a decompression bomb does no harm.
    ///
    /// # Errors
    /// The outer error is that of `reader`; the inner one says why the bytes are no picture.
    pub fn read(mut reader: impl BufRead + Seek) -> io::Result<Result<Self, PictureFault>> {
        let mut head = Vec::with_capacity(sniff::HEAD_BYTES);
        reader.by_ref().take(sniff::HEAD_BYTES as u64).read_to_end(&mut head)?;
        reader.rewind()?;
        let detected = sniff::detect_format(&head);
        Ok(match picture_format(detected) {
            Some((format, coding)) => {
                read_header(reader, format, coding).map_err(|error| PictureFault::Broken(error.to_string()))
            }
            None => Err(PictureFault::NotAPicture { found: detected.description().to_owned() }),
        })
    }

    /// Checks that the picture has no more pixels than are decoded.
    ///
    /// # Errors
    /// [`PictureFault::TooManyPixels`] with more than 150 million pixels, or more than 20,000 a side.
    pub fn check_size(self) -> Result<Self, PictureFault> {
        let Self { width, height, .. } = self;
        if width.max(height) > MAX_SIDE_PIXELS || u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(PictureFault::TooManyPixels(width, height));
        }
        Ok(self)
    }

    /// Width and height in pixels as the picture is shown: upright.
    pub fn shown_size(&self) -> (u32, u32) {
        if self.orientation < FIRST_QUARTER_TURN { (self.width, self.height) } else { (self.height, self.width) }
    }
}

impl PictureFault {
    /// The help text: what to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NotAPicture { .. } => "a picture is a PNG, JPEG or WebP file".to_owned(),
            Self::Broken(_) => "open it in a picture program and save it again".to_owned(),
            Self::TooManyPixels(..) => "make it smaller: 150 million pixels and 20000 a side are allowed".to_owned(),
        }
    }
}

/// The format of a picture for us and for its decoder; `None` for all other files.
fn picture_format(detected: DetectedFormat) -> Option<(FileFormat, ImageFormat)> {
    let DetectedFormat::Known(format) = detected else { return None };
    let coding = match format {
        FileFormat::Png => ImageFormat::Png,
        FileFormat::Jpeg => ImageFormat::Jpeg,
        FileFormat::Webp => ImageFormat::WebP,
        _ => return None,
    };
    Some((format, coding))
}

fn read_header(
    reader: impl BufRead + Seek,
    format: FileFormat,
    coding: ImageFormat,
) -> Result<PictureInfo, image::ImageError> {
    let mut reader = ImageReader::with_format(reader, coding);
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MAX_HEADER_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    Ok(PictureInfo { format, width, height, orientation: decoder.orientation()?.to_exif() })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{ExtendedColorType, ImageEncoder as _};

    use super::*;

    fn read(bytes: &[u8]) -> Result<PictureInfo, PictureFault> {
        PictureInfo::read(Cursor::new(bytes)).unwrap()
    }

    /// A JPEG of 4 × 2 pixels whose camera says that it must be turned as EXIF's `orientation` says.
    fn jpeg(orientation: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut bytes);
        let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        encoder.set_exif_metadata(exif).unwrap();
        encoder.write_image(&[90; 24], 4, 2, ExtendedColorType::Rgb8).unwrap();
        bytes
    }

    /// A PNG whose header claims this size.
    fn png_header(width: u32, height: u32) -> Vec<u8> {
        let mut png = Cursor::new(Vec::new());
        image::RgbImage::new(1, 1).write_to(&mut png, ImageFormat::Png).unwrap();
        let mut png = png.into_inner();
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = png[12..29].iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1)))
        });
        png[29..33].copy_from_slice(&(!crc).to_be_bytes());
        png
    }

    #[test]
    fn size_and_orientation_are_read_from_the_header() {
        for (orientation, shown) in [(1, (4, 2)), (3, (4, 2)), (6, (2, 4)), (8, (2, 4))] {
            let info = read(&jpeg(orientation)).unwrap();
            assert_eq!(info, PictureInfo { format: FileFormat::Jpeg, width: 4, height: 2, orientation });
            assert_eq!(info.shown_size(), shown);
        }
    }

    #[test]
    fn a_header_that_claims_too_many_pixels_is_refused() {
        for (width, height, fits) in
            [(20_000, 7_500, true), (20_001, 1, false), (1, 20_001, false), (13_000, 12_000, false)]
        {
            let checked = read(&png_header(width, height)).unwrap().check_size();
            assert_eq!(checked.is_ok(), fits, "{width} × {height}: {checked:?}");
        }
    }

    #[test]
    fn what_is_no_picture_is_named() {
        let found = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
        assert_eq!(found(b"{\"error\": \"quota\"}"), "is not a picture: it is text");
        assert_eq!(found(b""), "is not a picture: it is empty");
        assert_eq!(found(b"GIF89a"), "is not a picture: it is a GIF");
        assert!(found(&jpeg(1)[..20]).starts_with("is a broken picture: "));
    }

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        for answer in
            [read(&jpeg(6)), read(b"text"), read(b"\x89PNG\r\n\x1a\n"), Err(PictureFault::TooManyPixels(1, 2))]
        {
            let written = serde_json::to_string(&answer).unwrap();
            assert_eq!(
                serde_json::from_str::<Result<PictureInfo, PictureFault>>(&written).unwrap(),
                answer,
                "{written}"
            );
        }
    }
}
