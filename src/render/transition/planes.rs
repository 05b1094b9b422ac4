//! Building blocks of all transitions: planes, weights in 256ths, and mixing by them.

use crate::render::frame::Frame;

/// Converts a share to 256ths.
pub(super) fn weight(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * 256.0).round() as u16
}

/// As [`weight`] for `f32`. From 2²³ on a float has no fraction bits, so its last bits are the rounded number: unlike a
/// saturating cast, this is vectorised.
pub(super) fn weight_fast(share: f32) -> u16 {
    ((share * 256.0).clamp(0.0, 256.0) + 8_388_608.0).to_bits() as u16
}

/// One plane of each frame; `step` is the distance of its samples in pixels of the frame.
pub(super) struct BlendPlane<'a> {
    pub from: &'a [u8],
    pub to: &'a [u8],
    pub out: &'a mut [u8],
    pub width: usize,
    pub height: usize,
    pub step: usize,
    /// The sample value of black in this plane.
    pub black: u8,
}

pub(super) fn planes<'a>(from: &'a Frame, to: &'a Frame, out: &'a mut Frame) -> [BlendPlane<'a>; 3] {
    let (width, height) = (from.size().width as usize, from.size().height as usize);
    let planes = [
        (&from.y, &to.y, &mut out.y, 1, 16),
        (&from.u, &to.u, &mut out.u, 2, 128),
        (&from.v, &to.v, &mut out.v, 2, 128),
    ];
    planes.map(|(from, to, out, step, black)| {
        let (width, height) = (width / step, height / step);
        BlendPlane { from, to, out, width, height, step, black }
    })
}

/// Rounds a length in pixels to an even number, so that chroma stays aligned with luma.
pub(super) fn even(pixels: f64) -> usize {
    (pixels / 2.0).round().max(0.0) as usize * 2
}

pub(super) fn longer(frame: &Frame) -> f64 {
    f64::from(frame.size().width.max(frame.size().height))
}

/// `a + (b − a) · w / 256`, rounded; `w` is at most 256, so 16 bits hold every sum.
pub(super) fn mixed(a: u8, b: u8, w: u16) -> u8 {
    ((u16::from(a) * (256 - w) + u16::from(b) * w + 128) >> 8) as u8
}

pub(super) fn mix(from: &Frame, to: &Frame, w: u16, out: &mut Frame) {
    for plane in planes(from, to, out) {
        mix_run(plane.from, plane.to, w, plane.out);
    }
}

pub(super) fn mix_run(from: &[u8], to: &[u8], w: u16, out: &mut [u8]) {
    for ((out, &a), &b) in out.iter_mut().zip(from).zip(to) {
        *out = mixed(a, b, w);
    }
}

pub(super) fn mix_weighted(from: &[u8], to: &[u8], weights: &[u16], out: &mut [u8]) {
    for (((out, &a), &b), &w) in out.iter_mut().zip(from).zip(to).zip(weights) {
        *out = mixed(a, b, w);
    }
}

pub(super) fn tint_run(shown: &[u8], tint: u8, w: u16, out: &mut [u8]) {
    for (out, &a) in out.iter_mut().zip(shown) {
        *out = mixed(a, tint, w);
    }
}

/// Mixes by a mask: `weigh(y, xs, row)` writes the weights of the new frame for row `y`, whose pixel centres are at
/// `xs`. A chroma sample has the mean weight of the two pixels it lies between.
pub(super) fn masked(from: &Frame, to: &Frame, out: &mut Frame, mut weigh: impl FnMut(usize, &[f32], &mut [u16])) {
    let (width, height) = (from.size().width as usize, from.size().height as usize);
    let xs: Vec<f32> = (0..width).map(|x| x as f32 + 0.5).collect();
    let (mut weights, mut halves) = (vec![0; 2 * width], vec![0; width / 2]);
    for pair in 0..height / 2 {
        let (upper, lower) = weights.split_at_mut(width);
        weigh(2 * pair, &xs, upper);
        weigh(2 * pair + 1, &xs, lower);
        for ((half, a), b) in halves.iter_mut().zip(upper.chunks_exact(2)).zip(lower.chunks_exact(2)) {
            *half = (a[0] + b[0]).div_ceil(2);
        }
        let luma = 2 * pair * width..2 * (pair + 1) * width;
        mix_weighted(&from.y[luma.clone()], &to.y[luma.clone()], &weights, &mut out.y[luma]);
        let chroma = pair * (width / 2)..(pair + 1) * (width / 2);
        mix_weighted(&from.u[chroma.clone()], &to.u[chroma.clone()], &halves, &mut out.u[chroma.clone()]);
        mix_weighted(&from.v[chroma.clone()], &to.v[chroma.clone()], &halves, &mut out.v[chroma]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_a_weight_agree() {
        for n in -2000..4000 {
            let share = n as f32 / 1999.0;
            assert_eq!(weight_fast(share), weight(f64::from(share)), "{share}");
        }
        assert_eq!((weight_fast(-1e9), weight_fast(1e9)), (0, 256));
    }
}
