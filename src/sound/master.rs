//! The finished sound of a film: the mix brought to one loudness, its peaks limited. Knows nothing of codecs.

use std::io;

use super::limiter::Limiter;
use super::loudness::{MAX_GAIN, Meter};
use super::mix::{Mix, Open};
use super::mixer::Mixer;
use super::{Stereo, from_db};

/// How near the target is near enough, in LU.
const TOLERANCE: f64 = 0.1;
/// The mix is gone through at most this often in search of the gain.
const MOST_TRIES: u32 = 6;
/// Frames in a block.
const BLOCK: usize = 4096;

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
/// A film too quiet to be brought to the target with [`MAX_GAIN`] stays below it, and a silent one (nothing above −70 LUFS) stays as it is.
///
/// # Errors
/// What `open`, the sources or `sink` fail with.
pub fn master(
    mix: &Mix,
    target: Target,
    open: &mut Open,
    sink: &mut dyn FnMut(&[Stereo]) -> io::Result<()>,
) -> io::Result<Mastered> {
    let found = find_gain(mix, target, open)?;
    limited(mix, found.gain, target.ceiling, open, sink)?;
    Ok(Mastered { passes: found.passes + 1, ..found })
}

/// Finds the gain that gives the target's loudness after limiting: by the difference at first, then along the line through the last two
/// tries, because the harder the limiter works the less a decibel of gain gives.
fn find_gain(mix: &Mix, target: Target, open: &mut Open) -> io::Result<Mastered> {
    let mut slope = 1.0;
    let mut last = Mastered { loudness: unlimited(mix, open)?, gain: 0.0, passes: 1 };
    while let Some(loudness) = last.loudness {
        let missing = target.loudness - loudness;
        let gain = (last.gain + missing / slope).min(MAX_GAIN);
        let settled = last.passes > 1 && missing.abs() <= TOLERANCE;
        if settled || last.passes == MOST_TRIES || (last.passes > 1 && gain == last.gain) {
            break;
        }
        let next = Mastered { loudness: measured(mix, gain, target.ceiling, open)?, gain, passes: last.passes + 1 };
        let risen = next.loudness.unwrap_or(loudness) - loudness;
        if (gain - last.gain).abs() > TOLERANCE / 2.0 {
            slope = (risen / (gain - last.gain)).clamp(0.2, 1.0);
        }
        last = next;
    }
    Ok(last)
}

/// The loudness of the mix as it is.
fn unlimited(mix: &Mix, open: &mut Open) -> io::Result<Option<f64>> {
    let mut meter = Meter::new();
    mixed(mix, open, &mut |block| {
        meter.add(block);
        Ok(())
    })?;
    Ok(meter.integrated())
}

/// The loudness of the mix after gain and limiter.
fn measured(mix: &Mix, gain: f64, ceiling: f64, open: &mut Open) -> io::Result<Option<f64>> {
    let mut meter = Meter::new();
    limited(mix, gain, ceiling, open, &mut |block| {
        meter.add(block);
        Ok(())
    })?;
    Ok(meter.integrated())
}

/// Hands the mix after gain and limiter to `sink`.
fn limited(
    mix: &Mix,
    gain: f64,
    ceiling: f64,
    open: &mut Open,
    sink: &mut dyn FnMut(&[Stereo]) -> io::Result<()>,
) -> io::Result<()> {
    let factor = from_db(gain) as f32;
    let mut limiter = Limiter::new(ceiling);
    let mut out = Vec::with_capacity(2 * BLOCK);
    mixed(mix, open, &mut |block| {
        block.as_flattened_mut().iter_mut().for_each(|s| *s *= factor);
        limiter.push(block, &mut out);
        sink(&out)?;
        out.clear();
        Ok(())
    })?;
    limiter.finish(&mut out);
    sink(&out)
}

/// Hands the mix to `each`, which may change the blocks.
fn mixed(mix: &Mix, open: &mut Open, each: &mut dyn FnMut(&mut [Stereo]) -> io::Result<()>) -> io::Result<()> {
    let mut mixer = Mixer::new(mix, open)?;
    let mut block = vec![[0.0; 2]; BLOCK];
    loop {
        match mixer.read(&mut block)? {
            0 => return Ok(()),
            n => each(&mut block[..n])?,
        }
    }
}
