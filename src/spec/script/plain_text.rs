//! Parses plain text into blocks: paragraphs, lists, rules and a title. Marks inside words, such as `*`, have no meaning here.

use super::block::{Prose, ScriptBlock};
use crate::diag::Span;

/// A first line longer than this, in characters, is no title.
const MAX_TITLE_CHARS: usize = 80;

/// Parses the part of `text` that begins at the byte `from`.
pub fn parse(text: &str, from: usize) -> Vec<ScriptBlock> {
    let mut blocks: Vec<ScriptBlock> = chunks(text, from).iter().flat_map(|lines| chunk(text, lines)).collect();
    let title = match blocks.as_slice() {
        [ScriptBlock::Paragraph(words), _, ..] if is_title(words, &text[from..]) => Some(words.clone()),
        _ => None,
    };
    if let Some(words) = title {
        blocks[0] = ScriptBlock::Heading { level: 1, words };
    }
    blocks
}

/// The place of a line without the white space around it.
type LinePlace = Span;

/// The lines in groups that empty lines separate.
fn chunks(text: &str, from: usize) -> Vec<Vec<LinePlace>> {
    let (mut chunks, mut at) = (vec![Vec::new()], from);
    for line in text[from..].split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        match line.trim() {
            "" => chunks.push(Vec::new()),
            words => chunks.last_mut().expect("never empty").push(Span { start, end: start + words.len() }),
        }
    }
    chunks.retain(|lines| !lines.is_empty());
    chunks
}

/// The paragraphs, lists and rules of one group of lines.
fn chunk(text: &str, lines: &[LinePlace]) -> Vec<ScriptBlock> {
    let mut blocks = Vec::new();
    for line in lines {
        let words = &text[line.start..line.end];
        match (item_mark(words), blocks.last_mut()) {
            _ if is_rule(words) => blocks.push(ScriptBlock::Rule),
            (Some(skip), Some(ScriptBlock::List { items, place })) => {
                items.push(item_words(words, skip, *line));
                place.end = line.end;
            }
            (Some(skip), _) => {
                blocks.push(ScriptBlock::List { items: vec![item_words(words, skip, *line)], place: *line })
            }
            (None, Some(ScriptBlock::List { items, place })) => {
                append_line(items.last_mut().expect("a list has items"), words, *line);
                place.end = line.end;
            }
            (None, Some(ScriptBlock::Paragraph(prose))) => append_line(prose, words, *line),
            (None, _) => blocks.push(ScriptBlock::Paragraph(Prose::new(words, *line))),
        }
    }
    blocks
}

fn item_words(words: &str, skip: usize, line: LinePlace) -> Prose {
    Prose::new(&words[skip..], Span { start: line.start + skip, end: line.end })
}

fn append_line(prose: &mut Prose, words: &str, line: LinePlace) {
    prose.push_gap(' ', Span { start: line.start, end: line.start });
    prose.push(words, line, false);
}

/// How many bytes at the line's start mark it as a list item: `- `, `* `, `• `, `1. `; `None` for other lines.
fn item_mark(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match line.chars().next()? {
        c @ ('-' | '*' | '•') => c.len_utf8(),
        _ if (1..=3).contains(&digits) && line[digits..].starts_with(['.', ')']) => digits + 1,
        _ => return None,
    };
    let rest = &line[mark..];
    let words = rest.trim_start();
    (words.len() < rest.len() && !words.is_empty()).then(|| line.len() - words.len())
}

/// Whether the line is a rule: three or more of one sign, and nothing else.
fn is_rule(line: &str) -> bool {
    let signs: String = line.split_whitespace().collect();
    signs.len() >= 3 && ["-", "*", "_", "="].iter().any(|sign| signs.replace(sign, "").is_empty())
}

/// Whether the first paragraph is one short line that is no sentence.
fn is_title(words: &Prose, text: &str) -> bool {
    let title = words.words();
    let alone = text.trim_start_matches('\u{feff}').trim_start().lines().next().map(str::trim) == Some(title);
    alone && title.chars().count() <= MAX_TITLE_CHARS && !title.ends_with(['.', '!', '?', ':', ';', ',', '…', '。'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<String> {
        let words = |prose: &Prose| {
            let place = prose.place();
            assert_eq!(
                text[place.start..place.end].split_whitespace().collect::<String>(),
                prose.words().split_whitespace().collect::<String>()
            );
            prose.words().to_owned()
        };
        let block = |block: ScriptBlock| match block {
            ScriptBlock::Heading { words: prose, .. } => format!("# {}", words(&prose)),
            ScriptBlock::Paragraph(prose) => words(&prose),
            ScriptBlock::List { items, .. } => {
                items.iter().map(|item| format!("- {}", words(item))).collect::<Vec<_>>().join(" ")
            }
            ScriptBlock::Rule => "---".to_owned(),
            other => panic!("{other:?}"),
        };
        parse(text, 0).into_iter().map(block).collect()
    }

    #[test]
    fn paragraphs_lists_rules_and_a_title() {
        let text = "A title\r\n\r\nTwo lines\r\n  go on. # no heading\r\n- one\r\n  more\n* two\n\n1. three\n***\n-five *six* `x`\n";
        let expected =
            ["# A title", "Two lines go on. # no heading", "- one more - two", "- three", "---", "-five *six* `x`"];
        assert_eq!(seen(text), expected);
    }

    #[test]
    fn what_is_no_title() {
        for text in ["A sentence.\n\nMore.", "Two\nlines\n\nMore.", "Alone", "Three:\n\n- a", "- a\n\nb"] {
            assert!(!seen(text)[0].starts_with('#'), "{text}");
        }
        assert!(seen("").is_empty() && seen(" \n\n\t\n").is_empty());
    }
}
