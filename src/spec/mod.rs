//! The spec language: text in, the checked film or everything that is wrong with it out. Knows nothing of how a film is made.

mod csv;
mod decode;
mod decor;
mod exhibit;
mod figures;
mod files;
mod language;
mod look;
pub mod model;
mod over;
mod params;
mod pronounce;
mod resolve;
mod scalar;
mod schema;
mod script;
mod sniff;
mod styling;
mod template;
#[cfg(test)]
mod tests;
mod transitions;
mod tree;
mod vars;
mod write;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, Place, Report, Source};
use crate::units::Size;
use decode::{Cx, Decode};
use files::Fence;
use language::Film;
use model::Spec;
pub use params::Declared;
use resolve::Resolver;
pub use resolve::template::declared as template_params;
pub use schema::{schema, template_schema};
pub use script::Form;
pub use template::all as templates;
use tree::{Key, Node, Value};
use vars::Vars;

/// The voice of a film that names none.
pub const DEFAULT_VOICE: &str = "heart";
/// How many bytes a spec may have.
pub const MOST_BYTES: u64 = 2 << 20;

/// What the language asks of the rest of the house.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Whether a bundled font can draw this character; a text that holds others is warned of.
    pub drawable: &'a dyn Fn(char) -> bool,
    /// The bundled font families; none: any name is taken.
    pub families: &'a [&'a str],
    /// The voices of the engine `neural`.
    pub neural_voices: &'a [&'a str],
    /// Whether the engine `neural` can speak this word as this; if not, why.
    pub pronounceable: &'a dyn Fn(&str, &str) -> Result<(), String>,
    /// Which of the spec's variants is wanted; `None`: the first, where there are any.
    pub variant: Option<&'a str>,
    /// The languages whose code is coloured; none: any name is taken.
    pub languages: &'a [&'a str],
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            drawable: &|_| true,
            families: &[],
            neural_voices: &[DEFAULT_VOICE],
            pronounceable: &|_, _| Ok(()),
            variant: None,
            languages: &[],
        }
    }
}

/// A film without errors.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The film.
    pub spec: Spec,
    /// The spec's text; the film's places point into it.
    pub source: Source,
    /// What may not be as meant; holds no errors.
    pub warnings: Report,
    /// The files whose text is part of the film.
    pub texts: Vec<TextRead>,
}

/// A file whose text was read with the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRead {
    /// Absolute, symlinks resolved.
    pub path: PathBuf,
    /// BLAKE3 of what was read.
    pub hash: [u8; 32],
}

impl Loaded {
    /// Whether the texts that were read with the spec still lie there as they were read.
    pub fn texts_are_unchanged(&self) -> bool {
        let same = |TextRead { path, hash }: &TextRead| {
            // Never waits for what is no file any more.
            let small = std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= MOST_BYTES);
            small && std::fs::read(path).is_ok_and(|bytes| blake3::hash(&bytes).as_bytes() == hash)
        };
        self.texts.iter().all(same)
    }
}

/// Reads and checks the spec at `path`. Its folder is the project: no input lies outside it.
///
/// # Errors
/// Everything that is wrong, in one report.
pub fn load(path: &Path, options: &Options) -> Result<Loaded, Report> {
    let name = path.display().to_string();
    let refused = |text: &str, found: Diagnostic| Report::new(Source::new(name.clone(), text), vec![found]);
    let bytes = read(path).map_err(|found| refused("", found))?;
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let place = Place { start: at, end: at + '\u{fffd}'.len_utf8() };
            let found = Diagnostic::error("the spec is not UTF-8 text").at(place).label("this byte is not");
            return Err(refused(&text, found.help("save the file as UTF-8 in your editor")));
        }
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let own = std::fs::canonicalize(path).ok();
    check(Source::new(name, text), folder, &stem, own, options)
}

/// Checks a spec's text as if it were a file called `stem` in the folder `root`.
///
/// # Errors
/// Everything that is wrong, in one report.
pub fn parse(text: &str, root: &Path, stem: &str, options: &Options) -> Result<Loaded, Report> {
    check(Source::new(format!("{stem}.yaml"), text), root, stem, None, options)
}

fn check(source: Source, root: &Path, stem: &str, own: Option<PathBuf>, options: &Options) -> Result<Loaded, Report> {
    let (spec, texts, found) = checked(&source, root, stem, own, options);
    let report = Report::new(source.clone(), found);
    match spec {
        Some(spec) if report.errors() == 0 => Ok(Loaded { spec, source, warnings: report, texts }),
        _ => Err(report),
    }
}

fn checked(
    source: &Source,
    root: &Path,
    stem: &str,
    own: Option<PathBuf>,
    options: &Options,
) -> (Option<Spec>, Vec<TextRead>, Vec<Diagnostic>) {
    let fence = match Fence::new(root) {
        Ok(fence) => fence,
        Err(error) => {
            return (None, vec![], vec![Diagnostic::error(format!("the project's folder cannot be read: {error}"))]);
        }
    };
    let text = &*source.text;
    let (node, noticed) = tree_of(text, Form::of(Path::new(&source.name)));
    let Some(node) = node else { return (None, vec![], noticed) };
    let mut cx = Cx::new(text);
    let variants = variants_of(&node);
    let chosen = options.variant.or(variants.first().map(|(name, _)| *name));
    let variant = variants.iter().find(|(name, _)| Some(*name) == chosen);
    if let (Some(name), None) = (options.variant, variant) {
        let names: Vec<&str> = variants.iter().map(|(name, _)| *name).collect();
        let help = match names.is_empty() {
            true => "the spec has no `variants`".to_owned(),
            false => format!("there is {}", decode::listed(&names)),
        };
        return (None, vec![], vec![Diagnostic::error(format!("there is no variant `{name}`")).help(help)]);
    }
    cx.vars = variables(&node, text);
    if let Some((_, variant)) = variant {
        cx.vars.extend(variables(variant, text));
    }
    cx.nested = &language::NESTED;
    noticed.into_iter().for_each(|found| cx.report(found));
    let film = Film::decode(&node, &mut cx);
    let mut to = Resolver {
        cx,
        fence,
        options: *options,
        inputs: own.into_iter().collect(),
        texts: vec![],
        templates: vec![],
        frame: Size::new(0, 0),
        logo: None,
    };
    let spec = film.map(|film| resolve::film(film, stem, chosen, &mut to));
    (spec, to.texts, to.cx.into_found())
}

/// The names of a spec's variants, in order; none where it can't be read, which [`load`] says.
pub fn variants(path: &Path) -> Vec<String> {
    let Some(text) = read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { return Vec::new() };
    // Most specs have none, and large ones take a while to parse.
    if !text.lines().any(|line| line.starts_with("variants:") || line.starts_with('{')) {
        return Vec::new();
    }
    let (node, _) = tree_of(&text, Form::of(path));
    node.iter().flat_map(variants_of).map(|(name, _)| name.to_owned()).collect()
}

fn variants_of(node: &Node) -> Vec<(&str, &Node)> {
    let name = |variant| match &field(variant, "name")?.value {
        Value::Scalar { text, .. } => Some((text.as_str(), variant)),
        _ => None,
    };
    match field(node, "variants").map(|variants| &variants.value) {
        Some(Value::List(all)) => all.iter().filter_map(name).collect(),
        _ => Vec::new(),
    }
}

fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Value::Map(entries) = &node.value else { return None };
    entries.iter().find(|(key, _)| key.text == name).map(|(_, value)| value)
}

/// The tree of a spec or a script, and what is wrong with its writing.
fn tree_of(text: &str, form: Form) -> (Option<Node>, Vec<Diagnostic>) {
    if form != Form::Yaml {
        return script::read(text, form);
    }
    match tree::parse(text) {
        Ok(Node { value: Value::Null, .. }) => {
            let found = Diagnostic::error("the spec is empty").help("start with `scenes:` and a first `- say: Hello.`");
            (None, vec![found])
        }
        Ok(node) => (Some(node), Vec::new()),
        Err(found) => (None, vec![found]),
    }
}

/// The film's variables, needed before anything else is decoded; what is wrong with them is said when their turn comes.
fn variables(node: &Node, text: &str) -> BTreeMap<String, String> {
    let decoded = field(node, "vars").and_then(|vars| Vars::decode(vars, &mut Cx::new(text)));
    decoded.unwrap_or_default().0.into_iter().map(|(name, value)| (name, value.0)).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let shown = path.display();
    let unreadable = |error: io::Error| Diagnostic::error(format!("`{shown}` cannot be read: {error}"));
    let kind = std::fs::metadata(path).map_err(unreadable)?;
    if !kind.is_file() {
        return Err(Diagnostic::error(format!("`{shown}` is not a file")).help("name a spec, such as `video.yaml`"));
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Diagnostic::error(format!("`{shown}` is larger than a spec may be")).help("2 MiB are allowed"));
    }
    Ok(bytes)
}

/// Checks a script's text as [`parse`] does a spec's; `name` is the file's, and its ending tells the form.
///
/// # Errors
/// Everything that is wrong, in one report.
pub fn parse_script(text: &str, root: &Path, name: &str, options: &Options) -> Result<Loaded, Report> {
    let path = Path::new(name);
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    check(Source::new(name, text), root, &stem, None, options)
}

/// The film as a spec in YAML that gives the same film under any name: a spec as it is, a script as the spec that it stands for.
pub fn as_yaml(loaded: &Loaded) -> String {
    let text = &loaded.source.text;
    let form = Form::of(Path::new(&loaded.source.name));
    let node = if form == Form::Yaml { None } else { script::read(text, form).0 };
    let Some(Node { place, value: Value::Map(mut fields) }) = node else { return text.to_string() };
    if !fields.iter().any(|(key, _)| key.text == "title") {
        let title = Value::Scalar { text: script::literal(&loaded.spec.title), typed: false };
        fields.insert(0, (Key { place, text: "title".to_owned() }, Node { place, value: title }));
    }
    write::yaml(&Node { place, value: Value::Map(fields) })
}
