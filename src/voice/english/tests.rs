//! The tables of cases under `tests/spoken`, and what must hold for any text.

use super::*;

const WORDS: &str = include_str!("../../../tests/spoken/words.tsv");
const BRITISH_WORDS: &str = include_str!("../../../tests/spoken/british.tsv");
const PHONEMES: &str = include_str!("../../../tests/spoken/phonemes.tsv");

/// The lines of a table that hold a case.
fn cases(table: &str) -> Vec<(&str, &str)> {
    table
        .lines()
        .filter(|line| !line.starts_with("# ") && !line.starts_with("##"))
        .filter_map(|line| line.split_once('\t'))
        .collect()
}

fn failures(cases: Vec<(&str, &str)>, holds: impl Fn(&str, &str) -> Result<(), String>) -> Vec<String> {
    cases
        .into_iter()
        .filter_map(|(text, want)| holds(text, want).err().map(|got| format!("{text}\n   want {want}\n    got {got}")))
        .collect()
}

fn equal(got: String, want: &str) -> Result<(), String> {
    if got == want { Ok(()) } else { Err(got) }
}

#[test]
fn texts_are_spoken_as_the_table_says() {
    let cases = cases(WORDS);
    assert!(cases.len() >= 300, "{}", cases.len());
    let wrong = failures(cases, |text, want| equal(spoken_words(text).unwrap_or_else(|e| e.to_string()), want));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_british_say_it_their_way() {
    let spoken = |text: &str| {
        text_normalization::normalize(text, Accent::British, &Pronunciations::default())
            .map(|said| text_normalization::plain_words(&said))
    };
    let wrong =
        failures(cases(BRITISH_WORDS), |text, want| equal(spoken(text).unwrap_or_else(|e| e.to_string()), want));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn words_sound_as_the_table_says() {
    let cases = cases(PHONEMES);
    assert!(cases.len() >= 60, "{}", cases.len());
    let wrong = failures(cases, |text, want| {
        let (accent, want) = want.strip_prefix("gb ").map_or((Accent::American, want), |want| (Accent::British, want));
        let got = phonemes(text, accent, &Pronunciations::default()).map_or_else(|e| e.to_string(), |p| p.symbols);
        if format!(" {got} ").contains(want) { Ok(()) } else { Err(got) }
    });
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn shares(text: &str) -> Vec<(String, String)> {
    let found = phonemes(text, Accent::American, &Pronunciations::default()).expect("speakable");
    let symbols: Vec<char> = found.symbols.chars().collect();
    found
        .words
        .iter()
        .map(|word| (text[word.range.clone()].to_owned(), symbols[word.symbols.clone()].iter().collect()))
        .collect()
}

#[test]
fn every_written_word_has_its_share() {
    let shares = shares("It cost $1.5 million at 3:45 pm 🎉 , NASA said.");
    let written: Vec<&str> = shares.iter().map(|(word, _)| word.as_str()).collect();
    assert_eq!(written, ["It", "cost", "$1.5", "million", "at", "3:45", "pm", "🎉 ,", "NASA", "said."]);
    let by_word =
        |word: &str| shares.iter().find(|(w, _)| w == word).map(|(_, share)| share.as_str()).unwrap_or_default();
    assert_eq!(by_word("$1.5"), "wˈʌn pˈYnt fˈIv");
    assert_eq!(by_word("million"), "mˈɪljᵊn dˈɑləɹz");
    assert_eq!(by_word("🎉 ,"), ",");
    assert_eq!(by_word("pm"), "pˌiˈɛm");
    assert_eq!(by_word("said."), "sˈɛd.");
}

#[test]
fn text_of_another_script_is_named() {
    let error =
        phonemes("Say привет and 你好 now.", Accent::American, &Pronunciations::default()).expect_err("not English");
    let EnglishError::Unspeakable { words } = error;
    let named: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
    assert_eq!(named[0], "привет");
    assert!(named[1..].concat().starts_with("你好"), "{named:?}");
    assert_eq!(words[0].1, 4..16);
}

#[test]
fn pictures_alone_have_no_sound() {
    let found = phonemes("🎉 ✅", Accent::American, &Pronunciations::default()).expect("speakable");
    assert_eq!(found.symbols, "");
}

/// Texts that hold many kinds of things next to each other.
fn any_text() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let piece = prop_oneof![
        "[a-zA-Z']{1,9}",
        "[0-9,.:/-]{1,9}",
        "[$€£%°+=#@*_~^&|<>\\\\-]{1,2}",
        "[A-Z.]{1,5}",
        Just("\u{1f600}".to_owned()),
        Just("½".to_owned()),
        Just("’s".to_owned()),
        Just("km/h".to_owned()),
        Just("é".to_owned()),
        Just("“".to_owned()),
        Just("…".to_owned()),
        Just("п".to_owned()),
    ];
    prop::collection::vec((piece, prop::bool::ANY), 0..14)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, space)| piece + if space { " " } else { "" }).collect())
}

fn check(text: &str, accent: Accent) -> Result<(), proptest::test_runner::TestCaseError> {
    let Ok(found) = phonemes(text, accent, &Pronunciations::default()) else { return Ok(()) };
    let ranges: Vec<_> = found.words.iter().map(|word| word.range.clone()).collect();
    proptest::prop_assert_eq!(ranges, crate::voice::words(text));
    let length = found.symbols.chars().count();
    let mut at = 0;
    for word in &found.words {
        proptest::prop_assert!(
            at <= word.symbols.start && word.symbols.start <= word.symbols.end && word.symbols.end <= length,
            "{:?}",
            found
        );
        let between: String = found.symbols.chars().skip(at).take(word.symbols.start - at).collect();
        proptest::prop_assert!(between.trim().is_empty(), "{:?}", found);
        at = word.symbols.end;
    }
    proptest::prop_assert_eq!(at.max(length), if found.words.is_empty() { length } else { at.max(length) });
    let vocabulary = ";:,.!?—…()“” AIOQTWYᵊabdefhijklmnopstuvwxzɑɐɒæɔðʤəɚɛɜɡɪŋθɹʃʧʊʌʒˈˌːᵻqcrgy";
    proptest::prop_assert!(found.symbols.chars().all(|c| vocabulary.contains(c)), "{:?}", found.symbols);
    proptest::prop_assert_eq!(&found, &phonemes(text, accent, &Pronunciations::default()).expect("as before"));
    Ok(())
}

proptest::proptest! {
    #[test]
    fn any_text_is_mapped_whole_and_in_order(text in any_text()) {
        check(&text, Accent::American)?;
        check(&text, Accent::British)?;
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}") {
        check(&text, Accent::American)?;
    }
}

#[test]
fn long_texts_without_spaces_take_no_time_to_speak_of() {
    for piece in ["a1.", "x/-", "Aa", "*_", "$1,"] {
        let start = std::time::Instant::now();
        spoken_words(&piece.repeat(4_000)).expect("speakable");
        assert!(start.elapsed().as_secs() < 120, "{piece}: {:?}", start.elapsed());
    }
}
