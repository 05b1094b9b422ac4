//! The finished sound of a film: the mix brought to one loudness, its peaks limited. Knows nothing of codecs.

use std::io;

use super::Stereo;
use super::mix::{Mix, Open};

/// What to arrive at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Integrated loudness in LUFS.
    pub loudness: f64,
    /// The highest true peak in dBTP.
    pub ceiling: f64,
}

impl Default for Target {
    /// −14 LUFS as YouTube plays it; −1.5 dBTP, because AAC overshoots.
    fn default() -> Self {
        Self { loudness: -14.0, ceiling: -1.5 }
    }
}

/// What was arrived at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mastered {
    /// Integrated loudness in LUFS; `None` when the film is silent.
    pub loudness: Option<f64>,
    /// The gain before the limiter, in dB.
    pub gain: f64,
    /// How often the mix was gone through.
    pub passes: u32,
}

/// Masters `mix` and hands it to `sink` block by block, `mix.length` frames in all.
///
/// # Errors
/// What `open`, the sources or `sink` fail with.
pub fn master(
    mix: &Mix,
    target: Target,
    open: &mut Open,
    sink: &mut dyn FnMut(&[Stereo]) -> io::Result<()>,
) -> io::Result<Mastered> {
    let _ = (open, sink);
    todo!("{mix:?} {target:?}")
}
