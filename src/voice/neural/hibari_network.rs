//! Runs the network Hibari with `rten`.
//!
//! A run uses one thread, so that sums are always added in the same order: one processor always gives the same bytes. `rten` (0.27) selects
//! its kernels by the features of the processor (AVX-512 with VNNI, AVX-512, AVX2 with FMA, or none of them) and offers no choice. The
//! kernels add in different orders, and the rounding of activations to 8 bits amplifies the difference. On 66 sentences, compared with
//! AVX-512 with VNNI: without VNNI, with AVX2 only, and with neither, 1, 1 and 2 of 6147 symbols became 25 ms longer or shorter, magnitudes
//! differed by 0.5 dB (RMS) and the pitch by 0.5 Hz. The difference is inaudible, but the bytes are not the same.

use rten::{Model, ModelOptions, NodeId, Value};

use super::error::NeuralError;
use super::frame_spectra::{FRAME_SAMPLES, FrameSpectra};
use super::onnx::find_node;
use super::overlap_frames::BINS;
use super::thread_pools::{ThreadPools, float_data, float_tensor, int_tensor};

/// The inner node that holds the duration of each symbol, in units of [`FRAMES_PER_UNIT`].
const LENGTHS_NODE: &str = "/Clip_output_0";
/// The outputs of the network: the fields of [`FrameSpectra`] in order, and the durations.
const OUTPUT_NODES: [&str; 7] = ["lh", "theta", "ln", "lr", "phi", "f0", LENGTHS_NODE];
/// The number of frames of a unit of [`LENGTHS_NODE`]: 25 ms.
const FRAMES_PER_UNIT: usize = 2;
/// The maximum duration of a symbol in units; more means that the network is of another kind.
const MAX_SYMBOL_UNITS: f32 = 1_000.0;
/// The id before the first symbol and after the last one.
const EDGE_ID: i32 = 0;

/// A loaded network; any thread can run it.
pub(super) struct HibariNetwork {
    model: Model,
    inputs: [NodeId; 2],
    outputs: [NodeId; 7],
    pools: ThreadPools,
}

/// The output of one run.
pub(super) struct NetworkOutput {
    /// The parameters of the sound, for [`super::synthesis`].
    pub spectra: FrameSpectra,
    /// The duration of each symbol in samples. The first value is the margin before the symbols, the last one that after them.
    pub lengths: Vec<usize>,
}

impl HibariNetwork {
    /// Loads the built-in network.
    pub(super) fn embedded(bytes: &'static [u8]) -> Result<Self, NeuralError> {
        Self::new(model_options().load_static_slice(bytes))
    }

    /// Loads a network from the bytes of an `.onnx` file.
    pub(super) fn load(bytes: Vec<u8>) -> Result<Self, NeuralError> {
        Self::new(model_options().load(bytes))
    }

    fn new(model: Result<Model, rten::LoadError>) -> Result<Self, NeuralError> {
        let model = model.map_err(|e| NeuralError::Load(e.to_string()))?;
        let inputs = [find_node(&model, "ids")?, find_node(&model, "speed")?];
        let mut outputs = [inputs[0]; 7];
        for (output, name) in outputs.iter_mut().zip(OUTPUT_NODES) {
            *output = find_node(&model, name)?;
        }
        Ok(Self { model, inputs, outputs, pools: ThreadPools::default() })
    }

    /// Runs the network on the ids of symbols, without [`EDGE_ID`].
    pub(super) fn run(&self, ids: &[i32], speed: f64) -> Result<NetworkOutput, NeuralError> {
        let ids: Vec<i32> = [EDGE_ID].into_iter().chain(ids.iter().copied()).chain([EDGE_ID]).collect();
        let count = ids.len();
        let inputs = vec![
            (self.inputs[0], int_tensor(&[1, count], ids)?),
            (self.inputs[1], float_tensor(&[1], vec![speed as f32])?),
        ];
        let values = self.pools.run(&self.model, inputs, self.outputs)?;
        checked_output(values, count)
    }
}

fn model_options() -> ModelOptions {
    let mut options = ModelOptions::with_all_ops();
    options.prepack_weights(true);
    options
}

/// Checks the outputs: `count` durations, and spectra of as many frames as these are long.
fn checked_output(values: [Value; 7], count: usize) -> Result<NetworkOutput, NeuralError> {
    let [buzz, turn, noise, free, phase, pitch, lengths] = values.map(float_data);
    let lengths = symbol_lengths(&lengths?, count, FRAMES_PER_UNIT * FRAME_SAMPLES)?;
    let total = lengths.iter().sum::<usize>() / FRAME_SAMPLES;
    let spectra = FrameSpectra {
        buzz: exactly(buzz, BINS * total)?,
        turn: exactly(turn, BINS * total)?,
        noise: exactly(noise, BINS * total)?,
        free: exactly(free, BINS * total)?,
        phase: exactly(phase, BINS * total)?,
        pitch: exactly(pitch, total)?,
    };
    Ok(NetworkOutput { spectra, lengths })
}

/// Checks that an output has `expected` values.
fn exactly(output: Result<Vec<f32>, NeuralError>, expected: usize) -> Result<Vec<f32>, NeuralError> {
    let output = output?;
    if output.len() == expected {
        Ok(output)
    } else {
        Err(NeuralError::Run(format!("{} numbers came out of it, not {expected}", output.len())))
    }
}

/// The durations of `count` symbols in samples, from values in units of `unit` samples.
///
/// # Errors
/// [`NeuralError::Run`] if there are not `count` values, or one is out of range.
pub(super) fn symbol_lengths(units: &[f32], count: usize, unit: usize) -> Result<Vec<usize>, NeuralError> {
    if units.len() != count || !units.iter().all(|u| (0.0..=MAX_SYMBOL_UNITS).contains(u)) {
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
            assert!(matches!(HibariNetwork::load(bytes), Err(NeuralError::Load(_))));
        }
    }

    #[test]
    fn lengths_must_be_as_many_as_symbols_and_sensible() {
        assert_eq!(symbol_lengths(&[1.0, 13.0, 0.0], 3, 600).unwrap(), [600, 7_800, 0]);
        for (units, count) in [(&[1.0][..], 2), (&[-1.0][..], 1), (&[f32::NAN][..], 1), (&[1e9][..], 1)] {
            assert!(symbol_lengths(units, count, 1).is_err(), "{units:?}");
        }
    }
}
