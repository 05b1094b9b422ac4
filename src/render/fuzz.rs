//! Random texts on every card, in every format and template: nothing may leave the frame, reach into the captions, or panic.

use std::path::Path;

use crate::render::captions::Metrics;
use crate::render::cards::Cards;
use crate::render::layer::Layer;
use crate::render::over::Over;
use crate::render::paint::Rect;
use crate::render::text::Typesetter;
use crate::render::view::{Item, Row, Show, Stated, View};
use crate::spec::{self, Options};
use crate::units::{Fps, Size};

/// How many texts are set.
const TEXTS: usize = 2_000;
const SIZES: [Size; 4] = [Size::new(640, 360), Size::new(360, 640), Size::new(400, 400), Size::new(854, 360)];
/// Pieces of texts: scripts that are bundled and scripts that are not, marks that combine, signs that turn text around, emoji, and words
/// that fit no line.
const PIECES: [&str; 24] = [
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

    fn show(&mut self) -> (Show, usize) {
        let at = 0;
        match self.roll(7) {
            0 => (Show::Title { title: self.text(30), subtitle: (self.roll(2) == 0).then(|| self.text(30)) }, 2),
            1 => {
                let items: Vec<Item> = (0..=self.roll(20)).map(|_| Item { text: self.text(20), at }).collect();
                let count = items.len();
                (Show::List { heading: (self.roll(2) == 0).then(|| self.text(12)), items }, count + 1)
            }
            2 => (Show::Quote { text: self.text(40), by: (self.roll(2) == 0).then(|| self.text(8)) }, 2),
            3 => {
                let word = |dice: &mut Dice| Stated { text: dice.text(1), lit: dice.roll(3) == 0, at };
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
            5 => {
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
        let view = View {
            size,
            fps: Fps::whole(30),
            frames: 300,
            show,
            logo: None,
            captions: None,
            lower: None,
            counter: None,
            over: Over::default(),
            look,
        };
        let bottom = f64::from(Metrics::highest(size));
        let found = layers(&mut Cards::new(&view, &mut setter), &view.show);
        for rect in found.iter().filter_map(Layer::bounds) {
            // Panels and places may touch the frame's sides.
            let inside = |Rect { left, top, right, bottom: low }: Rect| {
                left >= -1.0 && top >= -1.0 && right <= f64::from(size.width) + 1.0 && low <= bottom + 1.0
            };
            if !inside(rect) {
                wrong.push(format!("{size}: {rect:?} of {:?}", view.show));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {set}, the first ones:\n{}", wrong.len(), wrong[..wrong.len().min(4)].join("\n"));
}
