//! Every field of every kind of step is in its key. The samples name all fields, so that a new one doesn't compile until it stands here;
//! leaves are found by walking what is serialised, so that none is forgotten.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::action::{Blob, Requirements};
use crate::digest::{Digest, Key};
use crate::render::{Area, InsetPane, PaneMedia};
use crate::render::{
    CaptionPage, CaptionTrack, CaptionWord, ChapterCounter, LogoPlacement, LowerThird, SceneContent, View,
};
use crate::render::{PictureMark, PictureMarks, ReservedAreas, SceneOverlays, SpeechPiece as Heard, WaveformOverlay};
use crate::sound::mix::{MixClip as SpokenClip, MixMusic, SceneSound, SoundMix};
use crate::spec::model::{ArrowSide, FrameEdge, MarkShape, ProgressBar, WaveformPosition, WaveformStyle};
use crate::spec::model::{Backdrop, CardStyle};
use crate::spec::model::{
    CaptionPosition, CaptionStyle, Corner, Direction, Easing, FileFormat, FocusPoint, Look, RotationDirection,
    SpeechEngine, TransitionAxis, TransitionKind, VoiceChoice, ZoomDirection,
};
use crate::spec::model::{Entrance, LayerContent, ShapeName, ShowKind, TemplateLayer, TextAlign};
use crate::units::{Colour, Fps, Size};
use crate::voice::custom::NetworkKind;

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
        card: CardStyle::PLAIN,
        area: Some([0.1, 0.2, 0.5, 0.6]),
        layers: layers(),
    }
}

/// One of each. A variant that is not here doesn't compile.
fn layers() -> Vec<TemplateLayer> {
    let layer = |drawn| TemplateLayer {
        drawn,
        at: [0.5, 0.25],
        size: [0.2, 0.1],
        over: true,
        on: vec![ShowKind::Title, ShowKind::Image],
        enter: Entrance::Slide,
        leave: Entrance::Fade,
        easing: Easing::Sharp,
        after: 0.5,
        drift: [0.01, -0.02],
        depth: 0.5,
    };
    let all = [
        LayerContent::Shape { shape: ShapeName::Ring, colour: RED, radius: 0.5, turn: 30.0, pen: 0.01 },
        LayerContent::Text {
            text: "Live".to_owned(),
            family: "Inter".to_owned(),
            weight: 700.0,
            align: TextAlign::Right,
            colour: RED,
            behind: Some(RED),
            radius: 0.25,
        },
    ];
    for drawn in &all {
        match drawn {
            LayerContent::Shape { .. } | LayerContent::Text { .. } => {}
        }
    }
    all.map(layer).into()
}

fn captions() -> CaptionTrack {
    let word = CaptionWord { text: "Hello".to_owned(), from: 3, to: 9, joined: false };
    CaptionTrack {
        style: CaptionStyle::Karaoke,
        position: CaptionPosition::Bottom,
        pages: vec![CaptionPage { from: 2, to: 20, lines: vec![vec![word]] }],
    }
}

/// One of each. A shape that is not here doesn't compile.
fn over() -> SceneOverlays {
    let shapes = [
        MarkShape::Box { x: 0.1, y: 0.2, width: 0.3, height: 0.4 },
        MarkShape::Arrow { x: 0.5, y: 0.6, from: Some(ArrowSide::Left) },
        MarkShape::Circle { x: 0.7, y: 0.8, radius: 0.1 },
    ];
    let mark = |shape| match shape {
        MarkShape::Box { .. } | MarkShape::Arrow { .. } | MarkShape::Circle { .. } => {
            PictureMark { shape, label: Some("Label".to_owned()), at: 3, until: 44 }
        }
    };
    let clear = ReservedAreas { captions: Some(CaptionPosition::Bottom), lower: true };
    let pieces = vec![Heard { from: -3, frames: 40 }];
    SceneOverlays {
        marks: Some(PictureMarks { marks: shapes.map(mark).to_vec(), dim: true, clear }),
        progress: Some(ProgressBar { part: 1, of: 4, scene: 2, scenes: 3, at: Some(FrameEdge::Top) }),
        waveform: Some(WaveformOverlay {
            style: WaveformStyle::Line,
            at: WaveformPosition::Bottom,
            raised: true,
            pieces,
        }),
    }
}

fn take(show: SceneContent) -> SceneFrames {
    let over = if matches!(show, SceneContent::Picture(_)) { over() } else { SceneOverlays::default() };
    let view = View {
        size: Size { width: 64, height: 36 },
        fps: Fps { num: 30_000, den: 1001 },
        frames: 48,
        content: show,
        logo: Some(LogoPlacement { corner: Corner::TopLeft, opacity: 0.5, height: 0.1 }),
        captions: Some(captions()),
        look: look(),
        lower_third: Some(LowerThird {
            name: "Ada".to_owned(),
            role: Some("Analyst".to_owned()),
            from: 5,
            to: 30,
            raised: true,
        }),
        counter: Some(ChapterCounter { chapter: 2, of: 5 }),
        inset: Some(InsetPane {
            media: PaneMedia::Picture { focus: FocusPoint { x: 0.25, y: 0.75 } },
            area: Area { x: 2, y: 4, width: 6, height: 8 },
            radius: 1.5,
        }),
        exit_at: 40,
        overlays: over,
    };
    SceneFrames { view, first: 7, clips: vec![VideoClip { format: FileFormat::Mp4, from: 1.5, to: 4.5 }] }
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
        Kind::Split { axis: TransitionAxis::Horizontal },
        Kind::Doors { axis: TransitionAxis::Vertical },
        Kind::Stripes { axis: TransitionAxis::Horizontal },
        Kind::Blinds { towards: Direction::Up },
        Kind::Circle { depth: ZoomDirection::Out },
        Kind::Diamond { depth: ZoomDirection::In },
        Kind::Clock { turn: RotationDirection::Clockwise },
        Kind::Checker,
        Kind::Tiles,
        Kind::Dissolve,
        Kind::Clouds,
        Kind::Luma,
        Kind::Pixelate,
        Kind::Blur,
        Kind::Zoom { depth: ZoomDirection::In },
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

fn segment(frames: FrameContent) -> SegmentStep {
    SegmentStep { frames, count: 12, encoder: EncoderSettings { preset: "ultrafast".to_owned(), crf: 28 } }
}

fn speech(engine: SpeechEngine, brought: Option<CustomVoiceKind>) -> SpeakSentence {
    SpeakSentence {
        text: "Hello there.".to_owned(),
        voice: VoiceChoice { engine, name: "en-us".to_owned(), speed: 1.0 },
        brought,
        pronounce: BTreeMap::from([("there".to_owned(), "dare".to_owned())]),
    }
}

fn sound() -> MixSound {
    let mix = SoundMix {
        length: 96_000,
        speech: vec![SpokenClip { source: 0, at: 100, length: 48_000 }],
        scenes: vec![SceneSound { source: 1, at: 5, from: 6, length: 7, gain: -3.0 }],
        music: Some(MixMusic { source: 2, gain: -20.0, duck: 12.0, fade: 480 }),
    };
    MixSound { mix, sources: vec![SourceKind::Speech, SourceKind::Decoded, SourceKind::Decoded] }
}

fn film() -> JoinFilm {
    let chapters = vec![ChapterMark { from: 0, to: 1000, title: "One".to_owned() }];
    JoinFilm { fps: Fps { num: 24, den: 1 }, segments: vec![24, 12], title: "Film".to_owned(), chapters }
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
    let mut tools: BTreeMap<String, String> =
        step.tools().iter().map(|tool| (tool.name().to_owned(), "1.0".to_owned())).collect();
    tools.extend(S::CRATES.iter().map(|group| (group.part_name().to_owned(), "abc".to_owned())));
    if S::ORIGIN == Origin::PerProcessor {
        tools.insert(PROCESSOR_PART.to_owned(), "x86_64 avx2".to_owned());
    }
    let blob = |role: &&str| Blob { digest: Digest::of(role.as_bytes()), len: 3 };
    let action = Action {
        kind: S::KIND.to_owned(),
        version: S::VERSION,
        params: Arc::new(serde_json::to_value(step).unwrap()),
        inputs: roles.iter().map(|role| ((*role).to_owned(), blob(role))).collect(),
        tools: Arc::new(tools),
        requirements: step.requirements(),
    };
    let read = |action: &Action| serde_json::to_value(decode_step::<S>(action).ok()?).ok();
    Sample { action, debug: format!("{step:#?}"), read }
}

fn samples() -> Vec<Sample> {
    let scene = |show| sample(&segment(FrameContent::Scene(Box::new(take(show)))), &["picture", "video", "logo"]);
    let black = || Box::new(take(SceneContent::Colour(RED)));
    let transition = |kind| {
        let frames = FrameContent::Transition { kind, easing: Easing::EaseIn, from: black(), to: black() };
        sample(&segment(frames), &["from/picture", "to/picture"])
    };
    let brought = Some(CustomVoiceKind { kind: NetworkKind::Piper, british: true });
    let others = [
        sample(&ProbeMedia { format: FileFormat::Mp4 }, &["media"]),
        sample(&DecodeSound { format: FileFormat::Ogg, from: 1.0, to: Some(2.0) }, &["media"]),
        sample(&speech(SpeechEngine::Espeak, None), &[]),
        sample(&speech(SpeechEngine::Neural, brought), &["network", "description"]),
        sample(&PrepareRecording { format: FileFormat::Wav, script: "Hello.".to_owned() }, &["recording"]),
        sample(&sound(), &["source/000000", "source/000001", "source/000002"]),
        sample(&film(), &["segment/000000", "segment/000001", "sound"]),
        sample(&MeasureLevels { fps: Fps::whole(30) }, &["sound"]),
        sample(&ProbePicture {}, &["picture"]),
        sample(&WriteText { text: "words".to_owned() }, &[]),
        sample(&DrawStill::small(take(SceneContent::Colour(RED))), &["picture"]),
    ];
    SceneContent::samples()
        .into_iter()
        .map(scene)
        .chain(transitions().into_iter().map(transition))
        .chain(others)
        .collect()
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

/// A sample, and every action that differs from it in one value of its parameters, with what differs.
struct EditedSample {
    sample: Sample,
    edits: Vec<(String, Action)>,
}

/// All samples with their edits. Samples of one kind have most of their parameters in common: a value that stands in the same place of two
/// samples is edited in the first of them only.
fn edited_samples() -> Vec<EditedSample> {
    let mut seen = BTreeSet::new();
    samples()
        .into_iter()
        .map(|sample| {
            let edits = edited(&sample.action, &mut seen);
            EditedSample { sample, edits }
        })
        .collect()
}

fn edited(action: &Action, seen: &mut BTreeSet<String>) -> Vec<(String, Action)> {
    let mut found = Vec::new();
    pointers(&action.params, "", &mut found);
    let mut edited = Vec::new();
    for pointer in found {
        let value = action.params.pointer(&pointer).unwrap();
        if !seen.insert(format!("{} {pointer} {value}", action.kind)) {
            continue;
        }
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
    for EditedSample { sample, edits } in edited_samples() {
        let mut keys = BTreeSet::from([sample.action.key()]);
        let mut seen = BTreeMap::from([(sample.action.params.to_string(), sample.action.key())]);
        for (why, other) in edits {
            // Two ways to the same parameters give the same key, all others give another one.
            let key = other.key();
            match seen.insert(other.params.to_string(), key) {
                Some(same) => assert_eq!(key, same, "{why}"),
                None => assert!(keys.insert(key), "{why}: the key is one that is known"),
            }
            count += 1;
        }
    }
    println!("{count} edits of {} steps, each with a key of its own", samples().len());
    assert!(count > 3000, "{count}");
}

/// An action that runs on another machine is sent as text.
#[test]
fn an_action_that_was_sent_has_the_same_key() {
    let mut count = 0;
    for EditedSample { sample, edits } in edited_samples() {
        for action in edits.into_iter().map(|(_, action)| action).chain([sample.action]) {
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
    for EditedSample { sample, edits } in edited_samples() {
        assert_eq!((sample.read)(&sample.action).as_ref(), Some(&*sample.action.params), "{}", sample.debug);
        for (why, other) in edits {
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
    let renamed = renamed_fields();
    for sample in samples() {
        let mut written = BTreeMap::new();
        fields_written(&sample.action.params, &mut written);
        let shown = fields_shown(&sample.debug);
        assert_eq!(shown.is_empty(), written.is_empty(), "{}", sample.debug);
        for (name, count) in shown.iter().filter(|(name, _)| !inside.contains(&name.as_str())) {
            let names = renamed.iter().filter(|(field, _)| field == name).map(|(_, written)| written).chain([name]);
            let found: usize = names.filter_map(|name| written.get(name)).sum();
            assert!(found >= *count, "`{name}` is not in the key of {}", sample.debug);
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

/// All parts of the keys of the samples, as the hash of a key reads them: a line for each that is different in a kind of step, without the
/// numbers of list items.
fn key_parts() -> String {
    let mut lines = BTreeSet::new();
    for Sample { action, .. } in samples() {
        let mut parts: Vec<(String, String)> = Vec::new();
        action.parts(&mut parts);
        for (path, value) in parts {
            let path: Vec<&str> =
                path.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect();
            lines.insert(format!("{}: {} = {value}\n", action.kind, path.join("[]")));
        }
    }
    lines.into_iter().collect()
}

/// A Rust field that is renamed, or a type that serialises otherwise, must not give every film new keys by accident. Where that is meant,
/// `T2V_BLESS=1 cargo test key_parts` writes the file anew.
#[test]
fn key_parts_are_those_of_the_snapshot() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/steps/key_parts.txt");
    let now = key_parts();
    if std::env::var_os("T2V_BLESS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let then = std::fs::read_to_string(path).unwrap_or_default();
    for (line, (then, now)) in then.lines().zip(now.lines()).enumerate() {
        assert_eq!(then, now, "line {} of src/steps/key_parts.txt", line + 1);
    }
    assert_eq!(then.lines().count(), now.lines().count(), "parts were added or removed");
}

#[test]
fn every_kind_that_can_run_has_a_sample() {
    let sampled: BTreeSet<String> = samples().into_iter().map(|sample| sample.action.kind).collect();
    let runnable: BTreeSet<String> = STEP_KINDS.iter().map(|kind| kind.name.to_owned()).collect();
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
        requirements: Requirements::default(),
    };
    assert_eq!(["film", "decode-sound", "still"].map(|kind| output_bytes(&action(kind))), [2000, 20_000, 500]);
}

/// All Rust sources in `path`, which is a file or folder in `src`.
fn sources(path: &Path, found: &mut Vec<(PathBuf, String)>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            sources(&entry.unwrap().path(), found);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("steps/tests.rs") {
        found.push((path.to_owned(), std::fs::read_to_string(path).unwrap()));
    }
}

/// The sources of all types that parameters consist of.
fn parameter_sources() -> Vec<(PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for module in ["steps", "render", "spec", "sound", "units.rs", "voice/custom.rs"] {
        sources(&src.join(module), &mut found);
    }
    found
}

/// Fields that are serialised under another name, with that name.
fn renamed_fields() -> BTreeSet<(String, String)> {
    let mut renamed = BTreeSet::new();
    for (_, source) in parameter_sources() {
        let lines: Vec<&str> = source.lines().map(str::trim).collect();
        for pair in lines.windows(2) {
            let name = pair[0].strip_prefix("#[serde(rename = \"").and_then(|rest| rest.strip_suffix("\")]"));
            let field = pair[1].trim_start_matches("pub ").split_once(':').map(|(field, _)| field);
            renamed.extend(field.zip(name).map(|(field, name)| (field.to_owned(), name.to_owned())));
        }
    }
    renamed
}

/// Attributes by which a field would stay out of the key, or come in without having been in it.
#[test]
fn nothing_in_a_key_is_skipped_or_filled_in() {
    let found = parameter_sources();
    assert!(
        found.iter().filter(|(_, source)| source.contains("#[derive(") && source.contains("Serialize")).count() > 20
    );
    for (path, source) in found {
        for line in source.lines().filter(|line| line.trim_start().starts_with("#[serde(")) {
            let hides = ["skip", "default", "flatten", "with"].iter().any(|word| line.contains(word));
            assert!(!hides, "{}: {line}", path.display());
        }
    }
}
