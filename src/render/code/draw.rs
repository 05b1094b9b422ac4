//! Drawing of a listing: a window with lines that come in, light up or are typed.

use std::sync::Arc;

use parley::Layout;
use vello_cpu::kurbo::{RoundedRect, Shape as _};

use super::colours::CodePalette;
use super::listing::{CodeLine, CodeListing, LineHighlight};
use crate::render::cards::CardLayout;
use crate::render::ease;
use crate::render::entrance::entrance_frames;
use crate::render::fonts::MONO_FAMILY;
use crate::render::frame::Frame;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect, paint_all};
use crate::render::pose::Animation;
use crate::render::text::{InkIndex, TextBounds, TextStyle, Typesetter, clean};
use crate::render::tile::Tile;
use crate::units::{Colour, Size};

/// The greatest font size, and the size below which long lines are cut instead of set smaller, as shares of the frame's
/// shorter side.
const MAX_FONT_SIZE: f64 = 0.041;
const MIN_FONT_SIZE: f64 = 0.0205;
/// Opacity of the other lines while some are lit.
const DIMMED_OPACITY: f64 = 0.42;

/// The place of a window and of its text, in pixels.
struct CodeWindow {
    rect: Rect,
    /// Height of the title bar.
    bar: f64,
    radius: f64,
    /// The top of the first line, and the left edges of its number and its text.
    top: f64,
    gutter: f64,
    left: f64,
    /// Distance of two lines.
    step: f64,
    /// Number of characters that fit on a line.
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
    /// Width of a character, in pixels.
    advance: f64,
}

struct CodeRow {
    line: CodeLine,
    number: PaintShape,
    letters: usize,
    /// The whole line, once it has been drawn.
    tile: Option<Tile>,
    top: f64,
}

impl CardLayout<'_> {
    /// A window with a listing below its heading.
    pub fn code(&mut self, code: &CodeListing) -> (Vec<ShapeLayer>, CodePainter) {
        if self.view.size.width <= self.view.size.height {
            self.widen(0.6);
        } else {
            // Listings use more of the height than other cards do.
            self.heighten(0.72);
        }
        let heading = self.layout_heading(code.heading.as_deref(), 0.058);
        let palette = CodePalette::new(self.view.look);
        let (mut window, style, advance) = self.window(code, heading.height);
        let height = heading.height + window.rect.bottom - window.rect.top;
        let top = self.top + (self.bottom - self.top - height).max(0.0) / 2.0;
        window.lower(top + heading.height - window.rect.top);
        let mut layers = self.place_heading(heading, top);
        let shapes = self.empty_window(&window, code, &palette);
        let frames = entrance_frames(self.view.fps);
        layers.push(ShapeLayer::new(shapes, Animation::Rise(self.unit * 0.02), self.delay(0.5), frames));
        let rows = self.rows(code, &window, &style, &palette);
        let bars = code.lit.iter().map(|lit| (*lit, None)).collect();
        let painter = CodePainter {
            style,
            palette,
            window,
            rows,
            bars,
            typed: code.typed,
            entrance: frames,
            size: self.view.size,
            advance,
        };
        (layers, painter)
    }

    /// The window at the top of the card, with the largest letters in which its lines fit; also the width of a character.
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
        let bar = self.unit * 0.058;
        let pad = self.unit * 0.030;
        let (left, right) = (self.margin, self.right);
        let digits = (code.first as usize + count).to_string().len();
        let letters = code.lines.iter().map(|line| line.letters()).max().unwrap_or(0).max(12);
        let wide = (right - left - 2.0 * pad) / (em * (digits as f64 + 2.0 + letters as f64));
        let high = (self.bottom - self.top - above - bar - 2.0 * pad) / (count as f64 * line_height);
        let size = wide.max(MIN_FONT_SIZE * self.unit).min(high).min(MAX_FONT_SIZE * self.unit).max(4.0);
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

    /// The empty window: its edge, its title bar with dots and a name, and the panel for the lines.
    fn empty_window(&mut self, window: &CodeWindow, code: &CodeListing, palette: &CodePalette) -> Vec<PaintShape> {
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
        let dot = self.unit * 0.0125;
        let middle = top + window.bar / 2.0;
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
            let bounds = TextBounds { width: (right - x - window.bar * 0.5) as f32, height: size * 1.5, lines: 1 };
            let layout = self.setter.cut_to_fit(&clean(name), &style, bounds);
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
        let mut rows = Vec::new();
        for (i, line) in code.lines.iter().enumerate() {
            let number = format!("{:>digits$}", code.first as usize + i);
            let layout = self.setter.code(&[(&number, 0)], style);
            let top = window.top + window.step * i as f64;
            let number = PaintShape::Text {
                layout: Arc::new(layout),
                at: (window.gutter, top),
                inks: vec![Colour { a: 150, ..palette.muted }],
                outlines: vec![],
            };
            let line = line.cut(window.columns);
            rows.push(CodeRow { letters: line.letters(), line, number, tile: None, top });
        }
        rows
    }
}

impl CodeWindow {
    fn lower(&mut self, by: f64) {
        self.rect = Rect { top: self.rect.top + by, bottom: self.rect.bottom + by, ..self.rect };
        self.top += by;
    }
}

impl CodePainter {
    /// Draws the lines of frame `n` over `out`.
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
            let opacity = (1.0 - (1.0 - DIMMED_OPACITY) * dim * (1.0 - level)) * self.entered(i, n);
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

    /// How many characters are typed in frame `n`, ends of lines included, and whether those are all.
    fn typed(&self, n: u32) -> (usize, bool) {
        let Some((from, to)) = self.typed else { return (0, true) };
        let all: usize = self.rows.iter().map(|row| row.letters + 1).sum();
        match n.checked_sub(from) {
            _ if n >= to => (all, true),
            None => (0, false),
            Some(age) => ((all as u64 * u64::from(age) / u64::from(to - from).max(1)) as usize, false),
        }
    }

    /// The progress in frame `n` of a change that begins in frame `at`, 0 to 1.
    fn ramp(&self, at: u32, n: u32) -> f64 {
        let frames = f64::from(self.entrance) * 0.7;
        n.checked_sub(at).map_or(0.0, |age| ease::in_out((f64::from(age) + 1.0) / (frames + 1.0)))
    }

    /// How brightly a range of lines is lit in frame `n`, 0 to 1.
    fn level(&self, lit: &LineHighlight, n: u32) -> f64 {
        self.ramp(lit.at, n) * (1.0 - self.ramp(lit.until, n))
    }

    /// How far line `i` has come in, 0 to 1.
    fn entered(&self, i: usize, n: u32) -> f64 {
        if self.typed.is_some() {
            return self.ramp((f64::from(self.entrance) * 0.5) as u32, n);
        }
        let share = i as f64 / self.rows.len().max(1) as f64;
        self.ramp((f64::from(self.entrance) * (0.4 + 0.8 * share)) as u32, n)
    }

    /// The bar behind lit lines.
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
        paint_all(&shapes, self.size)
    }

    /// Line `i`'s number and its first `letters` characters, with a caret after them if asked for.
    fn tile(&self, i: usize, letters: usize, caret: bool, setter: &mut Typesetter) -> Option<Tile> {
        let row = &self.rows[i];
        let window = &self.window;
        let start = row.line.start(letters);
        let parts: Vec<(&str, InkIndex)> =
            start.spans.iter().map(|span| (span.text.as_str(), span.class as InkIndex)).collect();
        let layout: Layout<InkIndex> = setter.code(&parts, &self.style);
        let width = f64::from(layout.full_width());
        let mut shapes = vec![row.number.clone()];
        if !parts.is_empty() {
            let inks = self.palette.classes.to_vec();
            let at = (window.left, row.top);
            shapes.push(PaintShape::Text { layout: Arc::new(layout), at, inks, outlines: vec![] });
        }
        if caret {
            let left = window.left + if letters == 0 { 0.0 } else { width } + self.advance * 0.08;
            let (top, bottom) = (row.top + window.step * 0.16, row.top + window.step * 0.86);
            let rect = Rect { left, top, right: left + (self.advance * 0.14).max(2.0), bottom };
            shapes.push(PaintShape::Block { rect, radius: 0.0, colour: self.palette.accent });
        }
        paint_all(&shapes, self.size)
    }
}

fn blend(tile: &Option<Tile>, opacity: f64, out: &mut Frame) {
    let opacity = (opacity * 256.0).round() as u16;
    if let Some(tile) = tile.as_ref().filter(|_| opacity > 0) {
        tile.blend(opacity, out);
    }
}
