//! Typesetting on top of parley: shaping, line breaking, shrinking to fit.

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

/// Zero-width space: a line may break here although there is no visible space.
pub(crate) const BREAK_OPPORTUNITY: char = '\u{200b}';

/// Index of a run's colour in the list of colours that the painter gets.
pub(crate) type InkIndex = u16;

/// The most graphemes of one text; no card or page could show more.
const MAX_GRAPHEMES: usize = 1_200;
/// Factor of each shrinking step, and the most steps.
const SHRINK_FACTOR: f32 = 0.93;
const MAX_SHRINK_STEPS: usize = 24;

/// Font and spacing of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TextStyle<'a> {
    pub family: &'a str,
    pub weight: f32,
    /// Font size in pixels.
    pub size: f32,
    /// Line height, in font sizes.
    pub line_height: f32,
    /// Letter spacing, in font sizes; negative is tighter.
    pub tracking: f32,
}

/// The space for a text, in pixels, and its greatest number of lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TextBounds {
    pub width: f32,
    pub height: f32,
    pub lines: usize,
}

/// Direction and script of texts that belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct ScriptTraits {
    /// They run from right to left and are aligned right.
    pub rtl: bool,
    /// Ideographs have their Japanese forms; else those of mainland China.
    pub japanese: bool,
    /// Letters have marks above and below.
    pub tall: bool,
}

impl ScriptTraits {
    /// The traits of these texts.
    pub fn from_texts(texts: &[&str]) -> ScriptTraits {
        let japanese = texts.iter().any(|text| text.chars().any(script::is_kana));
        let tall = texts.iter().any(|text| text.chars().any(script::is_joined));
        ScriptTraits { rtl: script::is_rtl(texts.iter().copied()), japanese, tall }
    }
}

/// Lays out texts in the bundled fonts.
pub(crate) struct Typesetter {
    fonts: FontContext,
    layouts: LayoutContext<InkIndex>,
    traits: ScriptTraits,
}

impl Typesetter {
    pub fn new() -> Typesetter {
        Typesetter { fonts: fonts::context(), layouts: LayoutContext::new(), traits: ScriptTraits::default() }
    }

    /// Sets the traits of the texts that follow.
    pub fn set_traits(&mut self, traits: ScriptTraits) {
        self.traits = traits;
    }

    pub fn traits(&self) -> ScriptTraits {
        self.traits
    }

    /// Words on one line, separated by spaces; word `i` has ink `i`.
    pub fn line(&mut self, words: &[&str], style: &TextStyle<'_>) -> Layout<InkIndex> {
        let rtl = self.traits.rtl || script::is_rtl(words.iter().copied());
        self.set(&words.iter().map(|word| (*word, false)).collect::<Vec<_>>(), style, rtl)
    }

    /// As [`line`](Self::line), but words marked `true` follow the previous one without a space, and the direction is
    /// that of [`traits`](Self::traits).
    pub fn joined(&mut self, words: &[(&str, bool)], style: &TextStyle<'_>) -> Layout<InkIndex> {
        self.set(words, style, self.traits.rtl)
    }

    fn set(&mut self, words: &[(&str, bool)], style: &TextStyle<'_>, rtl: bool) -> Layout<InkIndex> {
        let text = join(words);
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, &text, 1.0, false);
        push_style(&mut builder, &text, style, self.traits);
        // Spaces belong to no word, but take part in the layout.
        builder.push_default(StyleProperty::Brush(InkIndex::MAX));
        if rtl || script::has_rtl(&text) {
            builder.set_base_direction(if rtl { BaseDirection::Rtl } else { BaseDirection::Ltr });
        }
        let mut start = 0;
        for (ink, (word, joined)) in words.iter().enumerate() {
            start += usize::from(ink > 0 && !joined);
            builder
                .push(StyleProperty::Brush(ink.min(usize::from(InkIndex::MAX)) as InkIndex), start..start + word.len());
            start += word.len();
        }
        let mut layout = builder.build(&text);
        layout.break_all_lines(None);
        layout.align(Alignment::Start, AlignmentOptions::default());
        layout
    }

    /// The left edge of each word of a [`joined`](Self::joined) line, in pixels from the line's left end.
    pub fn places(&mut self, words: &[(&str, bool)], style: &TextStyle<'_>) -> Vec<f64> {
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
        // A word without a glyph draws nothing, so any position will do.
        places.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// A line of code in parts, each with its ink. Ligatures are off, so that typing more of a line does not change the
    /// letters before.
    pub fn code(&mut self, parts: &[(&str, InkIndex)], style: &TextStyle<'_>) -> Layout<InkIndex> {
        let text: String = parts.iter().map(|(text, _)| *text).collect();
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, &text, 1.0, false);
        push_style(&mut builder, &text, style, self.traits);
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
    pub fn width(&mut self, text: &str, style: &TextStyle<'_>) -> f32 {
        self.line(&[text], style).width()
    }

    /// `text` in lines of at most `width`; a word that is wider is broken.
    pub fn paragraph(&mut self, text: &str, style: &TextStyle<'_>, width: f32) -> Layout<InkIndex> {
        let traits = self.traits;
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        push_style(&mut builder, text, style, traits);
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        if script::has_rtl(text) {
            let way = if traits.rtl || script::is_rtl([text]) { BaseDirection::Rtl } else { BaseDirection::Ltr };
            builder.set_base_direction(way);
        }
        let mut layout = builder.build(text);
        break_lines(&mut layout, width, traits);
        layout
    }

    /// `text` as large as fits into `bounds`, at most `style.size`, with lines of similar length; cut with an ellipsis if
    /// even the smallest size does not fit.
    pub fn fitted(&mut self, text: &str, style: &TextStyle<'_>, bounds: TextBounds) -> Layout<InkIndex> {
        let fitted = self.shrunk(text, style, bounds);
        fitted.unwrap_or_else(|least| self.cut_to_fit(text, &TextStyle { size: least, ..*style }, bounds))
    }

    /// As [`fitted`](Self::fitted), but returns the text of each line and the font size.
    pub fn fitted_lines(&mut self, text: &str, style: &TextStyle<'_>, bounds: TextBounds) -> (Vec<String>, f32) {
        let (text, layout) = match self.shrunk(text, style, bounds) {
            Ok(layout) => (text.to_owned(), layout),
            Err(least) => self.cut_text(text, &TextStyle { size: least, ..*style }, bounds),
        };
        let size = layout.lines().flat_map(|line| line.runs().map(|run| run.font_size()).next()).next();
        let lines = layout.lines().filter_map(|line| Some(text.get(line.text_range())?.trim().to_owned()));
        (lines.filter(|line| !line.is_empty()).collect(), size.unwrap_or(style.size))
    }

    /// `text` in the largest size that fits without breaking a word; the smallest size tried if none does.
    fn shrunk(&mut self, text: &str, style: &TextStyle<'_>, bounds: TextBounds) -> Result<Layout<InkIndex>, f32> {
        let mut style = *style;
        for _ in 0..MAX_SHRINK_STEPS {
            let mut layout = self.paragraph(text, &style, bounds.width);
            // A single grapheme may be wider than the space, and can't be broken.
            let fits = layout.height() <= bounds.height && layout.width() <= bounds.width + 0.5;
            if fits && layout.len() <= bounds.lines && words_are_whole(&layout, text) {
                balance(&mut layout, bounds.width, self.traits);
                return Ok(layout);
            }
            style.size *= SHRINK_FACTOR;
        }
        Err(style.size)
    }

    /// Balances the lines of paragraphs laid out to `width`.
    pub fn balanced(&self, mut layouts: Vec<Layout<InkIndex>>, width: f32) -> Vec<Layout<InkIndex>> {
        layouts.iter_mut().for_each(|layout| balance(layout, width, self.traits));
        layouts
    }

    /// As much of `text` as fits, followed by an ellipsis.
    pub fn cut_to_fit(&mut self, text: &str, style: &TextStyle<'_>, bounds: TextBounds) -> Layout<InkIndex> {
        self.cut_text(text, style, bounds).1
    }

    fn cut_text(&mut self, text: &str, style: &TextStyle<'_>, bounds: TextBounds) -> (String, Layout<InkIndex>) {
        let graphemes: Vec<&str> = text.graphemes(true).collect();
        let whole = self.paragraph(text, style, bounds.width);
        if fits(&whole, bounds) {
            return (text.to_owned(), whole);
        }
        let (mut least, mut most) = (0, graphemes.len());
        while least + 1 < most {
            let middle = (least + most) / 2;
            let layout = self.paragraph(&ellipsis(&graphemes[..middle]), style, bounds.width);
            if fits(&layout, bounds) { least = middle } else { most = middle }
        }
        let text = ellipsis(&graphemes[..least]);
        let layout = self.paragraph(&text, style, bounds.width);
        (text, layout)
    }
}

fn fits(layout: &Layout<InkIndex>, bounds: TextBounds) -> bool {
    layout.len() <= bounds.lines && layout.height() <= bounds.height
}

fn ellipsis(graphemes: &[&str]) -> String {
    format!("{}…", graphemes.concat().trim_end())
}

/// Concatenates words, with a space before those that are not joined.
pub(crate) fn join(words: &[(&str, bool)]) -> String {
    let mut text = String::new();
    for (i, (word, joined)) in words.iter().enumerate() {
        text.extend((i > 0 && !joined).then_some(' '));
        text.push_str(word);
    }
    text
}

fn push_style(
    builder: &mut parley::RangedBuilder<'_, InkIndex>,
    text: &str,
    style: &TextStyle<'_>,
    traits: ScriptTraits,
) {
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
    // Korean breaks between words; Chinese and Japanese only at [`BREAK_OPPORTUNITY`].
    if text.chars().any(|c| c == BREAK_OPPORTUNITY || matches!(c, '\u{ac00}'..='\u{d7a3}')) {
        builder.push_default(StyleProperty::WordBreak(WordBreak::KeepAll));
    }
    if traits.japanese {
        builder.push_default(StyleProperty::Locale(Language::parse("ja").ok()));
    }
    builder.push_default(StyleProperty::FontSize(style.size));
    builder.push_default(StyleProperty::FontWeight(FontWeight::new(style.weight)));
    builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(style.line_height)));
    let close = text.chars().any(|c| c.is_alphabetic() && (script::is_joined(c) || script::is_wide(c)));
    builder.push_default(StyleProperty::LetterSpacing(if close { 0.0 } else { style.tracking * style.size }));
}

/// Breaks lines at `width`. A text that runs from right to left, or belongs to such texts, is made as narrow as its
/// widest line.
fn break_lines(layout: &mut Layout<InkIndex>, width: f32, traits: ScriptTraits) {
    layout.break_all_lines(Some(width));
    if traits.rtl || layout.is_rtl() {
        layout.break_all_lines(Some((layout.width() + 0.5).min(width)));
        layout.align(if traits.rtl { Alignment::Right } else { Alignment::Left }, AlignmentOptions::default());
    } else {
        layout.align(Alignment::Start, AlignmentOptions::default());
    }
}

/// Whether every line ends where a word may end, so that no word had to be broken.
pub(crate) fn words_are_whole(layout: &Layout<InkIndex>, text: &str) -> bool {
    layout.lines().all(|line| line.break_reason() != parley::BreakReason::Emergency) || text.is_empty()
}

/// Narrows the lines as far as their number allows, so that the last one is not a single word.
fn balance(layout: &mut Layout<InkIndex>, width: f32, traits: ScriptTraits) {
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
    break_lines(layout, wide, traits);
}

/// Normalises user text for typesetting: white space is folded, control characters are removed, the length is bounded;
/// scripts without spaces between words get a [`BREAK_OPPORTUNITY`] where lines may break.
pub(crate) fn clean(text: &str) -> String {
    let text = clean_word(text);
    if !text.chars().any(voice::is_unspaced) {
        return text;
    }
    // Thai's sign of repetition belongs to the word before its space.
    let text = text.replace(" ๆ", "\u{a0}ๆ");
    let mut marked = String::with_capacity(text.len() * 2);
    let mut end = 0;
    for phrase in voice::phrases(&text) {
        marked.push_str(&text[end..phrase.start]);
        marked.extend((end > 0 && phrase.start == end).then_some(BREAK_OPPORTUNITY));
        marked.push_str(&text[phrase.clone()]);
        end = phrase.end;
    }
    marked + &text[end..]
}

/// As [`clean`], without break opportunities: for single words.
pub(crate) fn clean_word(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    let spaced: String = spaced.take(MAX_GRAPHEMES * 16).collect();
    let folded = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.grapheme_indices(true).nth(MAX_GRAPHEMES) {
        Some((end, _)) => format!("{}…", &folded[..end]),
        None => folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: TextStyle<'static> =
        TextStyle { family: "Inter", weight: 400.0, size: 40.0, line_height: 1.2, tracking: 0.0 };

    #[test]
    fn widths_grow_with_text_and_size() {
        let mut setter = Typesetter::new();
        let word = setter.width("graph", &STYLE);
        assert!(word > 80.0 && word < 140.0, "{word}");
        let twice = setter.width("graph", &TextStyle { size: 80.0, ..STYLE });
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
        let bounds = TextBounds { width: 500.0, height: 400.0, lines: 3 };
        let layout = setter.fitted("one two three four five six seven eight", &STYLE, bounds);
        let widths: Vec<f32> =
            layout.lines().map(|line| line.metrics().advance - line.metrics().hanging_advance).collect();
        assert_eq!(widths.len(), 2, "{widths:?}");
        assert!((widths[0] - widths[1]).abs() < 120.0, "{widths:?}");
    }

    #[test]
    fn a_long_word_shrinks_and_an_endless_text_is_cut() {
        let mut setter = Typesetter::new();
        let bounds = TextBounds { width: 300.0, height: 200.0, lines: 4 };
        let layout = setter.fitted("Donaudampfschifffahrtsgesellschaft", &STYLE, bounds);
        assert_eq!(layout.len(), 1);
        assert!(layout.width() <= 300.0);
        let layout = setter.fitted(&"endless ".repeat(400), &STYLE, bounds);
        assert!(layout.len() <= 4 && layout.height() <= 200.0);
    }

    #[test]
    fn cleaning_leaves_words_and_takes_control_characters() {
        assert_eq!(clean(" a\u{1b}[31m\tb\r\n\u{2029}c\0 "), "a [31m b c");
        assert!(clean(&"x".repeat(100_000)).chars().count() <= MAX_GRAPHEMES + 1);
    }
}
