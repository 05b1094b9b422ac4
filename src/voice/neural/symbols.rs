//! The phoneme alphabet the network reads. Knows nothing of what a symbol sounds like.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{MAX_SYMBOLS, NeuralError, SPEEDS, Word, times};

static VOCABULARY: LazyLock<BTreeMap<char, i32>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../assets/voice/vocab.json"))
        .expect("the vocabulary in the program is whole")
});

/// The network's numbers for what is to be spoken, if it can be: known symbols, not too many, something to hear among them, words within
/// them, and a possible speed.
pub(super) fn checked(symbols: &str, words: &[Word], speed: f64) -> Result<Vec<i32>, NeuralError> {
    if !SPEEDS.contains(&speed) {
        return Err(NeuralError::Speed(speed));
    }
    let ids = ids(symbols)?;
    if ids.len() > MAX_SYMBOLS {
        return Err(NeuralError::TooLong(ids.len()));
    }
    times::check(words, ids.len())?;
    if !symbols.chars().any(char::is_alphabetic) {
        return Err(NeuralError::Silent(symbols.to_owned()));
    }
    Ok(ids)
}

/// The network's number for each symbol.
///
/// # Errors
/// [`NeuralError::UnknownSymbols`] with each of those it does not know, once.
fn ids(symbols: &str) -> Result<Vec<i32>, NeuralError> {
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
        assert_eq!(ids("həlˈO.").unwrap(), [50, 83, 54, 156, 31, 4]);
        assert!(ids("").unwrap().is_empty());
    }

    #[test]
    fn unknown_symbols_are_named_once_in_order() {
        let Err(NeuralError::UnknownSymbols(unknown)) = ids("hБəБ\n") else { panic!("they are unknown") };
        assert_eq!(unknown, ['Б', '\n']);
        let said = NeuralError::UnknownSymbols(unknown).to_string();
        assert_eq!(said, "the voice has no sound for “Б” (U+0411), “\\n” (U+000A)");
    }
}
