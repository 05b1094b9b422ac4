//! Splits a script into sentences, and a sentence into the words that captions show. Rules and lists cover English and German.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Titles and other abbreviations that never end a sentence. In lower case, without the last full stop.
const NEVER_ENDS_SENTENCE: &[&str] = &[
    "adm", "al", "approx", "bspw", "bzw", "capt", "cf", "col", "cpl", "d.h", "dipl", "dr", "e.g", "evtl", "ft", "gen",
    "ggf", "gov", "hon", "hr", "i.e", "inkl", "lt", "maj", "mdm", "messrs", "mme", "mr", "mrs", "ms", "mt", "o.g",
    "pres", "prof", "rep", "resp", "rev", "s.o", "sen", "sgt", "sog", "u.a", "v", "viz", "vgl", "vs", "z.b", "z.t",
];

/// Abbreviations that may end a sentence: they do if the next word is one of [`SENTENCE_STARTERS`].
const MAY_END_SENTENCE: &[&str] = &[
    "apr", "assn", "aug", "ave", "blvd", "bros", "ca", "co", "corp", "dec", "dept", "est", "etc", "feb", "gmbh", "inc",
    "jan", "jr", "jul", "jun", "ltd", "mar", "nov", "oct", "ph.d", "rd", "sep", "sept", "sr", "st", "u.s.w", "univ",
    "usw",
];

/// Abbreviations that do not end a sentence before a number.
const BEFORE_NUMBER: &[&str] =
    &["abs", "art", "bd", "ch", "eq", "eqs", "fig", "figs", "no", "nos", "nr", "p", "pp", "s", "sec", "tab", "vol"];

/// Words that begin sentences far more often than they follow an abbreviation within one.
const SENTENCE_STARTERS: &[&str] = &[
    "a", "after", "all", "also", "an", "and", "as", "at", "because", "but", "das", "der", "die", "do", "each", "eine",
    "er", "es", "every", "finally", "first", "for", "he", "her", "here", "his", "how", "however", "i", "if", "in",
    "is", "it", "its", "let", "most", "my", "no", "now", "on", "one", "our", "she", "sie", "so", "some", "that", "the",
    "their", "then", "there", "these", "they", "this", "those", "to", "we", "what", "when", "where", "which", "who",
    "why", "wir", "with", "yes", "you", "your",
];

const GERMAN_MONTHS: &[&str] = &[
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
];

/// The sentences of `text`, as byte ranges in order, without the white space around them. Text without spoken content (a lone dash, three
/// dots) belongs to the previous sentence.
///
/// A sentence ends after a full stop, question mark or exclamation mark and the quotes and brackets that close after it; at an empty line;
/// and at the end of a line, unless the next line begins with a lower-case letter.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let end = from + sentence_end(&text[from..]);
        let piece = trimmed(text, from..end);
        from = end;
        match found.last_mut() {
            _ if piece.is_empty() => {}
            Some(last) if !has_spoken_content(&text[piece.clone()]) => last.end = last.end.max(piece.end),
            Some(first) if !has_spoken_content(&text[first.clone()]) => first.end = piece.end,
            _ => found.push(piece),
        }
    }
    found
}

/// The words of a sentence as captions show them, as byte ranges in order. Words are separated by white space and include their
/// punctuation; scripts without spaces are split at Unicode's word boundaries. Isolated punctuation belongs to the word before it.
pub fn words(sentence: &str) -> Vec<Range<usize>> {
    words_of(sentence, |word| word.split_word_bound_indices().map(|(at, _)| at).chain([word.len()]).collect())
}

/// Like [`words`], but `cut` returns the byte boundaries, from 0 to the length, at which text in scripts without spaces is split.
pub(super) fn words_of(sentence: &str, cut: impl Fn(&str) -> Vec<usize>) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    // The start of opening punctuation, until the word after it is known.
    let mut opened: Option<usize> = None;
    for piece in word_pieces(sentence, cut) {
        let text = &sentence[piece.clone()];
        if has_spoken_content(text) {
            words.push(opened.take().unwrap_or(piece.start)..piece.end);
            continue;
        }
        match words.last_mut() {
            Some(last) if opened.is_none() && !is_opening(text) => last.end = piece.end,
            _ => opened = opened.or(Some(piece.start)),
        }
    }
    if let (Some(start), None) = (opened, words.last()) {
        words.push(start..sentence.trim_end().len());
    }
    words
}

/// The pieces between white space; those in scripts without spaces are split by `cut`.
fn word_pieces(sentence: &str, cut: impl Fn(&str) -> Vec<usize>) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    for word in sentence.split_whitespace() {
        let start = word.as_ptr() as usize - sentence.as_ptr() as usize;
        if word.chars().any(is_unspaced) {
            pieces.extend(cut(word).windows(2).map(|pair| start + pair[0]..start + pair[1]));
        } else {
            pieces.push(start..start + word.len());
        }
    }
    pieces
}

/// Whether `c` belongs to a script without spaces between words.
pub fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether `text` has something to speak: a letter, a digit, or a sign that has a name.
fn has_spoken_content(text: &str) -> bool {
    text.chars().any(|c| c.is_alphanumeric() || "&+=%$#@<>~^|".contains(c) || is_sign(c))
}

/// Whether `c` is a currency sign, a mathematical sign, an arrow or an emoji beyond ASCII.
fn is_sign(c: char) -> bool {
    matches!(c, '£' | '¥' | '€' | '§' | '©' | '®' | '°' | '±' | '×' | '÷' | '\u{20a0}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

fn is_opening(text: &str) -> bool {
    text.chars().all(|c| "([{<“‘„‚«‹「『（【《〈¿¡\"'".contains(c))
}

fn is_closing(c: char) -> bool {
    "\"'”’»›)]}」』）】》〉*_".contains(c)
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + piece.len() - piece.trim_start().len();
    start..start + piece.trim().len()
}

/// The byte at which the first sentence of `text` ends.
fn sentence_end(text: &str) -> usize {
    let mut from = 0;
    while let Some(found) = text[from..].find(|c| ends_sentence(c) || c == '\n') {
        let at = from + found;
        let run = stop_run_end(text, at);
        let ended = match text[at..].chars().next() {
            Some('\n') => ends_at_line(text, at),
            Some(c) if is_wide_stop(c) => true,
            _ => ends_at_stop(text, at, run),
        };
        if ended {
            return run;
        }
        from = run;
    }
    text.len()
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‽' | '؟' | '।' | '۔') || is_wide_stop(c)
}

/// Whether `c` is a full-width stop, which has no space after it.
fn is_wide_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '．')
}

/// The end of the run of stops at `at`, closing quotes and brackets included.
fn stop_run_end(text: &str, at: usize) -> usize {
    let stops = text[at..].find(|c| !ends_sentence(c)).map_or(text.len(), |n| at + n);
    if stops == at {
        return at + 1;
    }
    text[stops..].find(|c| !is_closing(c)).map_or(text.len(), |n| stops + n)
}

/// Whether the line break at `at` ends the sentence.
fn ends_at_line(text: &str, at: usize) -> bool {
    let rest = &text[at + 1..];
    let indent = rest.len() - rest.trim_start().len();
    rest[..indent].contains('\n') || !rest.trim_start().starts_with(char::is_lowercase)
}

/// Whether the run of stops from `at` to `run` ends the sentence.
fn ends_at_stop(text: &str, at: usize, run: usize) -> bool {
    let rest = &text[run..];
    let Some(next) = rest.trim_start().chars().find(|&c| !is_opening(c.encode_utf8(&mut [0; 4]))) else { return true };
    if !rest.starts_with(char::is_whitespace) {
        return false;
    }
    let new_line = rest[..rest.len() - rest.trim_start().len()].contains('\n') && !next.is_lowercase();
    let single = text[at..run].starts_with('.') && !text[at + 1..run].contains(ends_sentence);
    if new_line {
        true
    } else if single && run == at + 1 {
        ends_after(word_before(text, at), at, rest.trim_start())
    } else {
        !next.is_lowercase()
    }
}

/// The word before the full stop at `at`, without opening punctuation.
fn word_before(text: &str, at: usize) -> &str {
    let start = text[..at]
        .rfind(|c: char| c.is_whitespace() || "—–/".contains(c))
        .map_or(0, |n| n + text[n..].chars().next().map_or(1, char::len_utf8));
    text[start..at].trim_start_matches(|c: char| is_opening(c.encode_utf8(&mut [0; 4])))
}

/// Whether the full stop after `word`, at byte `at` of the sentence, ends it when `rest` follows.
fn ends_after(word: &str, at: usize, rest: &str) -> bool {
    let small = word.to_lowercase();
    let next = rest.split(|c: char| c.is_whitespace() || ",;:!?".contains(c)).next().unwrap_or_default().to_lowercase();
    let next_is_number = next.starts_with(|c: char| c.is_ascii_digit());
    let small = small.as_str();
    if NEVER_ENDS_SENTENCE.contains(&small) || (BEFORE_NUMBER.contains(&small) && next_is_number) {
        return false;
    }
    if word.bytes().all(|b| b.is_ascii_digit()) && !word.is_empty() {
        // "1. First", "3. Oktober"
        let numbered = at == word.len() && word.len() <= 3;
        return !numbered && !GERMAN_MONTHS.contains(&next.trim_end_matches('.'));
    }
    if MAY_END_SENTENCE.contains(&small) || is_initials(word) {
        let begins = rest.trim_start_matches(|c: char| is_opening(c.encode_utf8(&mut [0; 4])));
        let opened = begins.len() < rest.len();
        let next = next.trim_start_matches(|c: char| is_opening(c.encode_utf8(&mut [0; 4])));
        return begins.starts_with(char::is_uppercase) && (opened || SENTENCE_STARTERS.contains(&next));
    }
    true
}

/// Whether `word` is an initial or several: J, U.S, a.m.
fn is_initials(word: &str) -> bool {
    let mut parts = word.split('.');
    parts.all(|part| {
        let mut chars = part.chars();
        chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
    }) && !word.chars().any(is_unspaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts whose sentences are parted by `|`.
    const SENTENCES: &[&str] = &[
        "One. |Two. |Three.",
        "No full stop at the end",
        "One! |Two? |Three?! |Four",
        "Dr. Smith met Mr. Jones and Mrs. Miller.",
        "Prof. Dr. Meier lives on Mt. Everest. |Really.",
        "Gen. Lee, Sgt. Pepper and Capt. Hook.",
        "That is, i.e. this, e.g. that.",
        "Apples, pears, etc. are fruit.",
        "Apples, pears, etc. |The rest is not.",
        "See No. 5 on the list.",
        "Is it? |No. |It is not.",
        "He said no. |She agreed.",
        "Cats vs. dogs, Roe v. Wade.",
        "The U.S. Government and the U.S. embassy.",
        "He lives in the U.S. |He likes it.",
        "They came from the U.K. |We did not.",
        "J. K. Rowling and George W. Bush met.",
        "It was Plan B. |Then came plan C.",
        "So am I. |You are too.",
        "At 5 p.m. we left. |At 6 a.m. we came.",
        "We left at 5 p.m. |It rained.",
        "She has a Ph.D. in physics.",
        "It costs 3.50 dollars, or 1,234.56 euros.",
        "Pi is 3.14159. |It goes on.",
        "Use version 3.11.7 of it. |Not 2.7.",
        "Version 2. |That was good.",
        "It was in 1999. |Then came 2000.",
        "Open video.yaml and main.rs now.",
        "Go to example.com/a.b?c=d. |Then stop.",
        "Write to a.b@example.com. |Please.",
        "Wait... what?",
        "Wait... |What?",
        "Well… yes. |Well… |No.",
        "And so it went on ... |Then it ended.",
        "He said: \"Stop.\" |Then he left.",
        "\"Stop!\" he said. |\"Go!\" |She went.",
        "“Is it?” she asked. |“It is.”",
        "(It was late.) |We left.",
        "It was late (very late.) |We left.",
        "«Oui.» |«Non.»",
        "First line\n|Second line",
        "A line that is\nwrapped goes on.",
        "A paragraph\n\n|another one\n\n\n|  A third  ",
        "Windows lines.\r\n|Second.",
        "Stop.\n|then small",
        "你好。|世界！|好吗？",
        "彼は「はい。」|と言った。",
        "これは文です。|次の文です",
        "混合 English. |下一句。",
        "1. First item",
        "1. First item\n|2. Second item",
        "Am 3. Oktober war es kalt. |Heute nicht.",
        "Das gilt z.B. für Äpfel, d.h. Obst. |Und Nr. 5.",
        "See Fig. 3 and Eq. 12, pp. 4 and 5.",
        "A fig. |Then another.",
        "Smith et al. Found it.",
        "Acme Inc. was sold. |Acme Ltd. too.",
        "He works at Acme Inc. |The pay is good.",
        "Born on Jan. 5, died on Feb. 6.",
        "St. John lives on Elm St. |The house is old.",
        "What?! |No way!!! |Yes.",
        "Yahoo! is a name.",
        "Hello. |— World.",
        "… |",
        "- - -",
        "Ends with dots...",
        "¿Qué? |¡Nada! |Bien.",
        "यह है। |वह है।",
        "It is 5°. |Cold.",
        "*Bold.* |_Slanted._ |Plain.",
        "Mixed .NET and C. |This is it.",
        "3.5 is a number. |.5 too.",
    ];

    #[test]
    fn sentences_are_cut_where_a_reader_would() {
        let mut wrong = Vec::new();
        for marked in SENTENCES {
            let want: Vec<&str> = marked.split('|').map(str::trim).filter(|s| !s.is_empty()).collect();
            let text = marked.replace('|', "");
            let got: Vec<&str> = sentences(&text).into_iter().map(|r| &text[r]).collect();
            if got != want {
                wrong.push(format!("{marked:?}: {got:?}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn nothing_is_lost_between_sentences() {
        for marked in SENTENCES {
            let text = marked.replace('|', "");
            let mut at = 0;
            for range in sentences(&text) {
                assert!(text[at..range.start].trim().is_empty(), "{text}");
                at = range.end;
            }
            assert!(text[at..].trim().is_empty(), "{text}");
        }
    }

    #[test]
    fn white_space_holds_no_sentence() {
        for text in ["", " ", "\n\n", "\t \r\n"] {
            assert!(sentences(text).is_empty(), "{text:?}");
            assert!(words(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn words_keep_their_punctuation() {
        let cases: &[(&str, &[&str])] = &[
            ("Every video starts.", &["Every", "video", "starts."]),
            ("  It's \"well-known\", (very)  so!\n", &["It's", "\"well-known\",", "(very)", "so!"]),
            ("Now — or never …", &["Now —", "or", "never …"]),
            ("— Now or never", &["— Now", "or", "never"]),
            ("Rock & roll, 5 % of $1,234", &["Rock", "&", "roll,", "5", "%", "of", "$1,234"]),
            ("He said « oui » .", &["He", "said", "« oui » ."]),
            ("你好，世界。", &["你", "好，", "世", "界。"]),
            ("彼は「カメラ」と", &["彼", "は", "「カメラ」", "と"]),
            ("Use 日本 now", &["Use", "日", "本", "now"]),
            ("...", &["..."]),
            ("It was \u{1f600} !", &["It", "was", "\u{1f600} !"]),
        ];
        for (sentence, want) in cases {
            let got: Vec<&str> = words(sentence).into_iter().map(|r| &sentence[r]).collect();
            assert_eq!(got, *want, "{sentence}");
        }
    }

    proptest::proptest! {
        #[test]
        fn ranges_are_in_order_and_on_characters(text in "[a-z.!?… \n\"()。你ÄU1—]{0,60}") {
            for ranges in [sentences(&text), words(&text)] {
                let mut at = 0;
                for range in ranges {
                    proptest::prop_assert!(at <= range.start && range.start < range.end);
                    proptest::prop_assert!(text.get(range.clone()).is_some());
                    at = range.end;
                }
            }
        }
    }
}
