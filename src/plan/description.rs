//! The text for the description field of a video, with chapters by YouTube's rules.

use std::fmt::Write as _;

use crate::steps::ChapterMark;

/// YouTube shows chapters only if there are at least this many.
const MIN_CHAPTERS: usize = 3;
/// YouTube shows no chapters if one of them is shorter than this, in milliseconds.
const MIN_CHAPTER_MILLIS: u64 = 10_000;

/// The film's title, then its chapters if YouTube would take them: the first at 0:00, at least three, each of 10 s or more.
/// Chapters too short are joined to the one before.
pub fn description(title: &str, chapters: &[ChapterMark]) -> String {
    let mut text = format!("{}\n", one_line(title));
    let chapters = long_chapters(chapters);
    if chapters.len() >= MIN_CHAPTERS {
        text.push('\n');
        for chapter in &chapters {
            let _ = writeln!(text, "{} {}", timestamp(chapter.from), one_line(&chapter.title));
        }
    }
    text
}

/// Chapters from 0 on, each long enough for YouTube.
fn long_chapters(chapters: &[ChapterMark]) -> Vec<ChapterMark> {
    let mut joined: Vec<ChapterMark> = Vec::new();
    for chapter in chapters {
        match joined.last_mut() {
            Some(last)
                if chapter.to - chapter.from < MIN_CHAPTER_MILLIS || last.to - last.from < MIN_CHAPTER_MILLIS =>
            {
                last.to = chapter.to
            }
            Some(_) => joined.push(chapter.clone()),
            None => joined.push(ChapterMark { from: 0, ..chapter.clone() }),
        }
    }
    joined
}

/// A time as YouTube reads it: `0:07`, `12:34` or `1:02:03`.
fn timestamp(millis: u64) -> String {
    let hours = millis / 3_600_000;
    let minutes = millis / 60_000 % 60;
    let seconds = millis / 1000 % 60;
    if hours == 0 { format!("{minutes}:{seconds:02}") } else { format!("{hours}:{minutes:02}:{seconds:02}") }
}

/// The text with white space and controls folded to single spaces, so that a title can't begin a line of its own.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chapters(starts: &[u64], end: u64) -> Vec<ChapterMark> {
        let ends = starts.iter().skip(1).chain([&end]);
        starts
            .iter()
            .zip(ends)
            .map(|(&from, &to)| ChapterMark { from: from * 1000, to: to * 1000, title: format!("at {from}") })
            .collect()
    }

    #[test]
    fn chapters_follow_the_rules() {
        let text = description("A film", &chapters(&[2, 15, 75, 3700], 3720));
        assert_eq!(text, "A film\n\n0:00 at 2\n0:15 at 15\n1:15 at 75\n1:01:40 at 3700\n");
    }

    #[test]
    fn short_chapters_join_and_too_few_are_left_out() {
        assert_eq!(
            description("x", &chapters(&[0, 15, 20, 40, 60], 80)),
            "x\n\n0:00 at 0\n0:20 at 20\n0:40 at 40\n1:00 at 60\n"
        );
        assert_eq!(description("x", &chapters(&[0, 30], 60)), "x\n");
        assert_eq!(description("x", &[]), "x\n");
    }

    #[test]
    fn a_title_stays_on_its_line() {
        assert_eq!(description("a\nb\t\u{1b}[1m c", &[]), "a b [1m c\n");
    }
}
