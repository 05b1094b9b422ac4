//! The templates in the box: data files that give a film its colours and fonts.

use super::decode::{Cx, Decode, listed, nearest};
use super::language::{self, Template};
use super::model::Look;
use super::tree;
use crate::diag::Diagnostic;
use crate::units::Colour;

/// Every template in the box: its name and its file.
const TEMPLATES: [(&str, &str); 1] = [("studio", include_str!("../../templates/studio.yaml"))];

/// The template of a film that names none.
pub const DEFAULT: &str = "studio";

/// Black and white, where no template could be read.
pub const BARE: Look = Look {
    background: Colour::rgb(0, 0, 0),
    background_end: Colour::rgb(0, 0, 0),
    text: Colour::rgb(255, 255, 255),
    muted: Colour::rgb(255, 255, 255),
    accent: Colour::rgb(255, 255, 255),
    caption: Colour::rgb(255, 255, 255),
    caption_back: Colour::rgb(0, 0, 0),
    heading_font: String::new(),
    body_font: String::new(),
};

/// The look of the template called `name`.
///
/// # Errors
/// There is no such template.
pub fn look(name: &str) -> Result<Look, Diagnostic> {
    let names = TEMPLATES.map(|(name, _)| name);
    let Some((_, text)) = TEMPLATES.iter().find(|(known, _)| *known == name) else {
        let help = match nearest(name, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there is {}", listed(&names)),
        };
        return Err(Diagnostic::error(format!("there is no template `{name}`")).label("not known").help(help));
    };
    let mut cx = Cx::new(text);
    let template = Template::decode(&tree::parse(text)?, &mut cx);
    template
        .and_then(|template| complete(template.look))
        .ok_or_else(|| Diagnostic::error(format!("the template `{name}` is incomplete")))
}

fn complete(look: language::Look) -> Option<Look> {
    Some(Look {
        background: look.background?,
        background_end: look.background_end?,
        text: look.text?,
        muted: look.muted?,
        accent: look.accent?,
        caption: look.caption?,
        caption_back: look.caption_back?,
        heading_font: look.heading_font?.value.0,
        body_font: look.body_font?.value.0,
    })
}

/// `base` with what `over` says otherwise.
pub fn overridden(base: Look, over: language::Look) -> Look {
    Look {
        background: over.background.unwrap_or(base.background),
        background_end: over.background_end.unwrap_or(base.background_end),
        text: over.text.unwrap_or(base.text),
        muted: over.muted.unwrap_or(base.muted),
        accent: over.accent.unwrap_or(base.accent),
        caption: over.caption.unwrap_or(base.caption),
        caption_back: over.caption_back.unwrap_or(base.caption_back),
        heading_font: over.heading_font.map_or(base.heading_font, |font| font.value.0),
        body_font: over.body_font.map_or(base.body_font, |font| font.value.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_in_the_box_is_complete() {
        for (name, _) in TEMPLATES {
            assert!(look(name).is_ok(), "{name}");
        }
    }
}
