//! Comments of a script: fields for the scene that follows, a pause, or a note that the film ignores.

use super::node_builder as node;
use crate::diag::{Diagnostic, Span};
use crate::spec::language::Scene;
use crate::spec::tree::{self, MapKey, NodeValue, TreeNode};

/// What a comment means to the film.
#[derive(Debug, PartialEq)]
pub enum ScriptComment {
    /// Fields for the scene that follows.
    Settings(Vec<(MapKey, TreeNode)>),
    /// Silence: a map with the field `pause`.
    Pause(TreeNode),
    /// A note, which the film ignores.
    Note,
}

const PAUSE: &str = "pause";

/// Parses the comment at `place` of `text`, `<!--` and `-->` included. It means something to the film if its first word is
/// a scene's field, or differs from one by a letter, and a colon follows.
///
/// # Errors
/// It begins with such a word, but is not YAML or is no map.
pub fn parse(text: &str, place: Span) -> Result<ScriptComment, Diagnostic> {
    let whole = &text[place.start..place.end];
    let inner = whole.strip_prefix("<!--").and_then(|inner| inner.strip_suffix("-->"));
    let Some(inner) = inner.filter(|inner| is_setting(inner)) else { return Ok(ScriptComment::Note) };
    let tree = fields(text, place.start + "<!--".len(), inner)?;
    let NodeValue::Map(entries) = tree.value else {
        let found = Diagnostic::error("these settings are no map").at(tree.place).label("this comment");
        return Err(found.help("write one field a line, such as `transition: wipe`"));
    };
    classify(entries)
}

/// Tells a pause from fields; a comment with both is an error.
fn classify(mut entries: Vec<(MapKey, TreeNode)>) -> Result<ScriptComment, Diagnostic> {
    match entries.iter().position(|(key, _)| key.text == PAUSE) {
        None => Ok(ScriptComment::Settings(entries)),
        Some(at) if entries.len() == 1 => {
            let (key, length) = entries.remove(at);
            let place = Span { start: key.place.start, end: length.place.end.max(key.place.end) };
            Ok(ScriptComment::Pause(node::map(vec![(key, length)], place)))
        }
        Some(at) => {
            let found = Diagnostic::error("a pause stands in a comment of its own").at(entries[at].0.place);
            Err(found.label("with other fields").help("write `<!-- pause: 0.8s -->` where it is to be silent"))
        }
    }
}

fn is_setting(inner: &str) -> bool {
    let inner = inner.trim_start();
    let inner = inner.strip_prefix('{').unwrap_or(inner).trim_start();
    let end = inner.find(|c: char| !c.is_alphabetic()).unwrap_or(inner.len());
    let (word, rest) = inner.split_at(end);
    rest.starts_with(':') && Scene::FIELDS.iter().chain(&[PAUSE]).any(|field| is_meant(word, field))
}

/// Whether `word` stands for `field`: one typing error is allowed in words of four letters or more.
fn is_meant(word: &str, field: &str) -> bool {
    word == field || (word.len() > 3 && word.len() < 20 && strsim::damerau_levenshtein(word, field) == 1)
}

/// Parses the fields as YAML. The text before them in their line counts as white space, so that fields in several lines may be aligned; in one
/// line, commas may separate them.
fn fields(text: &str, start: usize, inner: &str) -> Result<TreeNode, Diagnostic> {
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = " ".repeat(text[line..start].chars().count());
    match parse_within(&before, inner, "", start) {
        Err(found) if !inner.contains('\n') => {
            parse_within(&format!("{}{{", &before[1..]), inner, "}", start).or(Err(found))
        }
        plain => plain,
    }
}

/// Parses `inner` between two other texts; places in the result are those of `inner` where it begins at byte `start`.
fn parse_within(before: &str, inner: &str, after: &str, start: usize) -> Result<TreeNode, Diagnostic> {
    match tree::parse(&format!("{before}{inner}{after}")) {
        Ok(tree) => Ok(node::moved(tree, before.len(), start)),
        Err(found) => Err(node::moved_finding(found, before.len(), start)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(text: &str) -> Result<ScriptComment, Diagnostic> {
        let start = text.find("<!--").unwrap();
        parse(text, Span { start, end: text.len() })
    }

    fn settings(text: &str) -> Vec<(String, String)> {
        let at = |place: Span| text[place.start..place.end].to_owned();
        match comment(text) {
            Ok(ScriptComment::Settings(entries)) => entries.iter().map(|(k, v)| (at(k.place), at(v.place))).collect(),
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
            assert_eq!(comment(text), Ok(ScriptComment::Note), "{text}");
        }
    }

    #[test]
    fn slips_are_not_notes() {
        assert_eq!(settings("<!-- transiton: wipe -->").len(), 1);
        for (text, said) in [("<!-- show: [ -->", "this is not YAML"), ("<!-- pause: 1s, length: 2s -->", "of its own")]
        {
            let found = comment(text).unwrap_err();
            assert!(found.message.contains(said), "{found:?}");
            assert!(found.span.unwrap().end <= text.len(), "{found:?}");
        }
    }

    #[test]
    fn a_pause_is_one() {
        assert!(matches!(comment("<!-- pause: 0.8s -->"), Ok(ScriptComment::Pause(_))));
    }
}
