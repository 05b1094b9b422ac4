//! Sizes and ages as people write them: `5GB`, `30d`; and sizes as they are shown. Knows nothing of what they are for.

use std::time::Duration;

const SIZES: [(&str, f64); 9] = [
    ("", 1.0),
    ("b", 1.0),
    ("kb", 1e3),
    ("mb", 1e6),
    ("gb", 1e9),
    ("tb", 1e12),
    ("mib", 1_048_576.0),
    ("gib", 1_073_741_824.0),
    ("tib", 1_099_511_627_776.0),
];
const AGES: [(&str, f64); 5] = [("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86_400.0), ("w", 604_800.0)];

/// `5GB`, `1.5 GiB`, `800MB` in bytes.
pub fn size(text: &str) -> Result<u64, String> {
    Ok(amount(text, &SIZES).ok_or_else(|| format!("`{text}` is no size; write it like 5GB or 800MB"))? as u64)
}

/// `30d`, `12h`, `90m`.
pub fn age(text: &str) -> Result<Duration, String> {
    let seconds = amount(text, &AGES).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| format!("`{text}` is no age; write it like 30d or 12h"))
}

/// How long steps may take; of one kind, where it is named.
pub type Timeout = (Option<String>, Duration);

/// `20m`, `segment=1h`.
pub fn timeout(text: &str) -> Result<Timeout, String> {
    let (kind, time) = text.split_once('=').map_or((None, text), |(kind, time)| (Some(kind.to_owned()), time));
    let wrong = |_| format!("`{time}` is no length of time; write it like 90s, 20m or 1h");
    Ok((kind, age(time).map_err(wrong)?))
}

fn amount(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let unit = text[end..].trim().to_ascii_lowercase();
    let &(_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    let number: f64 = text[..end].parse().ok()?;
    Some(number * factor)
}

/// Bytes with three digits or so: `12.3 MB`.
pub fn shown(bytes: u64) -> String {
    let bytes = bytes as f64;
    match bytes {
        ..1e3 => format!("{bytes} B"),
        ..1e6 => format!("{:.1} kB", bytes / 1e3),
        ..1e9 => format!("{:.1} MB", bytes / 1e6),
        _ => format!("{:.2} GB", bytes / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_ages_are_read() {
        let sizes =
            [("5GB", 5_000_000_000), ("1.5 GiB", 1_610_612_736), ("800mb", 800_000_000), ("0", 0), ("12 kB", 12_000)];
        for (text, bytes) in sizes {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for (text, seconds) in [("30d", 2_592_000), ("12h", 43_200), ("1.5m", 90), ("0s", 0), ("2w", 1_209_600)] {
            assert_eq!(age(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "GB", "5 bananas", "-1GB", "1.2.3GB", "5XB", "é"] {
            assert!(size(text).is_err() && age(text).is_err(), "{text}");
        }
        assert!(age("30").unwrap_err().contains("like 30d"));
    }

    #[test]
    fn time_outs_are_read() {
        assert_eq!(timeout("segment=1h"), Ok((Some("segment".to_owned()), Duration::from_secs(3600))));
        assert_eq!(timeout("20m"), Ok((None, Duration::from_secs(1200))));
        assert!(timeout("segment=soon").unwrap_err().contains("like 90s"));
    }

    #[test]
    fn sizes_are_shown_in_few_digits() {
        let shown: Vec<String> = [0, 999, 1_500, 12_345_678, 20_000_000_000].map(shown).to_vec();
        assert_eq!(shown, ["0 B", "999 B", "1.5 kB", "12.3 MB", "20.00 GB"]);
    }
}
