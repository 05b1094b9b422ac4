//! Scalars for numbers with and without units: seconds, shares, loudness.

use super::inline_schema::schema;
use crate::spec::decode::{Scalar, ScalarError};

/// A length of time or a moment, in seconds; never negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seconds(pub f64);
schema!(Seconds, "Duration", {
    "anyOf": [
        { "type": "number", "minimum": 0 },
        { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?(s|ms)?$" },
        { "type": "string", "pattern": "^([0-9]+:)?[0-9]{1,2}:[0-9]{2}(\\.[0-9]+)?$" }
    ]
});

impl Scalar for Seconds {
    const KIND: &'static str = "a duration";
    const HELP: &'static str = "write `0.5s`, `500ms`, `1:02.5` or a number of seconds";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        let seconds = if text.contains(':') {
            clock(text)
        } else if let Some(ms) = text.strip_suffix("ms") {
            decimal(ms.trim_end_matches(' ')).map(|ms| ms / 1000.0)
        } else {
            decimal(text.strip_suffix('s').unwrap_or(text).trim_end_matches(' '))
        };
        match seconds {
            Some(seconds) => Ok(Self(seconds)),
            None if text.starts_with('-') => Err(ScalarError::new(format!("cannot be negative, as `{text}` is"))),
            None => Err(ScalarError::default()),
        }
    }
}

/// The seconds of `minutes:seconds` or `hours:minutes:seconds`.
fn clock(text: &str) -> Option<f64> {
    let mut parts = text.rsplitn(3, ':');
    let (seconds, minutes) = (parts.next()?, parts.next()?);
    let seconds = decimal(seconds).filter(|s| *s < 60.0 && has_two_digits(seconds))?;
    let minutes = minutes.parse::<u32>().ok().filter(|_| decimal(minutes).is_some())?;
    let hours = match parts.next() {
        Some(hours) => decimal(hours).filter(|h| minutes < 60 && h.fract() == 0.0 && !hours.contains('.'))?,
        None => 0.0,
    };
    Some(hours * 3600.0 + f64::from(minutes) * 60.0 + seconds)
}

fn has_two_digits(seconds: &str) -> bool {
    seconds.split('.').next().is_some_and(|whole| whole.len() == 2)
}

/// Digits with at most one point between them; no sign, no exponent, at most 15 characters.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if text.len() <= 15 && is_digits(whole) && is_digits(fraction) { text.parse().ok() } else { None }
}

/// Whether the text is one ASCII digit or more, and nothing else.
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A decimal that may have a sign.
fn signed(text: &str) -> Option<f64> {
    match text.strip_prefix('-') {
        Some(rest) => decimal(rest).map(|n| -n),
        None => decimal(text.strip_prefix('+').unwrap_or(text)),
    }
}

/// A share that is written as a number or as a percentage; `number` reads either.
fn share(text: &str, number: fn(&str) -> Option<f64>) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => number(percent.trim_end_matches(' ')).map(|percent| percent / 100.0),
        None => number(text),
    }
}

/// A number without a unit, which may be negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number(pub f64);
schema!(Number, "Number", { "type": "number" });

impl Scalar for Number {
    const KIND: &'static str = "a number";
    const HELP: &'static str = "write a number such as `1.2`";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        signed(text).map(Self).ok_or_else(ScalarError::default)
    }
}

/// A share of a whole: `0.08` or `8%`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(pub f64);
schema!(Share, "Share", {
    "anyOf": [
        { "type": "number", "minimum": 0, "maximum": 1 },
        { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?%$" }
    ]
});

impl Scalar for Share {
    const KIND: &'static str = "a share";
    const HELP: &'static str = "write a number from 0 to 1, or a percentage such as `80%`";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        share(text, decimal).map(Self).ok_or_else(ScalarError::default)
    }
}

/// Where something stands along the frame, as a share of it; outside of it too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FramePosition(pub f64);
schema!(FramePosition, "Position", {
    "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)? ?%$" }]
});

impl Scalar for FramePosition {
    const KIND: &'static str = "a share of the frame";
    const HELP: &'static str = "write a number such as `0.5`, or a percentage such as `50%`";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        share(text, signed).map(Self).ok_or_else(ScalarError::default)
    }
}

/// A loudness in LUFS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoudnessLufs(pub f64);
schema!(LoudnessLufs, "Loudness", {
    "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?( ?LUFS)?$" }]
});

impl Scalar for LoudnessLufs {
    const KIND: &'static str = "a loudness";
    const HELP: &'static str = "write it in LUFS, such as `-20 LUFS`";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        signed(text.strip_suffix("LUFS").unwrap_or(text).trim_end_matches(' '))
            .map(Self)
            .ok_or_else(ScalarError::default)
    }
}

/// A number of decibels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decibels(pub f64);
schema!(Decibels, "Decibels", {
    "anyOf": [{ "type": "number", "minimum": 0 }, { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?( ?dB)?$" }]
});

impl Scalar for Decibels {
    const KIND: &'static str = "a number of decibels";
    const HELP: &'static str = "write how far it goes down, such as `10 dB`";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        signed(text.strip_suffix("dB").unwrap_or(text).trim_end_matches(' ')).map(Self).ok_or_else(ScalarError::default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_in_every_form() {
        for (text, seconds) in [
            ("0.5s", 0.5),
            ("500ms", 0.5),
            ("1:02.5", 62.5),
            ("1:02:03", 3723.0),
            ("7", 7.0),
            ("0", 0.0),
            ("2 s", 2.0),
            ("12.5", 12.5),
            ("90:00", 5400.0),
            ("0:09", 9.0),
        ] {
            assert_eq!(Seconds::parse(text), Ok(Seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "s",
            "ms",
            ".5s",
            "1.s",
            "1e3",
            "0x10",
            "1:2",
            "1:60",
            "1:99:00",
            "1.5:00",
            "-1s",
            "+1",
            "inf",
            "nan",
            "1 2",
            "1h",
            "1:02:03:04",
            ":30",
            "1m",
            "５s",
            "9999999999999999",
        ] {
            assert!(Seconds::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn units_may_follow_or_not() {
        assert_eq!(LoudnessLufs::parse("-20 LUFS"), Ok(LoudnessLufs(-20.0)));
        assert_eq!(LoudnessLufs::parse("-18.5"), Ok(LoudnessLufs(-18.5)));
        assert_eq!(Decibels::parse("10dB"), Ok(Decibels(10.0)));
        assert_eq!(Share::parse("80%"), Ok(Share(0.8)));
        assert!(
            LoudnessLufs::parse("-20 dB").is_err() && Decibels::parse("ten").is_err() && Share::parse("%").is_err()
        );
    }
}
