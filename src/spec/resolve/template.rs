//! Resolves templates: the bundled ones, and files of the project that build on them. The message of an error in a template's file names the
//! line and column there, because the film's report shows only the film's text.

use std::collections::BTreeMap;
use std::path::Path;

use super::resolver::Resolver;
use super::{layers, transition};
use crate::diag::{Diagnostic, SourceText, Span};
use crate::spec::bundled_templates::{DEFAULT_TEMPLATE, FALLBACK_LOOK, TEMPLATES, is_file, text_of};
use crate::spec::decode::{Decode, DecodeContext, ShortOrLong, Spanned};
use crate::spec::files::ProjectRoot;
use crate::spec::language::{self, UsedTemplate};
use crate::spec::model::{Backdrop, CaptionLook, CaptionPosition, CaptionStyle, CardStyle, Look, SourceFile};
use crate::spec::options::LoadOptions;
use crate::spec::params::{self, ParamDecls, ParamValues, TemplateParam};
use crate::spec::scalar::{FileName, Number, Text};
use crate::spec::suggest::{listed, nearest};
use crate::spec::tree::{self, NodeValue, TreeNode};

/// The longest chain of templates that build on one another.
const MAX_BASES: usize = 8;

type TemplateUse = ShortOrLong<Spanned<Text>, UsedTemplate>;
type ParamMap = BTreeMap<String, String>;

/// What a film gets from its template.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedTemplate {
    /// Colours, fonts, backdrop and cards.
    pub look: Look,
    /// How captions look where the film does not say it.
    pub captions: CaptionLook,
    /// How scenes come in where the film does not say it.
    pub transition: transition::InheritedTransition,
    /// The backdrop's seed, if a template or the film gives one.
    seed: Option<u32>,
    /// The layers under and over what scenes show.
    layers: Vec<layers::UnstyledLayer>,
}

const DEFAULT_CAPTIONS: CaptionLook = CaptionLook { style: CaptionStyle::Karaoke, position: CaptionPosition::Bottom };

impl ResolvedTemplate {
    fn bare() -> Self {
        let transition = transition::InheritedTransition::default();
        Self { look: FALLBACK_LOOK, captions: DEFAULT_CAPTIONS, transition, seed: None, layers: Vec::new() }
    }

    /// The template with what a file that builds on it replaces.
    fn with(mut self, over: &language::Template, resolver: &mut Resolver) -> Self {
        if let Some(look) = over.look.clone() {
            self = self.with_look(look, resolver);
        }
        if let Some(captions) = &over.captions {
            self.captions.style = captions.style.unwrap_or(self.captions.style);
            self.captions.position = captions.position.unwrap_or(self.captions.position);
        }
        self.transition = self.transition.over(over.transition.as_ref(), resolver);
        if let Some(layers) = &over.layers {
            self.layers = layers::resolve_layers(layers, resolver);
        }
        if let Some(areas) = &over.r#box {
            self.look.area = layers::area(areas, resolver);
        }
        if let Some(params) = &over.params {
            params.check(&mut resolver.cx);
        }
        self
    }

    fn with_look(self, over: language::Look, resolver: &mut Resolver) -> Self {
        for font in [&over.heading_font, &over.body_font].into_iter().flatten() {
            resolver.known_font(font);
        }
        let base = self.look;
        let look = Look {
            background: over.background.unwrap_or(base.background),
            background_end: over.background_end.unwrap_or(base.background_end),
            text: over.text.unwrap_or(base.text),
            muted: over.muted.unwrap_or(base.muted),
            accent: over.accent.unwrap_or(base.accent),
            caption: over.caption.unwrap_or(base.caption),
            caption_back: over.caption_back.unwrap_or(base.caption_back),
            heading_font: over.heading_font.map_or(base.heading_font, |font| font.value.0),
            body_font: over.body_font.map_or(base.body_font, |font| font.value.0),
            backdrop: Backdrop { kind: over.backdrop.unwrap_or(base.backdrop.kind), ..base.backdrop },
            card: over.card.map_or(base.card, |card| with_card(base.card, &card, resolver)),
            area: base.area,
            layers: base.layers,
        };
        Self { look, seed: over.seed.map(|seed| resolver.seed(&seed)).or(self.seed), ..self }
    }
}

fn with_card(base: CardStyle, over: &language::Card, resolver: &mut Resolver) -> CardStyle {
    let size =
        over.heading_size.as_ref().map(|at| resolver.ranged("heading_size", at.value.0, at.place, 0.5..=2.0, ""));
    let weight = over
        .heading_weight
        .as_ref()
        .map(|at| resolver.ranged("heading_weight", at.value.0, at.place, 100.0..=900.0, ""));
    let tracking = over.tracking.as_ref().map(|at| resolver.ranged("tracking", at.value.0, at.place, -0.1..=0.5, ""));
    let radius = over.radius.as_ref().map(|at| resolver.ranged("radius", at.value.0, at.place, 0.0..=1.0, ""));
    CardStyle {
        align: over.align.unwrap_or(base.align),
        heading_size: size.unwrap_or(base.heading_size),
        heading_weight: weight.map_or(base.heading_weight, |weight| weight.round() as u16),
        heading_case: over.heading_case.unwrap_or(base.heading_case),
        tracking: tracking.unwrap_or(base.tracking),
        rule: over.rule.unwrap_or(base.rule),
        bullets: over.bullets.unwrap_or(base.bullets),
        panel: over.panel.unwrap_or(base.panel),
        radius: radius.unwrap_or(base.radius),
        entrance: over.entrance.unwrap_or(base.entrance),
        leave: over.leave.unwrap_or(base.leave),
        easing: over.easing.unwrap_or(base.easing),
    }
}

impl Resolver<'_> {
    /// Resolves the template that the film names, with the film's own look over it.
    pub fn template(&mut self, used: Option<&TemplateUse>, look: Option<language::Look>) -> ResolvedTemplate {
        let (name, given) = used.map_or((None, None), name_and_params);
        let written = name.map_or(DEFAULT_TEMPLATE, |name| &name.value.0);
        let values = self.checked_params(written, given);
        let mut template = self.template_by_name(written, name.map(|name| name.place), &values, 0);
        if let Some(look) = look {
            template = template.with_look(look, self);
        }
        let hash = blake3::hash(written.as_bytes());
        let own = u32::from_le_bytes(std::array::from_fn(|i| hash.as_bytes()[i]));
        template.look.backdrop.seed = template.seed.unwrap_or(own);
        let finished = template.layers.iter().filter_map(|layer| layer.clone().style(&template.look)).collect();
        template.look.layers = finished;
        template
    }

    /// The valid values among those given for a template's parameters; errors are reported.
    fn checked_params(&mut self, template: &str, given: Option<&ParamValues>) -> ParamMap {
        let Some(given) = given else { return ParamMap::new() };
        let known = all_declared(template, Some(&self.project), 0);
        given.checked(template, &known, &mut self.cx)
    }

    /// The backdrop's seed, checked to be a whole number.
    pub fn seed(&mut self, seed: &Spanned<Number>) -> u32 {
        let value = self.ranged("seed", seed.value.0, seed.place, 0.0..=f64::from(u32::MAX), "");
        if value.fract() != 0.0 {
            let message = format!("`seed` must be a whole number, not {value}");
            self.error(message, seed.place, "this value", "any number from 0 up gives a picture of its own");
        }
        value as u32
    }

    fn template_by_name(
        &mut self,
        name: &str,
        place: Option<Span>,
        values: &ParamMap,
        depth: usize,
    ) -> ResolvedTemplate {
        if !is_file(name) {
            return match text_of(name) {
                Some(text) => self.template_of_text(name, text, place, values, depth),
                None => self.report_unknown_template(name, place),
            };
        }
        let place = place.unwrap_or(Span { start: 0, end: 0 });
        let file = Spanned { value: FileName(name.to_owned()), place, whole: true };
        match self.text(&file) {
            Some((file, text)) => {
                self.templates.push(file);
                self.template_of_text(name, &text, Some(place), values, depth)
            }
            None => ResolvedTemplate::bare(),
        }
    }

    fn report_unknown_template(&mut self, name: &str, place: Option<Span>) -> ResolvedTemplate {
        let names = TEMPLATES.map(|(name, _)| name);
        let help = match nearest(name, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}; one of your own ends in `.yaml`", listed(&names)),
        };
        let found = Diagnostic::error(format!("there is no template `{name}`")).label("not known").help(help);
        self.cx.report(Diagnostic { span: place, ..found });
        ResolvedTemplate::bare()
    }

    /// Resolves the template whose file holds `text`, over the one that it builds on.
    fn template_of_text(
        &mut self,
        name: &str,
        text: &str,
        place: Option<Span>,
        values: &ParamMap,
        depth: usize,
    ) -> ResolvedTemplate {
        let mut within = Resolver {
            cx: DecodeContext::new(text),
            project: self.project.clone(),
            // Fonts that bundled templates name are bundled, so they need no check.
            options: if is_file(name) { self.options } else { LoadOptions { families: &[], ..self.options } },
            inputs: Vec::new(),
            texts: Vec::new(),
            templates: Vec::new(),
            frame: self.frame,
            logo: None,
        };
        let template = within.decode_template(name, text, values, depth);
        self.inputs.append(&mut within.inputs);
        self.texts.append(&mut within.texts);
        let files = within.templates.drain(..);
        // Their place is where the film names the template that leads to them.
        self.templates.extend(files.map(|file| place.map_or(file.clone(), |place| SourceFile { place, ..file })));
        for found in within.cx.into_found() {
            self.cx.report(at_template_use(found, name, text, place));
        }
        template
    }

    fn decode_template(&mut self, name: &str, text: &str, values: &ParamMap, depth: usize) -> ResolvedTemplate {
        let nothing = TreeNode { place: Span { start: 0, end: 0 }, value: NodeValue::Map(Vec::new()) };
        let mut node = match tree::parse(text) {
            Ok(TreeNode { value: NodeValue::Null, .. }) => nothing,
            Ok(node) => node,
            Err(found) => {
                self.cx.report(found);
                return ResolvedTemplate::bare();
            }
        };
        let mut own = ParamMap::new();
        for TemplateParam { name, default, .. } in declarations(&node, text).0 {
            let value = values.get(&name).cloned().unwrap_or(default);
            own.insert(name, value);
        }
        params::fill(&mut node, &own, &mut self.cx);
        let Some(over) = language::Template::decode(&node, &mut self.cx) else { return ResolvedTemplate::bare() };
        let mut passed: ParamMap =
            values.iter().filter(|(name, _)| !own.contains_key(*name)).map(cloned_entry).collect();
        if let Some((base, given)) = over.base.as_ref().map(name_and_params) {
            passed.extend(self.checked_params(base.map_or(DEFAULT_TEMPLATE, |base| &base.value.0), given));
        }
        let base = match over.base.as_ref().and_then(|base| name_and_params(base).0) {
            Some(base) if depth >= MAX_BASES => {
                let help = "perhaps they build on one another in a circle";
                self.error("too many templates build on one another", base.place, "one more here", help);
                ResolvedTemplate::bare()
            }
            Some(base) => self.template_by_name(&base.value.0, Some(base.place), &passed, depth + 1),
            None if name == DEFAULT_TEMPLATE => ResolvedTemplate::bare(),
            None => self.template_by_name(DEFAULT_TEMPLATE, None, &passed, depth + 1),
        };
        base.with(&over, self)
    }
}

fn cloned_entry((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// The template's name, and the values for its parameters.
fn name_and_params(used: &TemplateUse) -> (Option<&Spanned<Text>>, Option<&ParamValues>) {
    match used {
        ShortOrLong::Short(name) => (Some(name), None),
        ShortOrLong::Long(used) => (Some(&used.name), used.params.as_ref()),
    }
}

/// The parameters that a template's own text declares, and the template that it builds on.
fn declarations(node: &TreeNode, text: &str) -> (Vec<TemplateParam>, Option<TemplateUse>) {
    let cx = &mut DecodeContext::new(text);
    let decls = node.field("params").and_then(|params| ParamDecls::decode(params, cx));
    let base = node.field("base").and_then(|base| TemplateUse::decode(base, cx));
    (decls.unwrap_or_default().declared(), base)
}

/// The parameters of a bundled template or of a file inside `project`, and of those that it builds on. Errors in them are
/// reported where the template is used.
fn all_declared(name: &str, project: Option<&ProjectRoot>, depth: usize) -> Vec<TemplateParam> {
    let text = if is_file(name) {
        project.and_then(|project| project.read_text(name).ok()).map(|(_, text)| text)
    } else {
        text_of(name).map(str::to_owned)
    };
    let Some((text, node)) = text.and_then(|text| tree::parse(&text).ok().map(|node| (text, node))) else {
        return Vec::new();
    };
    let (mut declared, base) = declarations(&node, &text);
    let (base, given) = base.as_ref().map_or((None, None), name_and_params);
    let base = base.map_or(DEFAULT_TEMPLATE, |base| &base.value.0);
    if name != DEFAULT_TEMPLATE && depth < MAX_BASES {
        for param in all_declared(base, project, depth + 1) {
            // A film cannot set what this template sets itself.
            let is_given = given.is_some_and(|given| given.0.contains_key(&param.name));
            if !is_given && declared.iter().all(|known| known.name != param.name) {
                declared.push(param);
            }
        }
    }
    declared
}

/// The parameters that a film can give the template `name`: a bundled one, or a file in the folder `root`.
pub fn declared_params(name: &str, root: &Path) -> Vec<TemplateParam> {
    all_declared(name, ProjectRoot::new(root).ok().as_ref(), 0)
}

/// A diagnostic in a template's file as one of the film, at the place where the film uses the template.
fn at_template_use(found: Diagnostic, name: &str, text: &str, place: Option<Span>) -> Diagnostic {
    let at = found.span.map_or_else(String::new, |place| {
        let (line, column) = SourceText::new(name, text).line_and_column(place.start);
        format!("{line}:{column}: ")
    });
    Diagnostic {
        message: format!("{name}:{at}{}", found.message),
        label: "by this template".to_owned(),
        span: place,
        ..found
    }
}
