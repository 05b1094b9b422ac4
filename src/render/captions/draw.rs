//! Drawing caption pages. Knows nothing of how words were grouped.

use std::ops::Range;
use std::sync::Arc;

use parley::Layout;

use super::marks::{PlacedWord, WordPainter, placed, settle};
use super::{CaptionMetrics, HALO};
use crate::render::colour::{legible_on, over};
use crate::render::frame::Frame;
use crate::render::paint::{GlyphOutline, PaintShape, Rect, paint};
use crate::render::text::{InkIndex, ScriptTraits, Typesetter};
use crate::render::tile::{Area, Tile};
use crate::render::view::{CaptionPage, CaptionTrack, CaptionWord};
use crate::spec::model::{CaptionPosition, CaptionStyle, Look};
use crate::units::{Colour, Fps, Size};

/// Opacity of a box whose colour the look gives as opaque.
const BOX_OPACITY: u8 = 205;
/// Opacity of the wide outline that sets text off from a busy picture.
const HALO_OPACITY: u8 = 70;
/// A soft shadow: how far each of its rings reaches, in font sizes, and its opacity.
const SHADOW: [(f64, u8); 5] = [(0.26, 26), (0.19, 38), (0.13, 62), (0.08, 105), (0.045, 150)];

/// Draws a scene's captions, and keeps what was drawn last.
pub(crate) struct CaptionPainter {
    captions: CaptionTrack,
    look: Look,
    size: Size,
    /// How many frames a word takes to pop or to appear.
    settle: u32,
    /// Which page, the phase of each of its words, and what that looks like.
    last: Option<(usize, Vec<u32>, Option<Tile>)>,
    block: Option<(usize, CaptionBlock)>,
}

/// A line, where it stands, and which of the page's words are on it.
struct CaptionLine {
    layout: Arc<Layout<InkIndex>>,
    at: (f64, f64),
    words: Range<usize>,
    /// Its words one by one, for styles that need them.
    single: Vec<PlacedWord>,
}

/// A page set and placed.
struct CaptionBlock {
    lines: Vec<CaptionLine>,
    rect: Rect,
    metrics: CaptionMetrics,
    manner: ScriptTraits,
}

impl CaptionPainter {
    pub fn new(captions: CaptionTrack, look: Look, size: Size, fps: Fps) -> CaptionPainter {
        CaptionPainter { captions, look, size, settle: settle(fps), last: None, block: None }
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

    /// How far each word of the page is on its way to being lit, or there, in frame `n`.
    fn phases(&self, page: &CaptionPage, n: u32) -> Vec<u32> {
        let words = || page.lines.iter().flatten();
        let since = |at: u32| n.checked_sub(at).map_or(0, |age| (age + 1).min(self.settle));
        match self.captions.style {
            CaptionStyle::Reveal => words().map(|word| since(word.from)).collect(),
            CaptionStyle::Pop => words().map(|word| since(word.from).saturating_sub(since(word.to))).collect(),
            style => {
                let heard = |word: &CaptionWord| style.follows_speech() && (word.from..word.to).contains(&n);
                let lit = words().position(heard);
                (0..words().count()).map(|word| u32::from(Some(word) == lit)).collect()
            }
        }
    }

    fn tile(&mut self, index: usize, phases: &[u32], setter: &mut Typesetter) -> Option<Tile> {
        if self.block.as_ref().is_none_or(|(page, _)| *page != index) {
            self.block = Some((index, self.set(&self.captions.pages[index], setter)));
        }
        let (_, block) = self.block.as_ref()?;
        setter.set_traits(block.manner);
        let shapes = self.shapes(block, phases, setter);
        setter.set_traits(ScriptTraits::default());
        let bounds = shapes.iter().map(PaintShape::bounds).reduce(Rect::union)?;
        let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, self.size);
        (!area.is_empty()).then(|| paint(&shapes, area, 0.0))
    }

    /// The rectangle around a page, and those of its words where they are treated one by one.
    #[cfg(test)]
    pub fn places(&self, page: usize, setter: &mut Typesetter) -> (Rect, Vec<Rect>) {
        let block = self.set(&self.captions.pages[page], setter);
        setter.set_traits(ScriptTraits::default());
        let rect = |word: &PlacedWord| {
            let (width, height) = (f64::from(word.layout.width()), f64::from(word.layout.height()));
            Rect { left: word.at.0, top: word.at.1, right: word.at.0 + width, bottom: word.at.1 + height }
        };
        (block.rect, block.lines.iter().flat_map(|line| &line.single).map(rect).collect())
    }

    /// Sets a page's lines, smaller if one is too wide, and places them.
    fn set(&self, page: &CaptionPage, setter: &mut Typesetter) -> CaptionBlock {
        let manner =
            ScriptTraits::from_texts(&page.lines.iter().flatten().map(|word| word.text.as_str()).collect::<Vec<_>>());
        setter.set_traits(manner);
        let mut metrics = CaptionMetrics::new(self.captions.style, self.size);
        let widest = self.layouts(page, &metrics, setter).iter().map(|line| line.width()).fold(0.0, f32::max);
        if widest > metrics.line {
            metrics.text *= metrics.line / widest;
        }
        let layouts = self.layouts(page, &metrics, setter);
        let width = f64::from(layouts.iter().map(|line| line.width()).fold(0.0, f32::max));
        let height: f64 = layouts.iter().map(|line| f64::from(line.height())).sum();
        let rect = self.place(width, height, &metrics);
        let (mut top, mut first) = (rect.top + f64::from(metrics.padding.1), 0);
        let lines = layouts.into_iter().zip(&page.lines).map(|(line, words)| {
            let at = ((rect.left + rect.right - f64::from(line.width())) / 2.0, top);
            top += f64::from(line.height());
            first += words.len();
            let texts = texts(words);
            let font = &self.look.body_font;
            let single = if self.is_single() { placed(&texts, at, &metrics, font, setter) } else { Vec::new() };
            CaptionLine { layout: Arc::new(line), at, words: first - words.len()..first, single }
        });
        CaptionBlock { lines: lines.collect(), rect, metrics, manner }
    }

    fn layouts(&self, page: &CaptionPage, metrics: &CaptionMetrics, setter: &mut Typesetter) -> Vec<Layout<InkIndex>> {
        let style = metrics.text_style(&self.look.body_font);
        page.lines.iter().map(|line| setter.joined(&texts(line), &style)).collect()
    }

    /// The rectangle around a block of text of this size, padding included.
    fn place(&self, width: f64, height: f64, metrics: &CaptionMetrics) -> Rect {
        let (frame_width, frame_height) = (f64::from(self.size.width), f64::from(self.size.height));
        let width = width + 2.0 * f64::from(metrics.padding.0);
        let height = height + 2.0 * f64::from(metrics.padding.1);
        let top = match self.captions.position {
            CaptionPosition::Top => f64::from(metrics.top),
            CaptionPosition::Middle => (frame_height - height) / 2.0,
            CaptionPosition::Bottom => frame_height - f64::from(metrics.bottom) - height,
        };
        let left = (frame_width - width) / 2.0;
        Rect { left, top, right: left + width, bottom: top + height }
    }

    /// Whether the style treats words one by one.
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

    /// What the text stands on, if anything.
    fn ground(&self, block: &CaptionBlock) -> Vec<PaintShape> {
        let radius = f64::from(block.metrics.text) * 0.34;
        let boxed = PaintShape::Block { rect: block.rect, radius, colour: self.box_colour() };
        match self.captions.style {
            CaptionStyle::Karaoke | CaptionStyle::Boxed => vec![boxed],
            CaptionStyle::Bar => {
                let strip = Rect { left: 0.0, right: f64::from(self.size.width), ..block.rect };
                let edge = Rect { bottom: strip.top + f64::from(block.metrics.text) * 0.09, ..strip };
                let accent = over(self.look.accent, self.look.caption_back);
                let flat = |rect, colour| PaintShape::Block { rect, radius: 0.0, colour };
                vec![flat(strip, self.box_colour()), flat(edge, accent)]
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
        let words = || block.lines.iter().flat_map(|line| &line.single).zip(phases);
        let mut shapes = Vec::new();
        for (word, phase) in words().filter(|(_, phase)| **phase == 0).chain(words().filter(|(_, phase)| **phase > 0)) {
            shapes.extend(marker.word(word, *phase, setter));
        }
        shapes
    }

    fn ink(&self, lit: bool) -> Colour {
        match lit {
            true => legible_on(over(self.look.accent, self.look.caption), self.look.caption_back, self.look.caption),
            false => self.look.caption,
        }
    }

    fn box_colour(&self) -> Colour {
        let back = self.look.caption_back;
        Colour { a: back.a.min(BOX_OPACITY), ..back }
    }

    fn outlines(&self, metrics: &CaptionMetrics) -> Vec<GlyphOutline> {
        let (back, reach) = (self.look.caption_back, f64::from(metrics.outline));
        if self.captions.style == CaptionStyle::Shadow {
            let ring =
                |(reach, a)| GlyphOutline { colour: Colour { a, ..back }, reach: reach * f64::from(metrics.text) };
            return SHADOW.map(ring).to_vec();
        }
        let halo = GlyphOutline { colour: Colour { a: HALO_OPACITY, ..back }, reach: reach * f64::from(HALO) };
        vec![halo, GlyphOutline { colour: Colour { a: 255, ..back }, reach }]
    }
}

/// A line's words, and whether each follows the one before without a space.
fn texts(words: &[CaptionWord]) -> Vec<(&str, bool)> {
    words.iter().map(|word| (word.text.as_str(), word.joined)).collect()
}
