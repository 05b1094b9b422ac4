//! Decoding pictures that strangers may have made: PNG, JPEG and WebP, known by their first bytes, refused by their
//! header when too large. Knows nothing of files or frames.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};

use crate::units::Size;

/// How large a picture may be; checked before anything is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureLimits {
    /// Longest side, in pixels.
    pub side: u32,
    /// Decoded size, in bytes.
    pub bytes: u64,
}

impl Default for PictureLimits {
    /// 24,000 pixels a side and 200 MiB: a 69-megapixel photo.
    fn default() -> Self {
        Self { side: 24_000, bytes: 200 << 20 }
    }
}

/// Why a picture cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The first bytes are none of a format that is read.
    #[error("not a PNG, JPEG or WebP picture")]
    UnknownFormat,
    /// Larger than the limits.
    #[error("the picture is too large: {size} pixels, {bytes} bytes decoded (at most {} a side and {} bytes)", limits.side, limits.bytes)]
    TooLarge {
        /// Its size by its header.
        size: Size,
        /// What it would take decoded.
        bytes: u64,
        /// What is allowed.
        limits: PictureLimits,
    },
    /// Damaged, or of a kind that the decoder does not know.
    #[error("the picture cannot be decoded")]
    Broken(#[source] ImageError),
}

/// A decoded picture, upright, as 8-bit sRGB with or without alpha.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    size: Size,
    pixels: Pixels,
}

/// Rows without padding, top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pixels {
    /// Three bytes a pixel.
    Rgb(Vec<u8>),
    /// Four bytes a pixel, straight alpha.
    Rgba(Vec<u8>),
}

impl Picture {
    /// Decodes a whole file. The format is told by its first bytes; EXIF orientation is applied; colour profiles are
    /// not.
    pub fn decode(bytes: &[u8], limits: PictureLimits) -> Result<Picture, PictureError> {
        let mut decoder = open(bytes, limits)?;
        let orientation = decoder.orientation().map_err(PictureError::Broken)?;
        let mut image = DynamicImage::from_decoder(decoder).map_err(PictureError::Broken)?;
        image.apply_orientation(orientation);
        Ok(Self::from_image(image))
    }

    /// The size that [`Picture::decode`] would give, from the header alone.
    pub fn probe(bytes: &[u8], limits: PictureLimits) -> Result<Size, PictureError> {
        use image::metadata::Orientation as O;
        let mut decoder = open(bytes, limits)?;
        let (width, height) = decoder.dimensions();
        Ok(match decoder.orientation().map_err(PictureError::Broken)? {
            O::Rotate90 | O::Rotate270 | O::Rotate90FlipH | O::Rotate270FlipH => Size::new(height, width),
            _ => Size::new(width, height),
        })
    }

    /// A picture drawn in memory.
    pub fn from_image(image: DynamicImage) -> Picture {
        let size = Size::new(image.width(), image.height());
        let pixels = match image.color().has_alpha() {
            true => Pixels::Rgba(image.into_rgba8().into_raw()),
            false => Pixels::Rgb(image.into_rgb8().into_raw()),
        };
        Picture { size, pixels }
    }

    /// Its size, upright.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Bytes it takes in memory.
    pub fn byte_len(&self) -> usize {
        match &self.pixels {
            Pixels::Rgb(bytes) | Pixels::Rgba(bytes) => bytes.len(),
        }
    }

    pub(crate) fn pixels(&self) -> &Pixels {
        &self.pixels
    }
}

fn sniff(bytes: &[u8]) -> Option<ImageFormat> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(ImageFormat::Png),
        [0xff, 0xd8, 0xff, ..] => Some(ImageFormat::Jpeg),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// A decoder that has read the header, which is within the limits.
fn open<'a>(bytes: &'a [u8], limits: PictureLimits) -> Result<impl ImageDecoder + 'a, PictureError> {
    let format = sniff(bytes).ok_or(PictureError::UnknownFormat)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(decoder_limits(limits));
    let decoder = reader.into_decoder().map_err(PictureError::Broken)?;
    let (width, height) = decoder.dimensions();
    let total = decoder.total_bytes();
    if width.max(height) > limits.side || total > limits.bytes {
        return Err(PictureError::TooLarge { size: Size::new(width, height), bytes: total, limits });
    }
    Ok(decoder)
}

/// What the decoder may take beside its output; sides are left to us, for a message with the real size.
fn decoder_limits(limits: PictureLimits) -> image::Limits {
    let mut own = image::Limits::no_limits();
    own.max_alloc = Some(limits.bytes);
    own
}
