//! What an edit of a spec makes run again, tried on the real plan and engine with an executor that makes up results in no time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::json;

use super::planner::TimedScene;
use super::timeline::SceneTimeline;
use super::*;
use crate::action::{Action, Outcome};
use crate::cache::{Cache, insert_outputs};
use crate::engine::{BuildTarget, Engine, EngineOptions, OnFailure, WorkerPool};
use crate::event::EventRecorder;
use crate::process::CancelToken;
use crate::remote::{ExecError, Executor, ExecutorSet, Job};
use crate::spec;
use crate::steps::{MediaInfo, SpeechTiming};

/// Speech lasts a 20th of a second a letter; every other result is its own key.
pub(super) struct MakeBelieve<'a>(pub(super) &'a Cache);

impl Executor for MakeBelieve<'_> {
    fn run(&self, action: &Action, _: &Job) -> Result<Outcome, ExecError> {
        let key = action.key().to_string();
        let words = |text: &str| {
            let words = crate::voice::words(text).into_iter().map(|range| {
                let (from, to) = (range.start * 2400, range.end * 2400);
                json!({"range": range, "from": from, "to": to})
            });
            json!({"samples": text.len() * 2400, "words": words.collect::<Vec<_>>()}).to_string()
        };
        let outputs = match action.kind.as_str() {
            "speech" => vec![("sound", key), ("words", words(action.params["text"].as_str().unwrap()))],
            "narration" => vec![("sound", key), ("words", words(action.params["script"].as_str().unwrap()))],
            "probe" => vec![(
                "info",
                json!({"seconds": 9.5, "picture": {"width": 640, "height": 360}, "sound": true}).to_string(),
            )],
            "decode-sound" => vec![("pcm", key), ("info", json!({"samples": 480_000, "loudness": -18.0}).to_string())],
            "segment" => vec![("segment", key)],
            "sound" => vec![("sound", key)],
            "film" => vec![("film", key)],
            "text" => vec![("text", key)],
            "levels" => vec![("levels", key)],
            "still" => vec![("picture", key)],
            other => panic!("no such kind: {other}"),
        };
        let staging = self.0.staging()?;
        let roles: Vec<String> = outputs.iter().map(|(role, _)| (*role).to_owned()).collect();
        for (role, bytes) in outputs {
            fs::write(staging.path().join(role), bytes).unwrap();
        }
        Ok(Outcome::computed(insert_outputs(self.0, staging.path(), &roles)?, 1))
    }
}

/// A project folder that specs are built in.
pub(super) struct Project {
    pub(super) dir: tempfile::TempDir,
    pub(super) cache: Cache,
    pub(super) workshop: Arc<Workshop>,
}

impl Project {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, colour) in [("a.png", [9, 9, 9]), ("b.png", [200, 9, 9]), ("c.png", [9, 200, 9])] {
            image::RgbImage::from_pixel(64, 36, image::Rgb(colour)).save(dir.path().join(name)).unwrap();
        }
        fs::write(dir.path().join("v.mp4"), b"\0\0\0\x18ftypisom\0\0\0\0").unwrap();
        fs::write(dir.path().join("t.csv"), "a,b\n1,2\n").unwrap();
        fs::write(dir.path().join("u.csv"), "a,b\n1,3\n").unwrap();
        fs::write(dir.path().join("m.ogg"), b"OggS\0\0\0\0").unwrap();
        let cache = Cache::open(&dir.path().join("cache")).unwrap();
        let workshop = Arc::new(Workshop::open(&cache).unwrap());
        Self { dir, cache, workshop }
    }

    pub(super) fn spec(&self, text: &str) -> Spec {
        self.spec_in(self.dir.path(), text)
    }

    fn spec_in(&self, root: &Path, text: &str) -> Spec {
        let loaded = spec::parse(text, root, "film", &spec::LoadOptions::default());
        loaded.unwrap_or_else(|report| panic!("{}", report.render(crate::diag::ReportStyle::Plain))).spec
    }

    fn try_build(&self, text: &str) -> crate::engine::BuildSummary {
        let (plan, _) = plan(self.spec(text), PlanExtent::Film, Arc::clone(&self.workshop), vec![]);
        self.run(plan, &MakeBelieve(&self.cache))
    }

    pub(super) fn run(&self, plan: Vec<PlannedStep>, executor: &dyn Executor) -> crate::engine::BuildSummary {
        WorkerPool::with(
            &self.cache,
            EngineOptions { on_failure: OnFailure::KeepGoing, ..EngineOptions::for_cores(2) },
            &ExecutorSet::local_only(executor),
            &CancelToken::default(),
            |crew| Engine::new(crew, &EventRecorder::default(), BuildTarget::default()).build(plan),
        )
    }

    /// The names of the steps that ran.
    pub(super) fn build(&self, text: &str) -> BTreeSet<String> {
        let summary = self.try_build(text);
        assert!(summary.is_complete(), "{:?}", summary.failures);
        summary.ran.into_iter().map(|(name, _)| name.to_string()).collect()
    }
}

fn planner(spec: Spec, workshop: &Arc<Workshop>) -> (Arc<Planner>, Vec<PlannedStep>) {
    let (steps, outline) = plan(spec, PlanExtent::Film, Arc::clone(workshop), vec![]);
    (outline.0, steps)
}

/// The steps of a list with spaces between the names.
fn steps(names: &str) -> BTreeSet<String> {
    names.split_whitespace().map(str::to_owned).collect()
}

const FILM: &str = r#"
title: Film
output: { size: 320x180 }
music: { file: m.ogg }
scenes:
  - { id: one, title: One, say: "First we walk to the harbour. Then we look at the sea.", show: { image: a.png } }
  - { id: two, say: "A boat comes in.", show: { image: b.png } }
  - { id: three, say: "Nobody is on it.", show: { image: c.png } }
"#;

#[test]
fn the_first_build_makes_everything_and_the_second_nothing() {
    let project = Project::new();
    let ran = project.build(FILM);
    let expected = "film/description film/mux film/sound film/srt film/thumbnail film/vtt music scene:one/picture/1 \
        scene:one/picture/head scene:one/speech/1 scene:one/speech/2 scene:one/still scene:three/picture/1 \
        scene:three/picture/tail scene:three/speech/1 scene:three/still scene:three/transition \
        scene:two/picture/1 scene:two/speech/1 scene:two/still scene:two/transition";
    assert_eq!(ran, steps(expected));
    assert_eq!(project.build(FILM), steps(""));
    for out in ["film.mp4", "film.srt", "film.vtt", "film.description.txt", "film.jpg"] {
        assert!(project.dir.path().join("out").join(out).exists(), "{out}");
    }
}

#[test]
fn comments_and_spaces_cost_nothing() {
    let project = Project::new();
    project.build(FILM);
    let edited = FILM.replace("scenes:", "# what follows what\n\nscenes:").replace("say: ", "say:    ");
    assert_eq!(project.build(&edited), steps(""));
}

#[test]
fn a_changed_sentence_costs_its_own_scene() {
    let project = Project::new();
    project.build(FILM);
    let ran = project.build(&FILM.replace("A boat comes in.", "A small boat comes in."));
    let expected = "film/mux film/sound film/srt film/vtt scene:three/transition scene:two/picture/1 scene:two/speech/1 \
        scene:two/still scene:two/transition";
    assert_eq!(ran, steps(expected));
}

#[test]
fn a_changed_picture_is_not_spoken_again() {
    let project = Project::new();
    project.build(FILM);
    let ran = project.build(&FILM.replace("b.png", "a.png"));
    assert_eq!(ran, steps("film/mux scene:three/transition scene:two/picture/1 scene:two/still scene:two/transition"));
}

#[test]
fn a_caption_style_touches_no_sound() {
    let project = Project::new();
    project.build(FILM);
    let ran = project.build(&FILM.replace("music:", "captions: { style: boxed }\nmusic:"));
    assert!(ran.contains("scene:one/picture/1"));
    assert!(!ran.iter().any(|name| name.contains("speech") || name.contains("sound") || name == "music"), "{ran:?}");
}

#[test]
fn reordered_scenes_are_drawn_at_their_edges_only() {
    let project = Project::new();
    project.build(FILM);
    let mut lines: Vec<&str> = FILM.trim().lines().collect();
    lines.swap(4, 6);
    let ran = project.build(&lines.join("\n"));
    let drawn: BTreeSet<&str> =
        ran.iter().map(String::as_str).filter(|name| name.contains("picture") || name.contains("speech")).collect();
    assert_eq!(drawn, BTreeSet::from(["scene:one/picture/tail", "scene:three/picture/head"]), "{ran:?}");
}

#[test]
fn another_folder_gives_the_same_keys() {
    let (here, there) = (Project::new(), Project::new());
    let film = FILM.to_owned() + "  - { id: clip, show: { video: v.mp4, from: 1s } }\n";
    here.build(&film);
    there.build(&film);
    for out in ["film.mp4", "film.jpg"] {
        let read = |project: &Project| fs::read(project.dir.path().join("out").join(out)).unwrap();
        assert_eq!(read(&here), read(&there), "{out}");
    }
}

#[test]
fn frames_and_samples_add_up() {
    let project = Project::new();
    let spec = project.spec(FILM);
    let fps = spec.output.fps;
    let timing = |samples: u64| SpeechTiming { samples, words: vec![] };
    let timeline = SceneTimeline::new(&spec.scenes[0], fps, &[timing(48_000), timing(24_001)], &[]);
    assert_eq!(timeline.speech.len(), 2);
    let last = timeline.speech[1];
    let end = fps.sample_of_frame(timeline.frames);
    let tail = crate::units::samples(spec.scenes[0].tail);
    assert!(end >= last.at + last.length + tail && end < last.at + last.length + tail + 1600);
}

#[test]
fn transitions_that_do_not_fit_are_told_with_their_place() {
    let project = Project::new();
    let film = FILM.replace("id: two,", "id: two, transition: { kind: crossfade, length: 1s }, lead: 0s, tail: 0s,");
    let film = film
        .replace("A boat comes in.", "A.")
        .replace("id: three,", "id: three, transition: { kind: wipe, length: 3s },");
    let summary = project.try_build(&film);
    let failure = &summary.failures[0].diagnostic;
    assert!(failure.message.contains("scene `two` lasts"), "{}", failure.message);
    assert!(failure.span.is_some() && failure.help.is_some());
}

#[test]
fn videos_bring_their_length_and_sound() {
    let project = Project::new();
    let film = "scenes:\n  - { id: clip, show: { video: v.mp4, from: 1.5s } }\n";
    let ran = project.build(film);
    assert!(ran.contains("scene:clip/sound") && ran.contains("scene:clip/probe"));
    let muted = project.build(&film.replace("from: 1.5s", "from: 1.5s, mute: true"));
    assert_eq!(muted, steps("film/mux film/sound"));
    let late = project.try_build(&film.replace("1.5s", "20s"));
    assert!(late.failures[0].diagnostic.message.contains("lasts 9.5 s"));
}

#[test]
fn list_items_come_with_their_sentences() {
    let project = Project::new();
    let spec = project.spec("scenes:\n  - { say: [One., Two.], show: { list: [a, b, c, d], build: sentence } }\n");
    let timing = || SpeechTiming { samples: 96_000, words: vec![] };
    let timeline = SceneTimeline::new(&spec.scenes[0], spec.output.fps, &[timing(), timing()], &[]);
    let at: Vec<u64> =
        (0..4).map(|i| timeline.item_at(crate::spec::model::BuildTiming::Sentence, i, 4, spec.output.fps)).collect();
    let said: Vec<u64> = timeline.speech.iter().map(|piece| spec.output.fps.frame_at_sample(piece.at)).collect();
    assert_eq!(at[..2], said[..]);
    assert!(at.is_sorted_by(|a, b| a < b) && at[3] < timeline.frames, "{at:?}");
}

#[test]
fn list_items_come_with_the_texts_that_say_them() {
    let project = Project::new();
    let said = "say: [There are two., One. It has two sentences., { pause: 1s }, Two.]";
    let spec = project.spec(&format!("scenes:\n  - {{ {said}, show: {{ list: [a, b], build: say }} }}\n"));
    let timings = [(); 4].map(|()| SpeechTiming { samples: 96_000, words: vec![] });
    let timeline = SceneTimeline::new(&spec.scenes[0], spec.output.fps, &timings, &[]);
    let said: Vec<u64> = timeline.speech.iter().map(|piece| spec.output.fps.frame_at_sample(piece.at)).collect();
    let at = |items: usize| -> Vec<u64> {
        (0..items).map(|i| timeline.item_at(crate::spec::model::BuildTiming::Say, i, items, spec.output.fps)).collect()
    };
    assert_eq!(at(2), [said[1], said[3]], "the first text introduces them");
    assert_eq!(at(3), [said[0], said[1], said[3]]);
    assert_eq!(at(1), [said[3]]);
    assert!(at(4).is_sorted_by(|a, b| a < b) && at(4)[0] == said[0], "more items than texts come evenly");
}

fn cut_lengths(frames: u64) -> Vec<u64> {
    segments::cut_evenly(10..10 + frames, 120).into_iter().map(|piece| piece.end - piece.start).collect()
}

#[test]
fn segments_are_of_even_length_and_the_last_is_not_tiny() {
    assert_eq!(cut_lengths(299), [120, 179]);
    assert_eq!(cut_lengths(300), [120, 120, 60]);
    assert_eq!(cut_lengths(301), [120, 120, 61]);
    assert_eq!(cut_lengths(1), [1]);
    assert_eq!(cut_lengths(0), [0_u64; 0]);
}

/// Five sentences over a picture that stands still, the third of them as given; captions in letters of 20 frames a second.
fn long_scene(third: &str) -> String {
    let say = format!(
        "The first sentence opens the scene quietly. The second sentence follows it closely. {third} The fourth \
         sentence comes after the edit. The fifth sentence ends it all at last."
    );
    format!(
        "title: Long\noutput: {{ size: 320x180, fps: 30 }}\ncaptions: {{ burn: true }}\nscenes:\n  \
         - {{ id: long, say: \"{say}\", show: {{ image: a.png, motion: hold }} }}\n"
    )
}

#[test]
fn an_edit_in_a_long_scene_draws_only_the_frames_that_changed() {
    let project = Project::new();
    let all = project.build(&long_scene("The third sentence will be edited."));
    let pieces =
        |ran: &BTreeSet<String>| ran.iter().filter(|name| name.contains("/picture/")).cloned().collect::<Vec<_>>();
    assert!(pieces(&all).len() >= 6, "{all:?}");
    let ran = project.build(&long_scene("The third sentence has been edited and is longer now."));
    assert!(ran.contains("scene:long/speech/3"), "{ran:?}");
    assert_eq!(pieces(&ran), ["scene:long/picture/3"], "{ran:?}");
}

#[test]
fn frames_that_are_alike_are_drawn_once() {
    let project = Project::new();
    let spec =
        "output: { size: 320x180 }\nscenes: [{ id: still, length: 40s, show: { image: a.png, motion: hold } }]\n";
    let ran = project.build(spec);
    let pieces: Vec<&String> = ran.iter().filter(|name| name.contains("/picture/")).collect();
    assert_eq!(
        pieces.len(),
        5,
        "the head, the first whole piece, one for all that are like it, the rest, the tail: {pieces:?}"
    );
}

/// A film that uses most of the language.
const RICH: &str = r##"
title: Rich
output: { size: 320x180, fps: 30, quality: standard }
voice: { name: heart, speed: 1 }
look: { accent: "#102030", caption: "#eeeeee", muted: "#777777", background: "#000010" }
music: { file: m.ogg, level: -22 LUFS, duck: 12 dB, fade: 3s }
captions: { style: karaoke, position: bottom, files: [srt, vtt] }
logo: { file: c.png, corner: top-right, opacity: 80%, height: 10% }
pronounce: { harbour: "har ber", nowhere: "no ware" }
vars: { what: boat }
defaults: { lead: 0.8s, tail: 0.7s, transition: { kind: crossfade, length: 0.5s } }
scenes:
  - id: one
    title: Chapter
    say: First we walk to the harbour.
    show: { image: a.png, motion: hold, fit: cover }
  - id: two
    say: ["A ${what} comes in.", { pause: 0.5s }, "It has no sail."]
    show: { list: [Sails, Oars], heading: What it has, build: sentence }
    transition: { kind: wipe, direction: left, length: 0.4s }
  - id: three
    say: Look at it.
    show: { video: v.mp4, from: 1s, to: 4s, fit: contain }
    captions: { position: top }
  - id: four
    show: { title: The end, subtitle: for now }
    transition: { kind: fade, colour: black, length: 1s }
    length: 5s
  - id: five
    length: 3s
    show: { gradient: { colours: ["#102030", "#a05020"], angle: 30 } }
  - id: six
    transition: cut
    captions: false
    lower: { name: Ada, role: Analyst }
    counter: true
    show: { quote: Make it work., by: Anon }
  - id: seven
    transition: cut
    captions: false
    say: Only what changed is made again. So it is.
    show: { statement: "Only what *changed*" }
  - id: eight
    transition: cut
    captions: false
    show: { table: [[tool, seconds], [t2v, 11.2], [hand, 15.6]], heading: Cost, build: all }
  - id: nine
    transition: cut
    captions: false
    show: { table: t.csv, build: all }
  - id: ten
    transition: cut
    captions: false
    show: { end: { title: Thanks, lines: [Bye] } }
"##;

/// An edit of a test film, and the steps that run again then.
#[derive(serde::Deserialize)]
struct FilmEdit {
    from: String,
    to: String,
    #[serde(default)]
    must: Vec<String>,
    #[serde(default)]
    may: Vec<String>,
}

/// The edits of one test film.
fn edits(film: &str) -> Vec<FilmEdit> {
    let mut all: BTreeMap<String, Vec<FilmEdit>> = serde_saphyr::from_str(include_str!("edits.yaml")).unwrap();
    all.remove(film).unwrap()
}

#[test]
fn an_edit_of_a_table_in_a_file_is_drawn() {
    let project = Project::new();
    project.build(RICH);
    fs::write(project.dir.path().join("t.csv"), "a,b\n1,4\n").unwrap();
    let ran = project.build(RICH);
    assert!(ran.contains("scene:nine/picture/1") && !ran.iter().any(|step| step.contains("eight")), "{ran:?}");
    fs::write(project.dir.path().join("t.csv"), "a;b\r\n1;4\r\n").unwrap();
    assert_eq!(project.build(RICH), steps(""), "the same table written another way");
}

#[test]
fn names_come_and_go_within_their_scene() {
    let project = Project::new();
    let lower = |fields: &str| {
        let text = format!("scenes: [{{ id: one, lower: {{ name: Ada }}, show: {{ image: a.png }}, {fields} }}]");
        let (planner, _) = planner(project.spec(&text), &project.workshop);
        let scene = &planner.spec.scenes[0];
        let timeline = SceneTimeline::new(scene, planner.fps(), &[], &[]);
        let timed = TimedScene { timeline, media: vec![], view: OnceLock::new() };
        let lower = planner.view(scene, &timed).lower_third.clone().unwrap();
        (lower.from, lower.to, lower.raised)
    };
    assert_eq!(lower("length: 10s"), (15, 135, true));
    assert_eq!(lower("length: 4s, captions: false"), (15, 84, false));
    assert_eq!(lower("length: 10s, captions: { position: top }"), (15, 135, false));
    assert_eq!(lower("length: 2s"), (15, u32::MAX, true));
    assert_eq!(lower("length: 10s, transition: { kind: crossfade, length: 1s }"), (30, 150, true));
}

#[test]
fn what_goes_is_gone_when_the_next_scene_begins_to_come_in() {
    let project = Project::new();
    let leaves = |fields: &str, next: &str| {
        let text = format!(
            "look: {{ card: {{ leave: fade }} }}\nscenes: [{{ id: one, captions: false, show: {{ title: A }}, {fields} }}{next}]"
        );
        let (planner, _) = planner(project.spec(&text), &project.workshop);
        let scene = &planner.spec.scenes[0];
        let timeline = SceneTimeline::new(scene, planner.fps(), &[], &[]);
        let timed = TimedScene { timeline, media: Vec::new(), view: OnceLock::new() };
        planner.view(scene, &timed).exit_at
    };
    let next = |length: &str| format!(", {{ say: B., transition: {{ kind: slide, length: {length} }} }}");
    assert_eq!(leaves("length: 4s", &next("1s")), 120 - 30 - 12);
    assert_eq!(leaves("length: 4s", ", { say: B., transition: cut }"), 120 - 12);
    assert_eq!(leaves("length: 1.6s", &next("0.5s")), u32::MAX, "no time to go");
    assert_eq!(leaves("length: 4s", ""), u32::MAX, "the film ends with what there is");
    assert_eq!(leaves("length: 4s, leave: rise", ""), 120 - 12);
}

/// A film of what lies over pictures and cards.
const OVERLAID: &str = r##"
output: { size: 320x180, fps: 30 }
captions: false
scenes:
  - id: marked
    title: One
    say: Here is a house. And here is a tree.
    show:
      image: a.png
      motion: hold
      dim: true
      build: sentence
      marks:
        - { box: [0.1, 0.2, 0.3, 0.4], label: A house }
        - { arrow: [0.7, 0.5], from: left, label: A tree }
        - { circle: [0.5, 0.5, 0.1] }
  - id: code
    show: { qr: "https://example.org/a", title: Get it, caption: It is free }
  - id: logo
    show: { logo: a.png, title: A name, subtitle: A line }
  - id: end
    show: { end: { title: Thanks, qr: "https://example.org/b" } }
  - id: heard
    say: This is the first sentence, which is quite long for one that says next to nothing. This is the second.
    show: { image: c.png, motion: hold }
    waveform: { style: bars, at: top }
  - id: plain
    title: Two
    say: Nothing is marked here.
    show: { image: b.png }
"##;

#[test]
fn every_field_of_what_lies_over_a_scene_touches_its_own_scene() {
    edits_touch_what_they_should(&Project::new(), OVERLAID, &edits("overlaid"));
}

/// Whether the step is one of those that the pattern names; `*` stands for anything.
fn fits(pattern: &str, step: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return pattern == step };
    let Some(mut rest) = step.strip_prefix(first) else { return false };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// A film of what a scene exhibits besides pictures and words.
const EXHIBITS: &str = r##"
output: { size: 320x180, fps: 30 }
captions: false
look: { accent: "#102030" }
scenes:
  - id: listing
    say: Here is a function. And here it is called. That is all of it.
    show: { code: main.rs, lines: 2-5, highlight: [2, 4-5], heading: A listing, build: sentence }
  - id: typed
    say: It is typed while we speak.
    show: { code: { text: "let a = 1;", language: rust, name: new.rs } }
  - id: chart
    say: The first is small. The second is larger.
    show: { chart: { kind: bar, data: d.csv, x: tool, y: cpu, unit: s }, heading: A chart }
"##;

#[test]
fn every_field_of_code_and_charts_touches_its_own_scene() {
    let project = Project::new();
    let files = [
        ("main.rs", "// one\nfn one() {\n    1\n}\none();\n"),
        ("more.rs", "// one\nfn two() {\n    1\n}\none();\n"),
        ("d.csv", "tool,short,cpu,wall\nfirst,a,1.5,2\nsecond,b,3,4\n"),
        ("e.csv", "tool,short,cpu,wall\nfirst,a,1.5,2\nsecond,b,3.5,4\n"),
    ];
    files.iter().for_each(|(name, text)| fs::write(project.dir.path().join(name), text).unwrap());
    edits_touch_what_they_should(&project, EXHIBITS, &edits("exhibits"));
}

/// A film of pictures and videos that share a frame.
const SHARED: &str = r##"
output: { size: 320x180, fps: 30 }
captions: { style: karaoke }
scenes:
  - id: grid
    say: Here is the first one. And this is the second one.
    show: { pictures: [{ image: a.png, caption: First }, b.png], heading: Pictures, build: sentence, fit: cover }
  - id: beside
    say: Here is the first item. And this is the second item.
    show: { split: { image: a.png, side: left, title: Beside, list: [One, Two] }, build: sentence, fit: cover }
  - id: film
    captions: false
    show: { split: { video: v.mp4, text: Some text, from: 1s, to: 8s } }
  - id: two
    captions: false
    show: { screens: [{ video: v.mp4, label: Left, from: 1s, to: 7s }, w.mp4], heading: Videos, fit: contain }
  - id: corner
    captions: false
    show: { colour: "#102030" }
    inset: { image: b.png, corner: top-left, size: 20%, shape: circle }
  - id: moving
    captions: false
    show: { colour: "#302010" }
    inset: { video: v.mp4, from: 2s, to: 8s }
"##;

#[test]
fn every_field_of_pictures_and_videos_touches_its_own_scene() {
    let project = Project::new();
    fs::write(project.dir.path().join("w.mp4"), b"\0\0\0\x18ftypmp42\0\0\0\0").unwrap();
    edits_touch_what_they_should(&project, SHARED, &edits("shared"));
}

#[test]
fn a_scene_of_several_videos_lasts_as_long_as_the_longest() {
    let project = Project::new();
    let lasts = |scene: &str| {
        let (planner, _) = planner(project.spec(&format!("scenes: [{{ {scene} }}]")), &project.workshop);
        let media = MediaInfo { seconds: 9.5, picture: Some(crate::units::Size::new(640, 360)), sound: true };
        let count = planner.spec.scenes[0].footage().len();
        SceneTimeline::new(&planner.spec.scenes[0], planner.fps(), &[], &vec![media; count]).frames
    };
    let screens = "show: { screens: [{ video: v.mp4, to: 2s }, { video: v.mp4, from: 3s, to: 6s }] }";
    assert_eq!(lasts(screens), 90);
    assert_eq!(lasts("show: { screens: [{ video: v.mp4, to: 2s }, v.mp4] }"), 285);
    assert_eq!(lasts("show: { split: { video: v.mp4, to: 5s, title: One } }"), 150);
    assert_eq!(lasts(&format!("{screens}, inset: {{ video: v.mp4 }}")), 90, "an inset makes no scene of videos longer");
    assert_eq!(lasts("show: { colour: black }, inset: { video: v.mp4, to: 7s }"), 210);
    assert_eq!(lasts("show: { colour: black }, inset: { image: a.png }"), 120);
}

#[test]
fn a_picture_that_comes_later_leaves_the_frames_before_it_alone() {
    let project = Project::new();
    let film = "output: { size: 320x180 }\ncaptions: { burn: false }\nscenes:\n  - id: a\n    say: [\"The first sentence is about the \
                first picture and it takes quite some time.\", \"The second one is about the second picture and it takes as long \
                again.\"]\n    show: { pictures: [a.png, b.png], build: say }\n";
    let all = project.build(film);
    let ran = project.build(&film.replace("b.png", "c.png"));
    let pieces = |ran: &BTreeSet<String>| ran.iter().filter(|name| name.contains("/picture/")).count();
    assert!(pieces(&ran) > 0 && pieces(&ran) < pieces(&all), "{ran:?} of {all:?}");
    assert!(!ran.contains("scene:a/picture/1"), "{ran:?}");
}

#[test]
fn an_edit_of_lines_that_are_not_shown_costs_nothing() {
    let project = Project::new();
    let write = |text: &str| fs::write(project.dir.path().join("main.rs"), text).unwrap();
    let film = "output: { size: 320x180 }\nscenes: [{ id: a, length: 3s, show: { code: main.rs, lines: 2-3 } }]\n";
    write("// one\nlet a = 1;\nlet b = 2;\nlet c = 3;\n");
    project.build(film);
    write("// uno\nlet a = 1;\nlet b = 2;\nlet d = 4;\nlet e = 5;\n");
    assert_eq!(project.build(film), steps(""));
    write("/* uno\nlet a = 1;\nlet b = 2; */\n");
    assert!(!project.build(film).is_empty(), "the same words in a comment look otherwise");
}

#[test]
fn every_field_of_the_language_touches_what_it_should_and_nothing_else() {
    edits_touch_what_they_should(&Project::new(), RICH, &edits("rich"));
}

fn edits_touch_what_they_should(project: &Project, film: &str, edits: &[FilmEdit]) {
    let all = project.build(film);
    let mut wrong = Vec::new();
    for FilmEdit { from, to, must, may } in edits {
        assert!(film.contains(from), "{from}");
        let ran = project.build(&film.replacen(from, to, 1));
        for pattern in must {
            // An edit may bring other steps, and leave out some; of those that stay, all that are named must run.
            let stayed =
                all.iter().find(|step| fits(pattern, step) && !pattern.contains("picture") && !ran.contains(*step));
            if stayed.is_some() || !ran.iter().any(|step| fits(pattern, step)) {
                wrong.push(format!("{from} → {to}: {pattern} ({stayed:?}) did not run in {ran:?}"));
            }
        }
        // A still changes only with its scene's frames.
        let drawn = |step: &str| {
            let scene = step.strip_suffix("still");
            scene.is_some_and(|scene| ran.iter().any(|other| other.starts_with(&format!("{scene}picture/"))))
        };
        let named = |step: &str| must.iter().chain(may).any(|pattern| fits(pattern, step));
        let more: Vec<_> = ran.iter().filter(|step| !named(step) && !drawn(step)).collect();
        if !more.is_empty() {
            wrong.push(format!("{from} → {to}: {more:?} ran too"));
        }
        assert_eq!(project.build(film), steps(""), "{from} → {to}, and back");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_edit_in_another_scene_leaves_progress_as_it_is_drawn() {
    let project = Project::new();
    let film = |said: &str| {
        format!(
            "output: {{ size: 320x180 }}\ncaptions: false\nprogress: chapters\nscenes:\n  \
             - {{ id: one, title: One, say: \"{said}\", transition: cut, show: {{ image: a.png }} }}\n  \
             - {{ id: two, title: Two, say: And here it ends., transition: cut, show: {{ image: b.png }} }}\n"
        )
    };
    project.build(&film("This is the first one."));
    let ran = project.build(&film("This is the first one, and it is longer now."));
    assert!(ran.iter().any(|step| step.starts_with("scene:one/picture")), "{ran:?}");
    assert!(!ran.iter().any(|step| step.starts_with("scene:two/")), "{ran:?}");
}

#[test]
fn a_sentence_before_moves_a_voice_but_has_none_of_it_measured_or_drawn_again() {
    let project = Project::new();
    let film = |first: &str| {
        format!(
            "output: {{ size: 320x180 }}\ncaptions: false\nscenes:\n  - id: one\n    waveform: true\n    \
             say: \"{first} This is the second sentence, and it goes on for quite some time, so that it has pieces of its own. \
             And this is the third one, which is just as long as the one before it and says as little.\"\n    \
             show: {{ image: a.png, motion: hold }}\n"
        )
    };
    project.build(&film("This is the first sentence of all of them, and it is long."));
    let ran = project.build(&film("This is the first sentence of all of them, and it is longer than it was before."));
    let drawn: Vec<&String> =
        ran.iter().filter(|step| step.contains("/picture/") || step.contains("/levels/")).collect();
    assert!(drawn.len() <= 3, "what is heard later is drawn as it was: {drawn:?}");
    assert!(ran.contains("scene:one/levels/1") && !ran.contains("scene:one/levels/2"), "{ran:?}");
}
