//! The text for a video's description field, with chapters by YouTube's rules. Knows nothing of scenes.

use std::fmt::Write as _;

use crate::steps::Chapter;

/// YouTube shows chapters only if there are so many …
const FEWEST: usize = 3;
/// … and each lasts so long, in milliseconds; one breach and it shows none.
const SHORTEST: u64 = 10_000;

/// The film's title, then its chapters if YouTube would take them: the first at 0:00, at least three, each of 10 s or more.
/// Chapters too short are joined to the one before.
pub fn text(title: &str, chapters: &[Chapter]) -> String {
    let mut text = format!("{}\n", one_line(title));
    let chapters = lasting(chapters);
    if chapters.len() >= FEWEST {
        text.push('\n');
        for chapter in &chapters {
            let _ = writeln!(text, "{} {}", clock(chapter.from), one_line(&chapter.title));
        }
    }
    text
}

/// Chapters from 0 on, each long enough.
fn lasting(chapters: &[Chapter]) -> Vec<Chapter> {
    let mut lasting: Vec<Chapter> = Vec::new();
    for chapter in chapters {
        match lasting.last_mut() {
            Some(last) if chapter.to - chapter.from < SHORTEST || last.to - last.from < SHORTEST => {
                last.to = chapter.to
            }
            Some(_) => lasting.push(chapter.clone()),
            None => lasting.push(Chapter { from: 0, ..chapter.clone() }),
        }
    }
    lasting
}

/// `0:07`, `12:34`, `1:02:03`.
fn clock(millis: u64) -> String {
    let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// White space folded, so that a title can't begin a line of its own.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chapters(starts: &[u64], end: u64) -> Vec<Chapter> {
        let ends = starts.iter().skip(1).chain([&end]);
        starts
            .iter()
            .zip(ends)
            .map(|(&from, &to)| Chapter { from: from * 1000, to: to * 1000, title: format!("at {from}") })
            .collect()
    }

    #[test]
    fn chapters_follow_the_rules() {
        let text = text("A film", &chapters(&[2, 15, 75, 3700], 3720));
        assert_eq!(text, "A film\n\n0:00 at 2\n0:15 at 15\n1:15 at 75\n1:01:40 at 3700\n");
    }

    #[test]
    fn short_chapters_join_and_too_few_are_left_out() {
        assert_eq!(
            text("x", &chapters(&[0, 15, 20, 40, 60], 80)),
            "x\n\n0:00 at 0\n0:20 at 20\n0:40 at 40\n1:00 at 60\n"
        );
        assert_eq!(text("x", &chapters(&[0, 30], 60)), "x\n");
        assert_eq!(text("x", &[]), "x\n");
    }

    #[test]
    fn a_title_stays_on_its_line() {
        assert_eq!(text("a\nb\t\u{1b}[1m c", &[]), "a b [1m c\n");
    }
}
