//! Every show in every template and format, beside the picture that somebody looked at and found good. `T2V_BLESS=1` takes the new
//! pictures; look at them before they are committed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::Project;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use t2v::render::captions::{CaptionSetting, SpokenWord, pages};
use t2v::render::content::GradientFill;
use t2v::render::transition::{TransitionStyle, blend};
use t2v::render::{CaptionTrack, Compositor, Frame, LowerThird, SceneContent, View, ViewAssets};
use t2v::spec::model::{CaptionPosition, CaptionStyle, Easing, TransitionKind};
use t2v::units::{Colour, Fps, Size};
use t2v::{spec, voice};

/// One scene for each show, without words, so that nothing is spoken.
const SHOWS: &str = include_str!("golden/shows.yaml");
/// One scene for each script, without words.
const SCRIPTS: &str = include_str!("golden/scripts.yaml");
const TEMPLATES: [&str; 8] = ["studio", "paper", "terminal", "news", "kids", "minimal", "aurora", "dune"];
const FORMATS: [(&str, &str); 3] = [("wide", "480x270"), ("tall", "270x480"), ("square", "360x360")];
/// References are this much smaller than what is drawn.
const SCALE: u32 = 3;
/// A square of so many pixels of a reference is looked at as one: what the eye would notice moves or recolours one of these.
const BLOCK: u32 = 6;
/// How far the mean colour of a block, and that of the whole picture, may be off, of 255. JPEG alone is good for a third of it.
const MOST: (f64, f64) = (12.0, 2.0);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// A picture with shapes that show how it was cut and scaled.
fn photo(project: &Project, name: &str, hue: u8) {
    let pixel = |x: u32, y: u32| {
        let ring = ((x as i32 - 200).pow(2) + (y as i32 - 150).pow(2)) / 900 % 2 == 0;
        image::Rgb([hue, (x / 2) as u8, if ring { 200 } else { (y / 2) as u8 }])
    };
    RgbImage::from_fn(400, 300, pixel).save(project.path(name)).unwrap();
}

fn project() -> Project {
    let project = Project::new("");
    for (name, hue) in [("a.png", 40), ("b.png", 160), ("c.png", 230)] {
        photo(&project, name, hue);
    }
    fs::write(project.path("day.mp4"), include_bytes!("../projects/places/assets/day.mp4")).unwrap();
    project.write("rows.csv", "tool,seconds,errors\nt2v,3.9,1\nffmpeg by hand,26.7,4\nzoompan,37.4,2\n");
    project.write(
        "hello.rs",
        "/// Says hello.\nfn main() {\n    let name = \"t2v\"; // a text\n    println!(\"{name}: {}\", 42);\n}\n",
    );
    project
}

/// All shows on one sheet, at the size of references.
fn drawn(project: &Project, template: &str, size: &str) -> RgbImage {
    sheet(project, template, size, SHOWS)
}

fn sheet(project: &Project, template: &str, size: &str, shows: &str) -> RgbImage {
    project.write("video.yaml", format!("template: {template}\noutput: {{ size: {size} }}\n{shows}"));
    let _ = project.run(&["sheet", "-o", "sheet.png", "--columns", "5"]).ok();
    let sheet = image::open(project.path("sheet.png")).unwrap().to_rgb8();
    imageops::resize(&sheet, sheet.width() / SCALE, sheet.height() / SCALE, FilterType::Triangle)
}

/// The mean colour of a block.
fn mean(picture: &RgbImage, x: u32, y: u32) -> [f64; 3] {
    let block = imageops::crop_imm(picture, x, y, BLOCK, BLOCK).to_image();
    let sum = |channel: usize| block.pixels().map(|pixel| f64::from(pixel.0[channel])).sum::<f64>();
    [0, 1, 2].map(|channel| sum(channel) / f64::from(block.width() * block.height()))
}

/// How far the worst block, and all of them on average, are off; and where the worst one is.
fn difference(a: &RgbImage, b: &RgbImage) -> (f64, f64, (u32, u32)) {
    let (mut worst, mut total, mut at, mut count) = (0.0_f64, 0.0, (0, 0), 0);
    for (x, y) in (0..a.height() / BLOCK).flat_map(|y| (0..a.width() / BLOCK).map(move |x| (x * BLOCK, y * BLOCK))) {
        let off = mean(a, x, y).iter().zip(mean(b, x, y)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        (total, count) = (total + off, count + 1);
        if off > worst {
            (worst, at) = (off, (x, y));
        }
    }
    (worst, total / f64::from(count.max(1)), at)
}

#[test]
fn every_show_looks_as_it_did() {
    let project = project();
    let shows = TEMPLATES.iter().flat_map(|template| FORMATS.map(|format| (template, format)));
    assert_looks_as_before(
        shows.map(|(template, (format, size))| (format!("{template}-{format}.jpg"), drawn(&project, template, size))),
    );
}

/// Compares pictures with the references of their names, and names all that are off.
fn assert_looks_as_before(pictures: impl IntoIterator<Item = (String, RgbImage)>) {
    let wrong: Vec<String> = pictures.into_iter().filter_map(|(name, drawn)| compared(&name, &drawn)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a picture, after it was taken for the new reference if that is asked for.
fn compared(name: &str, drawn: &RgbImage) -> Option<String> {
    if std::env::var_os("T2V_BLESS").is_some() {
        let file = fs::File::create(folder().join(name)).unwrap();
        JpegEncoder::new_with_quality(file, 80).encode_image(drawn).unwrap();
        return None;
    }
    let reference = image::open(folder().join(name)).unwrap().to_rgb8();
    assert_eq!(drawn.dimensions(), reference.dimensions(), "{name}");
    let (worst, all, at) = difference(drawn, &reference);
    println!("{name}: {worst:.1} at {at:?}, {all:.2} on average");
    if worst <= MOST.0 && all <= MOST.1 {
        return None;
    }
    let seen = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drawn.save(&seen).unwrap();
    Some(format!("{name}: off by {worst:.1} at {at:?}, {all:.2} on average; see {}", seen.display()))
}

#[test]
fn every_script_looks_as_it_did() {
    let project = project();
    let sheets = [("scripts-wide.jpg", "studio", "480x270"), ("scripts-tall.jpg", "paper", "270x480")];
    assert_looks_as_before(
        sheets.map(|(name, template, size)| (name.to_owned(), sheet(&project, template, size, SCRIPTS))),
    );
}

/// A frame with captions in this style over a plain colour, while the word in the middle is spoken.
fn captioned(text: &str, style: CaptionStyle, size: Size) -> RgbImage {
    let ranges = voice::words(text).into_iter().enumerate();
    let timed =
        ranges.map(|(i, range)| voice::WordTiming { range, from: i as u64 * 9_600, to: i as u64 * 9_600 + 9_600 });
    let mut end = None;
    let word = |word: voice::WordTiming| {
        let joined = end == Some(word.range.start);
        end = Some(word.range.end);
        SpokenWord { text: text[word.range].to_owned(), from: word.from, to: word.to, joined }
    };
    let words: Vec<SpokenWord> = voice::caption_words(text, &timed.collect::<Vec<_>>()).into_iter().map(word).collect();
    let fps = Fps::whole(30);
    let pages = pages(&words, &CaptionSetting { style, size, fps, frames: 10_000, font: "Inter" });
    let n = pages[0].from + (pages[0].to - pages[0].from) / 2;
    let loaded =
        spec::parse("scenes: [{ say: Hello. }]", Path::new("."), "film", &spec::LoadOptions::default()).unwrap();
    let (position, show) = (CaptionPosition::Bottom, SceneContent::Colour(Colour::rgb(60, 110, 90)));
    let captions = Some(CaptionTrack { pages, style, position });
    let look = loaded.spec.look;
    let view = View { captions, ..View::new(size, fps, 10_000, show, look) };
    let mut frame = Frame::new(size);
    Compositor::new(view, ViewAssets::default()).unwrap().draw_frame(n, None, &mut frame).unwrap();
    frame.to_rgb()
}

#[test]
fn captions_of_every_script_look_as_they_did() {
    let texts = [
        "この映画は、小さなテキストファイルから「一瞬で」始まります。",
        "这是一部用文本文件制作的影片，其余内容从缓存中复制。",
        "هذا الفيلم مصنوع من ملف نصي صغير باستخدام t2v في عام 2024!",
        "הסרט הזה נוצר מקובץ טקסט קטן בעזרת t2v בשנת 2024?",
        "यह फ़िल्म एक छोटी पाठ फ़ाइल से बनी है।",
        "ภาพยนตร์เริ่มจากข้อความสั้น ๆ เพียงไฟล์เดียว",
        "작은 텍스트 파일 하나에서 영화가 시작됩니다.",
        "Ship it 🚀 to 👩‍👩‍👧‍👦 and 🇩🇪 today 👍🏽 with ❤️!",
    ];
    let styles = [CaptionStyle::Highlight, CaptionStyle::Karaoke, CaptionStyle::Pop, CaptionStyle::Underline];
    let size = Size::new(960, 540);
    let (wide, high) = (480, 72);
    let mut sheet = RgbImage::new(wide * 2, high * 4);
    for (i, text) in texts.into_iter().enumerate() {
        let frame = captioned(text, styles[i % styles.len()], size);
        let strip = imageops::crop_imm(&frame, 0, size.height - 2 * high, size.width, 2 * high).to_image();
        let strip = imageops::resize(&strip, wide, high, FilterType::Triangle);
        imageops::replace(&mut sheet, &strip, i64::from(i as u32 % 2 * wide), i64::from(i as u32 / 2 * high));
    }
    assert_eq!(compared("scripts-captions.jpg", &sheet), None);
}

#[test]
fn a_moved_line_or_another_colour_is_noticed() {
    let project = project();
    let before = drawn(&project, "studio", "480x270");
    for (from, to) in
        [("Second item", "Second item, longer"), ("A title", "A tit1e of another"), ("#204060", "#304a60")]
    {
        let spec = format!("template: studio\noutput: {{ size: 480x270 }}\n{}", SHOWS.replacen(from, to, 1));
        assert!(SHOWS.contains(from));
        project.write("video.yaml", spec);
        let _ = project.run(&["sheet", "-o", "sheet.png", "--columns", "5"]).ok();
        let sheet = image::open(project.path("sheet.png")).unwrap().to_rgb8();
        let after = imageops::resize(&sheet, sheet.width() / SCALE, sheet.height() / SCALE, FilterType::Triangle);
        let (worst, ..) = difference(&before, &after);
        assert!(worst > MOST.0, "{from} → {to}: {worst:.1}");
    }
}

/// Two scenes that are unlike each other everywhere.
fn scenes(size: Size) -> [Frame; 2] {
    let show = |colours: [Colour; 2], angle| SceneContent::Gradient(GradientFill { colours: colours.into(), angle });
    let look = t2v::spec::parse("template: kids\nscenes: [{ say: A. }]", Path::new("."), "film", &Default::default());
    let look = look.map(|loaded| loaded.spec.look).expect("a film without errors");
    let name = |name: &str| {
        Some(LowerThird {
            name: name.to_owned(),
            role: Some("A scene".to_owned()),
            from: 0,
            to: u32::MAX,
            raised: true,
        })
    };
    let (sea, sand) =
        ([Colour::rgb(10, 30, 60), Colour::rgb(30, 160, 190)], [Colour::rgb(250, 220, 160), Colour::rgb(190, 70, 50)]);
    let drawn = |(show, lower): (SceneContent, Option<LowerThird>)| {
        let (fps, look) = (Fps::whole(30), look.clone());
        let view = View { lower_third: lower, ..View::new(size, fps, 90, show, look) };
        let mut frame = Frame::new(size);
        Compositor::new(view, ViewAssets::default()).unwrap().draw_frame(60, None, &mut frame).unwrap();
        frame
    };
    [(show(sea, 20.0), name("Before")), (show(sand, 110.0), name("After"))].map(drawn)
}

/// All kinds at their middles on one sheet.
fn transitions(size: Size) -> RgbImage {
    let [before, after] = scenes(size);
    let (small, columns) = ((size.width / SCALE, size.height / SCALE), 7);
    let kinds = TransitionKind::DEFAULTS;
    let mut sheet = RgbImage::new(columns * small.0, (kinds.len() as u32).div_ceil(columns) * small.1);
    let mut frame = Frame::new(size);
    for (i, kind) in (0..).zip(kinds) {
        blend(TransitionStyle { kind, easing: Easing::EaseInOut }, 7, 15, &before, &after, &mut frame);
        let picture = imageops::resize(&frame.to_rgb(), small.0, small.1, FilterType::Triangle);
        imageops::replace(&mut sheet, &picture, i64::from(i % columns * small.0), i64::from(i / columns * small.1));
    }
    sheet
}

#[test]
fn every_transition_looks_as_it_did_at_its_middle() {
    let formats = [("wide", Size::new(480, 270)), ("tall", Size::new(270, 480)), ("square", Size::new(360, 360))];
    assert_looks_as_before(
        formats.into_iter().map(|(format, size)| (format!("transitions-{format}.jpg"), transitions(size))),
    );
}
