//! How a project wants its own words spoken: respelled ("red bee") or in IPA between slashes ("/ɹɛd biː/").

use std::collections::BTreeMap;

use super::script::{What, respelled};

/// Words and how they are spoken, looked up before any rule.
///
/// The longest entry wins; it must begin and end where a word does. An entry in small letters is found however it is written; one with
/// capitals only as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pronounce {
    /// The longest first.
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    written: String,
    any_case: bool,
    said: Vec<What>,
}

/// Why an entry can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PronounceError {
    /// Nothing is written, or nothing is to be said.
    #[error("the pronunciation of \"{word}\" is empty")]
    Empty {
        /// The entry.
        word: String,
    },
    /// An IPA symbol for which the voice has no sound.
    #[error("the pronunciation of \"{word}\" has the symbol '{symbol}', which the voice does not know")]
    Symbol {
        /// The entry.
        word: String,
        /// The first such symbol.
        symbol: char,
    },
    /// A respelling with something else than Latin letters in it.
    #[error(
        "the respelling of \"{word}\" has '{symbol}' in it; it takes letters, spaces and hyphens, or IPA between slashes"
    )]
    Respelling {
        /// The entry.
        word: String,
        /// The first such character.
        symbol: char,
    },
}

impl Pronounce {
    /// From written words to a respelling, or to IPA between slashes.
    ///
    /// # Errors
    /// Names the first entry that says nothing or uses a symbol that can't be spoken.
    pub fn new(words: &BTreeMap<String, String>) -> Result<Self, PronounceError> {
        let mut entries = words.iter().map(|(written, said)| entry(written, said)).collect::<Result<Vec<_>, _>>()?;
        entries
            .sort_by(|a, b| (b.written.len(), a.any_case, &a.written).cmp(&(a.written.len(), b.any_case, &b.written)));
        Ok(Self { entries })
    }

    /// The entry with which `rest` begins, and how many bytes it takes.
    pub(super) fn at(&self, rest: &str) -> Option<(usize, Vec<What>)> {
        self.entries.iter().find_map(|entry| Some((entry.len_at(rest)?, entry.said.clone())))
    }

    /// Whether an entry says the character at `byte` of `text`.
    pub(super) fn covers(&self, text: &str, byte: usize) -> bool {
        let longest = self.entries.first().map_or(0, |entry| entry.written.len() * 2);
        let from = byte.saturating_sub(longest);
        (from..=byte).filter(|&at| text.is_char_boundary(at)).any(|at| {
            let fresh = !text[..at].ends_with(char::is_alphanumeric);
            fresh && self.at(&text[at..]).is_some_and(|(len, _)| at + len > byte)
        })
    }
}

impl Entry {
    fn len_at(&self, rest: &str) -> Option<usize> {
        let len = if self.any_case {
            small_prefix(rest, &self.written)?
        } else {
            rest.starts_with(&self.written).then_some(self.written.len())?
        };
        (!rest[len..].starts_with(char::is_alphanumeric)).then_some(len)
    }
}

/// How many bytes of `text` are `small` when written in small letters.
fn small_prefix(text: &str, small: &str) -> Option<usize> {
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

fn entry(written: &str, said: &str) -> Result<Entry, PronounceError> {
    let (written, said) = (written.trim(), said.trim());
    let ipa = said.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let said = match ipa {
        Some(ipa) => vec![What::Sounds { written: written.to_owned(), phonemes: sounds(written, ipa)? }],
        None => respelling(written, said)?,
    };
    let empty = written.is_empty()
        || said.is_empty()
        || said.iter().any(|w| matches!(w, What::Sounds { phonemes, .. } if phonemes.is_empty()));
    if empty {
        return Err(PronounceError::Empty { word: written.to_owned() });
    }
    Ok(Entry { any_case: !written.chars().any(char::is_uppercase), written: written.to_owned(), said })
}

fn respelling(written: &str, said: &str) -> Result<Vec<What>, PronounceError> {
    let allowed = |c: char| c.is_whitespace() || "-'’".contains(c) || (c.is_alphabetic() && c <= '\u{24f}');
    match said.chars().find(|&c| !allowed(c)) {
        Some(symbol) => Err(PronounceError::Respelling { word: written.to_owned(), symbol }),
        None => Ok(respelled(said)),
    }
}

/// IPA in the alphabet of the voice: diphthongs and affricates are single symbols there.
fn sounds(written: &str, ipa: &str) -> Result<String, PronounceError> {
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
        Some(symbol) => Err(PronounceError::Symbol { word: written.to_owned(), symbol }),
        None => Ok(joined.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Accent, phonemes};
    use super::*;

    fn pronounce(entries: &[(&str, &str)]) -> Result<Pronounce, PronounceError> {
        Pronounce::new(&entries.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
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
        assert_eq!(pronounce(&[("x", "/fʘ/")]), Err(PronounceError::Symbol { word: "x".into(), symbol: 'ʘ' }));
        assert_eq!(pronounce(&[("x", " ")]), Err(PronounceError::Empty { word: "x".into() }));
        assert_eq!(pronounce(&[("x", "//")]), Err(PronounceError::Empty { word: "x".into() }));
        assert_eq!(pronounce(&[("x", "дом")]), Err(PronounceError::Respelling { word: "x".into(), symbol: 'д' }));
    }
}
