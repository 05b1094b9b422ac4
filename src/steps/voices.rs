//! Brought voices in memory, loaded once for all sentences they speak. Knows nothing of sentences.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::digest::Digest;
use crate::voice::brought::{Kind, Loaded};

use super::{Context, StepError};

/// Voices by the digests of their files. A project has few, so none is dropped.
#[derive(Default)]
pub struct Voices(Mutex<BTreeMap<Vec<Digest>, Arc<Loaded>>>);

impl Voices {
    /// The voice whose files are the step's inputs.
    pub fn get(&self, kind: Kind, context: &Context) -> Result<Arc<Loaded>, StepError> {
        let files: Vec<Digest> = context.digests.values().map(|blob| blob.digest).collect();
        // Whoever comes second waits: loading takes as long as many sentences.
        let mut voices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = voices.get(&files) {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(Loaded::read(kind, &context.inputs).map_err(StepError::input)?);
        voices.insert(files, Arc::clone(&loaded));
        Ok(loaded)
    }
}
