//! Where to break a run of words: pages at phrase ends, two lines of similar length. Widths may be in any measure, pixels
//! or characters.

use std::ops::Range;

use super::spoken_word::SpokenWord;
use crate::units::seconds;

/// The properties of a word that decide where pages and lines break.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BreakUnit {
    /// Its width, in any measure.
    pub width: f64,
    /// Whether it follows the previous word without a space.
    pub joined: bool,
    /// How good a place for a break is after it.
    pub after: BreakQuality,
    /// When it starts and ends, in seconds.
    pub from: f64,
    pub to: f64,
}

/// How good a place for a break is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BreakQuality {
    /// After a word that ends a sentence.
    Sentence,
    /// After a word that ends a clause.
    Clause,
    /// After any other word.
    Word,
    /// After a word that leans on the next one: "the", "of".
    Weak,
}

/// The size of a page: two lines, and the time for reading them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PageLimits {
    /// Width of a line, in the measure of the words.
    pub line: f64,
    /// Width of a space, in the same measure.
    pub space: f64,
    /// Pages shorter than this are avoided, in seconds.
    pub shortest: f64,
}

/// A silence that always ends a page, in seconds.
const LONG_PAUSE_SECONDS: f64 = 0.8;
/// Pages longer than this are avoided, in seconds.
const MAX_PAGE_SECONDS: f64 = 6.0;

/// Words that lean on the one after them, in languages whose scripts the bundled fonts hold.
const WEAK: [&str; 48] = [
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "with", "and", "or", "but", "is", "are", "as", "its",
    "your", "our", "their", "this", "that", "der", "die", "das", "den", "dem", "ein", "eine", "und", "oder", "zu",
    "von", "mit", "le", "la", "les", "un", "une", "de", "du", "et", "el", "los", "y", "il", "i",
];

/// The word with its width as breaking needs it.
pub(super) fn break_unit(word: &SpokenWord, width: f64) -> BreakUnit {
    BreakUnit {
        width,
        joined: word.joined,
        after: break_after(&word.text),
        from: seconds(word.from),
        to: seconds(word.to),
    }
}

/// How good a place for a break is after a word, by its spelling.
fn break_after(word: &str) -> BreakQuality {
    let bare = word.trim_end_matches(['"', '\'', ')', ']', '”', '’', '»', '」', '』', '）', '》', '】']);
    match bare.chars().next_back() {
        Some('.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '۔' | '।' | '॥' | ';' | '\u{37e}') => {
            BreakQuality::Sentence
        }
        Some(',' | ':' | '–' | '—' | '、' | '，' | '；' | '：' | '،' | '؛') => BreakQuality::Clause,
        _ if WEAK.contains(&bare.to_lowercase().as_str()) => BreakQuality::Weak,
        _ => BreakQuality::Word,
    }
}

/// Splits the words into pages of at most two lines, at the least total cost. A word wider than a line stands alone.
pub(super) fn split_pages(units: &[BreakUnit], limits: PageLimits) -> Vec<Range<usize>> {
    let mut best: Vec<(f64, usize)> = vec![(0.0, 0)];
    for end in 1..=units.len() {
        let mut choice = (f64::INFINITY, end - 1);
        for start in (0..end).rev() {
            let alone = start + 1 == end;
            if !alone && !belongs_together(units, start..end, limits) {
                break;
            }
            let cost = best[start].0 + page_cost(units, start..end, limits);
            if cost < choice.0 {
                choice = (cost, start);
            }
        }
        best.push(choice);
    }
    let mut pages = Vec::new();
    let mut end = units.len();
    while end > 0 {
        pages.push(best[end].1..end);
        end = best[end].1;
    }
    pages.reverse();
    pages
}

/// Whether the words may share a page: they fit, there is no long pause between them, and no sentence ends among them but
/// very short ones at the start. So an edit in one sentence does not change the pages of the one before.
fn belongs_together(units: &[BreakUnit], page: Range<usize>, limits: PageLimits) -> bool {
    let start = units[page.start].from;
    let unbroken = units[page.clone()].windows(2).all(|pair| {
        let quick = pair[0].to - start < limits.shortest;
        pair[1].from - pair[0].to <= LONG_PAUSE_SECONDS && (pair[0].after != BreakQuality::Sentence || quick)
    });
    unbroken && words_on_first_line(&units[page], limits).is_some()
}

/// Cost of a page's end at a break of this quality, where a page costs 1.
fn break_cost(after: BreakQuality) -> f64 {
    match after {
        BreakQuality::Sentence => 0.0,
        BreakQuality::Clause => 0.25,
        BreakQuality::Word => 0.9,
        BreakQuality::Weak => 1.5,
    }
}

/// Cost of a page: more for one that is not full, too short or too long, or that ends at a bad place.
fn page_cost(units: &[BreakUnit], page: Range<usize>, limits: PageLimits) -> f64 {
    let words = &units[page.clone()];
    let fill = (width(words, limits.space) / (2.0 * limits.line)).min(1.0);
    let seconds = words[words.len() - 1].to - words[0].from;
    let inner_ends = words[..words.len() - 1].iter().filter(|unit| unit.after == BreakQuality::Sentence).count();
    let end = if page.end == units.len() { 0.0 } else { break_cost(words[words.len() - 1].after) };
    let short = ((limits.shortest - seconds) / limits.shortest).clamp(0.0, 1.0);
    1.0 + (1.0 - fill).powi(2)
        + end
        + inner_ends as f64 * 0.3
        + short * 1.5
        + (seconds - MAX_PAGE_SECONDS).max(0.0) * 0.3
}

fn width(units: &[BreakUnit], space: f64) -> f64 {
    let spaces = units.iter().skip(1).filter(|unit| !unit.joined).count();
    units.iter().map(|unit| unit.width).sum::<f64>() + space * spaces as f64
}

/// How many words stand on the first line of a page; all of them if one line holds them; `None` if two do not.
pub(super) fn words_on_first_line(words: &[BreakUnit], limits: PageLimits) -> Option<usize> {
    if words.len() < 2 || width(words, limits.space) <= limits.line {
        return Some(words.len());
    }
    let costs = (1..words.len()).filter_map(|first| Some((line_cost(words, first, limits)?, first)));
    costs.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, first)| first)
}

/// Cost of two lines, the second of which begins with word `first`: more for lines of different lengths and for a break at
/// a bad place. `None` if one of them is too wide.
fn line_cost(words: &[BreakUnit], first: usize, limits: PageLimits) -> Option<f64> {
    let upper = width(&words[..first], limits.space);
    let lower = width(&words[first..], limits.space);
    let uneven = (upper - lower).abs() / limits.line + if upper > lower { 0.1 } else { 0.0 };
    (upper.max(lower) <= limits.line).then(|| uneven + 0.25 * break_cost(words[first - 1].after))
}
