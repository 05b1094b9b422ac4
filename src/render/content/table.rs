//! Table cards, whose rows come in one by one.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::cards::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::spec::shows::TableShow;

/// A table of texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCard {
    /// The line above the table.
    pub heading: Option<String>,
    /// The columns' names; may be empty.
    pub head: Vec<String>,
    /// The rows below the head.
    pub rows: Vec<TableRow>,
}

/// One row of a table, below its head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRow {
    /// One text per column; may be empty.
    pub cells: Vec<String>,
    /// First frame of the entrance.
    pub at: u32,
}

impl ContentDeclaration for TableCard {
    type Shown = TableShow;

    fn from_show(shown: &TableShow, timing: &dyn SceneTiming) -> Self {
        let starts = timing.part_starts(shown.build, shown.rows.len());
        let rows = shown.rows.iter().zip(starts).map(|(cells, at)| TableRow { cells: cells.clone(), at });
        TableCard { heading: shown.heading.clone(), head: shown.head.clone(), rows: rows.collect() }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::text("heading", "`show.heading`"),
                PartWord::hidden("rows[].at", "when rows come"),
                PartWord::text("rows[].cells", "`show.table`"),
                PartWord::text("", "`show.table`"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        let rows = vec![TableRow { cells: vec!["Two".to_owned()], at: 4 }];
        TableCard { heading: Some("Head".to_owned()), head: vec!["One".to_owned()], rows }
    }

    fn texts(&self) -> Vec<&str> {
        let cells = self.head.iter().chain(self.rows.iter().flat_map(|row| &row.cells));
        self.heading.iter().chain(cells).map(String::as_str).collect()
    }

    fn layers(&self, cards: &mut CardLayout) -> Vec<ShapeLayer> {
        cards.table(self.heading.as_deref(), &self.head, &self.rows)
    }

    fn times(&mut self) -> Vec<&mut u32> {
        self.rows.iter_mut().map(|row| &mut row.at).collect()
    }
}
