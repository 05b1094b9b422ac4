//! Names put together from words, letters and digits: CamelCase, snake_case, x86-64, MP4, APIs. Knows nothing of sentences.

use super::super::Accent;
use super::super::lexicon::Lexicon;
use super::numbers::{Wording, digit_by_digit};
use super::place::What;
use super::technical::{self, Capitals};

/// What is said for `name`, which holds letters, digits, underscores and hyphens.
pub(super) fn name(name: &str, accent: Accent) -> Vec<What> {
    if let Some(what) = listed_name(name, accent) {
        return what;
    }
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    if digits > 2 && letters > 2 && name.len() > 12 && turns(name) > 4 {
        return name.chars().filter(|c| c.is_alphanumeric()).flat_map(|c| part(&c.to_string(), accent)).collect();
    }
    parts(name).into_iter().flat_map(|piece| part(piece, accent)).collect()
}

/// What the lists of the trade say for `name`.
pub(super) fn listed_name(name: &str, accent: Accent) -> Option<Vec<What>> {
    let sounds = |phonemes: &str| vec![What::Sounds { written: name.to_owned(), phonemes: phonemes.to_owned() }];
    technical::sounds(name, accent).map(sounds).or_else(|| technical::said(name).map(listed))
}

/// What a list entry says: words in capitals are letters, with an "s" perhaps.
pub(super) fn listed(said: &str) -> Vec<What> {
    let word = |word: &str| {
        let stem = word.strip_suffix('s').unwrap_or(word);
        match !stem.is_empty() && stem.chars().all(char::is_uppercase) {
            true => What::Letters { letters: stem.to_owned(), plural: stem.len() < word.len() },
            false => What::Word(word.to_owned()),
        }
    };
    said.split(' ').map(word).collect()
}

/// How often letters and digits take turns.
fn turns(name: &str) -> usize {
    let kinds: Vec<bool> = name.chars().filter(|c| c.is_alphanumeric()).map(|c| c.is_ascii_digit()).collect();
    kinds.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// Cuts at joints, between letters and digits, and at humps.
fn parts(name: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’') {
        let mut from = 0;
        let chars: Vec<(usize, char)> = piece.char_indices().collect();
        for i in 1..chars.len() {
            let (before, here, after) = (chars[i - 1].1, chars[i].1, chars.get(i + 1).map(|c| c.1));
            let hump = before.is_lowercase() && here.is_uppercase();
            let last_of_capitals =
                before.is_uppercase() && here.is_uppercase() && after.is_some_and(char::is_lowercase);
            let plural = after == Some('s') && chars.len() == i + 2;
            if before.is_ascii_digit() != here.is_ascii_digit() || hump || (last_of_capitals && !plural) {
                parts.push(&piece[from..chars[i].0]);
                from = chars[i].0;
            }
        }
        parts.push(&piece[from..]);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A run of letters or of digits.
fn part(piece: &str, accent: Accent) -> Vec<What> {
    let wording = Wording { and: accent == Accent::British };
    if piece.bytes().all(|b| b.is_ascii_digit()) {
        let words = if piece.len() > 4 { digit_by_digit(piece) } else { wording.name(piece) };
        return words.split(' ').map(|word| What::Word(word.to_owned())).collect();
    }
    listed_name(piece, accent).unwrap_or_else(|| vec![word(piece, accent, false)])
}

/// A run of letters (an apostrophe may be in it) that is no list entry: a word, a stressed word, or letters.
pub(super) fn word(word: &str, accent: Accent, shouted: bool) -> What {
    let (stem, plural) =
        match word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).or_else(|| word.strip_suffix('s')) {
            Some(stem) if stem.chars().count() > 1 && is_capitals(stem) => (stem, true),
            _ => (word, false),
        };
    let spelled = || What::Letters { letters: stem.to_owned(), plural };
    let as_word = || What::Word(word.to_owned());
    if !is_capitals(stem) {
        return match stem.chars().count() > 1
            && !stem.chars().any(is_vowel)
            && Lexicon::of(accent).get(&stem.to_lowercase()).is_none()
            && !stem.contains(['\'', '’'])
        {
            true => spelled(),
            false => as_word(),
        };
    }
    if stem.chars().count() == 1 {
        return if matches!(stem, "A" | "I") || stem.chars().all(|c| !c.is_ascii()) { as_word() } else { spelled() };
    }
    match technical::capitals(stem) {
        Capitals::Stressed => What::Strong(word.to_owned()),
        _ if shouted && is_word(&stem.to_lowercase(), accent) => What::Strong(word.to_owned()),
        Capitals::Spelled => spelled(),
        Capitals::Acronym => as_word(),
        Capitals::Unknown => guessed(word, stem, plural, accent),
    }
}

fn guessed(word: &str, stem: &str, plural: bool, accent: Accent) -> What {
    let lexicon = Lexicon::of(accent);
    let (small, length) = (stem.to_lowercase(), stem.chars().count());
    let acronym = lexicon.careful(stem).is_some_and(|entry| entry.phonemes("NN", false).is_some());
    if acronym {
        return What::Word(word.to_owned());
    }
    if length >= 4 && is_word(&small, accent) {
        return What::Strong(word.to_owned());
    }
    let vowels = small.chars().filter(|&c| is_vowel(c)).count();
    let readable = length >= 6 && vowels >= 2 && small.chars().any(|c| !is_vowel(c)) && !has_cluster(&small);
    match readable {
        true => What::Strong(word.to_owned()),
        false => What::Letters { letters: stem.to_owned(), plural },
    }
}

/// Whether the lexicon has `small` as a common word or a form of one.
fn is_word(small: &str, accent: Accent) -> bool {
    let lexicon = Lexicon::of(accent);
    let known = |word: &str| lexicon.careful(word).is_some();
    known(small)
        || ["s", "es", "ed", "d", "ing"]
            .iter()
            .any(|ending| small.strip_suffix(ending).is_some_and(|stem| stem.len() > 2 && known(stem)))
        || small.strip_suffix("ing").is_some_and(|stem| stem.len() > 2 && known(&format!("{stem}e")))
}

fn has_cluster(small: &str) -> bool {
    let mut run = 0;
    small.chars().any(|c| {
        run = if is_vowel(c) { 0 } else { run + 1 };
        run > 3
    })
}

fn is_vowel(c: char) -> bool {
    !c.is_ascii() || "aeiouyAEIOUY".contains(c)
}

/// Whether every letter of `word` is a capital.
pub(super) fn is_capitals(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_at_their_joints() {
        assert_eq!(parts("HTTPServer"), ["HTTP", "Server"]);
        assert_eq!(parts("readFileSync"), ["read", "File", "Sync"]);
        assert_eq!(parts("max_len-2"), ["max", "len", "2"]);
        assert_eq!(parts("x86"), ["x", "86"]);
        assert_eq!(parts("APIs"), ["APIs"]);
        assert_eq!(parts("_"), [""; 0]);
    }
}
