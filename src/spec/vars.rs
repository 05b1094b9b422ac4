//! Variables in texts: `${name}` is filled in, `$${` stands for `${` itself, any other `$` is a dollar sign.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::decode::{Cx, Decode, listed, nearest, shortened};
use super::tree::{Node, Value};
use crate::diag::Diagnostic;

/// How many bytes all texts of a spec may have together once variables are filled in.
pub const MOST_EXPANDED: usize = 16 << 20;

/// Why a text cannot be filled in.
#[derive(Debug, PartialEq)]
pub struct Unfilled {
    /// The offending part of the text.
    pub part: String,
    /// What is wrong with it.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// The film's variables.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema)]
#[schemars(transparent)]
pub struct Vars(pub BTreeMap<String, VarValue>);

/// A variable's value: a text, a number or a truth value.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(transparent)]
pub struct VarValue(#[schemars(schema_with = "super::scalar::any_scalar")] pub String);

impl Decode for Vars {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
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
                Value::Scalar { .. } if vars.contains_key(&key.text) => {
                    Some(("stands here twice", "keep one of the two"))
                }
                Value::Scalar { text, .. } => {
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

/// Whether a variable or a parameter can be called so.
pub fn is_name(name: &str) -> bool {
    let rest = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_') && name.chars().all(rest) && name.len() <= 64
}

/// Fills in all variables of `text`, to at most `room` bytes. Values are taken as they are: a `${` in a value stays.
///
/// # Errors
/// The first part that names no variable, or for which there is no room.
pub fn expand<'t>(text: &'t str, vars: &BTreeMap<String, String>, room: usize) -> Result<Cow<'t, str>, Unfilled> {
    if !text.contains("${") && text.len() <= room {
        return Ok(Cow::Borrowed(text));
    }
    let mut full = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        if let Some(plain) = before.strip_suffix('$') {
            full.push_str(plain);
            full.push_str("${");
            rest = &from[2..];
            continue;
        }
        full.push_str(before);
        let (value, after) = variable(from, vars)?;
        full.push_str(value);
        rest = after;
        if full.len() + rest.len() > room {
            return Err(too_long());
        }
    }
    full.push_str(rest);
    if full.len() > room { Err(too_long()) } else { Ok(Cow::Owned(full)) }
}

fn too_long() -> Unfilled {
    let message = "with its variables filled in, this spec is too long".to_owned();
    Unfilled { part: String::new(), message, help: "all texts together may have 16 MiB".to_owned() }
}

/// The value of the variable that `from` starts with, and what follows it.
fn variable<'t, 'v>(from: &'t str, vars: &'v BTreeMap<String, String>) -> Result<(&'v str, &'t str), Unfilled> {
    let inside = &from[2..];
    let Some((name, after)) = inside.split_once('}').filter(|(name, _)| is_name(name.trim())) else {
        let part = inside.split_once('}').map_or("${".to_owned(), |(name, _)| format!("${{{name}}}"));
        let help = "write `${name}`, or `$${` for the characters `${` themselves".to_owned();
        return Err(Unfilled { part, message: "`${` does not start a variable here".to_owned(), help });
    };
    match vars.get(name.trim()) {
        Some(value) => Ok((value, after)),
        None => Err(Unfilled {
            part: format!("${{{name}}}"),
            message: format!("unknown variable `{}`", shortened(name.trim())),
            help: known(name, vars),
        }),
    }
}

/// More variables than this are not compared with every wrong name.
const MOST_COMPARED: usize = 64;

fn known(name: &str, vars: &BTreeMap<String, String>) -> String {
    let names: Vec<&str> = vars.keys().take(MOST_COMPARED).map(String::as_str).collect();
    match nearest(name.trim(), &names) {
        Some(near) => format!("did you mean `${{{near}}}`?"),
        None if names.is_empty() => {
            format!("set it in `vars: {{ {}: … }}`, or write `$${{` for the characters `${{`", name.trim())
        }
        None => format!("`vars` has {}; write `$${{` for the characters `${{`", listed(&names)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars() -> BTreeMap<String, String> {
        [("product", "t2v"), ("loop", "${loop}"), ("größe", "XL")].map(|(k, v)| (k.to_owned(), v.to_owned())).into()
    }

    #[test]
    fn variables_are_filled_in_once() {
        for (text, full) in [
            ("no dollar", "no dollar"),
            ("$5 and $", "$5 and $"),
            ("${product}", "t2v"),
            ("a ${product} b ${ product } c", "a t2v b t2v c"),
            ("${loop}", "${loop}"),
            ("$${product}", "${product}"),
            ("$$${product}", "$${product}"),
            ("${größe}é", "XLé"),
        ] {
            assert_eq!(expand(text, &vars(), 100).as_deref(), Ok(full), "{text}");
        }
    }

    #[test]
    fn no_text_outgrows_its_room() {
        assert_eq!(expand("${product}!", &vars(), 4).as_deref(), Ok("t2v!"));
        assert_eq!(expand("${product}!", &vars(), 3), Err(too_long()));
        assert_eq!(expand("$${product}", &vars(), 3), Err(too_long()));
        assert_eq!(expand("plain", &vars(), 3), Err(too_long()));
    }

    #[test]
    fn what_is_no_variable_is_named() {
        for (text, part) in [("x ${prodct}", "${prodct}"), ("${", "${"), ("${}", "${}"), ("${a b}", "${a b}")] {
            assert_eq!(expand(text, &vars(), 100).unwrap_err().part, part);
        }
        assert_eq!(expand("${prodct}", &vars(), 100).unwrap_err().help, "did you mean `${product}`?");
    }
}
