//! Tags the words of a sentence by part of speech (Penn Treebank tags) with an averaged perceptron.
//!
//! The model is a JSON object with the fields `tags`, `tagdict` (words with one tag), `vocab` (words that features name; other words are
//! represented by their shape) and `weights` (feature → tag → weight with one decimal place).

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::data::{self, PackedEntries};

struct PerceptronModel {
    tags: Vec<String>,
    fixed: HashMap<&'static str, &'static str>,
    vocabulary: HashSet<String>,
    weights: HashMap<String, &'static str>,
}

/// The tag of each of `words`. The words are tokenised like those of spaCy: "do" "n't", "well" "-" "known", punctuation alone.
pub(super) fn tags(words: &[&str]) -> Vec<&'static str> {
    let model = model();
    let normal: Vec<String> = words.iter().map(|word| model.normalised(word)).collect();
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

/// Unpacks the model before its first use.
pub(super) fn load() {
    model();
}

fn model() -> &'static PerceptronModel {
    static MODEL: OnceLock<PerceptronModel> = OnceLock::new();
    MODEL.get_or_init(|| PerceptronModel::from_text(data::unpack(data::TAGGER)))
}

impl PerceptronModel {
    fn from_text(text: &'static str) -> Self {
        let fixed = PackedEntries::from_object(field(text, "tagdict"), 0);
        let weights = PackedEntries::from_object(field(text, "weights"), 0);
        Self {
            tags: strings(field(text, "tags")),
            fixed: fixed.map(|(key, value)| (key, value.trim_matches('"'))).collect(),
            vocabulary: strings(field(text, "vocab")).into_iter().collect(),
            weights: weights.map(|(key, value)| (unescaped(key), value)).collect(),
        }
    }

    fn normalised(&self, word: &str) -> String {
        let normal = match word {
            _ if word.contains('-') && !word.starts_with('-') => "!HYPHEN".to_owned(),
            _ if word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) => "!YEAR".to_owned(),
            _ if word.starts_with(|c: char| c.is_ascii_digit()) => "!DIGITS".to_owned(),
            _ => word.to_lowercase(),
        };
        if self.vocabulary.contains(normal.as_str()) { normal } else { format!("<{}>", shape(word)) }
    }

    /// The tag with the highest sum of weights; among equals, the last in alphabetical order.
    fn predict(&'static self, features: &[String]) -> &'static str {
        let mut scores = vec![0i64; self.tags.len()];
        let mut any = false;
        for weights in features.iter().filter_map(|feature| self.weights.get(feature)) {
            any = true;
            for (tag, weight) in PackedEntries::from_object(weights, 0) {
                if let Some(index) = self.tags.iter().position(|t| *t == tag) {
                    scores[index] += tenths(weight);
                }
            }
        }
        let best = self.tags.iter().zip(&scores).max_by_key(|(tag, score)| (**score, tag.as_str()));
        best.filter(|_| any).map_or("NN", |(tag, _)| tag)
    }
}

/// The text of the field `name` of the model and all that follows.
fn field(text: &'static str, name: &str) -> &'static str {
    let mark = format!("\"{name}\":");
    text.find(&mark).map_or("", |at| &text[at + mark.len()..])
}

/// The strings of the JSON array at the beginning of `text`.
fn strings(text: &str) -> Vec<String> {
    let array = serde_json::Deserializer::from_str(text).into_iter().next();
    array.and_then(Result::ok).unwrap_or_default()
}

fn unescaped(key: &str) -> String {
    if !key.contains('\\') {
        return key.to_owned();
    }
    serde_json::from_str(&format!("\"{key}\"")).unwrap_or_else(|_| key.to_owned())
}

/// A decimal with at most one decimal place, times ten. Sums of integers are the same on every machine.
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
    word.chars().take(4).map(char_shape).collect()
}

fn char_shape(c: char) -> char {
    match c {
        _ if c.is_numeric() => 'd',
        _ if c.is_alphabetic() => 'x',
        _ => c,
    }
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
        format!("s3={}", last_three_chars(words[i])),
        format!("p1={first}"),
        format!("w={}", near(0)),
        format!("sh={}", shape(words[i])),
        if i == 0 { "i0".to_owned() } else { "i+".to_owned() },
        format!("t-1={}", tag(1)),
        format!("t-2={}", tag(2)),
        format!("t-12={},{}", tag(1), tag(2)),
        format!("w-1={}", near(-1)),
        format!("s3-1={}", last_three_chars(near(-1))),
        format!("w-2={}", near(-2)),
        format!("w+1={}", near(1)),
        format!("s3+1={}", last_three_chars(near(1))),
        format!("w+2={}", near(2)),
    ]
}

fn last_three_chars(word: &str) -> &str {
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
