//! Parses the numbers of charts as people write them (`1,234.5`, `12 %`, `-3`), and decodes a map of labels and numbers.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

use super::decode::{Decode, DecodeContext, Scalar};
use super::scalar::{Text, is_digits};
use super::suggest::shortened;
use super::tree::{NodeValue, TreeNode};
use crate::diag::{Diagnostic, Span};

/// The largest absolute value of a number in a chart.
const MAX_MAGNITUDE: f64 = 1e15;

/// A map of labels and numbers, in the order of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledNumbers(pub Vec<LabelledNumber>);

/// A label with its number.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledNumber {
    /// The label: what the number stands for.
    pub label: String,
    /// The number, which is finite.
    pub value: f64,
    /// The label's place in the source text.
    pub place: Span,
}

impl JsonSchema for LabelledNumbers {
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

impl Decode for LabelledNumbers {
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self> {
        let NodeValue::Map(entries) = &node.value else {
            let found = Diagnostic::error(format!("`data` must be a file's name or a map, not {}", node.value.kind()));
            cx.report(found.at(node.place).label("here").help("write `data: { label: number }`"));
            return None;
        };
        let mut figures: Vec<LabelledNumber> = Vec::new();
        for (key, value) in entries {
            let label = match Text::parse(&key.text) {
                Ok(Text(label)) => label,
                Err(_) => {
                    cx.report(entry_error("this label is not a text".to_owned(), key.place, "write `label: number`"));
                    continue;
                }
            };
            let number = match &value.value {
                NodeValue::Scalar { text, .. } => parse_number(text),
                _ => None,
            };
            match number {
                _ if figures.iter().any(|figure| figure.label == label) => {
                    let message = format!("`{}` stands here twice", shortened(&label));
                    cx.report(entry_error(message, key.place, "keep one of the two"));
                }
                Some(value) => figures.push(LabelledNumber { label, value, place: key.place }),
                None => {
                    let message = format!("`{}` must have one number as its value", shortened(&label));
                    cx.report(entry_error(message, value.place, "write a number such as `12.5` or `1,200`"));
                }
            }
        }
        Some(Self(figures))
    }
}

fn entry_error(message: String, place: Span, help: &str) -> Diagnostic {
    Diagnostic::error(message).at(place).label("here").help(help)
}

/// The number that `text` writes: digits, optionally grouped in threes by commas or `_`, with an optional point, sign and per cent sign.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('%').trim_end();
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let whole = if whole.contains([',', '_']) { without_separators(whole)? } else { whole.to_owned() };
    if !is_digits(&whole) || !is_digits(fraction) || whole.len() + fraction.len() > 24 {
        return None;
    }
    let value: f64 = format!("{whole}.{fraction}").parse().ok()?;
    (value <= MAX_MAGNITUDE).then_some(sign * value)
}

/// The digits of `1,234,567` without separators; `None` where they are not grouped in threes.
fn without_separators(whole: &str) -> Option<String> {
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
            if value.is_nan() {
                assert_eq!(parse_number(text), None, "{text}")
            } else {
                assert_eq!(parse_number(text), Some(value), "{text}")
            }
        }
        for text in ["", "n/a", "1,2", "1,23,456", "12,34", "1.2.3", "1e9", "--1", "NaN", "inf", "9999999999999999"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }
}
