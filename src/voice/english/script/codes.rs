//! Numbers that are read piece by piece: telephone numbers, versions, addresses of machines.

use super::numbers::digit_by_digit;
use super::place::{Place, Reading, ends, pattern};

/// (555) 123-4567, +1 555 123 4567, 555-0199, 1-800-555-0199
pub(super) fn telephone(place: &Place) -> Option<Reading> {
    let found = pattern!(
        r"(?:\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,5}|(?:\d[ -])?\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}|\d{3}-\d{4}|\(0\d{2,4}\)\s?\d{3,8}|0\d{3,4}\s\d{3}\s?\d{3,4})"
    )
    .captures(place.rest())?;
    let written = &found[0];
    if !ends(place.after(written.len())) || written.matches(|c: char| c.is_ascii_digit()).count() < 7 {
        return None;
    }
    let mut reading = Reading::new(written.len());
    let (mut at, mut first) = (0, true);
    for group in written.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = digit_by_digit(group);
        reading = reading.from(at);
        if group.starts_with('+') {
            reading = reading.words("plus");
        }
        if !digits.is_empty() {
            reading = if first { reading } else { reading.mark(',') };
            reading = reading.words(&digits);
            first = false;
        }
        at += group.len();
    }
    Some(reading)
}

/// v2.0.1, 1.2.3-beta.4, 192.168.0.1:8080
pub(super) fn version(place: &Place) -> Option<Reading> {
    let found =
        pattern!(r"([vV](?:ersion\s)?)?(\d+(?:\.\d+)*)(?:-(alpha|beta|rc|pre|dev)\.?(\d*))?(?::(\d+))?(?:\.[x*])?")
            .captures(place.rest())?;
    let (len, dots) = (found[0].len(), found[2].matches('.').count());
    if (dots < 2 && found.get(1).is_none() && found.get(3).is_none()) || !ends(place.after(len)) {
        return None;
    }
    let (wording, address) = (place.wording(), dots == 3 && found.get(1).is_none() && found.get(3).is_none());
    let named = |n: &str| match n {
        _ if address || n.starts_with('0') && n.len() > 1 => wording.name(n),
        _ => wording.number(n),
    };
    let parts: Vec<String> = found[2].split('.').map(named).collect();
    let mut reading = Reading::new(len);
    if found.get(1).is_some() && place.word_before() != "version" {
        reading = reading.words("version");
    }
    reading = reading.words(&parts.join(if address { " dot " } else { " point " }));
    if let Some(stage) = found.get(3) {
        reading = if stage.as_str() == "rc" { reading.letters("RC") } else { reading.words(stage.as_str()) };
        reading = reading.words(&wording.number(&found[4]));
    }
    if let Some(port) = found.get(5) {
        reading = reading.words("port").words(&wording.name(port.as_str()));
    }
    Some(reading)
}
