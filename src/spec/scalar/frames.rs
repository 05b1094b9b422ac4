//! Scalars for colours, frame sizes and frame rates.

use super::inline_schema::schema;
use super::quantities::decimal;
use crate::spec::decode::{Scalar, ScalarError};
use crate::spec::suggest::nearest;
use crate::units::{Colour, Fps, Size};

/// A colour of the look by its name, or one of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColourRef {
    /// The look's colour of that name.
    Look(&'static str),
    /// A colour of its own.
    Own(Colour),
}

/// The look's colours that can be named.
const TINTS: [&str; 5] = ["accent", "text", "muted", "background", "background_end"];

schema!(ColourRef, "Tint", {
    "anyOf": [
        { "type": "string", "enum": TINTS },
        { "type": "string", "pattern": "^(#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})|black|white)$" }
    ]
});

impl Scalar for ColourRef {
    const KIND: &'static str = "a colour";
    const HELP: &'static str =
        "write accent, text, muted, background, background_end, black, white or '#1e88e5' in quotes";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        let named = TINTS.iter().find(|name| **name == text).map(|name| Self::Look(name));
        named.or_else(|| text.parse().ok().map(Self::Own)).ok_or_else(ScalarError::default)
    }
}

schema!(Colour, "Colour", { "type": "string", "pattern": "^(#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})|black|white)$" });

impl Scalar for Colour {
    const KIND: &'static str = "a colour";
    const HELP: &'static str = "write '#1e88e5' in quotes (YAML takes a bare # for a comment), or black or white";

    fn parse(text: &str) -> Result<Self, ScalarError> {
        text.parse().map_err(|_| ScalarError::default())
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

    fn parse(text: &str) -> Result<Self, ScalarError> {
        if let Some((_, size)) = SIZES.iter().find(|(name, _)| *name == text) {
            return Ok(*size);
        }
        match text.split_once('x').map(|(width, height)| (parsed_side(width), parsed_side(height))) {
            Some((Some(width), Some(height))) => in_bounds(Self::new(width, height)),
            _ => Err(ScalarError {
                help: nearest(text, &SIZES.map(|(name, _)| name)).map(|near| format!("did you mean `{near}`?")),
                ..ScalarError::default()
            }),
        }
    }
}

/// A side's length in pixels, written in digits alone.
fn parsed_side(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| decimal(text).is_some())
}

fn in_bounds(size: Size) -> Result<Size, ScalarError> {
    let sides = [size.width, size.height];
    if sides.iter().any(|side| !(16..=7680).contains(side)) {
        return Err(ScalarError::new(format!("is out of range: {size}")).help("each side has 16 to 7680 pixels"));
    }
    if sides.iter().any(|side| side % 2 == 1) {
        let even = Size::new(size.width.next_multiple_of(2), size.height.next_multiple_of(2));
        return Err(
            ScalarError::new(format!("needs even sides, and {size} has an odd one")).help(format!("write {even}"))
        );
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

    fn parse(text: &str) -> Result<Self, ScalarError> {
        RATES.iter().find(|(name, _)| *name == text).map(|(_, rate)| *rate).ok_or_else(ScalarError::default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
