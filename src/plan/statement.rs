//! When the words of a statement come in: with the same words of the speech, where they are spoken in the scene.

use super::timeline::SceneTimeline;
use crate::spec::model::StatedWord;
use crate::units::Fps;

/// The time between two words in a scene without speech, in seconds.
const SILENT_WORD_INTERVAL: f64 = 0.22;
/// The score of a word that is found in the speech.
const MATCH_SCORE: u32 = 2;
/// The additional score of a word that directly follows the match before it.
const ADJACENT_SCORE: u32 = 1;

/// The frame in which each word starts to come in. A word that is spoken comes when it is heard, any other with the next word that is
/// spoken. If less than half of the words are spoken, all are spread evenly over the speech.
pub fn word_starts(words: &[StatedWord], timeline: &SceneTimeline, fps: Fps) -> Vec<u32> {
    if timeline.words.is_empty() {
        return silent_starts(words.len(), timeline, fps);
    }
    let stated: Vec<String> = words.iter().map(|word| normalised(&word.text)).collect();
    let spoken: Vec<String> = timeline.words.iter().map(|word| normalised(&word.text)).collect();
    let heard = align_words(&stated, &spoken);
    let letters = stated.iter().filter(|word| !word.is_empty()).count();
    if heard.iter().flatten().count() * 2 < letters.max(1) {
        return even_starts(words.len(), timeline, fps);
    }
    let mut times: Vec<Option<u64>> = heard.iter().map(|at| at.map(|at| timeline.words[at].from)).collect();
    let mut next = None;
    for time in times.iter_mut().rev() {
        next = time.or(next);
        *time = next;
    }
    let last = times.iter().flatten().copied().max().unwrap_or_default();
    times.into_iter().map(|time| fps.frame_at_sample(time.unwrap_or(last)) as u32).collect()
}

/// The word in lower case, without punctuation.
fn normalised(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// One word after the other from the scene's start, within half of its time.
fn silent_starts(words: usize, timeline: &SceneTimeline, fps: Fps) -> Vec<u32> {
    let first = timeline.transition;
    let available = timeline.frames.saturating_sub(first) / 2;
    let step = (SILENT_WORD_INTERVAL * fps.frames(1.0) as f64).min(available as f64 / words.max(1) as f64);
    (0..words).map(|i| (first + (i as f64 * step) as u64) as u32).collect()
}

fn even_starts(words: usize, timeline: &SceneTimeline, fps: Fps) -> Vec<u32> {
    let start = timeline.words.first().map_or(0, |word| word.from);
    let end = timeline.words.last().map_or(0, |word| word.to).max(start);
    (0..words).map(|i| fps.frame_at_sample(start + (end - start) * i as u64 / words.max(1) as u64) as u32).collect()
}

/// The number of the `spoken` word that each of the `stated` ones is, by an alignment in order that scores highest; of equal ones, the
/// earliest.
fn align_words(stated: &[String], spoken: &[String]) -> Vec<Option<usize>> {
    // best[i][j]: the highest score of the first i and j words; here[i][j]: with words i - 1 and j - 1 matched, 0 if they differ.
    let width = spoken.len() + 1;
    let mut best = vec![0_u32; (stated.len() + 1) * width];
    let mut here = best.clone();
    for (i, word) in stated.iter().enumerate() {
        for (j, said) in spoken.iter().enumerate() {
            let (before, at) = (i * width + j, (i + 1) * width + j + 1);
            if !word.is_empty() && word == said {
                let follows = if here[before] > 0 { here[before] + ADJACENT_SCORE } else { 0 };
                here[at] = MATCH_SCORE + best[before].max(follows);
            }
            best[at] = here[at].max(best[at - 1]).max(best[at - width]);
        }
    }
    let mut found = vec![None; stated.len()];
    let mut bound = false;
    let (mut i, mut j) = (stated.len(), spoken.len());
    while i > 0 && j > 0 {
        let at = i * width + j;
        // The match after this one counted as adjacent, so this word is matched, too.
        if bound || (here[at] == best[at] && best[at] > best[at - 1] && best[at] > best[at - width]) {
            found[i - 1] = Some(j - 1);
            let before = at - width - 1;
            bound = here[before] > 0 && here[before] + ADJACENT_SCORE >= best[before];
            (i, j) = (i - 1, j - 1);
        } else if best[at - 1] == best[at] {
            j -= 1;
        } else {
            i -= 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::captions::SpokenWord;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(normalised).collect()
    }

    fn found(stated: &str, spoken: &str) -> Vec<Option<usize>> {
        align_words(&words(stated), &words(spoken))
    }

    #[test]
    fn words_are_found_where_they_are_said() {
        assert_eq!(
            found("Only what changed", "It makes only what changed, nothing else."),
            [Some(2), Some(3), Some(4)]
        );
        assert_eq!(
            found("a city never sleeps", "About a city. A city never sleeps."),
            [Some(3), Some(4), Some(5), Some(6)]
        );
        assert_eq!(found("keep it simple", "Keep things as they are: simple."), [Some(0), None, Some(5)]);
        assert_eq!(found("one two", "two one two, one two"), [Some(1), Some(2)]);
        assert_eq!(found("— dash —", "dash"), [None, Some(0), None]);
        assert_eq!(found("no such thing", "else"), [None, None, None]);
    }

    fn timeline(spoken: &str) -> SceneTimeline {
        let word = |(i, text): (usize, &str)| {
            let from = 48_000 + i as u64 * 24_000;
            SpokenWord { text: text.to_owned(), from, to: from + 24_000, joined: false }
        };
        let words: Vec<SpokenWord> = spoken.split_whitespace().enumerate().map(word).collect();
        SceneTimeline { frames: 300, transition: 15, speech: vec![], texts: vec![], words }
    }

    fn times_of(stated: &str, spoken: &str) -> Vec<u32> {
        let stated: Vec<StatedWord> = stated
            .split_whitespace()
            .map(|text| StatedWord { text: text.to_owned(), lit: false, joined: false })
            .collect();
        word_starts(&stated, &timeline(spoken), Fps::whole(30))
    }

    #[test]
    fn words_come_as_they_are_heard() {
        assert_eq!(times_of("Make it work", "First make it work well"), [45, 60, 75]);
        assert_eq!(times_of("Make all work !", "First make it work well"), [45, 75, 75, 75]);
    }

    #[test]
    fn words_that_are_not_said_come_evenly() {
        assert_eq!(times_of("three other words", "Four are said here"), [30, 50, 70]);
        assert_eq!(times_of("nobody speaks", ""), [15, 21]);
        let many = times_of(&"word ".repeat(200), "");
        assert!(many.is_sorted() && *many.last().unwrap() < 160, "{many:?}");
    }
}
