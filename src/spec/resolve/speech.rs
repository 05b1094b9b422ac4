//! Resolves `say` and `narration`: texts and pauses, or a recording with its script.

use super::resolver::Resolver;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::files::FileKind;
use crate::spec::language::{Pause, Scene};
use crate::spec::model::{Speech, Utterance};
use crate::spec::scalar::Text;

/// Resolves what a scene says.
pub fn resolve(scene: &Scene, resolver: &mut Resolver) -> Speech {
    let script = scene.say.as_ref().map(|say| match &say.value {
        ShortOrLong::Short(text) => vec![text_utterance(text, resolver)],
        ShortOrLong::Long(items) => {
            items.iter().map(|item| utterance(item, scene.narration.is_some(), resolver)).collect()
        }
    });
    if let (Some(say), Some(script)) = (&scene.say, &script)
        && say.whole
        && !script.iter().any(|item| matches!(item, Utterance::Text { .. }))
    {
        let help = "add a text; a scene that is silent leaves `say` out and may have a `length`";
        resolver.error("nothing is said here", say.place, "no text in this list", help);
    }
    match (&scene.narration, script) {
        (None, None) => Speech::Silent,
        (None, Some(script)) => Speech::Spoken(script),
        (Some(file), script) => match resolver.file(file, FileKind::Sound) {
            Some(file) => Speech::Recorded { file, script: script.unwrap_or_default() },
            None => Speech::Silent,
        },
    }
}

fn utterance(item: &ShortOrLong<Spanned<Text>, Pause>, recorded: bool, resolver: &mut Resolver) -> Utterance {
    match item {
        ShortOrLong::Short(text) => text_utterance(text, resolver),
        ShortOrLong::Long(Pause { pause }) => {
            if recorded {
                resolver.error(
                    "a recording has its own pauses",
                    pause.place,
                    "not used",
                    "remove the pause, or the `narration`",
                );
            }
            Utterance::Pause(resolver.ranged("pause", pause.value.0, pause.place, 0.01..=60.0, "s"))
        }
    }
}

fn text_utterance(text: &Spanned<Text>, resolver: &mut Resolver) -> Utterance {
    if !text.value.0.chars().any(char::is_alphanumeric) {
        let help = "write words; for silence write `{ pause: 1s }`";
        resolver.error("there is nothing in this text that can be spoken", text.place, "no letter, no digit", help);
    }
    Utterance::Text { text: text.value.0.clone(), place: text.place }
}
