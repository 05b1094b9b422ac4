//! Statement cards: a sentence in large letters, each word of which comes in at a time of its own.

use super::layout::CardLayout;
use crate::render::content::statement::StatementWord;
use crate::render::entrance::word_entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::render::text::{BREAK_OPPORTUNITY, TextStyle, clean_word};

/// The most words of a statement: more are never legible together.
const MAX_WORDS: usize = 60;
/// How far words rise as they come in, in font sizes.
const RISE_SIZES: f64 = 0.24;

impl<'a> CardLayout<'a> {
    /// All words in the largest size in which they fit, each a layer.
    pub fn statement(&mut self, words: &[StatementWord]) -> Vec<ShapeLayer> {
        let words: Vec<(String, &StatementWord)> =
            words.iter().take(MAX_WORDS).map(|word| (clean_word(&word.text), word)).collect();
        let words: Vec<(String, &StatementWord)> = words.into_iter().filter(|(text, _)| !text.is_empty()).collect();
        let mut text = String::new();
        let mut starts = Vec::new();
        for (i, (word, stated)) in words.iter().enumerate() {
            text.extend((i > 0).then_some(if stated.joined { BREAK_OPPORTUNITY } else { ' ' }));
            starts.push(text.len());
            text.push_str(word);
        }
        let (lines, style) = self.stated(&text, words.len());
        let line_height = f64::from(style.size * style.line_height);
        let height = line_height * lines.len() as f64;
        let top = ((self.top + self.bottom) / 2.0 - height / 2.0).max(self.top);

        let mut layers = Vec::new();
        let mut read = 0;
        for (i, line) in lines.iter().enumerate() {
            let pieces = pieces(line);
            let offsets = self.setter.places(&pieces, &style);
            let width = f64::from(self.setter.joined(&pieces, &style).width());
            let left = self.across(self.margin, width);
            for ((piece, _), offset) in pieces.iter().zip(offsets) {
                // A piece is a word, or the part of one that fits on a line.
                let start = text
                    .get(read..)
                    .and_then(|rest| rest.find(piece.trim_end_matches('…')))
                    .map_or(read, |at| read + at);
                let word = words[starts.partition_point(|at| *at <= start).saturating_sub(1)].1;
                read = (start + piece.len()).min(text.len());
                // A line that will be mirrored is laid out from its right end.
                let offset =
                    if self.is_rtl() { width - offset - f64::from(self.setter.width(piece, &style)) } else { offset };
                let at = (left + offset, top + line_height * i as f64);
                layers.push(self.word(piece, at, &style, word));
            }
        }
        layers
    }

    /// The lines of a statement in the largest size in which they fit.
    fn stated(&mut self, text: &str, words: usize) -> (Vec<String>, TextStyle<'a>) {
        let tall = self.view.size.height > self.view.size.width;
        let share = if words <= 12 { 0.135 } else { 0.110 };
        let style = TextStyle { line_height: self.leading(1.14), ..self.heading_style(share) };
        let bounds = self.text_bounds(1.0, if tall { 0.86 } else { 0.94 }, if tall { 9 } else { 5 });
        let (lines, size) = self.setter.fitted_lines(text, &style, bounds);
        (lines, TextStyle { size, ..style })
    }

    fn word(&mut self, text: &str, at: (f64, f64), style: &TextStyle<'_>, word: &StatementWord) -> ShapeLayer {
        let layout = self.setter.line(&[text], style);
        let colour = if word.accented { self.accent() } else { self.view.look.text };
        let shape = self.shape(layout, at, colour);
        let entrance = self.entrance_with_rise(f64::from(style.size) * RISE_SIZES);
        ShapeLayer::new(vec![shape], entrance, word.at, word_entrance_frames(self.view.fps))
    }
}

/// The parts of a line between spaces and break opportunities, each with whether it follows the one before without a space.
fn pieces(line: &str) -> Vec<(&str, bool)> {
    let mut joined = false;
    let mut pieces = Vec::new();
    for part in line.split_inclusive([' ', BREAK_OPPORTUNITY]) {
        let bare = part.trim_end_matches([' ', BREAK_OPPORTUNITY]);
        if !bare.is_empty() {
            pieces.push((bare, joined));
        }
        joined = part.ends_with(BREAK_OPPORTUNITY);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::text::Typesetter;

    #[test]
    fn words_stand_where_the_whole_line_has_them() {
        let style = TextStyle { family: "Inter", weight: 700.0, size: 100.0, line_height: 1.1, tracking: -0.02 };
        let mut setter = Typesetter::new();
        let offsets = setter.places(&[("Only", false), ("what", false), ("changed", false)], &style);
        let before = |text: &str, setter: &mut Typesetter| f64::from(setter.width(text, &style));
        let space = before("n n", &mut setter) - before("nn", &mut setter);
        assert_eq!(offsets[0], 0.0);
        assert!((offsets[1] - before("Only", &mut setter) - space).abs() < 3.0, "{offsets:?}");
        assert!((offsets[2] - before("Only what", &mut setter) - space).abs() < 3.0, "{offsets:?}");
    }
}
