//! Rules for numbers before a unit, a percent sign, a degree sign or a scale.

use super::numbers::NumberStyle;
use super::text_position::{RuleMatch, TextPosition, is_word_end, number, pattern};
use crate::voice::english::accent::Accent;

/// Units as written, with their names in the singular and in the plural.
const UNITS: &[(&str, &str, &str)] = &[
    ("nm", "nanometer", "nanometers"),
    ("µm", "micrometer", "micrometers"),
    ("μm", "micrometer", "micrometers"),
    ("mm", "millimeter", "millimeters"),
    ("cm", "centimeter", "centimeters"),
    ("dm", "decimeter", "decimeters"),
    ("m", "meter", "meters"),
    ("km", "kilometer", "kilometers"),
    ("mi", "mile", "miles"),
    ("ft", "foot", "feet"),
    ("yd", "yard", "yards"),
    ("in", "inch", "inches"),
    ("ha", "hectare", "hectares"),
    ("mg", "milligram", "milligrams"),
    ("µg", "microgram", "micrograms"),
    ("g", "gram", "grams"),
    ("kg", "kilogram", "kilograms"),
    ("lb", "pound", "pounds"),
    ("lbs", "pound", "pounds"),
    ("oz", "ounce", "ounces"),
    ("ml", "milliliter", "milliliters"),
    ("mL", "milliliter", "milliliters"),
    ("l", "liter", "liters"),
    ("L", "liter", "liters"),
    ("ns", "nanosecond", "nanoseconds"),
    ("µs", "microsecond", "microseconds"),
    ("μs", "microsecond", "microseconds"),
    ("us", "microsecond", "microseconds"),
    ("ms", "millisecond", "milliseconds"),
    ("s", "second", "seconds"),
    ("sec", "second", "seconds"),
    ("secs", "second", "seconds"),
    ("min", "minute", "minutes"),
    ("mins", "minute", "minutes"),
    ("h", "hour", "hours"),
    ("hr", "hour", "hours"),
    ("hrs", "hour", "hours"),
    ("d", "day", "days"),
    ("yr", "year", "years"),
    ("yrs", "year", "years"),
    ("Hz", "hertz", "hertz"),
    ("kHz", "kilohertz", "kilohertz"),
    ("MHz", "megahertz", "megahertz"),
    ("GHz", "gigahertz", "gigahertz"),
    ("bit", "bit", "bits"),
    ("bits", "bit", "bits"),
    ("B", "byte", "bytes"),
    ("kB", "kilobyte", "kilobytes"),
    ("KB", "kilobyte", "kilobytes"),
    ("MB", "megabyte", "megabytes"),
    ("GB", "gigabyte", "gigabytes"),
    ("TB", "terabyte", "terabytes"),
    ("PB", "petabyte", "petabytes"),
    ("KiB", "kibibyte", "kibibytes"),
    ("MiB", "mebibyte", "mebibytes"),
    ("GiB", "gibibyte", "gibibytes"),
    ("TiB", "tebibyte", "tebibytes"),
    ("kb", "kilobit", "kilobits"),
    ("Kb", "kilobit", "kilobits"),
    ("Mb", "megabit", "megabits"),
    ("Gb", "gigabit", "gigabits"),
    ("kbit", "kilobit", "kilobits"),
    ("Mbit", "megabit", "megabits"),
    ("Gbit", "gigabit", "gigabits"),
    ("kbps", "kilobit per second", "kilobits per second"),
    ("Mbps", "megabit per second", "megabits per second"),
    ("Gbps", "gigabit per second", "gigabits per second"),
    ("fps", "frame per second", "frames per second"),
    ("bpm", "beat per minute", "beats per minute"),
    ("rpm", "revolution per minute", "revolutions per minute"),
    ("mph", "mile per hour", "miles per hour"),
    ("kph", "kilometer per hour", "kilometers per hour"),
    ("dpi", "dot per inch", "dots per inch"),
    ("W", "watt", "watts"),
    ("mW", "milliwatt", "milliwatts"),
    ("kW", "kilowatt", "kilowatts"),
    ("MW", "megawatt", "megawatts"),
    ("GW", "gigawatt", "gigawatts"),
    ("Wh", "watt hour", "watt hours"),
    ("kWh", "kilowatt hour", "kilowatt hours"),
    ("mAh", "milliamp hour", "milliamp hours"),
    ("V", "volt", "volts"),
    ("mV", "millivolt", "millivolts"),
    ("kV", "kilovolt", "kilovolts"),
    ("A", "amp", "amps"),
    ("mA", "milliamp", "milliamps"),
    ("Ω", "ohm", "ohms"),
    ("J", "joule", "joules"),
    ("kJ", "kilojoule", "kilojoules"),
    ("cal", "calorie", "calories"),
    ("kcal", "kilocalorie", "kilocalories"),
    ("N", "newton", "newtons"),
    ("Pa", "pascal", "pascals"),
    ("hPa", "hectopascal", "hectopascals"),
    ("bar", "bar", "bars"),
    ("psi", "pound per square inch", "pounds per square inch"),
    ("dB", "decibel", "decibels"),
    ("LUFS", "loofs", "loofs"),
    ("px", "pixel", "pixels"),
    ("pt", "point", "points"),
    ("MP", "megapixel", "megapixels"),
    ("K", "kelvin", "kelvin"),
    ("ppm", "part per million", "parts per million"),
    ("m²", "square meter", "square meters"),
    ("km²", "square kilometer", "square kilometers"),
    ("cm²", "square centimeter", "square centimeters"),
    ("m³", "cubic meter", "cubic meters"),
    ("cm³", "cubic centimeter", "cubic centimeters"),
    ("m2", "square meter", "square meters"),
    ("tbsp", "tablespoon", "tablespoons"),
    ("tsp", "teaspoon", "teaspoons"),
    ("gal", "gallon", "gallons"),
    ("sq ft", "square foot", "square feet"),
    ("sq mi", "square mile", "square miles"),
];

/// Units that count only after a space; directly after a number they mean something else (4K, 3D).
const NEEDS_SPACE: &[&str] = &["K", "A", "N", "B", "in", "us", "d", "MP", "J"];
/// Units that count only directly after a number; after a space they are words.
const NEEDS_NO_SPACE: &[&str] = &["in", "us", "d"];

/// A number or a range with a unit: 3 GB/s, 25 °C, 10 km/h, 5 kg, 16kHz, 10–20 ms
pub(super) fn quantity(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"([-−+±]?", number!(), r")(?:(\s?[-–]\s?|\sto\s)(", number!(), r"))?([\s\u{a0}\u{202f}]|-)?")
        .captures(position.rest())?;
    let number_len = found[0].len();
    let (name_len, one, many) = unit_at_start(position.after(number_len), found.get(4).map(|m| m.as_str()))?;
    let tail = position.after(number_len + name_len);
    let (per_len, per) = rate_suffix(tail).unwrap_or((0, String::new()));
    let mut len = number_len + name_len + per_len;
    // "30 ft. above": the stop belongs to the unit unless a sentence ends with it.
    len += usize::from(pattern!(r"\.\s+[a-z]").is_match(position.after(len)));
    if !is_word_end(position.after(len)) {
        return None;
    }
    let single = found.get(3).is_none() && matches!(found[1].trim_start_matches(['-', '+', '−']), "1" | "1.0");
    let adjective = found.get(4).is_some_and(|m| m.as_str() == "-");
    let name = spelled_for_accent(if single || adjective { one } else { many }, position.accent);
    let mut rule_match = RuleMatch::new(len).words(&position.number_style().number(&found[1]));
    if let (Some(to), Some(upto)) = (found.get(2), found.get(3)) {
        rule_match = rule_match
            .at_offset(to.start())
            .words("to")
            .at_offset(upto.start())
            .words(&position.number_style().number(upto.as_str()));
    }
    Some(rule_match.at_offset(number_len).words(&name).words(&per))
}

/// The longest unit at the beginning of `text`, after a number and `gap`: its length in bytes, and its names in the singular and the plural.
fn unit_at_start(text: &str, gap: Option<&str>) -> Option<(usize, &'static str, &'static str)> {
    let mut best: Option<(usize, &'static str, &'static str)> = None;
    for &(written, one, many) in UNITS {
        let fits = text
            .strip_prefix(written)
            .is_some_and(|tail| !tail.starts_with(|c: char| c.is_alphanumeric() || c == '²' || c == '³'));
        let allowed = match gap {
            None => !NEEDS_SPACE.contains(&written),
            Some("-") => written.len() > 1,
            Some(_) => !NEEDS_NO_SPACE.contains(&written),
        };
        if fits && allowed && best.is_none_or(|(len, ..)| written.len() > len) {
            best = Some((written.len(), one, many));
        }
    }
    best
}

/// The length and the words of a rate such as "/s" at the beginning of `tail`.
fn rate_suffix(tail: &str) -> Option<(usize, String)> {
    let found = pattern!(r"/([A-Za-zµ]{1,6}[²³2]?)").captures(tail)?;
    Some((found[0].len(), format!("per {}", per_unit_name(&found[1])?)))
}

/// The name of a unit after "per".
pub(super) fn per_unit_name(written: &str) -> Option<&'static str> {
    Some(match written {
        "s²" | "s2" => "second squared",
        "mo" => "month",
        "wk" => "week",
        "d" | "day" => "day",
        "hour" => "hour",
        "minute" => "minute",
        "second" => "second",
        "week" => "week",
        "month" => "month",
        "year" => "year",
        "user" => "user",
        "y" | "yr" => "year",
        _ => UNITS.iter().find(|(name, ..)| *name == written)?.1,
    })
}

/// The name of a unit in the spelling of the accent: "metre" in British English.
fn spelled_for_accent(name: &str, accent: Accent) -> String {
    match accent {
        Accent::American => name.to_owned(),
        Accent::British => name.replace("meter", "metre").replace("liter", "litre"),
    }
}

/// A rate without a number: km/h, GB/s
pub(super) fn lone_rate(position: &TextPosition) -> Option<RuleMatch> {
    let (len, _, many) = unit_at_start(position.rest(), Some(" "))?;
    let (per_len, per) = rate_suffix(position.after(len))?;
    let len = len + per_len;
    is_word_end(position.after(len))
        .then(|| RuleMatch::new(len).words(&spelled_for_accent(many, position.accent)).words(&per))
}

/// A percentage or a range of percentages: 5 %, 10–20%
pub(super) fn percentage(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"([-−+±]?", number!(), r")(?:\s?%?[-–]\s?(", number!(), r"))?[\s\u{a0}\u{202f}]?(%|‰)")
        .captures(position.rest())?;
    let len = found[0].len();
    let mut rule_match = RuleMatch::new(len).words(&position.number_style().number(&found[1]));
    if let Some(upto) = found.get(2) {
        rule_match =
            rule_match.words("to").at_offset(upto.start()).words(&position.number_style().number(upto.as_str()));
    }
    let sign = found.get(3)?;
    rule_match = rule_match.at_offset(sign.start()).words(if sign.as_str() == "%" { "percent" } else { "per mille" });
    Some(rule_match)
}

/// A temperature or an angle: 25 °C, -5°, 90°
pub(super) fn degrees(position: &TextPosition) -> Option<RuleMatch> {
    let found =
        pattern!(r"([-−+±]?", number!(), r")(?:\s?[-–]\s?(", number!(), r"))?[\s\u{a0}\u{202f}]?(°\s?([CFK]\b)?|℃|℉)")
            .captures(position.rest())?;
    let len = found[0].trim_end().len();
    let one = found[1].trim_start_matches(['-', '−', '+']) == "1" && found.get(2).is_none();
    let mut rule_match = RuleMatch::new(len).words(&position.number_style().number(&found[1]));
    if let Some(upto) = found.get(2) {
        rule_match =
            rule_match.words("to").at_offset(upto.start()).words(&position.number_style().number(upto.as_str()));
    }
    let scale = match found.get(4).map_or(&found[3], |m| m.as_str()) {
        "C" | "℃" => "Celsius",
        "F" | "℉" => "Fahrenheit",
        "K" => "kelvin",
        _ => "",
    };
    let sign = found.get(3)?.start();
    Some(rule_match.at_offset(sign).words(if one { "degree" } else { "degrees" }).words(scale))
}

/// The words of a side of a picture, in pixels or in units of a ratio.
fn side_words(style: NumberStyle, written: &str) -> String {
    if written.len() >= 3 { style.identifier(written) } else { style.number(written) }
}

/// The format of a picture, or a number with a scale: 1080p30, 1920x1080, 4K, 10x, 5M
pub(super) fn picture_or_scale(position: &TextPosition) -> Option<RuleMatch> {
    let style = position.number_style();
    let (len, words) = if let Some(found) = pattern!(r"(\d{3,4})([pi])(\d{2,3})?").captures(position.rest()) {
        let rate = found.get(3).map(|m| style.identifier(m.as_str())).unwrap_or_default();
        (found[0].len(), format!("{} {} {rate}", style.identifier(&found[1]), found[2].to_uppercase()))
    } else if let Some(found) = pattern!(r"(\d+)(?:[x×]|\sx\s)(\d+)(?:[x×](\d+))?").captures(position.rest()) {
        let third = found.get(3).map(|m| format!("by {}", side_words(style, m.as_str()))).unwrap_or_default();
        (found[0].len(), format!("{} by {} {third}", side_words(style, &found[1]), side_words(style, &found[2])))
    } else {
        let found = pattern!(r"(", number!(), r")([KkMBx×])").captures(position.rest())?;
        let scale = match &found[2] {
            "M" => "million",
            "B" if found[1].len() > 2 && !found[1].contains('.') => return None,
            "B" => "billion",
            // "3x + 5" is a term, "3x faster" a measure.
            "x" if position
                .after(found[0].len())
                .trim_start()
                .starts_with(['+', '-', '−', '=', '*', '^', '<', '>']) =>
            {
                return None;
            }
            "x" | "×" => "times",
            "k" => "thousand",
            _ => "K",
        };
        (found[0].len(), format!("{} {scale}", style.number(&found[1])))
    };
    let mut rule_match = RuleMatch::new(len);
    for word in words.split(' ') {
        rule_match = if matches!(word, "K" | "P" | "I") { rule_match.letters(word) } else { rule_match.words(word) };
    }
    let tail = position.after(len);
    if let Some((unit_len, _, many)) =
        tail.strip_prefix(' ').and_then(|tail| unit_at_start(tail, Some(" "))).filter(|_| words.contains(" by "))
    {
        rule_match.len += 1 + unit_len;
        rule_match = rule_match.at_offset(len + 1).words(&spelled_for_accent(many, position.accent));
    }
    is_word_end(position.after(rule_match.len)).then_some(rule_match)
}
