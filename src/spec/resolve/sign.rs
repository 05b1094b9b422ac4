//! What people are to scan or to remember: QR codes and logos. Knows nothing of how they are drawn.

use super::Resolver;
use crate::spec::decode::At;
use crate::spec::files::Wanted;
use crate::spec::language;
use crate::spec::model::Show;
use crate::spec::scalar::{LogoName, Text};

/// More bytes than this make modules too small to be read from a film.
const MOST_CODED: usize = 200;

/// What a QR code says.
pub fn coded(text: &At<Text>, to: &mut Resolver) -> String {
    let bytes = text.value.0.len();
    if bytes > MOST_CODED {
        let message = format!("a QR code holds at most {MOST_CODED} bytes here, not {bytes}");
        let help = "give a shorter address: more could not be read off a screen";
        to.error(message, text.place, "this text", help);
    }
    text.value.0.clone()
}

/// A QR code as a card.
pub fn qr(show: &language::Show, text: &At<Text>, to: &mut Resolver) -> Show {
    for said in [&show.title, &show.caption].into_iter().flatten() {
        to.drawn(&said.value.0, said.place);
    }
    to.drawn(&text.value.0, text.place);
    let written = |text: &Option<At<Text>>| text.as_ref().map(|text| text.value.0.clone());
    Show::Qr { text: coded(text, to), title: written(&show.title), caption: written(&show.caption) }
}

/// A logo as a card: a picture of its own, or the film's.
pub fn logo(show: &language::Show, name: &At<LogoName>, to: &mut Resolver) -> Option<Show> {
    for said in [&show.title, &show.subtitle].into_iter().flatten() {
        to.drawn(&said.value.0, said.place);
    }
    let file = match (&name.value, &to.logo) {
        (LogoName::File(file), _) => {
            to.file(&At { value: file.clone(), place: name.place, whole: true }, Wanted::Picture)?
        }
        (LogoName::Own, Some(file)) => file.clone(),
        (LogoName::Own, None) => {
            let help = "name a picture: `logo: assets/logo.png`, here or at the film's own `logo`";
            to.error("the film has no logo", name.place, "which one?", help);
            return None;
        }
    };
    let written = |text: &Option<At<Text>>| text.as_ref().map(|text| text.value.0.clone());
    Some(Show::Logo { file, title: written(&show.title), subtitle: written(&show.subtitle) })
}
