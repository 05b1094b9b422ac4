//! Cards with several pictures.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::card_context::CardContext;
use crate::render::cards::CardLayout;
use crate::render::entrance::entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::render::pane::layout::gallery;
use crate::render::pane::media::{CaptionedPicture, PaneMedia};
use crate::render::pane::placement::Pane;
use crate::spec::model::{BuildTiming, CaptionPosition, ImageFit};
use crate::spec::shows::PicturesShow;

/// Several pictures; they come with [`ViewAssets::panes`](crate::render::ViewAssets).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PicturesCard {
    /// The line above the panes.
    pub heading: Option<String>,
    /// How each one fills its pane.
    pub fit: ImageFit,
    /// One per pane, in reading order.
    pub pictures: Vec<CaptionedPicture>,
    /// Position of the captions that the layout keeps clear of; `None` without captions.
    pub captions: Option<CaptionPosition>,
}

impl ContentDeclaration for PicturesCard {
    type Shown = PicturesShow;

    fn from_show(shown: &PicturesShow, timing: &dyn SceneTiming) -> Self {
        let starts = picture_starts(shown.build, shown.pictures.len(), timing);
        let pictures = shown.pictures.iter().zip(starts).map(|(picture, at)| CaptionedPicture {
            caption: picture.caption.clone(),
            focus: picture.focus,
            at,
        });
        PicturesCard {
            heading: shown.heading.clone(),
            fit: shown.fit,
            pictures: pictures.collect(),
            captions: timing.captions(),
        }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::text("heading", "`show.heading`"),
                PartWord::name("fit", "`show.fit`"),
                PartWord::text("pictures[].caption", "a picture's caption"),
                PartWord::name("pictures[].focus", "a picture's `focus`"),
                PartWord::hidden("pictures[].at", "when pictures come"),
                PartWord::hidden("captions", "where captions stand"),
                PartWord::hidden("", "`show.pictures`"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        let focus = crate::spec::model::FocusPoint::CENTRE;
        PicturesCard {
            heading: Some("Head".to_owned()),
            fit: ImageFit::Cover,
            pictures: vec![CaptionedPicture { caption: Some("One".to_owned()), focus, at: 5 }],
            captions: Some(CaptionPosition::Bottom),
        }
    }

    /// Heading and captions are mirrored one by one, each in its own place.
    fn layers(&self, cards: &mut CardLayout) -> Vec<ShapeLayer> {
        cards.gallery(self.heading.as_deref(), self.captions, &self.pictures)
    }

    fn panes(&self, context: &CardContext) -> Vec<Pane> {
        let area = context.layout_area(self.captions);
        let layout = gallery(area, &context.look.card, self.heading.is_some(), &self.pictures);
        let mut panes = Vec::with_capacity(self.pictures.len());
        for (number, (cell, picture)) in (1..).zip(layout.cells.iter().zip(&self.pictures)) {
            let media = PaneMedia::Picture { focus: picture.focus };
            panes.push(context.pane(number, media, cell.area, self.fit, Some(picture.at)));
        }
        panes
    }

    fn times(&mut self) -> Vec<&mut u32> {
        self.pictures.iter_mut().map(|picture| &mut picture.at).collect()
    }
}

/// The frame in which each of several pictures comes in: with a short delay between them where all come together.
fn picture_starts(build: BuildTiming, count: usize, timing: &dyn SceneTiming) -> Vec<u32> {
    if !matches!(build, BuildTiming::All | BuildTiming::Typed) {
        return timing.part_starts(build, count);
    }
    let entrance = entrance_frames(timing.fps());
    let delay = (entrance / 4).min(entrance / count.max(1) as u32);
    (0..count as u32).map(|i| delay * i).collect()
}
