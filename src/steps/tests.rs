//! Every field of every kind of step is in its key. The samples name all fields, so that a new one doesn't compile until it stands here;
//! leaves are found by walking what is serialised, so that none is forgotten.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::action::Blob;
use crate::digest::{Digest, Key};
use crate::render::{Area, Framed, Inset, Media, Screen};
use crate::render::{Captions, Counter, Item, Logo, Lower, Page, Row, Show, Stated, View, Word};
use crate::render::{Chart, Class, Code, Line, Lit, Span};
use crate::render::{Clear, Mark, Marks, Over, Voice as Heard, Waveform};
use crate::sound::mix::{Clip as SpokenClip, Mix, Music, SceneSound};
use crate::spec::model::{ArrowSide, Edge, MarkShape, Progress, WavePlace, WaveStyle};
use crate::spec::model::{
    Axis, CaptionPosition, CaptionStyle, ChartKind, Corner, Depth, Direction, Easing, Engine, Fit, Focus, Format, Look,
    Motion, Series, Side, TransitionKind, Turn, Voice,
};
use crate::spec::model::{Backdrop, Card};
use crate::spec::model::{Decoration, Drawn, Entrance, ShapeName, Showing, Stand};
use crate::units::{Colour, Fps, Size};
use crate::voice::brought::Kind;

const RED: Colour = Colour { r: 200, g: 10, b: 20, a: 128 };

fn look() -> Look {
    Look {
        background: RED,
        background_end: Colour::rgb(1, 2, 3),
        text: Colour::rgb(4, 5, 6),
        muted: Colour::rgb(7, 8, 9),
        accent: Colour::rgb(10, 11, 12),
        caption: Colour::rgb(13, 14, 15),
        caption_back: Colour::rgb(16, 17, 18),
        heading_font: "Inter".to_owned(),
        body_font: "Inter".to_owned(),
        backdrop: Backdrop::PLAIN,
        card: Card::PLAIN,
        area: Some([0.1, 0.2, 0.5, 0.6]),
        layers: layers(),
    }
}

/// One of each. A variant that is not here doesn't compile.
fn layers() -> Vec<Decoration> {
    let layer = |drawn| Decoration {
        drawn,
        at: [0.5, 0.25],
        size: [0.2, 0.1],
        over: true,
        on: vec![Showing::Title, Showing::Image],
        enter: Entrance::Slide,
        leave: Entrance::Fade,
        easing: Easing::Sharp,
        after: 0.5,
        drift: [0.01, -0.02],
        depth: 0.5,
    };
    let all = [
        Drawn::Shape { shape: ShapeName::Ring, colour: RED, radius: 0.5, turn: 30.0, pen: 0.01 },
        Drawn::Text {
            text: "Live".to_owned(),
            family: "Inter".to_owned(),
            weight: 700.0,
            align: Stand::Right,
            colour: RED,
            behind: Some(RED),
            radius: 0.25,
        },
    ];
    for drawn in &all {
        match drawn {
            Drawn::Shape { .. } | Drawn::Text { .. } => {}
        }
    }
    all.map(layer).into()
}

fn captions() -> Captions {
    let word = Word { text: "Hello".to_owned(), from: 3, to: 9, joined: false };
    Captions {
        style: CaptionStyle::Karaoke,
        position: CaptionPosition::Bottom,
        pages: vec![Page { from: 2, to: 20, lines: vec![vec![word]] }],
    }
}

/// One of each. A shape that is not here doesn't compile.
fn over() -> Over {
    let shapes = [
        MarkShape::Box { x: 0.1, y: 0.2, width: 0.3, height: 0.4 },
        MarkShape::Arrow { x: 0.5, y: 0.6, from: Some(ArrowSide::Left) },
        MarkShape::Circle { x: 0.7, y: 0.8, radius: 0.1 },
    ];
    let mark = |shape| match shape {
        MarkShape::Box { .. } | MarkShape::Arrow { .. } | MarkShape::Circle { .. } => {
            Mark { shape, label: Some("Label".to_owned()), at: 3, until: 44 }
        }
    };
    let clear = Clear { captions: Some(CaptionPosition::Bottom), lower: true };
    let pieces = vec![Heard { from: -3, frames: 40 }];
    Over {
        marks: Some(Marks { marks: shapes.map(mark).to_vec(), dim: true, clear }),
        progress: Some(Progress { part: 1, of: 4, scene: 2, scenes: 3, at: Some(Edge::Top) }),
        waveform: Some(Waveform { style: WaveStyle::Line, at: WavePlace::Bottom, raised: true, pieces }),
    }
}

fn take(show: Show) -> Take {
    let over = if matches!(show, Show::Picture { .. }) { over() } else { Over::default() };
    let view = View {
        size: Size { width: 64, height: 36 },
        fps: Fps { num: 30_000, den: 1001 },
        frames: 48,
        show,
        logo: Some(Logo { corner: Corner::TopLeft, opacity: 0.5, height: 0.1 }),
        captions: Some(captions()),
        look: look(),
        lower: Some(Lower { name: "Ada".to_owned(), role: Some("Analyst".to_owned()), from: 5, to: 30, raised: true }),
        counter: Some(Counter { chapter: 2, of: 5 }),
        inset: Some(Inset {
            media: Media::Picture { focus: Focus { x: 0.25, y: 0.75 } },
            area: Area { x: 2, y: 4, width: 6, height: 8 },
            radius: 1.5,
        }),
        leaves: 40,
        over,
    };
    Take { view, first: 7, clips: vec![Clip { format: Format::Mp4, from: 1.5, to: 4.5 }] }
}

fn code() -> Code {
    let span = Span { class: Class::Keyword, text: "let".to_owned() };
    Code {
        heading: Some("Head".to_owned()),
        name: Some("main.rs".to_owned()),
        first: 3,
        lines: vec![Line { spans: vec![span] }],
        lit: vec![Lit { from: 0, to: 1, at: 5, until: 9 }],
        typed: Some((4, 40)),
    }
}

fn chart() -> Chart {
    Chart {
        heading: Some("Head".to_owned()),
        kind: ChartKind::Line,
        unit: Some("s".to_owned()),
        labels: vec!["One".to_owned()],
        series: vec![Series { name: "All".to_owned(), values: vec![1.5] }],
        at: vec![7],
    }
}

/// One of each. A variant that is not here doesn't compile.
fn shows() -> Vec<Show> {
    let all = vec![
        Show::Picture { fit: Fit::Cover, motion: Motion::ZoomIn, focus: Focus::CENTRE },
        Show::Video { fit: Fit::Contain, source: Size { width: 320, height: 180 } },
        Show::Colour(RED),
        Show::Gradient { colours: vec![RED, Colour::rgb(1, 1, 1)], angle: 30.0 },
        Show::Backdrop(Backdrop { kind: crate::spec::model::BackdropKind::Mesh, seed: 3 }),
        Show::Title { title: "One".to_owned(), subtitle: Some("Two".to_owned()) },
        Show::List { heading: Some("Head".to_owned()), items: vec![Item { text: "Item".to_owned(), at: 4 }] },
        Show::Quote { text: "One".to_owned(), by: Some("Two".to_owned()) },
        Show::Statement { words: vec![Stated { text: "One".to_owned(), lit: true, at: 4, joined: false }] },
        Show::Table {
            heading: Some("Head".to_owned()),
            head: vec!["One".to_owned()],
            rows: vec![Row { cells: vec!["Two".to_owned()], at: 4 }],
        },
        Show::End { title: "One".to_owned(), lines: vec!["Two".to_owned()], qr: Some("Three".to_owned()) },
        Show::Qr { text: "One".to_owned(), title: Some("Two".to_owned()), caption: Some("Three".to_owned()) },
        Show::Logo { title: Some("One".to_owned()), subtitle: Some("Two".to_owned()) },
        Show::Code(code()),
        Show::Chart(chart()),
        Show::Pictures {
            heading: Some("Head".to_owned()),
            fit: Fit::Cover,
            pictures: vec![Framed { caption: Some("One".to_owned()), focus: Focus::CENTRE, at: 5 }],
            captions: Some(CaptionPosition::Bottom),
        },
        Show::Split {
            media: Media::Video { source: Size { width: 320, height: 180 } },
            side: Side::Left,
            fit: Fit::Cover,
            title: Some("One".to_owned()),
            text: Some("Two".to_owned()),
            items: vec![Item { text: "Item".to_owned(), at: 4 }],
            captions: Some(CaptionPosition::Top),
        },
        Show::Screens {
            heading: Some("Head".to_owned()),
            fit: Fit::Contain,
            screens: vec![Screen { label: Some("One".to_owned()), source: Size { width: 320, height: 180 } }],
            captions: Some(CaptionPosition::Bottom),
        },
    ];
    for show in &all {
        match show {
            Show::Picture { .. } | Show::Video { .. } | Show::Colour(_) => {}
            Show::Gradient { .. } | Show::Title { .. } | Show::List { .. } => {}
            Show::Backdrop(_) | Show::Quote { .. } | Show::Statement { .. } | Show::Table { .. } | Show::End { .. } => {
            }
            Show::Code(_) | Show::Chart(_) | Show::Qr { .. } | Show::Logo { .. } => {}
            Show::Pictures { .. } | Show::Split { .. } | Show::Screens { .. } => {}
        }
    }
    all
}

/// One of each. A variant that is not here doesn't compile.
fn transitions() -> Vec<TransitionKind> {
    use TransitionKind as Kind;
    let all = vec![
        Kind::Cut,
        Kind::Crossfade,
        Kind::Fade { through: RED },
        Kind::Slide { towards: Direction::Left },
        Kind::Wipe { towards: Direction::Up },
        Kind::Push { towards: Direction::Down },
        Kind::Reveal { towards: Direction::Right },
        Kind::Squeeze { towards: Direction::Left },
        Kind::Page { towards: Direction::Left },
        Kind::Whip { towards: Direction::Left },
        Kind::Diagonal { towards: Corner::BottomRight },
        Kind::Split { axis: Axis::Horizontal },
        Kind::Doors { axis: Axis::Vertical },
        Kind::Stripes { axis: Axis::Horizontal },
        Kind::Blinds { towards: Direction::Up },
        Kind::Circle { depth: Depth::Out },
        Kind::Diamond { depth: Depth::In },
        Kind::Clock { turn: Turn::Clockwise },
        Kind::Checker,
        Kind::Tiles,
        Kind::Dissolve,
        Kind::Clouds,
        Kind::Luma,
        Kind::Pixelate,
        Kind::Blur,
        Kind::Zoom { depth: Depth::In },
        Kind::Flash { through: RED },
    ];
    for kind in &all {
        match kind {
            Kind::Cut | Kind::Crossfade | Kind::Fade { .. } | Kind::Flash { .. } => {}
            Kind::Slide { .. } | Kind::Wipe { .. } | Kind::Push { .. } | Kind::Reveal { .. } => {}
            Kind::Squeeze { .. } | Kind::Page { .. } | Kind::Whip { .. } | Kind::Diagonal { .. } => {}
            Kind::Split { .. } | Kind::Doors { .. } | Kind::Stripes { .. } | Kind::Blinds { .. } => {}
            Kind::Circle { .. } | Kind::Diamond { .. } | Kind::Clock { .. } | Kind::Zoom { .. } => {}
            Kind::Checker | Kind::Tiles | Kind::Dissolve | Kind::Clouds => {}
            Kind::Luma | Kind::Pixelate | Kind::Blur => {}
        }
    }
    all
}

fn segment(frames: Frames) -> Segment {
    Segment { frames, count: 12, encoder: Encoder { preset: "ultrafast".to_owned(), crf: 28 } }
}

fn speech(engine: Engine, brought: Option<BroughtKind>) -> Speech {
    Speech {
        text: "Hello there.".to_owned(),
        voice: Voice { engine, name: "en-us".to_owned(), speed: 1.0 },
        brought,
        pronounce: BTreeMap::from([("there".to_owned(), "dare".to_owned())]),
    }
}

fn sound() -> Sound {
    let mix = Mix {
        length: 96_000,
        speech: vec![SpokenClip { source: 0, at: 100, length: 48_000 }],
        scenes: vec![SceneSound { source: 1, at: 5, from: 6, length: 7, gain: -3.0 }],
        music: Some(Music { source: 2, gain: -20.0, duck: 12.0, fade: 480 }),
    };
    Sound { mix, sources: vec![SourceKind::Speech, SourceKind::Decoded, SourceKind::Decoded] }
}

fn film() -> Film {
    let chapters = vec![Chapter { from: 0, to: 1000, title: "One".to_owned() }];
    Film { fps: Fps { num: 24, den: 1 }, segments: vec![24, 12], title: "Film".to_owned(), chapters }
}

/// What is looked at of a sample: its template, and how it is read back from other parameters.
struct Sample {
    action: Action,
    /// How it is shown for debugging: with the name of every field, whatever its serialisation leaves out.
    debug: String,
    /// Reads parameters as a run of the step does; `None` where they are refused.
    read: fn(&Action) -> Option<Value>,
}

fn sample<S: Step + std::fmt::Debug>(step: &S, roles: &[&str]) -> Sample {
    let tools = step.tools().iter().map(|tool| (tool.name().to_owned(), "1.0".to_owned()));
    let blob = |role: &&str| Blob { digest: Digest::of(role.as_bytes()), len: 3 };
    let action = Action {
        kind: S::KIND.to_owned(),
        version: S::VERSION,
        params: Arc::new(serde_json::to_value(step).unwrap()),
        inputs: roles.iter().map(|role| ((*role).to_owned(), blob(role))).collect(),
        tools: Arc::new(tools.chain([("crates".to_owned(), "abc".to_owned())]).collect()),
        needs: step.needs(),
    };
    let read = |action: &Action| serde_json::to_value(read::<S>(action).ok()?).ok();
    Sample { action, debug: format!("{step:#?}"), read }
}

fn samples() -> Vec<Sample> {
    let scene = |show| sample(&segment(Frames::Scene(Box::new(take(show)))), &["picture", "video", "logo"]);
    let black = || Box::new(take(Show::Colour(RED)));
    let transition = |kind| {
        let frames = Frames::Transition { kind, easing: Easing::EaseIn, from: black(), to: black() };
        sample(&segment(frames), &["from/picture", "to/picture"])
    };
    let brought = Some(BroughtKind { kind: Kind::Piper, british: true });
    let others = [
        sample(&Probe { format: Format::Mp4 }, &["media"]),
        sample(&DecodeSound { format: Format::Ogg, from: 1.0, to: Some(2.0) }, &["media"]),
        sample(&speech(Engine::Espeak, None), &[]),
        sample(&speech(Engine::Neural, brought), &["network", "description"]),
        sample(&Narration { format: Format::Wav, script: "Hello.".to_owned() }, &["recording"]),
        sample(&sound(), &["source/000000", "source/000001", "source/000002"]),
        sample(&film(), &["segment/000000", "segment/000001", "sound"]),
        sample(&Levels { fps: Fps::whole(30) }, &["sound"]),
        sample(&Text { text: "words".to_owned() }, &[]),
        sample(&Still::small(take(Show::Colour(RED))), &["picture"]),
    ];
    shows().into_iter().map(scene).chain(transitions().into_iter().map(transition)).chain(others).collect()
}

/// The JSON pointer of every value in `value`, itself left out: leaves, and the lists and maps that hold them.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(i, item)| (i.to_string(), item)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), field)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        pointers(child, &pointer, found);
        found.push(pointer);
    }
}

/// Other values for this one: of its own kind, and none.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![json!(1), json!("null"), json!({}), json!([])],
        Value::Bool(b) => vec![json!(!b), json!(b.to_string()), Value::Null],
        Value::Number(n) => {
            let next = n.as_u64().map_or_else(|| json!(n.as_f64().unwrap() + 1.0), |n| json!(n + 1));
            let near = n.as_f64().map(|n| json!(n.next_up()));
            [Some(next), near, Some(json!(n.to_string())), Some(Value::Null)].into_iter().flatten().collect()
        }
        Value::String(text) => vec![json!(format!("{text}x")), json!(""), json!(format!("{text} ")), Value::Null],
        Value::Array(items) => {
            let doubled: Vec<&Value> = items.iter().chain(items.first()).collect();
            vec![json!([]), json!(items.iter().skip(1).collect::<Vec<_>>()), json!(doubled), Value::Null]
        }
        Value::Object(fields) => {
            let mut more = fields.clone();
            more.insert("one more".to_owned(), Value::Null);
            vec![json!({}), Value::Object(more), Value::Null]
        }
    }
}

/// Every action that differs from `action` in one value of its parameters.
fn edited(action: &Action) -> Vec<(String, Action)> {
    let mut found = Vec::new();
    pointers(&action.params, "", &mut found);
    let mut edited = Vec::new();
    for pointer in found {
        let value = action.params.pointer(&pointer).unwrap();
        for other in others(value).into_iter().filter(|other| other != value) {
            let mut action = action.clone();
            let why = format!("{} {pointer} = {other}", action.kind);
            *Arc::make_mut(&mut action.params).pointer_mut(&pointer).unwrap() = other;
            edited.push((why, action));
        }
    }
    edited
}

#[test]
fn every_value_of_every_step_is_in_its_key() {
    let mut count = 0;
    for sample in samples() {
        let mut keys = BTreeSet::from([sample.action.key()]);
        let mut seen: Vec<(Arc<Value>, Key)> = vec![(sample.action.params.clone(), sample.action.key())];
        for (why, other) in edited(&sample.action) {
            // Two ways to the same parameters give the same key, all others give another one.
            let same = seen.iter().find(|(params, _)| *params == other.params).map(|(_, key)| *key);
            match same {
                Some(key) => assert_eq!(other.key(), key, "{why}"),
                None => assert!(keys.insert(other.key()), "{why}: the key is one that is known"),
            }
            seen.push((other.params.clone(), other.key()));
            count += 1;
        }
    }
    println!("{count} edits of {} steps, each with a key of its own", samples().len());
    assert!(count > 3000, "{count}");
}

/// Whoever runs an action for somebody else gets it as text.
#[test]
fn an_action_that_was_sent_has_the_same_key() {
    let mut count = 0;
    for sample in samples() {
        let edits = edited(&sample.action).into_iter().map(|(_, action)| action);
        for action in edits.chain([sample.action]) {
            let back: Action = serde_json::from_slice(&serde_json::to_vec(&action).unwrap()).unwrap();
            assert_eq!(back.key(), action.key(), "{}", action.params);
            assert_eq!(back, action);
            count += 1;
        }
    }
    assert!(count > 3000, "{count}");
}

/// What a step is run with is read from its parameters: other parameters are another step, or they are refused.
#[test]
fn no_parameter_gets_lost_on_the_way_into_a_step() {
    let (mut read, mut refused) = (0, 0);
    for sample in samples() {
        assert_eq!((sample.read)(&sample.action).as_ref(), Some(&*sample.action.params), "{}", sample.debug);
        for (why, other) in edited(&sample.action) {
            match (sample.read)(&other) {
                Some(params) => {
                    assert_eq!(params, *other.params, "{why}: it reads as something else");
                    read += 1;
                }
                None => refused += 1,
            }
        }
    }
    println!("{read} edits read as they are, {refused} refused");
    assert!(read > 500 && refused > 500, "{read} {refused}");
}

/// How often each name stands before a colon in what is shown for debugging.
fn fields_shown(debug: &str) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for line in debug.lines() {
        let Some((name, _)) = line.trim().split_once(':') else { continue };
        if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            *names.entry(name.to_owned()).or_insert(0) += 1;
        }
    }
    names
}

fn fields_written(value: &Value, names: &mut BTreeMap<String, usize>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| fields_written(item, names)),
        Value::Object(fields) => {
            for (name, field) in fields {
                *names.entry(name.clone()).or_insert(0) += 1;
                fields_written(field, names);
            }
        }
        _ => {}
    }
}

#[test]
fn no_field_is_left_out_of_what_is_hashed() {
    // A colour is written as one text.
    let inside = ["r", "g", "b", "a"];
    for sample in samples() {
        let mut written = BTreeMap::new();
        fields_written(&sample.action.params, &mut written);
        let shown = fields_shown(&sample.debug);
        assert!(!shown.is_empty());
        for (name, count) in shown.iter().filter(|(name, _)| !inside.contains(&name.as_str())) {
            assert!(written.get(name).is_some_and(|n| n >= count), "`{name}` is not in the key of {}", sample.debug);
        }
    }
}

#[test]
fn colours_are_written_with_all_of_their_channels() {
    let mut texts = BTreeSet::new();
    for channel in 0..4 {
        for value in 0..=255 {
            let mut rgba = [1, 2, 3, 4];
            rgba[channel] = value;
            let [r, g, b, a] = rgba;
            texts.insert(serde_json::to_string(&Colour { r, g, b, a }).unwrap());
        }
    }
    assert_eq!(texts.len(), 4 * 256 - 3);
}

#[test]
fn inputs_tools_kind_and_version_are_in_every_key() {
    for sample in samples() {
        let action = sample.action;
        let mut edits: Vec<Action> = Vec::new();
        let mut edit = |change: &dyn Fn(&mut Action)| {
            let mut other = action.clone();
            change(&mut other);
            edits.push(other);
        };
        for role in action.inputs.keys() {
            edit(&|other| other.inputs.get_mut(role).unwrap().digest = Digest::of(b"other"));
            edit(&|other| other.inputs.retain(|name, _| name != role));
            edit(&|other| {
                let blob = other.inputs.remove(role).unwrap();
                other.inputs.insert(format!("{role}x"), blob);
            });
        }
        for tool in action.tools.keys() {
            edit(&|other| Arc::make_mut(&mut other.tools).get_mut(tool).unwrap().push('x'));
            edit(&|other| drop(Arc::make_mut(&mut other.tools).remove(tool)));
        }
        edit(&|other| other.version += 1);
        edit(&|other| other.kind.push('x'));
        edit(&|other| other.inputs.extend([("more".to_owned(), Blob { digest: Digest::of(b"m"), len: 1 })]));
        edit(&|other| drop(Arc::make_mut(&mut other.tools).insert("more".to_owned(), String::new())));
        let keys: BTreeSet<Key> = edits.iter().map(Action::key).chain([action.key()]).collect();
        assert_eq!(keys.len(), edits.len() + 1, "{}", action.kind);
    }
}

#[test]
fn every_kind_that_can_run_has_a_sample() {
    let sampled: BTreeSet<String> = samples().into_iter().map(|sample| sample.action.kind).collect();
    let runnable: BTreeSet<String> = KINDS.iter().map(|kind| kind.name.to_owned()).collect();
    assert_eq!(sampled, runnable);
}

#[test]
fn a_film_is_about_as_large_as_what_it_is_joined_from() {
    let action = |kind: &str| Action {
        kind: kind.to_owned(),
        version: 1,
        params: Arc::default(),
        inputs: BTreeMap::from(["a", "b"].map(|role| (role.to_owned(), Blob { digest: Digest::of(b""), len: 1000 }))),
        tools: Arc::default(),
        needs: Needs::default(),
    };
    assert_eq!(["film", "decode-sound", "still"].map(|kind| output_bytes(&action(kind))), [2000, 20_000, 500]);
}

/// Attributes by which a field would stay out of the key, or come in without having been in it.
#[test]
fn nothing_in_a_key_is_skipped_or_filled_in() {
    let sources = [
        include_str!("film.rs"),
        include_str!("levels.rs"),
        include_str!("media.rs"),
        include_str!("segment.rs"),
        include_str!("sound.rs"),
        include_str!("speech.rs"),
        include_str!("text.rs"),
        include_str!("still.rs"),
        include_str!("../render/view.rs"),
        include_str!("../render/code/mod.rs"),
        include_str!("../render/chart/mod.rs"),
        include_str!("../spec/exhibit.rs"),
        include_str!("../render/over/mod.rs"),
        include_str!("../spec/over.rs"),
        include_str!("../sound/mix.rs"),
        include_str!("../spec/model/mod.rs"),
        include_str!("../spec/model/scene.rs"),
        include_str!("../spec/model/show.rs"),
        include_str!("../spec/look.rs"),
        include_str!("../spec/decor.rs"),
        include_str!("../spec/sniff.rs"),
        include_str!("../spec/transitions.rs"),
        include_str!("../units.rs"),
        include_str!("../voice/brought.rs"),
    ];
    for source in sources {
        for line in source.lines().filter(|line| line.trim_start().starts_with("#[serde(")) {
            let hides = ["skip", "default", "flatten", "with"].iter().any(|word| line.contains(word));
            assert!(!hides, "{line}");
        }
    }
}
