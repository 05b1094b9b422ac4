//! Sentences longer than the network has learnt: cut where clauses end, and joined with the pause of a comma. Knows nothing of the network.

use std::ops::Range;

use super::NeuralError;
use super::synth::RATE;

/// The most symbols that the network speaks well at once.
pub(super) const LONGEST: usize = 400;
/// Symbols after which a clause has ended, with a space behind.
const ENDS: &str = ",;:.!?…—)”\"";

const MS: usize = RATE as usize / 1000;
/// Silence left at each side of a cut after a clause, and of one within a clause.
const PAUSE: (usize, usize) = (110 * MS, 25 * MS);
/// Below this share of the highest peak is silence.
const QUIET: f32 = 0.004;
/// A fade at a cut, against clicks.
const FADE: usize = 5 * MS;

/// Pieces of `symbols` to be spoken each on its own, as ranges of characters in order; spaces at the cuts belong to none.
fn split(symbols: &[char]) -> Vec<Range<usize>> {
    let (mut pieces, mut from) = (Vec::new(), 0);
    while symbols.len() - from > LONGEST {
        let cut = from + cut(&symbols[from..]);
        pieces.push(from..cut);
        from = cut + symbols[cut..].iter().take_while(|c| **c == ' ').count();
    }
    pieces.push(from..symbols.len());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Where to cut what is too long: after a clause, between words, or anywhere; as near as can be to pieces of one length.
fn cut(symbols: &[char]) -> usize {
    let ideal = symbols.len() / symbols.len().div_ceil(LONGEST);
    let nearest =
        |is: &dyn Fn(usize) -> bool| (LONGEST / 4..=LONGEST).filter(|&at| is(at)).min_by_key(|at| at.abs_diff(ideal));
    let between_words = |at: usize| symbols[at] == ' ';
    nearest(&|at| between_words(at) && ENDS.contains(symbols[at - 1]))
        .or_else(|| nearest(&between_words))
        .unwrap_or(ideal)
}

/// What a network makes of a piece.
pub(super) struct Voiced {
    pub samples: Vec<f32>,
    /// How many samples each symbol lasts; the first is the edge before them, the last the edge after.
    pub lengths: Vec<usize>,
}

/// The sound of symbols.
pub(super) struct Part {
    pub samples: Vec<f32>,
    /// The sample at which each symbol begins, and the end of the last one.
    pub starts: Vec<usize>,
}

/// The sound of `symbols`, of which `run` speaks a piece.
pub(super) fn joined(
    symbols: &[char],
    mut run: impl FnMut(Range<usize>) -> Result<Voiced, NeuralError>,
) -> Result<Part, NeuralError> {
    let (mut sound, mut starts) = (Vec::new(), Vec::with_capacity(symbols.len() + 1));
    let pieces = split(symbols);
    for (n, piece) in pieces.iter().enumerate() {
        starts.resize(piece.start, sound.len());
        let voiced = run(piece.clone())?;
        let part = trimmed(&voiced.samples, &voiced.lengths, Cuts::of(n, &pieces, symbols));
        starts.extend(part.starts.iter().map(|at| sound.len() + at));
        sound.extend(part.samples);
    }
    starts.resize(symbols.len() + 1, sound.len());
    Ok(Part { samples: sound, starts })
}

/// Which of a piece's sides are cuts.
#[derive(Clone, Copy)]
struct Cuts {
    /// It is not the first.
    before: bool,
    /// It is not the last.
    after: bool,
    /// A clause has ended at the cut before it, and at the one after.
    clause: (bool, bool),
}

impl Cuts {
    /// Those of piece `n`.
    fn of(n: usize, pieces: &[Range<usize>], symbols: &[char]) -> Self {
        let ended = |piece: &Range<usize>| ENDS.contains(symbols[piece.end - 1]);
        let before = n.checked_sub(1).map(|b| ended(&pieces[b]));
        let after = (n + 1 < pieces.len()).then(|| ended(&pieces[n]));
        Self { before: before.is_some(), after: after.is_some(), clause: (before == Some(true), after == Some(true)) }
    }
}

/// Cuts silence off the sides of a piece where it is joined; `lengths` are those of its symbols in samples, with an edge at each end.
fn trimmed(samples: &[f32], lengths: &[usize], cuts: Cuts) -> Part {
    let kept = kept(samples, cuts);
    let mut part = samples[kept.clone()].to_vec();
    let fade = FADE.min(part.len());
    for i in 0..fade {
        let (factor, end) = (i as f32 / fade as f32, part.len() - 1 - i);
        part[i] *= if cuts.before { factor } else { 1.0 };
        part[end] *= if cuts.after { factor } else { 1.0 };
    }
    let ends = lengths.iter().scan(0, |at, length| {
        *at += length;
        Some(*at)
    });
    let starts =
        ends.take(lengths.len().saturating_sub(1)).map(|at| at.clamp(kept.start, kept.end) - kept.start).collect();
    Part { samples: part, starts }
}

fn kept(samples: &[f32], cuts: Cuts) -> Range<usize> {
    let pause = |clause| if clause { PAUSE.0 } else { PAUSE.1 };
    let peak = samples.iter().fold(0f32, |p, s| p.max(s.abs()));
    let heard = |s: &f32| s.abs() > peak * QUIET;
    let first = samples.iter().position(heard).unwrap_or(0);
    let last = samples.iter().rposition(heard).map_or(samples.len(), |last| last + 1);
    let from = if cuts.before { first.saturating_sub(pause(cuts.clause.0)) } else { 0 };
    let to = if cuts.after { (last + pause(cuts.clause.1)).min(samples.len()) } else { samples.len() };
    from..to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::neural::synth::HOP;

    fn split(symbols: &str) -> Vec<Range<usize>> {
        super::split(&symbols.chars().collect::<Vec<_>>())
    }

    fn lengths(symbols: &str) -> Vec<usize> {
        split(symbols).iter().map(Range::len).collect()
    }

    #[test]
    fn what_is_short_enough_is_not_cut() {
        assert!(lengths("").is_empty());
        assert_eq!(lengths("həlˈO, ðˈɛɹ."), [12]);
        assert_eq!(lengths(&"a".repeat(LONGEST)), [LONGEST]);
    }

    #[test]
    fn cuts_are_after_clauses_if_there_are_any() {
        let text = format!("{}, {}, {}.", "ab ".repeat(60).trim(), "cd ".repeat(90).trim(), "e".repeat(50));
        let pieces = split(&text);
        assert_eq!(pieces, [0..180, 181..503]);
        let words = "abcd ".repeat(200).trim_end().to_owned();
        assert!(split(&words).iter().all(|p| p.len() <= LONGEST && p.len() % 5 == 4));
        assert_eq!(lengths(&"a".repeat(1_000)), [333, 333, 334]);
    }

    #[test]
    fn every_symbol_but_spaces_is_in_one_piece() {
        for n in [399, 401, 802, 5_000] {
            let text: Vec<char> = "ðɪs ɪz, ˈA: lˈɔŋ wˈʌn — ".chars().cycle().take(n).collect();
            let pieces = split(&text.iter().collect::<String>());
            assert!(pieces.iter().all(|p| p.len() <= LONGEST && !p.is_empty()));
            assert!(pieces.windows(2).all(|p| text[p[0].end..p[1].start].iter().all(|c| *c == ' ')));
            assert_eq!((pieces[0].start, pieces[pieces.len() - 1].end), (0, n));
        }
    }

    #[test]
    fn silence_at_cuts_becomes_a_pause_and_symbols_move_with_it() {
        let mut sound = vec![0.0; 100 * HOP];
        sound[40 * HOP..60 * HOP].fill(0.5);
        let lengths = [40, 10, 10, 40].map(|l| l * HOP);
        let whole = trimmed(&sound, &lengths, Cuts { before: false, after: false, clause: (false, false) });
        assert_eq!((whole.samples.len(), whole.starts), (sound.len(), vec![40 * HOP, 50 * HOP, 60 * HOP]));
        let joined = trimmed(&sound, &lengths, Cuts { before: true, after: true, clause: (true, false) });
        assert_eq!(joined.samples.len(), PAUSE.0 + 20 * HOP + PAUSE.1);
        assert_eq!(joined.starts, [PAUSE.0, PAUSE.0 + 10 * HOP, PAUSE.0 + 20 * HOP]);
    }
}
