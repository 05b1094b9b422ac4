//! The voices that espeak-ng has, and whether one is among them.

use std::collections::BTreeSet;
use std::process::Command;

use super::{EspeakError, PROGRAM, Run, checked};

/// How many like names an error carries.
const NEAR: usize = 3;

/// Checks that espeak-ng has the voice `name`, variant included. Two short runs of it.
///
/// # Errors
/// [`EspeakError::UnknownVoice`] with names like it, or that espeak-ng does not run.
pub fn check_voice(name: &str, run: &mut Run) -> Result<(), EspeakError> {
    check_name(name)?;
    let (language, variant) = name.split_once('+').map_or((name, None), |(l, v)| (l, Some(v)));
    let languages = listed("--voices", 1, run)?;
    if !languages.iter().any(|known| speaks(known, language)) {
        return Err(unknown(name, languages));
    }
    let Some(variant) = variant else { return Ok(()) };
    let variants = listed("--voices=variant", 4, run)?;
    match variants.contains(variant) {
        true => Ok(()),
        false => Err(unknown(name, variants.into_iter().map(|v| format!("{language}+{v}")).collect())),
    }
}

/// Checks that `name` can only be a name: no path, no option.
pub(super) fn check_name(name: &str) -> Result<(), EspeakError> {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+_-".contains(&b));
    match plain && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.len() <= 64 {
        true => Ok(()),
        false => Err(EspeakError::UnknownVoice { name: name.to_owned(), near: Vec::new() }),
    }
}

/// Whether the voice `known` answers to `language`: by its own name, or by what that begins with (`en` for `en-gb`).
fn speaks(known: &str, language: &str) -> bool {
    let head = known.get(..language.len()).is_some_and(|head| head.eq_ignore_ascii_case(language));
    head && matches!(known.as_bytes().get(language.len()), None | Some(b'-'))
}

/// The last path segment of a column of a listing.
fn listed(option: &str, column: usize, run: &mut Run) -> Result<BTreeSet<String>, EspeakError> {
    let mut command = Command::new(PROGRAM);
    command.env_remove("ESPEAK_DATA_PATH");
    command.arg(option);
    let table = checked(run(command, b""))?.stdout;
    let table = String::from_utf8_lossy(&table);
    let name = |line: &str| line.split_whitespace().nth(column)?.rsplit('/').next().map(str::to_owned);
    Ok(table.lines().skip(1).filter_map(name).collect())
}

fn unknown(name: &str, known: BTreeSet<String>) -> EspeakError {
    let mut near: Vec<(usize, String)> =
        known.into_iter().map(|k| (strsim::damerau_levenshtein(&k.to_lowercase(), &name.to_lowercase()), k)).collect();
    near.sort();
    EspeakError::UnknownVoice { name: name.to_owned(), near: near.into_iter().take(NEAR).map(|(_, k)| k).collect() }
}
