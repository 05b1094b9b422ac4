//! Tables in CSV files: a head, and rows that know their line. Knows nothing of files, nor of what a table is for.

use csv::{ReaderBuilder, StringRecord, Trim};

/// More rows than anybody would show; a bound for what a film holds in memory.
const MOST_ROWS: usize = 10_000;
const MOST_COLUMNS: usize = 100;
/// What may part values. Programs of countries with a decimal comma write semicolons.
const SEPARATORS: [u8; 3] = *b",;\t";

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The columns' names: the first line.
    pub head: Vec<String>,
    /// All else; each row has as many cells as the head.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file that it begins on, from 1.
    pub line: u64,
    /// White space folded, no control characters; may be empty.
    pub cells: Vec<String>,
}

/// What is wrong with a file. The texts follow "`name` ".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Nothing in it.
    #[error("has no rows")]
    Empty,
    /// A row of another length than the head.
    #[error("has {cells} values in line {line}, but {head} columns in its first line")]
    Uneven {
        /// The row's line, from 1.
        line: u64,
        /// How many cells it has.
        cells: usize,
        /// How many the head has.
        head: usize,
    },
    /// A character that no text should have.
    #[error("holds the control character U+{code:04X} in line {line}")]
    Control {
        /// Its line, from 1.
        line: u64,
        /// The character.
        code: u32,
    },
    /// More than a film could show.
    #[error("has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns")]
    TooLarge,
    /// Not to be read at all.
    #[error("cannot be read as CSV: {0}")]
    Unreadable(String),
}

impl Wrong {
    /// The way out.
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

/// The table that `text` holds. Values are parted by commas, semicolons or tabs: by what the first line has most of.
///
/// # Errors
/// It has no rows, rows of different lengths, or control characters.
pub fn read(text: &str) -> Result<Table, Wrong> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).flexible(true).trim(Trim::All).delimiter(separator(text));
    let mut head: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    for record in reader.from_reader(text.as_bytes()).records() {
        let row = row(&record.map_err(|error| Wrong::Unreadable(error.to_string()))?, text)?;
        let Some(head) = &head else {
            head = Some(row.cells);
            continue;
        };
        if row.cells.len() != head.len() {
            return Err(Wrong::Uneven { line: row.line, cells: row.cells.len(), head: head.len() });
        }
        rows.push(row);
        if rows.len() > MOST_ROWS || head.len() > MOST_COLUMNS {
            return Err(Wrong::TooLarge);
        }
    }
    match head {
        Some(head) if !rows.is_empty() => Ok(Table { head, rows }),
        _ => Err(Wrong::Empty),
    }
}

fn row(record: &StringRecord, text: &str) -> Result<Row, Wrong> {
    // A record's position is that of the empty lines before it.
    let start = record.position().map_or((0, 1), |position| (position.byte() as usize, position.line()));
    let rest = text.get(start.0..).unwrap_or_default();
    let empty = rest.chars().take_while(|c| matches!(c, '\r' | '\n')).filter(|c| *c == '\n').count();
    let line = start.1 + empty as u64;
    let folded = |cell: &str| cell.split_whitespace().collect::<Vec<_>>().join(" ");
    let cells: Vec<String> = record.iter().map(folded).collect();
    match cells.iter().flat_map(|cell| cell.chars()).find(|c| c.is_control()) {
        Some(c) => Err(Wrong::Control { line, code: u32::from(c) }),
        None => Ok(Row { line, cells }),
    }
}

/// What parts the values of the first line; what stands in quotes does not count.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let outside: Vec<&str> = first.split('"').step_by(2).collect();
    let count =
        |separator: u8| outside.iter().map(|part| part.bytes().filter(|b| *b == separator).count()).sum::<usize>();
    // Of several that occur as often, the first one listed.
    SEPARATORS.into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = read(text).unwrap();
        std::iter::once(table.head).chain(table.rows.into_iter().map(|row| row.cells)).collect()
    }

    #[test]
    fn a_table_has_a_head_and_rows_with_their_lines() {
        let table =
            read("\u{feff}tool, seconds\r\n\r\n\"t2v, from nothing\", 11.2\r\n\"two\nlines\",3\nlast,\"\"\n").unwrap();
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
        assert_eq!(read(""), Err(Wrong::Empty));
        assert_eq!(read("a,b\n\n"), Err(Wrong::Empty));
        assert_eq!(read("a,b\n1,2\n3\n"), Err(Wrong::Uneven { line: 3, cells: 1, head: 2 }));
        assert_eq!(read("a,b\n1,2\u{1b}[2J\n"), Err(Wrong::Control { line: 2, code: 0x1b }));
        assert_eq!(read(&format!("a\n{}", "1\n".repeat(MOST_ROWS + 1))), Err(Wrong::TooLarge));
        assert_eq!(read("a,\"b\n1,2\n").map(|_| ()), Err(Wrong::Empty));
    }
}
