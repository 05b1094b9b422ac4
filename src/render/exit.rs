//! Exits: what leaves a view before its scene ends, and which of the look's template layers a view has.

use std::ops::Range;

use crate::render::view::{SceneContent, View};
use crate::spec::model::{Entrance, ShowKind, TemplateLayer};
use crate::units::Fps;

/// Length of the exit of a whole card, and of one of its parts, in seconds.
pub(crate) const EXIT_SECONDS: f64 = 0.4;
pub(crate) const PART_EXIT_SECONDS: f64 = 0.28;

impl View {
    /// The first frame of the exit; `None` if nothing leaves.
    pub(crate) fn exit_start(&self) -> Option<u32> {
        let parts = self.content.kind().is_card() && self.look.card.leave != Entrance::None;
        let goes = parts || self.template_layers().any(|layer| layer.leave != Entrance::None);
        (goes && self.exit_at != u32::MAX).then_some(self.exit_at)
    }

    /// The look's template layers that this view has.
    pub(crate) fn template_layers(&self) -> impl Iterator<Item = &TemplateLayer> {
        let kind = self.content.kind();
        // A clipped view holds only its own layers, with `on` empty.
        self.look.layers.iter().filter(move |layer| layer.on.is_empty() || layer.on.contains(&kind))
    }
}

impl SceneContent {
    /// The kind of content, as templates name it.
    pub(crate) fn kind(&self) -> ShowKind {
        match self {
            SceneContent::Picture { .. } => ShowKind::Image,
            SceneContent::Video { .. } => ShowKind::Video,
            SceneContent::Colour(_) => ShowKind::Colour,
            SceneContent::Gradient { .. } => ShowKind::Gradient,
            SceneContent::Backdrop(_) => ShowKind::Backdrop,
            SceneContent::Title { .. } => ShowKind::Title,
            SceneContent::List { .. } => ShowKind::List,
            SceneContent::Quote { .. } => ShowKind::Quote,
            SceneContent::Statement { .. } => ShowKind::Statement,
            SceneContent::Table { .. } => ShowKind::Table,
            SceneContent::End { .. } => ShowKind::End,
            SceneContent::Code(_) => ShowKind::Code,
            SceneContent::Chart(_) => ShowKind::Chart,
            SceneContent::Pictures { .. } => ShowKind::Pictures,
            SceneContent::Split { .. } => ShowKind::Split,
            SceneContent::Screens { .. } => ShowKind::Screens,
            SceneContent::Qr { .. } => ShowKind::Qr,
            SceneContent::Logo { .. } => ShowKind::Logo,
        }
    }
}

/// Length of the exit of a whole card, in frames.
pub fn card_exit_frames(fps: Fps) -> u32 {
    exit_frames(fps, EXIT_SECONDS)
}

/// Length in frames of an exit of `seconds`.
pub(crate) fn exit_frames(fps: Fps, seconds: f64) -> u32 {
    fps.frames(seconds).clamp(1, 600) as u32
}

/// An equivalent start of an exit within `range`: 0 if it is over before, `u32::MAX` if it starts later, else `at`.
pub(super) fn clip_exit(at: u32, fps: Fps, range: &Range<u32>) -> u32 {
    match at {
        at if at >= range.end => u32::MAX,
        at if at.saturating_add(exit_frames(fps, EXIT_SECONDS)) <= range.start => 0,
        at => at,
    }
}
