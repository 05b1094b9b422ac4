//! Cards with several videos side by side.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::card_context::CardContext;
use crate::render::cards::CardLayout;
use crate::render::entrance::entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::render::pane::layout::screens;
use crate::render::pane::media::{LabelledVideo, PaneMedia};
use crate::render::pane::placement::Pane;
use crate::spec::model::{CaptionPosition, ImageFit};
use crate::spec::shows::ScreensShow;

/// Several videos side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreensCard {
    /// The line above the panes.
    pub heading: Option<String>,
    /// How each one fills its pane.
    pub fit: ImageFit,
    /// One per pane, in reading order.
    pub screens: Vec<LabelledVideo>,
    /// Position of the captions that the layout keeps clear of; `None` without captions.
    pub captions: Option<CaptionPosition>,
}

impl ContentDeclaration for ScreensCard {
    type Shown = ScreensShow;

    fn from_show(shown: &ScreensShow, timing: &dyn SceneTiming) -> Self {
        let screens = shown
            .screens
            .iter()
            .enumerate()
            .map(|(i, screen)| LabelledVideo { label: screen.label.clone(), source: timing.video_size(i) });
        ScreensCard {
            heading: shown.heading.clone(),
            fit: shown.fit,
            screens: screens.collect(),
            captions: timing.captions(),
        }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::text("heading", "`show.heading`"),
                PartWord::name("fit", "`show.fit`"),
                PartWord::text("screens[].label", "a video's label"),
                PartWord::name("screens[].source", "the video's size"),
                PartWord::hidden("captions", "where captions stand"),
                PartWord::hidden("", "`show.screens`"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        let source = crate::units::Size::new(320, 180);
        ScreensCard {
            heading: Some("Head".to_owned()),
            fit: ImageFit::Contain,
            screens: vec![LabelledVideo { label: Some("One".to_owned()), source }],
            captions: Some(CaptionPosition::Bottom),
        }
    }

    /// Heading and labels are mirrored one by one, each in its own place.
    fn layers(&self, cards: &mut CardLayout) -> Vec<ShapeLayer> {
        cards.screens(self.heading.as_deref(), self.captions, &self.screens)
    }

    fn panes(&self, context: &CardContext) -> Vec<Pane> {
        let area = context.layout_area(self.captions);
        let layout = screens(area, &context.look.card, self.heading.is_some(), &self.screens);
        let step = entrance_frames(context.fps) / 4;
        let mut panes = Vec::with_capacity(self.screens.len());
        for (i, (cell, video)) in layout.cells.iter().zip(&self.screens).enumerate() {
            let media = PaneMedia::Video { source: video.source };
            panes.push(context.pane(i + 1, media, cell.area, self.fit, Some(step * i as u32)));
        }
        panes
    }
}
