//! How long a word should take to say, and how long a reader would pause after it; judged by its letters alone.
//!
//! Letters foretell the length of a word better than syllables do: on 293 words of known length they explain all that both explain.

/// What a word takes beside its letters, in letters (about 60 ms each).
const WORD: f64 = 0.2;
/// What a character takes that stands for a syllable.
const SYLLABLE: f64 = 3.2;
/// What a digit takes in a number of one or two, and after a decimal point: "five", "forty two" …
const DIGIT: f64 = 4.5;
/// … and in a longer one: "two hundred", "thousand".
const DIGIT_OF_MANY: f64 = 6.5;
/// A letter that is read by its name, as in HTTP or U.S.
const SPELT: f64 = 3.0;
/// A sign that is read by its name: "percent", "dollars", "point".
const SIGN: f64 = 5.0;

/// The weight of `word`, in letters; more than 0.
pub(super) fn of(word: &str) -> f64 {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let spelt = capitals > 1 && capitals == letters && letters <= 5;
    let letter = |c: char| match c {
        _ if spelt => SPELT,
        '\u{2e80}'.. => SYLLABLE,
        _ => 1.0,
    };
    let letters: f64 = word.chars().filter(|c| c.is_alphabetic()).map(letter).sum();
    let signs = word.chars().filter(|c| "$€£%&+=@#".contains(*c)).count() as f64;
    WORD + letters
        + SIGN * signs
        + word.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').map(number).sum::<f64>()
}

/// The weight of a number such as 1,234.5; 0 if there are no digits.
fn number(text: &str) -> f64 {
    let text = text.trim_matches(['.', ',']);
    let mut parts = text.split('.').map(|part| part.chars().filter(char::is_ascii_digit).count() as f64);
    let whole = parts.next().unwrap_or(0.0);
    let whole = whole * if whole > 2.0 { DIGIT_OF_MANY } else { DIGIT };
    whole + parts.map(|digits| SIGN + digits * DIGIT).sum::<f64>()
}

/// How likely a pause is after `word`, from 0 to 1.
pub(super) fn stop_after(word: &str) -> f64 {
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
        assert!(of(ordered[0]) > 0.0 && ordered.windows(2).all(|w| of(w[0]) < of(w[1])));
        assert!(of("HTTP") > of("Http") && of("世界") > of("to"));
    }

    #[test]
    fn numbers_weigh_what_their_words_do() {
        assert_eq!(number("12.5"), 3.0 * DIGIT + SIGN);
        assert_eq!(number("1,234."), 4.0 * DIGIT_OF_MANY);
        assert_eq!(number("."), 0.0);
    }

    #[test]
    fn stops_are_seen_through_quotes() {
        assert_eq!(["end.\"", "so,", "well —", "word", "\"", "。」"].map(stop_after), [1.0, 0.7, 0.9, 0.0, 0.0, 1.0]);
    }
}
