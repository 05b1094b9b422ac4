//! Frames in the encoder's format: planar 4:2:0, BT.709, limited range.

use std::io::{self, Write};

use crate::render::colour::{Ycc, ycc_to_rgb};
use crate::units::Size;

/// One frame: a full-size luma plane and two half-size chroma planes, rows without padding.
///
/// Chroma is sited as MPEG-2 and H.264 expect it: on the left luma column, half-way between two rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    size: Size,
    /// Luma, `width * height` bytes, 16 = black, 235 = white.
    pub y: Vec<u8>,
    /// Blue difference, `width / 2 * height / 2` bytes, 128 = none.
    pub u: Vec<u8>,
    /// Red difference, laid out like `u`.
    pub v: Vec<u8>,
}

impl Frame {
    /// A black frame. Odd sides are rounded up, since chroma is stored at half size.
    pub fn new(size: Size) -> Self {
        let size = Size::new(size.width.next_multiple_of(2), size.height.next_multiple_of(2));
        let luma = size.width as usize * size.height as usize;
        Self { size, y: vec![16; luma], u: vec![128; luma / 4], v: vec![128; luma / 4] }
    }

    /// A frame from a decoder's bytes: the Y, U and V planes one after the other. `None` if the length does not fit.
    pub fn from_planes(size: Size, bytes: &[u8]) -> Option<Self> {
        let mut frame = Self::new(size);
        if frame.size != size || bytes.len() != frame.byte_len() {
            return None;
        }
        let (y, rest) = bytes.split_at(frame.y.len());
        let (u, v) = rest.split_at(frame.u.len());
        frame.y.copy_from_slice(y);
        frame.u.copy_from_slice(u);
        frame.v.copy_from_slice(v);
        Some(frame)
    }

    /// Size in pixels; both sides are even.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Bytes of all three planes: one and a half per pixel.
    pub fn byte_len(&self) -> usize {
        self.y.len() + self.u.len() + self.v.len()
    }

    /// Writes Y, U and V one after the other, as `-f rawvideo -pix_fmt yuv420p` reads them.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.y)?;
        out.write_all(&self.u)?;
        out.write_all(&self.v)
    }

    /// Sets every pixel to `colour`.
    pub(crate) fn fill(&mut self, colour: Ycc) {
        self.y.fill(colour.y);
        self.u.fill(colour.u);
        self.v.fill(colour.v);
    }

    /// Copies `other`, which must have the same size.
    pub(crate) fn copy_from(&mut self, other: &Frame) {
        self.y.copy_from_slice(&other.y);
        self.u.copy_from_slice(&other.u);
        self.v.copy_from_slice(&other.v);
    }

    /// Copies `other` into this frame with its upper left corner at `at`, both even. It must lie inside.
    pub(crate) fn place(&mut self, other: &Frame, at: (u32, u32)) {
        let (width, inner) = (self.size.width as usize, other.size.width as usize);
        let (x, y) = (at.0 as usize, at.1 as usize);
        place_plane(&mut self.y, width, &other.y, inner, x, y);
        place_plane(&mut self.u, width / 2, &other.u, inner / 2, x / 2, y / 2);
        place_plane(&mut self.v, width / 2, &other.v, inner / 2, x / 2, y / 2);
    }

    /// The frame as sRGB pixels, chroma taken from the nearest sample: for thumbnails and tests.
    pub fn to_rgb(&self) -> image::RgbImage {
        let width = self.size.width as usize;
        image::RgbImage::from_fn(self.size.width, self.size.height, |x, y| {
            let (x, y) = (x as usize, y as usize);
            let chroma = y / 2 * (width / 2) + x / 2;
            image::Rgb(ycc_to_rgb(Ycc { y: self.y[y * width + x], u: self.u[chroma], v: self.v[chroma] }))
        })
    }
}

fn place_plane(out: &mut [u8], width: usize, inner: &[u8], inner_width: usize, x: usize, y: usize) {
    for (row, samples) in inner.chunks_exact(inner_width).enumerate() {
        out[(y + row) * width + x..][..inner_width].copy_from_slice(samples);
    }
}

/// One row of chroma, sited on the left one of each two columns: every second column, weighted ¼ ½ ¼ with its neighbours.
/// `sums` holds sums of two rows, with one more column at its left end.
pub(crate) fn cosite(sums: &[u16], out: &mut [u8]) {
    for (out, three) in out.iter_mut().zip(sums.windows(3).step_by(2)) {
        *out = ((three[0] + 2 * three[1] + three[2] + 4) >> 3) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::colour::ycc;
    use crate::units::Colour;

    #[test]
    fn writes_three_planes_and_reads_them_back() {
        let mut frame = Frame::new(Size::new(6, 4));
        frame.fill(ycc(Colour::rgb(200, 30, 90)));
        frame.y[3] = 99;
        let mut bytes = Vec::new();
        frame.write_to(&mut bytes).unwrap();
        assert_eq!(bytes.len(), 36);
        assert_eq!(Frame::from_planes(Size::new(6, 4), &bytes), Some(frame));
        assert_eq!(Frame::from_planes(Size::new(6, 4), &bytes[1..]), None);
    }

    #[test]
    fn odd_sizes_become_even() {
        assert_eq!(Frame::new(Size::new(3, 5)).size(), Size::new(4, 6));
    }

    #[test]
    fn rgb_is_the_colour_that_was_filled_in() {
        let mut frame = Frame::new(Size::new(4, 4));
        frame.fill(ycc(Colour::rgb(230, 40, 120)));
        let pixel = frame.to_rgb().get_pixel(3, 3).0;
        for (got, want) in pixel.into_iter().zip([230_u8, 40, 120]) {
            assert!(got.abs_diff(want) <= 3, "{pixel:?}");
        }
    }
}
