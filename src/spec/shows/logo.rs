//! The show `logo`: a card with a large logo, which is a picture that it names or the film's own logo.

use super::base::ShowBase;
use super::declaration::ShowDeclaration;
use crate::spec::decode::Spanned;
use crate::spec::language::show as written;
use crate::spec::model::media::DrawnMedia;
use crate::spec::model::picture::PictureSource;
use crate::spec::resolve::resolver::Resolver;
use crate::spec::scalar::LogoName;

/// A card with a large logo.
#[derive(Clone, Debug, PartialEq)]
pub struct LogoShow {
    /// The picture; alpha is kept.
    pub picture: PictureSource,
    /// The large line below.
    pub title: Option<String>,
    /// The line below that.
    pub subtitle: Option<String>,
}

impl ShowDeclaration for LogoShow {
    const NAME: &'static str = "logo";
    const FIELDS: &'static [&'static str] = &["title", "subtitle"];

    fn resolve(show: &written::Show, _base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let title = show.title.as_ref().map(|title| resolver.drawn_text(title));
        let subtitle = show.subtitle.as_ref().map(|subtitle| resolver.drawn_text(subtitle));
        Some(LogoShow { picture: resolve_picture(show.logo.as_ref()?, resolver)?, title, subtitle })
    }

    fn drawn_media(&self) -> Vec<(String, DrawnMedia<'_>)> {
        vec![("picture".to_owned(), DrawnMedia::Picture(&self.picture))]
    }
}

fn resolve_picture(name: &Spanned<LogoName>, resolver: &mut Resolver) -> Option<PictureSource> {
    match (&name.value, &resolver.logo) {
        (LogoName::File(file), _) => resolver.picture(&Spanned { value: file.clone(), place: name.place, whole: true }),
        (LogoName::Own, Some(picture)) => Some(picture.clone()),
        (LogoName::Own, None) => {
            let help = "name a picture: `logo: assets/logo.png`, here or at the film's own `logo`";
            resolver.error("the film has no logo", name.place, "which one?", help);
            None
        }
    }
}
