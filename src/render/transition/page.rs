//! The page turn: the page lifts along a straight fold, rolls around a cylinder, and lies on its back behind it.

use crate::render::frame::Frame;
use crate::spec::model::{Direction, TransitionAxis};

use super::lines::{PlaneLine, axis, backwards};
use super::planes::{mixed, planes};

/// The cylinder's radius, as a share of the frame's extent.
const RADIUS: f64 = 0.09;
/// Luma of the paper's back, and its opacity over the picture, in 256ths.
const PAPER: u8 = 214;
const COVER: u16 = 226;
/// Darkness of the shadows at the fold and under the page's edge, and of the cylinder's own shade, in 256ths.
const SHADOW: f64 = 120.0;
const OWN_SHADE: f64 = 96.0;

/// What is visible at one position along the turn.
#[derive(Clone, Copy, Debug, Default)]
struct PageSample {
    /// It shows the new frame instead of the page.
    new: bool,
    /// The two units to interpolate, and the weight of the second one in 256ths.
    first: usize,
    second: usize,
    share: u16,
    /// Weights of the paper and of black, in 256ths.
    paper: u16,
    shade: u16,
}

impl PageSample {
    /// Whether it is only a copy of unit `at`.
    fn is_plain(&self, at: usize) -> bool {
        self.first == at && self.share == 0 && self.paper == 0 && self.shade == 0
    }

    fn sample(&self, a: u8, b: u8, paper: u8, black: u8) -> u8 {
        mixed(mixed(mixed(a, b, self.share), paper, self.paper), black, self.shade)
    }
}

/// The old frame is turned over towards `towards` and uncovers the new one.
pub fn turn(towards: Direction, p: f64, from: &Frame, to: &Frame, out: &mut Frame) {
    for plane in planes(from, to, out) {
        let paper = if plane.step == 1 { PAPER } else { 128 };
        let black = plane.black;
        let samples = samples(plane.units(axis(towards)), p, backwards(towards));
        let (start, rest) = plain_ends(&samples);
        let end = samples.len() - rest;
        plane.each_line(axis(towards), |_, mut line| {
            for (sample_at, at, count) in [(samples.first(), 0, start), (samples.last(), end, rest)] {
                if sample_at.is_some_and(|sample_at| sample_at.new) {
                    line.put_new(at, at, count)
                } else {
                    line.put_old(at, at, count)
                }
            }
            match axis(towards) {
                TransitionAxis::Horizontal => columns(&samples[start..end], start, paper, black, &mut line),
                TransitionAxis::Vertical => rows(&samples[start..end], start, paper, black, &mut line),
            }
        });
    }
}

/// How many samples at the start and at the end are plain copies of the same picture.
fn plain_ends(samples: &[PageSample]) -> (usize, usize) {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return (0, 0) };
    let places = samples.iter().enumerate();
    let start = places.clone().take_while(|(at, sample)| sample.is_plain(*at) && sample.new == first.new).count();
    let rest = places.skip(start).rev();
    (start, rest.take_while(|(at, sample)| sample.is_plain(*at) && sample.new == last.new).count())
}

fn columns(samples: &[PageSample], start: usize, paper: u8, black: u8, line: &mut PlaneLine<'_>) {
    for (out, sample_at) in line.out[start..].iter_mut().zip(samples) {
        let source = if sample_at.new { line.to } else { line.from };
        *out = sample_at.sample(source[sample_at.first], source[sample_at.second], paper, black);
    }
}

fn rows(samples: &[PageSample], start: usize, paper: u8, black: u8, line: &mut PlaneLine<'_>) {
    let unit = line.unit;
    for (out, sample_at) in line.out[start * unit..].chunks_exact_mut(unit).zip(samples) {
        let source = if sample_at.new { line.to } else { line.from };
        let (a, b) = (&source[sample_at.first * unit..][..unit], &source[sample_at.second * unit..][..unit]);
        for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
            *out = sample_at.sample(a, b, paper, black);
        }
    }
}

/// The samples at all `count` positions, in the order of the plane.
fn samples(count: usize, p: f64, backwards: bool) -> Vec<PageSample> {
    let length = count as f64;
    let turn = PageTurn::new(length, p);
    let mut samples: Vec<PageSample> = (0..count).map(|at| turn.sample_at(at as f64 + 0.5, count)).collect();
    if !backwards {
        samples.reverse();
        for sample_at in &mut samples {
            (sample_at.first, sample_at.second) = (count - 1 - sample_at.first, count - 1 - sample_at.second);
        }
    }
    samples
}

/// The page at one moment, in units: flat up to the fold, around the cylinder, and flat again on its back.
struct PageTurn {
    length: f64,
    radius: f64,
    fold: f64,
    /// Strength of shadows: 0 at the transition's ends, else up to 1.
    strength: f64,
}

impl PageTurn {
    fn new(length: f64, p: f64) -> Self {
        let radius = RADIUS * length;
        // The cylinder is no thicker than the lifted paper is long, so that it grows out of the edge.
        let lifted = p * (length + radius);
        let radius = radius.min(lifted);
        Self { length, radius, fold: length - lifted, strength: (10.0 * p).min(10.0 * (1.0 - p)).min(1.0) }
    }

    fn sample_at(&self, x: f64, count: usize) -> PageSample {
        let past = x - self.fold;
        if past > self.radius {
            let shade = self.cast(past - self.radius, 1.6 * self.radius);
            return PageSample { new: true, ..plain(x, count) }.shaded(shade);
        }
        let half_turn = std::f64::consts::PI * self.radius;
        if past > 0.0 {
            let share = past / self.radius;
            let angle = libm::asin(share.min(1.0));
            let over = self.fold + half_turn - self.radius * angle;
            // The paper's back, if the page reaches around that far; else its face on the rising side, or the new frame
            // below.
            let own = OWN_SHADE * share * share;
            if over <= self.length {
                return PageSample { paper: COVER, ..at(over, count) }.shaded(own);
            }
            let up = self.fold + self.radius * angle;
            if up <= self.length {
                return at(up, count).shaded(own);
            }
            return PageSample { new: true, ..plain(x, count) }.shaded(self.cast(0.0, self.radius));
        }
        let over = self.fold + half_turn - past;
        if over <= self.length {
            return PageSample { paper: COVER, ..at(over, count) };
        }
        plain(x, count).shaded(0.6 * self.cast(over - self.length, self.radius))
    }

    /// Darkness of a shadow at the distance `away` from what throws it.
    fn cast(&self, away: f64, reach: f64) -> f64 {
        let left = (1.0 - away / reach.max(1.0)).max(0.0);
        SHADOW * self.strength * left * left
    }
}

impl PageSample {
    fn shaded(self, shade: f64) -> Self {
        Self { shade: shade.round() as u16, ..self }
    }
}

/// The sample at `x`, without interpolation.
fn plain(x: f64, count: usize) -> PageSample {
    let at = (x as usize).min(count - 1);
    PageSample { first: at, second: at, ..PageSample::default() }
}

/// The sample at `x`, interpolated between two units.
fn at(x: f64, count: usize) -> PageSample {
    let x = (x - 0.5).clamp(0.0, (count - 1) as f64);
    let first = x.floor();
    let share = ((x - first) * 256.0).round() as u16;
    PageSample { first: first as usize, second: (first as usize + 1).min(count - 1), share, ..PageSample::default() }
}
