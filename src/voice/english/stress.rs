//! Stress marks in phonemes: where they stand and how strong they are. Knows nothing of words.

/// The strongest stress of a word.
pub(super) const PRIMARY: char = 'ˈ';
/// The weaker one.
pub(super) const SECONDARY: char = 'ˌ';

/// Whether `c` is the heart of a syllable.
pub(super) fn is_vowel(c: char) -> bool {
    "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻɐeoɚ".contains(c)
}

/// Whether `c` is a consonant.
pub(super) fn is_consonant(c: char) -> bool {
    "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθTʔ".contains(c)
}

/// `phonemes` with a stress of at least `mark`: the strongest there is becomes it, or the first vowel takes it.
pub(super) fn at_least(phonemes: &str, mark: char) -> String {
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

/// `phonemes` with its primary stress made secondary.
pub(super) fn weakened(phonemes: &str) -> String {
    phonemes.replace(SECONDARY, "").replace(PRIMARY, &SECONDARY.to_string())
}

/// Letters' names in a row: the last is the strongest.
pub(super) fn spelled(names: &[&str]) -> String {
    let secondary: Vec<String> = names.iter().map(|name| at_least(&weakened(name), SECONDARY)).collect();
    let joined = secondary.concat();
    match joined.rfind(SECONDARY) {
        Some(at) => format!("{}{PRIMARY}{}", &joined[..at], &joined[at + SECONDARY.len_utf8()..]),
        None => joined,
    }
}

/// The parts of a compound as one word: of several strong parts the lighter half steps back, the first among equals.
pub(super) fn compound(parts: &[String]) -> String {
    let strong = parts.iter().filter(|part| part.contains(PRIMARY)).count();
    if strong <= parts.len().div_ceil(2) {
        return parts.concat();
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&i| (parts[i].contains(PRIMARY), weight(&parts[i]), i));
    let weak = &order[..parts.len() / 2];
    parts.iter().enumerate().map(|(i, part)| if weak.contains(&i) { weakened(part) } else { part.clone() }).collect()
}

/// How long a part takes, roughly: diphthongs and affricates count twice.
fn weight(phonemes: &str) -> usize {
    phonemes.chars().map(|c| if "AIOQWYʤʧ".contains(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stress_is_raised_but_never_doubled() {
        assert_eq!(at_least("ænd", PRIMARY), "ˈænd");
        assert_eq!(at_least("ænd", SECONDARY), "ˌænd");
        assert_eq!(at_least("bˈʌt", SECONDARY), "bˈʌt");
        assert_eq!(at_least("ðˌɪs", PRIMARY), "ðˈɪs");
        assert_eq!(at_least("s", PRIMARY), "s");
    }

    #[test]
    fn the_last_letter_is_the_strongest() {
        assert_eq!(spelled(&["ˈAʧ", "tˈi", "tˈi", "pˈi"]), "ˌAʧtˌitˌipˈi");
        assert_eq!(spelled(&[]), "");
    }

    #[test]
    fn one_part_of_a_compound_steps_back() {
        assert_eq!(compound(&["wˈɛl".into(), "nˈOn".into()]).matches(PRIMARY).count(), 1);
        assert_eq!(compound(&["ɹˈɛd".into()]), "ɹˈɛd");
    }
}
