//! What a 1080p frame costs before it reaches the encoder. One thread.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use t2v::render::captions::{Setting, SpokenWord, pages};
use t2v::render::transition::{Style, blend};
use t2v::render::{Assets, Captions, Compositor, Frame, Item, Picture, Show, View};
use t2v::spec::model::{
    Axis, Backdrop, CaptionPosition, CaptionStyle, Card, Corner, Depth, Direction, Easing, Fit, Focus, Look, Motion,
    TransitionKind, Turn,
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
        backdrop: Backdrop::PLAIN,
        card: Card::PLAIN,
        area: None,
        layers: Vec::new(),
    }
}

fn view(show: Show) -> View {
    View::plain(SIZE, FPS, FRAMES, show, look())
}

fn photo() -> Picture {
    let pixel = |x: u32, y: u32| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 27;
        image::Rgb([(x / 16 + noise) as u8, (y / 12 + noise) as u8, ((x + y) / 24) as u8])
    };
    Picture::from_image(image::RgbImage::from_fn(4000, 3000, pixel).into())
}

fn moving(motion: Motion) -> View {
    view(Show::Picture { fit: Fit::Cover, motion, focus: Focus::CENTRE })
}

fn captions() -> Captions {
    let text = "Change one sentence, and only that sentence is spoken again; the rest is copied.";
    let word = |(i, text): (usize, &str)| {
        let from = i as u64 * 15_000;
        SpokenWord { text: text.to_owned(), from, to: from + 15_000, joined: false }
    };
    let words: Vec<SpokenWord> = text.split(' ').enumerate().map(word).collect();
    let setting = Setting { style: CaptionStyle::Karaoke, size: SIZE, fps: FPS, frames: FRAMES, font: "Inter" };
    let pages = pages(&words, &setting);
    Captions { style: CaptionStyle::Karaoke, position: CaptionPosition::Bottom, pages }
}

fn compositor(view: View, picture: &Picture) -> Compositor {
    let picture = view.shot().map(|shot| Arc::new(shot.prepare(picture)));
    Compositor::new(view, Assets { picture, ..Assets::default() }).expect("the view is sound")
}

/// Every frame of the scene in turn, so that what is kept between frames counts as it does in a build.
fn measure(c: &mut Criterion, name: &str, mut compositor: Compositor) {
    let (mut n, mut out) = (0, Frame::new(SIZE));
    c.bench_function(name, |bench| {
        bench.iter(|| {
            compositor.frame(n, None, &mut out).expect("the view needs no video");
            n = (n + 1) % FRAMES;
            black_box(out.y[0])
        });
    });
}

fn frames(c: &mut Criterion) {
    let photo = photo();
    measure(c, "ken burns", compositor(moving(Motion::ZoomIn), &photo));
    measure(c, "pan", compositor(moving(Motion::PanRight), &photo));
    let mut captioned = moving(Motion::ZoomIn);
    captioned.captions = Some(captions());
    measure(c, "ken burns, karaoke", compositor(captioned, &photo));
    let title = Show::Title { title: "Make it work, then make it incremental".to_owned(), subtitle: None };
    measure(c, "title", compositor(view(title), &photo));
    let item = |at| Item { text: "Finished segments are reused, byte for byte".to_owned(), at };
    let list = Show::List { heading: Some("What is kept".to_owned()), items: [0, 30, 60, 90].map(item).to_vec() };
    measure(c, "list", compositor(view(list), &photo));
}

fn crossfade(c: &mut Criterion) {
    let photo = photo();
    let (mut a, mut b) = (compositor(moving(Motion::ZoomIn), &photo), compositor(moving(Motion::PanLeft), &photo));
    let (mut from, mut to, mut out) = (Frame::new(SIZE), Frame::new(SIZE), Frame::new(SIZE));
    let mut i = 0;
    c.bench_function("crossfade of two", |bench| {
        bench.iter(|| {
            a.frame(FRAMES - 15 + i, None, &mut from).expect("the view needs no video");
            b.frame(i, None, &mut to).expect("the view needs no video");
            blend(Style { kind: TransitionKind::Crossfade, easing: Easing::EaseInOut }, i, 15, &from, &to, &mut out);
            i = (i + 1) % 15;
            black_box(out.y[0])
        });
    });
}

/// Every kind, without what it costs to draw the two frames.
fn kinds() -> [TransitionKind; 34] {
    use TransitionKind as Kind;
    let (left, up, through) = (Direction::Left, Direction::Up, Colour::rgb(0, 0, 0));
    let (across, along) = (Axis::Horizontal, Axis::Vertical);
    [
        Kind::Crossfade,
        Kind::Fade { through },
        Kind::Flash { through },
        Kind::Luma,
        Kind::Slide { towards: left },
        Kind::Push { towards: left },
        Kind::Push { towards: up },
        Kind::Reveal { towards: left },
        Kind::Squeeze { towards: left },
        Kind::Squeeze { towards: up },
        Kind::Page { towards: left },
        Kind::Page { towards: up },
        Kind::Whip { towards: left },
        Kind::Whip { towards: up },
        Kind::Wipe { towards: left },
        Kind::Diagonal { towards: Corner::BottomRight },
        Kind::Split { axis: across },
        Kind::Doors { axis: across },
        Kind::Doors { axis: along },
        Kind::Stripes { axis: across },
        Kind::Stripes { axis: along },
        Kind::Blinds { towards: left },
        Kind::Circle { depth: Depth::Out },
        Kind::Circle { depth: Depth::In },
        Kind::Diamond { depth: Depth::Out },
        Kind::Clock { turn: Turn::Clockwise },
        Kind::Checker,
        Kind::Tiles,
        Kind::Dissolve,
        Kind::Clouds,
        Kind::Pixelate,
        Kind::Blur,
        Kind::Zoom { depth: Depth::In },
        Kind::Zoom { depth: Depth::Out },
    ]
}

fn transitions(c: &mut Criterion) {
    let photo = photo();
    let (mut from, mut to, mut out) = (Frame::new(SIZE), Frame::new(SIZE), Frame::new(SIZE));
    compositor(moving(Motion::ZoomIn), &photo).frame(0, None, &mut from).expect("the view needs no video");
    compositor(moving(Motion::PanLeft), &photo).frame(0, None, &mut to).expect("the view needs no video");
    for kind in kinds() {
        let mut i = 0;
        c.bench_function(&format!("transition: {kind:?}"), |bench| {
            bench.iter(|| {
                blend(Style { kind, easing: Easing::EaseInOut }, i, 15, &from, &to, &mut out);
                i = (i + 1) % 15;
                black_box(out.y[0])
            });
        });
    }
}

fn once(c: &mut Criterion) {
    let photo = photo();
    let shot = moving(Motion::ZoomIn).shot().expect("the view shows a picture");
    c.bench_function("prepare a 12 MP photo", |bench| bench.iter(|| shot.prepare(&photo)));
    let title = view(Show::Title { title: "Caching".to_owned(), subtitle: None });
    c.bench_function("set up a title", |bench| {
        bench.iter(|| Compositor::new(title.clone(), Assets::default()).is_ok())
    });
}

criterion_group!(benches, frames, crossfade, transitions, once);
criterion_main!(benches);
