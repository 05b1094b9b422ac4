//! How loud a piece of speech is, frame by frame, so that what moves with the voice is drawn from some kilobytes and not from the sound.
//! Knows nothing of how it is drawn.

use serde::{Deserialize, Serialize};

use crate::sound::levels::{BANDS, levels};
use crate::sound::wav;
use crate::units::Fps;

use super::{Context, Step, StepError};

/// Measures speech. Input `sound`, a WAV as speech steps leave it; output `levels`: one byte that says how many bands there are, then for
/// each frame a byte for each band, from low to high, 0 = at rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Levels {
    /// Frames a second.
    pub fps: Fps,
}

/// What is measured is what is drawn.
const _: () = assert!(BANDS == crate::render::BANDS);

/// The role of the levels of piece `i` of what is heard.
pub fn levels_role(i: usize) -> String {
    format!("levels/{i:06}")
}

impl Step for Levels {
    const KIND: &'static str = "levels";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["levels"];

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let samples = wav::read(context.open("sound")?).map_err(StepError::input)?;
        let rows = levels(&samples, self.fps);
        let bytes: Vec<u8> = std::iter::once(BANDS as u8).chain(rows.into_iter().flatten()).collect();
        context.write("levels", &bytes)
    }
}
