//! Numbers that stand alone: ordinals, decades, years, ranges, ratios, fractions, powers.

use super::numbers::{digit_by_digit, fraction, plural};
use super::place::{Place, Reading, What, ends, number, pattern, possessive};

/// Words after which a number names something rather than counts.
const NAMED: &[&str] = &[
    "port",
    "error",
    "status",
    "http",
    "code",
    "room",
    "flight",
    "route",
    "highway",
    "bus",
    "gate",
    "rfc",
    "area",
    "model",
    "channel",
    "interstate",
    "apollo",
    "boeing",
    "airbus",
    "line",
];
/// Words before a year.
const BEFORE_YEAR: &[&str] = &[
    "in",
    "since",
    "year",
    "until",
    "till",
    "by",
    "from",
    "of",
    "before",
    "after",
    "during",
    "circa",
    "around",
    "late",
    "early",
    "mid",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "spring",
    "summer",
    "autumn",
    "fall",
    "winter",
    "between",
];

/// "1." or "2)" at the very beginning.
pub(super) fn list_marker(place: &Place) -> Option<Reading> {
    let found =
        pattern!(r"(\d{1,3})[.)]\s+\S").captures(place.rest()).filter(|_| place.text[..place.at].trim().is_empty())?;
    let len = found[1].len() + 1;
    Some(Reading::new(len).words(&place.wording().number(&found[1])).mark('.'))
}

/// 10–20, 2019–2024, 3-5
pub(super) fn range(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(", number!(), r")\s?(–|—|-)\s?(", number!(), r")").captures(place.rest())?;
    let (len, hyphen) = (found[0].len(), found.get(2)?);
    let spaced_minus = &found[2] == "-" && found[0].contains(' ');
    if spaced_minus || !ends(place.after(len)) || place.after(len).starts_with('-') {
        return None;
    }
    let years = is_year(&found[1]) && (found[3].len() == 2 || is_year(&found[3]));
    let say = |n: &str| match n.parse() {
        Ok(year) if years && n.len() == 4 => place.wording().year(year),
        _ => place.wording().number(n),
    };
    let reading = Reading::new(len).words(&say(&found[1])).from(hyphen.start()).words("to");
    Some(reading.from(found.get(3)?.start()).words(&say(&found[3])))
}

/// 16:9
pub(super) fn ratio(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(\d{1,4}):(\d{1,4})").captures(place.rest())?;
    let (len, wording) = (found[0].len(), place.wording());
    ends(place.after(len))
        .then(|| Reading::new(len).words(&format!("{} to {}", wording.number(&found[1]), wording.number(&found[2]))))
}

/// 5'10"
pub(super) fn feet_and_inches(place: &Place) -> Option<Reading> {
    let found = pattern!(r#"(\d)['’′](\d{1,2})["”″]?"#).captures(place.rest())?;
    let (len, wording) = (found[0].len(), place.wording());
    (!place.after(len).starts_with(char::is_alphanumeric))
        .then(|| Reading::new(len).words(&format!("{} foot {}", wording.number(&found[1]), wording.number(&found[2]))))
}

/// 1/2, 3 1/2, 24/7
pub(super) fn slashed(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(?:(\d+)[\s-])?(\d{1,4})(?:/|⁄)(\d{1,4})(ths|rds|nds|th)?").captures(place.rest())?;
    let (len, wording) = (found[0].len(), place.wording());
    if !ends(place.after(len)) {
        return None;
    }
    let (upper, lower): (u64, u64) = (found[2].parse().ok()?, found[3].parse().ok()?);
    let mut reading = Reading::new(len);
    if let Some(whole) = found.get(1) {
        reading = reading.words(&format!("{} and", wording.number(whole.as_str()))).from(found.get(2)?.start());
    }
    let words = match (upper, lower) {
        (24, 7) => "twenty four seven".to_owned(),
        (9, 11) => "nine eleven".to_owned(),
        (50, 50) => "fifty fifty".to_owned(),
        _ if lower < 2 || upper >= lower && found.get(1).is_none() && !matches!(lower, 2 | 3 | 4 | 8) => {
            format!("{} over {}", wording.cardinal(upper), wording.cardinal(lower))
        }
        (1, _) if found.get(1).is_some() && lower == 2 => "a half".to_owned(),
        _ => fraction(upper, lower, wording),
    };
    Some(reading.words(&words))
}

/// ¾, 3½
pub(super) fn one_sign_fraction(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(\d+)?\s?([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])").captures(place.rest())?;
    const SIGNS: &[(char, u64, u64)] = &[
        ('½', 1, 2),
        ('⅓', 1, 3),
        ('⅔', 2, 3),
        ('¼', 1, 4),
        ('¾', 3, 4),
        ('⅕', 1, 5),
        ('⅖', 2, 5),
        ('⅗', 3, 5),
        ('⅘', 4, 5),
        ('⅙', 1, 6),
        ('⅚', 5, 6),
        ('⅛', 1, 8),
        ('⅜', 3, 8),
        ('⅝', 5, 8),
        ('⅞', 7, 8),
    ];
    let (_, upper, lower) = SIGNS.iter().find(|(sign, ..)| found[2].starts_with(*sign))?;
    let words = fraction(*upper, *lower, place.wording());
    let reading = Reading::new(found[0].len());
    Some(match found.get(1) {
        Some(whole) => {
            let words = words.replace("one half", "a half").replace("one quarter", "a quarter");
            reading.words(&format!("{} and {words}", place.wording().number(whole.as_str())))
        }
        None => reading.words(&words),
    })
}

/// 1.5e-6, 6.02×10^23, 10^6, 10⁻³, 2^8
pub(super) fn power(place: &Place) -> Option<Reading> {
    let wording = place.wording();
    if let Some(found) = pattern!(r"([-−]?\d+(?:\.\d+)?)[eE]([-+−]?\d{1,3})").captures(place.rest()) {
        let power = wording.number(found[2].trim_start_matches('+').trim_start_matches('0'));
        let words = format!("{} times ten to the {power}", wording.number(&found[1]));
        return ends(place.after(found[0].len())).then(|| Reading::new(found[0].len()).words(&words));
    }
    let found = pattern!(r"(?:([-−]?", number!(), r")\s?[×x*·]\s?)?(\d+)(?:\^([-−]?\d+)|([⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))")
        .captures(place.rest())?;
    let power = found.get(3).map_or_else(|| raised(&found[4]), |m| m.as_str().to_owned());
    let times = found.get(1).map(|m| format!("{} times ", wording.number(m.as_str()))).unwrap_or_default();
    let base = wording.number(&found[2]);
    let words = match power.as_str() {
        "2" => format!("{times}{base} squared"),
        "3" => format!("{times}{base} cubed"),
        _ => format!("{times}{base} to the {}", wording.number(&power)),
    };
    ends(place.after(found[0].len())).then(|| Reading::new(found[0].len()).words(&words))
}

/// Raised digits as digits on the line.
fn raised(written: &str) -> String {
    let digit = |c: char| match c {
        '⁻' => Some('-'),
        _ => "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|r| r == c).and_then(|n| char::from_digit(n as u32, 10)),
    };
    written.chars().filter_map(digit).collect()
}

/// 1st, 22nd, 1,000th
pub(super) fn ordinal(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th|ST|ND|RD|TH|º)").captures(place.rest())?;
    let words = place.wording().ordinal(found[1].replace(',', "").parse().ok()?);
    Some(Reading::new(found[0].len()).words(&words))
        .filter(|reading| !place.after(reading.len).starts_with(char::is_alphanumeric))
}

/// 1980s, '90s, 20s
pub(super) fn decade(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(['’‘])?(\d{2}|\d{4})(?:['’])?s").captures(place.rest())?;
    let (len, value): (usize, u64) = (found[0].len(), found[2].parse().ok()?);
    let whole = if found[2].len() == 4 { place.wording().year(value) } else { place.wording().cardinal(value) };
    // "20s" is what somebody is in, "a 20s pause" what somebody makes.
    let seconds = found.get(1).is_none()
        && found[2].len() == 2
        && !matches!(
            place.word_before().as_str(),
            "his" | "her" | "their" | "my" | "our" | "your" | "the" | "early" | "mid" | "late" | "in"
        );
    (value.is_multiple_of(10) && !seconds && ends(place.after(len))).then(|| Reading::new(len).words(&plural(&whole)))
}

/// 100s, 1,000s
pub(super) fn many(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(100|1,?000|1,000,000)s").captures(place.rest())?;
    let words = match &found[1] {
        "100" => "hundreds",
        "1,000,000" => "millions",
        _ => "thousands",
    };
    ends(place.after(found[0].len())).then(|| Reading::new(found[0].len()).words(words))
}

/// '99: a year without its century.
pub(super) fn short_year(place: &Place) -> Option<Reading> {
    let found = pattern!(r"['’](\d\d)").captures(place.rest())?;
    let words = match found[1].strip_prefix('0') {
        Some(digit) => format!("oh {}", digit_by_digit(digit)),
        None => place.wording().number(&found[1]),
    };
    ends(place.after(found[0].len())).then(|| Reading::new(found[0].len()).words(&words))
}

fn is_year(written: &str) -> bool {
    written.len() == 4 && written.parse::<u64>().is_ok_and(|n| (1100..2100).contains(&n))
}

/// Whether four digits at `place` say a year.
fn says_year(place: &Place, written: &str) -> bool {
    let before = place.word_before();
    let value: u64 = written.parse().unwrap_or(0);
    if written.len() != 4 || value < 1000 {
        return false;
    }
    if BEFORE_YEAR.contains(&before.as_str()) && (1000..2200).contains(&value) && !counts(place.word_after(4)) {
        return true;
    }
    (1600..2100).contains(&value) && !counts(place.word_after(4))
}

/// Whether `next`, the word after a number, is what the number counts.
fn counts(next: &str) -> bool {
    const NO_PLURALS: &[&str] = &[
        "is", "was", "has", "as", "its", "this", "does", "us", "always", "across", "perhaps", "plus", "versus", "sales",
    ];
    next.len() > 2 && next.ends_with('s') && next.starts_with(char::is_lowercase) && !NO_PLURALS.contains(&next)
        || next == "people"
        || next == "of"
}

/// Any number: with sign and decimals, a year, or one that names.
pub(super) fn plain(place: &Place) -> Option<Reading> {
    let found = pattern!(r"([-−±+]?)(", number!(), r")").captures(place.rest())?;
    let (len, written) = (found[0].len(), &found[2]);
    let unsigned = found[1].is_empty() && !written.contains([',', '.']);
    let wording = place.wording();
    if let Some(words) = product_version(place, &found[0]) {
        return Some(Reading::new(len).words(&words));
    }
    let words = match written.parse() {
        Ok(year) if unsigned && !names(place) && says_year(place, written) => wording.year(year),
        Ok(_) if unsigned && written.len() == 3 && matches!(place.word_before().as_str(), "call" | "dial") => {
            digit_by_digit(written)
        }
        Ok(_) if unsigned && (3..=5).contains(&written.len()) && names(place) => wording.name(written),
        _ => wording.number(&found[0]),
    };
    let reading = Reading::new(len).words(&words);
    Some(match possessive(place.after(len)) {
        Some(ending) => with_ending(reading, ending),
        None => reading,
    })
}

/// Whether the number at `place` names something: after words that say so, and after letters as in "RTX 4090".
fn names(place: &Place) -> bool {
    let before = place.text_before().trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
    let letters = before.len() > 1 && before.len() < 6 && before.bytes().all(|b| b.is_ascii_uppercase());
    letters && !matches!(before, "IN" | "OF" | "BY" | "AND" | "THE" | "AD" | "BC")
        || NAMED.contains(&place.word_before().as_str())
}

/// Python 3.12: after the name of what has versions, the part behind the point is a number of its own.
fn product_version(place: &Place, written: &str) -> Option<String> {
    const VERSIONED: &[&str] = &[
        "python",
        "java",
        "rust",
        "ruby",
        "php",
        "node",
        "go",
        "version",
        "release",
        "android",
        "ios",
        "macos",
        "ubuntu",
        "debian",
        "windows",
        "linux",
        "kernel",
        "ffmpeg",
        "postgres",
        "postgresql",
        "django",
        "react",
        "typescript",
        "kotlin",
        "swift",
        "scala",
        "perl",
        "bluetooth",
        "usb",
        "http",
        "tls",
        "opengl",
        "cuda",
        "kubernetes",
    ];
    let (whole, part) = written.split_once('.')?;
    (VERSIONED.contains(&place.word_before().as_str()) && part.len() <= 2 && !part.contains('.')).then(|| {
        let wording = place.wording();
        format!("{} point {}", wording.number(whole), wording.number(part))
    })
}

/// 2024's: the last word takes the ending.
fn with_ending(mut reading: Reading, len: usize) -> Reading {
    reading.len += len;
    if let Some((_, What::Word(last))) = reading.parts.last_mut() {
        last.push_str("'s");
    }
    reading
}
