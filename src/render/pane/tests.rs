use std::sync::Arc;

use image::{Rgb, RgbImage, Rgba, RgbaImage};

use super::layout::{LayoutArea, PaneCell, gallery, screens};
use super::*;
use crate::render::captions::metrics::band;
use crate::render::content::{PicturesCard, ScreensCard, SplitCard, VideoContent};
use crate::render::test_support::view_of;
use crate::render::tile::Area;
use crate::render::{
    CaptionedPicture, ComposeError, Compositor, DecodedPicture, Frame, LabelledVideo, ListItem, LogoPlacement,
    ViewAssets, fit_video,
};
use crate::spec::model::{CaptionPosition, CardStyle, Corner, Entrance, FocusPoint, ImageFit, InsetShape, SplitSide};
use crate::units::{Colour, Size};

const SIZES: [Size; 4] = [Size::new(640, 360), Size::new(360, 640), Size::new(400, 400), Size::new(854, 360)];
const POSITIONS: [Option<CaptionPosition>; 4] =
    [None, Some(CaptionPosition::Bottom), Some(CaptionPosition::Middle), Some(CaptionPosition::Top)];
const RED: [u8; 3] = [220, 30, 30];
const BLUE: [u8; 3] = [20, 40, 230];

fn view(size: Size, content: SceneContent) -> View {
    view_of(size, 120, content)
}

fn framed(at: u32, caption: Option<&str>) -> CaptionedPicture {
    CaptionedPicture { caption: caption.map(str::to_owned), focus: FocusPoint::CENTRE, at }
}

fn pictures(at: &[u32]) -> SceneContent {
    let pictures = at.iter().map(|at| framed(*at, Some("A line"))).collect();
    SceneContent::Pictures(PicturesCard {
        heading: Some("Heading".to_owned()),
        fit: ImageFit::Cover,
        pictures,
        captions: None,
    })
}

fn split(media: PaneMedia) -> SceneContent {
    let items = vec![ListItem { text: "One".to_owned(), at: 10 }, ListItem { text: "Two".to_owned(), at: 50 }];
    let title = Some("Title".to_owned());
    SceneContent::Split(SplitCard {
        media,
        side: SplitSide::Left,
        fit: ImageFit::Cover,
        title,
        text: None,
        items,
        captions: None,
    })
}

fn two_screens(fit: ImageFit) -> SceneContent {
    let screen = || LabelledVideo { label: Some("Label".to_owned()), source: Size::new(160, 90) };
    SceneContent::Screens(ScreensCard { heading: None, fit, screens: vec![screen(), screen()], captions: None })
}

fn plain(rgb: [u8; 3], width: u32, height: u32) -> DecodedPicture {
    DecodedPicture::from_image(RgbImage::from_pixel(width, height, Rgb(rgb)).into())
}

fn pattern() -> DecodedPicture {
    let pixel = |x: u32, y: u32| Rgb([(x * 5) as u8, (y * 3) as u8, ((x + y) * 2) as u8]);
    DecodedPicture::from_image(RgbImage::from_fn(300, 200, pixel).into())
}

fn compositor(view: &View, picture: &DecodedPicture) -> Compositor {
    let panes = view
        .panes()
        .into_iter()
        .filter(|pane| pane.source.is_none())
        .map(|pane| Arc::new(pane.placement.prepare(picture)));
    Compositor::new(view.clone(), ViewAssets { panes: panes.collect(), ..ViewAssets::default() }).unwrap()
}

/// A frame of one colour for each video.
fn films(view: &View, colours: &[[u8; 3]]) -> Vec<Frame> {
    let film = |(input, colour): (VideoInput, &[u8; 3])| {
        let mut frame = Frame::new(fit_video(input.source, input.area, input.fit).crop);
        frame.fill(crate::render::colour::rgb_to_ycc(colour[0], colour[1], colour[2]));
        frame
    };
    view.video_inputs().into_iter().zip(colours).map(film).collect()
}

fn drawn(view: &View, n: u32) -> Frame {
    let films = films(view, &[RED, BLUE]);
    let mut out = Frame::new(view.size);
    compositor(view, &pattern()).draw_frame_with_videos(n, &films.iter().collect::<Vec<_>>(), &mut out).unwrap();
    out
}

fn middle(frame: &Frame, area: Area) -> [u8; 3] {
    frame.to_rgb().get_pixel(area.x + area.width / 2, area.y + area.height / 2).0
}

fn near(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 4)
}

fn apart(a: &Area, b: &Area) -> bool {
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
}

/// Even, inside the frame, and apart from each other.
fn sound(areas: &[Area], size: Size, label: &str) {
    for (i, area) in areas.iter().enumerate() {
        let Area { x, y, width, height } = *area;
        assert!([x, y, width, height].iter().all(|side| side % 2 == 0), "{label}: {area:?}");
        assert!(width > 0 && height > 0 && x + width <= size.width && y + height <= size.height, "{label}: {area:?}");
        assert!(areas[..i].iter().all(|other| apart(area, other)), "{label}: {area:?}");
    }
}

#[test]
fn any_number_of_pictures_is_laid_out_in_any_format() {
    let longest = "A caption that takes more than one line of a narrow picture";
    for (size, captions) in SIZES.iter().flat_map(|size| POSITIONS.map(|captions| (*size, captions))) {
        for (count, caption) in (2..=9).flat_map(|count| [None, Some("Short"), Some(longest)].map(|line| (count, line)))
        {
            let label = format!("{count} pictures in {size}, captions {captions:?}, {caption:?}");
            let all: Vec<CaptionedPicture> = (0..count).map(|_| framed(0, caption)).collect();
            let places =
                gallery(LayoutArea { size, captions, above_name: f64::INFINITY }, &CardStyle::PLAIN, true, &all);
            assert_eq!(places.cells.len(), count, "{label}");
            let areas: Vec<Area> = places.cells.iter().map(|cell| cell.area).collect();
            sound(&areas, size, &label);
            for PaneCell { area, text } in &places.cells {
                let aspect = f64::from(area.width) / f64::from(area.height);
                assert!((0.5..=4.2).contains(&aspect), "{label}: {area:?}");
                assert!(caption.is_none() || text.top >= f64::from(area.y + area.height) - 1.0, "{label}");
                if let Some(position @ (CaptionPosition::Bottom | CaptionPosition::Top)) = captions {
                    let (from, to) = band(position, size);
                    let clear = text.bottom <= from + 1.0 || f64::from(area.y) >= to;
                    assert!(clear, "{label}: {area:?} {text:?} {from} {to}");
                }
            }
        }
    }
}

#[test]
fn lines_of_pictures_are_of_one_length_where_their_number_allows_it() {
    let columns = |count: usize, size: Size| {
        let all: Vec<CaptionedPicture> = (0..count).map(|_| framed(0, None)).collect();
        let widths: Vec<u32> =
            gallery(LayoutArea { size, captions: None, above_name: f64::INFINITY }, &CardStyle::PLAIN, false, &all)
                .cells
                .iter()
                .map(|cell| cell.area.width)
                .collect();
        (*widths.iter().min().unwrap(), *widths.iter().max().unwrap())
    };
    for (size, count) in SIZES.iter().flat_map(|size| [2, 4, 6, 8, 9].map(|count| (*size, count))) {
        let (least, most) = columns(count, size);
        assert!(most - least <= 2, "{count} in {size}: {least} to {most}");
    }
}

#[test]
fn videos_side_by_side_keep_their_shape() {
    for (size, captions) in SIZES.iter().flat_map(|size| POSITIONS.map(|captions| (*size, captions))) {
        for source in [Size::new(1920, 1080), Size::new(1080, 1920), Size::new(500, 500)] {
            let screen = || LabelledVideo { label: Some("Label".to_owned()), source };
            let places = screens(
                LayoutArea { size, captions, above_name: f64::INFINITY },
                &CardStyle::PLAIN,
                true,
                &[screen(), screen()],
            );
            let areas: Vec<Area> = places.cells.iter().map(|cell| cell.area).collect();
            sound(&areas, size, &format!("{source} in {size}"));
            for area in areas {
                let aspect = f64::from(area.width) / f64::from(area.height);
                let wanted = f64::from(source.width) / f64::from(source.height);
                assert!((aspect / wanted).ln().abs() < 0.06, "{source} in {size}: {area:?}");
            }
        }
    }
}

#[test]
fn an_inset_keeps_clear_of_what_is_around_it() {
    let corners = [Corner::TopLeft, Corner::TopRight, Corner::BottomLeft, Corner::BottomRight];
    let media = [PaneMedia::Picture { focus: FocusPoint::CENTRE }, PaneMedia::Video { source: Size::new(1080, 1920) }];
    for (size, corner) in SIZES.iter().flat_map(|size| corners.map(|corner| (*size, corner))) {
        for (share, shape) in [None, Some(0.1), Some(0.5)]
            .into_iter()
            .flat_map(|share| [InsetShape::Rounded, InsetShape::Circle].map(|shape| (share, shape)))
        {
            for (captions, media) in POSITIONS.iter().flat_map(|captions| media.map(|media| (*captions, media))) {
                let logo = Some(LogoPlacement { corner, opacity: 1.0, height: 0.1 });
                let around = InsetSurroundings {
                    captions,
                    logo,
                    lower: Some(captions == Some(CaptionPosition::Bottom)),
                    counter: true,
                };
                let inset = InsetPane::placed(media, size, corner, share, shape, &around);
                let label = format!("{inset:?} in {size} at {corner:?} beside {captions:?}");
                sound(&[inset.area], size, &label);
                let (top, bottom) = (f64::from(inset.area.y), f64::from(inset.area.y + inset.area.height));
                if let Some(position) = captions {
                    let (from, to) = band(position, size);
                    assert!(bottom <= from || top >= to, "{label}: {from} {to}");
                }
                let stamp = f64::from(size.height) * 0.1;
                let upper = matches!(corner, Corner::TopLeft | Corner::TopRight);
                assert!(if upper { top >= stamp } else { bottom <= f64::from(size.height) - stamp }, "{label}");
            }
        }
    }
}

#[test]
fn missing_and_foreign_pictures_are_told() {
    let pictures = view(SIZES[0], pictures(&[0, 0]));
    let missing = |assets: ViewAssets| Compositor::new(pictures.clone(), assets).err();
    let told = |role: &str| Some(ComposeError::Pane { role: role.to_owned() });
    assert_eq!(missing(ViewAssets::default()), told("picture-1"));
    let panes = pictures.panes();
    let first = Arc::new(panes[0].placement.prepare(&pattern()));
    assert_eq!(missing(ViewAssets { panes: vec![first.clone()], ..ViewAssets::default() }), told("picture-2"));
    let twice = ViewAssets { panes: vec![first.clone(), first], ..ViewAssets::default() };
    assert_eq!(missing(twice), told("picture-2"));
    let mut outside = view(SIZES[0], SceneContent::Colour(Colour::rgb(0, 0, 0)));
    let area = Area { x: 600, y: 300, width: 60, height: 80 };
    outside.inset = Some(InsetPane { media: PaneMedia::Picture { focus: FocusPoint::CENTRE }, area, radius: 0.0 });
    assert_eq!(Compositor::new(outside, ViewAssets::default()).err(), told("inset"));
}

#[test]
fn each_video_goes_to_its_own_pane() {
    for fit in [ImageFit::Cover, ImageFit::Contain, ImageFit::ContainBlur] {
        for mut view in [view(SIZES[0], two_screens(fit)), view(SIZES[1], two_screens(fit))] {
            let panes = view.panes();
            let frame = drawn(&view, 60);
            assert!(near(middle(&frame, panes[0].placement.area), RED), "{fit:?}");
            assert!(near(middle(&frame, panes[1].placement.area), BLUE), "{fit:?}");
            view.content = SceneContent::Video(VideoContent { fit, source: Size::new(160, 90) });
            let media = PaneMedia::Video { source: Size::new(90, 160) };
            let around = InsetSurroundings::default();
            view.inset = Some(InsetPane::placed(media, view.size, Corner::TopLeft, None, InsetShape::Circle, &around));
            let frame = drawn(&view, 0);
            assert!(
                near(middle(&frame, view.panes()[0].placement.area), BLUE),
                "{fit:?}: the inset is the second video"
            );
            let roles: Vec<String> = view.video_inputs().into_iter().map(|input| input.role).collect();
            assert_eq!(roles, ["video", "inset"]);
        }
    }
}

#[test]
fn a_frame_of_another_size_is_refused_and_a_missing_one_leaves_the_pane_empty() {
    let view = view(SIZES[0], two_screens(ImageFit::Cover));
    let (mut own, mut out) = (compositor(&view, &pattern()), Frame::new(view.size));
    let wrong = Frame::new(Size::new(32, 18));
    let refused = own.draw_frame_with_videos(40, &[&wrong, &wrong], &mut out).unwrap_err();
    assert!(matches!(refused, ComposeError::Video { got: Size { width: 32, height: 18 }, .. }));
    own.draw_frame_with_videos(40, &films(&view, &[RED]).iter().collect::<Vec<_>>(), &mut out).unwrap();
    let panes = view.panes();
    assert!(near(middle(&out, panes[0].placement.area), RED) && !near(middle(&out, panes[1].placement.area), BLUE));
}

#[test]
fn pictures_come_when_they_are_said_and_then_stand_still() {
    let size = SIZES[0];
    for entrance in [Entrance::Rise, Entrance::Slide, Entrance::Pop, Entrance::Fade, Entrance::Type] {
        let mut view = view(size, pictures(&[0, 60]));
        view.look.card.entrance = entrance;
        let second = view.panes()[1].placement.area;
        let seen = |n: u32| middle(&drawn(&view, n), second);
        let (before, coming, there) = (seen(59), seen(67), seen(90));
        assert_eq!(before, seen(30), "{entrance:?}");
        assert!(before != coming && coming != there, "{entrance:?}: {before:?} {coming:?} {there:?}");
        assert_eq!(drawn(&view, 90), drawn(&view, 119), "{entrance:?}");
    }
}

#[test]
fn frames_come_out_the_same_in_any_order() {
    let view = view(SIZES[0], pictures(&[0, 20, 60]));
    let mut own = compositor(&view, &pattern());
    for n in [110, 0, 95, 65, 79, 12, 111, 78] {
        let mut out = Frame::new(view.size);
        own.draw_frame(n, None, &mut out).unwrap();
        assert_eq!(out, drawn(&view, n), "{n}");
    }
}

#[test]
fn a_clipped_view_draws_the_same_frames() {
    let mut inset = view(SIZES[0], SceneContent::Colour(Colour::rgb(9, 90, 40)));
    let media = PaneMedia::Picture { focus: FocusPoint::CENTRE };
    inset.inset = Some(InsetPane::placed(
        media,
        inset.size,
        Corner::TopLeft,
        None,
        InsetShape::Rounded,
        &InsetSurroundings::default(),
    ));
    let still = split(PaneMedia::Picture { focus: FocusPoint::CENTRE });
    let moving = split(PaneMedia::Video { source: Size::new(200, 200) });
    let shows = [pictures(&[0, 20, 60]), still, moving, two_screens(ImageFit::Cover)];
    for view in shows.into_iter().map(|show| view(SIZES[0], show)).chain([inset]) {
        for range in [0..10, 15..30, 45..60, 58..70, 90..100] {
            let (clipped, first) = view.clip(range.clone()).rebase(range.start);
            for n in [range.start, range.end - 1] {
                let moved = n - range.start + first;
                assert_eq!(drawn(&clipped, moved), drawn(&view, n), "{:?} {n} of {range:?}", view.content);
            }
        }
    }
}

#[test]
fn pictures_that_have_not_come_yet_are_not_asked_for() {
    let view = view(SIZES[0], pictures(&[0, 40, 80]));
    let roles = |view: &View| view.panes().into_iter().map(|pane| pane.role).collect::<Vec<_>>();
    assert_eq!(roles(&view.clip(0..30)), ["picture-1"]);
    assert_eq!(roles(&view.clip(0..45)), ["picture-1", "picture-2"]);
    assert_eq!(roles(&view), ["picture-1", "picture-2", "picture-3"]);
    assert_eq!(view.clip(100..110).rebase(100).0, view.clip(110..118).rebase(110).0, "alike once all are there");
}

#[test]
fn corners_are_round_and_see_through_is_kept() {
    let spot = |fit, radius| PanePlacement {
        area: Area { x: 10, y: 10, width: 60, height: 40 },
        fit,
        focus: FocusPoint::CENTRE,
        radius,
        background: Colour::rgb(0, 0, 0),
    };
    let laid = |plate: &PaneImage| {
        let mut frame = Frame::new(Size::new(80, 60));
        frame.fill(crate::render::colour::rgb_to_ycc(250, 250, 250));
        plate.tile.blend(256, &mut frame);
        frame.to_rgb()
    };
    let white = |pixel: &Rgb<u8>| pixel.0.iter().all(|channel| *channel > 240);
    let round = laid(&spot(ImageFit::Cover, 12.0).prepare(&plain(BLUE, 60, 40)));
    assert!(white(round.get_pixel(10, 10)) && white(round.get_pixel(69, 49)) && !white(round.get_pixel(40, 10)));
    let sharp = laid(&spot(ImageFit::Cover, 0.0).prepare(&plain(BLUE, 60, 40)));
    assert!(!white(sharp.get_pixel(10, 10)) && !white(sharp.get_pixel(69, 49)));
    let inside = laid(&spot(ImageFit::Contain, 0.0).prepare(&plain(BLUE, 20, 40)));
    assert!(white(inside.get_pixel(20, 30)) && !white(inside.get_pixel(40, 30)), "contained");
    let clear = DecodedPicture::from_image(RgbaImage::from_pixel(60, 40, Rgba([255, 0, 0, 0])).into());
    assert!(laid(&spot(ImageFit::Cover, 0.0).prepare(&clear)).pixels().all(white));
}

#[test]
fn a_tile_moves_by_parts_of_a_pixel() {
    use crate::render::paint::PaintTransform;
    use crate::render::tile_transform::RowBuffers;
    let spot = PanePlacement {
        area: Area { x: 20, y: 20, width: 40, height: 30 },
        fit: ImageFit::Cover,
        focus: FocusPoint::CENTRE,
        radius: 6.0,
        background: Colour::rgb(0, 0, 0),
    };
    let tile = spot.prepare(&pattern()).tile;
    let posed = |pose: PaintTransform| {
        let mut frame = Frame::new(Size::new(100, 80));
        tile.blend_transformed(pose, 1.0, &mut RowBuffers::default(), &mut frame);
        frame
    };
    let mut still = Frame::new(Size::new(100, 80));
    tile.blend(256, &mut still);
    let off =
        |a: &Frame, b: &Frame| a.y.iter().zip(&b.y).chain(a.u.iter().zip(&b.u)).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(off(&posed(PaintTransform::STILL), &still) <= Some(1), "a pose that is none");
    let moved = |x: f64, y: f64| posed(PaintTransform { shift: (x, y), ..PaintTransform::STILL });
    let (here, there) = (moved(0.0, 0.0), moved(2.0, -4.0));
    let at = |frame: &Frame, x: usize, y: usize| frame.y[y * 100 + x];
    let same =
        (10..50).flat_map(|y| (10..70).map(move |x| (x, y))).all(|(x, y)| at(&here, x, y) == at(&there, x + 2, y - 4));
    assert!(same, "by whole pixels it only moves");
    // The middle of what is seen moves with the shift, in steps that are as even.
    let weight = |frame: &Frame| {
        let (mut sum, mut total) = (0.0, 0.0);
        for (i, &luma) in frame.y.iter().enumerate() {
            let light = f64::from(luma) - 16.0;
            (sum, total) = (sum + light * (i / 100) as f64, total + light);
        }
        sum / total
    };
    let heights: Vec<f64> = (0..=8).map(|i| weight(&moved(0.0, f64::from(i) / 8.0))).collect();
    assert!(heights.windows(2).all(|pair| (0.10..0.15).contains(&(pair[1] - pair[0]))), "{heights:?}");
    let about = (40.0, 35.0);
    let small = posed(PaintTransform { scale: 0.5, about, ..PaintTransform::STILL });
    let lit = |frame: &Frame| frame.y.iter().filter(|luma| **luma > 24).count() as f64;
    assert!((lit(&small) / lit(&still) - 0.25).abs() < 0.05, "{} {}", lit(&small), lit(&still));
}
