//! Sizes, ages, times and dates as people write and read them: `5GB`, `30d`, `12.3 s`, `0:07.5`. All dates are UTC.

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

/// Parses `5GB`, `1.5 GiB`, `800MB`; in bytes.
///
/// # Errors
/// What is wrong, for people.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    Ok(parse_amount(text, &SIZES).ok_or_else(|| format!("`{text}` is no size; write it like 5GB or 800MB"))? as u64)
}

/// Parses `30d`, `12h`, `90m`.
///
/// # Errors
/// What is wrong, for people.
pub fn parse_age(text: &str) -> Result<Duration, String> {
    let seconds = parse_amount(text, &AGES).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| format!("`{text}` is no age; write it like 30d or 12h"))
}

fn parse_amount(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let unit = text[end..].trim().to_ascii_lowercase();
    let &(_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    let number: f64 = text[..end].parse().ok()?;
    Some(number * factor)
}

/// Seconds since 1970 as `2026-09-21 13:33:20` (UTC).
pub fn format_date_time(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

/// Year, month and day of a day since 1970, in the Gregorian calendar. After Howard Hinnant, "chrono-compatible low-level date
/// algorithms": years begin in March, eras have 400 of them.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// Seconds as `0.42 s`, `12.3 s`, `2:05 min`; minutes from 99.95 s on.
pub fn format_duration(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => format!("{s:.2} s"),
        s if s < 99.95 => format!("{s:.1} s"),
        s => {
            let whole = s.round() as u64;
            format!("{}:{:02} min", whole / 60, whole % 60)
        }
    }
}

/// A place in a film: `0:07.5`, `1:02:03.0`.
pub fn format_position(seconds: f64) -> String {
    let tenths = (seconds * 10.0).round().max(0.0) as u64;
    let (hours, minutes, rest) = (tenths / 36_000, tenths / 600 % 60, tenths % 600);
    let rest = format!("{:02}.{}", rest / 10, rest % 10);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest}") } else { format!("{minutes}:{rest}") }
}

/// Bytes as `812 B`, `1.2 kB`, `34.5 MB`, `2.00 GB`: a unit is taken where its rounded number is at least 1.0.
pub fn format_bytes(bytes: u64) -> String {
    match bytes {
        b if b < 1000 => format!("{b} B"),
        b if b < 999_950 => format!("{:.1} kB", b as f64 / 1e3),
        b if b < 999_950_000 => format!("{:.1} MB", b as f64 / 1e6),
        b => format!("{:.2} GB", b as f64 / 1e9),
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
            assert_eq!(parse_bytes(text), Ok(bytes), "{text}");
        }
        for (text, seconds) in [("30d", 2_592_000), ("12h", 43_200), ("1.5m", 90), ("0s", 0), ("2w", 1_209_600)] {
            assert_eq!(parse_age(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "GB", "5 bananas", "-1GB", "1.2.3GB", "5XB", "é"] {
            assert!(parse_bytes(text).is_err() && parse_age(text).is_err(), "{text}");
        }
        assert!(parse_age("30").unwrap_err().contains("like 30d"));
    }

    #[test]
    fn each_unit_begins_where_its_rounded_number_is_one() {
        for (bytes, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (34_500_000, "34.5 MB"),
            (999_949_999, "999.9 MB"),
            (999_950_000, "1.00 GB"),
            (20_000_000_000, "20.00 GB"),
        ] {
            assert_eq!(format_bytes(bytes), shown);
        }
        for (seconds, shown) in [
            (0.004, "0.00 s"),
            (0.42, "0.42 s"),
            (12.34, "12.3 s"),
            (99.9, "99.9 s"),
            (99.96, "1:40 min"),
            (125.4, "2:05 min"),
        ] {
            assert_eq!(format_duration(seconds), shown);
        }
        assert_eq!([0.0, 7.46, 3723.0].map(format_position), ["0:00.0", "0:07.5", "1:02:03.0"]);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, date) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_399, "2000-02-28 23:59:59"),
            (951_782_400, "2000-02-29 00:00:00"),
            (1_709_251_200, "2024-03-01 00:00:00"),
            (1_790_000_000, "2026-09-21 14:13:20"),
            (4_107_542_400, "2100-03-01 00:00:00"),
        ] {
            assert_eq!(format_date_time(seconds), date);
        }
    }
}
