//! Pictures in memory, each decoded and scaled once for all steps that show it. The least recently used are dropped above a limit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::digest::Digest;
use crate::render::{
    CameraShot, Canvas, CardLogo, CardLogoSize, CornerLogo, DecodedPicture, LogoPlacement, PaneImage, PanePlacement,
    PictureLimits,
};
use crate::units::Size;

use super::inputs::StepInputs;
use super::step_error::StepError;

/// The most bytes of prepared pictures that are kept.
const MAX_CACHED_BYTES: usize = 64 << 20;

/// What a picture is prepared for.
#[derive(Clone, Debug, PartialEq)]
enum PicturePurpose {
    CameraShot(CameraShot),
    Logo(LogoPlacement, Size),
    Pane(PanePlacement),
    CardLogo(CardLogoSize),
}

/// A picture that is ready to be drawn.
#[derive(Clone)]
enum PreparedPicture {
    Canvas(Arc<Canvas>),
    CornerLogo(Arc<CornerLogo>),
    PaneImage(Arc<PaneImage>),
    CardLogo(Arc<CardLogo>),
}

/// One picture, or the slot that it will fill: a second step that needs it waits until the first has prepared it.
struct CachedPicture {
    digest: Digest,
    purpose: PicturePurpose,
    prepared: Arc<Mutex<Option<PreparedPicture>>>,
    bytes: usize,
}

/// The most recently used pictures, the last one at the end.
#[derive(Default)]
pub struct PictureCache(Mutex<Vec<CachedPicture>>);

impl PictureCache {
    /// The picture that is input `role`, scaled for a shot of the whole frame.
    pub fn canvas(&self, role: &str, shot: CameraShot, inputs: &StepInputs) -> Result<Arc<Canvas>, StepError> {
        match self.get(role, PicturePurpose::CameraShot(shot), inputs)? {
            PreparedPicture::Canvas(canvas) => Ok(canvas),
            _ => unreachable!("a canvas was prepared"),
        }
    }

    /// The picture that is input `role`, as the logo in a corner of a frame.
    pub fn corner_logo(
        &self,
        role: &str,
        logo: LogoPlacement,
        frame: Size,
        inputs: &StepInputs,
    ) -> Result<Arc<CornerLogo>, StepError> {
        match self.get(role, PicturePurpose::Logo(logo, frame), inputs)? {
            PreparedPicture::CornerLogo(logo) => Ok(logo),
            _ => unreachable!("a corner logo was prepared"),
        }
    }

    /// The picture that is input `role`, scaled and cropped for a pane.
    pub fn pane_image(
        &self,
        role: &str,
        spot: PanePlacement,
        inputs: &StepInputs,
    ) -> Result<Arc<PaneImage>, StepError> {
        match self.get(role, PicturePurpose::Pane(spot), inputs)? {
            PreparedPicture::PaneImage(image) => Ok(image),
            _ => unreachable!("a pane image was prepared"),
        }
    }

    /// The picture that is input `role`, scaled for the middle of a card.
    pub fn card_logo(&self, role: &str, size: CardLogoSize, inputs: &StepInputs) -> Result<Arc<CardLogo>, StepError> {
        match self.get(role, PicturePurpose::CardLogo(size), inputs)? {
            PreparedPicture::CardLogo(logo) => Ok(logo),
            _ => unreachable!("a card logo was prepared"),
        }
    }

    fn get(&self, role: &str, purpose: PicturePurpose, inputs: &StepInputs) -> Result<PreparedPicture, StepError> {
        let slot = self.slot(inputs.digest(role)?, &purpose);
        let mut prepared = lock(&slot);
        if let Some(prepared) = &*prepared {
            return Ok(prepared.clone());
        }
        let picture =
            DecodedPicture::decode(&inputs.read(role)?, PictureLimits::default()).map_err(StepError::input)?;
        let (made, bytes) = purpose.prepare(&picture);
        *prepared = Some(made.clone());
        self.record_size(&slot, bytes);
        Ok(made)
    }

    fn slot(&self, digest: Digest, purpose: &PicturePurpose) -> Arc<Mutex<Option<PreparedPicture>>> {
        let mut kept = lock(&self.0);
        let entry = match kept.iter().position(|kept| kept.digest == digest && kept.purpose == *purpose) {
            Some(at) => kept.remove(at),
            None => CachedPicture { digest, purpose: purpose.clone(), prepared: Arc::default(), bytes: 0 },
        };
        let slot = Arc::clone(&entry.prepared);
        kept.push(entry);
        slot
    }

    /// Notes how large the picture became, and drops the least recently used until all fit. A step that draws one keeps it alive.
    fn record_size(&self, slot: &Arc<Mutex<Option<PreparedPicture>>>, bytes: usize) {
        let mut kept = lock(&self.0);
        if let Some(entry) = kept.iter_mut().find(|kept| Arc::ptr_eq(&kept.prepared, slot)) {
            entry.bytes = bytes;
        }
        while kept.len() > 1 && kept.iter().map(|kept| kept.bytes).sum::<usize>() > MAX_CACHED_BYTES {
            kept.remove(0);
        }
    }
}

impl PicturePurpose {
    /// The prepared picture, and its size in bytes.
    fn prepare(&self, picture: &DecodedPicture) -> (PreparedPicture, usize) {
        match self {
            Self::CameraShot(shot) => {
                let canvas = shot.prepare(picture);
                let bytes = canvas.byte_len();
                (PreparedPicture::Canvas(Arc::new(canvas)), bytes)
            }
            Self::Logo(placement, frame) => {
                let logo = placement.prepare(picture, *frame);
                let bytes = logo.byte_len();
                (PreparedPicture::CornerLogo(Arc::new(logo)), bytes)
            }
            Self::Pane(spot) => {
                let image = spot.prepare(picture);
                let bytes = image.byte_len();
                (PreparedPicture::PaneImage(Arc::new(image)), bytes)
            }
            Self::CardLogo(size) => {
                let logo = size.prepare(picture);
                let bytes = logo.byte_len();
                (PreparedPicture::CardLogo(Arc::new(logo)), bytes)
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
