//! Code listings: token classes from grammars, and a window whose lines come in, light up or are typed.

mod colours;
mod draw;
mod highlight;
pub(super) mod listing;
#[cfg(test)]
mod tests;

pub(crate) use draw::CodePainter;
pub use highlight::{LANGUAGES, spans};
pub use listing::{CodeLine, CodeListing, CodeSpan, LineHighlight, TokenClass};
