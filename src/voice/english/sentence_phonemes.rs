//! Converts the tokens of a sentence to phonemes, and maps these to the written words.

use std::ops::Range;

use super::accent::Accent;
use super::heteronyms;
use super::stress;
use super::tagger;
use super::text_normalization::{SpokenItem, SpokenToken};
use super::word_reader::{FollowingWord, WordReader};

/// A sentence in phonemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnglishPhonemes {
    /// Symbols of Kokoro's phoneme alphabet: phonemes, stress marks, spaces between words, and punctuation.
    pub symbols: String,
    /// The words that captions show ([`crate::voice::words`]), in order.
    pub words: Vec<PhonemeWord>,
}

/// A written word and its phonemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhonemeWord {
    /// The bytes of the word in the sentence.
    pub range: Range<usize>,
    /// The characters (not bytes) of its symbols, with the punctuation after it; empty if the word is not spoken.
    pub symbols: Range<usize>,
}

/// The phonemes of `tokens`, mapped to the words of `sentence`.
pub(super) fn sentence_phonemes(sentence: &str, tokens: &[SpokenToken], accent: Accent) -> EnglishPhonemes {
    let sounds = token_phonemes(tokens, accent);
    let ranges = crate::voice::words(sentence);
    let mut line = PhonemeLine {
        symbols: String::new(),
        length: 0,
        words: ranges.into_iter().map(|range| PhonemeWord { range, symbols: 0..0 }).collect(),
        word: 0,
    };
    let mut last: Option<&SpokenToken> = None;
    for (token, sound) in tokens.iter().zip(&sounds) {
        let Some(sound) = sound.as_deref().filter(|sound| !sound.is_empty()) else { continue };
        let apart = last.is_some_and(|last| token.spaced || (!is_punctuation(last) && !is_punctuation(token)));
        if line.push(token, sound, apart) {
            last = Some(token);
        }
    }
    line.finish()
}

fn is_punctuation(token: &SpokenToken) -> bool {
    matches!(token.item, SpokenItem::Punctuation(_))
}

/// The phonemes of the tokens so far, and the words they belong to. Lengths are in characters.
struct PhonemeLine {
    symbols: String,
    length: usize,
    words: Vec<PhonemeWord>,
    /// The index of the written word to which the last symbols belong.
    word: usize,
}

impl PhonemeLine {
    /// Appends the phonemes `sound` of a token, after a space if `apart`. Returns false for a pause after a pause, which is skipped.
    fn push(&mut self, token: &SpokenToken, sound: &str, apart: bool) -> bool {
        let is_mark = is_punctuation(token);
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
        self.assign(token.at, start..self.length);
        true
    }

    /// Assigns symbols to the written word at the byte `at`. Words before it that are not spoken get an empty range.
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

    fn finish(mut self) -> EnglishPhonemes {
        for word in self.words.iter_mut().skip(self.word + 1) {
            word.symbols = self.length..self.length;
        }
        EnglishPhonemes { symbols: self.symbols, words: self.words }
    }
}

/// The phonemes of each token. They are computed from the last to the first, since those of a word depend on what follows it.
fn token_phonemes(tokens: &[SpokenToken], accent: Accent) -> Vec<Option<String>> {
    let tagged = TaggedTokens::new(tokens, accent);
    let reader = WordReader { accent };
    let mut next = FollowingWord { vowel: None, to: false };
    let mut sounds: Vec<Option<String>> = vec![None; tokens.len()];
    for (i, token) in tokens.iter().enumerate().rev() {
        let sound = match &token.item {
            SpokenItem::Punctuation(mark) => mark.to_string(),
            SpokenItem::Phonemes { phonemes, .. } => phonemes.clone(),
            SpokenItem::Letters { letters, plural } => reader.spell(letters, *plural),
            SpokenItem::Stressed(word) => tagged
                .sense(i, accent)
                .map_or_else(|| reader.read_strong(word, tagged.tag(i)), |s| stress::with_stress(s, stress::PRIMARY)),
            SpokenItem::Word(word) => {
                tagged.sense(i, accent).map_or_else(|| reader.read(word, tagged.tag(i), next), str::to_owned)
            }
        };
        next = seen_from_before(&token.item, &sound, next);
        sounds[i] = Some(sound.replace('ɾ', "T").replace('ʔ', "t"));
    }
    sounds
}

/// The context of the word before `item`.
fn seen_from_before(item: &SpokenItem, sound: &str, next: FollowingWord) -> FollowingWord {
    match item {
        SpokenItem::Punctuation('“' | '”' | '(' | ')') => FollowingWord { to: false, ..next },
        SpokenItem::Punctuation(_) => FollowingWord { vowel: None, to: false },
        _ => FollowingWord {
            vowel: sound
                .chars()
                .find(|&c| stress::is_vowel(c) || stress::is_consonant(c))
                .map_or(next.vowel, |c| Some(stress::is_vowel(c))),
            to: matches!(item, SpokenItem::Word(word) if word.eq_ignore_ascii_case("to")),
        },
    }
}

/// The tokens of the tagger, their tags, and for each spoken token the index of the tagger's token that represents it.
struct TaggedTokens {
    words: Vec<String>,
    tags: Vec<&'static str>,
    heads: Vec<usize>,
}

impl TaggedTokens {
    fn new(tokens: &[SpokenToken], accent: Accent) -> Self {
        let mut pieces: Vec<String> = Vec::new();
        let mut heads = Vec::with_capacity(tokens.len());
        for token in tokens {
            let first = pieces.len();
            match &token.item {
                SpokenItem::Word(word) | SpokenItem::Stressed(word) | SpokenItem::Phonemes { written: word, .. } => {
                    split_for_tagger(word, &mut pieces)
                }
                SpokenItem::Letters { letters, .. } => pieces.push(letters.clone()),
                SpokenItem::Punctuation(mark) => pieces.push(ascii_mark(*mark).to_owned()),
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

    fn tag(&self, token: usize) -> &'static str {
        self.tags.get(self.heads[token]).copied().unwrap_or("NN")
    }

    fn sense(&self, token: usize, accent: Accent) -> Option<&'static str> {
        let head = self.heads[token];
        // A part of a contraction or compound keeps the phonemes of the whole.
        let whole = self.heads.get(token + 1).is_none_or(|&next| next == head + 1);
        (whole && self.words.get(head).is_some())
            .then(|| heteronyms::sense_phonemes(&self.words, head, accent))
            .flatten()
    }
}

/// Splits a word like spaCy: at hyphens, and before the endings of contractions.
fn split_for_tagger(word: &str, pieces: &mut Vec<String>) {
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

fn ascii_mark(mark: char) -> &'static str {
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
