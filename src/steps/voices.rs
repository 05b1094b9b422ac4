//! Custom voices in memory, each loaded once for all sentences that it speaks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::digest::Digest;
use crate::voice::custom::{NetworkKind, VoiceModel};

use super::inputs::StepInputs;
use super::step_error::StepError;

/// Voices by the digests of their files. A project has few, so none is dropped.
#[derive(Default)]
pub struct VoiceCache(Mutex<BTreeMap<Vec<Digest>, Arc<VoiceModel>>>);

impl VoiceCache {
    /// The voice whose files are the inputs.
    ///
    /// # Errors
    /// Where the files are no voice of this kind.
    pub fn get(&self, kind: NetworkKind, inputs: &StepInputs) -> Result<Arc<VoiceModel>, StepError> {
        let files: Vec<Digest> = inputs.blobs.values().map(|blob| blob.digest).collect();
        // The lock is held while a voice is loaded: another step that needs it waits, as loading takes as long as many sentences.
        let mut voices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = voices.get(&files) {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(VoiceModel::load(kind, &inputs.paths).map_err(StepError::input)?);
        voices.insert(files, Arc::clone(&loaded));
        Ok(loaded)
    }
}
