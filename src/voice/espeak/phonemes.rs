//! Which of the words of a sentence is spoken in which stretch of its sound: told by the phonemes of the sentence and those of each word
//! on its own, which are alike but not the same ("a", numbers, abbreviations, words that run together).

use std::ops::Range;

/// A word that stands between the words of a list, to tell them apart; every voice can say it.
const MARK: &str = "77";
/// Ends a word, in the phonemes of words on their own.
const EDGE: char = '\u{1}';
/// Parts what espeak-ng speaks as a word.
const SPACE: char = ' ';
/// Sentences of more phonemes are not looked at.
const MAX_PHONEMES: usize = 6_000;

/// The words of `sentence` as a list to be spoken: each on its own, with a mark before and after it.
pub(super) fn listed(sentence: &str, words: &[Range<usize>]) -> String {
    let mut list = MARK.to_owned();
    for word in words {
        let text: String = sentence[word.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        list.extend(["\n\n", &text, "\n\n", MARK]);
    }
    list
}

/// The edges of `count` words, given the phonemes of the sentence (`whole`), those of the list of its words (`alone`), and the stretches
/// between pauses (`stretches`). `None` if they don't fit together.
pub(super) fn edges(whole: &str, alone: &str, count: usize, stretches: &[Range<usize>]) -> Option<Vec<Range<usize>>> {
    let tokens = tokens(whole);
    if tokens.len() != stretches.len() {
        return None;
    }
    let words = parted(alone, count)?;
    let sentence: Vec<char> = tokens.join(" ").chars().collect();
    let places = places(&words, &sentence)?;
    let starts = places.iter().map(|&p| locate(p, &tokens, stretches, true));
    let ends = places[1..].iter().map(|&p| locate(p, &tokens, stretches, false));
    let last = stretches.last()?.end;
    let edges: Vec<_> = starts.zip(ends.chain([last])).map(|(from, to)| from..to.max(from)).collect();
    (edges.len() == count).then_some(edges)
}

/// The phonemes of each word: what is spoken between one mark and the next.
fn parted(alone: &str, count: usize) -> Option<Vec<String>> {
    let lines: Vec<String> = alone.lines().map(|line| tokens(line).join(" ")).filter(|l| !l.is_empty()).collect();
    let mark = lines.first()?.clone();
    let words: Vec<String> = lines.split(|line| *line == mark).map(|lines| lines.join(" ")).collect();
    (words.len() == count + 2).then(|| words[1..=count].to_vec())
}

/// What espeak-ng speaks as a word, without stress, pauses, tones' digits or the names of languages it changes to.
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

/// For every word, the place in `sentence` (an index of its characters) at which it begins: the cheapest alignment of the words' phonemes,
/// one after the other, with the sentence's.
fn places(words: &[String], sentence: &[char]) -> Option<Vec<usize>> {
    let mut line: Vec<char> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        line.extend((at > 0).then_some(EDGE));
        line.extend(word.chars());
    }
    let (rows, columns) = (line.len() + 1, sentence.len() + 1);
    if rows.max(columns) > MAX_PHONEMES {
        return None;
    }
    let mut steps = vec![Step::Both; rows * columns];
    let mut costs: Vec<u32> = Vec::with_capacity(columns);
    for row in 0..rows {
        let above = std::mem::take(&mut costs);
        for column in 0..columns {
            let up = row.checked_sub(1).map(|r| (above[column] + dropped(line[r]), Step::Line));
            let left = column.checked_sub(1).map(|c| (costs[c] + dropped(sentence[c]), Step::Sentence));
            let both = row.checked_sub(1).zip(column.checked_sub(1));
            let both = both.map(|(r, c)| (above[c] + changed(line[r], sentence[c]), Step::Both));
            let best = [both, up, left].into_iter().flatten().min_by_key(|&(cost, _)| cost).unwrap_or((0, Step::Both));
            steps[row * columns + column] = best.1;
            costs.push(best.0);
        }
    }
    Some(traced(&line, &steps, columns))
}

/// How a cell of the alignment is reached: by a character of the words' line, of the sentence, or of both.
#[derive(Clone, Copy)]
enum Step {
    Both,
    Line,
    Sentence,
}

/// Walks the alignment back and notes where edges fall.
fn traced(line: &[char], steps: &[Step], columns: usize) -> Vec<usize> {
    let (mut row, mut column) = (line.len(), columns - 1);
    let mut places = Vec::new();
    while row > 0 || column > 0 {
        match steps[row * columns + column] {
            Step::Sentence => column -= 1,
            Step::Line => {
                row -= 1;
                places.extend((line[row] == EDGE).then_some(column));
            }
            Step::Both => {
                (row, column) = (row - 1, column - 1);
                // The edge is the space itself; the word begins after it.
                places.extend((line[row] == EDGE).then_some(column + 1));
            }
        }
    }
    places.push(0);
    places.reverse();
    places
}

fn dropped(c: char) -> u32 {
    if c == EDGE || c == SPACE { 3 } else { 4 }
}

fn changed(of_words: char, of_sentence: char) -> u32 {
    let parting = |c| c == EDGE || c == SPACE;
    match (of_words, of_sentence) {
        (EDGE, SPACE) => 0,
        (a, b) if a == b => 0,
        (a, b) if parting(a) != parting(b) => 20,
        (a, b) if is_vowel(a) == is_vowel(b) => 4,
        _ => 6,
    }
}

fn is_vowel(c: char) -> bool {
    "aeiouAEIOUV03@&".contains(c)
}

/// The sample at place `place` of the tokens: the start of a stretch or, if `place` is within one, as far into it as into its token. With
/// `start` unset, the end of the word before that place.
fn locate(place: usize, tokens: &[String], stretches: &[Range<usize>], start: bool) -> usize {
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
        edges(whole, &alone, words.len(), &stretches)
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
        assert_eq!(edges("a b", "m\na\nm\nb\nm", 2, &[0..9, 9..12, 12..20]), None, "another number of stretches");
        assert_eq!(edges("a b", "m\na\nm", 2, &[0..9, 9..12]), None, "a word is missing");
        assert_eq!(edges("", "", 1, &[]), None);
    }

    #[test]
    fn a_list_parts_words_whatever_they_hold() {
        let sentence = "now \u{2014} or  never";
        assert_eq!(listed(sentence, &[0..7, 8..10, 12..17]), "77\n\nnow \u{2014}\n\n77\n\nor\n\n77\n\nnever\n\n77");
    }
}
