//! Expands variables in texts: `${name}` is filled in, `$${` stands for `${` itself, any other `$` is a dollar sign.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::suggest::{listed, nearest, shortened};

/// The most bytes that all texts of a spec may have together once variables are filled in.
pub const MAX_EXPANDED_BYTES: usize = 16 << 20;

/// Why a text cannot be expanded.
#[derive(Debug, PartialEq)]
pub struct ExpandError {
    /// The offending part of the text, as written; empty where the whole text is too long.
    pub part: String,
    /// The message about that part.
    pub message: String,
    /// The help text: what to write instead.
    pub help: String,
}

/// Whether `name` is allowed for a variable or parameter: up to 64 letters, digits, `_` and `-`, no digit or `-` first.
pub fn is_name(name: &str) -> bool {
    name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        && name.len() <= 64
}

/// Fills in all variables of `text`; the result has at most `max_bytes` bytes. Values are not expanded: a `${` in a value stays.
///
/// # Errors
/// The first part that names no variable, or a text longer than `max_bytes`.
pub fn expand<'t>(
    text: &'t str,
    vars: &BTreeMap<String, String>,
    max_bytes: usize,
) -> Result<Cow<'t, str>, ExpandError> {
    if !text.contains("${") && text.len() <= max_bytes {
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
        if full.len() + rest.len() > max_bytes {
            return Err(too_long());
        }
    }
    full.push_str(rest);
    if full.len() > max_bytes { Err(too_long()) } else { Ok(Cow::Owned(full)) }
}

fn too_long() -> ExpandError {
    let message = "with its variables filled in, this spec is too long".to_owned();
    ExpandError { part: String::new(), message, help: "all texts together may have 16 MiB".to_owned() }
}

/// The value of the variable that `from` starts with, and what follows it.
fn variable<'t, 'v>(from: &'t str, vars: &'v BTreeMap<String, String>) -> Result<(&'v str, &'t str), ExpandError> {
    let inside = &from[2..];
    let Some((name, after)) = inside.split_once('}').filter(|(name, _)| is_name(name.trim())) else {
        let part = inside.split_once('}').map_or("${".to_owned(), |(name, _)| format!("${{{name}}}"));
        let help = "write `${name}`, or `$${` for the characters `${` themselves".to_owned();
        return Err(ExpandError { part, message: "`${` does not start a variable here".to_owned(), help });
    };
    match vars.get(name.trim()) {
        Some(value) => Ok((value, after)),
        None => Err(ExpandError {
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
