//! Clipping of views: a view reduced to what shapes some of its frames, so that segments keep their keys when an edit
//! changes other frames of the scene.

use std::ops::Range;

use crate::render::captions::settle_frames;
use crate::render::entrance::{clip_entrance, entrance_frames};
use crate::render::exit::clip_exit;
use crate::render::view::{CaptionPage, CaptionTrack, CaptionWord, LowerThird, View};
use crate::spec::model::{CaptionStyle, Entrance, Look, TemplateLayer};
use crate::units::Fps;

impl View {
    /// The view reduced to what shapes the frames of `range`: an edit elsewhere in the scene leaves it equal, and each
    /// of those frames stays the same.
    pub fn clip(&self, range: Range<u32>) -> View {
        let mut view = self.clone();
        view.captions = self.captions.as_ref().and_then(|captions| captions.clip(&range, settle_frames(self.fps)));
        view.content.declared_mut().clip(self.fps, &range);
        // A card leaves space for a lower third in all of its frames.
        view.lower_third = self.lower_third.as_ref().and_then(|lower| {
            let visible = lower.clip(self.fps, &range);
            visible.or_else(|| self.content.is_card().then(|| lower.invisible()))
        });
        view.exit_at = self.exit_start().map_or(u32::MAX, |at| clip_exit(at, self.fps, &range));
        view.overlays.clip(self.fps, &range);
        if !view.depends_on_length() {
            view.frames = 0;
        }
        view.look = view.look_in_use();
        view.look.card.leave = match view.exit_at {
            u32::MAX => Entrance::None,
            0 if view.look.card.leave != Entrance::None => Entrance::Fade,
            _ => view.look.card.leave,
        };
        view
    }

    /// Moves frame `first` of a clipped view to the earliest frame in which all entrances of the scene's start are
    /// over, and returns that frame too: runs of frames that differ only in their position within a scene become equal.
    /// Unchanged if frames depend on that position.
    pub fn rebase(mut self, first: u32) -> (View, u32) {
        let still = self.settled_from();
        if first <= still
            || self.look.layers.iter().any(TemplateLayer::moves)
            || self.depends_on_length()
            || !self.video_inputs().is_empty()
            || self.content.declared().stays_in_time(first - still)
        {
            return (self, first);
        }
        let by = first - still;
        self.overlays.earlier(by);
        for page in self.captions.iter_mut().flat_map(|captions| &mut captions.pages) {
            let words = page.lines.iter_mut().flatten().flat_map(|word| [&mut word.from, &mut word.to]);
            words.chain([&mut page.from, &mut page.to]).for_each(|at| move_earlier(at, by));
        }
        let ends = self.lower_third.iter_mut().flat_map(|lower| [&mut lower.from, &mut lower.to]);
        let ends = ends.chain([&mut self.exit_at]).chain(self.overlays.times());
        let times = self.content.declared_mut().times().into_iter().chain(ends);
        times.filter(|at| **at != u32::MAX).for_each(|at| move_earlier(at, by));
        (self, still)
    }

    /// The first frame in which all entrances of the scene's start are over.
    fn settled_from(&self) -> u32 {
        let entrance = entrance_frames(self.fps);
        let layers = self.template_layers().map(|layer| self.fps.frames(layer.after) as u32 + entrance);
        layers.fold(self.content.declared().settled_entrances() * entrance, u32::max)
    }

    /// Whether frames depend on the scene's length.
    fn depends_on_length(&self) -> bool {
        self.content.declared().depends_on_length() || self.overlays.progress.is_some()
    }

    /// The look with neutral values for everything that this view does not use.
    fn look_in_use(&self) -> Look {
        let mut used = self.content_look();
        let look = &self.look;
        if self.inset.is_some() {
            (used.background, used.text) = (look.background, look.text);
        }
        used.backdrop = used.backdrop.canonical();
        used.area = look.area.filter(|_| self.content.is_card());
        used.layers = self.template_layers().map(|layer| TemplateLayer { on: Vec::new(), ..layer.clone() }).collect();
        if let Some(captions) = &self.captions {
            used.caption = look.caption;
            used.caption_back = look.caption_back;
            used.body_font = look.body_font.clone();
            if captions.style.has_accent() {
                used.accent = look.accent;
            }
        }
        used
    }

    /// The part of the look that the content and its overlays use: all of it but the caption colours, where text of the
    /// look is drawn.
    fn content_look(&self) -> Look {
        let look = &self.look;
        if self.content.is_card() || self.lower_third.is_some() || self.counter.is_some() || !self.overlays.is_empty() {
            return Look { caption: Look::PLAIN.caption, caption_back: Look::PLAIN.caption_back, ..look.clone() };
        }
        self.content.declared().look_in_use(look)
    }
}

/// Moves a frame number `by` frames earlier, at most to 0.
fn move_earlier(frame: &mut u32, by: u32) {
    *frame = frame.saturating_sub(by);
}

impl LowerThird {
    /// What shapes frames in which it is not visible: the space that is left for it.
    fn invisible(&self) -> LowerThird {
        let role = self.role.as_ref().map(|_| String::new());
        LowerThird { name: String::new(), role, from: u32::MAX, to: u32::MAX, raised: self.raised }
    }

    /// Reduced to what is visible in `range`; `None` if nothing is.
    fn clip(&self, fps: Fps, range: &Range<u32>) -> Option<LowerThird> {
        let settle = entrance_frames(fps);
        let seen = self.from < range.end && self.to.saturating_add(settle) > range.start;
        let to = if self.to >= range.end { u32::MAX } else { self.to };
        seen.then(|| LowerThird { from: clip_entrance(self.from, settle, range), to, ..self.clone() })
    }
}

impl CaptionTrack {
    /// Only the pages visible in `range`; `None` if there are none.
    fn clip(&self, range: &Range<u32>, settle: u32) -> Option<CaptionTrack> {
        let seen = self.pages.iter().filter(|page| page.from < range.end && page.to > range.start);
        let pages: Vec<CaptionPage> = seen.map(|page| page.clip(self.style, range, settle)).collect();
        (!pages.is_empty()).then_some(CaptionTrack { pages, ..*self })
    }
}

impl CaptionPage {
    fn clip(&self, style: CaptionStyle, range: &Range<u32>, settle: u32) -> CaptionPage {
        let lines = self.lines.iter().map(|line| line.iter().map(|word| word.clip(style, range, settle)).collect());
        let from = self.from.clamp(range.start, range.end);
        CaptionPage { from, to: self.to.clamp(range.start, range.end), lines: lines.collect() }
    }
}

impl CaptionWord {
    fn clip(&self, style: CaptionStyle, range: &Range<u32>, settle: u32) -> CaptionWord {
        // A word that began even longer ago looks the same.
        let earliest = range.start.saturating_sub(settle);
        let (from, to) = match style {
            CaptionStyle::Pop => (self.from.clamp(earliest, range.end), self.to.clamp(earliest, range.end)),
            CaptionStyle::Reveal => (self.from.clamp(earliest, range.end), 0),
            _ if style.follows_speech() => {
                (self.from.clamp(range.start, range.end), self.to.clamp(range.start, range.end))
            }
            _ => (0, 0),
        };
        CaptionWord { from, to, ..self.clone() }
    }
}
