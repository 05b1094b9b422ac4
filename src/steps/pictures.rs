//! Pictures in memory, decoded once for all the steps that show them and dropped when they grow too many. Knows nothing of steps.

use std::sync::{Arc, Mutex, PoisonError};

use crate::digest::Digest;
use crate::render::{Picture, PictureLimits};

use super::{Context, StepError};

/// How many bytes of pictures are kept.
const BUDGET: usize = 96 << 20;

/// The most recently used pictures, the last one at the end.
#[derive(Default)]
pub struct Pictures(Mutex<Vec<(Digest, Arc<Picture>)>>);

impl Pictures {
    /// The picture that is input `role`.
    pub fn get(&self, role: &str, context: &Context) -> Result<Arc<Picture>, StepError> {
        let blob = context.digests.get(role).ok_or_else(|| StepError::NoInput { role: role.to_owned() })?;
        if let Some(picture) = self.recall(blob.digest) {
            return Ok(picture);
        }
        let picture = Arc::new(Picture::decode(&context.read(role)?, PictureLimits::default()).map_err(StepError::input)?);
        self.remember(blob.digest, &picture);
        Ok(picture)
    }

    fn recall(&self, digest: Digest) -> Option<Arc<Picture>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(kept, _)| *kept == digest)?;
        let entry = kept.remove(at);
        let picture = Arc::clone(&entry.1);
        kept.push(entry);
        Some(picture)
    }

    fn remember(&self, digest: Digest, picture: &Arc<Picture>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push((digest, Arc::clone(picture)));
        while kept.len() > 1 && kept.iter().map(|(_, picture)| picture.byte_len()).sum::<usize>() > BUDGET {
            kept.remove(0);
        }
    }
}
