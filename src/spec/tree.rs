//! YAML text → a tree in which every value and every key knows its place. Knows nothing of films.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, Location, MessageFormatter, Spanned, UserMessageFormatter};

use crate::diag::{Diagnostic, Place};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value's text; for a list or a map from its first to its last item.
    pub place: Place,
    /// What stands there.
    pub value: Value,
}

/// What YAML can hold. A number, a truth value or a text is a [`Value::Scalar`]: what it means depends on who asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A single value.
    Scalar {
        /// Its text; escapes and folding done.
        text: String,
        /// Written without quotes as what YAML takes for a number or a truth value.
        typed: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text; the same key may stand there twice.
    Map(Vec<(Key, Node)>),
}

/// A map's key.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Where it stands.
    pub place: Place,
    /// The key.
    pub text: String,
}

impl Value {
    /// What it is, in the user's words.
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

/// The most values of any spec: some 12,000 scenes.
const MOST_VALUES: usize = 180_000;

/// Reads one YAML document.
///
/// # Errors
/// The first place where the text is not YAML, or is more than a spec may hold.
pub fn parse(text: &str) -> Result<Node, Diagnostic> {
    let raw: Spanned<Raw> =
        serde_saphyr::from_str_with_options(text, options(text.len())).map_err(|e| refusal(&e, text))?;
    Ok(located(raw, text))
}

/// Bounds far above any film's needs, and far below what hurts. A spec as it is written has more than five bytes a value; a short one
/// may be dense.
fn options(bytes: usize) -> serde_saphyr::Options {
    let values = (bytes / 5).clamp(50_000, MOST_VALUES);
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

fn refusal(error: &Error, text: &str) -> Diagnostic {
    let error = error.without_snippet();
    let place = error.location().map_or(Place { start: text.len(), end: text.len() }, |at| point(at, text));
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

/// The slips that people make most.
fn hint(error: &Error, text: &str, place: Place) -> Option<&'static str> {
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
    let slip = "a colour that starts with # must stand in quotes, or YAML takes it for a comment";
    around.into_iter().any(bare_colour).then_some(slip)
}

/// Whether ` #` and three hexadecimal digits stand in the line.
fn bare_colour(line: &str) -> bool {
    line.split(" #").skip(1).any(|rest| rest.bytes().take_while(u8::is_ascii_hexdigit).count() >= 3)
}

/// Where an error is: its byte span says less than its line and column, which point at the offending character.
fn point(at: Location, text: &str) -> Place {
    let line: usize = match at.line() {
        0 | 1 => 0,
        n => text.match_indices('\n').nth(n as usize - 2).map_or(text.len(), |(at, _)| at + 1),
    };
    let within = text[line..].char_indices().nth(at.column().saturating_sub(1) as usize);
    let start = within.map_or(text.len(), |(offset, _)| line + offset);
    let first = text[start..].chars().next().map_or(0, char::len_utf8);
    Place { start, end: start + first }
}

/// Byte offsets from the parser, held inside the text, without white space at the end.
fn place_of(at: Location, text: &str) -> Place {
    let span = at.span();
    let start = span.byte_offset().map_or(text.len(), |offset| offset as usize);
    let end = start.saturating_add(span.byte_len().unwrap_or(0) as usize);
    let Place { start, end } = Place { start, end }.clamped(text);
    Place { start, end: start + text[start..end].trim_end().len() }
}

/// What the parser's inference said; a typed scalar's text is read from the source again, so that `1.10` stays `1.10`.
#[derive(Debug)]
enum Raw {
    Null,
    Typed,
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Raw, D::Error> {
        Raw::deserialize(inner)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

fn located(raw: Spanned<Raw>, text: &str) -> Node {
    let place = place_of(raw.defined, text);
    match raw.value {
        Raw::Null => Node { place, value: Value::Null },
        Raw::Typed => typed(place, text),
        Raw::Text(text) => Node { place, value: Value::Scalar { text, typed: false } },
        Raw::List(items) => {
            let items: Vec<Node> = items.into_iter().map(|item| located(item, text)).collect();
            let last = items.last().map(|item| item.place.end);
            Node { place: around(place, last, ']', text), value: Value::List(items) }
        }
        Raw::Map(entries) => {
            let entries: Vec<(Key, Node)> = entries.into_iter().map(|(key, value)| entry(key, value, text)).collect();
            let last = entries.last().map(|(_, value)| value.place.end);
            Node { place: around(place, last, '}', text), value: Value::Map(entries) }
        }
    }
}

/// From a list's or map's first byte to its last: the parser gives the first only.
fn around(opening: Place, last: Option<usize>, closer: char, text: &str) -> Place {
    let end = last.unwrap_or(opening.end).max(opening.end);
    let rest = text[end..].trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    let flow = text[opening.start..].starts_with(['[', '{']);
    match flow && rest.starts_with(closer) {
        true => Place { start: opening.start, end: text.len() - rest.len() + 1 },
        false => Place { start: opening.start, end },
    }
}

fn typed(place: Place, text: &str) -> Node {
    let text = text[place.start..place.end].trim().to_owned();
    Node { place, value: Value::Scalar { text, typed: true } }
}

fn entry(key: Spanned<String>, value: Spanned<Raw>, text: &str) -> (Key, Node) {
    let key = Key { place: place_of(key.defined, text), text: key.value };
    (key, located(value, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, place: Place) -> &str {
        &text[place.start..place.end]
    }

    fn entries(node: &Node) -> &[(Key, Node)] {
        match &node.value {
            Value::Map(entries) => entries,
            other => panic!("a map, not {other:?}"),
        }
    }

    fn scalar(text: &str, typed: bool) -> Value {
        Value::Scalar { text: text.to_owned(), typed }
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
            ("~", Value::Null),
            ("", Value::Null),
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
            assert_eq!(at(text, parse(text).unwrap_err().place.unwrap()), offending, "{text}");
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
            assert!(took.as_millis() < 2000, "bomb {n} took {took:?}");
        }
    }
}
