//! Converts a word to phonemes. Tries in this order: function words (by what follows them), the lexicons, suffixes and prefixes, compounds,
//! the network for unknown words, and the names of the letters.

use super::accent::Accent;
use super::lexicon::{Lexicon, LexiconEntry};
use super::oov_network;
use super::stress::{self, PRIMARY, SECONDARY};
use super::suffix::{self, Suffix};

/// The context after a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FollowingWord {
    /// Whether the next phoneme is a vowel; `None` before a pause.
    pub vowel: Option<bool>,
    /// Whether the next word is "to".
    pub to: bool,
}

/// Converts words to phonemes in one accent.
#[derive(Clone, Copy)]
pub(super) struct WordReader {
    pub accent: Accent,
}

impl WordReader {
    /// The phonemes of `word`, which has the part of speech `tag`.
    pub fn read(self, word: &str, tag: &str, next: FollowingWord) -> String {
        if let Some(phonemes) = function_word(word, tag, next) {
            return phonemes.to_owned();
        }
        // In the lexicon, "used to" is the past tense of "use".
        let tag = if word.eq_ignore_ascii_case("used") && !next.to { "VBN" } else { tag };
        let phonemes = self.content_word(word, tag, next.vowel.is_none());
        if word.starts_with(char::is_uppercase) { stress::with_stress(&phonemes, SECONDARY) } else { phonemes }
    }

    /// The phonemes of `word` with primary stress. Capitals are ignored.
    pub fn read_strong(self, word: &str, tag: &str) -> String {
        stress::with_stress(&self.content_word(&word.to_lowercase(), tag, false), PRIMARY)
    }

    /// The names of `letters`, with an "s" if `plural`.
    pub fn spell(self, letters: &str, plural: bool) -> String {
        let names: Vec<&str> = letters.chars().filter_map(|c| self.letter_name(c)).collect();
        let phonemes = stress::spelled_letters(&names);
        if plural { suffix::with_s(&phonemes, self.accent) } else { phonemes }
    }

    fn letter_name(self, letter: char) -> Option<&'static str> {
        let capital = fold_accent(letter).map_or_else(|| letter.to_uppercase().to_string(), str::to_uppercase);
        Lexicon::for_accent(self.accent).get_curated(&capital)?.phonemes("DT", false)
    }

    fn content_word(self, word: &str, tag: &str, at_end: bool) -> String {
        self.known(word, tag, at_end)
            .or_else(|| self.hyphenated(word, tag))
            .or_else(|| self.derived(word, tag, 2))
            .or_else(|| self.compound(word))
            .or_else(|| self.by_network(word))
            .unwrap_or_else(|| self.spell(word, false))
    }

    /// The phonemes of `word` in the lexicons, as written, with other capitals, or without its diacritics.
    fn known(self, word: &str, tag: &str, at_end: bool) -> Option<String> {
        let lexicon = Lexicon::for_accent(self.accent);
        let small = word.to_lowercase();
        let plain = without_accents(word);
        let capital = capitalized(&small);
        let forms = if tag.starts_with("NNP") || word == small {
            [word, &small, &capital, &plain]
        } else {
            [&small, word, &capital, &plain]
        };
        // A word in capitals that the curated lexicon has as written is an acronym.
        let exact =
            Some(word).filter(|w| w.len() > 1 && !w.contains(char::is_lowercase)).and_then(|w| lexicon.get_curated(w));
        let entry = exact.or_else(|| forms.iter().find_map(|form| lexicon.get(form)))?;
        Some(entry.phonemes(tag, at_end).map_or_else(|| self.spell(word, false), str::to_owned))
    }

    fn hyphenated(self, word: &str, tag: &str) -> Option<String> {
        if !word.contains('-') {
            return None;
        }
        let parts = word.split('-').filter(|part| !part.is_empty());
        let parts: Vec<String> = parts.map(|part| self.hyphenated_part(part, tag)).collect();
        (!parts.is_empty()).then(|| stress::compound_stress(&parts))
    }

    fn hyphenated_part(self, part: &str, tag: &str) -> String {
        let next = FollowingWord { vowel: Some(false), to: false };
        match part {
            "a" | "to" | "the" => function_word(part, "DT", next).unwrap_or_default().to_owned(),
            _ => self.content_word(part, tag, false),
        }
    }

    /// The phonemes of a form of a known word, with at most `depth` suffixes and prefixes.
    fn derived(self, word: &str, tag: &str, depth: usize) -> Option<String> {
        if depth == 0 || !word.is_ascii() {
            return None;
        }
        let small = word.to_lowercase();
        for (stem, ending) in suffix::possible_stems(&small) {
            let form = if word.starts_with(char::is_uppercase) { capitalized(&stem) } else { stem };
            let long_enough = form.len() > 2 || small.contains('\'');
            let base = self.known(&form, stem_tag(tag, ending), false).or_else(|| self.derived(&form, tag, depth - 1));
            if let Some(base) = base.filter(|_| long_enough) {
                return Some(ending.applied_to(&base, self.accent));
            }
        }
        suffix::PREFIXES.iter().find_map(|(prefix, american, british)| {
            let rest = small.strip_prefix(prefix).filter(|rest| rest.len() > 3)?;
            let base = self.curated_phonemes(rest, tag).or_else(|| self.derived(rest, tag, depth - 1))?;
            let beginning = if self.accent == Accent::American { american } else { british };
            Some(format!("{beginning}{base}"))
        })
    }

    fn curated_phonemes(self, word: &str, tag: &str) -> Option<String> {
        Lexicon::for_accent(self.accent).get_curated(word)?.phonemes(tag, false).map(str::to_owned)
    }

    /// The phonemes of two known words written as one; the longest first part wins.
    fn compound(self, word: &str) -> Option<String> {
        let small = word.to_lowercase();
        if !small.is_ascii() || small.len() < 7 {
            return None;
        }
        (3..=small.len() - 3).rev().filter(|&cut| cut > 3 || small.len() - cut > 4).find_map(|cut| {
            let (first, second) = small.split_at(cut);
            let second = self.curated_phonemes(second, "NN").or_else(|| self.plural(second))?;
            Some(stress::with_stress(&self.curated_phonemes(first, "NN")?, PRIMARY) + &stress::weakened(&second))
        })
    }

    fn plural(self, word: &str) -> Option<String> {
        let stem = word.strip_suffix('s').filter(|stem| stem.len() > 3)?;
        Some(suffix::with_s(&self.curated_phonemes(stem, "NN")?, self.accent))
    }

    /// The phonemes of an unknown word from the network, with a rule for "'s".
    fn by_network(self, word: &str) -> Option<String> {
        if let Some(stem) = word.strip_suffix("'s") {
            return Some(suffix::with_s(&self.content_word(stem, "NN", false), self.accent));
        }
        let phonemes = oov_network::predict(word, self.accent)?;
        // Phonemes without a vowel cannot be pronounced.
        phonemes.chars().any(stress::is_vowel).then(|| stress::with_stress(&phonemes, PRIMARY))
    }
}

/// The tag of the stem to which `ending` was added to form a word with this `tag`.
fn stem_tag(tag: &str, ending: Suffix) -> &str {
    match ending {
        Suffix::Ed | Suffix::Ing if !tag.starts_with("NN") => "VB",
        Suffix::S if tag == "VBZ" => "VB",
        Suffix::S if tag == "NNS" => "NN",
        _ => tag,
    }
}

/// The phonemes of function words, which depend on the part of speech and on the next word.
fn function_word(word: &str, tag: &str, next: FollowingWord) -> Option<&'static str> {
    let small = word.to_lowercase();
    Some(match small.as_str() {
        "a" if tag == "DT" || next.vowel.is_some() && word == "a" => "ɐ",
        "a" => "ˈA",
        "an" if next.vowel.is_some() => "ɐn",
        "the" if next.vowel == Some(true) => "ði",
        "the" => "ðə",
        "to" => match next.vowel {
            Some(true) => "tʊ",
            Some(false) => "tə",
            None => return None,
        },
        "i" if word == "I" => "ˌI",
        "in" if next.vowel.is_none() || tag != "IN" => "ˈɪn",
        "in" => "ɪn",
        "am" if next.vowel.is_some() && word == "am" => "ɐm",
        "by" if tag.starts_with("RB") => "bˈI",
        _ => return None,
    })
}

fn capitalized(small: &str) -> String {
    let mut chars = small.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `word` with base letters in place of letters with diacritics.
fn without_accents(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for c in word.chars() {
        match fold_accent(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    plain
}

/// The base letters of a letter with a diacritic, and the letters of a ligature.
fn fold_accent(c: char) -> Option<&'static str> {
    const FOLDS: &[(&str, &str)] = &[
        ("àáâãäåāăą", "a"),
        ("çćčĉ", "c"),
        ("ďđð", "d"),
        ("èéêëēėęě", "e"),
        ("ğĝġģ", "g"),
        ("ìíîïīįı", "i"),
        ("ķ", "k"),
        ("ľļł", "l"),
        ("ñńňņ", "n"),
        ("òóôõöøōő", "o"),
        ("řŕ", "r"),
        ("śšşș", "s"),
        ("ťţț", "t"),
        ("ùúûüūůűų", "u"),
        ("ýÿ", "y"),
        ("źżž", "z"),
        ("æ", "ae"),
        ("œ", "oe"),
        ("ß", "ss"),
        ("þ", "th"),
        ("ﬁ", "fi"),
        ("ﬂ", "fl"),
        ("ÀÁÂÃÄÅĀ", "A"),
        ("ÇĆČ", "C"),
        ("ÈÉÊËĒĚ", "E"),
        ("ÌÍÎÏĪİ", "I"),
        ("ÑŃŇ", "N"),
        ("ÒÓÔÕÖØŌ", "O"),
        ("ŚŠŞȘ", "S"),
        ("ÙÚÛÜŪŮ", "U"),
        ("ÝŸ", "Y"),
        ("ŹŻŽ", "Z"),
        ("Ł", "L"),
        ("Đ", "D"),
        ("Ř", "R"),
    ];
    if c.is_ascii() {
        return None;
    }
    if ('\u{300}'..='\u{36f}').contains(&c) {
        return Some("");
    }
    FOLDS.iter().find(|(accented, _)| accented.contains(c)).map(|(_, plain)| *plain)
}

/// Whether the phonemes of `word` in the lexicon depend on its part of speech.
pub(super) fn is_ambiguous(word: &str, accent: Accent) -> bool {
    let Some(LexiconEntry::ByTag(object)) = Lexicon::for_accent(accent).get_curated(word) else { return false };
    let object = object.split('}').next().unwrap_or_default();
    ["VERB", "NOUN", "ADJ", "VBD"].iter().any(|class| object.contains(class))
}
