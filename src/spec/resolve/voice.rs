//! Who speaks: the film's voice, a scene's own over it.

use super::Resolver;
use crate::diag::Diagnostic;
use crate::spec::decode::{At, Either, nearest};
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

/// The voice of a film that names none.
pub fn default() -> Voice {
    Voice { engine: Engine::Espeak, name: "en-us".to_owned(), speed: 1.0 }
}

/// `base` with what `over` says otherwise. A bare name belongs to the base's engine.
pub fn over(base: &Voice, over: Option<&Either<At<VoiceName>, language::Voice>>, to: &mut Resolver) -> Voice {
    let mut voice = base.clone();
    match over {
        None => {}
        Some(Either::Short(name)) => {
            known(name, voice.engine, to);
            voice.name = name.value.0.clone();
        }
        Some(Either::Long(map)) => {
            voice.engine = map.engine.unwrap_or(voice.engine);
            if let Some(name) = to.either_spelling(&map.name, &map.voice, "name") {
                known(&name, voice.engine, to);
                voice.name = name.value.0;
            }
            if let Some(speed) = &map.speed {
                voice.speed = to.ranged("speed", speed.value.0, speed.place, 0.5..=2.0, "");
            }
        }
    }
    voice
}

/// Warns of a name that looks misspelt. A newer engine may know more voices than this list, so it is no error.
fn known(name: &At<VoiceName>, engine: Engine, to: &mut Resolver) {
    let Engine::Espeak = engine;
    let names: Vec<&str> = ESPEAK.split(' ').collect();
    let written = name.value.0.as_str();
    let language = written.split('+').next().unwrap_or(written);
    if language.len() < SHORTEST_GUESSED || names.contains(&language) {
        return;
    }
    if let Some(near) = nearest(language, &names) {
        let found = Diagnostic::warning(format!("espeak-ng may not know the voice `{written}`")).at(name.place);
        to.cx.report(found.label("this voice").help(format!("did you mean `{near}`?")));
    }
}
