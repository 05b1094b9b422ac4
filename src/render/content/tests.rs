//! Every kind of content is declared completely: its name in parameters, and words for all of its parts.

use super::*;

/// The name of a content in parameters, and the paths of all of its parts that have a value of their own, without indices.
fn parts(content: &SceneContent) -> (String, Vec<String>) {
    let value = serde_json::to_value(content).unwrap();
    let (name, value) = value.as_object().unwrap().iter().next().unwrap();
    let mut parts = Vec::new();
    walk(value, String::new(), &mut parts);
    (name.clone(), parts)
}

fn walk(value: &serde_json::Value, path: String, parts: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (field, value) in fields {
                let path = if path.is_empty() { field.clone() } else { format!("{path}.{field}") };
                walk(value, path, parts);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, format!("{path}[]"), parts)),
        _ => parts.push(path),
    }
}

#[test]
fn every_part_of_every_kind_has_a_word() {
    for content in SceneContent::samples() {
        let (name, parts) = parts(&content);
        let words = SceneContent::part_words(&name);
        for part in parts {
            let below = |word: &PartWord| {
                part.strip_prefix(word.part).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            };
            assert!(words.iter().any(|word| word.part.is_empty() || below(word)), "`{part}` of `{name}` has no word");
        }
    }
}

#[test]
fn there_is_a_content_for_every_kind_of_show() {
    let kinds: Vec<ShowKind> = SceneContent::samples().iter().map(SceneContent::kind).collect();
    for declared in crate::spec::shows::DECLARED_KINDS {
        assert_eq!(kinds.iter().filter(|kind| **kind == declared.kind).count(), 1, "{}", declared.name);
    }
}
