//! Resolves `inset`, a small picture or video in a corner.

use super::resolver::Resolver;
use crate::spec::decode::Spanned;
use crate::spec::language;
use crate::spec::model::{Corner, CornerInset, InsetShape};
use crate::spec::shows::MediaFields;

/// Checks what the inset shows and its size; `None` after an error was reported.
pub fn resolve(written: &Spanned<language::Inset>, resolver: &mut Resolver) -> Option<CornerInset> {
    let inset = &written.value;
    let fields = MediaFields {
        image: &inset.image,
        video: &inset.video,
        focus: &inset.focus,
        from: &inset.from,
        to: &inset.to,
        mute: &inset.mute,
    };
    let size = inset.size.as_ref().map(|at| resolver.ranged("size", at.value.0, at.place, 0.1..=0.5, ""));
    Some(CornerInset {
        media: fields.media("inset", (written.place, written.whole), true, resolver)?,
        corner: inset.corner.unwrap_or(Corner::BottomRight),
        size,
        shape: inset.shape.unwrap_or(InsetShape::Rounded),
    })
}
