//! Drawing caption pages. Knows nothing of how words were grouped.

use std::ops::Range;
use std::sync::Arc;

use parley::Layout;

use super::{HALO, Metrics};
use crate::render::colour::{legible_on, over};
use crate::render::frame::Frame;
use crate::render::paint::{Outline, Rect, Shape, paint};
use crate::render::text::{Ink, Typesetter};
use crate::render::tile::{Area, Tile};
use crate::render::view::{Captions, Page};
use crate::spec::model::{CaptionPosition, CaptionStyle, Look};
use crate::units::{Colour, Size};

/// Opacity of a box whose colour the look gives as opaque.
const BOX_OPACITY: u8 = 205;
/// Opacity of the wide outline that sets text off from a busy picture.
const HALO_OPACITY: u8 = 70;

/// Draws a scene's captions, and keeps what was drawn last.
pub(crate) struct CaptionPainter {
    captions: Captions,
    look: Look,
    size: Size,
    /// Which page, which of its words lit, and what that looks like.
    last: Option<(usize, Option<usize>, Option<Tile>)>,
    block: Option<(usize, Block)>,
}

/// A line, where it stands, and which of the page's words are on it.
struct Line {
    layout: Arc<Layout<Ink>>,
    at: (f64, f64),
    words: Range<usize>,
}

/// A page set and placed.
struct Block {
    lines: Vec<Line>,
    rect: Rect,
    metrics: Metrics,
}

impl CaptionPainter {
    pub fn new(captions: Captions, look: Look, size: Size) -> CaptionPainter {
        CaptionPainter { captions, look, size, last: None, block: None }
    }

    /// Lays the captions of frame `n` over `out`.
    pub fn draw(&mut self, n: u32, setter: &mut Typesetter, out: &mut Frame) {
        let Some(index) = self.captions.pages.iter().position(|page| (page.from..page.to).contains(&n)) else { return };
        let lit = self.lit(&self.captions.pages[index], n);
        if self.last.as_ref().is_none_or(|(page, word, _)| (*page, *word) != (index, lit)) {
            let tile = self.tile(index, lit, setter);
            self.last = Some((index, lit, tile));
        }
        if let Some((_, _, Some(tile))) = &self.last {
            tile.blend(256, out);
        }
    }

    /// The word heard in frame `n`, where the style shows it.
    fn lit(&self, page: &Page, n: u32) -> Option<usize> {
        if self.captions.style != CaptionStyle::Karaoke {
            return None;
        }
        page.lines.iter().flatten().position(|word| (word.from..word.to).contains(&n))
    }

    fn tile(&mut self, index: usize, lit: Option<usize>, setter: &mut Typesetter) -> Option<Tile> {
        if self.block.as_ref().is_none_or(|(page, _)| *page != index) {
            self.block = Some((index, self.set(&self.captions.pages[index], setter)));
        }
        let (_, block) = self.block.as_ref()?;
        let shapes = self.shapes(block, lit);
        let bounds = shapes.iter().map(Shape::bounds).reduce(Rect::union)?;
        let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, self.size);
        (!area.is_empty()).then(|| paint(&shapes, area, 0.0))
    }

    /// Sets a page's lines, smaller if one is too wide, and places them.
    fn set(&self, page: &Page, setter: &mut Typesetter) -> Block {
        let mut metrics = Metrics::new(self.captions.style, self.size);
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
            Line { layout: Arc::new(line), at, words: first - words.len()..first }
        });
        Block { lines: lines.collect(), rect, metrics }
    }

    fn layouts(&self, page: &Page, metrics: &Metrics, setter: &mut Typesetter) -> Vec<Layout<Ink>> {
        let style = metrics.text_style(&self.look.body_font);
        let texts = page.lines.iter().map(|line| line.iter().map(|word| word.text.as_str()).collect::<Vec<_>>());
        texts.map(|line| setter.line(&line, &style)).collect()
    }

    /// The rectangle around a block of text of this size, padding included.
    fn place(&self, width: f64, height: f64, metrics: &Metrics) -> Rect {
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

    fn shapes(&self, block: &Block, lit: Option<usize>) -> Vec<Shape> {
        let boxed = matches!(self.captions.style, CaptionStyle::Karaoke | CaptionStyle::Boxed);
        let mut shapes = Vec::new();
        if boxed {
            let radius = f64::from(block.metrics.text) * 0.34;
            shapes.push(Shape::Block { rect: block.rect, radius, colour: self.box_colour() });
        }
        let outlines = if boxed { Vec::new() } else { self.outlines(&block.metrics) };
        for Line { layout, at, words } in &block.lines {
            let inks = words.clone().map(|word| self.ink(Some(word) == lit)).collect();
            shapes.push(Shape::Text { layout: layout.clone(), at: *at, inks, outlines: outlines.clone() });
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

    fn outlines(&self, metrics: &Metrics) -> Vec<Outline> {
        let (back, reach) = (self.look.caption_back, f64::from(metrics.outline));
        let halo = Outline { colour: Colour { a: HALO_OPACITY, ..back }, reach: reach * f64::from(HALO) };
        vec![halo, Outline { colour: Colour { a: 255, ..back }, reach }]
    }
}
