//! Numbers for charts, as people write them: `1,234.5`, `12 %`, `-3`. Knows nothing of charts, nor where the texts come from.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

use super::decode::{Cx, Decode, Scalar, shortened};
use super::scalar::Text;
use super::tree::{Node, Value};
use crate::diag::{Diagnostic, Place};

/// No number in a chart is further from zero.
const MOST: f64 = 1e15;

/// A map of labels and numbers, in the order of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures(pub Vec<Figure>);

/// A label and its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What the number is of.
    pub label: String,
    /// The number.
    pub value: f64,
    /// Where the label stands.
    pub place: Place,
}

impl JsonSchema for Figures {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Figures".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": { "type": ["number", "string"] } })
    }
}

impl Decode for Figures {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            let found = Diagnostic::error(format!("`data` must be a file's name or a map, not {}", node.value.kind()));
            cx.report(found.at(node.place).label("here").help("write `data: { label: number }`"));
            return None;
        };
        let mut figures: Vec<Figure> = Vec::new();
        for (key, value) in entries {
            let wrong = |message: String, place: Place, help: &str| {
                Diagnostic::error(message).at(place).label("here").help(help.to_owned())
            };
            let label = match Text::parse(&key.text) {
                Ok(Text(label)) => label,
                Err(_) => {
                    cx.report(wrong("this label is not a text".to_owned(), key.place, "write `label: number`"));
                    continue;
                }
            };
            let number = match &value.value {
                Value::Scalar { text, .. } => number(text),
                _ => None,
            };
            match number {
                _ if figures.iter().any(|figure| figure.label == label) => {
                    let message = format!("`{}` stands here twice", shortened(&label));
                    cx.report(wrong(message, key.place, "keep one of the two"));
                }
                Some(value) => figures.push(Figure { label, value, place: key.place }),
                None => {
                    let message = format!("`{}` must have one number as its value", shortened(&label));
                    cx.report(wrong(message, value.place, "write a number such as `12.5` or `1,200`"));
                }
            }
        }
        Some(Self(figures))
    }
}

/// The number that `text` writes: digits, perhaps parted in threes by commas or by `_`, a point, a sign, a per cent sign.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('%').trim_end();
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let whole = match whole.contains([',', '_']) {
        true => parted(whole)?,
        false => whole.to_owned(),
    };
    if !plain(&whole) || !plain(fraction) || whole.len() + fraction.len() > 24 {
        return None;
    }
    let value: f64 = format!("{whole}.{fraction}").parse().ok()?;
    (value <= MOST).then_some(sign * value)
}

/// `1,234,567` without its commas.
fn parted(whole: &str) -> Option<String> {
    let parts: Vec<&str> = whole.split([',', '_']).collect();
    let (first, rest) = parts.split_first()?;
    let threes = rest.iter().all(|part| part.len() == 3);
    ((1..=3).contains(&first.len()) && threes).then(|| parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value) in [
            ("12", 12.0),
            (" 1,234.5 ", 1234.5),
            ("-3", -3.0),
            ("−0.5", -0.5),
            ("12 %", 12.0),
            ("1_000_000", 1e6),
            ("+.5", f64::NAN),
        ] {
            match value.is_nan() {
                true => assert_eq!(number(text), None, "{text}"),
                false => assert_eq!(number(text), Some(value), "{text}"),
            }
        }
        for text in ["", "n/a", "1,2", "1,23,456", "12,34", "1.2.3", "1e9", "--1", "NaN", "inf", "9999999999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
