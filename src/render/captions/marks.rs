//! Caption styles that treat words one by one: a marker behind the spoken word, words that pop or appear. Knows nothing of times: each
//! word comes with a phase, from 0 to [`settle`].

use std::sync::Arc;

use parley::Layout;

use super::CaptionMetrics;
use crate::render::colour::{contrast, legible_on, over};
use crate::render::ease;
use crate::render::paint::{GlyphOutline, PaintShape, Rect};
use crate::render::script::has_rtl;
use crate::render::text::{InkIndex, Typesetter};
use crate::spec::model::{CaptionStyle, Look};
use crate::units::{Colour, Fps};

/// How much larger a word gets that pops.
const POP: f64 = 0.12;
/// How far it grows to either side at most, in font sizes: less than a space, so that it touches no other.
pub const SPREAD: f32 = 0.10;
/// How long a word takes to pop or to appear, in seconds.
const SETTLE: f64 = 0.13;

/// How many frames a word takes to pop or to appear.
pub(crate) fn settle(fps: Fps) -> u32 {
    fps.frames(SETTLE).clamp(1, 12) as u32
}

/// One word of a page, set by itself where it stands in its line.
pub struct PlacedWord {
    pub text: String,
    pub layout: Arc<Layout<InkIndex>>,
    pub at: (f64, f64),
    /// Others stand next to it without a space, at the left and at the right.
    pub close: (bool, bool),
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
    // What runs from right to left stands elsewhere than the words before it make room.
    let turned = words.iter().any(|(word, _)| has_rtl(word)).then(|| setter.places(words, &style));
    let place = |i: usize, setter: &mut Typesetter| {
        let layout = setter.joined(&[(words[i].0, false)], &style);
        let before = match &turned {
            Some(places) => places[i],
            None => f64::from(setter.joined(&words[..=i], &style).width() - layout.width()),
        };
        let close = (i > 0 && words[i].1, words.get(i + 1).is_some_and(|(_, joined)| *joined));
        PlacedWord { text: words[i].0.to_owned(), layout: Arc::new(layout), at: (at.0 + before, at.1), close }
    };
    (0..words.len()).map(|i| place(i, setter)).collect()
}

/// What the words of a page are drawn with.
pub struct WordPainter<'a> {
    pub style: CaptionStyle,
    pub look: &'a Look,
    pub metrics: &'a CaptionMetrics,
    pub outlines: Vec<GlyphOutline>,
    /// The phase in which a word is wholly lit, or wholly there.
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

    fn share(&self, phase: u32) -> f64 {
        ease::in_out(f64::from(phase) / f64::from(self.settle.max(1)))
    }

    fn plain(&self, word: &PlacedWord, ink: Colour, share: f64) -> PaintShape {
        let faint = |colour: Colour| Colour { a: (f64::from(colour.a) * share).round() as u8, ..colour };
        let outlines = self.outlines.iter().map(|line| GlyphOutline { colour: faint(line.colour), ..*line }).collect();
        PaintShape::Text { layout: Arc::clone(&word.layout), at: word.at, inks: vec![faint(ink)], outlines }
    }

    /// A word on a marker in the accent colour, in whatever of the look's colours stands out from it most.
    fn marked(&self, word: &PlacedWord) -> Vec<PaintShape> {
        let (size, accent) = (f64::from(self.metrics.text), over(self.look.accent, self.look.caption_back));
        let (black, white) = (Colour::rgb(0, 0, 0), Colour::rgb(255, 255, 255));
        let inks = [over(self.look.caption_back, black), self.look.caption, black, white];
        let ink = inks.into_iter().find(|ink| contrast(*ink, accent) >= 4.5).unwrap_or(black);
        let (width, height) = (f64::from(word.layout.width()), f64::from(word.layout.height()));
        let beyond = |close: bool| size * if close { 0.02 } else { 0.14 };
        let rect = Rect {
            left: word.at.0 - beyond(word.close.0),
            top: word.at.1 + height * 0.03,
            right: word.at.0 + width + beyond(word.close.1),
            bottom: word.at.1 + height * 0.99,
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
        let block = |rect: Rect, colour| PaintShape::Block { rect, radius: (rect.bottom - rect.top) / 2.0, colour };
        let line = block(rect, self.lit());
        vec![block(rect.grown(reach), back), self.plain(word, self.look.caption, 1.0), line]
    }

    /// A word that is larger the later its phase, around its own middle, so that no other moves.
    fn popped(&self, word: &PlacedWord, phase: u32, setter: &mut Typesetter) -> Vec<PaintShape> {
        let share = self.share(phase);
        let spread = if word.close == (false, false) { SPREAD } else { SPREAD * 0.3 };
        let most = 2.0 * f64::from(spread * self.metrics.text / word.layout.width().max(1.0));
        let grown = CaptionMetrics { text: self.metrics.text * (1.0 + POP.min(most) * share) as f32, ..*self.metrics };
        let layout = setter.joined(&[(&word.text, false)], &grown.text_style(&self.look.body_font));
        let more = (layout.width() - word.layout.width(), layout.height() - word.layout.height());
        let at = (word.at.0 - f64::from(more.0) / 2.0, word.at.1 - f64::from(more.1) / 2.0);
        let ink = over(Colour { a: (share * 255.0).round() as u8, ..self.lit() }, self.look.caption);
        vec![self.plain(&PlacedWord { text: String::new(), layout: Arc::new(layout), at, close: word.close }, ink, 1.0)]
    }

    fn revealed(&self, word: &PlacedWord, phase: u32) -> Vec<PaintShape> {
        match phase {
            0 => Vec::new(),
            _ => vec![self.plain(word, self.look.caption, self.share(phase))],
        }
    }

    /// The accent, as far as it stands out from what lies around text.
    fn lit(&self) -> Colour {
        let look = self.look;
        legible_on(over(look.accent, look.caption), look.caption_back, look.caption)
    }
}
