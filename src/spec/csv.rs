//! Parses CSV text into a table with a head, whose rows know their line numbers.

use csv::{ReaderBuilder, StringRecord, Trim};

/// More rows than any film shows; bounds what is held in memory.
const MAX_ROWS: usize = 10_000;
const MAX_COLUMNS: usize = 100;
/// Accepted separators of values. Spreadsheets in countries with a decimal comma write semicolons.
const SEPARATORS: [u8; 3] = *b",;\t";

/// A table with a head and at least one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvTable {
    /// The columns' names: the first line.
    pub head: Vec<String>,
    /// The lines below the head; each row has as many cells as the head.
    pub rows: Vec<CsvRow>,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvRow {
    /// The line of the file that it begins on, from 1.
    pub line: u64,
    /// The texts of its cells: white space folded, no control characters; may be empty.
    pub cells: Vec<String>,
}

/// Why a CSV file is refused. Messages put "`name` " before these texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// The file has no row below its head.
    #[error("has no rows")]
    Empty,
    /// A row has more or fewer cells than the head.
    #[error("has {head} columns in its first line, but {cells} in line {line}")]
    Uneven {
        /// The row's line, from 1.
        line: u64,
        /// How many cells it has.
        cells: usize,
        /// How many the head has.
        head: usize,
    },
    /// A cell holds a control character.
    #[error("holds the control character U+{code:04X} in line {line}")]
    Control {
        /// Its line, from 1.
        line: u64,
        /// The character's code point.
        code: u32,
    },
    /// The table has more rows or columns than are read.
    #[error("has more than {MAX_ROWS} rows or {MAX_COLUMNS} columns")]
    TooLarge,
    /// The parser refuses the text; its message.
    #[error("cannot be read as CSV: {0}")]
    Unreadable(String),
}

impl CsvError {
    /// The help text: what to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Empty => "the first line names the columns, each line below it is a row",
            Self::Uneven { .. } => {
                "give every line as many values as the first; a value that holds a comma stands in \"quotes\""
            }
            Self::Control { .. } => "remove it",
            Self::TooLarge => "keep only what is shown",
            Self::Unreadable(_) => "save it as CSV in UTF-8",
        }
    }
}

/// Parses `text`. Commas, semicolons or tabs separate values: whichever occurs most often in the first line.
///
/// # Errors
/// The text has no rows, rows of different lengths, or control characters.
pub fn parse(text: &str) -> Result<CsvTable, CsvError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).flexible(true).trim(Trim::All).delimiter(separator(text));
    let mut head: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    for record in reader.from_reader(text.as_bytes()).records() {
        let row = row(&record.map_err(|error| CsvError::Unreadable(error.to_string()))?, text)?;
        let Some(head) = &head else {
            head = Some(row.cells);
            continue;
        };
        if row.cells.len() != head.len() {
            return Err(CsvError::Uneven { line: row.line, cells: row.cells.len(), head: head.len() });
        }
        rows.push(row);
        if rows.len() > MAX_ROWS || head.len() > MAX_COLUMNS {
            return Err(CsvError::TooLarge);
        }
    }
    match head {
        Some(head) if !rows.is_empty() => Ok(CsvTable { head, rows }),
        _ => Err(CsvError::Empty),
    }
}

fn row(record: &StringRecord, text: &str) -> Result<CsvRow, CsvError> {
    // The parser gives the position of the empty lines before a record.
    let start = record.position().map_or((0, 1), |position| (position.byte() as usize, position.line()));
    let rest = text.get(start.0..).unwrap_or_default();
    let empty = rest.chars().take_while(|c| matches!(c, '\r' | '\n')).filter(|c| *c == '\n').count();
    let line = start.1 + empty as u64;
    let cells: Vec<String> = record.iter().map(fold_white_space).collect();
    match cells.iter().flat_map(|cell| cell.chars()).find(|c| c.is_control()) {
        Some(c) => Err(CsvError::Control { line, code: u32::from(c) }),
        None => Ok(CsvRow { line, cells }),
    }
}

fn fold_white_space(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The separator that occurs most often in the first line outside quotes.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let outside: String = first.split('"').step_by(2).collect();
    // Of several that occur as often, the first one listed.
    SEPARATORS
        .into_iter()
        .rev()
        .max_by_key(|separator| outside.bytes().filter(|b| b == separator).count())
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = parse(text).unwrap();
        std::iter::once(table.head).chain(table.rows.into_iter().map(|row| row.cells)).collect()
    }

    #[test]
    fn a_table_has_a_head_and_rows_with_their_lines() {
        let table =
            parse("\u{feff}tool, seconds\r\n\r\n\"t2v, from nothing\", 11.2\r\n\"two\nlines\",3\nlast,\"\"\n").unwrap();
        assert_eq!(table.head, ["tool", "seconds"]);
        let rows: Vec<(u64, &str, &str)> =
            table.rows.iter().map(|row| (row.line, row.cells[0].as_str(), row.cells[1].as_str())).collect();
        assert_eq!(rows, [(3, "t2v, from nothing", "11.2"), (4, "two lines", "3"), (6, "last", "")]);
    }

    #[test]
    fn semicolons_and_tabs_part_values_too() {
        assert_eq!(cells("land;wert\nDänemark;1,5\n"), [["land", "wert"], ["Dänemark", "1,5"]]);
        assert_eq!(cells("a\tb, c\td\n1\t2\t3\n"), [["a", "b, c", "d"], ["1", "2", "3"]]);
        assert_eq!(cells("\"a;b;c\",d\n1,2\n"), [["a;b;c", "d"], ["1", "2"]]);
        assert_eq!(cells("one\n1\n2\n"), [["one"], ["1"], ["2"]]);
    }

    #[test]
    fn what_is_no_table_is_refused_by_its_line() {
        assert_eq!(parse(""), Err(CsvError::Empty));
        assert_eq!(parse("a,b\n\n"), Err(CsvError::Empty));
        assert_eq!(parse("a,b\n1,2\n3\n"), Err(CsvError::Uneven { line: 3, cells: 1, head: 2 }));
        assert_eq!(parse("a,b\n1,2\u{1b}[2J\n"), Err(CsvError::Control { line: 2, code: 0x1b }));
        assert_eq!(parse(&format!("a\n{}", "1\n".repeat(MAX_ROWS + 1))), Err(CsvError::TooLarge));
        assert_eq!(parse("a,\"b\n1,2\n").map(|_| ()), Err(CsvError::Empty));
    }
}
