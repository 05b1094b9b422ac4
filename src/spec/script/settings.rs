//! Comments of a script: fields of the scene that follows, a silence, or a note to oneself. Knows not what the fields mean.

use super::node;
use crate::diag::{Diagnostic, Place};
use crate::spec::language::Scene;
use crate::spec::tree::{self, Key, Node, Value};

/// What a comment is.
#[derive(Debug, PartialEq)]
pub enum Comment {
    /// Fields of a scene.
    Settings(Vec<(Key, Node)>),
    /// Silence: how long.
    Pause(Node),
    /// Nothing to a film.
    Note,
}

const PAUSE: &str = "pause";

/// Reads the comment that stands at `place` of `text`, `<!--` and `-->` included. It means something to the film if its first word is
/// a scene's field (or all but one) with a colon behind it.
///
/// # Errors
/// It has such a word, but is not YAML, or is no map.
pub fn read(text: &str, place: Place) -> Result<Comment, Diagnostic> {
    let whole = &text[place.start..place.end];
    let inner = whole.strip_prefix("<!--").and_then(|inner| inner.strip_suffix("-->"));
    let Some(inner) = inner.filter(|inner| means_something(inner)) else { return Ok(Comment::Note) };
    let tree = fields(text, place.start + "<!--".len(), inner)?;
    let Value::Map(entries) = tree.value else {
        let found = Diagnostic::error("these settings are no map").at(tree.place).label("this comment");
        return Err(found.help("write one field a line, such as `transition: wipe`"));
    };
    sorted(entries)
}

/// A pause, or fields; not both.
fn sorted(mut entries: Vec<(Key, Node)>) -> Result<Comment, Diagnostic> {
    match entries.iter().position(|(key, _)| key.text == PAUSE) {
        None => Ok(Comment::Settings(entries)),
        Some(at) if entries.len() == 1 => {
            let (key, length) = entries.remove(at);
            let place = Place { start: key.place.start, end: length.place.end.max(key.place.end) };
            Ok(Comment::Pause(node::map(vec![(key, length)], place)))
        }
        Some(at) => {
            let found = Diagnostic::error("a pause stands in a comment of its own").at(entries[at].0.place);
            Err(found.label("with other fields").help("write `<!-- pause: 0.8s -->` where it is to be silent"))
        }
    }
}

fn means_something(inner: &str) -> bool {
    let inner = inner.trim_start();
    let inner = inner.strip_prefix('{').unwrap_or(inner).trim_start();
    let end = inner.find(|c: char| !c.is_alphabetic()).unwrap_or(inner.len());
    let (word, rest) = inner.split_at(end);
    rest.starts_with(':') && Scene::FIELDS.iter().chain(&[PAUSE]).any(|field| is_meant(word, field))
}

/// Whether somebody who wrote `word` meant `field`: one slip is allowed in a word that is not short.
fn is_meant(word: &str, field: &str) -> bool {
    word == field || (word.len() > 3 && word.len() < 20 && strsim::damerau_levenshtein(word, field) == 1)
}

/// The fields as YAML. What stands before them in their line counts as white space, so that they may be aligned as it looks; in one
/// line, commas may part them.
fn fields(text: &str, start: usize, inner: &str) -> Result<Node, Diagnostic> {
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = " ".repeat(text[line..start].chars().count());
    let read = |before: &str, after: &str| {
        let (piece, from) = (format!("{before}{inner}{after}"), before.len());
        match tree::parse(&piece) {
            Ok(tree) => Ok(node::moved(tree, from, start)),
            Err(found) => Err(node::moved_finding(found, from, start)),
        }
    };
    let plain = read(&before, "");
    match plain {
        Err(found) if !inner.contains('\n') => read(&format!("{}{{", &before[1..]), "}").or(Err(found)),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(text: &str) -> Result<Comment, Diagnostic> {
        let start = text.find("<!--").unwrap();
        read(text, Place { start, end: text.len() })
    }

    fn settings(text: &str) -> Vec<(String, String)> {
        let at = |place: Place| text[place.start..place.end].to_owned();
        match comment(text) {
            Ok(Comment::Settings(entries)) => entries.iter().map(|(k, v)| (at(k.place), at(v.place))).collect(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn fields_know_their_places() {
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        let both = [pair("transition", "wipe"), pair("length", "5s")];
        for text in [
            "é <!-- transition: wipe, length: 5s -->",
            "<!-- { transition: wipe, length: 5s } -->",
            "<!--\ntransition: wipe\nlength: 5s\n-->",
            "<!-- transition: wipe\n     length: 5s -->",
            "<!--transition: wipe\n    length: 5s-->",
            "\n\nä\n<!--\r\n  transition: wipe\r\n  length: 5s\r\n-->",
        ] {
            assert_eq!(settings(text), both, "{text}");
        }
        assert_eq!(settings("<!-- show: { image: a.png } -->"), [pair("show", "{ image: a.png }")]);
    }

    #[test]
    fn notes_stay_notes() {
        for text in [
            "<!-- a note -->",
            "<!-- TODO: later -->",
            "<!-- idea: more -->",
            "<!---->",
            "<!-- {{x}} -->",
            "<!-- see show: -->",
        ] {
            assert_eq!(comment(text), Ok(Comment::Note), "{text}");
        }
    }

    #[test]
    fn slips_are_not_notes() {
        assert_eq!(settings("<!-- transiton: wipe -->").len(), 1);
        for (text, said) in [("<!-- show: [ -->", "this is not YAML"), ("<!-- pause: 1s, length: 2s -->", "of its own")]
        {
            let found = comment(text).unwrap_err();
            assert!(found.message.contains(said), "{found:?}");
            assert!(found.place.unwrap().end <= text.len(), "{found:?}");
        }
    }

    #[test]
    fn a_pause_is_one() {
        assert!(matches!(comment("<!-- pause: 0.8s -->"), Ok(Comment::Pause(_))));
    }
}
