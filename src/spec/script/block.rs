//! Blocks of a script, the same for Markdown and plain text: headings, paragraphs, lists and so on.

use std::ops::Range;

use crate::diag::Span;
use crate::spec::tree::{MapKey, TreeNode};

/// A block of a script.
#[derive(Clone, Debug, PartialEq)]
pub enum ScriptBlock {
    /// A heading; 1 is the highest level.
    Heading { level: u8, words: Prose },
    /// Words, with the pictures, pauses and settings among them.
    Paragraph(Prose),
    /// A picture or a video that stands alone.
    Picture(PictureRef),
    /// A list; items of nested lists are among its items.
    List { items: Vec<Prose>, place: Span },
    /// A quotation, with its author.
    Quote { words: Prose, by: Option<Prose> },
    /// Code as it is written.
    Code { text: String, language: Option<String>, place: Span },
    /// A table; its first row is the head.
    Table { rows: Vec<Vec<Prose>>, place: Span },
    /// A horizontal rule between paragraphs.
    Rule,
    /// Fields for the scene that follows.
    Settings(Vec<(MapKey, TreeNode)>),
    /// A pause that stands alone.
    Pause(TreeNode),
}

impl ScriptBlock {
    /// A rough upper bound of the scenes that it becomes.
    pub fn scenes(&self) -> usize {
        match self {
            Self::Paragraph(words) => 1 + words.pictures.len() + words.pauses.len() / 8,
            Self::List { items, .. } => 1 + items.len() / 8,
            _ => 1,
        }
    }
}

/// A picture or video that the script names.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureRef {
    /// Its path, not yet checked.
    pub file: String,
    /// The place of its name in the script.
    pub place: Span,
}

/// Words without Markdown marks, each with its place in the script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prose {
    /// The words. White space may stand at its ends and more than once.
    pub text: String,
    /// The emphasised parts, as byte ranges of `text`.
    pub lit: Vec<Range<usize>>,
    /// Pictures among the words, each with the byte of `text` that it stands before.
    pub pictures: Vec<(usize, PictureRef)>,
    /// Pauses among the words, each with the byte of `text` that it stands before.
    pub pauses: Vec<(usize, TreeNode)>,
    /// Fields for the scene of these words.
    pub settings: Vec<(MapKey, TreeNode)>,
    /// The source places of the bytes of `text`.
    runs: Vec<SourceRun>,
}

/// A run of text that was pushed at once, with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
struct SourceRun {
    /// Their first byte in the prose, and how many there are.
    from: usize,
    length: usize,
    /// Their place in the source; of the same length if the text holds no escapes.
    place: Span,
}

impl SourceRun {
    fn is_exact(self) -> bool {
        self.length == self.place.end - self.place.start
    }

    /// The part of the run inside `part` of the prose, with offsets from the part's start.
    fn clipped(self, part: &Range<usize>) -> Option<Self> {
        let (from, end) = (self.from.max(part.start), (self.from + self.length).min(part.end));
        let length = end.checked_sub(from).filter(|length| *length > 0)?;
        let start = self.place.start + (from - self.from);
        let place = if self.is_exact() { Span { start, end: start + length } } else { self.place };
        Some(Self { from: from - part.start, length, place })
    }
}

impl Prose {
    /// `text` as it stands at `place`.
    pub fn new(text: &str, place: Span) -> Self {
        let mut prose = Self::default();
        prose.push(text, place, false);
        prose
    }

    /// Appends words that stand at `place`; `lit`: emphasised.
    pub fn push(&mut self, text: &str, place: Span, lit: bool) {
        let start = self.text.len();
        self.runs.push(SourceRun { from: start, length: text.len(), place });
        self.text.push_str(text);
        if lit && !text.is_empty() {
            self.emphasise(start..self.text.len());
        }
    }

    /// Appends a gap between words, such as a line break.
    pub fn push_gap(&mut self, gap: char, place: Span) {
        let lit = self.lit.last().is_some_and(|last| last.end == self.text.len());
        self.push(gap.encode_utf8(&mut [0; 4]), place, lit);
    }

    fn emphasise(&mut self, range: Range<usize>) {
        match self.lit.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.lit.push(range),
        }
    }

    /// The words without white space at the ends.
    pub fn words(&self) -> &str {
        self.text.trim()
    }

    /// Whether it has no words.
    pub fn is_empty(&self) -> bool {
        self.words().is_empty()
    }

    /// The place of all its words.
    pub fn place(&self) -> Span {
        let first = self.text.len() - self.text.trim_start().len();
        self.place_of(first..self.text.trim_end().len().max(first))
    }

    /// The place of the byte range `part` of the text.
    pub fn place_of(&self, part: Range<usize>) -> Span {
        let start = self.source(part.start, false);
        Span { start, end: self.source(part.end, true).max(start) }
    }

    /// The byte of the source for the byte `at` of the text; `ending`: the end of what is before it rather than the start of what follows.
    fn source(&self, at: usize, ending: bool) -> usize {
        let after = self.runs.partition_point(|run| if ending { run.from < at } else { run.from <= at });
        let run = after.checked_sub(1).and_then(|last| self.runs.get(last));
        match run.or(self.runs.first()) {
            Some(run) if run.is_exact() => (run.place.start + at.saturating_sub(run.from)).min(run.place.end),
            Some(run) if ending => run.place.end,
            Some(run) => run.place.start,
            None => self.pictures.first().map_or(0, |(_, picture)| picture.place.start),
        }
    }

    /// The byte range `part` with the pictures and pauses in it. Those at the very end belong to it only if nothing follows.
    pub fn part(&self, part: Range<usize>) -> Self {
        let last = part.end == self.text.len();
        let lit = self.lit[self.lit.partition_point(|lit| lit.end <= part.start)..].iter();
        let runs = self.runs[self.runs.partition_point(|run| run.from + run.length <= part.start)..].iter();
        Self {
            text: self.text[part.clone()].to_owned(),
            lit: lit
                .take_while(|lit| lit.start < part.end)
                .map(|lit| lit.start.max(part.start) - part.start..lit.end.min(part.end) - part.start)
                .collect(),
            pictures: entries_within(&self.pictures, &part, last),
            pauses: entries_within(&self.pauses, &part, last),
            settings: Vec::new(),
            runs: runs.take_while(|run| run.from < part.end).filter_map(|run| run.clipped(&part)).collect(),
        }
    }
}

/// The entries within a part, with offsets from its start; `last`: including those at its very end.
fn entries_within<T: Clone>(all: &[(usize, T)], part: &Range<usize>, last: bool) -> Vec<(usize, T)> {
    let first = all.partition_point(|(at, _)| *at < part.start);
    let inside = all[first..].iter().take_while(|(at, _)| *at < part.end || last);
    inside.map(|(at, what)| (at - part.start, what.clone())).collect()
}
