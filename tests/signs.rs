//! QR codes are read back: from stills as they are drawn, and from films of the roughest quality, in every format.

use std::process::Command;

use crate::common::Project;
use image::GrayImage;

const ADDRESS: &str = "https://example.org/t2v/docs?from=film";
/// Formats at some 360 and 1080 pixels of height.
const SIZES: [&str; 6] = ["640x360", "360x640", "360x360", "1920x1080", "1080x1920", "1080x1080"];

/// What the codes in a picture say.
fn read(picture: &GrayImage) -> Vec<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| picture.get_pixel(x as u32, y as u32).0[0]);
    let grids = prepared.detect_grids();
    grids.iter().filter_map(|grid| grid.decode().ok()).map(|(_, said)| said).collect()
}

fn spec(size: &str, template: &str) -> String {
    format!(
        "template: {template}\noutput: {{ size: {size}, quality: draft, fps: 24 }}\ndefaults: {{ transition: cut, length: 2s }}\n\
         logo: logo.png\nscenes:\n  - {{ id: code, show: {{ qr: \"{ADDRESS}\", title: Get it, caption: It is free }} }}\n  \
         - {{ id: bare, show: {{ qr: \"{ADDRESS}\" }} }}\n  - {{ id: end, show: {{ end: {{ title: Thanks, qr: \"{ADDRESS}\" }} }} }}\n"
    )
}

#[test]
fn codes_are_read_in_every_format_after_the_roughest_encoding() {
    let project = Project::new("");
    image::RgbImage::from_pixel(120, 60, image::Rgb([200, 30, 30])).save(project.path("logo.png")).unwrap();
    for (size, template) in SIZES.iter().zip(["studio", "kids", "news", "terminal", "paper", "dune"]) {
        project.write("video.yaml", spec(size, template));
        let _ = project.run(&["build"]).ok();
        for (at, scene) in [(1.5, "code"), (3.5, "bare"), (5.5, "end")] {
            let picture = project.path("frame.png");
            let film = project.path("out/video.mp4");
            let done = Command::new("ffmpeg")
                .args(["-v", "error", "-y", "-ss", &format!("{at}"), "-i"])
                .arg(&film)
                .args(["-frames:v", "1"])
                .arg(&picture)
                .status()
                .unwrap();
            assert!(done.success());
            let said = read(&image::open(&picture).unwrap().to_luma8());
            assert_eq!(said, [ADDRESS], "{size} {template} {scene}");
        }
    }
}
