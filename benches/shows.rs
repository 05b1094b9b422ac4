//! What drawing costs, show by show: the median and the 99th percentile of a 1080p frame, one thread, before it reaches the encoder.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use t2v::render::captions::{CaptionSetting, SpokenWord, pages};
use t2v::render::content::{
    EndCard, ListCard, LogoCard, PictureContent, PicturesCard, QrCard, QuoteCard, ScreensCard, SplitCard,
    StatementCard, TableCard, TitleCard,
};
use t2v::render::{
    BANDS, BandLevels, CaptionTrack, CaptionedPicture, ChartData, CodeListing, Compositor, DecodedPicture, Frame,
    InsetPane, InsetSurroundings, LabelledVideo, LineHighlight, ListItem, PaneMedia, PictureMark, PictureMarks,
    ReservedAreas, SceneContent, SpeechPiece, StatementWord, TableRow, View, ViewAssets, WaveformOverlay, fit_video,
    spans,
};
use t2v::spec::model::{
    Backdrop, BackdropKind, CameraMotion, CaptionPosition, CaptionStyle, ChartKind, ChartSeries, Corner, FocusPoint,
    ImageFit, InsetShape, Look, MarkShape, ProgressBar, SplitSide, WaveformPosition, WaveformStyle,
};
use t2v::spec::{self, LoadOptions};
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
    spec::parse(&text, Path::new("."), "film", &LoadOptions::default()).expect("it is in the box").spec.look
}

fn view(show: SceneContent) -> View {
    let look = look("kids");
    View::new(SIZE, FPS, FRAMES, show, look)
}

fn photo() -> DecodedPicture {
    let pixel = |x: u32, y: u32| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 27;
        image::Rgb([(x / 16 + noise) as u8, (y / 12 + noise) as u8, ((x + y) / 24) as u8])
    };
    DecodedPicture::from_image(image::RgbImage::from_fn(4000, 3000, pixel).into())
}

fn code() -> CodeListing {
    let text: Vec<String> =
        (1..=14).map(|n| format!("    let step_{n} = plan.step({n}, \"a text\"); // and why")).collect();
    let lit = |(i, at): (u32, u32)| LineHighlight { from: i, to: i + 1, at, until: at + 40 };
    CodeListing {
        heading: Some("A listing".to_owned()),
        name: Some("plan.rs".to_owned()),
        first: 1,
        lines: spans(&text, 0, Some("rust")),
        lit: [(2, 20), (6, 60), (9, 100)].map(lit).to_vec(),
        typed: None,
    }
}

fn chart(kind: ChartKind) -> ChartData {
    let count = if kind == ChartKind::Pie { 6 } else { 12 };
    let series =
        ChartSeries { name: "seconds".to_owned(), values: (0..count).map(|i| f64::from(i * i % 7 + 2)).collect() };
    let labels = (0..count).map(|i| format!("label {i}")).collect();
    let at = if kind == ChartKind::Line { vec![0] } else { (0..count as u32).map(|i| i * 8).collect() };
    ChartData {
        heading: Some("A chart".to_owned()),
        kind,
        unit: Some("s".to_owned()),
        labels,
        series: vec![series],
        at,
    }
}

fn shows() -> BTreeMap<String, SceneContent> {
    let text = |text: &str| text.to_owned();
    let item = |at| ListItem { text: text("Finished segments are reused, byte for byte"), at };
    let row = |at| TableRow { cells: ["a cell of a table", "12.5", "99 %"].map(text).to_vec(), at };
    let said = "Only what changed is made again and all the rest is taken from the cache as it was";
    let stated = |(i, word): (usize, &str)| StatementWord {
        text: text(word),
        accented: i % 4 == 3,
        at: i as u32 * 8,
        joined: false,
    };
    let picture =
        |motion| SceneContent::Picture(PictureContent { fit: ImageFit::Cover, motion, focus: FocusPoint::CENTRE });
    let mut backdrop = look("studio").backdrop;
    backdrop.kind = BackdropKind::Flow;
    let shows = [
        ("picture, held", picture(CameraMotion::Hold)),
        ("picture, zoom", picture(CameraMotion::ZoomIn)),
        ("picture, pan", picture(CameraMotion::PanLeft)),
        ("backdrop", SceneContent::Backdrop(backdrop)),
        (
            "title",
            SceneContent::Title(TitleCard {
                title: text("Make it work, then make it incremental"),
                subtitle: Some(text("A line below")),
            }),
        ),
        (
            "list",
            SceneContent::List(ListCard {
                heading: Some(text("What is kept")),
                items: [0, 30, 60, 90].map(item).to_vec(),
            }),
        ),
        (
            "quote",
            SceneContent::Quote(QuoteCard {
                text: text("Make it work, then make it incremental, and then look again."),
                by: Some(text("Somebody")),
            }),
        ),
        (
            "statement",
            SceneContent::Statement(StatementCard { words: said.split(' ').enumerate().map(stated).collect() }),
        ),
        (
            "table",
            SceneContent::Table(TableCard {
                heading: None,
                head: ["what", "how much", "of all"].map(text).to_vec(),
                rows: [0, 30, 60, 90].map(row).to_vec(),
            }),
        ),
        (
            "end",
            SceneContent::End(EndCard { title: text("Thank you"), lines: vec![text("The code is free")], qr: None }),
        ),
        (
            "qr",
            SceneContent::Qr(QrCard {
                text: text("https://example.org"),
                title: Some(text("Get the code")),
                caption: None,
            }),
        ),
        ("logo", SceneContent::Logo(LogoCard { title: Some(text("A name")), subtitle: Some(text("A line below it")) })),
        ("code", SceneContent::Code(code())),
        ("code, typed", SceneContent::Code(CodeListing { typed: Some((5, 120)), lit: vec![], ..code() })),
        ("chart, bars", SceneContent::Chart(chart(ChartKind::Bar))),
        ("chart, line", SceneContent::Chart(chart(ChartKind::Line))),
        ("chart, pie", SceneContent::Chart(chart(ChartKind::Pie))),
        ("pictures, in turn", pictures([0, 16, 32, 48, 64, 80, 96, 112, 128])),
        ("pictures, at once", pictures([0, 2, 4, 6, 8, 10, 12, 14, 16])),
        (
            "split",
            SceneContent::Split(SplitCard {
                media: PaneMedia::Picture { focus: FocusPoint::CENTRE },
                side: SplitSide::Left,
                fit: ImageFit::Cover,
                title: Some(text("What is kept")),
                text: None,
                items: [0, 30, 60, 90].map(item).to_vec(),
                captions: None,
            }),
        ),
        (
            "screens",
            SceneContent::Screens(ScreensCard {
                heading: None,
                fit: ImageFit::Cover,
                screens: vec![screen(); 2],
                captions: None,
            }),
        ),
    ];
    shows.map(|(name, show)| (text(name), show)).into()
}

fn pictures(at: [u32; 9]) -> SceneContent {
    let framed = |at| CaptionedPicture { caption: Some("What it shows".to_owned()), focus: FocusPoint::CENTRE, at };
    SceneContent::Pictures(PicturesCard {
        heading: None,
        fit: ImageFit::Cover,
        pictures: at.map(framed).to_vec(),
        captions: None,
    })
}

fn screen() -> LabelledVideo {
    LabelledVideo { label: Some("Before".to_owned()), source: Size::new(1280, 720) }
}

/// Three marks, one after the other.
fn marks(dim: bool) -> PictureMarks {
    let shapes = [
        MarkShape::Box { x: 0.1, y: 0.2, width: 0.3, height: 0.25 },
        MarkShape::Circle { x: 0.7, y: 0.5, radius: 0.08 },
        MarkShape::Arrow { x: 0.5, y: 0.7, from: None },
    ];
    let mark = |(shape, at): (MarkShape, u32)| {
        let until = if dim { at + 50 } else { u32::MAX };
        PictureMark { shape, label: Some("What this is".to_owned()), at, until }
    };
    let clear = ReservedAreas { captions: Some(CaptionPosition::Bottom), lower: false };
    PictureMarks { marks: shapes.into_iter().zip([0, 50, 100]).map(mark).collect(), dim, clear }
}

fn captions(style: CaptionStyle) -> CaptionTrack {
    let words = "Change one sentence, and only that sentence is spoken again; the rest is copied.";
    let word = |(i, text): (usize, &str)| {
        let from = i as u64 * 15_000;
        SpokenWord { text: text.to_owned(), from, to: from + 15_000, joined: false }
    };
    let words: Vec<SpokenWord> = words.split(' ').enumerate().map(word).collect();
    let setting = CaptionSetting { style, size: SIZE, fps: FPS, frames: FRAMES, font: "Inter" };
    CaptionTrack { style, position: CaptionPosition::Bottom, pages: pages(&words, &setting) }
}

/// Milliseconds of every frame, over all rounds, sorted.
fn times(view: View, photo: &DecodedPicture) -> Vec<f64> {
    let picture = view.shot().map(|shot| Arc::new(shot.prepare(photo)));
    let panes = view.panes().into_iter().filter(|pane| pane.source.is_none());
    let panes: Vec<_> = panes.map(|pane| Arc::new(pane.placement.prepare(photo))).collect();
    let card_logo = view.card_logo_size().map(|size| Arc::new(size.prepare(photo)));
    let heard = view.overlays.waveform.iter().flat_map(|waveform| &waveform.pieces);
    let levels: Vec<Arc<BandLevels>> = heard.map(|voice| Arc::new(noise(voice.frames))).collect();
    let videos: Vec<Frame> = view
        .video_inputs()
        .iter()
        .map(|input| Frame::new(fit_video(input.source, input.area, input.fit).crop))
        .collect();
    let videos: Vec<&Frame> = videos.iter().collect();
    let (mut times, mut out) = (Vec::new(), Frame::new(SIZE));
    for _ in 0..ROUNDS {
        let assets = ViewAssets {
            picture: picture.clone(),
            panes: panes.clone(),
            card_logo: card_logo.clone(),
            levels: levels.clone(),
            ..ViewAssets::default()
        };
        let mut compositor = Compositor::new(view.clone(), assets).expect("the view is sound");
        for n in 0..FRAMES {
            let start = Instant::now();
            compositor.draw_frame_with_videos(n, &videos, &mut out).expect("the videos are of the size asked for");
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
    }
    times.sort_by(f64::total_cmp);
    times
}

/// Levels of a voice that never rests.
fn noise(frames: u32) -> BandLevels {
    let levels = (0..frames * BANDS as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8);
    let bytes: Vec<u8> = std::iter::once(BANDS as u8).chain(levels).collect();
    BandLevels::read(&bytes).expect("levels of this form")
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
    let mut inset = view(SceneContent::Picture(PictureContent {
        fit: ImageFit::Cover,
        motion: CameraMotion::ZoomIn,
        focus: FocusPoint::CENTRE,
    }));
    let media = PaneMedia::Video { source: Size::new(1280, 720) };
    let (corner, shape) = (Corner::BottomRight, InsetShape::Circle);
    inset.inset = Some(InsetPane::placed(media, SIZE, corner, None, shape, &InsetSurroundings::default()));
    row("zoom, inset", &times(inset, &photo));
    let zoom = || {
        view(SceneContent::Picture(PictureContent {
            fit: ImageFit::Cover,
            motion: CameraMotion::ZoomIn,
            focus: FocusPoint::CENTRE,
        }))
    };
    // Where they stand if nothing is said: small over pictures, large over a backdrop.
    let backdrop = view(SceneContent::Backdrop(Backdrop { kind: BackdropKind::Mesh, seed: 3 }));
    for (name, mut heard, at) in [
        ("zoom, waveform", zoom(), WaveformPosition::Bottom),
        ("backdrop, waveform", backdrop, WaveformPosition::Middle),
    ] {
        let pieces = vec![SpeechPiece { from: 0, frames: FRAMES }];
        heard.overlays.waveform = Some(WaveformOverlay { style: WaveformStyle::Bars, at, raised: true, pieces });
        row(name, &times(heard, &photo));
    }
    let mut parted = zoom();
    parted.overlays.progress = Some(ProgressBar { part: 1, of: 4, scene: 0, scenes: 2, at: None });
    row("zoom, progress", &times(parted, &photo));
    for dim in [false, true] {
        let mut marked = zoom();
        marked.overlays.marks = Some(marks(dim));
        row(if dim { "zoom, marks, dim" } else { "zoom, marks" }, &times(marked, &photo));
    }
    use CaptionStyle as TransitionStyle;
    for style in [
        TransitionStyle::Karaoke,
        TransitionStyle::Word,
        TransitionStyle::Line,
        TransitionStyle::Boxed,
        TransitionStyle::Highlight,
        TransitionStyle::Pop,
        TransitionStyle::Reveal,
        TransitionStyle::Underline,
        TransitionStyle::Bar,
        TransitionStyle::Shadow,
    ] {
        let mut captioned = view(SceneContent::Picture(PictureContent {
            fit: ImageFit::Cover,
            motion: CameraMotion::ZoomIn,
            focus: FocusPoint::CENTRE,
        }));
        captioned.captions = Some(captions(style));
        row(&format!("zoom, captions {style:?}").to_lowercase(), &times(captioned, &photo));
    }
}
