//! Charts: what of one is seen, and when. Knows nothing of files.

mod bars;
mod board;
mod colours;
mod draw;
mod lines;
mod pie;
mod scale;
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub(crate) use draw::ChartPainter;

use crate::render::entrance::{CARD_ENTRANCES, clip_entrance, entrance_frames};
use crate::spec::model::{ChartKind, ChartSeries};
use crate::units::Fps;

/// A chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartData {
    /// Stands above the chart.
    pub heading: Option<String>,
    /// How numbers are shown.
    pub kind: ChartKind,
    /// What the numbers count.
    pub unit: Option<String>,
    /// One for each value of a series.
    pub labels: Vec<String>,
    /// The numbers.
    pub series: Vec<ChartSeries>,
    /// The frame in which each part begins to grow: one for each label, or for each line of several.
    pub at: Vec<u32>,
}

impl ChartData {
    /// Times of what is over or has not begun made equal.
    pub(crate) fn clip(&mut self, fps: Fps, range: &Range<u32>) {
        self.at.iter_mut().for_each(|at| *at = clip_entrance(*at, growth_frames(fps), range));
    }

    /// The frames in which its parts begin to grow if all of them come at once, the first one in frame `from`: one a little
    /// after the other.
    pub fn at_once(parts: usize, from: u32, fps: Fps) -> Vec<u32> {
        let spread = f64::from(growth_frames(fps)) * 0.5;
        (0..parts).map(|i| from + (spread * i as f64 / parts.max(1) as f64).round() as u32).collect()
    }
}

/// How many frames a part takes to grow.
pub(crate) fn growth_frames(fps: Fps) -> u32 {
    CARD_ENTRANCES * entrance_frames(fps)
}
