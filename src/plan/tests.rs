//! What an edit of a spec makes run again, tried on the real plan and engine with an executor that makes up results in no time.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::json;

use super::*;
use crate::action::{Action, Outcome};
use crate::cache::{Cache, take_in_all};
use crate::engine::{Crew, Engine, Goal, Options};
use crate::event::Recording;
use crate::process::Cancel;
use crate::remote::{ExecError, Executor, Job};
use crate::spec;

/// Speech lasts a 20th of a second a letter; every other result is its own key.
struct MakeBelieve<'a>(&'a Cache);

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
            "still" => vec![("picture", key)],
            other => panic!("no such kind: {other}"),
        };
        let staging = self.0.staging()?;
        let roles: Vec<String> = outputs.iter().map(|(role, _)| (*role).to_owned()).collect();
        for (role, bytes) in outputs {
            fs::write(staging.path().join(role), bytes).unwrap();
        }
        Ok(Outcome { outputs: take_in_all(self.0, staging.path(), &roles)?, millis: 1 })
    }
}

/// A project folder that specs are built in.
struct Project {
    dir: tempfile::TempDir,
    cache: Cache,
    workshop: Arc<Workshop>,
}

impl Project {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, colour) in [("a.png", [9, 9, 9]), ("b.png", [200, 9, 9]), ("c.png", [9, 200, 9])] {
            image::RgbImage::from_pixel(64, 36, image::Rgb(colour)).save(dir.path().join(name)).unwrap();
        }
        fs::write(dir.path().join("v.mp4"), b"\0\0\0\x18ftypisom\0\0\0\0").unwrap();
        fs::write(dir.path().join("m.ogg"), b"OggS\0\0\0\0").unwrap();
        let cache = Cache::open(&dir.path().join("cache")).unwrap();
        let workshop = Arc::new(Workshop::open(&cache).unwrap());
        Self { dir, cache, workshop }
    }

    fn spec(&self, text: &str) -> Spec {
        self.spec_in(self.dir.path(), text)
    }

    fn spec_in(&self, root: &Path, text: &str) -> Spec {
        let loaded = spec::parse(text, root, "film", &spec::Options::default());
        loaded.unwrap_or_else(|report| panic!("{}", report.render(crate::diag::Style::Plain))).spec
    }

    fn try_build(&self, text: &str) -> crate::engine::Summary {
        let (plan, _) = plan(self.spec(text), Extent::Film, Arc::clone(&self.workshop), vec![]);
        Crew::with(&self.cache, Options::for_cores(2), &MakeBelieve(&self.cache), &Cancel::default(), |crew| {
            Engine::new(crew, &Recording::default(), Goal::default()).build(plan)
        })
    }

    /// The names of the steps that ran.
    fn build(&self, text: &str) -> BTreeSet<String> {
        let summary = self.try_build(text);
        assert!(summary.is_complete(), "{:?}", summary.failures);
        summary.ran.into_iter().map(|(name, _)| name.to_string()).collect()
    }
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
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
    let expected = [
        "film/description",
        "film/mux",
        "film/sound",
        "film/srt",
        "film/thumbnail",
        "film/vtt",
        "music",
        "scene:one/picture/1",
        "scene:one/picture/head",
        "scene:one/speech/1",
        "scene:one/speech/2",
        "scene:one/still",
        "scene:three/picture/1",
        "scene:three/picture/tail",
        "scene:three/speech/1",
        "scene:three/still",
        "scene:three/transition",
        "scene:two/picture/1",
        "scene:two/speech/1",
        "scene:two/still",
        "scene:two/transition",
    ];
    assert_eq!(ran, set(&expected));
    assert_eq!(project.build(FILM), set(&[]));
    for out in ["film.mp4", "film.srt", "film.vtt", "film.description.txt", "film.jpg"] {
        assert!(project.dir.path().join("out").join(out).exists(), "{out}");
    }
}

#[test]
fn comments_and_spaces_cost_nothing() {
    let project = Project::new();
    project.build(FILM);
    let edited = FILM.replace("scenes:", "# what follows what\n\nscenes:").replace("say: ", "say:    ");
    assert_eq!(project.build(&edited), set(&[]));
}

#[test]
fn a_changed_sentence_costs_its_own_scene() {
    let project = Project::new();
    project.build(FILM);
    let ran = project.build(&FILM.replace("A boat comes in.", "A small boat comes in."));
    let expected = [
        "film/mux",
        "film/sound",
        "film/srt",
        "film/vtt",
        "scene:three/transition",
        "scene:two/picture/1",
        "scene:two/speech/1",
        "scene:two/still",
        "scene:two/transition",
    ];
    assert_eq!(ran, set(&expected));
}

#[test]
fn a_changed_picture_is_not_spoken_again() {
    let project = Project::new();
    project.build(FILM);
    let ran = project.build(&FILM.replace("b.png", "a.png"));
    assert_eq!(
        ran,
        set(&["film/mux", "scene:three/transition", "scene:two/picture/1", "scene:two/still", "scene:two/transition"])
    );
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
    let timeline = Timeline::new(&spec.scenes[0], fps, &[timing(48_000), timing(24_001)], None);
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
    assert!(failure.place.is_some() && failure.help.is_some());
}

#[test]
fn videos_bring_their_length_and_sound() {
    let project = Project::new();
    let film = "scenes:\n  - { id: clip, show: { video: v.mp4, from: 1.5s } }\n";
    let ran = project.build(film);
    assert!(ran.contains("scene:clip/sound") && ran.contains("scene:clip/probe"));
    let muted = project.build(&film.replace("from: 1.5s", "from: 1.5s, mute: true"));
    assert_eq!(muted, set(&["film/mux", "film/sound"]));
    let late = project.try_build(&film.replace("1.5s", "20s"));
    assert!(late.failures[0].diagnostic.message.contains("lasts 9.5 s"));
}

#[test]
fn list_items_come_with_their_sentences() {
    let project = Project::new();
    let spec = project.spec("scenes:\n  - { say: [One., Two.], show: { list: [a, b, c, d], build: sentence } }\n");
    let timing = || SpeechTiming { samples: 96_000, words: vec![] };
    let timeline = Timeline::new(&spec.scenes[0], spec.output.fps, &[timing(), timing()], None);
    let at: Vec<u64> =
        (0..4).map(|i| timeline.item_at(crate::spec::model::Build::Sentence, i, 4, spec.output.fps)).collect();
    let said: Vec<u64> = timeline.speech.iter().map(|piece| spec.output.fps.frame_at_sample(piece.at)).collect();
    assert_eq!(at[..2], said[..]);
    assert!(at.is_sorted_by(|a, b| a < b) && at[3] < timeline.frames, "{at:?}");
}

fn cut_lengths(frames: u64) -> Vec<u64> {
    picture::cut(10..10 + frames, 120).into_iter().map(|piece| piece.end - piece.start).collect()
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
