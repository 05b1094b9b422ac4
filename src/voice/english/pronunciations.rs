//! The pronunciations that a project defines for words: a respelling ("red bee"), or IPA between slashes ("/ɹɛd biː/").

use std::collections::BTreeMap;

use super::text_normalization::spelling::respelled_items;
use super::text_normalization::spoken_item::SpokenItem;

/// Words and their pronunciations, which take precedence over all rules.
///
/// The longest entry wins; it must begin and end at word boundaries. An entry in lower case ignores case; one with capitals does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pronunciations {
    /// All entries, the longest first.
    entries: Vec<PronunciationEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct PronunciationEntry {
    written: String,
    any_case: bool,
    said: Vec<SpokenItem>,
}

/// Why a pronunciation is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PronunciationError {
    /// The word or its pronunciation is empty.
    #[error("the pronunciation of \"{word}\" is empty")]
    Empty {
        /// The word of the entry.
        word: String,
    },
    /// The pronunciation has an IPA symbol that the voice has no sound for.
    #[error("the pronunciation of \"{word}\" has the symbol '{symbol}', which the voice does not know")]
    Symbol {
        /// The word of the entry.
        word: String,
        /// The first symbol without a sound.
        symbol: char,
    },
    /// The respelling has a character that is not a Latin letter, a space, a hyphen or an apostrophe.
    #[error(
        "the respelling of \"{word}\" has '{symbol}' in it; it takes letters, spaces and hyphens, or IPA between slashes"
    )]
    Respelling {
        /// The word of the entry.
        word: String,
        /// The first character that is not allowed.
        symbol: char,
    },
}

impl Pronunciations {
    /// Parses a map from words to pronunciations.
    ///
    /// # Errors
    /// The [`PronunciationError`] of the first entry that is not valid.
    pub fn new(words: &BTreeMap<String, String>) -> Result<Self, PronunciationError> {
        let mut entries =
            words.iter().map(|(written, said)| parse_entry(written, said)).collect::<Result<Vec<_>, _>>()?;
        entries
            .sort_by(|a, b| (b.written.len(), a.any_case, &a.written).cmp(&(a.written.len(), b.any_case, &b.written)));
        Ok(Self { entries })
    }

    /// The length in bytes and the items of the longest entry at the beginning of `rest`.
    pub(super) fn longest_match(&self, rest: &str) -> Option<(usize, Vec<SpokenItem>)> {
        self.entries.iter().find_map(|entry| Some((entry.len_at(rest)?, entry.said.clone())))
    }

    /// Whether an entry includes the character at the byte `byte` of `text`.
    pub(super) fn covers(&self, text: &str, byte: usize) -> bool {
        let longest = self.entries.first().map_or(0, |entry| entry.written.len() * 2);
        let from = byte.saturating_sub(longest);
        (from..=byte).filter(|&at| text.is_char_boundary(at)).any(|at| {
            let fresh = !text[..at].ends_with(char::is_alphanumeric);
            fresh && self.longest_match(&text[at..]).is_some_and(|(len, _)| at + len > byte)
        })
    }
}

impl PronunciationEntry {
    fn len_at(&self, rest: &str) -> Option<usize> {
        let len = if self.any_case {
            lowercase_prefix(rest, &self.written)?
        } else {
            rest.starts_with(&self.written).then_some(self.written.len())?
        };
        (!rest[len..].starts_with(char::is_alphanumeric)).then_some(len)
    }
}

/// The length in bytes of the beginning of `text` that is `small` in lower case.
fn lowercase_prefix(text: &str, small: &str) -> Option<usize> {
    let mut wanted = small.chars();
    let mut next = wanted.next();
    for (at, c) in text.char_indices() {
        if next.is_none() {
            return Some(at);
        }
        for lower in c.to_lowercase() {
            if next != Some(lower) {
                return None;
            }
            next = wanted.next();
        }
    }
    next.is_none().then_some(text.len())
}

fn parse_entry(written: &str, said: &str) -> Result<PronunciationEntry, PronunciationError> {
    let (written, said) = (written.trim(), said.trim());
    let ipa = said.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let said = match ipa {
        Some(ipa) => {
            vec![SpokenItem::Phonemes { written: written.to_owned(), phonemes: voice_phonemes(written, ipa)? }]
        }
        None => parse_respelling(written, said)?,
    };
    let empty = written.is_empty()
        || said.is_empty()
        || said.iter().any(|w| matches!(w, SpokenItem::Phonemes { phonemes, .. } if phonemes.is_empty()));
    if empty {
        return Err(PronunciationError::Empty { word: written.to_owned() });
    }
    Ok(PronunciationEntry { any_case: !written.chars().any(char::is_uppercase), written: written.to_owned(), said })
}

fn is_respelling_char(c: char) -> bool {
    c.is_whitespace() || "-'’".contains(c) || (c.is_alphabetic() && c <= '\u{24f}')
}

fn parse_respelling(written: &str, said: &str) -> Result<Vec<SpokenItem>, PronunciationError> {
    match said.chars().find(|&c| !is_respelling_char(c)) {
        Some(symbol) => Err(PronunciationError::Respelling { word: written.to_owned(), symbol }),
        None => Ok(respelled_items(said)),
    }
}

/// Converts IPA to Kokoro's phoneme alphabet, in which diphthongs and affricates are single symbols.
fn voice_phonemes(written: &str, ipa: &str) -> Result<String, PronunciationError> {
    const PAIRS: &[(&str, &str)] = &[
        ("\u{361}", ""),
        ("\u{35c}", ""),
        ("‿", " "),
        (".", ""),
        ("'", "ˈ"),
        ("’", "ˈ"),
        (",", "ˌ"),
        (":", "ː"),
        ("aɪ", "I"),
        ("eɪ", "A"),
        ("oʊ", "O"),
        ("əʊ", "Q"),
        ("aʊ", "W"),
        ("ɔɪ", "Y"),
        ("dʒ", "ʤ"),
        ("tʃ", "ʧ"),
        ("r", "ɹ"),
        ("g", "ɡ"),
        ("ɚ", "əɹ"),
        ("ɝ", "ɜɹ"),
        ("l̩", "ᵊl"),
        ("n̩", "ᵊn"),
        ("ɫ", "l"),
        ("ɾ", "T"),
    ];
    let joined = PAIRS.iter().fold(ipa.to_owned(), |text, (from, to)| text.replace(from, to));
    const ALPHABET: &str = "AIOQWYTSabcdefhijklmnopqstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲᵊᵻ ";
    match joined.chars().find(|&c| !ALPHABET.contains(c)) {
        Some(symbol) => Err(PronunciationError::Symbol { word: written.to_owned(), symbol }),
        None => Ok(joined.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Accent, phonemes};
    use super::*;

    fn pronounce(entries: &[(&str, &str)]) -> Result<Pronunciations, PronunciationError> {
        Pronunciations::new(&entries.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
    }

    fn spoken(text: &str, entries: &[(&str, &str)]) -> String {
        let pronounce = pronounce(entries).expect("sound entries");
        phonemes(text, Accent::American, &pronounce).expect("speakable").symbols
    }

    #[test]
    fn ipa_is_said_as_it_is() {
        assert_eq!(spoken("Zorb it.", &[("zorb", "/ˈzɔːr.beɪ/")]), "ˈzɔːɹbA ɪt.");
    }

    #[test]
    fn a_respelling_is_read() {
        assert_eq!(spoken("redb", &[("redb", "red bee")]), spoken("red bee", &[]));
        assert_eq!(spoken("redb", &[("redb", "red B")]), spoken("red B", &[]));
    }

    #[test]
    fn the_longest_wins_at_word_boundaries() {
        let entries = [("new", "/a/"), ("new york", "/b/"), ("York", "/d/")];
        assert_eq!(spoken("New York new york", &entries), "b b");
        assert_eq!(spoken("York york", &entries).split(' ').next(), Some("d"));
        assert!(!spoken("renew newer", &entries).split(' ').any(|w| w == "a"));
    }

    #[test]
    fn capitals_are_found_as_written() {
        let entries = [("Go", "/ʤˈi/")];
        assert_eq!(spoken("Go", &entries), "ʤˈi");
        assert_ne!(spoken("go", &entries), "ʤˈi");
    }

    #[test]
    fn possessives_take_their_ending() {
        assert_eq!(spoken("Zorb's", &[("zorb", "/zɔɹk/")]), "zɔɹks");
    }

    #[test]
    fn words_of_other_scripts_can_be_given_sounds() {
        assert_eq!(spoken("Привет!", &[("привет", "/pɹɪvjˈɛt/")]), "pɹɪvjˈɛt!");
    }

    #[test]
    fn what_cannot_be_spoken_is_named() {
        assert_eq!(pronounce(&[("x", "/fʘ/")]), Err(PronunciationError::Symbol { word: "x".into(), symbol: 'ʘ' }));
        assert_eq!(pronounce(&[("x", " ")]), Err(PronunciationError::Empty { word: "x".into() }));
        assert_eq!(pronounce(&[("x", "//")]), Err(PronunciationError::Empty { word: "x".into() }));
        assert_eq!(pronounce(&[("x", "дом")]), Err(PronunciationError::Respelling { word: "x".into(), symbol: 'д' }));
    }
}
