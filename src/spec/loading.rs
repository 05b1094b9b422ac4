//! Loads a film: reads the spec or script, parses it into a tree, decodes the tree and resolves it to a checked film.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;

use super::decode::{Decode, DecodeContext};
use super::files::ProjectRoot;
use super::language::{self, Film};
use super::model::Spec;
use super::options::{IncludedText, LoadOptions};
use super::resolve::{self, Resolver};
use super::script::{self, SourceFormat};
use super::tree::{self, MapKey, NodeValue, TreeNode};
use super::written_vars::WrittenVars;
use super::{suggest, yaml_writer};
use crate::diag::{Diagnostic, Report, SourceText, Span};
use crate::units::Size;

/// The largest spec, in bytes.
pub const MAX_SPEC_BYTES: u64 = 2 << 20;

/// A film that was loaded without errors.
#[derive(Clone, Debug)]
pub struct LoadedSpec {
    /// The film, checked.
    pub spec: Spec,
    /// The spec's text, into which the film's places point.
    pub source: SourceText,
    /// Warnings about what may not be as intended; it holds no errors.
    pub warnings: Report,
    /// The files whose text was read with the spec and is part of the film.
    pub texts: Vec<IncludedText>,
}

impl LoadedSpec {
    /// Whether the files whose text was read with the spec still hold the same text.
    pub fn texts_are_unchanged(&self) -> bool {
        self.texts.iter().all(is_unchanged)
    }
}

fn is_unchanged(IncludedText { path, hash }: &IncludedText) -> bool {
    // Checked first, because to read a pipe that took the file's place could block.
    let is_small_file = std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= MAX_SPEC_BYTES);
    is_small_file && std::fs::read(path).is_ok_and(|bytes| blake3::hash(&bytes).as_bytes() == hash)
}

/// Reads and checks the spec at `path`. Its folder is the project: no input lies outside it.
///
/// # Errors
/// One report of everything that is wrong.
pub fn load(path: &Path, options: &LoadOptions) -> Result<LoadedSpec, Report> {
    let name = path.display().to_string();
    let bytes = match read_spec(path) {
        Ok(bytes) => bytes,
        Err(found) => return Err(Report::new(SourceText::new(name, ""), vec![found])),
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Err(not_utf8(&name, &error)),
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let own = std::fs::canonicalize(path).ok();
    check(SourceText::new(name, text), folder, &stem, own, options)
}

fn not_utf8(name: &str, error: &FromUtf8Error) -> Report {
    let at = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
    let place = Span { start: at, end: at + '\u{fffd}'.len_utf8() };
    let found = Diagnostic::error("the spec is not UTF-8 text").at(place).label("this byte is not");
    Report::new(SourceText::new(name, text), vec![found.help("save the file as UTF-8 in your editor")])
}

/// Checks a spec's text as if it were a file called `stem` in the folder `root`.
///
/// # Errors
/// One report of everything that is wrong.
pub fn parse(text: &str, root: &Path, stem: &str, options: &LoadOptions) -> Result<LoadedSpec, Report> {
    check(SourceText::new(format!("{stem}.yaml"), text), root, stem, None, options)
}

fn check(
    source: SourceText,
    root: &Path,
    stem: &str,
    own: Option<PathBuf>,
    options: &LoadOptions,
) -> Result<LoadedSpec, Report> {
    let (spec, texts, found) = resolve_source(&source, root, stem, own, options);
    let report = Report::new(source.clone(), found);
    match spec {
        Some(spec) if report.errors() == 0 => Ok(LoadedSpec { spec, source, warnings: report, texts }),
        _ => Err(report),
    }
}

fn resolve_source(
    source: &SourceText,
    root: &Path,
    stem: &str,
    own: Option<PathBuf>,
    options: &LoadOptions,
) -> (Option<Spec>, Vec<IncludedText>, Vec<Diagnostic>) {
    let project = match ProjectRoot::new(root) {
        Ok(project) => project,
        Err(error) => {
            return (None, vec![], vec![Diagnostic::error(format!("the project's folder cannot be read: {error}"))]);
        }
    };
    let text = &*source.text;
    let (node, noticed) = parse_tree(text, SourceFormat::of(Path::new(&source.name)));
    let Some(node) = node else { return (None, vec![], noticed) };
    let mut cx = DecodeContext::new(text);
    let variants = named_variants(&node);
    let chosen = options.variant.or(variants.first().map(|(name, _)| *name));
    let variant = variants.iter().find(|(name, _)| Some(*name) == chosen);
    if let (Some(name), None) = (options.variant, variant) {
        let names: Vec<&str> = variants.iter().map(|(name, _)| *name).collect();
        let help = if names.is_empty() {
            "the spec has no `variants`".to_owned()
        } else {
            format!("there is {}", suggest::listed(&names))
        };
        return (None, vec![], vec![Diagnostic::error(format!("there is no variant `{name}`")).help(help)]);
    }
    cx.vars = decode_vars(&node, text);
    if let Some((_, variant)) = variant {
        cx.vars.extend(decode_vars(variant, text));
    }
    cx.nested = &language::NESTED;
    noticed.into_iter().for_each(|found| cx.report(found));
    let film = Film::decode(&node, &mut cx);
    let mut resolver = Resolver {
        cx,
        project,
        options: *options,
        inputs: own.into_iter().collect(),
        texts: vec![],
        templates: vec![],
        frame: Size::new(0, 0),
        logo: None,
    };
    let spec = film.map(|film| resolve::resolve_film(film, stem, chosen, &mut resolver));
    (spec, resolver.texts, resolver.cx.into_found())
}

/// The names of a spec's variants, in order; none if the spec cannot be read, which [`load`] reports.
pub fn variants(path: &Path) -> Vec<String> {
    let Some(text) = read_spec(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { return Vec::new() };
    // Parsing a large spec takes time, and most specs have no variants.
    if !text.lines().any(|line| line.starts_with("variants:") || line.starts_with('{')) {
        return Vec::new();
    }
    let (node, _) = parse_tree(&text, SourceFormat::of(path));
    node.iter().flat_map(named_variants).map(|(name, _)| name.to_owned()).collect()
}

/// The spec's variants that have a name, each with its map.
fn named_variants(root: &TreeNode) -> Vec<(&str, &TreeNode)> {
    match root.field("variants").map(|variants| &variants.value) {
        Some(NodeValue::List(all)) => all.iter().filter_map(named_variant).collect(),
        _ => Vec::new(),
    }
}

fn named_variant(variant: &TreeNode) -> Option<(&str, &TreeNode)> {
    match &variant.field("name")?.value {
        NodeValue::Scalar { text, .. } => Some((text.as_str(), variant)),
        _ => None,
    }
}

/// The tree of a spec or a script, and the diagnostics of its syntax.
fn parse_tree(text: &str, form: SourceFormat) -> (Option<TreeNode>, Vec<Diagnostic>) {
    if form != SourceFormat::Yaml {
        return script::read(text, form);
    }
    match tree::parse(text) {
        Ok(TreeNode { value: NodeValue::Null, .. }) => {
            let found = Diagnostic::error("the spec is empty").help("start with `scenes:` and a first `- say: Hello.`");
            (None, vec![found])
        }
        Ok(node) => (Some(node), Vec::new()),
        Err(found) => (None, vec![found]),
    }
}

/// The film's variables, which decoding the other fields needs. Errors in them are reported later, when `vars` is decoded with the rest.
fn decode_vars(node: &TreeNode, text: &str) -> BTreeMap<String, String> {
    let decoded = node.field("vars").and_then(|vars| WrittenVars::decode(vars, &mut DecodeContext::new(text)));
    decoded.unwrap_or_default().0.into_iter().map(|(name, value)| (name, value.0)).collect()
}

/// The bytes of the spec, at most [`MAX_SPEC_BYTES`].
fn read_spec(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let shown = path.display();
    let bytes = match read_regular_file(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let found = Diagnostic::error(format!("`{shown}` is not a file"));
            return Err(found.help("name a spec, such as `video.yaml`"));
        }
        Err(error) => return Err(Diagnostic::error(format!("`{shown}` cannot be read: {error}"))),
    };
    if bytes.len() as u64 > MAX_SPEC_BYTES {
        return Err(Diagnostic::error(format!("`{shown}` is larger than a spec may be")).help("2 MiB are allowed"));
    }
    Ok(bytes)
}

/// The file's bytes up to one more than a spec may have; `None` if it is not a regular file.
fn read_regular_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    if !std::fs::metadata(path)?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_SPEC_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Checks a script's text as [`parse`] does a spec's. `name` is the file's, whose extension gives the format.
///
/// # Errors
/// One report of everything that is wrong.
pub fn parse_script(text: &str, root: &Path, name: &str, options: &LoadOptions) -> Result<LoadedSpec, Report> {
    let path = Path::new(name);
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    check(SourceText::new(name, text), root, &stem, None, options)
}

/// A spec in YAML that gives the same film under any file name: a YAML spec unchanged, a script as the spec that it stands for.
pub fn as_yaml(loaded: &LoadedSpec) -> String {
    let text = &loaded.source.text;
    let form = SourceFormat::of(Path::new(&loaded.source.name));
    let node = if form == SourceFormat::Yaml { None } else { script::read(text, form).0 };
    let Some(TreeNode { place, value: NodeValue::Map(mut fields) }) = node else { return text.to_string() };
    if !fields.iter().any(|(key, _)| key.text == "title") {
        let title = NodeValue::Scalar { text: script::literal(&loaded.spec.title), typed: false };
        fields.insert(0, (MapKey { place, text: "title".to_owned() }, TreeNode { place, value: title }));
    }
    yaml_writer::to_yaml(&TreeNode { place, value: NodeValue::Map(fields) })
}
