//! Caption pages: a scene's words grouped into what stands on the screen together, measured in the font they will be
//! drawn in. Knows nothing of pixels.

use super::phrases::{self, BreakUnit, PageLimits};
use super::{CaptionMetrics, SpokenWord};
use crate::render::script::{has_rtl, is_rtl, is_wide};
use crate::render::text::{ScriptTraits, Typesetter, clean_word};
use crate::render::view::{CaptionPage, CaptionWord};
use crate::spec::model::CaptionStyle;
use crate::units::{Fps, Size, seconds};

/// A page stays until the next one where the silence between them is shorter than this, in seconds.
const BRIDGE: f64 = 0.7;
/// How long a page stays after its last word where nothing follows, in seconds.
const LINGER: f64 = 0.4;
/// A word stays lit until the next one where the silence between them is shorter than this, in seconds.
const LIT: f64 = 0.25;
/// A page of single words lasts at least this long, in seconds; a shorter word takes the next one with it.
const MIN_WORD_PAGE_SECONDS: f64 = 0.15;
/// Pages shorter than this are avoided, in seconds.
const MIN_PAGE_SECONDS: f64 = 0.9;
/// The widest line of characters that are as wide as they are high, in such characters.
const MAX_WIDE_CHARS: f32 = 18.0;

/// Where caption pages are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaptionSetting<'a> {
    /// How they look.
    pub style: CaptionStyle,
    /// Frame size.
    pub size: Size,
    /// Frame rate.
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
        .map(|word| SpokenWord { text: clean_word(&word.text).replace(turns, ""), ..*word })
        .filter(|w| !w.text.is_empty())
        .collect();
    let metrics = CaptionMetrics::new(setting.style, setting.size);
    let mut setter = Typesetter::new();
    setter.set_traits(ScriptTraits::from_texts(&words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>()));
    let style = metrics.text_style(setting.font);
    let units: Vec<BreakUnit> =
        words.iter().map(|word| unit(word, f64::from(setter.width(&word.text, &style)))).collect();
    let space = f64::from(setter.width("n n", &style) - setter.width("nn", &style));
    let line = if are_wide(&words) { metrics.line.min(metrics.text * MAX_WIDE_CHARS) } else { metrics.line };
    let sheet = PageLimits { line: f64::from(line), space, shortest: MIN_PAGE_SECONDS };
    let groups = match setting.style {
        CaptionStyle::Word => single_words(&units, sheet),
        _ => phrases::pages(&units, sheet),
    };
    let groups = groups.into_iter().map(|group| {
        let first = phrases::lines(&units[group.clone()], sheet).unwrap_or(group.len());
        (&words[group], first)
    });
    time(groups.collect(), setting)
}

/// Signs that turn what follows them around: what a word does to others would depend on where lines break.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether most characters are as wide as they are high.
fn are_wide(words: &[SpokenWord]) -> bool {
    let all = || words.iter().flat_map(|word| word.text.chars());
    all().filter(|&c| is_wide(c)).count() * 2 > all().count()
}

/// A line's words; those that run against its page taken together. They stand the other way round than they are spoken, and signs
/// beside them stand apart from them.
fn together(line: &[CaptionWord], page_is_rtl: bool) -> Vec<CaptionWord> {
    let mut runs: Vec<CaptionWord> = Vec::with_capacity(line.len());
    let against = |text: &str, before: bool| match page_is_rtl {
        true => !has_rtl(text),
        false => has_rtl(text) || (before && !text.chars().any(char::is_alphabetic)),
    };
    let mut before = false;
    for word in line {
        let now = against(&word.text, before);
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

pub(super) fn unit(word: &SpokenWord, width: f64) -> BreakUnit {
    BreakUnit {
        width,
        joined: word.joined,
        after: phrases::break_after(&word.text),
        from: seconds(word.from),
        to: seconds(word.to),
    }
}

/// One word a page, but for words too short to be read.
fn single_words(units: &[BreakUnit], sheet: PageLimits) -> Vec<std::ops::Range<usize>> {
    let mut pages: Vec<std::ops::Range<usize>> = Vec::new();
    for (word, unit) in units.iter().enumerate() {
        let joins = pages.last().is_some_and(|page| {
            let so_far = &units[page.clone()];
            let width: f64 = so_far.iter().map(|unit| unit.width + sheet.space).sum();
            unit.from - so_far[0].from < MIN_WORD_PAGE_SECONDS && width + unit.width <= sheet.line
        });
        match pages.last_mut() {
            Some(page) if joins => page.end = word + 1,
            _ => pages.push(word..word + 1),
        }
    }
    pages
}

/// Gives every page its frames. `groups`: the words, and how many stand on the first line.
fn time(groups: Vec<(&[SpokenWord], usize)>, setting: &CaptionSetting<'_>) -> Vec<CaptionPage> {
    let start = |words: &[SpokenWord]| frame(words[0].from, setting);
    let mut free = 0;
    let mut pages = Vec::new();
    for (index, (words, first)) in groups.iter().enumerate() {
        let from = start(words).max(free);
        let spoken = frame(words[words.len() - 1].to, setting);
        let linger = spoken.saturating_add(setting.fps.frames(LINGER) as u32);
        let to = match groups.get(index + 1).map(|(next, _)| start(next)) {
            Some(next) if next <= spoken.saturating_add(setting.fps.frames(BRIDGE) as u32) => next,
            Some(next) => linger.min(next),
            None => linger,
        };
        let to = to.max(from.saturating_add(1)).min(setting.frames);
        if from < to {
            let words = light(words, to, setting);
            let (upper, lower) = words.split_at((*first).min(words.len()));
            let rtl = is_rtl(words.iter().map(|word| word.text.as_str()));
            let lines = [upper, lower].into_iter().filter(|line| !line.is_empty());
            let lines = lines.map(|line| together(line, rtl)).collect();
            pages.push(CaptionPage { from, to, lines });
            free = to;
        }
    }
    pages
}

fn frame(sample: u64, setting: &CaptionSetting<'_>) -> u32 {
    u32::try_from(setting.fps.frame_at_sample(sample)).unwrap_or(u32::MAX)
}

/// The page's words with their frames; short silences between them keep the word before lit.
fn light(words: &[SpokenWord], end: u32, setting: &CaptionSetting<'_>) -> Vec<CaptionWord> {
    let bridge = setting.fps.frames(LIT) as u32;
    let until = |index: usize| {
        let to = frame(words[index].to, setting);
        match words.get(index + 1).map(|next| frame(next.from, setting)) {
            Some(next) if next <= to.saturating_add(bridge) => next,
            _ => to,
        }
    };
    let word = |(index, word): (usize, &SpokenWord)| {
        let from = frame(word.from, setting);
        let to = until(index).max(from.saturating_add(1)).min(end.max(from));
        CaptionWord { text: word.text.clone(), from, to, joined: word.joined }
    };
    words.iter().enumerate().map(word).collect()
}
