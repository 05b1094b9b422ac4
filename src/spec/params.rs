//! Parameters of templates: what a template declares, which values a film gives, and how the values are filled in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::decode::{Decode, DecodeContext, Scalar, ScalarError, Spanned};
use super::language::param::Param;
use super::scalar::{CellText, ColourRef, Flag, Number, ParamType, Share};
use super::suggest::{listed, nearest, shortened};
use super::tree::{MapKey, NodeValue, TreeNode};
use super::vars::{self, MAX_EXPANDED_BYTES};
use crate::diag::{Diagnostic, Span};

/// The values that a film gives a template's parameters, with the places of their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParamValues(pub BTreeMap<String, (Span, Spanned<CellText>)>);

/// The parameters that a template declares, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParamDecls(pub Vec<(MapKey, Param)>);

/// A parameter that a template declares.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateParam {
    /// The name, as templates and films write it.
    pub name: String,
    /// The value in films that give none.
    pub default: String,
    /// What it means; empty where the template does not say it.
    pub doc: String,
    kind: ParamKind,
}

/// The values that a parameter accepts.
#[derive(Clone, Debug, PartialEq)]
enum ParamKind {
    Of(ParamType),
    Choice(Vec<String>),
}

impl ParamKind {
    fn of(param: &Param) -> Self {
        let names = param.choice.as_ref().map(|names| names.value.iter().map(|name| name.value.0.clone()).collect());
        names.map_or(Self::Of(param.r#type.as_ref().map_or(ParamType::Text, |at| at.value)), Self::Choice)
    }

    fn check(&self, text: &str) -> Result<(), (String, String)> {
        match self {
            Self::Of(ParamType::Text) => Ok(()),
            Self::Of(ParamType::Colour) => is::<ColourRef>(text),
            Self::Of(ParamType::Number) => is::<Number>(text),
            Self::Of(ParamType::Share) => is::<Share>(text),
            Self::Of(ParamType::Flag) => is::<Flag>(text),
            Self::Choice(names) if names.iter().any(|name| name == text) => Ok(()),
            Self::Choice(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let help = match nearest(text, &names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("write {}", names.join(", ")),
                };
                Err((format!("cannot be `{}`", shortened(text)), help))
            }
        }
    }
}

fn is<T: Scalar>(text: &str) -> Result<(), (String, String)> {
    T::parse(text).map(drop).map_err(|ScalarError { message, help }| {
        let message = message.unwrap_or_else(|| format!("must be {}, not `{}`", T::KIND, shortened(text)));
        (message, help.unwrap_or_else(|| T::HELP.to_owned()))
    })
}

impl TemplateParam {
    fn from_declaration((key, param): &(MapKey, Param)) -> Self {
        Self {
            name: key.text.clone(),
            default: param.default.value.0.clone(),
            doc: param.doc.as_ref().map_or_else(String::new, |doc| doc.value.0.clone()),
            kind: ParamKind::of(param),
        }
    }

    /// The values that it accepts, in a few words for `t2v templates`.
    pub fn holds(&self) -> String {
        match &self.kind {
            ParamKind::Of(ParamType::Colour) => "colour".to_owned(),
            ParamKind::Of(ParamType::Text) => "text".to_owned(),
            ParamKind::Of(ParamType::Number) => "number".to_owned(),
            ParamKind::Of(ParamType::Share) => "share".to_owned(),
            ParamKind::Of(ParamType::Flag) => "flag".to_owned(),
            ParamKind::Choice(names) => names.join(" | "),
        }
    }
}

impl ParamDecls {
    /// The declared parameters; their defaults are not checked.
    pub fn declared(&self) -> Vec<TemplateParam> {
        self.0.iter().map(TemplateParam::from_declaration).collect()
    }

    /// Reports types that are missing or given twice, and defaults of another type.
    pub fn check(&self, cx: &mut DecodeContext) {
        for (key, param) in &self.0 {
            if param.r#type.is_some() == param.choice.is_some() {
                let found = Diagnostic::error(format!("`{}` needs a `type` or a `choice`", shortened(&key.text)));
                cx.report(found.at(key.place).label("this parameter").help("exactly one of the two"));
            } else if let Err((message, help)) = ParamKind::of(param).check(&param.default.value.0) {
                let found = Diagnostic::error(format!("the default of `{}` {message}", shortened(&key.text)));
                cx.report(found.at(param.default.place).label("this value").help(help));
            }
        }
    }
}

impl ParamValues {
    /// The values that fit a parameter of `known`; the others are reported.
    pub fn checked(&self, template: &str, known: &[TemplateParam], cx: &mut DecodeContext) -> BTreeMap<String, String> {
        let names: Vec<&str> = known.iter().map(|known| known.name.as_str()).collect();
        let mut values = BTreeMap::new();
        for (name, (place, value)) in &self.0 {
            let Some(declared) = known.iter().find(|known| known.name == *name) else {
                let message = format!("the template `{}` has no parameter `{}`", shortened(template), shortened(name));
                let help = match nearest(name, &names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if names.is_empty() => "it has none at all".to_owned(),
                    None => format!("it has {}", listed(&names)),
                };
                cx.report(Diagnostic::error(message).at(*place).label("not known here").help(help));
                continue;
            };
            match declared.kind.check(&value.value.0) {
                Ok(()) => {
                    values.insert(name.clone(), value.value.0.clone());
                }
                Err((message, help)) => {
                    let found = Diagnostic::error(format!("`{}` {message}", shortened(name)));
                    cx.report(found.at(value.place).label("this value").help(help));
                }
            }
        }
        values
    }
}

/// Fills in `$name` and `${name}` everywhere in a template except in its own `params` and `about`.
pub fn fill(node: &mut TreeNode, values: &BTreeMap<String, String>, cx: &mut DecodeContext) {
    let NodeValue::Map(fields) = &mut node.value else { return };
    let elsewhere = fields.iter_mut().filter(|(key, _)| key.text != "params" && key.text != "about");
    elsewhere.for_each(|(_, field)| fill_all(field, values, cx));
}

fn fill_all(node: &mut TreeNode, values: &BTreeMap<String, String>, cx: &mut DecodeContext) {
    match &mut node.value {
        NodeValue::Null => {}
        NodeValue::Scalar { text, .. } => {
            if let Some(full) = filled(text, values, node.place, cx) {
                *text = full;
            }
        }
        NodeValue::List(items) => items.iter_mut().for_each(|item| fill_all(item, values, cx)),
        NodeValue::Map(fields) => fields.iter_mut().for_each(|(_, field)| fill_all(field, values, cx)),
    }
}

/// The text with the values filled in; `None` where there is nothing to fill in. A `${` in a value does not name a variable of the film.
fn filled(text: &str, values: &BTreeMap<String, String>, place: Span, cx: &mut DecodeContext) -> Option<String> {
    let whole = text.strip_prefix('$').filter(|name| vars::is_name(name));
    if let Some(name) = whole {
        let Some(value) = values.get(name) else {
            let names: Vec<&str> = values.keys().map(String::as_str).collect();
            let help = match nearest(name, &names) {
                Some(near) => format!("did you mean `${near}`?"),
                None if names.is_empty() => format!("declare it: `params: {{ {name}: {{ type: text, default: … }} }}`"),
                None => format!("`params` has {}", listed(&names)),
            };
            let found = Diagnostic::error(format!("unknown parameter `{}`", shortened(name))).at(place);
            cx.report(found.label("here").help(help));
            return None;
        };
        return Some(without_variables(value));
    }
    match vars::expand(text, values, MAX_EXPANDED_BYTES) {
        Ok(Cow::Borrowed(_)) => None,
        Ok(Cow::Owned(full)) => Some(without_variables(&full)),
        Err(vars::ExpandError { message, help, .. }) => {
            let (message, help) = (message.replace("variable", "parameter"), help.replace("vars", "params"));
            cx.report(Diagnostic::error(message).at(place).label("here").help(help));
            None
        }
    }
}

/// The text with each `${` escaped, so that the film's variables are not filled in.
fn without_variables(text: &str) -> String {
    text.replace("${", "$${")
}

/// The entries of a map whose keys must be parameter names, each at most once; errors are reported.
fn entries<'n>(
    node: &'n TreeNode,
    what: &str,
    example: &str,
    cx: &mut DecodeContext,
) -> Option<&'n [(MapKey, TreeNode)]> {
    let NodeValue::Map(entries) = &node.value else {
        let found = Diagnostic::error(format!("{what} must be a map, not {}", node.value.kind())).at(node.place);
        cx.report(found.label("here").help(example));
        return None;
    };
    for (i, (key, _)) in entries.iter().enumerate() {
        if !vars::is_name(&key.text) {
            let found = Diagnostic::error(format!("`{}` is not a name for a parameter", shortened(&key.text)));
            cx.report(found.at(key.place).label("this name").help("use letters, digits, `_` and `-`; a letter first"));
        } else if entries[..i].iter().any(|(before, _)| before.text == key.text) {
            let found = Diagnostic::error(format!("`{}` stands here twice", shortened(&key.text))).at(key.place);
            cx.report(found.label("again").help("keep one of the two"));
        }
    }
    Some(entries)
}

impl Decode for ParamValues {
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self> {
        let entries = entries(node, "`params`", "write `params: { name: value }`", cx)?;
        let mut values = BTreeMap::new();
        for (key, node) in entries {
            if let Some(value) = Spanned::decode(node, cx) {
                values.insert(key.text.clone(), (key.place, value));
            }
        }
        Some(Self(values))
    }
}

impl Decode for ParamDecls {
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self> {
        let example = "write `params: { name: { type: text, default: \"\", doc: What it is for } }`";
        let entries = entries(node, "`params`", example, cx)?;
        let mut params = Vec::new();
        for (key, node) in entries {
            if let Some(param) = Param::decode(node, cx) {
                params.push((key.clone(), param));
            }
        }
        Some(Self(params))
    }
}

impl JsonSchema for ParamValues {
    fn schema_name() -> Cow<'static, str> {
        "ParamValues".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } })
    }
}

impl JsonSchema for ParamDecls {
    fn schema_name() -> Cow<'static, str> {
        "ParamDecls".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let param = generator.subschema_for::<Param>();
        json_schema!({ "type": "object", "additionalProperties": param })
    }
}
