//! Who speaks: the film's voice, a scene's own over it.

use super::Resolver;
use crate::diag::Diagnostic;
use crate::spec::DEFAULT_VOICE;
use crate::spec::decode::{At, Either, listed, nearest, shortened};
use crate::spec::language;
use crate::spec::model::{Engine, Voice};
use crate::spec::scalar::VoiceName;

/// The languages of espeak-ng 1.51 (`espeak-ng --voices`).
const ESPEAK: &str = "af am an ar as az ba be bg bn bpy bs ca chr-US-Qaaa-x-west cmn cmn-latn-pinyin cs cv cy da de el \
    en-029 en-gb en-gb-scotland en-gb-x-gbclan en-gb-x-gbcwmd en-gb-x-rp en-us en-us-nyc eo es es-419 et \
    eu fa fa-latn fi fr-be fr-ch fr-fr ga gd gn grc gu hak haw he hi hr ht hu hy hyw ia id io is it ja \
    jbo ka kk kl kn ko kok ku ky la lb lfn lt ltg lv mi mk ml mr ms mt my nb nci ne nl no nog om or pa \
    pap piqd pl pt pt-br py qdb qu quc qya ro ru ru-lv sd shn si sjn sk sl smj sq sr sv sw ta te th tk \
    tn tr tt ug uk ur uz vi vi-vn-x-central vi-vn-x-south yue zh";
/// Shorter names are language codes, too much alike to guess from.
const SHORTEST_GUESSED: usize = 4;

/// The voice of espeak-ng if none is named.
const ESPEAK_DEFAULT: &str = "en-us";

/// The voice of a film that names none.
pub fn default() -> Voice {
    Voice { engine: Engine::Neural, name: DEFAULT_VOICE.to_owned(), speed: 1.0 }
}

/// `base` with what `over` says otherwise. A name without an engine tells its engine: it is a voice in the program, or one of espeak-ng's.
pub fn over(base: &Voice, over: Option<&Either<At<VoiceName>, language::Voice>>, to: &mut Resolver) -> Voice {
    match over {
        None => base.clone(),
        Some(Either::Short(name)) => named(name, None, base.speed, to),
        Some(Either::Long(map)) => {
            let mut voice = match to.either_spelling(&map.name, &map.voice, "name") {
                Some(name) => named(&name, map.engine, base.speed, to),
                None => of_engine(base, map.engine.unwrap_or(base.engine)),
            };
            if let Some(speed) = &map.speed {
                voice.speed = to.ranged("speed", speed.value.0, speed.place, 0.5..=2.0, "");
            }
            voice
        }
    }
}

/// `base`, or the default voice of an engine that is not `base`'s.
fn of_engine(base: &Voice, engine: Engine) -> Voice {
    let name = match engine {
        _ if engine == base.engine => base.name.as_str(),
        Engine::Neural => DEFAULT_VOICE,
        Engine::Espeak => ESPEAK_DEFAULT,
    };
    Voice { engine, name: name.to_owned(), speed: base.speed }
}

fn named(name: &At<VoiceName>, engine: Option<Engine>, speed: f64, to: &mut Resolver) -> Voice {
    let written = name.value.0.as_str();
    let neural = to.options.neural_voices.contains(&written);
    let engine = engine.unwrap_or(if neural { Engine::Neural } else { Engine::Espeak });
    match engine {
        Engine::Neural if neural => {}
        Engine::Neural => {
            let help = format!("there is {}", listed(to.options.neural_voices));
            to.error(format!("there is no neural voice `{}`", shortened(written)), name.place, "this voice", help);
        }
        Engine::Espeak => known_to_espeak(name, to),
    }
    Voice { engine, name: written.to_owned(), speed }
}

/// Warns of a name that looks misspelt. A newer espeak-ng may know more voices than this list, so it is no error.
fn known_to_espeak(name: &At<VoiceName>, to: &mut Resolver) {
    let languages: Vec<&str> = ESPEAK.split(' ').collect();
    let written = name.value.0.as_str();
    let language = written.split('+').next().unwrap_or(written);
    if language.len() < SHORTEST_GUESSED || languages.contains(&language) {
        return;
    }
    let names: Vec<&str> = languages.iter().chain(to.options.neural_voices).copied().collect();
    if let Some(near) = nearest(language, &names) {
        let found = Diagnostic::warning(format!("espeak-ng may not know the voice `{written}`")).at(name.place);
        to.cx.report(found.label("this voice").help(format!("did you mean `{near}`?")));
    }
}
