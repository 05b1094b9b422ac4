//! Parses Markdown into a script's blocks.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Options, Parser, Tag, TagEnd};

use super::block::{PictureRef, Prose, ScriptBlock};
use super::comments::{self, ScriptComment};
use super::node_builder::literal;
use crate::diag::{Diagnostic, Span};

/// Parses the Markdown that begins at the byte `from` of `text`: its blocks, and the diagnostics.
pub fn parse(text: &str, from: usize) -> (Vec<ScriptBlock>, Vec<Diagnostic>) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(&text[from..], options).into_offset_iter();
    let mut reader =
        MarkdownReader { text, from, events, blocks: Vec::new(), found: Vec::new(), marks: OpenMarks::default() };
    reader.blocks();
    (reader.blocks, reader.found)
}

struct MarkdownReader<'t> {
    text: &'t str,
    from: usize,
    events: OffsetIter<'t>,
    blocks: Vec<ScriptBlock>,
    found: Vec<Diagnostic>,
    marks: OpenMarks,
}

/// How many marks of each kind are open around the words that are being read.
#[derive(Default)]
struct OpenMarks {
    lit: usize,
    struck: usize,
    alt: usize,
}

impl<'t> MarkdownReader<'t> {
    fn next(&mut self) -> Option<(Event<'t>, Span)> {
        let (event, Range { start, end }) = self.events.next()?;
        Some((event, Span { start: start + self.from, end: end + self.from }))
    }

    fn blocks(&mut self) {
        while let Some((event, place)) = self.next() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => self.heading(level as u8),
                Event::Start(Tag::Paragraph) => self.paragraph(),
                Event::Start(Tag::List(_)) => self.list(place),
                Event::Start(Tag::BlockQuote(_)) => self.quote(),
                Event::Start(Tag::CodeBlock(kind)) => self.code(&kind, place),
                Event::Start(Tag::Table(_)) => self.table(place),
                Event::Start(Tag::HtmlBlock) => self.html(place),
                Event::Rule => self.blocks.push(ScriptBlock::Rule),
                _ => {}
            }
        }
    }

    fn heading(&mut self, level: u8) {
        let words = self.prose(|end| matches!(end, TagEnd::Heading(_)));
        self.warn_of_pictures(&words, "a heading");
        if !words.is_empty() {
            self.blocks.push(ScriptBlock::Heading { level, words });
        }
    }

    fn paragraph(&mut self) {
        let mut words = self.prose(|end| matches!(end, TagEnd::Paragraph));
        if !words.is_empty() {
            return self.blocks.push(ScriptBlock::Paragraph(words));
        }
        if !words.settings.is_empty() {
            self.blocks.push(ScriptBlock::Settings(std::mem::take(&mut words.settings)));
        }
        self.blocks.extend(words.pictures.into_iter().map(|(_, picture)| ScriptBlock::Picture(picture)));
        self.blocks.extend(words.pauses.into_iter().map(|(_, pause)| ScriptBlock::Pause(pause)));
    }

    /// The words up to the end of the element around them.
    fn prose(&mut self, is_end: impl Fn(TagEnd) -> bool) -> Prose {
        let mut prose = Prose::default();
        while let Some((event, place)) = self.next() {
            match event {
                Event::End(end) if is_end(end) => break,
                event => self.inline(event, place, &mut prose),
            }
        }
        prose
    }

    fn inline(&mut self, event: Event<'t>, place: Span, prose: &mut Prose) {
        let silent = self.marks.struck + self.marks.alt > 0;
        match event {
            Event::Start(Tag::Emphasis | Tag::Strong) => self.marks.lit += 1,
            Event::End(TagEnd::Emphasis | TagEnd::Strong) => self.marks.lit -= 1,
            Event::Start(Tag::Strikethrough) => self.marks.struck += 1,
            Event::End(TagEnd::Strikethrough) => self.marks.struck -= 1,
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.marks.alt += 1;
                let picture =
                    PictureRef { file: percent_decoded(&dest_url), place: self.place_of_file(&dest_url, place) };
                prose.pictures.push((prose.text.len(), picture));
            }
            Event::End(TagEnd::Image) => self.marks.alt -= 1,
            _ if silent => {}
            Event::Text(text) => prose.push(&text, place, self.marks.lit > 0),
            Event::Code(text) => prose.push(&literal(&text), place, self.marks.lit > 0),
            Event::SoftBreak | Event::HardBreak => prose.push_gap(' ', place),
            Event::InlineHtml(_) => self.comment(place, prose),
            _ => {}
        }
    }

    /// The place of a picture's file name; all of `place` where it is written with escapes.
    fn place_of_file(&self, file: &str, place: Span) -> Span {
        let at = self.text[place.start..place.end].rfind(file).filter(|_| !file.is_empty());
        at.map_or(place, |at| Span { start: place.start + at, end: place.start + at + file.len() })
    }

    fn comment(&mut self, place: Span, prose: &mut Prose) {
        match comments::parse(self.text, place) {
            Ok(ScriptComment::Settings(fields)) => prose.settings.extend(fields),
            Ok(ScriptComment::Pause(pause)) => prose.pauses.push((prose.text.len(), pause)),
            Ok(ScriptComment::Note) => {}
            Err(found) => self.found.push(found),
        }
    }

    /// Reads the comments of a block of HTML and ignores the rest of it.
    fn html(&mut self, block: Span) {
        let mut at = block.start;
        while let Some(start) = self.text[at..block.end].find("<!--").map(|start| at + start) {
            let Some(length) = self.text[start..block.end].find("-->") else { break };
            at = start + length + "-->".len();
            match comments::parse(self.text, Span { start, end: at }) {
                Ok(ScriptComment::Settings(fields)) => self.blocks.push(ScriptBlock::Settings(fields)),
                Ok(ScriptComment::Pause(pause)) => self.blocks.push(ScriptBlock::Pause(pause)),
                Ok(ScriptComment::Note) => {}
                Err(found) => self.found.push(found),
            }
        }
    }

    /// Reads a list; items of nested lists become items of the same list.
    fn list(&mut self, place: Span) {
        let (mut items, mut depth) = (Vec::<Prose>::new(), 1);
        while let Some((event, at)) = self.next() {
            match event {
                Event::Start(Tag::List(_)) => depth += 1,
                Event::End(TagEnd::List(_)) if depth == 1 => break,
                Event::End(TagEnd::List(_)) => depth -= 1,
                Event::Start(Tag::Item) => items.push(Prose::default()),
                Event::Start(Tag::CodeBlock(_)) => self.skip_code(),
                event => {
                    if let Some(item) = items.last_mut() {
                        self.nested_inline(event, at, item, ' ');
                    }
                }
            }
        }
        items.iter().for_each(|item| self.warn_of_pictures(item, "a list"));
        items.retain(|item| !item.is_empty());
        if !items.is_empty() {
            self.blocks.push(ScriptBlock::List { items, place });
        }
    }

    /// Reads words inside a block that may hold several paragraphs; `between` separates them.
    fn nested_inline(&mut self, event: Event<'t>, place: Span, words: &mut Prose, between: char) {
        match event {
            Event::Start(Tag::Paragraph | Tag::Heading { .. }) if !words.is_empty() => words.push_gap(between, place),
            Event::SoftBreak | Event::HardBreak => words.push_gap(between, place),
            event => self.inline(event, place, words),
        }
    }

    /// Reads a quotation. Its lines stay apart until it is known whether the last one names who said it.
    fn quote(&mut self) {
        let (mut words, mut depth) = (Prose::default(), 1);
        while let Some((event, at)) = self.next() {
            match event {
                Event::Start(Tag::BlockQuote(_)) => depth += 1,
                Event::End(TagEnd::BlockQuote(_)) if depth == 1 => break,
                Event::End(TagEnd::BlockQuote(_)) => depth -= 1,
                Event::Start(Tag::Item) => words.push("\n- ", Span { start: at.start, end: at.start }, false),
                Event::Start(Tag::CodeBlock(_)) => self.skip_code(),
                event => self.nested_inline(event, at, &mut words, '\n'),
            }
        }
        self.warn_of_pictures(&words, "a quotation");
        let (words, by) = attributed(words);
        if !words.is_empty() {
            self.blocks.push(ScriptBlock::Quote { words, by });
        }
    }

    fn code(&mut self, kind: &CodeBlockKind, place: Span) {
        let mut text = String::new();
        while let Some((event, _)) = self.next() {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split(|c: char| c.is_whitespace() || ",{".contains(c)).next(),
            CodeBlockKind::Indented => None,
        };
        let language = language.filter(|name| !name.is_empty()).map(str::to_owned);
        let text = text.trim_end().to_owned();
        if !text.is_empty() {
            self.blocks.push(ScriptBlock::Code { text, language, place });
        }
    }

    fn skip_code(&mut self) {
        while let Some((event, _)) = self.next() {
            if matches!(event, Event::End(TagEnd::CodeBlock)) {
                break;
            }
        }
    }

    /// Reads a table up to a size that is refused later in any case.
    fn table(&mut self, place: Span) {
        const MAX_ROWS: usize = 200;
        const MAX_CELLS: usize = 100;
        let mut rows: Vec<Vec<Prose>> = Vec::new();
        while let Some((event, at)) = self.next() {
            match event {
                Event::End(TagEnd::Table) => break,
                Event::Start(Tag::TableHead | Tag::TableRow) => {
                    rows.truncate(MAX_ROWS);
                    rows.push(Vec::new());
                }
                Event::Start(Tag::TableCell) => {
                    let mut cell = self.prose(|end| matches!(end, TagEnd::TableCell));
                    self.warn_of_pictures(&cell, "a table");
                    if cell.is_empty() {
                        cell.push("", at, false);
                    }
                    if let Some(row) = rows.last_mut().filter(|row| row.len() < MAX_CELLS) {
                        row.push(cell);
                    }
                }
                _ => {}
            }
        }
        self.blocks.push(ScriptBlock::Table { rows, place });
    }

    /// Warns of pictures in a block that shows none; `place` names the block.
    fn warn_of_pictures(&mut self, words: &Prose, place: &str) {
        for (_, picture) in &words.pictures {
            let found = Diagnostic::warning(format!("a picture inside {place} is not shown")).at(picture.place);
            self.found.push(found.label("not shown").help("put it into a paragraph of its own"));
        }
    }
}

/// A quotation's words, and its author if the last line begins with a dash.
fn attributed(quote: Prose) -> (Prose, Option<Prose>) {
    let start = quote.text.trim_end().rfind('\n');
    let dashes = ['—', '–', '―', '-'];
    let by = start.filter(|at| quote.text[at + 1..].trim_start().starts_with(dashes));
    let (mut words, by) = match by {
        Some(at) => {
            let line = &quote.text[at + 1..];
            let name = line.trim_start().trim_start_matches(dashes).trim_start();
            (quote.part(0..at), Some(quote.part(quote.text.len() - name.len()..quote.text.len())))
        }
        None => (quote, None),
    };
    words.text = words.text.replace('\n', " ");
    (words, by.filter(|by| !by.is_empty()))
}

/// A link's target as a file name, with `%20` decoded to a space and so on.
fn percent_decoded(link: &str) -> String {
    let mut bytes = Vec::with_capacity(link.len());
    let mut rest = link.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => (bytes.push(byte), rest = &after[2..]).1,
            None => (bytes.push(*first), rest = after).1,
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| link.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<ScriptBlock> {
        let (blocks, found) = parse(text, 0);
        assert!(found.is_empty(), "{found:?}");
        blocks
    }

    fn paragraph(text: &str) -> Prose {
        match blocks(text).as_slice() {
            [ScriptBlock::Paragraph(words)] => words.clone(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn marks_are_not_spoken() {
        for (text, words) in [
            (
                "*One* **two** _three_ `four` ~~five~~ [six](http://x.y \"z\") <b>seven</b>",
                "One two three four  six seven",
            ),
            ("a \\*star\\* &amp; an &auml;", "a *star* & an ä"),
            ("over\ntwo\nlines  \nand more", "over two lines and more"),
            ("see ![not **this**](a.png) here", "see  here"),
            ("<https://example.org>", "https://example.org"),
            ("`${HOME}` is ${product}", "$${HOME} is ${product}"),
            ("a <!-- note --> b", "a  b"),
        ] {
            assert_eq!(paragraph(text).text, words, "{text}");
        }
    }

    #[test]
    fn words_know_where_they_stand() {
        let text = "ä *one* `two` &amp; three\nfour";
        let words = paragraph(text);
        let at = |part: &str| {
            let start = words.text.find(part).unwrap();
            let place = words.place_of(start..start + part.len());
            &text[place.start..place.end]
        };
        assert_eq!((at("ä"), at("one"), at("three"), at("four")), ("ä", "one", "three", "four"));
        assert_eq!(at("three four"), "three\nfour");
        let part = words.part(words.text.find("three").unwrap()..words.text.len());
        let place = part.place();
        assert_eq!((part.words(), &text[place.start..place.end]), ("three four", "three\nfour"));
        assert_eq!(words.lit.iter().map(|lit| &words.text[lit.clone()]).collect::<Vec<_>>(), ["one"]);
    }

    #[test]
    fn quotations_know_who_said_them() {
        for text in
            ["> Be\n> brief.\n> — Me", "> Be brief.\n>\n> -- Me", "> Be brief.\n> - Me", "> Be brief.  \n> – Me"]
        {
            match blocks(text).as_slice() {
                [ScriptBlock::Quote { words, by: Some(by) }] => {
                    assert_eq!((words.words(), by.words()), ("Be brief.", "Me"), "{text}");
                    let place = by.place();
                    assert_eq!(&text[place.start..place.end], "Me");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        assert!(matches!(blocks("> — Me").as_slice(), [ScriptBlock::Quote { by: None, .. }]));
    }

    #[test]
    fn lists_are_flat_and_tables_have_rows() {
        let [ScriptBlock::List { items, .. }] = &blocks("1. one\n   more\n\n   and more\n2. two\n   - deep\n")[..]
        else {
            panic!("a list")
        };
        assert_eq!(items.iter().map(Prose::words).collect::<Vec<_>>(), ["one more and more", "two", "deep"]);
        let text = "| a | b |\n|---|--:|\n| 1 |   |\n";
        let [ScriptBlock::Table { rows, .. }] = &blocks(text)[..] else { panic!("a table") };
        let words: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(Prose::words).collect()).collect();
        assert_eq!(words, [["a", "b"], ["1", ""]]);
    }

    #[test]
    fn pictures_code_and_comments() {
        let text = "![alt](a%20b.png)\n\n```rust,ignore\nfn x() {\n\n}\n```\n\n---\n\n<!-- pause: 1s --><!-- id: x -->\n\n## <!-- n -->";
        let [
            ScriptBlock::Picture(picture),
            ScriptBlock::Code { text: code, language, .. },
            ScriptBlock::Rule,
            ScriptBlock::Pause(_),
            ScriptBlock::Settings(fields),
        ] = &blocks(text)[..]
        else {
            panic!("{:?}", blocks(text))
        };
        assert_eq!((picture.file.as_str(), &text[picture.place.start..picture.place.end]), ("a b.png", "a%20b.png"));
        assert_eq!((code.as_str(), language.as_deref(), fields.len()), ("fn x() {\n\n}", Some("rust"), 1));
    }

    #[test]
    fn a_picture_that_is_not_shown_is_warned_of() {
        let (_, found) = parse("- ![](a.png) one\n", 0);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn links_are_decoded() {
        for (link, file) in
            [("a%20b", "a b"), ("100%", "100%"), ("%c3%a4", "ä"), ("%ff", "%ff"), ("%2", "%2"), ("%zz", "%zz")]
        {
            assert_eq!(percent_decoded(link), file);
        }
    }
}
