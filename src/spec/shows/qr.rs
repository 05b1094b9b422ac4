//! The show `qr`: a card with a QR code.

use super::base::ShowBase;
use super::declaration::ShowDeclaration;
use crate::spec::decode::Spanned;
use crate::spec::language::show as written;
use crate::spec::resolve::resolver::Resolver;
use crate::spec::scalar::Text;

/// More bytes than this make the code's modules too small to be scanned from a film.
const MAX_QR_BYTES: usize = 200;

/// A card with a QR code.
#[derive(Clone, Debug, PartialEq)]
pub struct QrShow {
    /// The text that the code holds.
    pub text: String,
    /// A title at the code.
    pub title: Option<String>,
    /// A line of less weight.
    pub caption: Option<String>,
}

impl ShowDeclaration for QrShow {
    const NAME: &'static str = "qr";
    const FIELDS: &'static [&'static str] = &["title", "caption"];

    fn resolve(show: &written::Show, _base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let text = show.qr.as_ref()?;
        resolver.drawn(&text.value.0, text.place);
        Some(QrShow {
            text: qr_text(text, resolver),
            title: show.title.as_ref().map(|title| resolver.drawn_text(title)),
            caption: show.caption.as_ref().map(|caption| resolver.drawn_text(caption)),
        })
    }
}

/// The text of a QR code, checked for its length.
pub(super) fn qr_text(text: &Spanned<Text>, resolver: &mut Resolver) -> String {
    let bytes = text.value.0.len();
    if bytes > MAX_QR_BYTES {
        let message = format!("a QR code holds at most {MAX_QR_BYTES} bytes here, not {bytes}");
        let help = "give a shorter address: more could not be read off a screen";
        resolver.error(message, text.place, "this text", help);
    }
    text.value.0.clone()
}
