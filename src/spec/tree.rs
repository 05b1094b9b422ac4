//! Parses YAML into a tree in which every key and value has its place in the text.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, Location, MessageFormatter, Spanned, UserMessageFormatter};

use crate::diag::{Diagnostic, Span};

/// A YAML value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeNode {
    /// The value's text; for a list or a map from its first to its last item.
    pub place: Span,
    /// What the node holds.
    pub value: NodeValue,
}

/// A YAML value. Numbers, truth values and texts are all a [`NodeValue::Scalar`]: the field that it is decoded for decides what it means.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeValue {
    /// An empty value, `~` or `null`.
    Null,
    /// A number, truth value or text.
    Scalar {
        /// Its text, with escapes and folding applied.
        text: String,
        /// Whether it is written without quotes and YAML takes it for a number or truth value.
        typed: bool,
    },
    /// A sequence of values.
    List(Vec<TreeNode>),
    /// A map in the order of the text; it may hold the same key twice.
    Map(Vec<(MapKey, TreeNode)>),
}

/// A map's key with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct MapKey {
    /// Its place in the text.
    pub place: Span,
    /// The text of the key.
    pub text: String,
}

impl TreeNode {
    /// The value of the first entry called `name`, if the node is a map that has one.
    pub fn field(&self, name: &str) -> Option<&TreeNode> {
        let NodeValue::Map(entries) = &self.value else { return None };
        entries.iter().find(|(key, _)| key.text == name).map(|(_, value)| value)
    }
}

impl NodeValue {
    /// The kind of value with its article, as messages name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Scalar { typed: true, text } if text.parse::<bool>().is_ok() => "a truth value",
            Self::Scalar { typed: true, .. } => "a number",
            Self::Scalar { .. } => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

/// The most values of a spec, which suffice for about 12,000 scenes.
const MAX_VALUES: usize = 180_000;

/// Reads one YAML document.
///
/// # Errors
/// The text is not YAML, or holds more than a spec may; the diagnostic points at the first such place.
pub fn parse(text: &str) -> Result<TreeNode, Diagnostic> {
    let raw: Spanned<RawValue> =
        serde_saphyr::from_str_with_options(text, options(text.len())).map_err(|e| parse_diagnostic(&e, text))?;
    Ok(to_node(raw, text))
}

/// Limits far above any film's needs and far below what exhausts memory. A typical spec has more than five bytes a value, but a short one may
/// be denser.
fn options(bytes: usize) -> serde_saphyr::Options {
    let values = (bytes / 5).clamp(50_000, MAX_VALUES);
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 24,
            flow_nesting_limit: 24,
            max_nodes: values,
            max_events: 3 * values,
            max_aliases: 1_000,
            max_anchors: 1_000,
            max_recorded_anchor_events: 50_000,
            max_documents: 1,
            max_total_scalar_bytes: 16 << 20,
            max_merge_keys: 1_000,
            max_inclusion_depth: 0,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 20_000,
            max_replay_stack_depth: 8,
        },
        emit_comments: false,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        ignore_binary_tag_for_string: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

fn parse_diagnostic(error: &Error, text: &str) -> Diagnostic {
    let error = error.without_snippet();
    let place = error.location().map_or(Span { start: text.len(), end: text.len() }, |at| point(at, text));
    let (message, help) = match error {
        Error::Budget { breach: BudgetBreach::Documents { .. }, .. } | Error::MultipleDocuments { .. } => {
            ("a spec is one YAML document, and here a second one starts".to_owned(), Some("remove the line `---`"))
        }
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. } => (
            "this YAML is larger or nested deeper than a spec may be".to_owned(),
            Some("a spec has at most 50000 values (in a large file one for every five bytes), 24 levels deep"),
        ),
        other => {
            (format!("this is not YAML: {}", UserMessageFormatter.format_message(other)), hint(other, text, place))
        }
    };
    let found = Diagnostic::error(message).at(place);
    match help {
        Some(help) => found.help(help),
        None => found,
    }
}

/// Help texts for the most frequent mistakes.
fn hint(error: &Error, text: &str, place: Span) -> Option<&'static str> {
    let line_start = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let said = error.to_string();
    if said.contains("tab") && line.contains('\t') {
        return Some("indent with spaces, not with tabs");
    }
    if said.contains("mapping values are not allowed") {
        return Some("a text that holds `: ` must stand in quotes");
    }
    let around = text[..place.start].lines().rev().take(2).chain([line]);
    let mistake = "a colour that starts with # must stand in quotes, or YAML takes it for a comment";
    around.into_iter().any(bare_colour).then_some(mistake)
}

/// Whether ` #` and three hexadecimal digits stand in the line.
fn bare_colour(line: &str) -> bool {
    line.split(" #").skip(1).any(|rest| rest.bytes().take_while(u8::is_ascii_hexdigit).count() >= 3)
}

/// The place of an error. Its line and column point at the offending character, which its byte span does not.
fn point(at: Location, text: &str) -> Span {
    let line: usize = match at.line() {
        0 | 1 => 0,
        n => text.match_indices('\n').nth(n as usize - 2).map_or(text.len(), |(at, _)| at + 1),
    };
    let within = text[line..].char_indices().nth(at.column().saturating_sub(1) as usize);
    let start = within.map_or(text.len(), |(offset, _)| line + offset);
    let first = text[start..].chars().next().map_or(0, char::len_utf8);
    Span { start, end: start + first }
}

/// The parser's byte offsets, clamped to the text, without trailing white space.
fn place_of(at: Location, text: &str) -> Span {
    let span = at.span();
    let start = span.byte_offset().map_or(text.len(), |offset| offset as usize);
    let end = start.saturating_add(span.byte_len().unwrap_or(0) as usize);
    let Span { start, end } = Span { start, end }.clamped(text);
    Span { start, end: start + text[start..end].trim_end().len() }
}

/// A value as the parser infers it. The text of a typed scalar is read from the source again, so that `1.10` stays `1.10`.
#[derive(Debug)]
enum RawValue {
    Null,
    Typed,
    Text(String),
    List(Vec<Spanned<RawValue>>),
    Map(Vec<(Spanned<String>, Spanned<RawValue>)>),
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_unit<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_none<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<RawValue, D::Error> {
        RawValue::deserialize(inner)
    }

    fn visit_bool<E>(self, _: bool) -> Result<RawValue, E> {
        Ok(RawValue::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawValue, E> {
        Ok(RawValue::Typed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<RawValue, E> {
        Ok(RawValue::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<RawValue, E> {
        Ok(RawValue::Typed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<RawValue, E> {
        Ok(RawValue::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawValue, E> {
        Ok(RawValue::Typed)
    }

    fn visit_str<E>(self, text: &str) -> Result<RawValue, E> {
        Ok(RawValue::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawValue, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(RawValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<RawValue, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(RawValue::Map(map))
    }
}

fn to_node(raw: Spanned<RawValue>, text: &str) -> TreeNode {
    let place = place_of(raw.defined, text);
    match raw.value {
        RawValue::Null => TreeNode { place, value: NodeValue::Null },
        RawValue::Typed => typed_scalar(place, text),
        RawValue::Text(text) => TreeNode { place, value: NodeValue::Scalar { text, typed: false } },
        RawValue::List(items) => {
            let items: Vec<TreeNode> = items.into_iter().map(|item| to_node(item, text)).collect();
            let last = items.last().map(|item| item.place.end);
            TreeNode { place: collection_place(place, last, ']', text), value: NodeValue::List(items) }
        }
        RawValue::Map(entries) => {
            let entries: Vec<(MapKey, TreeNode)> =
                entries.into_iter().map(|(key, value)| entry(key, value, text)).collect();
            let last = entries.last().map(|(_, value)| value.place.end);
            TreeNode { place: collection_place(place, last, '}', text), value: NodeValue::Map(entries) }
        }
    }
}

/// The place of a whole list or map; the parser gives its first byte only.
fn collection_place(opening: Span, last: Option<usize>, closer: char, text: &str) -> Span {
    let end = last.unwrap_or(opening.end).max(opening.end);
    let rest = text[end..].trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    let flow = text[opening.start..].starts_with(['[', '{']);
    if flow && rest.starts_with(closer) {
        Span { start: opening.start, end: text.len() - rest.len() + 1 }
    } else {
        Span { start: opening.start, end }
    }
}

fn typed_scalar(place: Span, text: &str) -> TreeNode {
    let text = text[place.start..place.end].trim().to_owned();
    TreeNode { place, value: NodeValue::Scalar { text, typed: true } }
}

fn entry(key: Spanned<String>, value: Spanned<RawValue>, text: &str) -> (MapKey, TreeNode) {
    let key = MapKey { place: place_of(key.defined, text), text: key.value };
    (key, to_node(value, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, place: Span) -> &str {
        &text[place.start..place.end]
    }

    fn entries(node: &TreeNode) -> &[(MapKey, TreeNode)] {
        match &node.value {
            NodeValue::Map(entries) => entries,
            other => panic!("a map, not {other:?}"),
        }
    }

    fn scalar(text: &str, typed: bool) -> NodeValue {
        NodeValue::Scalar { text: text.to_owned(), typed }
    }

    #[test]
    fn every_key_and_value_knows_its_place() {
        let text = "\u{feff}ü: 1.10\r\nb: 'x y'\r\nc: [1, {p: 0.6s}, ]\r\nd: |\r\n  two\r\n  lines\r\ne:\r\n- k: v\r\n";
        let root = parse(text).unwrap();
        let seen: Vec<(&str, &str)> =
            entries(&root).iter().map(|(key, value)| (at(text, key.place), at(text, value.place))).collect();
        let block = "two\r\n  lines";
        assert_eq!(seen, [("ü", "1.10"), ("b", "'x y'"), ("c", "[1, {p: 0.6s}, ]"), ("d", block), ("e", "k: v")]);
    }

    #[test]
    fn a_scalar_keeps_the_text_that_was_written() {
        for (text, value) in [
            ("1.10", scalar("1.10", true)),
            ("0x1F", scalar("0x1F", true)),
            ("007", scalar("007", true)),
            ("true", scalar("true", true)),
            ("yes", scalar("yes", false)),
            (".inf", scalar(".inf", false)),
            ("'1.10'", scalar("1.10", false)),
            ("\"a\\n\\u00e9\"", scalar("a\né", false)),
            (">\n a\n b\n\n c", scalar("a b\nc\n", false)),
            ("~", NodeValue::Null),
            ("", NodeValue::Null),
        ] {
            assert_eq!(parse(text).unwrap().value, value, "{text}");
        }
    }

    #[test]
    fn duplicate_keys_are_kept_for_their_own_error() {
        assert_eq!(entries(&parse("a: 1\na: 2\n").unwrap()).len(), 2);
    }

    #[test]
    fn merged_maps_give_way_to_what_is_written() {
        let text = "a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}\n";
        let root = parse(text).unwrap();
        let merged: Vec<(&str, &str)> = entries(&entries(&root)[1].1)
            .iter()
            .map(|(key, value)| (key.text.as_str(), at(text, value.place)))
            .collect();
        assert_eq!(merged, [("k", "3"), ("l", "2")]);
    }

    #[test]
    fn what_is_not_yaml_is_pointed_at() {
        for (text, offending) in
            [("a: [1", "["), ("a: b: c", ":"), ("a: 'x", "'"), ("a: *q", "*"), ("a: \u{1b}b", "\u{1b}")]
        {
            assert_eq!(at(text, parse(text).unwrap_err().span.unwrap()), offending, "{text}");
        }
    }

    #[test]
    fn bombs_are_refused_at_once() {
        let laughs: String =
            (1..12).map(|n| format!("a{n}: &a{n} [{}]\n", format!("*a{},", n - 1).repeat(9))).collect();
        let bombs = [
            format!("a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n{laughs}"),
            "[".repeat(100_000),
            "- ".repeat(100_000),
            "{a: ".repeat(10_000),
            format!("a:\n{}", (1..5000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>()),
            format!("[{}]", "a,".repeat(1_000_000)),
            format!("{}x", "? ".repeat(50_000)),
            format!("&a [{}]", "*a,".repeat(100_000)),
            format!("b: &b {}\nc: [{}]", "x".repeat(1 << 20), "*b,".repeat(900)),
            "--- a\n".repeat(100_000),
        ];
        for (n, bomb) in bombs.iter().enumerate() {
            let start = std::time::Instant::now();
            assert!(parse(bomb).is_err(), "bomb {n}");
            let took = start.elapsed();
            // 100 ms where nothing else runs; tests share the machine, and are compiled for debugging.
            assert!(took.as_secs() < 60, "bomb {n} took {took:?}");
        }
    }
}
