//! Wording of help texts: the nearest known name ("did you mean …?"), lists of names, and texts cut to a length that fits a message.

/// Longer lists of known names are not searched: a hostile spec must not make an error expensive.
const MAX_COMPARED_NAMES: usize = 2_000;
/// Longer names, in bytes, are not compared.
const MAX_COMPARED_BYTES: usize = 100;
/// How many names a message lists before `…`.
const MAX_LISTED_NAMES: usize = 24;
/// How many characters of a user's text a message quotes.
const MAX_QUOTED_CHARS: usize = 60;

/// The known name that the misspelt `written` most likely stands for: at most a third of its letters differ.
pub fn nearest<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    if written.len() > MAX_COMPARED_BYTES || known.len() > MAX_COMPARED_NAMES {
        return None;
    }
    let written = written.to_lowercase();
    let alike = known.iter().filter(|name| name.len() <= MAX_COMPARED_BYTES);
    let (distance, name) = alike.map(|name| (strsim::damerau_levenshtein(&written, name), *name)).min()?;
    let max_distance = written.chars().count().max(name.chars().count()).div_ceil(3);
    (distance <= max_distance).then_some(name)
}

/// The names in backquotes, separated by commas, for a message: "`a`, `b`, `c`".
pub fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(MAX_LISTED_NAMES).map(|name| format!("`{}`", shortened(name))).collect();
    let more = if names.len() > MAX_LISTED_NAMES { " …" } else { "" };
    shown.join(", ") + more
}

/// The text cut to 60 characters, with `…` where it was longer.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
