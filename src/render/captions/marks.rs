//! Caption styles that draw words one by one: a marker behind the spoken word, words that pop or appear. Each word is
//! drawn in a phase, from 0 to [`settle_frames`].

use std::sync::Arc;

use parley::Layout;

use super::metrics::{CaptionMetrics, POP_SPREAD};
use crate::render::colour::{contrast, faded, legible_on, over};
use crate::render::ease;
use crate::render::paint::{GlyphOutline, PaintShape, Rect};
use crate::render::script::has_rtl;
use crate::render::text::{InkIndex, Typesetter};
use crate::spec::model::{CaptionStyle, Look};
use crate::units::{Colour, Fps};

/// How much larger a word gets that pops, as a share of its size.
const POP_GROWTH: f64 = 0.12;
/// How long a word takes to pop or to appear, in seconds.
const SETTLE_SECONDS: f64 = 0.13;

/// How many frames a word takes to pop or to appear.
pub(crate) fn settle_frames(fps: Fps) -> u32 {
    fps.frames(SETTLE_SECONDS).clamp(1, 12) as u32
}

/// One word of a page, set by itself where it stands in its line.
pub struct PlacedWord {
    pub text: String,
    pub layout: Arc<Layout<InkIndex>>,
    pub at: (f64, f64),
    /// Whether another word touches it at the left and at the right, without a space between them.
    pub close: (bool, bool),
}

impl PlacedWord {
    /// The rectangle around its line box, in pixels of the frame.
    pub fn bounds(&self) -> Rect {
        let (width, height) = (f64::from(self.layout.width()), f64::from(self.layout.height()));
        Rect { left: self.at.0, top: self.at.1, right: self.at.0 + width, bottom: self.at.1 + height }
    }
}

/// Sets the words of a line that starts at `at`, each where it stands in the line.
pub fn placed(
    words: &[(&str, bool)],
    at: (f64, f64),
    metrics: &CaptionMetrics,
    font: &str,
    setter: &mut Typesetter,
) -> Vec<PlacedWord> {
    let style = metrics.text_style(font);
    // The position of a word that runs from right to left does not follow from the width of the words before it.
    let offsets = words.iter().any(|(word, _)| has_rtl(word)).then(|| setter.places(words, &style));
    let mut placed = Vec::with_capacity(words.len());
    for (i, (word, joined)) in words.iter().enumerate() {
        let layout = setter.joined(&[(*word, false)], &style);
        let before = match &offsets {
            Some(offsets) => offsets[i],
            None => f64::from(setter.joined(&words[..=i], &style).width() - layout.width()),
        };
        let close = (i > 0 && *joined, words.get(i + 1).is_some_and(|(_, joined)| *joined));
        let text = (*word).to_owned();
        placed.push(PlacedWord { text, layout: Arc::new(layout), at: (at.0 + before, at.1), close });
    }
    placed
}

/// Style and sizes with which the words of a page are drawn.
pub struct WordPainter<'a> {
    pub style: CaptionStyle,
    pub look: &'a Look,
    pub metrics: &'a CaptionMetrics,
    pub outlines: Vec<GlyphOutline>,
    /// The last phase of a word, in which it is wholly lit or wholly visible.
    pub settle: u32,
}

impl WordPainter<'_> {
    /// The shapes of one word; what is drawn later lies on top.
    pub fn word(&self, word: &PlacedWord, phase: u32, setter: &mut Typesetter) -> Vec<PaintShape> {
        let caption = self.look.caption;
        match self.style {
            CaptionStyle::Highlight if phase > 0 => self.marked(word),
            CaptionStyle::Underline if phase > 0 => self.underlined(word),
            CaptionStyle::Pop if phase > 0 => self.popped(word, phase, setter),
            CaptionStyle::Reveal => self.revealed(word, phase),
            _ => vec![self.plain(word, caption, 1.0)],
        }
    }

    /// Progress of a word in this phase, 0 to 1.
    fn share(&self, phase: u32) -> f64 {
        ease::in_out(f64::from(phase) / f64::from(self.settle.max(1)))
    }

    /// A word with its outlines; `share` scales the opacity of all of it.
    fn plain(&self, word: &PlacedWord, ink: Colour, share: f64) -> PaintShape {
        let mut outlines = self.outlines.clone();
        outlines.iter_mut().for_each(|outline| outline.colour = faded(outline.colour, share));
        PaintShape::Text { layout: Arc::clone(&word.layout), at: word.at, inks: vec![faded(ink, share)], outlines }
    }

    /// A word on a marker in the accent colour, in the first of the look's colours that stands out from it.
    fn marked(&self, word: &PlacedWord) -> Vec<PaintShape> {
        let size = f64::from(self.metrics.text);
        let accent = over(self.look.accent, self.look.caption_back);
        let (black, white) = (Colour::rgb(0, 0, 0), Colour::rgb(255, 255, 255));
        let inks = [over(self.look.caption_back, black), self.look.caption, black, white];
        let ink = inks.into_iter().find(|ink| contrast(*ink, accent) >= 4.5).unwrap_or(black);
        let bounds = word.bounds();
        let height = f64::from(word.layout.height());
        let [left, right] = [word.close.0, word.close.1].map(|close| size * if close { 0.02 } else { 0.14 });
        let rect = Rect {
            left: bounds.left - left,
            top: bounds.top + height * 0.03,
            right: bounds.right + right,
            bottom: bounds.top + height * 0.99,
        };
        let block = PaintShape::Block { rect, radius: size * 0.18, colour: accent };
        let text =
            PaintShape::Text { layout: Arc::clone(&word.layout), at: word.at, inks: vec![ink], outlines: Vec::new() };
        vec![block, text]
    }

    /// A word with a line under it, which has an outline as the text has.
    fn underlined(&self, word: &PlacedWord) -> Vec<PaintShape> {
        let size = f64::from(self.metrics.text);
        let baseline = word.layout.get(0).map_or(size, |line| f64::from(line.metrics().baseline));
        let top = word.at.1 + baseline + size * 0.13;
        let right = word.at.0 + f64::from(word.layout.width());
        let rect = Rect { left: word.at.0, top, right, bottom: top + size * 0.095 };
        let reach = f64::from(self.metrics.outline) * 0.8;
        let back = Colour { a: 255, ..self.look.caption_back };
        let outline = pill(rect.grown(reach), back);
        vec![outline, self.plain(word, self.look.caption, 1.0), pill(rect, lit_colour(self.look))]
    }

    /// A word that is larger the later its phase, around its own middle, so that no other moves.
    fn popped(&self, word: &PlacedWord, phase: u32, setter: &mut Typesetter) -> Vec<PaintShape> {
        let share = self.share(phase);
        let spread = if word.close == (false, false) { POP_SPREAD } else { POP_SPREAD * 0.3 };
        let most = 2.0 * f64::from(spread * self.metrics.text / word.layout.width().max(1.0));
        let grown =
            CaptionMetrics { text: self.metrics.text * (1.0 + POP_GROWTH.min(most) * share) as f32, ..*self.metrics };
        let layout = setter.joined(&[(&word.text, false)], &grown.text_style(&self.look.body_font));
        let more = (layout.width() - word.layout.width(), layout.height() - word.layout.height());
        let at = (word.at.0 - f64::from(more.0) / 2.0, word.at.1 - f64::from(more.1) / 2.0);
        let ink = over(Colour { a: (share * 255.0).round() as u8, ..lit_colour(self.look) }, self.look.caption);
        vec![self.plain(&PlacedWord { text: String::new(), layout: Arc::new(layout), at, close: word.close }, ink, 1.0)]
    }

    fn revealed(&self, word: &PlacedWord, phase: u32) -> Vec<PaintShape> {
        if phase == 0 { Vec::new() } else { vec![self.plain(word, self.look.caption, self.share(phase))] }
    }
}

/// The colour of a lit word: the accent, mixed with the colour of captions until it is legible.
pub fn lit_colour(look: &Look) -> Colour {
    legible_on(over(look.accent, look.caption), look.caption_back, look.caption)
}

/// A block whose ends are half circles.
fn pill(rect: Rect, colour: Colour) -> PaintShape {
    PaintShape::Block { rect, radius: (rect.bottom - rect.top) / 2.0, colour }
}
