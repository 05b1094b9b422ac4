//! What a scene says: texts and pauses, or a recording and its script.

use super::Resolver;
use crate::spec::decode::{At, Either};
use crate::spec::files::Wanted;
use crate::spec::language::{Pause, Scene};
use crate::spec::model::{Speech, Utterance};
use crate::spec::scalar::Text;

/// The scene's speech.
pub fn of_scene(scene: &Scene, to: &mut Resolver) -> Speech {
    let script = scene.say.as_ref().map(|say| match &say.value {
        Either::Short(text) => vec![text_of(text, to)],
        Either::Long(items) => items.iter().map(|item| utterance(item, scene.narration.is_some(), to)).collect(),
    });
    if let (Some(say), Some(script)) = (&scene.say, &script)
        && say.whole
        && !script.iter().any(|item| matches!(item, Utterance::Text { .. }))
    {
        let help = "add a text; a scene that is silent leaves `say` out and may have a `length`";
        to.error("nothing is said here", say.place, "no text in this list", help);
    }
    match (&scene.narration, script) {
        (None, None) => Speech::Silent,
        (None, Some(script)) => Speech::Spoken(script),
        (Some(file), script) => match to.file(file, Wanted::Sound) {
            Some(file) => Speech::Recorded { file, script: script.unwrap_or_default() },
            None => Speech::Silent,
        },
    }
}

fn utterance(item: &Either<At<Text>, Pause>, recorded: bool, to: &mut Resolver) -> Utterance {
    match item {
        Either::Short(text) => text_of(text, to),
        Either::Long(Pause { pause }) => {
            if recorded {
                to.error(
                    "a recording has its own pauses",
                    pause.place,
                    "not used",
                    "remove the pause, or the `narration`",
                );
            }
            Utterance::Pause(to.ranged("pause", pause.value.0, pause.place, 0.01..=60.0, "s"))
        }
    }
}

fn text_of(text: &At<Text>, to: &mut Resolver) -> Utterance {
    if !text.value.0.chars().any(char::is_alphanumeric) {
        let help = "write words; for silence write `{ pause: 1s }`";
        to.error("there is nothing in this text that can be spoken", text.place, "no letter, no digit", help);
    }
    Utterance::Text { text: text.value.0.clone(), place: text.place }
}
