//! Every parameter of every kind of step has a name that users know, so that a new one can't be forgotten.

use std::collections::BTreeMap;

use t2v::digest::PartWalk;
use t2v::render::content::{
    EndCard, GradientFill, ListCard, LogoCard, PictureContent, PicturesCard, QrCard, QuoteCard, ScreensCard, SplitCard,
    StatementCard, TableCard, TitleCard, VideoContent,
};
use t2v::render::{
    Area, CaptionedPicture, ChartData, CodeLine, CodeListing, CodeSpan, InsetPane, LabelledVideo, LineHighlight,
    PaneMedia, TokenClass,
};
use t2v::render::{
    CaptionPage, CaptionTrack, CaptionWord, ChapterCounter, ListItem, LogoPlacement, LowerThird, SceneContent,
    StatementWord, TableRow, View,
};
use t2v::render::{PictureMark, PictureMarks, ReservedAreas, SceneOverlays, SpeechPiece as Heard, WaveformOverlay};
use t2v::report::why::meaning;
use t2v::sound::mix::{self, SoundMix};
use t2v::spec::model::{
    ArrowSide, ChartKind, ChartSeries, FrameEdge, MarkShape, ProgressBar, SplitSide, WaveformPosition, WaveformStyle,
};
use t2v::spec::model::{
    Backdrop, CameraMotion, CaptionPosition, CaptionStyle, Corner, Easing, FileFormat, FocusPoint, ImageFit, Look,
    Quality, SpeechEngine, TransitionKind, VoiceChoice,
};
use t2v::steps::{
    ChapterMark, CustomVoiceKind, DecodeSound, DrawStill, EncoderSettings, FrameContent, JoinFilm, MeasureLevels,
    MixSound, PrepareRecording, ProbeMedia, SceneFrames, SegmentStep, SourceKind, SpeakSentence, Step, VideoClip,
    WriteText,
};
use t2v::units::{Colour, Fps, Size};
use t2v::voice::custom::NetworkKind;

/// The kind of a step, and the paths of all its parameters that have a value of their own.
fn parts<S: Step>(step: &S) -> Vec<(&'static str, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    PartWalk::new(&mut parts).value("params", &serde_json::to_value(step).unwrap());
    let whole = |value: &str| value.starts_with(['{', '[']);
    parts.into_iter().filter(|(_, value)| !whole(value)).map(|(path, _)| (S::KIND, path)).collect()
}

fn black() -> Colour {
    Colour::rgb(0, 0, 0)
}

fn view(show: SceneContent) -> View {
    let word = CaptionWord { text: "a".into(), from: 0, to: 1, joined: false };
    View {
        size: Size::new(16, 16),
        fps: Fps::whole(30),
        frames: 1,
        content: show,
        logo: Some(LogoPlacement { corner: Corner::TopLeft, opacity: 1.0, height: 0.1 }),
        captions: Some(CaptionTrack {
            style: CaptionStyle::Line,
            position: CaptionPosition::Top,
            pages: vec![CaptionPage { from: 0, to: 1, lines: vec![vec![word]] }],
        }),
        look: Look::PLAIN,
        lower_third: Some(LowerThird { name: "a".into(), role: Some("b".into()), from: 0, to: 1, raised: true }),
        counter: Some(ChapterCounter { chapter: 1, of: 2 }),
        inset: Some(InsetPane {
            media: PaneMedia::Picture { focus: FocusPoint::CENTRE },
            area: Area { x: 0, y: 0, width: 2, height: 2 },
            radius: 1.0,
        }),
        exit_at: 50,
        overlays: over(),
    }
}

fn over() -> SceneOverlays {
    let mark = PictureMark {
        shape: MarkShape::Arrow { x: 0.1, y: 0.1, from: Some(ArrowSide::Top) },
        label: Some("a".into()),
        at: 0,
        until: 1,
    };
    let clear = ReservedAreas { captions: Some(CaptionPosition::Top), lower: false };
    let pieces = vec![Heard { from: 0, frames: 1 }];
    SceneOverlays {
        marks: Some(PictureMarks { marks: vec![mark], dim: false, clear }),
        progress: Some(ProgressBar { part: 0, of: 1, scene: 0, scenes: 1, at: Some(FrameEdge::Top) }),
        waveform: Some(WaveformOverlay {
            style: WaveformStyle::Bars,
            at: WaveformPosition::Top,
            raised: false,
            pieces,
        }),
    }
}

fn shows() -> Vec<SceneContent> {
    vec![
        SceneContent::Picture(PictureContent {
            fit: ImageFit::Cover,
            motion: CameraMotion::Hold,
            focus: FocusPoint::CENTRE,
        }),
        SceneContent::Video(VideoContent { fit: ImageFit::Cover, source: Size::new(16, 16) }),
        SceneContent::Colour(black()),
        SceneContent::Gradient(GradientFill { colours: vec![black()], angle: 0.0 }),
        SceneContent::Backdrop(Backdrop::PLAIN),
        SceneContent::Title(TitleCard { title: "a".into(), subtitle: Some("b".into()) }),
        SceneContent::List(ListCard { heading: Some("a".into()), items: vec![ListItem { text: "b".into(), at: 1 }] }),
        SceneContent::Quote(QuoteCard { text: "a".into(), by: Some("b".into()) }),
        SceneContent::Statement(StatementCard {
            words: vec![StatementWord { text: "a".into(), accented: true, at: 1, joined: false }],
        }),
        SceneContent::Table(TableCard {
            heading: Some("a".into()),
            head: vec!["b".into()],
            rows: vec![TableRow { cells: vec!["c".into()], at: 1 }],
        }),
        SceneContent::End(EndCard { title: "a".into(), lines: vec!["b".into()], qr: Some("c".into()) }),
        SceneContent::Qr(QrCard { text: "a".into(), title: Some("b".into()), caption: Some("c".into()) }),
        SceneContent::Logo(LogoCard { title: Some("a".into()), subtitle: Some("b".into()) }),
        SceneContent::Code(CodeListing {
            heading: Some("a".into()),
            name: Some("b".into()),
            first: 1,
            lines: vec![CodeLine { spans: vec![CodeSpan { class: TokenClass::Plain, text: "c".into() }] }],
            lit: vec![LineHighlight { from: 0, to: 1, at: 0, until: 1 }],
            typed: Some((0, 1)),
        }),
        SceneContent::Chart(ChartData {
            heading: Some("a".into()),
            kind: ChartKind::Bar,
            unit: Some("b".into()),
            labels: vec!["c".into()],
            series: vec![ChartSeries { name: "d".into(), values: vec![1.0] }],
            at: vec![0],
        }),
        SceneContent::Pictures(PicturesCard {
            heading: Some("a".into()),
            fit: ImageFit::Cover,
            pictures: vec![CaptionedPicture { caption: Some("b".into()), focus: FocusPoint::CENTRE, at: 1 }],
            captions: Some(CaptionPosition::Top),
        }),
        SceneContent::Split(SplitCard {
            media: PaneMedia::Video { source: Size::new(16, 16) },
            side: SplitSide::Left,
            fit: ImageFit::Cover,
            title: Some("a".into()),
            text: Some("b".into()),
            items: vec![ListItem { text: "c".into(), at: 1 }],
            captions: Some(CaptionPosition::Top),
        }),
        SceneContent::Screens(ScreensCard {
            heading: Some("a".into()),
            fit: ImageFit::Cover,
            screens: vec![LabelledVideo { label: Some("b".into()), source: Size::new(16, 16) }],
            captions: Some(CaptionPosition::Top),
        }),
    ]
}

fn take(show: SceneContent) -> SceneFrames {
    SceneFrames { view: view(show), first: 0, clips: vec![VideoClip { format: FileFormat::Mp4, from: 0.0, to: 1.0 }] }
}

fn segment(frames: FrameContent) -> SegmentStep {
    SegmentStep { frames, count: 1, encoder: EncoderSettings::for_quality(Quality::Draft) }
}

fn all_parts() -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let voice = VoiceChoice { engine: SpeechEngine::Neural, name: "heart".into(), speed: 1.0 };
    let brought = Some(CustomVoiceKind { kind: NetworkKind::Piper, british: false });
    let pronounce = BTreeMap::from([("redb".to_owned(), "red bee".to_owned())]);
    all.extend(parts(&SpeakSentence { text: "a".into(), voice, brought, pronounce }));
    all.extend(parts(&PrepareRecording { format: FileFormat::Mp4, script: "a".into() }));
    for show in shows() {
        all.extend(parts(&segment(FrameContent::Scene(Box::new(take(show.clone()))))));
        let kinds = [TransitionKind::Crossfade, TransitionKind::Fade { through: black() }];
        for kind in kinds {
            let (from, to) = (Box::new(take(show.clone())), Box::new(take(show.clone())));
            all.extend(parts(&segment(FrameContent::Transition { kind, easing: Easing::Linear, from, to })));
        }
        all.extend(parts(&DrawStill::small(take(show))));
    }
    let mix = SoundMix {
        length: 1,
        speech: vec![mix::MixClip { source: 0, at: 0, length: 1 }],
        scenes: vec![mix::SceneSound { source: 1, at: 0, from: 0, length: 1, gain: 0.0 }],
        music: Some(mix::MixMusic { source: 2, gain: 0.0, duck: 1.0, fade: 1 }),
    };
    all.extend(parts(&MixSound { mix, sources: vec![SourceKind::Speech] }));
    let chapters = vec![ChapterMark { from: 0, to: 1, title: "a".into() }];
    all.extend(parts(&JoinFilm { fps: Fps::whole(30), segments: vec![1], title: "a".into(), chapters }));
    all.extend(parts(&MeasureLevels { fps: Fps::whole(30) }));
    all.extend(parts(&WriteText { text: "a".into() }));
    all.extend(parts(&DecodeSound { format: FileFormat::Mp4, from: 0.0, to: Some(1.0) }));
    all.extend(parts(&ProbeMedia { format: FileFormat::Mp4 }));
    all
}

#[test]
fn every_parameter_has_a_name_for_users() {
    let all = all_parts();
    assert!(all.len() > 150, "{}", all.len());
    let nameless: Vec<_> = all.iter().filter(|(kind, part)| meaning(kind, part).is_none()).collect();
    assert!(nameless.is_empty(), "name these in src/report/why/parts.rs: {nameless:#?}");
}
