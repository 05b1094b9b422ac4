//! Where to break a run of words: pages at phrase ends, two lines of like length. Knows nothing of fonts or times; a
//! width is a number, a pause is given.

use std::ops::Range;

/// One word as breaking sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct BreakUnit {
    /// Its width, in any measure.
    pub width: f64,
    /// There is no space before it.
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
    /// A sentence ends.
    Sentence,
    /// A clause ends.
    Clause,
    /// Between two words.
    Word,
    /// After a word that leans on the next one: "the", "of".
    Weak,
}

/// The room on a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PageLimits {
    /// Of one line, in the measure of the words.
    pub line: f64,
    /// Of a space.
    pub space: f64,
    /// Pages shorter than this are avoided, in seconds.
    pub shortest: f64,
}

/// A silence that always ends a page, in seconds.
const LONG_PAUSE: f64 = 0.8;
/// Pages longer than this are avoided, in seconds.
const MAX_PAGE_SECONDS: f64 = 6.0;

/// Words that lean on the one after them, in languages whose scripts the bundled fonts hold.
const WEAK: [&str; 48] = [
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "with", "and", "or", "but", "is", "are", "as", "its",
    "your", "our", "their", "this", "that", "der", "die", "das", "den", "dem", "ein", "eine", "und", "oder", "zu",
    "von", "mit", "le", "la", "les", "un", "une", "de", "du", "et", "el", "los", "y", "il", "i",
];

/// How good a place for a break the word's own spelling makes it.
pub(super) fn break_after(word: &str) -> BreakQuality {
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
pub(super) fn pages(units: &[BreakUnit], sheet: PageLimits) -> Vec<Range<usize>> {
    let mut best: Vec<(f64, usize)> = vec![(0.0, 0)];
    for end in 1..=units.len() {
        let mut choice = (f64::INFINITY, end - 1);
        for start in (0..end).rev() {
            let alone = start + 1 == end;
            if !alone && !belongs_together(units, start..end, sheet) {
                break;
            }
            let cost = best[start].0 + page_cost(units, start..end, sheet);
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

/// Whether the words may share a page: they fit, no long pause parts them, and no sentence ends among them but very
/// short ones at the start. So an edit in one sentence leaves the pages of the one before alone.
fn belongs_together(units: &[BreakUnit], page: Range<usize>, sheet: PageLimits) -> bool {
    let start = units[page.start].from;
    let joined = |pair: &[BreakUnit]| {
        let quick = pair[0].to - start < sheet.shortest;
        pair[1].from - pair[0].to <= LONG_PAUSE && (pair[0].after != BreakQuality::Sentence || quick)
    };
    units[page.clone()].windows(2).all(joined) && lines(&units[page], sheet).is_some()
}

/// What a break there costs, against 1 for a page of its own.
fn break_cost(after: BreakQuality) -> f64 {
    match after {
        BreakQuality::Sentence => 0.0,
        BreakQuality::Clause => 0.25,
        BreakQuality::Word => 0.9,
        BreakQuality::Weak => 1.5,
    }
}

fn page_cost(units: &[BreakUnit], page: Range<usize>, sheet: PageLimits) -> f64 {
    let words = &units[page.clone()];
    let fill = (width(words, sheet.space) / (2.0 * sheet.line)).min(1.0);
    let seconds = words[words.len() - 1].to - words[0].from;
    let inner_ends = words[..words.len() - 1].iter().filter(|unit| unit.after == BreakQuality::Sentence).count();
    let end = if page.end == units.len() { 0.0 } else { break_cost(words[words.len() - 1].after) };
    let short = ((sheet.shortest - seconds) / sheet.shortest).clamp(0.0, 1.0);
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
pub(super) fn lines(words: &[BreakUnit], sheet: PageLimits) -> Option<usize> {
    if words.len() < 2 || width(words, sheet.space) <= sheet.line {
        return Some(words.len());
    }
    let cost = |first: usize| {
        let (upper, lower) = (width(&words[..first], sheet.space), width(&words[first..], sheet.space));
        let uneven = (upper - lower).abs() / sheet.line + if upper > lower { 0.1 } else { 0.0 };
        (upper.max(lower) <= sheet.line).then(|| uneven + 0.25 * break_cost(words[first - 1].after))
    };
    let costs = (1..words.len()).filter_map(|first| Some((cost(first)?, first)));
    costs.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, first)| first)
}
