//! Where the panes of a show stand: grids, halves, and videos side by side, for any shape of frame. Knows nothing of pixels, and sets no
//! text: room for it goes by its length.

use crate::render::captions::band;
use crate::render::cards::content;
use crate::render::paint::Rect;
use crate::render::tile::Area;
use crate::render::view::{Framed, Screen};
use crate::spec::model::{CaptionPosition, Card, Fit, Rule, Side};
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
/// Of their size: a line of a heading, and one of what stands at a pane.
const HEADING_LINE: f64 = 1.10;
const CAPTION_LINE: f64 = 1.32;
/// What a letter takes of its size, rather too much than too little.
const LETTER: f64 = 0.54;
/// Width ÷ height that most pictures bear well.
const WANTED: f64 = 1.45;
/// Pictures in a row, or in a column.
const MOST_IN_LINE: usize = 5;
/// How much worse than a bad shape lines of different lengths are, where they need not be.
const UNEVEN: f64 = 0.6;
/// The least and the greatest width ÷ height of a place for a video.
const SCREENS: (f64, f64) = (0.5, 2.4);

/// A pane's place and that of its text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cell {
    pub area: Area,
    /// Where its caption or label stands.
    pub text: Rect,
}

/// Places of panes that share a frame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Places {
    /// Where the heading stands, if there is one, and how many lines it may have.
    pub heading: Rect,
    pub heading_lines: usize,
    /// In reading order.
    pub cells: Vec<Cell>,
    /// The sizes of the heading and of captions, as shares of the shorter side.
    pub heading_size: f64,
    pub text_size: f64,
    pub text_lines: usize,
}

/// What leaves room for panes and their texts.
#[derive(Clone, Copy)]
pub(crate) struct Stage {
    /// The frame.
    pub size: Size,
    /// Where captions stand, if there are any.
    pub captions: Option<CaptionPosition>,
    /// The lowest point above a name, in pixels from the top.
    pub above_name: f64,
}

/// Places for several pictures.
pub(crate) fn gallery(stage: Stage, card: &Card, heading: bool, pictures: &[Framed]) -> Places {
    let (size, unit) = (stage.size, unit(stage.size));
    let mut places = headed(stage, card, heading, CAPTION);
    let room = places.room(stage);
    let longest = pictures.iter().filter_map(|picture| picture.caption.as_ref()).map(|text| text.chars().count()).max();
    let rects = |lines: usize| {
        let below = if lines == 0 { 0.0 } else { unit * (CAPTION_GAP + CAPTION * CAPTION_LINE * lines as f64) };
        (grid(pictures.len(), room, unit * GAP, below), below)
    };
    let (mut cells, mut below) = rects(usize::from(longest.is_some()));
    let narrowest = cells.iter().map(|cell| cell.right - cell.left).fold(f64::INFINITY, f64::min);
    if longest.is_some_and(|letters| letters as f64 * unit * CAPTION * LETTER > narrowest) {
        places.text_lines = 2;
        (cells, below) = rects(2);
    }
    let cell = |rect: Rect| {
        let picture = Rect { bottom: rect.bottom - below, ..rect };
        Cell { area: even(picture, size), text: Rect { top: picture.bottom + unit * CAPTION_GAP, ..rect } }
    };
    places.cells = cells.into_iter().map(cell).collect();
    places
}

/// Places for videos: beside each other, above one another in a vertical frame, each in the shape that suits all of them.
pub(crate) fn screens(stage: Stage, card: &Card, heading: bool, screens: &[Screen]) -> Places {
    let (size, unit) = (stage.size, unit(stage.size));
    let mut places = headed(stage, card, heading, LABEL);
    let (room, gap, count) = (places.room(stage), unit * SCREEN_GAP, screens.len().max(1) as f64);
    let labelled = screens.iter().any(|screen| screen.label.is_some());
    let above = if labelled { unit * (CAPTION_GAP + LABEL * CAPTION_LINE) } else { 0.0 };
    let (wide, high) = (room.right - room.left, room.bottom - room.top);
    let tall = size.height > size.width;
    let aspect = shape(screens);
    let most = match tall {
        true => (wide, (high - gap * (count - 1.0)) / count - above),
        false => ((wide - gap * (count - 1.0)) / count, high - above),
    };
    let width = most.0.min(most.1 * aspect);
    let height = width / aspect;
    let (columns, rows) = if tall { (1.0, count) } else { (count, 1.0) };
    let left = (f64::from(size.width) - width * columns - gap * (columns - 1.0)) / 2.0;
    let spare = (high - (height + above) * rows - gap * (rows - 1.0)).max(0.0);
    let top = room.top + spare * if heading { 0.30 } else { 0.5 };
    let cell = |i: usize| {
        let (x, y) = if tall { (0.0, i as f64) } else { (i as f64, 0.0) };
        let (left, top) = (left + x * (width + gap), top + y * (height + above + gap));
        let screen = Rect { left, top: top + above, right: left + width, bottom: top + above + height };
        Cell { area: even(screen, size), text: Rect { top, bottom: screen.top - unit * CAPTION_GAP, ..screen } }
    };
    places.cells = (0..screens.len()).map(cell).collect();
    places
}

/// The half for a pane, and the room for text in the other one. A pane that is filled goes to the frame's edges.
pub(crate) fn halves(stage: Stage, side: Side, fit: Fit) -> (Area, Rect) {
    let size = stage.size;
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let (unit, (top, bottom)) = (unit(size), free(stage));
    let card = Rect { top, bottom, ..content(size) };
    let inner = unit * if size.width > size.height { 0.085 } else { 0.055 };
    let tall = size.height > size.width;
    let whole = Rect { left: 0.0, top: 0.0, right: width, bottom: height };
    let (pane, text) = match (tall, side) {
        (false, Side::Left) => {
            let text = Rect { left: width * 0.5 + inner, right: width - inner, ..card };
            (Rect { right: width * 0.5, ..whole }, text)
        }
        (false, Side::Right) => {
            let text = Rect { left: inner, right: width * 0.5 - inner, ..card };
            (Rect { left: width * 0.5, ..whole }, text)
        }
        (true, Side::Left) => {
            let text = Rect { top: height * 0.42 + unit * 0.05, ..card };
            (Rect { bottom: height * 0.42, ..whole }, text)
        }
        (true, Side::Right) => {
            let text = Rect { bottom: height * 0.46 - unit * 0.05, ..card };
            (Rect { top: height * 0.46, ..whole }, text)
        }
    };
    if fit != Fit::Contain {
        return (even(pane, size), text);
    }
    let (inner, margin) = (pane.grown(-unit * 0.07), unit * 0.07);
    let top = inner.top.max(if tall { card.top } else { margin });
    (even(Rect { top, bottom: inner.bottom.min(card.bottom), ..inner }, size), text)
}

/// From where to where panes and text may stand, in pixels from the top: apart from captions and names, or from the frame's ends.
fn free(Stage { size, captions, above_name }: Stage) -> (f64, f64) {
    let (height, own) = (f64::from(size.height), content(size));
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

/// A heading's place, and no cells yet.
fn headed(stage: Stage, card: &Card, heading: bool, text_size: f64) -> Places {
    let size = stage.size;
    let (unit, tall) = (unit(size), size.height > size.width);
    let side = f64::from(size.width) * if tall { 0.06 } else { 0.07 };
    let lines = if tall { 2 } else { 1 };
    let high = if heading { unit * HEADING * card.heading_size * HEADING_LINE * lines as f64 } else { 0.0 };
    let top = free(stage).0;
    let heading = Rect { left: side, right: f64::from(size.width) - side, top, bottom: top + high };
    let rule = if high > 0.0 && card.rule != Rule::None { unit * RULE_GAP } else { 0.0 };
    let heading = Rect { bottom: heading.bottom + rule, ..heading };
    Places { heading, heading_lines: lines, cells: Vec::new(), heading_size: HEADING, text_size, text_lines: 1 }
}

impl Places {
    /// What is left below the heading.
    fn room(&self, stage: Stage) -> Rect {
        let Rect { left, right, top, bottom } = self.heading;
        let gap = if bottom > top { unit(stage.size) * HEADING_GAP } else { 0.0 };
        Rect { left, right, top: bottom + gap, bottom: free(stage).1 }
    }
}

/// The shape of a place in which the least is cut off of all videos, or left free.
fn shape(screens: &[Screen]) -> f64 {
    let aspect = |screen: &Screen| f64::from(screen.source.width.max(1)) / f64::from(screen.source.height.max(1));
    let (least, most) = screens
        .iter()
        .map(aspect)
        .fold((f64::INFINITY, 0.0_f64), |(least, most), aspect| (least.min(aspect), most.max(aspect)));
    (least * most).sqrt().clamp(SCREENS.0, SCREENS.1)
}

/// Rows of cells of like height, or columns of cells of like width, that fill `room` and leave every picture a good shape above the
/// `below` pixels that its text takes; in reading order.
fn grid(count: usize, room: Rect, gap: f64, below: f64) -> Vec<Rect> {
    let all: Vec<Vec<usize>> = parts(count, 1, MOST_IN_LINE);
    let even = |parts: &Vec<usize>| parts.first() == parts.last();
    // Lines of one length look best, where the number allows it; else they differ by one, the shorter ones first.
    let is_round = all.iter().any(|parts| even(parts) && parts.len() > 1 && parts[0] > 1);
    let near = |parts: &Vec<usize>| parts.last().is_some_and(|last| last - parts[0] <= 1);
    let candidates = all.into_iter().filter(near).flat_map(|parts| [(parts.clone(), false), (parts, true)]);
    let laid = candidates.map(|(parts, columns)| {
        let cells = lines(&parts, columns, room, gap);
        let uneven = if is_round && !even(&parts) { UNEVEN * count as f64 } else { 0.0 };
        (cells.iter().map(|cell| badness(*cell, below)).sum::<f64>() + uneven, cells)
    });
    // Of those that are as good the first one, whatever else there is.
    let best = laid.reduce(|best, other| if other.0 < best.0 - 1e-9 { other } else { best });
    best.map_or_else(Vec::new, |(_, cells)| cells)
}

/// How far a cell's picture is from the shape that is wanted; narrow ones are worse than wide ones.
fn badness(cell: Rect, below: f64) -> f64 {
    let (width, height) = ((cell.right - cell.left).max(1.0), (cell.bottom - cell.top - below).max(1.0));
    let off = (width / height / WANTED).ln();
    if off < 0.0 { -off * 1.25 } else { off }
}

/// All ways to part `count` into rising numbers from `least` to `most`.
fn parts(count: usize, least: usize, most: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let first = least..=most.min(count);
    let rest = |first: usize| {
        let rests = parts(count - first, first, most);
        rests.into_iter().map(move |rest| [vec![first], rest].concat())
    };
    first.flat_map(rest).collect()
}

fn lines(parts: &[usize], columns: bool, room: Rect, gap: f64) -> Vec<Rect> {
    let share = |from: f64, to: f64, i: usize, count: usize| {
        let each = (to - from - gap * (count as f64 - 1.0)) / count as f64;
        let start = from + (each + gap) * i as f64;
        (start, start + each)
    };
    let mut cells = Vec::new();
    for (i, &count) in parts.iter().enumerate() {
        for j in 0..count {
            let (row, of_rows, column, of_columns) =
                if columns { (j, count, i, parts.len()) } else { (i, parts.len(), j, count) };
            let (left, right) = share(room.left, room.right, column, of_columns);
            let (top, bottom) = share(room.top, room.bottom, row, of_rows);
            cells.push(Rect { left, top, right, bottom });
        }
    }
    cells
}

/// The nearest place in even pixels inside the frame.
fn even(rect: Rect, size: Size) -> Area {
    let near = |value: f64, most: u32| ((value / 2.0).round().max(0.0) as u32 * 2).min(most);
    let (x, y) = (near(rect.left, size.width - 2), near(rect.top, size.height - 2));
    let (right, bottom) = (near(rect.right, size.width).max(x + 2), near(rect.bottom, size.height).max(y + 2));
    Area { x, y, width: right - x, height: bottom - y }
}
