//! Decoding of untrusted pictures: PNG, JPEG and WebP, recognised by their first bytes; too large ones are refused by
//! their header.

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
    /// The first bytes belong to no supported format.
    #[error("not a PNG, JPEG or WebP picture")]
    UnknownFormat,
    /// A side or the decoded size exceeds the limits.
    #[error("the picture is too large: {size} pixels, {bytes} bytes decoded (at most {} a side and {} bytes)", limits.side, limits.bytes)]
    TooLarge {
        /// Size in pixels, from the header.
        size: Size,
        /// Decoded size, in bytes.
        bytes: u64,
        /// The limits that were exceeded.
        limits: PictureLimits,
    },
    /// Damaged, or of a kind that the decoder does not know.
    #[error("the picture cannot be decoded")]
    Broken(#[source] ImageError),
}

/// A decoded picture, upright, as 8-bit sRGB with or without alpha.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedPicture {
    size: Size,
    pixels: PixelData,
}

/// Rows without padding, top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PixelData {
    /// Three bytes a pixel.
    Rgb(Vec<u8>),
    /// Four bytes a pixel, straight alpha.
    Rgba(Vec<u8>),
}

impl DecodedPicture {
    /// Decodes a whole file. The format follows from the first bytes; EXIF orientation is applied, colour profiles are
    /// not.
    pub fn decode(bytes: &[u8], limits: PictureLimits) -> Result<DecodedPicture, PictureError> {
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

    /// Takes over a picture that was drawn in memory.
    pub fn from_image(image: DynamicImage) -> DecodedPicture {
        let size = Size::new(image.width(), image.height());
        let pixels = if image.color().has_alpha() {
            PixelData::Rgba(image.into_rgba8().into_raw())
        } else {
            PixelData::Rgb(image.into_rgb8().into_raw())
        };
        DecodedPicture { size, pixels }
    }

    /// Size in pixels, upright.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Size in memory, in bytes.
    pub fn byte_len(&self) -> usize {
        match &self.pixels {
            PixelData::Rgb(bytes) | PixelData::Rgba(bytes) => bytes.len(),
        }
    }

    pub(crate) fn pixels(&self) -> &PixelData {
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

/// The decoder's own memory limit; sides are checked by [`open`], for an error with the real size.
fn decoder_limits(limits: PictureLimits) -> image::Limits {
    let mut own = image::Limits::no_limits();
    own.max_alloc = Some(limits.bytes);
    own
}
