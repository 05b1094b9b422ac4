//! Chooses the words of a passage that a card shows while the passage is said, and shortens list items.

use std::ops::Range;

use super::block::Prose;
use super::sentence_cuts;
use crate::voice;

/// The most words of a statement.
const MAX_WORDS: usize = 8;
/// The longest statement, in characters.
const MAX_CHARS: usize = 64;
/// A sentence without a fitting clause is shown whole if it has no more words than this.
const MAX_SENTENCE_WORDS: usize = 14;
/// A list item longer than this, in characters, is shown by its beginning.
const MAX_ITEM_CHARS: usize = 64;
/// Clauses with a lower score are not shown.
const MIN_SCORE: i32 = 3;

/// Words that join a clause to the one before.
const CONJUNCTIONS: &[&str] = &["and", "but", "so", "or", "yet", "then", "und", "aber"];
/// First words of clauses that cannot stand alone.
const DEPENDENT: &[&str] = &[
    "which", "who", "whom", "whose", "that", "if", "when", "where", "while", "as", "because", "although", "though",
    "since", "unless", "until", "than", "of", "in", "at", "to", "for", "with", "without", "from", "by", "like", "such",
    "not", "nor", "on", "into", "after", "before", "is", "are", "was", "were", "has", "have", "had", "do", "does",
    "did", "can", "will", "may", "must", "dass", "weil", "wenn", "wie", "mit", "von", "für", "der", "die", "das",
];
/// Clauses without a content of their own.
const FILLERS: &[&str] =
    &["however", "therefore", "instead", "of course", "for example", "for instance", "in fact", "at last", "in short"];

/// The words of a passage that a card shows.
#[derive(Debug, PartialEq)]
pub struct StatementExcerpt {
    /// The words; highlighted ones stand between stars.
    pub statement: String,
    /// Whether they are all the words of the passage.
    pub whole: bool,
    /// The byte of the passage at which their sentence begins.
    pub at: usize,
}

/// The clause with the highest score, if one is short enough and can stand alone.
pub fn find_statement(said: &Prose) -> Option<StatementExcerpt> {
    let clauses = clauses(said);
    // `max_by_key` takes the last of equals; reversed, that is the first.
    let best = clauses.iter().rev().max_by_key(|clause| clause.score).filter(|clause| clause.score >= MIN_SCORE);
    let range = match best {
        Some(clause) => clause.range.clone(),
        None => emphasised(said).or_else(|| first_short_sentence(&said.text))?,
    };
    let sentences = voice::sentences(&said.text).into_iter();
    let around = sentences.take_while(|sentence| sentence.start <= range.start).last().unwrap_or_else(|| range.clone());
    let range = if comes_late(&said.text, &around, &range) { trimmed(&said.text, around.clone()) } else { range };
    let at = around.start;
    let whole = voice::words(said.words()).len() == voice::words(&said.text[range.clone()]).len();
    Some(StatementExcerpt { statement: with_stars(said, range), whole, at })
}

/// Whether the words come so late in a short sentence that all of it should be shown.
fn comes_late(text: &str, sentence: &Range<usize>, words: &Range<usize>) -> bool {
    const MAX_WAIT_SECONDS: f64 = 1.5;
    let late = sentence_cuts::seconds(&text[sentence.start..words.start]) > MAX_WAIT_SECONDS;
    late && voice::words(&text[sentence.clone()]).len() <= MAX_SENTENCE_WORDS
}

/// The first emphasised words that are short enough.
fn emphasised(said: &Prose) -> Option<Range<usize>> {
    said.lit.iter().map(|lit| trimmed(&said.text, lit.clone())).find(|lit| is_short(&said.text[lit.clone()]))
}

/// The first sentence that can be read while it is said.
fn first_short_sentence(text: &str) -> Option<Range<usize>> {
    let mut sentences = voice::sentences(text).into_iter().map(|sentence| trimmed(text, sentence));
    sentences.find(|range| (2..=MAX_SENTENCE_WORDS).contains(&voice::words(&text[range.clone()]).len()))
}

struct Clause {
    range: Range<usize>,
    score: i32,
}

/// All short sentences, and the short clauses of the others, with their scores.
fn clauses(said: &Prose) -> Vec<Clause> {
    let text = said.text.as_str();
    let mut clauses = Vec::new();
    for sentence in voice::sentences(text) {
        let whole = trimmed(text, sentence.clone());
        let short =
            [whole.clone(), without_conjunction(text, whole)].into_iter().find(|range| is_short(&text[range.clone()]));
        if let Some(whole) = short {
            clauses.push(Clause { score: score(said, &whole) + 3, range: whole });
            continue;
        }
        let mut at = sentence.start;
        for end in clause_ends(text, sentence) {
            let range = without_conjunction(text, trimmed(text, at..end));
            at = end;
            if is_short(&text[range.clone()]) {
                let lost = dependence(&text[range.clone()]) + 3 * i32::from(is_contradicted(&text[end..]));
                clauses.push(Clause { score: score(said, &range) - lost, range });
            }
        }
    }
    clauses
}

/// The bytes at which the clauses of a sentence end; the last one is the sentence's end.
fn clause_ends(text: &str, sentence: Range<usize>) -> Vec<usize> {
    let part = &text[sentence.clone()];
    let ends = part.char_indices().filter(|(at, c)| {
        let after = &part[at + c.len_utf8()..];
        match c {
            ',' | ';' | ':' => after.starts_with(char::is_whitespace),
            '—' | '–' | '(' | ')' | '，' | '、' | '；' | '：' => true,
            _ => false,
        }
    });
    ends.map(|(at, c)| sentence.start + at + c.len_utf8()).chain([sentence.end]).collect()
}

/// The range without punctuation around it; question and exclamation marks stay.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = part.trim_start_matches(|c: char| !c.is_alphanumeric() && !"$€£“‘\"'#~".contains(c));
    let rest = start.trim_end_matches(|c: char| c.is_whitespace() || ".,;:—–-(…，、；：。".contains(c));
    let rest = if rest.contains('(') { rest } else { rest.trim_end_matches(')') };
    let from = range.start + part.len() - start.len();
    from..from + rest.len()
}

fn without_conjunction(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let Some((first, rest)) = part.split_once(' ') else { return range };
    if CONJUNCTIONS.contains(&first.to_lowercase().as_str()) { range.end - rest.len()..range.end } else { range }
}

fn is_short(text: &str) -> bool {
    let words = voice::words(text).len();
    let letters = text.chars().count();
    (letters > 5 || words > 1) && words <= MAX_WORDS && letters <= MAX_CHARS && text.chars().any(char::is_alphanumeric)
}

fn score(said: &Prose, range: &Range<usize>) -> i32 {
    let text = &said.text[range.clone()];
    let small = text.to_lowercase();
    let words = voice::words(text).len();
    let mut score = match words {
        1 => -2,
        2 => 0,
        3..=6 => 3,
        _ => 2,
    };
    score += 4 * i32::from(said.lit.iter().any(|lit| lit.start < range.end && range.start < lit.end));
    score += 2 * i32::from(text.chars().any(|c| c.is_ascii_digit()));
    score - 6 * i32::from(FILLERS.contains(&small.as_str()))
}

/// The score that a clause loses if it cannot stand alone.
fn dependence(clause: &str) -> i32 {
    let first = clause.split_whitespace().next().unwrap_or_default().to_lowercase();
    4 * i32::from(DEPENDENT.contains(&first.as_str()))
}

/// Whether the text that follows a clause contradicts it, as "but" does.
fn is_contradicted(rest: &str) -> bool {
    let next = rest.split_whitespace().next().unwrap_or_default();
    ["but", "yet", "aber", "sondern"].contains(&next)
}

/// The words as a statement writes them: with a capital first letter, and stars around highlighted words.
fn with_stars(said: &Prose, range: Range<usize>) -> String {
    let text = &said.text[range.clone()];
    let words = voice::words(text);
    let lit: Vec<bool> =
        words.iter().map(|word| is_lit(said, range.start + word.start..range.start + word.end)).collect();
    // If every word is emphasised, none stands out.
    let some = lit.iter().any(|lit| *lit) && lit.iter().any(|lit| !lit);
    let own = if some { None } else { key_word(text, &words) };
    let mut statement = String::new();
    let mut at = 0;
    for (n, word) in words.iter().enumerate() {
        statement.push_str(&text[at..word.start].replace('*', ""));
        let shown = text[word.clone()].replace('*', "");
        statement.push_str(&if (some && lit[n]) || own == Some(n) { between_stars(&shown) } else { shown });
        at = word.end;
    }
    capitalised(statement.trim())
}

/// Whether any of these bytes is emphasised.
fn is_lit(said: &Prose, range: Range<usize>) -> bool {
    said.lit.iter().any(|lit| lit.start < range.end && range.start < lit.end)
}

/// The word that a statement highlights if none is emphasised: the first with a digit, or the longest.
fn key_word(text: &str, words: &[Range<usize>]) -> Option<usize> {
    if words.len() < 3 {
        return None;
    }
    let number = words.iter().position(|word| text[word.clone()].contains(|c: char| c.is_ascii_digit()));
    number.or_else(|| longest_word(text, words))
}

/// The word with the most letters, the first one of several; `None` if it is short.
fn longest_word(text: &str, words: &[Range<usize>]) -> Option<usize> {
    const MIN_KEY_WORD_CHARS: usize = 6;
    let mut longest = None;
    let mut most = MIN_KEY_WORD_CHARS - 1;
    for (n, word) in words.iter().enumerate() {
        let letters = text[word.clone()].chars().filter(|c| c.is_alphanumeric()).count();
        if letters > most {
            (longest, most) = (Some(n), letters);
        }
    }
    longest
}

/// The word with stars around it; punctuation behind its letters stays outside.
fn between_stars(word: &str) -> String {
    let start = word.len() - word.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let end = word.trim_end_matches(|c: char| !c.is_alphanumeric() && !"%+".contains(c)).len();
    // A variable stays whole.
    if start >= end || word.contains("${") {
        return word.to_owned();
    }
    format!("*{}*{}", &word[..end], &word[end..])
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let star = if text.starts_with('*') { chars.next() } else { None };
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    star.into_iter().chain(first).collect::<String>() + chars.as_str()
}

/// The text that a list shows for an item, and whether that is all of it. A short item is shown whole; else the part before a colon or dash, the words
/// emphasised at its start, or its first sentence.
pub fn item_text(said: &Prose) -> (String, bool) {
    let text = said.words();
    if fits_item(text) && voice::sentences(text).len() <= 1 {
        return (without_full_stop(text), true);
    }
    let start = said.text.len() - said.text.trim_start().len();
    let lit = said.lit.first().filter(|lit| lit.start <= start).map(|lit| &said.text[lit.clone()]);
    let before = [": ", " — ", " – ", " - "].iter().filter_map(|gap| text.split_once(gap)).map(|(before, _)| before);
    let sentence = voice::sentences(text).first().map(|first| &text[first.clone()]);
    let shown =
        lit.into_iter().chain(before.min_by_key(|part| part.len())).chain(sentence).find(|part| fits_item(part));
    (without_full_stop(shown.unwrap_or(text)), false)
}

/// Whether a text is short enough for a list item, and says something.
fn fits_item(text: &str) -> bool {
    text.chars().count() <= MAX_ITEM_CHARS && text.chars().any(char::is_alphanumeric)
}

/// The text without a full stop, comma or the like at its end.
fn without_full_stop(text: &str) -> String {
    text.trim().trim_end_matches(['.', ',', ';', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;

    fn prose(text: &str) -> Prose {
        let mut prose = Prose::default();
        for (n, part) in text.split("**").enumerate() {
            prose.push(part, Span { start: 0, end: 0 }, n % 2 == 1);
        }
        prose
    }

    fn card(text: &str) -> String {
        find_statement(&prose(text)).map_or_else(String::new, |card| card.statement)
    }

    #[test]
    fn a_card_shows_the_clause_that_says_most() {
        for (text, statement) in [
            ("Every video starts as a text file.", "Every video *starts* as a text file"),
            ("Why does it take so long?", "Why does it take so long?"),
            ("Change one sentence, and only that sentence is spoken again.", "Change one *sentence*"),
            (
                "If you change one single word in the very middle of it, everything is made again.",
                "*Everything* is made again",
            ),
            (
                "It takes 30 seconds. That is not much, as such things go, but enough for some of us.",
                "It takes *30* seconds",
            ),
            (
                "Most tools that make films want **a mouse and patience**, and there is nothing that you can do about it all.",
                "A mouse and *patience*",
            ),
            (
                "Most of the tools that one can find today for making **films with a voice** want a mouse.",
                "Films with a voice",
            ),
            (
                "It's *all* in ${name}, as it were, and there it stays for the rest of its life in peace.",
                "It's all in ${name}",
            ),
        ] {
            assert_eq!(card(text), statement);
        }
    }

    #[test]
    fn what_cannot_stand_alone_is_not_shown() {
        for text in [
            "",
            "...",
            "Yes.",
            "Of all the tools that are there for the making of films only few remember what they did before this.",
        ] {
            assert_eq!(card(text), "", "{text}");
        }
    }

    #[test]
    fn all_that_is_said_is_known_to_be_shown() {
        assert!(find_statement(&prose("Be brief, be clear.")).unwrap().whole);
        assert!(
            !find_statement(&prose("Be brief. And this is a much longer sentence than the other one was."))
                .unwrap()
                .whole
        );
    }

    #[test]
    fn items_are_shown_in_brief() {
        for (text, shown, whole) in [
            ("One thing.", "One thing", true),
            ("What next?", "What next?", true),
            ("**Voice**: a natural English voice is in the program, and others can be brought along.", "Voice", false),
            ("A voice: a natural English voice is in the program, and others can be brought along.", "A voice", false),
            ("It is quick. Really, it is.", "It is quick", false),
        ] {
            assert_eq!(item_text(&prose(text)), (shown.to_owned(), whole));
        }
    }
}
