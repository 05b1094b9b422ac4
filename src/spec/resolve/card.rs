//! Resolves cards made of words: quotes, statements, tables and ends, and the lower third.

use std::ops::Range;

use super::resolver::Resolver;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language;
use crate::spec::model::{BuildTiming, LowerThirdText, Show, SourceFile, StatedWord};
use crate::spec::scalar::{CellText, FileName, Text};
use crate::spec::suggest::shortened;
use crate::voice;

/// The longest quote, in characters.
const MAX_QUOTE_CHARS: usize = 400;
/// The most words of a statement.
const MAX_STATEMENT_WORDS: usize = 40;
/// The largest table that can be read at once.
const MAX_ROWS: usize = 12;
const MAX_COLUMNS: usize = 6;
/// The most lines below the title of an end card.
const MAX_END_LINES: usize = 4;

/// Resolves `quote`. Quotation marks around it are removed, because the card draws one itself.
pub fn quote(quote: &Spanned<Text>, by: Option<&Spanned<Text>>, resolver: &mut Resolver) -> Show {
    for text in std::iter::once(quote).chain(by) {
        resolver.drawn(&text.value.0, text.place);
    }
    let letters = quote.value.0.chars().count();
    if letters > MAX_QUOTE_CHARS {
        let message = format!("a quote has at most {MAX_QUOTE_CHARS} characters, not {letters}");
        resolver.error(message, quote.place, "this quote", "quote what matters, or split it over several scenes");
    }
    let by = by.map(|by| by.value.0.trim_start_matches(['—', '–', '-', ' ']).to_owned());
    Show::Quote { text: unquoted(&quote.value.0).to_owned(), by: by.filter(|by| !by.is_empty()) }
}

/// The text without quotation marks that enclose all of it.
fn unquoted(text: &str) -> &str {
    const PAIRS: [(char, char); 5] = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('»', '«')];
    let inside = |(open, close): (char, char)| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?.trim();
        (!inner.is_empty() && !inner.contains([open, close])).then_some(inner)
    };
    PAIRS.into_iter().find_map(inside).unwrap_or(text)
}

/// Resolves `statement`, whose words appear one by one; `None` after an error was reported.
pub fn statement(text: &Spanned<Text>, resolver: &mut Resolver) -> Option<Show> {
    resolver.drawn(&text.value.0, text.place);
    let words = statement_words(&text.value.0);
    if words.len() > MAX_STATEMENT_WORDS {
        let message = format!("a statement has at most {MAX_STATEMENT_WORDS} words, not {}", words.len());
        resolver.error(message, text.place, "this statement", "shorten it, or split it over several scenes");
    }
    if words.is_empty() {
        resolver.error("a statement needs words", text.place, "nothing but stars", "write what is to be read");
        return None;
    }
    Some(Show::Statement { words })
}

/// The words of a statement. An opening star stands before a word, a closing one behind it; any other is an ordinary character.
fn statement_words(text: &str) -> Vec<StatedWord> {
    let parts = text.split_whitespace().map(split_at_stars);
    let words: Vec<(&str, bool)> =
        parts.flat_map(|parts| parts.into_iter().enumerate().map(|(i, part)| (part, i > 0))).collect();
    let mut stated = Vec::new();
    let mut until = 0;
    for (i, (word, joined)) in words.iter().enumerate() {
        let bare = without_opening_star(word);
        if i >= until && bare.is_some() {
            let ends = words[i..]
                .iter()
                .position(|(word, _)| without_closing_star(without_opening_star(word).unwrap_or(word)).is_some());
            until = ends.map_or(until, |after| i + after + 1);
        }
        let lit = i < until;
        let text = if lit {
            without_closing_star(bare.unwrap_or(word)).unwrap_or_else(|| bare.unwrap_or(word).to_owned())
        } else {
            (*word).to_owned()
        };
        stated.extend(split_unspaced(&text, lit, *joined));
    }
    stated.retain(|word| !word.text.is_empty());
    stated
}

/// The word, cut into phrases if its script puts no spaces between words.
fn split_unspaced(text: &str, lit: bool, joined: bool) -> Vec<StatedWord> {
    if !text.chars().any(voice::is_unspaced) {
        return vec![StatedWord { text: text.to_owned(), lit, joined }];
    }
    let piece =
        |(i, range): (usize, Range<usize>)| StatedWord { text: text[range].to_owned(), lit, joined: joined || i > 0 };
    voice::phrases(text).into_iter().enumerate().map(piece).collect()
}

/// Cuts a word before opening and behind closing stars, if its script puts no spaces between words.
fn split_at_stars(word: &str) -> Vec<&str> {
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

/// The word without its opening star; `None` if it has none.
fn without_opening_star(word: &str) -> Option<&str> {
    word.strip_prefix('*').filter(|rest| rest.starts_with(|c: char| c != '*'))
}

/// The word without its closing star, which punctuation may follow; `None` if it has none.
fn without_closing_star(word: &str) -> Option<String> {
    let (before, after) = word.rsplit_once('*')?;
    let good = !before.is_empty() && !before.ends_with('*') && after.chars().all(|c| !c.is_alphanumeric());
    good.then(|| format!("{before}{after}"))
}

type WrittenRows = Vec<Spanned<Vec<Spanned<CellText>>>>;

/// Resolves `table`, from a CSV file or from rows in the spec; the first row is the head. `None` after an error was reported.
pub fn table(
    show: &language::Show,
    table: &Spanned<ShortOrLong<Spanned<FileName>, WrittenRows>>,
    build: BuildTiming,
    resolver: &mut Resolver,
) -> Option<Show> {
    let (file, mut rows) = match &table.value {
        ShortOrLong::Short(name) => rows_of_file(name, resolver).map(|(file, rows)| (Some(file), rows))?,
        ShortOrLong::Long(rows) => (None, written_rows(rows, table, resolver)?),
    };
    if let Some(heading) = &show.heading {
        resolver.drawn(&heading.value.0, heading.place);
    }
    resolver.drawn(&rows.concat().concat(), table.place);
    let (high, wide) = (rows.len() - 1, rows[0].len());
    if high > MAX_ROWS || wide > MAX_COLUMNS {
        let message = format!("a table has at most {MAX_ROWS} rows and {MAX_COLUMNS} columns, not {high} and {wide}");
        resolver.error(message, table.place, "this table", "show what matters, or split it over several scenes");
    }
    let head = rows.remove(0);
    let heading = show.heading.as_ref().map(|text| text.value.0.clone());
    Some(Show::Table { heading, head, rows, build: show.build.as_ref().map_or(build, |at| at.value), file })
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

/// Resolves `end`, the film's last card.
pub fn end(end: &language::End, resolver: &mut Resolver) -> Show {
    let lines = end.lines.as_ref();
    if let Some(lines) = lines.filter(|lines| lines.value.len() > MAX_END_LINES) {
        let message = format!("an end has at most {MAX_END_LINES} lines, not {}", lines.value.len());
        resolver.error(message, lines.place, "these lines", "keep what people are to do next");
    }
    let lines = lines.map(|lines| lines.value.as_slice()).unwrap_or_default();
    for text in std::iter::once(&end.title).chain(lines) {
        resolver.drawn(&text.value.0, text.place);
    }
    let qr = end.qr.as_ref().map(|text| super::qr_logo::qr_text(text, resolver));
    let lines = lines.iter().map(|line| line.value.0.clone()).collect();
    Show::End { title: end.title.value.0.clone(), lines, qr }
}

/// Resolves `lower`, a name in the lower third of the picture.
pub fn lower(lower: &language::Lower, resolver: &mut Resolver) -> LowerThirdText {
    for text in std::iter::once(&lower.name).chain(&lower.role) {
        resolver.drawn(&text.value.0, text.place);
        if text.value.0.chars().count() > 80 {
            let message = format!("`{}` is too long for the lower third", shortened(&text.value.0));
            resolver.error(message, text.place, "more than 80 characters", "keep it to a name and what they do");
        }
    }
    LowerThirdText { name: lower.name.value.0.clone(), role: lower.role.as_ref().map(|role| role.value.0.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words as they are drawn; lit ones in brackets.
    fn shown(text: &str) -> String {
        let words = statement_words(text);
        let word = |word: &StatedWord| if word.lit { format!("[{}]", word.text) } else { word.text.clone() };
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
        let joined: Vec<bool> = statement_words("作る *映画を*見る").iter().map(|word| word.joined).collect();
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
