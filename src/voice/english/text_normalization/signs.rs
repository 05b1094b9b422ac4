//! Rules for punctuation, and for signs that have names.

use super::text_position::{RuleMatch, TextPosition, pattern};

/// Signs with the same name in every context.
const SIGN_NAMES: &[(char, &str)] = &[
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
const GREEK_LETTERS: [(&str, &str); 24] = [
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

/// A Greek letter between other characters than letters.
pub(super) fn greek(position: &TextPosition) -> Option<RuleMatch> {
    let c = position.rest().chars().next()?;
    let (_, name) = GREEK_LETTERS.iter().find(|(letters, _)| letters.contains(c))?;
    let alone = !position.after(c.len_utf8()).starts_with(char::is_alphabetic)
        && !position.char_before().is_some_and(char::is_alphabetic);
    alone.then(|| RuleMatch::new(c.len_utf8()).words(name))
}

/// The sign or punctuation at `position`. Unknown signs have no spoken item.
pub(super) fn sign(position: &TextPosition) -> RuleMatch {
    punctuation(position).or_else(|| operator(position)).or_else(|| named(position)).unwrap_or_else(|| {
        let c = position.rest().chars().next().map_or(1, char::len_utf8);
        RuleMatch::new(c)
    })
}

fn punctuation(position: &TextPosition) -> Option<RuleMatch> {
    let rest = position.rest();
    if let Some(found) = pattern!(r"\.{2,}|…+|(?:\. ){2,}\.|-{2,}|—+|–|―").captures(rest) {
        let dots = found[0].starts_with(['.', '…']);
        return Some(RuleMatch::new(found[0].len()).mark(if dots { '…' } else { '—' }));
    }
    if let Some(found) = pattern!(r"[!?]+").captures(rest) {
        return Some(RuleMatch::new(found[0].len()).mark(if found[0].contains('?') { '?' } else { '!' }));
    }
    let c = rest.chars().next()?;
    let after_word = position.char_before().is_some_and(|b| b.is_alphanumeric() || ".,!?…%)]".contains(b));
    let inside = position.char_before().is_some_and(char::is_alphanumeric)
        && rest[c.len_utf8()..].starts_with(char::is_alphanumeric);
    let mark = match c {
        '.' if inside => return Some(RuleMatch::new(1).words("dot")),
        '.' | ',' | ';' => c,
        ':' if position.after(1).starts_with(':') => return Some(RuleMatch::new(2)),
        ':' => c,
        '"' if after_word => '”',
        '"' => '“',
        '“' | '„' | '«' => '“',
        '”' | '»' => '”',
        '(' | '[' | '{' => '(',
        ')' | ']' | '}' => ')',
        '|' | '•' | '·' if position.at > 0 => ',',
        '¿' | '¡' => return Some(RuleMatch::new(2)),
        '‽' => '?',
        _ => return None,
    };
    Some(RuleMatch::new(c.len_utf8()).mark(mark))
}

/// Signs whose name depends on the context.
fn operator(position: &TextPosition) -> Option<RuleMatch> {
    let rest = position.rest();
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
        return Some(RuleMatch::new(found[0].len()).words(name));
    }
    let c = rest.chars().next()?;
    let before = position.text[..position.at].trim_end().chars().next_back();
    let after = position.after(c.len_utf8()).trim_start().chars().next();
    let tight_after = position.after(c.len_utf8()).starts_with(char::is_alphanumeric);
    let between = ends_term(before) && ends_term(after);
    let name = match c {
        '&' => "and",
        '=' => "equals",
        '+' => "plus",
        '<' if between => "less than",
        '>' if between => "greater than",
        '-' | '−' if is_digit(before) && is_digit(after) || c == '−' => "minus",
        '*' if is_digit(before) && is_digit(after) => "times",
        '/' if is_digit(before) && is_digit(after) && rest.starts_with("/ ") => "divided by",
        '/' if between => "slash",
        '^' if rest.starts_with("^2") && !rest[2..].starts_with(char::is_alphanumeric) => {
            return Some(RuleMatch::new(2).words("squared"));
        }
        '^' if rest.starts_with("^3") && !rest[2..].starts_with(char::is_alphanumeric) => {
            return Some(RuleMatch::new(2).words("cubed"));
        }
        '^' if between => "to the power of",
        '$' if tight_after => "dollar",
        '~' if is_digit(after) => "about",
        '~' if tight_after => "tilde",
        '#' if is_digit(after) && tight_after => "number",
        '#' if tight_after => "hashtag",
        '\\' if between => "backslash",
        _ => return lone_dash(position, c),
    };
    Some(RuleMatch::new(c.len_utf8()).words(name))
}

/// Whether a term of a formula may end or begin with `c`.
fn ends_term(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || "()".contains(c))
}

fn is_digit(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit())
}

/// A hyphen between spaces, which is read as a dash.
fn lone_dash(position: &TextPosition, c: char) -> Option<RuleMatch> {
    let spaced = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let lone =
        c == '-' && position.at > 0 && spaced(position.char_before()) && spaced(position.after(1).chars().next());
    lone.then(|| RuleMatch::new(1).mark('—'))
}

fn named(position: &TextPosition) -> Option<RuleMatch> {
    let c = position.rest().chars().next()?;
    let (_, name) = SIGN_NAMES.iter().find(|(sign, _)| *sign == c)?;
    Some(RuleMatch::new(c.len_utf8()).words(name))
}
