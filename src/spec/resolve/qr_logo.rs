//! Resolves the cards `qr` and `logo`: QR codes, and the large logo.

use super::resolver::{Resolver, cloned_text};
use crate::spec::decode::Spanned;
use crate::spec::files::FileKind;
use crate::spec::language;
use crate::spec::model::Show;
use crate::spec::scalar::{LogoName, Text};

/// More bytes than this make the code's modules too small to be scanned from a film.
const MAX_QR_BYTES: usize = 200;

/// The text of a QR code, checked for its length.
pub fn qr_text(text: &Spanned<Text>, resolver: &mut Resolver) -> String {
    let bytes = text.value.0.len();
    if bytes > MAX_QR_BYTES {
        let message = format!("a QR code holds at most {MAX_QR_BYTES} bytes here, not {bytes}");
        let help = "give a shorter address: more could not be read off a screen";
        resolver.error(message, text.place, "this text", help);
    }
    text.value.0.clone()
}

/// Resolves `qr`, a QR code on a card.
pub fn qr(show: &language::Show, text: &Spanned<Text>, resolver: &mut Resolver) -> Show {
    for said in [&show.title, &show.caption].into_iter().flatten() {
        resolver.drawn(&said.value.0, said.place);
    }
    resolver.drawn(&text.value.0, text.place);
    Show::Qr { text: qr_text(text, resolver), title: cloned_text(&show.title), caption: cloned_text(&show.caption) }
}

/// Resolves `logo`: a picture that it names, or the film's own logo; `None` after an error was reported.
pub fn logo(show: &language::Show, name: &Spanned<LogoName>, resolver: &mut Resolver) -> Option<Show> {
    for said in [&show.title, &show.subtitle].into_iter().flatten() {
        resolver.drawn(&said.value.0, said.place);
    }
    let file = match (&name.value, &resolver.logo) {
        (LogoName::File(file), _) => {
            resolver.file(&Spanned { value: file.clone(), place: name.place, whole: true }, FileKind::Picture)?
        }
        (LogoName::Own, Some(file)) => file.clone(),
        (LogoName::Own, None) => {
            let help = "name a picture: `logo: assets/logo.png`, here or at the film's own `logo`";
            resolver.error("the film has no logo", name.place, "which one?", help);
            return None;
        }
    };
    Some(Show::Logo { file, title: cloned_text(&show.title), subtitle: cloned_text(&show.subtitle) })
}
