//! Transitions in which pictures move over one another, by even numbers of pixels so that chroma stays aligned.

use crate::render::canvas::{resample_plane, whole_crop};
use crate::render::frame::Frame;
use crate::spec::model::{Direction, TransitionAxis};
use crate::units::Size;

use super::TransitionPace;
use super::lines::{PlaneLine, axis, backwards};
use super::planes::{BlendPlane, even, planes};

/// Length of the shadow of a moving picture, as a share of the frame's extent, and its darkness at the edge, in 256ths.
const SHADOW: f64 = 0.05;
const SHADOW_DARK: f64 = 110.0;
/// Number of stripes, and the delay of the last one as a share of the transition.
const BANDS: usize = 8;
const BANDS_SPREAD: f64 = 0.4;

/// The new frame, wholly itself, moves in over the old one.
pub fn slide(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let gap = even((1.0 - p) * plane.extent(axis(towards))) / plane.step;
        plane.each_line(axis(towards), |_, mut line| slide_in(towards, gap, &mut line));
    }
}

/// `gap` is the remaining distance of the new picture, in units.
fn slide_in(towards: Direction, gap: usize, line: &mut PlaneLine<'_>) {
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
        let shades = shadow(&plane, extent, p);
        let black = plane.black;
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

/// Darkness of a shadow, in 256ths, by distance in units from the picture that throws it. There is none at the
/// transition's ends.
fn shadow(plane: &BlendPlane<'_>, extent: f64, p: f64) -> Vec<u16> {
    let units = (SHADOW * extent / plane.step as f64).ceil() as usize;
    let dark = SHADOW_DARK * (8.0 * p).min(8.0 * (1.0 - p)).min(1.0);
    let shares = (0..units).map(|unit| 1.0 - (unit as f64 + 0.5) / units as f64);
    shares.map(|left| (dark * left * left).round() as u16).collect()
}

/// The old frame's halves move apart, over the new one.
pub fn doors(along: TransitionAxis, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let extent = plane.extent(along);
        let half = even(extent / 2.0 - 0.5) / plane.step;
        let other = plane.units(along) - half;
        let moved = even(p * extent / 2.0).min(other * plane.step) / plane.step;
        let shades = shadow(&plane, extent, p);
        let black = plane.black;
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

/// Stripes of the new frame come in over the old one, alternately from one side and from the other.
pub fn stripes(along: TransitionAxis, pace: TransitionPace, from: &Frame, to: &Frame, out: &mut Frame) {
    let across =
        if along == TransitionAxis::Horizontal { TransitionAxis::Vertical } else { TransitionAxis::Horizontal };
    for plane in planes(from, to, out) {
        let units = plane.units(across);
        let extent = plane.extent(along);
        // Even in pixels, so that chroma's bands are luma's.
        let edges: Vec<usize> = (0..BANDS)
            .map(|n| (units * plane.step * n / BANDS / 2 * 2 / plane.step).min(units))
            .chain([units])
            .collect();
        let bands = edges.windows(2).enumerate().map(|(n, edge)| {
            let p = pace.staggered_progress(n as f64 / (BANDS - 1) as f64, BANDS_SPREAD);
            StripeBand { n, start: edge[0], end: edge[1], gap: even((1.0 - p) * extent) / plane.step }
        });
        let bands: Vec<StripeBand> = bands.collect();
        match along {
            TransitionAxis::Horizontal => plane.each_line(along, |row, mut line| {
                let band = bands.iter().find(|band| row < band.end).unwrap_or(&bands[BANDS - 1]);
                let towards = if band.n % 2 == 0 { Direction::Left } else { Direction::Right };
                slide_in(towards, band.gap, &mut line);
            }),
            TransitionAxis::Vertical => draw_vertical_stripes(plane, &bands),
        }
    }
}

/// One stripe: its range across the movement, and its remaining distance, in samples.
struct StripeBand {
    n: usize,
    start: usize,
    end: usize,
    gap: usize,
}

fn draw_vertical_stripes(plane: BlendPlane<'_>, bands: &[StripeBand]) {
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

/// The border between the frames crosses the screen; both are squeezed into their parts.
pub fn squeeze(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let along = axis(towards);
    for plane in planes(from, to, out) {
        let size = Size::new(plane.width as u32, plane.height as u32);
        let units = plane.units(along);
        let new = even(p * plane.extent(along)) / plane.step;
        let [old, new] = [(plane.from, units - new), (plane.to, new)].map(|(source, units)| {
            let narrow = match along {
                TransitionAxis::Horizontal => Size::new(units as u32, size.height),
                TransitionAxis::Vertical => Size::new(size.width, units as u32),
            };
            (units, if units == 0 { Vec::new() } else { resample_plane(source, size, whole_crop(size), narrow) })
        });
        let (first, second) = if backwards(towards) { (old, new) } else { (new, old) };
        plane.each_line(along, |n, line| {
            let mut at = 0;
            for (units, picture) in [&first, &second] {
                // Vertically there is one line of all rows; else line `n` is row `n` of each picture.
                let length = units * line.unit;
                line.out[at..at + length].copy_from_slice(&picture[n * length..][..length]);
                at += length;
            }
        });
    }
}
