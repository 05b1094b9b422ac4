//! A scene's frames as segments, and the transitions between scenes. Knows nothing of sound.
//!
//! A scene's frames are cut at its own transition's length from both ends. A piece at an end is shared with a neighbour and drawn
//! as a transition, or, at the film's start and end, encoded alone; so the pieces between do not depend on the neighbours.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::render::{self, Counter, Item, Logo, Row, View};
use crate::spec::model::{
    Build, CaptionPosition, Captions, Footage, Inset, Look, Lower, Media, Pictured, Scene, Screen, Show, SourceFile,
    Speech, Stated, TransitionKind,
};
use crate::steps::{Clip, Frames, MediaInfo, Segment, Still, Take};
use crate::units::{Fps, Size};
use crate::work::{Planned, Source, StepName, Work};

use super::{Extent, Planner, Timed, Timeline, exhibit, names, over};

/// How long a segment is, in groups of pictures: long enough for starting an encoder not to matter, short enough to share out.
const SEGMENT_GROUPS: u64 = 8;
/// A sentence shorter than so many groups of pictures is no reason to cut.
const LEAST_GROUPS: u64 = 3;

/// When a name in the lower third comes, how long it stays, at least and at most, and how long before the scene's end it begins to
/// go, in seconds.
const LOWER_AFTER: f64 = 0.5;
const LOWER_STAYS: f64 = 4.0;
const LOWER_LEAST: f64 = 1.2;
const LOWER_BEFORE_END: f64 = 1.2;
/// How long a card is there at least before its parts go, in seconds.
const LEAVE_LEAST: f64 = 0.8;

/// One run of frames of the film, in its order.
pub struct Run {
    /// The step that encodes it.
    pub step: StepName,
    /// How many frames it has.
    pub frames: u64,
}

/// Adds scene `i`'s own segments once it is timed.
pub fn grow_scene(planner: &Arc<Planner>, i: usize) -> Planned {
    let scene = &planner.spec.scenes[i];
    let (reads, shared) = (planner.timing_sources(scene), Arc::clone(planner));
    let grow = move |texts: &[Vec<u8>]| {
        let timed = shared.time(i, texts)?;
        let mut plan = vec![shared.still(&shared.spec.scenes[i], timed)];
        if shared.extent == Extent::Film {
            plan.extend(shared.segments(i, timed)?);
        }
        Ok(plan)
    };
    Planned {
        name: names::timing(scene),
        place: Some(scene.place),
        cost: planner.expected_cost(scene),
        work: Work::Grow { reads, after: vec![], grow: Box::new(grow) },
    }
}

/// Adds the transition into scene `i` once both scenes are timed.
pub fn grow_transition(planner: &Arc<Planner>, i: usize) -> Planned {
    let (before, scene) = (&planner.spec.scenes[i - 1], &planner.spec.scenes[i]);
    let after = vec![names::timing(before), names::timing(scene)];
    let shared = Arc::clone(planner);
    let grow = move |_: &[Vec<u8>]| Ok(shared.transition(i).into_iter().collect());
    let name = names::transition_timing(scene);
    Planned {
        name,
        place: Some(scene.place),
        cost: 0.0,
        work: Work::Grow { reads: vec![], after, grow: Box::new(grow) },
    }
}

impl Planner {
    /// The film's frames in order, once all scenes are timed.
    pub fn runs(&self) -> Result<Vec<Run>, Diagnostic> {
        let mut runs = Vec::new();
        for (i, scene) in self.spec.scenes.iter().enumerate() {
            let shared = self.shared(i);
            if shared > 0 {
                runs.push(Run { step: names::transition(scene), frames: shared });
            }
            let piece = |(which, frames): (String, Range<u64>)| Run {
                step: names::segment(scene, &which),
                frames: frames.end - frames.start,
            };
            runs.extend(self.pieces(i, &self.timed(i).timeline)?.into_iter().map(piece));
        }
        Ok(runs)
    }

    /// The runs of frames that scene `i` shares with nobody, each with a name that is unique in the scene.
    fn pieces(&self, i: usize, timeline: &Timeline) -> Result<Vec<(String, Range<u64>)>, Diagnostic> {
        let scenes = &self.spec.scenes;
        let (shared_in, shared_out) = (self.shared(i), self.shared(i + 1));
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
        let cut = self.cut(body.clone(), timeline);
        pieces.extend(cut.into_iter().enumerate().map(|(n, frames)| ((n + 1).to_string(), frames)));
        if i + 1 == scenes.len() && after > 0 {
            pieces.push(("tail".to_owned(), body.end..timeline.frames));
        }
        Ok(pieces)
    }

    /// Cuts a scene's frames where its sentences begin, and what is still long into pieces of one length. So where an edit makes a
    /// sentence longer, those behind it keep their pieces, only later in the scene.
    fn cut(&self, frames: Range<u64>, timeline: &Timeline) -> Vec<Range<u64>> {
        let (fps, group) = (self.fps(), group(self.fps()));
        let mut starts = vec![frames.start];
        for piece in &timeline.speech {
            let at = fps.frame_at_sample(piece.at);
            let last = starts.last().copied().unwrap_or_default();
            if at >= last + LEAST_GROUPS * group && at + LEAST_GROUPS * group <= frames.end {
                starts.push(at);
            }
        }
        let ends = starts.iter().skip(1).copied().chain([frames.end]);
        starts.iter().zip(ends).flat_map(|(&start, end)| cut(start..end, group * SEGMENT_GROUPS)).collect()
    }

    fn too_short(&self, i: usize, timeline: &Timeline) -> Diagnostic {
        let (scene, fps) = (&self.spec.scenes[i], self.fps());
        let (long, short) = (fps.seconds(self.shared(i) + self.shared(i + 1)), fps.seconds(timeline.frames));
        let message = format!("scene `{}` lasts {short:.2} s, but its transitions take {long:.2} s", scene.id);
        let help = "shorten the transitions, or give the scene a longer `length` or more to say";
        Diagnostic::error(message).at(scene.place).label("too short for its transitions").help(help)
    }

    /// A small picture of a scene as it is seen for most of its time.
    fn still(&self, scene: &Scene, timed: &Timed) -> Planned {
        let frame = timed.timeline.frames * 3 / 5;
        let frames = frame..frame + 1;
        let take = self.take(scene, timed, &frames);
        let inputs = self.inputs(scene, timed, (&take.view, &frames), "");
        self.step(names::still(scene), Some(scene), 0.1, &Still::small(take), inputs)
    }

    /// Scene `i`'s own segments.
    fn segments(&self, i: usize, timed: &Timed) -> Result<Vec<Planned>, Diagnostic> {
        let scene = &self.spec.scenes[i];
        let pieces = self.pieces(i, &timed.timeline)?;
        Ok(pieces.into_iter().map(|(which, frames)| self.segment(scene, timed, &which, frames)).collect())
    }

    fn segment(&self, scene: &Scene, timed: &Timed, which: &str, frames: Range<u64>) -> Planned {
        let take = self.take(scene, timed, &frames);
        let inputs = self.inputs(scene, timed, (&take.view, &frames), "");
        let count = frames.end - frames.start;
        let step = Segment { frames: Frames::Scene(Box::new(take)), count, encoder: self.encoder.clone() };
        self.step(names::segment(scene, which), Some(scene), self.cost(count), &step, inputs)
    }

    fn transition(&self, i: usize) -> Option<Planned> {
        let (out, into) = (self.timed(i - 1), self.timed(i));
        let (before, scene) = (&self.spec.scenes[i - 1], &self.spec.scenes[i]);
        let count = self.shared(i);
        // A scene that is too short for its transitions is reported by its own growth.
        let start = out.timeline.frames.checked_sub(count)?;
        if count == 0 || scene.transition.kind == TransitionKind::Cut {
            return None;
        }
        let leaving = start..out.timeline.frames;
        let (from, to) = (self.take(before, out, &leaving), self.take(scene, into, &(0..count)));
        let left = self.inputs(before, out, (&from.view, &leaving), "from/");
        let entered = self.inputs(scene, into, (&to.view, &(0..count)), "to/");
        let frames = Frames::Transition {
            kind: scene.transition.kind,
            easing: scene.transition.easing,
            from: Box::new(from),
            to: Box::new(to),
        };
        let inputs = left.into_iter().chain(entered).collect();
        let step = Segment { frames, count, encoder: self.encoder.clone() };
        Some(self.step(names::transition(scene), Some(scene), 2.0 * self.cost(count), &step, inputs))
    }

    /// What a scene's segments may cost before it is timed: people speak some 15 letters a second. With it, a scene is spoken before
    /// segments of other scenes take all the cores.
    fn expected_cost(&self, scene: &Scene) -> f64 {
        let letters = super::timeline::sentences(scene).iter().map(String::len).sum::<usize>();
        let seconds = scene.length.unwrap_or(4.0).max(letters as f64 / 15.0);
        self.cost(self.fps().frames(seconds))
    }

    /// Seconds of work that `frames` frames may be, on one core.
    fn cost(&self, frames: u64) -> f64 {
        let size = self.spec.output.size;
        let megapixels = f64::from(size.width) * f64::from(size.height) / 1e6;
        0.1 + frames as f64 * megapixels * self.encoder.seconds_per_megapixel()
    }

    fn take(&self, scene: &Scene, timed: &Timed, frames: &Range<u64>) -> Take {
        let (view, range) = (self.view(scene, timed), frames.start as u32..frames.end as u32);
        let (view, first) = view.clip(range.clone()).rebased(range.start);
        let clips = clips(scene, &timed.media, &view);
        Take { view, first: u64::from(first), clips }
    }

    /// What some frames of a scene are drawn from, by role: the files that `view` shows in them, and what is heard in them.
    pub fn inputs(
        &self,
        scene: &Scene,
        timed: &Timed,
        (view, frames): (&View, &Range<u64>),
        prefix: &str,
    ) -> BTreeMap<String, Source> {
        let heard = self.heard(scene, self.view(scene, timed), frames, prefix);
        let logo = self.corner_logo(scene).map(|logo| ("logo".to_owned(), &logo.file));
        let seen: Vec<String> = view.panes().into_iter().map(|pane| pane.role).collect();
        let files = files(scene).into_iter().filter(|(role, _)| !is_pane(role) || seen.contains(role));
        let input = |(role, file): (String, &SourceFile)| (format!("{prefix}{role}"), Source::File(file.path.clone()));
        files.chain(logo).map(input).chain(heard).collect()
    }

    /// The logo in a scene's corner; a card of a logo has none.
    fn corner_logo(&self, scene: &Scene) -> Option<&crate::spec::model::Logo> {
        self.spec.logo.as_ref().filter(|_| !matches!(scene.show, Show::Logo { .. }))
    }

    /// All that shapes a scene's frames.
    pub fn view<'t>(&self, scene: &Scene, timed: &'t Timed) -> &'t View {
        timed.view.get_or_init(|| self.new_view(scene, timed))
    }

    fn new_view(&self, scene: &Scene, timed: &Timed) -> View {
        let (spec, timeline) = (&self.spec, &timed.timeline);
        let logo = self.corner_logo(scene);
        View {
            size: spec.output.size,
            fps: self.fps(),
            frames: timeline.frames as u32,
            show: self.show(scene, timed),
            logo: logo.map(|logo| Logo { corner: logo.corner, opacity: logo.opacity, height: logo.height }),
            captions: scene.captions.as_ref().map(|captions| self.captions(captions, timeline)),
            look: ways(spec.look.clone(), scene),
            lower: scene.lower.as_ref().map(|lower| self.lower(lower, scene, timeline)),
            counter: scene.counter.map(|(chapter, of)| Counter { chapter, of }),
            inset: scene.inset.as_ref().map(|inset| self.inset(inset, scene, timed)),
            leaves: self.leaves(scene, timeline),
            over: over::of_scene(scene, timeline, self.fps()),
        }
    }

    /// When what goes starts to go: before the next scene begins to come in. In a scene too short for it all stays, and where the film
    /// ends, unless the scene asks for it.
    fn leaves(&self, scene: &Scene, timeline: &Timeline) -> u32 {
        let i = self.spec.scenes.iter().position(|other| std::ptr::eq(other, scene)).unwrap_or_default();
        if i + 1 == self.spec.scenes.len() && scene.leave.is_none() {
            return u32::MAX;
        }
        let taken = self.shared(i + 1) + u64::from(render::leaving_frames(self.fps()));
        let at = timeline.frames.saturating_sub(taken);
        if at < timeline.transition + self.fps().frames(LEAVE_LEAST) { u32::MAX } else { at as u32 }
    }

    /// When a name comes, once the scene before is gone, and when it goes, while this scene is still all there is to see.
    fn lower(&self, lower: &Lower, scene: &Scene, timeline: &Timeline) -> render::Lower {
        let frames = |seconds| self.fps().frames(seconds);
        let from = timeline.transition.max(frames(LOWER_AFTER));
        let last = timeline.frames.saturating_sub(frames(LOWER_BEFORE_END));
        // In a scene too short for it to come and go it stays.
        let to = (from + frames(LOWER_STAYS)).min(last);
        let to = if to < from + frames(LOWER_LEAST) { u32::MAX } else { to as u32 };
        render::Lower {
            name: lower.name.clone(),
            role: lower.role.clone(),
            from: from as u32,
            to,
            raised: raised(scene),
        }
    }

    /// Where an inset stands, whatever of the rest is seen beside it just now.
    fn inset(&self, inset: &Inset, scene: &Scene, timed: &Timed) -> render::Inset {
        let logo = self.spec.logo.as_ref();
        let around = render::Around {
            captions: captioned(scene),
            logo: logo.map(|logo| Logo { corner: logo.corner, opacity: logo.opacity, height: logo.height }),
            lower: scene.lower.as_ref().map(|_| raised(scene)),
            counter: scene.counter.is_some(),
        };
        let media = self.media(&inset.media, timed.media.last());
        render::Inset::placed(media, self.spec.output.size, inset.corner, inset.size, inset.shape, &around)
    }

    fn media(&self, media: &Media, info: Option<&MediaInfo>) -> render::Media {
        match media {
            Media::Image { focus, .. } => render::Media::Picture { focus: *focus },
            Media::Video(_) => render::Media::Video { source: self.source(info) },
        }
    }

    /// A video's size as shown.
    fn source(&self, info: Option<&MediaInfo>) -> Size {
        info.and_then(|media| media.picture).unwrap_or(self.spec.output.size)
    }

    fn show(&self, scene: &Scene, timed: &Timed) -> render::Show {
        match &scene.show {
            Show::Image { fit, motion, focus, .. } => {
                render::Show::Picture { fit: *fit, motion: *motion, focus: *focus }
            }
            Show::Video { fit, .. } => render::Show::Video { fit: *fit, source: self.source(timed.media.first()) },
            Show::Colour(colour) => render::Show::Colour(*colour),
            Show::Gradient { colours, angle } => render::Show::Gradient { colours: colours.clone(), angle: *angle },
            Show::Backdrop(backdrop) => render::Show::Backdrop(backdrop.canonical()),
            Show::Title { title, subtitle } => render::Show::Title { title: title.clone(), subtitle: subtitle.clone() },
            Show::List { heading, items, build } => {
                let at = |i| timed.timeline.item_at(*build, i, items.len(), self.fps()) as u32;
                let item = |(i, text): (usize, &String)| Item { text: text.clone(), at: at(i) };
                render::Show::List { heading: heading.clone(), items: items.iter().enumerate().map(item).collect() }
            }
            Show::Quote { text, by } => render::Show::Quote { text: text.clone(), by: by.clone() },
            Show::Statement { words } => {
                let at = super::statement::times(words, &timed.timeline, self.fps());
                let word = |(word, at): (&Stated, u32)| {
                    let Stated { lit, joined, .. } = *word;
                    render::Stated { text: word.text.clone(), lit, at, joined }
                };
                render::Show::Statement { words: words.iter().zip(at).map(word).collect() }
            }
            Show::Table { heading, head, rows, build, .. } => {
                let at = |i| timed.timeline.item_at(*build, i, rows.len(), self.fps()) as u32;
                let row = |(i, cells): (usize, &Vec<String>)| Row { cells: cells.clone(), at: at(i) };
                let rows = rows.iter().enumerate().map(row).collect();
                render::Show::Table { heading: heading.clone(), head: head.clone(), rows }
            }
            Show::End { title, lines, qr } => {
                render::Show::End { title: title.clone(), lines: lines.clone(), qr: qr.clone() }
            }
            Show::Qr { text, title, caption } => {
                render::Show::Qr { text: text.clone(), title: title.clone(), caption: caption.clone() }
            }
            Show::Logo { title, subtitle, .. } => {
                render::Show::Logo { title: title.clone(), subtitle: subtitle.clone() }
            }
            Show::Code(code) => render::Show::Code(exhibit::code(code, &timed.timeline, self.fps())),
            Show::Chart(chart) => render::Show::Chart(exhibit::chart(chart, &timed.timeline, self.fps())),
            Show::Pictures { heading, pictures, fit, build } => {
                let at = self.pictures_at(*build, pictures.len(), timed);
                let framed = |(picture, at): (&Pictured, u32)| render::Framed {
                    caption: picture.caption.clone(),
                    focus: picture.focus,
                    at,
                };
                let pictures = pictures.iter().zip(at).map(framed).collect();
                render::Show::Pictures { heading: heading.clone(), fit: *fit, pictures, captions: captioned(scene) }
            }
            Show::Split { media, side, fit, title, text, items, build } => {
                let at = |i| timed.timeline.item_at(*build, i, items.len(), self.fps()) as u32;
                let item = |(i, text): (usize, &String)| Item { text: text.clone(), at: at(i) };
                render::Show::Split {
                    media: self.media(media, timed.media.first()),
                    side: *side,
                    fit: *fit,
                    title: title.clone(),
                    text: text.clone(),
                    items: items.iter().enumerate().map(item).collect(),
                    captions: captioned(scene),
                }
            }
            Show::Screens { heading, screens, fit } => {
                let screen = |(i, screen): (usize, &Screen)| render::Screen {
                    label: screen.label.clone(),
                    source: self.source(timed.media.get(i)),
                };
                let screens = screens.iter().enumerate().map(screen).collect();
                render::Show::Screens { heading: heading.clone(), fit: *fit, screens, captions: captioned(scene) }
            }
        }
    }

    /// When each of several pictures comes: one shortly after the other where all come at once.
    fn pictures_at(&self, build: Build, count: usize, timed: &Timed) -> Vec<u32> {
        let step =
            (render::entrance_frames(self.fps()) / 4).min(render::entrance_frames(self.fps()) / count.max(1) as u32);
        let at = |i| match build {
            Build::All | Build::Typed => step * i as u32,
            build => timed.timeline.item_at(build, i, count, self.fps()) as u32,
        };
        (0..count).map(at).collect()
    }

    fn captions(&self, captions: &Captions, timeline: &Timeline) -> render::Captions {
        let setting = render::captions::Setting {
            style: captions.style,
            size: self.spec.output.size,
            fps: self.fps(),
            frames: timeline.frames as u32,
            font: &self.spec.look.body_font,
        };
        let pages = render::captions::pages(&timeline.words, &setting);
        render::Captions { style: captions.style, position: captions.position, pages }
    }
}

/// The look with the scene's own ways to come and go.
fn ways(mut look: Look, scene: &Scene) -> Look {
    look.card.entrance = scene.enter.unwrap_or(look.card.entrance);
    look.card.leave = scene.leave.unwrap_or(look.card.leave);
    look
}

/// Where captions stand in a scene, if there are any words for them.
fn captioned(scene: &Scene) -> Option<CaptionPosition> {
    scene.captions.filter(|_| scene.speech != Speech::Silent).map(|captions| captions.position)
}

/// Whether a name in the lower third stands above captions.
fn raised(scene: &Scene) -> bool {
    scene.captions.is_some_and(|captions| captions.position == CaptionPosition::Bottom)
}

/// The pictures and videos of a scene, by role: those that fill the frame, and those of panes.
fn files(scene: &Scene) -> Vec<(String, &SourceFile)> {
    let mut files = match &scene.show {
        Show::Image { file, .. } | Show::Logo { file, .. } => vec![("picture".to_owned(), file)],
        Show::Video { file, .. } => vec![("video".to_owned(), file)],
        Show::Pictures { pictures, .. } => {
            pictures.iter().enumerate().map(|(i, picture)| (format!("picture-{}", i + 1), &picture.file)).collect()
        }
        Show::Split { media, .. } => {
            let kind = if media.footage().is_some() { "video-1" } else { "picture-1" };
            vec![(kind.to_owned(), media.file())]
        }
        Show::Screens { screens, .. } => {
            screens.iter().enumerate().map(|(i, screen)| (format!("video-{}", i + 1), &screen.clip.file)).collect()
        }
        _ => Vec::new(),
    };
    files.extend(scene.inset.as_ref().map(|inset| ("inset".to_owned(), inset.media.file())));
    files
}

fn is_pane(role: &str) -> bool {
    role != "picture" && role != "video"
}

/// Which parts of its videos a scene shows, as far as `view` has them.
pub fn clips(scene: &Scene, media: &[MediaInfo], view: &View) -> Vec<Clip> {
    let clip = |(footage, media): (Footage, &MediaInfo)| Clip {
        format: footage.file.format,
        from: footage.from,
        to: footage.to.unwrap_or(media.seconds).min(media.seconds),
    };
    let reels = view.reels().len();
    scene.footage().into_iter().zip(media).map(clip).take(reels).collect()
}

/// Frames in a group of pictures: half a second's, as YouTube advises.
pub fn group(fps: Fps) -> u64 {
    fps.frames(0.5).max(1)
}

/// Cuts `frames` into pieces of `length`; a rest shorter than half a piece stays with the last one.
pub fn cut(frames: Range<u64>, length: u64) -> Vec<Range<u64>> {
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
