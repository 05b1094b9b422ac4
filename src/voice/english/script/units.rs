//! Quantities: numbers with a unit, a percent or degree sign after them.

use super::super::Accent;
use super::place::{Place, Reading, ends, number, pattern};

/// Written, one, many.
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

/// Units that are words or other things when they do not follow a space: 5m may be a million, 4K a picture size, 3D a space.
const ONLY_SPACED: &[&str] = &["K", "A", "N", "B", "in", "us", "d", "MP", "J"];
/// Units that are words of their own after a space.
const ONLY_JOINED: &[&str] = &["in", "us", "d"];

/// 3 GB/s, 25 °C, 10 km/h, 5 kg, 16kHz, 10–20 ms
pub(super) fn quantity(place: &Place) -> Option<Reading> {
    let found = pattern!(r"([-−+±]?", number!(), r")(?:(\s?[-–]\s?|\sto\s)(", number!(), r"))?([\s\u{a0}\u{202f}]|-)?")
        .captures(place.rest())?;
    let number_len = found[0].len();
    let (name_len, one, many) = unit(place.after(number_len), found.get(4).map(|m| m.as_str()))?;
    let tail = place.after(number_len + name_len);
    let (per_len, per) = rate(tail).unwrap_or((0, String::new()));
    let mut len = number_len + name_len + per_len;
    // "30 ft. above": the stop belongs to the unit unless a sentence ends with it.
    len += usize::from(pattern!(r"\.\s+[a-z]").is_match(place.after(len)));
    if !ends(place.after(len)) {
        return None;
    }
    let single = found.get(3).is_none() && matches!(found[1].trim_start_matches(['-', '+', '−']), "1" | "1.0");
    let adjective = found.get(4).is_some_and(|m| m.as_str() == "-");
    let name = spelled(if single || adjective { one } else { many }, place.accent);
    let mut reading = Reading::new(len).words(&place.wording().number(&found[1]));
    if let (Some(to), Some(upto)) = (found.get(2), found.get(3)) {
        reading = reading.from(to.start()).words("to").from(upto.start()).words(&place.wording().number(upto.as_str()));
    }
    Some(reading.from(number_len).words(&name).words(&per))
}

/// The unit that opens `text` after a number and `gap`: its length, its name for one and for many.
fn unit(text: &str, gap: Option<&str>) -> Option<(usize, &'static str, &'static str)> {
    let mut best: Option<(usize, &'static str, &'static str)> = None;
    for &(written, one, many) in UNITS {
        let fits = text
            .strip_prefix(written)
            .is_some_and(|tail| !tail.starts_with(|c: char| c.is_alphanumeric() || c == '²' || c == '³'));
        let allowed = match gap {
            None => !ONLY_SPACED.contains(&written),
            Some("-") => written.len() > 1,
            Some(_) => !ONLY_JOINED.contains(&written),
        };
        if fits && allowed && best.is_none_or(|(len, ..)| written.len() > len) {
            best = Some((written.len(), one, many));
        }
    }
    best
}

/// "/s" and its like.
fn rate(tail: &str) -> Option<(usize, String)> {
    let found = pattern!(r"/([A-Za-zµ]{1,6}[²³2]?)").captures(tail)?;
    Some((found[0].len(), format!("per {}", per(&found[1])?)))
}

/// The name of one of what something is counted by.
pub(super) fn per(written: &str) -> Option<&'static str> {
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

/// A unit's name as it is spelled where the accent is spoken: the British write "metre" and say the same.
fn spelled(name: &str, accent: Accent) -> String {
    match accent {
        Accent::American => name.to_owned(),
        Accent::British => name.replace("meter", "metre").replace("liter", "litre"),
    }
}

/// A rate or unit that stands without a number: km/h, GB/s.
pub(super) fn lone_rate(place: &Place) -> Option<Reading> {
    let (len, _, many) = unit(place.rest(), Some(" "))?;
    let (per_len, per) = rate(place.after(len))?;
    let len = len + per_len;
    ends(place.after(len)).then(|| Reading::new(len).words(&spelled(many, place.accent)).words(&per))
}

/// 5 %, 10–20%
pub(super) fn percentage(place: &Place) -> Option<Reading> {
    let found = pattern!(r"([-−+±]?", number!(), r")(?:\s?%?[-–]\s?(", number!(), r"))?[\s\u{a0}\u{202f}]?(%|‰)")
        .captures(place.rest())?;
    let len = found[0].len();
    let mut reading = Reading::new(len).words(&place.wording().number(&found[1]));
    if let Some(upto) = found.get(2) {
        reading = reading.words("to").from(upto.start()).words(&place.wording().number(upto.as_str()));
    }
    let sign = found.get(3)?;
    reading = reading.from(sign.start()).words(if sign.as_str() == "%" { "percent" } else { "per mille" });
    Some(reading)
}

/// 25 °C, -5°, 90° angle
pub(super) fn degrees(place: &Place) -> Option<Reading> {
    let found =
        pattern!(r"([-−+±]?", number!(), r")(?:\s?[-–]\s?(", number!(), r"))?[\s\u{a0}\u{202f}]?(°\s?([CFK]\b)?|℃|℉)")
            .captures(place.rest())?;
    let len = found[0].trim_end().len();
    let one = found[1].trim_start_matches(['-', '−', '+']) == "1" && found.get(2).is_none();
    let mut reading = Reading::new(len).words(&place.wording().number(&found[1]));
    if let Some(upto) = found.get(2) {
        reading = reading.words("to").from(upto.start()).words(&place.wording().number(upto.as_str()));
    }
    let scale = match found.get(4).map_or(&found[3], |m| m.as_str()) {
        "C" | "℃" => "Celsius",
        "F" | "℉" => "Fahrenheit",
        "K" => "kelvin",
        _ => "",
    };
    let sign = found.get(3)?.start();
    Some(reading.from(sign).words(if one { "degree" } else { "degrees" }).words(scale))
}

/// 1080p30, 1920x1080, 4K, 10x, 5M
pub(super) fn picture_or_scale(place: &Place) -> Option<Reading> {
    let wording = place.wording();
    let (len, words) = if let Some(found) = pattern!(r"(\d{3,4})([pi])(\d{2,3})?").captures(place.rest()) {
        let rate = found.get(3).map(|m| wording.name(m.as_str())).unwrap_or_default();
        (found[0].len(), format!("{} {} {rate}", wording.name(&found[1]), found[2].to_uppercase()))
    } else if let Some(found) = pattern!(r"(\d+)(?:[x×]|\sx\s)(\d+)(?:[x×](\d+))?").captures(place.rest()) {
        let side = |n: &str| if n.len() >= 3 { wording.name(n) } else { wording.number(n) };
        let third = found.get(3).map(|m| format!("by {}", side(m.as_str()))).unwrap_or_default();
        (found[0].len(), format!("{} by {} {third}", side(&found[1]), side(&found[2])))
    } else {
        let found = pattern!(r"(", number!(), r")([KkMBx×])").captures(place.rest())?;
        let scale = match &found[2] {
            "M" => "million",
            "B" if found[1].len() > 2 && !found[1].contains('.') => return None,
            "B" => "billion",
            // "3x + 5" is a term, "3x faster" a measure.
            "x" if place.after(found[0].len()).trim_start().starts_with(['+', '-', '−', '=', '*', '^', '<', '>']) => {
                return None;
            }
            "x" | "×" => "times",
            "k" => "thousand",
            _ => "K",
        };
        (found[0].len(), format!("{} {scale}", wording.number(&found[1])))
    };
    let letter = |reading: Reading, word: &str| match word {
        "K" | "P" | "I" => reading.letters(word),
        _ => reading.words(word),
    };
    let mut reading = words.split(' ').fold(Reading::new(len), letter);
    let tail = place.after(len);
    if let Some((unit_len, _, many)) =
        tail.strip_prefix(' ').and_then(|tail| unit(tail, Some(" "))).filter(|_| words.contains(" by "))
    {
        reading.len += 1 + unit_len;
        reading = reading.from(len + 1).words(&spelled(many, place.accent));
    }
    ends(place.after(reading.len)).then_some(reading)
}
