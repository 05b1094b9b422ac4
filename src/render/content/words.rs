//! What users call the parts of a scene's content, for reports of why a step runs again.

/// How reports print the values of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueForm {
    /// In quotes, shortened around the first difference.
    Text,
    /// As they are: a name, a number.
    Name,
    /// As numbers of frames.
    Frames,
    /// Not at all: they would tell the user nothing.
    Hidden,
}

/// A part of the content and all below it, and what users call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartWord {
    /// The part's path within the content's parameters, without indices; empty for the whole content.
    pub part: &'static str,
    /// What stands before "changed" in a report.
    pub word: &'static str,
    /// How its values are printed.
    pub form: ValueForm,
}

impl PartWord {
    /// A part whose values are printed in quotes.
    pub(super) const fn text(part: &'static str, word: &'static str) -> Self {
        Self { part, word, form: ValueForm::Text }
    }

    /// A part whose values are printed as they are.
    pub(super) const fn name(part: &'static str, word: &'static str) -> Self {
        Self { part, word, form: ValueForm::Name }
    }

    /// A part whose values are not printed.
    pub(super) const fn hidden(part: &'static str, word: &'static str) -> Self {
        Self { part, word, form: ValueForm::Hidden }
    }
}
