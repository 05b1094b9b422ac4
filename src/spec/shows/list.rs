//! The show `list`: a card with a list.

use super::base::{MAX_ITEMS, ShowBase, resolve_build};
use super::declaration::ShowDeclaration;
use crate::spec::language::show as written;
use crate::spec::model::timing::BuildTiming;
use crate::spec::resolve::resolver::Resolver;

/// A card with a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListShow {
    /// Stands above the items.
    pub heading: Option<String>,
    /// The texts of the items.
    pub items: Vec<String>,
    /// When each item appears.
    pub build: BuildTiming,
}

impl ShowDeclaration for ListShow {
    const NAME: &'static str = "list";
    const FIELDS: &'static [&'static str] = &["heading", "build"];

    fn resolve(show: &written::Show, base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let items = show.list.as_ref()?;
        if items.whole && !(1..=MAX_ITEMS).contains(&items.value.len()) {
            let message = format!("a list has 1 to {MAX_ITEMS} items, not {}", items.value.len());
            let help = if items.value.is_empty() { "add an item" } else { "split it over several scenes" };
            resolver.error(message, items.place, "this list", help);
        }
        Some(ListShow {
            items: items.value.iter().map(|text| resolver.drawn_text(text)).collect(),
            heading: show.heading.as_ref().map(|text| resolver.drawn_text(text)),
            build: resolve_build(show.build.as_ref(), base.build, "list", resolver),
        })
    }
}
