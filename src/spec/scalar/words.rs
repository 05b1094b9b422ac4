//! Scalars for texts, names and truth values.

use super::inline_schema::schema;
use crate::spec::decode::{Scalar, ScalarError};
use crate::spec::model::code_chart::LineSpan;
use crate::spec::suggest::shortened;

/// A text that people read or hear; white space folded, no control characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Text(pub String);
schema!(Text, "Text", { "type": ["string", "number", "boolean"] });

impl Scalar for Text {
    const KIND: &'static str = "a text";
    const HELP: &'static str = "write a text, in quotes if it holds `: ` or ` #`";
    const INTERPOLATED: bool = true;

    fn parse(text: &str) -> Result<Self, ScalarError> {
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match folded.chars().find(|c| c.is_control()) {
            Some(c) => {
                Err(ScalarError::new(format!("holds the control character U+{:04X}", u32::from(c))).help("remove it"))
            }
            None if folded.is_empty() => {
                Err(ScalarError::new("is an empty text").help("write a text, or leave the field out"))
            }
            None => Ok(Self(folded)),
        }
    }
}

/// What stands in one cell of a table: a text that may be empty.
#[derive(Clone, Debug, PartialEq)]
pub struct CellText(pub String);
schema!(CellText, "Cell", { "type": ["string", "number", "boolean"] });

impl Scalar for CellText {
    const KIND: &'static str = "a text or a number";
    const HELP: &'static str = "write a text or a number; for an empty cell write \"\"";
    const INTERPOLATED: bool = true;

    fn parse(text: &str) -> Result<Self, ScalarError> {
        if text.trim().is_empty() { Ok(Self(String::new())) } else { Text::parse(text).map(|text| Self(text.0)) }
    }
}

/// A file's name, not yet looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct FileName(pub String);
schema!(FileName, "FileName", { "type": "string", "minLength": 1 });

impl Scalar for FileName {
    const KIND: &'static str = "a file's name";
    const HELP: &'static str = "write a path inside the project's folder, such as `assets/cover.jpg`";
    const INTERPOLATED: bool = true;

    fn parse(text: &str) -> Result<Self, ScalarError> {
        Ok(Self(text.to_owned()))
    }
}

/// A picture's name, or `true` for the film's own logo.
#[derive(Clone, Debug, PartialEq)]
pub enum LogoName {
    /// `true`: the film's own logo.
    Own,
    /// A picture's file name.
    File(FileName),
}
schema!(LogoName, "LogoName", { "anyOf": [{ "const": true }, { "type": "string", "minLength": 1 }] });

impl Scalar for LogoName {
    const KIND: &'static str = "a picture's name or `true`";
    const HELP: &'static str = "write a path such as `assets/logo.png`, or `true` for the film's own logo";
    const INTERPOLATED: bool = true;

    fn parse(text: &str) -> Result<Self, ScalarError> {
        match Flag::parse(text) {
            Ok(Flag(true)) => Ok(Self::Own),
            Ok(Flag(false)) => Err(ScalarError::default()),
            Err(_) => FileName::parse(text).map(Self::File),
        }
    }
}

/// Code, line by line as it is written; nothing is filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeText(pub String);
schema!(CodeText, "Listing", { "type": "string" });

impl Scalar for CodeText {
    const KIND: &'static str = "a text";
    const HELP: &'static str = "write `text: |` and the code below it, each line further in";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            Some(c) => {
                Err(ScalarError::new(format!("holds the control character U+{:04X}", u32::from(c))).help("remove it"))
            }
            None if text.trim().is_empty() => Err(ScalarError::new("is an empty text").help(Self::HELP)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

/// A line's number, or those of the first and the last of several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineRange(pub LineSpan);
schema!(LineRange, "LineRange", {
    "anyOf": [
        { "type": "integer", "minimum": 1 },
        { "type": "string", "pattern": "^[0-9]+( ?- ?[0-9]+)?$" }
    ]
});

impl Scalar for LineRange {
    const KIND: &'static str = "lines";
    const HELP: &'static str = "write a line's number such as `12`, or a first and a last one such as `15-18`";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (line_number(first)?, line_number(last)?);
        if last < first {
            return Err(ScalarError::new(format!("ends before it starts: `{}`", shortened(text))));
        }
        Ok(Self(LineSpan { first, last }))
    }
}

/// A line's number: digits alone, at least 1.
fn line_number(text: &str) -> Result<usize, ScalarError> {
    let text = text.trim_matches(' ');
    let digits = text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number > 0).ok_or_else(ScalarError::default)
}

/// The id of a scene or variant: letters, digits, `-` and `_`, 64 at most.
#[derive(Clone, Debug, PartialEq)]
pub struct Id(pub String);
schema!(Id, "Id", { "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$" });

impl Scalar for Id {
    const KIND: &'static str = "an id";
    const HELP: &'static str = "an id has up to 64 letters a–z, digits, `-` and `_`";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        let rest = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if first && rest && text.len() <= 64 { Ok(Self(text.to_owned())) } else { Err(ScalarError::default()) }
    }
}

/// The name of a voice, as its engine knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct VoiceName(pub String);
schema!(VoiceName, "VoiceName", { "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_+-]{0,47}$" });

impl Scalar for VoiceName {
    const KIND: &'static str = "a voice's name";
    const HELP: &'static str = "for instance `heart`, `de` or `en-gb+f3`; `t2v voices` lists them";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        let rest = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+'));
        if first && rest && text.len() <= 48 { Ok(Self(text.to_owned())) } else { Err(ScalarError::default()) }
    }
}

/// A truth value: `true` or `false`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flag(pub bool);
schema!(Flag, "Flag", { "type": "boolean" });

impl Scalar for Flag {
    const KIND: &'static str = "`true` or `false`";
    const HELP: &'static str = "write `true` or `false`";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        match text {
            "true" | "True" | "TRUE" => Ok(Self(true)),
            "false" | "False" | "FALSE" => Ok(Self(false)),
            _ => Err(ScalarError::default()),
        }
    }
}

/// `true` or `false` where a map says more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Switch(pub bool);
schema!(Switch, "Switch", { "type": "boolean" });

impl Scalar for Switch {
    const KIND: &'static str = "`true`, `false` or a map";
    const HELP: &'static str = "write `false`, or a map such as `{ style: karaoke }`";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        Flag::parse(text).map(|flag| Self(flag.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_folded_and_hold_no_controls() {
        assert_eq!(Text::parse("  a\n\tb \u{a0}c "), Ok(Text("a b c".to_owned())));
        assert!(Text::parse("a\u{1b}[2J").is_err() && Text::parse(" \n").is_err() && Text::parse("a\u{9b}b").is_err());
    }
}
