//! Rules for numbers that are read group by group: telephone numbers, versions and IP addresses.

use super::numbers::digit_by_digit;
use super::text_position::{RuleMatch, TextPosition, is_word_end, pattern};

/// A telephone number: (555) 123-4567, +1 555 123 4567, 555-0199, 1-800-555-0199
pub(super) fn telephone(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(
        r"(?:\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,5}|(?:\d[ -])?\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}|\d{3}-\d{4}|\(0\d{2,4}\)\s?\d{3,8}|0\d{3,4}\s\d{3}\s?\d{3,4})"
    )
    .captures(position.rest())?;
    let written = &found[0];
    if !is_word_end(position.after(written.len())) || written.matches(|c: char| c.is_ascii_digit()).count() < 7 {
        return None;
    }
    let mut rule_match = RuleMatch::new(written.len());
    let mut at = 0;
    let mut first = true;
    for group in written.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = digit_by_digit(group);
        rule_match = rule_match.at_offset(at);
        if group.starts_with('+') {
            rule_match = rule_match.words("plus");
        }
        if !digits.is_empty() {
            rule_match = if first { rule_match } else { rule_match.mark(',') };
            rule_match = rule_match.words(&digits);
            first = false;
        }
        at += group.len();
    }
    Some(rule_match)
}

/// A version or an IP address: v2.0.1, 1.2.3-beta.4, 192.168.0.1:8080
pub(super) fn version(position: &TextPosition) -> Option<RuleMatch> {
    let found =
        pattern!(r"([vV](?:ersion\s)?)?(\d+(?:\.\d+)*)(?:-(alpha|beta|rc|pre|dev)\.?(\d*))?(?::(\d+))?(?:\.[x*])?")
            .captures(position.rest())?;
    let len = found[0].len();
    let dots = found[2].matches('.').count();
    if (dots < 2 && found.get(1).is_none() && found.get(3).is_none()) || !is_word_end(position.after(len)) {
        return None;
    }
    let style = position.number_style();
    let address = dots == 3 && found.get(1).is_none() && found.get(3).is_none();
    let named = |n: &str| match n {
        _ if address || n.starts_with('0') && n.len() > 1 => style.identifier(n),
        _ => style.number(n),
    };
    let parts: Vec<String> = found[2].split('.').map(named).collect();
    let mut rule_match = RuleMatch::new(len);
    if found.get(1).is_some() && position.word_before() != "version" {
        rule_match = rule_match.words("version");
    }
    rule_match = rule_match.words(&parts.join(if address { " dot " } else { " point " }));
    if let Some(stage) = found.get(3) {
        rule_match = if stage.as_str() == "rc" { rule_match.letters("RC") } else { rule_match.words(stage.as_str()) };
        rule_match = rule_match.words(&style.number(&found[4]));
    }
    if let Some(port) = found.get(5) {
        rule_match = rule_match.words("port").words(&style.identifier(port.as_str()));
    }
    Some(rule_match)
}
