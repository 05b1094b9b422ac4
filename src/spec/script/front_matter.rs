//! Front matter: the YAML between two lines `---` at a script's start, which holds fields of the film.

use std::ops::Range;

use super::node_builder as node;
use crate::diag::{Diagnostic, Span};
use crate::spec::tree::{self, MapKey, NodeValue, TreeNode};

/// The byte range of the front matter's YAML, and the byte where the script itself begins. White space and a byte order mark may come first.
pub fn find(text: &str) -> (Option<Range<usize>>, usize) {
    let begin = text.len() - text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines = text[begin..].split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else { return (None, bom) };
    let from = begin + first.len();
    let mut at = from;
    for line in lines {
        let is_end = matches!(line.trim_end(), "---" | "...");
        if at == from && (line.trim().is_empty()) {
            break;
        }
        if is_end {
            return (Some(from..at), at + line.len());
        }
        at += line.len();
    }
    (None, bom)
}

/// Parses the film's fields.
///
/// # Errors
/// The text is not YAML, is no map, or has the field `scenes`.
pub fn parse(text: &str, yaml: Range<usize>) -> Result<Vec<(MapKey, TreeNode)>, Diagnostic> {
    let tree = tree::parse(&text[yaml.clone()]).map_err(|found| node::moved_finding(found, 0, yaml.start))?;
    let tree = node::moved(tree, 0, yaml.start);
    match tree.value {
        NodeValue::Null => Ok(Vec::new()),
        NodeValue::Map(entries) => match entries.iter().find(|(key, _)| key.text == "scenes") {
            Some((key, _)) => Err(scenes_not_allowed(key.place)),
            None => Ok(entries),
        },
        _ => {
            let found = Diagnostic::error("what stands between the lines `---` is no map").at(tree.place);
            Err(found.label("here").help("write fields of the film, such as `voice: heart`, one a line"))
        }
    }
}

fn scenes_not_allowed(place: Span) -> Diagnostic {
    let found = Diagnostic::error("a script has no `scenes`: its paragraphs are its scenes").at(place);
    found
        .label("not here")
        .help("write what is said below the second `---`; `t2v new DIR --from FILE` makes a spec of a script")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_found_only_at_the_start() {
        for (text, yaml, rest) in [
            ("---\nvoice: de\n---\nHello.", Some("voice: de\n"), "Hello."),
            ("\u{feff}\n--- \r\nvoice: de\r\n...\r\nHello.", Some("voice: de\r\n"), "Hello."),
            ("---\n---\nHello.", Some(""), "Hello."),
            ("\u{feff}Hello.", None, "Hello."),
            ("Hello.\n\n---\nvoice: de\n---\n", None, "Hello.\n\n---\nvoice: de\n---\n"),
            ("---\n\nHello.\n\n---\n", None, "---\n\nHello.\n\n---\n"),
            ("---\nHello.", None, "---\nHello."),
            ("---", None, "---"),
            ("", None, ""),
        ] {
            let (found, from) = find(text);
            assert_eq!((found.map(|range| &text[range]), &text[from..]), (yaml, rest), "{text:?}");
        }
    }

    #[test]
    fn fields_and_errors_have_places_in_the_whole_text() {
        let at = |text: &str| {
            let (yaml, _) = find(text);
            match parse(text, yaml.unwrap()) {
                Ok(entries) => entries
                    .iter()
                    .map(|(k, v)| {
                        format!("{}={}", &text[k.place.start..k.place.end], &text[v.place.start..v.place.end])
                    })
                    .collect(),
                Err(found) => {
                    let place = found.span.unwrap();
                    format!("{} at {}", found.message, &text[place.start..place.end])
                }
            }
        };
        assert_eq!(at("---\nvoice: de\nfps: 25\n---\n"), "voice=defps=25");
        assert_eq!(at("---\n# nothing\n---\n"), "");
        assert_eq!(
            at("---\nü: 1\nscenes: []\n---\n"),
            "a script has no `scenes`: its paragraphs are its scenes at scenes"
        );
        assert_eq!(at("---\nonly words\n---\n"), "what stands between the lines `---` is no map at only words");
        assert!(at("---\na: [1\n---\n").ends_with("at ["), "{}", at("---\na: [1\n---\n"));
    }
}
