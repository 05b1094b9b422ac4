//! What all parts of a plan share: the spec, the tools, the times of each scene, and the steps that read source files.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;

use crate::diag::Diagnostic;
use crate::render::View;
use crate::spec::model::{Footage, Scene, Spec, Speech, SpeechEngine, VoiceChoice};
use crate::steps::{
    self, CustomVoiceKind, DecodeSound, EncoderSettings, MediaInfo, PrepareRecording, ProbeMedia, SpeechTiming, Step,
    Workshop,
};
use crate::units::Fps;
use crate::voice::custom::CustomVoice;
use crate::work::{InputSource, PlannedStep, StepName, StepWork};

use super::extent::PlanExtent;
use super::names;
use super::pictures::FilmPictures;
use super::timeline::{self, SceneTimeline};

/// The film that is planned. All `Expand` steps of its graph share it.
pub(super) struct Planner {
    pub(super) spec: Spec,
    pub(super) workshop: Arc<Workshop>,
    pub(super) voices: Vec<CustomVoice>,
    pub(super) encoder: EncoderSettings,
    pub(super) extent: PlanExtent,
    pub(super) pictures: FilmPictures,
    /// The times of each scene, set when the scene is expanded; later expansions read them.
    pub(super) timed: Vec<OnceLock<TimedScene>>,
}

/// The times of a scene, and what is known of its videos.
pub(super) struct TimedScene {
    pub(super) timeline: SceneTimeline,
    /// One for each video, in the order of the scene's footage.
    pub(super) media: Vec<MediaInfo>,
    /// All that shapes its frames, once it is needed.
    pub(super) view: OnceLock<View>,
}

impl Planner {
    pub(super) fn fps(&self) -> Fps {
        self.spec.output.fps
    }

    pub(super) fn step<S: Step>(
        &self,
        name: StepName,
        scene: Option<&Scene>,
        estimated_seconds: f64,
        step: &S,
        inputs: BTreeMap<String, InputSource>,
    ) -> PlannedStep {
        let work = StepWork::Run(steps::template(step, &self.workshop, inputs));
        PlannedStep { name, span: scene.map(|scene| scene.place), estimated_seconds, work }
    }

    /// The steps that speak a scene's sentences, or take its recording.
    pub(super) fn speech_steps(&self, scene: &Scene) -> Vec<PlannedStep> {
        if let Speech::Recorded { file, script } = &scene.speech {
            let step = PrepareRecording { format: file.format, script: timeline::script(script) };
            let inputs = BTreeMap::from([("recording".to_owned(), InputSource::File(file.path.clone()))]);
            let planned = self.step(names::speech(scene, 0), Some(scene), 0.5, &step, inputs);
            return vec![PlannedStep { span: Some(file.place), ..planned }];
        }
        let mut plan = Vec::new();
        for (i, text) in timeline::sentences(scene).into_iter().enumerate() {
            let pronounce = self.pronunciations_in(&text, &scene.voice);
            let (voice, brought, files) = self.voice_for_key(&scene.voice);
            let step = steps::SpeakSentence { text, voice, brought, pronounce };
            plan.push(self.step(names::speech(scene, i), Some(scene), 0.2, &step, files));
        }
        plan
    }

    /// A voice as its steps' keys have it, and its files: a custom voice is identified by its files and not by its name.
    fn voice_for_key(
        &self,
        voice: &VoiceChoice,
    ) -> (VoiceChoice, Option<CustomVoiceKind>, BTreeMap<String, InputSource>) {
        let brought =
            self.voices.iter().find(|brought| voice.engine == SpeechEngine::Neural && brought.name == voice.name);
        let Some(brought) = brought else { return (voice.clone(), None, BTreeMap::new()) };
        let kind = CustomVoiceKind { kind: brought.kind, british: brought.british };
        let files = brought.files.iter().map(|(role, path)| (role.clone(), InputSource::File(path.clone())));
        (VoiceChoice { name: String::new(), ..voice.clone() }, Some(kind), files.collect())
    }

    /// The project's pronunciations of words in `text`. Others are left out, so that a new one changes only the sentences with its word.
    fn pronunciations_in(&self, text: &str, voice: &VoiceChoice) -> BTreeMap<String, String> {
        if voice.engine != SpeechEngine::Neural {
            return BTreeMap::new();
        }
        let text = text.to_lowercase();
        let held = self.spec.pronounce.iter().filter(|(word, _)| text.contains(&word.to_lowercase()));
        held.map(|(word, spoken)| (word.clone(), spoken.clone())).collect()
    }

    /// The steps that find out what is in each of a scene's videos.
    pub(super) fn probe_steps(&self, scene: &Scene) -> Vec<PlannedStep> {
        let mut plan = Vec::new();
        for (i, Footage { file, .. }) in scene.footage().into_iter().enumerate() {
            let inputs = BTreeMap::from([("media".to_owned(), InputSource::File(file.path.clone()))]);
            let step = ProbeMedia { format: file.format };
            let planned = self.step(names::probe(scene, i), Some(scene), 0.1, &step, inputs);
            plan.push(PlannedStep { span: Some(file.place), ..planned });
        }
        plan
    }

    pub(super) fn music_step(&self) -> Option<PlannedStep> {
        let file = &self.spec.music.as_ref()?.file;
        let step = DecodeSound { format: file.format, from: 0.0, to: None };
        let inputs = BTreeMap::from([("media".to_owned(), InputSource::File(file.path.clone()))]);
        let planned = self.step(names::music(), None, 0.5, &step, inputs);
        Some(PlannedStep { span: Some(file.place), ..planned })
    }

    /// The results that give a scene its times: those of its speech, then those of its videos.
    pub(super) fn timing_sources(&self, scene: &Scene) -> Vec<InputSource> {
        let spoken = (0..self.speech_step_count(scene)).map(|i| InputSource::output(&names::speech(scene, i), "words"));
        let shown = (0..scene.footage().len()).map(|i| InputSource::output(&names::probe(scene, i), "info"));
        spoken.chain(shown).collect()
    }

    pub(super) fn speech_step_count(&self, scene: &Scene) -> usize {
        match &scene.speech {
            Speech::Silent => 0,
            Speech::Recorded { .. } => 1,
            Speech::Spoken(_) => timeline::sentences(scene).len(),
        }
    }

    /// Times scene `i`, from the bytes of its [`timing_sources`](Self::timing_sources).
    pub(super) fn time_scene(&self, i: usize, texts: &[Vec<u8>]) -> Result<&TimedScene, Diagnostic> {
        let scene = &self.spec.scenes[i];
        let (spoken, probed) = texts.split_at(self.speech_step_count(scene).min(texts.len()));
        let timings = spoken.iter().map(|text| parse(text)).collect::<Result<Vec<SpeechTiming>, _>>()?;
        let media = probed.iter().map(|text| parse(text)).collect::<Result<Vec<MediaInfo>, _>>()?;
        let footage = scene.footage();
        footage.iter().zip(&media).try_for_each(|(footage, media)| check_video(footage, media))?;
        let timeline = SceneTimeline::new(scene, self.fps(), &timings, &media);
        Ok(self.timed[i].get_or_init(|| TimedScene { timeline, media, view: OnceLock::new() }))
    }

    /// The times of scene `i`. Only steps that wait for its expansion may ask for them.
    pub(super) fn timed_scene(&self, i: usize) -> &TimedScene {
        self.timed[i].get().expect("an expansion runs after those that it waits for")
    }

    /// The frames of the transition into scene `i`, which it shares with the scene before; 0 for the first.
    pub(super) fn shared_frames(&self, i: usize) -> u64 {
        match self.spec.scenes.get(i) {
            Some(scene) if i > 0 => self.fps().frames(scene.transition.length),
            _ => 0,
        }
    }
}

/// The JSON result of a step.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Diagnostic> {
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
