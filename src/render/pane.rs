//! Panes: pictures and videos that fill parts of a frame, prepared once for their placement.

pub(super) mod inset;
mod inset_placement;
pub(super) mod layout;
pub(super) mod media;
mod painter;
pub(super) mod placement;

use crate::render::content::{SceneContent, VideoContent};
use crate::render::view::View;

pub use inset::InsetPane;
pub use inset_placement::InsetSurroundings;
pub use media::{CaptionedPicture, LabelledVideo, PaneMedia};
pub(crate) use painter::PanePainter;
pub use placement::{Pane, PaneImage, PanePlacement, VideoInput};

impl View {
    /// The visible pictures and videos that fill parts of the frame: those of the content in reading order, then the
    /// inset.
    pub fn panes(&self) -> Vec<Pane> {
        let mut panes = self.content.declared().panes(&self.card_context());
        panes.retain(|pane| pane.at != Some(u32::MAX));
        panes.extend(self.inset.as_ref().map(|inset| inset.pane(self.look.background)));
        panes
    }

    /// The video inputs of the view, in the order in which their frames are passed.
    pub fn video_inputs(&self) -> Vec<VideoInput> {
        let whole = match &self.content {
            SceneContent::Video(VideoContent { fit, source }) => {
                Some(VideoInput { role: "video".to_owned(), source: *source, area: self.size, fit: *fit })
            }
            _ => None,
        };
        whole.into_iter().chain(self.panes().iter().filter_map(Pane::video_input)).collect()
    }
}

#[cfg(test)]
mod tests;
