//! Canvases: a picture scaled and placed once, so that every frame of its scene is one cheap resampling away. Knows
//! nothing of captions or other scenes; shared between threads.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::render::camera::{Camera, Crop, Shot};
use crate::render::colour::rgb_to_ycc;
use crate::render::fit::{contained, covering};
use crate::render::frame::Frame;
use crate::render::paint::Rect;
use crate::render::picture::{Picture, Pixels};
use crate::spec::model::{Fit, Focus};
use crate::units::{Colour, Size};

/// How much darker than the picture its blurred copy is, of 256.
const BLUR_SHADE: u16 = 140;
/// The blurred copy's longer side before it is enlarged again, in pixels.
const BLUR_SIDE: u32 = 24;

/// What [`Picture`] and [`Frame`] hold to.
const WHOLE: &str = "a plane has as many samples as its size says";

/// A picture ready for its camera: opaque 4:2:0 planes in which one pixel is one of the frame's at the closest view.
#[derive(Clone, Debug, PartialEq)]
pub struct Canvas {
    luma: Vec<u8>,
    /// Blue and red differences, alternating: resampled together, they cost half as much.
    chroma: Vec<u8>,
    camera: Camera,
    /// Where all of the picture lies, in pixels of the canvas; some of it may lie outside.
    picture: Crop,
    shot: Shot,
}

impl Shot {
    /// Scales and places `picture` for this shot. Takes some 30 ms for a 12-megapixel photo and leaves 4 MB at 1080p.
    pub fn prepare(&self, picture: &Picture) -> Canvas {
        let camera = Camera::new(self, picture.size());
        let lies = lies(self, &camera, picture.size());
        let planes = to_planes(&place(self, &camera, picture), camera.canvas);
        let chroma = planes.u.iter().zip(&planes.v).flat_map(|(&u, &v)| [u, v]).collect();
        Canvas { luma: planes.y, chroma, camera, picture: lies, shot: *self }
    }
}

/// What drawing canvases needs from frame to frame: buffers only.
#[derive(Default)]
pub(crate) struct Lens {
    resizer: Resizer,
    chroma: Vec<u8>,
}

impl Canvas {
    /// Bytes it takes in memory.
    pub fn byte_len(&self) -> usize {
        self.luma.len() + self.chroma.len()
    }

    /// What it was prepared for.
    pub fn shot(&self) -> &Shot {
        &self.shot
    }

    /// Where all of the picture is in frame `n`, in pixels of the frame; some of it may lie outside.
    pub(crate) fn seen(&self, n: u32) -> Rect {
        let (crop, frame, all) = (self.camera.crop(n), self.shot.frame, self.picture);
        let x = |x: f64| (x - crop.left) * f64::from(frame.width) / crop.width;
        let y = |y: f64| (y - crop.top) * f64::from(frame.height) / crop.height;
        Rect { left: x(all.left), top: y(all.top), right: x(all.left + all.width), bottom: y(all.top + all.height) }
    }

    /// Draws frame `n` of the shot.
    pub(crate) fn draw(&self, n: u32, lens: &mut Lens, out: &mut Frame) {
        let crop = self.camera.crop(n);
        let (canvas, frame) = (self.camera.canvas, out.size());
        resample::<U8>(&mut lens.resizer, &self.luma, canvas, crop, &mut out.y, frame);
        let (canvas, frame) = (half(canvas), half(frame));
        let crop = chroma_crop(crop, f64::from(frame.width));
        lens.chroma.resize(out.u.len() * 2, 0);
        resample::<U8x2>(&mut lens.resizer, &self.chroma, canvas, crop, &mut lens.chroma, frame);
        for ((u, v), both) in out.u.iter_mut().zip(&mut out.v).zip(lens.chroma.chunks_exact(2)) {
            (*u, *v) = (both[0], both[1]);
        }
    }
}

pub(crate) fn half(size: Size) -> Size {
    Size::new(size.width / 2, size.height / 2)
}

/// The crop in chroma samples. These sit on the left luma column of each pair, not between the two, so a scale `s`
/// moves the crop by a quarter of what `s` differs from one.
fn chroma_crop(crop: Crop, columns: f64) -> Crop {
    let width = crop.width / 2.0;
    let scale = width / columns;
    Crop { left: crop.left / 2.0 + (1.0 - scale) / 4.0, top: crop.top / 2.0, width, height: crop.height / 2.0 }
}

/// Resamples one plane, `P` a sample; the crop is moved inside the source where rounding put it over the edge.
fn resample<P: PixelTrait>(
    resizer: &mut Resizer,
    source: &[u8],
    size: Size,
    crop: Crop,
    out: &mut [u8],
    out_size: Size,
) {
    let source = TypedImageRef::<P>::from_buffer(size.width, size.height, source).expect(WHOLE);
    let mut out = TypedImage::<P>::from_buffer(out_size.width, out_size.height, out).expect(WHOLE);
    resize(resizer, &source, inside(crop, size), FilterType::CatmullRom, &mut out);
}

fn inside(crop: Crop, size: Size) -> Crop {
    let (whole, tall) = (f64::from(size.width), f64::from(size.height));
    let (width, height) = (crop.width.clamp(f64::MIN_POSITIVE, whole), crop.height.clamp(f64::MIN_POSITIVE, tall));
    Crop { left: crop.left.clamp(0.0, whole - width), top: crop.top.clamp(0.0, tall - height), width, height }
}

/// Resamples `crop` of `source` to all of `out`; of the layouts used here only U8x4 has alpha. Its integer arithmetic gives the same bytes on every CPU.
fn resize<P: PixelTrait>(
    resizer: &mut Resizer,
    source: &TypedImageRef<'_, P>,
    crop: Crop,
    filter: FilterType,
    out: &mut TypedImage<'_, P>,
) {
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .crop(crop.left, crop.top, crop.width, crop.height)
        .use_alpha(P::pixel_type() == PixelType::U8x4);
    resizer.resize_typed(source, out, &options).expect("the crop lies inside the source");
}

/// The picture's `crop` in another size; `P` says how its bytes are laid out.
pub(crate) fn scaled<P: PixelTrait>(bytes: &[u8], size: Size, crop: Crop, filter: FilterType, to: Size) -> Vec<u8> {
    let source = TypedImageRef::<P>::from_buffer(size.width, size.height, bytes).expect(WHOLE);
    let mut out = vec![0; to.width as usize * to.height as usize * P::size()];
    let mut target = TypedImage::<P>::from_buffer(to.width, to.height, &mut out).expect(WHOLE);
    resize(&mut Resizer::new(), &source, inside(crop, size), filter, &mut target);
    out
}

/// The same of one plane, between pixels by straight lines.
pub(crate) fn resized(plane: &[u8], size: Size, crop: Crop, to: Size) -> Vec<u8> {
    scaled::<U8>(plane, size, crop, FilterType::Bilinear, to)
}

/// Where all of a picture of this size comes to lie on the canvas.
fn lies(shot: &Shot, camera: &Camera, size: Size) -> Crop {
    let canvas = camera.canvas;
    if shot.fit == Fit::Cover {
        let crop = covering(size, canvas, shot.focus);
        let (across, along) = (f64::from(canvas.width) / crop.width, f64::from(canvas.height) / crop.height);
        let (width, height) = (f64::from(size.width) * across, f64::from(size.height) * along);
        return Crop { left: -crop.left * across, top: -crop.top * along, width, height };
    }
    let (placed, at) = contained(size, canvas, camera.always_seen());
    Crop { left: f64::from(at.0), top: f64::from(at.1), ..whole(placed) }
}

/// The canvas's pixels as RGB.
fn place(shot: &Shot, camera: &Camera, picture: &Picture) -> Vec<u8> {
    let (canvas, size) = (camera.canvas, picture.size());
    if shot.fit == Fit::Cover {
        let mut rgb = plain(canvas, shot.background);
        lay(&mut rgb, canvas, picture, covering(size, canvas, shot.focus), canvas, (0, 0));
        return rgb;
    }
    let mut rgb = match shot.fit {
        Fit::ContainBlur => blurred(picture, canvas, shot.background),
        Fit::Contain | Fit::Cover => plain(canvas, shot.background),
    };
    let (placed, at) = contained(size, canvas, camera.always_seen());
    lay(&mut rgb, canvas, picture, whole(size), placed, at);
    rgb
}

pub(crate) fn whole(size: Size) -> Crop {
    Crop { left: 0.0, top: 0.0, width: f64::from(size.width), height: f64::from(size.height) }
}

fn plain(size: Size, colour: Colour) -> Vec<u8> {
    [colour.r, colour.g, colour.b].repeat(size.width as usize * size.height as usize)
}

/// Lays `crop` of the picture, scaled to `size`, over `rgb` with its upper left corner at `at`.
pub(crate) fn lay(rgb: &mut [u8], canvas: Size, picture: &Picture, crop: Crop, size: Size, at: (u32, u32)) {
    let row_len = size.width as usize;
    let start = |row: usize| ((at.1 as usize + row) * canvas.width as usize + at.0 as usize) * 3;
    match picture.pixels() {
        Pixels::Rgb(bytes) => {
            let scaled = scaled::<U8x3>(bytes, picture.size(), crop, FilterType::Lanczos3, size);
            for (row, pixels) in scaled.chunks_exact(row_len * 3).enumerate() {
                rgb[start(row)..][..row_len * 3].copy_from_slice(pixels);
            }
        }
        Pixels::Rgba(bytes) => {
            let scaled = scaled::<U8x4>(bytes, picture.size(), crop, FilterType::Lanczos3, size);
            for (row, pixels) in scaled.chunks_exact(row_len * 4).enumerate() {
                lay_row(&mut rgb[start(row)..][..row_len * 3], pixels);
            }
        }
    }
}

/// Straight alpha over opaque.
fn lay_row(under: &mut [u8], over: &[u8]) {
    for (under, over) in under.chunks_exact_mut(3).zip(over.chunks_exact(4)) {
        let alpha = u32::from(over[3]);
        for (under, &over) in under.iter_mut().zip(&over[..3]) {
            *under = ((u32::from(over) * alpha + u32::from(*under) * (255 - alpha) + 127) / 255) as u8;
        }
    }
}

/// A blurred, darker copy of the picture that covers the canvas: made tiny, then large again.
pub(crate) fn blurred(picture: &Picture, canvas: Size, background: Colour) -> Vec<u8> {
    let tiny = tiny(canvas);
    let mut rgb = plain(tiny, background);
    lay(&mut rgb, tiny, picture, covering(picture.size(), canvas, Focus::CENTRE), tiny, (0, 0));
    for byte in &mut rgb {
        *byte = ((u16::from(*byte) * BLUR_SHADE + 128) >> 8) as u8;
    }
    scaled::<U8x3>(&rgb, tiny, whole(tiny), FilterType::Gaussian, canvas)
}

fn tiny(size: Size) -> Size {
    let longer = size.width.max(size.height).max(1);
    let side = |length: u32| (length * BLUR_SIDE).div_ceil(longer).max(2);
    Size::new(side(size.width), side(size.height))
}

/// The same for a frame of video: `source` covers `out`, blurred and darker.
pub(crate) fn blur_behind(source: &Frame, out: &mut Frame) {
    let (from, to) = (source.size(), out.size());
    let crop = covering(from, to, Focus::CENTRE);
    blur_plane(&source.y, from, crop, &mut out.y, to, 16);
    let crop = Crop { left: crop.left / 2.0, top: crop.top / 2.0, width: crop.width / 2.0, height: crop.height / 2.0 };
    blur_plane(&source.u, half(from), crop, &mut out.u, half(to), 128);
    blur_plane(&source.v, half(from), crop, &mut out.v, half(to), 128);
}

/// `zero`: the level that darkening moves towards.
fn blur_plane(source: &[u8], size: Size, crop: Crop, out: &mut [u8], out_size: Size, zero: i32) {
    let tiny = tiny(out_size);
    let mut small = scaled::<U8>(source, size, crop, FilterType::Hamming, tiny);
    for byte in &mut small {
        *byte = (zero + (((i32::from(*byte) - zero) * i32::from(BLUR_SHADE)) >> 8)) as u8;
    }
    out.copy_from_slice(&scaled::<U8>(&small, tiny, whole(tiny), FilterType::Gaussian, out_size));
}

/// Y'CbCr 4:2:0 of an even-sized RGB picture, chroma sited on the left column.
fn to_planes(rgb: &[u8], size: Size) -> Frame {
    let mut frame = Frame::new(size);
    let width = size.width as usize;
    let rows = rgb.chunks_exact(width * 6).zip(frame.y.chunks_exact_mut(width * 2));
    let chroma = frame.u.chunks_exact_mut(width / 2).zip(frame.v.chunks_exact_mut(width / 2));
    let mut blue = vec![0; width + 1];
    let mut red = vec![0; width + 1];
    for ((rgb, luma), (u, v)) in rows.zip(chroma) {
        let (upper, lower) = rgb.split_at(width * 3);
        for x in 0..width {
            let [a, b] = [upper, lower].map(|row| rgb_to_ycc(row[x * 3], row[x * 3 + 1], row[x * 3 + 2]));
            (luma[x], luma[width + x]) = (a.y, b.y);
            // One further to the right, so that the column left of the first one repeats it.
            blue[x + 1] = u16::from(a.u) + u16::from(b.u);
            red[x + 1] = u16::from(a.v) + u16::from(b.v);
        }
        (blue[0], red[0]) = (blue[1], red[1]);
        cosite(&blue, u);
        cosite(&red, v);
    }
    frame
}

/// Every second column weighed ¼ ½ ¼ with its neighbours; the sums hold two rows.
pub(crate) fn cosite(sums: &[u16], out: &mut [u8]) {
    for (out, three) in out.iter_mut().zip(sums.windows(3).step_by(2)) {
        *out = ((three[0] + 2 * three[1] + three[2] + 4) >> 3) as u8;
    }
}
