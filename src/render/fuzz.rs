//! Random texts on every card, in every format and template: nothing may leave the frame, reach into the captions, or panic.

use std::path::Path;

use crate::render::captions::metrics::CaptionMetrics;
use crate::render::captions::{self, CaptionPainter, CaptionSetting, SpokenWord};
use crate::render::cards::CardLayout;
use crate::render::content::{
    EndCard, ListCard, PicturesCard, QrCard, QuoteCard, ScreensCard, SplitCard, StatementCard, TableCard, TitleCard,
};
use crate::render::layer::ShapeLayer;
use crate::render::paint::Rect;
use crate::render::pane::{CaptionedPicture, LabelledVideo};
use crate::render::pane::{Pane, PaneMedia};
use crate::render::template_layer::TemplateLayerPainter;
use crate::render::test_support::CAPTION_STYLES;
use crate::render::text::Typesetter;
use crate::render::tile::Area;
use crate::render::view::{CaptionTrack, LowerThird, View};
use crate::render::{ListItem, SceneContent, StatementWord, TableRow};
use crate::spec::model::{CaptionPosition, FocusPoint, ImageFit, SplitSide};
use crate::spec::model::{Easing, Entrance, LayerContent, TemplateLayer, TextAlign};
use crate::spec::{self, LoadOptions};
use crate::units::{Colour, Fps, Size};
use crate::voice;

/// How many texts are set.
const TEXT_COUNT: usize = 2_000;
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

/// A pseudo-random generator of texts and contents, with the same results in every run (SplitMix64).
struct TextGenerator(u64);

impl TextGenerator {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    /// A text of up to `most` pieces; short ones are as likely as long ones.
    fn text(&mut self, most: usize) -> String {
        let longest = self.below(most) + 1;
        let count = self.below(longest) + 1;
        (0..count).map(|_| PIECES[self.below(PIECES.len())]).collect::<Vec<_>>().join(" ")
    }

    fn lower(&mut self) -> LowerThird {
        let role = (self.below(2) == 0).then(|| self.text(8));
        LowerThird { name: self.text(4), role, from: 0, to: 90, raised: true }
    }

    fn show(&mut self) -> (SceneContent, usize) {
        let at = 0;
        match self.below(10) {
            0 => (
                SceneContent::Title(TitleCard {
                    title: self.text(30),
                    subtitle: (self.below(2) == 0).then(|| self.text(30)),
                }),
                2,
            ),
            1 => {
                let items: Vec<ListItem> = (0..=self.below(20)).map(|_| ListItem { text: self.text(20), at }).collect();
                let count = items.len();
                (
                    SceneContent::List(ListCard { heading: (self.below(2) == 0).then(|| self.text(12)), items }),
                    count + 1,
                )
            }
            2 => (
                SceneContent::Quote(QuoteCard { text: self.text(40), by: (self.below(2) == 0).then(|| self.text(8)) }),
                2,
            ),
            3 => {
                let word = |generator: &mut TextGenerator| StatementWord {
                    text: generator.text(1),
                    accented: generator.below(3) == 0,
                    at,
                    joined: false,
                };
                let words: Vec<StatementWord> = (0..=self.below(40)).map(|_| word(self)).collect();
                (SceneContent::Statement(StatementCard { words }), 1)
            }
            4 => {
                let columns = self.below(6) + 1;
                let cells = |generator: &mut TextGenerator| (0..columns).map(|_| generator.text(4)).collect::<Vec<_>>();
                let head = cells(self);
                let rows: Vec<TableRow> = (0..=self.below(11)).map(|_| TableRow { cells: cells(self), at }).collect();
                let count = (rows.len() + 1) * columns;
                (
                    SceneContent::Table(TableCard { heading: (self.below(2) == 0).then(|| self.text(12)), head, rows }),
                    count,
                )
            }
            6 => {
                let picture = |generator: &mut TextGenerator| {
                    let caption = (generator.below(4) > 0).then(|| generator.text(8));
                    CaptionedPicture { caption, focus: FocusPoint::CENTRE, at }
                };
                let pictures: Vec<CaptionedPicture> = (0..self.below(8) + 2).map(|_| picture(self)).collect();
                let (count, heading) = (pictures.len() + 1, (self.below(2) == 0).then(|| self.text(12)));
                let captions = Some(CaptionPosition::Bottom);
                (SceneContent::Pictures(PicturesCard { heading, fit: ImageFit::Cover, pictures, captions }), count)
            }
            7 => {
                let screen = |generator: &mut TextGenerator| LabelledVideo {
                    label: Some(generator.text(8)),
                    source: Size::new(160, 90),
                };
                let screens = vec![screen(self), screen(self)];
                let heading = (self.below(2) == 0).then(|| self.text(12));
                let captions = Some(CaptionPosition::Bottom);
                (SceneContent::Screens(ScreensCard { heading, fit: ImageFit::Cover, screens, captions }), 3)
            }
            8 => {
                let items: Vec<ListItem> = match self.below(2) {
                    0 => (0..=self.below(10)).map(|_| ListItem { text: self.text(8), at }).collect(),
                    _ => Vec::new(),
                };
                let count = items.len() + 2;
                let split = SceneContent::Split(SplitCard {
                    media: PaneMedia::Picture { focus: FocusPoint::CENTRE },
                    side: if self.below(2) == 0 { SplitSide::Left } else { SplitSide::Right },
                    fit: if self.below(2) == 0 { ImageFit::Cover } else { ImageFit::Contain },
                    title: (self.below(3) > 0).then(|| self.text(12)),
                    text: items.is_empty().then(|| self.text(30)),
                    items,
                    captions: Some(CaptionPosition::Bottom),
                });
                (split, count)
            }
            9 => {
                let (title, caption) = (Some(self.text(12)), (self.below(2) == 0).then(|| self.text(12)));
                let (text, title) = (self.text(6), title.filter(|_| self.below(3) > 0));
                (SceneContent::Qr(QrCard { text, title, caption }), 3)
            }
            _ => {
                let lines: Vec<String> = (0..self.below(5)).map(|_| self.text(12)).collect();
                let count = lines.len() + 1;
                let qr = (self.below(3) == 0).then(|| self.text(3));
                (SceneContent::End(EndCard { title: self.text(12), lines, qr }), count)
            }
        }
    }
}

#[test]
fn no_text_leaves_its_card() {
    let mut setter = Typesetter::new();
    let (mut generator, mut set, mut wrong) = (TextGenerator(1), 0, Vec::new());
    let looks: Vec<_> = spec::templates()
        .into_iter()
        .map(|(name, _)| {
            let text = format!("template: {name}\nscenes: [{{ say: Hello. }}]");
            spec::parse(&text, Path::new("."), "film", &LoadOptions::default()).map(|loaded| loaded.spec.look).ok()
        })
        .collect();
    while set < TEXT_COUNT {
        let size = SIZES[generator.below(SIZES.len())];
        let look = looks[generator.below(looks.len())].clone().expect("templates in the box have no errors");
        let (show, texts) = generator.show();
        set += texts;
        let lower = (generator.below(3) == 0).then(|| generator.lower());
        let view = View { lower_third: lower, ..View::new(size, Fps::whole(30), 300, show, look) };
        let context = view.card_context();
        let mut cards = CardLayout::new(&context, &mut setter);
        let found = view.content.declared().lay_out(&mut cards, None).layers;
        let name = view.lower_third.as_ref().map(|lower| cards.mirrored_if_rtl(&[], |cards| cards.lower(lower)));
        let name = name.iter().flatten().filter_map(ShapeLayer::bounds).reduce(Rect::union);
        let bottom = name.map_or(f64::from(CaptionMetrics::highest(size)), |name| name.top);
        for rect in found.iter().filter_map(ShapeLayer::bounds) {
            // Panels and places may touch the frame's sides.
            let inside = |Rect { left, top, right, bottom: low }: Rect| {
                left >= -1.0 && top >= -1.0 && right <= f64::from(size.width) + 1.0 && low <= bottom + 1.0
            };
            // Nor may they lie over pictures; a panel may touch one.
            let apart = |pane: &Pane| {
                let Area { x, y, width, height } = pane.placement.area;
                let [x, y, right, low] = [x, y, x + width, y + height].map(f64::from);
                rect.right <= x + 2.0 || rect.left >= right - 2.0 || rect.bottom <= y + 2.0 || rect.top >= low - 2.0
            };
            if !inside(rect) || !view.panes().iter().all(apart) {
                wrong.push(format!("{size}: {rect:?} of {:?}", view.content));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {set}, the first ones:\n{}", wrong.len(), wrong[..wrong.len().min(4)].join("\n"));
}

#[test]
fn no_text_of_a_layer_leaves_its_box() {
    let (mut setter, mut generator) = (Typesetter::new(), TextGenerator(2));
    let look = spec::parse("scenes: [{ say: Hello. }]", Path::new("."), "film", &LoadOptions::default());
    let look = look.map(|loaded| loaded.spec.look).expect("a film without errors");
    for round in 0..400 {
        let size = SIZES[generator.below(SIZES.len())];
        let mut share = |least: usize, most: usize| (least + generator.below(most - least)) as f64 / 100.0;
        let (at, extent) = ([share(30, 70), share(20, 80)], [share(5, 60), share(3, 20)]);
        let behind = (generator.below(2) == 0).then_some(Colour::rgb(1, 2, 3));
        let align = [TextAlign::Left, TextAlign::Centre, TextAlign::Right][generator.below(3)];
        let (text, colour) = (generator.text(12), Colour::rgb(255, 255, 255));
        let family = "Inter".to_owned();
        let layer = TemplateLayer {
            drawn: LayerContent::Text { text, family, weight: 600.0, align, colour, behind, radius: 0.5 },
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
        let show = SceneContent::List(ListCard { heading: None, items: vec![] });
        let (fps, look) = (Fps::whole(30), look.clone());
        let view = View::new(size, fps, 300, show, look);
        let found = TemplateLayerPainter::new(&layer, &view, &mut setter).bounds().expect("a text has a place");
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let (left, top) = ((at[0] - extent[0] / 2.0) * width, (at[1] - extent[1] / 2.0) * height);
        let fits = found.left >= left - 1.5 && found.right <= left + extent[0] * width + 1.5;
        let high = found.top >= top - 1.5 && found.bottom <= top + extent[1] * height + 1.5;
        assert!(fits && high, "{round}: {found:?} of {layer:?} in {size}");
    }
}

/// Words of a text as a voice gives them, with pauses here and there.
fn spoken(text: &str, generator: &mut TextGenerator) -> Vec<SpokenWord> {
    let words = voice::words(text).into_iter().enumerate();
    let timed =
        words.map(|(i, range)| voice::WordTiming { range, from: i as u64 * 15_000, to: i as u64 * 15_000 + 14_000 });
    let mut late = 0;
    let mut end = None;
    let mut word = |word: voice::WordTiming| {
        late += if generator.below(12) == 0 { 60_000 } else { 0 };
        let joined = end == Some(word.range.start);
        end = Some(word.range.end);
        SpokenWord { text: text[word.range].to_owned(), from: word.from + late, to: word.to + late, joined }
    };
    voice::caption_words(text, &timed.collect::<Vec<_>>()).into_iter().map(&mut word).collect()
}

#[test]
fn no_caption_leaves_its_place() {
    let mut setter = Typesetter::new();
    let (mut generator, mut wrong) = (TextGenerator(7), Vec::new());
    let loaded = spec::parse("scenes: [{ say: Hello. }]", Path::new("."), "film", &LoadOptions::default());
    let look = loaded.expect("a spec without errors").spec.look;
    for round in 0..300 {
        let size = SIZES[generator.below(SIZES.len())];
        let style = CAPTION_STYLES[round % CAPTION_STYLES.len()];
        let text = generator.text(40);
        let words = spoken(&text, &mut generator);
        let fps = Fps::whole(30);
        let pages = captions::pages(&words, &CaptionSetting { style, size, fps, frames: 100_000, font: "Inter" });
        // A name ends a little above the place of captions.
        let (highest, lowest) =
            (f64::from(CaptionMetrics::highest(size)) - f64::from(size.height) * 0.025, f64::from(size.height));
        let all = CaptionTrack { pages: pages.clone(), style, position: CaptionPosition::Bottom };
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
