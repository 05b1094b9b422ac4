//! The lexicons: for each accent a curated one (misaki's "gold") and a larger, less reliable one ("silver").

use super::accent::Accent;
use super::data::{self, ByAccent, PackedEntries};

/// The two lexicons of an accent.
pub(super) struct Lexicon {
    curated: SortedIndex,
    extended: SortedIndex,
}

/// The entry of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LexiconEntry {
    /// The same phonemes for every part of speech.
    One(&'static str),
    /// Phonemes by part of speech, as a raw JSON object.
    ByTag(&'static str),
}

impl Lexicon {
    /// The lexicon of an accent, unpacked on first use.
    pub(super) fn for_accent(accent: Accent) -> &'static Lexicon {
        static LEXICONS: ByAccent<Lexicon> = ByAccent::new();
        LEXICONS.get(accent, || {
            let (curated, extended) = match accent {
                Accent::American => (data::US_GOLD, data::US_SILVER),
                Accent::British => (data::GB_GOLD, data::GB_SILVER),
            };
            let (curated, extended) = std::thread::scope(|threads| {
                let extended = threads.spawn(|| SortedIndex::from_text(data::unpack(extended)));
                (SortedIndex::from_text(data::unpack(curated)), extended.join())
            });
            Lexicon { curated, extended: extended.expect("embedded lexicon unpacks") }
        })
    }

    /// The entry of exactly `word`, preferably from the curated lexicon.
    pub(super) fn get(&self, word: &str) -> Option<LexiconEntry> {
        self.curated.get(word).or_else(|| self.extended.get(word))
    }

    /// The entry of exactly `word` in the curated lexicon.
    pub(super) fn get_curated(&self, word: &str) -> Option<LexiconEntry> {
        self.curated.get(word)
    }
}

impl LexiconEntry {
    /// The phonemes of a word with the Penn Treebank tag `tag`, before a pause if `at_end`. `None` if the word is to be spelled.
    pub(super) fn phonemes(self, tag: &str, at_end: bool) -> Option<&'static str> {
        let object = match self {
            LexiconEntry::One(phonemes) => return Some(phonemes),
            LexiconEntry::ByTag(object) => object,
        };
        let find = |key: &str| {
            PackedEntries::from_object(object, 0).find(|(k, _)| *k == key).map(|(_, value)| unquoted(value))
        };
        at_end
            .then(|| find("None"))
            .flatten()
            .or_else(|| find(tag))
            .or_else(|| find(class_of(tag)))
            .or_else(|| find("DEFAULT"))
            .flatten()
    }
}

/// The class of a Penn Treebank tag in the lexicons.
fn class_of(tag: &str) -> &str {
    match tag.get(..2) {
        Some("VB") => "VERB",
        Some("NN") => "NOUN",
        Some("JJ") => "ADJ",
        Some("RB") => "ADV",
        _ => tag,
    }
}

fn unquoted(value: &'static str) -> Option<&'static str> {
    value.strip_prefix('"')?.strip_suffix('"')
}

/// A JSON object whose keys are sorted by bytes, searched in place.
struct SortedIndex {
    text: &'static str,
    /// The byte at which the key of each entry begins.
    starts: Vec<u32>,
}

impl SortedIndex {
    fn from_text(text: &'static str) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 24);
        starts.extend(
            PackedEntries::from_object(text, 0).map(|(key, _)| (key.as_ptr() as usize - text.as_ptr() as usize) as u32),
        );
        Self { text, starts }
    }

    fn key(&self, start: u32) -> &'static str {
        let rest = &self.text[start as usize..];
        &rest[..rest.find('"').unwrap_or(rest.len())]
    }

    fn get(&self, word: &str) -> Option<LexiconEntry> {
        let index = self.starts.binary_search_by(|&start| self.key(start).cmp(word)).ok()?;
        let value = self.starts[index] as usize + word.len() + 2;
        let rest = &self.text[value..];
        if rest.starts_with('{') {
            return Some(LexiconEntry::ByTag(rest));
        }
        rest[1..].find('"').map(|n| LexiconEntry::One(&rest[1..=n]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_as_the_search_needs_it() {
        for packed in [data::US_GOLD, data::US_SILVER, data::GB_GOLD, data::GB_SILVER] {
            let index = SortedIndex::from_text(data::unpack(packed));
            assert!(index.starts.len() > 80_000);
            assert!(index.starts.is_sorted_by(|a, b| index.key(*a) < index.key(*b)));
        }
    }

    #[test]
    fn the_first_the_last_and_the_middle_are_found() {
        let lexicon = Lexicon::for_accent(Accent::American);
        assert_eq!(lexicon.get("camera"), Some(LexiconEntry::One("kˈæməɹə")));
        assert_eq!(lexicon.get("'Merica"), Some(LexiconEntry::One("mˈɛɹəkə")));
        assert_eq!(lexicon.get("abaction"), Some(LexiconEntry::One("əbˈækʃən")));
        assert_eq!(lexicon.get("zzzzzz"), None);
        assert_eq!(lexicon.get(""), None);
    }

    #[test]
    fn tags_choose() {
        let read = Lexicon::for_accent(Accent::American).get("read").expect("read");
        assert_eq!(read.phonemes("VBD", false), Some("ɹˈɛd"));
        assert_eq!(read.phonemes("VB", false), Some("ɹˈid"));
        let us = Lexicon::for_accent(Accent::American).get("AS").expect("AS");
        assert_eq!(us.phonemes("NN", false), None);
    }
}
