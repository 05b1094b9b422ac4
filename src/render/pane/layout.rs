//! Layout of panes: grids, halves, and videos side by side, for frames of any shape. Text is not measured: its space is
//! estimated from its length.

use crate::render::captions::metrics::band;
use crate::render::card_context::CardContext;
use crate::render::cards::area::{above_name, content};
use crate::render::paint::Rect;
use crate::render::pane::media::{CaptionedPicture, LabelledVideo};
use crate::render::tile::Area;
use crate::spec::model::{CaptionPosition, CardStyle, HeadingRule, ImageFit, SplitSide};
use crate::units::Size;

/// Sizes and distances, in shares of the frame's shorter side.
const HEADING: f64 = 0.062;
const HEADING_GAP: f64 = 0.050;
const RULE_GAP: f64 = 0.014;
const GAP: f64 = 0.026;
const SCREEN_GAP: f64 = 0.036;
const CAPTION: f64 = 0.032;
const LABEL: f64 = 0.036;
const CAPTION_GAP: f64 = 0.010;
/// Line height of a heading, and of a caption or label, in font sizes.
const HEADING_LINE: f64 = 1.10;
const CAPTION_LINE: f64 = 1.32;
/// Width of a letter in font sizes, a generous estimate.
const LETTER_WIDTH: f64 = 0.54;
/// Width ÷ height that suits most pictures.
const WANTED_ASPECT: f64 = 1.45;
/// The most pictures in a row or column.
const MAX_IN_LINE: usize = 5;
/// Badness of rows of different lengths, where rows of one length are possible.
const UNEVEN_PENALTY: f64 = 0.6;
/// The least and the greatest width ÷ height of a video pane.
const VIDEO_ASPECTS: (f64, f64) = (0.5, 2.4);

/// The place of a pane and of its text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PaneCell {
    pub area: Area,
    /// The box of its caption or label.
    pub text: Rect,
}

/// The layout of the panes of one frame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PaneLayout {
    /// The box of the heading (empty without one), and its greatest number of lines.
    pub heading: Rect,
    pub heading_lines: usize,
    /// One per pane, in reading order.
    pub cells: Vec<PaneCell>,
    /// Font sizes of the heading and of captions, as shares of the shorter side.
    pub heading_size: f64,
    pub text_size: f64,
    pub text_lines: usize,
}

/// What bounds the space for panes and their texts.
#[derive(Clone, Copy)]
pub(crate) struct LayoutArea {
    /// Size of the frame.
    pub size: Size,
    /// Position of the captions, if there are any.
    pub captions: Option<CaptionPosition>,
    /// The lowest point above a lower third, in pixels from the top.
    pub above_name: f64,
}

impl CardContext<'_> {
    /// The space for panes, apart from captions at this position and from a lower third.
    pub fn layout_area(&self, captions: Option<CaptionPosition>) -> LayoutArea {
        LayoutArea { size: self.size, captions, above_name: above_name(self) }
    }
}

/// The layout of a gallery.
pub(crate) fn gallery(area: LayoutArea, card: &CardStyle, heading: bool, pictures: &[CaptionedPicture]) -> PaneLayout {
    let (size, unit) = (area.size, unit(area.size));
    let mut layout = heading_layout(area, card, heading, CAPTION);
    let space = layout.content_area(area);
    let longest = pictures.iter().filter_map(|picture| picture.caption.as_ref()).map(|text| text.chars().count()).max();
    let mut below = if longest.is_some() { caption_height(1, unit) } else { 0.0 };
    let mut cells = grid(pictures.len(), space, unit * GAP, below);
    let narrowest = cells.iter().map(|cell| cell.right - cell.left).fold(f64::INFINITY, f64::min);
    if longest.is_some_and(|letters| letters as f64 * unit * CAPTION * LETTER_WIDTH > narrowest) {
        layout.text_lines = 2;
        below = caption_height(2, unit);
        cells = grid(pictures.len(), space, unit * GAP, below);
    }
    let cells = cells.into_iter().map(|rect| {
        let picture = Rect { bottom: rect.bottom - below, ..rect };
        PaneCell { area: even(picture, size), text: Rect { top: picture.bottom + unit * CAPTION_GAP, ..rect } }
    });
    layout.cells = cells.collect();
    layout
}

/// Height of a caption of this many lines with the gap above it, in pixels.
fn caption_height(lines: usize, unit: f64) -> f64 {
    unit * (CAPTION_GAP + CAPTION * CAPTION_LINE * lines as f64)
}

/// The layout of videos: side by side, or one above the other in a portrait frame, all with the same aspect ratio.
pub(crate) fn screens(area: LayoutArea, card: &CardStyle, heading: bool, screens: &[LabelledVideo]) -> PaneLayout {
    let (size, unit) = (area.size, unit(area.size));
    let mut layout = heading_layout(area, card, heading, LABEL);
    let (space, gap, count) = (layout.content_area(area), unit * SCREEN_GAP, screens.len().max(1) as f64);
    let labelled = screens.iter().any(|screen| screen.label.is_some());
    let above = if labelled { unit * (CAPTION_GAP + LABEL * CAPTION_LINE) } else { 0.0 };
    let (wide, high) = (space.right - space.left, space.bottom - space.top);
    let tall = size.height > size.width;
    let aspect = shape(screens);
    let most = if tall {
        (wide, (high - gap * (count - 1.0)) / count - above)
    } else {
        ((wide - gap * (count - 1.0)) / count, high - above)
    };
    let width = most.0.min(most.1 * aspect);
    let height = width / aspect;
    let (columns, rows) = if tall { (1.0, count) } else { (count, 1.0) };
    let left = (f64::from(size.width) - width * columns - gap * (columns - 1.0)) / 2.0;
    let spare = (high - (height + above) * rows - gap * (rows - 1.0)).max(0.0);
    let top = space.top + spare * if heading { 0.30 } else { 0.5 };
    let cells = (0..screens.len()).map(|i| {
        let (x, y) = if tall { (0.0, i as f64) } else { (i as f64, 0.0) };
        let (left, top) = (left + x * (width + gap), top + y * (height + above + gap));
        let screen = Rect { left, top: top + above, right: left + width, bottom: top + above + height };
        PaneCell { area: even(screen, size), text: Rect { top, bottom: screen.top - unit * CAPTION_GAP, ..screen } }
    });
    layout.cells = cells.collect();
    layout
}

/// The half for a pane, and the box for text in the other half. A pane that is filled reaches the frame's edges.
pub(crate) fn halves(area: LayoutArea, side: SplitSide, fit: ImageFit) -> (Area, Rect) {
    let size = area.size;
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let (unit, (top, bottom)) = (unit(size), vertical_range(area));
    let card = Rect { top, bottom, ..content(size) };
    let inner = unit * if size.width > size.height { 0.085 } else { 0.055 };
    let tall = size.height > size.width;
    let whole = Rect { left: 0.0, top: 0.0, right: width, bottom: height };
    let (pane, text) = match (tall, side) {
        (false, SplitSide::Left) => {
            let text = Rect { left: width * 0.5 + inner, right: width - inner, ..card };
            (Rect { right: width * 0.5, ..whole }, text)
        }
        (false, SplitSide::Right) => {
            let text = Rect { left: inner, right: width * 0.5 - inner, ..card };
            (Rect { left: width * 0.5, ..whole }, text)
        }
        (true, SplitSide::Left) => {
            let text = Rect { top: height * 0.42 + unit * 0.05, ..card };
            (Rect { bottom: height * 0.42, ..whole }, text)
        }
        (true, SplitSide::Right) => {
            let text = Rect { bottom: height * 0.46 - unit * 0.05, ..card };
            (Rect { top: height * 0.46, ..whole }, text)
        }
    };
    if fit != ImageFit::Contain {
        return (even(pane, size), text);
    }
    let inner = pane.grown(-unit * 0.07);
    let margin = unit * 0.07;
    let top = inner.top.max(if tall { card.top } else { margin });
    (even(Rect { top, bottom: inner.bottom.min(card.bottom), ..inner }, size), text)
}

/// The vertical range for panes and text, in pixels from the top: apart from captions, lower third and the frame's
/// edges.
fn vertical_range(LayoutArea { size, captions, above_name }: LayoutArea) -> (f64, f64) {
    let height = f64::from(size.height);
    let own = content(size);
    let tall = size.height > size.width;
    let (top, bottom) = if tall { (own.top, height * 0.82) } else { (own.top * 0.85, height * (1.0 - 0.075)) };
    let clear = unit(size) * GAP;
    let (top, bottom) = match captions {
        Some(CaptionPosition::Bottom) => (top, own.bottom),
        Some(CaptionPosition::Top) => (top.max(band(CaptionPosition::Top, size).1 + clear), bottom),
        Some(CaptionPosition::Middle) | None => (top, bottom),
    };
    (top, bottom.min(above_name))
}

fn unit(size: Size) -> f64 {
    f64::from(size.width.min(size.height))
}

/// A layout with the box of the heading, and no cells yet.
fn heading_layout(area: LayoutArea, card: &CardStyle, heading: bool, text_size: f64) -> PaneLayout {
    let size = area.size;
    let unit = unit(size);
    let tall = size.height > size.width;
    let side = f64::from(size.width) * if tall { 0.06 } else { 0.07 };
    let lines = if tall { 2 } else { 1 };
    let high = if heading { unit * HEADING * card.heading_size * HEADING_LINE * lines as f64 } else { 0.0 };
    let top = vertical_range(area).0;
    let heading = Rect { left: side, right: f64::from(size.width) - side, top, bottom: top + high };
    let rule = if high > 0.0 && card.rule != HeadingRule::None { unit * RULE_GAP } else { 0.0 };
    let heading = Rect { bottom: heading.bottom + rule, ..heading };
    PaneLayout { heading, heading_lines: lines, cells: Vec::new(), heading_size: HEADING, text_size, text_lines: 1 }
}

impl PaneLayout {
    /// The space below the heading.
    fn content_area(&self, area: LayoutArea) -> Rect {
        let Rect { left, right, top, bottom } = self.heading;
        let gap = if bottom > top { unit(area.size) * HEADING_GAP } else { 0.0 };
        Rect { left, right, top: bottom + gap, bottom: vertical_range(area).1 }
    }
}

/// The aspect ratio that crops all videos least: the geometric mean of the extremes.
fn shape(screens: &[LabelledVideo]) -> f64 {
    let mut least = f64::INFINITY;
    let mut most = 0.0_f64;
    for Size { width, height } in screens.iter().map(|screen| screen.source) {
        let aspect = f64::from(width.max(1)) / f64::from(height.max(1));
        least = least.min(aspect);
        most = most.max(aspect);
    }
    (least * most).sqrt().clamp(VIDEO_ASPECTS.0, VIDEO_ASPECTS.1)
}

/// Rows of cells of equal height, or columns of cells of equal width, that fill `space` and give every picture a good
/// aspect ratio above the `below` pixels of its text; in reading order.
fn grid(count: usize, space: Rect, gap: f64, below: f64) -> Vec<Rect> {
    let all: Vec<Vec<usize>> = parts(count, 1, MAX_IN_LINE);
    // Rows of one length look best, where the number allows it; else they differ by one, the shorter ones first.
    let is_round = all.iter().any(|parts| is_uniform(parts) && parts.len() > 1 && parts[0] > 1);
    let candidates = all.into_iter().filter(|parts| parts.last().is_some_and(|last| last - parts[0] <= 1));
    let candidates = candidates.flat_map(|parts| [(parts.clone(), false), (parts, true)]);
    let laid = candidates.map(|(parts, columns)| {
        let cells = lines(&parts, columns, space, gap);
        let uneven = if is_round && !is_uniform(&parts) { UNEVEN_PENALTY * count as f64 } else { 0.0 };
        (cells.iter().map(|cell| badness(*cell, below)).sum::<f64>() + uneven, cells)
    });
    // Of equally good candidates, the first one.
    let best = laid.reduce(|best, other| if other.0 < best.0 - 1e-9 { other } else { best });
    best.map_or_else(Vec::new, |(_, cells)| cells)
}

/// Whether ascending parts are all equal.
fn is_uniform(parts: &[usize]) -> bool {
    parts.first() == parts.last()
}

/// How far the aspect ratio of a cell's picture is from [`WANTED_ASPECT`]; too narrow is worse than too wide.
fn badness(cell: Rect, below: f64) -> f64 {
    let (width, height) = ((cell.right - cell.left).max(1.0), (cell.bottom - cell.top - below).max(1.0));
    let off = (width / height / WANTED_ASPECT).ln();
    if off < 0.0 { -off * 1.25 } else { off }
}

/// All partitions of `count` into ascending numbers from `least` to `most`.
fn parts(count: usize, least: usize, most: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let first = least..=most.min(count);
    let partitions = first.flat_map(|first| {
        let rests = parts(count - first, first, most);
        rests.into_iter().map(move |rest| [vec![first], rest].concat())
    });
    partitions.collect()
}

fn lines(parts: &[usize], columns: bool, space: Rect, gap: f64) -> Vec<Rect> {
    let mut cells = Vec::new();
    for (i, &count) in parts.iter().enumerate() {
        for j in 0..count {
            let (row, of_rows, column, of_columns) =
                if columns { (j, count, i, parts.len()) } else { (i, parts.len(), j, count) };
            let (left, right) = slot((space.left, space.right), gap, column, of_columns);
            let (top, bottom) = slot((space.top, space.bottom), gap, row, of_rows);
            cells.push(Rect { left, top, right, bottom });
        }
    }
    cells
}

/// The range of slot `i` of `count` equal slots with gaps between them.
fn slot((from, to): (f64, f64), gap: f64, i: usize, count: usize) -> (f64, f64) {
    let length = (to - from - gap * (count as f64 - 1.0)) / count as f64;
    let start = from + (length + gap) * i as f64;
    (start, start + length)
}

/// The nearest area with even coordinates inside the frame.
fn even(rect: Rect, size: Size) -> Area {
    let x = nearest_even(rect.left, size.width - 2);
    let y = nearest_even(rect.top, size.height - 2);
    let right = nearest_even(rect.right, size.width).max(x + 2);
    let bottom = nearest_even(rect.bottom, size.height).max(y + 2);
    Area { x, y, width: right - x, height: bottom - y }
}

fn nearest_even(pixels: f64, max: u32) -> u32 {
    ((pixels / 2.0).round().max(0.0) as u32 * 2).min(max)
}
