//! Assigns the words of a sentence to the ranges of sound between pauses, by aligning the phonemes of the sentence with those of the
//! isolated words. The two are similar but not the same ("a", numbers, abbreviations, words that run together).

use std::ops::Range;

/// A word that separates the words of a list. Every voice can speak it.
const SEPARATOR_WORD: &str = "77";
/// Marks the boundary of two words in the phonemes of isolated words.
const WORD_EDGE: char = '\u{1}';
/// Separates the tokens that espeak-ng speaks as one word.
const SPACE: char = ' ';
/// The maximum number of phonemes that are aligned, a bound on time and memory.
const MAX_PHONEMES: usize = 6_000;

/// The text that makes espeak-ng speak each word of `sentence` in isolation, with a separator before and after it.
pub(super) fn separated_words(sentence: &str, words: &[Range<usize>]) -> String {
    let mut list = SEPARATOR_WORD.to_owned();
    for word in words {
        let text: String = sentence[word.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        list.extend(["\n\n", &text, "\n\n", SEPARATOR_WORD]);
    }
    list
}

/// The edges of `count` words, given the phonemes of the sentence (`whole`) and of the separated words (`alone`), and the ranges of sound
/// between pauses (`stretches`). `None` if they do not match.
pub(super) fn word_edges(
    whole: &str,
    alone: &str,
    count: usize,
    stretches: &[Range<usize>],
) -> Option<Vec<Range<usize>>> {
    let tokens = tokens(whole);
    if tokens.len() != stretches.len() {
        return None;
    }
    let words = split_at_separators(alone, count)?;
    let sentence: Vec<char> = tokens.join(" ").chars().collect();
    let places = word_starts(&words, &sentence)?;
    let starts = places.iter().map(|&p| sample_at(p, &tokens, stretches, true));
    let ends = places[1..].iter().map(|&p| sample_at(p, &tokens, stretches, false));
    let last = stretches.last()?.end;
    let edges: Vec<_> = starts.zip(ends.chain([last])).map(|(from, to)| from..to.max(from)).collect();
    (edges.len() == count).then_some(edges)
}

/// The phonemes of each word: the lines between two separators.
fn split_at_separators(alone: &str, count: usize) -> Option<Vec<String>> {
    let lines: Vec<String> = alone.lines().map(|line| tokens(line).join(" ")).filter(|l| !l.is_empty()).collect();
    let mark = lines.first()?.clone();
    let words: Vec<String> = lines.split(|line| *line == mark).map(|lines| lines.join(" ")).collect();
    (words.len() == count + 2).then(|| words[1..=count].to_vec())
}

/// The tokens of `phonemes` that espeak-ng speaks as one word, without stress, pauses and the names of languages.
fn tokens(phonemes: &str) -> Vec<String> {
    let mut aside = false;
    let mut plain = String::new();
    for c in phonemes.chars() {
        match c {
            '(' => aside = true,
            ')' => aside = false,
            _ if aside => {}
            '_' | ':' | '!' | '|' | '\'' | ',' | ';' | '%' | '=' | '-' => {}
            c => plain.push(c),
        }
    }
    plain.split_whitespace().map(str::to_owned).collect()
}

/// For every word, the index of the character in `sentence` at which it begins, by the cheapest alignment of the concatenated phonemes of
/// the words with those of the sentence.
fn word_starts(words: &[String], sentence: &[char]) -> Option<Vec<usize>> {
    let mut line: Vec<char> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        line.extend((at > 0).then_some(WORD_EDGE));
        line.extend(word.chars());
    }
    let (rows, columns) = (line.len() + 1, sentence.len() + 1);
    if rows.max(columns) > MAX_PHONEMES {
        return None;
    }
    let mut steps = vec![AlignStep::Both; rows * columns];
    let mut costs: Vec<u32> = Vec::with_capacity(columns);
    for row in 0..rows {
        let above = std::mem::take(&mut costs);
        for column in 0..columns {
            let up = row.checked_sub(1).map(|r| (above[column] + gap_cost(line[r]), AlignStep::Line));
            let left = column.checked_sub(1).map(|c| (costs[c] + gap_cost(sentence[c]), AlignStep::Sentence));
            let both = row.checked_sub(1).zip(column.checked_sub(1));
            let both = both.map(|(r, c)| (above[c] + substitution_cost(line[r], sentence[c]), AlignStep::Both));
            let best =
                [both, up, left].into_iter().flatten().min_by_key(|&(cost, _)| cost).unwrap_or((0, AlignStep::Both));
            steps[row * columns + column] = best.1;
            costs.push(best.0);
        }
    }
    Some(backtrack(&line, &steps, columns))
}

/// From which cell the alignment reaches a cell: it consumes a character of the words' line, of the sentence, or of both.
#[derive(Clone, Copy)]
enum AlignStep {
    Both,
    Line,
    Sentence,
}

/// Follows the alignment back, and collects the positions of the boundaries.
fn backtrack(line: &[char], steps: &[AlignStep], columns: usize) -> Vec<usize> {
    let (mut row, mut column) = (line.len(), columns - 1);
    let mut places = Vec::new();
    while row > 0 || column > 0 {
        match steps[row * columns + column] {
            AlignStep::Sentence => column -= 1,
            AlignStep::Line => {
                row -= 1;
                places.extend((line[row] == WORD_EDGE).then_some(column));
            }
            AlignStep::Both => {
                (row, column) = (row - 1, column - 1);
                // The boundary is aligned with a character; the word begins after it.
                places.extend((line[row] == WORD_EDGE).then_some(column + 1));
            }
        }
    }
    places.push(0);
    places.reverse();
    places
}

fn gap_cost(c: char) -> u32 {
    if is_boundary(c) { 3 } else { 4 }
}

fn substitution_cost(of_words: char, of_sentence: char) -> u32 {
    match (of_words, of_sentence) {
        (WORD_EDGE, SPACE) => 0,
        (a, b) if a == b => 0,
        (a, b) if is_boundary(a) != is_boundary(b) => 20,
        (a, b) if is_vowel(a) == is_vowel(b) => 4,
        _ => 6,
    }
}

fn is_boundary(c: char) -> bool {
    c == WORD_EDGE || c == SPACE
}

fn is_vowel(c: char) -> bool {
    "aeiouAEIOUV03@&".contains(c)
}

/// The sample at the character `place` of the tokens: the start of a range or, within a token, the proportional position in its range.
/// Between two tokens, without `start`, the end of the range before it.
fn sample_at(place: usize, tokens: &[String], stretches: &[Range<usize>], start: bool) -> usize {
    let mut from = 0;
    let mut before = stretches[0].start;
    for (token, stretch) in tokens.iter().zip(stretches) {
        let length = token.chars().count();
        if place <= from {
            return if start { stretch.start } else { before };
        }
        if place < from + length {
            return stretch.start + stretch.len() * (place - from) / length;
        }
        from += length + 1;
        before = stretch.end;
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Edges of words where each stretch is 100 samples and 10 apart from the next.
    fn found(whole: &str, words: &[&str]) -> Option<Vec<Range<usize>>> {
        let stretches: Vec<_> = (0..tokens(whole).len()).map(|n| n * 110..n * 110 + 100).collect();
        let mark = "s'Ev@nti s'Ev@n\n";
        let alone = words.iter().fold(mark.to_owned(), |list, word| list + word + "\n" + mark);
        word_edges(whole, &alone, words.len(), &stretches)
    }

    #[test]
    fn a_word_a_stretch() {
        assert_eq!(
            found("sm'O:l t'Ekst\nf'aIl", &["sm'O:l", "t'Ekst", "f'aIl"]).unwrap(),
            [0..100, 110..210, 220..320]
        );
    }

    #[test]
    fn a_number_takes_several_stretches() {
        let edges = found("In t'u: T'aUz@nd f'o@ D@2", &["'In", "t'u: T'aUz@nd f'o@", "D'@2"]);
        assert_eq!(edges.unwrap(), [0..100, 110..430, 440..540]);
    }

    #[test]
    fn words_run_together_share_a_stretch() {
        let edges = found("an InDI2 t'aUn", &["an", "'In", "D'I2", "t'aUn"]).unwrap();
        assert_eq!((edges[0].clone(), edges[3].clone()), (0..100, 220..320));
        assert!(edges[1].start == 110 && edges[1].end == edges[2].start && (130..180).contains(&edges[2].start));
    }

    #[test]
    fn a_word_said_otherwise_than_alone_keeps_its_place() {
        let edges = found("D@2 k'at a# d'0g", &["D'i:", "k'at", "'eI", "d'0g"]);
        assert_eq!(edges.unwrap(), [0..100, 110..210, 220..320, 330..430]);
    }

    #[test]
    fn what_does_not_fit_is_not_guessed() {
        assert_eq!(word_edges("a b", "m\na\nm\nb\nm", 2, &[0..9, 9..12, 12..20]), None, "another number of stretches");
        assert_eq!(word_edges("a b", "m\na\nm", 2, &[0..9, 9..12]), None, "a word is missing");
        assert_eq!(word_edges("", "", 1, &[]), None);
    }

    #[test]
    fn a_list_parts_words_whatever_they_hold() {
        let sentence = "now \u{2014} or  never";
        assert_eq!(
            separated_words(sentence, &[0..7, 8..10, 12..17]),
            "77\n\nnow \u{2014}\n\n77\n\nor\n\n77\n\nnever\n\n77"
        );
    }
}
