//! What a report holds, and what it never does.

use super::*;
use crate::event::BuildStatus;
use crate::report::history::samples::{Stream, film};

/// The start of a JPEG; what follows does not matter here.
const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];

fn facts(scenes: usize) -> ReportFacts {
    let scene = |i: usize| SceneFacts {
        id: format!("s{i}"),
        title: (i % 4 == 1).then(|| format!("Chapter {i}")),
        from: Some(i as f64 * 6.0 - 6.0),
        to: Some(i as f64 * 6.0),
        picture: Some(JPEG.to_vec()),
        words: 14,
    };
    ReportFacts {
        title: "How t2v caches".into(),
        film: "out/video.mp4".into(),
        bytes: Some(12_345_678),
        seconds: Some(scenes as f64 * 6.0),
        format: "1920×1080, 30 fps".into(),
        scenes: (1..=scenes).map(scene).collect(),
        cores: 4,
    }
}

/// Every element that is opened is closed, in order; void elements aside.
fn assert_well_formed(html: &str) {
    const VOID: [&str; 4] = ["meta", "img", "br", "!doctype"];
    let mut open: Vec<&str> = Vec::new();
    let body = html.replace(STYLE, "");
    for tag in body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        match tag.strip_prefix('/') {
            Some(_) => assert_eq!(open.pop(), Some(name), "</{name}>"),
            None if VOID.contains(&name) || tag.ends_with('/') => {}
            None => open.push(Box::leak(name.to_owned().into_boxed_str())),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_report_needs_nothing_else() {
    let page = html(&BuildHistory::of(&film(8)), &facts(8));
    assert_well_formed(&page);
    let addresses = page.replace("http-equiv", "");
    assert!(
        !addresses.contains("http") && !addresses.contains("//") && !page.contains("<script"),
        "no address, no script"
    );
    assert!(page.contains("default-src 'none'"));
    assert_eq!(page.matches("loading=\"lazy\"").count(), 16, "a picture in the strip and one in the list");
    let ends = (0..8).all(|i| page.contains(&format!("href=\"#s{i}\"")) && page.contains(&format!("id=\"s{i}\"")));
    assert!(ends, "the strip leads to every scene");
}

#[test]
fn it_tells_what_was_made_and_why() {
    let page = html(&BuildHistory::of(&film(8)), &facts(8));
    for told in [
        "<h1>How t2v caches</h1><span class=\"badge good\">done</span>",
        "out/video.mp4 · 0:48.0 · 12.3 MB · 1920×1080, 30 fps · 2026-09-21 14:13:20 UTC",
        "<code>say</code> changed: &quot;It is fast and simple.&quot; → &quot;It is instant and simple.&quot;",
        "0:00.0 – 0:06.0 · 6.0 s · 2.3 words/s · 4 made",
        "<h3>Chapter 1 <code>s1</code></h3>",
        "<tr><td>-j 8</td>",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert!(!page.contains("Failed"));
}

#[test]
fn many_scenes_lie_in_the_file_once() {
    let page = html(&BuildHistory::of(&film(200)), &facts(200));
    assert_well_formed(&page);
    assert_eq!((page.matches("<img").count(), page.matches("<article").count()), (200, 200));
    assert!(page.len() < 600_000, "{} bytes", page.len());
}

#[test]
fn no_text_is_ever_markup() {
    let hostile = "</style></title><script>alert(1)</script>\" onload='x' &amp; `a` \u{1b}[31m";
    let mut stream = Stream::begin(1);
    let step = format!("scene:{hostile}/speech/1");
    stream.planned(&step, hostile, &[]).started(&step, hostile).at(3.0).failed(&step, hostile, Some((1, 2)));
    stream.planned(hostile, "speech", &[]).started(hostile, hostile).at(6.0).ran(hostile).end(BuildStatus::Failed);
    let mut facts = facts(1);
    (facts.title, facts.film, facts.format) = (hostile.into(), hostile.into(), hostile.into());
    facts.scenes[0] = SceneFacts {
        id: hostile.into(),
        title: Some(hostile.into()),
        picture: Some(hostile.into()),
        from: Some(f64::NAN),
        to: Some(f64::INFINITY),
        ..SceneFacts::default()
    };
    let page = html(&BuildHistory::of(&stream.events), &facts);
    assert_well_formed(&page);
    assert!(!page.contains("<script") && !page.contains('\u{1b}') && !page.contains("<img"));
    assert_eq!(page.matches("</style>").count(), 1);
    assert!(page.contains("badge bad\">failed") && page.contains("<h2>Failed</h2>"));
}

#[test]
fn a_build_that_did_nothing_has_a_report_too() {
    let page = html(&BuildHistory::default(), &ReportFacts::default());
    assert_well_formed(&page);
    assert!(!page.contains("Where the time went"));
}

#[test]
fn code_is_what_stands_between_two_backticks() {
    assert_eq!(with_code("a `b` <c> `d"), "a <code>b</code> &lt;c&gt; d");
    assert_eq!(with_code("plain"), "plain");
}
