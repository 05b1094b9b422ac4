//! Adds, strengthens and weakens the stress marks in phonemes.

/// The mark of primary stress.
pub(super) const PRIMARY: char = 'ˈ';
/// The mark of secondary stress.
pub(super) const SECONDARY: char = 'ˌ';

/// Whether `c` is the nucleus of a syllable.
pub(super) fn is_vowel(c: char) -> bool {
    "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻɐeoɚ".contains(c)
}

/// Whether `c` is a consonant.
pub(super) fn is_consonant(c: char) -> bool {
    "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθTʔ".contains(c)
}

/// `phonemes` with a stress of at least `mark`: the first weaker mark is replaced, or the first vowel is marked.
pub(super) fn with_stress(phonemes: &str, mark: char) -> String {
    if phonemes.contains(PRIMARY) || (mark == SECONDARY && phonemes.contains(SECONDARY)) {
        return phonemes.to_owned();
    }
    if let Some(at) = phonemes.find(SECONDARY) {
        return format!("{}{mark}{}", &phonemes[..at], &phonemes[at + SECONDARY.len_utf8()..]);
    }
    match phonemes.find(is_vowel) {
        Some(at) => format!("{}{mark}{}", &phonemes[..at], &phonemes[at..]),
        None => phonemes.to_owned(),
    }
}

/// `phonemes` with secondary stress in place of the primary stress.
pub(super) fn weakened(phonemes: &str) -> String {
    phonemes.replace(SECONDARY, "").replace(PRIMARY, &SECONDARY.to_string())
}

/// Joins the names of letters. The last one has the primary stress.
pub(super) fn spelled_letters(names: &[&str]) -> String {
    let secondary: Vec<String> = names.iter().map(|name| with_stress(&weakened(name), SECONDARY)).collect();
    let joined = secondary.concat();
    match joined.rfind(SECONDARY) {
        Some(at) => format!("{}{PRIMARY}{}", &joined[..at], &joined[at + SECONDARY.len_utf8()..]),
        None => joined,
    }
}

/// Joins the parts of a compound. If more than half of the parts have primary stress, the lighter half of all parts is weakened; among
/// equals, the first.
pub(super) fn compound_stress(parts: &[String]) -> String {
    let strong = parts.iter().filter(|part| part.contains(PRIMARY)).count();
    if strong <= parts.len().div_ceil(2) {
        return parts.concat();
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&i| (parts[i].contains(PRIMARY), part_weight(&parts[i]), i));
    let weak = &order[..parts.len() / 2];
    parts.iter().enumerate().map(|(i, part)| if weak.contains(&i) { weakened(part) } else { part.clone() }).collect()
}

/// The approximate length of a part in phonemes; diphthongs and affricates count twice.
fn part_weight(phonemes: &str) -> usize {
    phonemes.chars().map(|c| if "AIOQWYʤʧ".contains(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stress_is_raised_but_never_doubled() {
        assert_eq!(with_stress("ænd", PRIMARY), "ˈænd");
        assert_eq!(with_stress("ænd", SECONDARY), "ˌænd");
        assert_eq!(with_stress("bˈʌt", SECONDARY), "bˈʌt");
        assert_eq!(with_stress("ðˌɪs", PRIMARY), "ðˈɪs");
        assert_eq!(with_stress("s", PRIMARY), "s");
    }

    #[test]
    fn the_last_letter_is_the_strongest() {
        assert_eq!(spelled_letters(&["ˈAʧ", "tˈi", "tˈi", "pˈi"]), "ˌAʧtˌitˌipˈi");
        assert_eq!(spelled_letters(&[]), "");
    }

    #[test]
    fn one_part_of_a_compound_steps_back() {
        assert_eq!(compound_stress(&["wˈɛl".into(), "nˈOn".into()]).matches(PRIMARY).count(), 1);
        assert_eq!(compound_stress(&["ɹˈɛd".into()]), "ɹˈɛd");
    }
}
