//! The headline of a thumbnail: large, in the lower part of the picture, and legible on any of them.

use std::sync::Arc;

use crate::render::colour::{legible_on, over, ycc};
use crate::render::ease;
use crate::render::fonts::bundled_family;
use crate::render::frame::Frame;
use crate::render::paint::{PaintShape, Rect, paint};
use crate::render::text::{ScriptTraits, TextBounds, TextStyle, Typesetter, clean};
use crate::render::tile::Area;
use crate::spec::model::Look;
use crate::units::{Colour, Size};

/// Font size, as a share of the frame's shorter side: thumbnails are seen a few centimetres wide.
const TEXT_SHARE: f64 = 0.17;
/// Distance from the frame's edges, as a share of the shorter side.
const MARGIN_SHARE: f64 = 0.07;
/// Opacity of the shade at its darkest, in 256ths.
const MAX_SHADE: f64 = 225.0;
const MAX_LINES: usize = 3;
/// Line height of scripts with marks above and below their letters.
const TALL_LEADING: f32 = 1.35;

/// Draws `text` over `out`, on a shade that makes it legible.
pub fn headline(text: &str, look: &Look, out: &mut Frame) {
    let Size { width, height } = out.size();
    let unit = f64::from(width.min(height));
    let margin = unit * MARGIN_SHARE;
    let family = bundled_family(&look.heading_font);
    let style =
        TextStyle { family, weight: 800.0, size: (unit * TEXT_SHARE) as f32, line_height: 1.06, tracking: -0.02 };
    let bounds =
        TextBounds { width: (f64::from(width) - 2.0 * margin) as f32, height: height as f32 * 0.6, lines: MAX_LINES };
    let mut setter = Typesetter::new();
    let traits = ScriptTraits::from_texts(&[text]);
    setter.set_traits(traits);
    let style = TextStyle { line_height: if traits.tall { TALL_LEADING } else { style.line_height }, ..style };
    let layout = setter.fitted(&clean(text), &style, bounds);
    let top = f64::from(height) - margin - f64::from(layout.height());

    let dark = over(Colour { a: 90, ..look.background }, Colour::rgb(0, 0, 0));
    shade(top - unit * 0.30, top + f64::from(layout.height()) * 0.25, dark, out);
    let bar = Rect { left: margin, top: top - unit * 0.045, right: margin + unit * 0.16, bottom: top - unit * 0.022 };
    let block =
        PaintShape::Block { rect: bar, radius: unit * 0.0115, colour: legible_on(look.accent, dark, look.text) };
    let white = legible_on(look.text, dark, Colour::rgb(255, 255, 255));
    let text =
        PaintShape::Text { layout: Arc::new(layout), at: (margin, top), inks: vec![white], outlines: Vec::new() };
    let area = Area::around(0.0, bar.top - 2.0, f64::from(width), f64::from(height), out.size());
    let mut shapes = [block, text];
    if traits.rtl {
        shapes.iter_mut().for_each(|shape| shape.mirror(f64::from(width)));
    }
    paint(&shapes, area, 0.0).blend(256, out);
}

/// Darkens the frame: increasingly from row `from` to row `to`, fully below.
fn shade(from: f64, to: f64, dark: Colour, out: &mut Frame) {
    let width = out.size().width as usize;
    let dark = ycc(dark);
    for (y, row) in out.y.chunks_exact_mut(width).enumerate() {
        mix_row(row, dark.y, shade_weight(y as f64 + 0.5, from, to));
    }
    for (plane, level) in [(&mut out.u, dark.u), (&mut out.v, dark.v)] {
        for (y, row) in plane.chunks_exact_mut(width / 2).enumerate() {
            mix_row(row, level, shade_weight(y as f64 * 2.0 + 1.0, from, to));
        }
    }
}

/// Opacity of the shade at `row`, in 256ths.
fn shade_weight(row: f64, from: f64, to: f64) -> u16 {
    (ease::in_out(((row - from) / (to - from)).clamp(0.0, 1.0)) * MAX_SHADE).round() as u16
}

fn mix_row(row: &mut [u8], level: u8, weight: u16) {
    for sample in row {
        *sample = ((u16::from(*sample) * (256 - weight) + u16::from(level) * weight + 128) >> 8) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec;

    fn on(colour: Colour, text: &str, size: Size) -> Frame {
        let look = spec::parse("scenes: [{ say: x }]", std::path::Path::new("."), "x", &spec::LoadOptions::default());
        let mut frame = Frame::new(size);
        frame.fill(ycc(colour));
        headline(text, &look.unwrap().spec.look, &mut frame);
        frame
    }

    #[test]
    fn it_is_legible_on_white_and_on_black_in_every_format() {
        for size in [Size::new(640, 360), Size::new(360, 640), Size::new(400, 400)] {
            for colour in [Colour::rgb(255, 255, 255), Colour::rgb(0, 0, 0), Colour::rgb(128, 128, 128)] {
                let frame = on(colour, "How caching works", size);
                let lower = &frame.y[frame.y.len() * 7 / 8..];
                let light = lower.iter().filter(|&&y| y > 200).count();
                let dark = lower.iter().filter(|&&y| y < 60).count();
                assert!(light * 60 > lower.len() && dark * 2 > lower.len(), "{size} {colour:?}: {light} {dark}");
                assert_eq!(frame.y[0], ycc(colour).y, "the upper part stays as it is");
            }
        }
    }

    #[test]
    fn a_long_text_stays_inside() {
        for text in ["many long words ".repeat(40), "Donaudampfschifffahrtsgesellschaft".repeat(4), "語".repeat(200)] {
            let frame = on(Colour::rgb(0, 0, 0), &text, Size::new(320, 180));
            let light = |x: usize, y: usize| frame.y[y * 320 + x] > 100;
            assert!((0..180).all(|y| (0..8).chain(312..320).all(|x| !light(x, y))), "{text}");
            assert!((0..320).all(|x| (0..50).chain(174..180).all(|y| !light(x, y))), "{text}");
            assert!((0..320).any(|x| (50..174).any(|y| light(x, y))), "{text}");
        }
    }
}
