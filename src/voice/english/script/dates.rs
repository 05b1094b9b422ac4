//! Dates and times of day.

use super::super::Accent;
use super::place::{Place, Reading, ends, is_last, pattern};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// 2026-11-22, with or without a time after it.
pub(super) fn iso(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::\d\d)?(?:\.\d+)?(Z)?)?").captures(place.rest())?;
    let len = found[0].len();
    let part = |n: usize| found.get(n).and_then(|m| m.as_str().parse::<u64>().ok());
    let words = date(place, part(2)?, part(3)?, part(1))?;
    let mut reading = Reading::new(len).words(&words);
    if let (Some(hour), Some(minute)) = (part(4), part(5)) {
        reading = reading.mark(',').words(&clock(place, hour, minute)?);
    }
    if found.get(6).is_some() {
        reading = reading.letters("UTC");
    }
    ends(place.after(len)).then_some(reading)
}

/// 11/22/2026 in America, 22/11/2026 in Britain; the one that can be, if only one can.
pub(super) fn slashed(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})").captures(place.rest())?;
    let (first, second) = (found[1].parse().ok()?, found[2].parse().ok()?);
    let day_first = first > 12 || (place.accent == Accent::British && second <= 12);
    let (month, day) = if day_first { (second, first) } else { (first, second) };
    let year = full_year(&found[3])?;
    let reading = Reading::new(found[0].len()).words(&date(place, month, day, Some(year))?);
    ends(place.after(reading.len)).then_some(reading)
}

/// 22.11.2026
pub(super) fn dotted(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(\d{1,2})\.(\d{1,2})\.(\d{4})").captures(place.rest())?;
    let words = date(place, found[2].parse().ok()?, found[1].parse().ok()?, found[3].parse().ok())?;
    let len = found[0].len();
    ends(place.after(len)).then(|| Reading::new(len).words(&words))
}

fn full_year(written: &str) -> Option<u64> {
    let year: u64 = written.parse().ok()?;
    Some(match written.len() {
        2 if year > 50 => 1900 + year,
        2 => 2000 + year,
        _ => year,
    })
}

fn date(place: &Place, month: u64, day: u64, year: Option<u64>) -> Option<String> {
    let name = MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if !(1..=31).contains(&day) {
        return None;
    }
    let (wording, year) = (place.wording(), year.map(|y| place.wording().year(y)).unwrap_or_default());
    let day = wording.ordinal(day);
    let words = match place.accent {
        Accent::American => format!("{name} {day} {year}"),
        Accent::British => format!("the {day} of {name} {year}"),
    };
    Some(words.trim_end().to_owned())
}

/// The month that `name` (whole or cut short, without a full stop) is.
fn month(name: &str) -> Option<&'static str> {
    let small = name.to_lowercase();
    MONTHS.into_iter().find(|month| {
        let full = month.to_lowercase();
        full == small || (small.len() == 3 && full.starts_with(&small)) || (small == "sept" && *month == "September")
    })
}

/// Nov. 22, November 22nd, 2026, Nov. 2026, May 3–5
pub(super) fn month_first(place: &Place) -> Option<Reading> {
    let found = pattern!(
        r"([A-Z][a-z]{2,8})(\.?)\s(?:(\d{1,2})(?:st|nd|rd|th)?(?:\s?[-–]\s?(\d{1,2}))?(?:(,)?\s(\d{4}))?|(\d{4}))"
    )
    .captures(place.rest())?;
    let name = month(&found[1])?;
    let (wording, len) = (place.wording(), found[0].len());
    let mut reading = Reading::new(len).words(name);
    for group in [3, 4] {
        let Some(day) = found.get(group) else { continue };
        let value = day.as_str().parse().ok().filter(|n| (1..=31).contains(n))?;
        let to = if group == 4 { "to " } else { "" };
        reading = reading.from(day.start()).words(&format!("{to}{}", wording.ordinal(value)));
    }
    if let Some(comma) = found.get(5) {
        reading = reading.from(comma.start()).mark(',');
    }
    if let Some(year) = found.get(6).or(found.get(7)) {
        reading = reading.from(year.start()).words(&wording.year(year.as_str().parse().ok()?));
    }
    ends(place.after(len)).then_some(reading)
}

/// 22 November 2026, 3rd of May: the day is an ordinal.
pub(super) fn day_first(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(\d{1,2})(?:st|nd|rd|th)?(\s(?:of\s)?)([A-Z][a-z]{2,8})(\.?)(?:(,)?\s(\d{4}))?")
        .captures(place.rest())?;
    let (name, len) = (month(&found[3])?, found[0].len());
    let whole = name == &found[3];
    // The stop after a whole name ends the sentence.
    let len = if whole && &found[4] == "." && found.get(6).is_none() { len - 1 } else { len };
    let day: u64 = found[1].parse().ok().filter(|n| (1..=31).contains(n))?;
    let the = if place.word_before() == "the" { "" } else { "the " };
    let month_at = found.get(3)?.start();
    let mut reading = Reading::new(len).words(&format!("{the}{}", place.wording().ordinal(day)));
    reading = reading.from(month_at - 1).words("of").from(month_at).words(name);
    if let Some(year) = found.get(6) {
        reading = reading.from(year.start()).words(&place.wording().year(year.as_str().parse().ok()?));
    }
    ends(place.after(len)).then_some(reading)
}

/// A month cut short that stands alone: Nov.
pub(super) fn lone_month(place: &Place) -> Option<Reading> {
    let found = pattern!(r"([A-Z][a-z]{2,3})\.").captures(place.rest())?;
    let len = found[0].len();
    let reading = Reading::new(len).words(month(&found[1])?);
    Some(if is_last(place.after(len)) { reading.mark('.') } else { reading })
}

/// 3:45 pm, 14:00, 9:05:30
pub(super) fn time(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:(\s?)([AaPp])(\.?)[Mm](\.?))?").captures(place.rest())?;
    let (hour, minute): (u64, u64) = (found[1].parse().ok()?, found[2].parse().ok()?);
    let len = found[0].len();
    if hour > 24 || minute > 59 || !ends(place.after(len)) {
        return None;
    }
    let words = clock(place, hour, minute)?;
    let seconds: u64 = found.get(3).and_then(|m| m.as_str().parse().ok()).unwrap_or(0);
    let reading = Reading::new(len);
    match found.get(5) {
        Some(half) => {
            let reading = reading.words(words.trim_end_matches(" o'clock").trim_end_matches(" hundred"));
            Some(half_of_day(reading, half.as_str(), half.start(), &found[6], &found[7], place))
        }
        None if seconds > 0 => {
            let unit = if seconds == 1 { "second" } else { "seconds" };
            Some(reading.words(&format!("{words} and {} {unit}", place.wording().cardinal(seconds))))
        }
        None => Some(reading.words(&words)),
    }
}

/// 5 p.m., 10am
pub(super) fn hour(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(\d{1,2})(\s?)([AaPp])(?:([.])[Mm]([.]?)|[Mm])").captures(place.rest())?;
    let hour: u64 = found[1].parse().ok().filter(|h| *h <= 12)?;
    let len = found[0].len();
    let (inner, last) = (found.get(4).map_or("", |m| m.as_str()), found.get(5).map_or("", |m| m.as_str()));
    let reading = Reading::new(len).words(&place.wording().cardinal(hour));
    ends(place.after(len))
        .then(|| half_of_day(reading, &found[3], found.get(3).map_or(0, |m| m.start()), inner, last, place))
}

fn half_of_day(mut reading: Reading, half: &str, at: usize, inner: &str, last: &str, place: &Place) -> Reading {
    reading = reading.from(at).letters(&format!("{half}m"));
    let swallowed_stop = last == "." && is_last(place.after(reading.len));
    if inner.is_empty() && last == "." {
        // "5 pm." ends a sentence; the stop is no part of the time.
        reading.len -= 1;
        return reading;
    }
    if swallowed_stop { reading.mark('.') } else { reading }
}

/// 7 o'clock is read as it stands; this only keeps the number from being anything else.
pub(super) fn oclock(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(\d{1,2})\s(o['’]clock)").captures(place.rest())?;
    let hour = place.wording().cardinal(found[1].parse().ok()?);
    Some(Reading::new(found[0].len()).words(&hour).from(found.get(2)?.start()).words("o'clock"))
}

/// The hand of the clock in words.
fn clock(place: &Place, hour: u64, minute: u64) -> Option<String> {
    if hour > 24 || minute > 59 {
        return None;
    }
    let wording = place.wording();
    let spoken = wording.cardinal(hour);
    Some(match minute {
        0 if (1..=12).contains(&hour) => format!("{spoken} o'clock"),
        0 if hour == 0 => "midnight".to_owned(),
        0 => format!("{spoken} hundred"),
        1..=9 => format!("{spoken} oh {}", wording.cardinal(minute)),
        _ => format!("{spoken} {}", wording.cardinal(minute)),
    })
}
