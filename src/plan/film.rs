//! The steps that need every scene's length: the film's sound, the mux, and the files that are written next to the film.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::render::captions::{CaptionCue, SpokenWord, cues};
use crate::render::{self, View};
use crate::sound::mix::{self, SoundMix};
use crate::spec::model::{CameraMotion, FocusPoint, Footage, ImageFit, Scene, Show, SubtitleFormat, ThumbnailSource};
use crate::steps::{
    self, DecodeSound, DrawStill, JoinFilm, MixSound, SceneFrames, SoundInfo, SourceKind, WriteText, segment_role,
    source_role,
};
use crate::units::{samples, seconds};
use crate::work::{InputSource, PlannedStep, StepName, StepWork};

use super::output_files::{DESCRIPTION, beside};
use super::pictures::THUMBNAIL;
use super::planner::{Planner, TimedScene, parse};
use super::segments::{FrameRun, clips};
use super::{description, names, subtitles};

/// The gain that mastering adds to the mix, roughly, in dB: speech lies at −23 LUFS in one channel, so at −20 in two, and the film at −14.
const MASTER_GAIN: f64 = 6.0;
/// The loudness assumed for silent music, so that its gain stays finite, in LUFS.
const SILENT_MUSIC_LOUDNESS: f64 = -60.0;

/// Adds sound, mux and the files next to the film once every scene is timed.
pub fn expand_film(planner: &Arc<Planner>) -> PlannedStep {
    let reads = planner.spec.music.iter().map(|_| InputSource::output(&names::music(), "info")).collect();
    let scenes = &planner.spec.scenes;
    let timed = scenes.iter().map(names::timing).chain(scenes.iter().skip(1).map(names::transition_timing));
    let after = timed.chain(planner.thumbnail_expansion()).collect();
    let shared = Arc::clone(planner);
    let expand = Box::new(move |texts: &[Vec<u8>]| {
        let music = texts.first().map(|text| parse::<SoundInfo>(text)).transpose()?;
        Ok(FilmPlan::new(&shared, music)?.steps())
    });
    PlannedStep {
        name: names::film_timing(),
        span: None,
        estimated_seconds: 0.0,
        work: StepWork::Expand { reads, after, expand },
    }
}

/// A film whose scenes are all timed.
struct FilmPlan<'a> {
    planner: &'a Arc<Planner>,
    timed: Vec<&'a TimedScene>,
    music: Option<SoundInfo>,
    runs: Vec<FrameRun>,
    /// The frame at which each scene starts, its transition included.
    starts: Vec<u64>,
    frames: u64,
}

/// The inputs of the sound step, and the kind of each.
#[derive(Default)]
struct SoundSources {
    inputs: BTreeMap<String, InputSource>,
    kinds: Vec<SourceKind>,
}

impl SoundSources {
    /// Adds a source, and gives its number in the mix.
    fn add(&mut self, source: InputSource, kind: SourceKind) -> usize {
        self.inputs.insert(source_role(self.kinds.len()), source);
        self.kinds.push(kind);
        self.kinds.len() - 1
    }
}

impl<'a> FilmPlan<'a> {
    fn new(planner: &'a Arc<Planner>, music: Option<SoundInfo>) -> Result<Self, Diagnostic> {
        let runs = planner.runs()?;
        let timed: Vec<&TimedScene> = (0..planner.spec.scenes.len()).map(|i| planner.timed_scene(i)).collect();
        let mut starts = Vec::with_capacity(timed.len());
        let mut end = 0;
        for (i, timed) in timed.iter().enumerate() {
            let start = end - planner.shared_frames(i);
            starts.push(start);
            end = start + timed.timeline.frames;
        }
        Ok(Self { planner, timed, music, runs, starts, frames: end })
    }

    fn steps(self) -> Vec<PlannedStep> {
        let mut plan: Vec<PlannedStep> =
            self.scenes().flat_map(|(scene, timed, _)| self.decode_video_sounds(scene, timed)).collect();
        plan.push(self.sound());
        plan.push(self.film());
        plan.extend(self.published_files());
        plan
    }

    fn scenes(&self) -> impl Iterator<Item = (&Scene, &TimedScene, u64)> {
        self.planner
            .spec
            .scenes
            .iter()
            .zip(self.timed.iter().copied())
            .zip(&self.starts)
            .map(|((scene, timed), &start)| (scene, timed, start))
    }

    /// The videos of a scene whose sound is heard, with their numbers.
    fn audible_footage(scene: &Scene, timed: &TimedScene) -> Vec<(usize, Footage)> {
        let footage = scene.footage().into_iter().enumerate();
        footage.filter(|(i, footage)| !footage.mute && timed.media.get(*i).is_some_and(|media| media.sound)).collect()
    }

    fn decode_video_sounds(&self, scene: &Scene, timed: &TimedScene) -> Vec<PlannedStep> {
        let mut plan = Vec::new();
        for (i, Footage { file, from, to, .. }) in Self::audible_footage(scene, timed) {
            let step = DecodeSound { format: file.format, from, to };
            let inputs = BTreeMap::from([("media".to_owned(), InputSource::File(file.path))]);
            plan.push(self.planner.step(names::sound_of_video(scene, i), Some(scene), 0.3, &step, inputs));
        }
        plan
    }

    fn sound(&self) -> PlannedStep {
        let fps = self.planner.fps();
        let mut sources = SoundSources::default();
        let mut mix = SoundMix { length: fps.sample_of_frame(self.frames), ..SoundMix::default() };
        for (scene, timed, start) in self.scenes() {
            let start = fps.sample_of_frame(start);
            for (i, piece) in timed.timeline.speech.iter().enumerate() {
                let source = sources.add(InputSource::output(&names::speech(scene, i), "sound"), SourceKind::Speech);
                mix.speech.push(mix::MixClip { source, at: start + piece.at, length: piece.length });
            }
            for (i, _) in Self::audible_footage(scene, timed) {
                let source =
                    sources.add(InputSource::output(&names::sound_of_video(scene, i), "pcm"), SourceKind::Decoded);
                let length = fps.sample_of_frame(timed.timeline.frames);
                mix.scenes.push(mix::SceneSound { source, at: start, from: 0, length, gain: 0.0 });
            }
        }
        mix.music = self.music_in(&mut sources);
        let cost = 0.2 + seconds(mix.length) / 20.0;
        let step = MixSound { mix, sources: sources.kinds };
        self.planner.step(names::film("sound"), None, cost, &step, sources.inputs)
    }

    /// The spec gives the music's level in the mastered film; in the mix everything is lower by the gain of mastering.
    fn music_in(&self, sources: &mut SoundSources) -> Option<mix::MixMusic> {
        let (music, info) = (self.planner.spec.music.as_ref()?, self.music.as_ref()?);
        let gain = music.level - info.loudness.unwrap_or(SILENT_MUSIC_LOUDNESS) - MASTER_GAIN;
        let source = sources.add(InputSource::output(&names::music(), "pcm"), SourceKind::Decoded);
        Some(mix::MixMusic { source, gain, duck: music.duck, fade: samples(music.fade) })
    }

    fn film(&self) -> PlannedStep {
        let spec = &self.planner.spec;
        let mut inputs = BTreeMap::new();
        for (i, run) in self.runs.iter().enumerate() {
            inputs.insert(segment_role(i), InputSource::output(&run.step, "segment"));
        }
        inputs.insert("sound".to_owned(), InputSource::output(&names::film("sound"), "sound"));
        debug_assert_eq!(self.frames, self.runs.iter().map(|run| run.frames).sum::<u64>());
        let step = JoinFilm {
            fps: spec.output.fps,
            segments: self.runs.iter().map(|run| run.frames).collect(),
            title: spec.title.clone(),
            chapters: self.chapters(),
        };
        let cost = 0.2 + self.planner.fps().seconds(self.frames) / 300.0;
        self.planner.step(names::film("mux"), None, cost, &step, inputs)
    }

    /// Chapters run from one titled scene to the next.
    fn chapters(&self) -> Vec<steps::ChapterMark> {
        let titled = self.scenes().filter_map(|(scene, _, start)| Some((self.millis(start), scene.title.clone()?)));
        let titled: Vec<(u64, String)> = titled.collect();
        let ends = titled.iter().skip(1).map(|(from, _)| *from).chain([self.millis(self.frames)]);
        titled
            .iter()
            .zip(ends)
            .map(|((from, title), to)| steps::ChapterMark { from: *from, to, title: title.clone() })
            .collect()
    }

    /// The time of a frame's first moment, in milliseconds.
    fn millis(&self, frame: u64) -> u64 {
        (self.planner.fps().seconds(frame) * 1000.0).round() as u64
    }

    /// Publishes the film, and makes and publishes the files next to it.
    fn published_files(&self) -> Vec<PlannedStep> {
        let spec = &self.planner.spec;
        let file = &spec.output.file;
        let mut plan = vec![publish("film", InputSource::output(&names::film("mux"), "film"), file.clone())];
        let description = description::description(&spec.title, &self.chapters());
        plan.extend(self.text("description", description, beside(file, DESCRIPTION)));
        for format in &spec.subtitles {
            let (ending, write): (_, fn(&[CaptionCue]) -> String) = match format {
                SubtitleFormat::Srt => ("srt", subtitles::srt),
                SubtitleFormat::Vtt => ("vtt", subtitles::vtt),
            };
            plan.extend(self.text(ending, write(&self.cues()), file.with_extension(ending)));
        }
        plan.extend(self.thumbnail());
        plan
    }

    fn cues(&self) -> Vec<CaptionCue> {
        let fps = self.planner.fps();
        let mut spoken = Vec::new();
        for (_, timed, start) in self.scenes() {
            let start = fps.sample_of_frame(start);
            for word in &timed.timeline.words {
                spoken.push(SpokenWord { from: start + word.from, to: start + word.to, ..word.clone() });
            }
        }
        cues(&spoken)
    }

    fn text(&self, what: &str, text: String, path: PathBuf) -> [PlannedStep; 2] {
        let name = names::film(what);
        let step = self.planner.step(name.clone(), None, 0.01, &WriteText { text }, BTreeMap::new());
        [step, publish(what, InputSource::output(&name, "text"), path)]
    }

    /// A still without captions: of the scene and moment that the spec asks for, or of a picture of its own.
    fn thumbnail(&self) -> Vec<PlannedStep> {
        let planner = self.planner;
        let poster = &planner.spec.thumbnail;
        // A film that is only a part of its spec may not have the scene.
        let Some((scene, timed, _)) = self.scenes().find(|(scene, ..)| can_be_poster(&poster.source, scene)) else {
            return Vec::new();
        };
        let frame = poster_frame(&poster.source, timed.timeline.frames);
        let view = self.poster_view(scene, timed);
        let (mut view, first) = view.clip(frame as u32..frame as u32 + 1).rebase(frame as u32);
        if poster.headline.is_some() {
            view.look = planner.spec.look.clone();
        }
        let inputs = match &poster.source {
            ThumbnailSource::Image(_) => {
                BTreeMap::from([("picture".to_owned(), planner.pictures.input(&names::film_picture(THUMBNAIL)))])
            }
            _ => planner.frame_inputs(scene, timed, (&view, &(frame..frame + 1)), ""),
        };
        let clips = clips(scene, &timed.media, &view);
        let take = SceneFrames { view, first: u64::from(first), clips };
        let name = names::film("thumbnail");
        let step = DrawStill::thumbnail(take, poster.headline.clone());
        let step = planner.step(name.clone(), Some(scene), 0.2, &step, inputs);
        let path = planner.spec.output.file.with_extension("jpg");
        vec![step, publish("thumbnail", InputSource::output(&name, "picture"), path)]
    }

    /// The scene's view without captions and progress bar; for a picture of its own, with nothing but that picture.
    fn poster_view(&self, scene: &Scene, timed: &TimedScene) -> View {
        let mut view = View { captions: None, ..self.planner.view(scene, timed).clone() };
        if matches!(self.planner.spec.thumbnail.source, ThumbnailSource::Image(_)) {
            view.content = render::SceneContent::Picture(render::content::PictureContent {
                fit: ImageFit::Cover,
                motion: CameraMotion::Hold,
                focus: FocusPoint::CENTRE,
            });
            (view.logo, view.inset) = (None, None);
            view.overlays = render::SceneOverlays::default();
        }
        view.overlays.progress = None;
        view
    }
}

/// The frame of a scene that the thumbnail shows: the one that the spec asks for, or that at two thirds of the scene.
fn poster_frame(poster: &ThumbnailSource, frames: u64) -> u64 {
    let share = if let ThumbnailSource::Scene { at, .. } = poster { *at } else { 2.0 / 3.0 };
    ((frames as f64 * share) as u64).min(frames.saturating_sub(1))
}

/// Whether the thumbnail can be a still of this scene.
fn can_be_poster(poster: &ThumbnailSource, scene: &Scene) -> bool {
    match poster {
        ThumbnailSource::Scene { id, .. } => scene.id == *id,
        ThumbnailSource::First => !matches!(scene.show, Show::Video(_) | Show::Screens(_)),
        ThumbnailSource::Image(_) => true,
    }
}

fn publish(what: &str, source: InputSource, path: PathBuf) -> PlannedStep {
    let name = StepName::new(format!("publish/{what}"));
    PlannedStep { name, span: None, estimated_seconds: 0.02, work: StepWork::Publish { source, path } }
}
