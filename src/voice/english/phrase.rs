//! From what is said to one line of phonemes, with each written word's share of it.

use std::ops::Range;

use super::heteronyms;
use super::reading::{Next, Reader};
use super::script::{Said, What};
use super::stress;
use super::tagger;
use super::{Accent, PhonemeWord, Phonemes};

/// The phonemes of `said`, mapped to the words of `sentence`.
pub(super) fn phrase(sentence: &str, said: &[Said], accent: Accent) -> Phonemes {
    let sounds = sounds(said, accent);
    let ranges = crate::voice::words(sentence);
    let mut line = Line {
        symbols: String::new(),
        length: 0,
        words: ranges.into_iter().map(|range| PhonemeWord { range, symbols: 0..0 }).collect(),
        word: 0,
    };
    let mut last: Option<&Said> = None;
    for (said, sound) in said.iter().zip(&sounds) {
        let Some(sound) = sound.as_deref().filter(|sound| !sound.is_empty()) else { continue };
        let mark = |said: &Said| matches!(said.what, What::Mark(_));
        let apart = last.is_some_and(|last| said.spaced || (!mark(last) && !mark(said)));
        if line.push(said, sound, apart) {
            last = Some(said);
        }
    }
    line.finish()
}

/// The line as it grows; lengths in characters.
struct Line {
    symbols: String,
    length: usize,
    words: Vec<PhonemeWord>,
    /// The written word to which the last symbols belong.
    word: usize,
}

impl Line {
    /// Adds `sound`, unless it is a pause where there is one already. Whether it did.
    fn push(&mut self, said: &Said, sound: &str, apart: bool) -> bool {
        let is_mark = matches!(said.what, What::Mark(_));
        let last = self.symbols.chars().next_back();
        let repeated = is_mark && last.is_some_and(|c| ",;:—.".contains(c)) && ",;:—.".contains(sound);
        if repeated || (is_mark && last.is_none() && ",;:.?!)”".contains(sound)) {
            return false;
        }
        let closing = is_mark && ",;:.?!)”…".contains(sound);
        if apart && !closing && !self.symbols.is_empty() {
            self.symbols.push(' ');
            self.length += 1;
        }
        let start = self.length;
        self.symbols.push_str(sound);
        self.length += sound.chars().count();
        self.assign(said.at, start..self.length);
        true
    }

    /// Gives the symbols to the written word that holds byte `at`; words that come before it and have none stay empty here.
    fn assign(&mut self, at: usize, symbols: Range<usize>) {
        while self.words.get(self.word + 1).is_some_and(|next| next.range.start <= at) {
            self.word += 1;
            if let Some(word) = self.words.get_mut(self.word) {
                word.symbols = symbols.start..symbols.start;
            }
        }
        if let Some(word) = self.words.get_mut(self.word) {
            if word.symbols.is_empty() {
                word.symbols.start = symbols.start;
            }
            word.symbols.end = symbols.end;
        }
    }

    fn finish(mut self) -> Phonemes {
        for word in self.words.iter_mut().skip(self.word + 1) {
            word.symbols = self.length..self.length;
        }
        Phonemes { symbols: self.symbols, words: self.words }
    }
}

/// The phonemes of each thing said, from the last to the first, for words sound as what follows wants.
fn sounds(said: &[Said], accent: Accent) -> Vec<Option<String>> {
    let tokens = Tokens::of(said, accent);
    let reader = Reader { accent };
    let mut next = Next { vowel: None, to: false };
    let mut sounds: Vec<Option<String>> = vec![None; said.len()];
    for (i, said) in said.iter().enumerate().rev() {
        let sound = match &said.what {
            What::Mark(mark) => mark.to_string(),
            What::Sounds { phonemes, .. } => phonemes.clone(),
            What::Letters { letters, plural } => reader.spell(letters, *plural),
            What::Strong(word) => tokens
                .sense(i, accent)
                .map_or_else(|| reader.read_strong(word, tokens.tag(i)), |s| stress::at_least(s, stress::PRIMARY)),
            What::Word(word) => {
                tokens.sense(i, accent).map_or_else(|| reader.read(word, tokens.tag(i), next), str::to_owned)
            }
        };
        next = before(&said.what, &sound, next);
        sounds[i] = Some(sound.replace('ɾ', "T").replace('ʔ', "t"));
    }
    sounds
}

/// What a word just before this hears coming.
fn before(what: &What, sound: &str, next: Next) -> Next {
    match what {
        What::Mark('“' | '”' | '(' | ')') => Next { to: false, ..next },
        What::Mark(_) => Next { vowel: None, to: false },
        _ => Next {
            vowel: sound
                .chars()
                .find(|&c| stress::is_vowel(c) || stress::is_consonant(c))
                .map_or(next.vowel, |c| Some(stress::is_vowel(c))),
            to: matches!(what, What::Word(word) if word.eq_ignore_ascii_case("to")),
        },
    }
}

/// The words as the tagger wants them, their tags, and which token stands for which thing said.
struct Tokens {
    words: Vec<String>,
    tags: Vec<&'static str>,
    heads: Vec<usize>,
}

impl Tokens {
    fn of(said: &[Said], accent: Accent) -> Self {
        let mut pieces: Vec<String> = Vec::new();
        let mut heads = Vec::with_capacity(said.len());
        for said in said {
            let first = pieces.len();
            match &said.what {
                What::Word(word) | What::Strong(word) | What::Sounds { written: word, .. } => parted(word, &mut pieces),
                What::Letters { letters, .. } => pieces.push(letters.clone()),
                What::Mark(mark) => pieces.push(plain_mark(*mark).to_owned()),
            }
            let hyphenated = pieces[first..].iter().any(|piece| piece == "-");
            heads.push(if hyphenated { pieces.len() - 1 } else { first });
        }
        let texts: Vec<&str> = pieces.iter().map(String::as_str).collect();
        let mut tags = tagger::tags(&texts);
        let words: Vec<String> = pieces.iter().map(|piece| piece.to_lowercase()).collect();
        heteronyms::correct_tags(&words, &mut tags, accent);
        Self { words, tags, heads }
    }

    fn tag(&self, said: usize) -> &'static str {
        self.tags.get(self.heads[said]).copied().unwrap_or("NN")
    }

    fn sense(&self, said: usize, accent: Accent) -> Option<&'static str> {
        let head = self.heads[said];
        // A part of a contraction or compound has the sound of the whole.
        let whole = self.heads.get(said + 1).is_none_or(|&next| next == head + 1);
        (whole && self.words.get(head).is_some()).then(|| heteronyms::sense(&self.words, head, accent)).flatten()
    }
}

/// Parts a word as spaCy does: at hyphens, and before the endings of contractions.
fn parted(word: &str, pieces: &mut Vec<String>) {
    let mut parts = word.split('-').filter(|part| !part.is_empty()).peekable();
    while let Some(part) = parts.next() {
        let cut = ["n't", "'s", "'re", "'ve", "'ll", "'d", "'m"].iter().find_map(|ending| {
            part.len()
                .checked_sub(ending.len())
                .filter(|&at| at > 0 && part.is_char_boundary(at) && part[at..].eq_ignore_ascii_case(ending))
        });
        let (head, tail) = part.split_at(cut.unwrap_or(part.len()));
        pieces.push(head.to_owned());
        if !tail.is_empty() {
            pieces.push(tail.to_owned());
        }
        if parts.peek().is_some() {
            pieces.push("-".to_owned());
        }
    }
    if word.chars().all(|c| c == '-') {
        pieces.push(word.to_owned());
    }
}

fn plain_mark(mark: char) -> &'static str {
    match mark {
        '“' | '”' => "\"",
        '—' => "—",
        '…' => "...",
        ',' => ",",
        ';' => ";",
        ':' => ":",
        '!' => "!",
        '?' => "?",
        '(' => "(",
        ')' => ")",
        _ => ".",
    }
}
