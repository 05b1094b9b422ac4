//! A page that is turned: it comes off along a straight fold, rolls around a cylinder, and lies on its back behind it. Knows nothing of
//! scenes.

use crate::render::frame::Frame;
use crate::spec::model::{Axis, Direction};

use super::lines::{Line, axis, backwards};
use super::planes::{mixed, planes};

/// The cylinder's radius, as a share of the frame's extent.
const RADIUS: f64 = 0.09;
/// The paper's level on its back, and how much of the picture shines through, of 256.
const PAPER: u8 = 214;
const COVER: u16 = 226;
/// How dark the shadows beside the fold and under the page's edge are, and the cylinder's own shade, of 256.
const SHADOW: f64 = 120.0;
const OWN_SHADE: f64 = 96.0;

/// What is seen in one place along the turn.
#[derive(Clone, Copy, Debug, Default)]
struct Leaf {
    /// The new frame, and not the page.
    new: bool,
    /// Which units, and how much of the second one, of 256.
    first: usize,
    second: usize,
    share: u16,
    /// How much of the paper, and of black, of 256.
    paper: u16,
    shade: u16,
}

impl Leaf {
    /// Only a copy of the same place.
    fn is_plain(&self, at: usize) -> bool {
        self.first == at && self.share == 0 && self.paper == 0 && self.shade == 0
    }

    fn sample(&self, a: u8, b: u8, paper: u8, black: u8) -> u8 {
        mixed(mixed(mixed(a, b, self.share), paper, self.paper), black, self.shade)
    }
}

/// The old frame is turned over towards `towards`, from the new one.
pub fn turn(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let (paper, black) = (if plane.step == 1 { PAPER } else { 128 }, plane.black);
        let leaves = leaves(plane.units(axis(towards)), p, backwards(towards));
        let plain = |(at, leaf): (usize, &Leaf), like: Option<&Leaf>| {
            leaf.is_plain(at) && like.is_some_and(|like| like.new == leaf.new)
        };
        let start = leaves.iter().enumerate().take_while(|&place| plain(place, leaves.first())).count();
        let turned = leaves.iter().enumerate().skip(start).rev();
        let rest = turned.take_while(|&place| plain(place, leaves.last())).count();
        let end = leaves.len() - rest;
        plane.each_line(axis(towards), |_, mut line| {
            for (leaf, at, count) in [(leaves.first(), 0, start), (leaves.last(), end, rest)] {
                if leaf.is_some_and(|leaf| leaf.new) {
                    line.put_new(at, at, count)
                } else {
                    line.put_old(at, at, count)
                }
            }
            match axis(towards) {
                Axis::Horizontal => columns(&leaves[start..end], start, paper, black, &mut line),
                Axis::Vertical => rows(&leaves[start..end], start, paper, black, &mut line),
            }
        });
    }
}

fn columns(leaves: &[Leaf], start: usize, paper: u8, black: u8, line: &mut Line<'_>) {
    for (out, leaf) in line.out[start..].iter_mut().zip(leaves) {
        let source = if leaf.new { line.to } else { line.from };
        *out = leaf.sample(source[leaf.first], source[leaf.second], paper, black);
    }
}

fn rows(leaves: &[Leaf], start: usize, paper: u8, black: u8, line: &mut Line<'_>) {
    let unit = line.unit;
    for (out, leaf) in line.out[start * unit..].chunks_exact_mut(unit).zip(leaves) {
        let source = if leaf.new { line.to } else { line.from };
        let (a, b) = (&source[leaf.first * unit..][..unit], &source[leaf.second * unit..][..unit]);
        for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
            *out = leaf.sample(a, b, paper, black);
        }
    }
}

/// What is seen in each of `count` places; positions are counted from where the page moves to, unless it moves forwards.
fn leaves(count: usize, p: f64, backwards: bool) -> Vec<Leaf> {
    let length = count as f64;
    let turn = Turn::new(length, p);
    let mut leaves: Vec<Leaf> = (0..count).map(|at| turn.leaf(at as f64 + 0.5, count)).collect();
    if !backwards {
        leaves.reverse();
        for leaf in &mut leaves {
            (leaf.first, leaf.second) = (count - 1 - leaf.first, count - 1 - leaf.second);
        }
    }
    leaves
}

/// A page on its way, in units: flat up to the fold, around the cylinder, and flat again on its back.
struct Turn {
    length: f64,
    radius: f64,
    fold: f64,
    /// How strong shadows are: none at the ends.
    strength: f64,
}

impl Turn {
    fn new(length: f64, p: f64) -> Self {
        let radius = RADIUS * length;
        // The roll is as thin as there is paper to roll, so that it grows out of the edge.
        let lifted = p * (length + radius);
        let radius = radius.min(lifted);
        Self { length, radius, fold: length - lifted, strength: (10.0 * p).min(10.0 * (1.0 - p)).min(1.0) }
    }

    fn leaf(&self, x: f64, count: usize) -> Leaf {
        let past = x - self.fold;
        if past > self.radius {
            let shade = self.cast(past - self.radius, 1.6 * self.radius);
            return Leaf { new: true, ..plain(x, count) }.shaded(shade);
        }
        let half_turn = std::f64::consts::PI * self.radius;
        if past > 0.0 {
            let share = past / self.radius;
            let angle = libm::asin(share.min(1.0));
            let over = self.fold + half_turn - self.radius * angle;
            // The paper's back, if the page is long enough to come around so far; else its face on the way up, or what lies below.
            let own = OWN_SHADE * share * share;
            if over <= self.length {
                return Leaf { paper: COVER, ..at(over, count) }.shaded(own);
            }
            let up = self.fold + self.radius * angle;
            if up <= self.length {
                return at(up, count).shaded(own);
            }
            return Leaf { new: true, ..plain(x, count) }.shaded(self.cast(0.0, self.radius));
        }
        let over = self.fold + half_turn - past;
        if over <= self.length {
            return Leaf { paper: COVER, ..at(over, count) };
        }
        plain(x, count).shaded(0.6 * self.cast(over - self.length, self.radius))
    }

    /// How dark a shadow is `away` from what throws it.
    fn cast(&self, away: f64, reach: f64) -> f64 {
        let left = (1.0 - away / reach.max(1.0)).max(0.0);
        SHADOW * self.strength * left * left
    }
}

impl Leaf {
    fn shaded(self, shade: f64) -> Self {
        Self { shade: shade.round() as u16, ..self }
    }
}

/// The place itself.
fn plain(x: f64, count: usize) -> Leaf {
    let at = (x as usize).min(count - 1);
    Leaf { first: at, second: at, ..Leaf::default() }
}

/// What stands at `x`, between two units.
fn at(x: f64, count: usize) -> Leaf {
    let x = (x - 0.5).clamp(0.0, (count - 1) as f64);
    let first = x.floor();
    let share = ((x - first) * 256.0).round() as u16;
    Leaf { first: first as usize, second: (first as usize + 1).min(count - 1), share, ..Leaf::default() }
}
