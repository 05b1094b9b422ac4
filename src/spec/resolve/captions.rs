//! Captions: the film's, the defaults', a scene's own.

use crate::spec::decode::{At, Either};
use crate::spec::language;
use crate::spec::model::{CaptionPosition, CaptionStyle, Captions, SubtitleFormat};
use crate::spec::scalar::Switch;

/// How captions look where they are drawn, and whether they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer {
    look: Captions,
    drawn: bool,
}

/// The film's captions and subtitle files, over what its template has.
pub fn of_film(
    written: Option<&Either<At<Switch>, language::Captions>>,
    template: Captions,
) -> (Layer, Vec<SubtitleFormat>) {
    let plain = Layer { look: template, drawn: true };
    let both = || vec![SubtitleFormat::Srt, SubtitleFormat::Vtt];
    match written {
        None => (plain, both()),
        Some(Either::Short(flag)) if flag.value.0 => (plain, both()),
        Some(Either::Short(_)) => (Layer { drawn: false, ..plain }, Vec::new()),
        Some(Either::Long(map)) => {
            let layer = plain.with(map.style, map.position, map.burn.is_none_or(|burn| burn.0));
            let mut files = map.files.clone().unwrap_or_else(both);
            files.sort_by_key(|format| *format as u8);
            files.dedup();
            (layer, files)
        }
    }
}

impl Layer {
    fn with(self, style: Option<CaptionStyle>, position: Option<CaptionPosition>, drawn: bool) -> Self {
        let look =
            Captions { style: style.unwrap_or(self.look.style), position: position.unwrap_or(self.look.position) };
        Self { look, drawn }
    }

    /// This with what `over` says otherwise; a map turns captions on.
    pub fn over(self, over: Option<&Either<At<Switch>, language::SceneCaptions>>) -> Self {
        match over {
            None => self,
            Some(Either::Short(flag)) => Self { drawn: flag.value.0, ..self },
            Some(Either::Long(map)) => self.with(map.style, map.position, true),
        }
    }

    /// What to draw, if anything.
    pub fn drawn(self) -> Option<Captions> {
        self.drawn.then_some(self.look)
    }
}
