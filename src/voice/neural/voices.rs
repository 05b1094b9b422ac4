//! Which voices of this kind there are. Knows nothing of how they sound.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The voice that speaks if none is named.
pub const DEFAULT_VOICE: &str = "heart";

/// A voice of this kind: a network of its own, in the program or a file that someone brings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct VoiceInfo {
    /// What it is called in a project.
    #[serde(skip)]
    pub name: String,
    /// Its language, as BCP 47 has it (`en-US`).
    pub language: String,
    /// Its accent in words.
    pub accent: String,
    /// `female` or `male`.
    pub gender: String,
    /// Whether it is in the program.
    #[serde(rename = "bundled")]
    pub built_in: bool,
    /// Whether its phonemes are British.
    pub british: bool,
    /// What its file is called.
    pub file: String,
    /// How long its file is.
    pub bytes: u64,
    /// The SHA-256 of its file, in hexadecimal digits.
    pub sha256: String,
}

static VOICES: LazyLock<Vec<VoiceInfo>> = LazyLock::new(|| {
    let listed: BTreeMap<String, VoiceInfo> = serde_json::from_str(include_str!("../../../assets/voice/voices.json"))
        .expect("the list in the program is whole");
    let mut voices: Vec<_> = listed.into_iter().map(|(name, info)| VoiceInfo { name, ..info }).collect();
    voices.sort_by_key(|voice| !voice.built_in);
    voices
});

/// All that are known, those in the program first, then by name. The others speak once someone brings their file.
pub fn voices() -> &'static [VoiceInfo] {
    &VOICES
}

/// The one of this name.
pub fn voice(name: &str) -> Option<&'static VoiceInfo> {
    voices().iter().find(|voice| voice.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_voice_is_in_the_program() {
        let heart = voice(DEFAULT_VOICE).unwrap();
        assert!(heart.built_in && !heart.british);
        assert_eq!(heart.bytes, crate::voice::neural::HEART.len() as u64);
        assert_eq!(voices()[0], *heart);
    }

    #[test]
    fn voices_have_names_of_their_own() {
        let names: Vec<_> = voices().iter().map(|v| v.name.as_str()).collect();
        assert_eq!(names, ["heart", "emma", "fable", "fenrir", "kore"]);
        assert_eq!(voice("nobody"), None);
    }
}
