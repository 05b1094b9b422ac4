//! Caption pages: a scene's words grouped into those that are on the screen together, measured in the font in which they
//! will be drawn.

use std::ops::Range;

use super::metrics::CaptionMetrics;
use super::phrases::{BreakUnit, PageLimits, break_unit, split_pages, words_on_first_line};
use super::spoken_word::SpokenWord;
use crate::render::script::{has_rtl, is_rtl, is_wide};
use crate::render::text::{ScriptTraits, Typesetter, clean_word};
use crate::render::view::{CaptionPage, CaptionWord};
use crate::spec::model::CaptionStyle;
use crate::units::{Fps, Size};

/// A page stays until the next one where the silence between them is shorter than this, in seconds.
const MAX_PAGE_GAP_SECONDS: f64 = 0.7;
/// How long a page stays after its last word where nothing follows, in seconds.
const LINGER_SECONDS: f64 = 0.4;
/// A word stays lit until the next one where the silence between them is shorter than this, in seconds.
const MAX_WORD_GAP_SECONDS: f64 = 0.25;
/// A page of single words lasts at least this long, in seconds; a shorter word takes the next one with it.
const MIN_WORD_PAGE_SECONDS: f64 = 0.15;
/// Pages shorter than this are avoided, in seconds.
const MIN_PAGE_SECONDS: f64 = 0.9;
/// The widest line of characters that are as wide as they are high, in such characters.
const MAX_WIDE_CHARS: f32 = 18.0;

/// Where caption pages are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaptionSetting<'a> {
    /// The look of the captions, which sets their font size.
    pub style: CaptionStyle,
    /// Frame size, in pixels.
    pub size: Size,
    /// Frame rate of the film.
    pub fps: Fps,
    /// The scene's length in frames; no page lasts longer.
    pub frames: u32,
    /// The look's family for body text.
    pub font: &'a str,
}

/// Groups a scene's words, in the order in which they are spoken, into pages of at most two lines.
///
/// Pages break at the ends of sentences and clauses and at pauses, never overlap in time, and keep every word as the
/// script spells it. Words without any visible character are left out.
pub fn pages(words: &[SpokenWord], setting: &CaptionSetting<'_>) -> Vec<CaptionPage> {
    let words: Vec<SpokenWord> = words
        .iter()
        .map(|word| SpokenWord { text: clean_word(&word.text).replace(is_direction_mark, ""), ..*word })
        .filter(|w| !w.text.is_empty())
        .collect();
    let metrics = CaptionMetrics::new(setting.style, setting.size);
    let mut setter = Typesetter::new();
    setter.set_traits(ScriptTraits::from_texts(&words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>()));
    let style = metrics.text_style(setting.font);
    let units: Vec<BreakUnit> =
        words.iter().map(|word| break_unit(word, f64::from(setter.width(&word.text, &style)))).collect();
    let space = f64::from(setter.width("n n", &style) - setter.width("nn", &style));
    let line = if are_wide(&words) { metrics.line.min(metrics.text * MAX_WIDE_CHARS) } else { metrics.line };
    let limits = PageLimits { line: f64::from(line), space, shortest: MIN_PAGE_SECONDS };
    let groups = match setting.style {
        CaptionStyle::Word => single_words(&units, limits),
        _ => split_pages(&units, limits),
    };
    let groups = groups.into_iter().map(|group| {
        let first = words_on_first_line(&units[group.clone()], limits).unwrap_or(group.len());
        (&words[group], first)
    });
    timed_pages(groups.collect(), setting)
}

/// Characters that set the direction of what follows them: their effect on other words would depend on where lines break.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether most characters are as wide as they are high.
fn are_wide(words: &[SpokenWord]) -> bool {
    let characters: Vec<char> = words.iter().flat_map(|word| word.text.chars()).collect();
    characters.iter().filter(|&&c| is_wide(c)).count() * 2 > characters.len()
}

/// A line's words, where words that run against the direction of the page are joined into one: their order on the screen
/// is the reverse of the order in which they are spoken, so they cannot be drawn one by one.
fn join_reversed_runs(line: &[CaptionWord], page_is_rtl: bool) -> Vec<CaptionWord> {
    let mut runs: Vec<CaptionWord> = Vec::with_capacity(line.len());
    let mut before = false;
    for word in line {
        let now = is_reversed(&word.text, page_is_rtl, before);
        match runs.last_mut() {
            Some(run) if now && before => {
                run.text.extend([if word.joined { "" } else { " " }, &word.text]);
                run.to = word.to;
            }
            _ => runs.push(word.clone()),
        }
        before = now;
    }
    runs
}

/// Whether a word runs against the direction of its page. One without letters does so if the word before it does.
fn is_reversed(text: &str, page_is_rtl: bool, previous_is: bool) -> bool {
    if page_is_rtl {
        return !has_rtl(text);
    }
    has_rtl(text) || (previous_is && !text.chars().any(char::is_alphabetic))
}

/// Pages of one word each; words that are too short to be read share a page.
fn single_words(units: &[BreakUnit], limits: PageLimits) -> Vec<Range<usize>> {
    let mut pages: Vec<Range<usize>> = Vec::new();
    for (word, unit) in units.iter().enumerate() {
        let joins = pages.last().is_some_and(|page| {
            let so_far = &units[page.clone()];
            let width: f64 = so_far.iter().map(|unit| unit.width + limits.space).sum();
            unit.from - so_far[0].from < MIN_WORD_PAGE_SECONDS && width + unit.width <= limits.line
        });
        match pages.last_mut() {
            Some(page) if joins => page.end = word + 1,
            _ => pages.push(word..word + 1),
        }
    }
    pages
}

/// The pages with their frames. `groups`: the words of each page, and how many of them stand on its first line.
fn timed_pages(groups: Vec<(&[SpokenWord], usize)>, setting: &CaptionSetting<'_>) -> Vec<CaptionPage> {
    let mut free = 0;
    let mut pages = Vec::new();
    for (index, (words, first)) in groups.iter().enumerate() {
        let from = frame(words[0].from, setting).max(free);
        let next = groups.get(index + 1).map(|(next, _)| frame(next[0].from, setting));
        let to = page_end(words, next, setting).max(from.saturating_add(1)).min(setting.frames);
        if from < to {
            let words = timed_words(words, to, setting);
            let (upper, lower) = words.split_at((*first).min(words.len()));
            let rtl = is_rtl(words.iter().map(|word| word.text.as_str()));
            let lines = [upper, lower].into_iter().filter(|line| !line.is_empty());
            let lines = lines.map(|line| join_reversed_runs(line, rtl)).collect();
            pages.push(CaptionPage { from, to, lines });
            free = to;
        }
    }
    pages
}

/// One past the last frame of a page with these words; `next` is the first frame of the page after it.
fn page_end(words: &[SpokenWord], next: Option<u32>, setting: &CaptionSetting<'_>) -> u32 {
    let spoken = frame(words[words.len() - 1].to, setting);
    let linger = spoken.saturating_add(setting.fps.frames(LINGER_SECONDS) as u32);
    match next {
        Some(next) if next <= spoken.saturating_add(setting.fps.frames(MAX_PAGE_GAP_SECONDS) as u32) => next,
        Some(next) => linger.min(next),
        None => linger,
    }
}

fn frame(sample: u64, setting: &CaptionSetting<'_>) -> u32 {
    u32::try_from(setting.fps.frame_at_sample(sample)).unwrap_or(u32::MAX)
}

/// The page's words with their frames; a word stays lit through a short silence after it. `end`: one past the page's last
/// frame.
fn timed_words(words: &[SpokenWord], end: u32, setting: &CaptionSetting<'_>) -> Vec<CaptionWord> {
    let bridge = setting.fps.frames(MAX_WORD_GAP_SECONDS) as u32;
    let mut timed = Vec::with_capacity(words.len());
    for (index, word) in words.iter().enumerate() {
        let from = frame(word.from, setting);
        let heard = frame(word.to, setting);
        let next = words.get(index + 1).map(|next| frame(next.from, setting));
        let to = next.filter(|next| *next <= heard.saturating_add(bridge)).unwrap_or(heard);
        let to = to.max(from.saturating_add(1)).min(end.max(from));
        timed.push(CaptionWord { text: word.text.clone(), from, to, joined: word.joined });
    }
    timed
}
