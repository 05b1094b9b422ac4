//! A place in the text and what a rule makes of it: the common language of all rules.

use super::super::Accent;
use super::numbers::Wording;

/// One thing that is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum What {
    /// A word to be read.
    Word(String),
    /// A word to be stressed.
    Strong(String),
    /// Letters to be named, with an "s" after the last of them if `plural`.
    Letters { letters: String, plural: bool },
    /// Phonemes that somebody gave for what is written.
    Sounds { written: String, phonemes: String },
    /// Punctuation that is heard as a pause or a tone.
    Mark(char),
}

/// A thing that is spoken and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Said {
    /// The byte of the text from which it is spoken.
    pub at: usize,
    /// Whether white space comes before it.
    pub spaced: bool,
    pub what: What,
}

/// How many bytes around its place a rule looks at, at most: a text without spaces must not take quadratic time.
pub(super) const REACH: usize = 400;

/// Where a rule looks: a byte of the text at which a word may begin.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub text: &'a str,
    pub at: usize,
    pub accent: Accent,
}

impl<'a> Place<'a> {
    /// The text from here on, as far as a rule looks.
    pub fn rest(&self) -> &'a str {
        self.after(0)
    }

    /// The text from `len` bytes after here on, as far as a rule looks.
    pub fn after(&self, len: usize) -> &'a str {
        let rest = &self.text[self.at + len..];
        &rest[..rest.floor_char_boundary(REACH)]
    }

    pub fn wording(&self) -> Wording {
        Wording { and: self.accent == Accent::British }
    }

    /// What lies between here and the next white space.
    pub fn chunk(&self) -> &'a str {
        self.rest().split(char::is_whitespace).next().unwrap_or_default()
    }

    /// The character before here.
    pub fn before(&self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    /// The text just before here.
    pub fn text_before(&self) -> &'a str {
        &self.text[self.text.floor_char_boundary(self.at.saturating_sub(REACH))..self.at]
    }

    /// The word before here, in small letters, without punctuation.
    pub fn word_before(&self) -> String {
        let head = self.text_before().trim_end_matches(|c: char| c.is_whitespace() || "(“\"'#".contains(c));
        let word = head.rsplit(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
    }

    /// The word that begins after `len` bytes and white space, as written, without punctuation.
    pub fn word_after(&self, len: usize) -> &'a str {
        let tail = self.after(len);
        let word = tail
            .strip_prefix([' ', '\u{a0}'])
            .unwrap_or_default()
            .split(char::is_whitespace)
            .next()
            .unwrap_or_default();
        word.trim_matches(|c: char| !c.is_alphanumeric())
    }
}

/// Whether what a rule took may end before `rest`: nothing of the same word goes on there.
pub(super) fn ends(rest: &str) -> bool {
    let mut chars = rest.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else { return true };
    match first {
        '.' | ',' | ':' | '-' => !second.is_some_and(char::is_alphanumeric),
        '\'' | '’' => !second.is_some_and(char::is_alphabetic) || possessive(rest).is_some(),
        '/' | '_' | '@' | '\\' => false,
        _ => !first.is_alphanumeric(),
    }
}

/// How long the "'s" is with which `rest` begins, if a word ends with it.
pub(super) fn possessive(rest: &str) -> Option<usize> {
    let tail = rest.strip_prefix(['\'', '’'])?.strip_prefix(['s', 'S'])?;
    (!tail.starts_with(char::is_alphanumeric)).then(|| rest.len() - tail.len())
}

/// Whether nothing but closing punctuation is left of the sentence.
pub(super) fn is_last(rest: &str) -> bool {
    rest.chars().all(|c| c.is_whitespace() || "\"'”’»)]}*_".contains(c))
}

/// What a rule found: how many bytes it takes, and what is said for them.
pub(super) struct Reading {
    pub len: usize,
    /// Offset from the place, and what is said there.
    pub parts: Vec<(usize, What)>,
    here: usize,
}

impl Reading {
    pub fn new(len: usize) -> Self {
        Self { len, parts: Vec::new(), here: 0 }
    }

    /// What follows is written from `offset` on.
    pub fn from(mut self, offset: usize) -> Self {
        self.here = offset;
        self
    }

    /// Says words parted by spaces.
    pub fn words(mut self, words: &str) -> Self {
        self.parts.extend(words.split(' ').filter(|w| !w.is_empty()).map(|w| (self.here, What::Word(w.to_owned()))));
        self
    }

    /// Names letters.
    pub fn letters(mut self, letters: &str) -> Self {
        self.parts.push((self.here, What::Letters { letters: letters.to_uppercase(), plural: false }));
        self
    }

    /// A pause or tone.
    pub fn mark(mut self, mark: char) -> Self {
        self.parts.push((self.here, What::Mark(mark)));
        self
    }

    /// Something made elsewhere.
    pub fn push(mut self, what: What) -> Self {
        self.parts.push((self.here, what));
        self
    }

    /// All of these, here.
    pub fn all(mut self, what: Vec<What>) -> Self {
        self.parts.extend(what.into_iter().map(|what| (self.here, what)));
        self
    }
}

/// A pattern tried at the beginning of a text, made when first used.
macro_rules! pattern {
    ($($part:expr),+ $(,)?) => {{
        static PATTERN: std::sync::LazyLock<regex_lite::Regex> = std::sync::LazyLock::new(|| {
            regex_lite::Regex::new(concat!("^(?:", $($part),+, ")")).expect("the pattern is sound")
        });
        &*PATTERN
    }};
}
pub(super) use pattern;

/// A number as people write it: 1,234.56, .5, 12.
macro_rules! number {
    () => {
        r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    };
}
pub(super) use number;
