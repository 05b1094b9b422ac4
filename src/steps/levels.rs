//! The levels of speech frame by frame, so that a waveform is drawn from some kilobytes and not from the sound.

use serde::{Deserialize, Serialize};

use crate::sound::levels::{BANDS, levels};
use crate::sound::wav;
use crate::units::Fps;

use super::context::Context;
use super::crates::CrateGroup;
use super::step::Step;
use super::step_error::StepError;

/// Measures speech. Input: `sound`, a WAV from a speech step. Output: `levels`, the number of bands in one byte, then for each frame a byte
/// for each band, from low to high; 0 is silence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureLevels {
    /// The frame rate of the levels, which is the film's.
    pub fps: Fps,
}

// The waveform has as many bands as are measured.
const _: () = assert!(BANDS == crate::render::BANDS);

/// The role of the levels of piece `i` of the speech that is heard.
pub fn levels_role(i: usize) -> String {
    format!("levels/{i:06}")
}

impl Step for MeasureLevels {
    const KIND: &'static str = "levels";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["levels"];
    const CRATES: &'static [CrateGroup] = &[CrateGroup::Sound];

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let samples = wav::read(context.inputs.open("sound")?).map_err(StepError::input)?;
        let rows = levels(&samples, self.fps);
        let bytes: Vec<u8> = std::iter::once(BANDS as u8).chain(rows.into_iter().flatten()).collect();
        context.write("levels", &bytes)
    }
}
