//! Turns a script's blocks into scenes: groups what belongs together, and decides what each scene says and shows.

use std::iter::Peekable;
use std::mem::take;
use std::vec::IntoIter;

use super::block::{PictureRef, Prose, ScriptBlock};
use super::card;
use super::node_builder::{self as node, entry};
use super::passage::{distribute_lead, split_at_pictures, split_at_statements, split_long};
use super::scene_draft::{SceneDraft, SceneLead, show_of_file};
use super::scene_names::SceneNames;
use super::sentence_cuts;
use crate::diag::{Diagnostic, Span};
use crate::spec::tree::{NodeValue, TreeNode};

/// A list with more items than this is shown in several scenes.
const MAX_ITEMS: usize = 8;
/// The most items of each of those scenes.
const MAX_ITEMS_OF_PART: usize = 7;
/// A list's introduction becomes its heading if it is no longer than this, in characters.
const MAX_HEADING_CHARS: usize = 48;
/// A quotation longer than this, in characters, is shown on several cards.
const MAX_QUOTE_CHARS: usize = 400;
/// Settings that keep a passage in one scene, because they apply to all of it.
const UNDIVIDED_SETTINGS: [&str; 4] = ["show", "say", "narration", "length"];

/// The scenes of a script.
pub struct ScriptScenes {
    /// The first heading of level 1, which is the film's title.
    pub title: Option<Prose>,
    /// One node for each scene, in order.
    pub scenes: Vec<TreeNode>,
    /// The diagnostics of this step.
    pub found: Vec<Diagnostic>,
}

/// Builds the scenes of these blocks.
pub fn build_scenes(blocks: Vec<ScriptBlock>) -> ScriptScenes {
    let mut builder = SceneBuilder::default();
    let mut blocks = blocks.into_iter().peekable();
    while let Some(block) = blocks.next() {
        builder.block(block, &mut blocks);
    }
    builder.finish();
    ScriptScenes { title: builder.title, scenes: name_scenes(builder.drafts), found: builder.found }
}

fn name_scenes(drafts: Vec<SceneDraft>) -> Vec<TreeNode> {
    let mut names = SceneNames::default();
    for id in drafts.iter().filter_map(SceneDraft::id) {
        if let NodeValue::Scalar { text, .. } = &id.value {
            names.reserve(text);
        }
    }
    let mut nodes = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let id = if draft.id().is_some() { String::new() } else { names.name(&draft.named) };
        nodes.push(draft.node(&id));
    }
    nodes
}

type RemainingBlocks = Peekable<IntoIter<ScriptBlock>>;

#[derive(Default)]
struct SceneBuilder {
    title: Option<Prose>,
    drafts: Vec<SceneDraft>,
    /// Headings, settings and pauses for the next scene.
    lead: SceneLead,
    /// A picture that stands alone, kept until it is known whether words follow.
    waiting: Option<(PictureRef, SceneLead)>,
    found: Vec<Diagnostic>,
}

impl SceneBuilder {
    fn block(&mut self, block: ScriptBlock, rest: &mut RemainingBlocks) {
        match block {
            ScriptBlock::Heading { level: 1, words } if self.title.is_none() => self.opening(words, rest),
            ScriptBlock::Heading { words, .. } => self.heading(words),
            ScriptBlock::Paragraph(words) => self.paragraph(words, rest),
            ScriptBlock::Picture(picture) => self.picture(picture),
            ScriptBlock::Settings(fields) => self.lead.settings.extend(fields),
            ScriptBlock::Pause(pause) => self.pause(pause),
            ScriptBlock::Rule => self.rule(),
            other => self.exhibit(other, None),
        }
    }

    /// Makes a card of the film's title, with an emphasised paragraph behind it as subtitle.
    fn opening(&mut self, words: Prose, rest: &mut RemainingBlocks) {
        self.end_picture();
        let subtitle = rest.next_if(|next| matches!(next, ScriptBlock::Paragraph(words) if is_all_lit(words)));
        let mut show = vec![entry("title", node::text(words.words(), words.place()))];
        if let Some(ScriptBlock::Paragraph(words)) = subtitle {
            show.push(entry("subtitle", node::text(words.words(), words.place())));
        }
        let lead = SceneLead { heading: Some(words.clone()), ..take(&mut self.lead) };
        self.drafts.push(SceneDraft::card(&words, lead).showing(node::map(show, words.place())));
        self.title = Some(words);
    }

    fn heading(&mut self, words: Prose) {
        self.end_picture();
        self.end_heading();
        self.lead.heading = Some(words);
    }

    /// Makes a card of a heading that nothing followed.
    fn end_heading(&mut self) {
        if let Some(heading) = self.lead.heading.clone() {
            let lead = take(&mut self.lead);
            self.drafts.push(SceneDraft::card(&heading, lead));
        }
    }

    fn picture(&mut self, picture: PictureRef) {
        self.end_picture();
        self.waiting = Some((picture, take(&mut self.lead)));
    }

    /// Makes a silent scene of a picture that no words followed.
    fn end_picture(&mut self) {
        if let Some((picture, lead)) = self.waiting.take() {
            self.drafts.push(SceneDraft::new(picture.place, file_stem(&picture), lead).showing(show_of_file(&picture)));
        }
    }

    /// Adds silence after the last words, or before the next ones.
    fn pause(&mut self, pause: TreeNode) {
        match self.drafts.last_mut() {
            Some(last) if self.waiting.is_none() && self.lead.is_empty() && last.speaks() => last.say.push(pause),
            _ => self.lead.pauses.push(pause),
        }
    }

    fn rule(&mut self) {
        self.end_picture();
        self.end_heading();
        self.lead.rule = !self.drafts.is_empty();
    }

    fn paragraph(&mut self, words: Prose, rest: &mut RemainingBlocks) {
        let free = self.waiting.is_none()
            && words.pictures.is_empty()
            && !node::has(&words.settings, "show")
            && !node::has(&self.lead.settings, "show");
        if free && let Some(next) = rest.next_if(|next| introduces(&words, next)) {
            let intro = self.introduction(words, &next);
            return self.exhibit(next, Some(intro));
        }
        let (picture, earlier) =
            self.waiting.take().map_or_else(Default::default, |(picture, lead)| (Some(picture), lead));
        self.passage(words, picture, earlier);
    }

    /// What is said with a list: only the last sentence of a long passage. The sentences before it become scenes of their own.
    fn introduction(&mut self, mut words: Prose, next: &ScriptBlock) -> Prose {
        const MAX_SECONDS: f64 = 6.0;
        let last = crate::voice::sentences(&words.text).last().map_or(0, |last| last.start);
        if !matches!(next, ScriptBlock::List { .. })
            || last == 0
            || sentence_cuts::seconds(words.words()) <= MAX_SECONDS
        {
            return words;
        }
        let mut before = words.part(0..last);
        before.settings = take(&mut words.settings);
        self.passage(before, None, SceneLead::default());
        words.part(last..words.text.len())
    }

    /// Makes scenes of words and of the pictures among them.
    fn passage(&mut self, mut words: Prose, picture: Option<PictureRef>, earlier: SceneLead) {
        let mut lead = earlier.and(take(&mut self.lead));
        lead.settings.append(&mut words.settings);
        for (picture, words) in split_at_pictures(&words, picture) {
            match picture {
                None => self.statement_scenes(words, take(&mut lead)),
                Some(picture) => {
                    let name = if words.is_empty() { file_stem(&picture) } else { words.words() };
                    let draft = SceneDraft::new(around(picture.place, &words), name, take(&mut lead))
                        .showing(show_of_file(&picture));
                    self.drafts.push(if words.is_empty() { draft } else { draft.saying(&words) });
                }
            }
        }
    }

    /// Makes scenes of words without pictures; each shows a statement if the words have a fitting clause.
    fn statement_scenes(&mut self, words: Prose, lead: SceneLead) {
        if UNDIVIDED_SETTINGS.iter().any(|field| node::has(&lead.settings, field)) {
            return self.drafts.push(SceneDraft::new(words.place(), words.words(), lead).saying(&words));
        }
        let under = lead.heading.is_some();
        let parts: Vec<Prose> = split_long(&words, under)
            .into_iter()
            .enumerate()
            .flat_map(|(n, part)| if under && n == 0 { vec![part] } else { split_at_statements(part) })
            .collect();
        let leads = distribute_lead(lead, parts.len());
        for (part, lead) in parts.into_iter().zip(leads) {
            let card = if lead.heading.is_some() { None } else { card::find_statement(&part) };
            let draft = SceneDraft::new(part.place(), part.words(), lead).saying(&part);
            self.drafts.push(match card {
                None => draft,
                Some(card) => {
                    let show = vec![entry("statement", node::text(card.statement, part.place()))];
                    let draft = draft.showing(node::map(show, part.place()));
                    if card.whole { draft.without_captions() } else { draft }
                }
            });
        }
    }

    /// Makes scenes of a list, quotation, code or table, and of the words that introduce it.
    fn exhibit(&mut self, block: ScriptBlock, intro: Option<Prose>) {
        self.end_picture();
        if let ScriptBlock::Picture(picture) = block {
            return self.passage(intro.unwrap_or_default(), Some(picture), SceneLead::default());
        }
        if let Some(intro) = &intro {
            self.lead.settings.extend(intro.settings.iter().cloned());
        }
        match block {
            ScriptBlock::List { items, place } => self.list(items, place, intro),
            ScriptBlock::Quote { words, by } => self.quote(&words, by.as_ref()),
            ScriptBlock::Code { text, language, place } => {
                let lines = text.lines().count();
                let language = language.map(|language| entry("language", node::text(language, place)));
                let code = [entry("text", node::text(text, place))].into_iter().chain(language).collect();
                self.code_or_table(entry("code", node::map(code, place)), lines, intro);
            }
            ScriptBlock::Table { rows, place } => {
                let lines = rows.len();
                self.code_or_table(entry("table", table(&rows, place)), lines, intro);
            }
            _ => {}
        }
    }

    /// Makes a scene of code or a table with this number of lines, which sets how long it stays without words.
    fn code_or_table(&mut self, show: (crate::spec::tree::MapKey, TreeNode), lines: usize, intro: Option<Prose>) {
        let (place, lead) = (show.1.place, take(&mut self.lead));
        let heading =
            lead.heading.as_ref().map(|heading| entry("heading", node::text(heading.words(), heading.place())));
        let name = intro.as_ref().map_or(show.0.text.clone(), |intro| intro.words().to_owned());
        let shown = node::map([show].into_iter().chain(heading).collect(), place);
        let draft = SceneDraft::new(intro.as_ref().map_or(place, Prose::place), &name, lead).showing(shown);
        self.drafts.push(match intro {
            Some(intro) => draft.saying(&intro),
            None => draft.with("length", node::text(format!("{}s", (3 + lines / 2).clamp(4, 12)), place)),
        });
    }

    /// Makes scenes of a quotation; one that is too long for a card is cut between sentences.
    fn quote(&mut self, words: &Prose, by: Option<&Prose>) {
        let lead = take(&mut self.lead);
        let parts = if words.words().chars().count() > MAX_QUOTE_CHARS {
            split_long(words, false)
        } else {
            vec![words.clone()]
        };
        let leads = distribute_lead(lead, parts.len());
        for (part, lead) in parts.iter().zip(leads) {
            let mut show = vec![entry("quote", node::text(part.words(), part.place()))];
            show.extend(by.map(|by| entry("by", node::text(by.words(), by.place()))));
            let draft = SceneDraft::new(part.place(), part.words(), lead).showing(node::map(show, part.place()));
            self.drafts.push(draft.saying(part).without_captions());
        }
    }

    /// Makes scenes of a list: each item appears when it is said.
    fn list(&mut self, items: Vec<Prose>, place: Span, intro: Option<Prose>) {
        let mut lead = take(&mut self.lead);
        lead.settings.extend(items.iter().flat_map(|item| item.settings.iter().cloned()));
        let short = intro.as_ref().and_then(heading_of);
        let heading =
            short.clone().or_else(|| lead.heading.as_ref().map(|heading| node::text(heading.words(), heading.place())));
        let read = intro.is_none() || short.is_some();
        let chunks = items.len().div_ceil(if items.len() > MAX_ITEMS { MAX_ITEMS_OF_PART } else { MAX_ITEMS });
        let (mut intro, size) = (intro, items.len().div_ceil(chunks));
        for (items, lead) in items.chunks(size).zip(distribute_lead(lead, chunks)) {
            let place = if chunks == 1 { place } else { around(items[0].place(), &items[items.len() - 1]) };
            let name = intro.as_ref().unwrap_or(&items[0]).words().to_owned();
            let mut draft = SceneDraft::new(place, &name, lead);
            if let Some(intro) = intro.take() {
                draft = draft.saying(&intro);
            }
            self.drafts.push(listed(draft, items, heading.clone(), read));
        }
    }

    fn finish(&mut self) {
        self.end_picture();
        self.end_heading();
        if let Some((key, _)) = self.lead.settings.first() {
            let found = Diagnostic::error("no scene follows these settings").at(key.place).label("for what?");
            self.found.push(found.help("settings stand before the paragraph that they are for"));
        }
    }
}

/// The scene `draft` with these items; `read`: whether everything else that it says can be read on the screen.
fn listed(draft: SceneDraft, items: &[Prose], heading: Option<TreeNode>, read: bool) -> SceneDraft {
    let place = draft.place;
    let shown: Vec<(String, bool)> = items.iter().map(card::item_text).collect();
    let whole = read && shown.iter().all(|(_, whole)| *whole);
    let texts = shown.into_iter().zip(items).map(|((text, _), item)| node::text(text, item.place())).collect();
    let mut show = vec![entry("list", node::list(texts, place))];
    show.extend(heading.map(|heading| entry("heading", heading)));
    show.push(entry("build", node::text("say", place)));
    let draft = items.iter().fold(draft.showing(node::map(show, place)), SceneDraft::saying);
    if whole { draft.without_captions() } else { draft }
}

/// Whether `words` are said while `next` is shown.
fn introduces(words: &Prose, next: &ScriptBlock) -> bool {
    match next {
        ScriptBlock::Code { .. } | ScriptBlock::Table { .. } => true,
        ScriptBlock::List { .. } | ScriptBlock::Picture(_) => words.words().ends_with(':'),
        _ => false,
    }
}

/// A short introduction of a list, as its heading.
fn heading_of(intro: &Prose) -> Option<TreeNode> {
    let text = intro.words().trim_end_matches(':').trim_end();
    let short = text.chars().count() <= MAX_HEADING_CHARS && crate::voice::sentences(text).len() == 1;
    short.then(|| node::text(text, intro.place()))
}

fn is_all_lit(words: &Prose) -> bool {
    let start = words.text.len() - words.text.trim_start().len();
    let all = start..start + words.words().len();
    words.lit.iter().any(|lit| lit.start <= all.start && all.end <= lit.end) && words.pictures.is_empty()
}

fn table(rows: &[Vec<Prose>], place: Span) -> TreeNode {
    let mut nodes = Vec::with_capacity(rows.len());
    for row in rows {
        let place = row.first().map_or(place, |first| around(first.place(), &row[row.len() - 1]));
        nodes.push(node::list(row.iter().map(|cell| node::text(cell.words(), cell.place())).collect(), place));
    }
    node::list(nodes, place)
}

/// From `place` to the end of `words`, or the other way round.
fn around(place: Span, words: &Prose) -> Span {
    if words.is_empty() {
        return place;
    }
    let other = words.place();
    Span { start: place.start.min(other.start), end: place.end.max(other.end) }
}

fn file_stem(picture: &PictureRef) -> &str {
    let name = picture.file.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
