//! The show `title`: a card with a title.

use super::base::ShowBase;
use super::declaration::ShowDeclaration;
use crate::spec::language::show as written;
use crate::spec::resolve::resolver::Resolver;

/// A card with a title.
#[derive(Clone, Debug, PartialEq)]
pub struct TitleShow {
    /// The title, in large letters.
    pub title: String,
    /// A smaller line below the title.
    pub subtitle: Option<String>,
}

impl ShowDeclaration for TitleShow {
    const NAME: &'static str = "title";
    const FIELDS: &'static [&'static str] = &["subtitle"];

    fn resolve(show: &written::Show, _base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let title = resolver.drawn_text(show.title.as_ref()?);
        Some(TitleShow { title, subtitle: show.subtitle.as_ref().map(|text| resolver.drawn_text(text)) })
    }
}
