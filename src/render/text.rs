//! Setting text: shaping, line breaking, shrinking to fit, on top of parley. Knows nothing of colours or frames.

use std::borrow::Cow;

use parley::fontique::Language;
use parley::{
    Alignment, AlignmentOptions, BaseDirection, FontContext, FontFamily, FontFamilyName, FontFeatures, FontWeight,
    Layout, LayoutContext, LineHeight, OverflowWrap, StyleProperty, WordBreak,
};
use unicode_segmentation::UnicodeSegmentation;

use crate::render::fonts::{self, DEFAULT_FAMILY, EMOJI_FAMILY, MONO_FAMILY, SYMBOL_FAMILY};
use crate::render::script;
use crate::voice;

/// Where a line may break though there is no space: it has no width.
pub(crate) const BREAK: char = '\u{200b}';

/// Which of a text's colours a run has; the painter knows the colours.
pub(crate) type Ink = u16;

/// Graphemes of one text that are looked at; no card or page could show more.
const MOST_GRAPHEMES: usize = 1_200;
/// Each step of shrinking, and how many there are at most.
const SHRINK: f32 = 0.93;
const SHRINK_STEPS: usize = 24;

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style<'a> {
    pub family: &'a str,
    pub weight: f32,
    /// Font size in pixels.
    pub size: f32,
    /// Of the font size.
    pub line_height: f32,
    /// Of the font size; negative is tighter.
    pub tracking: f32,
}

/// The room a text has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Room {
    pub width: f32,
    pub height: f32,
    pub lines: usize,
}

/// What texts have in common that stand together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Manner {
    /// They run from right to left, and stand at the right.
    pub rtl: bool,
    /// Ideographs have their Japanese forms; if not, those of mainland China.
    pub japanese: bool,
    /// Letters have marks above and below.
    pub tall: bool,
}

impl Manner {
    /// What these texts tell of themselves.
    pub fn of(texts: &[&str]) -> Manner {
        let japanese = texts.iter().any(|text| text.chars().any(script::is_kana));
        let tall = texts.iter().any(|text| text.chars().any(script::is_joined));
        Manner { rtl: script::is_rtl(texts.iter().copied()), japanese, tall }
    }
}

/// Sets texts in the bundled fonts.
pub(crate) struct Typesetter {
    fonts: FontContext,
    layouts: LayoutContext<Ink>,
    manner: Manner,
}

impl Typesetter {
    pub fn new() -> Typesetter {
        Typesetter { fonts: fonts::context(), layouts: LayoutContext::new(), manner: Manner::default() }
    }

    /// How the texts that follow are set.
    pub fn follow(&mut self, manner: Manner) {
        self.manner = manner;
    }

    pub fn manner(&self) -> Manner {
        self.manner
    }

    /// Words side by side on one line; word `i` has ink `i`.
    pub fn line(&mut self, words: &[&str], style: &Style<'_>) -> Layout<Ink> {
        let rtl = self.manner.rtl || script::is_rtl(words.iter().copied());
        self.set(&words.iter().map(|word| (*word, false)).collect::<Vec<_>>(), style, rtl)
    }

    /// As [`line`](Self::line), but words of which this is said stand next to the one before without a space; and it runs as the texts do
    /// that it belongs to.
    pub fn joined(&mut self, words: &[(&str, bool)], style: &Style<'_>) -> Layout<Ink> {
        self.set(words, style, self.manner.rtl)
    }

    fn set(&mut self, words: &[(&str, bool)], style: &Style<'_>, rtl: bool) -> Layout<Ink> {
        let text = join(words);
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, &text, 1.0, false);
        push_style(&mut builder, &text, style, self.manner);
        // Spaces are nobody's: they are not drawn, but they stand somewhere.
        builder.push_default(StyleProperty::Brush(Ink::MAX));
        if rtl || script::has_rtl(&text) {
            builder.set_base_direction(if rtl { BaseDirection::Rtl } else { BaseDirection::Ltr });
        }
        let mut start = 0;
        for (ink, (word, joined)) in words.iter().enumerate() {
            start += usize::from(ink > 0 && !joined);
            builder.push(StyleProperty::Brush(ink.min(usize::from(Ink::MAX)) as Ink), start..start + word.len());
            start += word.len();
        }
        let mut layout = builder.build(&text);
        layout.break_all_lines(None);
        layout.align(Alignment::Start, AlignmentOptions::default());
        layout
    }

    /// Where each word of a [`joined`](Self::joined) line begins at the left, in pixels from the line's left end.
    pub fn places(&mut self, words: &[(&str, bool)], style: &Style<'_>) -> Vec<f64> {
        let layout = self.joined(words, style);
        let mut places: Vec<Option<f64>> = vec![None; words.len()];
        for line in layout.lines() {
            for item in line.items() {
                let parley::PositionedLayoutItem::GlyphRun(run) = item else { continue };
                if let Some(place) = places.get_mut(usize::from(run.style().brush)) {
                    let start = f64::from(run.offset());
                    *place = Some(place.map_or(start, |least: f64| least.min(start)));
                }
            }
        }
        // A word without a glyph of its own draws nothing wherever it stands.
        places.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// A line of code: parts of it, each with its ink. Letters stand for themselves, so that a line that is typed does not change
    /// what stands before.
    pub fn code(&mut self, parts: &[(&str, Ink)], style: &Style<'_>) -> Layout<Ink> {
        let text: String = parts.iter().map(|(text, _)| *text).collect();
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, &text, 1.0, false);
        push_style(&mut builder, &text, style, self.manner);
        builder.set_base_direction(BaseDirection::Ltr);
        let plain = FontFeatures::Source(Cow::Borrowed("\"calt\" 0, \"liga\" 0"));
        builder.push_default(StyleProperty::FontFeatures(plain));
        let mut start = 0;
        for (text, ink) in parts {
            builder.push(StyleProperty::Brush(*ink), start..start + text.len());
            start += text.len();
        }
        let mut layout = builder.build(&text);
        layout.break_all_lines(None);
        layout.align(Alignment::Start, AlignmentOptions::default());
        layout
    }

    /// The width of `text` on one line.
    pub fn width(&mut self, text: &str, style: &Style<'_>) -> f32 {
        self.line(&[text], style).width()
    }

    /// `text` in lines of at most `width`; a word that is wider is broken.
    pub fn paragraph(&mut self, text: &str, style: &Style<'_>, width: f32) -> Layout<Ink> {
        let manner = self.manner;
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        push_style(&mut builder, text, style, manner);
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        if script::has_rtl(text) {
            let way = if manner.rtl || script::is_rtl([text]) { BaseDirection::Rtl } else { BaseDirection::Ltr };
            builder.set_base_direction(way);
        }
        let mut layout = builder.build(text);
        break_lines(&mut layout, width, manner);
        layout
    }

    /// `text` as large as fits into `room`, at most `style.size`, with lines of like length; cut with an ellipsis where
    /// even the smallest size does not fit.
    pub fn fitted(&mut self, text: &str, style: &Style<'_>, room: Room) -> Layout<Ink> {
        let fitted = self.shrunk(text, style, room);
        fitted.unwrap_or_else(|least| self.cut(text, &Style { size: least, ..*style }, room))
    }

    /// As [`fitted`](Self::fitted), but what stands on each line, and the size in which it fits.
    pub fn fitted_lines(&mut self, text: &str, style: &Style<'_>, room: Room) -> (Vec<String>, f32) {
        let (text, layout) = match self.shrunk(text, style, room) {
            Ok(layout) => (text.to_owned(), layout),
            Err(least) => self.cut_text(text, &Style { size: least, ..*style }, room),
        };
        let size = layout.lines().flat_map(|line| line.runs().map(|run| run.font_size()).next()).next();
        let lines = layout.lines().filter_map(|line| Some(text.get(line.text_range())?.trim().to_owned()));
        (lines.filter(|line| !line.is_empty()).collect(), size.unwrap_or(style.size))
    }

    /// `text` in the largest size in which it fits without breaking a word, or the size at which that was given up.
    fn shrunk(&mut self, text: &str, style: &Style<'_>, room: Room) -> Result<Layout<Ink>, f32> {
        let mut style = *style;
        for _ in 0..SHRINK_STEPS {
            let mut layout = self.paragraph(text, &style, room.width);
            // A single sign may be wider than the room, and can't be broken.
            let fits = layout.height() <= room.height && layout.width() <= room.width + 0.5;
            if fits && layout.len() <= room.lines && words_are_whole(&layout, text) {
                balance(&mut layout, room.width, self.manner);
                return Ok(layout);
            }
            style.size *= SHRINK;
        }
        Err(style.size)
    }

    /// Paragraphs set to `width`, with lines of like length.
    pub fn balanced(&self, mut layouts: Vec<Layout<Ink>>, width: f32) -> Vec<Layout<Ink>> {
        layouts.iter_mut().for_each(|layout| balance(layout, width, self.manner));
        layouts
    }

    /// As much of `text` as fits, with an ellipsis.
    pub fn cut(&mut self, text: &str, style: &Style<'_>, room: Room) -> Layout<Ink> {
        self.cut_text(text, style, room).1
    }

    fn cut_text(&mut self, text: &str, style: &Style<'_>, room: Room) -> (String, Layout<Ink>) {
        let graphemes: Vec<&str> = text.graphemes(true).collect();
        let whole = self.paragraph(text, style, room.width);
        if fits(&whole, room) {
            return (text.to_owned(), whole);
        }
        let (mut least, mut most) = (0, graphemes.len());
        while least + 1 < most {
            let middle = (least + most) / 2;
            let layout = self.paragraph(&ellipsis(&graphemes[..middle]), style, room.width);
            if fits(&layout, room) { least = middle } else { most = middle }
        }
        let text = ellipsis(&graphemes[..least]);
        let layout = self.paragraph(&text, style, room.width);
        (text, layout)
    }
}

fn fits(layout: &Layout<Ink>, room: Room) -> bool {
    layout.len() <= room.lines && layout.height() <= room.height
}

fn ellipsis(graphemes: &[&str]) -> String {
    format!("{}…", graphemes.concat().trim_end())
}

/// Words with a space between them where they are not joined.
pub(crate) fn join(words: &[(&str, bool)]) -> String {
    let mut text = String::new();
    for (i, (word, joined)) in words.iter().enumerate() {
        text.extend((i > 0 && !joined).then_some(' '));
        text.push_str(word);
    }
    text
}

fn push_style(builder: &mut parley::RangedBuilder<'_, Ink>, text: &str, style: &Style<'_>, manner: Manner) {
    let mut families = [style.family, DEFAULT_FAMILY].map(FontFamilyName::named).to_vec();
    for family in fonts::scripts(text) {
        families.push(FontFamilyName::named(family));
    }
    families.extend([SYMBOL_FAMILY, MONO_FAMILY].map(FontFamilyName::named));
    builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(&families))));
    let emoji = script::emoji(text);
    if !emoji.is_empty() {
        families.insert(0, FontFamilyName::named(EMOJI_FAMILY));
    }
    for range in emoji {
        builder.push(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(&families))), range);
    }
    // Korean breaks between words; Chinese and Japanese where marks say so.
    if text.chars().any(|c| c == BREAK || matches!(c, '\u{ac00}'..='\u{d7a3}')) {
        builder.push_default(StyleProperty::WordBreak(WordBreak::KeepAll));
    }
    if manner.japanese {
        builder.push_default(StyleProperty::Locale(Language::parse("ja").ok()));
    }
    builder.push_default(StyleProperty::FontSize(style.size));
    builder.push_default(StyleProperty::FontWeight(FontWeight::new(style.weight)));
    builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(style.line_height)));
    let close = text.chars().any(|c| c.is_alphabetic() && (script::is_joined(c) || script::is_wide(c)));
    builder.push_default(StyleProperty::LetterSpacing(if close { 0.0 } else { style.tracking * style.size }));
}

/// Breaks lines at `width`. A text that runs from right to left, or stands among such texts, is made as narrow as its widest line.
fn break_lines(layout: &mut Layout<Ink>, width: f32, manner: Manner) {
    layout.break_all_lines(Some(width));
    if manner.rtl || layout.is_rtl() {
        layout.break_all_lines(Some((layout.width() + 0.5).min(width)));
        layout.align(if manner.rtl { Alignment::Right } else { Alignment::Left }, AlignmentOptions::default());
    } else {
        layout.align(Alignment::Start, AlignmentOptions::default());
    }
}

/// Whether every line ends where a word may end, so that no word had to be broken.
pub(crate) fn words_are_whole(layout: &Layout<Ink>, text: &str) -> bool {
    layout.lines().all(|line| line.break_reason() != parley::BreakReason::Emergency) || text.is_empty()
}

/// Narrows the lines as far as their number allows, so that the last one is not a lonely word.
fn balance(layout: &mut Layout<Ink>, width: f32, manner: Manner) {
    let lines = layout.len();
    if lines < 2 {
        return;
    }
    let (mut narrow, mut wide) = (width / lines as f32 * 0.8, width);
    for _ in 0..8 {
        let middle = (narrow + wide) / 2.0;
        layout.break_all_lines(Some(middle));
        let good =
            layout.len() <= lines && layout.lines().all(|line| line.break_reason() != parley::BreakReason::Emergency);
        if good { wide = middle } else { narrow = middle }
    }
    break_lines(layout, wide, manner);
}

/// A person's text made fit for setting: white space folded, control characters gone, length bounded; with invisible marks where lines may
/// break, in scripts that put no spaces between words.
pub(crate) fn clean(text: &str) -> String {
    let text = plain(text);
    if !text.chars().any(voice::is_unspaced) {
        return text;
    }
    // Thai's sign of repetition belongs to the word before its space.
    let text = text.replace(" ๆ", "\u{a0}ๆ");
    let mut marked = String::with_capacity(text.len() * 2);
    let mut end = 0;
    for phrase in voice::phrases(&text) {
        marked.push_str(&text[end..phrase.start]);
        marked.extend((end > 0 && phrase.start == end).then_some(BREAK));
        marked.push_str(&text[phrase.clone()]);
        end = phrase.end;
    }
    marked + &text[end..]
}

/// As [`clean`], without marks: for words by themselves.
pub(crate) fn plain(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    let spaced: String = spaced.take(MOST_GRAPHEMES * 16).collect();
    let folded = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.grapheme_indices(true).nth(MOST_GRAPHEMES) {
        Some((end, _)) => format!("{}…", &folded[..end]),
        None => folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style<'static> = Style { family: "Inter", weight: 400.0, size: 40.0, line_height: 1.2, tracking: 0.0 };

    #[test]
    fn widths_grow_with_text_and_size() {
        let mut setter = Typesetter::new();
        let word = setter.width("graph", &STYLE);
        assert!(word > 80.0 && word < 140.0, "{word}");
        let twice = setter.width("graph", &Style { size: 80.0, ..STYLE });
        assert!((twice - 2.0 * word).abs() < 1.0);
    }

    #[test]
    fn colours_do_not_move_words() {
        let mut setter = Typesetter::new();
        let line = setter.line(&["AV", "Ta", "Wo"], &STYLE);
        assert!((line.width() - setter.width("AV Ta Wo", &STYLE)).abs() < 0.01);
    }

    #[test]
    fn balanced_lines_are_of_like_length() {
        let mut setter = Typesetter::new();
        let room = Room { width: 500.0, height: 400.0, lines: 3 };
        let layout = setter.fitted("one two three four five six seven eight", &STYLE, room);
        let widths: Vec<f32> =
            layout.lines().map(|line| line.metrics().advance - line.metrics().hanging_advance).collect();
        assert_eq!(widths.len(), 2, "{widths:?}");
        assert!((widths[0] - widths[1]).abs() < 120.0, "{widths:?}");
    }

    #[test]
    fn a_long_word_shrinks_and_an_endless_text_is_cut() {
        let mut setter = Typesetter::new();
        let room = Room { width: 300.0, height: 200.0, lines: 4 };
        let layout = setter.fitted("Donaudampfschifffahrtsgesellschaft", &STYLE, room);
        assert_eq!(layout.len(), 1);
        assert!(layout.width() <= 300.0);
        let layout = setter.fitted(&"endless ".repeat(400), &STYLE, room);
        assert!(layout.len() <= 4 && layout.height() <= 200.0);
    }

    #[test]
    fn cleaning_leaves_words_and_takes_control_characters() {
        assert_eq!(clean(" a\u{1b}[31m\tb\r\n\u{2029}c\0 "), "a [31m b c");
        assert!(clean(&"x".repeat(100_000)).chars().count() <= MOST_GRAPHEMES + 1);
    }
}
