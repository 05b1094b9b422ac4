//! Canvases: a picture is scaled and placed once, so that every frame of its scene is one cheap resampling. Canvases
//! are shared between threads.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::render::camera::{Camera, CameraShot};
use crate::render::colour::rgb_to_ycc;
use crate::render::fit::{CanvasCrop, contain_placement, cover_crop};
use crate::render::frame::{Frame, cosite};
use crate::render::paint::Rect;
use crate::render::picture::{DecodedPicture, PixelData};
use crate::spec::model::{FocusPoint, ImageFit};
use crate::units::{Colour, Size};

/// Brightness of the blurred copy of a picture, in 256ths of the picture's.
const BLUR_SHADE: u16 = 140;
/// Longer side of the blurred copy before it is enlarged again, in pixels.
const BLUR_SIDE: u32 = 24;

/// The invariant of [`DecodedPicture`] and [`Frame`].
const PLANE_SIZE: &str = "a plane has as many samples as its size says";

/// A picture prepared for its camera: opaque 4:2:0 planes in which one pixel is one pixel of the frame in the closest
/// view.
#[derive(Clone, Debug, PartialEq)]
pub struct Canvas {
    luma: Vec<u8>,
    /// Blue and red differences, interleaved: resampling them together costs half as much.
    chroma: Vec<u8>,
    camera: Camera,
    /// The rectangle of the whole picture, in pixels of the canvas; parts may lie outside.
    picture: CanvasCrop,
    shot: CameraShot,
}

impl CameraShot {
    /// Scales and places `picture` for this shot. A 12-megapixel photo takes about 30 ms; the canvas has 4 MB at 1080p.
    pub fn prepare(&self, picture: &DecodedPicture) -> Canvas {
        let camera = Camera::new(self, picture.size());
        let lies = picture_on_canvas(self, &camera, picture.size());
        let planes = to_planes(&compose_canvas(self, &camera, picture), camera.canvas);
        let chroma = planes.u.iter().zip(&planes.v).flat_map(|(&u, &v)| [u, v]).collect();
        Canvas { luma: planes.y, chroma, camera, picture: lies, shot: *self }
    }
}

/// Buffers for drawing canvases, reused from frame to frame.
#[derive(Default)]
pub(crate) struct CanvasSampler {
    resizer: Resizer,
    chroma: Vec<u8>,
}

impl Canvas {
    /// Size in memory, in bytes.
    pub fn byte_len(&self) -> usize {
        self.luma.len() + self.chroma.len()
    }

    /// The shot that the canvas was prepared for.
    pub fn shot(&self) -> &CameraShot {
        &self.shot
    }

    /// The rectangle of the whole picture in frame `n`, in pixels of the frame; parts may lie outside.
    pub(crate) fn picture_rect(&self, n: u32) -> Rect {
        let crop = self.camera.crop(n);
        let frame = self.shot.frame;
        let all = self.picture;
        let [left, right] =
            [all.left, all.left + all.width].map(|x| (x - crop.left) * f64::from(frame.width) / crop.width);
        let [top, bottom] =
            [all.top, all.top + all.height].map(|y| (y - crop.top) * f64::from(frame.height) / crop.height);
        Rect { left, top, right, bottom }
    }

    /// Draws frame `n` of the shot.
    pub(crate) fn draw(&self, n: u32, lens: &mut CanvasSampler, out: &mut Frame) {
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

/// The crop in chroma samples. These are sited on the left luma column of each pair, so a scale `s` moves the crop by
/// `(1 − s) / 4`.
fn chroma_crop(crop: CanvasCrop, columns: f64) -> CanvasCrop {
    let width = crop.width / 2.0;
    let scale = width / columns;
    CanvasCrop { left: crop.left / 2.0 + (1.0 - scale) / 4.0, top: crop.top / 2.0, width, height: crop.height / 2.0 }
}

/// Resamples one plane with samples of type `P`; a crop that rounding put over the edge is moved inside.
fn resample<P: PixelTrait>(
    resizer: &mut Resizer,
    source: &[u8],
    size: Size,
    crop: CanvasCrop,
    out: &mut [u8],
    out_size: Size,
) {
    let source = TypedImageRef::<P>::from_buffer(size.width, size.height, source).expect(PLANE_SIZE);
    let mut out = TypedImage::<P>::from_buffer(out_size.width, out_size.height, out).expect(PLANE_SIZE);
    resize(resizer, &source, inside(crop, size), FilterType::CatmullRom, &mut out);
}

fn inside(crop: CanvasCrop, size: Size) -> CanvasCrop {
    let (whole, tall) = (f64::from(size.width), f64::from(size.height));
    let (width, height) = (crop.width.clamp(f64::MIN_POSITIVE, whole), crop.height.clamp(f64::MIN_POSITIVE, tall));
    CanvasCrop { left: crop.left.clamp(0.0, whole - width), top: crop.top.clamp(0.0, tall - height), width, height }
}

/// Resamples `crop` of `source` to all of `out`; of the layouts used here only U8x4 has alpha. Its integer arithmetic gives the same bytes on every CPU.
fn resize<P: PixelTrait>(
    resizer: &mut Resizer,
    source: &TypedImageRef<'_, P>,
    crop: CanvasCrop,
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
pub(crate) fn resample_pixels<P: PixelTrait>(
    bytes: &[u8],
    size: Size,
    crop: CanvasCrop,
    filter: FilterType,
    to: Size,
) -> Vec<u8> {
    let source = TypedImageRef::<P>::from_buffer(size.width, size.height, bytes).expect(PLANE_SIZE);
    let mut out = vec![0; to.width as usize * to.height as usize * P::size()];
    let mut target = TypedImage::<P>::from_buffer(to.width, to.height, &mut out).expect(PLANE_SIZE);
    resize(&mut Resizer::new(), &source, inside(crop, size), filter, &mut target);
    out
}

/// Resamples one plane, with linear interpolation.
pub(crate) fn resample_plane(plane: &[u8], size: Size, crop: CanvasCrop, to: Size) -> Vec<u8> {
    resample_pixels::<U8>(plane, size, crop, FilterType::Bilinear, to)
}

/// The rectangle of a picture of this size on the canvas.
fn picture_on_canvas(shot: &CameraShot, camera: &Camera, size: Size) -> CanvasCrop {
    let canvas = camera.canvas;
    if shot.fit == ImageFit::Cover {
        let crop = cover_crop(size, canvas, shot.focus);
        let (across, along) = (f64::from(canvas.width) / crop.width, f64::from(canvas.height) / crop.height);
        let (width, height) = (f64::from(size.width) * across, f64::from(size.height) * along);
        return CanvasCrop { left: -crop.left * across, top: -crop.top * along, width, height };
    }
    let (placed, at) = contain_placement(size, canvas, camera.common_crop());
    CanvasCrop { left: f64::from(at.0), top: f64::from(at.1), ..whole_crop(placed) }
}

/// The canvas's pixels as RGB.
fn compose_canvas(shot: &CameraShot, camera: &Camera, picture: &DecodedPicture) -> Vec<u8> {
    let canvas = camera.canvas;
    let size = picture.size();
    if shot.fit == ImageFit::Cover {
        let mut rgb = solid_rgb(canvas, shot.background);
        draw_picture(&mut rgb, canvas, picture, cover_crop(size, canvas, shot.focus), canvas, (0, 0));
        return rgb;
    }
    let mut rgb = match shot.fit {
        ImageFit::ContainBlur => blurred(picture, canvas, shot.background),
        ImageFit::Contain | ImageFit::Cover => solid_rgb(canvas, shot.background),
    };
    let (placed, at) = contain_placement(size, canvas, camera.common_crop());
    draw_picture(&mut rgb, canvas, picture, whole_crop(size), placed, at);
    rgb
}

pub(crate) fn whole_crop(size: Size) -> CanvasCrop {
    CanvasCrop { left: 0.0, top: 0.0, width: f64::from(size.width), height: f64::from(size.height) }
}

fn solid_rgb(size: Size, colour: Colour) -> Vec<u8> {
    [colour.r, colour.g, colour.b].repeat(size.width as usize * size.height as usize)
}

/// Draws `crop` of the picture, scaled to `size`, over `rgb` with its upper left corner at `at`.
pub(crate) fn draw_picture(
    rgb: &mut [u8],
    canvas: Size,
    picture: &DecodedPicture,
    crop: CanvasCrop,
    size: Size,
    at: (u32, u32),
) {
    let row_len = size.width as usize;
    let rows = rgb[at.1 as usize * canvas.width as usize * 3..].chunks_mut(canvas.width as usize * 3);
    let rows = rows.map(|row| &mut row[at.0 as usize * 3..][..row_len * 3]);
    match picture.pixels() {
        PixelData::Rgb(bytes) => {
            let scaled = resample_pixels::<U8x3>(bytes, picture.size(), crop, FilterType::Lanczos3, size);
            rows.zip(scaled.chunks_exact(row_len * 3)).for_each(|(row, pixels)| row.copy_from_slice(pixels));
        }
        PixelData::Rgba(bytes) => {
            let scaled = resample_pixels::<U8x4>(bytes, picture.size(), crop, FilterType::Lanczos3, size);
            rows.zip(scaled.chunks_exact(row_len * 4)).for_each(|(row, pixels)| blend_row(row, pixels));
        }
    }
}

/// Blends pixels with straight alpha over opaque ones.
fn blend_row(under: &mut [u8], over: &[u8]) {
    for (under, over) in under.chunks_exact_mut(3).zip(over.chunks_exact(4)) {
        let alpha = u32::from(over[3]);
        for (under, &over) in under.iter_mut().zip(&over[..3]) {
            *under = ((u32::from(over) * alpha + u32::from(*under) * (255 - alpha) + 127) / 255) as u8;
        }
    }
}

/// A blurred, darker copy of the picture that covers the canvas: scaled down to a few pixels, then up again.
pub(crate) fn blurred(picture: &DecodedPicture, canvas: Size, background: Colour) -> Vec<u8> {
    let tiny = blur_size(canvas);
    let mut rgb = solid_rgb(tiny, background);
    draw_picture(&mut rgb, tiny, picture, cover_crop(picture.size(), canvas, FocusPoint::CENTRE), tiny, (0, 0));
    for byte in &mut rgb {
        *byte = ((u16::from(*byte) * BLUR_SHADE + 128) >> 8) as u8;
    }
    resample_pixels::<U8x3>(&rgb, tiny, whole_crop(tiny), FilterType::Gaussian, canvas)
}

fn blur_size(size: Size) -> Size {
    let longer = size.width.max(size.height).max(1);
    let [width, height] = [size.width, size.height].map(|length| (length * BLUR_SIDE).div_ceil(longer).max(2));
    Size::new(width, height)
}

/// As [`blurred`] for a frame of video: `source` covers `out`, blurred and darker.
pub(crate) fn blur_behind(source: &Frame, out: &mut Frame) {
    let (from, to) = (source.size(), out.size());
    let crop = cover_crop(from, to, FocusPoint::CENTRE);
    blur_plane(&source.y, from, crop, &mut out.y, to, 16);
    let crop =
        CanvasCrop { left: crop.left / 2.0, top: crop.top / 2.0, width: crop.width / 2.0, height: crop.height / 2.0 };
    blur_plane(&source.u, half(from), crop, &mut out.u, half(to), 128);
    blur_plane(&source.v, half(from), crop, &mut out.v, half(to), 128);
}

/// `zero` is the level that darkening moves towards.
fn blur_plane(source: &[u8], size: Size, crop: CanvasCrop, out: &mut [u8], out_size: Size, zero: i32) {
    let tiny = blur_size(out_size);
    let mut small = resample_pixels::<U8>(source, size, crop, FilterType::Hamming, tiny);
    for byte in &mut small {
        *byte = (zero + (((i32::from(*byte) - zero) * i32::from(BLUR_SHADE)) >> 8)) as u8;
    }
    out.copy_from_slice(&resample_pixels::<U8>(&small, tiny, whole_crop(tiny), FilterType::Gaussian, out_size));
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
            // Shifted by one, so that index 0 repeats the first column.
            blue[x + 1] = u16::from(a.u) + u16::from(b.u);
            red[x + 1] = u16::from(a.v) + u16::from(b.v);
        }
        (blue[0], red[0]) = (blue[1], red[1]);
        cosite(&blue, u);
        cosite(&red, v);
    }
    frame
}
