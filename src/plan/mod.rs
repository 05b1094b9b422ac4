//! The plan: a checked film as a graph of named steps that grows as lengths become known. Knows nothing of how steps run, or of
//! what the cache holds.
//!
//! A scene's length is known once it is spoken, so the plan begins with speech; what follows is added scene by scene:
//! the scene's own segments when it is timed, a transition when both its scenes are, sound and mux when all are.

mod description;
mod exhibit;
mod film;
mod names;
mod outline;
mod over;
mod picture;
mod statement;
mod subtitles;
mod timeline;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;

use crate::diag::Diagnostic;
use crate::render::View;
use crate::spec::model::{Engine, Footage, Quality, Scene, SourceFile, Spec, Speech, Voice};
use crate::steps::{
    self, BroughtKind, DecodeSound, Encoder, MediaInfo, Narration, Probe, SpeechTiming, Step, Workshop,
};
use crate::units::Fps;
use crate::voice::brought::Brought;
use crate::work::{Planned, Source, StepName, Work};

pub use outline::Outline;
use timeline::Timeline;

/// What the description's name ends in, after the film's stem.
const DESCRIPTION: &str = "description.txt";

/// A film on its way to becoming a graph. Shared by all that grows from it.
struct Planner {
    spec: Spec,
    workshop: Arc<Workshop>,
    voices: Vec<Brought>,
    encoder: Encoder,
    extent: Extent,
    /// Each scene in time, once that is known: what comes later builds on it.
    timed: Vec<OnceLock<Timed>>,
}

/// How much of a film is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    #[default]
    Film,
    /// What is said, and a still of each scene.
    Preview,
}

/// All that is to be made for `spec`, and its outline; `voices` are those that are not in the program.
pub fn plan(spec: Spec, extent: Extent, workshop: Arc<Workshop>, voices: Vec<Brought>) -> (Vec<Planned>, Outline) {
    let encoder = Encoder::of(spec.output.quality);
    let timed = spec.scenes.iter().map(|_| OnceLock::new()).collect();
    let planner = Arc::new(Planner { spec, workshop, voices, encoder, extent, timed });
    let scenes = 0..planner.spec.scenes.len();
    let mut plan: Vec<Planned> = planner.spec.scenes.iter().flat_map(|scene| planner.speech(scene)).collect();
    plan.extend(planner.spec.scenes.iter().flat_map(|scene| planner.levels(scene)));
    plan.extend(planner.spec.scenes.iter().flat_map(|scene| planner.probes(scene)));
    plan.extend(scenes.clone().map(|i| picture::grow_scene(&planner, i)));
    if extent == Extent::Film {
        plan.extend(planner.music());
        plan.extend(scenes.skip(1).map(|i| picture::grow_transition(&planner, i)));
        plan.push(film::grow(&planner));
    }
    (plan, Outline(planner))
}

/// A spec for a quick look: half the size, the quickest encoder, beside the real film's file.
pub fn as_draft(mut spec: Spec) -> Spec {
    let half = |side: u32| (side / 4 * 2).max(16);
    spec.output.size.width = half(spec.output.size.width);
    spec.output.size.height = half(spec.output.size.height);
    spec.output.quality = Quality::Draft;
    spec.output.file = beside(&spec.output.file, "draft.mp4");
    spec
}

/// A spec of a single scene, beside the real film's file. `None` where there is no such scene.
pub fn only(mut spec: Spec, id: &str) -> Option<Spec> {
    spec.scenes.retain(|scene| scene.id == id);
    let safe = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
    let id: String = id.chars().map(safe).collect();
    spec.output.file = beside(&spec.output.file, &format!("{id}.mp4"));
    (!spec.scenes.is_empty()).then_some(spec)
}

/// A source of the film that the film, or a file beside it, would be written over.
pub fn overwritten(spec: &Spec) -> Option<&SourceFile> {
    let film = &spec.output.file;
    let beside = ["srt", "vtt", "jpg"].map(|ending| film.with_extension(ending));
    let written: Vec<PathBuf> = [film.clone(), self::beside(film, DESCRIPTION)].into_iter().chain(beside).collect();
    spec.source_files().find(|file| written.contains(&file.path))
}

/// `film.mp4` and `draft.mp4` → `film.draft.mp4`, in the same folder.
pub fn beside(film: &Path, ending: &str) -> PathBuf {
    let mut name = film.file_stem().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    film.with_file_name(name)
}

impl Planner {
    fn fps(&self) -> Fps {
        self.spec.output.fps
    }

    fn step<S: Step>(
        &self,
        name: StepName,
        scene: Option<&Scene>,
        cost: f64,
        step: &S,
        inputs: BTreeMap<String, Source>,
    ) -> Planned {
        let work = Work::Run(steps::template(step, &self.workshop, inputs));
        Planned { name, place: scene.map(|scene| scene.place), cost, work }
    }

    /// The steps that give a scene its words.
    fn speech(&self, scene: &Scene) -> Vec<Planned> {
        if let Speech::Recorded { file, script } = &scene.speech {
            let step = Narration { format: file.format, script: timeline::script(script) };
            let inputs = BTreeMap::from([("recording".to_owned(), Source::File(file.path.clone()))]);
            let planned = self.step(names::speech(scene, 0), Some(scene), 0.5, &step, inputs);
            return vec![Planned { place: Some(file.place), ..planned }];
        }
        let speak = |(i, text): (usize, String)| {
            let pronounce = self.pronounce_in(&text, &scene.voice);
            let (voice, brought, files) = self.voice(&scene.voice);
            let step = steps::Speech { text, voice, brought, pronounce };
            self.step(names::speech(scene, i), Some(scene), 0.2, &step, files)
        };
        timeline::sentences(scene).into_iter().enumerate().map(speak).collect()
    }

    /// A voice as its steps' keys have it: what someone brought is known by its files, not by what it is called here.
    fn voice(&self, voice: &Voice) -> (Voice, Option<BroughtKind>, BTreeMap<String, Source>) {
        let brought = self.voices.iter().find(|brought| voice.engine == Engine::Neural && brought.name == voice.name);
        let Some(brought) = brought else { return (voice.clone(), None, BTreeMap::new()) };
        let kind = BroughtKind { kind: brought.kind, british: brought.british };
        let files = brought.files.iter().map(|(role, path)| (role.clone(), Source::File(path.clone())));
        (Voice { name: String::new(), ..voice.clone() }, Some(kind), files.collect())
    }

    /// The project's pronunciations of words that `text` holds, so that a new one has only those sentences spoken again.
    fn pronounce_in(&self, text: &str, voice: &Voice) -> BTreeMap<String, String> {
        if voice.engine != Engine::Neural {
            return BTreeMap::new();
        }
        let text = text.to_lowercase();
        let held = |(word, _): &(&String, &String)| text.contains(&word.to_lowercase());
        self.spec.pronounce.iter().filter(held).map(|(word, said)| (word.clone(), said.clone())).collect()
    }

    /// What is in each of a scene's videos.
    fn probes(&self, scene: &Scene) -> Vec<Planned> {
        let probe = |(i, Footage { file, .. }): (usize, Footage)| {
            let inputs = BTreeMap::from([("media".to_owned(), Source::File(file.path.clone()))]);
            let step = Probe { format: file.format };
            let planned = self.step(names::probe(scene, i), Some(scene), 0.1, &step, inputs);
            Planned { place: Some(file.place), ..planned }
        };
        scene.footage().into_iter().enumerate().map(probe).collect()
    }

    fn music(&self) -> Option<Planned> {
        let file = &self.spec.music.as_ref()?.file;
        let step = DecodeSound { format: file.format, from: 0.0, to: None };
        let inputs = BTreeMap::from([("media".to_owned(), Source::File(file.path.clone()))]);
        let planned = self.step(names::music(), None, 0.5, &step, inputs);
        Some(Planned { place: Some(file.place), ..planned })
    }

    /// What must be read to time a scene: its speech, then its videos.
    fn timing_sources(&self, scene: &Scene) -> Vec<Source> {
        let spoken = (0..self.speech_steps(scene)).map(|i| Source::output(&names::speech(scene, i), "words"));
        let shown = (0..scene.footage().len()).map(|i| Source::output(&names::probe(scene, i), "info"));
        spoken.chain(shown).collect()
    }

    fn speech_steps(&self, scene: &Scene) -> usize {
        match &scene.speech {
            Speech::Silent => 0,
            Speech::Recorded { .. } => 1,
            Speech::Spoken(_) => timeline::sentences(scene).len(),
        }
    }

    /// Times scene `i`, from the bytes of its [`timing_sources`](Self::timing_sources).
    fn time(&self, i: usize, texts: &[Vec<u8>]) -> Result<&Timed, Diagnostic> {
        let scene = &self.spec.scenes[i];
        let mut texts = texts.iter();
        let mut next = || texts.next().map(Vec::as_slice).unwrap_or_default();
        let timings = (0..self.speech_steps(scene)).map(|_| parse(next())).collect::<Result<Vec<SpeechTiming>, _>>()?;
        let footage = scene.footage();
        let media = footage.iter().map(|_| parse(next())).collect::<Result<Vec<MediaInfo>, _>>()?;
        footage.iter().zip(&media).try_for_each(|(footage, media)| check_video(footage, media))?;
        let timeline = Timeline::new(scene, self.fps(), &timings, &media);
        Ok(self.timed[i].get_or_init(|| Timed { timeline, media, view: OnceLock::new() }))
    }

    /// Scene `i`, which is timed already: whoever asks waits for its growth.
    fn timed(&self, i: usize) -> &Timed {
        self.timed[i].get().expect("a growth comes after those that it builds on")
    }

    /// Frames that scene `i` shares with the scene before it; 0 for the first.
    fn shared(&self, i: usize) -> u64 {
        match self.spec.scenes.get(i) {
            Some(scene) if i > 0 => self.fps().frames(scene.transition.length),
            _ => 0,
        }
    }
}

/// A scene in time, and the videos that it shows, in the order of its footage.
struct Timed {
    timeline: Timeline,
    media: Vec<MediaInfo>,
    /// All that shapes its frames; setting captions costs more than the rest of planning, so it is done once.
    view: OnceLock<View>,
}

/// What a step wrote, read back.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Diagnostic> {
    serde_json::from_slice(bytes).map_err(|e| Diagnostic::error(format!("a step's result can't be read: {e}")))
}

fn check_video(Footage { file, from, .. }: &Footage, media: &MediaInfo) -> Result<(), Diagnostic> {
    if media.picture.is_none() {
        return Err(Diagnostic::error(format!("`{}` has no picture", file.written))
            .at(file.place)
            .label("only sound in here"));
    }
    if *from >= media.seconds {
        let message = format!("`{}` lasts {:.1} s, but the scene begins at {from} s", file.written, media.seconds);
        return Err(Diagnostic::error(message).at(file.place).help("choose an earlier `from`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
