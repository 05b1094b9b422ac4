//! The language as a whole: what a spec means, and that nothing written in one can hurt.

use std::fs;
use std::path::Path;
use std::time::Instant;

use proptest::prelude::*;

use super::model::{
    Build, CaptionPosition, CaptionStyle, Captions, Direction, Fit, Motion, Show, Spec, Speech, SubtitleFormat,
    Transition, TransitionKind, Utterance,
};
use super::{Loaded, Options, language, load, parse};
use crate::diag::{Report, Style};
use crate::units::{Colour, Fps, Size};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec_errors/cases")
}

fn film(text: &str) -> Spec {
    match parse(text, &folder(), "film", &Options::default()) {
        Ok(loaded) => loaded.spec,
        Err(report) => panic!("{}", report.render(Style::Plain)),
    }
}

fn refused(text: &str) -> Report {
    match parse(text, &folder(), "film", &Options::default()) {
        Ok(_) => panic!("accepted"),
        Err(report) => report,
    }
}

#[test]
fn the_least_spec_has_every_default() {
    let film = film("scenes: [{ say: Hello. }]");
    let scene = &film.scenes[0];
    assert_eq!((film.title.as_str(), scene.id.as_str(), scene.length), ("film", "scene-1", None));
    assert_eq!((film.output.size, film.output.fps), (Size::new(1920, 1080), Fps::whole(30)));
    assert_eq!(film.output.file, film.root.join("out/film.mp4"));
    assert_eq!((scene.voice.name.as_str(), scene.voice.speed, scene.lead, scene.tail), ("heart", 1.0, 0.5, 0.6));
    assert_eq!(scene.transition, Transition { kind: TransitionKind::Crossfade, length: 0.5 });
    assert_eq!(film.subtitles, [SubtitleFormat::Srt, SubtitleFormat::Vtt]);
    assert_eq!(scene.captions, Some(Captions { style: CaptionStyle::Karaoke, position: CaptionPosition::Bottom }));
    assert_eq!(
        scene.show,
        Show::Gradient { colours: vec![film.look.background, film.look.background_end], angle: 45.0 }
    );
}

#[test]
fn a_scene_overrides_the_defaults_and_they_the_film() {
    let film = film(&fs::read_to_string(folder().join("accepted-most.yaml")).unwrap());
    let [intro, list, recorded, colour, gradient, title] = film.scenes.as_slice() else { panic!("six scenes") };
    assert_eq!(film.title, "How t2v works");
    assert_eq!(film.output.fps, Fps { num: 30_000, den: 1001 });
    assert_eq!((film.look.accent, film.look.background_end), (Colour::rgb(255, 136, 0), Colour::rgb(0, 0, 0)));
    assert_eq!((intro.voice.name.as_str(), intro.voice.speed), ("en-gb+f3", 0.9));
    assert_eq!((list.voice.name.as_str(), list.voice.speed), ("de", 0.9));
    assert_eq!(intro.captions, Some(Captions { style: CaptionStyle::Line, position: CaptionPosition::Top }));
    assert_eq!((list.captions, gradient.captions.unwrap().position), (None, CaptionPosition::Middle));
    let wipe = Transition { kind: TransitionKind::Wipe { towards: Direction::Up }, length: 0.3 };
    assert_eq!((intro.transition, recorded.transition.length), (wipe, 0.0));
    assert_eq!(colour.transition.kind, TransitionKind::Fade { through: Colour::rgb(255, 255, 255) });
    assert_eq!(title.transition.kind, TransitionKind::Slide { towards: Direction::Up });
    assert_eq!((intro.length, colour.length, intro.tail), (Some(2.0), Some(3.0), 1.0));
    assert_eq!((intro.lead, title.lead), (0.5, 0.3), "lead is at least the transition's length");
    assert!(
        matches!(&intro.show, Show::Image { fit: Fit::Cover, motion: Motion::PanUp, file } if file.written == "assets/cover.png")
    );
    assert!(matches!(&recorded.show, Show::Video { fit: Fit::Contain, from: 1.0, to: Some(3.0), mute: true, .. }));
    assert!(matches!(&list.show, Show::List { build: Build::Sentence, items, .. } if items == &["One", "2", "Three"]));
}

#[test]
fn speech_is_folded_filled_in_and_placed() {
    let text = "vars: { n: t2v }\nscenes:\n  - say:\n      - |\n        Hello\n        ${n}.\n      - pause: 500ms\n      - 'Bye.'\n";
    let film = film(text);
    let Speech::Spoken(script) = &film.scenes[0].speech else { panic!("spoken") };
    let [Utterance::Text { text: first, place }, Utterance::Pause(pause), Utterance::Text { .. }] = script.as_slice()
    else {
        panic!("three items, not {script:?}")
    };
    assert_eq!((first.as_str(), *pause), ("Hello t2v.", 0.5));
    assert_eq!(&text[place.start..place.end], "Hello\n        ${n}.");
}

#[test]
fn reordering_scenes_changes_none_of_them() {
    let one = "  - { id: one, show: { image: assets/cover.png } }\n";
    let two = "  - { id: two, show: { image: assets/photo.jpg }, say: Hello. }\n";
    let (a, b) = (film(&format!("scenes:\n{one}{two}")), film(&format!("scenes:\n{two}{one}")));
    for (left, right) in [(&a.scenes[0], &b.scenes[1]), (&a.scenes[1], &b.scenes[0])] {
        let (Show::Image { motion, .. }, Show::Image { motion: moved, .. }) = (&left.show, &right.show) else {
            panic!("images")
        };
        assert_eq!((&left.id, motion, left.lead), (&right.id, moved, right.lead));
    }
}

#[test]
fn ids_left_out_avoid_those_given() {
    let ids: Vec<String> = film("scenes: [{ say: A. }, { say: B. }, { id: scene-2, say: C. }]")
        .scenes
        .into_iter()
        .map(|scene| scene.id)
        .collect();
    assert_eq!(ids, ["scene-1", "scene-2x", "scene-2"]);
}

#[test]
fn characters_without_a_glyph_are_warned_of_where_they_are_drawn() {
    let options = Options { drawable: &|c| c.is_ascii(), ..Options::default() };
    let text =
        "scenes:\n  - { say: Größe., show: { title: OK } }\n  - { say: Größe., captions: false, show: { title: Ж } }\n";
    let Loaded { warnings, .. } = parse(text, &folder(), "film", &options).unwrap();
    let said = warnings.render(Style::Plain);
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(said.contains("film.yaml:2:12: warning: no bundled font has `ß` (U+00DF), `ö` (U+00F6)"), "{said}");
}

#[test]
fn fonts_are_those_in_the_box() {
    let options = Options { families: &["Inter", "Noto Sans"], ..Options::default() };
    let text = "look: { heading_font: Itner }\nscenes: [{ say: A. }]";
    let said = parse(text, &folder(), "film", &options).unwrap_err().render(Style::Plain);
    assert_eq!(said, "film.yaml:1:23: error: there is no font `Itner` (did you mean `Inter`?)\n");
}

#[test]
fn the_spec_itself_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("spec.mp4");
    fs::write(&path, "output: { file: spec.mp4 }\nscenes: [{ say: A. }]").unwrap();
    assert!(load(&path, &Options::default()).unwrap_err().render(Style::Plain).contains("cannot be written"));
}

#[test]
fn files_that_are_no_specs_are_refused_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("video.yaml");
    let said = |path: &Path| load(path, &Options::default()).unwrap_err().render(Style::Plain);
    assert!(said(&path).contains("cannot be read"));
    assert!(said(dir.path()).contains("is not a file"));
    fs::write(&path, b"title: ok\nscenes: \xff\xfe").unwrap();
    assert!(said(&path).contains(":2:9: error: the spec is not UTF-8 text"));
    fs::File::create(&path).unwrap().set_len(100 << 20).unwrap();
    let start = Instant::now();
    assert!(said(&path).contains("larger than a spec may be"));
    assert!(start.elapsed().as_millis() < 100);
    fs::write(&path, "\u{feff}scenes:\r\n  - say: Hello.\r\n").unwrap();
    assert!(load(&path, &Options::default()).is_ok());
}

#[test]
fn variables_cannot_blow_a_spec_up() {
    let text = format!("vars: {{ a: {} }}\nscenes:\n  - say: \"{}\"\n", "x".repeat(100_000), "${a}".repeat(100_000));
    let start = Instant::now();
    assert!(refused(&text).errors() > 0);
    assert!(start.elapsed().as_millis() < 500);
}

#[test]
fn code_is_read_by_lines_and_charts_by_columns() {
    let film = film(&fs::read_to_string(folder().join("accepted-exhibits.yaml")).unwrap());
    let codes: Vec<_> = film
        .scenes
        .iter()
        .filter_map(|scene| match &scene.show {
            Show::Code(code) => Some(code),
            _ => None,
        })
        .collect();
    let [whole, part, named, own] = codes.as_slice() else { panic!("four listings") };
    assert_eq!((whole.text.len(), whole.first, whole.name.as_deref()), (5, 1, Some("count.py")));
    assert_eq!((whole.text[2].as_str(), whole.language.as_deref()), ("    print(n)", Some("py")));
    assert_eq!((part.text.len(), part.first, part.build), (4, 2, Build::Typed), "the lines before are its context");
    assert_eq!((named.language.as_deref(), named.highlight.len()), (Some("python"), 2));
    assert_eq!(own.text, ["echo \"${HOME}\"", "    exit 0"], "nothing is filled in");
    let charts: Vec<_> = film
        .scenes
        .iter()
        .filter_map(|scene| match &scene.show {
            Show::Chart(chart) => Some(chart),
            _ => None,
        })
        .collect();
    let [bars, lines, pie] = charts.as_slice() else { panic!("three charts") };
    assert_eq!(
        (bars.labels.join(" "), bars.series[0].values.as_slice()),
        ("One Two Three".to_owned(), &[1.0, 1200.0, 12.0][..])
    );
    assert_eq!((bars.build, lines.build, lines.parts()), (Build::All, Build::Sentence, 2));
    assert_eq!((lines.labels[1].as_str(), lines.series[1].name.as_str()), ("2022", "sun"));
    assert_eq!(pie.series[0].values, [12.0, 1300.0, 9.0]);
    let files: Vec<&str> = film.source_files().map(|file| file.written.as_str()).collect();
    assert_eq!(
        files,
        ["assets/count.py", "assets/count.py", "assets/count.py", "assets/table.csv", "assets/table.csv"]
    );
}

#[test]
fn a_language_that_is_not_known_is_answered_with_one_that_is() {
    let options = Options { languages: &["python", "rust"], ..Options::default() };
    let said = |name: &str| {
        let text = format!("scenes: [{{ show: {{ code: {{ text: x, language: {name} }} }} }}]");
        parse(&text, &folder(), "film", &options).map(|_| ()).map_err(|report| report.render(Style::Plain))
    };
    assert_eq!(said("Rust"), Ok(()));
    assert!(said("pyton").unwrap_err().contains("did you mean `python`?"));
    assert!(said("klingon").unwrap_err().contains("known here: `python`, `rust`"));
}

const REFERENCE: &str = include_str!("../../docs/language.md");

#[test]
fn every_complete_spec_of_the_reference_is_one() {
    let blocks: Vec<&str> =
        REFERENCE.split("```yaml complete\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 3);
    for block in blocks {
        film(block);
    }
}

#[test]
fn the_reference_has_every_field_and_no_other() {
    for (heading, fields) in [
        ("## The film", language::Film::FIELDS),
        ("### `output`", language::Output::FIELDS),
        ("### `voice`", language::Voice::FIELDS),
        ("### `look`", language::Look::FIELDS),
        ("### `music`", language::Music::FIELDS),
        ("### `captions`", language::Captions::FIELDS),
        ("### `logo`", language::Logo::FIELDS),
        ("### `defaults`", language::Defaults::FIELDS),
        ("## A scene", language::Scene::FIELDS),
        ("### `show`", language::Show::FIELDS),
        ("### `code`", language::Code::FIELDS),
        ("### `chart`", language::Chart::FIELDS),
        ("### `transition`", language::Transition::FIELDS),
    ] {
        let section = REFERENCE.split(&format!("\n{heading}\n")).nth(1).unwrap();
        let section = section.split("\n#").next().unwrap();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        assert_eq!(rows.collect::<Vec<_>>(), fields, "{heading}");
    }
}

/// Pieces that the language and YAML know, to get deeper than noise does.
fn pieces() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "scenes:",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "say: ",
        "show: ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "image: ",
        "assets/cover.png",
        "'",
        "\"",
        "&a ",
        "*a",
        "<<: ",
        "!!str ",
        "|\n",
        ">-\n",
        "# ",
        "é",
        "日本",
        "\u{1b}",
        "\u{202e}",
        "\r\n",
        "\t",
        "${",
        "}",
        "vars: ",
        "a: ",
        "title: ",
        "transition: ",
        "length: ",
        "1:02",
        "-1",
        "0x1f",
        ".nan",
        "true",
        "~",
        "---\n",
        "...",
        "%YAML 1.2\n",
        "? ",
        ": ",
        "captions: ",
        "defaults: ",
        "gradient: ",
        "colours: ",
        "'#fff'",
        "pause: ",
        "id: ",
        "\u{feff}",
        "\0",
        "😀",
    ]);
    prop::collection::vec(prop_oneof![4 => known.prop_map(str::to_owned), 1 => any::<String>()], 0..60)
        .prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_film_or_a_printable_report(text in prop_oneof![pieces(), pieces().prop_map(|rest| format!("scenes:\n  - {rest}"))]) {
        let report = match parse(&text, &folder(), "film", &Options::default()) {
            Ok(loaded) => loaded.warnings,
            Err(report) => {
                prop_assert!(report.errors() > 0);
                report
            }
        };
        for found in report.diagnostics() {
            if let Some(place) = found.place {
                prop_assert!(place.start <= place.end && text.get(place.start..place.end).is_some(), "{:?}", found);
            }
        }
        for style in [Style::Plain, Style::Graphical { colour: false, unicode: true, width: 80 }] {
            prop_assert!(!report.render(style).chars().any(|c| c.is_control() && c != '\n'));
        }
    }
}
