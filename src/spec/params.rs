//! Parameters of templates: what a template declares, what a film gives, and putting the values in their places. Knows nothing of
//! what they are for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::decode::{At, Cx, Decode, Scalar, Wrong, listed, nearest, shortened};
use super::language::Param;
use super::scalar::{Cell, Flag, Number, ParamType, Share, Tint};
use super::tree::{Key, Node, Value};
use super::vars::{self, MOST_EXPANDED};
use crate::diag::{Diagnostic, Place};

/// What a film gives a template's parameters, with the places of their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParamValues(pub BTreeMap<String, (Place, At<Cell>)>);

/// What a template declares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParamDecls(pub Vec<(Key, Param)>);

/// A template's parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// As templates and films write it.
    pub name: String,
    /// Its value in films that give none.
    pub default: String,
    /// What it means; empty where the template does not say.
    pub doc: String,
    kind: Kind,
}

/// What a parameter can hold.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Of(ParamType),
    Choice(Vec<String>),
}

impl Kind {
    fn of(param: &Param) -> Self {
        let names = param.choice.as_ref().map(|names| names.value.iter().map(|name| name.value.0.clone()).collect());
        names.map_or(Self::Of(param.r#type.as_ref().map_or(ParamType::Text, |at| at.value)), Self::Choice)
    }

    fn check(&self, text: &str) -> Result<(), (String, String)> {
        match self {
            Self::Of(ParamType::Text) => Ok(()),
            Self::Of(ParamType::Colour) => is::<Tint>(text),
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
    T::parse(text).map(drop).map_err(|Wrong { message, help }| {
        let message = message.unwrap_or_else(|| format!("must be {}, not `{}`", T::KIND, shortened(text)));
        (message, help.unwrap_or_else(|| T::HELP.to_owned()))
    })
}

impl Declared {
    /// What it can hold, in a few words.
    pub fn holds(&self) -> String {
        match &self.kind {
            Kind::Of(ParamType::Colour) => "colour".to_owned(),
            Kind::Of(ParamType::Text) => "text".to_owned(),
            Kind::Of(ParamType::Number) => "number".to_owned(),
            Kind::Of(ParamType::Share) => "share".to_owned(),
            Kind::Of(ParamType::Flag) => "flag".to_owned(),
            Kind::Choice(names) => names.join(" | "),
        }
    }
}

impl ParamDecls {
    /// What they are, whatever is wrong with their defaults.
    pub fn declared(&self) -> Vec<Declared> {
        let declared = |(key, param): &(Key, Param)| Declared {
            name: key.text.clone(),
            default: param.default.value.0.clone(),
            doc: param.doc.as_ref().map_or_else(String::new, |doc| doc.value.0.clone()),
            kind: Kind::of(param),
        };
        self.0.iter().map(declared).collect()
    }

    /// Notes types that are missing or given twice, and defaults of another type.
    pub fn check(&self, cx: &mut Cx) {
        for (key, param) in &self.0 {
            if param.r#type.is_some() == param.choice.is_some() {
                let found = Diagnostic::error(format!("`{}` needs a `type` or a `choice`", shortened(&key.text)));
                cx.report(found.at(key.place).label("this parameter").help("exactly one of the two"));
            } else if let Err((message, help)) = Kind::of(param).check(&param.default.value.0) {
                let found = Diagnostic::error(format!("the default of `{}` {message}", shortened(&key.text)));
                cx.report(found.at(param.default.place).label("this value").help(help));
            }
        }
    }
}

impl ParamValues {
    /// The values, those left out that `known` has no such parameter for, which is noted.
    pub fn checked(&self, template: &str, known: &[Declared], cx: &mut Cx) -> BTreeMap<String, String> {
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
                Ok(()) => drop(values.insert(name.clone(), value.value.0.clone())),
                Err((message, help)) => {
                    let found = Diagnostic::error(format!("`{}` {message}", shortened(name)));
                    cx.report(found.at(value.place).label("this value").help(help));
                }
            }
        }
        values
    }
}

/// Puts values in the place of `$name` and `${name}` everywhere in a template but where it declares them.
pub fn fill(node: &mut Node, values: &BTreeMap<String, String>, cx: &mut Cx) {
    let Value::Map(fields) = &mut node.value else { return };
    let elsewhere = fields.iter_mut().filter(|(key, _)| key.text != "params" && key.text != "about");
    elsewhere.for_each(|(_, field)| fill_all(field, values, cx));
}

fn fill_all(node: &mut Node, values: &BTreeMap<String, String>, cx: &mut Cx) {
    match &mut node.value {
        Value::Null => {}
        Value::Scalar { text, .. } => {
            if let Some(full) = filled(text, values, node.place, cx) {
                *text = full;
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| fill_all(item, values, cx)),
        Value::Map(fields) => fields.iter_mut().for_each(|(_, field)| fill_all(field, values, cx)),
    }
}

/// The text with values in it; `None` where there is nothing to fill in. A `${` of a value is no variable of the film.
fn filled(text: &str, values: &BTreeMap<String, String>, place: Place, cx: &mut Cx) -> Option<String> {
    let escaped = |text: &str| text.replace("${", "$${");
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
        return Some(escaped(value));
    }
    match vars::expand(text, values, MOST_EXPANDED) {
        Ok(Cow::Borrowed(_)) => None,
        Ok(Cow::Owned(full)) => Some(escaped(&full)),
        Err(vars::Unfilled { message, help, .. }) => {
            let (message, help) = (message.replace("variable", "parameter"), help.replace("vars", "params"));
            cx.report(Diagnostic::error(message).at(place).label("here").help(help));
            None
        }
    }
}

/// The entries of a map of names.
fn entries<'n>(node: &'n Node, what: &str, example: &str, cx: &mut Cx) -> Option<&'n [(Key, Node)]> {
    let Value::Map(entries) = &node.value else {
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
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let entries = entries(node, "`params`", "write `params: { name: value }`", cx)?;
        let value = |(key, node): &(Key, Node)| Some((key.text.clone(), (key.place, At::decode(node, cx)?)));
        Some(Self(entries.iter().filter_map(value).collect()))
    }
}

impl Decode for ParamDecls {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let example = "write `params: { name: { type: text, default: \"\", doc: What it is for } }`";
        let entries = entries(node, "`params`", example, cx)?;
        let param = |(key, node): &(Key, Node)| Some((key.clone(), Param::decode(node, cx)?));
        Some(Self(entries.iter().filter_map(param).collect()))
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
