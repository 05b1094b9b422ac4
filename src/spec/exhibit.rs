//! What a scene exhibits besides pictures and words: listings of code and charts, checked. Knows nothing of how they are drawn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Build, SourceFile};

/// A listing.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// The file that it is read from; `None`: the spec itself holds the text.
    pub file: Option<SourceFile>,
    /// What stands in the window's tab.
    pub name: Option<String>,
    /// Stands above the listing.
    pub heading: Option<String>,
    /// The language, by its name or by the file's; `None`: none that is known.
    pub language: Option<String>,
    /// The text from its start to the last line that is shown, so that what is shown is read in its context; tabs are spaces.
    pub text: Vec<String>,
    /// The number of the first line that is shown, from 1.
    pub first: usize,
    /// Lines that light up in turn.
    pub highlight: Vec<Lines>,
    /// When they do.
    pub build: Build,
}

/// Lines of a listing, from 1, the last one included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// The first one.
    pub first: usize,
    /// The last one.
    pub last: usize,
}

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The file that its numbers are read from.
    pub file: Option<SourceFile>,
    /// Stands above the chart.
    pub heading: Option<String>,
    /// How numbers are shown.
    pub kind: ChartKind,
    /// What the numbers count.
    pub unit: Option<String>,
    /// One for each value of a series, in order.
    pub labels: Vec<String>,
    /// One to four, all of the labels' number.
    pub series: Vec<Series>,
    /// When its parts come.
    pub build: Build,
}

impl Chart {
    /// How many parts come in one after the other: the lines of several, else what the labels name.
    pub fn parts(&self) -> usize {
        match self.kind {
            ChartKind::Line if self.series.len() > 1 => self.series.len(),
            _ => self.labels.len(),
        }
    }
}

/// Numbers of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What they are.
    pub name: String,
    /// All of them are finite.
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
