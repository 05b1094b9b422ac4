//! Pictures in memory, prepared once for all the steps that show them and dropped when they grow too many. Knows nothing of steps.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::digest::Digest;
use crate::render::{Canvas, Emblem, EmblemRoom, Logo, Picture, PictureLimits, Plate, Shot, Spot, Stamp};
use crate::units::Size;

use super::{Context, StepError};

/// How many bytes of prepared pictures are kept.
const BUDGET: usize = 64 << 20;

/// What a picture is prepared for.
#[derive(Clone, Debug, PartialEq)]
enum Purpose {
    Shot(Shot),
    Logo(Logo, Size),
    Pane(Spot),
    Emblem(EmblemRoom),
}

/// A prepared picture.
#[derive(Clone)]
enum Prepared {
    Canvas(Arc<Canvas>),
    Stamp(Arc<Stamp>),
    Plate(Arc<Plate>),
    Emblem(Arc<Emblem>),
}

/// One picture, or the place where it will be: whoever comes second waits for the first.
struct Kept {
    digest: Digest,
    purpose: Purpose,
    prepared: Arc<Mutex<Option<Prepared>>>,
    bytes: usize,
}

/// The most recently used pictures, the last one at the end.
#[derive(Default)]
pub struct Pictures(Mutex<Vec<Kept>>);

impl Pictures {
    /// The picture that is input `role`, ready for a shot.
    pub fn canvas(&self, role: &str, shot: Shot, context: &Context) -> Result<Arc<Canvas>, StepError> {
        match self.get(role, Purpose::Shot(shot), context)? {
            Prepared::Canvas(canvas) => Ok(canvas),
            _ => unreachable!("a shot gives a canvas"),
        }
    }

    /// The picture that is input `role`, ready for its corner of a frame.
    pub fn stamp(&self, role: &str, logo: Logo, frame: Size, context: &Context) -> Result<Arc<Stamp>, StepError> {
        match self.get(role, Purpose::Logo(logo, frame), context)? {
            Prepared::Stamp(stamp) => Ok(stamp),
            _ => unreachable!("a logo gives a stamp"),
        }
    }

    /// The picture that is input `role`, ready for its place in a frame.
    pub fn plate(&self, role: &str, spot: Spot, context: &Context) -> Result<Arc<Plate>, StepError> {
        match self.get(role, Purpose::Pane(spot), context)? {
            Prepared::Plate(plate) => Ok(plate),
            _ => unreachable!("a pane gives a plate"),
        }
    }

    /// The picture that is input `role`, ready for the middle of a card.
    pub fn emblem(&self, role: &str, room: EmblemRoom, context: &Context) -> Result<Arc<Emblem>, StepError> {
        match self.get(role, Purpose::Emblem(room), context)? {
            Prepared::Emblem(emblem) => Ok(emblem),
            _ => unreachable!("a room gives an emblem"),
        }
    }

    fn get(&self, role: &str, purpose: Purpose, context: &Context) -> Result<Prepared, StepError> {
        let blob = context.digests.get(role).ok_or_else(|| StepError::NoInput { role: role.to_owned() })?;
        let place = self.place(blob.digest, &purpose);
        let mut prepared = lock(&place);
        if let Some(prepared) = &*prepared {
            return Ok(prepared.clone());
        }
        let picture = Picture::decode(&context.read(role)?, PictureLimits::default()).map_err(StepError::input)?;
        let (made, bytes) = purpose.prepare(&picture);
        *prepared = Some(made.clone());
        self.weigh(&place, bytes);
        Ok(made)
    }

    fn place(&self, digest: Digest, purpose: &Purpose) -> Arc<Mutex<Option<Prepared>>> {
        let mut kept = lock(&self.0);
        let entry = match kept.iter().position(|kept| kept.digest == digest && kept.purpose == *purpose) {
            Some(at) => kept.remove(at),
            None => Kept { digest, purpose: purpose.clone(), prepared: Arc::default(), bytes: 0 },
        };
        let place = Arc::clone(&entry.prepared);
        kept.push(entry);
        place
    }

    /// Notes how large the picture became, and drops those not used for longest until all fit. Steps that draw one keep it alive.
    fn weigh(&self, place: &Arc<Mutex<Option<Prepared>>>, bytes: usize) {
        let mut kept = lock(&self.0);
        if let Some(entry) = kept.iter_mut().find(|kept| Arc::ptr_eq(&kept.prepared, place)) {
            entry.bytes = bytes;
        }
        while kept.len() > 1 && kept.iter().map(|kept| kept.bytes).sum::<usize>() > BUDGET {
            kept.remove(0);
        }
    }
}

impl Purpose {
    fn prepare(&self, picture: &Picture) -> (Prepared, usize) {
        match self {
            Self::Shot(shot) => {
                let canvas = shot.prepare(picture);
                let bytes = canvas.byte_len();
                (Prepared::Canvas(Arc::new(canvas)), bytes)
            }
            Self::Logo(logo, frame) => {
                let stamp = logo.prepare(picture, *frame);
                let bytes = stamp.byte_len();
                (Prepared::Stamp(Arc::new(stamp)), bytes)
            }
            Self::Pane(spot) => {
                let plate = spot.prepare(picture);
                let bytes = plate.byte_len();
                (Prepared::Plate(Arc::new(plate)), bytes)
            }
            Self::Emblem(room) => {
                let emblem = room.prepare(picture);
                let bytes = emblem.byte_len();
                (Prepared::Emblem(Arc::new(emblem)), bytes)
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
