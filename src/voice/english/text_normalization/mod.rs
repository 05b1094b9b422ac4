//! Text normalization: writes a sentence out as it is spoken. Numbers, dates, signs, abbreviations and names become words, letters and
//! pauses.
//!
//! At each position where a word may begin, rules are tried in order. The first match determines the length of the text and the items that
//! are spoken for it.

mod codes;
mod counts;
mod dates;
mod money;
mod names;
mod numbers;
mod signs;
pub(super) mod spelling;
pub(super) mod spoken_item;
mod technical;
mod text_position;
mod units;
mod web;

use std::ops::Range;

pub(super) use spoken_item::{SpokenItem, SpokenToken};

use super::accent::Accent;
use super::error::EnglishError;
use super::lexicon::Lexicon;
use super::pronunciations::Pronunciations;
use super::suffix;
use text_position::{RuleMatch, TextPosition};

type TextRule = fn(&TextPosition) -> Option<RuleMatch>;

/// The maximum number of bytes between the two marks of an emphasis.
const MAX_EMPHASIS_BYTES: usize = 100;

/// Rules for text that begins with a digit, or with a sign before one.
const NUMBER_RULES: &[TextRule] = &[
    counts::list_marker,
    dates::iso,
    dates::slashed,
    dates::dotted,
    dates::time,
    dates::hour,
    counts::ratio,
    counts::feet_and_inches,
    dates::oclock,
    codes::telephone,
    codes::version,
    money::sign_first,
    money::sign_last,
    web::address,
    web::email,
    web::file,
    dates::day_first,
    units::percentage,
    units::degrees,
    counts::power,
    counts::round_plural,
    counts::decade,
    units::quantity,
    units::picture_or_scale,
    counts::ordinal,
    counts::short_year,
    counts::slashed,
    counts::one_sign_fraction,
    counts::range,
    mixed_name,
    counts::plain_number,
];
/// Rules for text that begins with a letter.
const LETTER_RULES: &[TextRule] = &[
    web::email,
    web::address,
    technical_term,
    web::host_and_port,
    money::sign_first,
    codes::version,
    dates::month_first,
    dates::lone_month,
    names::title,
    names::abbreviation,
    names::initials,
    web::file,
    web::code,
    names::roman_numeral,
    units::lone_rate,
    signs::greek,
    mixed_name,
];
/// Rules for text that begins with a sign.
const SIGN_RULES: &[TextRule] = &[
    technical_term,
    names::abbreviation,
    money::sign_first,
    counts::one_sign_fraction,
    counts::decade,
    counts::short_year,
    web::flag,
    web::file,
];

/// The spoken tokens of `sentence`, in order.
///
/// # Errors
/// [`EnglishError::Unspeakable`] with every word in another script.
pub(super) fn normalize(
    sentence: &str,
    accent: Accent,
    pronounce: &Pronunciations,
) -> Result<Vec<SpokenToken>, EnglishError> {
    let words = foreign_words(sentence, pronounce);
    if !words.is_empty() {
        return Err(EnglishError::Unspeakable { words });
    }
    let mut scan = SentenceScan {
        text: sentence,
        at: 0,
        spaced: false,
        strong_until: 0,
        shouted: is_shouted(sentence),
        accent,
        tokens: Vec::new(),
    };
    while let Some(c) = sentence[scan.at..].chars().next() {
        scan.step(c, pronounce);
    }
    Ok(scan.tokens)
}

/// The words of `tokens` without punctuation; spelled letters are separate words.
pub(super) fn plain_words(tokens: &[SpokenToken]) -> String {
    let text = tokens.iter().filter_map(|token| match &token.item {
        SpokenItem::Word(word) | SpokenItem::Stressed(word) => Some(word.clone()),
        SpokenItem::Phonemes { written, .. } => Some(written.clone()),
        SpokenItem::Letters { letters, plural } => {
            let apart: Vec<String> = letters.chars().map(String::from).collect();
            Some(apart.join(" ") + if *plural { "s" } else { "" })
        }
        SpokenItem::Punctuation(_) => None,
    });
    text.collect::<Vec<_>>().join(" ")
}

/// The state of the scan through a sentence.
struct SentenceScan<'a> {
    text: &'a str,
    at: usize,
    /// Whether white space precedes the next token.
    spaced: bool,
    /// The byte at which the current emphasis ends.
    strong_until: usize,
    shouted: bool,
    accent: Accent,
    tokens: Vec<SpokenToken>,
}

impl SentenceScan<'_> {
    /// Adds the tokens of the text at the current position, which begins with `c`, and advances past it.
    fn step(&mut self, c: char, pronounce: &Pronunciations) {
        if c.is_whitespace() {
            self.spaced = true;
            self.at += c.len_utf8();
            return;
        }
        if self.opens_emphasis(c) {
            return;
        }
        let position = TextPosition { text: self.text, at: self.at, accent: self.accent };
        let fresh = !position.char_before().is_some_and(char::is_alphanumeric);
        let given = if fresh { self.given(&position, pronounce) } else { None };
        let rule_match =
            given.or_else(|| if fresh { by_rule(&position, c) } else { None }).unwrap_or_else(|| match c {
                _ if c.is_alphabetic() => word_run(&position, self.shouted),
                _ if c.is_ascii_digit() => counts::plain_number(&position).unwrap_or_else(|| RuleMatch::new(1)),
                '-' if !fresh => RuleMatch::new(1),
                _ => signs::sign(&position),
            });
        self.push_match(rule_match);
    }

    fn given(&self, position: &TextPosition, pronounce: &Pronunciations) -> Option<RuleMatch> {
        let (len, items) = pronounce.longest_match(position.rest())?;
        Some(with_possessive(position, len, items))
    }

    /// Skips the mark that opens an emphasis (`*word*`, `_word_`). The words up to the closing mark are stressed.
    fn opens_emphasis(&mut self, c: char) -> bool {
        let rest = &self.text[self.at..];
        if !matches!(c, '*' | '_') {
            return false;
        }
        let marks = rest.len() - rest.trim_start_matches(c).len();
        let inner = &rest[marks..];
        let inner = &inner[..inner.floor_char_boundary(MAX_EMPHASIS_BYTES)];
        let closing = inner
            .find(&rest[..marks])
            .filter(|&n| n > 0 && !inner[..n].ends_with(' ') && inner.starts_with(char::is_alphabetic));
        let fresh = !self.text[..self.at].ends_with(char::is_alphanumeric);
        match closing {
            Some(n) if fresh && marks < 3 => {
                self.strong_until = self.at + marks + n;
                self.at += marks;
                true
            }
            _ => false,
        }
    }

    fn push_match(&mut self, rule_match: RuleMatch) {
        let strong = self.at < self.strong_until;
        for (i, (offset, item)) in rule_match.parts.into_iter().enumerate() {
            let item = match item {
                SpokenItem::Word(word) if strong => SpokenItem::Stressed(word),
                item => item,
            };
            let later_word = i > 0 && !matches!(item, SpokenItem::Punctuation(_));
            self.tokens.push(SpokenToken { at: self.at + offset, spaced: self.spaced || later_word, item });
            self.spaced = false;
        }
        self.at = self.text.ceil_char_boundary(self.at + rule_match.len.max(1));
    }
}

fn by_rule(position: &TextPosition, c: char) -> Option<RuleMatch> {
    let numeric = c.is_ascii_digit() || starts_number(position.rest());
    let rules = match c {
        _ if numeric => NUMBER_RULES,
        _ if c.is_alphabetic() => LETTER_RULES,
        _ => SIGN_RULES,
    };
    rules.iter().find_map(|rule| rule(position).filter(|rule_match| rule_match.len > 0))
}

/// Whether `rest` begins with a number, after a sign that belongs to it.
fn starts_number(rest: &str) -> bool {
    text_position::pattern!(r"[-−+±.]?[$€£¥₹₩₽₿]?\.?\d|\(\d{2,5}\)\s?\d").is_match(rest) && !rest.starts_with("..")
}

/// Technical terms, including their signs: C++, Node.js, AT&T.
fn technical_term(position: &TextPosition) -> Option<RuleMatch> {
    let chunk = position.chunk();
    let core = chunk.trim_end_matches(|c: char| ".,;:!?)]}\"'”’…»*`—–".contains(c));
    let core = core.strip_suffix("'s").or_else(|| core.strip_suffix("’s")).unwrap_or(core);
    let run = chunk.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let run_ends = !chunk[run.len()..].starts_with(['.', '_', '/', '@', ':', '+', '#'])
        || text_position::is_word_end(&chunk[run.len()..]);
    let names = [core, if run_ends { run } else { "" }];
    let (len, items) =
        names.into_iter().find_map(|name| Some((name.len(), spelling::listed_name(name, position.accent)?)))?;
    Some(with_possessive(position, len, items))
}

/// The match of `len` bytes, extended by a possessive "'s" after them.
fn with_possessive(position: &TextPosition, mut len: usize, mut items: Vec<SpokenItem>) -> RuleMatch {
    if let Some(ending) = text_position::possessive_length(position.after(len)) {
        len += ending;
        match items.last_mut() {
            Some(SpokenItem::Word(word) | SpokenItem::Stressed(word)) => word.push_str("'s"),
            Some(SpokenItem::Letters { plural, .. }) => *plural = true,
            Some(SpokenItem::Phonemes { phonemes, .. }) => *phonemes = suffix::with_s(phonemes, position.accent),
            Some(SpokenItem::Punctuation(_)) | None => {}
        }
    }
    RuleMatch::new(len).all(items)
}

/// Names that mix letters and digits, or have inner capitals, with or without hyphens: H.264, x86-64, B2B, CamelCase, UTF-8.
fn mixed_name(position: &TextPosition) -> Option<RuleMatch> {
    let found = text_position::pattern!(r"[A-Za-z]\.\d{2,4}\b|[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*").find(position.rest())?;
    let name = found.as_str();
    let next = position.after(name.len());
    if next.starts_with(char::is_alphabetic)
        || next.starts_with(['\'', '’']) && text_position::possessive_length(next).is_none()
    {
        return None;
    }
    let has_digit = name.contains(|c: char| c.is_ascii_digit());
    let has_letter = name.contains(|c: char| c.is_ascii_alphabetic());
    let hump = name.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        || text_position::pattern!(r"[A-Z]{2,}[a-z]{2,}").is_match(name);
    let counted = text_position::pattern!(r"\d+-[a-z]|[a-z]+-\d{2,4}s$").is_match(name);
    let fits = (has_digit && has_letter && !counted)
        || hump && !name.contains('-')
        || (name.contains('-') && has_capitals(name) && has_letter);
    let lexicon = Lexicon::for_accent(position.accent);
    if !fits || lexicon.get(name).is_some() || (hump && lexicon.get(&name.to_lowercase()).is_some()) {
        return None;
    }
    Some(with_possessive(position, name.len(), spelling::name_items(name, position.accent)))
}

/// Whether a part of a hyphenated name is all capitals.
fn has_capitals(name: &str) -> bool {
    name.split('-').any(|part| part.len() > 1 && spelling::is_capitals(part))
}

/// A plain word, including its hyphens and apostrophes.
fn word_run(position: &TextPosition, shouted: bool) -> RuleMatch {
    let rest = position.rest();
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        let goes_on = rest[at + c.len_utf8()..].starts_with(|n: char| n.is_alphabetic());
        match c {
            _ if c.is_alphabetic() || is_combining(c) => {}
            '\'' | '’' | '-' | '\u{2010}' | '\u{2011}' if at > 0 && goes_on => {}
            '\'' | '’' if rest[..at].ends_with(['s', 'S']) && closes_plural(position, at) => {}
            _ => break,
        }
        end = at + c.len_utf8();
    }
    let written = rest[..end].replace('’', "'").replace(['\u{2010}', '\u{2011}'], "-");
    // The article is never directly followed by a sign; the name of a variable may be.
    if written.len() == 1
        && written.eq_ignore_ascii_case("a")
        && rest[end..].starts_with(['²', '³', '^', '+', '=', '/', '*'])
    {
        return RuleMatch::new(end).letters(&written);
    }
    // A capital in the middle of a sentence is a name: plan A.
    let inner = position.text_before().trim_end().ends_with(|c: char| c.is_alphanumeric() || c == '/');
    if written == "A" && inner && !shouted {
        return RuleMatch::new(end).letters(&written);
    }
    RuleMatch::new(end).push(spelling::word_item(&written, position.accent, shouted))
}

/// Whether the apostrophe after `at` bytes belongs to a plural (the dogs' dinner) rather than closing a quotation.
fn closes_plural(position: &TextPosition, at: usize) -> bool {
    let near = position.text.floor_char_boundary(position.at.saturating_sub(text_position::MAX_LOOKAROUND_BYTES));
    !position.text[near..position.at].contains(['‘', '\''])
        && position.after(at).chars().nth(1).is_some_and(char::is_whitespace)
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether the whole sentence is in capitals.
fn is_shouted(sentence: &str) -> bool {
    let words =
        sentence.split_whitespace().filter(|word| word.chars().filter(|c| c.is_uppercase()).count() > 1).count();
    words > 2 && !sentence.contains(char::is_lowercase)
}

/// The words of `sentence` with a letter or digit of another script and without a pronunciation of the project.
fn foreign_words(sentence: &str, pronounce: &Pronunciations) -> Vec<(String, Range<usize>)> {
    let mut words = crate::voice::words(sentence);
    words.retain(|range| {
        let word = &sentence[range.clone()];
        let greek_word = word.chars().filter(|&c| is_greek(c)).count() > 1;
        word.char_indices().any(|(at, c)| {
            (!is_speakable(c) || (greek_word && is_greek(c))) && !pronounce.covers(sentence, range.start + at)
        })
    });
    words.into_iter().map(|range| (sentence[range.clone()].to_owned(), range)).collect()
}

fn is_greek(c: char) -> bool {
    ('\u{370}'..='\u{3ff}').contains(&c)
}

/// Whether `c` can be spoken in English: Latin letters, Greek letters, ASCII digits, and everything that is neither a letter nor a digit.
fn is_speakable(c: char) -> bool {
    let known = matches!(c, '\0'..='\u{2ff}' | '\u{370}'..='\u{3ff}' | '\u{1e00}'..='\u{1eff}' | '\u{2070}'..='\u{218f}' | '\u{fb00}'..='\u{fb06}');
    known || !c.is_alphanumeric()
}
