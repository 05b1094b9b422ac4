//! The words that captions show where a script puts no spaces between words: as a dictionary and a few habits of writing have them.
//! Knows nothing of sound: times are shared out by length.

use std::ops::Range;

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;

use super::SpokenWord;
use super::text::{is_unspaced, words_of};

/// Pieces that lean on the one before are not joined to more than so many characters; single ones to twice as many.
const LONGEST: usize = 8;
/// Chinese particles, which belong to what stands before them.
const PARTICLES: &str = "的了着過过們们吗嗎呢吧啊地得";

/// The words of `sentence`, which was spoken as `words`, as captions show them. Those of scripts that put spaces between words stay as they
/// are; others are put together from smaller ones, or cut.
pub fn shown(sentence: &str, words: &[SpokenWord]) -> Vec<SpokenWord> {
    if !sentence.chars().any(is_unspaced) || words.is_empty() {
        return words.to_vec();
    }
    let timed = |range: Range<usize>| {
        let (from, to) = (at(words, range.start, false), at(words, range.end, true));
        SpokenWord { range, from, to: to.max(from) }
    };
    phrases(sentence).into_iter().map(timed).collect()
}

/// The sample at which the byte `place` is spoken; `end`: it is the end of something.
fn at(words: &[SpokenWord], place: usize, end: bool) -> u64 {
    let is_past = |word: &&SpokenWord| if end { word.range.end >= place } else { word.range.end > place };
    let Some(word) = words.iter().find(is_past).or(words.last()) else { return 0 };
    let (into, bytes) = (place.saturating_sub(word.range.start).min(word.range.len()), word.range.len().max(1));
    word.from + (word.to - word.from) * into as u64 / bytes as u64
}

/// The words of a sentence, each with what leans on it: where lines may break in scripts that put no spaces between words.
pub fn phrases(sentence: &str) -> Vec<Range<usize>> {
    let mut phrases: Vec<Range<usize>> = Vec::new();
    for word in words_of(sentence, pieces) {
        match phrases.last_mut() {
            Some(last) if last.end == word.start && leans(&sentence[last.clone()], &sentence[word.clone()]) => {
                last.end = word.end;
            }
            _ => phrases.push(word),
        }
    }
    phrases
}

/// Words of a dictionary.
fn pieces(text: &str) -> Vec<usize> {
    WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()).segment_str(text).collect()
}

/// Whether `word` is a particle or an ending of what stands before it.
fn leans(before: &str, word: &str) -> bool {
    let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let ending = bare.chars().all(is_hiragana) && bare.chars().count() <= 3;
    let particle = bare.chars().count() == 1 && PARTICLES.contains(bare);
    let whole = before.chars().all(char::is_alphanumeric) && before.chars().any(is_unspaced);
    let most = if bare.chars().count() == 1 { 2 * LONGEST } else { LONGEST };
    whole && (ending || particle) && before.chars().count() + bare.chars().count() <= most
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
        let spoken: Vec<SpokenWord> = words(sentence)
            .into_iter()
            .enumerate()
            .map(|(i, range)| SpokenWord { range, from: i as u64 * 100, to: i as u64 * 100 + 90 })
            .collect();
        let shown = shown(sentence, &spoken);
        assert_eq!(shown[0].from, 0);
        assert_eq!(shown.last().unwrap().to, spoken.last().unwrap().to);
        assert!(shown.iter().all(|word| word.from < word.to));
        assert!(shown.windows(2).all(|pair| pair[0].to <= pair[1].from), "{shown:?}");
        let latin = [SpokenWord { range: 0..5, from: 1, to: 2 }];
        assert_eq!(super::shown("Hello", &latin), latin);
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_words_in_order(text in "[a今日は。、「」ไทยกา ー1]{0,40}") {
            let spoken: Vec<SpokenWord> = words(&text)
                .into_iter()
                .enumerate()
                .map(|(i, range)| SpokenWord { range, from: i as u64 * 7, to: i as u64 * 7 + 7 })
                .collect();
            let shown = shown(&text, &spoken);
            proptest::prop_assert!(shown.iter().all(|w| w.from <= w.to && text.get(w.range.clone()).is_some()));
            proptest::prop_assert!(shown.windows(2).all(|p| p[0].range.end <= p[1].range.start && p[0].to <= p[1].from));
        }
    }
}
