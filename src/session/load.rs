//! Reads and checks a spec with all that this program can draw and say.

use std::collections::BTreeMap;
use std::path::Path;

use crate::diag::Report;
use crate::render;
use crate::spec::{self, LoadedSpec};
use crate::voice::custom::CustomVoice;
use crate::voice::english::Pronunciations;

/// Reads and checks the spec at `file`, as one of its variants has it; `voices` are those that were added to this machine.
///
/// # Errors
/// All mistakes of the spec, in one report.
pub fn load_spec(file: &Path, variant: Option<&str>, voices: &[CustomVoice]) -> Result<LoadedSpec, Report> {
    let mut names = vec![spec::DEFAULT_VOICE];
    names.extend(voices.iter().map(|voice| voice.name.as_str()));
    let options = spec::LoadOptions {
        drawable: &is_drawable,
        families: &render::FAMILIES,
        neural_voices: &names,
        pronounceable: &check_pronunciation,
        variant,
        languages: &render::LANGUAGES,
    };
    spec::load(file, &options)
}

fn is_drawable(character: char) -> bool {
    render::missing_glyphs(character.encode_utf8(&mut [0; 4])).is_empty()
}

fn check_pronunciation(word: &str, spoken: &str) -> Result<(), String> {
    let entry = BTreeMap::from([(word.to_owned(), spoken.to_owned())]);
    Pronunciations::new(&entry).map(drop).map_err(|error| error.to_string())
}
