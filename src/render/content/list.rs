//! List cards, whose items come in one by one.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::cards::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::spec::model::BuildTiming;
use crate::spec::shows::ListShow;

/// A list of items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListCard {
    /// The line above the items.
    pub heading: Option<String>,
    /// The items, in order.
    pub items: Vec<ListItem>,
}

/// One item of a list card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListItem {
    /// Content of the text.
    pub text: String,
    /// First frame of the entrance.
    pub at: u32,
}

impl ListItem {
    /// Items with these texts, each with its time.
    pub(super) fn timed(texts: &[String], build: BuildTiming, timing: &dyn SceneTiming) -> Vec<ListItem> {
        let starts = timing.part_starts(build, texts.len());
        texts.iter().zip(starts).map(|(text, at)| ListItem { text: text.clone(), at }).collect()
    }
}

impl ContentDeclaration for ListCard {
    type Shown = ListShow;

    fn from_show(shown: &ListShow, timing: &dyn SceneTiming) -> Self {
        ListCard { heading: shown.heading.clone(), items: ListItem::timed(&shown.items, shown.build, timing) }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::text("heading", "`show.heading`"),
                PartWord::text("items[].text", "`show.list`"),
                PartWord::hidden("items[].at", "when list items come"),
                PartWord::hidden("items", "`show.list`"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        let items = vec![ListItem { text: "Item".to_owned(), at: 4 }];
        ListCard { heading: Some("Head".to_owned()), items }
    }

    fn texts(&self) -> Vec<&str> {
        self.heading.iter().chain(self.items.iter().map(|item| &item.text)).map(String::as_str).collect()
    }

    fn layers(&self, cards: &mut CardLayout) -> Vec<ShapeLayer> {
        cards.list(self.heading.as_deref(), &self.items)
    }

    fn times(&mut self) -> Vec<&mut u32> {
        self.items.iter_mut().map(|item| &mut item.at).collect()
    }
}
