//! Listings of code, and charts with their numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::source_file::SourceFile;
use super::timing::BuildTiming;

/// A listing of code.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceListing {
    /// The file that it is read from; `None`: the spec itself holds the text.
    pub file: Option<SourceFile>,
    /// The name in the window's tab.
    pub name: Option<String>,
    /// A line above the listing.
    pub heading: Option<String>,
    /// The language, as `language` or the file's extension names it; `None`: unknown.
    pub language: Option<String>,
    /// All lines from the start to the last one shown, because highlighting needs the lines before; tabs are expanded to spaces.
    pub text: Vec<String>,
    /// The number of the first line that is shown, from 1.
    pub first: usize,
    /// The ranges of lines that are highlighted in turn.
    pub highlight: Vec<LineSpan>,
    /// When the highlighted lines light up.
    pub build: BuildTiming,
}

/// A range of lines of a listing, counted from 1, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSpan {
    /// The first line's number.
    pub first: usize,
    /// The last line's number.
    pub last: usize,
}

/// A chart with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The CSV file of its numbers; `None`: the spec itself holds them.
    pub file: Option<SourceFile>,
    /// A line above the chart.
    pub heading: Option<String>,
    /// The kind of chart.
    pub kind: ChartKind,
    /// The unit of the numbers, such as `%`.
    pub unit: Option<String>,
    /// The labels, one for each value of a series.
    pub labels: Vec<String>,
    /// One to four series, each with as many values as there are labels.
    pub series: Vec<ChartSeries>,
    /// When its parts appear.
    pub build: BuildTiming,
}

impl Chart {
    /// The number of parts that appear one after the other: lines if there are several, otherwise labels.
    pub fn parts(&self) -> usize {
        match self.kind {
            ChartKind::Line if self.series.len() > 1 => self.series.len(),
            _ => self.labels.len(),
        }
    }
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
