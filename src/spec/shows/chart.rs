//! The show `chart`: takes labels and numbers from a map or from columns of a CSV file, and checks that they can be told apart.

use super::base::{ShowBase, resolve_build};
use super::declaration::ShowDeclaration;
use crate::diag::Span;
use crate::spec::chart_numbers::{LabelledNumbers, parse_number};
use crate::spec::csv::CsvTable;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language::show as written;
use crate::spec::model::code_chart::{ChartKind, ChartSeries};
use crate::spec::model::source_file::SourceFile;
use crate::spec::model::timing::BuildTiming;
use crate::spec::resolve::resolver::Resolver;
use crate::spec::scalar::{FileName, Text};
use crate::spec::suggest::{listed, nearest, shortened};

/// The most columns of numbers that a chart shows.
const MAX_SERIES: usize = 4;

/// A chart with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartShow {
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

impl ChartShow {
    /// The number of parts that appear one after the other: lines if there are several, otherwise labels.
    pub fn parts(&self) -> usize {
        match self.kind {
            ChartKind::Line if self.series.len() > 1 => self.series.len(),
            _ => self.labels.len(),
        }
    }
}

/// A chart's labels and numbers, with the place that errors point at.
struct ChartNumbers {
    file: Option<SourceFile>,
    place: Span,
    labels: Vec<String>,
    series: Vec<ChartSeries>,
}

impl ShowDeclaration for ChartShow {
    const NAME: &'static str = "chart";
    const FIELDS: &'static [&'static str] = &["heading", "build"];

    fn resolve(show: &written::Show, _base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let chart = &show.chart.as_ref()?.value;
        let data = match &chart.data.value {
            ShortOrLong::Short(file) => from_file(file, chart, resolver)?,
            ShortOrLong::Long(figures) => from_map(figures, chart, resolver)?,
        };
        let before = resolver.cx.errors();
        check_count(chart.kind.value, &data, resolver);
        if chart.kind.value == ChartKind::Pie {
            check_shares(&data, resolver);
        }
        check_characters(&data, resolver);
        let heading = show.heading.as_ref().map(|heading| resolver.drawn_text(heading));
        let unit = chart.unit.as_ref().map(|unit| resolver.drawn_text(unit));
        (resolver.cx.errors() == before).then(|| ChartShow {
            heading,
            kind: chart.kind.value,
            unit,
            build: resolve_build(show.build.as_ref(), BuildTiming::All, "chart", resolver),
            file: data.file,
            labels: data.labels,
            series: data.series,
        })
    }

    fn source_files(&self) -> Vec<&SourceFile> {
        self.file.iter().collect()
    }
}

fn from_map(figures: &LabelledNumbers, chart: &written::Chart, resolver: &mut Resolver) -> Option<ChartNumbers> {
    let columns = [("x", chart.x.as_ref().map(|at| at.place)), ("y", chart.y.as_ref().map(|at| at.place))];
    for (field, place) in columns {
        let Some(place) = place else { continue };
        let message = format!("`{field}` names a column, but these data are no file");
        resolver.error(message, place, "not used", "remove it, or give `data` a CSV file");
    }
    let values = figures.0.iter().map(|figure| figure.value).collect();
    let labels = figures.0.iter().map(|figure| figure.label.clone()).collect();
    let series = vec![ChartSeries { name: String::new(), values }];
    chart.data.whole.then_some(ChartNumbers { file: None, place: chart.data.place, labels, series })
}

fn from_file(name: &Spanned<FileName>, chart: &written::Chart, resolver: &mut Resolver) -> Option<ChartNumbers> {
    let (file, table) = resolver.csv(name)?;
    let labels = match &chart.x {
        Some(x) => column_index(&table, x, resolver)?,
        None => 0,
    };
    let columns = value_columns(&table, labels, chart, name.place, resolver)?;
    if columns.len() > MAX_SERIES {
        let place = chart.y.as_ref().map_or(name.place, |y| y.place);
        let message = format!("a chart shows up to {MAX_SERIES} columns, not {}", columns.len());
        resolver.error(message, place, "these columns", "choose some, or make a second chart");
        return None;
    }
    let series: Vec<ChartSeries> =
        columns.iter().map(|column| column_numbers(&table, *column, name, resolver)).collect::<Option<_>>()?;
    let labels = table.rows.iter().map(|row| row.cells[labels].clone()).collect();
    Some(ChartNumbers { file: Some(file), place: name.place, labels, series })
}

/// The indices of the columns of numbers: the named ones, or the first that holds no labels.
fn value_columns(
    table: &CsvTable,
    labels: usize,
    chart: &written::Chart,
    place: Span,
    resolver: &mut Resolver,
) -> Option<Vec<usize>> {
    match chart.y.as_ref().map(|at| &at.value) {
        Some(ShortOrLong::Short(one)) => Some(vec![column_index(table, one, resolver)?]),
        Some(ShortOrLong::Long(several)) if several.is_empty() => {
            resolver.error("`y` names no column", chart.y.as_ref()?.place, "an empty list", "name one");
            None
        }
        Some(ShortOrLong::Long(several)) => several.iter().map(|name| column_index(table, name, resolver)).collect(),
        None => {
            let other = (0..table.head.len()).find(|column| *column != labels);
            if other.is_none() {
                let help = "give it a column of labels and one of numbers";
                resolver.error("a chart needs two columns, but this file has one", place, "this file", help);
            }
            Some(vec![other?])
        }
    }
}

fn column_index(table: &CsvTable, name: &Spanned<Text>, resolver: &mut Resolver) -> Option<usize> {
    let found = table.head.iter().position(|head| *head == name.value.0);
    if found.is_none() {
        let known: Vec<&str> = table.head.iter().map(String::as_str).collect();
        let help = match nearest(&name.value.0, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its columns are {}", listed(&known)),
        };
        let message = format!("the file has no column `{}`", shortened(&name.value.0));
        resolver.error(message, name.place, "this column", help);
    }
    found
}

fn column_numbers(
    table: &CsvTable,
    column: usize,
    name: &Spanned<FileName>,
    resolver: &mut Resolver,
) -> Option<ChartSeries> {
    let mut values = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let Some(value) = parse_number(&row.cells[column]) else {
            let (cell, head) = (shortened(&row.cells[column]), shortened(&table.head[column]));
            let message = format!("`{}` has no number in line {}: `{cell}`", shortened(&name.value.0), row.line);
            resolver.error(message, name.place, "this file", format!("write a number in its column `{head}`"));
            return None;
        };
        values.push(value);
    }
    Some(ChartSeries { name: table.head[column].clone(), values })
}

fn check_count(kind: ChartKind, data: &ChartNumbers, resolver: &mut Resolver) {
    let (least, most, what) = match kind {
        ChartKind::Bar => (1, 24 / data.series.len().max(1), "bars"),
        ChartKind::Line => (2, 2000, "points"),
        ChartKind::Pie => (2, 8, "shares"),
    };
    let count = data.labels.len();
    if !(least..=most).contains(&count) {
        let message = format!("such a chart has {least} to {most} {what}, not {count}");
        let help = if count < least { "add some" } else { "leave some out, or put the small ones together" };
        resolver.error(message, data.place, "these data", help);
    }
    if kind == ChartKind::Pie && data.series.len() > 1 {
        resolver.error("a pie shows one column", data.place, "several here", "name one as `y`");
    }
}

fn check_shares(data: &ChartNumbers, resolver: &mut Resolver) {
    let values = data.series.iter().flat_map(|series| &series.values);
    if values.clone().any(|value| *value < 0.0) {
        resolver.error("a share cannot be less than nothing", data.place, "these data", "use `kind: bar`");
    } else if values.sum::<f64>() <= 0.0 {
        resolver.error(
            "there is nothing to share: all numbers are 0",
            data.place,
            "these data",
            "give one that is not",
        );
    }
}

fn check_characters(data: &ChartNumbers, resolver: &mut Resolver) {
    let names = data.series.iter().map(|series| series.name.as_str());
    let texts: Vec<&str> = data.labels.iter().map(String::as_str).chain(names).collect();
    resolver.drawn(&texts.join(" "), data.place);
}
