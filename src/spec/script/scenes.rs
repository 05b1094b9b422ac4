//! Blocks → scenes: what belongs together, what is said, what is seen. Knows nothing of Markdown, nor of what becomes of a scene.

use std::iter::Peekable;
use std::mem::take;
use std::vec::IntoIter;

use super::block::{Block, Picture, Prose};
use super::card;
use super::cut;
use super::draft::{Draft, Lead, pictured};
use super::names::Names;
use super::node::{self, entry};
use super::passage::{at_cards, illustrated, parts, shared};
use crate::diag::{Diagnostic, Place};
use crate::spec::tree::{Node, Value};

/// A list with more items than this is shown in several scenes …
const MOST_ITEMS: usize = 8;
/// … of so many at most.
const ITEMS_OF_MANY: usize = 7;
/// What introduces a list is its heading if it has at most so many letters.
const LONGEST_HEADING: usize = 48;
/// A quotation with more letters is shown on several cards.
const LONGEST_QUOTE: usize = 400;
/// Settings that are for all of a passage, which is then one scene.
const WHOLE: [&str; 4] = ["show", "say", "narration", "length"];

/// A film's scenes.
pub struct Scenes {
    /// The first heading of the first level.
    pub title: Option<Prose>,
    /// Its scenes.
    pub scenes: Vec<Node>,
    /// What is wrong.
    pub found: Vec<Diagnostic>,
}

/// The scenes of these blocks.
pub fn of(blocks: Vec<Block>) -> Scenes {
    let mut maker = Maker::default();
    let mut blocks = blocks.into_iter().peekable();
    while let Some(block) = blocks.next() {
        maker.block(block, &mut blocks);
    }
    maker.end();
    Scenes { title: maker.title, scenes: named(maker.drafts), found: maker.found }
}

fn named(drafts: Vec<Draft>) -> Vec<Node> {
    let mut names = Names::default();
    for id in drafts.iter().filter_map(Draft::id) {
        if let Value::Scalar { text, .. } = &id.value {
            names.take(text);
        }
    }
    let name = |draft: Draft| {
        let id = if draft.id().is_some() { String::new() } else { names.name(&draft.named) };
        draft.node(&id)
    };
    drafts.into_iter().map(name).collect()
}

type Rest = Peekable<IntoIter<Block>>;

#[derive(Default)]
struct Maker {
    title: Option<Prose>,
    drafts: Vec<Draft>,
    /// What belongs to the next scene.
    lead: Lead,
    /// A picture that stands alone, until it is known whether words follow.
    waiting: Option<(Picture, Lead)>,
    found: Vec<Diagnostic>,
}

impl Maker {
    fn block(&mut self, block: Block, rest: &mut Rest) {
        match block {
            Block::Heading { level: 1, words } if self.title.is_none() => self.opening(words, rest),
            Block::Heading { words, .. } => self.heading(words),
            Block::Paragraph(words) => self.paragraph(words, rest),
            Block::Picture(picture) => self.picture(picture),
            Block::Settings(fields) => self.lead.settings.extend(fields),
            Block::Pause(pause) => self.pause(pause),
            Block::Rule => self.rule(),
            other => self.exhibit(other, None),
        }
    }

    /// The film's title, on a card of its own.
    fn opening(&mut self, words: Prose, rest: &mut Rest) {
        self.let_go();
        let subtitle = rest.next_if(|next| matches!(next, Block::Paragraph(words) if is_all_lit(words)));
        let mut show = vec![entry("title", node::text(words.words(), words.place()))];
        if let Some(Block::Paragraph(words)) = subtitle {
            show.push(entry("subtitle", node::text(words.words(), words.place())));
        }
        let lead = Lead { heading: Some(words.clone()), ..take(&mut self.lead) };
        self.drafts.push(Draft::card(&words, lead).showing(node::map(show, words.place())));
        self.title = Some(words);
    }

    fn heading(&mut self, words: Prose) {
        self.let_go();
        self.card();
        self.lead.heading = Some(words);
    }

    /// A heading that nothing follows has a card to itself.
    fn card(&mut self) {
        if let Some(heading) = self.lead.heading.clone() {
            let lead = take(&mut self.lead);
            self.drafts.push(Draft::card(&heading, lead));
        }
    }

    fn picture(&mut self, picture: Picture) {
        self.let_go();
        self.waiting = Some((picture, take(&mut self.lead)));
    }

    /// A picture that no words follow is seen in silence.
    fn let_go(&mut self) {
        if let Some((picture, lead)) = self.waiting.take() {
            self.drafts.push(Draft::new(picture.place, file_stem(&picture), lead).showing(pictured(&picture)));
        }
    }

    /// Silence after what was said last, or before what is said next.
    fn pause(&mut self, pause: Node) {
        match self.drafts.last_mut() {
            Some(last) if self.waiting.is_none() && self.lead.is_empty() && last.speaks() => last.say.push(pause),
            _ => self.lead.pauses.push(pause),
        }
    }

    fn rule(&mut self) {
        self.let_go();
        self.card();
        self.lead.rule = !self.drafts.is_empty();
    }

    fn paragraph(&mut self, words: Prose, rest: &mut Rest) {
        let shows = |fields: &[_]| node::has(fields, "show");
        let free = self.waiting.is_none()
            && words.pictures.is_empty()
            && !shows(&words.settings)
            && !shows(&self.lead.settings);
        if free && let Some(next) = rest.next_if(|next| introduces(&words, next)) {
            let intro = self.introduction(words, &next);
            return self.exhibit(next, Some(intro));
        }
        let (picture, earlier) =
            self.waiting.take().map_or_else(Default::default, |(picture, lead)| (Some(picture), lead));
        self.passage(words, picture, earlier);
    }

    /// What is said with a list: of a long passage only its last sentence; the others are scenes before.
    fn introduction(&mut self, mut words: Prose, next: &Block) -> Prose {
        const LONGEST: f64 = 6.0;
        let last = crate::voice::sentences(&words.text).last().map_or(0, |last| last.start);
        if !matches!(next, Block::List { .. }) || last == 0 || cut::seconds(words.words()) <= LONGEST {
            return words;
        }
        let mut before = words.part(0..last);
        before.settings = take(&mut words.settings);
        self.passage(before, None, Lead::default());
        words.part(last..words.text.len())
    }

    /// Words, and the pictures among them.
    fn passage(&mut self, mut words: Prose, picture: Option<Picture>, earlier: Lead) {
        let mut lead = earlier.and(take(&mut self.lead));
        lead.settings.append(&mut words.settings);
        for (picture, words) in illustrated(&words, picture) {
            match picture {
                None => self.cards(words, take(&mut lead)),
                Some(picture) => {
                    let name = if words.is_empty() { file_stem(&picture) } else { words.words() };
                    let draft =
                        Draft::new(around(picture.place, &words), name, take(&mut lead)).showing(pictured(&picture));
                    self.drafts.push(if words.is_empty() { draft } else { draft.saying(&words) });
                }
            }
        }
    }

    /// Words with nothing to see but what is made of them.
    fn cards(&mut self, words: Prose, lead: Lead) {
        if WHOLE.iter().any(|field| node::has(&lead.settings, field)) {
            return self.drafts.push(Draft::new(words.place(), words.words(), lead).saying(&words));
        }
        let under = lead.heading.is_some();
        let parts: Vec<Prose> = parts(&words, under)
            .into_iter()
            .enumerate()
            .flat_map(|(n, part)| if under && n == 0 { vec![part] } else { at_cards(part) })
            .collect();
        let leads = shared(lead, parts.len());
        for (part, lead) in parts.into_iter().zip(leads) {
            let card = if lead.heading.is_some() { None } else { card::of(&part) };
            let draft = Draft::new(part.place(), part.words(), lead).saying(&part);
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

    /// Something to look at, and the words that introduce it.
    fn exhibit(&mut self, block: Block, intro: Option<Prose>) {
        self.let_go();
        if let Block::Picture(picture) = block {
            return self.passage(intro.unwrap_or_default(), Some(picture), Lead::default());
        }
        if let Some(intro) = &intro {
            self.lead.settings.extend(intro.settings.iter().cloned());
        }
        match block {
            Block::List { items, place } => self.list(items, place, intro),
            Block::Quote { words, by } => self.quote(&words, by.as_ref()),
            Block::Code { text, language, place } => {
                let lines = text.lines().count();
                let language = language.map(|language| entry("language", node::text(language, place)));
                let code = [entry("text", node::text(text, place))].into_iter().chain(language).collect();
                self.seen(entry("code", node::map(code, place)), lines, intro);
            }
            Block::Table { rows, place } => {
                let lines = rows.len();
                self.seen(entry("table", table(&rows, place)), lines, intro);
            }
            _ => {}
        }
    }

    /// Code or a table of so many lines.
    fn seen(&mut self, show: (crate::spec::tree::Key, Node), lines: usize, intro: Option<Prose>) {
        let (place, lead) = (show.1.place, take(&mut self.lead));
        let heading =
            lead.heading.as_ref().map(|heading| entry("heading", node::text(heading.words(), heading.place())));
        let name = intro.as_ref().map_or(show.0.text.clone(), |intro| intro.words().to_owned());
        let shown = node::map([show].into_iter().chain(heading).collect(), place);
        let draft = Draft::new(intro.as_ref().map_or(place, Prose::place), &name, lead).showing(shown);
        self.drafts.push(match intro {
            Some(intro) => draft.saying(&intro),
            None => draft.with("length", node::text(format!("{}s", (3 + lines / 2).clamp(4, 12)), place)),
        });
    }

    /// A quotation; one that is too long for a card is cut at its sentences.
    fn quote(&mut self, words: &Prose, by: Option<&Prose>) {
        let lead = take(&mut self.lead);
        let parts =
            if words.words().chars().count() > LONGEST_QUOTE { parts(words, false) } else { vec![words.clone()] };
        let leads = shared(lead, parts.len());
        for (part, lead) in parts.iter().zip(leads) {
            let mut show = vec![entry("quote", node::text(part.words(), part.place()))];
            show.extend(by.map(|by| entry("by", node::text(by.words(), by.place()))));
            let draft = Draft::new(part.place(), part.words(), lead).showing(node::map(show, part.place()));
            self.drafts.push(draft.saying(part).without_captions());
        }
    }

    /// A list: each item is said, and comes when it is.
    fn list(&mut self, items: Vec<Prose>, place: Place, intro: Option<Prose>) {
        let mut lead = take(&mut self.lead);
        lead.settings.extend(items.iter().flat_map(|item| item.settings.iter().cloned()));
        let short = intro.as_ref().and_then(heading_of);
        let heading =
            short.clone().or_else(|| lead.heading.as_ref().map(|heading| node::text(heading.words(), heading.place())));
        let read = intro.is_none() || short.is_some();
        let chunks = items.len().div_ceil(if items.len() > MOST_ITEMS { ITEMS_OF_MANY } else { MOST_ITEMS });
        let (mut intro, size) = (intro, items.len().div_ceil(chunks));
        for (items, lead) in items.chunks(size).zip(shared(lead, chunks)) {
            let place = if chunks == 1 { place } else { around(items[0].place(), &items[items.len() - 1]) };
            let name = intro.as_ref().unwrap_or(&items[0]).words().to_owned();
            let mut draft = Draft::new(place, &name, lead);
            if let Some(intro) = intro.take() {
                draft = draft.saying(&intro);
            }
            self.drafts.push(listed(draft, items, heading.clone(), read));
        }
    }

    fn end(&mut self) {
        self.let_go();
        self.card();
        if let Some((key, _)) = self.lead.settings.first() {
            let found = Diagnostic::error("no scene follows these settings").at(key.place).label("for what?");
            self.found.push(found.help("settings stand before the paragraph that they are for"));
        }
    }
}

/// The scene `draft` with these items; `read`: whatever else it says is to be read, too.
fn listed(draft: Draft, items: &[Prose], heading: Option<Node>, read: bool) -> Draft {
    let place = draft.place;
    let shown: Vec<(String, bool)> = items.iter().map(card::item).collect();
    let whole = read && shown.iter().all(|(_, whole)| *whole);
    let texts = shown.into_iter().zip(items).map(|((text, _), item)| node::text(text, item.place())).collect();
    let mut show = vec![entry("list", node::list(texts, place))];
    show.extend(heading.map(|heading| entry("heading", heading)));
    show.push(entry("build", node::text("say", place)));
    let draft = items.iter().fold(draft.showing(node::map(show, place)), Draft::saying);
    if whole { draft.without_captions() } else { draft }
}

/// Whether `words` are said while `next` is seen.
fn introduces(words: &Prose, next: &Block) -> bool {
    match next {
        Block::Code { .. } | Block::Table { .. } => true,
        Block::List { .. } | Block::Picture(_) => words.words().ends_with(':'),
        _ => false,
    }
}

/// What introduces a list as its heading, if it is short.
fn heading_of(intro: &Prose) -> Option<Node> {
    let text = intro.words().trim_end_matches(':').trim_end();
    let short = text.chars().count() <= LONGEST_HEADING && crate::voice::sentences(text).len() == 1;
    short.then(|| node::text(text, intro.place()))
}

fn is_all_lit(words: &Prose) -> bool {
    let start = words.text.len() - words.text.trim_start().len();
    let all = start..start + words.words().len();
    words.lit.iter().any(|lit| lit.start <= all.start && all.end <= lit.end) && words.pictures.is_empty()
}

fn table(rows: &[Vec<Prose>], place: Place) -> Node {
    let cell = |cell: &Prose| node::text(cell.words(), cell.place());
    let row = |row: &Vec<Prose>| {
        let place = row.first().map_or(place, |first| around(first.place(), &row[row.len() - 1]));
        node::list(row.iter().map(cell).collect(), place)
    };
    node::list(rows.iter().map(row).collect(), place)
}

/// From `place` to the end of `words`, or the other way round.
fn around(place: Place, words: &Prose) -> Place {
    if words.is_empty() {
        return place;
    }
    let other = words.place();
    Place { start: place.start.min(other.start), end: place.end.max(other.end) }
}

fn file_stem(picture: &Picture) -> &str {
    let name = picture.file.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
