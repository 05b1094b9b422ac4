//! What one kind of show declares: how a spec writes it, how it is resolved, and which files it is made of.

use super::base::ShowBase;
use crate::spec::language::show as written;
use crate::spec::model::media::{DrawnMedia, Footage};
use crate::spec::model::source_file::SourceFile;
use crate::spec::resolve::resolver::Resolver;

/// A kind of thing that scenes show, after its fields were checked. Each kind implements it once; [`Show`](super::Show) has the list of kinds.
pub(crate) trait ShowDeclaration: Sized {
    /// The field of `show` that asks for this kind.
    const NAME: &'static str;
    /// Another spelling of that field.
    const ALIAS: Option<&'static str> = None;
    /// Whether it is a card, with text of its own whose parts come and go.
    const IS_CARD: bool = true;
    /// The other fields of `show` that go with it.
    const FIELDS: &'static [&'static str] = &[];
    /// Fields that go with it only beside another one of its fields; messages name it last among the kinds that have them.
    const CONDITIONAL_FIELDS: &'static [&'static str] = &[];

    /// Checks the fields of `show`; `None` after an error was reported.
    fn resolve(show: &written::Show, base: &ShowBase, resolver: &mut Resolver) -> Option<Self>;

    /// The help text for a field that stands beside the kind's own field, but belongs into it.
    fn misplaced_field_help(_field: &str) -> Option<String> {
        None
    }

    /// The pictures and videos that its frames are drawn from, by the role that each has among a step's inputs: `picture` or `video` for
    /// one that fills the frame or the card, `picture-1`, `video-2` and so on for those of panes.
    fn drawn_media(&self) -> Vec<(String, DrawnMedia<'_>)> {
        Vec::new()
    }

    /// Every file that it is made of.
    fn source_files(&self) -> Vec<&SourceFile> {
        self.drawn_media().into_iter().filter_map(|(_, media)| media.file()).collect()
    }

    /// The videos in it, in the order of their roles.
    fn footage(&self) -> Vec<Footage> {
        Vec::new()
    }
}
