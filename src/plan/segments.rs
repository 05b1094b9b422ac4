//! A scene's frames as segments, and the transitions between scenes.
//!
//! A scene's frames are cut at its own transition's length from both ends. A piece at an end is shared with a neighbour and drawn
//! as a transition, or, at the film's start and end, encoded alone; so the pieces between do not depend on the neighbours.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::render::View;
use crate::spec::model::{DrawnMedia, Scene, TransitionKind};
use crate::steps::{DrawStill, FrameContent, MediaInfo, SceneFrames, SegmentStep, VideoClip};
use crate::units::Fps;
use crate::work::{InputSource, PlannedStep, StepName, StepWork};

use super::extent::PlanExtent;
use super::names;
use super::pictures::LOGO;
use super::planner::{Planner, TimedScene};
use super::timeline::{self, SceneTimeline};

/// The length of a segment in groups of pictures: long enough for the start of an encoder not to matter, short enough to run in parallel.
const SEGMENT_GROUPS: u64 = 8;
/// A cut at a sentence leaves at least this many groups of pictures on both sides.
const MIN_CUT_GROUPS: u64 = 3;

/// A run of consecutive frames of the film.
pub struct FrameRun {
    /// The step that encodes it.
    pub step: StepName,
    /// Its length in frames.
    pub frames: u64,
}

/// Adds the still and the segments of scene `i` once its speech, videos and pictures are known.
pub fn expand_scene(planner: &Arc<Planner>, i: usize) -> PlannedStep {
    let scene = &planner.spec.scenes[i];
    let reads = planner.timing_sources(scene);
    let after = planner.picture_expansions(scene);
    let shared = Arc::clone(planner);
    let expand = Box::new(move |texts: &[Vec<u8>]| {
        let timed = shared.time_scene(i, texts)?;
        let mut plan = vec![shared.still(&shared.spec.scenes[i], timed)];
        if shared.extent == PlanExtent::Film {
            plan.extend(shared.segments(i, timed)?);
        }
        Ok(plan)
    });
    PlannedStep {
        name: names::timing(scene),
        span: Some(scene.place),
        estimated_seconds: planner.estimated_scene_seconds(scene),
        work: StepWork::Expand { reads, after, expand },
    }
}

/// Adds the transition into scene `i` once both scenes are timed.
pub fn expand_transition(planner: &Arc<Planner>, i: usize) -> PlannedStep {
    let scene = &planner.spec.scenes[i];
    let after = vec![names::timing(&planner.spec.scenes[i - 1]), names::timing(scene)];
    let shared = Arc::clone(planner);
    let expand = Box::new(move |_: &[Vec<u8>]| Ok(shared.transition(i).into_iter().collect()));
    PlannedStep {
        name: names::transition_timing(scene),
        span: Some(scene.place),
        estimated_seconds: 0.0,
        work: StepWork::Expand { reads: vec![], after, expand },
    }
}

impl Planner {
    /// The film's frames in order, once all scenes are timed.
    pub fn runs(&self) -> Result<Vec<FrameRun>, Diagnostic> {
        let mut runs = Vec::new();
        for (i, scene) in self.spec.scenes.iter().enumerate() {
            let shared = self.shared_frames(i);
            if shared > 0 {
                runs.push(FrameRun { step: names::transition(scene), frames: shared });
            }
            for (which, frames) in self.own_pieces(i, &self.timed_scene(i).timeline)? {
                runs.push(FrameRun { step: names::segment(scene, &which), frames: frames.end - frames.start });
            }
        }
        Ok(runs)
    }

    /// The runs of frames that scene `i` shares with no other scene, each with a name that is unique in the scene.
    fn own_pieces(&self, i: usize, timeline: &SceneTimeline) -> Result<Vec<(String, Range<u64>)>, Diagnostic> {
        let scenes = &self.spec.scenes;
        let shared_in = self.shared_frames(i);
        let shared_out = self.shared_frames(i + 1);
        if shared_in + shared_out > timeline.frames {
            return Err(self.too_short(i, timeline));
        }
        let own = timeline.transition;
        let after = if i + 1 < scenes.len() { shared_out } else { own.min(timeline.frames - own) };
        let body = own.min(timeline.frames - after)..timeline.frames - after;
        let mut pieces = Vec::new();
        if shared_in == 0 && body.start > 0 {
            pieces.push(("head".to_owned(), 0..body.start));
        }
        let cut = self.cut_at_sentences(body.clone(), timeline);
        pieces.extend(cut.into_iter().enumerate().map(|(n, frames)| ((n + 1).to_string(), frames)));
        if i + 1 == scenes.len() && after > 0 {
            pieces.push(("tail".to_owned(), body.end..timeline.frames));
        }
        Ok(pieces)
    }

    /// Cuts a scene's frames where its sentences begin, and cuts long pieces further into pieces of one length. When an edit makes a
    /// sentence longer, the sentences after it keep their pieces, only later in the scene.
    fn cut_at_sentences(&self, frames: Range<u64>, timeline: &SceneTimeline) -> Vec<Range<u64>> {
        let fps = self.fps();
        let group = group_frames(fps);
        let mut starts = vec![frames.start];
        for piece in &timeline.speech {
            let at = fps.frame_at_sample(piece.at);
            let last = starts.last().copied().unwrap_or_default();
            if at >= last + MIN_CUT_GROUPS * group && at + MIN_CUT_GROUPS * group <= frames.end {
                starts.push(at);
            }
        }
        let ends = starts.iter().skip(1).copied().chain([frames.end]);
        starts.iter().zip(ends).flat_map(|(&start, end)| cut_evenly(start..end, group * SEGMENT_GROUPS)).collect()
    }

    fn too_short(&self, i: usize, timeline: &SceneTimeline) -> Diagnostic {
        let (scene, fps) = (&self.spec.scenes[i], self.fps());
        let (long, short) =
            (fps.seconds(self.shared_frames(i) + self.shared_frames(i + 1)), fps.seconds(timeline.frames));
        let message = format!("scene `{}` lasts {short:.2} s, but its transitions take {long:.2} s", scene.id);
        let help = "shorten the transitions, or give the scene a longer `length` or more to say";
        Diagnostic::error(message).at(scene.place).label("too short for its transitions").help(help)
    }

    /// The step of a small picture of a scene, at three fifths of its time: when all parts of a card are there.
    fn still(&self, scene: &Scene, timed: &TimedScene) -> PlannedStep {
        let frame = timed.timeline.frames * 3 / 5;
        let frames = frame..frame + 1;
        let take = self.scene_frames(scene, timed, &frames);
        let inputs = self.frame_inputs(scene, timed, (&take.view, &frames), "");
        self.step(names::still(scene), Some(scene), 0.1, &DrawStill::small(take), inputs)
    }

    /// The steps that encode scene `i`'s own segments.
    fn segments(&self, i: usize, timed: &TimedScene) -> Result<Vec<PlannedStep>, Diagnostic> {
        let scene = &self.spec.scenes[i];
        let pieces = self.own_pieces(i, &timed.timeline)?;
        Ok(pieces.into_iter().map(|(which, frames)| self.segment(scene, timed, &which, frames)).collect())
    }

    fn segment(&self, scene: &Scene, timed: &TimedScene, which: &str, frames: Range<u64>) -> PlannedStep {
        let take = self.scene_frames(scene, timed, &frames);
        let inputs = self.frame_inputs(scene, timed, (&take.view, &frames), "");
        let count = frames.end - frames.start;
        let step = SegmentStep { frames: FrameContent::Scene(Box::new(take)), count, encoder: self.encoder.clone() };
        self.step(names::segment(scene, which), Some(scene), self.encoding_seconds(count), &step, inputs)
    }

    /// The step that encodes the transition into scene `i`; `None` for a cut.
    fn transition(&self, i: usize) -> Option<PlannedStep> {
        let out = self.timed_scene(i - 1);
        let into = self.timed_scene(i);
        let (before, scene) = (&self.spec.scenes[i - 1], &self.spec.scenes[i]);
        let count = self.shared_frames(i);
        // The expansion of a scene that is too short for its transitions reports that.
        let start = out.timeline.frames.checked_sub(count)?;
        if count == 0 || scene.transition.kind == TransitionKind::Cut {
            return None;
        }
        let leaving = start..out.timeline.frames;
        let from = self.scene_frames(before, out, &leaving);
        let to = self.scene_frames(scene, into, &(0..count));
        let left = self.frame_inputs(before, out, (&from.view, &leaving), "from/");
        let entered = self.frame_inputs(scene, into, (&to.view, &(0..count)), "to/");
        let frames = FrameContent::Transition {
            kind: scene.transition.kind,
            easing: scene.transition.easing,
            from: Box::new(from),
            to: Box::new(to),
        };
        let inputs = left.into_iter().chain(entered).collect();
        let step = SegmentStep { frames, count, encoder: self.encoder.clone() };
        Some(self.step(names::transition(scene), Some(scene), 2.0 * self.encoding_seconds(count), &step, inputs))
    }

    /// The estimated time to encode a scene that is not timed yet: people speak about 15 letters a second. With it, a scene is spoken
    /// before segments of other scenes take all the cores.
    fn estimated_scene_seconds(&self, scene: &Scene) -> f64 {
        let letters = timeline::sentences(scene).iter().map(String::len).sum::<usize>();
        let seconds = scene.length.unwrap_or(4.0).max(letters as f64 / 15.0);
        self.encoding_seconds(self.fps().frames(seconds))
    }

    /// The estimated time to draw and encode `frames` frames on one core, in seconds.
    fn encoding_seconds(&self, frames: u64) -> f64 {
        let size = self.spec.output.size;
        let megapixels = f64::from(size.width) * f64::from(size.height) / 1e6;
        0.1 + frames as f64 * megapixels * self.encoder.seconds_per_megapixel()
    }

    /// Frames of a scene with what is seen in them, as a step's parameters.
    pub fn scene_frames(&self, scene: &Scene, timed: &TimedScene, frames: &Range<u64>) -> SceneFrames {
        let range = frames.start as u32..frames.end as u32;
        let (view, first) = self.view(scene, timed).clip(range.clone()).rebase(range.start);
        let clips = clips(scene, &timed.media, &view);
        SceneFrames { view, first: u64::from(first), clips }
    }

    /// What some frames of a scene are drawn from, by role: the pictures and videos that `view` shows in them, and the levels of what is
    /// heard. `prefix` is put in front of each role.
    pub fn frame_inputs(
        &self,
        scene: &Scene,
        timed: &TimedScene,
        (view, frames): (&View, &Range<u64>),
        prefix: &str,
    ) -> BTreeMap<String, InputSource> {
        let mut inputs = self.level_inputs(scene, self.view(scene, timed), frames, prefix);
        let seen: Vec<String> = view.panes().into_iter().map(|pane| pane.role).collect();
        for (role, media) in scene.drawn_media() {
            if !is_pane(&role) || seen.contains(&role) {
                inputs.insert(format!("{prefix}{role}"), self.media_input(scene, &role, media));
            }
        }
        if self.corner_logo(scene).is_some() {
            inputs.insert(format!("{prefix}logo"), self.pictures.input(&names::film_picture(LOGO)));
        }
        inputs
    }

    fn media_input(&self, scene: &Scene, role: &str, media: DrawnMedia) -> InputSource {
        match media {
            DrawnMedia::Picture(_) => self.pictures.input(&names::picture(scene, role)),
            DrawnMedia::Video(file) => InputSource::File(file.path.clone()),
        }
    }
}

fn is_pane(role: &str) -> bool {
    role != "picture" && role != "video"
}

/// The parts of its videos that a scene shows, as far as `view` has them.
pub fn clips(scene: &Scene, media: &[MediaInfo], view: &View) -> Vec<VideoClip> {
    let clips = scene.footage().into_iter().zip(media).map(|(footage, media)| VideoClip {
        format: footage.file.format,
        from: footage.from,
        to: footage.to.unwrap_or(media.seconds).min(media.seconds),
    });
    clips.take(view.video_inputs().len()).collect()
}

/// The frames of a group of pictures: half a second, as YouTube advises.
fn group_frames(fps: Fps) -> u64 {
    fps.frames(0.5).max(1)
}

/// Cuts `frames` into pieces of `length`; a rest shorter than half a piece is joined to the last one.
pub fn cut_evenly(frames: Range<u64>, length: u64) -> Vec<Range<u64>> {
    let mut pieces = Vec::new();
    let mut start = frames.start;
    while start < frames.end {
        let rest = frames.end - start;
        let end = if rest < length + length / 2 { frames.end } else { start + length };
        pieces.push(start..end);
        start = end;
    }
    pieces
}
