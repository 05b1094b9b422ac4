//! The language's single values: durations, sizes, loudness and the like, each with how it is read and its JSON Schema.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::StrDeserializer;
use serde::de::{self, Deserialize};

use super::decode::{Scalar, Wrong, listed, nearest, shortened};
use super::model::{Align, BackdropKind, Bullets, Case, Entrance, Panel, Rule};
use super::model::{ArrowSide, Edge, ProgressUnit, WavePlace, WaveStyle};
use super::model::{
    Build, CaptionPosition, CaptionStyle, ChartKind, Corner, Easing, Engine, Fit, InsetShape, Lines, Quality, Side,
    SubtitleFormat,
};
use super::model::{FontName, ShapeName, Showing, Stand};
pub use super::transitions::{TransitionName, WayName};
use crate::units::{Colour, Fps, Size};

/// Any one text, number or truth value.
pub fn any_scalar(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number", "boolean"] })
}

macro_rules! schema {
    ($ty:ty, $name:literal, $schema:tt) => {
        impl JsonSchema for $ty {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

/// A text that people read or hear; white space folded, no control characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Text(pub String);
schema!(Text, "Text", { "type": ["string", "number", "boolean"] });

impl Scalar for Text {
    const KIND: &'static str = "a text";
    const HELP: &'static str = "write a text, in quotes if it holds `: ` or ` #`";
    const INTERPOLATED: bool = true;

    fn parse(text: &str) -> Result<Self, Wrong> {
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match folded.chars().find(|c| c.is_control()) {
            Some(c) => Err(Wrong::new(format!("holds the control character U+{:04X}", u32::from(c))).help("remove it")),
            None if folded.is_empty() => {
                Err(Wrong::new("is an empty text").help("write a text, or leave the field out"))
            }
            None => Ok(Self(folded)),
        }
    }
}

/// What stands in one cell of a table: a text that may be empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell(pub String);
schema!(Cell, "Cell", { "type": ["string", "number", "boolean"] });

impl Scalar for Cell {
    const KIND: &'static str = "a text or a number";
    const HELP: &'static str = "write a text or a number; for an empty cell write \"\"";
    const INTERPOLATED: bool = true;

    fn parse(text: &str) -> Result<Self, Wrong> {
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

    fn parse(text: &str) -> Result<Self, Wrong> {
        Ok(Self(text.to_owned()))
    }
}

/// A picture's name, or `true` for the film's own logo.
#[derive(Clone, Debug, PartialEq)]
pub enum LogoName {
    /// The film's own.
    Own,
    /// A picture.
    File(FileName),
}
schema!(LogoName, "LogoName", { "anyOf": [{ "const": true }, { "type": "string", "minLength": 1 }] });

impl Scalar for LogoName {
    const KIND: &'static str = "a picture's name or `true`";
    const HELP: &'static str = "write a path such as `assets/logo.png`, or `true` for the film's own logo";
    const INTERPOLATED: bool = true;

    fn parse(text: &str) -> Result<Self, Wrong> {
        match Flag::parse(text) {
            Ok(Flag(true)) => Ok(Self::Own),
            Ok(Flag(false)) => Err(Wrong::default()),
            Err(_) => FileName::parse(text).map(Self::File),
        }
    }
}

/// Code, line by line as it is written; nothing is filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing(pub String);
schema!(Listing, "Listing", { "type": "string" });

impl Scalar for Listing {
    const KIND: &'static str = "a text";
    const HELP: &'static str = "write `text: |` and the code below it, each line further in";

    fn parse(text: &str) -> Result<Self, Wrong> {
        match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            Some(c) => Err(Wrong::new(format!("holds the control character U+{:04X}", u32::from(c))).help("remove it")),
            None if text.trim().is_empty() => Err(Wrong::new("is an empty text").help(Self::HELP)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

/// A line's number, or those of the first and the last of several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineRange(pub Lines);
schema!(LineRange, "LineRange", {
    "anyOf": [
        { "type": "integer", "minimum": 1 },
        { "type": "string", "pattern": "^[0-9]+( ?- ?[0-9]+)?$" }
    ]
});

impl Scalar for LineRange {
    const KIND: &'static str = "lines";
    const HELP: &'static str = "write a line's number such as `12`, or a first and a last one such as `15-18`";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let number = |part: &str| {
            let part = part.trim_matches(' ');
            let digits = part.len() <= 9 && part.bytes().all(|b| b.is_ascii_digit());
            part.parse::<usize>().ok().filter(|n| digits && *n > 0).ok_or_else(Wrong::default)
        };
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (number(first)?, number(last)?);
        if last < first {
            return Err(Wrong::new(format!("ends before it starts: `{}`", shortened(text))));
        }
        Ok(Self(Lines { first, last }))
    }
}

/// A scene's name.
#[derive(Clone, Debug, PartialEq)]
pub struct Id(pub String);
schema!(Id, "Id", { "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$" });

impl Scalar for Id {
    const KIND: &'static str = "an id";
    const HELP: &'static str = "an id has up to 64 letters a–z, digits, `-` and `_`";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        let rest = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if first && rest && text.len() <= 64 { Ok(Self(text.to_owned())) } else { Err(Wrong::default()) }
    }
}

/// The name of a voice, as its engine knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct VoiceName(pub String);
schema!(VoiceName, "VoiceName", { "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_+-]{0,47}$" });

impl Scalar for VoiceName {
    const KIND: &'static str = "a voice's name";
    const HELP: &'static str = "for instance `heart`, `de` or `en-gb+f3`; `t2v voices` lists them";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        let rest = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+'));
        if first && rest && text.len() <= 48 { Ok(Self(text.to_owned())) } else { Err(Wrong::default()) }
    }
}

/// A length of time or a moment, in seconds; never negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Duration(pub f64);
schema!(Duration, "Duration", {
    "anyOf": [
        { "type": "number", "minimum": 0 },
        { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?(s|ms)?$" },
        { "type": "string", "pattern": "^([0-9]+:)?[0-9]{1,2}:[0-9]{2}(\\.[0-9]+)?$" }
    ]
});

impl Scalar for Duration {
    const KIND: &'static str = "a duration";
    const HELP: &'static str = "write `0.5s`, `500ms`, `1:02.5` or a number of seconds";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let seconds = if text.contains(':') {
            clock(text)
        } else if let Some(ms) = text.strip_suffix("ms") {
            decimal(ms.trim_end_matches(' ')).map(|ms| ms / 1000.0)
        } else {
            decimal(text.strip_suffix('s').unwrap_or(text).trim_end_matches(' '))
        };
        match seconds {
            Some(seconds) => Ok(Self(seconds)),
            None if text.starts_with('-') => Err(Wrong::new(format!("cannot be negative, as `{text}` is"))),
            None => Err(Wrong::default()),
        }
    }
}

/// `minutes:seconds` or `hours:minutes:seconds`.
fn clock(text: &str) -> Option<f64> {
    let mut parts = text.rsplitn(3, ':');
    let (seconds, minutes) = (parts.next()?, parts.next()?);
    let two_digits = |part: &str| part.split('.').next().is_some_and(|whole| whole.len() == 2);
    let seconds = decimal(seconds).filter(|s| *s < 60.0 && two_digits(seconds))?;
    let minutes = minutes.parse::<u32>().ok().filter(|_| decimal(minutes).is_some())?;
    let hours = match parts.next() {
        Some(hours) => decimal(hours).filter(|h| minutes < 60 && h.fract() == 0.0 && !hours.contains('.'))?,
        None => 0.0,
    };
    Some(hours * 3600.0 + f64::from(minutes) * 60.0 + seconds)
}

/// Digits with at most one point between them; no sign, no exponent, at most 15 characters.
fn decimal(text: &str) -> Option<f64> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if text.len() <= 15 && digits(whole) && digits(fraction) { text.parse().ok() } else { None }
}

/// A decimal that may have a sign.
fn signed(text: &str) -> Option<f64> {
    match text.strip_prefix('-') {
        Some(rest) => decimal(rest).map(|n| -n),
        None => decimal(text.strip_prefix('+').unwrap_or(text)),
    }
}

/// A plain number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number(pub f64);
schema!(Number, "Number", { "type": "number" });

impl Scalar for Number {
    const KIND: &'static str = "a number";
    const HELP: &'static str = "write a number such as `1.2`";

    fn parse(text: &str) -> Result<Self, Wrong> {
        signed(text).map(Self).ok_or_else(Wrong::default)
    }
}

/// A share of a whole: `0.08` or `8%`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(pub f64);
schema!(Share, "Share", {
    "anyOf": [
        { "type": "number", "minimum": 0, "maximum": 1 },
        { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?%$" }
    ]
});

impl Scalar for Share {
    const KIND: &'static str = "a share";
    const HELP: &'static str = "write a number from 0 to 1, or a percentage such as `80%`";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let share = match text.strip_suffix('%') {
            Some(percent) => decimal(percent.trim_end_matches(' ')).map(|p| p / 100.0),
            None => decimal(text),
        };
        share.map(Self).ok_or_else(Wrong::default)
    }
}

/// Where something stands along the frame, as a share of it; outside of it too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position(pub f64);
schema!(Position, "Position", {
    "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)? ?%$" }]
});

impl Scalar for Position {
    const KIND: &'static str = "a share of the frame";
    const HELP: &'static str = "write a number such as `0.5`, or a percentage such as `50%`";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let share = match text.strip_suffix('%') {
            Some(percent) => signed(percent.trim_end_matches(' ')).map(|p| p / 100.0),
            None => signed(text),
        };
        share.map(Self).ok_or_else(Wrong::default)
    }
}

/// A colour of the look by its name, or one of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tint {
    /// The look's colour of that name.
    Look(&'static str),
    /// A colour of its own.
    Own(Colour),
}

/// The look's colours that can be named.
const TINTS: [&str; 5] = ["accent", "text", "muted", "background", "background_end"];

schema!(Tint, "Tint", {
    "anyOf": [
        { "type": "string", "enum": TINTS },
        { "type": "string", "pattern": "^(#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})|black|white)$" }
    ]
});

impl Scalar for Tint {
    const KIND: &'static str = "a colour";
    const HELP: &'static str =
        "write accent, text, muted, background, background_end, black, white or '#1e88e5' in quotes";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let named = TINTS.iter().find(|name| **name == text).map(|name| Self::Look(name));
        named.or_else(|| text.parse().ok().map(Self::Own)).ok_or_else(Wrong::default)
    }
}

/// What a template's parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ParamType {
    /// A colour, or the name of one of the look's.
    #[serde(alias = "color")]
    Colour,
    /// A text; may be empty.
    Text,
    /// A number.
    Number,
    /// A share of a whole.
    Share,
    /// `true` or `false`.
    Flag,
}

/// A loudness in LUFS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness(pub f64);
schema!(Loudness, "Loudness", {
    "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?( ?LUFS)?$" }]
});

impl Scalar for Loudness {
    const KIND: &'static str = "a loudness";
    const HELP: &'static str = "write it in LUFS, such as `-20 LUFS`";

    fn parse(text: &str) -> Result<Self, Wrong> {
        signed(text.strip_suffix("LUFS").unwrap_or(text).trim_end_matches(' ')).map(Self).ok_or_else(Wrong::default)
    }
}

/// A number of decibels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decibels(pub f64);
schema!(Decibels, "Decibels", {
    "anyOf": [{ "type": "number", "minimum": 0 }, { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?( ?dB)?$" }]
});

impl Scalar for Decibels {
    const KIND: &'static str = "a number of decibels";
    const HELP: &'static str = "write how far it goes down, such as `10 dB`";

    fn parse(text: &str) -> Result<Self, Wrong> {
        signed(text.strip_suffix("dB").unwrap_or(text).trim_end_matches(' ')).map(Self).ok_or_else(Wrong::default)
    }
}

/// `true` or `false`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flag(pub bool);
schema!(Flag, "Flag", { "type": "boolean" });

impl Scalar for Flag {
    const KIND: &'static str = "`true` or `false`";
    const HELP: &'static str = "write `true` or `false`";

    fn parse(text: &str) -> Result<Self, Wrong> {
        match text {
            "true" | "True" | "TRUE" => Ok(Self(true)),
            "false" | "False" | "FALSE" => Ok(Self(false)),
            _ => Err(Wrong::default()),
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

    fn parse(text: &str) -> Result<Self, Wrong> {
        Flag::parse(text).map(|flag| Self(flag.0))
    }
}

schema!(Colour, "Colour", { "type": "string", "pattern": "^(#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})|black|white)$" });

impl Scalar for Colour {
    const KIND: &'static str = "a colour";
    const HELP: &'static str = "write '#1e88e5' in quotes (YAML takes a bare # for a comment), or black or white";

    fn parse(text: &str) -> Result<Self, Wrong> {
        text.parse().map_err(|_| Wrong::default())
    }
}

const SIZES: [(&str, Size); 6] = [
    ("720p", Size::new(1280, 720)),
    ("1080p", Size::new(1920, 1080)),
    ("1440p", Size::new(2560, 1440)),
    ("2160p", Size::new(3840, 2160)),
    ("vertical", Size::new(1080, 1920)),
    ("square", Size::new(1080, 1080)),
];

schema!(Size, "Size", {
    "anyOf": [
        { "type": "string", "enum": SIZES.map(|(name, _)| name) },
        { "type": "string", "pattern": "^[0-9]{2,4}x[0-9]{2,4}$" }
    ]
});

impl Scalar for Size {
    const KIND: &'static str = "a frame size";
    const HELP: &'static str =
        "write 720p, 1080p, 1440p, 2160p, vertical, square, or a size in pixels such as 1920x1080";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if let Some((_, size)) = SIZES.iter().find(|(name, _)| *name == text) {
            return Ok(*size);
        }
        let side = |text: &str| text.parse::<u32>().ok().filter(|_| decimal(text).is_some());
        match text.split_once('x').map(|(width, height)| (side(width), side(height))) {
            Some((Some(width), Some(height))) => in_bounds(Self::new(width, height)),
            _ => Err(Wrong {
                help: nearest(text, &SIZES.map(|(name, _)| name)).map(|near| format!("did you mean `{near}`?")),
                ..Wrong::default()
            }),
        }
    }
}

fn in_bounds(size: Size) -> Result<Size, Wrong> {
    let sides = [size.width, size.height];
    if sides.iter().any(|side| !(16..=7680).contains(side)) {
        return Err(Wrong::new(format!("is out of range: {size}")).help("each side has 16 to 7680 pixels"));
    }
    if sides.iter().any(|side| side % 2 == 1) {
        let even = Size::new(size.width.next_multiple_of(2), size.height.next_multiple_of(2));
        return Err(Wrong::new(format!("needs even sides, and {size} has an odd one")).help(format!("write {even}")));
    }
    Ok(size)
}

const RATES: [(&str, Fps); 9] = [
    ("23.976", Fps { num: 24_000, den: 1001 }),
    ("24", Fps::whole(24)),
    ("25", Fps::whole(25)),
    ("29.97", Fps { num: 30_000, den: 1001 }),
    ("30", Fps::whole(30)),
    ("48", Fps::whole(48)),
    ("50", Fps::whole(50)),
    ("59.94", Fps { num: 60_000, den: 1001 }),
    ("60", Fps::whole(60)),
];

schema!(Fps, "Fps", {
    "anyOf": [
        { "type": "number", "enum": [23.976, 24, 25, 29.97, 30, 48, 50, 59.94, 60] },
        { "type": "string", "enum": RATES.map(|(name, _)| name) }
    ]
});

impl Scalar for Fps {
    const KIND: &'static str = "a frame rate";
    const HELP: &'static str = "write 23.976, 24, 25, 29.97, 30, 48, 50, 59.94 or 60";

    fn parse(text: &str) -> Result<Self, Wrong> {
        RATES.iter().find(|(name, _)| *name == text).map(|(_, rate)| *rate).ok_or_else(Wrong::default)
    }
}

/// How the camera moves, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MotionName {
    /// One of the moves, chosen by the picture's file name.
    Auto,
    /// Stands still.
    Hold,
    /// Comes nearer.
    ZoomIn,
    /// Goes back.
    ZoomOut,
    /// The view wanders to the left.
    PanLeft,
    /// The view wanders to the right.
    PanRight,
    /// The view wanders up.
    PanUp,
    /// The view wanders down.
    PanDown,
}

/// A point of a picture, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FocusName {
    /// The middle.
    Center,
    /// The same.
    Centre,
    /// The upper edge's middle.
    Top,
    /// The lower edge's middle.
    Bottom,
    /// The left edge's middle.
    Left,
    /// The right edge's middle.
    Right,
    /// The upper left corner.
    TopLeft,
    /// The upper right corner.
    TopRight,
    /// The lower left corner.
    BottomLeft,
    /// The lower right corner.
    BottomRight,
}

/// serde's list of a choice's names, caught from its own error.
#[derive(Debug)]
struct NoSuchName(&'static [&'static str]);

impl std::fmt::Display for NoSuchName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&listed(self.0))
    }
}

impl std::error::Error for NoSuchName {}

impl de::Error for NoSuchName {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

fn choice<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Wrong> {
    T::deserialize(StrDeserializer::<NoSuchName>::new(text)).map_err(|NoSuchName(names)| {
        let help = match nearest(text, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", names.join(", ")),
        };
        Wrong::new(format!("cannot be `{}`", shortened(text))).help(help)
    })
}

macro_rules! choices {
    ($($ty:ty: $kind:literal,)*) => {$(
        impl Scalar for $ty {
            const KIND: &'static str = $kind;
            const HELP: &'static str = "write one of the names of the language's reference";

            fn parse(text: &str) -> Result<Self, Wrong> {
                choice(text)
            }
        }
    )*};
}

choices! {
    Quality: "a quality",
    Engine: "a speech engine",
    SubtitleFormat: "a subtitle format",
    CaptionStyle: "a caption style",
    CaptionPosition: "a caption position",
    Corner: "a corner",
    Side: "a side",
    ProgressUnit: "what the film is parted by",
    Edge: "an edge",
    WaveStyle: "a style of waveform",
    WavePlace: "a place",
    Build: "a way to build a list",
    ChartKind: "a kind of chart",
    ArrowSide: "a side",
    InsetShape: "a shape",
    Fit: "a fit",
    WayName: "a direction",
    Easing: "an easing",
    MotionName: "a motion",
    FocusName: "a place in the picture",
    TransitionName: "a transition",
    BackdropKind: "a backdrop",
    Align: "an alignment",
    Case: "a way to write letters",
    Rule: "a rule",
    Bullets: "a kind of bullets",
    Panel: "a panel",
    Entrance: "an entrance",
    ShapeName: "a shape",
    Stand: "an alignment",
    FontName: "a font",
    Showing: "something that scenes show",
    ParamType: "a type",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_in_every_form() {
        for (text, seconds) in [
            ("0.5s", 0.5),
            ("500ms", 0.5),
            ("1:02.5", 62.5),
            ("1:02:03", 3723.0),
            ("7", 7.0),
            ("0", 0.0),
            ("2 s", 2.0),
            ("12.5", 12.5),
            ("90:00", 5400.0),
            ("0:09", 9.0),
        ] {
            assert_eq!(Duration::parse(text), Ok(Duration(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "s",
            "ms",
            ".5s",
            "1.s",
            "1e3",
            "0x10",
            "1:2",
            "1:60",
            "1:99:00",
            "1.5:00",
            "-1s",
            "+1",
            "inf",
            "nan",
            "1 2",
            "1h",
            "1:02:03:04",
            ":30",
            "1m",
            "５s",
            "9999999999999999",
        ] {
            assert!(Duration::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_named_or_even_pixels() {
        for (text, size) in
            [("1080p", Size::new(1920, 1080)), ("vertical", Size::new(1080, 1920)), ("16x7680", Size::new(16, 7680))]
        {
            assert_eq!(Size::parse(text), Ok(size));
        }
        for text in
            ["1080", "1920X1080", "14x100", "7682x100", "101x100", "x", "10x", "-2x4", "+100x100", "99999999999x2"]
        {
            assert!(Size::parse(text).is_err(), "{text}");
        }
        assert_eq!(Size::parse("1279x719").unwrap_err().help.unwrap(), "write 1280x720");
        assert_eq!(Size::parse("1008p").unwrap_err().help.unwrap(), "did you mean `1080p`?");
    }

    #[test]
    fn broadcast_rates_are_exact_fractions() {
        assert_eq!(Fps::parse("29.97"), Ok(Fps { num: 30_000, den: 1001 }));
        assert_eq!(Fps::parse("23.976"), Ok(Fps { num: 24_000, den: 1001 }));
        assert!(["0", "-30", "29.97002997", "120", "30.0"].iter().all(|text| Fps::parse(text).is_err()));
    }

    #[test]
    fn units_may_follow_or_not() {
        assert_eq!(Loudness::parse("-20 LUFS"), Ok(Loudness(-20.0)));
        assert_eq!(Loudness::parse("-18.5"), Ok(Loudness(-18.5)));
        assert_eq!(Decibels::parse("10dB"), Ok(Decibels(10.0)));
        assert_eq!(Share::parse("80%"), Ok(Share(0.8)));
        assert!(Loudness::parse("-20 dB").is_err() && Decibels::parse("ten").is_err() && Share::parse("%").is_err());
    }

    #[test]
    fn a_wrong_choice_is_answered_with_its_neighbour_or_all() {
        let near = Fit::parse("contian").unwrap_err().help.unwrap();
        let all = Quality::parse("ultra-mega").unwrap_err().help.unwrap();
        assert_eq!((near.as_str(), all.as_str()), ("did you mean `contain`?", "write draft, standard, high"));
    }

    #[test]
    fn texts_are_folded_and_hold_no_controls() {
        assert_eq!(Text::parse("  a\n\tb \u{a0}c "), Ok(Text("a b c".to_owned())));
        assert!(Text::parse("a\u{1b}[2J").is_err() && Text::parse(" \n").is_err() && Text::parse("a\u{9b}b").is_err());
    }
}
