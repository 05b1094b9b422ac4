//! Rules for numbers without a unit: ordinals, decades, years, ranges, ratios, fractions and powers.

use super::numbers::{digit_by_digit, fraction, plural};
use super::spoken_item::SpokenItem;
use super::text_position::{RuleMatch, TextPosition, is_word_end, number, pattern, possessive_length};

/// Words after which a number is an identifier rather than an amount.
const IDENTIFIED_BY_NUMBER: &[&str] = &[
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
/// Words after which a number of four digits is a year.
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

/// The number of a list item at the beginning of the text: "1.", "2)"
pub(super) fn list_marker(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(\d{1,3})[.)]\s+\S")
        .captures(position.rest())
        .filter(|_| position.text[..position.at].trim().is_empty())?;
    let len = found[1].len() + 1;
    Some(RuleMatch::new(len).words(&position.number_style().number(&found[1])).mark('.'))
}

/// A range of numbers or years: 10–20, 2019–2024, 3-5
pub(super) fn range(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(", number!(), r")\s?(–|—|-)\s?(", number!(), r")").captures(position.rest())?;
    let len = found[0].len();
    let hyphen = found.get(2)?;
    let spaced_minus = &found[2] == "-" && found[0].contains(' ');
    if spaced_minus || !is_word_end(position.after(len)) || position.after(len).starts_with('-') {
        return None;
    }
    let years = is_year(&found[1]) && (found[3].len() == 2 || is_year(&found[3]));
    let say = |n: &str| match n.parse() {
        Ok(year) if years && n.len() == 4 => position.number_style().year(year),
        _ => position.number_style().number(n),
    };
    let rule_match = RuleMatch::new(len).words(&say(&found[1])).at_offset(hyphen.start()).words("to");
    Some(rule_match.at_offset(found.get(3)?.start()).words(&say(&found[3])))
}

/// A ratio of two numbers: 16:9
pub(super) fn ratio(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(\d{1,4}):(\d{1,4})").captures(position.rest())?;
    let len = found[0].len();
    let style = position.number_style();
    is_word_end(position.after(len))
        .then(|| RuleMatch::new(len).words(&format!("{} to {}", style.number(&found[1]), style.number(&found[2]))))
}

/// A length in feet and inches: 5'10"
pub(super) fn feet_and_inches(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r#"(\d)['’′](\d{1,2})["”″]?"#).captures(position.rest())?;
    let len = found[0].len();
    let style = position.number_style();
    (!position.after(len).starts_with(char::is_alphanumeric))
        .then(|| RuleMatch::new(len).words(&format!("{} foot {}", style.number(&found[1]), style.number(&found[2]))))
}

/// A fraction with a slash: 1/2, 3 1/2, 24/7
pub(super) fn slashed(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(?:(\d+)[\s-])?(\d{1,4})(?:/|⁄)(\d{1,4})(ths|rds|nds|th)?").captures(position.rest())?;
    let len = found[0].len();
    let style = position.number_style();
    if !is_word_end(position.after(len)) {
        return None;
    }
    let (upper, lower): (u64, u64) = (found[2].parse().ok()?, found[3].parse().ok()?);
    let mut rule_match = RuleMatch::new(len);
    if let Some(whole) = found.get(1) {
        rule_match =
            rule_match.words(&format!("{} and", style.number(whole.as_str()))).at_offset(found.get(2)?.start());
    }
    let words = match (upper, lower) {
        (24, 7) => "twenty four seven".to_owned(),
        (9, 11) => "nine eleven".to_owned(),
        (50, 50) => "fifty fifty".to_owned(),
        _ if lower < 2 || upper >= lower && found.get(1).is_none() && !matches!(lower, 2 | 3 | 4 | 8) => {
            format!("{} over {}", style.cardinal(upper), style.cardinal(lower))
        }
        (1, _) if found.get(1).is_some() && lower == 2 => "a half".to_owned(),
        _ => fraction(upper, lower, style),
    };
    Some(rule_match.words(&words))
}

/// A fraction in one character: ¾, 3½
pub(super) fn one_sign_fraction(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(\d+)?\s?([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])").captures(position.rest())?;
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
    let words = fraction(*upper, *lower, position.number_style());
    let rule_match = RuleMatch::new(found[0].len());
    Some(match found.get(1) {
        Some(whole) => {
            let words = words.replace("one half", "a half").replace("one quarter", "a quarter");
            rule_match.words(&format!("{} and {words}", position.number_style().number(whole.as_str())))
        }
        None => rule_match.words(&words),
    })
}

/// A power or a number in scientific notation: 1.5e-6, 6.02×10^23, 10^6, 10⁻³, 2^8
pub(super) fn power(position: &TextPosition) -> Option<RuleMatch> {
    let style = position.number_style();
    if let Some(found) = pattern!(r"([-−]?\d+(?:\.\d+)?)[eE]([-+−]?\d{1,3})").captures(position.rest()) {
        let power = style.number(found[2].trim_start_matches('+').trim_start_matches('0'));
        let words = format!("{} times ten to the {power}", style.number(&found[1]));
        return is_word_end(position.after(found[0].len())).then(|| RuleMatch::new(found[0].len()).words(&words));
    }
    let found = pattern!(r"(?:([-−]?", number!(), r")\s?[×x*·]\s?)?(\d+)(?:\^([-−]?\d+)|([⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))")
        .captures(position.rest())?;
    let power = found.get(3).map_or_else(|| superscript_digits(&found[4]), |m| m.as_str().to_owned());
    let times = found.get(1).map(|m| format!("{} times ", style.number(m.as_str()))).unwrap_or_default();
    let base = style.number(&found[2]);
    let words = match power.as_str() {
        "2" => format!("{times}{base} squared"),
        "3" => format!("{times}{base} cubed"),
        _ => format!("{times}{base} to the {}", style.number(&power)),
    };
    is_word_end(position.after(found[0].len())).then(|| RuleMatch::new(found[0].len()).words(&words))
}

/// Superscript digits as normal digits.
fn superscript_digits(written: &str) -> String {
    written.chars().filter_map(normal_digit).collect()
}

fn normal_digit(superscript: char) -> Option<char> {
    if superscript == '⁻' {
        return Some('-');
    }
    let digit = "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|c| c == superscript)?;
    char::from_digit(digit as u32, 10)
}

/// An ordinal in digits: 1st, 22nd, 1,000th
pub(super) fn ordinal(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th|ST|ND|RD|TH|º)").captures(position.rest())?;
    let words = position.number_style().ordinal(found[1].replace(',', "").parse().ok()?);
    Some(RuleMatch::new(found[0].len()).words(&words))
        .filter(|rule_match| !position.after(rule_match.len).starts_with(char::is_alphanumeric))
}

/// A decade: 1980s, '90s, 20s
pub(super) fn decade(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(['’‘])?(\d{2}|\d{4})(?:['’])?s").captures(position.rest())?;
    let (len, value): (usize, u64) = (found[0].len(), found[2].parse().ok()?);
    let whole =
        if found[2].len() == 4 { position.number_style().year(value) } else { position.number_style().cardinal(value) };
    // In "his 20s" it is a decade, in "a 20s pause" a number of seconds.
    let seconds = found.get(1).is_none()
        && found[2].len() == 2
        && !matches!(
            position.word_before().as_str(),
            "his" | "her" | "their" | "my" | "our" | "your" | "the" | "early" | "mid" | "late" | "in"
        );
    (value.is_multiple_of(10) && !seconds && is_word_end(position.after(len)))
        .then(|| RuleMatch::new(len).words(&plural(&whole)))
}

/// The plural of a round number: 100s, 1,000s
pub(super) fn round_plural(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(100|1,?000|1,000,000)s").captures(position.rest())?;
    let words = match &found[1] {
        "100" => "hundreds",
        "1,000,000" => "millions",
        _ => "thousands",
    };
    is_word_end(position.after(found[0].len())).then(|| RuleMatch::new(found[0].len()).words(words))
}

/// A year without its century: '99
pub(super) fn short_year(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"['’](\d\d)").captures(position.rest())?;
    let words = match found[1].strip_prefix('0') {
        Some(digit) => format!("oh {}", digit_by_digit(digit)),
        None => position.number_style().number(&found[1]),
    };
    is_word_end(position.after(found[0].len())).then(|| RuleMatch::new(found[0].len()).words(&words))
}

fn is_year(written: &str) -> bool {
    written.len() == 4 && written.parse::<u64>().is_ok_and(|n| (1100..2100).contains(&n))
}

/// Whether the number `written` at `position` is a year.
fn says_year(position: &TextPosition, written: &str) -> bool {
    let before = position.word_before();
    let value: u64 = written.parse().unwrap_or(0);
    if written.len() != 4 || value < 1000 {
        return false;
    }
    if BEFORE_YEAR.contains(&before.as_str())
        && (1000..2200).contains(&value)
        && !is_counted_noun(position.word_after(4))
    {
        return true;
    }
    (1600..2100).contains(&value) && !is_counted_noun(position.word_after(4))
}

/// Whether `next`, the word after a number, is a noun that the number counts.
fn is_counted_noun(next: &str) -> bool {
    const NO_PLURALS: &[&str] = &[
        "is", "was", "has", "as", "its", "this", "does", "us", "always", "across", "perhaps", "plus", "versus", "sales",
    ];
    next.len() > 2 && next.ends_with('s') && next.starts_with(char::is_lowercase) && !NO_PLURALS.contains(&next)
        || next == "people"
        || next == "of"
}

/// Any other number: with sign and decimals, a year, or an identifier.
pub(super) fn plain_number(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"([-−±+]?)(", number!(), r")").captures(position.rest())?;
    let len = found[0].len();
    let written = &found[2];
    let unsigned = found[1].is_empty() && !written.contains([',', '.']);
    let style = position.number_style();
    if let Some(words) = product_version(position, &found[0]) {
        return Some(RuleMatch::new(len).words(&words));
    }
    let words = match written.parse() {
        Ok(year) if unsigned && !is_identifier(position) && says_year(position, written) => style.year(year),
        Ok(_) if unsigned && written.len() == 3 && matches!(position.word_before().as_str(), "call" | "dial") => {
            digit_by_digit(written)
        }
        Ok(_) if unsigned && (3..=5).contains(&written.len()) && is_identifier(position) => style.identifier(written),
        _ => style.number(&found[0]),
    };
    let rule_match = RuleMatch::new(len).words(&words);
    Some(match possessive_length(position.after(len)) {
        Some(ending) => with_ending(rule_match, ending),
        None => rule_match,
    })
}

/// Whether the number at `position` is an identifier, by the word before it; also after capitals as in "RTX 4090".
fn is_identifier(position: &TextPosition) -> bool {
    let before = position.text_before().trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
    let letters = before.len() > 1 && before.len() < 6 && before.bytes().all(|b| b.is_ascii_uppercase());
    letters && !matches!(before, "IN" | "OF" | "BY" | "AND" | "THE" | "AD" | "BC")
        || IDENTIFIED_BY_NUMBER.contains(&position.word_before().as_str())
}

/// The words of a version after the name of a product, where the part after the point is a number of its own: Python 3.12
fn product_version(position: &TextPosition, written: &str) -> Option<String> {
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
    (VERSIONED.contains(&position.word_before().as_str()) && part.len() <= 2 && !part.contains('.')).then(|| {
        let style = position.number_style();
        format!("{} point {}", style.number(whole), style.number(part))
    })
}

/// Appends a possessive of `len` bytes to the last word: 2024's
fn with_ending(mut rule_match: RuleMatch, len: usize) -> RuleMatch {
    rule_match.len += len;
    if let Some((_, SpokenItem::Word(last))) = rule_match.parts.last_mut() {
        last.push_str("'s");
    }
    rule_match
}
