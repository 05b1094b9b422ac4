//! How a project wants words spoken, as written: each word with its respelling or IPA. Knows nothing of sounds.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::decode::{Cx, Decode, shortened};
use super::tree::{Node, Value};
use crate::diag::{Diagnostic, Place};

/// Words and how they are spoken.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema)]
#[schemars(transparent)]
pub struct Pronounce(pub BTreeMap<String, Said>);

/// How one word is spoken, and where that stands.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(transparent)]
pub struct Said {
    /// A respelling, or IPA between slashes.
    pub text: String,
    #[schemars(skip)]
    pub place: Place,
}

impl Decode for Pronounce {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            let message = format!("`pronounce` must be a map, not {}", node.value.kind());
            cx.report(
                Diagnostic::error(message).at(node.place).label("here").help("write `pronounce: { word: respelling }`"),
            );
            return None;
        };
        let mut words = BTreeMap::new();
        for (key, value) in entries {
            match &value.value {
                Value::Scalar { text, .. } if !words.contains_key(&key.text) => {
                    words.insert(key.text.clone(), Said { text: text.clone(), place: value.place });
                }
                Value::Scalar { .. } => report(cx, &key.text, key.place, "stands here twice", "keep one of the two"),
                _ => report(cx, &key.text, key.place, "must have one text as its value", "write `word: respelling`"),
            }
        }
        Some(Self(words))
    }
}

fn report(cx: &mut Cx, word: &str, place: Place, message: &str, help: &str) {
    cx.report(Diagnostic::error(format!("`{}` {message}", shortened(word))).at(place).label("this word").help(help));
}
