//! Signs: punctuation that is heard, and symbols that have names.

use super::place::{Place, Reading, pattern};

/// Signs that are always said the same.
const NAMES: &[(char, &str)] = &[
    ('%', "percent"),
    ('@', "at"),
    ('±', "plus or minus"),
    ('×', "times"),
    ('÷', "divided by"),
    ('→', "to"),
    ('⇒', "implies"),
    ('≈', "approximately"),
    ('≠', "is not equal to"),
    ('≤', "less than or equal to"),
    ('≥', "greater than or equal to"),
    ('≡', "is equivalent to"),
    ('∞', "infinity"),
    ('√', "square root of"),
    ('∑', "sum"),
    ('∏', "product"),
    ('∫', "integral"),
    ('∂', "partial"),
    ('∆', "delta"),
    ('∈', "in"),
    ('∀', "for all"),
    ('∃', "there exists"),
    ('∪', "union"),
    ('∩', "intersection"),
    ('∅', "empty set"),
    ('∝', "proportional to"),
    ('°', "degrees"),
    ('℃', "degrees Celsius"),
    ('℉', "degrees Fahrenheit"),
    ('§', "section"),
    ('©', "copyright"),
    ('¢', "cents"),
    ('$', "dollars"),
    ('€', "euros"),
    ('£', "pounds"),
    ('¥', "yen"),
    ('₹', "rupees"),
    ('₩', "won"),
    ('₿', "bitcoin"),
    ('¼', "one quarter"),
    ('½', "one half"),
    ('¾', "three quarters"),
    ('²', "squared"),
    ('³', "cubed"),
    ('№', "number"),
    ('µ', "micro"),
];
const GREEK: [(&str, &str); 24] = [
    ("αΑ", "alpha"),
    ("βΒ", "beta"),
    ("γΓ", "gamma"),
    ("δΔ", "delta"),
    ("εΕϵ", "epsilon"),
    ("ζΖ", "zeta"),
    ("ηΗ", "eta"),
    ("θΘϑ", "theta"),
    ("ιΙ", "iota"),
    ("κΚ", "kappa"),
    ("λΛ", "lambda"),
    ("μΜ", "mu"),
    ("νΝ", "nu"),
    ("ξΞ", "xi"),
    ("οΟ", "omicron"),
    ("πΠϖ", "pi"),
    ("ρΡϱ", "rho"),
    ("σΣς", "sigma"),
    ("τΤ", "tau"),
    ("υΥ", "upsilon"),
    ("φΦϕ", "phi"),
    ("χΧ", "chi"),
    ("ψΨ", "psi"),
    ("ωΩ", "omega"),
];

/// The name of a Greek letter that stands alone.
pub(super) fn greek(place: &Place) -> Option<Reading> {
    let c = place.rest().chars().next()?;
    let (_, name) = GREEK.iter().find(|(letters, _)| letters.contains(c))?;
    let alone =
        !place.after(c.len_utf8()).starts_with(char::is_alphabetic) && !place.before().is_some_and(char::is_alphabetic);
    alone.then(|| Reading::new(c.len_utf8()).words(name))
}

/// The name of whatever sign or punctuation stands at `place`; nothing is said for signs that only ornament.
pub(super) fn sign(place: &Place) -> Reading {
    punctuation(place).or_else(|| operator(place)).or_else(|| named(place)).unwrap_or_else(|| {
        let c = place.rest().chars().next().map_or(1, char::len_utf8);
        Reading::new(c)
    })
}

fn punctuation(place: &Place) -> Option<Reading> {
    let rest = place.rest();
    if let Some(found) = pattern!(r"\.{2,}|…+|(?:\. ){2,}\.|-{2,}|—+|–|―").captures(rest) {
        let dots = found[0].starts_with(['.', '…']);
        return Some(Reading::new(found[0].len()).mark(if dots { '…' } else { '—' }));
    }
    if let Some(found) = pattern!(r"[!?]+").captures(rest) {
        return Some(Reading::new(found[0].len()).mark(if found[0].contains('?') { '?' } else { '!' }));
    }
    let c = rest.chars().next()?;
    let opens = |place: &Place| !place.before().is_some_and(|b| b.is_alphanumeric() || ".,!?…%)]".contains(b));
    let inside =
        place.before().is_some_and(char::is_alphanumeric) && rest[c.len_utf8()..].starts_with(char::is_alphanumeric);
    let mark = match c {
        '.' if inside => return Some(Reading::new(1).words("dot")),
        '.' | ',' | ';' => c,
        ':' if place.after(1).starts_with(':') => return Some(Reading::new(2)),
        ':' => c,
        '"' if opens(place) => '“',
        '"' => '”',
        '“' | '„' | '«' => '“',
        '”' | '»' => '”',
        '(' | '[' | '{' => '(',
        ')' | ']' | '}' => ')',
        '|' | '•' | '·' if place.at > 0 => ',',
        '¿' | '¡' => return Some(Reading::new(2)),
        '‽' => '?',
        _ => return None,
    };
    Some(Reading::new(c.len_utf8()).mark(mark))
}

/// Signs whose name depends on what is around them.
fn operator(place: &Place) -> Option<Reading> {
    let rest = place.rest();
    if let Some(found) = pattern!(r"->|=>|<-|<=|>=|==|!=|&&|\|\||\+=|\.\.=").captures(rest) {
        let name = match &found[0] {
            "->" | "=>" => "to",
            "<=" => "less than or equal to",
            ">=" => "greater than or equal to",
            "==" => "equals",
            "!=" => "is not equal to",
            "&&" => "and",
            "||" => "or",
            "+=" => "plus equals",
            _ => "",
        };
        return Some(Reading::new(found[0].len()).words(name));
    }
    let c = rest.chars().next()?;
    let before = place.text[..place.at].trim_end().chars().next_back();
    let after = place.after(c.len_utf8()).trim_start().chars().next();
    let tight_after = place.after(c.len_utf8()).starts_with(char::is_alphanumeric);
    let term = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "()".contains(c));
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let between = term(before) && term(after);
    let name = match c {
        '&' => "and",
        '=' => "equals",
        '+' => "plus",
        '<' if between => "less than",
        '>' if between => "greater than",
        '-' | '−' if digit(before) && digit(after) || c == '−' => "minus",
        '*' if digit(before) && digit(after) => "times",
        '/' if digit(before) && digit(after) && rest.starts_with("/ ") => "divided by",
        '/' if between => "slash",
        '^' if rest.starts_with("^2") && !rest[2..].starts_with(char::is_alphanumeric) => {
            return Some(Reading::new(2).words("squared"));
        }
        '^' if rest.starts_with("^3") && !rest[2..].starts_with(char::is_alphanumeric) => {
            return Some(Reading::new(2).words("cubed"));
        }
        '^' if between => "to the power of",
        '$' if tight_after => "dollar",
        '~' if digit(after) => "about",
        '~' if tight_after => "tilde",
        '#' if digit(after) && tight_after => "number",
        '#' if tight_after => "hashtag",
        '\\' if between => "backslash",
        _ => return lone_dash(place, c),
    };
    Some(Reading::new(c.len_utf8()).words(name))
}

/// A hyphen between spaces is a dash.
fn lone_dash(place: &Place, c: char) -> Option<Reading> {
    let spaced = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let lone = c == '-' && place.at > 0 && spaced(place.before()) && spaced(place.after(1).chars().next());
    lone.then(|| Reading::new(1).mark('—'))
}

fn named(place: &Place) -> Option<Reading> {
    let c = place.rest().chars().next()?;
    let (_, name) = NAMES.iter().find(|(sign, _)| *sign == c)?;
    Some(Reading::new(c.len_utf8()).words(name))
}
