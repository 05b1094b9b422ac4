//! The field `vars`: the variables that a film declares, decoded from the tree.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::decode::{Decode, DecodeContext};
use super::suggest::shortened;
use super::tree::{NodeValue, TreeNode};
use super::vars::is_name;
use crate::diag::Diagnostic;

/// The variables of a film, by name.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema)]
#[schemars(transparent)]
#[schemars(rename = "Vars")]
pub struct WrittenVars(pub BTreeMap<String, VarValue>);

/// A variable's value: a text, a number or a truth value.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(transparent)]
pub struct VarValue(#[schemars(schema_with = "super::scalar::any_scalar")] pub String);

impl Decode for WrittenVars {
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self> {
        let NodeValue::Map(entries) = &node.value else {
            let found = Diagnostic::error(format!("`vars` must be a map, not {}", node.value.kind())).at(node.place);
            cx.report(found.label("here").help("write `vars: { name: value }`"));
            return None;
        };
        let mut vars = BTreeMap::new();
        for (key, value) in entries {
            let wrong = match &value.value {
                _ if !is_name(&key.text) => {
                    Some(("is not a name for a variable", "use letters, digits, `_` and `-`; a letter first"))
                }
                NodeValue::Scalar { .. } if vars.contains_key(&key.text) => {
                    Some(("stands here twice", "keep one of the two"))
                }
                NodeValue::Scalar { text, .. } => {
                    vars.insert(key.text.clone(), VarValue(text.clone()));
                    None
                }
                _ => Some(("must have one text or number as its value", "write `name: value`")),
            };
            if let Some((message, help)) = wrong {
                let found = Diagnostic::error(format!("`{}` {message}", shortened(&key.text))).at(key.place);
                cx.report(found.label("this variable").help(help));
            }
        }
        Some(Self(vars))
    }
}
