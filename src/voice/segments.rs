//! The words that captions show in scripts without spaces between words, found with a dictionary and a few rules.

use std::ops::Range;

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;

use super::spoken::WordTiming;
use super::text::{is_unspaced, words_of};

/// The maximum number of characters of a word after an ending was joined to it. Twice as many for an ending of one character.
const MAX_JOINED_CHARS: usize = 8;
/// Chinese particles, which attach to the word before them.
const PARTICLES: &str = "的了着過过們们吗嗎呢吧啊地得";

/// Converts `words`, the timed words of `sentence`, to those that captions show. Words of scripts with spaces stay as they are; others are
/// joined from smaller words, or cut. Times inside a word are interpolated by its bytes.
pub fn caption_words(sentence: &str, words: &[WordTiming]) -> Vec<WordTiming> {
    if !sentence.chars().any(is_unspaced) || words.is_empty() {
        return words.to_vec();
    }
    phrases(sentence).into_iter().map(|range| timed_range(words, range)).collect()
}

fn timed_range(words: &[WordTiming], range: Range<usize>) -> WordTiming {
    let from = time_at_byte(words, range.start, words.iter().find(|word| word.range.end > range.start));
    let to = time_at_byte(words, range.end, words.iter().find(|word| word.range.end >= range.end));
    WordTiming { range, from, to: to.max(from) }
}

/// The sample at which `byte` of the sentence is spoken. `word` contains the byte; without it, the last word counts.
fn time_at_byte(words: &[WordTiming], byte: usize, word: Option<&WordTiming>) -> u64 {
    let Some(word) = word.or(words.last()) else { return 0 };
    let bytes = word.range.len().max(1);
    let offset = byte.saturating_sub(word.range.start).min(word.range.len());
    word.from + (word.to - word.from) * offset as u64 / bytes as u64
}

/// The words of a sentence, each with the particles and endings that attach to it. In scripts without spaces, lines may break between
/// them.
pub fn phrases(sentence: &str) -> Vec<Range<usize>> {
    let mut phrases: Vec<Range<usize>> = Vec::new();
    for word in words_of(sentence, dictionary_boundaries) {
        match phrases.last_mut() {
            Some(last)
                if last.end == word.start && attaches_to_previous(&sentence[last.clone()], &sentence[word.clone()]) =>
            {
                last.end = word.end;
            }
            _ => phrases.push(word),
        }
    }
    phrases
}

fn dictionary_boundaries(text: &str) -> Vec<usize> {
    WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()).segment_str(text).collect()
}

/// Whether `word` is a particle or an ending of `before`.
fn attaches_to_previous(before: &str, word: &str) -> bool {
    let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let length = bare.chars().count();
    let ending = bare.chars().all(is_hiragana) && length <= 3;
    let particle = length == 1 && PARTICLES.contains(bare);
    let whole = before.chars().all(char::is_alphanumeric) && before.chars().any(is_unspaced);
    let max_chars = if length == 1 { 2 * MAX_JOINED_CHARS } else { MAX_JOINED_CHARS };
    whole && (ending || particle) && before.chars().count() + length <= max_chars
}

fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::words;

    fn cut(sentence: &str) -> Vec<&str> {
        phrases(sentence).into_iter().map(|range| &sentence[range]).collect()
    }

    #[test]
    fn scripts_without_spaces_are_cut_at_words() {
        assert_eq!(cut("今日は映画を作ります。"), ["今日は", "映画を", "作ります。"]);
        assert_eq!(cut("彼は「カメラ」と言った。"), ["彼は", "「カメラ」", "と", "言った。"]);
        assert_eq!(cut("我们的电影从文本开始，很简单。"), ["我们的", "电影", "从", "文本", "开始，", "很简单。"]);
        assert_eq!(cut("Use 日本 now"), ["Use", "日本", "now"]);
        assert_eq!(cut("ภาพยนตร์เริ่มจากข้อความ"), ["ภาพยนตร์", "เริ่ม", "จาก", "ข้อความ"]);
    }

    #[test]
    fn times_are_shared_out_and_in_order() {
        let sentence = "今日は映画を作ります。";
        let spoken: Vec<WordTiming> = words(sentence)
            .into_iter()
            .enumerate()
            .map(|(i, range)| WordTiming { range, from: i as u64 * 100, to: i as u64 * 100 + 90 })
            .collect();
        let shown = caption_words(sentence, &spoken);
        assert_eq!(shown[0].from, 0);
        assert_eq!(shown.last().unwrap().to, spoken.last().unwrap().to);
        assert!(shown.iter().all(|word| word.from < word.to));
        assert!(shown.windows(2).all(|pair| pair[0].to <= pair[1].from), "{shown:?}");
        let latin = [WordTiming { range: 0..5, from: 1, to: 2 }];
        assert_eq!(super::caption_words("Hello", &latin), latin);
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_words_in_order(text in "[a今日は。、「」ไทยกา ー1]{0,40}") {
            let spoken: Vec<WordTiming> = words(&text)
                .into_iter()
                .enumerate()
                .map(|(i, range)| WordTiming { range, from: i as u64 * 7, to: i as u64 * 7 + 7 })
                .collect();
            let shown = caption_words(&text, &spoken);
            proptest::prop_assert!(shown.iter().all(|w| w.from <= w.to && text.get(w.range.clone()).is_some()));
            proptest::prop_assert!(shown.windows(2).all(|p| p[0].range.end <= p[1].range.start && p[0].to <= p[1].from));
        }
    }
}
