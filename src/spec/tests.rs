//! The language as a whole: what a spec means, and that nothing written in one can hurt.

use std::fs;
use std::path::Path;
use std::time::Instant;

use proptest::prelude::*;

use super::model::{self, Backdrop, BackdropKind};
use super::model::{
    BuildTiming, CameraMotion, CaptionLook, CaptionPosition, CaptionStyle, Direction, Easing, FocusPoint, Footage,
    ImageFit, Show, Spec, Speech, SubtitleFormat, Transition, TransitionAxis, TransitionKind, Utterance, ZoomDirection,
};
use super::model::{LayerContent, ShowKind, TemplateLayer};
use super::shows::{EndShow, GradientShow, ImageShow, ListShow, QuoteShow, StatementShow, TableShow, VideoShow};
use super::test_support::{check_result, folder};
use super::{IncludedText, LoadOptions, LoadedSpec, language, load, parse};
use crate::diag::{Report, ReportStyle};
use crate::units::{Colour, Fps, Size};

fn film(text: &str) -> Spec {
    match parse(text, &folder(), "film", &LoadOptions::default()) {
        Ok(loaded) => loaded.spec,
        Err(report) => panic!("{}", report.render(ReportStyle::Plain)),
    }
}

fn refused(text: &str) -> Report {
    match parse(text, &folder(), "film", &LoadOptions::default()) {
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
    assert_eq!(
        scene.transition,
        Transition { kind: TransitionKind::Crossfade, easing: Easing::EaseInOut, length: 0.5 }
    );
    assert_eq!(film.subtitles, [SubtitleFormat::Srt, SubtitleFormat::Vtt]);
    assert_eq!(scene.captions, Some(CaptionLook { style: CaptionStyle::Karaoke, position: CaptionPosition::Bottom }));
    assert_eq!(
        scene.show,
        Show::Gradient(GradientShow { colours: vec![film.look.background, film.look.background_end], angle: 45.0 })
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
    assert_eq!(intro.captions, Some(CaptionLook { style: CaptionStyle::Line, position: CaptionPosition::Top }));
    assert_eq!((list.captions, gradient.captions.unwrap().position), (None, CaptionPosition::Middle));
    let kind = TransitionKind::Wipe { towards: Direction::Up };
    let wipe = Transition { kind, easing: Easing::EaseInOut, length: 0.3 };
    assert_eq!((intro.transition, recorded.transition.length), (wipe, 0.0));
    assert_eq!(colour.transition.kind, TransitionKind::Fade { through: Colour::rgb(255, 255, 255) });
    assert_eq!(title.transition.kind, TransitionKind::Slide { towards: Direction::Up });
    assert_eq!((intro.length, colour.length, intro.tail), (Some(2.0), Some(3.0), 1.0));
    assert_eq!((intro.lead, title.lead), (0.5, 0.3), "lead is at least the transition's length");
    assert!(
        matches!(&intro.show, Show::Image(ImageShow { fit: ImageFit::Cover, motion: CameraMotion::PanUp, picture, .. }) if picture.name() == "assets/cover.png")
    );
    assert!(matches!(
        &recorded.show,
        Show::Video(VideoShow { fit: ImageFit::Contain, clip: Footage { from: 1.0, to: Some(3.0), mute: true, .. } })
    ));
    assert!(
        matches!(&list.show, Show::List(ListShow { build: BuildTiming::Sentence, items, .. }) if items == &["One", "2", "Three"])
    );
}

#[test]
fn a_direction_of_the_defaults_counts_for_kinds_that_know_it() {
    let text = "defaults: { transition: { kind: push, direction: up, easing: linear, length: 1s } }\n\
                scenes: [{ say: A. }, { say: B., transition: doors }, { say: C., transition: { kind: zoom, easing: sharp } }]";
    let film = film(text);
    let [push, doors, zoom] = [0, 1, 2].map(|i| film.scenes[i].transition);
    let towards = Direction::Up;
    assert_eq!(push, Transition { kind: TransitionKind::Push { towards }, easing: Easing::Linear, length: 1.0 });
    let axis = TransitionAxis::Horizontal;
    assert_eq!(doors, Transition { kind: TransitionKind::Doors { axis }, easing: Easing::Linear, length: 1.0 });
    let depth = ZoomDirection::In;
    assert_eq!(zoom, Transition { kind: TransitionKind::Zoom { depth }, easing: Easing::Sharp, length: 1.0 });
}

#[test]
fn a_focus_is_a_name_or_two_shares() {
    let focus = |written: &str| {
        let film = film(&format!("scenes: [{{ show: {{ image: assets/cover.png{written} }} }}]"));
        let Show::Image(ImageShow { focus, .. }) = &film.scenes[0].show else { panic!("an image") };
        *focus
    };
    assert_eq!(focus(""), FocusPoint { x: 0.5, y: 0.5 });
    assert_eq!(focus(", focus: [0.7, 30%]"), FocusPoint { x: 0.7, y: 0.3 });
    assert_eq!(focus(", focus: top-left"), FocusPoint { x: 0.0, y: 0.0 });
    assert_eq!(focus(", focus: bottom"), FocusPoint { x: 0.5, y: 1.0 });
}

#[test]
fn cards_are_read_from_the_spec_and_from_files() {
    let loaded = parse(
        &fs::read_to_string(folder().join("accepted-cards.yaml")).unwrap(),
        &folder(),
        "film",
        &LoadOptions::default(),
    );
    let LoadedSpec { spec: film, texts, .. } =
        loaded.unwrap_or_else(|report| panic!("{}", report.render(ReportStyle::Plain)));
    let [quote, statement, table, file, end] = film.scenes.as_slice() else { panic!("five scenes") };
    assert_eq!(
        quote.show,
        Show::Quote(QuoteShow { text: "Make it work.".to_owned(), by: Some("Kent Beck".to_owned()) })
    );
    let lower = quote.lower.as_ref().unwrap();
    assert_eq!((lower.name.as_str(), lower.role.as_deref()), ("Ada", Some("Analyst")));
    assert_eq!(
        [quote, statement, table, file, end].map(|scene| scene.counter),
        [Some((1, 2)), None, None, Some((2, 2)), None]
    );
    let Show::Statement(StatementShow { words }) = &statement.show else { panic!("a statement") };
    assert_eq!(words.iter().map(|word| word.lit).collect::<Vec<_>>(), [false, false, true, true]);
    let Show::Table(TableShow { head, rows, file: None, build: BuildTiming::Even, .. }) = &table.show else {
        panic!("a table")
    };
    assert_eq!((head.concat(), rows.concat()), ("ab2026".to_owned(), ["1", "", "true"].map(str::to_owned).to_vec()));
    let Show::Table(TableShow { head, rows, file: Some(source), build: BuildTiming::All, heading }) = &file.show else {
        panic!("a table")
    };
    assert_eq!(
        (heading.as_deref(), head.as_slice(), rows.len()),
        (Some("Read"), ["tool", "seconds"].map(str::to_owned).as_slice(), 2)
    );
    assert!(film.source_files().any(|file| file.path == source.path), "an edit of the table must be noticed");
    let hash = *blake3::hash(&fs::read(&source.path).unwrap()).as_bytes();
    assert_eq!(texts, [IncludedText { path: source.path.clone(), hash }]);
    assert_eq!(end.show, Show::End(EndShow { title: "Thanks".to_owned(), lines: vec!["Bye".to_owned()], qr: None }));
}

#[test]
fn a_text_that_changed_since_it_was_read_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let table = dir.path().join("t.csv");
    fs::write(&table, "a,b\n1,2\n").unwrap();
    let loaded = parse("scenes: [{ show: { table: t.csv } }]", dir.path(), "film", &LoadOptions::default()).unwrap();
    assert!(loaded.texts_are_unchanged());
    fs::write(&table, "a,b\n1,3\n").unwrap();
    assert!(!loaded.texts_are_unchanged());
    fs::remove_file(&table).unwrap();
    nix::unistd::mkfifo(&table, nix::sys::stat::Mode::S_IRWXU).unwrap();
    assert!(!loaded.texts_are_unchanged(), "and what is no file is not waited for");
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
        let (Show::Image(ImageShow { motion, .. }), Show::Image(ImageShow { motion: moved, .. })) =
            (&left.show, &right.show)
        else {
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
    let options = LoadOptions { drawable: &|c| c.is_ascii(), ..LoadOptions::default() };
    let text =
        "scenes:\n  - { say: Größe., show: { title: OK } }\n  - { say: Größe., captions: false, show: { title: Ж } }\n";
    let LoadedSpec { warnings, .. } = parse(text, &folder(), "film", &options).unwrap();
    let said = warnings.render(ReportStyle::Plain);
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(said.contains("film.yaml:2:12: warning: no bundled font has `ß` (U+00DF), `ö` (U+00F6)"), "{said}");
}

#[test]
fn fonts_are_those_in_the_box() {
    let options = LoadOptions { families: &["Inter", "Noto Sans"], ..LoadOptions::default() };
    let text = "look: { heading_font: Itner }\nscenes: [{ say: A. }]";
    let said = parse(text, &folder(), "film", &options).unwrap_err().render(ReportStyle::Plain);
    assert_eq!(said, "film.yaml:1:23: error: there is no font `Itner` (did you mean `Inter`?)\n");
}

/// A project with these files beside its spec, and what is said of the spec.
fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<LoadedSpec, String>) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
        fs::write(dir.path().join(name), text).unwrap();
    }
    let options = LoadOptions { families: &["Inter", "Nunito"], ..LoadOptions::default() };
    let loaded = parse("template: looks/mine.yaml\nscenes: [{ say: A. }]", dir.path(), "film", &options);
    let loaded = loaded.map_err(|report| report.render(ReportStyle::Plain));
    (dir, loaded)
}

#[test]
fn a_project_may_have_a_template_of_its_own() {
    let mine = "base: looks/house.yaml\nlook: { accent: '#123456', card: { rule: none } }\ncaptions: { style: pop }\n";
    let house =
        "base: news\nlook: { text: '#eeeeee', backdrop: flow, seed: 9, heading_font: Nunito }\ntransition: fade\n";
    let (_dir, loaded) = project(&[("looks/mine.yaml", mine), ("looks/house.yaml", house)]);
    let film = loaded.unwrap_or_else(|said| panic!("{said}"));
    let (look, scene) = (&film.spec.look, &film.spec.scenes[0]);
    let news = self::film("template: news\nscenes: [{ say: A. }]").look;
    assert_eq!((look.accent, look.text), (Colour::rgb(0x12, 0x34, 0x56), Colour::rgb(0xee, 0xee, 0xee)));
    assert_eq!((look.background, look.card.heading_case), (news.background, news.card.heading_case));
    assert_eq!(look.backdrop, Backdrop { kind: BackdropKind::Flow, seed: 9 });
    assert_eq!(look.card.rule, model::HeadingRule::None);
    assert_eq!(scene.captions.unwrap().style, CaptionStyle::Pop);
    assert_eq!(scene.transition.kind, TransitionKind::Fade { through: Colour::rgb(0, 0, 0) });
    assert_eq!(scene.show, Show::Backdrop(look.backdrop));
    let files: Vec<&str> = film.spec.source_files().map(|file| file.written.as_str()).collect();
    assert_eq!(files, ["looks/mine.yaml", "looks/house.yaml"]);
    assert!(film.texts_are_unchanged() && film.texts.len() == 2);
}

#[test]
fn what_is_wrong_in_a_template_is_told_with_its_place_there() {
    for (files, said) in [
        (
            vec![("looks/mine.yaml", "look:\n  acent: '#123456'\n")],
            "looks/mine.yaml:2:3: unknown field `acent` (did you mean `accent`?)",
        ),
        (
            vec![("looks/mine.yaml", "base: looks/b.yaml"), ("looks/b.yaml", "look: { card: { tracking: 3 } }")],
            "looks/mine.yaml:1:7: looks/b.yaml:1:27: `tracking` is out of range: 3 (from -0.1 to 0.5)",
        ),
        (
            vec![("looks/mine.yaml", "look: { body_font: Nunita }")],
            "looks/mine.yaml:1:20: there is no font `Nunita` (did you mean `Nunito`?)",
        ),
        (
            vec![("looks/mine.yaml", "base: papper")],
            "looks/mine.yaml:1:7: there is no template `papper` (did you mean `paper`?)",
        ),
        (vec![("looks/mine.yaml", "base: looks/mine.yaml")], "too many templates build on one another"),
        (vec![("looks/mine.yaml", "base: ../other.yaml")], "`../other.yaml` leaves the project's folder by `..`"),
        (vec![("looks/mine.yaml", "look: { seed: 1.5 }")], "`seed` must be a whole number, not 1.5"),
        (vec![("looks/mine.yaml", "look: [")], "looks/mine.yaml:1:"),
        (vec![("looks/mien.yaml", "")], "`looks/mine.yaml` is not there (did you mean `looks/mien.yaml`?)"),
    ] {
        let (_dir, loaded) = project(&files);
        let report = loaded.map(|_| files).expect_err("refused");
        assert!(report.starts_with("film.yaml:1:11: error: ") && report.contains(said), "{report}");
    }
}

#[test]
fn an_empty_template_is_the_one_it_builds_on() {
    let (_dir, loaded) = project(&[("looks/mine.yaml", "# nothing yet\n")]);
    let (own, studio) = (loaded.unwrap().spec.look, film("scenes: [{ say: A. }]").look);
    assert_eq!(model::Look { backdrop: studio.backdrop, ..own }, studio);
}

#[test]
fn every_template_in_the_box_is_complete_and_like_no_other() {
    let mut looks: Vec<model::Look> = Vec::new();
    for (name, _) in super::templates() {
        let look = film(&format!("template: {name}\nscenes: [{{ say: A. }}]")).look;
        assert!(looks.iter().all(|other| other.card != look.card && other.accent != look.accent), "{name}");
        looks.push(look);
    }
    assert!(looks.len() >= 5);
}

#[test]
fn the_spec_itself_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("spec.mp4");
    fs::write(&path, "output: { file: spec.mp4 }\nscenes: [{ say: A. }]").unwrap();
    assert!(load(&path, &LoadOptions::default()).unwrap_err().render(ReportStyle::Plain).contains("cannot be written"));
}

#[test]
fn files_that_are_no_specs_are_refused_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("video.yaml");
    let said = |path: &Path| load(path, &LoadOptions::default()).unwrap_err().render(ReportStyle::Plain);
    assert!(said(&path).contains("cannot be read"));
    assert!(said(dir.path()).contains("is not a file"));
    fs::write(&path, b"title: ok\nscenes: \xff\xfe").unwrap();
    assert!(said(&path).contains(":2:9: error: the spec is not UTF-8 text"));
    fs::File::create(&path).unwrap().set_len(100 << 20).unwrap();
    let start = Instant::now();
    assert!(said(&path).contains("larger than a spec may be"));
    assert!(start.elapsed().as_secs() < 60);
    fs::write(&path, "\u{feff}scenes:\r\n  - say: Hello.\r\n").unwrap();
    assert!(load(&path, &LoadOptions::default()).is_ok());
}

#[test]
fn variables_cannot_blow_a_spec_up() {
    let text = format!("vars: {{ a: {} }}\nscenes:\n  - say: \"{}\"\n", "x".repeat(100_000), "${a}".repeat(100_000));
    let start = Instant::now();
    assert!(refused(&text).errors() > 0);
    assert!(start.elapsed().as_secs() < 60);
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
    assert_eq!(
        (part.text.len(), part.first, part.build),
        (4, 2, BuildTiming::Typed),
        "the lines before are its context"
    );
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
    assert_eq!((bars.build, lines.build, lines.parts()), (BuildTiming::All, BuildTiming::Sentence, 2));
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
    let options = LoadOptions { languages: &["python", "rust"], ..LoadOptions::default() };
    let said = |name: &str| {
        let text = format!("scenes: [{{ show: {{ code: {{ text: x, language: {name} }} }} }}]");
        parse(&text, &folder(), "film", &options).unwrap().warnings.render(ReportStyle::Plain)
    };
    assert_eq!(said("Rust"), "");
    assert!(said("pyton").contains("did you mean `python`?"));
    assert!(said("klingon").contains("known here: `python`, `rust`"));
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
fn a_variant_changes_what_it_names_and_nothing_else() {
    let text = "title: All\nvars: { a: one, b: two }\nvoice: de\nvariants:\n  - { name: wide }\n  - { name: short, title: Short, \
                size: vertical, scenes: [z, x], vars: { b: drei }, captions: false }\n  - { name: own, file: out/own.mp4 }\nscenes:\n  \
                - { id: x, say: \"${a} ${b}.\" }\n  - { id: y, say: y. }\n  - { id: z, say: z., voice: heart }\n";
    let variant = |name| {
        let options = LoadOptions { variant: Some(name), ..LoadOptions::default() };
        parse(text, &folder(), "film", &options).map(|loaded| loaded.spec)
    };
    let ids = |spec: &Spec| spec.scenes.iter().map(|scene| scene.id.clone()).collect::<Vec<_>>().join(" ");
    let said = |spec: &Spec, id: &str| format!("{:?}", spec.scenes.iter().find(|scene| scene.id == id).unwrap().speech);
    let (wide, short) = (variant("wide").unwrap(), variant("short").unwrap());
    assert_eq!(film(text), wide, "the first one, where none is asked for");
    assert_eq!((wide.title.as_str(), ids(&wide).as_str(), wide.output.size), ("All", "x y z", Size::new(1920, 1080)));
    assert!(wide.output.file.ends_with("out/film.wide.mp4") && short.output.file.ends_with("out/film.short.mp4"));
    assert_eq!(
        (short.title.as_str(), ids(&short).as_str(), short.output.size),
        ("Short", "z x", Size::new(1080, 1920))
    );
    assert!(said(&wide, "x").contains("one two.") && said(&short, "x").contains("one drei."));
    assert!(short.scenes.iter().all(|scene| scene.captions.is_none()) && short.scenes[0].voice.name == "heart");
    assert!(variant("own").unwrap().output.file.ends_with("out/own.mp4"));
    assert!(variant("long").unwrap_err().render(ReportStyle::Plain).contains("there is `wide`, `short`, `own`"));
}

/// The film whose template is `mine.yaml` with this text.
fn templated(template: &str, used: &str) -> Result<Spec, String> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("mine.yaml"), template).unwrap();
    let text = format!("template: {used}\noutput: {{ size: 400x200 }}\nscenes: [{{ show: {{ title: A }} }}]");
    let loaded = parse(&text, dir.path(), "film", &LoadOptions::default());
    loaded.map(|loaded| loaded.spec).map_err(|report| report.render(ReportStyle::Plain))
}

const PARAMS: &str = "params: { word: { type: text, default: Hi }, tone: { type: colour, default: accent }, \
                      far: { type: share, default: 0 } }\n\
                      layers: [{ text: \"${word}, $5 for ${word}\", size: [0.5, 0.1], colour: $tone, depth: $far }]\n";

#[test]
fn parameters_are_put_where_their_names_stand() {
    let layer = |used: &str| templated(PARAMS, used).map(|film| film.look.layers[0].clone());
    let text = |layer: &TemplateLayer| match &layer.drawn {
        LayerContent::Text { text, colour, .. } => (text.clone(), *colour),
        LayerContent::Shape { .. } => panic!("it is a text"),
    };
    let plain = layer("mine.yaml").unwrap();
    let accent = film("scenes: [{ say: A. }]").look.accent;
    assert_eq!((text(&plain), plain.depth), (("Hi, $5 for Hi".to_owned(), accent), 0.0));
    let set = "{ name: mine.yaml, params: { word: \"$${x} a: b\", tone: '#010203', far: 40% } }";
    let set = layer(set).unwrap();
    let words = "${x} a: b, $5 for ${x} a: b".to_owned();
    assert_eq!(
        (text(&set), set.depth),
        ((words, Colour::rgb(1, 2, 3)), 0.4),
        "a value is no spec, and is filled in once"
    );
    let over = "{ name: mine.yaml, params: { tone: reddish, wrod: x } }";
    let wrong = layer(over).unwrap_err();
    assert!(
        wrong.contains("film.yaml:1:") && wrong.contains("`tone` must be a colour") && wrong.contains("`word`?"),
        "{wrong}"
    );
}

#[test]
fn a_template_passes_parameters_on_to_its_base_and_may_set_them() {
    let kicker = |film: Spec| {
        film.look.layers.iter().find_map(|layer| match &layer.drawn {
            LayerContent::Text { text, .. } => Some(text.clone()),
            LayerContent::Shape { .. } => None,
        })
    };
    let live = "{ name: mine.yaml, params: { kicker: Live } }";
    assert_eq!(kicker(templated("base: news", live).unwrap()).as_deref(), Some("LIVE"));
    assert_eq!(kicker(templated("base: news", "mine.yaml").unwrap()), None, "an empty text is not there");
    let fixed = "base: { name: news, params: { kicker: Mine } }";
    assert_eq!(kicker(templated(fixed, "mine.yaml").unwrap()).as_deref(), Some("MINE"));
    let refused = templated(fixed, live).unwrap_err();
    assert!(refused.contains("no parameter `kicker`") && refused.contains("it has `side`"), "{refused}");
    let through = "params: { word: { type: text, default: Now } }\nbase: { name: news, params: { kicker: $word } }";
    assert_eq!(kicker(templated(through, "mine.yaml").unwrap()).as_deref(), Some("NOW"));
}

#[test]
fn layers_stand_where_the_film_has_room_for_them() {
    let text = "box: { wide: [0.5, 0.1, 0.4, 0.6] }\nlayers:\n  - { shape: ellipse, size: 0.5, wide: { at: [0.1, 0.2] } }\n  \
                - { shape: line, size: [1, 0.1], vertical: { at: [0.1, 0.2] }, on: [image] }\n";
    let look = templated(text, "mine.yaml").unwrap().look;
    assert_eq!(look.area, Some([0.5, 0.1, 0.4, 0.6]));
    assert_eq!((look.layers[0].at, look.layers[0].size), ([0.1, 0.2], [0.25, 0.5]), "a circle");
    assert_eq!((look.layers[1].at, look.layers[1].on.as_slice()), ([0.5, 0.5], [ShowKind::Image].as_slice()));
    assert_eq!(templated("base: kids\nlayers: []", "mine.yaml").unwrap().look.layers, []);
}

#[test]
fn the_reference_has_every_field_and_no_other() {
    for (heading, fields) in [
        ("## The film", language::Film::FIELDS),
        ("### `output`", language::Output::FIELDS),
        ("### `voice`", language::Voice::FIELDS),
        ("### `look`", language::Look::FIELDS),
        ("### `card`", language::Card::FIELDS),
        ("### `music`", language::Music::FIELDS),
        ("### `captions`", language::Captions::FIELDS),
        ("### `logo`", language::Logo::FIELDS),
        ("### `thumbnail`", language::Thumbnail::FIELDS),
        ("### `defaults`", language::Defaults::FIELDS),
        ("### `variants`", language::Variant::FIELDS),
        ("## A scene", language::Scene::FIELDS),
        ("### `show`", language::Show::FIELDS),
        ("### `end`", language::show::End::FIELDS),
        ("### `lower`", language::Lower::FIELDS),
        ("### `code`", language::show::Code::FIELDS),
        ("### `chart`", language::show::Chart::FIELDS),
        ("### `marks`", language::Mark::FIELDS),
        ("### `progress`", language::Progress::FIELDS),
        ("### `waveform`", language::Waveform::FIELDS),
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
        check_result(&text, parse(&text, &folder(), "film", &LoadOptions::default()))?;
    }
}
