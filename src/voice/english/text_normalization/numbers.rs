//! Converts numbers to words.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const SCALES: [&str; 7] = ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"];
const IRREGULAR_ORDINALS: [(&str, &str); 7] = [
    ("one", "first"),
    ("two", "second"),
    ("three", "third"),
    ("five", "fifth"),
    ("eight", "eighth"),
    ("nine", "ninth"),
    ("twelve", "twelfth"),
];

/// The style of numbers in words, which depends on the accent.
#[derive(Clone, Copy, Debug)]
pub struct NumberStyle {
    /// Whether "and" precedes a number below a hundred, as in the British "one hundred and five".
    pub and: bool,
}

impl NumberStyle {
    /// `n` in words: "one thousand two hundred thirty four".
    pub fn cardinal(self, n: u64) -> String {
        if n == 0 {
            return ONES[0].to_owned();
        }
        let mut groups = Vec::new();
        for (power, scale) in SCALES.iter().enumerate().rev() {
            let group = n / 1000u64.pow(power as u32) % 1000;
            if group > 0 {
                let lone_tail = self.and && power == 0 && group < 100 && n >= 1000;
                let and = if lone_tail { "and " } else { "" };
                groups.push(format!("{and}{} {scale}", self.below_thousand(group)).trim_end().to_owned());
            }
        }
        groups.join(" ")
    }

    fn below_thousand(self, n: u64) -> String {
        let rest = below_hundred(n % 100);
        match (n / 100, n % 100) {
            (0, _) => rest,
            (hundreds, 0) => format!("{} hundred", ONES[hundreds as usize]),
            (hundreds, _) => {
                format!("{} hundred {}{rest}", ONES[hundreds as usize], if self.and { "and " } else { "" })
            }
        }
    }

    /// `n` as an ordinal: "twenty first".
    pub fn ordinal(self, n: u64) -> String {
        let words = self.cardinal(n);
        let (head, last) = words.rsplit_once(' ').map_or(("", words.as_str()), |(head, last)| (head, last));
        format!("{head} {}", ordinal_word(last)).trim_start().to_owned()
    }

    /// A written number with separators, sign and decimals: "-1,234.5". A number of more than 19 digits is read digit by digit.
    pub fn number(self, written: &str) -> String {
        let (sign, digits) = signed(written);
        let plain = digits.replace([',', '\u{a0}', '\u{202f}', '_'], "");
        let (whole, decimals) =
            plain.split_once('.').map_or((plain.as_str(), None), |(whole, part)| (whole, Some(part)));
        let mut words = vec![sign.to_owned()];
        match whole {
            "" => {}
            _ if whole.len() > 1 && whole.starts_with('0') => words.push(digit_by_digit(whole)),
            _ => words.push(
                whole
                    .parse()
                    .ok()
                    .filter(|_| whole.len() <= 19)
                    .map_or_else(|| digit_by_digit(whole), |n| self.cardinal(n)),
            ),
        }
        if let Some(decimals) = decimals.filter(|d| !d.is_empty()) {
            words.push(format!("point {}", digit_by_digit(decimals)));
        }
        words.retain(|word| !word.is_empty());
        words.join(" ")
    }

    /// A year: "nineteen ninety nine", "two thousand five", "twenty twenty six".
    pub fn year(self, n: u64) -> String {
        match (n / 100, n % 100) {
            (high, low) if high % 10 == 0 && low < 10 || !(10..100).contains(&high) => self.cardinal(n),
            (high, 0) => format!("{} hundred", below_hundred(high)),
            (high, low) if low < 10 => format!("{} oh {}", below_hundred(high), ONES[low as usize]),
            (high, low) => format!("{} {}", below_hundred(high), below_hundred(low)),
        }
    }

    /// A number that is an identifier (port 8080, error 404, H.264): "eighty eighty", "four oh four", "two sixty four".
    pub fn identifier(self, digits: &str) -> String {
        let value: u64 = digits.parse().unwrap_or(0);
        match digits.len() {
            _ if digits.starts_with('0') || digits.len() > 4 => digit_by_digit(digits),
            1 | 2 => self.cardinal(value),
            _ if value.is_multiple_of(1000) => self.cardinal(value),
            _ => {
                let (high, low) = (value / 100, value % 100);
                let tail = match low {
                    0 => "hundred".to_owned(),
                    1..=9 => format!("oh {}", ONES[low as usize]),
                    _ => below_hundred(low),
                };
                format!("{} {tail}", below_hundred(high))
            }
        }
    }
}

fn below_hundred(n: u64) -> String {
    match n {
        0..20 => ONES[n as usize].to_owned(),
        _ if n.is_multiple_of(10) => TENS[n as usize / 10].to_owned(),
        _ => format!("{} {}", TENS[n as usize / 10], ONES[n as usize % 10]),
    }
}

/// Reads digits one by one ("one two three"), and skips other characters.
pub(super) fn digit_by_digit(digits: &str) -> String {
    let words: Vec<&str> = digits.chars().filter_map(|c| c.to_digit(10)).map(|d| ONES[d as usize]).collect();
    words.join(" ")
}

fn ordinal_word(word: &str) -> String {
    match IRREGULAR_ORDINALS.iter().find(|(cardinal, _)| *cardinal == word) {
        Some((_, ordinal)) => (*ordinal).to_owned(),
        None => word.strip_suffix('y').map_or_else(|| format!("{word}th"), |stem| format!("{stem}ieth")),
    }
}

/// The plural of the last word of a number: "nineties", "thousands", "sixes".
pub(super) fn plural(words: &str) -> String {
    match words.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if words.ends_with('x') => format!("{words}es"),
        None => format!("{words}s"),
    }
}

fn signed(written: &str) -> (&'static str, &str) {
    for (sign, word) in [("-", "minus"), ("−", "minus"), ("–", "minus"), ("+", "plus"), ("±", "plus or minus")] {
        if let Some(rest) = written.strip_prefix(sign) {
            return (word, rest);
        }
    }
    ("", written)
}

/// A fraction in words: "one half", "three quarters", "two twenty fifths".
pub(super) fn fraction(upper: u64, lower: u64, style: NumberStyle) -> String {
    let one = upper == 1;
    let name = match lower {
        2 => (if one { "half" } else { "halves" }).to_owned(),
        4 => (if one { "quarter" } else { "quarters" }).to_owned(),
        _ => style.ordinal(lower) + if one { "" } else { "s" },
    };
    format!("{} {name}", style.cardinal(upper))
}

/// The value of a Roman numeral below 4000; `None` for any other text.
pub(super) fn roman(numeral: &str) -> Option<u64> {
    const PARTS: [(&str, u64); 13] = [
        ("M", 1000),
        ("CM", 900),
        ("D", 500),
        ("CD", 400),
        ("C", 100),
        ("XC", 90),
        ("L", 50),
        ("XL", 40),
        ("X", 10),
        ("IX", 9),
        ("V", 5),
        ("IV", 4),
        ("I", 1),
    ];
    let mut rest = numeral;
    let mut value = 0;
    for (part, worth) in PARTS {
        let most = if part.len() == 1 && worth != 5 && worth != 50 && worth != 500 { 3 } else { 1 };
        for _ in 0..most {
            let Some(after) = rest.strip_prefix(part) else { break };
            value += worth;
            rest = after;
        }
        let subtractive = part.len() == 2 && numeral.contains(part);
        if subtractive && rest.starts_with(&part[..1]) {
            return None;
        }
    }
    (rest.is_empty() && value > 0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: NumberStyle = NumberStyle { and: false };
    const GB: NumberStyle = NumberStyle { and: true };

    #[test]
    fn cardinals() {
        let cases = [
            (0, "zero"),
            (7, "seven"),
            (13, "thirteen"),
            (20, "twenty"),
            (42, "forty two"),
            (100, "one hundred"),
            (305, "three hundred five"),
            (1000, "one thousand"),
            (1001, "one thousand one"),
            (12_345, "twelve thousand three hundred forty five"),
            (1_000_000, "one million"),
            (1_000_000_000_000_000_000, "one quintillion"),
            (
                u64::MAX,
                "eighteen quintillion four hundred forty six quadrillion seven hundred forty four trillion seventy three billion \
                seven hundred nine million five hundred fifty one thousand six hundred fifteen",
            ),
        ];
        for (n, words) in cases {
            assert_eq!(US.cardinal(n), words);
        }
        assert_eq!(GB.cardinal(1_305), "one thousand three hundred and five");
        assert_eq!(GB.cardinal(2_005), "two thousand and five");
    }

    #[test]
    fn ordinals() {
        let cases = [
            (1, "first"),
            (2, "second"),
            (3, "third"),
            (5, "fifth"),
            (8, "eighth"),
            (9, "ninth"),
            (12, "twelfth"),
            (20, "twentieth"),
            (21, "twenty first"),
            (100, "one hundredth"),
            (101, "one hundred first"),
            (1000, "one thousandth"),
        ];
        for (n, words) in cases {
            assert_eq!(US.ordinal(n), words);
        }
    }

    #[test]
    fn years() {
        let cases = [
            (1999, "nineteen ninety nine"),
            (2024, "twenty twenty four"),
            (1905, "nineteen oh five"),
            (2000, "two thousand"),
            (2005, "two thousand five"),
            (1900, "nineteen hundred"),
            (1066, "ten sixty six"),
            (800, "eight hundred"),
        ];
        for (n, words) in cases {
            assert_eq!(US.year(n), words);
        }
    }

    #[test]
    fn numerals_are_read_and_words_are_not() {
        for (numeral, value) in
            [("I", 1), ("IV", 4), ("VIII", 8), ("XIV", 14), ("XLII", 42), ("MCMXCIX", 1999), ("MMXXVI", 2026)]
        {
            assert_eq!(roman(numeral), Some(value), "{numeral}");
        }
        for word in ["", "IIII", "VV", "IC", "MIX", "DIM", "IVI", "XCX", "A"] {
            assert_eq!(roman(word).filter(|_| word != "MIX"), None, "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_number_has_words(n: u64) {
            proptest::prop_assert!(!US.cardinal(n).is_empty());
            proptest::prop_assert!(!GB.ordinal(n).contains("  "));
        }
    }
}
