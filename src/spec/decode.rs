//! Decodes the tree into typed records and goes on after every error, so that one run reports them all. It has no list of the language's
//! fields: [`record`] declares those.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::suggest::{listed, nearest, shortened};
use super::tree::{MapKey, NodeValue, TreeNode};
use super::vars;
use crate::diag::{Diagnostic, Severity, Span};

/// Fields that only the user's own config has: a project must not choose machines or folders outside it.
const USER_CONFIG_FIELDS: [&str; 4] = ["hosts", "cache", "cache-size", "ssh-config"];

/// What decoding reads and writes besides the tree: the variables, and the diagnostics so far.
pub struct DecodeContext<'a> {
    /// The spec's text, into which all places point.
    pub text: &'a str,
    /// The film's variables by name, filled in wherever `${name}` stands.
    pub vars: BTreeMap<String, String>,
    /// Nested maps and their fields, so that a field written one level too high gets a help text that says where it belongs.
    pub nested: &'a [(&'a str, &'a [&'a str])],
    found: Vec<Diagnostic>,
    errors: usize,
    /// What is being decoded, as a message names it.
    field: String,
    expanded: usize,
}

/// A value that can be decoded from a tree node.
pub trait Decode: Sized {
    /// The value, or `None` after an error was reported.
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self>;

    /// The value of a field that is left out; `None`: the field is required.
    fn absent() -> Option<Self> {
        None
    }
}

/// A value that is written as one word, number or text.
pub trait Scalar: Sized {
    /// The value's kind with its article, as in "`length` must be a duration".
    const KIND: &'static str;
    /// The help text: how such a value is written.
    const HELP: &'static str;
    /// Whether `${name}` in its text is replaced by a variable's value.
    const INTERPOLATED: bool = false;

    /// Parses the value from its text.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    fn parse(text: &str) -> Result<Self, ScalarError>;
}

/// Why a scalar's text is refused, and what to do; `None` where the texts from [`Scalar::KIND`] and [`Scalar::HELP`] suffice.
#[derive(Debug, Default, PartialEq)]
pub struct ScalarError {
    /// The message after the field's name: "`fps` …".
    pub message: Option<String>,
    /// The help text: what to write instead.
    pub help: Option<String>,
}

impl ScalarError {
    /// An error with a message of its own.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), help: None }
    }

    /// The error with a help text.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// A value with its place in the source text.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value as decoded.
    pub value: T,
    /// The byte range that it was read from.
    pub place: Span,
    /// Whether all of it was decoded without errors; if not, parts may be missing, and checks of completeness would mislead.
    pub whole: bool,
}

/// One of two notations: a scalar, or a list or map.
#[derive(Clone, Debug, PartialEq)]
pub enum ShortOrLong<S, L> {
    /// The scalar: one word, number or text.
    Short(S),
    /// The list or map.
    Long(L),
}

impl<'a> DecodeContext<'a> {
    /// A context without variables for the tree of `text`.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            vars: BTreeMap::new(),
            nested: &[],
            found: Vec::new(),
            errors: 0,
            field: "the spec".to_owned(),
            expanded: 0,
        }
    }

    /// Records a diagnostic; its place is cut to one line.
    pub fn report(&mut self, found: Diagnostic) {
        self.errors += usize::from(found.severity == Severity::Error);
        let place = found.span.map(|place| underlined(place, self.text));
        self.found.push(Diagnostic { span: place, ..found });
    }

    /// How many errors were recorded; warnings do not count.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// All recorded diagnostics, in the order in which they were found.
    pub fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }

    fn wrong_type(&mut self, node: &TreeNode, wanted: &str, help: &str) {
        let found = match &node.value {
            NodeValue::Null => {
                Diagnostic::error(format!("{} is empty, but must be {wanted}", self.field)).label("nothing here")
            }
            other => {
                let kind = other.kind();
                Diagnostic::error(format!("{} must be {wanted}, not {kind}", self.field))
                    .label(format!("this is {kind}"))
            }
        };
        self.report(found.at(node.place).help(help));
    }

    /// The entries of a map whose keys are among `known`; unknown and repeated keys are reported.
    pub fn fields<'n>(&mut self, node: &'n TreeNode, known: &[&str]) -> Option<MapFields<'n>> {
        let NodeValue::Map(entries) = &node.value else {
            self.wrong_type(node, "a map", &format!("it has the fields {}", listed(known)));
            return None;
        };
        let mut by_name = BTreeMap::new();
        for (key, value) in entries {
            if !known.contains(&key.text.as_str()) {
                self.unknown_field(key, known);
            } else if by_name.insert(key.text.as_str(), (key, value)).is_some() {
                let message = format!("`{}` stands here twice", shortened(&key.text));
                self.report(Diagnostic::error(message).at(key.place).label("again").help("keep one of the two"));
            }
        }
        Some(MapFields { place: entries.first().map_or(node.place, |(key, _)| key.place), by_name })
    }

    fn unknown_field(&mut self, key: &MapKey, known: &[&str]) {
        let text = key.text.as_str();
        let inside = self.nested.iter().find(|(outer, fields)| known.contains(outer) && fields.contains(&text));
        let help = match (inside, nearest(text, known)) {
            _ if USER_CONFIG_FIELDS.contains(&text) => {
                format!("a project can't say this: `{text}` belongs into your own `~/.config/t2v/config.yaml`")
            }
            (Some((outer, _)), _) => format!("`{text}` belongs inside `{outer}`"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => format!("known here: {}", listed(known)),
        };
        let found =
            Diagnostic::error(format!("unknown field `{}`", shortened(text))).at(key.place).label("not known here");
        self.report(found.help(help));
    }

    /// The text with its variables filled in; `None` after an error was reported.
    fn expand<'t>(&mut self, text: &'t str, place: Span) -> Option<Cow<'t, str>> {
        match vars::expand(text, &self.vars, vars::MAX_EXPANDED_BYTES - self.expanded) {
            Ok(full) => {
                self.expanded += full.len();
                Some(full)
            }
            Err(vars::ExpandError { part, message, help }) => {
                let place = subspan(place, &part, self.text);
                self.report(Diagnostic::error(message).at(place).label("here").help(help));
                None
            }
        }
    }
}

/// A map's known fields, taken one by one as a record is decoded.
pub struct MapFields<'n> {
    place: Span,
    by_name: BTreeMap<&'n str, (&'n MapKey, &'n TreeNode)>,
}

impl MapFields<'_> {
    /// The field's value; `None` after it was reported as wrong or missing.
    pub fn take<T: Decode>(&mut self, name: &str, cx: &mut DecodeContext) -> Option<T> {
        let Some((key, node)) = self.by_name.remove(name) else {
            let absent = T::absent();
            if absent.is_none() {
                let found = Diagnostic::error(format!("`{name}` is missing")).at(self.place);
                cx.report(found.label("in this map").help(format!("add `{name}:`")));
            }
            return absent;
        };
        let outer = std::mem::replace(&mut cx.field, format!("`{name}`"));
        let value = match &node.value {
            NodeValue::Null => T::decode(&TreeNode { place: key.place, value: NodeValue::Null }, cx),
            _ => T::decode(node, cx),
        };
        cx.field = outer;
        value
    }
}

impl<T: Scalar> Decode for T {
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self> {
        let NodeValue::Scalar { text, .. } = &node.value else {
            cx.wrong_type(node, T::KIND, T::HELP);
            return None;
        };
        let full = if T::INTERPOLATED { cx.expand(text, node.place)? } else { Cow::Borrowed(text.as_str()) };
        T::parse(&full).map_err(|wrong| cx.report(scalar_diagnostic::<T>(wrong, &full, node.place, &cx.field))).ok()
    }
}

fn scalar_diagnostic<T: Scalar>(wrong: ScalarError, text: &str, place: Span, field: &str) -> Diagnostic {
    let what = wrong.message.unwrap_or_else(|| format!("must be {}, not `{}`", T::KIND, shortened(text)));
    let help = wrong.help.unwrap_or_else(|| T::HELP.to_owned());
    Diagnostic::error(format!("{field} {what}")).at(place).label("this value").help(help)
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self> {
        Some(T::decode(node, cx))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self> {
        let before = cx.errors;
        let value = T::decode(node, cx)?;
        Some(Self { value, place: node.place, whole: cx.errors == before })
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self> {
        let NodeValue::List(items) = &node.value else {
            cx.wrong_type(node, "a list", "write one item a line, each after `- `, or `[one, two]`");
            return None;
        };
        let inner = format!("an item of {}", cx.field);
        let outer = std::mem::replace(&mut cx.field, inner);
        let list = items.iter().filter_map(|item| T::decode(item, cx)).collect();
        cx.field = outer;
        Some(list)
    }
}

impl<S: Decode, L: Decode> Decode for ShortOrLong<S, L> {
    fn decode(node: &TreeNode, cx: &mut DecodeContext) -> Option<Self> {
        match node.value {
            NodeValue::List(_) | NodeValue::Map(_) => L::decode(node, cx).map(Self::Long),
            NodeValue::Null | NodeValue::Scalar { .. } => S::decode(node, cx).map(Self::Short),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<S: JsonSchema, L: JsonSchema> JsonSchema for ShortOrLong<S, L> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}Or{}", S::schema_name(), L::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (short, long) = (generator.subschema_for::<S>(), generator.subschema_for::<L>());
        schemars::json_schema!({ "anyOf": [short, long] })
    }
}

/// A field's name as a spec writes it: without the `r#` of Rust's raw identifiers.
pub const fn field_name(name: &str) -> &str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Declares a record once: the struct, its JSON Schema and its decoding come from the same list of fields. After the
/// word `placed` comes a record all of whose fields are optional and know their places.
macro_rules! record {
    (placed $(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $ty:ty,)* }) => {
        record! { $(#[$meta])* $name { $($(#[$about])* $field: $ty,)* } }

        impl $name {
            /// The names of the fields that are given, in the order of their declaration, with the place of each value.
            pub fn given(&self) -> Vec<(&'static str, $crate::diag::Span)> {
                let mut given = Vec::new();
                $(if let Some(value) = &self.$field {
                    given.push(($crate::spec::decode::field_name(stringify!($field)), value.place));
                })*
                given
            }
        }
    };
    ($(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub struct $name { $($(#[$about])* pub $field: $ty,)* }

        impl $name {
            /// The names of its fields, as a spec writes them.
            pub const FIELDS: &[&str] = &[$($crate::spec::decode::field_name(stringify!($field))),*];
        }

        impl $crate::spec::decode::Decode for $name {
            fn decode(node: &$crate::spec::tree::TreeNode, cx: &mut $crate::spec::decode::DecodeContext) -> Option<Self> {
                let mut fields = cx.fields(node, Self::FIELDS)?;
                $(let $field = fields.take($crate::spec::decode::field_name(stringify!($field)), cx);)*
                Some(Self { $($field: $field?,)* })
            }
        }
    };
}
pub(crate) use record;

/// The place cut to what can be underlined: at least one character, at most one line.
fn underlined(place: Span, text: &str) -> Span {
    let end = text[place.start..place.end].find(['\n', '\r']).map_or(place.end, |line| place.start + line);
    let least = text[place.start..].chars().next().map_or(0, char::len_utf8);
    Span { start: place.start, end: end.max(place.start + least) }
}

/// Where `part` stands inside `place`; all of `place` where the source does not hold it literally.
fn subspan(place: Span, part: &str, text: &str) -> Span {
    match text[place.start..place.end].find(part) {
        Some(at) => Span { start: place.start + at, end: place.start + at + part.len() },
        None => place,
    }
}
