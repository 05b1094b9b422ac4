//! The show `quote`: a card with a quotation.

use super::base::ShowBase;
use super::declaration::ShowDeclaration;
use crate::spec::language::show as written;
use crate::spec::resolve::resolver::Resolver;

/// The longest quote, in characters.
const MAX_QUOTE_CHARS: usize = 400;

/// A card with a quotation.
#[derive(Clone, Debug, PartialEq)]
pub struct QuoteShow {
    /// The quoted words, without quotation marks around them.
    pub text: String,
    /// The person who said them.
    pub by: Option<String>,
}

impl ShowDeclaration for QuoteShow {
    const NAME: &'static str = "quote";
    const FIELDS: &'static [&'static str] = &["by"];

    /// Quotation marks around the words are removed, because the card draws one itself.
    fn resolve(show: &written::Show, _base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let quote = show.quote.as_ref()?;
        let text = resolver.drawn_text(quote);
        let by = show.by.as_ref().map(|by| resolver.drawn_text(by));
        let letters = text.chars().count();
        if letters > MAX_QUOTE_CHARS {
            let message = format!("a quote has at most {MAX_QUOTE_CHARS} characters, not {letters}");
            resolver.error(message, quote.place, "this quote", "quote what matters, or split it over several scenes");
        }
        let by = by.map(|by| by.trim_start_matches(['—', '–', '-', ' ']).to_owned());
        Some(QuoteShow { text: unquoted(&text).to_owned(), by: by.filter(|by| !by.is_empty()) })
    }
}

/// The text without quotation marks that enclose all of it.
fn unquoted(text: &str) -> &str {
    const PAIRS: [(char, char); 5] = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('»', '«')];
    PAIRS.into_iter().find_map(|(open, close)| enclosed(text, open, close)).unwrap_or(text)
}

/// The text between an opening and a closing mark, if it holds no other such mark.
fn enclosed(text: &str, open: char, close: char) -> Option<&str> {
    let inner = text.strip_prefix(open)?.strip_suffix(close)?.trim();
    (!inner.is_empty() && !inner.contains([open, close])).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_around_a_quote_are_not_doubled() {
        assert_eq!(unquoted("“Make it work.”"), "Make it work.");
        assert_eq!(unquoted("\"One\" and \"two\""), "\"One\" and \"two\"");
        assert_eq!(unquoted("\"\""), "\"\"");
    }
}
