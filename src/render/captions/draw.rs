//! Drawing of caption pages: each page is laid out once, and painted again only when a word of it changes.

use std::ops::Range;
use std::sync::Arc;

use parley::Layout;

use super::marks::{PlacedWord, WordPainter, lit_colour, placed, settle_frames};
use super::metrics::{CaptionMetrics, HALO_REACH};
use crate::render::colour::over;
use crate::render::frame::Frame;
use crate::render::paint::{GlyphOutline, PaintShape, Rect, paint};
use crate::render::text::{InkIndex, ScriptTraits, Typesetter};
use crate::render::tile::{Area, Tile};
use crate::render::view::{CaptionPage, CaptionTrack, CaptionWord};
use crate::spec::model::{CaptionStyle, Look};
use crate::units::{Colour, Fps, Size};

/// Opacity of a box whose colour the look gives as opaque.
const BOX_OPACITY: u8 = 205;
/// Opacity of the wide outline that sets text off from a busy picture.
const HALO_OPACITY: u8 = 70;
/// A soft shadow: how far each of its rings reaches, in font sizes, and its opacity.
const SHADOW: [(f64, u8); 5] = [(0.26, 26), (0.19, 38), (0.13, 62), (0.08, 105), (0.045, 150)];

/// Draws a scene's captions. It keeps the last page that it laid out, and the last tile that it painted.
pub(crate) struct CaptionPainter {
    captions: CaptionTrack,
    look: Look,
    size: Size,
    /// The frames that a word takes to pop or to appear.
    settle: u32,
    /// The last tile, with its page and the phase of each of the page's words.
    last: Option<(usize, Vec<u32>, Option<Tile>)>,
    /// The last page that was laid out, with its index.
    block: Option<(usize, CaptionBlock)>,
}

/// A line of a page, laid out and placed, and the range of the page's words that are on it.
struct CaptionLine {
    layout: Arc<Layout<InkIndex>>,
    at: (f64, f64),
    words: Range<usize>,
    /// Its words one by one; empty in styles that draw whole lines.
    single: Vec<PlacedWord>,
}

/// A page that is laid out and placed.
struct CaptionBlock {
    lines: Vec<CaptionLine>,
    rect: Rect,
    metrics: CaptionMetrics,
    traits: ScriptTraits,
}

impl CaptionPainter {
    pub fn new(captions: CaptionTrack, look: Look, size: Size, fps: Fps) -> CaptionPainter {
        CaptionPainter { captions, look, size, settle: settle_frames(fps), last: None, block: None }
    }

    /// Lays the captions of frame `n` over `out`.
    pub fn draw(&mut self, n: u32, setter: &mut Typesetter, out: &mut Frame) {
        let Some(index) = self.captions.pages.iter().position(|page| (page.from..page.to).contains(&n)) else { return };
        let phases = self.phases(&self.captions.pages[index], n);
        if self.last.as_ref().is_none_or(|(page, last, _)| (*page, last) != (index, &phases)) {
            let tile = self.tile(index, &phases, setter);
            self.last = Some((index, phases, tile));
        }
        if let Some((_, _, Some(tile))) = &self.last {
            tile.blend(256, out);
        }
    }

    /// The phase of each word of the page in frame `n`: 0 is not lit, or not yet visible.
    fn phases(&self, page: &CaptionPage, n: u32) -> Vec<u32> {
        let mut words = page.lines.iter().flatten();
        match self.captions.style {
            CaptionStyle::Reveal => words.map(|word| self.age(word.from, n)).collect(),
            CaptionStyle::Pop => {
                words.map(|word| self.age(word.from, n).saturating_sub(self.age(word.to, n))).collect()
            }
            style => {
                let count = words.clone().count();
                let lit = words.position(|word| style.follows_speech() && (word.from..word.to).contains(&n));
                (0..count).map(|word| u32::from(Some(word) == lit)).collect()
            }
        }
    }

    /// The number of frames from frame `at` to frame `n`, both included; 0 before, and at most the frames that a word takes.
    fn age(&self, at: u32, n: u32) -> u32 {
        n.checked_sub(at).map_or(0, |age| (age + 1).min(self.settle))
    }

    fn tile(&mut self, index: usize, phases: &[u32], setter: &mut Typesetter) -> Option<Tile> {
        if self.block.as_ref().is_none_or(|(page, _)| *page != index) {
            self.block = Some((index, self.set(&self.captions.pages[index], setter)));
        }
        let (_, block) = self.block.as_ref()?;
        setter.set_traits(block.traits);
        let shapes = self.shapes(block, phases, setter);
        setter.set_traits(ScriptTraits::default());
        let bounds = shapes.iter().map(PaintShape::bounds).reduce(Rect::union)?;
        let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, self.size);
        (!area.is_empty()).then(|| paint(&shapes, area, 0.0))
    }

    /// The rectangle around a page, and those of its words in styles that draw them one by one.
    #[cfg(test)]
    pub fn places(&self, page: usize, setter: &mut Typesetter) -> (Rect, Vec<Rect>) {
        let block = self.set(&self.captions.pages[page], setter);
        setter.set_traits(ScriptTraits::default());
        (block.rect, block.lines.iter().flat_map(|line| &line.single).map(PlacedWord::bounds).collect())
    }

    /// Sets a page's lines, smaller if one is too wide, and places them.
    fn set(&self, page: &CaptionPage, setter: &mut Typesetter) -> CaptionBlock {
        let traits =
            ScriptTraits::from_texts(&page.lines.iter().flatten().map(|word| word.text.as_str()).collect::<Vec<_>>());
        setter.set_traits(traits);
        let mut metrics = CaptionMetrics::new(self.captions.style, self.size);
        let widest = self.layouts(page, &metrics, setter).iter().map(|line| line.width()).fold(0.0, f32::max);
        if widest > metrics.line {
            metrics.text *= metrics.line / widest;
        }
        let layouts = self.layouts(page, &metrics, setter);
        let width = f64::from(layouts.iter().map(|line| line.width()).fold(0.0, f32::max));
        let height: f64 = layouts.iter().map(|line| f64::from(line.height())).sum();
        let rect = self.place(width, height, &metrics);
        let mut top = rect.top + f64::from(metrics.padding.1);
        let mut first = 0;
        let lines = layouts.into_iter().zip(&page.lines).map(|(line, words)| {
            let at = ((rect.left + rect.right - f64::from(line.width())) / 2.0, top);
            top += f64::from(line.height());
            first += words.len();
            let texts = texts(words);
            let font = &self.look.body_font;
            let single = if self.is_single() { placed(&texts, at, &metrics, font, setter) } else { Vec::new() };
            CaptionLine { layout: Arc::new(line), at, words: first - words.len()..first, single }
        });
        CaptionBlock { lines: lines.collect(), rect, metrics, traits }
    }

    fn layouts(&self, page: &CaptionPage, metrics: &CaptionMetrics, setter: &mut Typesetter) -> Vec<Layout<InkIndex>> {
        let style = metrics.text_style(&self.look.body_font);
        page.lines.iter().map(|line| setter.joined(&texts(line), &style)).collect()
    }

    /// The rectangle around a block of text of this size, padding included.
    fn place(&self, width: f64, height: f64, metrics: &CaptionMetrics) -> Rect {
        let width = width + 2.0 * f64::from(metrics.padding.0);
        let height = height + 2.0 * f64::from(metrics.padding.1);
        let top = metrics.block_top(self.captions.position, height, self.size);
        let left = (f64::from(self.size.width) - width) / 2.0;
        Rect { left, top, right: left + width, bottom: top + height }
    }

    /// Whether the style draws words one by one.
    fn is_single(&self) -> bool {
        self.captions.style.follows_speech() && self.captions.style != CaptionStyle::Karaoke
    }

    fn shapes(&self, block: &CaptionBlock, phases: &[u32], setter: &mut Typesetter) -> Vec<PaintShape> {
        if self.is_single() {
            return self.single_words(block, phases, setter);
        }
        let mut shapes = self.ground(block);
        let outlines = if shapes.is_empty() { self.outlines(&block.metrics) } else { Vec::new() };
        for CaptionLine { layout, at, words, .. } in &block.lines {
            let inks = words.clone().map(|word| self.ink(phases[word] > 0)).collect();
            shapes.push(PaintShape::Text { layout: layout.clone(), at: *at, inks, outlines: outlines.clone() });
        }
        shapes
    }

    /// The box or strip below the text, in styles that have one.
    fn ground(&self, block: &CaptionBlock) -> Vec<PaintShape> {
        let radius = f64::from(block.metrics.text) * 0.34;
        let boxed = PaintShape::Block { rect: block.rect, radius, colour: self.box_colour() };
        match self.captions.style {
            CaptionStyle::Karaoke | CaptionStyle::Boxed => vec![boxed],
            CaptionStyle::Bar => {
                let strip = Rect { left: 0.0, right: f64::from(self.size.width), ..block.rect };
                let edge = Rect { bottom: strip.top + f64::from(block.metrics.text) * 0.09, ..strip };
                let accent = over(self.look.accent, self.look.caption_back);
                vec![
                    PaintShape::Block { rect: strip, radius: 0.0, colour: self.box_colour() },
                    PaintShape::Block { rect: edge, radius: 0.0, colour: accent },
                ]
            }
            _ => Vec::new(),
        }
    }

    /// The words one by one, those that are lit on top.
    fn single_words(&self, block: &CaptionBlock, phases: &[u32], setter: &mut Typesetter) -> Vec<PaintShape> {
        let marker = WordPainter {
            style: self.captions.style,
            look: &self.look,
            metrics: &block.metrics,
            outlines: self.outlines(&block.metrics),
            settle: self.settle,
        };
        let words = block.lines.iter().flat_map(|line| &line.single).zip(phases);
        let (lit, unlit): (Vec<_>, Vec<_>) = words.partition(|(_, phase)| **phase > 0);
        let mut shapes = Vec::new();
        for (word, phase) in unlit.into_iter().chain(lit) {
            shapes.extend(marker.word(word, *phase, setter));
        }
        shapes
    }

    fn ink(&self, lit: bool) -> Colour {
        if lit { lit_colour(&self.look) } else { self.look.caption }
    }

    fn box_colour(&self) -> Colour {
        let back = self.look.caption_back;
        Colour { a: back.a.min(BOX_OPACITY), ..back }
    }

    fn outlines(&self, metrics: &CaptionMetrics) -> Vec<GlyphOutline> {
        let back = self.look.caption_back;
        let reach = f64::from(metrics.outline);
        if self.captions.style == CaptionStyle::Shadow {
            let text = f64::from(metrics.text);
            let rings = SHADOW.map(|(reach, a)| GlyphOutline { colour: Colour { a, ..back }, reach: reach * text });
            return rings.to_vec();
        }
        let halo = GlyphOutline { colour: Colour { a: HALO_OPACITY, ..back }, reach: reach * f64::from(HALO_REACH) };
        vec![halo, GlyphOutline { colour: Colour { a: 255, ..back }, reach }]
    }
}

/// A line's words, each with whether it follows the one before without a space.
fn texts(words: &[CaptionWord]) -> Vec<(&str, bool)> {
    words.iter().map(|word| (word.text.as_str(), word.joined)).collect()
}
