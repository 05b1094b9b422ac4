//! A code listing as a view holds it: its visible lines with the class of each token, and its times.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::render::entrance::{clip_entrance, entrance_frames};
use crate::units::Fps;

/// A listing with its token classes found beforehand, so that only the visible lines shape its frames.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeListing {
    /// The line above the window.
    pub heading: Option<String>,
    /// The name in the window's title bar.
    pub name: Option<String>,
    /// The first line's number.
    pub first: u32,
    /// The visible lines, from top to bottom.
    pub lines: Vec<CodeLine>,
    /// Lines that light up while the others are dimmed.
    pub lit: Vec<LineHighlight>,
    /// The frames in which typing begins and ends; `None`: the whole text comes in at once.
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
    /// The class, which gives the colour.
    pub class: TokenClass,
    /// The text, spaces included.
    pub text: String,
}

/// The class of a token of source code; each has its own colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenClass {
    /// A token of no other class, such as a variable's name.
    Plain,
    /// Words of the language itself, such as `if`, `fn` and `class`.
    Keyword,
    /// Literal strings and characters.
    String,
    /// Numbers and constants such as `true`.
    Number,
    /// Text that the compiler or interpreter skips.
    Comment,
    /// Names of functions and macros.
    Function,
    /// Names of types, tags, and keys of data.
    Type,
    /// Brackets, commas, operators and other signs.
    Punctuation,
}

/// A range of lines that lights up for some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineHighlight {
    /// Index of the first line among the visible ones.
    pub from: u32,
    /// One past the index of the last line.
    pub to: u32,
    /// The frame in which they begin to light up.
    pub at: u32,
    /// The frame in which they begin to be dimmed again; `u32::MAX`: they stay lit.
    pub until: u32,
}

impl CodeLine {
    /// The number of characters.
    pub(super) fn letters(&self) -> usize {
        self.spans.iter().map(|span| span.text.chars().count()).sum()
    }

    /// Its first `count` characters.
    pub(super) fn start(&self, count: usize) -> CodeLine {
        let mut left = count;
        let mut spans = Vec::new();
        for span in &self.spans {
            let text: String = span.text.chars().take(left).collect();
            left -= text.chars().count();
            if !text.is_empty() {
                spans.push(CodeSpan { class: span.class, text });
            }
        }
        CodeLine { spans }
    }

    /// The line if it fits into `columns`; otherwise its start with an ellipsis.
    pub(super) fn cut(&self, columns: usize) -> CodeLine {
        if self.letters() <= columns {
            return self.clone();
        }
        let mut cut = self.start(columns.saturating_sub(1));
        match cut.spans.last_mut() {
            Some(last) => last.text.push('…'),
            None => cut.spans.push(CodeSpan { class: TokenClass::Plain, text: "…".to_owned() }),
        }
        cut
    }
}

impl CodeListing {
    /// Replaces each time that does not matter within `range` by the one that stands for all such times.
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

    /// All times of the listing, in frames, to be moved together.
    pub(crate) fn times(&mut self) -> Vec<&mut u32> {
        let lit = self.lit.iter_mut().flat_map(|lit| [&mut lit.at, &mut lit.until]);
        lit.chain(self.typed.iter_mut().flat_map(|(from, to)| [from, to])).collect()
    }
}
