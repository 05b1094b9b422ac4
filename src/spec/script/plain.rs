//! Bare text → blocks: paragraphs, lists, lines across, and a title. Knows nothing of scenes, and of no marks inside words.

use super::block::{Block, Prose};
use crate::diag::Place;

/// A first line that is longer is no title.
const LONGEST_TITLE: usize = 80;

/// The blocks of the text that begins at the byte `from` of `text`.
pub fn read(text: &str, from: usize) -> Vec<Block> {
    let mut blocks: Vec<Block> = chunks(text, from).iter().flat_map(|lines| chunk(text, lines)).collect();
    let title = match blocks.as_slice() {
        [Block::Paragraph(words), _, ..] if is_title(words, &text[from..]) => Some(words.clone()),
        _ => None,
    };
    if let Some(words) = title {
        blocks[0] = Block::Heading { level: 1, words };
    }
    blocks
}

/// A line without the white space around it.
type Line = Place;

/// Lines that no empty line parts.
fn chunks(text: &str, from: usize) -> Vec<Vec<Line>> {
    let (mut chunks, mut at) = (vec![Vec::new()], from);
    for line in text[from..].split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        match line.trim() {
            "" => chunks.push(Vec::new()),
            words => chunks.last_mut().expect("never empty").push(Place { start, end: start + words.len() }),
        }
    }
    chunks.retain(|lines| !lines.is_empty());
    chunks
}

/// Paragraphs and lists among lines that stand together.
fn chunk(text: &str, lines: &[Line]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for line in lines {
        let words = &text[line.start..line.end];
        match (item(words), blocks.last_mut()) {
            _ if is_rule(words) => blocks.push(Block::Rule),
            (Some(skip), Some(Block::List { items, place })) => {
                items.push(said(words, skip, *line));
                place.end = line.end;
            }
            (Some(skip), _) => blocks.push(Block::List { items: vec![said(words, skip, *line)], place: *line }),
            (None, Some(Block::List { items, place })) => {
                go_on(items.last_mut().expect("a list has items"), words, *line);
                place.end = line.end;
            }
            (None, Some(Block::Paragraph(prose))) => go_on(prose, words, *line),
            (None, _) => blocks.push(Block::Paragraph(Prose::new(words, *line))),
        }
    }
    blocks
}

fn said(words: &str, skip: usize, line: Line) -> Prose {
    Prose::new(&words[skip..], Place { start: line.start + skip, end: line.end })
}

fn go_on(prose: &mut Prose, words: &str, line: Line) {
    prose.gap(' ', Place { start: line.start, end: line.start });
    prose.push(words, line, false);
}

/// How many bytes mark the line as a list's item: `- `, `* `, `• `, `1. `.
fn item(line: &str) -> Option<usize> {
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

/// Three or more of one sign, and nothing else.
fn is_rule(line: &str) -> bool {
    let signs: String = line.split_whitespace().collect();
    signs.len() >= 3 && ["-", "*", "_", "="].iter().any(|sign| signs.replace(sign, "").is_empty())
}

/// Whether the first paragraph is one short line that is no sentence.
fn is_title(words: &Prose, text: &str) -> bool {
    let title = words.words();
    let alone = text.trim_start_matches('\u{feff}').trim_start().lines().next().map(str::trim) == Some(title);
    alone && title.chars().count() <= LONGEST_TITLE && !title.ends_with(['.', '!', '?', ':', ';', ',', '…', '。'])
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
        let block = |block: Block| match block {
            Block::Heading { words: prose, .. } => format!("# {}", words(&prose)),
            Block::Paragraph(prose) => words(&prose),
            Block::List { items, .. } => {
                items.iter().map(|item| format!("- {}", words(item))).collect::<Vec<_>>().join(" ")
            }
            Block::Rule => "---".to_owned(),
            other => panic!("{other:?}"),
        };
        read(text, 0).into_iter().map(block).collect()
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
