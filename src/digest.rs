//! Names made from content: `Digest` of bytes, `Key` of an action, and the canonical encoder behind keys.

use std::fmt::{self, Write};
use std::io::{self, Read};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The BLAKE3 hash of some bytes: the name of a blob.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(#[serde(with = "hex_text")] [u8; 32]);

/// The BLAKE3 hash of an action's canonical encoding: the name of a result before it exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(#[serde(with = "hex_text")] [u8; 32]);

/// Why a text is neither a digest nor a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a digest or key: 64 hexadecimal digits expected")]
pub struct ParseDigestError;

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The digest that is these 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest of all that `reader` yields, and how many bytes that was.
    pub fn of_reader(reader: &mut impl Read) -> io::Result<(Self, u64)> {
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 256 << 10];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok((Self(*hasher.finalize().as_bytes()), hasher.count())),
                Ok(n) => hasher.update(&buffer[..n]),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
        }
    }

    /// The raw 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Key {
    /// The key that is these 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The raw 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The first bytes in hexadecimal: enough to tell results apart in a message.
pub fn short_hex(bytes: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*bytes).to_hex()[..12].to_owned()
}

fn parse_hex(hex: &str) -> Result<[u8; 32], ParseDigestError> {
    blake3::Hash::from_hex(hex).map(|hash| *hash.as_bytes()).map_err(|_| ParseDigestError)
}

/// Serialises 32 bytes as a text of hexadecimal digits.
mod hex_text {
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    use super::parse_hex;

    pub fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&blake3::Hash::from_bytes(*bytes).to_hex())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        parse_hex(&String::deserialize(deserializer)?).map_err(Error::custom)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({})", short_hex(&self.0))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", short_hex(&self.0))
    }
}

impl FromStr for Digest {
    type Err = ParseDigestError;

    fn from_str(hex: &str) -> Result<Self, ParseDigestError> {
        parse_hex(hex).map(Self)
    }
}

impl FromStr for Key {
    type Err = ParseDigestError;

    fn from_str(hex: &str) -> Result<Self, ParseDigestError> {
        parse_hex(hex).map(Self)
    }
}

/// Bytes in the cache, named by content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Blob {
    /// The BLAKE3 digest of the bytes.
    pub digest: Digest,
    /// The number of bytes.
    pub len: u64,
}

/// Takes the parts of an action one by one, in a fixed order: to hash them, or to explain them.
pub trait PartSink {
    /// One part: where it stands (`params.motion.kind`), and its value.
    fn part(&mut self, path: &str, value: &str);
}

/// Hashes parts. Each text is preceded by its length, so that no two lists of parts encode alike.
pub struct KeyHasher(blake3::Hasher);

impl KeyHasher {
    /// An empty key of the given format; another `format` gives other keys for the same parts.
    pub fn new(format: &str) -> Self {
        let mut hasher = Self(blake3::Hasher::new());
        hasher.text(format);
        hasher
    }

    /// The key of all parts so far.
    pub fn finish(self) -> Key {
        Key(*self.0.finalize().as_bytes())
    }

    fn text(&mut self, text: &str) {
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }
}

impl PartSink for KeyHasher {
    fn part(&mut self, path: &str, value: &str) {
        self.text(path);
        self.text(value);
    }
}

/// Collects parts as they are, for `explain`.
impl PartSink for Vec<(String, String)> {
    fn part(&mut self, path: &str, value: &str) {
        self.push((path.to_owned(), value.to_owned()));
    }
}

/// Hands parts to a sink. Its buffers serve one part after the other: keys are computed for every step of every build.
pub struct PartWalk<'a, S> {
    path: String,
    text: String,
    sink: &'a mut S,
}

impl<'a, S: PartSink> PartWalk<'a, S> {
    /// A walk that begins.
    pub fn new(sink: &'a mut S) -> Self {
        Self { path: String::with_capacity(64), text: String::with_capacity(64), sink }
    }

    /// Hands over one part, formatted into the reused buffers.
    pub fn part(&mut self, path: fmt::Arguments, text: fmt::Arguments) {
        self.at(path, |walk| walk.text(text));
    }

    /// Every leaf of `value`, which stands at `path`, objects in the order of their sorted names. A leaf's text is its JSON, so that `"1"`
    /// and `1` differ; lists and objects also give their length.
    pub fn value(&mut self, path: &str, value: &Value) {
        self.at(format_args!("{path}"), |walk| walk.leaves(value));
    }

    fn leaves(&mut self, value: &Value) {
        match value {
            Value::Array(items) => {
                self.text(format_args!("[{}]", items.len()));
                for (i, item) in items.iter().enumerate() {
                    self.at(format_args!("[{i}]"), |walk| walk.leaves(item));
                }
            }
            Value::Object(fields) => {
                self.text(format_args!("{{{}}}", fields.len()));
                for (name, field) in fields {
                    self.at(format_args!(".{name}"), |walk| walk.leaves(field));
                }
            }
            leaf => self.text(format_args!("{leaf}")),
        }
    }

    fn at(&mut self, below: fmt::Arguments, body: impl FnOnce(&mut Self)) {
        let here = self.path.len();
        write_to(&mut self.path, below);
        body(self);
        self.path.truncate(here);
    }

    fn text(&mut self, text: fmt::Arguments) {
        self.text.clear();
        write_to(&mut self.text, text);
        self.sink.part(&self.path, &self.text);
    }
}

fn write_to(buffer: &mut String, text: fmt::Arguments) {
    buffer.write_fmt(text).expect("memory is enough");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(value: &Value) -> Key {
        let mut hasher = KeyHasher::new("test");
        PartWalk::new(&mut hasher).value("", value);
        hasher.finish()
    }

    #[test]
    fn values_that_differ_have_keys_that_differ() {
        let values = [
            json!(1),
            json!("1"),
            json!([1]),
            json!([[1]]),
            json!([1, 2]),
            json!([[1], 2]),
            json!({"a": 1}),
            json!({"a": {"a": 1}}),
            json!({"a": null}),
            json!({}),
            json!([]),
            json!({"a.b": 1}),
            json!({"a": {"b": 1}}),
            json!(0.1),
            json!(0.100_000_000_000_000_1),
        ];
        for (i, a) in values.iter().enumerate() {
            for b in &values[..i] {
                assert_ne!(key(a), key(b), "{a} {b}");
            }
        }
    }

    #[test]
    fn the_order_of_fields_does_not_matter() {
        let (a, b) = (r#"{"x": 1, "y": [true]}"#, r#"{"y": [true], "x": 1}"#);
        let parse = |text| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(key(&parse(a)), key(&parse(b)));
    }

    #[test]
    fn a_digest_reads_back() {
        let digest = Digest::of(b"frame");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!("ab".parse::<Digest>(), Err(ParseDigestError));
        let (same, len) = Digest::of_reader(&mut &b"frame"[..]).unwrap();
        assert_eq!((same, len), (digest, 5));
    }
}
