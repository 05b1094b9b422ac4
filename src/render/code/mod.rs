//! Listings of code: what of one is seen, and when. Knows nothing of files.

mod colours;
mod draw;
mod highlight;
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub(crate) use draw::CodePainter;
pub use highlight::{LANGUAGES, spans};

use crate::render::entrance::{clip_entrance, entrance_frames};
use crate::units::Fps;

/// A listing as it is drawn: its colours are found beforehand, so that only the lines that are seen shape its frames.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeListing {
    /// Stands above the window.
    pub heading: Option<String>,
    /// Stands in the window's tab.
    pub name: Option<String>,
    /// The first line's number.
    pub first: u32,
    /// What is seen.
    pub lines: Vec<CodeLine>,
    /// Lines that light up while the others go dim.
    pub lit: Vec<LineHighlight>,
    /// The frames in which the first and the last letter are typed; `None`: all is there at once.
    pub typed: Option<(u32, u32)>,
}

/// One line of code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeLine {
    /// Its parts, from left to right.
    pub spans: Vec<CodeSpan>,
}

/// A part of a line that has one colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSpan {
    /// What it is.
    pub class: TokenClass,
    /// What it says.
    pub text: String,
}

/// What a word of code is; each has a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenClass {
    /// Nothing of the others: names.
    Plain,
    /// `if`, `fn`, `class`.
    Keyword,
    /// Texts and letters.
    String,
    /// Numbers and constants such as `true`.
    Number,
    /// What the machine does not read.
    Comment,
    /// Names of functions and macros.
    Function,
    /// Names of types, tags, and keys of data.
    Type,
    /// Brackets, commas, operators.
    Punctuation,
}

/// Lines that light up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineHighlight {
    /// The first one, counted from the first that is seen.
    pub from: u32,
    /// One past the last.
    pub to: u32,
    /// The frame in which they begin to light up.
    pub at: u32,
    /// The frame in which they begin to go dim again.
    pub until: u32,
}

impl CodeListing {
    /// Times of what is over or has not begun made equal.
    pub(crate) fn clip(&mut self, fps: Fps, range: &Range<u32>) {
        let settle = entrance_frames(fps);
        for lit in &mut self.lit {
            lit.at = clip_entrance(lit.at, settle, range);
            lit.until = clip_entrance(lit.until, settle, range);
        }
        self.typed = self.typed.map(|(from, to)| match (from, to) {
            (_, to) if to.saturating_add(1) <= range.start => (0, 0),
            (from, _) if from >= range.end => (u32::MAX, u32::MAX),
            times => times,
        });
    }

    /// Every time that is in it.
    pub(crate) fn times(&mut self) -> Vec<&mut u32> {
        let lit = self.lit.iter_mut().flat_map(|lit| [&mut lit.at, &mut lit.until]);
        lit.chain(self.typed.iter_mut().flat_map(|(from, to)| [from, to])).collect()
    }
}
