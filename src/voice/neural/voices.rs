//! The list of known Hibari voices (`assets/voice/voices.json`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The voice of projects that name none.
pub const DEFAULT_VOICE: &str = "heart";

/// A Hibari voice. Each has a network of its own, which is built in or a file to be installed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct VoiceInfo {
    /// The name by which projects refer to the voice.
    #[serde(skip)]
    pub name: String,
    /// The language as a BCP 47 tag (`en-US`).
    pub language: String,
    /// A description of the accent.
    pub accent: String,
    /// The gender of the voice: `female` or `male`.
    pub gender: String,
    /// Whether the network is part of the program.
    #[serde(rename = "bundled")]
    pub built_in: bool,
    /// Whether the voice speaks British English rather than American.
    pub british: bool,
    /// The name of the network's file.
    pub file: String,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file in hexadecimal digits.
    pub sha256: String,
}

static VOICES: LazyLock<Vec<VoiceInfo>> = LazyLock::new(|| {
    let listed: BTreeMap<String, VoiceInfo> = serde_json::from_str(include_str!("../../../assets/voice/voices.json"))
        .expect("the list in the program is whole");
    let mut voices: Vec<_> = listed.into_iter().map(|(name, info)| VoiceInfo { name, ..info }).collect();
    voices.sort_by_key(|voice| !voice.built_in);
    voices
});

/// All known voices: the built-in ones, then the others, each sorted by name.
pub fn voices() -> &'static [VoiceInfo] {
    &VOICES
}

/// The known voice with this name.
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
        assert_eq!(heart.bytes, crate::voice::neural::hibari::HEART_NETWORK.len() as u64);
        assert_eq!(voices()[0], *heart);
    }

    #[test]
    fn voices_have_names_of_their_own() {
        let names: Vec<_> = voices().iter().map(|v| v.name.as_str()).collect();
        assert_eq!(names, ["heart", "emma", "fable", "fenrir", "kore"]);
        assert_eq!(voice("nobody"), None);
    }
}
