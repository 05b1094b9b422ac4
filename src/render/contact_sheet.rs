//! Contact sheets: pictures in rows, each with a name and a note below it.

use std::sync::Arc;

use image::RgbImage;
use image::imageops::{self, FilterType};

use crate::render::colour::ycc;
use crate::render::fonts::DEFAULT_FAMILY;
use crate::render::frame::Frame;
use crate::render::paint::{PaintShape, paint};
use crate::render::text::{TextBounds, TextStyle, Typesetter, clean};
use crate::render::tile::Area;
use crate::units::{Colour, Size};

const PAPER_COLOUR: Colour = Colour::rgb(0x15, 0x17, 0x1c);
const NAME_COLOUR: Colour = Colour::rgb(0xf0, 0xf2, 0xf5);
const NOTE_COLOUR: Colour = Colour::rgb(0x98, 0xa1, 0xb0);
/// Approximate width of a sheet, in pixels.
const SHEET_WIDTH: u32 = 1920;
/// The longest side of a sheet, in pixels: every image viewer opens it.
const MAX_SHEET_SIDE: u32 = 16_000;
/// The least and the greatest width of a picture, in pixels.
const PICTURE_WIDTHS: (u32, u32) = (120, 480);

/// A picture on a sheet.
pub struct SheetCell {
    /// The picture; all pictures of a sheet have the same aspect ratio.
    pub picture: RgbImage,
    /// Text below the picture, at the left; cut if it is too long.
    pub name: String,
    /// Text below the picture, at the right.
    pub note: String,
}

/// The layout of a sheet, in pixels.
struct SheetGrid {
    columns: u32,
    /// Size of each picture.
    picture: Size,
    gap: u32,
    /// Height of the text line below a picture.
    line: u32,
}

/// Draws a sheet with `columns` pictures per row; `None` chooses a number that gives a balanced shape.
pub fn contact_sheet(cells: &[SheetCell], columns: Option<u32>) -> RgbImage {
    let shape = cells.first().map_or((16, 9), |cell| cell.picture.dimensions());
    let grid = SheetGrid::new(cells.len() as u32, shape, columns);
    let size = grid.size(cells.len() as u32);
    let mut frame = Frame::new(size);
    frame.fill(ycc(PAPER_COLOUR));
    let mut setter = Typesetter::new();
    for (cell, at) in cells.iter().zip(0..) {
        label(cell, grid.corner(at), &grid, &mut setter, &mut frame);
    }
    let mut sheet = frame.to_rgb();
    for (cell, at) in cells.iter().zip(0..) {
        let picture = imageops::resize(&cell.picture, grid.picture.width, grid.picture.height, FilterType::CatmullRom);
        let (x, y) = grid.corner(at);
        imageops::replace(&mut sheet, &picture, i64::from(x), i64::from(y));
    }
    sheet
}

impl SheetGrid {
    fn new(cells: u32, shape: (u32, u32), columns: Option<u32>) -> SheetGrid {
        let ratio = f64::from(shape.1.max(1)) / f64::from(shape.0.max(1));
        // The sheet is about as high as wide, but rather wider.
        let square = (f64::from(cells.max(1)) * (ratio + 0.12) * 2.0).sqrt().round() as u32;
        let columns = columns.unwrap_or(square.max(cells.min(3))).clamp(1, cells.max(1));
        let most = MAX_SHEET_SIDE / cells.div_ceil(columns).max(columns) - 40;
        let width = ((SHEET_WIDTH / columns).clamp(PICTURE_WIDTHS.0, PICTURE_WIDTHS.1))
            .min((f64::from(most) / ratio.max(1.0)) as u32)
            .max(8);
        let picture = Size::new(even(width), even((f64::from(width) * ratio) as u32));
        SheetGrid { columns, picture, gap: even(width / 20 + 4), line: even(width / 16 + 12) }
    }

    fn size(&self, cells: u32) -> Size {
        let rows = cells.div_ceil(self.columns).max(1);
        Size::new(
            self.gap + self.columns * (self.picture.width + self.gap),
            self.gap + rows * (self.picture.height + self.line + self.gap),
        )
    }

    /// The upper left corner of the picture with index `at`.
    fn corner(&self, at: u32) -> (u32, u32) {
        let (row, column) = (at / self.columns, at % self.columns);
        let x = self.gap + column * (self.picture.width + self.gap);
        (x, self.gap + row * (self.picture.height + self.line + self.gap))
    }
}

fn even(length: u32) -> u32 {
    (length / 2 * 2).max(2)
}

fn label(cell: &SheetCell, corner: (u32, u32), grid: &SheetGrid, setter: &mut Typesetter, out: &mut Frame) {
    let size = grid.line as f32 * 0.44;
    let style = TextStyle { family: DEFAULT_FAMILY, weight: 400.0, size, line_height: 1.2, tracking: 0.0 };
    let (left, top) = (f64::from(corner.0), f64::from(corner.1 + grid.picture.height) + f64::from(grid.line) * 0.22);
    let width = grid.picture.width as f32;
    let note = setter.line(&[clean(&cell.note).as_str()], &style);
    let note_width = note.width().min(width);
    let bounds = TextBounds { width: width - note_width - size * 0.6, height: size * 1.3, lines: 1 };
    let name = setter.cut_to_fit(&clean(&cell.name), &TextStyle { weight: 700.0, ..style }, bounds);
    let note_left = left + f64::from(width - note_width);
    let shapes = [(name, left, NAME_COLOUR), (note, note_left, NOTE_COLOUR)].map(|(layout, x, colour)| {
        let layout = Arc::new(layout);
        PaintShape::Text { layout, at: (x, top), inks: vec![colour], outlines: Vec::new() }
    });
    let area = Area::around(left, top - 4.0, left + f64::from(width), top + f64::from(size) * 1.6, out.size());
    paint(&shapes, area, 0.0).blend(256, out);
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn cells(count: u8, size: (u32, u32)) -> Vec<SheetCell> {
        let cell = |i| SheetCell {
            picture: RgbImage::from_pixel(size.0, size.1, Rgb([i, 200, 255 - i])),
            name: format!("scene-{i} with a name that is longer than its picture is wide"),
            note: "0:05".to_owned(),
        };
        (0..count).map(cell).collect()
    }

    #[test]
    fn every_picture_is_there_in_order_and_has_words_below_it() {
        for (count, size) in [(1, (480, 270)), (7, (480, 270)), (12, (270, 480)), (60, (120, 120))] {
            let sheet = contact_sheet(&cells(count, size), None);
            let grid = SheetGrid::new(u32::from(count), size, None);
            assert!(sheet.width() <= MAX_SHEET_SIDE && sheet.height() <= MAX_SHEET_SIDE);
            for i in 0..count {
                let (x, y) = grid.corner(u32::from(i));
                let Size { width, height } = grid.picture;
                assert_eq!(sheet.get_pixel(x + width / 2, y + height / 2).0, [i, 200, 255 - i], "{i} of {count}");
                let below = imageops::crop_imm(&sheet, x, y + height, width, grid.line).to_image();
                assert!(below.pixels().any(|p| p.0[0] > 150), "no words below {i} of {count}");
            }
        }
    }

    #[test]
    fn a_sheet_has_the_columns_that_are_asked_for() {
        assert_eq!(SheetGrid::new(10, (480, 270), Some(5)).columns, 5);
        assert_eq!(SheetGrid::new(3, (480, 270), Some(50)).columns, 3);
    }
}
