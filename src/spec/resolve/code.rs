//! Listings: where their text comes from, which of its lines are shown and which light up. Knows nothing of any language.

use super::Resolver;
use crate::diag::{Diagnostic, Place};
use crate::spec::decode::{At, Either, listed, nearest, shortened};
use crate::spec::language::{self, Show};
use crate::spec::model::{Build, Code, Lines, SourceFile};
use crate::spec::scalar::{FileName, LineRange};

/// More lines than this are never legible together.
const MOST_LINES: usize = 30;
/// What follows in a line is neither shown nor read.
const LONGEST_LINE: usize = 400;
const MOST_LIT: usize = 30;
const TAB: usize = 4;

/// Lines as they are written: once, or in a list.
type Ranges = Either<At<LineRange>, Vec<At<LineRange>>>;

/// A listing's text and what is known of it.
struct Text {
    file: Option<SourceFile>,
    place: Place,
    lines: Vec<String>,
}

/// The listing of a `show`; `None` after saying what is wrong with it.
pub fn of_show(
    show: &Show,
    written: &At<Either<At<FileName>, language::Code>>,
    base: Build,
    to: &mut Resolver,
) -> Option<Code> {
    let code = match &written.value {
        Either::Short(file) => &language::Code { file: Some(file.clone()), text: None, language: None, name: None },
        Either::Long(code) => code,
    };
    let mut text = text(code, written, to)?;
    let lines = shown(show.lines.as_ref(), &text, to)?;
    let highlight = lit(show.highlight.as_ref(), lines, to);
    let name = code.name.as_ref().map(|name| name.value.0.clone());
    let name = name.or_else(|| text.file.as_ref().map(|file| base_name(&file.written)));
    text.lines.truncate(lines.last);
    to.drawn(&text.lines[lines.first - 1..].join("\n"), text.place);
    for said in [&code.name, &show.heading].into_iter().flatten() {
        to.drawn(&said.value.0, said.place);
    }
    Some(Code {
        language: language(code, name.as_deref(), to),
        file: text.file,
        name,
        heading: show.heading.as_ref().map(|heading| heading.value.0.clone()),
        text: text.lines,
        first: lines.first,
        highlight,
        build: show.build.as_ref().map_or(base, |at| at.value),
    })
}

fn text(code: &language::Code, written: &At<Either<At<FileName>, language::Code>>, to: &mut Resolver) -> Option<Text> {
    match (&code.file, &code.text) {
        (Some(name), None) => {
            let (file, text) = to.text(name)?;
            if text.trim().is_empty() {
                to.error(
                    format!("`{}` is empty", shortened(&name.value.0)),
                    name.place,
                    "this file",
                    "write code into it",
                );
                return None;
            }
            if let Some(c) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')) {
                let message =
                    format!("`{}` holds the control character U+{:04X}", shortened(&name.value.0), u32::from(c));
                to.error(message, name.place, "this file", "remove it");
                return None;
            }
            Some(Text { file: Some(file), place: name.place, lines: lines(&text) })
        }
        (None, Some(text)) => Some(Text { file: None, place: text.place, lines: lines(&text.value.0) }),
        (Some(_), Some(text)) => {
            to.error("a listing is a file or a text, but here are both", text.place, "the text", "keep one of the two");
            None
        }
        (None, None) if !written.whole => None,
        (None, None) => {
            let help = "write `code: src/main.rs`, or `code: { text: …, language: rust }`";
            to.error("`code` does not say what is listed", written.place, "no `file` and no `text` here", help);
            None
        }
    }
}

/// Lines without what no font draws; empty ones at the end are left out.
fn lines(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines: Vec<String> = text.lines().map(line).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn line(text: &str) -> String {
    let mut line = String::new();
    let mut column = 0;
    for c in text.chars().filter(|c| *c != '\r' && *c != '\u{c}').take(LONGEST_LINE) {
        match c {
            '\t' => {
                let spaces = TAB - column % TAB;
                line.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            c => {
                line.push(c);
                column += 1;
            }
        }
    }
    line.truncate(line.trim_end().len());
    line
}

fn shown(written: Option<&At<LineRange>>, text: &Text, to: &mut Resolver) -> Option<Lines> {
    let all = text.lines.len();
    let lines = written.map_or(Lines { first: 1, last: all }, |at| at.value.0);
    let place = written.map_or(text.place, |at| at.place);
    if lines.last > all {
        let help = format!("write lines from 1 to {all}");
        to.error(format!("there is no line {} here: the last one is {all}", lines.last), place, "these lines", help);
        return None;
    }
    let count = lines.last - lines.first + 1;
    if count > MOST_LINES {
        let message = format!("{count} lines are too many to read: a listing shows up to {MOST_LINES}");
        let help = format!("say which are shown, such as `lines: {}-{}`", lines.first, lines.first + 19);
        to.error(message, place, "this listing", help);
        return None;
    }
    Some(lines)
}

fn lit(written: Option<&At<Ranges>>, shown: Lines, to: &mut Resolver) -> Vec<Lines> {
    let Some(written) = written else { return Vec::new() };
    let ranges: &[At<LineRange>] = match &written.value {
        Either::Short(one) => std::slice::from_ref(one),
        Either::Long(several) => several,
    };
    if ranges.len() > MOST_LIT {
        let message = format!("{} times lines light up here, but {MOST_LIT} are allowed", ranges.len());
        to.error(message, written.place, "this list", "split the listing over several scenes");
    }
    for range in ranges {
        let Lines { first, last } = range.value.0;
        if first < shown.first || last > shown.last {
            let dark = if first < shown.first { first } else { last };
            let help = format!("lines {} to {} are", shown.first, shown.last);
            to.error(format!("line {dark} is not shown, so it cannot light up"), range.place, "these lines", help);
        }
    }
    ranges.iter().map(|range| range.value.0).collect()
}

/// The language that is said, or else the ending of the listing's name; whether anything is known by that is the painter's business.
fn language(code: &language::Code, name: Option<&str>, to: &mut Resolver) -> Option<String> {
    let Some(said) = &code.language else {
        let name = name?;
        return Some(name.rsplit_once('.').map_or(name, |(_, ending)| ending).to_lowercase());
    };
    let (known, name) = (to.options.languages, said.value.0.to_lowercase());
    if known.is_empty() || known.contains(&name.as_str()) {
        return Some(name);
    }
    let help = match nearest(&name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}; write `text` for none of them", listed(known)),
    };
    let message = format!("no code in `{}` is known here, so it has no colours", shortened(&said.value.0));
    to.cx.report(Diagnostic::warning(message).at(said.place).label("this language").help(help));
    Some("text".to_owned())
}

fn base_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_go_to_the_next_stop_and_ends_are_trimmed() {
        assert_eq!(lines("a\n\tb\n  \tc \r\n\n\n"), ["a", "    b", "    c"]);
        assert_eq!(line(&"x".repeat(9999)).len(), LONGEST_LINE);
    }
}
