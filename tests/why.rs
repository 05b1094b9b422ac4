//! Every parameter of every kind of step has a name that users know, so that a new one can't be forgotten.

use std::collections::BTreeMap;

use t2v::digest::Walk;
use t2v::render::{Area, Chart, Class, Code, Framed, Inset, Line, Lit, Media, Screen, Span};
use t2v::render::{Captions, Counter, Item, Logo, Lower, Page, Row, Show, Stated, View, Word};
use t2v::render::{Clear, Mark, Marks, Over, Voice as Heard, Waveform};
use t2v::report::why::meaning;
use t2v::sound::mix::{self, Mix};
use t2v::spec::model::{ArrowSide, ChartKind, Edge, MarkShape, Progress, Series, Side, WavePlace, WaveStyle};
use t2v::spec::model::{
    Backdrop, CaptionPosition, CaptionStyle, Card, Corner, Easing, Engine, Fit, Focus, Format, Look, Motion, Quality,
    TransitionKind, Voice,
};
use t2v::steps::{
    BroughtKind, Chapter, Clip, DecodeSound, Encoder, Film, Frames, Levels, Narration, Probe, Segment, Sound,
    SourceKind, Speech, Step, Still, Take, Text,
};
use t2v::units::{Colour, Fps, Size};
use t2v::voice::brought::Kind;

/// The kind of a step, and the paths of all its parameters that have a value of their own.
fn parts<S: Step>(step: &S) -> Vec<(&'static str, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    Walk::new(&mut parts).value("params", &serde_json::to_value(step).unwrap());
    let whole = |value: &str| value.starts_with(['{', '[']);
    parts.into_iter().filter(|(_, value)| !whole(value)).map(|(path, _)| (S::KIND, path)).collect()
}

fn black() -> Colour {
    Colour::rgb(0, 0, 0)
}

fn view(show: Show) -> View {
    let word = Word { text: "a".into(), from: 0, to: 1, joined: false };
    View {
        size: Size::new(16, 16),
        fps: Fps::whole(30),
        frames: 1,
        show,
        logo: Some(Logo { corner: Corner::TopLeft, opacity: 1.0, height: 0.1 }),
        captions: Some(Captions {
            style: CaptionStyle::Line,
            position: CaptionPosition::Top,
            pages: vec![Page { from: 0, to: 1, lines: vec![vec![word]] }],
        }),
        look: Look {
            background: black(),
            background_end: black(),
            text: black(),
            muted: black(),
            accent: black(),
            caption: black(),
            caption_back: black(),
            heading_font: String::new(),
            body_font: String::new(),
            backdrop: Backdrop::PLAIN,
            card: Card::PLAIN,
            area: None,
            layers: Vec::new(),
        },
        lower: Some(Lower { name: "a".into(), role: Some("b".into()), from: 0, to: 1, raised: true }),
        counter: Some(Counter { chapter: 1, of: 2 }),
        inset: Some(Inset {
            media: Media::Picture { focus: Focus::CENTRE },
            area: Area { x: 0, y: 0, width: 2, height: 2 },
            radius: 1.0,
        }),
        leaves: 50,
        over: over(),
    }
}

fn over() -> Over {
    let mark = Mark {
        shape: MarkShape::Arrow { x: 0.1, y: 0.1, from: Some(ArrowSide::Top) },
        label: Some("a".into()),
        at: 0,
        until: 1,
    };
    let clear = Clear { captions: Some(CaptionPosition::Top), lower: false };
    let pieces = vec![Heard { from: 0, frames: 1 }];
    Over {
        marks: Some(Marks { marks: vec![mark], dim: false, clear }),
        progress: Some(Progress { part: 0, of: 1, scene: 0, scenes: 1, at: Some(Edge::Top) }),
        waveform: Some(Waveform { style: WaveStyle::Bars, at: WavePlace::Top, raised: false, pieces }),
    }
}

fn shows() -> Vec<Show> {
    vec![
        Show::Picture { fit: Fit::Cover, motion: Motion::Hold, focus: Focus::CENTRE },
        Show::Video { fit: Fit::Cover, source: Size::new(16, 16) },
        Show::Colour(black()),
        Show::Gradient { colours: vec![black()], angle: 0.0 },
        Show::Backdrop(Backdrop::PLAIN),
        Show::Title { title: "a".into(), subtitle: Some("b".into()) },
        Show::List { heading: Some("a".into()), items: vec![Item { text: "b".into(), at: 1 }] },
        Show::Quote { text: "a".into(), by: Some("b".into()) },
        Show::Statement { words: vec![Stated { text: "a".into(), lit: true, at: 1, joined: false }] },
        Show::Table {
            heading: Some("a".into()),
            head: vec!["b".into()],
            rows: vec![Row { cells: vec!["c".into()], at: 1 }],
        },
        Show::End { title: "a".into(), lines: vec!["b".into()], qr: Some("c".into()) },
        Show::Qr { text: "a".into(), title: Some("b".into()), caption: Some("c".into()) },
        Show::Logo { title: Some("a".into()), subtitle: Some("b".into()) },
        Show::Code(Code {
            heading: Some("a".into()),
            name: Some("b".into()),
            first: 1,
            lines: vec![Line { spans: vec![Span { class: Class::Plain, text: "c".into() }] }],
            lit: vec![Lit { from: 0, to: 1, at: 0, until: 1 }],
            typed: Some((0, 1)),
        }),
        Show::Chart(Chart {
            heading: Some("a".into()),
            kind: ChartKind::Bar,
            unit: Some("b".into()),
            labels: vec!["c".into()],
            series: vec![Series { name: "d".into(), values: vec![1.0] }],
            at: vec![0],
        }),
        Show::Pictures {
            heading: Some("a".into()),
            fit: Fit::Cover,
            pictures: vec![Framed { caption: Some("b".into()), focus: Focus::CENTRE, at: 1 }],
            captions: Some(CaptionPosition::Top),
        },
        Show::Split {
            media: Media::Video { source: Size::new(16, 16) },
            side: Side::Left,
            fit: Fit::Cover,
            title: Some("a".into()),
            text: Some("b".into()),
            items: vec![Item { text: "c".into(), at: 1 }],
            captions: Some(CaptionPosition::Top),
        },
        Show::Screens {
            heading: Some("a".into()),
            fit: Fit::Cover,
            screens: vec![Screen { label: Some("b".into()), source: Size::new(16, 16) }],
            captions: Some(CaptionPosition::Top),
        },
    ]
}

fn take(show: Show) -> Take {
    Take { view: view(show), first: 0, clips: vec![Clip { format: Format::Mp4, from: 0.0, to: 1.0 }] }
}

fn segment(frames: Frames) -> Segment {
    Segment { frames, count: 1, encoder: Encoder::of(Quality::Draft) }
}

fn all_parts() -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let voice = Voice { engine: Engine::Neural, name: "heart".into(), speed: 1.0 };
    let brought = Some(BroughtKind { kind: Kind::Piper, british: false });
    let pronounce = BTreeMap::from([("redb".to_owned(), "red bee".to_owned())]);
    all.extend(parts(&Speech { text: "a".into(), voice, brought, pronounce }));
    all.extend(parts(&Narration { format: Format::Mp4, script: "a".into() }));
    for show in shows() {
        all.extend(parts(&segment(Frames::Scene(Box::new(take(show.clone()))))));
        let kinds = [TransitionKind::Crossfade, TransitionKind::Fade { through: black() }];
        for kind in kinds {
            let (from, to) = (Box::new(take(show.clone())), Box::new(take(show.clone())));
            all.extend(parts(&segment(Frames::Transition { kind, easing: Easing::Linear, from, to })));
        }
        all.extend(parts(&Still::small(take(show))));
    }
    let mix = Mix {
        length: 1,
        speech: vec![mix::Clip { source: 0, at: 0, length: 1 }],
        scenes: vec![mix::SceneSound { source: 1, at: 0, from: 0, length: 1, gain: 0.0 }],
        music: Some(mix::Music { source: 2, gain: 0.0, duck: 1.0, fade: 1 }),
    };
    all.extend(parts(&Sound { mix, sources: vec![SourceKind::Speech] }));
    let chapters = vec![Chapter { from: 0, to: 1, title: "a".into() }];
    all.extend(parts(&Film { fps: Fps::whole(30), segments: vec![1], title: "a".into(), chapters }));
    all.extend(parts(&Levels { fps: Fps::whole(30) }));
    all.extend(parts(&Text { text: "a".into() }));
    all.extend(parts(&DecodeSound { format: Format::Mp4, from: 0.0, to: Some(1.0) }));
    all.extend(parts(&Probe { format: Format::Mp4 }));
    all
}

#[test]
fn every_parameter_has_a_name_for_users() {
    let all = all_parts();
    assert!(all.len() > 150, "{}", all.len());
    let nameless: Vec<_> = all.iter().filter(|(kind, part)| meaning(kind, part).is_none()).collect();
    assert!(nameless.is_empty(), "name these in src/report/why/parts.rs: {nameless:#?}");
}
