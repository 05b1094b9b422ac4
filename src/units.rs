//! Units that all modules share: pixels, frames, samples and colours.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Samples per second of all sound inside t2v.
pub const SAMPLE_RATE: u32 = 48_000;

/// A frame's size in pixels. Both sides are even, because chroma is stored at half size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    /// Width in pixels, an even number.
    pub width: u32,
    /// Height in pixels, an even number.
    pub height: u32,
}

impl Size {
    /// A size of `width` × `height` pixels.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// Frames per second, as an exact fraction (30/1, 30000/1001).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fps {
    /// Numerator: frames in `den` seconds.
    pub num: u32,
    /// Denominator: seconds in which `num` frames are shown.
    pub den: u32,
}

impl Fps {
    /// A whole number of frames per second.
    pub const fn whole(num: u32) -> Self {
        Self { num, den: 1 }
    }

    /// The rate as a float, for estimates and edges only.
    pub fn as_f64(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }

    /// The first sample that belongs to frame `frame`.
    pub fn sample_of_frame(self, frame: u64) -> u64 {
        frame * u64::from(SAMPLE_RATE) * u64::from(self.den) / u64::from(self.num)
    }

    /// The fewest frames that hold `samples` samples.
    pub fn frames_to_hold(self, samples: u64) -> u64 {
        (samples * u64::from(self.num)).div_ceil(u64::from(SAMPLE_RATE) * u64::from(self.den))
    }

    /// The frame that is on screen when sample `sample` sounds.
    pub fn frame_at_sample(self, sample: u64) -> u64 {
        sample * u64::from(self.num) / (u64::from(SAMPLE_RATE) * u64::from(self.den))
    }

    /// The nearest whole number of frames to `seconds` (never negative).
    pub fn frames(self, seconds: f64) -> u64 {
        (seconds * self.as_f64()).round().max(0.0) as u64
    }

    /// How long `frames` frames last, in seconds.
    pub fn seconds(self, frames: u64) -> f64 {
        frames as f64 * f64::from(self.den) / f64::from(self.num)
    }
}

impl fmt::Display for Fps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.den {
            1 => write!(f, "{}", self.num),
            den => write!(f, "{}/{den}", self.num),
        }
    }
}

/// The nearest whole number of samples to `seconds` (never negative).
pub fn samples(seconds: f64) -> u64 {
    (seconds * f64::from(SAMPLE_RATE)).round().max(0.0) as u64
}

/// How long `samples` samples last, in seconds.
pub fn seconds(samples: u64) -> f64 {
    samples as f64 / f64::from(SAMPLE_RATE)
}

/// A straight-alpha sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Colour {
    /// Red in sRGB, 0–255.
    pub r: u8,
    /// Green in sRGB, 0–255.
    pub g: u8,
    /// Blue in sRGB, 0–255.
    pub b: u8,
    /// Opacity, 255 = opaque.
    pub a: u8,
}

impl Colour {
    /// An opaque colour from its three channels.
    pub const fn rgb(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b, a: 255 }
    }
}

/// Why a text is not a colour.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a colour: write #rgb, #rrggbb or #rrggbbaa, or black or white")]
pub struct ParseColourError;

impl FromStr for Colour {
    type Err = ParseColourError;

    fn from_str(text: &str) -> Result<Self, ParseColourError> {
        match text {
            "black" => return Ok(Self::rgb(0, 0, 0)),
            "white" => return Ok(Self::rgb(255, 255, 255)),
            _ => {}
        }
        let hex = text.strip_prefix('#').ok_or(ParseColourError)?;
        if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ParseColourError);
        }
        let digits: String = match hex.len() {
            3 => hex.chars().flat_map(|c| [c, c]).collect(),
            6 | 8 => hex.to_owned(),
            _ => return Err(ParseColourError),
        };
        Ok(Self { r: channel(&digits, 0)?, g: channel(&digits, 2)?, b: channel(&digits, 4)?, a: channel(&digits, 6)? })
    }
}

/// The two hexadecimal digits at `at`; 255 where the text has ended.
fn channel(digits: &str, at: usize) -> Result<u8, ParseColourError> {
    match digits.get(at..at + 2) {
        Some(pair) => u8::from_str_radix(pair, 16).map_err(|_| ParseColourError),
        None => Ok(255),
    }
}

impl TryFrom<String> for Colour {
    type Error = ParseColourError;

    fn try_from(text: String) -> Result<Self, ParseColourError> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(c: Colour) -> Self {
        match c.a {
            255 => format!("#{:02x}{:02x}{:02x}", c.r, c.g, c.b),
            a => format!("#{:02x}{:02x}{:02x}{a:02x}", c.r, c.g, c.b),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_and_samples_agree_at_every_edge() {
        for fps in [Fps::whole(30), Fps::whole(25), Fps { num: 30_000, den: 1001 }] {
            for frame in [0, 1, 2, 29, 30, 1001, 123_456] {
                let sample = fps.sample_of_frame(frame);
                assert!(fps.frames_to_hold(sample) <= frame, "{fps} {frame}");
                assert_eq!(fps.frame_at_sample(sample + 1), frame, "{fps} {frame}");
            }
        }
        assert_eq!(Fps::whole(30).frames_to_hold(1601), 2);
    }

    #[test]
    fn colours_round_trip() {
        for text in ["#102030", "#10203040"] {
            assert_eq!(String::from(text.parse::<Colour>().unwrap()), text);
        }
        assert_eq!("#fff".parse(), Ok(Colour::rgb(255, 255, 255)));
        for bad in ["", "#", "#12345", "#gg0000", "red ", "#ééé"] {
            assert_eq!(bad.parse::<Colour>(), Err(ParseColourError), "{bad}");
        }
    }
}
