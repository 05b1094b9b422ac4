//! What needs every scene's length: the film's sound, the mux, and the files beside the film. Knows nothing of pixels.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::render::captions::{Cue, SpokenWord, cues};
use crate::render::{self, View};
use crate::sound::mix::{self, Mix};
use crate::spec::model::{Fit, Focus, Footage, Motion, Poster, Scene, Show, SubtitleFormat};
use crate::steps::{
    self, DecodeSound, Film, Sound, SoundInfo, SourceKind, Still, Take, Text, segment_role, source_role,
};
use crate::units::{samples, seconds};
use crate::work::{Planned, Source, StepName, Work};

use super::picture::{Run, clips};
use super::{DESCRIPTION, Planner, Timed, beside, description, names, parse, subtitles};

/// About what mastering adds to the mix, in dB: speech lies at −23 LUFS in one channel, so at −20 in two, and the film at −14.
const MASTER_GAIN: f64 = 6.0;
/// Loudness taken for music that is silent, so that its gain stays finite.
const QUIETEST_MUSIC: f64 = -60.0;

/// Adds sound, mux and what lies beside the film once every scene is timed.
pub fn grow(planner: &Arc<Planner>) -> Planned {
    let reads = planner.spec.music.iter().map(|_| Source::output(&names::music(), "info")).collect();
    let scenes = &planner.spec.scenes;
    let after = scenes.iter().map(names::timing).chain(scenes.iter().skip(1).map(names::transition_timing)).collect();
    let shared = Arc::clone(planner);
    let grow = move |texts: &[Vec<u8>]| {
        let music = texts.first().map(|text| parse::<SoundInfo>(text)).transpose()?;
        Ok(FilmPlan::new(&shared, music)?.steps())
    };
    Planned {
        name: names::film_timing(),
        place: None,
        cost: 0.0,
        work: Work::Grow { reads, after, grow: Box::new(grow) },
    }
}

/// A film whose scenes are all timed.
struct FilmPlan<'a> {
    planner: &'a Arc<Planner>,
    timed: Vec<&'a Timed>,
    music: Option<SoundInfo>,
    runs: Vec<Run>,
    /// The frame at which each scene starts, its transition included.
    starts: Vec<u64>,
    frames: u64,
}

/// The sound step's inputs, and what each of them is.
#[derive(Default)]
struct Sources {
    inputs: BTreeMap<String, Source>,
    kinds: Vec<SourceKind>,
}

impl Sources {
    fn add(&mut self, source: Source, kind: SourceKind) -> usize {
        self.inputs.insert(source_role(self.kinds.len()), source);
        self.kinds.push(kind);
        self.kinds.len() - 1
    }
}

impl<'a> FilmPlan<'a> {
    fn new(planner: &'a Arc<Planner>, music: Option<SoundInfo>) -> Result<Self, Diagnostic> {
        let runs = planner.runs()?;
        let timed: Vec<&Timed> = (0..planner.spec.scenes.len()).map(|i| planner.timed(i)).collect();
        let mut starts = Vec::with_capacity(timed.len());
        let mut end = 0;
        for (i, timed) in timed.iter().enumerate() {
            let start = end - planner.shared(i);
            starts.push(start);
            end = start + timed.timeline.frames;
        }
        Ok(Self { planner, timed, music, runs, starts, frames: end })
    }

    fn steps(self) -> Vec<Planned> {
        let mut plan: Vec<Planned> =
            self.scenes().flat_map(|(scene, timed, _)| self.decode_video_sounds(scene, timed)).collect();
        plan.push(self.sound());
        plan.push(self.film());
        plan.extend(self.beside_film());
        plan
    }

    fn scenes(&self) -> impl Iterator<Item = (&Scene, &Timed, u64)> {
        self.planner
            .spec
            .scenes
            .iter()
            .zip(self.timed.iter().copied())
            .zip(&self.starts)
            .map(|((scene, timed), &start)| (scene, timed, start))
    }

    /// The videos of a scene that are heard, by their numbers.
    fn heard(scene: &Scene, timed: &Timed) -> Vec<(usize, Footage)> {
        let heard =
            |(i, footage): &(usize, Footage)| !footage.mute && timed.media.get(*i).is_some_and(|media| media.sound);
        scene.footage().into_iter().enumerate().filter(heard).collect()
    }

    fn decode_video_sounds(&self, scene: &Scene, timed: &Timed) -> Vec<Planned> {
        let decode = |(i, Footage { file, from, to, .. }): (usize, Footage)| {
            let step = DecodeSound { format: file.format, from, to };
            let inputs = BTreeMap::from([("media".to_owned(), Source::File(file.path))]);
            self.planner.step(names::sound_of_video(scene, i), Some(scene), 0.3, &step, inputs)
        };
        Self::heard(scene, timed).into_iter().map(decode).collect()
    }

    fn sound(&self) -> Planned {
        let fps = self.planner.fps();
        let mut sources = Sources::default();
        let mut mix = Mix { length: fps.sample_of_frame(self.frames), ..Mix::default() };
        for (scene, timed, start) in self.scenes() {
            let start = fps.sample_of_frame(start);
            for (i, piece) in timed.timeline.speech.iter().enumerate() {
                let source = sources.add(Source::output(&names::speech(scene, i), "sound"), SourceKind::Speech);
                mix.speech.push(mix::Clip { source, at: start + piece.at, length: piece.length });
            }
            for (i, _) in Self::heard(scene, timed) {
                let source = sources.add(Source::output(&names::sound_of_video(scene, i), "pcm"), SourceKind::Decoded);
                let length = fps.sample_of_frame(timed.timeline.frames);
                mix.scenes.push(mix::SceneSound { source, at: start, from: 0, length, gain: 0.0 });
            }
        }
        mix.music = self.music_in(&mut sources);
        let cost = 0.2 + seconds(mix.length) / 20.0;
        let step = Sound { mix, sources: sources.kinds };
        self.planner.step(names::film("sound"), None, cost, &step, sources.inputs)
    }

    /// Music's level is meant in the finished film; in the mix, speech and all else is that much lower.
    fn music_in(&self, sources: &mut Sources) -> Option<mix::Music> {
        let (music, info) = (self.planner.spec.music.as_ref()?, self.music.as_ref()?);
        let gain = music.level - info.loudness.unwrap_or(QUIETEST_MUSIC) - MASTER_GAIN;
        let source = sources.add(Source::output(&names::music(), "pcm"), SourceKind::Decoded);
        Some(mix::Music { source, gain, duck: music.duck, fade: samples(music.fade) })
    }

    fn film(&self) -> Planned {
        let spec = &self.planner.spec;
        let segment = |(i, run): (usize, &Run)| (segment_role(i), Source::output(&run.step, "segment"));
        let mut inputs: BTreeMap<String, Source> = self.runs.iter().enumerate().map(segment).collect();
        inputs.insert("sound".to_owned(), Source::output(&names::film("sound"), "sound"));
        debug_assert_eq!(self.frames, self.runs.iter().map(|run| run.frames).sum::<u64>());
        let step = Film {
            fps: spec.output.fps,
            segments: self.runs.iter().map(|run| run.frames).collect(),
            title: spec.title.clone(),
            chapters: self.chapters(),
        };
        let cost = 0.2 + self.planner.fps().seconds(self.frames) / 300.0;
        self.planner.step(names::film("mux"), None, cost, &step, inputs)
    }

    /// Chapters run from one titled scene to the next.
    fn chapters(&self) -> Vec<steps::Chapter> {
        let millis = |frame: u64| (self.planner.fps().seconds(frame) * 1000.0).round() as u64;
        let titled = self.scenes().filter_map(|(scene, _, start)| Some((millis(start), scene.title.clone()?)));
        let titled: Vec<(u64, String)> = titled.collect();
        let ends = titled.iter().skip(1).map(|(from, _)| *from).chain([millis(self.frames)]);
        titled
            .iter()
            .zip(ends)
            .map(|((from, title), to)| steps::Chapter { from: *from, to, title: title.clone() })
            .collect()
    }

    /// Publishes the film, and makes and publishes what lies beside it.
    fn beside_film(&self) -> Vec<Planned> {
        let spec = &self.planner.spec;
        let file = &spec.output.file;
        let mut plan = vec![publish("film", Source::output(&names::film("mux"), "film"), file.clone())];
        let description = description::text(&spec.title, &self.chapters());
        plan.extend(self.text("description", description, beside(file, DESCRIPTION)));
        for format in &spec.subtitles {
            let (ending, write): (_, fn(&[Cue]) -> String) = match format {
                SubtitleFormat::Srt => ("srt", subtitles::srt),
                SubtitleFormat::Vtt => ("vtt", subtitles::vtt),
            };
            plan.extend(self.text(ending, write(&self.cues()), file.with_extension(ending)));
        }
        plan.extend(self.thumbnail());
        plan
    }

    fn cues(&self) -> Vec<Cue> {
        let fps = self.planner.fps();
        let spoken = self.scenes().flat_map(|(_, timed, start)| {
            let start = fps.sample_of_frame(start);
            let word =
                move |word: &SpokenWord| SpokenWord { from: start + word.from, to: start + word.to, ..word.clone() };
            timed.timeline.words.iter().map(word)
        });
        cues(&spoken.collect::<Vec<_>>())
    }

    fn text(&self, what: &str, text: String, path: PathBuf) -> [Planned; 2] {
        let name = names::film(what);
        let step = self.planner.step(name.clone(), None, 0.01, &Text { text }, BTreeMap::new());
        [step, publish(what, Source::output(&name, "text"), path)]
    }

    /// A still without captions, of the scene and moment that the spec asks for, or a picture of its own.
    fn thumbnail(&self) -> Vec<Planned> {
        let planner = self.planner;
        let poster = &planner.spec.thumbnail;
        let first = |(scene, ..): &(&Scene, &Timed, u64)| match &poster.source {
            Poster::Scene { id, .. } => scene.id == *id,
            Poster::First => !matches!(scene.show, Show::Video { .. } | Show::Screens { .. }),
            Poster::Image(_) => true,
        };
        // Of a film that is only a part of its spec, the scene may not be there.
        let Some((scene, timed, _)) = self.scenes().find(first) else { return Vec::new() };
        let mut view = View { captions: None, ..planner.view(scene, timed).clone() };
        let mut asked = None;
        let mut at = 2.0 / 3.0;
        match &poster.source {
            Poster::First => {}
            Poster::Scene { at: share, .. } => at = *share,
            Poster::Image(file) => {
                view.show = render::Show::Picture { fit: Fit::Cover, motion: Motion::Hold, focus: Focus::CENTRE };
                (view.logo, view.inset) = (None, None);
                view.over = render::Over::default();
                asked = Some(BTreeMap::from([("picture".to_owned(), Source::File(file.path.clone()))]));
            }
        }
        let frame = ((timed.timeline.frames as f64 * at) as u64).min(timed.timeline.frames.saturating_sub(1));
        // A still of a film has no bar that tells how far it is.
        view.over.progress = None;
        let (mut view, first) = view.clip(frame as u32..frame as u32 + 1).rebased(frame as u32);
        if poster.headline.is_some() {
            view.look = planner.spec.look.clone();
        }
        let inputs = asked.unwrap_or_else(|| planner.inputs(scene, timed, (&view, &(frame..frame + 1)), ""));
        let clips = clips(scene, &timed.media, &view);
        let take = Take { view, first: u64::from(first), clips };
        let name = names::film("thumbnail");
        let step = Still::thumbnail(take, poster.headline.clone());
        let step = planner.step(name.clone(), Some(scene), 0.2, &step, inputs);
        let path = planner.spec.output.file.with_extension("jpg");
        vec![step, publish("thumbnail", Source::output(&name, "picture"), path)]
    }
}

fn publish(what: &str, source: Source, path: PathBuf) -> Planned {
    let name = StepName::new(format!("publish/{what}"));
    Planned { name, place: None, cost: 0.02, work: Work::Publish { source, path } }
}
