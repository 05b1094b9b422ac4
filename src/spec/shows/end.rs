//! The show `end`: the film's last card, with space for the player's own elements.

use super::base::ShowBase;
use super::declaration::ShowDeclaration;
use super::qr::qr_text;
use crate::spec::language::show as written;
use crate::spec::resolve::resolver::Resolver;

/// The most lines below the title of an end card.
const MAX_END_LINES: usize = 4;

/// The film's last card, with space for the player's own elements.
#[derive(Clone, Debug, PartialEq)]
pub struct EndShow {
    /// The title, in large letters.
    pub title: String,
    /// Up to four lines below the title.
    pub lines: Vec<String>,
    /// The text of a QR code in place of a video.
    pub qr: Option<String>,
}

impl ShowDeclaration for EndShow {
    const NAME: &'static str = "end";

    fn resolve(show: &written::Show, _base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let end = &show.end.as_ref()?.value;
        let lines = end.lines.as_ref();
        if let Some(lines) = lines.filter(|lines| lines.value.len() > MAX_END_LINES) {
            let message = format!("an end has at most {MAX_END_LINES} lines, not {}", lines.value.len());
            resolver.error(message, lines.place, "these lines", "keep what people are to do next");
        }
        let lines = lines.map(|lines| lines.value.as_slice()).unwrap_or_default();
        Some(EndShow {
            title: resolver.drawn_text(&end.title),
            lines: lines.iter().map(|line| resolver.drawn_text(line)).collect(),
            qr: end.qr.as_ref().map(|text| qr_text(text, resolver)),
        })
    }
}
