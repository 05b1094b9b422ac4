//! Charts: labels and numbers from a map or from columns of a file, as many as can be told apart. Knows nothing of how they are drawn.

use super::Resolver;
use crate::diag::Place;
use crate::spec::csv::Table;
use crate::spec::decode::{At, Either, listed, nearest, shortened};
use crate::spec::figures::{Figures, number};
use crate::spec::language::{self, Show};
use crate::spec::model::{Build, Chart, ChartKind, Series, SourceFile};
use crate::spec::scalar::{FileName, Text};

const MOST_SERIES: usize = 4;

/// A chart's numbers, and what to point at where they are wrong.
struct Data {
    file: Option<SourceFile>,
    place: Place,
    labels: Vec<String>,
    series: Vec<Series>,
}

/// The chart of a `show`; `None` after saying what is wrong with it.
pub fn of_show(show: &Show, written: &At<language::Chart>, to: &mut Resolver) -> Option<Chart> {
    let chart = &written.value;
    let data = match &chart.data.value {
        Either::Short(file) => from_file(file, chart, to)?,
        Either::Long(figures) => from_map(figures, chart, to)?,
    };
    let before = to.cx.errors();
    right_number(chart.kind.value, &data, to);
    if chart.kind.value == ChartKind::Pie {
        shares(&data, to);
    }
    drawn(show, chart, &data, to);
    (to.cx.errors() == before).then(|| Chart {
        heading: show.heading.as_ref().map(|heading| heading.value.0.clone()),
        kind: chart.kind.value,
        unit: chart.unit.as_ref().map(|unit| unit.value.0.clone()),
        build: super::show::build(show.build.as_ref(), Build::All, "chart", to),
        file: data.file,
        labels: data.labels,
        series: data.series,
    })
}

fn from_map(figures: &Figures, chart: &language::Chart, to: &mut Resolver) -> Option<Data> {
    let columns = [("x", chart.x.as_ref().map(|at| at.place)), ("y", chart.y.as_ref().map(|at| at.place))];
    for (field, place) in columns {
        let Some(place) = place else { continue };
        let message = format!("`{field}` names a column, but these data are no file");
        to.error(message, place, "not used", "remove it, or give `data` a CSV file");
    }
    let values = figures.0.iter().map(|figure| figure.value).collect();
    let labels = figures.0.iter().map(|figure| figure.label.clone()).collect();
    let series = vec![Series { name: String::new(), values }];
    chart.data.whole.then_some(Data { file: None, place: chart.data.place, labels, series })
}

fn from_file(name: &At<FileName>, chart: &language::Chart, to: &mut Resolver) -> Option<Data> {
    let (file, table) = to.csv(name)?;
    let labels = match &chart.x {
        Some(x) => column(&table, x, to)?,
        None => 0,
    };
    let columns = values(&table, labels, chart, name.place, to)?;
    if columns.len() > MOST_SERIES {
        let place = chart.y.as_ref().map_or(name.place, |y| y.place);
        let message = format!("a chart shows up to {MOST_SERIES} columns, not {}", columns.len());
        to.error(message, place, "these columns", "choose some, or make a second chart");
        return None;
    }
    let series: Vec<Series> = columns.iter().map(|column| numbers(&table, *column, name, to)).collect::<Option<_>>()?;
    let labels = table.rows.iter().map(|row| row.cells[labels].clone()).collect();
    Some(Data { file: Some(file), place: name.place, labels, series })
}

/// The columns of numbers: those that are named, or the first one beside the labels.
fn values(
    table: &Table,
    labels: usize,
    chart: &language::Chart,
    place: Place,
    to: &mut Resolver,
) -> Option<Vec<usize>> {
    match chart.y.as_ref().map(|at| &at.value) {
        Some(Either::Short(one)) => Some(vec![column(table, one, to)?]),
        Some(Either::Long(several)) if several.is_empty() => {
            to.error("`y` names no column", chart.y.as_ref()?.place, "an empty list", "name one");
            None
        }
        Some(Either::Long(several)) => several.iter().map(|name| column(table, name, to)).collect(),
        None => {
            let other = (0..table.head.len()).find(|column| *column != labels);
            if other.is_none() {
                let help = "give it a column of labels and one of numbers";
                to.error("a chart needs two columns, but this file has one", place, "this file", help);
            }
            Some(vec![other?])
        }
    }
}

fn column(table: &Table, name: &At<Text>, to: &mut Resolver) -> Option<usize> {
    let found = table.head.iter().position(|head| *head == name.value.0);
    if found.is_none() {
        let known: Vec<&str> = table.head.iter().map(String::as_str).collect();
        let help = match nearest(&name.value.0, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its columns are {}", listed(&known)),
        };
        let message = format!("the file has no column `{}`", shortened(&name.value.0));
        to.error(message, name.place, "this column", help);
    }
    found
}

fn numbers(table: &Table, column: usize, name: &At<FileName>, to: &mut Resolver) -> Option<Series> {
    let mut values = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let Some(value) = number(&row.cells[column]) else {
            let (cell, head) = (shortened(&row.cells[column]), shortened(&table.head[column]));
            let message = format!("`{}` has no number in line {}: `{cell}`", shortened(&name.value.0), row.line);
            to.error(message, name.place, "this file", format!("write a number in its column `{head}`"));
            return None;
        };
        values.push(value);
    }
    Some(Series { name: table.head[column].clone(), values })
}

fn right_number(kind: ChartKind, data: &Data, to: &mut Resolver) {
    let (least, most, what) = match kind {
        ChartKind::Bar => (1, 24 / data.series.len().max(1), "bars"),
        ChartKind::Line => (2, 2000, "points"),
        ChartKind::Pie => (2, 8, "shares"),
    };
    let count = data.labels.len();
    if !(least..=most).contains(&count) {
        let message = format!("such a chart has {least} to {most} {what}, not {count}");
        let help = if count < least { "add some" } else { "leave some out, or put the small ones together" };
        to.error(message, data.place, "these data", help);
    }
    if kind == ChartKind::Pie && data.series.len() > 1 {
        to.error("a pie shows one column", data.place, "several here", "name one as `y`");
    }
}

fn shares(data: &Data, to: &mut Resolver) {
    let values = data.series.iter().flat_map(|series| &series.values);
    if values.clone().any(|value| *value < 0.0) {
        to.error("a share cannot be less than nothing", data.place, "these data", "use `kind: bar`");
    } else if values.sum::<f64>() <= 0.0 {
        to.error("there is nothing to share: all numbers are 0", data.place, "these data", "give one that is not");
    }
}

fn drawn(show: &Show, chart: &language::Chart, data: &Data, to: &mut Resolver) {
    let names = data.series.iter().map(|series| series.name.as_str());
    let texts: Vec<&str> = data.labels.iter().map(String::as_str).chain(names).collect();
    to.drawn(&texts.join(" "), data.place);
    for text in [&show.heading, &chart.unit].into_iter().flatten() {
        to.drawn(&text.value.0, text.place);
    }
}
