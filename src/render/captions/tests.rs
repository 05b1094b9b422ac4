use proptest::prelude::*;

use super::metrics::CaptionMetrics;
use super::*;
use crate::render::test_support::{CAPTION_STYLES, spoken_words};
use crate::render::text::Typesetter;
use crate::render::view::CaptionPage;
use crate::spec::model::CaptionStyle;
use crate::units::{Fps, SAMPLE_RATE, Size};

const HD: Size = Size::new(1920, 1080);

/// Words of `text`, each 0.3 s long, one after the other.
fn spoken(text: &str) -> Vec<SpokenWord> {
    spoken_words(text, 14_400)
}

fn setting(style: CaptionStyle, size: Size) -> CaptionSetting<'static> {
    CaptionSetting { style, size, fps: Fps::whole(30), frames: 3000, font: "Inter" }
}

fn texts(page: &CaptionPage) -> Vec<String> {
    page.lines.iter().map(|line| line.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")).collect()
}

const SPEECH: &str = "Every video in this series starts as a small text file. Change one sentence, and only that \
    sentence is spoken again; everything else is copied from the cache, byte for byte. Yes. It is that simple.";

#[test]
fn pages_end_where_phrases_end() {
    let pages = pages(&spoken(SPEECH), &setting(CaptionStyle::Karaoke, HD));
    let first: Vec<String> = pages.iter().map(|page| texts(page).join(" / ")).collect();
    assert!(first[0].ends_with("text file."), "{first:#?}");
    assert!(first.iter().all(|page| !page.ends_with(" the") && !page.ends_with(" a")), "{first:#?}");
    let all: Vec<String> = pages.iter().flat_map(texts).collect();
    assert_eq!(all.join(" "), SPEECH.split_whitespace().collect::<Vec<_>>().join(" "));
}

#[test]
fn a_pause_ends_a_page() {
    let mut words = spoken("one two three four");
    for word in &mut words[2..] {
        word.from += u64::from(SAMPLE_RATE) * 2;
        word.to += u64::from(SAMPLE_RATE) * 2;
    }
    let pages = pages(&words, &setting(CaptionStyle::Line, HD));
    assert_eq!(pages.iter().map(|page| texts(page).join("/")).collect::<Vec<_>>(), ["one two", "three four"]);
    assert!(pages[0].to < pages[1].from, "the page goes before the pause is over");
}

#[test]
fn word_style_shows_one_word_at_a_time() {
    let pages = pages(&spoken("Only what changed"), &setting(CaptionStyle::Word, HD));
    assert_eq!(pages.iter().map(texts).collect::<Vec<_>>(), [["Only"], ["what"], ["changed"]]);
    assert_eq!(pages.iter().map(|page| (page.from, page.to)).collect::<Vec<_>>(), [(0, 9), (9, 18), (18, 39)]);
}

#[test]
fn karaoke_words_follow_each_other_without_gaps() {
    let pages = pages(&spoken("a graph of steps"), &setting(CaptionStyle::Karaoke, HD));
    let words: Vec<(u32, u32)> = pages[0].lines.iter().flatten().map(|word| (word.from, word.to)).collect();
    assert_eq!(words, [(0, 9), (9, 18), (18, 27), (27, 36)]);
}

#[test]
fn no_line_is_wider_than_its_room_in_any_format() {
    let mut setter = Typesetter::new();
    for size in [HD, Size::new(1080, 1920), Size::new(1080, 1080), Size::new(426, 240)] {
        for style in CAPTION_STYLES {
            let metrics = CaptionMetrics::new(style, size);
            for page in pages(&spoken(SPEECH), &setting(style, size)) {
                assert!(page.lines.len() <= 2);
                for line in texts(&page) {
                    let width = setter.width(&line, &metrics.text_style("Inter"));
                    assert!(width <= metrics.line * 1.001, "{size} {style:?} {line}: {width} > {}", metrics.line);
                }
            }
        }
    }
}

#[test]
fn cues_are_readable_and_do_not_overlap() {
    let cues = cues(&spoken(SPEECH));
    for cue in &cues {
        assert!(cue.lines.len() <= 2 && cue.lines.iter().all(|line| line.chars().count() <= 42), "{cue:?}");
        assert!(cue.to - cue.from >= u64::from(SAMPLE_RATE) * 9 / 10, "{cue:?}");
    }
    assert!(cues.windows(2).all(|pair| pair[0].to <= pair[1].from), "{cues:#?}");
    assert!(cues[0].lines.join(" ").ends_with("text file."), "{cues:#?}");
}

#[test]
fn an_endless_word_is_cut_into_lines() {
    let word = SpokenWord { text: "x".repeat(100), from: 0, to: 48_000, joined: false };
    let cues = cues(&[word]);
    let all: String = cues.iter().flat_map(|cue| cue.lines.concat().chars().collect::<Vec<_>>()).collect();
    assert_eq!(all.len(), 100);
    assert!(cues.iter().flat_map(|cue| &cue.lines).all(|line| line.len() <= 42));
}

#[test]
fn nothing_said_is_nothing_shown() {
    assert_eq!(pages(&[], &setting(CaptionStyle::Karaoke, HD)), []);
    assert_eq!(cues(&[SpokenWord { text: " \u{1b} ".into(), from: 0, to: 9, joined: false }]), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_words_give_ordered_pages_and_cues(
        words in prop::collection::vec(("\\PC{0,60}", 0_u64..400_000, 0_u64..60_000), 0..25),
        style in prop::sample::select(&CAPTION_STYLES[..]),
    ) {
        let words: Vec<SpokenWord> =
            words.into_iter().map(|(text, from, long)| SpokenWord { text, from, to: from + long, joined: false }).collect();
        let pages = pages(&words, &setting(style, HD));
        prop_assert!(pages.iter().all(|page| page.from < page.to && page.lines.len() <= 2));
        prop_assert!(pages.windows(2).all(|pair| pair[0].to <= pair[1].from));
        let cues = cues(&words);
        prop_assert!(cues.iter().all(|cue| cue.from < cue.to && cue.lines.len() <= 2));
        prop_assert!(cues.windows(2).all(|pair| pair[0].to <= pair[1].from));
    }
}
