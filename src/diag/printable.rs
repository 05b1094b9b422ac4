//! Makes text from outside safe for a terminal and for a CI log.

/// `text` with everything that could steer a terminal, reorder a line or command a CI runner written as a visible escape.
/// Line breaks and tabs stay.
pub fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut after_space = true;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match after_space && is_ci_command(rest) {
            true => safe.extend(c.escape_unicode()),
            false => push_char(&mut safe, c),
        }
        after_space = c.is_whitespace() || is_unsafe(c);
        rest = &rest[c.len_utf8()..];
    }
    safe
}

/// GitHub and GitLab obey `::command` at a line's start, Azure `##[command]` and `##vso[`, TeamCity `##teamcity[`. After any white
/// space, because text may be wrapped there later.
fn is_ci_command(rest: &str) -> bool {
    rest.starts_with("::") || rest.starts_with("##")
}

pub(super) fn push_char(safe: &mut String, c: char) {
    match is_unsafe(c) {
        true => safe.extend(c.escape_unicode()),
        false => safe.push(c),
    }
}

/// Controls (C0, DEL, C1), bidi marks, overrides and isolates, line and paragraph separators, the byte order mark, tags.
fn is_unsafe(c: char) -> bool {
    let invisible = matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    invisible || (c.is_control() && c != '\t' && c != '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_steers_becomes_visible() {
        for (text, shown) in [
            ("plain, ünïcode, 日本語, עברית\tand\nlines", "plain, ünïcode, 日本語, עברית\tand\nlines"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("a\rb\u{7f}\u{9b}c\0", "a\\u{d}b\\u{7f}\\u{9b}c\\u{0}"),
            ("\u{202e}evil\u{2069}\u{feff}", "\\u{202e}evil\\u{2069}\\u{feff}"),
            ("::error::x", "\\u{3a}:error::x"),
            ("ok\n  ::set-output name=a::b", "ok\n  \\u{3a}:set-output name=a::b"),
            ("##vso[task.x]\n##[group]\n##teamcity[a]", "\\u{23}#vso[task.x]\n\\u{23}#[group]\n\\u{23}#teamcity[a]"),
            ("a::b c## ::x", "a::b c## \\u{3a}:x"),
            ("\u{2028}::error::", "\\u{2028}\\u{3a}:error::"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }

    #[test]
    fn what_is_printable_stays_so() {
        let once = printable("\u{1b}::x\n::y\u{85}");
        assert_eq!(printable(&once), once);
    }
}
