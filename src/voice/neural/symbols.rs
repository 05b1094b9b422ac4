//! Kokoro's phoneme alphabet, which Hibari shares: checks symbols and maps them to ids.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::error::{MAX_SYMBOLS, NeuralError, SPEEDS};
use super::word_times::{self, WordSpan};

static VOCABULARY: LazyLock<BTreeMap<char, i32>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../assets/voice/vocab.json"))
        .expect("the vocabulary in the program is whole")
});

/// Checks the input of a network, and maps the symbols to ids.
///
/// # Errors
/// [`NeuralError::Speed`], [`NeuralError::UnknownSymbols`], [`NeuralError::TooLong`], [`NeuralError::Word`], or [`NeuralError::Silent`] if
/// no symbol is a letter.
pub(super) fn checked_ids(symbols: &str, words: &[WordSpan], speed: f64) -> Result<Vec<i32>, NeuralError> {
    if !SPEEDS.contains(&speed) {
        return Err(NeuralError::Speed(speed));
    }
    let ids = symbol_ids(symbols)?;
    if ids.len() > MAX_SYMBOLS {
        return Err(NeuralError::TooLong(ids.len()));
    }
    word_times::check_words(words, ids.len())?;
    if !symbols.chars().any(char::is_alphabetic) {
        return Err(NeuralError::Silent(symbols.to_owned()));
    }
    Ok(ids)
}

/// The id of each symbol.
///
/// # Errors
/// [`NeuralError::UnknownSymbols`] with each unknown symbol once.
fn symbol_ids(symbols: &str) -> Result<Vec<i32>, NeuralError> {
    let mut unknown = Vec::new();
    let ids = symbols.chars().filter_map(|symbol| {
        let id = VOCABULARY.get(&symbol).copied();
        if id.is_none() && !unknown.contains(&symbol) {
            unknown.push(symbol);
        }
        id
    });
    let ids = ids.collect();
    if unknown.is_empty() { Ok(ids) } else { Err(NeuralError::UnknownSymbols(unknown)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_have_the_numbers_the_network_learnt() {
        assert_eq!(symbol_ids("həlˈO.").unwrap(), [50, 83, 54, 156, 31, 4]);
        assert!(symbol_ids("").unwrap().is_empty());
    }

    #[test]
    fn unknown_symbols_are_named_once_in_order() {
        let Err(NeuralError::UnknownSymbols(unknown)) = symbol_ids("hБəБ\n") else { panic!("they are unknown") };
        assert_eq!(unknown, ['Б', '\n']);
        let said = NeuralError::UnknownSymbols(unknown).to_string();
        assert_eq!(said, "the voice has no sound for “Б” (U+0411), “\\n” (U+000A)");
    }
}
