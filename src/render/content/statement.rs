//! Statement cards: a sentence that comes in word by word.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::cards::CardLayout;
use crate::render::entrance::word_entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::spec::shows::StatementShow;
use crate::units::Fps;

/// A sentence that comes in word by word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementCard {
    /// Its words, in reading order.
    pub words: Vec<StatementWord>,
}

/// One word of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementWord {
    /// The word as written, with its punctuation.
    pub text: String,
    /// Whether it has the accent colour.
    #[serde(rename = "lit")]
    pub accented: bool,
    /// First frame of the entrance.
    pub at: u32,
    /// Whether it follows the previous word without a space.
    pub joined: bool,
}

impl ContentDeclaration for StatementCard {
    type Shown = StatementShow;

    fn from_show(shown: &StatementShow, timing: &dyn SceneTiming) -> Self {
        let starts = timing.word_starts(&shown.words);
        let words = shown.words.iter().zip(starts).map(|(word, at)| StatementWord {
            text: word.text.clone(),
            accented: word.lit,
            at,
            joined: word.joined,
        });
        StatementCard { words: words.collect() }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::hidden("words[].at", "when the statement's words come"),
                PartWord::text("words[].text", "`show.statement`"),
                PartWord::hidden("", "`show.statement`"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        StatementCard { words: vec![StatementWord { text: "One".to_owned(), accented: true, at: 4, joined: false }] }
    }

    fn texts(&self) -> Vec<&str> {
        self.words.iter().map(|word| word.text.as_str()).collect()
    }

    fn layers(&self, cards: &mut CardLayout) -> Vec<ShapeLayer> {
        cards.statement(&self.words)
    }

    fn times(&mut self) -> Vec<&mut u32> {
        self.words.iter_mut().map(|word| &mut word.at).collect()
    }

    fn part_entrance_frames(&self, fps: Fps) -> u32 {
        word_entrance_frames(fps)
    }
}
