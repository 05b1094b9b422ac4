//! Builds tree nodes, and shifts their places when a piece of text was parsed on its own.

use crate::diag::{Diagnostic, Span};
use crate::spec::tree::{MapKey, NodeValue, TreeNode};

/// A text that stands at `place`.
pub fn text(text: impl Into<String>, place: Span) -> TreeNode {
    TreeNode { place, value: NodeValue::Scalar { text: text.into(), typed: false } }
}

/// A number or a truth value that stands at `place`.
pub fn typed(text: &str, place: Span) -> TreeNode {
    TreeNode { place, value: NodeValue::Scalar { text: text.to_owned(), typed: true } }
}

/// A list that stands at `place`.
pub fn list(items: Vec<TreeNode>, place: Span) -> TreeNode {
    TreeNode { place, value: NodeValue::List(items) }
}

/// A map that stands at `place`.
pub fn map(entries: Vec<(MapKey, TreeNode)>, place: Span) -> TreeNode {
    TreeNode { place, value: NodeValue::Map(entries) }
}

/// Whether one of the entries has this key.
pub fn has(entries: &[(MapKey, TreeNode)], key: &str) -> bool {
    entries.iter().any(|(known, _)| known.text == key)
}

/// A map entry whose key the script does not contain: the key gets the place of its value.
pub fn entry(key: &str, value: TreeNode) -> (MapKey, TreeNode) {
    (MapKey { place: value.place, text: key.to_owned() }, value)
}

/// The text with each `${` escaped, so that no variable is filled in.
pub fn literal(text: &str) -> String {
    text.replace("${", "$${")
}

/// The node of a piece of text, with its places in the whole text: the piece's byte `from` is the text's byte `to`.
pub fn moved(node: TreeNode, from: usize, to: usize) -> TreeNode {
    let place = moved_place(node.place, from, to);
    let value = match node.value {
        NodeValue::List(items) => NodeValue::List(items.into_iter().map(|item| moved(item, from, to)).collect()),
        NodeValue::Map(entries) => {
            NodeValue::Map(entries.into_iter().map(|(k, v)| (moved_key(k, from, to), moved(v, from, to))).collect())
        }
        other => other,
    };
    TreeNode { place, value }
}

/// Shifts a diagnostic of the piece like [`moved`] does a node.
pub fn moved_finding(found: Diagnostic, from: usize, to: usize) -> Diagnostic {
    Diagnostic { span: found.span.map(|place| moved_place(place, from, to)), ..found }
}

fn moved_key(key: MapKey, from: usize, to: usize) -> MapKey {
    MapKey { place: moved_place(key.place, from, to), text: key.text }
}

fn moved_place(place: Span, from: usize, to: usize) -> Span {
    Span { start: to + place.start.saturating_sub(from), end: to + place.end.saturating_sub(from) }
}
