//! Who speaks: the film's voice, a scene's own over it.

use super::Resolver;
use crate::spec::decode::{At, Either};
use crate::spec::language;
use crate::spec::model::{Engine, Voice};
use crate::spec::scalar::VoiceName;

/// The voice of a film that names none.
pub fn default() -> Voice {
    Voice { engine: Engine::Espeak, name: "en-us".to_owned(), speed: 1.0 }
}

/// `base` with what `over` says otherwise. A bare name belongs to the base's engine.
pub fn over(base: &Voice, over: Option<&Either<At<VoiceName>, language::Voice>>, to: &mut Resolver) -> Voice {
    let mut voice = base.clone();
    match over {
        None => {}
        Some(Either::Short(name)) => voice.name = name.value.0.clone(),
        Some(Either::Long(map)) => {
            if let Some(name) = to.either_spelling(&map.name, &map.voice, "name") {
                voice.name = name.value.0;
            }
            voice.engine = map.engine.unwrap_or(voice.engine);
            if let Some(speed) = &map.speed {
                voice.speed = to.ranged("speed", speed.value.0, speed.place, 0.5..=2.0, "");
            }
        }
    }
    voice
}
