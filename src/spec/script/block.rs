//! What a script consists of, whichever way it was written: headings, paragraphs, lists and so on. Knows nothing of scenes.

use std::ops::Range;

use crate::diag::Place;
use crate::spec::tree::{Key, Node};

/// One block of a script.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading; 1 is the highest level.
    Heading { level: u8, words: Prose },
    /// Words, and what stands among them.
    Paragraph(Prose),
    /// A picture or a video that stands alone.
    Picture(Picture),
    /// A list; nested ones are part of it.
    List { items: Vec<Prose>, place: Place },
    /// A quotation, and who said it.
    Quote { words: Prose, by: Option<Prose> },
    /// Code as it is written.
    Code { text: String, language: Option<String>, place: Place },
    /// A table; its first row is the head.
    Table { rows: Vec<Vec<Prose>>, place: Place },
    /// A line across.
    Rule,
    /// Fields for the scene that follows.
    Settings(Vec<(Key, Node)>),
    /// Silence.
    Pause(Node),
}

impl Block {
    /// How many scenes it may become, roughly.
    pub fn scenes(&self) -> usize {
        match self {
            Self::Paragraph(words) => 1 + words.pictures.len() + words.pauses.len() / 8,
            Self::List { items, .. } => 1 + items.len() / 8,
            _ => 1,
        }
    }
}

/// A file to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Its name as a path.
    pub file: String,
    /// Where it is named.
    pub place: Place,
}

/// Words without their marks, that know where they stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prose {
    /// The words. White space may stand at its ends and more than once.
    pub text: String,
    /// What is emphasised, in bytes of `text`.
    pub lit: Vec<Range<usize>>,
    /// Pictures among the words, by the byte of `text` before which they stand.
    pub pictures: Vec<(usize, Picture)>,
    /// Silences among the words, likewise.
    pub pauses: Vec<(usize, Node)>,
    /// Fields for the scene of these words.
    pub settings: Vec<(Key, Node)>,
    /// Which byte of `text` stands where.
    runs: Vec<Run>,
}

/// Words that came in one go.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    /// Their first byte in the prose, and how many there are.
    from: usize,
    length: usize,
    /// Where they stand; with as many bytes if they are written as they are read.
    place: Place,
}

impl Run {
    fn is_exact(self) -> bool {
        self.length == self.place.end - self.place.start
    }

    /// Its part in `part` of the prose, counted from there.
    fn clipped(self, part: &Range<usize>) -> Option<Self> {
        let (from, end) = (self.from.max(part.start), (self.from + self.length).min(part.end));
        let length = end.checked_sub(from).filter(|length| *length > 0)?;
        let start = self.place.start + (from - self.from);
        let place = if self.is_exact() { Place { start, end: start + length } } else { self.place };
        Some(Self { from: from - part.start, length, place })
    }
}

impl Prose {
    /// `text` as it stands at `place`.
    pub fn new(text: &str, place: Place) -> Self {
        let mut prose = Self::default();
        prose.push(text, place, false);
        prose
    }

    /// Adds words that stand at `place`.
    pub fn push(&mut self, text: &str, place: Place, lit: bool) {
        let start = self.text.len();
        self.runs.push(Run { from: start, length: text.len(), place });
        self.text.push_str(text);
        if lit && !text.is_empty() {
            self.light(start..self.text.len());
        }
    }

    /// A gap between words, such as a line's end.
    pub fn gap(&mut self, gap: char, place: Place) {
        let lit = self.lit.last().is_some_and(|last| last.end == self.text.len());
        self.push(gap.encode_utf8(&mut [0; 4]), place, lit);
    }

    fn light(&mut self, range: Range<usize>) {
        match self.lit.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.lit.push(range),
        }
    }

    /// The words, white space at the ends left out.
    pub fn words(&self) -> &str {
        self.text.trim()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.words().is_empty()
    }

    /// Where all of it stands.
    pub fn place(&self) -> Place {
        let first = self.text.len() - self.text.trim_start().len();
        self.place_of(first..self.text.trim_end().len().max(first))
    }

    /// Where a part of it stands.
    pub fn place_of(&self, part: Range<usize>) -> Place {
        let start = self.source(part.start, false);
        Place { start, end: self.source(part.end, true).max(start) }
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

    /// A part of it, with what stands in that part. What stands at its very end belongs to it only if nothing follows.
    pub fn part(&self, part: Range<usize>) -> Self {
        let last = part.end == self.text.len();
        let clipped = |range: &Range<usize>| range.start.max(part.start)..range.end.min(part.end);
        let lit = self.lit[self.lit.partition_point(|lit| lit.end <= part.start)..].iter();
        let runs = self.runs[self.runs.partition_point(|run| run.from + run.length <= part.start)..].iter();
        Self {
            text: self.text[part.clone()].to_owned(),
            lit: lit
                .take_while(|lit| lit.start < part.end)
                .map(clipped)
                .map(|range| range.start - part.start..range.end - part.start)
                .collect(),
            pictures: kept(&self.pictures, &part, last),
            pauses: kept(&self.pauses, &part, last),
            settings: Vec::new(),
            runs: runs.take_while(|run| run.from < part.end).filter_map(|run| run.clipped(&part)).collect(),
        }
    }
}

/// What stands in a part, counted from there; `last`: what stands at its very end, too.
fn kept<T: Clone>(all: &[(usize, T)], part: &Range<usize>, last: bool) -> Vec<(usize, T)> {
    let first = all.partition_point(|(at, _)| *at < part.start);
    let inside = all[first..].iter().take_while(|(at, _)| *at < part.end || last);
    inside.map(|(at, what)| (at - part.start, what.clone())).collect()
}
