//! Cards made of words: quotes, statements, tables, ends, and names over a picture. Knows nothing of how they are drawn.

use std::ops::Range;

use super::Resolver;
use crate::spec::decode::{At, Either, shortened};
use crate::spec::language;
use crate::spec::model::{Build, Lower, Show, SourceFile, Stated};
use crate::spec::scalar::{Cell, FileName, Text};
use crate::voice;

const LONGEST_QUOTE: usize = 400;
const MOST_STATED: usize = 40;
/// What can be read at once in a table.
const MOST_ROWS: usize = 12;
const MOST_COLUMNS: usize = 6;
const MOST_END_LINES: usize = 4;

/// What somebody said. The card draws a quotation mark of its own.
pub fn quote(quote: &At<Text>, by: Option<&At<Text>>, to: &mut Resolver) -> Show {
    for text in std::iter::once(quote).chain(by) {
        to.drawn(&text.value.0, text.place);
    }
    let letters = quote.value.0.chars().count();
    if letters > LONGEST_QUOTE {
        let message = format!("a quote has at most {LONGEST_QUOTE} characters, not {letters}");
        to.error(message, quote.place, "this quote", "quote what matters, or split it over several scenes");
    }
    let by = by.map(|by| by.value.0.trim_start_matches(['—', '–', '-', ' ']).to_owned());
    Show::Quote { text: unquoted(&quote.value.0).to_owned(), by: by.filter(|by| !by.is_empty()) }
}

/// The text without the quotation marks around all of it.
fn unquoted(text: &str) -> &str {
    const PAIRS: [(char, char); 5] = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('»', '«')];
    let inside = |(open, close): (char, char)| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?.trim();
        (!inner.is_empty() && !inner.contains([open, close])).then_some(inner)
    };
    PAIRS.into_iter().find_map(inside).unwrap_or(text)
}

/// A sentence whose words come in one by one.
pub fn statement(text: &At<Text>, to: &mut Resolver) -> Option<Show> {
    to.drawn(&text.value.0, text.place);
    let words = stated(&text.value.0);
    if words.len() > MOST_STATED {
        let message = format!("a statement has at most {MOST_STATED} words, not {}", words.len());
        to.error(message, text.place, "this statement", "shorten it, or split it over several scenes");
    }
    if words.is_empty() {
        to.error("a statement needs words", text.place, "nothing but stars", "write what is to be read");
        return None;
    }
    Some(Show::Statement { words })
}

/// The words of a statement. A star that opens stands before a word, one that closes behind it; any other is just a star.
fn stated(text: &str) -> Vec<Stated> {
    let parts = text.split_whitespace().map(starred_apart);
    let words: Vec<(&str, bool)> =
        parts.flat_map(|parts| parts.into_iter().enumerate().map(|(i, part)| (part, i > 0))).collect();
    let mut stated = Vec::new();
    let mut until = 0;
    for (i, (word, joined)) in words.iter().enumerate() {
        let bare = opened(word);
        if i >= until && bare.is_some() {
            let ends = words[i..].iter().position(|(word, _)| closed(opened(word).unwrap_or(word)).is_some());
            until = ends.map_or(until, |after| i + after + 1);
        }
        let lit = i < until;
        let text = match lit {
            true => closed(bare.unwrap_or(word)).unwrap_or_else(|| bare.unwrap_or(word).to_owned()),
            false => (*word).to_owned(),
        };
        stated.extend(cut(&text, lit, *joined));
    }
    stated.retain(|word| !word.text.is_empty());
    stated
}

/// A word, in pieces if its script puts no spaces between words.
fn cut(text: &str, lit: bool, joined: bool) -> Vec<Stated> {
    if !text.chars().any(voice::is_unspaced) {
        return vec![Stated { text: text.to_owned(), lit, joined }];
    }
    let piece =
        |(i, range): (usize, Range<usize>)| Stated { text: text[range].to_owned(), lit, joined: joined || i > 0 };
    voice::phrases(text).into_iter().enumerate().map(piece).collect()
}

/// A word as its stars part it, if its script puts no spaces between words: before a star that opens, and behind one that closes.
fn starred_apart(word: &str) -> Vec<&str> {
    let stars: Vec<usize> = word.match_indices('*').map(|(at, _)| at).collect();
    if stars.len() < 2 || !word.chars().any(voice::is_unspaced) {
        return vec![word];
    }
    let ends = |pair: &[usize]| {
        let behind = &word[pair[1] + 1..];
        [pair[0], pair[1] + 1 + behind.find(|c: char| c.is_alphanumeric() || c == '*').unwrap_or(behind.len())]
    };
    let inner = stars.chunks_exact(2).flat_map(ends);
    let edges: Vec<usize> = [0].into_iter().chain(inner).chain([word.len()]).collect();
    edges.windows(2).map(|pair| &word[pair[0]..pair[1].max(pair[0])]).filter(|part| !part.is_empty()).collect()
}

/// The word without the star before it.
fn opened(word: &str) -> Option<&str> {
    word.strip_prefix('*').filter(|rest| rest.starts_with(|c: char| c != '*'))
}

/// The word without the star behind it; punctuation may follow the star.
fn closed(word: &str) -> Option<String> {
    let (before, after) = word.rsplit_once('*')?;
    let good = !before.is_empty() && !before.ends_with('*') && after.chars().all(|c| !c.is_alphanumeric());
    good.then(|| format!("{before}{after}"))
}

type Rows = Vec<At<Vec<At<Cell>>>>;

/// A table from a file or from the spec itself; its first row is the head.
pub fn table(
    show: &language::Show,
    table: &At<Either<At<FileName>, Rows>>,
    build: Build,
    to: &mut Resolver,
) -> Option<Show> {
    let (file, mut rows) = match &table.value {
        Either::Short(name) => read(name, to).map(|(file, rows)| (Some(file), rows))?,
        Either::Long(rows) => (None, written(rows, table, to)?),
    };
    if let Some(heading) = &show.heading {
        to.drawn(&heading.value.0, heading.place);
    }
    to.drawn(&rows.concat().concat(), table.place);
    let (high, wide) = (rows.len() - 1, rows[0].len());
    if high > MOST_ROWS || wide > MOST_COLUMNS {
        let message = format!("a table has at most {MOST_ROWS} rows and {MOST_COLUMNS} columns, not {high} and {wide}");
        to.error(message, table.place, "this table", "show what matters, or split it over several scenes");
    }
    let head = rows.remove(0);
    let heading = show.heading.as_ref().map(|text| text.value.0.clone());
    Some(Show::Table { heading, head, rows, build: show.build.as_ref().map_or(build, |at| at.value), file })
}

fn read(name: &At<FileName>, to: &mut Resolver) -> Option<(SourceFile, Vec<Vec<String>>)> {
    let (file, table) = to.csv(name)?;
    let rows = std::iter::once(table.head).chain(table.rows.into_iter().map(|row| row.cells));
    Some((file, rows.collect()))
}

fn written<T>(rows: &Rows, table: &At<T>, to: &mut Resolver) -> Option<Vec<Vec<String>>> {
    if rows.len() < 2 || rows[0].value.is_empty() {
        if table.whole {
            let help = "write rows such as `[[tool, seconds], [t2v, 11.2]]`; the first one names the columns";
            to.error("a table needs a head and a row at least", table.place, "this table", help);
        }
        return None;
    }
    let columns = rows[0].value.len();
    for row in rows.iter().filter(|row| row.whole && row.value.len() != columns) {
        let message = format!("the head has {columns} cells, but this row {}", row.value.len());
        to.error(message, row.place, "this row", "write \"\" for an empty cell");
    }
    let even = rows.iter().all(|row| row.value.len() == columns);
    even.then(|| rows.iter().map(|row| row.value.iter().map(|cell| cell.value.0.clone()).collect()).collect())
}

/// The film's end.
pub fn end(end: &language::End, to: &mut Resolver) -> Show {
    let lines = end.lines.as_ref();
    if let Some(lines) = lines.filter(|lines| lines.value.len() > MOST_END_LINES) {
        let message = format!("an end has at most {MOST_END_LINES} lines, not {}", lines.value.len());
        to.error(message, lines.place, "these lines", "keep what people are to do next");
    }
    let lines = lines.map(|lines| lines.value.as_slice()).unwrap_or_default();
    for text in std::iter::once(&end.title).chain(lines) {
        to.drawn(&text.value.0, text.place);
    }
    let qr = end.qr.as_ref().map(|text| super::sign::coded(text, to));
    let lines = lines.iter().map(|line| line.value.0.clone()).collect();
    Show::End { title: end.title.value.0.clone(), lines, qr }
}

/// A name over the picture.
pub fn lower(lower: &language::Lower, to: &mut Resolver) -> Lower {
    for text in std::iter::once(&lower.name).chain(&lower.role) {
        to.drawn(&text.value.0, text.place);
        if text.value.0.chars().count() > 80 {
            let message = format!("`{}` is too long for the lower third", shortened(&text.value.0));
            to.error(message, text.place, "more than 80 characters", "keep it to a name and what they do");
        }
    }
    Lower { name: lower.name.value.0.clone(), role: lower.role.as_ref().map(|role| role.value.0.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words as they are drawn; lit ones in brackets.
    fn shown(text: &str) -> String {
        let words = stated(text);
        let word = |word: &Stated| if word.lit { format!("[{}]", word.text) } else { word.text.clone() };
        words.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn stars_light_words_and_phrases() {
        assert_eq!(shown("Only what *changed* is *made again*."), "Only what [changed] is [made] [again.]");
        assert_eq!(shown("*One*, two"), "[One,] two");
        assert_eq!(shown("(*all of this*)"), "(*all of this*)", "a star opens a word");
        assert_eq!(shown("*all three words*"), "[all] [three] [words]");
    }

    #[test]
    fn words_without_spaces_are_cut() {
        assert_eq!(shown("変わったものだけを*作り直す*。"), "変わったものだけを [作り直す。]");
        assert_eq!(shown("*作り直す*だけ"), "[作り直す] だけ");
        let joined: Vec<bool> = stated("作る *映画を*見る").iter().map(|word| word.joined).collect();
        assert_eq!(joined, [false, false, true]);
    }

    #[test]
    fn stars_that_mark_nothing_stay() {
        for text in ["2 * 3 = 6", "*never closed", "closed* only", "**bold**", "* *", "a*b*c"] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn quotation_marks_around_a_quote_are_not_doubled() {
        assert_eq!(unquoted("“Make it work.”"), "Make it work.");
        assert_eq!(unquoted("\"One\" and \"two\""), "\"One\" and \"two\"");
        assert_eq!(unquoted("\"\""), "\"\"");
    }
}
