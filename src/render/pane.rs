//! Panes: pictures and videos that fill parts of a frame, prepared once for their placement.

mod inset;
mod layout;
mod painter;
mod placement;

use crate::render::cards;
use crate::render::entrance::entrance_frames;
use crate::render::tile::Area;
use crate::render::view::{PaneMedia, SceneContent, View};
use crate::spec::model::{CaptionPosition, FocusPoint, ImageFit, Look};
use crate::units::Size;

pub use inset::{InsetPane, InsetSurroundings};
pub(crate) use layout::{LayoutArea, PaneLayout, gallery, halves, screens};
pub(crate) use painter::PanePainter;
pub use placement::{Pane, PaneImage, PanePlacement, VideoInput};

/// The greatest corner radius of a pane, as a share of the frame's shorter side.
const MAX_RADIUS_SHARE: f64 = 0.035;

impl View {
    /// The visible pictures and videos that fill parts of the frame: those of the content in reading order, then the
    /// inset.
    pub fn panes(&self) -> Vec<Pane> {
        let mut panes = match &self.content {
            SceneContent::Pictures { heading, fit, pictures, captions } => {
                let pane_layout = gallery(self.layout_area(*captions), &self.look.card, heading.is_some(), pictures);
                let pictures = (1..).zip(pane_layout.cells.iter().zip(pictures));
                let panes = pictures.map(|(number, (cell, picture))| {
                    let media = PaneMedia::Picture { focus: picture.focus };
                    self.pane(number, media, cell.area, *fit, Some(picture.at))
                });
                panes.collect()
            }
            SceneContent::Split { media, side, fit, captions, .. } => {
                let mut pane = self.pane(1, *media, halves(self.layout_area(*captions), *side, *fit).0, *fit, None);
                if *fit != ImageFit::Contain {
                    pane.placement.radius = 0.0;
                }
                vec![pane]
            }
            SceneContent::Screens { heading, fit, screens: all, captions } => {
                let pane_layout = screens(self.layout_area(*captions), &self.look.card, heading.is_some(), all);
                let step = entrance_frames(self.fps) / 4;
                let videos = pane_layout.cells.iter().zip(all).enumerate();
                let panes = videos.map(|(i, (cell, video))| {
                    let media = PaneMedia::Video { source: video.source };
                    self.pane(i + 1, media, cell.area, *fit, Some(step * i as u32))
                });
                panes.collect()
            }
            _ => Vec::new(),
        };
        panes.retain(|pane| pane.at != Some(u32::MAX));
        panes.extend(self.inset.as_ref().map(|inset| inset.pane(self.look.background)));
        panes
    }

    /// The space for panes, apart from captions at this position and from a lower third.
    pub(crate) fn layout_area(&self, captions: Option<CaptionPosition>) -> LayoutArea {
        LayoutArea { size: self.size, captions, above_name: cards::above_name(self) }
    }

    /// The video inputs of the view, in the order in which their frames are passed.
    pub fn video_inputs(&self) -> Vec<VideoInput> {
        let whole = match &self.content {
            SceneContent::Video { fit, source } => {
                Some(VideoInput { role: "video".to_owned(), source: *source, area: self.size, fit: *fit })
            }
            _ => None,
        };
        whole.into_iter().chain(self.panes().iter().filter_map(Pane::video_input)).collect()
    }

    fn pane(&self, number: usize, media: PaneMedia, area: Area, fit: ImageFit, at: Option<u32>) -> Pane {
        let (kind, source, focus) = match media {
            PaneMedia::Picture { focus } => ("picture", None, focus),
            PaneMedia::Video { source } => ("video", Some(source), FocusPoint::CENTRE),
        };
        let radius = pane_radius(&self.look, self.size);
        let placement = PanePlacement { area, fit, focus, radius, background: self.look.background };
        Pane { role: format!("{kind}-{number}"), placement, source, at, over: false }
    }
}

/// Corner radius of panes in this look, in pixels.
fn pane_radius(look: &Look, size: Size) -> f64 {
    f64::from(size.width.min(size.height)) * MAX_RADIUS_SHARE * look.card.radius
}

#[cfg(test)]
mod tests;
