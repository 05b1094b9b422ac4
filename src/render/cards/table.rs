//! Table cards: columns as wide as their cells, numbers aligned right, and rows that come in one by one.

use parley::Layout;

use super::layout::{CardLayout, MIN_TEXT_SHARE};
use crate::render::content::table::TableRow;
use crate::render::entrance::entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::pose::{Animation, RISE_SHARE};
use crate::render::text::{BREAK_OPPORTUNITY, InkIndex, TextBounds, TextStyle, clean};
use crate::units::Colour;

/// The most rows and columns of a table: more are never legible together.
const MAX_ROWS: usize = 24;
const MAX_COLUMNS: usize = 12;
/// The largest font size in which cells wrap, as a share of the frame's shorter side: before that, the table shrinks.
const MAX_WRAPPED_SHARE: f32 = 0.034;
/// The most rows and columns of a table with wide gaps.
const MAX_LOOSE_ROWS: usize = 8;
const MAX_LOOSE_COLUMNS: usize = 4;
/// Width to which the columns of a narrow table are spread, in multiples of the width that their cells need.
const SPREAD_FACTOR: f32 = 1.7;
/// Opacity of the stripe behind every other row.
const STRIPE_OPACITY: u8 = 17;

/// Space at both ends of a row, in font sizes.
const ROW_INSET: f32 = 0.55;

/// Text style and gaps of a table.
#[derive(Clone, Copy)]
struct TableStyle<'a> {
    style: TextStyle<'a>,
    /// Space between columns, and above and below a row's text, in font sizes.
    gap: f32,
    pad: f32,
}

/// A table that is laid out but not yet placed; all lengths are in pixels.
struct TableLayout<'a> {
    setting: TableStyle<'a>,
    /// Left edge and width of each column.
    columns: Vec<(f32, f32)>,
    /// The head, then the other rows.
    rows: Vec<TableRowLayout>,
    width: f32,
}

/// The cells of a row, and the row's height in pixels.
struct TableRowLayout {
    cells: Vec<Layout<InkIndex>>,
    height: f32,
}

impl<'a> CardLayout<'a> {
    /// A heading, the columns' names with a rule below, then the rows.
    pub fn table(&mut self, heading: Option<&str>, head: &[String], rows: &[TableRow]) -> Vec<ShapeLayer> {
        let heading = heading.map(|text| {
            let bounds = self.text_bounds(1.0, 0.22, 2);
            self.heading(&clean(text), 0.066, bounds)
        });
        let above = heading.as_ref().map_or(0.0, |text| f64::from(text.height()) + self.unit * 0.040);
        let table = self.measured(head, rows, (self.bottom - self.top - above) as f32);
        let height = above + table.rows.iter().map(|row| f64::from(row.height)).sum::<f64>();
        let mut top = self.centred_top(height);

        let mut layers = Vec::new();
        if let Some(heading) = heading {
            layers.push(self.text(heading, (self.margin, top), self.view.look.text, 0));
            top += above;
        }
        let right: Vec<bool> = (0..table.columns.len()).map(|column| is_numeric(rows, column)).collect();
        let TableLayout { setting, columns, rows: row_layouts, width } = table;
        let width = f64::from(width);
        for (i, row) in row_layouts.into_iter().enumerate() {
            let bottom = top + f64::from(row.height);
            let shapes = self.row(row.cells, top, (&columns, &right), &setting, i == 0);
            if i == 0 {
                layers.push(self.row_layer(shapes, self.delay(0.5)));
                layers.push(self.table_rule(bottom, width));
            } else {
                let stripe = (i % 2 == 1).then(|| self.stripe(top, bottom, width, f64::from(setting.style.size)));
                layers.push(self.row_layer(stripe.into_iter().chain(shapes).collect(), rows[i - 1].at));
            }
            top = bottom;
        }
        layers
    }

    /// The table in the largest size in which it fits into `height` pixels; in the smallest, cells are cut to their share.
    fn measured(&mut self, head: &[String], rows: &[TableRow], height: f32) -> TableLayout<'a> {
        let columns = head.len().min(MAX_COLUMNS);
        let texts: Vec<Vec<String>> = std::iter::once(head)
            .chain(rows.iter().take(MAX_ROWS).map(|row| row.cells.as_slice()))
            .map(|cells| (0..columns).map(|i| cells.get(i).map_or_else(String::new, |text| clean(text))).collect())
            .collect();
        let width = self.text_bounds(1.0, 1.0, 0).width;
        let least = MIN_TEXT_SHARE * self.unit as f32;
        let mut setting = self.setting(rows.len(), columns);
        loop {
            let last = setting.style.size <= least;
            if let Some(table) = self.set(&texts, setting, (width, height), last) {
                return table;
            }
            setting.style.size = (setting.style.size * 0.94).max(least);
        }
    }

    fn setting(&self, rows: usize, columns: usize) -> TableStyle<'a> {
        let style = self.body(if rows <= 6 { 0.046 } else { 0.042 }, 400.0);
        let gap = if columns > MAX_LOOSE_COLUMNS { 1.0 } else { 1.30 };
        let pad = if rows > MAX_LOOSE_ROWS { 0.19 } else { 0.36 };
        TableStyle { style: TextStyle { line_height: 1.25, ..style }, gap, pad }
    }

    /// The table in this style, for a space of this width and height; `None` if it does not fit, unless this is the last
    /// try.
    fn set(
        &mut self,
        texts: &[Vec<String>],
        setting: TableStyle<'a>,
        (width, height): (f32, f32),
        last: bool,
    ) -> Option<TableLayout<'a>> {
        let TableStyle { style, gap, pad } = setting;
        let columns = texts[0].len();
        let natural = self.natural(texts, &style, columns);
        let free = width - style.size * (2.0 * ROW_INSET + gap * columns.saturating_sub(1) as f32);
        let wide = natural.iter().sum::<f32>() > free;
        if wide && style.size > MAX_WRAPPED_SHARE * self.unit as f32 {
            return None;
        }
        let widths = if wide { shared(&natural, free) } else { natural.clone() };
        let more = if wide { 0.0 } else { spread(&natural, free) };
        let share = (height / texts.len() as f32 - style.size * pad * 2.0).max(style.size * style.line_height);
        let rows = self.cells(texts, &setting, &widths, last.then_some(share));
        let total: f32 = rows.iter().map(|row| row.height).sum();
        let fits = total <= height && (!wide || self.words_are_whole(texts, &style, &widths));
        (fits || last).then(|| placed(setting, widths, more, rows))
    }

    /// The width of each column's widest cell on one line, in pixels.
    fn natural(&mut self, texts: &[Vec<String>], style: &TextStyle<'_>, columns: usize) -> Vec<f32> {
        let mut widths = vec![style.size; columns];
        for (i, row) in texts.iter().enumerate() {
            for (column, text) in row.iter().enumerate() {
                let width = self.setter.width(text, &weighed(style, i == 0, column)).ceil() + 1.0;
                widths[column] = widths[column].max(width);
            }
        }
        widths
    }

    /// Whether no word is wider than its column.
    fn words_are_whole(&mut self, texts: &[Vec<String>], style: &TextStyle<'_>, widths: &[f32]) -> bool {
        texts.iter().enumerate().all(|(i, row)| {
            row.iter().zip(widths).enumerate().all(|(column, (text, width))| {
                let style = weighed(style, i == 0, column);
                text.split([' ', BREAK_OPPORTUNITY]).all(|word| self.setter.width(word, &style) <= *width)
            })
        })
    }

    /// Every cell set to its column's width, and each row's height; cells higher than `most` are cut.
    fn cells(
        &mut self,
        texts: &[Vec<String>],
        TableStyle { style, pad, .. }: &TableStyle<'_>,
        widths: &[f32],
        most: Option<f32>,
    ) -> Vec<TableRowLayout> {
        let mut rows = Vec::new();
        for (i, row) in texts.iter().enumerate() {
            let mut cells = Vec::with_capacity(row.len());
            for (column, (text, &width)) in row.iter().zip(widths).enumerate() {
                let style = weighed(style, i == 0, column);
                cells.push(match most {
                    None => self.setter.paragraph(text, &style, width),
                    Some(height) => {
                        let bounds = TextBounds { width, height: height * 1.01, lines: usize::MAX };
                        self.setter.cut_to_fit(text, &style, bounds)
                    }
                });
            }
            let height = cells.iter().map(|cell| cell.height()).fold(style.size * style.line_height, f32::max);
            rows.push(TableRowLayout { cells, height: height + style.size * pad * 2.0 });
        }
        rows
    }

    /// A row's texts; `top` is the row's upper edge, `right` says which columns are aligned right.
    fn row(
        &self,
        cells: Vec<Layout<InkIndex>>,
        top: f64,
        (columns, right): (&[(f32, f32)], &[bool]),
        setting: &TableStyle<'_>,
        head: bool,
    ) -> Vec<PaintShape> {
        let look = &self.view.look;
        let colour = if head { look.muted } else { look.text };
        let top = top + f64::from(setting.style.size * setting.pad);
        let mut shapes = Vec::with_capacity(cells.len());
        for (layout, ((left, width), right)) in cells.into_iter().zip(columns.iter().zip(right)) {
            let free = if *right { width - layout.width() } else { 0.0 };
            shapes.push(self.shape(layout, (self.margin + f64::from(left + free.max(0.0)), top), colour));
        }
        shapes
    }

    fn stripe(&self, top: f64, bottom: f64, width: f64, size: f64) -> PaintShape {
        let rect = Rect { left: self.margin, top, right: self.margin + width, bottom };
        PaintShape::Block { rect, radius: size * 0.22, colour: Colour { a: STRIPE_OPACITY, ..self.view.look.text } }
    }

    fn table_rule(&self, top: f64, width: f64) -> ShapeLayer {
        let height = (self.unit * 0.0045).max(2.0);
        let rect = Rect { left: self.margin, top: top - height, right: self.margin + width, bottom: top };
        let shape = PaintShape::Block { rect, radius: height / 2.0, colour: self.accent() };
        ShapeLayer::new(
            vec![shape],
            self.unless_still(Animation::Grow),
            self.delay(1.0),
            entrance_frames(self.view.fps),
        )
    }

    fn row_layer(&self, shapes: Vec<PaintShape>, at: u32) -> ShapeLayer {
        let entrance = self.entrance_with_rise(self.unit * RISE_SHARE * 0.6);
        ShapeLayer::new(shapes, entrance, at, entrance_frames(self.view.fps))
    }
}

/// The style of a cell: the head and the first column are bolder.
fn weighed<'s>(style: &TextStyle<'s>, head: bool, column: usize) -> TextStyle<'s> {
    TextStyle { weight: if head || column == 0 { 600.0 } else { style.weight }, ..*style }
}

/// The table with the left edges of its columns; `more` is added to the gap between them.
fn placed<'a>(setting: TableStyle<'a>, widths: Vec<f32>, more: f32, rows: Vec<TableRowLayout>) -> TableLayout<'a> {
    let size = setting.style.size;
    let mut left = size * ROW_INSET;
    let mut columns = Vec::with_capacity(widths.len());
    for width in widths {
        columns.push((left, width));
        left += width + size * setting.gap + more;
    }
    let end = columns.last().map_or(0.0, |(left, width)| left + width);
    TableLayout { setting, columns, rows, width: end + size * ROW_INSET }
}

/// Width that is added to each gap between columns of a narrow table, in pixels.
fn spread(natural: &[f32], free: f32) -> f32 {
    let needed: f32 = natural.iter().sum();
    let wanted = (needed * SPREAD_FACTOR).max(free * 0.62).min(free);
    (wanted - needed).max(0.0) / natural.len().saturating_sub(1).max(1) as f32
}

/// The widths of columns that need more than the free width: narrow ones keep theirs, wide ones share the rest evenly.
fn shared(natural: &[f32], free: f32) -> Vec<f32> {
    let mut order: Vec<f32> = natural.to_vec();
    order.sort_by(f32::total_cmp);
    let (mut rest, mut most) = (free.max(1.0), 1.0);
    for (i, width) in order.iter().enumerate() {
        most = rest / (order.len() - i) as f32;
        if *width > most {
            break;
        }
        rest -= width;
    }
    natural.iter().map(|width| width.min(most)).collect()
}

/// Whether a column holds numbers, and nothing else but empty cells.
fn is_numeric(rows: &[TableRow], column: usize) -> bool {
    let cells = rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| cell.trim());
    let mut filled = cells.filter(|cell| !matches!(*cell, "" | "-" | "–" | "—" | "?")).peekable();
    filled.peek().is_some() && filled.all(is_number)
}

/// A number, perhaps with a sign or a currency before it and a short unit behind it.
fn is_number(cell: &str) -> bool {
    let bare = cell.trim_start_matches(['+', '-', '−', '±', '~', '≈', '<', '>', '$', '€', '£', '¥', ' ']);
    let letters = bare.chars().filter(|c| c.is_alphabetic()).count();
    bare.starts_with(|c: char| c.is_ascii_digit()) && letters <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known_with_their_units() {
        for cell in ["1", "-3.5", "−3", "11.2 s", "1,200", "$5", "€ 12.50", "40 %", "0.003 s", "1080p", "3 × 4"] {
            assert!(is_number(cell), "{cell}");
        }
        for cell in ["", "x264", "t2v", "2 cores in all", "none", "-"] {
            assert!(!is_number(cell), "{cell}");
        }
    }

    #[test]
    fn narrow_columns_keep_their_width_and_wide_ones_share() {
        assert_eq!(shared(&[50.0, 400.0, 300.0], 450.0), [50.0, 200.0, 200.0]);
        assert_eq!(shared(&[50.0, 400.0, 100.0], 450.0), [50.0, 300.0, 100.0]);
        assert_eq!(spread(&[100.0, 100.0, 100.0], 1000.0), 160.0);
    }
}
