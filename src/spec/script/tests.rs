//! Scripts as films: what becomes of what is written.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{SourceFormat, read};
use crate::diag::{ReportStyle, Span};
use crate::spec::test_support::{check_result, folder};
use crate::spec::tree::{self, MapKey, NodeValue, TreeNode};
use crate::spec::{LoadOptions, LoadedSpec, as_yaml, parse, parse_script, yaml_writer};

/// A tree in one line, with as few signs as possible: `{say: Hello., show: {title: One}}`.
fn brief(node: &TreeNode, text: &mut String) {
    match &node.value {
        NodeValue::Null => text.push('~'),
        NodeValue::Scalar { text: words, .. } => text.push_str(&words.replace('\n', "/")),
        NodeValue::List(items) => {
            text.push('[');
            for (n, item) in items.iter().enumerate() {
                text.push_str(if n > 0 { " | " } else { "" });
                brief(item, text);
            }
            text.push(']');
        }
        NodeValue::Map(entries) => {
            text.push('{');
            for (n, (key, value)) in entries.iter().enumerate() {
                let _ = write!(text, "{}{}: ", if n > 0 { ", " } else { "" }, key.text);
                brief(value, text);
            }
            text.push('}');
        }
    }
}

fn tree_of(text: &str, form: SourceFormat) -> TreeNode {
    match read(text, form) {
        (Some(node), found) if found.is_empty() => node,
        (_, found) => panic!("{text}\n{found:?}"),
    }
}

/// The film's scenes, each in one line.
fn scenes_in(text: &str, form: SourceFormat) -> Vec<String> {
    let NodeValue::Map(fields) = tree_of(text, form).value else { panic!("a map") };
    let Some((_, TreeNode { value: NodeValue::List(scenes), .. })) =
        fields.into_iter().find(|(key, _)| key.text == "scenes")
    else {
        panic!("scenes")
    };
    let one = |scene: &TreeNode| {
        let mut text = String::new();
        brief(scene, &mut text);
        text
    };
    scenes.iter().map(one).collect()
}

fn scenes(text: &str) -> Vec<String> {
    scenes_in(text, SourceFormat::Markdown)
}

#[test]
fn each_block_becomes_what_it_looks_like() {
    for (text, expected) in [
        (
            "# A *film*\n\n_in one line_\n\nHello.",
            vec![
                "{id: a-film, title: A film, show: {title: A film, subtitle: in one line}, length: 3s}",
                "{id: hello, say: Hello.}",
            ],
        ),
        (
            "# A film\n\nNo *subtitle* here at all.",
            vec![
                "{id: a-film, title: A film, show: {title: A film}, length: 3s}",
                "{id: no-subtitle-here-at-all, say: No subtitle here at all., show: {statement: No *subtitle* here at all}, captions: false}",
            ],
        ),
        (
            "## One\n\n## Two\n\nWords.\n\n## End",
            vec![
                "{id: one, title: One, length: 3s}",
                "{id: two, title: Two, say: Words.}",
                "{id: end, title: End, length: 3s}",
            ],
        ),
        (
            "## One\n\nThis is said under the heading. And this is said after it, in a scene of its own, since it takes long enough.",
            vec![
                "{id: one, title: One, say: This is said under the heading.}",
                "{id: and-this-is-said-after, say: And this is said after it, in a scene of its own, since it takes long enough., show: {statement: This is said after it}}",
            ],
        ),
        (
            "![alt](a.png)\n\nWords.\n\n![](b.mp4) More words.",
            vec![
                "{id: words, say: Words., show: {image: a.png}}",
                "{id: more-words, say: More words., show: {video: b.mp4}}",
            ],
        ),
        (
            "![](x/a.png)\n\n![](b.png)\n\n---\n\nLook here:\n\n![](c.png)\n\nBye.",
            vec![
                "{id: a, show: {image: x/a.png}}",
                "{id: b, show: {image: b.png}}",
                "{id: look-here, say: Look here:, show: {image: c.png}, transition: {kind: fade, length: 0.8s}}",
                "{id: bye, say: Bye.}",
            ],
        ),
        (
            "First. ![](a.png) Then ![](b.png) this.",
            vec![
                "{id: first-then, say: First./Then, show: {image: a.png}}",
                "{id: this, say: this., show: {image: b.png}}",
            ],
        ),
        (
            "Two things:\n\n1. One.\n2. Two, which is much more than the first one, as one can see.\n",
            vec![
                "{id: two-things, say: [Two things: | One. | Two, which is much more than the first one, as one can see.], \
             show: {list: [One | Two, which is much more than the first one, as one can see], heading: Two things, build: say}, captions: false}",
            ],
        ),
        (
            "## Head\n\n- One\n- Two",
            vec![
                "{id: head, title: Head, say: [One | Two], show: {list: [One | Two], heading: Head, build: say}, captions: false}",
            ],
        ),
        (
            "Not a heading.\n\n- One",
            vec![
                "{id: not-a-heading, say: Not a heading., show: {statement: Not a *heading*}, captions: false}",
                "{id: one, say: One, show: {list: [One], build: say}, captions: false}",
            ],
        ),
        (
            "> Be brief.\n> -- Me\n\nIt goes:\n\n> Be long.",
            vec![
                "{id: be-brief, say: Be brief., show: {quote: Be brief., by: Me}, captions: false}",
                "{id: it-goes, say: It goes:, show: {statement: It goes}, captions: false}",
                "{id: be-long, say: Be long., show: {quote: Be long.}, captions: false}",
            ],
        ),
        (
            "It prints.\n\n```rust\nfn main() {}\n```\n\n    plain\n",
            vec![
                "{id: it-prints, say: It prints., show: {code: {text: fn main() {}, language: rust}}}",
                "{id: code, show: {code: {text: plain}}, length: 4s}",
            ],
        ),
        (
            "## Rows\n\nSee.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
            vec!["{id: rows, title: Rows, say: See., show: {table: [[a | b] | [1 | 2]], heading: Rows}}"],
        ),
        (
            "One.\n\n<!-- pause: 2s -->\n\nA <!-- pause: 1s -->b.",
            vec![
                "{id: one, say: [One. | {pause: 2s}]}",
                "{id: a-b, say: [A | {pause: 1s} | b.], show: {statement: A b}, captions: false}",
            ],
        ),
        (
            "<!-- show: { image: a.png }, id: x -->\n<!-- transition: wipe -->\nWords.\n\n<!-- a note -->\n\nMore.",
            vec!["{say: Words., show: {image: a.png}, id: x, transition: wipe}", "{id: more, say: More.}"],
        ),
    ] {
        assert_eq!(scenes(text), expected, "{text}");
    }
}

#[test]
fn long_passages_are_cut_and_share_their_settings() {
    let sentence = "There is nothing in this that could be shown of all the things one says. ";
    let text = format!("<!-- voice: de\n     lead: 1s\n     tail: 2s -->\n{}", sentence.repeat(6));
    let scenes = scenes(&text);
    assert_eq!(scenes.len(), 3, "{scenes:#?}");
    assert!(
        scenes[0].ends_with("voice: de, lead: 1s}")
            && scenes[1].ends_with("voice: de}")
            && scenes[2].ends_with("voice: de, tail: 2s}")
    );
    assert!(
        scenes[0].starts_with("{id: there-is-nothing-in-this, ")
            && scenes[2].starts_with("{id: there-is-nothing-in-this-3, ")
    );
    let whole = format!("![](a.png) {}", sentence.repeat(6));
    assert_eq!(self::scenes(&whole).len(), 1, "a picture stays for all that is said of it");
}

#[test]
fn long_lists_are_cut_evenly() {
    let items: String = (1..=10).map(|n| format!("- Item {n}\n")).collect();
    let scenes = scenes(&format!("All of them:\n\n{items}"));
    assert_eq!(scenes.len(), 2);
    assert!(scenes[0].contains("[All of them: | Item 1 | ") && scenes[1].contains("say: [Item 6 | "), "{scenes:#?}");
    assert!(scenes.iter().all(|scene| scene.contains("heading: All of them")));
}

#[test]
fn bare_text_is_a_script_too() {
    let text = "My film\n\nHello *you*.\n\nThree:\n- one\n- two\n\n---\n\nBye.\n";
    assert_eq!(
        scenes_in(text, SourceFormat::Plain),
        [
            "{id: my-film, title: My film, show: {title: My film}, length: 3s}",
            "{id: hello-you, say: Hello *you*., show: {statement: Hello you}, captions: false}",
            "{id: three, say: [Three: | one | two], show: {list: [one | two], heading: Three, build: say}, captions: false}",
            "{id: bye, say: Bye., transition: {kind: fade, length: 0.8s}}",
        ]
    );
}

#[test]
fn an_edit_leaves_the_other_scenes_as_they_are() {
    let before = scenes("# Film\n\nOne is here.\n\nTwo is there.\n\n## Part\n\nThree is gone.");
    let after = scenes("# Film\n\nOne is here.\n\nSomething new.\n\nTwo is there.\n\n## Part\n\nThree is gone.");
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|scene| after.contains(scene)), "{after:#?}");
}

#[test]
fn front_matter_is_the_films() {
    let text = "---\nvoice: de\noutput: { fps: 25 }\n---\n# Film\n\nHello.\n";
    let mut seen = String::new();
    brief(&tree_of(text, SourceFormat::Markdown), &mut seen);
    assert!(seen.starts_with("{title: Film, voice: de, output: {fps: 25}, scenes: ["), "{seen}");
    let mut titled = String::new();
    brief(&tree_of(&text.replace("voice: de", "title: Other"), SourceFormat::Markdown), &mut titled);
    assert!(titled.starts_with("{title: Other, output: "), "{titled}");
}

fn refused(name: &str, text: &str) -> String {
    parse_script(text, &folder(), name, &LoadOptions::default()).expect_err("refused").render(ReportStyle::Plain)
}

#[test]
fn errors_point_into_the_script() {
    for (text, said) in [
        (
            "---\nvoise: de\n---\n![](assets/cover.png)\n",
            "film.md:2:1: error: unknown field `voise` (did you mean `voice`?)\n",
        ),
        (
            "---\nscenes: []\n---\nHello.",
            "film.md:2:1: error: a script has no `scenes`: its paragraphs are its scenes (write what is said below the second `---`; `t2v new DIR --from FILE` makes a spec of a script)\n",
        ),
        ("---\nfps: [\n---\n", "film.md:2:6: error: this is not YAML"),
        (
            "## Ä\n\n![](assets/cover.pgn)\n",
            "film.md:3:5: error: `assets/cover.pgn` is not there (did you mean `assets/cover.png`?)\n",
        ),
        ("## Ä\n\n![](assets/cover.png) Ä *is* ${prodct}.\n", "film.md:3:30: error: unknown variable `prodct`"),
        ("<!-- transition: wype -->\n![](assets/cover.png)\n", "film.md:1:18: error: `transition` cannot be `wype`"),
        (
            "<!-- transiton: wipe -->\n![](assets/cover.png)\n",
            "film.md:1:6: error: unknown field `transiton` (did you mean `transition`?)\n",
        ),
        ("![](assets/cover.png)\n\n<!-- length: 3s -->\n", "film.md:3:6: error: no scene follows these settings"),
        ("![](assets/cover.png) …\n", "film.md:1:23: error: there is nothing in this text that can be spoken"),
        ("<!-- nothing -->", "film.md: error: the script says and shows nothing"),
        ("", "film.md: error: the script says and shows nothing"),
    ] {
        let report = refused("film.md", text);
        assert!(report.starts_with(said), "{text}\n{report}");
        assert_eq!(report.lines().count(), 1, "{report}");
    }
}

/// A script of every kind of scene that is not a card of words.
const FILM: &str = "---\noutput: { size: 320x180, fps: 25 }\nvars: { name: t2v }\n---\n# A film of ${name}: \"it\" #1\n\n*It's short*\n\n\
    ![A cover](assets/cover.png)\n\nThis is `${name}`: a \"picture\". It costs $$5.\n\n## What there is\n\nTwo things:\n\n- One: the first.\n- Two.\n\n\
    ---\n\n<!-- show: { colour: '#204060' }\n     captions: { position: top } -->\nNo # sign, no colon: it's all text. <!-- pause: 0.5s --> Even - this.\n\n## 42\n";

fn film(loaded: Result<LoadedSpec, crate::diag::Report>) -> LoadedSpec {
    loaded.unwrap_or_else(|report| panic!("{}", report.render(ReportStyle::Plain)))
}

fn nowhere(node: TreeNode) -> TreeNode {
    let place = Span { start: 0, end: 0 };
    let value = match node.value {
        NodeValue::List(items) => NodeValue::List(items.into_iter().map(nowhere).collect()),
        NodeValue::Map(entries) => {
            NodeValue::Map(entries.into_iter().map(|(key, value)| (MapKey { place, ..key }, nowhere(value))).collect())
        }
        other => other,
    };
    TreeNode { place, value }
}

#[test]
fn a_script_and_the_spec_it_becomes_are_one_film() {
    let script = film(parse_script(FILM, &folder(), "film.md", &LoadOptions::default()));
    let yaml = as_yaml(&script);
    let mut spec = film(parse(&yaml, &folder(), "film", &LoadOptions::default())).spec;
    assert_eq!(spec.title, "A film of t2v: \"it\" #1");
    assert_eq!(spec.scenes.len(), script.spec.scenes.len());
    assert!(yaml.starts_with("title: \"A film of ${name}: \\\"it\\\" #1\"\n"), "{yaml}");
    // All but where it stands is the same.
    let bare = |text: String| {
        let mut text = text;
        while let Some(at) = text.find("Span {") {
            let end = text[at..].find('}').unwrap();
            text.replace_range(at..=at + end, "");
        }
        text
    };
    assert_eq!(bare(format!("{spec:?}")), bare(format!("{:?}", script.spec)));
    spec.title.clear();
    assert_ne!(bare(format!("{spec:?}")), bare(format!("{:?}", script.spec)));
}

#[test]
fn a_film_without_a_title_keeps_its_name_as_a_spec() {
    let script = film(parse_script("![](assets/cover.png)", &folder(), "story ${1}.md", &LoadOptions::default()));
    assert_eq!(script.spec.title, "story ${1}");
    assert_eq!(film(parse(&as_yaml(&script), &folder(), "video", &LoadOptions::default())).spec.title, "story ${1}");
}

#[test]
fn a_spec_stays_as_it_is() {
    let text = "# mine\nscenes: [{ say: Hello. }]";
    assert_eq!(as_yaml(&film(parse(text, &folder(), "film", &LoadOptions::default()))), text);
}

#[test]
fn large_scripts_are_refused_at_once() {
    for (n, text) in [
        "a\n\n".repeat(600_000),
        "- a\n".repeat(500_000),
        "![](a) ".repeat(200_000),
        "> ".repeat(500_000),
        format!("|{}\n|{}\n{}", "a|".repeat(1000), "-|".repeat(1000), "|\n".repeat(200_000)),
        "*a ".repeat(300_000),
        "<!-- id: a -->\n".repeat(30_000),
        "[".repeat(500_000),
    ]
    .iter()
    .enumerate()
    {
        for form in [SourceFormat::Markdown, SourceFormat::Plain] {
            let start = std::time::Instant::now();
            let (node, found) = read(text, form);
            assert!(node.is_some() || found.len() == 1, "{n}");
            // A tenth of that where nothing else runs and the program is not compiled for debugging.
            assert!(start.elapsed().as_secs() < 120, "{n} {form:?}: {:?}", start.elapsed());
        }
    }
}

fn pieces() -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    let known = prop::sample::select(vec![
        "\n", "\n\n", "\n\n", "# ", "## ", "- ", "1. ", "> ", "> — me", "*", "**", "_", "`", "```\n", "```rust\n", "    ", "![](", "a.png)",
        "![x](assets/cover.png)", "[x](y)", "<!-- ", " -->", "<!-- pause: 1s -->", "<!-- show: { colour: white } -->", "id: x", "---\n",
        "title: x\n", "voice: de\n", "| a | b |\n|---|---|\n| c | d |\n", "~~", "&amp;", "&auml;", "\\", "${x}", "${", "é", "日本語。", "😀",
        "\u{1b}", "\u{202e}", "\r\n", "\t", "\u{feff}", "\0", "A word. ", "Two words, and more: this. ", "<b>", "</b>", "  \n", ":\n\n", "* * *\n",
        "scenes: []\n", "[x]: y\n", "===\n", "-- ", "| x |\n", "Every sentence of this paragraph is long enough to be cut somewhere, I hope. ",
    ]);
    prop::collection::vec(prop_oneof![6 => known.prop_map(str::to_owned), 1 => any::<String>()], 0..50)
        .prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_script_gives_a_film_or_a_printable_report(text in pieces(), markdown in any::<bool>()) {
        let name = if markdown { "film.md" } else { "film.txt" };
        check_result(&text, parse_script(&text, &folder(), name, &LoadOptions::default()))?;
    }

    #[test]
    fn any_script_is_the_spec_it_becomes(text in pieces(), markdown in any::<bool>()) {
        let form = if markdown { SourceFormat::Markdown } else { SourceFormat::Plain };
        if let (Some(node), _) = read(&text, form) {
            let yaml = yaml_writer::to_yaml(&node);
            let back = tree::parse(&yaml);
            prop_assert_eq!(back.map(nowhere), Ok(nowhere(node)), "{}", yaml);
        }
    }
}
