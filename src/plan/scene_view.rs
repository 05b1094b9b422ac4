//! The view of a scene: all that shapes its frames, in the scene's own time. It holds what is shown, and when captions, a name in the lower
//! third and an inset are seen.

use crate::render::{self, ChapterCounter, LogoPlacement, SceneContent, View};
use crate::spec::model::{
    CaptionLook, CaptionPosition, CornerInset, FilmLogo, Look, LowerThirdText, Media, Scene, Show, Speech,
};
use crate::steps::MediaInfo;
use crate::units::Size;

use super::over::scene_overlays;
use super::planner::{Planner, TimedScene};
use super::scene_content::PlannedScene;
use super::timeline::SceneTimeline;

/// The pause before a name in the lower third comes in, in seconds after the scene's start.
const LOWER_THIRD_DELAY: f64 = 0.5;
/// How long a name in the lower third is shown, in seconds.
const LOWER_THIRD_LENGTH: f64 = 4.0;
/// A name that could be shown for less than this stays until the scene's end, in seconds.
const MIN_LOWER_THIRD_LENGTH: f64 = 1.2;
/// A name begins to leave this long before the scene's end at the latest, in seconds.
const LOWER_THIRD_END_MARGIN: f64 = 1.2;
/// The parts of a card leave only if the card was complete for this long, in seconds.
const MIN_CARD_LENGTH: f64 = 0.8;

impl Planner {
    /// The logo in a scene's corner; a card of a logo has none.
    pub fn corner_logo(&self, scene: &Scene) -> Option<&FilmLogo> {
        self.spec.logo.as_ref().filter(|_| !matches!(scene.show, Show::Logo(_)))
    }

    /// All that shapes a scene's frames. It is made once: setting captions takes longer than the rest of planning.
    pub fn view<'t>(&self, scene: &Scene, timed: &'t TimedScene) -> &'t View {
        timed.view.get_or_init(|| self.new_view(scene, timed))
    }

    fn new_view(&self, scene: &Scene, timed: &TimedScene) -> View {
        let (spec, timeline) = (&self.spec, &timed.timeline);
        let logo = self.corner_logo(scene);
        View {
            size: spec.output.size,
            fps: self.fps(),
            frames: timeline.frames as u32,
            content: SceneContent::from_show(&scene.show, &PlannedScene { planner: self, scene, timed }),
            logo: logo.map(placement),
            captions: scene.captions.as_ref().map(|captions| self.captions(captions, timeline)),
            look: scene_look(spec.look.clone(), scene),
            lower_third: scene.lower.as_ref().map(|lower| self.lower(lower, scene, timeline)),
            counter: scene.counter.map(|(chapter, of)| ChapterCounter { chapter, of }),
            inset: scene.inset.as_ref().map(|inset| self.inset(inset, scene, timed)),
            exit_at: self.exit_frame(scene, timeline),
            overlays: scene_overlays(scene, timeline, self.fps()),
        }
    }

    /// The frame in which the parts of a card begin to leave: so that they are gone when the next scene comes in. `u32::MAX`, never, in a
    /// scene too short for it, and in the last one unless it asks for it.
    fn exit_frame(&self, scene: &Scene, timeline: &SceneTimeline) -> u32 {
        let i = self.spec.scenes.iter().position(|other| std::ptr::eq(other, scene)).unwrap_or_default();
        if i + 1 == self.spec.scenes.len() && scene.leave.is_none() {
            return u32::MAX;
        }
        let taken = self.shared_frames(i + 1) + u64::from(render::card_exit_frames(self.fps()));
        let at = timeline.frames.saturating_sub(taken);
        if at < timeline.transition + self.fps().frames(MIN_CARD_LENGTH) { u32::MAX } else { at as u32 }
    }

    /// The name in the lower third: it comes after the transition into the scene and leaves before the next one.
    fn lower(&self, lower: &LowerThirdText, scene: &Scene, timeline: &SceneTimeline) -> render::LowerThird {
        let fps = self.fps();
        let from = timeline.transition.max(fps.frames(LOWER_THIRD_DELAY));
        let last = timeline.frames.saturating_sub(fps.frames(LOWER_THIRD_END_MARGIN));
        let to = (from + fps.frames(LOWER_THIRD_LENGTH)).min(last);
        let to = if to < from + fps.frames(MIN_LOWER_THIRD_LENGTH) { u32::MAX } else { to as u32 };
        render::LowerThird {
            name: lower.name.clone(),
            role: lower.role.clone(),
            from: from as u32,
            to,
            raised: is_raised(scene),
        }
    }

    /// An inset in its place, which keeps clear of all that the scene shows at any time.
    fn inset(&self, inset: &CornerInset, scene: &Scene, timed: &TimedScene) -> render::InsetPane {
        let around = render::InsetSurroundings {
            captions: caption_position(scene),
            logo: self.spec.logo.as_ref().map(placement),
            lower: scene.lower.as_ref().map(|_| is_raised(scene)),
            counter: scene.counter.is_some(),
        };
        let media = self.media(&inset.media, timed.media.last());
        render::InsetPane::placed(media, self.spec.output.size, inset.corner, inset.size, inset.shape, &around)
    }

    pub fn media(&self, media: &Media, info: Option<&MediaInfo>) -> render::PaneMedia {
        match media {
            Media::Image { focus, .. } => render::PaneMedia::Picture { focus: *focus },
            Media::Video(_) => render::PaneMedia::Video { source: self.source(info) },
        }
    }

    /// A video's size as shown; the frame's size for one without a picture.
    pub fn source(&self, info: Option<&MediaInfo>) -> Size {
        info.and_then(|media| media.picture).unwrap_or(self.spec.output.size)
    }

    fn captions(&self, captions: &CaptionLook, timeline: &SceneTimeline) -> render::CaptionTrack {
        let setting = render::captions::CaptionSetting {
            style: captions.style,
            size: self.spec.output.size,
            fps: self.fps(),
            frames: timeline.frames as u32,
            font: &self.spec.look.body_font,
        };
        let pages = render::captions::pages(&timeline.words, &setting);
        render::CaptionTrack { style: captions.style, position: captions.position, pages }
    }
}

fn placement(logo: &FilmLogo) -> LogoPlacement {
    LogoPlacement { corner: logo.corner, opacity: logo.opacity, height: logo.height }
}

/// The look with the scene's own entrance and exit of cards.
fn scene_look(mut look: Look, scene: &Scene) -> Look {
    look.card.entrance = scene.enter.unwrap_or(look.card.entrance);
    look.card.leave = scene.leave.unwrap_or(look.card.leave);
    look
}

/// Where captions stand in a scene that has both captions and speech.
pub fn caption_position(scene: &Scene) -> Option<CaptionPosition> {
    scene.captions.filter(|_| scene.speech != Speech::Silent).map(|captions| captions.position)
}

/// Whether a name in the lower third must stand above captions.
fn is_raised(scene: &Scene) -> bool {
    scene.captions.is_some_and(|captions| captions.position == CaptionPosition::Bottom)
}
