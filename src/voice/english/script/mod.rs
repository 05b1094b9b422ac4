//! A sentence written out as it is spoken: numbers, dates, signs, abbreviations and names become words, letters and pauses.
//!
//! At each place where a word may begin, rules are tried in order; the first that fits says how much it takes and what is said for it.

mod codes;
mod counts;
mod dates;
mod money;
mod names;
mod numbers;
mod place;
mod signs;
mod spelling;
mod technical;
mod units;
mod web;

use std::ops::Range;

pub(super) use place::{Said, What};

use super::lexicon::Lexicon;
use super::pronounce::Pronounce;
use super::{Accent, FrontError, suffix};
use place::{Place, Reading};

type Rule = fn(&Place) -> Option<Reading>;

/// Bytes between the marks of an emphasis, at most: farther apart they are no pair.
const LONGEST_EMPHASIS: usize = 100;

/// Rules for what begins with a digit or a sign before one.
const NUMBERS: &[Rule] = &[
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
    counts::many,
    counts::decade,
    units::quantity,
    units::picture_or_scale,
    counts::ordinal,
    counts::short_year,
    counts::slashed,
    counts::one_sign_fraction,
    counts::range,
    mixed,
    counts::plain,
];
/// Rules for what begins with a letter.
const LETTERS: &[Rule] = &[
    web::email,
    web::address,
    trade,
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
    mixed,
];
/// Rules for what begins with a sign.
const SIGNS: &[Rule] = &[
    trade,
    names::abbreviation,
    money::sign_first,
    counts::one_sign_fraction,
    counts::decade,
    counts::short_year,
    web::flag,
    web::file,
];

/// What is said for `sentence`, in order.
///
/// # Errors
/// Names every word of another script.
pub(super) fn written_out(sentence: &str, accent: Accent, pronounce: &Pronounce) -> Result<Vec<Said>, FrontError> {
    let words = foreign_words(sentence, pronounce);
    if !words.is_empty() {
        return Err(FrontError::Unspeakable { words });
    }
    let mut scan = Scan {
        text: sentence,
        at: 0,
        spaced: false,
        strong_until: 0,
        shouted: is_shouted(sentence),
        accent,
        said: Vec::new(),
    };
    while let Some(c) = sentence[scan.at..].chars().next() {
        scan.step(c, pronounce);
    }
    Ok(scan.said)
}

/// The words of `said` without pauses, letters apart.
pub(super) fn plain(said: &[Said]) -> String {
    let text = said.iter().filter_map(|said| match &said.what {
        What::Word(word) | What::Strong(word) => Some(word.clone()),
        What::Sounds { written, .. } => Some(written.clone()),
        What::Letters { letters, plural } => {
            let apart: Vec<String> = letters.chars().map(String::from).collect();
            Some(apart.join(" ") + if *plural { "s" } else { "" })
        }
        What::Mark(_) => None,
    });
    text.collect::<Vec<_>>().join(" ")
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// Whether white space came since the last thing said.
    spaced: bool,
    /// Where an emphasis that was opened ends.
    strong_until: usize,
    shouted: bool,
    accent: Accent,
    said: Vec<Said>,
}

impl Scan<'_> {
    /// Says what begins here and goes behind it.
    fn step(&mut self, c: char, pronounce: &Pronounce) {
        if c.is_whitespace() {
            self.spaced = true;
            self.at += c.len_utf8();
            return;
        }
        if self.opens_emphasis(c) {
            return;
        }
        let place = Place { text: self.text, at: self.at, accent: self.accent };
        let fresh = !place.before().is_some_and(char::is_alphanumeric);
        let given = if fresh { self.given(&place, pronounce) } else { None };
        let reading = given.or_else(|| if fresh { by_rule(&place, c) } else { None }).unwrap_or_else(|| match c {
            _ if c.is_alphabetic() => word_run(&place, self.shouted),
            _ if c.is_ascii_digit() => counts::plain(&place).unwrap_or_else(|| Reading::new(1)),
            '-' if !fresh => Reading::new(1),
            _ => signs::sign(&place),
        });
        self.take(reading);
    }

    fn given(&self, place: &Place, pronounce: &Pronounce) -> Option<Reading> {
        let (len, what) = pronounce.at(place.rest())?;
        Some(with_possessive(place, len, what))
    }

    /// `*word*` and `_word_`: the marks are not said, what is between them is stressed.
    fn opens_emphasis(&mut self, c: char) -> bool {
        let rest = &self.text[self.at..];
        if !matches!(c, '*' | '_') {
            return false;
        }
        let marks = rest.len() - rest.trim_start_matches(c).len();
        let inner = &rest[marks..];
        let inner = &inner[..inner.floor_char_boundary(LONGEST_EMPHASIS)];
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

    fn take(&mut self, reading: Reading) {
        let strong = self.at < self.strong_until;
        for (i, (offset, what)) in reading.parts.into_iter().enumerate() {
            let what = match what {
                What::Word(word) if strong => What::Strong(word),
                what => what,
            };
            let later_word = i > 0 && !matches!(what, What::Mark(_));
            self.said.push(Said { at: self.at + offset, spaced: self.spaced || later_word, what });
            self.spaced = false;
        }
        self.at = self.text.ceil_char_boundary(self.at + reading.len.max(1));
    }
}

fn by_rule(place: &Place, c: char) -> Option<Reading> {
    let numeric = c.is_ascii_digit() || pattern_of_number(place.rest());
    let rules = match c {
        _ if numeric => NUMBERS,
        _ if c.is_alphabetic() => LETTERS,
        _ => SIGNS,
    };
    rules.iter().find_map(|rule| rule(place).filter(|reading| reading.len > 0))
}

/// Whether a number begins behind a sign that belongs to it.
fn pattern_of_number(rest: &str) -> bool {
    place::pattern!(r"[-−+±.]?[$€£¥₹₩₽₿]?\.?\d|\(\d{2,5}\)\s?\d").is_match(rest) && !rest.starts_with("..")
}

/// Words of the trade, with the signs in them: C++, Node.js, AT&T.
fn trade(place: &Place) -> Option<Reading> {
    let chunk = place.chunk();
    let core = chunk.trim_end_matches(|c: char| ".,;:!?)]}\"'”’…»*`—–".contains(c));
    let core = core.strip_suffix("'s").or_else(|| core.strip_suffix("’s")).unwrap_or(core);
    let run = chunk.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let run_ends =
        !chunk[run.len()..].starts_with(['.', '_', '/', '@', ':', '+', '#']) || place::ends(&chunk[run.len()..]);
    let listed = |word: &str| Some((word.len(), spelling::listed_name(word, place.accent)?));
    let (len, what) = listed(core).or_else(|| listed(if run_ends { run } else { "" }))?;
    Some(with_possessive(place, len, what))
}

/// Adds an "'s" that follows after `len` bytes to what is said.
fn with_possessive(place: &Place, mut len: usize, mut what: Vec<What>) -> Reading {
    if let Some(ending) = place::possessive(place.after(len)) {
        len += ending;
        match what.last_mut() {
            Some(What::Word(word) | What::Strong(word)) => word.push_str("'s"),
            Some(What::Letters { plural, .. }) => *plural = true,
            Some(What::Sounds { phonemes, .. }) => *phonemes = suffix::s(phonemes, place.accent),
            Some(What::Mark(_)) | None => {}
        }
    }
    Reading::new(len).all(what)
}

/// Letters and digits mixed, humps, hyphens with any of them: H.264, x86-64, B2B, CamelCase, UTF-8.
fn mixed(place: &Place) -> Option<Reading> {
    let found = place::pattern!(r"[A-Za-z]\.\d{2,4}\b|[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*").find(place.rest())?;
    let name = found.as_str();
    let next = place.after(name.len());
    if next.starts_with(char::is_alphabetic) || next.starts_with(['\'', '’']) && place::possessive(next).is_none() {
        return None;
    }
    let has_digit = name.contains(|c: char| c.is_ascii_digit());
    let has_letter = name.contains(|c: char| c.is_ascii_alphabetic());
    let hump = name.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        || place::pattern!(r"[A-Z]{2,}[a-z]{2,}").is_match(name);
    let counted = place::pattern!(r"\d+-[a-z]|[a-z]+-\d{2,4}s$").is_match(name);
    let fits = (has_digit && has_letter && !counted)
        || hump && !name.contains('-')
        || (name.contains('-') && has_capitals(name) && has_letter);
    let lexicon = Lexicon::of(place.accent);
    if !fits || lexicon.get(name).is_some() || (hump && lexicon.get(&name.to_lowercase()).is_some()) {
        return None;
    }
    Some(with_possessive(place, name.len(), spelling::name(name, place.accent)))
}

/// Whether a part of a hyphenated name is all capitals.
fn has_capitals(name: &str) -> bool {
    name.split('-').any(|part| part.len() > 1 && spelling::is_capitals(part))
}

/// A plain word with the hyphens and apostrophes in it.
fn word_run(place: &Place, shouted: bool) -> Reading {
    let rest = place.rest();
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        let goes_on = rest[at + c.len_utf8()..].starts_with(|n: char| n.is_alphabetic());
        match c {
            _ if c.is_alphabetic() || is_combining(c) => {}
            '\'' | '’' | '-' | '\u{2010}' | '\u{2011}' if at > 0 && goes_on => {}
            '\'' | '’' if rest[..at].ends_with(['s', 'S']) && closes_plural(place, at) => {}
            _ => break,
        }
        end = at + c.len_utf8();
    }
    let written = rest[..end].replace('’', "'").replace(['\u{2010}', '\u{2011}'], "-");
    // The article never has a sign right behind it; the name of a side or a value has.
    if written.len() == 1
        && written.eq_ignore_ascii_case("a")
        && rest[end..].starts_with(['²', '³', '^', '+', '=', '/', '*'])
    {
        return Reading::new(end).letters(&written);
    }
    // A capital in the middle of a sentence names something too: plan A.
    let inner = place.text_before().trim_end().ends_with(|c: char| c.is_alphanumeric() || c == '/');
    if written == "A" && inner && !shouted {
        return Reading::new(end).letters(&written);
    }
    Reading::new(end).push(spelling::word(&written, place.accent, shouted))
}

/// Whether the apostrophe `at` bytes on belongs to a plural (the dogs' dinner) and does not close a quotation.
fn closes_plural(place: &Place, at: usize) -> bool {
    let near = place.text.floor_char_boundary(place.at.saturating_sub(place::REACH));
    !place.text[near..place.at].contains(['‘', '\'']) && place.after(at).chars().nth(1).is_some_and(char::is_whitespace)
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

/// The words of `sentence` that hold a letter or digit of another script and that nobody has given sounds for.
fn foreign_words(sentence: &str, pronounce: &Pronounce) -> Vec<(String, Range<usize>)> {
    let mut words = crate::voice::words(sentence);
    words.retain(|range| {
        let word = &sentence[range.clone()];
        let greek_word = word.chars().filter(|c| ('\u{370}'..='\u{3ff}').contains(c)).count() > 1;
        let foreign = |(at, c): (usize, char)| {
            (!is_speakable(c) || (greek_word && ('\u{370}'..='\u{3ff}').contains(&c)))
                && !pronounce.covers(sentence, range.start + at)
        };
        word.char_indices().any(foreign)
    });
    words.into_iter().map(|range| (sentence[range.clone()].to_owned(), range)).collect()
}

/// Whether English has something to say for `c`: Latin letters, Greek ones, ASCII digits, and all that is neither letter nor digit.
fn is_speakable(c: char) -> bool {
    let known = matches!(c, '\0'..='\u{2ff}' | '\u{370}'..='\u{3ff}' | '\u{1e00}'..='\u{1eff}' | '\u{2070}'..='\u{218f}' | '\u{fb00}'..='\u{fb06}');
    known || !c.is_alphanumeric()
}

/// What a respelling says: plain words; words in capitals are letters; syllables joined by hyphens, stressed where in capitals.
pub(super) fn respelled(respelling: &str) -> Vec<What> {
    let syllable = |part: &str| match spelling::is_capitals(part) {
        true => What::Strong(part.to_lowercase()),
        false => What::Word(part.to_owned()),
    };
    let chunk = |chunk: &str| match chunk.contains('-') {
        true => chunk.split('-').filter(|part| !part.is_empty()).map(syllable).collect(),
        false => spelling::listed(chunk),
    };
    respelling.split_whitespace().flat_map(chunk).collect()
}
