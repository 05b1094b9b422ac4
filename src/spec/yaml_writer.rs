//! Writes a tree as YAML that parses back to the same tree; the same tree always gives the same text.

use super::scalar::is_digits;
use super::tree::{MapKey, NodeValue, TreeNode};

/// Longer lines, in characters, are broken.
const MAX_LINE_CHARS: usize = 100;
/// A longer text, in characters, is written as a block scalar rather than in quotes.
const MAX_QUOTED_CHARS: usize = 60;
/// Words that some version of YAML takes for a truth value, null or number.
const RESERVED_WORDS: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];

/// The tree as YAML with a final newline.
pub fn to_yaml(root: &TreeNode) -> String {
    let mut text = String::new();
    match &root.value {
        NodeValue::Map(entries) if !entries.is_empty() => map(entries, 0, true, &mut text),
        _ => after(root, 0, 0, &mut text),
    }
    text.trim_start().trim_end_matches('\n').to_owned() + "\n"
}

/// Writes the entries of a map, each on a new line; `apart`: with empty lines around entries of several lines.
fn map(entries: &[(MapKey, TreeNode)], indent: usize, apart: bool, text: &mut String) {
    let mut was_long = false;
    for (n, (key, value)) in entries.iter().enumerate() {
        let mut lines = format!("{}:", scalar(&key.text, false, true));
        after(value, indent, lines.len(), &mut lines);
        let is_long = lines.contains('\n');
        if apart && n > 0 && (is_long || was_long) {
            text.push('\n');
        }
        was_long = is_long;
        new_line(indent, text);
        text.push_str(&lines);
    }
}

/// Writes a value behind its key or dash, which take `column` columns of the line.
fn after(value: &TreeNode, indent: usize, column: usize, text: &mut String) {
    match inline(value, false)
        .filter(|line| indent + column + line.chars().count() < MAX_LINE_CHARS || is_scalar(value))
    {
        Some(line) => {
            text.push(' ');
            text.push_str(&line);
        }
        None => block(value, indent, text),
    }
}

fn is_scalar(value: &TreeNode) -> bool {
    !matches!(value.value, NodeValue::List(_) | NodeValue::Map(_))
}

/// Writes a value on lines of its own, indented deeper than `indent`.
fn block(value: &TreeNode, indent: usize, text: &mut String) {
    match &value.value {
        NodeValue::Map(entries) => map(entries, indent + 2, false, text),
        NodeValue::List(items) => list(items, indent + 2, text),
        NodeValue::Scalar { text: words, .. } => {
            text.push_str(if words.ends_with('\n') { " |" } else { " |-" });
            for line in words.trim_end_matches('\n').split('\n') {
                new_line(if line.is_empty() { 0 } else { indent + 2 }, text);
                text.push_str(line);
            }
        }
        NodeValue::Null => text.push_str(" null"),
    }
}

fn list(items: &[TreeNode], indent: usize, text: &mut String) {
    let mut was_long = false;
    for (n, item) in items.iter().enumerate() {
        let mut lines = "-".to_owned();
        match &item.value {
            // The first entry is written behind the dash.
            NodeValue::Map(entries)
                if inline(item, false).is_none_or(|line| line.chars().count() + indent + 2 > MAX_LINE_CHARS) =>
            {
                let mut entry = String::new();
                map(entries, indent + 2, false, &mut entry);
                lines.push(' ');
                lines.push_str(entry.trim_start());
            }
            _ => after(item, indent, 1, &mut lines),
        }
        let is_long = lines.contains('\n') && matches!(item.value, NodeValue::Map(_));
        if n > 0 && (is_long || was_long) {
            text.push('\n');
        }
        was_long = is_long;
        new_line(indent, text);
        text.push_str(&lines);
    }
}

fn new_line(indent: usize, text: &mut String) {
    text.push('\n');
    text.push_str(&" ".repeat(indent));
}

/// The value on one line, if it fits there; `inside`: within brackets.
fn inline(value: &TreeNode, inside: bool) -> Option<String> {
    match &value.value {
        NodeValue::Null => Some("null".to_owned()),
        NodeValue::Scalar { text, typed: true } => Some(text.clone()),
        NodeValue::Scalar { text, .. } if is_for_a_block(text) => None,
        NodeValue::Scalar { text, .. } => Some(scalar(text, inside, false)),
        NodeValue::List(items) => {
            let items: Vec<String> = items.iter().map(|item| inline(item, true)).collect::<Option<_>>()?;
            Some(format!("[{}]", items.join(", ")))
        }
        NodeValue::Map(entries) if entries.is_empty() => Some("{}".to_owned()),
        NodeValue::Map(entries) => {
            // Maps of many entries, such as scenes, are easier to read on several lines.
            if entries.len() > 4 || entries.iter().any(|(_, value)| matches!(value.value, NodeValue::Map(_))) {
                return None;
            }
            let entries: Vec<String> = entries.iter().map(inline_entry).collect::<Option<_>>()?;
            Some(format!("{{ {} }}", entries.join(", ")))
        }
    }
}

fn inline_entry((key, value): &(MapKey, TreeNode)) -> Option<String> {
    Some(format!("{}: {}", scalar(&key.text, true, true), inline(value, true)?))
}

/// A text on one line: unquoted where that is safe, otherwise in quotes.
fn scalar(text: &str, inside: bool, key: bool) -> String {
    if is_plain(text, inside || key) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str, inside: bool) -> bool {
    let word = text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && !text.contains("  ")
        && text.chars().all(|c| is_plain_char(c, inside))
        && !RESERVED_WORDS.contains(&text.to_lowercase().as_str());
    word || is_measure(text)
}

/// Whether the character has no meaning to YAML inside a plain scalar; `inside`: within brackets.
fn is_plain_char(c: char, inside: bool) -> bool {
    c.is_alphanumeric() || " -_./()'’“”–—!?%+&=;…*".contains(c) || (!inside && ",[]{}$".contains(c))
}

/// A number with its unit, such as `0.8s`, which YAML does not take for a number.
fn is_measure(text: &str) -> bool {
    let number = text.strip_suffix("ms").or_else(|| text.strip_suffix('s')).unwrap_or_default();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    is_digits(whole) && is_digits(fraction)
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ if is_hidden(c) && u32::from(c) > 0xffff => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
            _ if is_hidden(c) => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            _ => quoted.push(c),
        }
    }
    quoted + "\""
}

/// Whether the character is invisible in editors, or YAML requires an escape for it.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..)
}

fn survives_in_block(line: &str) -> bool {
    !line.ends_with([' ', '\t']) && !line.chars().any(|c| c != '\t' && is_hidden(c))
}

/// Whether a text is easier to read in a block scalar, and reads back unchanged from it.
fn is_for_a_block(text: &str) -> bool {
    let wanted = text.contains('\n') || (text.chars().count() > MAX_QUOTED_CHARS && text.contains(' '));
    let body = text.strip_suffix('\n').unwrap_or(text);
    wanted
        && !body.ends_with('\n')
        && !body.is_empty()
        && !body.starts_with([' ', '\t', '\n'])
        && body.split('\n').all(survives_in_block)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diag::Span;
    use crate::spec::tree;

    const NOWHERE: Span = Span { start: 0, end: 0 };

    fn text(text: &str) -> TreeNode {
        TreeNode { place: NOWHERE, value: NodeValue::Scalar { text: text.to_owned(), typed: false } }
    }

    fn node(value: NodeValue) -> TreeNode {
        TreeNode { place: NOWHERE, value }
    }

    fn map_of(entries: &[(&str, TreeNode)]) -> TreeNode {
        let entry =
            |(key, value): &(&str, TreeNode)| (MapKey { place: NOWHERE, text: (*key).to_owned() }, value.clone());
        node(NodeValue::Map(entries.iter().map(entry).collect()))
    }

    fn placeless(node: TreeNode) -> TreeNode {
        let value = match node.value {
            NodeValue::List(items) => NodeValue::List(items.into_iter().map(placeless).collect()),
            NodeValue::Map(entries) => NodeValue::Map(
                entries.into_iter().map(|(key, value)| (MapKey { place: NOWHERE, ..key }, placeless(value))).collect(),
            ),
            other => other,
        };
        TreeNode { place: NOWHERE, value }
    }

    fn read(yaml: &str) -> TreeNode {
        match tree::parse(yaml) {
            Ok(tree) => placeless(tree),
            Err(found) => panic!("{found:?}\n{yaml}"),
        }
    }

    const HOSTILE: &[&str] = &[
        "",
        " ",
        "-",
        "- a",
        "?",
        "a: b",
        "a :b",
        "a #b",
        "#a",
        "a:",
        "true",
        "No",
        "null",
        "~",
        "1",
        "1.5",
        "1.5s",
        "3ms",
        "a *b* c",
        "0x1f",
        "1e3",
        ".nan",
        ".inf",
        "1:02",
        "2020-01-01",
        "'a'",
        "\"a\"",
        "a'b",
        "a\\b",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a`",
        "{a}",
        "[a]",
        "a, b",
        "a]",
        "|",
        ">-",
        "---",
        "...",
        "--- a",
        "<<",
        "=",
        "a\nb",
        "a\n\nb",
        "a\nb\n",
        "a\n\n",
        "\na",
        " a\nb",
        "a\n b\n  c",
        "a \nb",
        "a\n \nb",
        "a\r\nb",
        "a\rb",
        "\ta",
        "a\tb",
        "a\n\tb",
        "# not a comment\nnor: this",
        "--- \nx",
        "a\n---\nb",
        "a\n...\nb",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "a\u{2028}b",
        "a\u{a0}b",
        "\u{feff}a",
        "a\u{202e}b",
        "é",
        "日本語",
        "😀",
        "\u{e000}",
        "\u{fffe}",
        "\u{10ffff}",
        "${a}",
        "$${",
        "a  b",
        "a ",
        "e\u{301}",
    ];

    fn holders(value: &TreeNode) -> Vec<TreeNode> {
        let list = |items: Vec<TreeNode>| node(NodeValue::List(items));
        let words = text("some words");
        vec![
            map_of(&[("a", value.clone())]),
            map_of(&[("a", list(vec![value.clone(), words.clone(), value.clone()]))]),
            map_of(&[("a", map_of(&[("b", value.clone()), ("c", words.clone())]))]),
            map_of(&[("a", list(vec![map_of(&[("b", value.clone()), ("c", list(vec![value.clone()]))]), words]))]),
            map_of(&[("a", list(vec![list(vec![value.clone(), value.clone()]), list(vec![value.clone()])]))]),
        ]
    }

    #[test]
    fn hostile_texts_come_back_wherever_they_stand() {
        let long: Vec<String> =
            HOSTILE.iter().map(|text| format!("{text} and {} words {text}", "more ".repeat(20))).collect();
        for words in HOSTILE.iter().copied().chain(long.iter().map(String::as_str)) {
            for tree in holders(&text(words)) {
                assert_eq!(read(&to_yaml(&tree)), tree, "{words:?}\n{}", to_yaml(&tree));
            }
            let key = map_of(&[(words, text("x"))]);
            if words != "<<" {
                assert_eq!(read(&to_yaml(&key)), key, "{words:?}");
            }
        }
    }

    #[test]
    fn what_is_written_without_quotes_keeps_its_kind() {
        let yaml_text = "fps: 29.970\nburn: true\nnothing: null\nempty: []\nnone: {}\nmap: { a: 0x1F }\n";
        assert_eq!(to_yaml(&read(yaml_text)), yaml_text);
    }

    #[test]
    fn it_looks_as_a_person_would_write_it() {
        let say = "First comes this sentence.\nSecond: this one.";
        let scene = map_of(&[
            ("id", text("one")),
            ("say", text(say)),
            ("show", map_of(&[("image", text("a/b.png")), ("motion", text("hold"))])),
        ]);
        let quiet = map_of(&[
            ("id", text("two")),
            ("show", map_of(&[("list", node(NodeValue::List(vec![text("One: 1"), text("Two")])))])),
        ]);
        let film = map_of(&[
            ("title", text("Yes")),
            ("voice", text("de")),
            ("scenes", node(NodeValue::List(vec![scene, quiet]))),
        ]);
        let expected = "title: \"Yes\"\nvoice: de\n\nscenes:\n  - id: one\n    say: |-\n      First comes this sentence.\n      Second: this one.\n    show: { image: a/b.png, motion: hold }\n\n  - id: two\n    show: { list: [\"One: 1\", Two] }\n";
        assert_eq!(to_yaml(&film), expected);
    }

    fn any_node() -> impl Strategy<Value = TreeNode> {
        let words = prop_oneof![any::<String>(), "[a-z :#\\-\n\t'\"\\[\\]{},&*|>]{0,90}"];
        let leaf = prop_oneof![4 => words.prop_map(|words| text(&words)), 1 => Just(node(NodeValue::Null))];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let keyed = ("[a-z]{1,6}|[ -~]{1,8}", inner.clone());
            prop_oneof![
                prop::collection::vec(inner, 0..5).prop_map(|items| node(NodeValue::List(items))),
                prop::collection::vec(keyed, 0..6).prop_map(|entries| {
                    let entries = entries.into_iter().filter(|(key, _)| key != "<<");
                    node(NodeValue::Map(
                        entries.map(|(text, value)| (MapKey { place: NOWHERE, text }, value)).collect(),
                    ))
                }),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn any_tree_comes_back(tree in any_node()) {
            let tree = map_of(&[("a", tree)]);
            let yaml = to_yaml(&tree);
            let back = tree::parse(&yaml).map(placeless);
            prop_assert_eq!(back, Ok(tree), "{}", yaml);
        }
    }
}
