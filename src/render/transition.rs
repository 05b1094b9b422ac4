//! Transitions: two frames into one. Knows nothing of scenes; the caller says how far along the transition is.

use crate::render::colour::{Ycc, ycc};
use crate::render::ease;
use crate::render::frame::Frame;
use crate::spec::model::{Direction, TransitionKind};

/// Width of a wipe's soft edge, as a share of the frame's longer side.
const SOFT_EDGE: f64 = 0.02;

/// Draws frame `i` of a transition of `len` frames into `out`, which takes on the size of the other two.
///
/// Frame `-1` would be all `from` and frame `len` all `to`, so every frame of the transition shows some of both.
///
/// # Panics
/// If `from` and `to` are not of the same size.
pub fn blend(kind: TransitionKind, i: u32, len: u32, from: &Frame, to: &Frame, out: &mut Frame) {
    assert_eq!(from.size(), to.size(), "both scenes of a film have one frame size");
    if out.size() != to.size() {
        *out = Frame::new(to.size());
    }
    let t = (f64::from(i) + 1.0) / (f64::from(len) + 1.0);
    match kind {
        TransitionKind::Cut => out.copy_from(to),
        TransitionKind::Crossfade => mix(from, to, weight(ease::in_out(t)), out),
        TransitionKind::Fade { through } => fade(t, ycc(through), from, to, out),
        TransitionKind::Slide { towards } => slide(towards, ease::in_out(t), from, to, out),
        TransitionKind::Wipe { towards } => wipe(towards, ease::in_out(t), from, to, out),
    }
}

/// A share of one in 256ths.
fn weight(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * 256.0).round() as u16
}

/// One plane of each frame, and how many pixels of the frame one of its samples spans.
struct Planes<'a> {
    from: &'a [u8],
    to: &'a [u8],
    out: &'a mut [u8],
    width: usize,
    height: usize,
    step: usize,
}

fn planes<'a>(from: &'a Frame, to: &'a Frame, out: &'a mut Frame) -> [Planes<'a>; 3] {
    let (width, height) = (from.size().width as usize, from.size().height as usize);
    let plane = |from, to, out, step| Planes { from, to, out, width: width / step, height: height / step, step };
    [
        plane(&from.y[..], &to.y[..], &mut out.y[..], 1),
        plane(&from.u[..], &to.u[..], &mut out.u[..], 2),
        plane(&from.v[..], &to.v[..], &mut out.v[..], 2),
    ]
}

fn mix(from: &Frame, to: &Frame, w: u16, out: &mut Frame) {
    for plane in planes(from, to, out) {
        mix_run(plane.from, plane.to, w, plane.out);
    }
}

/// `out = from + (to − from) · w / 256`, rounded; `w` is at most 256, so 16 bits hold every sum.
fn mix_run(from: &[u8], to: &[u8], w: u16, out: &mut [u8]) {
    for ((out, &a), &b) in out.iter_mut().zip(from).zip(to) {
        *out = ((u16::from(a) * (256 - w) + u16::from(b) * w + 128) >> 8) as u8;
    }
}

/// Out to the colour in the first half, in from it in the second.
fn fade(t: f64, colour: Ycc, from: &Frame, to: &Frame, out: &mut Frame) {
    let (shown, w) = if t < 0.5 { (from, ease::in_out(2.0 * t)) } else { (to, ease::in_out(2.0 - 2.0 * t)) };
    let w = weight(w);
    tint_run(&shown.y, colour.y, w, &mut out.y);
    tint_run(&shown.u, colour.u, w, &mut out.u);
    tint_run(&shown.v, colour.v, w, &mut out.v);
}

fn tint_run(shown: &[u8], tint: u8, w: u16, out: &mut [u8]) {
    for (out, &a) in out.iter_mut().zip(shown) {
        *out = ((u16::from(a) * (256 - w) + u16::from(tint) * w + 128) >> 8) as u8;
    }
}

/// The new frame, wholly itself, moves in over the old one, by an even number of pixels so that chroma stays in place.
fn slide(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let gap = |length: usize| ((1.0 - p) * (length * plane.step) as f64 / 2.0).round() as usize * 2 / plane.step;
        match towards {
            Direction::Left | Direction::Right => slide_across(gap(plane.width), towards, plane),
            Direction::Up | Direction::Down => slide_along(gap(plane.height), towards, plane),
        }
    }
}

/// `gap`: how far the new picture still has to go, in samples.
fn slide_across(gap: usize, towards: Direction, plane: Planes<'_>) {
    let width = plane.width;
    let rows = plane.out.chunks_exact_mut(width).zip(plane.from.chunks_exact(width)).zip(plane.to.chunks_exact(width));
    for ((out, from), to) in rows {
        if towards == Direction::Left {
            out[..gap].copy_from_slice(&from[..gap]);
            out[gap..].copy_from_slice(&to[..width - gap]);
        } else {
            out[..width - gap].copy_from_slice(&to[gap..]);
            out[width - gap..].copy_from_slice(&from[width - gap..]);
        }
    }
}

fn slide_along(gap: usize, towards: Direction, plane: Planes<'_>) {
    let (gap, all) = (gap * plane.width, plane.out.len());
    if towards == Direction::Up {
        plane.out[..gap].copy_from_slice(&plane.from[..gap]);
        plane.out[gap..].copy_from_slice(&plane.to[..all - gap]);
    } else {
        plane.out[..all - gap].copy_from_slice(&plane.to[gap..]);
        plane.out[all - gap..].copy_from_slice(&plane.from[all - gap..]);
    }
}

/// An edge, soft over a few pixels, uncovers the new frame.
fn wipe(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    let size = from.size();
    let soft = (f64::from(size.width.max(size.height)) * SOFT_EDGE).max(2.0);
    for plane in planes(from, to, out) {
        let across = matches!(towards, Direction::Left | Direction::Right);
        let length = if across { plane.width } else { plane.height };
        let weights = wipe_weights(towards, p, length, plane.step, soft);
        for (row, at) in (0..plane.out.len()).step_by(plane.width).enumerate() {
            let run = at..at + plane.width;
            let (from, to, out) = (&plane.from[run.clone()], &plane.to[run.clone()], &mut plane.out[run]);
            if across { mix_weighted(from, to, &weights, out) } else { mix_run(from, to, weights[row], out) }
        }
    }
}

/// How much of the new frame each column (or row) shows: all of it behind the edge, none before it.
fn wipe_weights(towards: Direction, p: f64, length: usize, step: usize, soft: f64) -> Vec<u16> {
    let extent = (length * step) as f64;
    let edge = p * (extent + soft);
    let along = |at: usize| match towards {
        Direction::Right | Direction::Down => (at as f64 + 0.5) * step as f64,
        Direction::Left | Direction::Up => extent - (at as f64 + 0.5) * step as f64,
    };
    (0..length).map(|at| weight((edge - along(at)) / soft)).collect()
}

fn mix_weighted(from: &[u8], to: &[u8], weights: &[u16], out: &mut [u8]) {
    for (((out, &a), &b), &w) in out.iter_mut().zip(from).zip(to).zip(weights) {
        *out = ((u16::from(a) * (256 - w) + u16::from(b) * w + 128) >> 8) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Colour, Size};

    const SIZE: Size = Size::new(64, 32);
    const DIRECTIONS: [Direction; 4] = [Direction::Left, Direction::Right, Direction::Up, Direction::Down];

    fn plain(y: u8) -> Frame {
        let mut frame = Frame::new(SIZE);
        frame.fill(Ycc { y, u: 255 - y, v: y });
        frame
    }

    fn run(kind: TransitionKind, i: u32, len: u32) -> Frame {
        let mut out = Frame::new(SIZE);
        blend(kind, i, len, &plain(40), &plain(200), &mut out);
        out
    }

    #[test]
    fn crossfade_rises_evenly_and_is_symmetric() {
        let at = |i| run(TransitionKind::Crossfade, i, 15).y[0];
        let levels: Vec<u8> = (0..15).map(at).collect();
        assert!(levels.is_sorted(), "{levels:?}");
        assert_eq!(levels[7], 120);
        assert!(levels[0] < 45 && levels[14] > 195, "{levels:?}");
        assert!((0..15).all(|i| levels[i].abs_diff(240 - levels[14 - i]) <= 1), "{levels:?}");
    }

    #[test]
    fn a_fade_is_all_colour_half_way() {
        let through = Colour::rgb(10, 120, 200);
        let frame = run(TransitionKind::Fade { through }, 7, 15);
        let want = ycc(through);
        assert!(frame.y.iter().all(|&y| y == want.y) && frame.u.iter().all(|&u| u == want.u));
        assert!(run(TransitionKind::Fade { through }, 0, 15).y[0].abs_diff(40) < 4);
        assert!(run(TransitionKind::Fade { through }, 14, 15).y[0].abs_diff(200) < 4);
    }

    #[test]
    fn a_cut_shows_the_new_frame() {
        assert_eq!(run(TransitionKind::Cut, 0, 3), plain(200));
    }

    #[test]
    fn slides_and_wipes_uncover_from_the_right_side() {
        let corner = |frame: &Frame, x: usize, y: usize| frame.y[y * 64 + x];
        for towards in DIRECTIONS {
            for kind in [TransitionKind::Slide { towards }, TransitionKind::Wipe { towards }] {
                let frame = run(kind, 3, 7);
                let (new, old) = match towards {
                    Direction::Left => ((63, 16), (0, 16)),
                    Direction::Right => ((0, 16), (63, 16)),
                    Direction::Up => ((32, 31), (32, 0)),
                    Direction::Down => ((32, 0), (32, 31)),
                };
                assert_eq!(corner(&frame, new.0, new.1), 200, "{kind:?}");
                assert_eq!(corner(&frame, old.0, old.1), 40, "{kind:?}");
            }
        }
    }

    #[test]
    fn half_a_slide_shows_half_of_each_with_chroma_in_step() {
        let frame = run(TransitionKind::Slide { towards: Direction::Left }, 3, 7);
        let new = |plane: &[u8], value| plane.iter().filter(|&&v| v == value).count();
        assert_eq!(new(&frame.y, 200), 64 * 32 / 2);
        assert_eq!(new(&frame.u, 55), 32 * 16 / 2);
    }

    #[test]
    fn a_slide_moves_the_picture_itself() {
        let mut to = plain(200);
        to.y[0] = 77;
        let mut out = Frame::new(SIZE);
        blend(TransitionKind::Slide { towards: Direction::Left }, 3, 7, &plain(40), &to, &mut out);
        assert_eq!(out.y[32], 77);
    }

    #[test]
    fn a_wipe_never_goes_back() {
        for towards in DIRECTIONS {
            let shown: Vec<usize> = (0..9)
                .map(|i| run(TransitionKind::Wipe { towards }, i, 9).y.iter().map(|&y| usize::from(y)).sum())
                .collect();
            assert!(shown.is_sorted(), "{shown:?}");
        }
    }
}
