//! Cards with a picture or a video in one half and text in the other.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::list::ListItem;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::card_context::CardContext;
use crate::render::cards::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::render::pane::layout::halves;
use crate::render::pane::media::PaneMedia;
use crate::render::pane::placement::Pane;
use crate::spec::model::{CaptionPosition, ImageFit, Media, SplitSide};
use crate::spec::shows::SplitShow;

/// A picture or a video in one half, text in the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitCard {
    /// Picture or video of the one half.
    pub media: PaneMedia,
    /// The half that the picture or video fills.
    pub side: SplitSide,
    /// How it fills it.
    pub fit: ImageFit,
    /// The large line of text.
    pub title: Option<String>,
    /// A paragraph of text.
    pub text: Option<String>,
    /// A list of items.
    pub items: Vec<ListItem>,
    /// Position of the captions that the layout keeps clear of; `None` without captions.
    pub captions: Option<CaptionPosition>,
}

impl ContentDeclaration for SplitCard {
    type Shown = SplitShow;

    fn from_show(shown: &SplitShow, timing: &dyn SceneTiming) -> Self {
        SplitCard {
            media: match &shown.media {
                Media::Image { focus, .. } => PaneMedia::Picture { focus: *focus },
                Media::Video(_) => PaneMedia::Video { source: timing.video_size(0) },
            },
            side: shown.side,
            fit: shown.fit,
            title: shown.title.clone(),
            text: shown.text.clone(),
            items: ListItem::timed(&shown.items, shown.build, timing),
            captions: timing.captions(),
        }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::hidden("media", "what `show.split` shows"),
                PartWord::name("side", "`show.split.side`"),
                PartWord::name("fit", "`show.fit`"),
                PartWord::text("title", "`show.split.title`"),
                PartWord::text("text", "`show.split.text`"),
                PartWord::hidden("items[].at", "when list items come"),
                PartWord::text("items[].text", "`show.split.list`"),
                PartWord::hidden("captions", "where captions stand"),
                PartWord::hidden("", "`show.split`"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        SplitCard {
            media: PaneMedia::Video { source: crate::units::Size::new(320, 180) },
            side: SplitSide::Left,
            fit: ImageFit::Cover,
            title: Some("One".to_owned()),
            text: Some("Two".to_owned()),
            items: vec![ListItem { text: "Item".to_owned(), at: 4 }],
            captions: Some(CaptionPosition::Top),
        }
    }

    /// The half with text is mirrored by itself.
    fn layers(&self, cards: &mut CardLayout) -> Vec<ShapeLayer> {
        let half = (self.side, self.fit, self.captions);
        cards.beside(half, self.title.as_deref(), self.text.as_deref(), &self.items)
    }

    fn panes(&self, context: &CardContext) -> Vec<Pane> {
        let area = halves(context.layout_area(self.captions), self.side, self.fit).0;
        let mut pane = context.pane(1, self.media, area, self.fit, None);
        if self.fit != ImageFit::Contain {
            pane.placement.radius = 0.0;
        }
        vec![pane]
    }

    fn times(&mut self) -> Vec<&mut u32> {
        self.items.iter_mut().map(|item| &mut item.at).collect()
    }
}
