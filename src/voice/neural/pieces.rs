//! Splits sentences that are too long for a network at the ends of clauses, and joins the sound of the pieces.

use std::ops::Range;

use super::error::NeuralError;
use super::frame_spectra::NETWORK_SAMPLE_RATE;

/// The maximum number of symbols that the networks speak well at once.
pub(super) const MAX_PIECE_SYMBOLS: usize = 400;
/// The symbols that end a clause when a space follows.
const CLAUSE_ENDS: &str = ",;:.!?…—)”\"";

const SAMPLES_PER_MS: usize = NETWORK_SAMPLE_RATE as usize / 1000;
/// The silence on each side of a cut after a clause, in samples.
const CLAUSE_PAUSE: usize = 110 * SAMPLES_PER_MS;
/// The silence on each side of a cut within a clause, in samples.
const WORD_PAUSE: usize = 25 * SAMPLES_PER_MS;
/// Samples below this share of the highest peak are silence.
const SILENCE_RATIO: f32 = 0.004;
/// The length of the fade at a cut, against clicks.
const FADE_SAMPLES: usize = 5 * SAMPLES_PER_MS;

/// Splits `symbols` into pieces that are spoken separately, as ranges of characters in order, without the spaces at the cuts.
fn split_into_pieces(symbols: &[char]) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while symbols.len() - from > MAX_PIECE_SYMBOLS {
        let cut = from + cut_position(&symbols[from..]);
        pieces.push(from..cut);
        from = cut + symbols[cut..].iter().take_while(|c| **c == ' ').count();
    }
    pieces.push(from..symbols.len());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Where to cut `symbols`: after a clause if possible, else between words, else anywhere; as close as possible to equal pieces.
fn cut_position(symbols: &[char]) -> usize {
    let ideal = symbols.len() / symbols.len().div_ceil(MAX_PIECE_SYMBOLS);
    let positions = MAX_PIECE_SYMBOLS / 4..=MAX_PIECE_SYMBOLS;
    let spaces = positions.filter(|&at| symbols[at] == ' ');
    let clause_ends = spaces.clone().filter(|&at| CLAUSE_ENDS.contains(symbols[at - 1]));
    clause_ends
        .min_by_key(|at| at.abs_diff(ideal))
        .or_else(|| spaces.min_by_key(|at| at.abs_diff(ideal)))
        .unwrap_or(ideal)
}

/// The output of a network for one piece.
pub(super) struct PieceSound {
    pub samples: Vec<f32>,
    /// The duration of each symbol in samples. The first value is the margin before the symbols, the last one that after them.
    pub lengths: Vec<usize>,
}

/// The sound of symbols.
pub(super) struct SymbolSound {
    pub samples: Vec<f32>,
    /// The sample at which each symbol begins, and the end of the last one.
    pub starts: Vec<usize>,
}

/// The sound of `symbols`; `run` synthesises a piece. `is_cancelled` is asked before each.
///
/// # Errors
/// The first error of `run`, and [`NeuralError::Cancelled`].
pub(super) fn join_pieces(
    symbols: &[char],
    is_cancelled: &dyn Fn() -> bool,
    mut run: impl FnMut(Range<usize>) -> Result<PieceSound, NeuralError>,
) -> Result<SymbolSound, NeuralError> {
    let mut samples = Vec::new();
    let mut starts = Vec::with_capacity(symbols.len() + 1);
    let pieces = split_into_pieces(symbols);
    for (n, piece) in pieces.iter().enumerate() {
        if is_cancelled() {
            return Err(NeuralError::Cancelled);
        }
        starts.resize(piece.start, samples.len());
        let sound = run(piece.clone())?;
        let trimmed = trim_piece(&sound.samples, &sound.lengths, PieceCuts::of_piece(n, &pieces, symbols));
        starts.extend(trimmed.starts.iter().map(|at| samples.len() + at));
        samples.extend(trimmed.samples);
    }
    starts.resize(symbols.len() + 1, samples.len());
    Ok(SymbolSound { samples, starts })
}

/// The cuts at the sides of a piece.
#[derive(Clone, Copy)]
struct PieceCuts {
    /// The length of the pause before the piece in samples; `None` for the first piece.
    before: Option<usize>,
    /// The length of the pause after the piece in samples; `None` for the last piece.
    after: Option<usize>,
}

impl PieceCuts {
    /// The cuts at the sides of the piece with the index `n`.
    fn of_piece(n: usize, pieces: &[Range<usize>], symbols: &[char]) -> Self {
        let before = n.checked_sub(1).map(|previous| pause_after(&pieces[previous], symbols));
        let after = (n + 1 < pieces.len()).then(|| pause_after(&pieces[n], symbols));
        Self { before, after }
    }
}

/// The length of the pause on each side of the cut after `piece`.
fn pause_after(piece: &Range<usize>, symbols: &[char]) -> usize {
    if CLAUSE_ENDS.contains(symbols[piece.end - 1]) { CLAUSE_PAUSE } else { WORD_PAUSE }
}

/// Trims the silence of a piece at its cuts. `lengths` are the durations of its symbols, with a margin at each end.
fn trim_piece(samples: &[f32], lengths: &[usize], cuts: PieceCuts) -> SymbolSound {
    let kept = kept_range(samples, cuts);
    let mut trimmed = samples[kept.clone()].to_vec();
    let fade = FADE_SAMPLES.min(trimmed.len());
    for i in 0..fade {
        let factor = i as f32 / fade as f32;
        let end = trimmed.len() - 1 - i;
        trimmed[i] *= if cuts.before.is_some() { factor } else { 1.0 };
        trimmed[end] *= if cuts.after.is_some() { factor } else { 1.0 };
    }
    let mut starts = Vec::with_capacity(lengths.len());
    let mut at = 0;
    for length in &lengths[..lengths.len().saturating_sub(1)] {
        at += length;
        starts.push(at.clamp(kept.start, kept.end) - kept.start);
    }
    SymbolSound { samples: trimmed, starts }
}

/// The range of samples that remains of a piece: at a cut, the audible part and the pause beside it.
fn kept_range(samples: &[f32], cuts: PieceCuts) -> Range<usize> {
    let threshold = samples.iter().fold(0f32, |p, s| p.max(s.abs())) * SILENCE_RATIO;
    let first = samples.iter().position(|s| s.abs() > threshold).unwrap_or(0);
    let end = samples.iter().rposition(|s| s.abs() > threshold).map_or(samples.len(), |last| last + 1);
    let from = cuts.before.map_or(0, |pause| first.saturating_sub(pause));
    let to = cuts.after.map_or(samples.len(), |pause| (end + pause).min(samples.len()));
    from..to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::neural::frame_spectra::FRAME_SAMPLES;

    fn split_into_pieces(symbols: &str) -> Vec<Range<usize>> {
        super::split_into_pieces(&symbols.chars().collect::<Vec<_>>())
    }

    fn lengths(symbols: &str) -> Vec<usize> {
        split_into_pieces(symbols).iter().map(Range::len).collect()
    }

    #[test]
    fn what_is_short_enough_is_not_cut() {
        assert!(lengths("").is_empty());
        assert_eq!(lengths("həlˈO, ðˈɛɹ."), [12]);
        assert_eq!(lengths(&"a".repeat(MAX_PIECE_SYMBOLS)), [MAX_PIECE_SYMBOLS]);
    }

    #[test]
    fn cuts_are_after_clauses_if_there_are_any() {
        let text = format!("{}, {}, {}.", "ab ".repeat(60).trim(), "cd ".repeat(90).trim(), "e".repeat(50));
        let pieces = split_into_pieces(&text);
        assert_eq!(pieces, [0..180, 181..503]);
        let words = "abcd ".repeat(200).trim_end().to_owned();
        assert!(split_into_pieces(&words).iter().all(|p| p.len() <= MAX_PIECE_SYMBOLS && p.len() % 5 == 4));
        assert_eq!(lengths(&"a".repeat(1_000)), [333, 333, 334]);
    }

    #[test]
    fn every_symbol_but_spaces_is_in_one_piece() {
        for n in [399, 401, 802, 5_000] {
            let text: Vec<char> = "ðɪs ɪz, ˈA: lˈɔŋ wˈʌn — ".chars().cycle().take(n).collect();
            let pieces = split_into_pieces(&text.iter().collect::<String>());
            assert!(pieces.iter().all(|p| p.len() <= MAX_PIECE_SYMBOLS && !p.is_empty()));
            assert!(pieces.windows(2).all(|p| text[p[0].end..p[1].start].iter().all(|c| *c == ' ')));
            assert_eq!((pieces[0].start, pieces[pieces.len() - 1].end), (0, n));
        }
    }

    #[test]
    fn no_piece_begins_once_it_is_cancelled() {
        use std::cell::Cell;
        let symbols: Vec<char> = "a".repeat(1_000).chars().collect();
        let spoken = Cell::new(0);
        let sound = join_pieces(&symbols, &|| spoken.get() == 2, |piece| {
            spoken.set(spoken.get() + 1);
            Ok(PieceSound { samples: vec![0.0; piece.len()], lengths: vec![1; piece.len() + 2] })
        });
        assert!(matches!(sound, Err(NeuralError::Cancelled)));
        assert_eq!(spoken.get(), 2, "of three");
    }

    #[test]
    fn silence_at_cuts_becomes_a_pause_and_symbols_move_with_it() {
        let mut sound = vec![0.0; 100 * FRAME_SAMPLES];
        sound[40 * FRAME_SAMPLES..60 * FRAME_SAMPLES].fill(0.5);
        let lengths = [40, 10, 10, 40].map(|l| l * FRAME_SAMPLES);
        let whole = trim_piece(&sound, &lengths, PieceCuts { before: None, after: None });
        assert_eq!(
            (whole.samples.len(), whole.starts),
            (sound.len(), vec![40 * FRAME_SAMPLES, 50 * FRAME_SAMPLES, 60 * FRAME_SAMPLES])
        );
        let joined = trim_piece(&sound, &lengths, PieceCuts { before: Some(CLAUSE_PAUSE), after: Some(WORD_PAUSE) });
        assert_eq!(joined.samples.len(), CLAUSE_PAUSE + 20 * FRAME_SAMPLES + WORD_PAUSE);
        assert_eq!(joined.starts, [CLAUSE_PAUSE, CLAUSE_PAUSE + 10 * FRAME_SAMPLES, CLAUSE_PAUSE + 20 * FRAME_SAMPLES]);
    }
}
