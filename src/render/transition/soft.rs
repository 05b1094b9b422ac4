//! Transitions in which detail is lost and comes back while one picture fades into the other. Both operations are
//! linear, so the frames are mixed first and only the mixture is processed.

use crate::render::ease;
use crate::render::frame::Frame;

use super::TransitionPace;
use super::planes::{even, longer, mix, mix_run, planes, weight};

/// The range of the progress in which one picture fades into the other.
const MIX: (f64, f64) = (0.25, 0.75);
/// The largest block's side, as a share of the frame's longer one.
const LARGEST_BLOCK: f64 = 1.0 / 24.0;
/// Size of the smallest visible detail at the strongest blur, as a share of the longer side.
const LEAST_DETAIL: f64 = 1.0 / 24.0;

fn mixture(pace: TransitionPace, from: &Frame, to: &Frame, out: &mut Frame) {
    let share = (pace.half_progress() - MIX.0) / (MIX.1 - MIX.0);
    mix(from, to, weight(ease::in_out(share)), out);
}

/// Blocks grow, then shrink again.
pub fn pixelate(pace: TransitionPace, from: &Frame, to: &Frame, out: &mut Frame) {
    mixture(pace, from, to, out);
    let (_, share) = pace.swell();
    let side = even(share * longer(from) * LARGEST_BLOCK);
    if side < 2 {
        return;
    }
    for plane in planes(from, to, out) {
        blocks(plane.out, plane.width, plane.height, side / plane.step);
    }
}

/// Replaces each block of `side` samples by its mean; block edges go through the plane's centre.
fn blocks(samples: &mut [u8], width: usize, height: usize, side: usize) {
    let across = block_edges(width, side);
    let down = block_edges(height, side);
    let mut sums = vec![0_u32; width];
    for rows in down.windows(2) {
        let band = &mut samples[rows[0] * width..rows[1] * width];
        sums.fill(0);
        for row in band.chunks_exact(width) {
            sums.iter_mut().zip(row).for_each(|(sum, &sample)| *sum += u32::from(sample));
        }
        let (first, rest) = band.split_at_mut(width);
        for columns in across.windows(2) {
            let area = ((columns[1] - columns[0]) * (rows[1] - rows[0])) as u32;
            let sum: u32 = sums[columns[0]..columns[1]].iter().sum();
            first[columns[0]..columns[1]].fill(((sum + area / 2) / area) as u8);
        }
        rest.chunks_exact_mut(width).for_each(|row| row.copy_from_slice(first));
    }
}

fn block_edges(length: usize, side: usize) -> Vec<usize> {
    let first = (length / 2) % side;
    let mut edges: Vec<usize> = (first..length).step_by(side).chain([0, length]).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The picture goes out of focus and comes back.
pub fn blur(pace: TransitionPace, from: &Frame, to: &Frame, out: &mut Frame) {
    mixture(pace, from, to, out);
    let (_, share) = pace.swell();
    // The number of halvings; a plane of half the size needs one less.
    let most = (longer(from) * LEAST_DETAIL).max(2.0);
    let halvings = share * libm::log2(most);
    for plane in planes(from, to, out) {
        blur_plane(plane.out, (plane.width, plane.height), halvings - (plane.step - 1) as f64);
    }
}

/// Halves the detail `times` times; a fraction interpolates between two whole steps.
fn blur_plane(samples: &mut [u8], size: (usize, usize), times: f64) {
    if times <= 0.0 || size.0.min(size.1) < 2 {
        return;
    }
    let mut small = vec![0; size.0.div_ceil(2) * size.1.div_ceil(2)];
    let half = halve(samples, size, &mut small);
    blur_plane(&mut small, half, times - 1.0);
    double(&small, half, weight(times), samples, size);
}

/// Half as wide and high, each sample from four by four with weights 1 3 3 1.
fn halve(source: &[u8], (width, height): (usize, usize), out: &mut [u8]) -> (usize, usize) {
    let half = (width.div_ceil(2), height.div_ceil(2));
    // One more sample on the left and two on the right repeat the ends.
    let mut sums = vec![0_u16; 2 * half.0 + 2];
    for (y, out) in out.chunks_exact_mut(half.0).enumerate() {
        let [above, upper, lower, below] =
            [0, 1, 2, 3].map(|i| &source[(2 * y + i).clamp(1, height) * width - width..][..width]);
        let four = above.iter().zip(upper).zip(lower).zip(below);
        for (sum, (((&a, &b), &c), &d)) in sums[1..].iter_mut().zip(four) {
            *sum = u16::from(a) + 3 * (u16::from(b) + u16::from(c)) + u16::from(d);
        }
        sums[0] = sums[1];
        let last = sums[width];
        sums[width + 1..].fill(last);
        for (out, pair) in out.iter_mut().zip(sums.windows(4).step_by(2)) {
            *out = ((pair[0] + 3 * (pair[1] + pair[2]) + pair[3] + 32) >> 6) as u8;
        }
    }
    half
}

/// Twice as wide and high again, mixed over `out` by `w`.
fn double(small: &[u8], half: (usize, usize), w: u16, out: &mut [u8], (width, _): (usize, usize)) {
    let mut sums = vec![0_u16; half.0 + 2];
    let (mut wide, mut before) = (vec![0_u8; 2 * half.0], vec![0_u8; width]);
    for (y, out) in out.chunks_exact_mut(width).enumerate() {
        let neighbour = if y % 2 == 0 { (y / 2).saturating_sub(1) } else { y / 2 + 1 };
        let [near, far] = [y / 2, neighbour].map(|at| &small[at.min(half.1 - 1) * half.0..][..half.0]);
        for ((sum, &a), &b) in sums[1..].iter_mut().zip(near).zip(far) {
            *sum = 3 * u16::from(a) + u16::from(b);
        }
        sums[0] = sums[1];
        sums[half.0 + 1] = sums[half.0];
        for (pair, three) in wide.chunks_exact_mut(2).zip(sums.windows(3)) {
            pair[0] = ((three[0] + 3 * three[1] + 8) >> 4) as u8;
            pair[1] = ((3 * three[1] + three[2] + 8) >> 4) as u8;
        }
        if w == 256 {
            out.copy_from_slice(&wide[..width]);
        } else {
            before.copy_from_slice(out);
            mix_run(&before, &wide[..width], w, out);
        }
    }
}
