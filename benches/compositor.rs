//! What a 1080p frame costs before it reaches the encoder. One thread.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use t2v::render::captions::{CaptionSetting, SpokenWord, pages};
use t2v::render::content::{ListCard, PictureContent, TitleCard};
use t2v::render::transition::{TransitionStyle, blend};
use t2v::render::{CaptionTrack, Compositor, DecodedPicture, Frame, ListItem, SceneContent, View, ViewAssets};
use t2v::spec::model::{
    CameraMotion, CaptionPosition, CaptionStyle, Direction, Easing, FocusPoint, ImageFit, Look, TransitionAxis,
    TransitionKind, ZoomDirection,
};
use t2v::units::{Colour, Fps, Size};

const SIZE: Size = Size::new(1920, 1080);
const FPS: Fps = Fps::whole(30);
const FRAMES: u32 = 150;

fn look() -> Look {
    Look {
        background: Colour::rgb(14, 21, 37),
        background_end: Colour::rgb(28, 44, 80),
        text: Colour::rgb(245, 247, 251),
        muted: Colour::rgb(169, 180, 200),
        accent: Colour::rgb(255, 181, 71),
        caption: Colour::rgb(255, 255, 255),
        caption_back: Colour::rgb(11, 15, 24),
        heading_font: "Manrope".to_owned(),
        body_font: "Inter".to_owned(),
        ..Look::PLAIN
    }
}

fn view(show: SceneContent) -> View {
    View::new(SIZE, FPS, FRAMES, show, look())
}

fn photo() -> DecodedPicture {
    let pixel = |x: u32, y: u32| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 27;
        image::Rgb([(x / 16 + noise) as u8, (y / 12 + noise) as u8, ((x + y) / 24) as u8])
    };
    DecodedPicture::from_image(image::RgbImage::from_fn(4000, 3000, pixel).into())
}

fn moving(motion: CameraMotion) -> View {
    view(SceneContent::Picture(PictureContent { fit: ImageFit::Cover, motion, focus: FocusPoint::CENTRE }))
}

fn captions() -> CaptionTrack {
    let text = "Change one sentence, and only that sentence is spoken again; the rest is copied.";
    let word = |(i, text): (usize, &str)| {
        let from = i as u64 * 15_000;
        SpokenWord { text: text.to_owned(), from, to: from + 15_000, joined: false }
    };
    let words: Vec<SpokenWord> = text.split(' ').enumerate().map(word).collect();
    let setting = CaptionSetting { style: CaptionStyle::Karaoke, size: SIZE, fps: FPS, frames: FRAMES, font: "Inter" };
    let pages = pages(&words, &setting);
    CaptionTrack { style: CaptionStyle::Karaoke, position: CaptionPosition::Bottom, pages }
}

fn compositor(view: View, picture: &DecodedPicture) -> Compositor {
    let picture = view.shot().map(|shot| Arc::new(shot.prepare(picture)));
    Compositor::new(view, ViewAssets { picture, ..ViewAssets::default() }).expect("the view is sound")
}

/// Every frame of the scene in turn, so that what is kept between frames counts as it does in a build.
fn measure(c: &mut Criterion, name: &str, mut compositor: Compositor) {
    let (mut n, mut out) = (0, Frame::new(SIZE));
    c.bench_function(name, |bench| {
        bench.iter(|| {
            compositor.draw_frame(n, None, &mut out).expect("the view needs no video");
            n = (n + 1) % FRAMES;
            black_box(out.y[0])
        });
    });
}

fn frames(c: &mut Criterion) {
    let photo = photo();
    measure(c, "ken burns", compositor(moving(CameraMotion::ZoomIn), &photo));
    measure(c, "pan", compositor(moving(CameraMotion::PanRight), &photo));
    let mut captioned = moving(CameraMotion::ZoomIn);
    captioned.captions = Some(captions());
    measure(c, "ken burns, karaoke", compositor(captioned, &photo));
    let title =
        SceneContent::Title(TitleCard { title: "Make it work, then make it incremental".to_owned(), subtitle: None });
    measure(c, "title", compositor(view(title), &photo));
    let item = |at| ListItem { text: "Finished segments are reused, byte for byte".to_owned(), at };
    let list = SceneContent::List(ListCard {
        heading: Some("What is kept".to_owned()),
        items: [0, 30, 60, 90].map(item).to_vec(),
    });
    measure(c, "list", compositor(view(list), &photo));
}

fn crossfade(c: &mut Criterion) {
    let photo = photo();
    let (mut a, mut b) =
        (compositor(moving(CameraMotion::ZoomIn), &photo), compositor(moving(CameraMotion::PanLeft), &photo));
    let (mut from, mut to, mut out) = (Frame::new(SIZE), Frame::new(SIZE), Frame::new(SIZE));
    let mut i = 0;
    c.bench_function("crossfade of two", |bench| {
        bench.iter(|| {
            a.draw_frame(FRAMES - 15 + i, None, &mut from).expect("the view needs no video");
            b.draw_frame(i, None, &mut to).expect("the view needs no video");
            blend(
                TransitionStyle { kind: TransitionKind::Crossfade, easing: Easing::EaseInOut },
                i,
                15,
                &from,
                &to,
                &mut out,
            );
            i = (i + 1) % 15;
            black_box(out.y[0])
        });
    });
}

/// Every kind, and the other direction of those whose cost hangs on it; without what it costs to draw the two frames.
fn kinds() -> impl Iterator<Item = TransitionKind> {
    use TransitionKind as Kind;
    let upwards = [
        Kind::Push { towards: Direction::Up },
        Kind::Squeeze { towards: Direction::Up },
        Kind::Page { towards: Direction::Up },
        Kind::Whip { towards: Direction::Up },
    ];
    let others = [
        Kind::Doors { axis: TransitionAxis::Vertical },
        Kind::Stripes { axis: TransitionAxis::Vertical },
        Kind::Circle { depth: ZoomDirection::In },
        Kind::Zoom { depth: ZoomDirection::Out },
    ];
    let defaults = Kind::DEFAULTS.into_iter().filter(|kind| *kind != Kind::Cut);
    defaults.chain(upwards).chain(others)
}

fn transitions(c: &mut Criterion) {
    let photo = photo();
    let (mut from, mut to, mut out) = (Frame::new(SIZE), Frame::new(SIZE), Frame::new(SIZE));
    compositor(moving(CameraMotion::ZoomIn), &photo).draw_frame(0, None, &mut from).expect("the view needs no video");
    compositor(moving(CameraMotion::PanLeft), &photo).draw_frame(0, None, &mut to).expect("the view needs no video");
    for kind in kinds() {
        let mut i = 0;
        c.bench_function(&format!("transition: {kind:?}"), |bench| {
            bench.iter(|| {
                blend(TransitionStyle { kind, easing: Easing::EaseInOut }, i, 15, &from, &to, &mut out);
                i = (i + 1) % 15;
                black_box(out.y[0])
            });
        });
    }
}

fn once(c: &mut Criterion) {
    let photo = photo();
    let shot = moving(CameraMotion::ZoomIn).shot().expect("the view shows a picture");
    c.bench_function("prepare a 12 MP photo", |bench| bench.iter(|| shot.prepare(&photo)));
    let title = view(SceneContent::Title(TitleCard { title: "Caching".to_owned(), subtitle: None }));
    c.bench_function("set up a title", |bench| {
        bench.iter(|| Compositor::new(title.clone(), ViewAssets::default()).is_ok())
    });
}

criterion_group!(benches, frames, crossfade, transitions, once);
criterion_main!(benches);
