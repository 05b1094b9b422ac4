//! One word to phonemes: function words by what follows, the lexicon, endings and beginnings, compounds, the net, and letters last.

use super::Accent;
use super::lexicon::{Entry, Lexicon};
use super::net;
use super::stress::{self, PRIMARY, SECONDARY};
use super::suffix::{self, Ending};

/// What comes after a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Next {
    /// Whether a vowel comes next; None before a pause.
    pub vowel: Option<bool>,
    /// Whether the next word is "to".
    pub to: bool,
}

/// Reads words in one accent.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub accent: Accent,
}

impl Reader {
    /// The phonemes of `word`, tagged `tag`.
    pub fn read(self, word: &str, tag: &str, next: Next) -> String {
        if let Some(phonemes) = function_word(word, tag, next) {
            return phonemes.to_owned();
        }
        // The lexicon files "used to" under the past tense of "use".
        let tag = if word.eq_ignore_ascii_case("used") && !next.to { "VBN" } else { tag };
        let phonemes = self.content_word(word, tag, next.vowel.is_none());
        match word.starts_with(char::is_uppercase) {
            true => stress::at_least(&phonemes, SECONDARY),
            false => phonemes,
        }
    }

    /// The phonemes of `word` with full stress, its capitals without a meaning.
    pub fn read_strong(self, word: &str, tag: &str) -> String {
        stress::at_least(&self.content_word(&word.to_lowercase(), tag, false), PRIMARY)
    }

    /// The names of `letters` in a row, with an "s" if `plural`.
    pub fn spell(self, letters: &str, plural: bool) -> String {
        let upper = |c: char| fold(c).map_or_else(|| c.to_uppercase().to_string(), str::to_uppercase);
        let names: Vec<&str> = letters.chars().filter_map(|c| self.letter(&upper(c))).collect();
        let phonemes = stress::spelled(&names);
        if plural { suffix::s(&phonemes, self.accent) } else { phonemes }
    }

    fn letter(self, letter: &str) -> Option<&'static str> {
        Lexicon::of(self.accent).careful(letter)?.phonemes("DT", false)
    }

    fn content_word(self, word: &str, tag: &str, at_end: bool) -> String {
        self.known(word, tag, at_end)
            .or_else(|| self.hyphenated(word, tag))
            .or_else(|| self.derived(word, tag, 2))
            .or_else(|| self.compound(word))
            .or_else(|| self.by_net(word))
            .unwrap_or_else(|| self.spell(word, false))
    }

    /// What the lexicon has for `word`, in its own or other capitals, with or without its accents.
    fn known(self, word: &str, tag: &str, at_end: bool) -> Option<String> {
        let lexicon = Lexicon::of(self.accent);
        let (small, plain) = (word.to_lowercase(), folded(word));
        let capital = capitalized(&small);
        let forms = match tag.starts_with("NNP") || word == small {
            true => [word, &small, &capital, &plain],
            false => [&small, word, &capital, &plain],
        };
        // An acronym in the careful lexicon is no shouted word.
        let exact =
            Some(word).filter(|w| w.len() > 1 && !w.contains(char::is_lowercase)).and_then(|w| lexicon.careful(w));
        let entry = exact.or_else(|| forms.iter().find_map(|form| lexicon.get(form)))?;
        Some(entry.phonemes(tag, at_end).map_or_else(|| self.spell(word, false), str::to_owned))
    }

    fn hyphenated(self, word: &str, tag: &str) -> Option<String> {
        if !word.contains('-') {
            return None;
        }
        let read = |part: &str| match part {
            "a" | "to" | "the" => {
                function_word(part, "DT", Next { vowel: Some(false), to: false }).unwrap_or_default().to_owned()
            }
            _ => self.content_word(part, tag, false),
        };
        let parts: Vec<String> = word.split('-').filter(|part| !part.is_empty()).map(read).collect();
        (!parts.is_empty()).then(|| stress::compound(&parts))
    }

    /// A form of a known word: ending or beginning taken off, at most `depth` of them.
    fn derived(self, word: &str, tag: &str, depth: usize) -> Option<String> {
        if depth == 0 || !word.is_ascii() {
            return None;
        }
        let small = word.to_lowercase();
        for (stem, ending) in suffix::stems(&small) {
            let form = if word.starts_with(char::is_uppercase) { capitalized(&stem) } else { stem };
            let long_enough = form.len() > 2 || small.contains('\'');
            let base = self.known(&form, stem_tag(tag, ending), false).or_else(|| self.derived(&form, tag, depth - 1));
            if let Some(base) = base.filter(|_| long_enough) {
                return Some(ending.added(&base, self.accent));
            }
        }
        suffix::PREFIXES.iter().find_map(|(prefix, american, british)| {
            let rest = small.strip_prefix(prefix).filter(|rest| rest.len() > 3)?;
            let base = self.careful(rest, tag).or_else(|| self.derived(rest, tag, depth - 1))?;
            let beginning = if self.accent == Accent::American { american } else { british };
            Some(format!("{beginning}{base}"))
        })
    }

    fn careful(self, word: &str, tag: &str) -> Option<String> {
        Lexicon::of(self.accent).careful(word)?.phonemes(tag, false).map(str::to_owned)
    }

    /// Two known words written as one, the longest first part that fits.
    fn compound(self, word: &str) -> Option<String> {
        let small = word.to_lowercase();
        if !small.is_ascii() || small.len() < 7 {
            return None;
        }
        (3..=small.len() - 3).rev().filter(|&cut| cut > 3 || small.len() - cut > 4).find_map(|cut| {
            let (first, second) = small.split_at(cut);
            let second = self.careful(second, "NN").or_else(|| self.plural(second))?;
            Some(stress::at_least(&self.careful(first, "NN")?, PRIMARY) + &stress::weakened(&second))
        })
    }

    fn plural(self, word: &str) -> Option<String> {
        let stem = word.strip_suffix('s').filter(|stem| stem.len() > 3)?;
        Some(suffix::s(&self.careful(stem, "NN")?, self.accent))
    }

    /// An unknown word by the net, its "'s" by rule.
    fn by_net(self, word: &str) -> Option<String> {
        if let Some(stem) = word.strip_suffix("'s") {
            return Some(suffix::s(&self.content_word(stem, "NN", false), self.accent));
        }
        let phonemes = net::read(word, self.accent)?;
        // Without a vowel it is no word that can be said.
        phonemes.chars().any(stress::is_vowel).then(|| stress::at_least(&phonemes, PRIMARY))
    }
}

/// The tag of the word to which `ending` was added to make a word tagged `tag`.
fn stem_tag(tag: &str, ending: Ending) -> &str {
    match ending {
        Ending::Ed | Ending::Ing if !tag.starts_with("NN") => "VB",
        Ending::S if tag == "VBZ" => "VB",
        Ending::S if tag == "NNS" => "NN",
        _ => tag,
    }
}

/// Small words whose sound depends on what they do and on what follows.
fn function_word(word: &str, tag: &str, next: Next) -> Option<&'static str> {
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

/// `word` without its accents.
fn folded(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for c in word.chars() {
        match fold(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    plain
}

/// The letters that a letter with an accent is without it.
fn fold(c: char) -> Option<&'static str> {
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

/// Whether the lexicon answers differently by tag for `word`.
pub(super) fn is_ambiguous(word: &str, accent: Accent) -> bool {
    let entry = Lexicon::of(accent).careful(word);
    let by_class = |object: &str| {
        ["VERB", "NOUN", "ADJ", "VBD"]
            .iter()
            .any(|class| object.split('}').next().is_some_and(|own| own.contains(class)))
    };
    matches!(entry, Some(Entry::ByTag(object)) if by_class(object))
}
