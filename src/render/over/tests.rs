//! Marks stay on what they mark in every fit and movement; labels stay in the frame, off captions and off what is marked.

use std::sync::Arc;

use image::{Rgb, RgbImage};

use super::place::{anchor, label_space, overlap};
use super::*;
use crate::render::captions::metrics::CaptionMetrics;
use crate::render::colour::ycc;
use crate::render::content::PictureContent;
use crate::render::entrance::{CARD_ENTRANCES, entrance_frames};
use crate::render::frame::Frame;
use crate::render::paint::Rect;
use crate::render::test_support::{CAMERA_MOTIONS, look};
use crate::render::{Compositor, DecodedPicture, SceneContent, View, ViewAssets};
use crate::spec::model::{
    ArrowSide, CameraMotion, CaptionPosition, FocusPoint, ImageFit, MarkShape, ProgressBar, WaveformPosition,
    WaveformStyle,
};
use crate::units::{Colour, Fps, Size};

const FPS: Fps = Fps::whole(30);
const CLEAR: ReservedAreas = ReservedAreas { captions: Some(CaptionPosition::Bottom), lower: false };

fn view(size: Size, show: SceneContent, marks: Vec<PictureMark>, dim: bool) -> View {
    let over = SceneOverlays { marks: Some(PictureMarks { marks, dim, clear: CLEAR }), ..SceneOverlays::default() };
    View { overlays: over, ..View::new(size, FPS, 120, show, look()) }
}

/// A box at these shares of the picture, without a label, that is there from the start.
fn boxed(x: f64, y: f64, width: f64, height: f64) -> PictureMark {
    PictureMark { shape: MarkShape::Box { x, y, width, height }, label: None, at: 0, until: u32::MAX }
}

fn draw(view: &View, picture: &DecodedPicture, n: u32) -> Frame {
    let canvas = view.shot().map(|shot| Arc::new(shot.prepare(picture)));
    let mut out = Frame::new(view.size);
    let mut compositor =
        Compositor::new(view.clone(), ViewAssets { picture: canvas, ..ViewAssets::default() }).unwrap();
    compositor.draw_frame(n, None, &mut out).unwrap();
    out
}

/// A picture of 320 × 180 pixels in one colour.
fn plain_picture(rgb: [u8; 3]) -> DecodedPicture {
    DecodedPicture::from_image(RgbImage::from_pixel(320, 180, Rgb(rgb)).into())
}

/// A picture that fills a frame of 320 × 180 pixels and does not move, with marks.
fn picture_view(marks: Vec<PictureMark>, dim: bool) -> View {
    let show = SceneContent::Picture(PictureContent {
        fit: ImageFit::Cover,
        motion: CameraMotion::Hold,
        focus: FocusPoint::CENTRE,
    });
    view(Size::new(320, 180), show, marks, dim)
}

/// The middle of all that is lighter than half, in pixels of the frame.
fn light(frame: &Frame) -> (f64, f64) {
    let width = frame.size().width as usize;
    let (mut sum, mut x, mut y) = (0.0, 0.0, 0.0);
    for (i, luma) in frame.y.iter().enumerate().filter(|(_, luma)| **luma > 100) {
        let weight = f64::from(*luma) - 100.0;
        sum += weight;
        x += weight * ((i % width) as f64 + 0.5);
        y += weight * ((i / width) as f64 + 0.5);
    }
    (x / sum, y / sum)
}

#[test]
fn a_picture_is_where_marks_take_it_to_be() {
    // White from 40% to 60% across, from 30% to 50% down.
    let white = |x: u32, y: u32| (400..600).contains(&x) && (240..400).contains(&y);
    let image = RgbImage::from_fn(1000, 800, |x, y| if white(x, y) { Rgb([255; 3]) } else { Rgb([0; 3]) });
    let picture = DecodedPicture::from_image(image.into());
    for (size, fit) in [
        (Size::new(320, 180), ImageFit::Cover),
        (Size::new(180, 320), ImageFit::Contain),
        (Size::new(240, 240), ImageFit::Cover),
        (Size::new(320, 180), ImageFit::Contain),
    ] {
        for motion in CAMERA_MOTIONS {
            let show = SceneContent::Picture(PictureContent { fit, motion, focus: FocusPoint { x: 0.4, y: 0.45 } });
            let plain = View { overlays: SceneOverlays::default(), ..view(size, show, vec![], false) };
            let canvas = plain.shot().unwrap().prepare(&picture);
            for n in [0, 37, 60, 119] {
                let all = canvas.picture_rect(n);
                let x = all.left + (all.right - all.left) * 0.5;
                let y = all.top + (all.bottom - all.top) * 0.4;
                let found = light(&draw(&plain, &picture, n));
                let off = (found.0 - x).hypot(found.1 - y);
                assert!(off < 0.25, "{size} {fit:?} {motion:?} {n}: {found:?} is not {x} {y}");
            }
        }
    }
}

#[test]
fn labels_stay_in_the_frame_off_captions_and_off_what_they_name() {
    let mut seed = 7_u32;
    let mut roll = |most: f64| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed >> 8) / f64::from(1 << 24) * most
    };
    let mut covered = 0;
    for _ in 0..4000 {
        let size = [Size::new(640, 360), Size::new(360, 640), Size::new(400, 400)][roll(3.0) as usize];
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let space = label_space(size, CLEAR, roll(2.0) > 1.0, None);
        let (left, top) = (roll(width), roll(height));
        let mark = Rect { left, top, right: left + 4.0 + roll(width * 0.4), bottom: top + 4.0 + roll(height * 0.4) };
        let label = (20.0 + roll(width * 0.28), 14.0 + roll(height * 0.08));
        let sides = [ArrowSide::Top, ArrowSide::Bottom, ArrowSide::Right, ArrowSide::Left];
        let rect = anchor(mark, label, &sides, 6.0, &space).rect(mark, label, space.safe);
        assert!(rect.left >= 0.0 && rect.top >= 0.0 && rect.right <= width, "{rect:?}");
        assert!(rect.bottom <= f64::from(CaptionMetrics::highest(size)), "{rect:?}");
        // A mark that lies below the safe area has no place beside it on any side.
        covered += u32::from(mark.top < space.safe.bottom && mark.left < space.safe.right && overlap(rect, mark) > 1.0);
    }
    assert!(covered < 20, "{covered} of 4000 labels lie over what they name");
}

#[test]
fn an_outline_grows_and_then_stays_and_its_frames_have_no_order() {
    let picture = plain_picture([30, 60, 90]);
    let mut mark = boxed(0.3, 0.3, 0.3, 0.2);
    (mark.at, mark.label) = (10, Some("A thing".to_owned()));
    let view = picture_view(vec![mark], false);
    let bare = draw(&view, &picture, 9);
    let changed = |n: u32| bare.y.iter().zip(&draw(&view, &picture, n).y).filter(|(a, b)| a != b).count();
    let counts: Vec<usize> = [9, 12, 17, 22, 40].map(changed).to_vec();
    assert!(counts[0] == 0 && counts.is_sorted_by(|a, b| a < b), "{counts:?}");
    assert_eq!(draw(&view, &picture, 40), draw(&view, &picture, 90));
    let whole = 10 + mark_frames(FPS);
    assert_eq!(draw(&view, &picture, whole), draw(&view, &picture, 90));
    assert!(mark_frames(FPS) <= CARD_ENTRANCES * entrance_frames(FPS));
}

#[test]
fn what_is_marked_stays_light_where_the_rest_goes_dark() {
    let picture = plain_picture([200, 200, 200]);
    let mut first = boxed(0.1, 0.2, 0.2, 0.2);
    let mut second = boxed(0.6, 0.5, 0.2, 0.2);
    (first.until, second.at) = (60, 60);
    let view = picture_view(vec![first, second], true);
    let luma = |n: u32, x: usize, y: usize| draw(&view, &picture, n).y[y * 320 + x];
    let (in_first, in_second, outside) = ((64, 54), (224, 108), (20, 160));
    let bright = 16 + (200 * 219 + 127) / 255;
    assert!(luma(50, in_first.0, in_first.1).abs_diff(bright as u8) <= 1);
    assert!(luma(50, in_second.0, in_second.1) < 100 && luma(50, outside.0, outside.1) < 100);
    assert!(luma(110, in_first.0, in_first.1) < 100 && luma(110, in_second.0, in_second.1).abs_diff(bright as u8) <= 1);
    assert_eq!(luma(50, outside.0, outside.1), luma(75, outside.0, outside.1), "the dark does not flicker in between");
}

#[test]
fn an_outline_can_be_told_from_a_picture_in_its_own_colour() {
    let accent = look().accent;
    let picture = plain_picture([accent.r, accent.g, accent.b]);
    let view = picture_view(vec![boxed(0.3, 0.3, 0.3, 0.3)], false);
    let frame = draw(&view, &picture, 60);
    let own = ycc(Colour { a: 255, ..accent }).y;
    let darkest = frame.y.iter().min().copied().unwrap();
    assert!(own.abs_diff(darkest) > 60, "{own} {darkest}");
}

fn plain(over: SceneOverlays) -> View {
    let black = Colour::rgb(0, 0, 0);
    View { overlays: over, frames: 100, ..view(Size::new(640, 360), SceneContent::Colour(black), vec![], false) }
}

fn drawn(view: &View, levels: Vec<Arc<BandLevels>>, n: u32) -> Frame {
    let mut out = Frame::new(view.size);
    let assets = ViewAssets { levels, ..ViewAssets::default() };
    Compositor::new(view.clone(), assets).unwrap().draw_frame(n, None, &mut out).unwrap();
    out
}

/// How many pixels of a frame are in the accent colour.
fn accented(frame: &Frame) -> usize {
    let accent = ycc(Colour { a: 255, ..look().accent });
    let half = |i: usize| i / 640 / 2 * 320 + i % 640 / 2;
    let alike = |i: &usize| frame.y[*i].abs_diff(accent.y) < 12 && frame.v[half(*i)].abs_diff(accent.v) < 20;
    (0..frame.y.len()).filter(alike).count()
}

#[test]
fn a_bar_fills_evenly_over_its_own_scene_and_goes_on_in_the_next() {
    let at = |part, scene, scenes, n| {
        let progress = ProgressBar { part, of: 4, scene, scenes, at: None };
        accented(&drawn(&plain(SceneOverlays { progress: Some(progress), ..SceneOverlays::default() }), vec![], n))
            as f64
    };
    let part = at(0, 0, 1, 99);
    assert!(part > 200.0, "{part}");
    for (filled, share) in
        [(at(0, 0, 1, 49), 0.5), (at(2, 0, 1, 24), 2.25), (at(1, 1, 2, 49), 1.75), (at(3, 1, 2, 99), 4.0)]
    {
        assert!((filled / part - share).abs() < 0.06, "{filled} of {part} is not {share}");
    }
    assert!((at(1, 1, 2, 0) - at(1, 0, 2, 99)).abs() < part * 0.04, "a scene goes on where the one before it ended");
}

#[test]
fn bars_stand_as_high_as_their_levels() {
    let levels = |level: u8| {
        let rows = std::iter::once(BANDS as u8).chain(std::iter::repeat_n(level, BANDS * 10));
        vec![Arc::new(BandLevels::read(&rows.collect::<Vec<_>>()).unwrap())]
    };
    for style in [WaveformStyle::Bars, WaveformStyle::Line] {
        for at in [WaveformPosition::Top, WaveformPosition::Middle, WaveformPosition::Bottom] {
            let pieces = vec![SpeechPiece { from: 20, frames: 10 }];
            let wave = WaveformOverlay { style, at, raised: true, pieces };
            let view = plain(SceneOverlays { waveform: Some(wave), ..SceneOverlays::default() });
            let seen = |level, n| drawn(&view, levels(level), n).y.iter().filter(|luma| **luma > 40).count();
            let (rest, half, full) = (seen(255, 19), seen(128, 25), seen(255, 25));
            assert!(0 < rest && rest * 2 < half && half < full, "{style:?} {at:?}: {rest} {half} {full}");
            assert_eq!(rest, seen(255, 30), "before and after it is at rest");
            let lowest = CaptionMetrics::highest(view.size) as usize;
            let lit = drawn(&view, levels(255), 25);
            assert!(lit.y[lowest * 640..].iter().all(|luma| *luma <= 20), "{style:?} {at:?} reaches into the captions");
        }
    }
}

#[test]
fn levels_of_another_form_are_refused() {
    assert!(
        BandLevels::read(&[]).is_none() && BandLevels::read(&[8; 9]).is_none() && BandLevels::read(&[24; 24]).is_none()
    );
    assert!(BandLevels::read(&[24; 25]).is_some() && BandLevels::read(&[24]).is_some());
}
