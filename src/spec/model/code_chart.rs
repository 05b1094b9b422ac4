//! What listings and charts consist of: ranges of lines, series of numbers, and the kinds of chart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A range of lines of a listing, counted from 1, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSpan {
    /// The first line's number.
    pub first: usize,
    /// The last line's number.
    pub last: usize,
}

/// One series of numbers in a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartSeries {
    /// The series' name, for the legend.
    pub name: String,
    /// The numbers, all of them finite.
    pub values: Vec<f64>,
}

/// How a chart shows numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChartKind {
    /// By the length of bars: upright, or lying where their labels are long.
    Bar,
    /// By lines from point to point.
    Line,
    /// By shares of a whole.
    Pie,
}
