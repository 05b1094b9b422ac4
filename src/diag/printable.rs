//! Makes text from outside safe for a terminal and for a CI log.

/// `text` with everything that could steer a terminal, reorder a line or command a CI runner written as a visible escape.
/// Line breaks and tabs stay.
pub fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            safe.push('\n');
        }
        push_line(&mut safe, line);
    }
    safe
}

/// GitHub and GitLab read `::command` at a line's start, Azure and older GitHub `##[command]` and `##vso[`; TeamCity `##teamcity[`.
fn push_line(safe: &mut String, line: &str) {
    let body = line.trim_start();
    let indent = &line[..line.len() - body.len()];
    indent.chars().for_each(|c| push_char(safe, c));
    let mut rest = body.chars();
    if body.starts_with("::") || body.starts_with("##") {
        let first = rest.next().unwrap_or_default();
        safe.extend(first.escape_unicode());
    }
    rest.for_each(|c| push_char(safe, c));
}

fn push_char(safe: &mut String, c: char) {
    match steers(c) {
        true => safe.extend(c.escape_unicode()),
        false => safe.push(c),
    }
}

/// Controls (C0, DEL, C1), bidi marks, overrides and isolates, line and paragraph separators, the byte order mark, tags.
fn steers(c: char) -> bool {
    let invisible = matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    invisible || (c.is_control() && c != '\t')
}
