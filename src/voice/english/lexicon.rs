//! The lexicons: a careful one and a large one for each accent. Knows nothing of suffixes, context or sentences.

use super::Accent;
use super::data::{self, ByAccent, Entries};

/// A lexicon pair of one accent.
pub(super) struct Lexicon {
    careful: Index,
    large: Index,
}

/// How a lexicon answers for a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Always these phonemes.
    One(&'static str),
    /// Phonemes by part of speech, as a raw JSON object.
    ByTag(&'static str),
}

impl Lexicon {
    /// The lexicon of an accent, unpacked when first asked for.
    pub(super) fn of(accent: Accent) -> &'static Lexicon {
        static LEXICONS: ByAccent<Lexicon> = ByAccent::new();
        LEXICONS.get(accent, || {
            let (careful, large) = match accent {
                Accent::American => (data::US_GOLD, data::US_SILVER),
                Accent::British => (data::GB_GOLD, data::GB_SILVER),
            };
            let (careful, large) = std::thread::scope(|threads| {
                let large = threads.spawn(|| Index::of(data::unpack(large)));
                (Index::of(data::unpack(careful)), large.join())
            });
            Lexicon { careful, large: large.expect("embedded lexicon unpacks") }
        })
    }

    /// What is written under exactly `word`, in the careful lexicon first.
    pub(super) fn get(&self, word: &str) -> Option<Entry> {
        self.careful.get(word).or_else(|| self.large.get(word))
    }

    /// What the careful lexicon has under exactly `word`.
    pub(super) fn careful(&self, word: &str) -> Option<Entry> {
        self.careful.get(word)
    }
}

impl Entry {
    /// The phonemes for a word of `tag` (Penn Treebank), `at_end` if a pause comes next. None if they are to be spelled.
    pub(super) fn phonemes(self, tag: &str, at_end: bool) -> Option<&'static str> {
        let object = match self {
            Entry::One(phonemes) => return Some(phonemes),
            Entry::ByTag(object) => object,
        };
        let find = |key: &str| Entries::of(object, 0).find(|(k, _)| *k == key).map(|(_, value)| unquoted(value));
        at_end
            .then(|| find("None"))
            .flatten()
            .or_else(|| find(tag))
            .or_else(|| find(class_of(tag)))
            .or_else(|| find("DEFAULT"))
            .flatten()
    }
}

/// The class under which lexicons file a Penn tag.
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
struct Index {
    text: &'static str,
    /// Where each entry's key begins.
    starts: Vec<u32>,
}

impl Index {
    fn of(text: &'static str) -> Self {
        let mut starts = Vec::with_capacity(text.len() / 24);
        starts.extend(Entries::of(text, 0).map(|(key, _)| (key.as_ptr() as usize - text.as_ptr() as usize) as u32));
        Self { text, starts }
    }

    fn key(&self, start: u32) -> &'static str {
        let rest = &self.text[start as usize..];
        &rest[..rest.find('"').unwrap_or(rest.len())]
    }

    fn get(&self, word: &str) -> Option<Entry> {
        let place = self.starts.binary_search_by(|&start| self.key(start).cmp(word)).ok()?;
        let value = self.starts[place] as usize + word.len() + 2;
        let rest = &self.text[value..];
        match rest.starts_with('{') {
            true => Some(Entry::ByTag(rest)),
            false => rest[1..].find('"').map(|n| Entry::One(&rest[1..=n])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_as_the_search_needs_it() {
        for packed in [data::US_GOLD, data::US_SILVER, data::GB_GOLD, data::GB_SILVER] {
            let index = Index::of(data::unpack(packed));
            assert!(index.starts.len() > 80_000);
            assert!(index.starts.is_sorted_by(|a, b| index.key(*a) < index.key(*b)));
        }
    }

    #[test]
    fn the_first_the_last_and_the_middle_are_found() {
        let lexicon = Lexicon::of(Accent::American);
        assert_eq!(lexicon.get("camera"), Some(Entry::One("kˈæməɹə")));
        assert_eq!(lexicon.get("'Merica"), Some(Entry::One("mˈɛɹəkə")));
        assert_eq!(lexicon.get("abaction"), Some(Entry::One("əbˈækʃən")));
        assert_eq!(lexicon.get("zzzzzz"), None);
        assert_eq!(lexicon.get(""), None);
    }

    #[test]
    fn tags_choose() {
        let read = Lexicon::of(Accent::American).get("read").expect("read");
        assert_eq!(read.phonemes("VBD", false), Some("ɹˈɛd"));
        assert_eq!(read.phonemes("VB", false), Some("ɹˈid"));
        let us = Lexicon::of(Accent::American).get("AS").expect("AS");
        assert_eq!(us.phonemes("NN", false), None);
    }
}
