//! Resolves `lower`, a name in the lower third of the picture.

use super::resolver::Resolver;
use crate::spec::language;
use crate::spec::model::LowerThirdText;
use crate::spec::suggest::shortened;

/// Checks the name and the line below it; both are drawn on one line each.
pub fn resolve(lower: &language::Lower, resolver: &mut Resolver) -> LowerThirdText {
    for text in std::iter::once(&lower.name).chain(&lower.role) {
        resolver.drawn(&text.value.0, text.place);
        if text.value.0.chars().count() > 80 {
            let message = format!("`{}` is too long for the lower third", shortened(&text.value.0));
            resolver.error(message, text.place, "more than 80 characters", "keep it to a name and what they do");
        }
    }
    LowerThirdText { name: lower.name.value.0.clone(), role: lower.role.as_ref().map(|role| role.value.0.clone()) }
}
