//! Drawing a listing: a window with lines that come in, light up or are typed. Knows nothing of grammars.

use std::sync::Arc;

use parley::Layout;
use vello_cpu::kurbo::{RoundedRect, Shape as _};

use super::colours::CodePalette;
use super::{CodeLine, CodeListing, LineHighlight};
use crate::render::cards::CardLayout;
use crate::render::ease;
use crate::render::entrance::entrance_frames;
use crate::render::fonts::MONO_FAMILY;
use crate::render::frame::Frame;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect, paint};
use crate::render::pose::Animation;
use crate::render::text::{InkIndex, TextBounds, TextStyle, Typesetter, clean};
use crate::render::tile::{Area, Tile};
use crate::units::{Colour, Size};

/// Font sizes as shares of the frame's shorter side: no letters are larger, and none smaller only to have a long line whole.
const LARGEST: f64 = 0.041;
const SMALLEST: f64 = 0.0205;
/// How much is seen of lines that are not lit while others are.
const DIM: f64 = 0.42;

/// Where a window and its text stand.
struct CodeWindow {
    rect: Rect,
    bar: f64,
    radius: f64,
    /// The upper left corner of the first line's number, and of its text.
    top: f64,
    gutter: f64,
    left: f64,
    /// Between lines.
    step: f64,
    /// Columns that have room.
    columns: usize,
}

/// Draws a listing's lines over its window.
pub(crate) struct CodePainter {
    style: TextStyle<'static>,
    palette: CodePalette,
    window: CodeWindow,
    rows: Vec<CodeRow>,
    bars: Vec<(LineHighlight, Option<Tile>)>,
    typed: Option<(u32, u32)>,
    entrance: u32,
    size: Size,
    /// A letter's width.
    advance: f64,
}

struct CodeRow {
    line: CodeLine,
    number: PaintShape,
    letters: usize,
    /// All of it.
    tile: Option<Tile>,
    top: f64,
}

impl CardLayout<'_> {
    /// A window with a listing, and above it a heading.
    pub fn code(&mut self, code: &CodeListing) -> (Vec<ShapeLayer>, CodePainter) {
        if self.view.size.width <= self.view.size.height {
            self.widen(0.6);
        } else {
            // Lines need all the height there is.
            self.heighten(0.72);
        }
        let head = self.layout_heading(code.heading.as_deref(), 0.058);
        let palette = CodePalette::new(&self.view.look);
        let (mut window, style, advance) = self.window(code, head.height);
        let height = head.height + window.rect.bottom - window.rect.top;
        let top = self.top + (self.bottom - self.top - height).max(0.0) / 2.0;
        window.lower(top + head.height - window.rect.top);
        let mut layers = self.place_heading(head, top);
        let shapes = self.frame_of(&window, code, &palette);
        let frames = entrance_frames(self.view.fps);
        layers.push(ShapeLayer::new(shapes, Animation::Rise(self.unit * 0.02), self.delay(0.5), frames));
        let rows = self.rows(code, &window, &style, &palette);
        let bars = code.lit.iter().map(|lit| (*lit, None)).collect();
        let (size, typed) = (self.view.size, code.typed);
        (layers, CodePainter { style, palette, window, rows, bars, typed, entrance: frames, size, advance })
    }

    /// The window with the largest letters that its lines have room for, at the top of the card.
    fn window(&mut self, code: &CodeListing, above: f64) -> (CodeWindow, TextStyle<'static>, f64) {
        let count = code.lines.len().max(1);
        let line_height = if count > 16 { 1.38 } else { 1.52 };
        let mut style = TextStyle {
            family: MONO_FAMILY,
            weight: 400.0,
            size: 100.0,
            line_height: line_height as f32,
            tracking: 0.0,
        };
        let em = f64::from(self.setter.width("0", &style)) / 100.0;
        let (bar, pad) = (self.unit * 0.058, self.unit * 0.030);
        let (left, right) = (self.margin, self.right);
        let digits = (code.first as usize + count).to_string().len();
        let letters = code.lines.iter().map(|line| line.letters()).max().unwrap_or(0).max(12);
        let wide = (right - left - 2.0 * pad) / (em * (digits as f64 + 2.0 + letters as f64));
        let high = (self.bottom - self.top - above - bar - 2.0 * pad) / (count as f64 * line_height);
        let size = wide.max(SMALLEST * self.unit).min(high).min(LARGEST * self.unit).max(4.0);
        let advance = size * em;
        let gutter = left + pad;
        let text = gutter + advance * (digits as f64 + 1.6);
        let columns = ((right - pad * 0.6 - text) / advance).max(1.0) as usize;
        style.size = size as f32;
        let step = size * line_height;
        let rect = Rect { left, top: self.top, right, bottom: self.top + bar + 2.0 * pad + step * count as f64 };
        let radius = self.unit * 0.016;
        (CodeWindow { rect, bar, radius, top: self.top + bar + pad, gutter, left: text, step, columns }, style, advance)
    }

    /// The empty window: its edge, its bar with dots and a name, and where the lines go.
    fn frame_of(&mut self, window: &CodeWindow, code: &CodeListing, palette: &CodePalette) -> Vec<PaintShape> {
        let Rect { left, top, right, bottom } = window.rect;
        let inside = window.rect.grown(-(self.unit * 0.0014).max(1.0));
        let radius = window.radius;
        let below =
            RoundedRect::new(inside.left, top + window.bar, inside.right, inside.bottom, (0.0, 0.0, radius, radius));
        let mut shapes = vec![
            PaintShape::Block { rect: Rect { left, top, right, bottom }, radius, colour: palette.edge },
            PaintShape::Block { rect: inside, radius, colour: palette.bar },
            PaintShape::Path { path: Arc::new(below.to_path(0.05)), stroke: None, colour: palette.panel },
        ];
        let (dot, middle) = (self.unit * 0.0125, top + window.bar / 2.0);
        let mut x = left + window.bar * 0.5;
        for _ in 0..3 {
            let rect = Rect { left: x, top: middle - dot / 2.0, right: x + dot, bottom: middle + dot / 2.0 };
            shapes.push(PaintShape::Block { rect, radius: dot / 2.0, colour: Colour { a: 110, ..palette.muted } });
            x += dot * 1.75;
        }
        if let Some(name) = &code.name {
            let size = (self.unit * 0.026) as f32;
            let style = TextStyle { family: MONO_FAMILY, weight: 400.0, size, line_height: 1.3, tracking: 0.0 };
            let x = x + dot;
            let room = TextBounds { width: (right - x - window.bar * 0.5) as f32, height: size * 1.5, lines: 1 };
            let layout = self.setter.cut_to_fit(&clean(name), &style, room);
            let at = (x, middle - f64::from(layout.height()) / 2.0);
            shapes.push(self.shape(layout, at, palette.muted));
        }
        shapes
    }

    fn rows(
        &mut self,
        code: &CodeListing,
        window: &CodeWindow,
        style: &TextStyle<'static>,
        palette: &CodePalette,
    ) -> Vec<CodeRow> {
        let digits = (code.first as usize + code.lines.len().max(1)).to_string().len();
        let row = |(i, line): (usize, &CodeLine)| {
            let number = format!("{:>digits$}", code.first as usize + i);
            let layout = self.setter.code(&[(&number, 0)], style);
            let top = window.top + window.step * i as f64;
            let colour = Colour { a: 150, ..palette.muted };
            let number = PaintShape::Text {
                layout: Arc::new(layout),
                at: (window.gutter, top),
                inks: vec![colour],
                outlines: vec![],
            };
            let line = line.cut(window.columns);
            CodeRow { letters: line.letters(), line, number, tile: None, top }
        };
        code.lines.iter().enumerate().map(row).collect()
    }
}

impl CodeWindow {
    fn lower(&mut self, by: f64) {
        self.rect = Rect { top: self.rect.top + by, bottom: self.rect.bottom + by, ..self.rect };
        self.top += by;
    }
}

impl CodeLine {
    fn letters(&self) -> usize {
        self.spans.iter().map(|span| span.text.chars().count()).sum()
    }

    /// Its first `count` letters.
    fn start(&self, count: usize) -> CodeLine {
        let mut left = count;
        let spans = self.spans.iter().map(|span| {
            let text: String = span.text.chars().take(left).collect();
            left -= text.chars().count();
            super::CodeSpan { class: span.class, text }
        });
        CodeLine { spans: spans.filter(|span| !span.text.is_empty()).collect() }
    }

    /// As much of it as fits into `columns`, with an ellipsis.
    fn cut(&self, columns: usize) -> CodeLine {
        if self.letters() <= columns {
            return self.clone();
        }
        let mut cut = self.start(columns.saturating_sub(1));
        match cut.spans.last_mut() {
            Some(last) => last.text.push('…'),
            None => cut.spans.push(super::CodeSpan { class: super::TokenClass::Plain, text: "…".to_owned() }),
        }
        cut
    }
}

impl CodePainter {
    /// Lays the lines of frame `n` over `out`.
    pub fn draw(&mut self, n: u32, setter: &mut Typesetter, out: &mut Frame) {
        for i in 0..self.bars.len() {
            let lit = self.bars[i].0;
            let opacity = self.level(&lit, n) * self.entered(lit.from as usize, n);
            if self.bars[i].1.is_none() && opacity > 0.0 {
                self.bars[i].1 = self.bar(&lit);
            }
            blend(&self.bars[i].1, opacity, out);
        }
        let dim = self.bars.iter().map(|(lit, _)| self.ramp(lit.at, n)).fold(0.0, f64::max);
        let (mut typed, all) = self.typed(n);
        for i in 0..self.rows.len() {
            let own = self.bars.iter().filter(|(lit, _)| (lit.from..lit.to).contains(&(i as u32)));
            let level = own.map(|(lit, _)| self.level(lit, n)).fold(0.0, f64::max);
            let opacity = (1.0 - (1.0 - DIM) * dim * (1.0 - level)) * self.entered(i, n);
            let letters = self.rows[i].letters;
            if typed > letters || all {
                if self.rows[i].tile.is_none() && opacity > 0.0 {
                    self.rows[i].tile = self.tile(i, letters, false, setter);
                }
                blend(&self.rows[i].tile, opacity, out);
            } else {
                blend(&self.tile(i, typed, true, setter), opacity, out);
                break;
            }
            typed = typed.saturating_sub(letters + 1);
        }
    }

    /// How many letters are typed in frame `n`, ends of lines included, and whether that is all.
    fn typed(&self, n: u32) -> (usize, bool) {
        let Some((from, to)) = self.typed else { return (0, true) };
        let all: usize = self.rows.iter().map(|row| row.letters + 1).sum();
        match n.checked_sub(from) {
            _ if n >= to => (all, true),
            None => (0, false),
            Some(age) => ((all as u64 * u64::from(age) / u64::from(to - from).max(1)) as usize, false),
        }
    }

    /// From 0 to 1 in the frames behind `at`.
    fn ramp(&self, at: u32, n: u32) -> f64 {
        let frames = f64::from(self.entrance) * 0.7;
        n.checked_sub(at).map_or(0.0, |age| ease::in_out((f64::from(age) + 1.0) / (frames + 1.0)))
    }

    fn level(&self, lit: &LineHighlight, n: u32) -> f64 {
        self.ramp(lit.at, n) * (1.0 - self.ramp(lit.until, n))
    }

    /// How far line `i` has come in.
    fn entered(&self, i: usize, n: u32) -> f64 {
        if self.typed.is_some() {
            return self.ramp((f64::from(self.entrance) * 0.5) as u32, n);
        }
        let share = i as f64 / self.rows.len().max(1) as f64;
        self.ramp((f64::from(self.entrance) * (0.4 + 0.8 * share)) as u32, n)
    }

    fn bar(&self, lit: &LineHighlight) -> Option<Tile> {
        let top = self.window.top + self.window.step * f64::from(lit.from);
        let bottom = self.window.top + self.window.step * f64::from(lit.to);
        let (left, right) = (self.window.rect.left + 2.0, self.window.rect.right - 2.0);
        let strip = (self.advance * 0.30).max(2.0);
        let accent = self.palette.accent;
        let shapes = [
            PaintShape::Block {
                rect: Rect { left, top, right, bottom },
                radius: 0.0,
                colour: Colour { a: 34, ..accent },
            },
            PaintShape::Block { rect: Rect { left, top, right: left + strip, bottom }, radius: 0.0, colour: accent },
        ];
        self.painted(&shapes)
    }

    /// Line `i`'s first letters behind its number, and perhaps the mark where the next one will stand.
    fn tile(&self, i: usize, letters: usize, caret: bool, setter: &mut Typesetter) -> Option<Tile> {
        let (row, window) = (&self.rows[i], &self.window);
        let start = row.line.start(letters);
        let parts: Vec<(&str, InkIndex)> =
            start.spans.iter().map(|span| (span.text.as_str(), span.class as InkIndex)).collect();
        let layout: Layout<InkIndex> = setter.code(&parts, &self.style);
        let width = f64::from(layout.full_width());
        let mut shapes = vec![row.number.clone()];
        if !parts.is_empty() {
            let (layout, inks) = (Arc::new(layout), self.palette.classes.to_vec());
            shapes.push(PaintShape::Text { layout, at: (window.left, row.top), inks, outlines: vec![] });
        }
        if caret {
            let left = window.left + if letters == 0 { 0.0 } else { width } + self.advance * 0.08;
            let (top, bottom) = (row.top + window.step * 0.16, row.top + window.step * 0.86);
            let rect = Rect { left, top, right: left + (self.advance * 0.14).max(2.0), bottom };
            shapes.push(PaintShape::Block { rect, radius: 0.0, colour: self.palette.accent });
        }
        self.painted(&shapes)
    }

    fn painted(&self, shapes: &[PaintShape]) -> Option<Tile> {
        let bounds = shapes.iter().map(PaintShape::bounds).reduce(Rect::union)?;
        let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, self.size);
        (!area.is_empty()).then(|| paint(shapes, area, 0.0))
    }
}

fn blend(tile: &Option<Tile>, opacity: f64, out: &mut Frame) {
    let opacity = (opacity * 256.0).round() as u16;
    if let Some(tile) = tile.as_ref().filter(|_| opacity > 0) {
        tile.blend(opacity, out);
    }
}
