//! Listings as frames: what lights up, what is typed, and that segments see the same.

use std::ops::Range;

use super::*;
use crate::render::test_support::{check_segments, frames, view_of};
use crate::render::{Frame, SceneContent, View};
use crate::units::Size;

const SIZE: Size = Size::new(480, 270);
const TEXT: [&str; 6] = ["// counts", "fn main() {", "    let n = 12;", "    println!(\"{n}\");", "}", ""];

fn code(text: &[&str]) -> CodeListing {
    let text: Vec<String> = text.iter().map(|line| (*line).to_owned()).collect();
    let lines = spans(&text, 0, Some("rust"));
    CodeListing { heading: None, name: Some("main.rs".to_owned()), first: 1, lines, lit: vec![], typed: None }
}

fn view(size: Size, code: CodeListing) -> View {
    view_of(size, 400, SceneContent::Code(code))
}

/// The rows in which two frames differ, from the first to the last.
fn changed(a: &Frame, b: &Frame) -> Option<Range<usize>> {
    let width = a.size().width as usize;
    let rows: Vec<usize> = (0..a.size().height as usize)
        .filter(|row| a.y[row * width..(row + 1) * width] != b.y[row * width..(row + 1) * width])
        .collect();
    Some(*rows.first()?..rows.last()? + 1)
}

fn brightness(frame: &Frame, rows: &Range<usize>) -> u64 {
    let width = frame.size().width as usize;
    frame.y[rows.start * width..rows.end * width].iter().map(|y| u64::from(*y)).sum()
}

fn lit() -> View {
    let first = LineHighlight { from: 0, to: 1, at: 60, until: 120 };
    let fourth = LineHighlight { from: 3, to: 4, at: 120, until: u32::MAX };
    view(SIZE, CodeListing { lit: vec![first, fourth], ..code(&TEXT) })
}

#[test]
fn lines_light_up_in_turn_while_the_others_go_dim() {
    let [plain, first, second]: [Frame; 3] = frames(&lit(), [59, 100, 200]).try_into().unwrap();
    let rows = changed(&plain, &second).unwrap();
    let step = (rows.end - rows.start) / 5;
    let top = rows.start..rows.start + step;
    let fourth = rows.start + 3 * step..rows.start + 4 * step;
    assert!(brightness(&first, &top) > brightness(&second, &top));
    assert!(brightness(&second, &fourth) > brightness(&first, &fourth));
    let other = rows.start + step..rows.start + 2 * step;
    assert!(brightness(&plain, &other) > brightness(&second, &other), "what is not lit is dim");
}

#[test]
fn typing_only_adds_and_ends_with_all_of_it() {
    let typed = view(SIZE, CodeListing { typed: Some((40, 140)), ..code(&TEXT) });
    let whole = frames(&view(SIZE, code(&TEXT)), [300]).remove(0);
    let seen = frames(&typed, [39, 60, 90, 120, 140, 300]);
    let missing: Vec<usize> =
        seen.iter().map(|frame| frame.y.iter().zip(&whole.y).filter(|(a, b)| a.abs_diff(**b) > 8).count()).collect();
    assert!(missing.is_sorted_by(|a, b| a >= b) && missing[0] > missing[2] && missing[2] > missing[4], "{missing:?}");
    assert_eq!(seen[5], whole);
}

const SEGMENTS: [Range<u32>; 7] = [0..20, 30..50, 50..75, 90..110, 118..150, 150..200, 300..320];

#[test]
fn segments_see_what_the_scene_shows() {
    check_segments(&lit(), &SEGMENTS);
    check_segments(&view(SIZE, CodeListing { typed: Some((40, 140)), ..code(&TEXT) }), &SEGMENTS);
    let one = lit().clip(200..230).rebase(200);
    let other = lit().clip(260..290).rebase(260);
    assert_eq!(one, other, "what stands still is the same wherever it lies");
}

#[test]
fn any_order_gives_the_same_frames() {
    let typed = view(SIZE, CodeListing { typed: Some((40, 140)), ..code(&TEXT) });
    for view in [lit(), typed] {
        let forwards = frames(&view, 0..130);
        let mut backwards = frames(&view, (0..130).rev());
        backwards.reverse();
        assert_eq!(forwards, backwards);
    }
}

#[test]
fn hostile_listings_are_drawn_in_any_frame() {
    let long = "x".repeat(400);
    let wide = "日本\u{202e}é\u{301}😀─│".repeat(30);
    let texts: Vec<Vec<&str>> = vec![vec![&long; 30], vec![&wide; 3], vec![""], vec![], vec![" "; 5]];
    for size in [(2, 2), (16, 16), (320, 180), (90, 160)] {
        for text in &texts {
            for typed in [None, Some((0, 9)), Some((u32::MAX, u32::MAX))] {
                let lit = vec![LineHighlight { from: 0, to: 30, at: 0, until: u32::MAX }];
                let code = CodeListing {
                    typed,
                    lit,
                    heading: Some(long.clone()),
                    name: Some(wide.clone()),
                    first: 999_990,
                    ..code(text)
                };
                frames(&view(Size::new(size.0, size.1), code), [0, 5, 40]);
            }
        }
    }
}
