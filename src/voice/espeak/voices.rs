//! Checks that espeak-ng has a voice.

use std::collections::BTreeSet;
use std::process::Command;

use super::run::{EspeakError, PROGRAM, RunCommand, check_output};

/// The maximum number of similar names in an error.
const MAX_SUGGESTIONS: usize = 3;

/// Checks that espeak-ng has the voice `name`, including its variant. Runs espeak-ng once, or twice for a variant.
///
/// # Errors
/// [`EspeakError::UnknownVoice`] with similar names; [`EspeakError::NotInstalled`], [`EspeakError::Io`] and [`EspeakError::Failed`].
pub fn check_voice(name: &str, run: &mut RunCommand) -> Result<(), EspeakError> {
    check_name(name)?;
    let (language, variant) = name.split_once('+').map_or((name, None), |(l, v)| (l, Some(v)));
    let languages = names_in_listing("--voices", 1, run)?;
    if !languages.iter().any(|known| answers_to(known, language)) {
        return Err(unknown_voice(name, languages));
    }
    let Some(variant) = variant else { return Ok(()) };
    let variants = names_in_listing("--voices=variant", 4, run)?;
    if variants.contains(variant) {
        Ok(())
    } else {
        Err(unknown_voice(name, variants.into_iter().map(|v| format!("{language}+{v}")).collect()))
    }
}

/// Checks that `name` is a plain name, not a path or an option.
pub(super) fn check_name(name: &str) -> Result<(), EspeakError> {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+_-".contains(&b));
    if plain && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.len() <= 64 {
        Ok(())
    } else {
        Err(EspeakError::UnknownVoice { name: name.to_owned(), near: Vec::new() })
    }
}

/// Whether espeak-ng uses the voice `known` for `language`: its own name, or the beginning of it (`en` for `en-gb`).
fn answers_to(known: &str, language: &str) -> bool {
    let head = known.get(..language.len()).is_some_and(|head| head.eq_ignore_ascii_case(language));
    head && matches!(known.as_bytes().get(language.len()), None | Some(b'-'))
}

/// Runs espeak-ng with a listing `option`, and returns the last path segment of one `column` of every row.
fn names_in_listing(option: &str, column: usize, run: &mut RunCommand) -> Result<BTreeSet<String>, EspeakError> {
    let mut command = Command::new(PROGRAM);
    command.env_remove("ESPEAK_DATA_PATH");
    command.arg(option);
    let table = check_output(run(command, b""))?.stdout;
    let table = String::from_utf8_lossy(&table);
    let cells = table.lines().skip(1).filter_map(|line| line.split_whitespace().nth(column));
    Ok(cells.filter_map(|cell| cell.rsplit('/').next()).map(str::to_owned).collect())
}

/// The error for the voice `name`, with the most similar of the names `known`.
fn unknown_voice(name: &str, known: BTreeSet<String>) -> EspeakError {
    let mut near: Vec<(usize, String)> =
        known.into_iter().map(|k| (strsim::damerau_levenshtein(&k.to_lowercase(), &name.to_lowercase()), k)).collect();
    near.sort();
    EspeakError::UnknownVoice {
        name: name.to_owned(),
        near: near.into_iter().take(MAX_SUGGESTIONS).map(|(_, k)| k).collect(),
    }
}
