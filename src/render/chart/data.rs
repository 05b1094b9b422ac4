//! The data of a chart as a view holds it, and when its parts grow.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::render::entrance::{CARD_ENTRANCES, clip_entrance, entrance_frames};
use crate::spec::model::{ChartKind, ChartSeries};
use crate::units::Fps;

/// A chart with its texts, its numbers and the times of its parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartData {
    /// The line above the chart.
    pub heading: Option<String>,
    /// Bars, lines or a pie.
    pub kind: ChartKind,
    /// The unit of the numbers.
    pub unit: Option<String>,
    /// One label per value of a series.
    pub labels: Vec<String>,
    /// The numbers; a pie shows the first series only.
    pub series: Vec<ChartSeries>,
    /// The frame in which each part begins to grow: one per label, or one per line of several.
    pub at: Vec<u32>,
}

impl ChartData {
    /// Replaces each time that does not matter within `range` by the one that stands for all such times.
    pub(crate) fn clip(&mut self, fps: Fps, range: &Range<u32>) {
        self.at.iter_mut().for_each(|at| *at = clip_entrance(*at, growth_frames(fps), range));
    }

    /// The frames in which `parts` parts begin to grow that come in together: the first one in frame `from`, each of the
    /// others a little after the one before.
    pub fn at_once(parts: usize, from: u32, fps: Fps) -> Vec<u32> {
        let spread = f64::from(growth_frames(fps)) * 0.5;
        (0..parts).map(|i| from + (spread * i as f64 / parts.max(1) as f64).round() as u32).collect()
    }
}

/// The length of a part's growth, in frames.
pub(crate) fn growth_frames(fps: Fps) -> u32 {
    CARD_ENTRANCES * entrance_frames(fps)
}
