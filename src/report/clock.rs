//! Times and sizes as people read them. Knows nothing of time zones: all is UTC.

/// Seconds since 1970 as `2026-09-21 13:33:20` (UTC).
pub fn date_and_time(seconds: u64) -> String {
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

/// `0.42 s`, `12.3 s`, `2:05 min`.
pub fn duration(seconds: f64) -> String {
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
pub fn position(seconds: f64) -> String {
    let tenths = (seconds * 10.0).round().max(0.0) as u64;
    let (hours, minutes, rest) = (tenths / 36_000, tenths / 600 % 60, tenths % 600);
    let rest = format!("{:02}.{}", rest / 10, rest % 10);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest}") } else { format!("{minutes}:{rest}") }
}

/// `812 B`, `1.2 kB`, `34.5 MB`.
pub fn bytes(bytes: u64) -> String {
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
    fn dates_are_those_of_the_calendar() {
        for (seconds, date) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_399, "2000-02-28 23:59:59"),
            (951_782_400, "2000-02-29 00:00:00"),
            (1_709_251_200, "2024-03-01 00:00:00"),
            (1_790_000_000, "2026-09-21 14:13:20"),
            (4_107_542_400, "2100-03-01 00:00:00"),
        ] {
            assert_eq!(date_and_time(seconds), date);
        }
    }

    #[test]
    fn lengths_and_sizes_are_short() {
        assert_eq!(
            [0.004, 0.42, 12.34, 99.9, 125.4].map(duration),
            ["0.00 s", "0.42 s", "12.3 s", "99.9 s", "2:05 min"]
        );
        assert_eq!([0.0, 7.46, 3723.0].map(position), ["0:00.0", "0:07.5", "1:02:03.0"]);
        assert_eq!([812, 1234, 999_999, 34_500_000].map(bytes), ["812 B", "1.2 kB", "1.0 MB", "34.5 MB"]);
    }
}
