//! Rules for dates and times of day.

use super::text_position::{RuleMatch, TextPosition, is_last, is_word_end, pattern};
use crate::voice::english::accent::Accent;

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

/// An ISO date, with or without a time: 2026-11-22, 2026-11-22T08:30Z
pub(super) fn iso(position: &TextPosition) -> Option<RuleMatch> {
    let found =
        pattern!(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::\d\d)?(?:\.\d+)?(Z)?)?").captures(position.rest())?;
    let len = found[0].len();
    let words = date_words(position, number_in(&found, 2)?, number_in(&found, 3)?, number_in(&found, 1))?;
    let mut rule_match = RuleMatch::new(len).words(&words);
    if let (Some(hour), Some(minute)) = (number_in(&found, 4), number_in(&found, 5)) {
        rule_match = rule_match.mark(',').words(&clock_words(position, hour, minute)?);
    }
    if found.get(6).is_some() {
        rule_match = rule_match.letters("UTC");
    }
    is_word_end(position.after(len)).then_some(rule_match)
}

fn number_in(found: &regex_lite::Captures, group: usize) -> Option<u64> {
    found.get(group).and_then(|m| m.as_str().parse().ok())
}

/// A date with slashes: 11/22/2026 in America, 22/11/2026 in Britain; the other order if only that is a date.
pub(super) fn slashed(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})").captures(position.rest())?;
    let (first, second) = (found[1].parse().ok()?, found[2].parse().ok()?);
    let day_first = first > 12 || (position.accent == Accent::British && second <= 12);
    let (month, day) = if day_first { (second, first) } else { (first, second) };
    let year = full_year(&found[3])?;
    let rule_match = RuleMatch::new(found[0].len()).words(&date_words(position, month, day, Some(year))?);
    is_word_end(position.after(rule_match.len)).then_some(rule_match)
}

/// A date with full stops, the day first: 22.11.2026
pub(super) fn dotted(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(\d{1,2})\.(\d{1,2})\.(\d{4})").captures(position.rest())?;
    let words = date_words(position, found[2].parse().ok()?, found[1].parse().ok()?, found[3].parse().ok())?;
    let len = found[0].len();
    is_word_end(position.after(len)).then(|| RuleMatch::new(len).words(&words))
}

fn full_year(written: &str) -> Option<u64> {
    let year: u64 = written.parse().ok()?;
    Some(match written.len() {
        2 if year > 50 => 1900 + year,
        2 => 2000 + year,
        _ => year,
    })
}

fn date_words(position: &TextPosition, month: u64, day: u64, year: Option<u64>) -> Option<String> {
    let name = MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if !(1..=31).contains(&day) {
        return None;
    }
    let style = position.number_style();
    let year = year.map(|y| position.number_style().year(y)).unwrap_or_default();
    let day = style.ordinal(day);
    let words = match position.accent {
        Accent::American => format!("{name} {day} {year}"),
        Accent::British => format!("the {day} of {name} {year}"),
    };
    Some(words.trim_end().to_owned())
}

/// The month with this name, or with this abbreviation without a full stop.
fn month_name(name: &str) -> Option<&'static str> {
    let small = name.to_lowercase();
    MONTHS.into_iter().find(|month| {
        let full = month.to_lowercase();
        full == small || (small.len() == 3 && full.starts_with(&small)) || (small == "sept" && *month == "September")
    })
}

/// A date with the month first: Nov. 22, November 22nd, 2026, Nov. 2026, May 3–5
pub(super) fn month_first(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(
        r"([A-Z][a-z]{2,8})(\.?)\s(?:(\d{1,2})(?:st|nd|rd|th)?(?:\s?[-–]\s?(\d{1,2}))?(?:(,)?\s(\d{4}))?|(\d{4}))"
    )
    .captures(position.rest())?;
    let name = month_name(&found[1])?;
    let style = position.number_style();
    let len = found[0].len();
    let mut rule_match = RuleMatch::new(len).words(name);
    for group in [3, 4] {
        let Some(day) = found.get(group) else { continue };
        let value = day.as_str().parse().ok().filter(|n| (1..=31).contains(n))?;
        let to = if group == 4 { "to " } else { "" };
        rule_match = rule_match.at_offset(day.start()).words(&format!("{to}{}", style.ordinal(value)));
    }
    if let Some(comma) = found.get(5) {
        rule_match = rule_match.at_offset(comma.start()).mark(',');
    }
    if let Some(year) = found.get(6).or(found.get(7)) {
        rule_match = rule_match.at_offset(year.start()).words(&style.year(year.as_str().parse().ok()?));
    }
    is_word_end(position.after(len)).then_some(rule_match)
}

/// A date with the day first, which is read as an ordinal: 22 November 2026, 3rd of May
pub(super) fn day_first(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(\d{1,2})(?:st|nd|rd|th)?(\s(?:of\s)?)([A-Z][a-z]{2,8})(\.?)(?:(,)?\s(\d{4}))?")
        .captures(position.rest())?;
    let name = month_name(&found[3])?;
    let len = found[0].len();
    let whole = name == &found[3];
    // The stop after a whole name ends the sentence.
    let len = if whole && &found[4] == "." && found.get(6).is_none() { len - 1 } else { len };
    let day: u64 = found[1].parse().ok().filter(|n| (1..=31).contains(n))?;
    let the = if position.word_before() == "the" { "" } else { "the " };
    let month_at = found.get(3)?.start();
    let mut rule_match = RuleMatch::new(len).words(&format!("{the}{}", position.number_style().ordinal(day)));
    rule_match = rule_match.at_offset(month_at - 1).words("of").at_offset(month_at).words(name);
    if let Some(year) = found.get(6) {
        rule_match =
            rule_match.at_offset(year.start()).words(&position.number_style().year(year.as_str().parse().ok()?));
    }
    is_word_end(position.after(len)).then_some(rule_match)
}

/// An abbreviated month without a day: Nov.
pub(super) fn lone_month(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"([A-Z][a-z]{2,3})\.").captures(position.rest())?;
    let len = found[0].len();
    let rule_match = RuleMatch::new(len).words(month_name(&found[1])?);
    Some(if is_last(position.after(len)) { rule_match.mark('.') } else { rule_match })
}

/// A time of day with minutes: 3:45 pm, 14:00, 9:05:30
pub(super) fn time(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:(\s?)([AaPp])(\.?)[Mm](\.?))?").captures(position.rest())?;
    let (hour, minute): (u64, u64) = (found[1].parse().ok()?, found[2].parse().ok()?);
    let len = found[0].len();
    if hour > 24 || minute > 59 || !is_word_end(position.after(len)) {
        return None;
    }
    let words = clock_words(position, hour, minute)?;
    let seconds: u64 = found.get(3).and_then(|m| m.as_str().parse().ok()).unwrap_or(0);
    let rule_match = RuleMatch::new(len);
    match found.get(5) {
        Some(half) => {
            let rule_match = rule_match.words(words.trim_end_matches(" o'clock").trim_end_matches(" hundred"));
            Some(half_of_day(rule_match, half.as_str(), half.start(), &found[6], &found[7], position))
        }
        None if seconds > 0 => {
            let unit = if seconds == 1 { "second" } else { "seconds" };
            Some(rule_match.words(&format!("{words} and {} {unit}", position.number_style().cardinal(seconds))))
        }
        None => Some(rule_match.words(&words)),
    }
}

/// A full hour with its half of the day: 5 p.m., 10am
pub(super) fn hour(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(\d{1,2})(\s?)([AaPp])(?:([.])[Mm]([.]?)|[Mm])").captures(position.rest())?;
    let hour: u64 = found[1].parse().ok().filter(|h| *h <= 12)?;
    let len = found[0].len();
    let (inner, last) = (found.get(4).map_or("", |m| m.as_str()), found.get(5).map_or("", |m| m.as_str()));
    let rule_match = RuleMatch::new(len).words(&position.number_style().cardinal(hour));
    is_word_end(position.after(len))
        .then(|| half_of_day(rule_match, &found[3], found.get(3).map_or(0, |m| m.start()), inner, last, position))
}

fn half_of_day(
    mut rule_match: RuleMatch,
    half: &str,
    at: usize,
    inner: &str,
    last: &str,
    position: &TextPosition,
) -> RuleMatch {
    rule_match = rule_match.at_offset(at).letters(&format!("{half}m"));
    let swallowed_stop = last == "." && is_last(position.after(rule_match.len));
    if inner.is_empty() && last == "." {
        // The full stop of "5 pm." ends the sentence, and does not belong to the time.
        rule_match.len -= 1;
        return rule_match;
    }
    if swallowed_stop { rule_match.mark('.') } else { rule_match }
}

/// A number before o'clock, which no other rule may read: 7 o'clock
pub(super) fn oclock(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(\d{1,2})\s(o['’]clock)").captures(position.rest())?;
    let hour = position.number_style().cardinal(found[1].parse().ok()?);
    Some(RuleMatch::new(found[0].len()).words(&hour).at_offset(found.get(2)?.start()).words("o'clock"))
}

/// A time of day in words; `None` if there is no such time.
fn clock_words(position: &TextPosition, hour: u64, minute: u64) -> Option<String> {
    if hour > 24 || minute > 59 {
        return None;
    }
    let style = position.number_style();
    let spoken = style.cardinal(hour);
    Some(match minute {
        0 if (1..=12).contains(&hour) => format!("{spoken} o'clock"),
        0 if hour == 0 => "midnight".to_owned(),
        0 => format!("{spoken} hundred"),
        1..=9 => format!("{spoken} oh {}", style.cardinal(minute)),
        _ => format!("{spoken} {}", style.cardinal(minute)),
    })
}
