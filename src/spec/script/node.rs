//! Builds the tree's nodes, and moves them to where they stand in a larger text. Knows nothing of scripts.

use crate::diag::{Diagnostic, Place};
use crate::spec::tree::{Key, Node, Value};

/// A text that stands at `place`.
pub fn text(text: impl Into<String>, place: Place) -> Node {
    Node { place, value: Value::Scalar { text: text.into(), typed: false } }
}

/// A number or a truth value that stands at `place`.
pub fn typed(text: &str, place: Place) -> Node {
    Node { place, value: Value::Scalar { text: text.to_owned(), typed: true } }
}

/// A list that stands at `place`.
pub fn list(items: Vec<Node>, place: Place) -> Node {
    Node { place, value: Value::List(items) }
}

/// A map that stands at `place`.
pub fn map(entries: Vec<(Key, Node)>, place: Place) -> Node {
    Node { place, value: Value::Map(entries) }
}

/// Whether one of the entries has this key.
pub fn has(entries: &[(Key, Node)], key: &str) -> bool {
    entries.iter().any(|(known, _)| known.text == key)
}

/// An entry of a map whose key is nowhere written: it stands where its value does.
pub fn entry(key: &str, value: Node) -> (Key, Node) {
    (Key { place: value.place, text: key.to_owned() }, value)
}

/// `text` in which `${` means itself.
pub fn literal(text: &str) -> String {
    text.replace("${", "$${")
}

/// The node, which was read from a piece of text, as part of the whole text: the piece's byte `from` is the text's byte `to`.
pub fn moved(node: Node, from: usize, to: usize) -> Node {
    let place = moved_place(node.place, from, to);
    let value = match node.value {
        Value::List(items) => Value::List(items.into_iter().map(|item| moved(item, from, to)).collect()),
        Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|(k, v)| (moved_key(k, from, to), moved(v, from, to))).collect())
        }
        other => other,
    };
    Node { place, value }
}

/// The same for what was found wrong in the piece.
pub fn moved_finding(found: Diagnostic, from: usize, to: usize) -> Diagnostic {
    Diagnostic { place: found.place.map(|place| moved_place(place, from, to)), ..found }
}

fn moved_key(key: Key, from: usize, to: usize) -> Key {
    Key { place: moved_place(key.place, from, to), text: key.text }
}

fn moved_place(place: Place, from: usize, to: usize) -> Place {
    let moved = |at: usize| to + at.saturating_sub(from);
    Place { start: moved(place.start), end: moved(place.end) }
}
