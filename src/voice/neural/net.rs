//! The network itself, run by `rten`. Knows its inputs and outputs, nothing of what they mean.
//!
//! A run uses one thread, so that its sums are always added in the same order: the same processor always gives the same bytes. `rten` (0.27)
//! picks its kernels by what the processor has (AVX-512 with VNNI, AVX-512, AVX2 with FMA, none of them) and offers no choice; they add in
//! different orders, and the rounding of activations to 8 bits makes more of that. On 66 sentences, against AVX-512 with VNNI: without VNNI,
//! with AVX2 only, and with neither, 1, 1 and 2 of 6147 symbols became 25 ms longer or shorter, magnitudes differed by 0.5 dB (RMS) and
//! pitch by 0.5 Hz. Nobody hears that, but the bytes are not the same.

use rten::{Model, ModelOptions, NodeId, Value};

use super::NeuralError;
use super::pools::{Pools, floats, numbers, whole};
use super::spectrum::BINS;
use super::synth::{HOP, Spectra};

/// The node inside the network that says how long each symbol sounds, in [`FRAMES`].
const LENGTHS: &str = "/Clip_output_0";
/// Frames of one unit of [`LENGTHS`] (25 ms).
const FRAMES: usize = 2;
/// No symbol lasts longer than this many units; more is no network of this kind.
const LONGEST: f32 = 1_000.0;
/// What stands before the first symbol and after the last.
const EDGE: i32 = 0;

/// A network of this kind, ready to run on any thread.
pub(super) struct Net {
    model: Model,
    inputs: [NodeId; 2],
    outputs: [NodeId; 7],
    pools: Pools,
}

/// What one run gives.
pub(super) struct Output {
    /// The sound's spectra.
    pub spectra: Spectra,
    /// How many samples each symbol lasts; the first is the edge before them, the last the edge after.
    pub lengths: Vec<usize>,
}

impl Net {
    /// Reads the network that is in the program.
    pub(super) fn embedded(bytes: &'static [u8]) -> Result<Self, NeuralError> {
        Self::new(options().load_static_slice(bytes))
    }

    /// Reads a network from the bytes of an `.onnx` file.
    pub(super) fn load(bytes: Vec<u8>) -> Result<Self, NeuralError> {
        Self::new(options().load(bytes))
    }

    fn new(model: Result<Model, rten::LoadError>) -> Result<Self, NeuralError> {
        let model = model.map_err(|e| NeuralError::Load(e.to_string()))?;
        let node = |name: &str| model.find_node(name).ok_or_else(|| NeuralError::Load(format!("it has no `{name}`")));
        let inputs = [node("ids")?, node("speed")?];
        let outputs =
            [node("lh")?, node("theta")?, node("ln")?, node("lr")?, node("phi")?, node("f0")?, node(LENGTHS)?];
        Ok(Self { model, inputs, outputs, pools: Pools::default() })
    }

    /// Runs it on the numbers of symbols, edges not included.
    pub(super) fn run(&self, ids: &[i32], speed: f64) -> Result<Output, NeuralError> {
        let ids: Vec<i32> = [EDGE].into_iter().chain(ids.iter().copied()).chain([EDGE]).collect();
        let count = ids.len();
        let inputs =
            vec![(self.inputs[0], whole(&[1, count], ids)?), (self.inputs[1], numbers(&[1], vec![speed as f32])?)];
        let values = self.pools.run(&self.model, inputs, self.outputs)?;
        output(values, count)
    }
}

fn options() -> ModelOptions {
    let mut options = ModelOptions::with_all_ops();
    options.prepack_weights(true);
    options
}

/// Checks what came out: as many lengths as `count`, and spectra of just as many frames.
fn output(values: [Value; 7], count: usize) -> Result<Output, NeuralError> {
    let [buzz, turn, noise, free, phase, pitch, lengths] = values.map(floats);
    let lengths = self::lengths(&lengths?, count, FRAMES * HOP)?;
    let total = lengths.iter().sum::<usize>() / HOP;
    let exactly = |part: Result<Vec<f32>, NeuralError>, wanted: usize| match part? {
        part if part.len() == wanted => Ok(part),
        part => Err(NeuralError::Run(format!("{} numbers came out of it, not {wanted}", part.len()))),
    };
    let spectra = Spectra {
        buzz: exactly(buzz, BINS * total)?,
        turn: exactly(turn, BINS * total)?,
        noise: exactly(noise, BINS * total)?,
        free: exactly(free, BINS * total)?,
        phase: exactly(phase, BINS * total)?,
        pitch: exactly(pitch, total)?,
    };
    Ok(Output { spectra, lengths })
}

/// The samples that each of `count` symbols lasts, from numbers in units of `unit` samples.
pub(super) fn lengths(units: &[f32], count: usize, unit: usize) -> Result<Vec<usize>, NeuralError> {
    if units.len() != count || !units.iter().all(|u| (0.0..=LONGEST).contains(u)) {
        return Err(NeuralError::Run("it does not say how long each symbol lasts".to_owned()));
    }
    Ok(units.iter().map(|u| u.round() as usize * unit).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_network_is_refused() {
        for bytes in [Vec::new(), b"hello".to_vec(), vec![8; 4_000]] {
            assert!(matches!(Net::load(bytes), Err(NeuralError::Load(_))));
        }
    }

    #[test]
    fn lengths_must_be_as_many_as_symbols_and_sensible() {
        assert_eq!(lengths(&[1.0, 13.0, 0.0], 3, 600).unwrap(), [600, 7_800, 0]);
        for (units, count) in [(&[1.0][..], 2), (&[-1.0][..], 1), (&[f32::NAN][..], 1), (&[1e9][..], 1)] {
            assert!(lengths(units, count, 1).is_err(), "{units:?}");
        }
    }
}
