//! The show `table`: a card with a table, from a CSV file or from rows in the spec; the first row is the head.

use super::base::ShowBase;
use super::declaration::ShowDeclaration;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language::show as written;
use crate::spec::model::source_file::SourceFile;
use crate::spec::model::timing::BuildTiming;
use crate::spec::resolve::resolver::Resolver;
use crate::spec::scalar::{CellText, FileName};

/// The most rows below the head that can be read at once.
const MAX_ROWS: usize = 12;
/// The most columns that can be read at once.
const MAX_COLUMNS: usize = 6;

/// A card with a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableShow {
    /// Stands above the table.
    pub heading: Option<String>,
    /// The columns' names; may be empty texts.
    pub head: Vec<String>,
    /// As many cells each as the head has.
    pub rows: Vec<Vec<String>>,
    /// When each row appears.
    pub build: BuildTiming,
    /// The CSV file that all of it was read from.
    pub file: Option<SourceFile>,
}

type WrittenRows = Vec<Spanned<Vec<Spanned<CellText>>>>;

impl ShowDeclaration for TableShow {
    const NAME: &'static str = "table";
    const FIELDS: &'static [&'static str] = &["heading", "build"];

    fn resolve(show: &written::Show, base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let table = show.table.as_ref()?;
        let (file, mut rows) = match &table.value {
            ShortOrLong::Short(name) => rows_of_file(name, resolver).map(|(file, rows)| (Some(file), rows))?,
            ShortOrLong::Long(rows) => (None, written_rows(rows, table, resolver)?),
        };
        let heading = show.heading.as_ref().map(|heading| resolver.drawn_text(heading));
        resolver.drawn(&rows.concat().concat(), table.place);
        let (high, wide) = (rows.len() - 1, rows[0].len());
        if high > MAX_ROWS || wide > MAX_COLUMNS {
            let message =
                format!("a table has at most {MAX_ROWS} rows and {MAX_COLUMNS} columns, not {high} and {wide}");
            resolver.error(message, table.place, "this table", "show what matters, or split it over several scenes");
        }
        let head = rows.remove(0);
        Some(TableShow { heading, head, rows, build: show.build.as_ref().map_or(base.build, |at| at.value), file })
    }

    fn source_files(&self) -> Vec<&SourceFile> {
        self.file.iter().collect()
    }
}

fn rows_of_file(name: &Spanned<FileName>, resolver: &mut Resolver) -> Option<(SourceFile, Vec<Vec<String>>)> {
    let (file, table) = resolver.csv(name)?;
    let rows = std::iter::once(table.head).chain(table.rows.into_iter().map(|row| row.cells));
    Some((file, rows.collect()))
}

fn written_rows<T>(rows: &WrittenRows, table: &Spanned<T>, resolver: &mut Resolver) -> Option<Vec<Vec<String>>> {
    if rows.len() < 2 || rows[0].value.is_empty() {
        if table.whole {
            let help = "write rows such as `[[tool, seconds], [t2v, 11.2]]`; the first one names the columns";
            resolver.error("a table needs a head and a row at least", table.place, "this table", help);
        }
        return None;
    }
    let columns = rows[0].value.len();
    for row in rows.iter().filter(|row| row.whole && row.value.len() != columns) {
        let message = format!("the head has {columns} cells, but this row {}", row.value.len());
        resolver.error(message, row.place, "this row", "write \"\" for an empty cell");
    }
    let even = rows.iter().all(|row| row.value.len() == columns);
    even.then(|| rows.iter().map(|row| row.value.iter().map(|cell| cell.value.0.clone()).collect()).collect())
}
