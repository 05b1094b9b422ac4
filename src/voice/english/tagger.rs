//! Parts of speech (Penn Treebank tags) for the words of a sentence, by an averaged perceptron. Knows nothing of phonemes.
//!
//! The model is one JSON object: `tags`, `tagdict` (words with one tag), `vocab` (words that features may name; others count by their
//! shape) and `weights` (feature → tag → weight with one decimal place).

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::data::{self, Entries};

struct Model {
    tags: Vec<String>,
    fixed: HashMap<&'static str, &'static str>,
    vocabulary: HashSet<String>,
    weights: HashMap<String, &'static str>,
}

/// Tags each of `words`; words are as spaCy parts them: "do" "n't", "well" "-" "known", punctuation alone.
pub(super) fn tags(words: &[&str]) -> Vec<&'static str> {
    let model = model();
    let normal: Vec<String> = words.iter().map(|word| model.normal(word)).collect();
    let mut tags: Vec<&'static str> = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate() {
        let tag = match model.fixed.get(word) {
            Some(tag) => tag,
            None => model.predict(&features(words, &normal, &tags, i)),
        };
        tags.push(tag);
    }
    tags
}

/// Unpacks the model, if that has not been done.
pub(super) fn load() {
    model();
}

fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| Model::of(data::unpack(data::TAGGER)))
}

impl Model {
    fn of(text: &'static str) -> Self {
        let section = |name: &str| {
            let mark = format!("\"{name}\":");
            text.find(&mark).map_or("", |at| &text[at + mark.len()..])
        };
        let object = |name: &str| Entries::of(section(name), 0);
        Self {
            tags: strings(section("tags")),
            fixed: object("tagdict").map(|(key, value)| (key, value.trim_matches('"'))).collect(),
            vocabulary: strings(section("vocab")).into_iter().collect(),
            weights: object("weights").map(|(key, value)| (unescaped(key), value)).collect(),
        }
    }

    fn normal(&self, word: &str) -> String {
        let digits = |w: &str| w.bytes().all(|b| b.is_ascii_digit());
        let normal = match word {
            _ if word.contains('-') && !word.starts_with('-') => "!HYPHEN".to_owned(),
            _ if digits(word) && word.len() == 4 => "!YEAR".to_owned(),
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => "!DIGITS".to_owned(),
            _ => word.to_lowercase(),
        };
        match self.vocabulary.contains(normal.as_str()) {
            true => normal,
            false => format!("<{}>", shape(word)),
        }
    }

    /// The tag with the highest sum of weights, the last by name among equals.
    fn predict(&'static self, features: &[String]) -> &'static str {
        let mut scores = vec![0i64; self.tags.len()];
        let mut any = false;
        for weights in features.iter().filter_map(|feature| self.weights.get(feature)) {
            any = true;
            for (tag, weight) in Entries::of(weights, 0) {
                if let Some(place) = self.tags.iter().position(|t| *t == tag) {
                    scores[place] += tenths(weight);
                }
            }
        }
        let best = self.tags.iter().zip(&scores).max_by_key(|(tag, score)| (**score, tag.as_str()));
        best.filter(|_| any).map_or("NN", |(tag, _)| tag)
    }
}

/// The strings of the JSON array that opens `text`.
fn strings(text: &str) -> Vec<String> {
    let array = serde_json::Deserializer::from_str(text).into_iter().next();
    array.and_then(Result::ok).unwrap_or_default()
}

fn unescaped(key: &str) -> String {
    match key.contains('\\') {
        true => serde_json::from_str(&format!("\"{key}\"")).unwrap_or_else(|_| key.to_owned()),
        false => key.to_owned(),
    }
}

/// A decimal with at most one place, times ten: sums of whole numbers are the same on every machine.
fn tenths(weight: &str) -> i64 {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, "0"));
    let joined: String = [whole, part].concat();
    joined.parse().unwrap_or(0)
}

fn shape(word: &str) -> String {
    let mut chars = word.chars();
    let first_upper = chars.next().is_some_and(char::is_uppercase);
    if word.chars().all(char::is_alphabetic) {
        let name = match word {
            _ if word.chars().all(char::is_lowercase) => "x",
            _ if word.chars().all(char::is_uppercase) && word.chars().count() > 1 => "XX",
            _ if word.chars().all(char::is_uppercase) => "X1",
            _ if first_upper && chars.all(char::is_lowercase) => "Xx",
            _ => "xX",
        };
        return name.to_owned();
    }
    if word.chars().all(|c| c.is_ascii_digit()) {
        return "d".to_owned();
    }
    let kind = |c: char| match c {
        _ if c.is_numeric() => 'd',
        _ if c.is_alphabetic() => 'x',
        _ => c,
    };
    word.chars().take(4).map(kind).collect()
}

fn features(words: &[&str], normal: &[String], tags: &[&'static str], i: usize) -> Vec<String> {
    let near = |offset: isize| match i.checked_add_signed(offset) {
        Some(at) if at < words.len() => normal[at].as_str(),
        Some(at) if at == words.len() => "-END-",
        Some(_) => "-END2-",
        None if i as isize + offset == -1 => "-START-",
        None => "-START2-",
    };
    let tag = |back: usize| match i.checked_sub(back) {
        Some(at) => tags[at],
        None if back == i + 1 => "-START-",
        None => "-START2-",
    };
    let first = words[i].chars().next().unwrap_or(' ');
    vec![
        "b".to_owned(),
        format!("s3={}", last3(words[i])),
        format!("p1={first}"),
        format!("w={}", near(0)),
        format!("sh={}", shape(words[i])),
        if i == 0 { "i0".to_owned() } else { "i+".to_owned() },
        format!("t-1={}", tag(1)),
        format!("t-2={}", tag(2)),
        format!("t-12={},{}", tag(1), tag(2)),
        format!("w-1={}", near(-1)),
        format!("s3-1={}", last3(near(-1))),
        format!("w-2={}", near(-2)),
        format!("w+1={}", near(1)),
        format!("s3+1={}", last3(near(1))),
        format!("w+2={}", near(2)),
    ]
}

fn last3(word: &str) -> &str {
    word.char_indices().rev().nth(2).map_or(word, |(at, _)| &word[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(text: &str) -> String {
        let words: Vec<&str> = text.split(' ').collect();
        tags(&words).join(" ")
    }

    #[test]
    fn plain_sentences_are_tagged_as_a_grammarian_would() {
        assert_eq!(tagged("The cat sat on the mat ."), "DT NN VBD IN DT NN .");
        assert_eq!(tagged("She wants to read a book ."), "PRP VBZ TO VB DT NN .");
        assert_eq!(tagged("They live in a big house ."), "PRP VBP IN DT JJ NN .");
    }

    #[test]
    fn weights_are_whole_tenths() {
        assert_eq!((tenths("-2.3"), tenths("11.8"), tenths("5"), tenths("-0.4")), (-23, 118, 50, -4));
    }

    #[test]
    fn nothing_and_oddities_have_tags() {
        assert!(tags(&[]).is_empty());
        assert_eq!(tags(&["ß-", "\u{1f600}", "१२"]).len(), 3);
    }
}
