//! Transitions in which pictures move over one another, by even numbers of pixels so that chroma stays in place. Knows nothing of
//! scenes.

use crate::render::canvas::{resized, whole};
use crate::render::frame::Frame;
use crate::spec::model::{Axis, Direction};
use crate::units::Size;

use super::Pace;
use super::lines::{Line, axis, backwards};
use super::planes::{Planes, even, planes};

/// How far the shadow of a moving picture reaches, as a share of the frame's extent, and how dark it is at its edge, of 256.
const SHADOW: f64 = 0.05;
const SHADOW_DARK: f64 = 110.0;
/// How many bands stripes have, and how much of the time the last one waits.
const BANDS: usize = 8;
const BANDS_SPREAD: f64 = 0.4;

/// The new frame, wholly itself, moves in over the old one.
pub fn slide(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let gap = even((1.0 - p) * plane.extent(axis(towards))) / plane.step;
        plane.each_line(axis(towards), |_, mut line| slide_in(towards, gap, &mut line));
    }
}

/// `gap`: how far the new picture still has to go, in units.
fn slide_in(towards: Direction, gap: usize, line: &mut Line<'_>) {
    let moved = line.count - gap;
    if backwards(towards) {
        line.put_old(0, 0, gap);
        line.put_new(0, gap, moved);
    } else {
        line.put_new(gap, 0, moved);
        line.put_old(moved, moved, gap);
    }
}

/// The new frame comes in and pushes the old one out.
pub fn push(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let gap = even((1.0 - p) * plane.extent(axis(towards))) / plane.step;
        plane.each_line(axis(towards), |_, mut line| {
            let moved = line.count - gap;
            if backwards(towards) {
                line.put_old(moved, 0, gap);
                line.put_new(0, gap, moved);
            } else {
                line.put_new(gap, 0, moved);
                line.put_old(0, moved, gap);
            }
        });
    }
}

/// The old frame moves off the new one, on which it throws a shadow.
pub fn reveal(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let extent = plane.extent(axis(towards));
        let gap = even((1.0 - p) * extent) / plane.step;
        let (shades, black) = (shadow(&plane, extent, p), plane.black);
        plane.each_line(axis(towards), |_, mut line| {
            let moved = line.count - gap;
            if backwards(towards) {
                line.put_old(moved, 0, gap);
                line.put_new(gap, gap, moved);
                line.shade(gap, black, shades.iter().copied());
            } else {
                line.put_new(0, 0, moved);
                line.put_old(0, moved, gap);
                let near = shades.len().min(moved);
                line.shade(moved - near, black, shades[..near].iter().rev().copied());
            }
        });
    }
}

/// How dark a shadow is, unit by unit away from what throws it. There is none at a transition's ends.
fn shadow(plane: &Planes<'_>, extent: f64, p: f64) -> Vec<u16> {
    let units = (SHADOW * extent / plane.step as f64).ceil() as usize;
    let dark = SHADOW_DARK * (8.0 * p).min(8.0 * (1.0 - p)).min(1.0);
    let shade = |unit: usize| {
        let left = 1.0 - (unit as f64 + 0.5) / units as f64;
        (dark * left * left).round() as u16
    };
    (0..units).map(shade).collect()
}

/// The old frame's halves move apart, over the new one.
pub fn doors(along: Axis, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let extent = plane.extent(along);
        let half = even(extent / 2.0 - 0.5) / plane.step;
        let other = plane.units(along) - half;
        let moved = even(p * extent / 2.0).min(other * plane.step) / plane.step;
        let (shades, black) = (shadow(&plane, extent, p), plane.black);
        plane.each_line(along, |_, mut line| {
            let left = moved.min(half);
            line.put_old(left, 0, half - left);
            line.put_new(half - left, half - left, left + moved);
            line.put_old(half, half + moved, other - moved);
            let near = shades.len().min((left + moved) / 2);
            line.shade(half - left, black, shades[..near].iter().copied());
            line.shade(half + moved - near, black, shades[..near].iter().rev().copied());
        });
    }
}

/// Bands of the new frame come in over the old one, by turns from one side and from the other.
pub fn stripes(along: Axis, pace: Pace, from: &Frame, to: &Frame, out: &mut Frame) {
    let across = if along == Axis::Horizontal { Axis::Vertical } else { Axis::Horizontal };
    for plane in planes(from, to, out) {
        let (units, extent) = (plane.units(across), plane.extent(along));
        // Even in pixels, so that chroma's bands are luma's.
        let edge = |band: usize| (plane.units(across) * plane.step * band / BANDS / 2 * 2 / plane.step).min(units);
        let gap = |band: usize| {
            let p = pace.late(band as f64 / (BANDS - 1) as f64, BANDS_SPREAD);
            even((1.0 - p) * extent) / plane.step
        };
        let bands: Vec<Band> = (0..BANDS)
            .map(|n| Band { start: edge(n), end: if n + 1 == BANDS { units } else { edge(n + 1) }, gap: gap(n), n })
            .collect();
        match along {
            Axis::Horizontal => plane.each_line(along, |row, mut line| {
                let band = bands.iter().find(|band| row < band.end).unwrap_or(&bands[BANDS - 1]);
                let towards = if band.n % 2 == 0 { Direction::Left } else { Direction::Right };
                slide_in(towards, band.gap, &mut line);
            }),
            Axis::Vertical => upright(plane, &bands),
        }
    }
}

/// One of the stripes: where it lies across its movement, and how far it still has to go, in samples.
struct Band {
    n: usize,
    start: usize,
    end: usize,
    gap: usize,
}

fn upright(plane: Planes<'_>, bands: &[Band]) {
    let (width, height) = (plane.width, plane.height);
    for (y, out) in plane.out.chunks_exact_mut(width).enumerate() {
        for band in bands {
            let (up, moved) = (band.n % 2 == 0, height - band.gap);
            let new = if up { y.checked_sub(band.gap) } else { (y < moved).then_some(y + band.gap) };
            let (source, row) = new.map_or((plane.from, y), |row| (plane.to, row));
            out[band.start..band.end].copy_from_slice(&source[row * width..][band.start..band.end]);
        }
    }
}

/// The border between the frames crosses the screen; both fill what they have of it.
pub fn squeeze(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let along = axis(towards);
    for plane in planes(from, to, out) {
        let size = Size::new(plane.width as u32, plane.height as u32);
        let units = plane.units(along);
        let new = even(p * plane.extent(along)) / plane.step;
        let fit = |source: &[u8], units: usize| {
            let narrow = match along {
                Axis::Horizontal => Size::new(units as u32, size.height),
                Axis::Vertical => Size::new(size.width, units as u32),
            };
            (units, if units == 0 { Vec::new() } else { resized(source, size, whole(size), narrow) })
        };
        let (old, new) = (fit(plane.from, units - new), fit(plane.to, new));
        let (first, second) = if backwards(towards) { (old, new) } else { (new, old) };
        plane.each_line(along, |n, line| {
            let mut at = 0;
            for (units, picture) in [&first, &second] {
                // Upright there is one line of all rows, else line `n` is row `n` of each picture.
                let length = units * line.unit;
                line.out[at..at + length].copy_from_slice(&picture[n * length..][..length]);
                at += length;
            }
        });
    }
}
