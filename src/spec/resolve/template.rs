//! Templates: those in the box, and files of the project that build on them. What is wrong in a template's file is told with its
//! place there, since the film's own report shows only the film's text.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Resolver, layers, transition};
use crate::diag::{Diagnostic, Place, Source};
use crate::spec::Options;
use crate::spec::decode::{At, Cx, Decode, Either, listed, nearest};
use crate::spec::files::Fence;
use crate::spec::language::{self, UsedTemplate};
use crate::spec::model::{Backdrop, CaptionPosition, CaptionStyle, Captions, Card, Look};
use crate::spec::params::{self, Declared, ParamDecls, ParamValues};
use crate::spec::scalar::{FileName, Number, Text};
use crate::spec::template::{BARE, DEFAULT, TEMPLATES, is_file, text};
use crate::spec::tree::{self, Node, Value};

/// Templates that build on one another, at most.
const MOST_BASES: usize = 8;

type Used = Either<At<Text>, UsedTemplate>;
type Values = BTreeMap<String, String>;

/// What a film has from its template.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Colours, fonts, backdrop, cards.
    pub look: Look,
    /// How captions look unless the film says so itself.
    pub captions: Captions,
    /// How scenes come in unless the film says so itself.
    pub transition: transition::Layer,
    /// The backdrop's seed, where it is given.
    seed: Option<u32>,
    /// What it draws under and over what scenes show.
    layers: Vec<layers::Undecided>,
}

const PLAIN_CAPTIONS: Captions = Captions { style: CaptionStyle::Karaoke, position: CaptionPosition::Bottom };

impl Template {
    fn bare() -> Self {
        let transition = transition::Layer::default();
        Self { look: BARE, captions: PLAIN_CAPTIONS, transition, seed: None, layers: Vec::new() }
    }

    /// This with what a template's file says otherwise.
    fn with(mut self, over: &language::Template, to: &mut Resolver) -> Self {
        if let Some(look) = over.look.clone() {
            self = self.with_look(look, to);
        }
        if let Some(captions) = &over.captions {
            self.captions.style = captions.style.unwrap_or(self.captions.style);
            self.captions.position = captions.position.unwrap_or(self.captions.position);
        }
        self.transition = self.transition.over(over.transition.as_ref(), to);
        if let Some(layers) = &over.layers {
            self.layers = layers::undecided(layers, to);
        }
        if let Some(areas) = &over.r#box {
            self.look.area = layers::area(areas, to);
        }
        if let Some(params) = &over.params {
            params.check(&mut to.cx);
        }
        self
    }

    fn with_look(self, over: language::Look, to: &mut Resolver) -> Self {
        for font in [&over.heading_font, &over.body_font].into_iter().flatten() {
            to.known_font(font);
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
            card: over.card.map_or(base.card, |card| with_card(base.card, &card, to)),
            area: base.area,
            layers: base.layers,
        };
        Self { look, seed: over.seed.map(|seed| to.seed(&seed)).or(self.seed), ..self }
    }
}

fn with_card(base: Card, over: &language::Card, to: &mut Resolver) -> Card {
    let size = over.heading_size.as_ref().map(|at| to.ranged("heading_size", at.value.0, at.place, 0.5..=2.0, ""));
    let weight =
        over.heading_weight.as_ref().map(|at| to.ranged("heading_weight", at.value.0, at.place, 100.0..=900.0, ""));
    let tracking = over.tracking.as_ref().map(|at| to.ranged("tracking", at.value.0, at.place, -0.1..=0.5, ""));
    let radius = over.radius.as_ref().map(|at| to.ranged("radius", at.value.0, at.place, 0.0..=1.0, ""));
    Card {
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
    /// What the film has from the template that it names, with the film's own look over it.
    pub fn template(&mut self, used: Option<&Used>, look: Option<language::Look>) -> Template {
        let (name, given) = used.map_or((None, None), parts);
        let written = name.map_or(DEFAULT, |name| &name.value.0);
        let values = self.given(written, given);
        let mut template = self.named(written, name.map(|name| name.place), &values, 0);
        if let Some(look) = look {
            template = template.with_look(look, self);
        }
        let hash = blake3::hash(written.as_bytes());
        let own = u32::from_le_bytes(std::array::from_fn(|i| hash.as_bytes()[i]));
        template.look.backdrop.seed = template.seed.unwrap_or(own);
        let finished = template.layers.iter().filter_map(|layer| layer.clone().finished(&template.look)).collect();
        template.look.layers = finished;
        template
    }

    /// The values given for a template's parameters, those left out that are wrong, which is noted.
    fn given(&mut self, template: &str, given: Option<&ParamValues>) -> Values {
        let Some(given) = given else { return Values::new() };
        let known = all_declared(template, Some(&self.fence), 0);
        given.checked(template, &known, &mut self.cx)
    }

    /// A backdrop's seed.
    pub fn seed(&mut self, seed: &At<Number>) -> u32 {
        let value = self.ranged("seed", seed.value.0, seed.place, 0.0..=f64::from(u32::MAX), "");
        if value.fract() != 0.0 {
            let message = format!("`seed` must be a whole number, not {value}");
            self.error(message, seed.place, "this value", "any number from 0 up gives a picture of its own");
        }
        value as u32
    }

    fn named(&mut self, name: &str, place: Option<Place>, values: &Values, depth: usize) -> Template {
        if !is_file(name) {
            return match text(name) {
                Some(text) => self.layered(name, text, place, values, depth),
                None => self.unknown(name, place),
            };
        }
        let place = place.unwrap_or(Place { start: 0, end: 0 });
        let file = At { value: FileName(name.to_owned()), place, whole: true };
        match self.text(&file) {
            Some((file, text)) => {
                self.templates.push(file);
                self.layered(name, &text, Some(place), values, depth)
            }
            None => Template::bare(),
        }
    }

    fn unknown(&mut self, name: &str, place: Option<Place>) -> Template {
        let names = TEMPLATES.map(|(name, _)| name);
        let help = match nearest(name, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}; one of your own ends in `.yaml`", listed(&names)),
        };
        let found = Diagnostic::error(format!("there is no template `{name}`")).label("not known").help(help);
        self.cx.report(Diagnostic { place, ..found });
        Template::bare()
    }

    /// The template whose file holds `text`, over the one it builds on.
    fn layered(&mut self, name: &str, text: &str, place: Option<Place>, values: &Values, depth: usize) -> Template {
        let mut within = Resolver {
            cx: Cx::new(text),
            fence: self.fence.clone(),
            // Every font that a template in the box names is in the box.
            options: if is_file(name) { self.options } else { Options { families: &[], ..self.options } },
            inputs: Vec::new(),
            texts: Vec::new(),
            templates: Vec::new(),
            frame: self.frame,
            logo: None,
        };
        let template = within.decoded(name, text, values, depth);
        self.inputs.append(&mut within.inputs);
        self.texts.append(&mut within.texts);
        let files = within.templates.drain(..);
        // Where the film names the template that leads to them.
        self.templates
            .extend(files.map(|file| place.map_or(file.clone(), |place| super::SourceFile { place, ..file })));
        for found in within.cx.into_found() {
            self.cx.report(foreign(found, name, text, place));
        }
        template
    }

    fn decoded(&mut self, name: &str, text: &str, values: &Values, depth: usize) -> Template {
        let nothing = Node { place: Place { start: 0, end: 0 }, value: Value::Map(Vec::new()) };
        let mut node = match tree::parse(text) {
            Ok(Node { value: Value::Null, .. }) => nothing,
            Ok(node) => node,
            Err(found) => {
                self.cx.report(found);
                return Template::bare();
            }
        };
        let mut own = Values::new();
        for Declared { name, default, .. } in declares(&node, text).0 {
            let value = values.get(&name).cloned().unwrap_or(default);
            own.insert(name, value);
        }
        params::fill(&mut node, &own, &mut self.cx);
        let Some(over) = language::Template::decode(&node, &mut self.cx) else { return Template::bare() };
        let mut passed: Values = values.iter().filter(|(name, _)| !own.contains_key(*name)).map(owned).collect();
        if let Some((base, given)) = over.base.as_ref().map(parts) {
            passed.extend(self.given(base.map_or(DEFAULT, |base| &base.value.0), given));
        }
        let base = match over.base.as_ref().and_then(|base| parts(base).0) {
            Some(base) if depth >= MOST_BASES => {
                let help = "perhaps they build on one another in a circle";
                self.error("too many templates build on one another", base.place, "one more here", help);
                Template::bare()
            }
            Some(base) => self.named(&base.value.0, Some(base.place), &passed, depth + 1),
            None if name == DEFAULT => Template::bare(),
            None => self.named(DEFAULT, None, &passed, depth + 1),
        };
        base.with(&over, self)
    }
}

fn owned((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// The name of the template and what its parameters are given.
fn parts(used: &Used) -> (Option<&At<Text>>, Option<&ParamValues>) {
    match used {
        Either::Short(name) => (Some(name), None),
        Either::Long(used) => (Some(&used.name), used.params.as_ref()),
    }
}

/// What a template's own text declares, and the template that it builds on.
fn declares(node: &Node, text: &str) -> (Vec<Declared>, Option<Used>) {
    let cx = &mut Cx::new(text);
    let decls = field(node, "params").and_then(|params| ParamDecls::decode(params, cx));
    let base = field(node, "base").and_then(|base| Used::decode(base, cx));
    (decls.unwrap_or_default().declared(), base)
}

fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let Value::Map(entries) = &node.value else { return None };
    entries.iter().find(|(key, _)| key.text == name).map(|(_, value)| value)
}

/// The parameters of a template in the box, or of a file that `fence` lets through, and of those that it builds on; what is wrong with
/// them is told where the template is used.
fn all_declared(name: &str, fence: Option<&Fence>, depth: usize) -> Vec<Declared> {
    let text = match is_file(name) {
        true => fence.and_then(|fence| fence.text(name).ok()).map(|(_, text)| text),
        false => text(name).map(str::to_owned),
    };
    let Some((text, node)) = text.and_then(|text| tree::parse(&text).ok().map(|node| (text, node))) else {
        return Vec::new();
    };
    let (mut declared, base) = declares(&node, &text);
    let (base, given) = base.as_ref().map_or((None, None), parts);
    let base = base.map_or(DEFAULT, |base| &base.value.0);
    if name != DEFAULT && depth < MOST_BASES {
        // What this template sets itself, a film cannot.
        let free = |param: &Declared| given.is_none_or(|given| !given.0.contains_key(&param.name));
        let known: Vec<String> = declared.iter().map(|param| param.name.clone()).collect();
        let more = all_declared(base, fence, depth + 1).into_iter();
        declared.extend(more.filter(|param| free(param) && !known.contains(&param.name)));
    }
    declared
}

/// The parameters that a film can give the template `name`: one in the box, or a file of the folder `root`.
pub fn declared(name: &str, root: &Path) -> Vec<Declared> {
    all_declared(name, Fence::new(root).ok().as_ref(), 0)
}

/// What was found in a template's file, as the film's report can say it.
fn foreign(found: Diagnostic, name: &str, text: &str, place: Option<Place>) -> Diagnostic {
    let at = found.place.map_or_else(String::new, |place| {
        let (line, column) = Source::new(name, text).line_and_column(place.start);
        format!("{line}:{column}: ")
    });
    Diagnostic {
        message: format!("{name}:{at}{}", found.message),
        label: "by this template".to_owned(),
        place,
        ..found
    }
}
