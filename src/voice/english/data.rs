//! The embedded data of the lexicons, the tagger and the networks. Each is unpacked at most once a process.

use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;

use super::accent::Accent;

macro_rules! assets {
    ($($name:ident = $file:literal;)*) => {
        $(pub(super) const $name: &[u8] = include_bytes!(concat!("../../../assets/voice/", $file));)*
        const ALL_ASSETS: &[(&str, &[u8])] = &[$(($file, $name)),*];
    };
}

assets! {
    GB_GOLD = "lexicon_gb_gold.json.gz";
    GB_SILVER = "lexicon_gb_silver.json.gz";
    US_GOLD = "lexicon_us_gold.json.gz";
    US_SILVER = "lexicon_us_silver.json.gz";
    NET_US_LETTERS = "oov.json";
    NET_US = "oov.onnx";
    NET_GB_LETTERS = "oov_gb.json";
    NET_GB = "oov_gb.onnx";
    TAGGER = "tagger.json.gz";
}

/// The blake3 hash, in hex, of the names and the bytes of all files.
pub(super) fn fingerprint() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let mut hasher = blake3::Hasher::new();
        for (name, bytes) in ALL_ASSETS {
            for part in [name.as_bytes(), bytes] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
        hasher.finalize().to_hex().to_string()
    })
    .clone()
}

/// Unpacks embedded text, which lives as long as the process.
///
/// # Panics
/// If the embedded bytes are not gzipped UTF-8. The tests unpack all files.
pub(super) fn unpack(packed: &[u8]) -> &'static str {
    // The last four bytes of a gzip file are the length of its content.
    let size = packed.last_chunk::<4>().map_or(0, |n| u32::from_le_bytes(*n) as usize);
    let mut text = String::with_capacity(size);
    GzDecoder::new(packed).read_to_string(&mut text).expect("embedded data are gzip of UTF-8");
    text.leak()
}

/// A value for each accent, created on first use.
pub(super) struct ByAccent<T> {
    american: OnceLock<T>,
    british: OnceLock<T>,
}

impl<T> ByAccent<T> {
    pub(super) const fn new() -> Self {
        Self { american: OnceLock::new(), british: OnceLock::new() }
    }

    pub(super) fn get(&self, accent: Accent, make: impl FnOnce() -> T) -> &T {
        match accent {
            Accent::American => self.american.get_or_init(make),
            Accent::British => self.british.get_or_init(make),
        }
    }
}

/// Iterates over the entries of a JSON object without parsing it as a whole. The values are strings, `null`, or objects without braces in
/// their strings.
pub(super) struct PackedEntries {
    text: &'static str,
    at: usize,
}

impl PackedEntries {
    /// The entries of the object that begins at the byte `at` of `text`.
    pub(super) fn from_object(text: &'static str, at: usize) -> Self {
        debug_assert_eq!(text.as_bytes().get(at), Some(&b'{'));
        Self { text, at: at + 1 }
    }

    fn string_end(&self, open: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = open + 1;
        while bytes[at] != b'"' {
            at += 1 + usize::from(bytes[at] == b'\\');
        }
        at
    }

    fn value_end(&self, from: usize) -> usize {
        let bytes = self.text.as_bytes();
        match bytes[from] {
            b'"' => self.string_end(from) + 1,
            b'{' => from + self.text[from..].find('}').map_or(self.text.len() - from, |n| n + 1),
            _ => from + self.text[from..].find([',', '}']).unwrap_or(self.text.len() - from),
        }
    }
}

impl Iterator for PackedEntries {
    /// The key (without its quotes, with its escapes) and the value (raw JSON).
    type Item = (&'static str, &'static str);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) == Some(&b',') {
            self.at += 1;
        }
        if bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        let close = self.string_end(self.at);
        let key = &self.text[self.at + 1..close];
        let end = self.value_end(close + 2);
        self.at = end;
        Some((key, &self.text[close + 2..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_unpacks_to_valid_json() {
        for (name, bytes) in ALL_ASSETS.iter().filter(|(name, _)| name.ends_with(".gz")) {
            let text = unpack(bytes);
            let json: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(json.is_object(), "{name}");
        }
    }

    #[test]
    fn entries_are_those_of_a_json_parser() {
        let text = r#"{"a":"x","b":{"D":"y","N":null},"c\"d":"z","e":null}"#;
        let found: Vec<_> = PackedEntries::from_object(text, 0).collect();
        assert_eq!(found, [("a", "\"x\""), ("b", r#"{"D":"y","N":null}"#), (r#"c\"d"#, "\"z\""), ("e", "null")]);
        let json: serde_json::Map<String, serde_json::Value> = serde_json::from_str(unpack(US_GOLD)).expect("JSON");
        assert_eq!(PackedEntries::from_object(unpack(US_GOLD), 0).count(), json.len());
    }

    #[test]
    fn the_fingerprint_is_a_hash_in_hex() {
        assert_eq!(fingerprint().len(), 64);
        assert_eq!(fingerprint(), fingerprint());
    }
}
