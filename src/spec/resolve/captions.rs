//! Resolves captions through their levels: the template's, the film's, the defaults', a scene's own.

use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language;
use crate::spec::model::{CaptionLook, CaptionPosition, CaptionStyle, SubtitleFormat};
use crate::spec::scalar::Switch;

/// Captions as a level leaves them: how they look, and whether they are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InheritedCaptions {
    look: CaptionLook,
    drawn: bool,
}

/// The subtitle files of a film that names none.
const BOTH_FORMATS: [SubtitleFormat; 2] = [SubtitleFormat::Srt, SubtitleFormat::Vtt];

/// The film's captions over its template's, and the subtitle files to write.
pub fn resolve_film_captions(
    written: Option<&ShortOrLong<Spanned<Switch>, language::Captions>>,
    template: CaptionLook,
) -> (InheritedCaptions, Vec<SubtitleFormat>) {
    let plain = InheritedCaptions { look: template, drawn: true };
    match written {
        None => (plain, BOTH_FORMATS.into()),
        Some(ShortOrLong::Short(flag)) if flag.value.0 => (plain, BOTH_FORMATS.into()),
        Some(ShortOrLong::Short(_)) => (InheritedCaptions { drawn: false, ..plain }, Vec::new()),
        Some(ShortOrLong::Long(map)) => {
            let layer = plain.with(map.style, map.position, map.burn.is_none_or(|burn| burn.0));
            let mut files = map.files.clone().unwrap_or_else(|| BOTH_FORMATS.into());
            files.sort_by_key(|format| *format as u8);
            files.dedup();
            (layer, files)
        }
    }
}

impl InheritedCaptions {
    fn with(self, style: Option<CaptionStyle>, position: Option<CaptionPosition>, drawn: bool) -> Self {
        let look =
            CaptionLook { style: style.unwrap_or(self.look.style), position: position.unwrap_or(self.look.position) };
        Self { look, drawn }
    }

    /// The captions with what `over` says in addition; a map turns them on.
    pub fn over(self, over: Option<&ShortOrLong<Spanned<Switch>, language::SceneCaptions>>) -> Self {
        match over {
            None => self,
            Some(ShortOrLong::Short(flag)) => Self { drawn: flag.value.0, ..self },
            Some(ShortOrLong::Long(map)) => self.with(map.style, map.position, true),
        }
    }

    /// The captions to draw, if any.
    pub fn finish(self) -> Option<CaptionLook> {
        self.drawn.then_some(self.look)
    }
}
