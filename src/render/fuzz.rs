//! Random texts on every card, in every format and template: nothing may leave the frame, reach into the captions, or panic.

use std::path::Path;

use crate::render::captions::{self, CaptionPainter, Metrics, Setting, SpokenWord};
use crate::render::cards::Cards;
use crate::render::decor::Decor;
use crate::render::layer::Layer;
use crate::render::paint::Rect;
use crate::render::pane::Pane;
use crate::render::text::Typesetter;
use crate::render::tile::Area;
use crate::render::view::{Captions, Framed, Item, Lower, Media, Row, Screen, Show, Stated, View};
use crate::spec::model::{CaptionPosition, CaptionStyle, Fit, Focus, Side};
use crate::spec::model::{Decoration, Drawn, Easing, Entrance, Stand};
use crate::spec::{self, Options};
use crate::units::{Colour, Fps, Size};
use crate::voice;

/// How many texts are set.
const TEXTS: usize = 2_000;
const SIZES: [Size; 4] = [Size::new(640, 360), Size::new(360, 640), Size::new(400, 400), Size::new(854, 360)];
/// Pieces of texts: scripts that are bundled and scripts that are not, marks that combine, signs that turn text around, emoji, and words
/// that fit no line.
const PIECES: [&str; 32] = [
    "a",
    "it",
    "word",
    "Überraschung",
    "naïve",
    "Ελληνικά",
    "Кириллица",
    "日本語の文",
    "한국어",
    "العربية",
    "עברית",
    "हिन्दी",
    "🎬",
    "👩‍👩‍👧‍👦",
    "e\u{301}\u{302}\u{303}",
    "\u{202e}turned",
    "\u{200b}",
    "—",
    "1,234.56",
    "WWWWWWWWWWWWWWWWWWWW",
    "illillillillillillill",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "https://example.org/a/very/long/path?q=1",
    "\u{fdfa}",
    "この映画は、小さな「テキスト」から始まります。",
    "这是一部用文本文件制作的影片，很简单！",
    "한국어 문장입니다.",
    "ภาพยนตร์เริ่มจากข้อความสั้นๆ",
    "هذا الفيلم (2024) من t2v!",
    "בשנת 2024, עם t2v?",
    "🇩🇪👍🏽",
    "।",
];

/// Numbers that look random and are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }

    /// A text of up to `most` pieces; short ones are as likely as long ones.
    fn text(&mut self, most: usize) -> String {
        let longest = self.roll(most) + 1;
        let count = self.roll(longest) + 1;
        (0..count).map(|_| PIECES[self.roll(PIECES.len())]).collect::<Vec<_>>().join(" ")
    }

    fn lower(&mut self) -> Lower {
        let role = (self.roll(2) == 0).then(|| self.text(8));
        Lower { name: self.text(4), role, from: 0, to: 90, raised: true }
    }

    fn show(&mut self) -> (Show, usize) {
        let at = 0;
        match self.roll(10) {
            0 => (Show::Title { title: self.text(30), subtitle: (self.roll(2) == 0).then(|| self.text(30)) }, 2),
            1 => {
                let items: Vec<Item> = (0..=self.roll(20)).map(|_| Item { text: self.text(20), at }).collect();
                let count = items.len();
                (Show::List { heading: (self.roll(2) == 0).then(|| self.text(12)), items }, count + 1)
            }
            2 => (Show::Quote { text: self.text(40), by: (self.roll(2) == 0).then(|| self.text(8)) }, 2),
            3 => {
                let word = |dice: &mut Dice| Stated { text: dice.text(1), lit: dice.roll(3) == 0, at, joined: false };
                let words: Vec<Stated> = (0..=self.roll(40)).map(|_| word(self)).collect();
                (Show::Statement { words }, 1)
            }
            4 => {
                let columns = self.roll(6) + 1;
                let cells = |dice: &mut Dice| (0..columns).map(|_| dice.text(4)).collect::<Vec<_>>();
                let head = cells(self);
                let rows: Vec<Row> = (0..=self.roll(11)).map(|_| Row { cells: cells(self), at }).collect();
                let count = (rows.len() + 1) * columns;
                (Show::Table { heading: (self.roll(2) == 0).then(|| self.text(12)), head, rows }, count)
            }
            6 => {
                let picture = |dice: &mut Dice| {
                    let caption = (dice.roll(4) > 0).then(|| dice.text(8));
                    Framed { caption, focus: Focus::CENTRE, at }
                };
                let pictures: Vec<Framed> = (0..self.roll(8) + 2).map(|_| picture(self)).collect();
                let (count, heading) = (pictures.len() + 1, (self.roll(2) == 0).then(|| self.text(12)));
                let captions = Some(CaptionPosition::Bottom);
                (Show::Pictures { heading, fit: Fit::Cover, pictures, captions }, count)
            }
            7 => {
                let screen = |dice: &mut Dice| Screen { label: Some(dice.text(8)), source: Size::new(160, 90) };
                let screens = vec![screen(self), screen(self)];
                let heading = (self.roll(2) == 0).then(|| self.text(12));
                let captions = Some(CaptionPosition::Bottom);
                (Show::Screens { heading, fit: Fit::Cover, screens, captions }, 3)
            }
            8 => {
                let items: Vec<Item> = match self.roll(2) {
                    0 => (0..=self.roll(10)).map(|_| Item { text: self.text(8), at }).collect(),
                    _ => Vec::new(),
                };
                let count = items.len() + 2;
                let split = Show::Split {
                    media: Media::Picture { focus: Focus::CENTRE },
                    side: if self.roll(2) == 0 { Side::Left } else { Side::Right },
                    fit: if self.roll(2) == 0 { Fit::Cover } else { Fit::Contain },
                    title: (self.roll(3) > 0).then(|| self.text(12)),
                    text: items.is_empty().then(|| self.text(30)),
                    items,
                    captions: Some(CaptionPosition::Bottom),
                };
                (split, count)
            }
            9 => {
                let (title, caption) = (Some(self.text(12)), (self.roll(2) == 0).then(|| self.text(12)));
                let (text, title) = (self.text(6), title.filter(|_| self.roll(3) > 0));
                (Show::Qr { text, title, caption }, 3)
            }
            _ => {
                let lines: Vec<String> = (0..self.roll(5)).map(|_| self.text(12)).collect();
                let count = lines.len() + 1;
                let qr = (self.roll(3) == 0).then(|| self.text(3));
                (Show::End { title: self.text(12), lines, qr }, count)
            }
        }
    }
}

fn layers(cards: &mut Cards, show: &Show) -> Vec<Layer> {
    match show {
        Show::Title { title, subtitle } => cards.title(title, subtitle.as_deref()),
        Show::List { heading, items } => cards.list(heading.as_deref(), items),
        Show::Quote { text, by } => cards.quote(text, by.as_deref()),
        Show::Statement { words } => cards.statement(words),
        Show::Table { heading, head, rows } => cards.table(heading.as_deref(), head, rows),
        Show::End { title, lines, qr } => cards.end(title, lines, qr.as_deref()),
        Show::Qr { text, title, caption } => cards.qr(text, title.as_deref(), caption.as_deref()),
        Show::Pictures { heading, pictures, captions, .. } => cards.gallery(heading.as_deref(), *captions, pictures),
        Show::Screens { heading, screens, captions, .. } => cards.screens(heading.as_deref(), *captions, screens),
        Show::Split { side, fit, title, text, items, captions, .. } => {
            cards.beside((*side, *fit, *captions), title.as_deref(), text.as_deref(), items)
        }
        _ => unreachable!("no other show is rolled"),
    }
}

#[test]
fn no_text_leaves_its_card() {
    let mut setter = Typesetter::new();
    let (mut dice, mut set, mut wrong) = (Dice(1), 0, Vec::new());
    let looks: Vec<_> = spec::templates()
        .into_iter()
        .map(|(name, _)| {
            let text = format!("template: {name}\nscenes: [{{ say: Hello. }}]");
            spec::parse(&text, Path::new("."), "film", &Options::default()).map(|loaded| loaded.spec.look).ok()
        })
        .collect();
    while set < TEXTS {
        let size = SIZES[dice.roll(SIZES.len())];
        let look = looks[dice.roll(looks.len())].clone().expect("templates in the box have no errors");
        let (show, texts) = dice.show();
        set += texts;
        let lower = (dice.roll(3) == 0).then(|| dice.lower());
        let view = View { lower, ..View::plain(size, Fps::whole(30), 300, show, look) };
        let mut cards = Cards::new(&view, &mut setter);
        let found = cards.turned(&view.show.texts(), |cards| layers(cards, &view.show));
        let name = view.lower.as_ref().map(|lower| cards.turned(&[], |cards| cards.lower(lower)));
        let name = name.iter().flatten().filter_map(Layer::bounds).reduce(Rect::union);
        let bottom = name.map_or(f64::from(Metrics::highest(size)), |name| name.top);
        for rect in found.iter().filter_map(Layer::bounds) {
            // Panels and places may touch the frame's sides.
            let inside = |Rect { left, top, right, bottom: low }: Rect| {
                left >= -1.0 && top >= -1.0 && right <= f64::from(size.width) + 1.0 && low <= bottom + 1.0
            };
            // Nor may they lie over pictures; a panel may touch one.
            let apart = |pane: &Pane| {
                let Area { x, y, width, height } = pane.spot.area;
                let [x, y, right, low] = [x, y, x + width, y + height].map(f64::from);
                rect.right <= x + 2.0 || rect.left >= right - 2.0 || rect.bottom <= y + 2.0 || rect.top >= low - 2.0
            };
            if !inside(rect) || !view.panes().iter().all(apart) {
                wrong.push(format!("{size}: {rect:?} of {:?}", view.show));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {set}, the first ones:\n{}", wrong.len(), wrong[..wrong.len().min(4)].join("\n"));
}

#[test]
fn no_text_of_a_layer_leaves_its_box() {
    let (mut setter, mut dice) = (Typesetter::new(), Dice(2));
    let look = spec::parse("scenes: [{ say: Hello. }]", Path::new("."), "film", &Options::default());
    let look = look.map(|loaded| loaded.spec.look).expect("a film without errors");
    for round in 0..400 {
        let size = SIZES[dice.roll(SIZES.len())];
        let mut share = |least: usize, most: usize| (least + dice.roll(most - least)) as f64 / 100.0;
        let (at, extent) = ([share(30, 70), share(20, 80)], [share(5, 60), share(3, 20)]);
        let behind = (dice.roll(2) == 0).then_some(Colour::rgb(1, 2, 3));
        let align = [Stand::Left, Stand::Centre, Stand::Right][dice.roll(3)];
        let (text, colour) = (dice.text(12), Colour::rgb(255, 255, 255));
        let family = "Inter".to_owned();
        let layer = Decoration {
            drawn: Drawn::Text { text, family, weight: 600.0, align, colour, behind, radius: 0.5 },
            at,
            size: extent,
            over: false,
            on: vec![],
            enter: Entrance::Fade,
            leave: Entrance::None,
            easing: Easing::Linear,
            after: 0.0,
            drift: [0.0, 0.0],
            depth: 0.0,
        };
        let show = Show::List { heading: None, items: vec![] };
        let (fps, look) = (Fps::whole(30), look.clone());
        let view = View::plain(size, fps, 300, show, look);
        let found = Decor::new(&layer, &view, &mut setter).bounds().expect("a text has a place");
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let (left, top) = ((at[0] - extent[0] / 2.0) * width, (at[1] - extent[1] / 2.0) * height);
        let fits = found.left >= left - 1.5 && found.right <= left + extent[0] * width + 1.5;
        let high = found.top >= top - 1.5 && found.bottom <= top + extent[1] * height + 1.5;
        assert!(fits && high, "{round}: {found:?} of {layer:?} in {size}");
    }
}

const STYLES: [CaptionStyle; 10] = [
    CaptionStyle::Karaoke,
    CaptionStyle::Word,
    CaptionStyle::Line,
    CaptionStyle::Boxed,
    CaptionStyle::Highlight,
    CaptionStyle::Pop,
    CaptionStyle::Reveal,
    CaptionStyle::Underline,
    CaptionStyle::Bar,
    CaptionStyle::Shadow,
];

/// Words of a text as a voice gives them, with pauses here and there.
fn spoken(text: &str, dice: &mut Dice) -> Vec<SpokenWord> {
    let words = voice::words(text).into_iter().enumerate();
    let timed =
        words.map(|(i, range)| voice::SpokenWord { range, from: i as u64 * 15_000, to: i as u64 * 15_000 + 14_000 });
    let mut late = 0;
    let mut end = None;
    let mut word = |word: voice::SpokenWord| {
        late += if dice.roll(12) == 0 { 60_000 } else { 0 };
        let joined = end == Some(word.range.start);
        end = Some(word.range.end);
        SpokenWord { text: text[word.range].to_owned(), from: word.from + late, to: word.to + late, joined }
    };
    voice::shown(text, &timed.collect::<Vec<_>>()).into_iter().map(&mut word).collect()
}

#[test]
fn no_caption_leaves_its_place() {
    let mut setter = Typesetter::new();
    let (mut dice, mut wrong) = (Dice(7), Vec::new());
    let loaded = spec::parse("scenes: [{ say: Hello. }]", Path::new("."), "film", &Options::default());
    let look = loaded.expect("a spec without errors").spec.look;
    for round in 0..300 {
        let size = SIZES[dice.roll(SIZES.len())];
        let style = STYLES[round % STYLES.len()];
        let text = dice.text(40);
        let words = spoken(&text, &mut dice);
        let fps = Fps::whole(30);
        let pages = captions::pages(&words, &Setting { style, size, fps, frames: 100_000, font: "Inter" });
        // A name ends a little above the place of captions.
        let (highest, lowest) =
            (f64::from(Metrics::highest(size)) - f64::from(size.height) * 0.025, f64::from(size.height));
        let all = Captions { pages: pages.clone(), style, position: CaptionPosition::Bottom };
        let painter = CaptionPainter::new(all, look.clone(), size, fps);
        for (page, of) in pages.iter().enumerate() {
            assert!(of.lines.len() <= 2, "{of:?}");
            let (block, words) = painter.places(page, &mut setter);
            let inside = |rect: &Rect| {
                rect.left >= -0.5
                    && rect.right <= f64::from(size.width) + 0.5
                    && rect.top >= highest - 1.0
                    && rect.bottom <= lowest
            };
            let apart = |a: &Rect, b: &Rect| {
                a.bottom <= b.top + 1.0 || b.bottom <= a.top + 1.0 || a.right <= b.left + 1.5 || b.right <= a.left + 1.5
            };
            let clash = (0..words.len()).flat_map(|i| (i + 1..words.len()).map(move |j| (i, j)));
            let clash = clash.filter(|(i, j)| !apart(&words[*i], &words[*j])).count();
            if !inside(&block) || !words.iter().all(inside) || clash > 0 {
                wrong.push(format!("{size} {style:?} {clash} clashes, {block:?}, {words:?}, {of:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}, the first ones:\n{}", wrong.len(), wrong[..wrong.len().min(4)].join("\n"));
}
