//! Transcribes a sentence with espeak-ng, clause by clause, and assigns the phonemes to the words.

use std::ops::Range;
use std::process::Command;

use super::error::NeuralError;
use super::word_times::WordSpan;
use crate::voice::espeak::{EspeakError, PROGRAM, RunCommand};
use crate::voice::words;

/// The marks that end a clause; the networks were trained with them.
const CLAUSE_MARKS: &str = ",;:.!?";
/// The maximum distance in symbols by which the end of a word moves to a space.
const MAX_SNAP_SYMBOLS: usize = 4;
/// How many bytes of the standard error of a failed run an error carries.
const MAX_STDERR_BYTES: usize = 400;

/// A sentence in IPA.
#[derive(Debug, Default, PartialEq)]
pub(super) struct EspeakPhonemes {
    pub symbols: Vec<char>,
    pub words: Vec<WordSpan>,
}

/// Transcribes `sentence` with a voice (a language) of espeak-ng.
///
/// # Errors
/// [`NeuralError::Espeak`] if espeak-ng fails.
pub(super) fn transcribe_sentence(
    sentence: &str,
    voice: &str,
    run: &mut RunCommand,
) -> Result<EspeakPhonemes, NeuralError> {
    let mut phonemes = EspeakPhonemes::default();
    for clause in clause_words(sentence) {
        let (first, last) = (&clause[0], &clause[clause.len() - 1]);
        let ipa = transcribe_clause(&sentence[first.start..last.end], voice, run)?;
        phonemes.add_clause(sentence, &clause, &ipa);
    }
    Ok(phonemes)
}

/// The words of `sentence` as byte ranges, grouped into clauses.
fn clause_words(sentence: &str) -> Vec<Vec<Range<usize>>> {
    let words = words(sentence);
    let split = words.split_inclusive(|word| clause_mark(&sentence[word.clone()]).is_some());
    split.map(<[_]>::to_vec).collect()
}

/// The mark at the end of a word, before any closing quotes and brackets.
fn clause_mark(word: &str) -> Option<char> {
    let last = word.trim_end_matches(['"', '\'', '”', '’', ')', ']', '»']).chars().next_back()?;
    let last = if last == '…' { '.' } else { last };
    CLAUSE_MARKS.contains(last).then_some(last)
}

impl EspeakPhonemes {
    fn add_clause(&mut self, sentence: &str, clause: &[Range<usize>], ipa: &str) {
        if !self.symbols.is_empty() {
            self.symbols.push(' ');
        }
        let from = self.symbols.len();
        self.symbols.extend(ipa.chars());
        let letters: Vec<usize> =
            clause.iter().map(|w| sentence[w.clone()].chars().filter(|c| c.is_alphanumeric()).count()).collect();
        let shares = symbols_by_word(&letters, &self.symbols[from..]);
        self.words.extend(clause.iter().zip(shares).map(|(w, s)| (w.clone(), from + s.start..from + s.end)));
        self.symbols.extend(clause.last().and_then(|word| clause_mark(&sentence[word.clone()])));
    }
}

/// The range of `symbols` of each word, given the numbers of letters of the words. espeak-ng joins some words ("of the") and splits others
/// (numbers). If the number of words differs, the symbols are shared in proportion to the letters, and the ends move to spaces nearby.
fn symbols_by_word(letters: &[usize], symbols: &[char]) -> Vec<Range<usize>> {
    let mut ends: Vec<usize> = (0..symbols.len()).filter(|&at| symbols[at] == ' ').collect();
    ends.push(symbols.len());
    if ends.len() != letters.len() {
        ends = ends_by_letters(letters, &ends, symbols.len());
    }
    let mut from = 0;
    let each = ends.into_iter().map(|end| {
        let start = if symbols.get(from) == Some(&' ') { from + 1 } else { from };
        from = end.max(start);
        start..from
    });
    each.collect()
}

/// The ends of the words in proportion to their letters; `ends` are the ends of the words of espeak-ng, `count` the number of symbols.
fn ends_by_letters(letters: &[usize], ends: &[usize], count: usize) -> Vec<usize> {
    let total = letters.iter().sum::<usize>().max(1);
    let mut seen = 0;
    let mut last = 0;
    let each = letters.iter().map(|n| {
        seen += n;
        let exact = count * seen / total;
        let near = ends
            .iter()
            .copied()
            .min_by_key(|end| end.abs_diff(exact))
            .filter(|end| end.abs_diff(exact) <= MAX_SNAP_SYMBOLS);
        last = near.unwrap_or(exact).max(last);
        last
    });
    each.collect()
}

/// The IPA of one clause, words separated by single spaces.
fn transcribe_clause(clause: &str, voice: &str, run: &mut RunCommand) -> Result<String, NeuralError> {
    let mut command = Command::new(PROGRAM);
    command.env_remove("ESPEAK_DATA_PATH");
    command.args(["-q", "--ipa", "--stdin", "-v", voice]);
    let output = run(command, clause.as_bytes()).map_err(EspeakError::Io)?;
    if !output.status.success() {
        let stderr = &output.stderr[..output.stderr.len().min(MAX_STDERR_BYTES)];
        let stderr = String::from_utf8_lossy(stderr).chars().filter(|c| !c.is_control()).collect();
        return Err(EspeakError::Failed { status: output.status, stderr }.into());
    }
    let ipa = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(without_language_marks(&ipa).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `ipa` without the marks of a change of language, `(en)`.
fn without_language_marks(ipa: &str) -> String {
    let mut depth = 0;
    let kept = ipa.chars().filter(|c| {
        depth += usize::from(*c == '(');
        let inside = depth > 0;
        depth -= usize::from(*c == ')' && depth > 0);
        !inside
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{ExitStatus, Output};

    use super::*;

    /// Says every letter of the text as it is, in small letters, and "of the" in one.
    fn fake(command: Command, text: &[u8]) -> std::io::Result<Output> {
        assert!(command.get_args().any(|a| a == "--ipa"));
        let text = String::from_utf8_lossy(text).to_lowercase().replace("of the", "ofthe");
        let kept: String = text.chars().filter(|c| c.is_alphabetic() || *c == ' ').collect();
        Ok(Output { status: ExitStatus::from_raw(0), stdout: format!(" {kept}\n").into_bytes(), stderr: Vec::new() })
    }

    fn said(sentence: &str) -> (String, Vec<(String, String)>) {
        let said = transcribe_sentence(sentence, "en-us", &mut fake).unwrap();
        let of = |range: &Range<usize>| said.symbols[range.clone()].iter().collect::<String>();
        (
            said.symbols.iter().collect(),
            said.words.iter().map(|(t, s)| (sentence[t.clone()].to_owned(), of(s))).collect(),
        )
    }

    #[test]
    fn clauses_keep_their_marks_and_words_their_symbols() {
        let (symbols, words) = said("Well, “he said yes.” Did he?");
        assert_eq!(symbols, "well, he said yes. did he?");
        let symbols: Vec<&str> = words.iter().map(|(_, s)| s.as_str()).collect();
        assert_eq!(symbols, ["well", "he", "said", "yes", "did", "he"]);
    }

    #[test]
    fn words_written_together_are_parted_by_their_letters() {
        let (_, words) = said("The king of the hill sleeps.");
        let symbols: Vec<&str> = words.iter().map(|(_, s)| s.as_str()).collect();
        assert_eq!((symbols[0], symbols[1], symbols[4], symbols[5]), ("the", "king", "hill", "sleeps"));
        assert_eq!(format!("{}{}", symbols[2], symbols[3]), "ofthe");
    }

    #[test]
    fn shares_are_in_order_and_cover_no_symbol_twice() {
        for letters in [&[1, 0, 5][..], &[0], &[9, 9, 9, 9, 9, 9]] {
            let symbols: Vec<char> = "ab cd  e fgh".chars().collect();
            let shares = symbols_by_word(letters, &symbols);
            assert_eq!(shares.len(), letters.len());
            assert!(shares.windows(2).all(|s| s[0].end <= s[1].start));
            assert!(shares.iter().all(|s| s.start <= s.end && s.end <= symbols.len()), "{shares:?}");
        }
    }

    #[test]
    fn marks_of_other_languages_are_left_out() {
        assert_eq!(without_language_marks("das (en)wˈɜːk(de) ist)"), "das wˈɜːk ist)");
    }

    #[test]
    fn a_failure_is_told_without_control_characters() {
        let mut fails = |_: Command, _: &[u8]| {
            Ok(Output { status: ExitStatus::from_raw(256), stdout: Vec::new(), stderr: b"no \x1b[1mvoice".to_vec() })
        };
        let error = transcribe_sentence("Yes.", "xx", &mut fails).unwrap_err().to_string();
        assert!(error.contains("no [1mvoice"), "{error}");
    }
}
