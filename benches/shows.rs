//! What drawing costs, show by show: the median and the 99th percentile of a 1080p frame, one thread, before it reaches the encoder.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use t2v::render::captions::{Setting, SpokenWord, pages};
use t2v::render::{
    Around, Assets, BANDS, Captions, Chart, Clear, Code, Compositor, Frame, Framed, Inset, Item, Levels, Lit, Mark,
    Marks, Media, Picture, Row, Screen, Show, Stated, View, Voice, Waveform, fitted, spans,
};
use t2v::spec::model::{
    Backdrop, BackdropKind, CaptionPosition, CaptionStyle, ChartKind, Corner, Fit, Focus, InsetShape, Look, MarkShape,
    Motion, Progress, Series, Side, WavePlace, WaveStyle,
};
use t2v::spec::{self, Options};
use t2v::units::{Fps, Size};

const SIZE: Size = Size::new(1920, 1080);
const FPS: Fps = Fps::whole(30);
/// A scene of five seconds, whose parts come in one after the other.
const FRAMES: u32 = 150;
const ROUNDS: usize = 5;
/// What a frame may cost in the median and in the 99th percentile, in milliseconds.
const GOAL: (f64, f64) = (8.0, 15.0);

fn look(template: &str) -> Look {
    let text = format!("template: {template}\nscenes: [{{ say: Hello. }}]");
    spec::parse(&text, Path::new("."), "film", &Options::default()).expect("it is in the box").spec.look
}

fn view(show: Show) -> View {
    let look = look("kids");
    View::plain(SIZE, FPS, FRAMES, show, look)
}

fn photo() -> Picture {
    let pixel = |x: u32, y: u32| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 27;
        image::Rgb([(x / 16 + noise) as u8, (y / 12 + noise) as u8, ((x + y) / 24) as u8])
    };
    Picture::from_image(image::RgbImage::from_fn(4000, 3000, pixel).into())
}

fn code() -> Code {
    let text: Vec<String> =
        (1..=14).map(|n| format!("    let step_{n} = plan.step({n}, \"a text\"); // and why")).collect();
    let lit = |(i, at): (u32, u32)| Lit { from: i, to: i + 1, at, until: at + 40 };
    Code {
        heading: Some("A listing".to_owned()),
        name: Some("plan.rs".to_owned()),
        first: 1,
        lines: spans(&text, 0, Some("rust")),
        lit: [(2, 20), (6, 60), (9, 100)].map(lit).to_vec(),
        typed: None,
    }
}

fn chart(kind: ChartKind) -> Chart {
    let count = if kind == ChartKind::Pie { 6 } else { 12 };
    let series = Series { name: "seconds".to_owned(), values: (0..count).map(|i| f64::from(i * i % 7 + 2)).collect() };
    let labels = (0..count).map(|i| format!("label {i}")).collect();
    let at = if kind == ChartKind::Line { vec![0] } else { (0..count as u32).map(|i| i * 8).collect() };
    Chart { heading: Some("A chart".to_owned()), kind, unit: Some("s".to_owned()), labels, series: vec![series], at }
}

fn shows() -> BTreeMap<String, Show> {
    let text = |text: &str| text.to_owned();
    let item = |at| Item { text: text("Finished segments are reused, byte for byte"), at };
    let row = |at| Row { cells: ["a cell of a table", "12.5", "99 %"].map(text).to_vec(), at };
    let said = "Only what changed is made again and all the rest is taken from the cache as it was";
    let stated =
        |(i, word): (usize, &str)| Stated { text: text(word), lit: i % 4 == 3, at: i as u32 * 8, joined: false };
    let picture = |motion| Show::Picture { fit: Fit::Cover, motion, focus: Focus::CENTRE };
    let mut backdrop = look("studio").backdrop;
    backdrop.kind = BackdropKind::Flow;
    let shows = [
        ("picture, held", picture(Motion::Hold)),
        ("picture, zoom", picture(Motion::ZoomIn)),
        ("picture, pan", picture(Motion::PanLeft)),
        ("backdrop", Show::Backdrop(backdrop)),
        (
            "title",
            Show::Title { title: text("Make it work, then make it incremental"), subtitle: Some(text("A line below")) },
        ),
        ("list", Show::List { heading: Some(text("What is kept")), items: [0, 30, 60, 90].map(item).to_vec() }),
        (
            "quote",
            Show::Quote {
                text: text("Make it work, then make it incremental, and then look again."),
                by: Some(text("Somebody")),
            },
        ),
        ("statement", Show::Statement { words: said.split(' ').enumerate().map(stated).collect() }),
        (
            "table",
            Show::Table {
                heading: None,
                head: ["what", "how much", "of all"].map(text).to_vec(),
                rows: [0, 30, 60, 90].map(row).to_vec(),
            },
        ),
        ("end", Show::End { title: text("Thank you"), lines: vec![text("The code is free")], qr: None }),
        ("qr", Show::Qr { text: text("https://example.org"), title: Some(text("Get the code")), caption: None }),
        ("logo", Show::Logo { title: Some(text("A name")), subtitle: Some(text("A line below it")) }),
        ("code", Show::Code(code())),
        ("code, typed", Show::Code(Code { typed: Some((5, 120)), lit: vec![], ..code() })),
        ("chart, bars", Show::Chart(chart(ChartKind::Bar))),
        ("chart, line", Show::Chart(chart(ChartKind::Line))),
        ("chart, pie", Show::Chart(chart(ChartKind::Pie))),
        ("pictures, in turn", pictures([0, 16, 32, 48, 64, 80, 96, 112, 128])),
        ("pictures, at once", pictures([0, 2, 4, 6, 8, 10, 12, 14, 16])),
        (
            "split",
            Show::Split {
                media: Media::Picture { focus: Focus::CENTRE },
                side: Side::Left,
                fit: Fit::Cover,
                title: Some(text("What is kept")),
                text: None,
                items: [0, 30, 60, 90].map(item).to_vec(),
                captions: None,
            },
        ),
        ("screens", Show::Screens { heading: None, fit: Fit::Cover, screens: vec![screen(); 2], captions: None }),
    ];
    shows.map(|(name, show)| (text(name), show)).into()
}

fn pictures(at: [u32; 9]) -> Show {
    let framed = |at| Framed { caption: Some("What it shows".to_owned()), focus: Focus::CENTRE, at };
    Show::Pictures { heading: None, fit: Fit::Cover, pictures: at.map(framed).to_vec(), captions: None }
}

fn screen() -> Screen {
    Screen { label: Some("Before".to_owned()), source: Size::new(1280, 720) }
}

/// Three marks, one after the other.
fn marks(dim: bool) -> Marks {
    let shapes = [
        MarkShape::Box { x: 0.1, y: 0.2, width: 0.3, height: 0.25 },
        MarkShape::Circle { x: 0.7, y: 0.5, radius: 0.08 },
        MarkShape::Arrow { x: 0.5, y: 0.7, from: None },
    ];
    let mark = |(shape, at): (MarkShape, u32)| {
        let until = if dim { at + 50 } else { u32::MAX };
        Mark { shape, label: Some("What this is".to_owned()), at, until }
    };
    let clear = Clear { captions: Some(CaptionPosition::Bottom), lower: false };
    Marks { marks: shapes.into_iter().zip([0, 50, 100]).map(mark).collect(), dim, clear }
}

fn captions(style: CaptionStyle) -> Captions {
    let words = "Change one sentence, and only that sentence is spoken again; the rest is copied.";
    let word = |(i, text): (usize, &str)| {
        let from = i as u64 * 15_000;
        SpokenWord { text: text.to_owned(), from, to: from + 15_000, joined: false }
    };
    let words: Vec<SpokenWord> = words.split(' ').enumerate().map(word).collect();
    let setting = Setting { style, size: SIZE, fps: FPS, frames: FRAMES, font: "Inter" };
    Captions { style, position: CaptionPosition::Bottom, pages: pages(&words, &setting) }
}

/// Milliseconds of every frame, over all rounds, sorted.
fn times(view: View, photo: &Picture) -> Vec<f64> {
    let picture = view.shot().map(|shot| Arc::new(shot.prepare(photo)));
    let panes = view.panes().into_iter().filter(|pane| pane.source.is_none());
    let panes: Vec<_> = panes.map(|pane| Arc::new(pane.spot.prepare(photo))).collect();
    let emblem = view.emblem().map(|room| Arc::new(room.prepare(photo)));
    let heard = view.over.waveform.iter().flat_map(|waveform| &waveform.pieces);
    let levels: Vec<Arc<Levels>> = heard.map(|voice| Arc::new(noise(voice.frames))).collect();
    let videos: Vec<Frame> =
        view.reels().iter().map(|reel| Frame::new(fitted(reel.source, reel.room, reel.fit).crop)).collect();
    let videos: Vec<&Frame> = videos.iter().collect();
    let (mut times, mut out) = (Vec::new(), Frame::new(SIZE));
    for _ in 0..ROUNDS {
        let assets = Assets {
            picture: picture.clone(),
            panes: panes.clone(),
            emblem: emblem.clone(),
            levels: levels.clone(),
            ..Assets::default()
        };
        let mut compositor = Compositor::new(view.clone(), assets).expect("the view is sound");
        for n in 0..FRAMES {
            let start = Instant::now();
            compositor.frame_of(n, &videos, &mut out).expect("the videos are of the size asked for");
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
    }
    times.sort_by(f64::total_cmp);
    times
}

/// Levels of a voice that never rests.
fn noise(frames: u32) -> Levels {
    let levels = (0..frames * BANDS as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8);
    let bytes: Vec<u8> = std::iter::once(BANDS as u8).chain(levels).collect();
    Levels::read(&bytes).expect("levels of this form")
}

fn row(name: &str, times: &[f64]) {
    let (median, late) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    let note = if median <= GOAL.0 && late <= GOAL.1 { "" } else { "  more than it may" };
    println!("{name:24} {median:6.2} ms   {late:6.2} ms{note}");
}

fn main() {
    println!("{:24} {:>9}   {:>9}", format!("a frame of {SIZE}"), "median", "p99");
    println!("{:24} {:6.2} ms   {:6.2} ms", "goal", GOAL.0, GOAL.1);
    let photo = photo();
    for (name, show) in shows() {
        row(&name, &times(view(show), &photo));
    }
    let mut inset = view(Show::Picture { fit: Fit::Cover, motion: Motion::ZoomIn, focus: Focus::CENTRE });
    let media = Media::Video { source: Size::new(1280, 720) };
    let (corner, shape) = (Corner::BottomRight, InsetShape::Circle);
    inset.inset = Some(Inset::placed(media, SIZE, corner, None, shape, &Around::default()));
    row("zoom, inset", &times(inset, &photo));
    let zoom = || view(Show::Picture { fit: Fit::Cover, motion: Motion::ZoomIn, focus: Focus::CENTRE });
    // Where they stand if nothing is said: small over pictures, large over a backdrop.
    let backdrop = view(Show::Backdrop(Backdrop { kind: BackdropKind::Mesh, seed: 3 }));
    for (name, mut heard, at) in
        [("zoom, waveform", zoom(), WavePlace::Bottom), ("backdrop, waveform", backdrop, WavePlace::Middle)]
    {
        let pieces = vec![Voice { from: 0, frames: FRAMES }];
        heard.over.waveform = Some(Waveform { style: WaveStyle::Bars, at, raised: true, pieces });
        row(name, &times(heard, &photo));
    }
    let mut parted = zoom();
    parted.over.progress = Some(Progress { part: 1, of: 4, scene: 0, scenes: 2, at: None });
    row("zoom, progress", &times(parted, &photo));
    for dim in [false, true] {
        let mut marked = zoom();
        marked.over.marks = Some(marks(dim));
        row(if dim { "zoom, marks, dim" } else { "zoom, marks" }, &times(marked, &photo));
    }
    use CaptionStyle as Style;
    for style in [
        Style::Karaoke,
        Style::Word,
        Style::Line,
        Style::Boxed,
        Style::Highlight,
        Style::Pop,
        Style::Reveal,
        Style::Underline,
        Style::Bar,
        Style::Shadow,
    ] {
        let mut captioned = view(Show::Picture { fit: Fit::Cover, motion: Motion::ZoomIn, focus: Focus::CENTRE });
        captioned.captions = Some(captions(style));
        row(&format!("zoom, captions {style:?}").to_lowercase(), &times(captioned, &photo));
    }
}
