//! The show `code`: reads the listing's text, and checks which of its lines are shown and highlighted.

use super::base::ShowBase;
use super::declaration::ShowDeclaration;
use crate::diag::{Diagnostic, Span};
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language::show as written;
use crate::spec::model::code_chart::LineSpan;
use crate::spec::model::source_file::SourceFile;
use crate::spec::model::timing::BuildTiming;
use crate::spec::resolve::resolver::Resolver;
use crate::spec::scalar::{FileName, LineRange};
use crate::spec::suggest::{listed, nearest, shortened};

/// More lines than this are not legible together.
const MAX_LINES: usize = 30;
/// The rest of a longer line is cut off, in characters.
const MAX_LINE_CHARS: usize = 400;
/// The most ranges that are highlighted in turn.
const MAX_HIGHLIGHTS: usize = 30;
/// Columns from one tab stop to the next.
const TAB_WIDTH: usize = 4;

/// A listing of code.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceListing {
    /// The file that it is read from; `None`: the spec itself holds the text.
    pub file: Option<SourceFile>,
    /// The name in the window's tab.
    pub name: Option<String>,
    /// A line above the listing.
    pub heading: Option<String>,
    /// The language, as `language` or the file's extension names it; `None`: unknown.
    pub language: Option<String>,
    /// All lines from the start to the last one shown, because highlighting needs the lines before; tabs are expanded to spaces.
    pub text: Vec<String>,
    /// The number of the first line that is shown, from 1.
    pub first: usize,
    /// The ranges of lines that are highlighted in turn.
    pub highlight: Vec<LineSpan>,
    /// When the highlighted lines light up.
    pub build: BuildTiming,
}

/// `highlight` as written: one range, or a list of them.
type WrittenRanges = ShortOrLong<Spanned<LineRange>, Vec<Spanned<LineRange>>>;

/// A listing's text with its source.
struct ListingText {
    file: Option<SourceFile>,
    place: Span,
    lines: Vec<String>,
}

impl ShowDeclaration for SourceListing {
    const NAME: &'static str = "code";
    const FIELDS: &'static [&'static str] = &["heading", "build", "lines", "highlight"];

    fn resolve(show: &written::Show, base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let listing = show.code.as_ref()?;
        let code = match &listing.value {
            ShortOrLong::Short(file) => {
                &written::Code { file: Some(file.clone()), text: None, language: None, name: None }
            }
            ShortOrLong::Long(code) => code,
        };
        let mut text = listing_text(code, listing, resolver)?;
        let lines = shown_lines(show.lines.as_ref(), &text, resolver)?;
        let highlight = highlighted_lines(show.highlight.as_ref(), lines, resolver);
        let name = code.name.as_ref().map(|name| resolver.drawn_text(name));
        let name = name.or_else(|| text.file.as_ref().map(|file| base_name(&file.written)));
        text.lines.truncate(lines.last);
        resolver.drawn(&text.lines[lines.first - 1..].join("\n"), text.place);
        Some(SourceListing {
            language: language(code, name.as_deref(), resolver),
            file: text.file,
            name,
            heading: show.heading.as_ref().map(|heading| resolver.drawn_text(heading)),
            text: text.lines,
            first: lines.first,
            highlight,
            build: show.build.as_ref().map_or(base.build, |at| at.value),
        })
    }

    fn source_files(&self) -> Vec<&SourceFile> {
        self.file.iter().collect()
    }
}

fn listing_text(
    code: &written::Code,
    written: &Spanned<ShortOrLong<Spanned<FileName>, written::Code>>,
    resolver: &mut Resolver,
) -> Option<ListingText> {
    match (&code.file, &code.text) {
        (Some(name), None) => {
            let (file, text) = resolver.text(name)?;
            if text.trim().is_empty() {
                resolver.error(
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
                resolver.error(message, name.place, "this file", "remove it");
                return None;
            }
            Some(ListingText { file: Some(file), place: name.place, lines: lines(&text) })
        }
        (None, Some(text)) => Some(ListingText { file: None, place: text.place, lines: lines(&text.value.0) }),
        (Some(_), Some(text)) => {
            resolver.error(
                "a listing is a file or a text, but here are both",
                text.place,
                "the text",
                "keep one of the two",
            );
            None
        }
        (None, None) if !written.whole => None,
        (None, None) => {
            let help = "write `code: src/main.rs`, or `code: { text: …, language: rust }`";
            resolver.error("`code` does not say what is listed", written.place, "no `file` and no `text` here", help);
            None
        }
    }
}

/// The lines of a text without byte order mark, tabs and form feeds; empty lines at the end are left out.
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
    for c in text.chars().filter(|c| *c != '\r' && *c != '\u{c}').take(MAX_LINE_CHARS) {
        match c {
            '\t' => {
                let spaces = TAB_WIDTH - column % TAB_WIDTH;
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

fn shown_lines(written: Option<&Spanned<LineRange>>, text: &ListingText, resolver: &mut Resolver) -> Option<LineSpan> {
    let all = text.lines.len();
    let lines = written.map_or(LineSpan { first: 1, last: all }, |at| at.value.0);
    let place = written.map_or(text.place, |at| at.place);
    if lines.last > all {
        let help = format!("write lines from 1 to {all}");
        resolver.error(
            format!("there is no line {} here: the last one is {all}", lines.last),
            place,
            "these lines",
            help,
        );
        return None;
    }
    let count = lines.last - lines.first + 1;
    if count > MAX_LINES {
        let message = format!("{count} lines are too many to read: a listing shows up to {MAX_LINES}");
        let help = format!("say which are shown, such as `lines: {}-{}`", lines.first, lines.first + 19);
        resolver.error(message, place, "this listing", help);
        return None;
    }
    Some(lines)
}

fn highlighted_lines(
    written: Option<&Spanned<WrittenRanges>>,
    shown: LineSpan,
    resolver: &mut Resolver,
) -> Vec<LineSpan> {
    let Some(written) = written else { return Vec::new() };
    let ranges: &[Spanned<LineRange>] = match &written.value {
        ShortOrLong::Short(one) => std::slice::from_ref(one),
        ShortOrLong::Long(several) => several,
    };
    if ranges.len() > MAX_HIGHLIGHTS {
        let message = format!("{} times lines light up here, but {MAX_HIGHLIGHTS} are allowed", ranges.len());
        resolver.error(message, written.place, "this list", "split the listing over several scenes");
    }
    for range in ranges {
        let LineSpan { first, last } = range.value.0;
        if first < shown.first || last > shown.last {
            let dark = if first < shown.first { first } else { last };
            let help = format!("lines {} to {} are", shown.first, shown.last);
            resolver.error(
                format!("line {dark} is not shown, so it cannot light up"),
                range.place,
                "these lines",
                help,
            );
        }
    }
    ranges.iter().map(|range| range.value.0).collect()
}

/// The language that `language` names, or the extension of the listing's name, which may name no known language.
fn language(code: &written::Code, name: Option<&str>, resolver: &mut Resolver) -> Option<String> {
    let Some(said) = &code.language else {
        let name = name?;
        return Some(name.rsplit_once('.').map_or(name, |(_, ending)| ending).to_lowercase());
    };
    let (known, name) = (resolver.options.languages, said.value.0.to_lowercase());
    if known.is_empty() || known.contains(&name.as_str()) {
        return Some(name);
    }
    let help = match nearest(&name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}; write `text` for none of them", listed(known)),
    };
    let message = format!("no code in `{}` is known here, so it has no colours", shortened(&said.value.0));
    resolver.cx.report(Diagnostic::warning(message).at(said.place).label("this language").help(help));
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
        assert_eq!(line(&"x".repeat(9999)).len(), MAX_LINE_CHARS);
    }
}
