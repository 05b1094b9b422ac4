//! What of a view goes before its scene ends, and which of the look's layers it has. Knows nothing of drawing.

use std::ops::Range;

use crate::render::view::{Show, View};
use crate::spec::model::{Decoration, Entrance, Showing};
use crate::units::Fps;

/// How long all parts of a card take to go, and how long one of them does, in seconds.
pub(crate) const LEAVE: f64 = 0.4;
pub(crate) const LEAVE_PART: f64 = 0.28;

impl View {
    /// When what goes starts to go; `None` where nothing does.
    pub(crate) fn leaves(&self) -> Option<u32> {
        let parts = self.show.showing().is_card() && self.look.card.leave != Entrance::None;
        let goes = parts || self.decorations().any(|layer| layer.leave != Entrance::None);
        (goes && self.leaves != u32::MAX).then_some(self.leaves)
    }

    /// The look's layers that this view has.
    pub(crate) fn decorations(&self) -> impl Iterator<Item = &Decoration> {
        let showing = self.show.showing();
        // In a clipped view the others are left out, and with them what a layer says of where it is.
        self.look.layers.iter().filter(move |layer| layer.on.is_empty() || layer.on.contains(&showing))
    }
}

impl Show {
    /// What it is, as a template names it.
    pub(crate) fn showing(&self) -> Showing {
        match self {
            Show::Picture { .. } => Showing::Image,
            Show::Video { .. } => Showing::Video,
            Show::Colour(_) => Showing::Colour,
            Show::Gradient { .. } => Showing::Gradient,
            Show::Backdrop(_) => Showing::Backdrop,
            Show::Title { .. } => Showing::Title,
            Show::List { .. } => Showing::List,
            Show::Quote { .. } => Showing::Quote,
            Show::Statement { .. } => Showing::Statement,
            Show::Table { .. } => Showing::Table,
            Show::End { .. } => Showing::End,
            Show::Code(_) => Showing::Code,
            Show::Chart(_) => Showing::Chart,
            Show::Pictures { .. } => Showing::Pictures,
            Show::Split { .. } => Showing::Split,
            Show::Screens { .. } => Showing::Screens,
            Show::Qr { .. } => Showing::Qr,
            Show::Logo { .. } => Showing::Logo,
        }
    }
}

/// How many frames all parts of a card take to go.
pub fn leaving_frames(fps: Fps) -> u32 {
    leave_frames(fps, LEAVE)
}

/// How many frames of going take so many seconds.
pub(crate) fn leave_frames(fps: Fps, seconds: f64) -> u32 {
    fps.frames(seconds).clamp(1, 600) as u32
}

/// An equivalent start for what goes: it is gone in all of `range`, it stays in all of it, or as it is.
pub(super) fn clip_leaving(at: u32, fps: Fps, range: &Range<u32>) -> u32 {
    match at {
        at if at >= range.end => u32::MAX,
        at if at.saturating_add(leave_frames(fps, LEAVE)) <= range.start => 0,
        at => at,
    }
}
