//! Estimates how long a word takes to speak and how likely a pause is after it, from its letters alone.
//!
//! Letters predict the length of a word better than syllables: on 293 words of known length, syllables explain nothing in addition.

/// The length of a word in addition to its letters. All lengths are in letters, about 60 ms each.
const WORD_LETTERS: f64 = 0.2;
/// The length of a character that stands for a syllable.
const SYLLABLE_LETTERS: f64 = 3.2;
/// The length of a digit in a number of one or two digits, and after a decimal point: "five", "forty two" …
const DIGIT_LETTERS: f64 = 4.5;
/// … and in a longer number: "two hundred", "thousand".
const LONG_NUMBER_DIGIT_LETTERS: f64 = 6.5;
/// The length of a letter that is read by its name, as in HTTP or U.S.
const SPELLED_LETTERS: f64 = 3.0;
/// The length of a sign that is read by its name: "percent", "dollars", "point".
const SIGN_LETTERS: f64 = 5.0;

/// The estimated length of `word` in letters; more than 0.
pub(super) fn word_weight(word: &str) -> f64 {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let spelled = capitals > 1 && capitals == letters && letters <= 5;
    let letters: f64 = word.chars().filter(|c| c.is_alphabetic()).map(|c| letter_weight(c, spelled)).sum();
    let signs = word.chars().filter(|c| "$€£%&+=@#".contains(*c)).count() as f64;
    WORD_LETTERS
        + letters
        + SIGN_LETTERS * signs
        + word.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').map(number_weight).sum::<f64>()
}

fn letter_weight(c: char, spelled: bool) -> f64 {
    match c {
        _ if spelled => SPELLED_LETTERS,
        '\u{2e80}'.. => SYLLABLE_LETTERS,
        _ => 1.0,
    }
}

/// The estimated length of a number such as 1,234.5; 0 without digits.
fn number_weight(text: &str) -> f64 {
    let text = text.trim_matches(['.', ',']);
    let mut parts = text.split('.').map(|part| part.chars().filter(char::is_ascii_digit).count() as f64);
    let whole = parts.next().unwrap_or(0.0);
    let whole = whole * if whole > 2.0 { LONG_NUMBER_DIGIT_LETTERS } else { DIGIT_LETTERS };
    whole + parts.map(|digits| SIGN_LETTERS + digits * DIGIT_LETTERS).sum::<f64>()
}

/// The likelihood of a pause after `word`, from 0 to 1.
pub(super) fn pause_likelihood(word: &str) -> f64 {
    let last = word.chars().rev().find(|c| !"\"'”’»›)]}」』）】".contains(*c) && !c.is_whitespace());
    match last {
        Some('.' | '!' | '?' | '…' | '。' | '！' | '？') => 1.0,
        Some(';' | ':' | '—' | '–' | '：' | '；') => 0.9,
        Some(',' | '，' | '、' | '-') => 0.7,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_take_longer() {
        let ordered = ["…", "a", "cat", "table", "incremental", "1,234", "1,234,567"];
        assert!(word_weight(ordered[0]) > 0.0 && ordered.windows(2).all(|w| word_weight(w[0]) < word_weight(w[1])));
        assert!(word_weight("HTTP") > word_weight("Http") && word_weight("世界") > word_weight("to"));
    }

    #[test]
    fn numbers_weigh_what_their_words_do() {
        assert_eq!(number_weight("12.5"), 3.0 * DIGIT_LETTERS + SIGN_LETTERS);
        assert_eq!(number_weight("1,234."), 4.0 * LONG_NUMBER_DIGIT_LETTERS);
        assert_eq!(number_weight("."), 0.0);
    }

    #[test]
    fn stops_are_seen_through_quotes() {
        assert_eq!(
            ["end.\"", "so,", "well —", "word", "\"", "。」"].map(pause_likelihood),
            [1.0, 0.7, 0.9, 0.0, 0.0, 1.0]
        );
    }
}
