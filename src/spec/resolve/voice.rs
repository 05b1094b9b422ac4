//! Resolves voices through their levels: the film's, the defaults', a scene's own.

use super::resolver::Resolver;
use crate::diag::Diagnostic;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language;
use crate::spec::model::{SpeechEngine, VoiceChoice};
use crate::spec::options::DEFAULT_VOICE;
use crate::spec::scalar::VoiceName;
use crate::spec::suggest::{listed, nearest, shortened};

/// The languages of espeak-ng 1.51 (`espeak-ng --voices`).
const ESPEAK_LANGUAGES: &str = "af am an ar as az ba be bg bn bpy bs ca chr-US-Qaaa-x-west cmn cmn-latn-pinyin cs cv cy da de el \
    en-029 en-gb en-gb-scotland en-gb-x-gbclan en-gb-x-gbcwmd en-gb-x-rp en-us en-us-nyc eo es es-419 et \
    eu fa fa-latn fi fr-be fr-ch fr-fr ga gd gn grc gu hak haw he hi hr ht hu hy hyw ia id io is it ja \
    jbo ka kk kl kn ko kok ku ky la lb lfn lt ltg lv mi mk ml mr ms mt my nb nci ne nl no nog om or pa \
    pap piqd pl pt pt-br py qdb qu quc qya ro ru ru-lv sd shn si sjn sk sl smj sq sr sv sw ta te th tk \
    tn tr tt ug uk ur uz vi vi-vn-x-central vi-vn-x-south yue zh";
/// Shorter names, in bytes, are language codes too similar to suggest one.
const MIN_GUESSED_BYTES: usize = 4;

/// The voice of espeak-ng where none is named.
const ESPEAK_DEFAULT_VOICE: &str = "en-us";

/// The voice of a film that gives none.
pub fn default_voice() -> VoiceChoice {
    VoiceChoice { engine: SpeechEngine::Neural, name: DEFAULT_VOICE.to_owned(), speed: 1.0 }
}

/// `base` with what `over` replaces. A name without an engine implies it: a built-in voice is `neural`, any other is espeak-ng's.
pub fn over(
    base: &VoiceChoice,
    over: Option<&ShortOrLong<Spanned<VoiceName>, language::Voice>>,
    resolver: &mut Resolver,
) -> VoiceChoice {
    match over {
        None => base.clone(),
        Some(ShortOrLong::Short(name)) => voice_by_name(name, None, base.speed, resolver),
        Some(ShortOrLong::Long(map)) => {
            let mut voice = match resolver.either_spelling(&map.name, &map.voice, "name") {
                Some(name) => voice_by_name(&name, map.engine, base.speed, resolver),
                None => with_engine(base, map.engine.unwrap_or(base.engine)),
            };
            if let Some(speed) = &map.speed {
                voice.speed = resolver.ranged("speed", speed.value.0, speed.place, 0.5..=2.0, "");
            }
            voice
        }
    }
}

/// `base`, or the default voice of `engine` where that is another one.
fn with_engine(base: &VoiceChoice, engine: SpeechEngine) -> VoiceChoice {
    let name = match engine {
        _ if engine == base.engine => base.name.as_str(),
        SpeechEngine::Neural => DEFAULT_VOICE,
        SpeechEngine::Espeak => ESPEAK_DEFAULT_VOICE,
    };
    VoiceChoice { engine, name: name.to_owned(), speed: base.speed }
}

fn voice_by_name(
    name: &Spanned<VoiceName>,
    engine: Option<SpeechEngine>,
    speed: f64,
    resolver: &mut Resolver,
) -> VoiceChoice {
    let written = name.value.0.as_str();
    let neural = resolver.options.neural_voices.contains(&written);
    let engine = engine.unwrap_or(if neural { SpeechEngine::Neural } else { SpeechEngine::Espeak });
    match engine {
        SpeechEngine::Neural if neural => {}
        SpeechEngine::Neural => {
            let help = format!("there is {}", listed(resolver.options.neural_voices));
            resolver.error(
                format!("there is no neural voice `{}`", shortened(written)),
                name.place,
                "this voice",
                help,
            );
        }
        SpeechEngine::Espeak => warn_of_unknown_espeak_voice(name, resolver),
    }
    VoiceChoice { engine, name: written.to_owned(), speed }
}

/// Warns of a name that looks misspelt. It is no error, because a newer espeak-ng may know more voices than this list.
fn warn_of_unknown_espeak_voice(name: &Spanned<VoiceName>, resolver: &mut Resolver) {
    let languages: Vec<&str> = ESPEAK_LANGUAGES.split(' ').collect();
    let written = name.value.0.as_str();
    let language = written.split('+').next().unwrap_or(written);
    if language.len() < MIN_GUESSED_BYTES || languages.contains(&language) {
        return;
    }
    let names: Vec<&str> = languages.iter().chain(resolver.options.neural_voices).copied().collect();
    if let Some(near) = nearest(language, &names) {
        let found = Diagnostic::warning(format!("espeak-ng may not know the voice `{written}`")).at(name.place);
        resolver.cx.report(found.label("this voice").help(format!("did you mean `{near}`?")));
    }
}
