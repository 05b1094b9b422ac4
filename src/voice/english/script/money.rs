//! Money: amounts with a sign or a code before or after them.

use super::place::{Place, Reading, ends, number, pattern};

struct Currency {
    signs: &'static [&'static str],
    one: &'static str,
    many: &'static str,
    /// The hundredth, one and many.
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

/// $1.5 million, -€20, £3.50, USD 5, $5/month, $10-20
pub(super) fn sign_first(place: &Place) -> Option<Reading> {
    let found = pattern!(
        r"([-−+]?)(US\$|A\$|C\$|[$€£¥₹₩₽₿]|(?:USD|AUD|CAD|EUR|GBP|JPY|CNY|INR|KRW|RUB|CHF|BTC)\s?)(",
        number!(),
        r")(?:\s?[-–]\s?[$€£¥]?(",
        number!(),
        r"))?(?:(\s?)(trillion|billion|million|thousand|hundred)\b|([kKmMbBtT]|bn|mn|tn)\b)?"
    )
    .captures(place.rest())?;
    let currency = currency(found[2].trim())?;
    let scale_at = found.get(6).or(found.get(7)).map(|m| (scale(m.as_str()), m.start()));
    let amount = Amount {
        place,
        currency,
        sign: &found[1],
        written: &found[3],
        upto: found.get(4).map(|m| m.as_str()),
        scale: scale_at,
    };
    finish(place, amount.say(found[0].len()))
}

/// 20 €, 5 USD, 99¢
pub(super) fn sign_last(place: &Place) -> Option<Reading> {
    let found = pattern!(
        r"(",
        number!(),
        r")(?:\s(million|billion|thousand))?\s?([€£¥₹₩₽¢]|(?:USD|AUD|CAD|EUR|GBP|JPY|CNY|INR|KRW|RUB|CHF|BTC)\b)"
    )
    .captures(place.rest())?;
    let len = found[0].len();
    if &found[3] == "¢" {
        let unit = if &found[1] == "1" { "cent" } else { "cents" };
        return finish(place, Reading::new(len).words(&format!("{} {unit}", place.wording().number(&found[1]))));
    }
    let scale = found.get(2).map(|m| (m.as_str(), m.start()));
    let amount = Amount { place, currency: currency(&found[3])?, sign: "", written: &found[1], upto: None, scale };
    finish(place, amount.say(len))
}

struct Amount<'a> {
    place: &'a Place<'a>,
    currency: &'static Currency,
    sign: &'a str,
    written: &'a str,
    upto: Option<&'a str>,
    /// The word "million" and its offset.
    scale: Option<(&'a str, usize)>,
}

impl Amount<'_> {
    fn say(&self, len: usize) -> Reading {
        let (wording, currency) = (self.place.wording(), self.currency);
        let reading = Reading::new(len).words(match self.sign {
            "" => "",
            "+" => "plus",
            _ => "minus",
        });
        if let Some(upto) = self.upto {
            let reading = reading.words(&format!("{} to {}", wording.number(self.written), wording.number(upto)));
            return self.scaled(reading).words(currency.many);
        }
        if self.scale.is_some() {
            return self.scaled(reading.words(&wording.number(self.written))).words(currency.many);
        }
        match self.parts() {
            Some((whole, small)) => reading.words(&self.whole_and_small(&whole, small)),
            None => {
                let unit = if self.written == "1" { currency.one } else { currency.many };
                reading.words(&format!("{} {unit}", wording.number(self.written)))
            }
        }
    }

    fn scaled(&self, reading: Reading) -> Reading {
        match self.scale {
            Some((word, at)) => reading.from(at).words(word),
            None => reading,
        }
    }

    /// 3.50 as 3 and 50, where the currency has hundredths.
    fn parts(&self) -> Option<(String, u64)> {
        let (whole, decimals) = self.written.split_once('.')?;
        self.currency.small?;
        (decimals.len() == 2).then_some(())?;
        Some((whole.to_owned(), decimals.parse().ok()?))
    }

    fn whole_and_small(&self, whole: &str, small: u64) -> String {
        let (wording, (cent, cents)) = (self.place.wording(), self.currency.small.unwrap_or_default());
        let none = whole.is_empty() || whole == "0";
        let unit = if whole == "1" { self.currency.one } else { self.currency.many };
        let small_words = format!("{} {}", wording.cardinal(small), if small == 1 { cent } else { cents });
        match small {
            0 => format!("{} {unit}", wording.number(if none { "0" } else { whole })),
            _ if none => small_words,
            _ => format!("{} {unit} and {small_words}", wording.number(whole)),
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

/// Adds what is paid for ("/month") and checks that the amount ends here.
fn finish(place: &Place, mut reading: Reading) -> Option<Reading> {
    let tail = place.after(reading.len);
    if let Some(found) = pattern!(r"/([A-Za-z]{2,8})").captures(tail) {
        let at = reading.len;
        reading.len += found[0].len();
        let per = super::units::per(&found[1]).map_or_else(|| found[1].to_owned(), str::to_owned);
        reading = reading.from(at).words(&format!("per {per}"));
    }
    ends(place.after(reading.len)).then_some(reading)
}
