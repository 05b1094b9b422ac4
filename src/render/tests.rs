use std::io::Cursor;
use std::sync::Arc;
use std::time::{Duration, Instant};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::captions::metrics::CaptionMetrics;
use super::captions::{CaptionSetting, pages};
use super::content::{
    EndCard, GradientFill, ListCard, LogoCard, PictureContent, QrCard, QuoteCard, StatementCard, TableCard, TitleCard,
    VideoContent,
};
use super::test_support::{CAMERA_MOTIONS, CAPTION_STYLES, ENTRANCES, spoken_words, view_of};
use super::*;
use crate::spec::model::{Backdrop, BackdropKind, CardStyle, MarkShape, ProgressBar, WaveformPosition, WaveformStyle};
use crate::spec::model::{CameraMotion, CaptionPosition, CaptionStyle, Corner, FocusPoint, ImageFit, Look};
use crate::spec::model::{Easing, Entrance, LayerContent, ShapeName, ShowKind, TemplateLayer, TextAlign};
use crate::units::{Colour, Fps, Size};

const HD: Size = Size::new(1920, 1080);
const SMALL: Size = Size::new(320, 180);
const FPS: Fps = Fps::whole(30);

fn view(size: Size, content: SceneContent) -> View {
    view_of(size, 90, content)
}

fn picture_of(image: impl Into<DynamicImage>) -> DecodedPicture {
    DecodedPicture::from_image(image.into())
}

fn pattern(width: u32, height: u32) -> DecodedPicture {
    picture_of(RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7) as u8, (y * 5) as u8, ((x + y) * 3) as u8])))
}

fn compositor(view: &View, picture: Option<&DecodedPicture>) -> Compositor {
    let canvas = picture.and_then(|picture| Some(Arc::new(view.shot()?.prepare(picture))));
    let logo = view.logo.map(|logo| Arc::new(logo.prepare(&pattern(40, 40), view.size)));
    let card_logo = view.card_logo_size().map(|size| Arc::new(size.prepare(&pattern(80, 50))));
    let assets = ViewAssets { picture: canvas, logo, card_logo, levels: levels(view), ..ViewAssets::default() };
    Compositor::new(view.clone(), assets).unwrap()
}

/// Levels that are another for each length of a piece.
fn levels(view: &View) -> Vec<Arc<BandLevels>> {
    let pieces = view.overlays.waveform.iter().flat_map(|waveform| &waveform.pieces);
    let levels = |piece: &SpeechPiece| {
        let (count, step) = (piece.frames * BANDS as u32, 37 + piece.frames);
        let rows = (0..count).map(|i| (i.wrapping_mul(step) % 251) as u8);
        Arc::new(BandLevels::read(&std::iter::once(BANDS as u8).chain(rows).collect::<Vec<_>>()).unwrap())
    };
    pieces.map(levels).collect()
}

fn draw(view: &View, picture: Option<&DecodedPicture>, n: u32) -> Frame {
    let mut out = Frame::new(view.size);
    compositor(view, picture).draw_frame(n, None, &mut out).unwrap();
    out
}

fn captioned(mut view: View, style: CaptionStyle, position: CaptionPosition, text: &str) -> View {
    let setting =
        CaptionSetting { style, size: view.size, fps: view.fps, frames: view.frames, font: &view.look.body_font };
    view.captions = Some(CaptionTrack { style, position, pages: pages(&spoken_words(text, 9_600), &setting) });
    view
}

fn near(pixel: &Rgb<u8>, want: [u8; 3], tolerance: u8) -> bool {
    pixel.0.iter().zip(want).all(|(got, want)| got.abs_diff(want) <= tolerance)
}

// ---- Pictures -------------------------------------------------------------------------------------------------------

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG with an EXIF block that holds nothing but the orientation.
fn oriented(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1];
    bytes.extend((exif.len() as u16 + 2).to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    bytes
}

#[test]
fn every_exif_orientation_comes_out_upright() {
    // Upright: red at the upper left, blue at the upper right, black below; each file stores it turned.
    let upright = RgbImage::from_fn(64, 32, |x, y| match (x < 32, y < 16) {
        (true, true) => Rgb([220, 0, 0]),
        (false, true) => Rgb([0, 0, 220]),
        _ => Rgb([0, 0, 0]),
    });
    let upright = DynamicImage::ImageRgb8(upright);
    let stored = [
        upright.clone(),
        upright.fliph(),
        upright.rotate180(),
        upright.flipv(),
        upright.rotate90().fliph(),
        upright.rotate270(),
        upright.rotate270().fliph(),
        upright.rotate90(),
    ];
    for (orientation, image) in (1..).zip(&stored) {
        let bytes = oriented(&encoded(image, ImageFormat::Jpeg), orientation);
        assert_eq!(
            DecodedPicture::probe(&bytes, PictureLimits::default()).unwrap(),
            Size::new(64, 32),
            "{orientation}"
        );
        let picture = DecodedPicture::decode(&bytes, PictureLimits::default()).unwrap();
        assert_eq!(picture.size(), Size::new(64, 32), "{orientation}");
        let picture::PixelData::Rgb(rgb) = picture.pixels() else { panic!("a JPEG has no alpha") };
        let pixel =
            |x: usize, y: usize| Rgb([rgb[(y * 64 + x) * 3], rgb[(y * 64 + x) * 3 + 1], rgb[(y * 64 + x) * 3 + 2]]);
        assert!(near(&pixel(8, 6), [220, 0, 0], 30), "{orientation}: {:?}", pixel(8, 6));
        assert!(near(&pixel(56, 6), [0, 0, 220], 30), "{orientation}: {:?}", pixel(56, 6));
        assert!(near(&pixel(30, 26), [0, 0, 0], 30), "{orientation}: {:?}", pixel(30, 26));
    }
}

#[test]
fn alpha_is_kept_and_laid_over_the_background() {
    let half = RgbaImage::from_fn(64, 36, |x, _| if x < 32 { Rgba([0, 255, 0, 255]) } else { Rgba([0, 255, 0, 0]) });
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let bytes = encoded(&half.clone().into(), format);
        let picture = DecodedPicture::decode(&bytes, PictureLimits::default()).unwrap();
        assert_eq!(picture.byte_len(), 64 * 36 * 4);
        let view = view(
            SMALL,
            SceneContent::Picture(PictureContent {
                fit: ImageFit::Cover,
                motion: CameraMotion::Hold,
                focus: FocusPoint::CENTRE,
            }),
        );
        let frame = draw(&view, Some(&picture), 0).to_rgb();
        assert!(near(frame.get_pixel(60, 90), [0, 255, 0], 4), "{format:?}");
        assert!(near(frame.get_pixel(260, 90), [14, 21, 37], 4), "{format:?} {:?}", frame.get_pixel(260, 90));
    }
}

#[test]
fn a_sixty_thousand_square_png_is_refused_by_its_header() {
    let mut png = encoded(&RgbImage::new(1, 1).into(), ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let crc = png[12..29].iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1)))
    });
    png[29..33].copy_from_slice(&(!crc).to_be_bytes());
    let start = Instant::now();
    let error = DecodedPicture::decode(&png, PictureLimits::default()).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert!(matches!(error, PictureError::TooLarge { size: Size { width: 60_000, height: 60_000 }, .. }), "{error:?}");
}

#[test]
fn disguised_and_damaged_files_are_refused() {
    let limits = PictureLimits::default();
    for bytes in [&b""[..], b"#EXTM3U\n/etc/passwd", b"<svg/>", b"GIF89a", b"RIFF\0\0\0\0WAVE", b"\xff\xd8"] {
        assert!(matches!(DecodedPicture::decode(bytes, limits), Err(PictureError::UnknownFormat)), "{bytes:?}");
    }
    let whole = encoded(&RgbImage::new(50, 50).into(), ImageFormat::Png);
    for end in 8..whole.len() - 12 {
        assert!(DecodedPicture::decode(&whole[..end], limits).is_err(), "{end}");
    }
}

// ---- Fit ------------------------------------------------------------------------------------------------------------

#[test]
fn contain_shows_all_of_it_on_the_background_whatever_the_camera_does() {
    // Red with a white rim one twentieth wide: the rim must be seen on all four sides.
    let rim = |x, y| x < 30 || y < 30 || x >= 570 || y >= 570;
    let picture =
        picture_of(RgbImage::from_fn(600, 600, |x, y| if rim(x, y) { Rgb([255; 3]) } else { Rgb([200, 0, 0]) }));
    for motion in CAMERA_MOTIONS {
        for (n, focus) in [
            (0, FocusPoint::CENTRE),
            (45, FocusPoint::CENTRE),
            (89, FocusPoint::CENTRE),
            (89, FocusPoint { x: 1.0, y: 0.0 }),
        ] {
            let view = view(
                Size::new(640, 360),
                SceneContent::Picture(PictureContent { fit: ImageFit::Contain, motion, focus }),
            );
            let frame = draw(&view, Some(&picture), n).to_rgb();
            assert!(near(frame.get_pixel(2, 180), [14, 21, 37], 4), "{motion:?} {n}: background");
            let row: Vec<bool> = (0..640).map(|x| near(frame.get_pixel(x, 180), [255; 3], 40)).collect();
            let column: Vec<bool> = (0..360).map(|y| near(frame.get_pixel(320, y), [255; 3], 40)).collect();
            for line in [row, column] {
                let edges = line.windows(2).filter(|pair| !pair[0] && pair[1]).count() + usize::from(line[0]);
                assert_eq!(edges, 2, "{motion:?} {n}: both rims are seen");
            }
        }
    }
}

#[test]
fn a_focus_is_never_cut_off() {
    // Black but for one red square, in each corner by turns, of pictures that have much to cut off.
    let corners = [(0.05, 0.05), (0.95, 0.05), (0.05, 0.95), (0.95, 0.95), (0.6, 0.3)];
    for (width, height) in [(200, 900), (1400, 200), (640, 360)] {
        for (x, y) in corners {
            let at = (x * f64::from(width), y * f64::from(height));
            let near = |a: u32, b: f64, length: u32| (f64::from(a) - b).abs() < f64::from(length) * 0.05 + 8.0;
            let square = |a: u32, b: u32| near(a, at.0, width.min(height) / 4) && near(b, at.1, width.min(height) / 4);
            let picture =
                picture_of(RgbImage::from_fn(width, height, |a, b| Rgb([if square(a, b) { 255 } else { 0 }, 0, 0])));
            for motion in [CameraMotion::Hold, CameraMotion::ZoomIn, CameraMotion::ZoomOut] {
                for fit in [ImageFit::Cover, ImageFit::Contain] {
                    let view =
                        view(SMALL, SceneContent::Picture(PictureContent { fit, motion, focus: FocusPoint { x, y } }));
                    for n in [0, 45, 89] {
                        let frame = draw(&view, Some(&picture), n);
                        let lit = frame.v.iter().filter(|&&v| v > 160).count();
                        assert!(lit > 1, "{width}x{height} {x} {y} {motion:?} {fit:?} frame {n}: {lit}");
                    }
                }
            }
        }
    }
}

#[test]
fn contain_blur_fills_the_sides_with_a_darker_copy() {
    let picture = picture_of(RgbImage::from_pixel(300, 300, Rgb([200, 60, 20])));
    let view = view(
        SMALL,
        SceneContent::Picture(PictureContent {
            fit: ImageFit::ContainBlur,
            motion: CameraMotion::Hold,
            focus: FocusPoint::CENTRE,
        }),
    );
    let frame = draw(&view, Some(&picture), 0).to_rgb();
    assert!(near(frame.get_pixel(160, 90), [200, 60, 20], 4));
    assert!(near(frame.get_pixel(10, 90), [109, 33, 11], 8), "{:?}", frame.get_pixel(10, 90));
}

#[test]
fn video_is_placed_where_fitted_says() {
    let source = Size::new(1080, 1920);
    for (fit, side) in [(ImageFit::Contain, [14, 21, 37]), (ImageFit::ContainBlur, [109, 33, 11])] {
        let view = view(HD, SceneContent::Video(VideoContent { fit, source }));
        let mut video = Frame::new(fit_video(source, HD, fit).crop);
        video.fill(colour::ycc(Colour::rgb(200, 60, 20)));
        let mut out = Frame::new(HD);
        compositor(&view, None).draw_frame(0, Some(&video), &mut out).unwrap();
        let rgb = out.to_rgb();
        assert!(near(rgb.get_pixel(960, 540), [200, 60, 20], 4));
        assert!(near(rgb.get_pixel(660, 5), [200, 60, 20], 4));
        assert!(near(rgb.get_pixel(648, 5), side, 8), "{fit:?} {:?}", rgb.get_pixel(648, 5));
    }
}

#[test]
fn a_video_frame_of_another_size_is_an_error() {
    let view = view(SMALL, SceneContent::Video(VideoContent { fit: ImageFit::Cover, source: HD }));
    let (wrong, mut out) = (Frame::new(Size::new(64, 64)), Frame::new(SMALL));
    let error = compositor(&view, None).draw_frame(0, Some(&wrong), &mut out).unwrap_err();
    assert_eq!(error, ComposeError::Video { got: Size::new(64, 64), want: SMALL });
}

#[test]
fn missing_or_foreign_pictures_are_errors() {
    let zoom = view(
        SMALL,
        SceneContent::Picture(PictureContent {
            fit: ImageFit::Cover,
            motion: CameraMotion::ZoomIn,
            focus: FocusPoint::CENTRE,
        }),
    );
    assert_eq!(Compositor::new(zoom.clone(), ViewAssets::default()).err(), Some(ComposeError::Picture));
    let other = view(
        SMALL,
        SceneContent::Picture(PictureContent {
            fit: ImageFit::Cover,
            motion: CameraMotion::PanUp,
            focus: FocusPoint::CENTRE,
        }),
    );
    let canvas = Some(Arc::new(other.shot().unwrap().prepare(&pattern(50, 50))));
    assert_eq!(
        Compositor::new(zoom, ViewAssets { picture: canvas, ..ViewAssets::default() }).err(),
        Some(ComposeError::Picture)
    );
    let odd = view(Size::new(321, 180), SceneContent::Colour(Colour::rgb(0, 0, 0)));
    assert_eq!(Compositor::new(odd, ViewAssets::default()).err(), Some(ComposeError::Size(Size::new(321, 180))));
}

// ---- Motion ---------------------------------------------------------------------------------------------------------

/// Where the only bright thing in the frame is, weighed by brightness above a floor that keeps rounding in the dark out.
fn centroid(frame: &Frame) -> (f64, f64) {
    let width = frame.size().width as usize;
    let (mut sum, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    for (i, &luma) in frame.y.iter().enumerate() {
        let weight = f64::from(luma.saturating_sub(40));
        sum += weight;
        x_sum += weight * (i % width) as f64;
        y_sum += weight * (i / width) as f64;
    }
    (x_sum / sum, y_sum / sum)
}

#[test]
fn a_tracked_point_moves_without_shaking() {
    let dot = |x: u32, y: u32| {
        let far = (f64::from(x) - 1500.3).powi(2) + (f64::from(y) - 700.7).powi(2);
        Rgb([(255.0 * (-far / 450.0).exp()) as u8; 3])
    };
    let picture = picture_of(RgbImage::from_fn(2880, 1800, dot));
    for motion in [CameraMotion::ZoomIn, CameraMotion::ZoomOut, CameraMotion::PanRight, CameraMotion::PanUp] {
        let view = view(
            Size::new(960, 540),
            SceneContent::Picture(PictureContent { fit: ImageFit::Cover, motion, focus: FocusPoint::CENTRE }),
        );
        let mut compositor = compositor(&view, Some(&picture));
        let mut out = Frame::new(view.size);
        let path: Vec<(f64, f64)> = (0..view.frames)
            .map(|n| {
                compositor.draw_frame(n, None, &mut out).unwrap();
                centroid(&out)
            })
            .collect();
        for (n, p) in path.windows(3).enumerate() {
            let bend = (p[0].0 - 2.0 * p[1].0 + p[2].0).hypot(p[0].1 - 2.0 * p[1].1 + p[2].1);
            assert!(bend < 0.05, "{motion:?} frame {n}: {bend}");
        }
        let (first, last) = (path[0], path[path.len() - 1]);
        assert!((first.0 - last.0).hypot(first.1 - last.1) > 1.0, "{motion:?} does not move");
    }
}

#[test]
fn chroma_follows_luma() {
    // A red square on grey of the same luma would show any shift; here both planes' centres are compared.
    let square = |x: u32, y: u32| (900..1100).contains(&x) && (500..700).contains(&y);
    let picture =
        picture_of(RgbImage::from_fn(1920, 1080, |x, y| if square(x, y) { Rgb([255, 0, 0]) } else { Rgb([0; 3]) }));
    for motion in CAMERA_MOTIONS {
        let view = view(
            Size::new(960, 540),
            SceneContent::Picture(PictureContent { fit: ImageFit::Cover, motion, focus: FocusPoint::CENTRE }),
        );
        for n in [0, 31, 89] {
            let frame = draw(&view, Some(&picture), n);
            let luma = centroid(&frame);
            let mut chroma = Frame::new(Size::new(480, 270));
            chroma.y.iter_mut().zip(&frame.v).for_each(|(out, v)| *out = 40 + v.saturating_sub(128));
            let chroma = centroid(&chroma);
            // Left-sited across, between two rows down; chroma taken to be in the middle would be half a pixel off.
            let shift = (chroma.0 * 2.0 - luma.0, chroma.1 * 2.0 + 0.5 - luma.1);
            assert!(shift.0.abs() < 0.2 && shift.1.abs() < 0.2, "{motion:?} {n}: {shift:?}");
        }
    }
}

#[test]
fn both_chroma_planes_cross_an_edge_alike() {
    let halves = |x: u32, _| if x < 483 { Rgb([255, 0, 0]) } else { Rgb([0, 255, 0]) };
    let picture = picture_of(RgbImage::from_fn(960, 540, halves));
    let view = view(
        SMALL,
        SceneContent::Picture(PictureContent {
            fit: ImageFit::Cover,
            motion: CameraMotion::ZoomIn,
            focus: FocusPoint::CENTRE,
        }),
    );
    for n in [0, 20, 50, 89] {
        let frame = draw(&view, Some(&picture), n);
        for (u, v) in frame.u[..160].iter().zip(&frame.v) {
            let (u, v) = ((f64::from(*u) - 42.0) / 60.0, (f64::from(*v) - 26.0) / 214.0);
            assert!((u - v).abs() < 0.05, "frame {n}: {u} {v}");
        }
    }
}

// ---- Purity ---------------------------------------------------------------------------------------------------------

fn shows() -> Vec<SceneContent> {
    let item = |(i, text): (u32, &str)| ListItem { text: text.to_owned(), at: i * 25 };
    let items = (0..).zip(["one", "two of them", "three"]).map(item).collect();
    vec![
        SceneContent::Picture(PictureContent {
            fit: ImageFit::Cover,
            motion: CameraMotion::ZoomIn,
            focus: FocusPoint::CENTRE,
        }),
        SceneContent::Picture(PictureContent {
            fit: ImageFit::ContainBlur,
            motion: CameraMotion::PanLeft,
            focus: FocusPoint::CENTRE,
        }),
        SceneContent::Picture(PictureContent {
            fit: ImageFit::Contain,
            motion: CameraMotion::Hold,
            focus: FocusPoint::CENTRE,
        }),
        SceneContent::Picture(PictureContent {
            fit: ImageFit::Cover,
            motion: CameraMotion::ZoomOut,
            focus: FocusPoint { x: 0.8, y: 0.1 },
        }),
        SceneContent::Colour(Colour::rgb(90, 20, 60)),
        SceneContent::Gradient(GradientFill {
            colours: vec![Colour::rgb(9, 9, 90), Colour::rgb(200, 90, 0)],
            angle: 30.0,
        }),
        SceneContent::Backdrop(Backdrop { kind: BackdropKind::Flow, seed: 5 }),
        SceneContent::Title(TitleCard { title: "Only what changed".to_owned(), subtitle: Some("A story".to_owned()) }),
        SceneContent::List(ListCard { heading: Some("Parts".to_owned()), items }),
        quote(),
        statement("Only what changed is made again", 11),
        table(),
        SceneContent::Qr(QrCard {
            text: "https://example.org".to_owned(),
            title: Some("Look".to_owned()),
            caption: None,
        }),
        SceneContent::Logo(LogoCard { title: Some("A name".to_owned()), subtitle: Some("A line".to_owned()) }),
        SceneContent::End(EndCard {
            title: "Thank you".to_owned(),
            lines: vec!["The code is free".to_owned()],
            qr: None,
        }),
    ]
}

fn quote() -> SceneContent {
    let text =
        "Make it work, then make it right, and only then, if you still have to, make it fast for everybody else.";
    SceneContent::Quote(QuoteCard { text: text.to_owned(), by: Some("Anon".to_owned()) })
}

/// Its words come `apart` frames after each other, every third one lit.
fn statement(text: &str, apart: u32) -> SceneContent {
    let word = |(i, text): (u32, &str)| StatementWord {
        text: text.to_owned(),
        accented: i % 3 == 2,
        at: i * apart,
        joined: false,
    };
    SceneContent::Statement(StatementCard { words: (0..).zip(text.split_whitespace()).map(word).collect() })
}

fn table() -> SceneContent {
    let row = |(i, cells): (u32, [&str; 3])| TableRow { cells: cells.map(str::to_owned).to_vec(), at: i * 20 };
    let rows = [["t2v", "21.9 s", "11.2 s"], ["by hand", "26.7 s", "15.6 s"], ["nothing changed", "", "0.003 s"]];
    SceneContent::Table(TableCard {
        heading: Some("What it takes".to_owned()),
        head: ["", "CPU", "wall"].map(str::to_owned).to_vec(),
        rows: (0..).zip(rows).map(row).collect(),
    })
}

fn lower(from: u32, to: u32) -> Option<LowerThird> {
    Some(LowerThird { name: "Ada Lovelace".to_owned(), role: Some("Analyst".to_owned()), from, to, raised: true })
}

/// Two pieces, the second one right behind the first.
fn voice(from: i64, frames: u32, line: bool) -> WaveformOverlay {
    let style = if line { WaveformStyle::Line } else { WaveformStyle::Bars };
    let pieces = vec![SpeechPiece { from, frames }, SpeechPiece { from: from + i64::from(frames), frames: frames + 5 }];
    WaveformOverlay { style, at: WaveformPosition::Bottom, raised: true, pieces }
}

/// A box that goes and a circle that stays.
fn marks(at: u32, long: u32, dim: bool) -> PictureMarks {
    let mark = |shape, label: &str, at, until| PictureMark { shape, label: Some(label.to_owned()), at, until };
    let boxed = MarkShape::Box { x: 0.2, y: 0.3, width: 0.3, height: 0.2 };
    let circle = MarkShape::Circle { x: 0.6, y: 0.6, radius: 0.1 };
    let marks = vec![mark(boxed, "One", at, at + long), mark(circle, "Another one", at + long, u32::MAX)];
    PictureMarks { marks, dim, clear: ReservedAreas { captions: None, lower: true } }
}

const SPEECH: &str = "Change one sentence, and only that sentence is spoken again. The rest is copied.";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn frames_do_not_depend_on_the_order_they_are_asked_for(
        show in prop::sample::select(shows()),
        style in prop::sample::select(&CAPTION_STYLES[..]),
        order in prop::collection::vec(0_u32..90, 1..8),
    ) {
        let view = captioned(view(SMALL, show), style, CaptionPosition::Bottom, SPEECH);
        let picture = pattern(500, 400);
        let mut one = compositor(&view, Some(&picture));
        let mut out = Frame::new(view.size);
        for n in order {
            one.draw_frame(n, None, &mut out).unwrap();
            prop_assert!(out == draw(&view, Some(&picture), n), "frame {}", n);
        }
    }

    #[test]
    fn a_clipped_view_draws_the_same_frames(
        show in prop::sample::select(shows()),
        style in prop::sample::select(&CAPTION_STYLES[..]),
        first in 0_u32..89,
        long in 1_u32..40,
        pick in 0.0_f64..1.0,
        name in prop::option::of((0_u32..80, 1_u32..60)),
        counted in any::<bool>(),
        marked in prop::option::of((0_u32..80, 1_u32..60, any::<bool>())),
        heard in prop::option::of((0_i64..50, 1_u32..40, any::<bool>())),
        progress in prop::option::weighted(0.3, (0_u32..4, 0_u32..3)),
    ) {
        let mut view = captioned(view(SMALL, show), style, CaptionPosition::Middle, SPEECH);
        view.logo = Some(LogoPlacement { corner: Corner::TopLeft, opacity: 0.5, height: 0.1 });
        view.lower_third = name.and_then(|(from, long)| lower(from, from + long));
        view.counter = counted.then_some(ChapterCounter { chapter: 2, of: 5 });
        view.overlays.waveform = heard.map(|(from, frames, line)| voice(from, frames, line));
        view.overlays.progress = progress.map(|(part, scene)| ProgressBar { part, of: 4, scene, scenes: 3, at: None });
        view.overlays.marks = marked.map(|(at, long, dim)| marks(at, long, dim));
        let range = first..(first + long).min(90);
        let n = range.start + (f64::from(range.end - range.start) * pick) as u32;
        let picture = pattern(500, 400);
        let clipped = view.clip(range.clone());
        prop_assert!(draw(&clipped, Some(&picture), n) == draw(&view, Some(&picture), n), "frame {}", n);
        prop_assert_eq!(clipped.clip(range.clone()), clipped.clone());
        let (rebased, at) = clipped.rebase(range.start);
        prop_assert!(draw(&rebased, Some(&picture), n - range.start + at) == draw(&view, Some(&picture), n), "rebased, frame {}", n);
    }

    #[test]
    fn no_text_breaks_a_card(
        title in "\\PC{0,300}",
        items in prop::collection::vec(any::<String>(), 0..9),
        size in prop::sample::select(vec![SMALL, Size::new(180, 320), Size::new(200, 200), Size::new(2, 2)]),
    ) {
        let items: Vec<ListItem> = items.into_iter().map(|text| ListItem { text, at: 0 }).collect();
        draw(&view(size, SceneContent::List(ListCard { heading: Some(title.clone()), items: items.clone() })), None, 60);
        let words: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
        draw(&view(size, statement(&words.concat(), 1)), None, 60);
        draw(&view(size, SceneContent::Quote(QuoteCard { text: title.clone(), by: Some(words.concat()) })), None, 110);
        draw(&view(size, SceneContent::End(EndCard { title: title.clone(), lines: words.iter().map(|text| (*text).to_owned()).collect(), qr: Some(title.clone()) })), None, 60);
        draw(&view(size, SceneContent::Qr(QrCard { text: title.clone(), title: Some(words.concat()), caption: Some(title.clone()) })), None, 60);
        let rows: Vec<TableRow> = items.iter().map(|item| TableRow { cells: vec![item.text.clone(), title.clone()], at: 0 }).collect();
        draw(&view(size, SceneContent::Table(TableCard { heading: Some(title.clone()), head: vec![title.clone(); 3], rows })), None, 60);
        let over = LowerThird { name: title.clone(), role: Some(words.concat()), from: 0, to: 90, raised: true };
        let over = View { lower_third: Some(over), ..view(size, SceneContent::Title(TitleCard { title: title.clone(), subtitle: Some(title) })) };
        draw(&over, None, 60);
    }
}

#[test]
fn an_edit_elsewhere_in_the_scene_leaves_a_segment_its_key() {
    let show = SceneContent::Title(TitleCard { title: "Caching".to_owned(), subtitle: None });
    let make = |text: &str| captioned(view(SMALL, show.clone()), CaptionStyle::Karaoke, CaptionPosition::Bottom, text);
    let first = "Change one sentence, and only that sentence is spoken again.";
    let (before, mut after) =
        (make(&format!("{first} The rest is copied byte for byte.")), make(&format!("{first} More.")));
    after.frames += 30;
    assert_eq!(before.clip(0..30), after.clip(0..30));
    assert_ne!(before.clip(50..80), after.clip(50..80));
}

#[test]
fn a_colour_of_the_look_matters_only_where_it_is_seen() {
    let photo = view(
        SMALL,
        SceneContent::Picture(PictureContent {
            fit: ImageFit::Cover,
            motion: CameraMotion::ZoomIn,
            focus: FocusPoint::CENTRE,
        }),
    );
    let mut other = photo.clone();
    other.look.text = Colour::rgb(1, 2, 3);
    other.look.heading_font = "Inter".to_owned();
    assert_eq!(photo.clip(0..90), other.clip(0..90));
    let title = view(SMALL, SceneContent::Title(TitleCard { title: "Caching".to_owned(), subtitle: None }));
    let retold = View { look: other.look, ..title.clone() };
    assert_ne!(title.clip(0..90), retold.clip(0..90));
}

#[test]
fn a_view_survives_serde() {
    for show in shows() {
        let view = captioned(view(SMALL, show), CaptionStyle::Karaoke, CaptionPosition::Top, SPEECH);
        let text = serde_json::to_string(&view).unwrap();
        assert_eq!(serde_json::from_str::<View>(&text).unwrap(), view);
    }
}

// ---- Captions and cards in pixels -----------------------------------------------------------------------------------

/// Left, top, right and bottom of what is not `ground`, in pixels; right and bottom are one past.
fn inked(frame: &Frame, ground: Option<&Frame>) -> (u32, u32, u32, u32) {
    let width = frame.size().width as usize;
    let mut bounds = (u32::MAX, u32::MAX, 0, 0);
    for (i, &luma) in frame.y.iter().enumerate() {
        if luma.abs_diff(ground.map_or(16, |ground| ground.y[i])) > 2 {
            let (x, y) = ((i % width) as u32, (i / width) as u32);
            bounds = (bounds.0.min(x), bounds.1.min(y), bounds.2.max(x + 1), bounds.3.max(y + 1));
        }
    }
    bounds
}

#[test]
fn captions_stay_inside_the_safe_area() {
    let long =
        "Supercalifragilisticexpialidocious-and-then-some-more-letters, Donaudampfschifffahrtsgesellschaft ends.";
    for size in [HD, Size::new(1080, 1920), Size::new(1080, 1080)] {
        for style in CAPTION_STYLES {
            for position in [CaptionPosition::Top, CaptionPosition::Middle, CaptionPosition::Bottom] {
                for text in [SPEECH, long] {
                    let black = view(size, SceneContent::Colour(Colour::rgb(0, 0, 0)));
                    let view = captioned(black, style, position, text);
                    let frame = draw(&view, None, 2);
                    let (left, top, right, bottom) = inked(&frame, None);
                    let (side, end) = (size.width / 20, size.height * 8 / 100);
                    let label = format!("{size} {style:?} {position:?}: {left} {top} {right} {bottom}");
                    assert!(left < right, "{label}");
                    if style == CaptionStyle::Bar {
                        assert_eq!((left, right), (0, size.width), "{label}");
                    } else {
                        let buttons = if size.height > size.width { size.width * 11 / 100 } else { side };
                        assert!(left >= side && right <= size.width - buttons, "{label}");
                    }
                    assert!(top >= end * 8 / 10 && bottom <= size.height - end, "{label}");
                    // Where words come and go one by one, only all of them together are centred.
                    let even = matches!(style, CaptionStyle::Pop | CaptionStyle::Reveal | CaptionStyle::Highlight);
                    assert!(even || left.abs_diff(size.width - right) <= 4, "{label}: not centred");
                }
            }
        }
    }
}

#[test]
fn karaoke_lights_the_spoken_word_and_the_box_stays() {
    let black = view(HD, SceneContent::Colour(Colour::rgb(0, 0, 0)));
    let view = captioned(black, CaptionStyle::Karaoke, CaptionPosition::Bottom, "Only what changed");
    let (first, last) = (draw(&view, None, 1), draw(&view, None, 14));
    assert_eq!(inked(&first, None), inked(&last, None));
    let orange_at = |frame: &Frame| {
        let rgb = frame.to_rgb();
        let lit = rgb.enumerate_pixels().filter(|(_, _, p)| near(p, [255, 140, 0], 24)).map(|(x, _, _)| x);
        let lit: Vec<u32> = lit.collect();
        (lit.iter().min().copied(), lit.iter().max().copied())
    };
    let ((Some(a), Some(b)), (Some(c), Some(_))) = (orange_at(&first), orange_at(&last)) else {
        panic!("no word is lit")
    };
    assert!(a < b && b < c, "the light moves from the first word to the last: {a} {b} {c}");
}

#[test]
fn captions_are_legible_on_any_picture() {
    for ground in [Colour::rgb(255, 255, 255), Colour::rgb(0, 0, 0), Colour::rgb(128, 128, 128)] {
        for style in CAPTION_STYLES {
            let view =
                captioned(view(HD, SceneContent::Colour(ground)), style, CaptionPosition::Bottom, "Legible text");
            let frame = draw(&view, None, 2);
            let (left, top, right, bottom) =
                inked(&draw(&view, None, 2), Some(&draw(&View { captions: None, ..view.clone() }, None, 2)));
            let rows = (top..bottom).map(|y| &frame.y[(y * 1920 + left) as usize..(y * 1920 + right) as usize]);
            let lumas: Vec<u8> = rows.flatten().copied().collect();
            let (dark, bright) =
                (lumas.iter().filter(|y| **y < 110).count(), lumas.iter().filter(|y| **y > 200).count());
            assert!(dark > lumas.len() / 20, "{ground:?} {style:?}: something dark around the text");
            let few = if style == CaptionStyle::Bar { 120 } else { 40 };
            assert!(bright > lumas.len() / few || ground == Colour::rgb(0, 0, 0), "{ground:?} {style:?}: bright text");
        }
    }
}

/// Contrast of caption text with the pixels right around it: the worst tenth's best, and the middle.
fn around_text(white: &Frame, grey: &Frame) -> (f64, f64) {
    let (width, height) = (white.size().width as usize, white.size().height as usize);
    let text: Vec<bool> = white.y.iter().zip(&grey.y).map(|(a, b)| a != b).collect();
    let near = |i: usize| {
        let (x, y) = ((i % width) as i32, (i / width) as i32);
        let at = |dx: i32, dy: i32| {
            (x + dx).clamp(0, width as i32 - 1) + (y + dy).clamp(0, height as i32 - 1) * width as i32
        };
        (-1..=1).any(|dy| (-1..=1).any(|dx| text[at(dx, dy) as usize]))
    };
    let pixels = white.to_rgb();
    let ring = (0..text.len()).filter(|&i| !text[i] && near(i)).map(|i| {
        let [r, g, b] = pixels.get_pixel((i % width) as u32, (i / width) as u32).0;
        colour::contrast(Colour::rgb(255, 255, 255), Colour::rgb(r, g, b))
    });
    let mut ring: Vec<f64> = ring.collect();
    ring.sort_by(f64::total_cmp);
    assert!(ring.len() > 500, "{}", ring.len());
    (ring[ring.len() / 10], ring[ring.len() / 2])
}

#[test]
fn caption_text_stands_out_from_what_is_around_it_on_any_picture() {
    let size = Size::new(960, 540);
    let noise = picture_of(RgbImage::from_fn(960, 540, |x, y| {
        let n = (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77)).wrapping_mul(0x2c1b_3c6d) >> 24;
        Rgb([n as u8, (n * 7) as u8, (n * 13) as u8])
    }));
    let flat =
        [[255, 255, 255], [0, 0, 0], [128, 128, 128]].map(|[r, g, b]| SceneContent::Colour(Colour::rgb(r, g, b)));
    let still = SceneContent::Picture(PictureContent {
        fit: ImageFit::Cover,
        motion: CameraMotion::Hold,
        focus: FocusPoint::CENTRE,
    });
    for show in flat.into_iter().chain([still]) {
        for style in CAPTION_STYLES {
            let white = captioned(view(size, show.clone()), style, CaptionPosition::Bottom, "Legible on any picture");
            let mut grey = white.clone();
            grey.look.caption = Colour::rgb(200, 200, 200);
            // The last word is spoken; in the style of single words it is the only one.
            let [white, grey] = [white, grey].map(|view| draw(&view, Some(&noise), 22));
            let (worst, middle) = around_text(&white, &grey);
            assert!(worst >= 3.0 && middle >= 4.5, "{show:?} {style:?}: {worst:.1} {middle:.1}");
        }
    }
}

#[test]
fn a_popping_word_moves_no_other() {
    let black = view(Size::new(640, 360), SceneContent::Colour(Colour::rgb(0, 0, 0)));
    let view = captioned(black, CaptionStyle::Pop, CaptionPosition::Bottom, "Only what changed");
    let (first, last) = (draw(&view, None, 5), draw(&view, None, 17));
    let middle = |frame: &Frame| frame.y.chunks_exact(640).map(|row| row[288..314].to_vec()).collect::<Vec<_>>();
    // The middle word stands still between the two that pop.
    assert_eq!(middle(&first), middle(&last));
    assert!(middle(&first).iter().flatten().any(|y| *y > 200), "there is a word");
    assert_ne!(first, last);
}

#[test]
fn words_are_revealed_as_they_are_spoken() {
    let black = view(Size::new(640, 360), SceneContent::Colour(Colour::rgb(0, 0, 0)));
    let view = captioned(black, CaptionStyle::Reveal, CaptionPosition::Bottom, "Only what changed");
    let rights: Vec<u32> = [5, 11, 17].iter().map(|n| inked(&draw(&view, None, *n), None).2).collect();
    assert!(rights.is_sorted_by(|a, b| a + 30 < *b), "{rights:?}");
}

fn styled(card: CardStyle) -> View {
    let item = |text: &str| ListItem { text: text.to_owned(), at: 0 };
    let items = vec![item("One"), item("Two of them"), item("Three")];
    let mut view = view(SMALL, SceneContent::List(ListCard { heading: Some("A heading".to_owned()), items }));
    view.look.card = card;
    view
}

#[test]
fn every_parameter_of_cards_shows() {
    use crate::spec::model::{BulletStyle, CardAlign, CardPanel, HeadingRule, LetterCase};
    let plain = CardStyle::PLAIN;
    let mut cards = vec![
        CardStyle { align: CardAlign::Centre, ..plain },
        CardStyle { heading_size: 1.4, ..plain },
        CardStyle { heading_case: LetterCase::Upper, ..plain },
        CardStyle { tracking: 0.2, ..plain },
        CardStyle { radius: 0.0, ..plain },
    ];
    cards.extend(
        [HeadingRule::Underline, HeadingRule::Block, HeadingRule::None].map(|rule| CardStyle { rule, ..plain }),
    );
    cards.extend(
        [BulletStyle::Dot, BulletStyle::Dash, BulletStyle::Number, BulletStyle::Check]
            .map(|bullets| CardStyle { bullets, ..plain }),
    );
    cards.extend([CardPanel::Box, CardPanel::Strip].map(|panel| CardStyle { panel, ..plain }));
    let mut seen = vec![draw(&styled(plain), None, 80)];
    for card in cards {
        let frame = draw(&styled(card), None, 80);
        assert!(!seen.contains(&frame), "{card:?}");
        seen.push(frame);
    }
    let mut entering = vec![draw(&styled(plain), None, 3)];
    let ways = ENTRANCES.into_iter().filter(|entrance| *entrance != plain.entrance);
    let ways = ways.map(|entrance| CardStyle { entrance, ..plain });
    let paces = [Easing::Linear, Easing::EaseInOut, Easing::Overshoot].map(|easing| CardStyle { easing, ..plain });
    for card in ways.chain(paces) {
        let frame = draw(&styled(card), None, 3);
        assert!(!entering.contains(&frame), "{card:?}");
        entering.push(frame);
        assert_eq!(draw(&styled(card), None, 80), seen[0], "{card:?}: it ends where all do");
    }
}

#[test]
fn cards_fit_their_frame_and_leave_room_for_captions() {
    let endless = "Every step has a key that is made from its content and nothing else. ".repeat(30);
    let item = |text: &str| ListItem { text: text.to_owned(), at: 0 };
    for size in [HD, Size::new(1080, 1920), Size::new(1080, 1080)] {
        for show in [
            SceneContent::Title(TitleCard {
                title: "Make it work, then make it incremental".to_owned(),
                subtitle: Some("A story".to_owned()),
            }),
            SceneContent::Title(TitleCard { title: endless.clone(), subtitle: Some(endless.clone()) }),
            SceneContent::List(ListCard {
                heading: Some("Parts".to_owned()),
                items: vec![item("A graph"), item("Keys"), item("A cache")],
            }),
            SceneContent::List(ListCard { heading: Some(endless.clone()), items: vec![item(&endless); 12] }),
            quote(),
            SceneContent::Quote(QuoteCard { text: endless.clone(), by: Some(endless.clone()) }),
            statement("Only what changed is made again", 0),
            statement(&endless, 0),
            table(),
            SceneContent::Table(TableCard {
                heading: Some(endless.clone()),
                head: vec!["a column with a long name".to_owned(); 6],
                rows: vec![TableRow { cells: vec![endless[..200].to_owned(); 6], at: 0 }; 12],
            }),
            SceneContent::End(EndCard {
                title: "Thank you".to_owned(),
                lines: vec!["The code is free".to_owned()],
                qr: None,
            }),
            SceneContent::End(EndCard { title: endless.clone(), lines: vec![endless.clone(); 4], qr: None }),
        ] {
            let empty = SceneContent::List(ListCard { heading: None, items: vec![] });
            let (card, ground) = (draw(&view(size, show.clone()), None, 89), draw(&view(size, empty), None, 89));
            let (left, top, right, bottom) = inked(&card, Some(&ground));
            let label = format!("{size} {left} {top} {right} {bottom}");
            assert!(left >= size.width * 8 / 100 && right <= size.width * 92 / 100, "{label}");
            assert!(top >= size.height * 8 / 100, "{label}");
            let captions = CaptionMetrics::highest(size) as u32;
            assert!(bottom <= captions, "{label}: captions start at {captions}");
        }
    }
}

#[test]
fn cards_of_every_template_fit_every_shape_of_frame() {
    let endless = "Every step has a key that is made from its content and nothing else. ".repeat(12);
    let item = |text: &str| ListItem { text: text.to_owned(), at: 0 };
    for (name, _) in crate::spec::templates() {
        let spec = format!("template: {name}\nscenes: [{{ say: Hello. }}]");
        let loaded = crate::spec::parse(&spec, std::path::Path::new("."), "film", &Default::default());
        let look = loaded.unwrap_or_else(|_| panic!("{name}")).spec.look;
        for size in [Size::new(640, 360), Size::new(360, 640), Size::new(400, 400)] {
            for show in [
                SceneContent::Title(TitleCard {
                    title: "Make it work, then make it incremental".to_owned(),
                    subtitle: Some("A story".to_owned()),
                }),
                SceneContent::Title(TitleCard { title: endless.clone(), subtitle: Some(endless.clone()) }),
                SceneContent::List(ListCard { heading: Some(endless.clone()), items: vec![item(&endless); 12] }),
                SceneContent::List(ListCard { heading: None, items: vec![item("One"), item("Two")] }),
            ] {
                let with = |show| View { look: look.clone(), ..view(size, show) };
                let (card, ground) = (
                    draw(&with(show), None, 80),
                    draw(&with(SceneContent::List(ListCard { heading: None, items: vec![] })), None, 80),
                );
                let (left, top, right, bottom) = inked(&card, Some(&ground));
                let label = format!("{name} {size} {left} {top} {right} {bottom}");
                let strip = look.card.panel == crate::spec::model::CardPanel::Strip;
                let edge = if look.card.panel == crate::spec::model::CardPanel::None { 8 } else { 2 };
                assert!(
                    strip || left >= size.width * edge / 100 && right <= size.width * (100 - edge) / 100,
                    "{label}"
                );
                let captions = CaptionMetrics::highest(size) as u32;
                assert!(top >= size.height * edge / 100 && bottom <= captions, "{label}: captions start at {captions}");
            }
        }
    }
}

fn template_look(name: &str, size: Size) -> Look {
    let spec = format!("template: {name}\noutput: {{ size: {size} }}\nscenes: [{{ say: Hello. }}]");
    let loaded = crate::spec::parse(&spec, std::path::Path::new("."), "film", &Default::default());
    loaded.unwrap_or_else(|report| panic!("{}", report.render(crate::diag::ReportStyle::Plain))).spec.look
}

#[test]
fn text_is_legible_on_every_templates_layers() {
    let mut wrong = Vec::new();
    for (name, _) in crate::spec::templates() {
        for size in [Size::new(640, 360), Size::new(360, 640), Size::new(400, 400)] {
            let look = template_look(name, size);
            let empty = SceneContent::List(ListCard { heading: None, items: vec![] });
            for n in [80, 900, 2000] {
                let rgb = draw(&View { look: look.clone(), ..view(size, empty.clone()) }, None, n).to_rgb();
                let (left, right) = (size.width / 10, size.width * 9 / 10);
                let (top, bottom) = (size.height * 9 / 100, CaptionMetrics::highest(size) as u32);
                let pixels = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
                let least = |colour: Colour| {
                    let contrasts = pixels.clone().map(|(x, y)| {
                        let [r, g, b] = rgb.get_pixel(x, y).0;
                        colour::contrast(colour, Colour::rgb(r, g, b))
                    });
                    contrasts.fold(f64::INFINITY, f64::min)
                };
                let (text, muted) = (least(look.text), least(look.muted));
                if text < 5.5 || muted < 3.3 {
                    wrong.push(format!("{name} {size} {n}: {text:.1} {muted:.1}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn decorated(show: SceneContent, change: impl Fn(&mut TemplateLayer)) -> View {
    let mut view = view(SMALL, show);
    let drawn = LayerContent::Shape {
        shape: ShapeName::Rectangle,
        colour: Colour::rgb(255, 0, 0),
        radius: 0.0,
        turn: 0.0,
        pen: 0.01,
    };
    let mut layer = TemplateLayer {
        drawn,
        at: [0.5, 0.2],
        size: [0.3, 0.1],
        over: false,
        on: ShowKind::cards(),
        enter: Entrance::None,
        leave: Entrance::None,
        easing: Easing::EaseOut,
        after: 0.0,
        drift: [0.0, 0.0],
        depth: 0.0,
    };
    change(&mut layer);
    view.look.layers.push(layer);
    view
}

fn blank() -> SceneContent {
    SceneContent::List(ListCard { heading: None, items: vec![] })
}

#[test]
fn every_field_of_a_layer_shows() {
    let shape = |shape: ShapeName, turn: f64, pen: f64, radius: f64| {
        move |layer: &mut TemplateLayer| {
            layer.drawn = LayerContent::Shape { shape, colour: Colour::rgb(255, 0, 0), radius, turn, pen };
        }
    };
    let text = |align: TextAlign, weight: f64, behind: Option<Colour>| {
        move |layer: &mut TemplateLayer| {
            let (text, family) = ("Live".to_owned(), "Inter".to_owned());
            let colour = Colour::rgb(255, 255, 255);
            layer.drawn = LayerContent::Text { text, family, weight, align, colour, behind, radius: 0.3 };
        }
    };
    type Change = Box<dyn Fn(&mut TemplateLayer)>;
    let changes: Vec<Change> = vec![
        Box::new(|_| {}),
        Box::new(|layer| layer.at = [0.4, 0.2]),
        Box::new(|layer| layer.size = [0.3, 0.12]),
        Box::new(|layer| layer.after = 1.0),
        Box::new(|layer| layer.drift = [0.1, 0.0]),
        Box::new(|layer| layer.depth = 1.0),
        Box::new(shape(ShapeName::Rectangle, 0.0, 0.01, 1.0)),
        Box::new(shape(ShapeName::Rectangle, 20.0, 0.01, 0.0)),
        Box::new(shape(ShapeName::Ellipse, 0.0, 0.01, 0.0)),
        Box::new(shape(ShapeName::Ring, 0.0, 0.01, 0.0)),
        Box::new(shape(ShapeName::Ring, 0.0, 0.03, 0.0)),
        Box::new(shape(ShapeName::Line, 0.0, 0.01, 0.0)),
        Box::new(shape(ShapeName::Triangle, 0.0, 0.01, 0.0)),
        Box::new(text(TextAlign::Left, 400.0, None)),
        Box::new(text(TextAlign::Centre, 400.0, None)),
        Box::new(text(TextAlign::Right, 400.0, None)),
        Box::new(text(TextAlign::Left, 800.0, None)),
        Box::new(text(TextAlign::Left, 400.0, Some(Colour::rgb(0, 120, 0)))),
    ];
    let mut seen: Vec<Frame> = Vec::new();
    for (i, change) in changes.iter().enumerate() {
        let frame = draw(&decorated(blank(), change), None, 20);
        assert!(!seen.contains(&frame), "change {i} looks as one before it");
        seen.push(frame);
    }
    // What comes in does so in a way of its own and ends where all do.
    let mut entering = Vec::new();
    for enter in ENTRANCES.into_iter().filter(|entrance| *entrance != Entrance::Type) {
        let view = decorated(blank(), |layer| layer.enter = enter);
        let frame = draw(&view, None, 5);
        assert!(!entering.contains(&frame), "{enter:?}");
        entering.push(frame);
        assert!(draw(&view, None, 40) == seen[0], "{enter:?}");
    }
}

#[test]
fn a_layer_stands_under_or_over_what_the_scenes_show_that_have_it() {
    let white = SceneContent::Colour(Colour::rgb(255, 255, 255));
    let plain = draw(&view(SMALL, white.clone()), None, 50);
    assert!(draw(&decorated(white.clone(), |_| {}), None, 50) == plain, "it is for cards");
    let on_it = decorated(white, |layer| layer.on = vec![ShowKind::Colour]);
    let frame = draw(&on_it, None, 50);
    let rgb = frame.to_rgb();
    assert!(near(rgb.get_pixel(SMALL.width / 2, SMALL.height / 5), [255, 0, 0], 4));
    let title = || SceneContent::Title(TitleCard { title: "Under".to_owned(), subtitle: None });
    let whole = |over: bool| {
        decorated(title(), move |layer| (layer.over, layer.size, layer.at) = (over, [1.2, 1.2], [0.5, 0.5]))
    };
    let over = draw(&whole(true), None, 50).to_rgb();
    assert!(over.pixels().all(|pixel| near(pixel, [255, 0, 0], 4)));
    assert!(!draw(&whole(false), None, 50).to_rgb().pixels().all(|pixel| near(pixel, [255, 0, 0], 4)));
}

#[test]
fn what_goes_is_gone_at_the_end_and_clipping_does_not_show() {
    let leaving = crate::render::card_exit_frames(FPS);
    for leave in [Entrance::Rise, Entrance::Fade, Entrance::SlideLeft, Entrance::Pop, Entrance::Wipe, Entrance::Type] {
        let mut view = decorated(
            SceneContent::Title(TitleCard { title: "It goes".to_owned(), subtitle: Some("before the end".to_owned()) }),
            |layer| layer.leave = Entrance::Slide,
        );
        view.look.card.leave = leave;
        view.exit_at = 60;
        let bare = View { content: blank(), look: Look { layers: vec![], ..view.look.clone() }, ..view.clone() };
        let ground = draw(&bare, None, 0);
        let stays = View { exit_at: u32::MAX, ..view.clone() };
        assert!(draw(&view, None, 59) == draw(&stays, None, 59), "{leave:?}");
        assert!(draw(&view, None, 60 + leaving) == ground, "{leave:?}");
        let mut frames: Vec<Frame> = Vec::new();
        for n in 60..60 + leaving {
            let frame = draw(&view, None, n);
            assert!(frames.last() != Some(&frame) && frame != ground, "{leave:?} {n}");
            frames.push(frame);
        }
        for range in [0..40, 40..60, 40..66, 62..70, 70..90, 75..90] {
            let (clipped, first) = view.clip(range.clone()).rebase(range.start);
            for n in range.clone() {
                assert!(
                    draw(&clipped, None, first + n - range.start) == draw(&view, None, n),
                    "{leave:?} {range:?} {n}"
                );
            }
        }
    }
}

#[test]
fn only_the_run_in_which_a_card_goes_depends_on_when_it_does() {
    let view = |leaves: u32, leave: Entrance| {
        let mut view = view(SMALL, SceneContent::Title(TitleCard { title: "It goes".to_owned(), subtitle: None }));
        view.look.card.leave = leave;
        View { exit_at: leaves, ..view }
    };
    let runs = |view: &View| [0..40, 40..60, 60..80, 80..90].map(|run| view.clip(run.clone()).rebase(run.start));
    let (one, other, none) =
        (runs(&view(65, Entrance::Fade)), runs(&view(67, Entrance::Fade)), runs(&view(65, Entrance::None)));
    assert_eq!([0, 1, 2, 3].map(|i| one[i] == other[i]), [true, true, false, true]);
    assert_eq!([0, 1, 2, 3].map(|i| one[i] == none[i]), [true, true, false, false]);
}

#[test]
fn a_layer_that_sways_moves_a_little_in_every_frame_and_one_that_stands_keeps_its_runs_alike() {
    let swaying = decorated(blank(), |layer| layer.depth = 1.0);
    let lefts: Vec<u8> = (0..12).map(|n| draw(&swaying, None, n).y[(36 * SMALL.width + 112) as usize]).collect();
    assert!(lefts.is_sorted_by(|one, next| one >= next && one - next < 8), "by parts of a pixel: {lefts:?}");
    assert!(lefts[0] > lefts[11] + 8, "{lefts:?}");
    let standing = decorated(blank(), |_| {});
    let run = |view: &View, first: u32| view.clip(first..first + 10).rebase(first);
    assert_eq!(run(&standing, 50), run(&standing, 70));
    assert_ne!(run(&swaying, 50), run(&swaying, 70));
}

#[test]
fn the_content_of_cards_stands_in_the_templates_area() {
    let endless = "Every step has a key that is made from its content. ".repeat(20);
    let item = |text: &str| ListItem { text: text.to_owned(), at: 0 };
    for area in [[0.4, 0.1, 0.5, 0.6], [0.05, 0.2, 0.45, 0.4]] {
        for show in [
            SceneContent::Title(TitleCard { title: endless.clone(), subtitle: Some(endless.clone()) }),
            SceneContent::List(ListCard { heading: Some(endless.clone()), items: vec![item(&endless); 6] }),
            SceneContent::Quote(QuoteCard { text: endless.clone(), by: Some("Ada".to_owned()) }),
            statement(&endless, 0),
            table(),
            SceneContent::End(EndCard { title: endless.clone(), lines: vec![endless.clone()], qr: None }),
        ] {
            let within = |show| {
                let mut view = view(HD, show);
                view.look.area = Some(area);
                view
            };
            let ground = draw(&within(blank()), None, 80);
            let (left, top, right, bottom) = inked(&draw(&within(show.clone()), None, 80), Some(&ground));
            let share = |at: u32, of: u32| f64::from(at) / f64::from(of);
            let found = [share(left, 1920), share(top, 1080), share(right, 1920), share(bottom, 1080)];
            let fits = found[0] >= area[0] - 0.01 && found[1] >= area[1] - 0.015;
            let ends = found[2] <= area[0] + area[2] + 0.01 && found[3] <= area[1] + area[3] + 0.015;
            assert!(fits && ends, "{area:?} {found:?} {show:?}");
        }
    }
}

#[test]
fn list_items_come_when_they_are_called() {
    let item = |at| ListItem { text: "A step of the graph".to_owned(), at };
    let view = view(HD, SceneContent::List(ListCard { heading: None, items: vec![item(0), item(40)] }));
    let bottom = |n| {
        let ground = draw(
            &View { content: SceneContent::List(ListCard { heading: None, items: vec![] }), ..view.clone() },
            None,
            0,
        );
        inked(&draw(&view, None, n), Some(&ground)).3
    };
    assert_eq!(bottom(25), bottom(39));
    assert!(bottom(70) > bottom(39) + 50);
}

#[test]
fn words_of_a_statement_come_when_they_are_called_and_stay_where_they_are() {
    let view = view(HD, statement("Only what changed is made again", 15));
    let ground = draw(&View { content: statement("", 0), ..view.clone() }, None, 0);
    let at = |n| inked(&draw(&view, None, n), Some(&ground));
    // Each word is in a quarter of a second, before the next one comes.
    let settled: Vec<_> = (0..6).map(|word| at(word * 15 + 14)).collect();
    // The fifth stands between the first and the third, below them.
    assert!(settled[..4].windows(2).all(|pair| pair[0] != pair[1]) && settled[4] != settled[5], "{settled:?}");
    assert!(settled.iter().all(|bounds| bounds.0 == settled[0].0 && bounds.1 <= settled[0].1), "{settled:?}");
    let (first, last) = (draw(&view, None, 14).to_rgb(), draw(&view, None, 89).to_rgb());
    let (left, top, right, bottom) = settled[0];
    let same = (top..bottom).all(|y| (left..right).all(|x| near(first.get_pixel(x, y), last.get_pixel(x, y).0, 1)));
    assert!(same, "the first word does not move as others come");
}

#[test]
fn numbers_of_a_table_end_below_each_other() {
    let row = |cells: [&str; 2]| TableRow { cells: cells.map(str::to_owned).to_vec(), at: 0 };
    let ends = |number: &str, name: &str| {
        let rows = vec![row(["a", "1000"]), row([name, number])];
        let show = SceneContent::Table(TableCard { heading: None, head: vec!["x".to_owned(), String::new()], rows });
        let bare = SceneContent::List(ListCard { heading: None, items: vec![] });
        let (frame, ground) = (draw(&view(HD, show), None, 60), draw(&view(HD, bare), None, 60));
        // The second row has no panel: only its text differs from the ground.
        let (_, _, _, bottom) = inked(&frame, Some(&ground));
        let rows = |y: u32| (y * 1920) as usize..((y + 1) * 1920) as usize;
        let differs = |y: u32, x: usize| frame.y[rows(y)][x].abs_diff(ground.y[rows(y)][x]) > 60;
        (0..1920).rev().find(|x| (bottom - 20..bottom).any(|y| differs(y, *x))).unwrap()
    };
    assert!(ends("11", "b").abs_diff(ends("1111", "b")) <= 8);
    assert!(ends("11", "b").abs_diff(ends("i", "b")) > 80, "words begin below each other");
}

#[test]
fn a_name_comes_and_goes_clear_of_captions_and_is_legible_on_any_picture() {
    for size in [HD, Size::new(1080, 1920), Size::new(1080, 1080)] {
        for ground in [Colour::rgb(255, 255, 255), Colour::rgb(0, 0, 0), Colour::rgb(128, 128, 128)] {
            let plain = view(size, SceneContent::Colour(ground));
            let named = View { lower_third: lower(10, 50), ..plain.clone() };
            let ground = draw(&plain, None, 0);
            for n in [0, 9, 68, 89] {
                assert!(draw(&named, None, n) == ground, "frame {n}");
            }
            let frame = draw(&named, None, 40);
            let (left, top, right, bottom) = inked(&frame, Some(&ground));
            assert!(left >= size.width / 25 && right < size.width * 2 / 3, "{size}: {left} {right}");
            assert!(top > size.height / 2 && bottom <= CaptionMetrics::highest(size) as u32, "{size}: {top} {bottom}");
            let rgb = frame.to_rgb();
            let inside: Vec<u8> = (top..bottom)
                .flat_map(|y| (left..right).map(move |x| (x, y)))
                .map(|(x, y)| rgb.get_pixel(x, y).0[1])
                .collect();
            let (dark, bright) =
                (inside.iter().filter(|g| **g < 60).count(), inside.iter().filter(|g| **g > 200).count());
            assert!(
                dark > inside.len() / 2 && bright > inside.len() / 60,
                "{size}: {dark} {bright} of {}",
                inside.len()
            );
        }
    }
}

#[test]
fn a_counter_keeps_out_of_the_way_of_a_logo() {
    let black = view(HD, SceneContent::Colour(Colour::rgb(0, 0, 0)));
    let left = |corner: Option<Corner>| {
        let logo = corner.map(|corner| LogoPlacement { corner, opacity: 0.0, height: 0.1 });
        let view = View { counter: Some(ChapterCounter { chapter: 2, of: 5 }), logo, ..black.clone() };
        inked(&draw(&view, None, 0), None).0
    };
    assert!(left(None) < 200 && left(Some(Corner::TopRight)) < 200);
    assert!(left(Some(Corner::TopLeft)) > 1500);
}

#[test]
fn a_logo_stands_in_its_corner() {
    for (corner, x, y) in [
        (Corner::TopLeft, 70, 70),
        (Corner::TopRight, 1850, 70),
        (Corner::BottomLeft, 70, 1010),
        (Corner::BottomRight, 1850, 1010),
    ] {
        let logo = LogoPlacement { corner, opacity: 0.5, height: 0.1 };
        let black = View { logo: Some(logo), ..view(HD, SceneContent::Colour(Colour::rgb(0, 0, 0))) };
        let white = picture_of(RgbImage::from_pixel(30, 30, Rgb([255; 3])));
        let stamp = Some(Arc::new(logo.prepare(&white, HD)));
        let mut out = Frame::new(HD);
        Compositor::new(black, ViewAssets { logo: stamp, ..ViewAssets::default() })
            .unwrap()
            .draw_frame(0, None, &mut out)
            .unwrap();
        let rgb = out.to_rgb();
        assert!(near(rgb.get_pixel(x, y), [128; 3], 3), "{corner:?} {:?}", rgb.get_pixel(x, y));
        assert!(near(rgb.get_pixel(960, 540), [0; 3], 2));
        let (left, top, right, bottom) = inked(&out, None);
        assert_eq!((right - left, bottom - top), (108, 108), "{corner:?}");
    }
}

#[test]
fn canvases_are_small_and_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<DecodedPicture>();
    shared::<Canvas>();
    shared::<CornerLogo>();
    fn sent<T: Send>() {}
    sent::<Compositor>();
    let shot = view(
        HD,
        SceneContent::Picture(PictureContent {
            fit: ImageFit::Cover,
            motion: CameraMotion::ZoomIn,
            focus: FocusPoint::CENTRE,
        }),
    )
    .shot()
    .unwrap();
    assert!(shot.prepare(&pattern(3000, 2000)).byte_len() < 8 << 20);
}
