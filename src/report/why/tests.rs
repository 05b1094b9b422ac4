//! The sentences, word for word.

use super::*;

fn change(part: &str, before: &str, after: &str) -> KeyChange {
    let leaf = |text: &str| (text != "-").then(|| text.to_owned());
    KeyChange { part: part.into(), before: leaf(before), after: leaf(after), source: None }
}

fn input(role: &str, source: &str) -> KeyChange {
    let digest = |fill: &str| Some(fill.repeat(64));
    KeyChange { part: format!("inputs.{role}"), before: digest("a"), after: digest("b"), source: Some(source.into()) }
}

fn said(kind: &str, changed: &[KeyChange]) -> String {
    in_words(kind, &RunReason::Changed(changed.to_vec()))
}

const VIEW: &str = "params.frames.scene.view";

#[test]
fn whatever_is_not_a_change_has_its_own_words() {
    assert_eq!(in_words("speech", &RunReason::New), "new");
    assert_eq!(in_words("speech", &RunReason::Gone), "its result is no longer in the cache");
    assert_eq!(said("speech", &[]), "something changed");
}

#[test]
fn fields_are_named_as_the_spec_names_them() {
    for (kind, part, before, after, words) in [
        ("speech", "params.text", "\"fast\"", "\"instant\"", "`say` changed: \"fast\" → \"instant\""),
        ("speech", "params.text", "fast", "instant", "`say` changed: \"fast\" → \"instant\""),
        ("speech", "params.voice.name", "\"heart\"", "\"alba\"", "the voice changed: heart → alba"),
        ("speech", "params.pronounce.redb", "-", "\"red bee\"", "`pronounce` added: \"red bee\""),
        ("speech", "params.pronounce.redb", "\"red bee\"", "-", "`pronounce` removed: \"red bee\""),
        ("narration", "params.script", "\"a\"", "\"b\"", "`say` changed: \"a\" → \"b\""),
        ("segment", "params.encoder.crf", "20", "17", "`output.quality` changed"),
        (
            "segment",
            "params.frames.transition.kind",
            "\"crossfade\"",
            "\"cut\"",
            "`transition` changed: crossfade → cut",
        ),
        ("segment", "params.frames.scene.clips[0].from", "1.0", "2.5", "`show.from` changed: 1.0 → 2.5"),
        ("film", "params.title", "\"A\"", "\"B\"", "`title` changed: \"A\" → \"B\""),
        ("film", "params.fps.num", "30", "25", "`output.fps` changed: 30 → 25"),
        ("sound", "params.mix.music.duck", "10.0", "12.0", "`music.duck` changed: 10.0 → 12.0"),
        ("sound", "params.mix.speech[3].at", "1", "2", "where speech stands changed"),
        ("text", "params.text", "\"1\\na\"", "\"1\\nb\"", "its text changed: \"1 a\" → \"1 b\""),
        ("still", "params.take.view.look.accent", "\"#fff\"", "\"#000\"", "`look.accent` changed: #fff → #000"),
        ("segment", "version", "1", "2", "t2v's own version of this step changed"),
        ("segment", "tools.ffmpeg", "aa", "bb", "ffmpeg changed"),
        ("segment", "tools.crates.picture", "aa", "bb", "the picture libraries in t2v changed"),
        ("segment", "params.new.thing", "1", "2", "`params.new.thing` changed: 1 → 2"),
        ("weather", "params.city", "\"Rome\"", "\"Oslo\"", "`params.city` changed: \"Rome\" → \"Oslo\""),
    ] {
        assert_eq!(said(kind, &[change(part, before, after)]), words);
    }
}

#[test]
fn a_view_is_told_in_the_fields_of_the_scene() {
    for (part, before, after, words) in [
        ("show.picture.motion", "\"zoom-in\"", "\"hold\"", "`show.motion` changed: zoom-in → hold"),
        ("show.list.items[2].text", "\"a\"", "\"b\"", "`show.list` changed: \"a\" → \"b\""),
        ("show.list.items[2].at", "10", "20", "when list items come changed"),
        ("show.title.subtitle", "null", "\"b\"", "`show.subtitle` added: \"b\""),
        ("frames", "120", "150", "the scene's length changed: 120 → 150 frames"),
        ("frames", "0", "150", "the scene's length changed"),
        ("captions.pages[1].to", "30", "40", "captions (their words or times) changed"),
        ("captions", "null", "{3}", "captions added"),
        ("captions", "{3}", "null", "captions removed"),
        ("look.accent", "\"#112233\"", "\"#445566\"", "`look.accent` changed: #112233 → #445566"),
    ] {
        assert_eq!(said("segment", &[change(&format!("{VIEW}.{part}"), before, after)]), words);
    }
    let before = "params.frames.transition.from.view.show.picture.fit";
    let said = said("segment", &[change(before, "\"cover\"", "\"contain\"")]);
    assert_eq!(said, "`show.fit` of the scene before changed: cover → contain");
}

#[test]
fn changes_of_one_field_are_told_once() {
    let pages = format!("{VIEW}.captions.pages");
    let mut changed = vec![change(&pages, "[3]", "[4]")];
    changed.extend((0..12).map(|i| change(&format!("{pages}[{i}].from"), "1", "2")));
    assert_eq!(said("segment", &changed), "captions (their words or times) changed in 12 places");

    let sides = ["from", "to"].map(|side| format!("params.frames.transition.{side}.view.look.accent"));
    let changed = sides.map(|part| change(&part, "\"#fff\"", "\"#000\""));
    assert_eq!(said("segment", &changed), "`look.accent` changed: #fff → #000");

    let size = |side: &str, before, after| change(&format!("{VIEW}.size.{side}"), before, after);
    let changed = [size("height", "1080", "720"), size("width", "1920", "1280")];
    assert_eq!(said("segment", &changed), "`output.size` changed: 1920×1080 → 1280×720");

    let voice = |part: &str, before, after| change(&format!("params.voice.{part}"), before, after);
    let changed = [voice("engine", "\"neural\"", "\"espeak\""), voice("name", "\"heart\"", "\"en-us\"")];
    assert_eq!(said("speech", &changed), "the voice changed: neural → espeak, heart → en-us");
}

#[test]
fn another_kind_of_thing_is_told_as_such() {
    let changed = [
        change(&format!("{VIEW}.show.picture"), "{2}", "-"),
        change(&format!("{VIEW}.show.picture.fit"), "\"cover\"", "-"),
        change(&format!("{VIEW}.show.title"), "-", "{2}"),
        change(&format!("{VIEW}.show.title.title"), "-", "\"Thank you\""),
    ];
    assert_eq!(said("segment", &changed), "`show` changed: picture → title");
    let grown = [
        change(&format!("{VIEW}.show.list.items"), "[2]", "[3]"),
        change(&format!("{VIEW}.show.list.items[2].text"), "-", "\"new\""),
    ];
    assert_eq!(said("segment", &grown), "`show.list` added: \"new\"");
}

#[test]
fn what_came_or_went_as_a_whole_is_told_as_a_whole() {
    let logo = format!("{VIEW}.logo");
    let come = [
        change(&logo, "null", "{3}"),
        change(&format!("{logo}.corner"), "-", "\"top-left\""),
        change(&format!("{logo}.height"), "-", "0.08"),
        KeyChange { before: None, ..input("logo", "logo.png") },
    ];
    assert_eq!(said("segment", &come), "`logo` added; logo `logo.png` added");
    let gone: Vec<KeyChange> = come.into_iter().map(|c| KeyChange { before: c.after, after: c.before, ..c }).collect();
    assert_eq!(said("segment", &gone), "`logo` removed; logo `logo.png` removed");
}

#[test]
fn inputs_are_told_by_where_they_come_from() {
    assert_eq!(said("segment", &[input("picture", "img/a.jpg")]), "picture `img/a.jpg` changed");
    assert_eq!(said("segment", &[input("from/logo", "logo.png")]), "logo `logo.png` changed");
    assert_eq!(said("decode-sound", &[input("media", "m.ogg")]), "file `m.ogg` changed");
    let from = |role: &str, step: &str| input(role, step);
    let one = from("source/000001", "scene:intro/speech/2");
    assert_eq!(said("sound", &[one]), "comes from scene:intro/speech/2, which changed");
    let many: Vec<KeyChange> =
        (0..5).map(|i| from(&format!("segment/{i:06}"), &format!("scene:s/picture/{i}"))).collect();
    assert_eq!(said("film", &many[..2]), "comes from scene:s/picture/0 and scene:s/picture/1, which changed");
    let counted: Vec<KeyChange> = [change("inputs", "4", "5")].into_iter().chain(many).collect();
    assert_eq!(said("film", &counted), "comes from scene:s/picture/0 and 4 other steps, which changed");
    let new = KeyChange { before: None, ..input("source/000001", "scene:a/speech/2") };
    assert_eq!(said("sound", &[new]), "comes from scene:a/speech/2, which is new");
    let gone = KeyChange { after: None, ..input("source/000001", "scene:a/speech/2") };
    assert_eq!(said("sound", &[gone]), "no longer comes from scene:a/speech/2");
    let unknown = KeyChange { source: None, ..input("picture", "") };
    assert_eq!(said("segment", &[unknown]), "picture changed");
}

#[test]
fn at_most_three_groups_are_told_and_digests_never() {
    let digest = "0123456789abcdef".repeat(4);
    let look = |name: &str| change(&format!("{VIEW}.look.{name}"), "\"#fff\"", "\"#000\"");
    let mut changed: Vec<KeyChange> = ["text", "muted", "accent", "caption", "background"].map(look).into();
    let told = said("segment", &changed);
    assert!(told.starts_with("`look.text` changed: #fff → #000; `look.muted`"), "{told}");
    assert!(told.ends_with("`look.accent` changed: #fff → #000, and 2 more"), "{told}");
    assert_eq!(changes("segment", &changed).len(), 5);
    changed = vec![change("params.unknown", &format!("\"{digest}\""), &digest), input("picture", "a.jpg")];
    let told = said("segment", &changed);
    assert_eq!(told, "`params.unknown` changed; picture `a.jpg` changed");
}

#[test]
fn nothing_in_a_text_steers_a_terminal() {
    let told = said("speech", &[change("params.text", "\"a\"", "\"\\u001b[31m ::error::x\"")]);
    assert!(!told.chars().any(char::is_control), "{told:?}");
    assert!(!told.contains(" ::error"), "{told}");
    assert_eq!(part_in_words("speech", "params.\u{1b}x"), "`params.\\u{1b}x`");
}

#[test]
fn parts_alone_have_the_same_words() {
    assert_eq!(part_in_words("speech", "params.text"), "`say`");
    assert_eq!(
        part_in_words("segment", "params.frames.scene.view.captions.pages[0].to"),
        "captions (their words or times)"
    );
    assert_eq!(part_in_words("film", "inputs.segment/000001"), "a segment");
    assert_eq!(part_in_words("film", "tools.ffmpeg"), "ffmpeg");
    assert_eq!(part_in_words("x", "y.z"), "`y.z`");
}
