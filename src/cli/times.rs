//! Lengths of time and sizes on the command line. Knows nothing of what they are for.

use std::time::Duration;

/// How long steps may take; of one kind, where it is named.
pub type Timeout = (Option<String>, Duration);

/// `20m`, `segment=1h`.
pub fn timeout(text: &str) -> Result<Timeout, String> {
    match text.split_once('=') {
        Some((kind, time)) => Ok((Some(kind.to_owned()), duration(time)?)),
        None => Ok((None, duration(text)?)),
    }
}

/// `90s`, `20m`, `12h`, `30d`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a length of time; write `90s`, `20m`, `12h` or `30d`");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let count: f64 = text[..text.len() - 1].trim().parse().map_err(|_| wrong())?;
    let length = Duration::try_from_secs_f64(count * f64::from(seconds)).map_err(|_| wrong())?;
    if length.is_zero() { Err(wrong()) } else { Ok(length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        for (text, seconds) in [("90s", 90.0), ("1.5m", 90.0), ("12h", 43_200.0), ("30d", 2_592_000.0)] {
            assert_eq!(duration(text).unwrap().as_secs_f64(), seconds, "{text}");
        }
        for text in ["", "5", "s", "-1s", "0s", "1e99d", "5 parsecs", "é"] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(timeout("segment=1h"), Ok((Some("segment".to_owned()), Duration::from_secs(3600))));
        assert_eq!(timeout("20m"), Ok((None, Duration::from_secs(1200))));
    }
}
