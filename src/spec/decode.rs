//! From the tree to typed records, going on after every error. Knows no field of the language.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::tree::{Key, Node, Value};
use super::vars;
use crate::diag::{Diagnostic, Place, Severity};

/// What decoding reads and writes besides the tree: the variables, and all that was found wrong so far.
pub struct Cx<'a> {
    /// The spec's text.
    pub text: &'a str,
    /// The film's variables.
    pub vars: BTreeMap<String, String>,
    /// Maps by their name, and their fields: for who writes a field one level too high.
    pub nested: &'a [(&'a str, &'a [&'a str])],
    found: Vec<Diagnostic>,
    errors: usize,
    /// What is being decoded, as a message names it.
    field: String,
    expanded: usize,
}

/// A value that can be read from a node.
pub trait Decode: Sized {
    /// The value, or `None` after saying what is wrong with it.
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self>;

    /// What stands for the value where its field is left out; `None`: the field is required.
    fn absent() -> Option<Self> {
        None
    }
}

/// A value written as one word, number or text.
pub trait Scalar: Sized {
    /// What it is, as in "`length` must be a duration".
    const KIND: &'static str;
    /// How it is written.
    const HELP: &'static str;
    /// Whether `${name}` in it is filled in.
    const INTERPOLATED: bool = false;

    /// Reads it from its text.
    ///
    /// # Errors
    /// What is wrong with the text.
    fn parse(text: &str) -> Result<Self, Wrong>;
}

/// What is wrong with a value, and the way out; `None` where [`Scalar::KIND`] and [`Scalar::HELP`] say it all.
#[derive(Debug, Default, PartialEq)]
pub struct Wrong {
    /// Follows the field's name: "`fps` …".
    pub message: Option<String>,
    /// The way out.
    pub help: Option<String>,
}

impl Wrong {
    /// Wrong in a way of its own.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), help: None }
    }

    /// With a way out.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
    /// Nothing inside it was left out because it was wrong.
    pub whole: bool,
}

/// A short form (one word, number or text), or a long form (a list or a map).
#[derive(Clone, Debug, PartialEq)]
pub enum Either<S, L> {
    /// One word, number or text.
    Short(S),
    /// A list or a map.
    Long(L),
}

impl<'a> Cx<'a> {
    /// For the tree of `text`.
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

    /// Notes what was found; what is marked is kept to one line.
    pub fn report(&mut self, found: Diagnostic) {
        self.errors += usize::from(found.severity == Severity::Error);
        let place = found.place.map(|place| visible(place, self.text));
        self.found.push(Diagnostic { place, ..found });
    }

    /// How many errors were noted.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Everything noted.
    pub fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }

    fn wrong_type(&mut self, node: &Node, wanted: &str, help: &str) {
        let found = match &node.value {
            Value::Null => {
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

    /// The entries of a map whose keys are among `known`; the others and those that stand twice are noted.
    pub fn fields<'n>(&mut self, node: &'n Node, known: &[&str]) -> Option<Fields<'n>> {
        let Value::Map(entries) = &node.value else {
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
        Some(Fields { place: entries.first().map_or(node.place, |(key, _)| key.place), by_name })
    }

    fn unknown_field(&mut self, key: &Key, known: &[&str]) {
        let text = key.text.as_str();
        let inside = self.nested.iter().find(|(outer, fields)| known.contains(outer) && fields.contains(&text));
        let help = match (inside, nearest(text, known)) {
            (Some((outer, _)), _) => format!("`{text}` belongs inside `{outer}`"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => format!("known here: {}", listed(known)),
        };
        let found =
            Diagnostic::error(format!("unknown field `{}`", shortened(text))).at(key.place).label("not known here");
        self.report(found.help(help));
    }

    /// A text with its variables filled in.
    fn expand<'t>(&mut self, text: &'t str, place: Place) -> Option<Cow<'t, str>> {
        match vars::expand(text, &self.vars, vars::MOST_EXPANDED - self.expanded) {
            Ok(full) => {
                self.expanded += full.len();
                Some(full)
            }
            Err(vars::Unfilled { part, message, help }) => {
                let place = within(place, &part, self.text);
                self.report(Diagnostic::error(message).at(place).label("here").help(help));
                None
            }
        }
    }
}

/// A map's known fields, on their way to a record.
pub struct Fields<'n> {
    place: Place,
    by_name: BTreeMap<&'n str, (&'n Key, &'n Node)>,
}

impl Fields<'_> {
    /// The field's value; `None` after saying that it is wrong or missing.
    pub fn take<T: Decode>(&mut self, name: &str, cx: &mut Cx) -> Option<T> {
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
            Value::Null => T::decode(&Node { place: key.place, value: Value::Null }, cx),
            _ => T::decode(node, cx),
        };
        cx.field = outer;
        value
    }
}

impl<T: Scalar> Decode for T {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Value::Scalar { text, .. } = &node.value else {
            cx.wrong_type(node, T::KIND, T::HELP);
            return None;
        };
        let full = match T::INTERPOLATED {
            true => cx.expand(text, node.place)?,
            false => Cow::Borrowed(text.as_str()),
        };
        T::parse(&full).map_err(|wrong| cx.report(refused::<T>(wrong, &full, node.place, &cx.field))).ok()
    }
}

fn refused<T: Scalar>(wrong: Wrong, text: &str, place: Place, field: &str) -> Diagnostic {
    let what = wrong.message.unwrap_or_else(|| format!("must be {}, not `{}`", T::KIND, shortened(text)));
    let help = wrong.help.unwrap_or_else(|| T::HELP.to_owned());
    Diagnostic::error(format!("{field} {what}")).at(place).label("this value").help(help)
}

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        Some(T::decode(node, cx))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Decode> Decode for At<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let before = cx.errors;
        let value = T::decode(node, cx)?;
        Some(Self { value, place: node.place, whole: cx.errors == before })
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Value::List(items) = &node.value else {
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

impl<S: Decode, L: Decode> Decode for Either<S, L> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        match node.value {
            Value::List(_) | Value::Map(_) => L::decode(node, cx).map(Self::Long),
            Value::Null | Value::Scalar { .. } => S::decode(node, cx).map(Self::Short),
        }
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
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

impl<S: JsonSchema, L: JsonSchema> JsonSchema for Either<S, L> {
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

/// A field's name without the mark by which Rust takes a word of its own for a name: `r#box` → `box`.
pub const fn plain(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// Declares a record once: the struct, its JSON Schema and its decoding come from the same list of fields.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub struct $name { $($(#[$about])* pub $field: $ty,)* }

        impl $name {
            /// Its fields, as written.
            pub const FIELDS: &[&str] = &[$($crate::spec::decode::plain(stringify!($field))),*];
        }

        impl $crate::spec::decode::Decode for $name {
            fn decode(node: &$crate::spec::tree::Node, cx: &mut $crate::spec::decode::Cx) -> Option<Self> {
                let mut fields = cx.fields(node, Self::FIELDS)?;
                $(let $field = fields.take($crate::spec::decode::plain(stringify!($field)), cx);)*
                Some(Self { $($field: $field?,)* })
            }
        }
    };
}
pub(crate) use record;

/// More names than this are neither compared nor listed: a hostile spec must not make an error expensive.
const MOST_NAMES: usize = 2_000;
const MOST_LISTED: usize = 24;
const LONGEST_NAME: usize = 100;

/// The known name that `written` most likely stands for.
pub fn nearest<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    if written.len() > LONGEST_NAME || known.len() > MOST_NAMES {
        return None;
    }
    let written = written.to_lowercase();
    let alike = known.iter().filter(|name| name.len() <= LONGEST_NAME);
    let (distance, name) = alike.map(|name| (strsim::damerau_levenshtein(&written, name), *name)).min()?;
    let bearable = written.chars().count().max(name.chars().count()).div_ceil(3);
    (distance <= bearable).then_some(name)
}

/// "`a`, `b`, `c`".
pub fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(MOST_LISTED).map(|name| format!("`{}`", shortened(name))).collect();
    let more = if names.len() > MOST_LISTED { " …" } else { "" };
    shown.join(", ") + more
}

/// At most 60 characters of a text.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A place that can be underlined: one character at least, one line at most, where the text allows it.
fn visible(place: Place, text: &str) -> Place {
    let end = text[place.start..place.end].find(['\n', '\r']).map_or(place.end, |line| place.start + line);
    let least = text[place.start..].chars().next().map_or(0, char::len_utf8);
    Place { start: place.start, end: end.max(place.start + least) }
}

/// Where `part` stands inside `place`; all of `place` where it cannot be found as written.
fn within(place: Place, part: &str, text: &str) -> Place {
    match text[place.start..place.end].find(part) {
        Some(at) => Place { start: place.start + at, end: place.start + at + part.len() },
        None => place,
    }
}
