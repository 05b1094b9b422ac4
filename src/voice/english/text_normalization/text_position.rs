//! The input and the output of all rules: a position in the text, and the match of a rule.

use super::numbers::NumberStyle;
use super::spoken_item::SpokenItem;
use crate::voice::english::accent::Accent;

/// How many bytes before and after its position a rule may inspect. Without a bound, a text without spaces would take quadratic time.
pub(super) const MAX_LOOKAROUND_BYTES: usize = 400;

/// The position of a rule: a byte of the text at which a word may begin.
#[derive(Clone, Copy)]
pub(super) struct TextPosition<'a> {
    pub text: &'a str,
    pub at: usize,
    pub accent: Accent,
}

impl<'a> TextPosition<'a> {
    /// The text from here on, at most [`MAX_LOOKAROUND_BYTES`].
    pub fn rest(&self) -> &'a str {
        self.after(0)
    }

    /// The text from `len` bytes after here on, at most [`MAX_LOOKAROUND_BYTES`].
    pub fn after(&self, len: usize) -> &'a str {
        let rest = &self.text[self.at + len..];
        &rest[..rest.floor_char_boundary(MAX_LOOKAROUND_BYTES)]
    }

    pub fn number_style(&self) -> NumberStyle {
        NumberStyle { and: self.accent == Accent::British }
    }

    /// The text up to the next white space.
    pub fn chunk(&self) -> &'a str {
        self.rest().split(char::is_whitespace).next().unwrap_or_default()
    }

    /// The character before here.
    pub fn char_before(&self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    /// The text before here, at most [`MAX_LOOKAROUND_BYTES`].
    pub fn text_before(&self) -> &'a str {
        &self.text[self.text.floor_char_boundary(self.at.saturating_sub(MAX_LOOKAROUND_BYTES))..self.at]
    }

    /// The word before here in lower case, without punctuation.
    pub fn word_before(&self) -> String {
        let head = self.text_before().trim_end_matches(|c: char| c.is_whitespace() || "(“\"'#".contains(c));
        let word = head.rsplit(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
    }

    /// The word after `len` bytes and a space, as written, without punctuation.
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

/// Whether a word may end before `rest`.
pub(super) fn is_word_end(rest: &str) -> bool {
    let mut chars = rest.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else { return true };
    match first {
        '.' | ',' | ':' | '-' => !second.is_some_and(char::is_alphanumeric),
        '\'' | '’' => !second.is_some_and(char::is_alphabetic) || possessive_length(rest).is_some(),
        '/' | '_' | '@' | '\\' => false,
        _ => !first.is_alphanumeric(),
    }
}

/// The length in bytes of the "'s" at the beginning of `rest`, if a word ends after it.
pub(super) fn possessive_length(rest: &str) -> Option<usize> {
    let tail = rest.strip_prefix(['\'', '’'])?.strip_prefix(['s', 'S'])?;
    (!tail.starts_with(char::is_alphanumeric)).then(|| rest.len() - tail.len())
}

/// Whether `rest` has only closing punctuation.
pub(super) fn is_last(rest: &str) -> bool {
    rest.chars().all(|c| c.is_whitespace() || "\"'”’»)]}*_".contains(c))
}

/// The match of a rule: the length of the text in bytes, and the items that are spoken for it.
pub(super) struct RuleMatch {
    pub len: usize,
    /// The items, each with the offset of its text from the position.
    pub parts: Vec<(usize, SpokenItem)>,
    offset: usize,
}

impl RuleMatch {
    pub fn new(len: usize) -> Self {
        Self { len, parts: Vec::new(), offset: 0 }
    }

    /// Sets the offset of the items that are added next.
    pub fn at_offset(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// Adds words that are separated by spaces.
    pub fn words(mut self, words: &str) -> Self {
        self.parts
            .extend(words.split(' ').filter(|w| !w.is_empty()).map(|w| (self.offset, SpokenItem::Word(w.to_owned()))));
        self
    }

    /// Adds letters that are read by their names.
    pub fn letters(mut self, letters: &str) -> Self {
        self.parts.push((self.offset, SpokenItem::Letters { letters: letters.to_uppercase(), plural: false }));
        self
    }

    /// Adds a punctuation mark.
    pub fn mark(mut self, mark: char) -> Self {
        self.parts.push((self.offset, SpokenItem::Punctuation(mark)));
        self
    }

    /// Adds an item at the current offset.
    pub fn push(mut self, item: SpokenItem) -> Self {
        self.parts.push((self.offset, item));
        self
    }

    /// Adds several items at the current offset.
    pub fn all(mut self, items: Vec<SpokenItem>) -> Self {
        self.parts.extend(items.into_iter().map(|item| (self.offset, item)));
        self
    }
}

/// A regular expression that matches at the beginning of a text, compiled on first use.
macro_rules! pattern {
    ($($part:expr),+ $(,)?) => {{
        static PATTERN: std::sync::LazyLock<regex_lite::Regex> = std::sync::LazyLock::new(|| {
            regex_lite::Regex::new(concat!("^(?:", $($part),+, ")")).expect("the pattern is sound")
        });
        &*PATTERN
    }};
}
pub(super) use pattern;

/// The pattern of a written number: 1,234.56, .5, 12.
macro_rules! number {
    () => {
        r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    };
}
pub(super) use number;
