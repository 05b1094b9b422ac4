//! Rules for amounts of money with the sign or the code of a currency.

use super::text_position::{RuleMatch, TextPosition, is_word_end, number, pattern};

struct Currency {
    signs: &'static [&'static str],
    one: &'static str,
    many: &'static str,
    /// The name of a hundredth in the singular and in the plural.
    small: Option<(&'static str, &'static str)>,
}

const CURRENCIES: &[Currency] = &[
    Currency { signs: &["$", "US$", "USD"], one: "dollar", many: "dollars", small: Some(("cent", "cents")) },
    Currency {
        signs: &["A$", "AUD"],
        one: "Australian dollar",
        many: "Australian dollars",
        small: Some(("cent", "cents")),
    },
    Currency {
        signs: &["C$", "CAD"],
        one: "Canadian dollar",
        many: "Canadian dollars",
        small: Some(("cent", "cents")),
    },
    Currency { signs: &["€", "EUR"], one: "euro", many: "euros", small: Some(("cent", "cents")) },
    Currency { signs: &["£", "GBP"], one: "pound", many: "pounds", small: Some(("penny", "pence")) },
    Currency { signs: &["¥", "JPY"], one: "yen", many: "yen", small: None },
    Currency { signs: &["CNY"], one: "yuan", many: "yuan", small: None },
    Currency { signs: &["₹", "INR"], one: "rupee", many: "rupees", small: None },
    Currency { signs: &["₩", "KRW"], one: "won", many: "won", small: None },
    Currency { signs: &["₽", "RUB"], one: "ruble", many: "rubles", small: None },
    Currency { signs: &["CHF"], one: "Swiss franc", many: "Swiss francs", small: None },
    Currency { signs: &["₿", "BTC"], one: "bitcoin", many: "bitcoins", small: None },
];

/// An amount after its currency: $1.5 million, -€20, £3.50, USD 5, $5/month, $10-20
pub(super) fn sign_first(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(
        r"([-−+]?)(US\$|A\$|C\$|[$€£¥₹₩₽₿]|(?:USD|AUD|CAD|EUR|GBP|JPY|CNY|INR|KRW|RUB|CHF|BTC)\s?)(",
        number!(),
        r")(?:\s?[-–]\s?[$€£¥]?(",
        number!(),
        r"))?(?:(\s?)(trillion|billion|million|thousand|hundred)\b|([kKmMbBtT]|bn|mn|tn)\b)?"
    )
    .captures(position.rest())?;
    let currency = currency(found[2].trim())?;
    let scale_at = found.get(6).or(found.get(7)).map(|m| (scale(m.as_str()), m.start()));
    let amount = MoneyAmount {
        position,
        currency,
        sign: &found[1],
        written: &found[3],
        upto: found.get(4).map(|m| m.as_str()),
        scale: scale_at,
    };
    with_rate(position, amount.to_match(found[0].len()))
}

/// An amount before its currency: 20 €, 5 USD, 99¢
pub(super) fn sign_last(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(
        r"(",
        number!(),
        r")(?:\s(million|billion|thousand))?\s?([€£¥₹₩₽¢]|(?:USD|AUD|CAD|EUR|GBP|JPY|CNY|INR|KRW|RUB|CHF|BTC)\b)"
    )
    .captures(position.rest())?;
    let len = found[0].len();
    if &found[3] == "¢" {
        let unit = if &found[1] == "1" { "cent" } else { "cents" };
        return with_rate(
            position,
            RuleMatch::new(len).words(&format!("{} {unit}", position.number_style().number(&found[1]))),
        );
    }
    let scale = found.get(2).map(|m| (m.as_str(), m.start()));
    let amount =
        MoneyAmount { position, currency: currency(&found[3])?, sign: "", written: &found[1], upto: None, scale };
    with_rate(position, amount.to_match(len))
}

struct MoneyAmount<'a> {
    position: &'a TextPosition<'a>,
    currency: &'static Currency,
    sign: &'a str,
    written: &'a str,
    upto: Option<&'a str>,
    /// The word for the scale ("million") and its offset.
    scale: Option<(&'a str, usize)>,
}

impl MoneyAmount<'_> {
    fn to_match(&self, len: usize) -> RuleMatch {
        let style = self.position.number_style();
        let currency = self.currency;
        let rule_match = RuleMatch::new(len).words(match self.sign {
            "" => "",
            "+" => "plus",
            _ => "minus",
        });
        if let Some(upto) = self.upto {
            let rule_match = rule_match.words(&format!("{} to {}", style.number(self.written), style.number(upto)));
            return self.scaled(rule_match).words(currency.many);
        }
        if self.scale.is_some() {
            return self.scaled(rule_match.words(&style.number(self.written))).words(currency.many);
        }
        match self.parts() {
            Some((whole, small)) => rule_match.words(&self.whole_and_small(&whole, small)),
            None => {
                let unit = if self.written == "1" { currency.one } else { currency.many };
                rule_match.words(&format!("{} {unit}", style.number(self.written)))
            }
        }
    }

    fn scaled(&self, rule_match: RuleMatch) -> RuleMatch {
        match self.scale {
            Some((word, at)) => rule_match.at_offset(at).words(word),
            None => rule_match,
        }
    }

    /// The whole part and the hundredths, if the amount has both: 3 and 50 for 3.50.
    fn parts(&self) -> Option<(String, u64)> {
        let (whole, decimals) = self.written.split_once('.')?;
        self.currency.small?;
        (decimals.len() == 2).then_some(())?;
        Some((whole.to_owned(), decimals.parse().ok()?))
    }

    fn whole_and_small(&self, whole: &str, small: u64) -> String {
        let (style, (cent, cents)) = (self.position.number_style(), self.currency.small.unwrap_or_default());
        let none = whole.is_empty() || whole == "0";
        let unit = if whole == "1" { self.currency.one } else { self.currency.many };
        let small_words = format!("{} {}", style.cardinal(small), if small == 1 { cent } else { cents });
        match small {
            0 => format!("{} {unit}", style.number(if none { "0" } else { whole })),
            _ if none => small_words,
            _ => format!("{} {unit} and {small_words}", style.number(whole)),
        }
    }
}

fn currency(sign: &str) -> Option<&'static Currency> {
    CURRENCIES.iter().find(|currency| currency.signs.contains(&sign))
}

fn scale(written: &str) -> &str {
    match written {
        "k" | "K" => "thousand",
        "m" | "M" | "mn" => "million",
        "b" | "B" | "bn" => "billion",
        "t" | "T" | "tn" => "trillion",
        _ => written,
    }
}

/// Adds a rate ("/month"), and checks that a word may end after it.
fn with_rate(position: &TextPosition, mut rule_match: RuleMatch) -> Option<RuleMatch> {
    let tail = position.after(rule_match.len);
    if let Some(found) = pattern!(r"/([A-Za-z]{2,8})").captures(tail) {
        let at = rule_match.len;
        rule_match.len += found[0].len();
        let per = super::units::per_unit_name(&found[1]).map_or_else(|| found[1].to_owned(), str::to_owned);
        rule_match = rule_match.at_offset(at).words(&format!("per {per}"));
    }
    is_word_end(position.after(rule_match.len)).then_some(rule_match)
}
