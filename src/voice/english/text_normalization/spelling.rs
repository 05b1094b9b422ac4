//! Reads words, respellings, and names that consist of words, letters and digits: CamelCase, snake_case, x86-64, MP4, APIs.

use super::numbers::{NumberStyle, digit_by_digit};
use super::spoken_item::SpokenItem;
use super::technical::{self, CapitalsReading};
use crate::voice::english::accent::Accent;
use crate::voice::english::lexicon::Lexicon;

/// The spoken items of `name`, which consists of letters, digits, underscores and hyphens.
pub(super) fn name_items(name: &str, accent: Accent) -> Vec<SpokenItem> {
    if let Some(items) = listed_name(name, accent) {
        return items;
    }
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    if digits > 2 && letters > 2 && name.len() > 12 && count_alternations(name) > 4 {
        return name.chars().filter(|c| c.is_alphanumeric()).flat_map(|c| run_items(&c.to_string(), accent)).collect();
    }
    name_parts(name).into_iter().flat_map(|piece| run_items(piece, accent)).collect()
}

/// The spoken items of `name` if it is a listed technical term.
pub(super) fn listed_name(name: &str, accent: Accent) -> Option<Vec<SpokenItem>> {
    if let Some(phonemes) = technical::phonemes(name, accent) {
        return Some(vec![SpokenItem::Phonemes { written: name.to_owned(), phonemes: phonemes.to_owned() }]);
    }
    technical::spoken_form(name).map(spoken_form_items)
}

/// The spoken items of a spoken form. Words in capitals are letters, optionally with a plural "s".
fn spoken_form_items(form: &str) -> Vec<SpokenItem> {
    form.split(' ').map(spoken_form_item).collect()
}

fn spoken_form_item(word: &str) -> SpokenItem {
    let stem = word.strip_suffix('s').unwrap_or(word);
    if !stem.is_empty() && stem.chars().all(char::is_uppercase) {
        SpokenItem::Letters { letters: stem.to_owned(), plural: stem.len() < word.len() }
    } else {
        SpokenItem::Word(word.to_owned())
    }
}

/// How often letters and digits alternate.
fn count_alternations(name: &str) -> usize {
    let kinds: Vec<bool> = name.chars().filter(|c| c.is_alphanumeric()).map(|c| c.is_ascii_digit()).collect();
    kinds.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// Splits a name at signs, between letters and digits, and at inner capitals.
fn name_parts(name: &str) -> Vec<&str> {
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
fn run_items(piece: &str, accent: Accent) -> Vec<SpokenItem> {
    let style = NumberStyle { and: accent == Accent::British };
    if piece.bytes().all(|b| b.is_ascii_digit()) {
        let words = if piece.len() > 4 { digit_by_digit(piece) } else { style.identifier(piece) };
        return words.split(' ').map(|word| SpokenItem::Word(word.to_owned())).collect();
    }
    listed_name(piece, accent).unwrap_or_else(|| vec![word_item(piece, accent, false)])
}

/// The spoken item of a run of letters (possibly with an apostrophe) that is not listed: a word, a stressed word, or letters.
pub(super) fn word_item(word: &str, accent: Accent, shouted: bool) -> SpokenItem {
    let (stem, plural) =
        match word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).or_else(|| word.strip_suffix('s')) {
            Some(stem) if stem.chars().count() > 1 && is_capitals(stem) => (stem, true),
            _ => (word, false),
        };
    let spelled = SpokenItem::Letters { letters: stem.to_owned(), plural };
    let as_word = SpokenItem::Word(word.to_owned());
    let length = stem.chars().count();
    if !is_capitals(stem) {
        let unreadable = length > 1
            && !stem.chars().any(is_vowel)
            && Lexicon::for_accent(accent).get(&stem.to_lowercase()).is_none()
            && !stem.contains(['\'', '’']);
        return if unreadable { spelled } else { as_word };
    }
    if length == 1 {
        return if matches!(stem, "A" | "I") || stem.chars().all(|c| !c.is_ascii()) { as_word } else { spelled };
    }
    match technical::capitals_reading(stem) {
        CapitalsReading::Stressed => SpokenItem::Stressed(word.to_owned()),
        _ if shouted && is_word(&stem.to_lowercase(), accent) => SpokenItem::Stressed(word.to_owned()),
        CapitalsReading::Spelled => spelled,
        CapitalsReading::Acronym => as_word,
        CapitalsReading::Unknown => guess_capitals(word, stem, plural, accent),
    }
}

/// The spoken item of an unlisted word in capitals.
fn guess_capitals(word: &str, stem: &str, plural: bool, accent: Accent) -> SpokenItem {
    let lexicon = Lexicon::for_accent(accent);
    let small = stem.to_lowercase();
    let length = stem.chars().count();
    let acronym = lexicon.get_curated(stem).is_some_and(|entry| entry.phonemes("NN", false).is_some());
    if acronym {
        return SpokenItem::Word(word.to_owned());
    }
    if length >= 4 && is_word(&small, accent) {
        return SpokenItem::Stressed(word.to_owned());
    }
    let vowels = small.chars().filter(|&c| is_vowel(c)).count();
    let readable = length >= 6 && vowels >= 2 && small.chars().any(|c| !is_vowel(c)) && !has_cluster(&small);
    if readable {
        SpokenItem::Stressed(word.to_owned())
    } else {
        SpokenItem::Letters { letters: stem.to_owned(), plural }
    }
}

/// Whether the curated lexicon has `small`, or a word of which it is a form.
fn is_word(small: &str, accent: Accent) -> bool {
    let lexicon = Lexicon::for_accent(accent);
    let mut forms = vec![small.to_owned()];
    for ending in ["s", "es", "ed", "d", "ing"] {
        forms.extend(small.strip_suffix(ending).filter(|stem| stem.len() > 2).map(str::to_owned));
    }
    forms.extend(small.strip_suffix("ing").filter(|stem| stem.len() > 2).map(|stem| format!("{stem}e")));
    forms.iter().any(|form| lexicon.get_curated(form).is_some())
}

/// Whether `small` has more than three consonants in a row.
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

/// The spoken items of a respelling. Words in capitals are letters; syllables are joined by hyphens, and stressed if in capitals.
pub fn respelled_items(respelling: &str) -> Vec<SpokenItem> {
    let mut items = Vec::new();
    for word in respelling.split_whitespace() {
        if word.contains('-') {
            items.extend(word.split('-').filter(|part| !part.is_empty()).map(syllable_item));
        } else {
            items.push(spoken_form_item(word));
        }
    }
    items
}

fn syllable_item(syllable: &str) -> SpokenItem {
    if is_capitals(syllable) {
        SpokenItem::Stressed(syllable.to_lowercase())
    } else {
        SpokenItem::Word(syllable.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_at_their_joints() {
        assert_eq!(name_parts("HTTPServer"), ["HTTP", "Server"]);
        assert_eq!(name_parts("readFileSync"), ["read", "File", "Sync"]);
        assert_eq!(name_parts("max_len-2"), ["max", "len", "2"]);
        assert_eq!(name_parts("x86"), ["x", "86"]);
        assert_eq!(name_parts("APIs"), ["APIs"]);
        assert_eq!(name_parts("_"), [""; 0]);
    }
}
