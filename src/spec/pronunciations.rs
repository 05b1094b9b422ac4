//! The field `pronounce`: words with their respelling or IPA, decoded from the tree. Whether a voice can speak them is checked later.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::decode::{Decode, DecodeContext};
use super::suggest::shortened;
use super::tree::{NodeValue, TreeNode};
use crate::diag::{Diagnostic, Span};

/// Words, each with how it is spoken.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema)]
#[schemars(transparent)]
#[schemars(rename = "Pronounce")]
pub struct WrittenPronunciations(pub BTreeMap<String, WrittenPronunciation>);

/// How one word is spoken.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(transparent)]
#[schemars(rename = "Said")]
pub struct WrittenPronunciation {
    /// A respelling, or IPA between slashes.
    pub text: String,
    /// The value's place in the source text.
    #[schemars(skip)]
    pub place: Span,
}

impl Decode for WrittenPronunciations {
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self> {
        let NodeValue::Map(entries) = &node.value else {
            let message = format!("`pronounce` must be a map, not {}", node.value.kind());
            cx.report(
                Diagnostic::error(message).at(node.place).label("here").help("write `pronounce: { word: respelling }`"),
            );
            return None;
        };
        let mut words = BTreeMap::new();
        for (key, value) in entries {
            match &value.value {
                NodeValue::Scalar { text, .. } if !words.contains_key(&key.text) => {
                    words.insert(key.text.clone(), WrittenPronunciation { text: text.clone(), place: value.place });
                }
                NodeValue::Scalar { .. } => {
                    report_word(cx, &key.text, key.place, "stands here twice", "keep one of the two")
                }
                _ => {
                    report_word(cx, &key.text, key.place, "must have one text as its value", "write `word: respelling`")
                }
            }
        }
        Some(Self(words))
    }
}

fn report_word(cx: &mut DecodeContext, word: &str, place: Span, message: &str, help: &str) {
    cx.report(Diagnostic::error(format!("`{}` {message}", shortened(word))).at(place).label("this word").help(help));
}
