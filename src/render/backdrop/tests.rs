//! Backdrops are calm, legible under text, of their seed alone, and the same on every machine.

use super::*;
use crate::render::colour::contrast;
use crate::spec;

const KINDS: [BackdropKind; 7] = [
    BackdropKind::Gradient,
    BackdropKind::Mesh,
    BackdropKind::Flow,
    BackdropKind::Grain,
    BackdropKind::Shapes,
    BackdropKind::Grid,
    BackdropKind::Rays,
];
const SIZES: [Size; 3] = [Size::new(320, 180), Size::new(180, 320), Size::new(200, 200)];

fn look(template: &str) -> Look {
    let text = format!("template: {template}\nscenes: [{{ say: Hello. }}]\n");
    let loaded = spec::parse(&text, std::path::Path::new("."), "film", &spec::LoadOptions::default());
    loaded.unwrap_or_else(|report| panic!("{}", report.render(crate::diag::ReportStyle::Plain))).spec.look
}

fn drawn(kind: BackdropKind, seed: u32, look: &Look, size: Size) -> Frame {
    let mut frame = Frame::new(size);
    fill(Backdrop { kind, seed }, look, &mut frame);
    frame
}

/// The least contrast of `colour` with any pixel.
fn least(colour: Colour, frame: &Frame) -> f64 {
    let pixels = frame.to_rgb();
    let contrasts = pixels.pixels().map(|pixel| contrast(colour, Colour::rgb(pixel.0[0], pixel.0[1], pixel.0[2])));
    contrasts.fold(f64::INFINITY, f64::min)
}

#[test]
fn text_is_legible_on_every_point_of_every_templates_backdrop() {
    for (name, about) in spec::templates() {
        let look = look(name);
        assert!(!about.is_empty(), "{name} does not say what it is");
        let fonts = [&look.heading_font, &look.body_font];
        assert!(fonts.iter().all(|font| crate::render::FAMILIES.contains(&font.as_str())), "{name}: {fonts:?}");
        for size in SIZES {
            let frame = drawn(look.backdrop.kind, look.backdrop.seed, &look, size);
            let (text, muted) = (least(look.text, &frame), least(look.muted, &frame));
            let accent = contrast(look.accent, look.background);
            assert!(text >= 7.0 && muted >= 4.0 && accent >= 3.0, "{name} {size}: {text:.1} {muted:.1} {accent:.1}");
        }
        assert!(contrast(look.caption, over(look.caption_back, Colour::rgb(128, 128, 128))) >= 4.5, "{name}");
    }
}

#[test]
fn every_backdrop_is_calm_whatever_its_seed() {
    for template in ["studio", "kids"] {
        let look = look(template);
        let ends = [look.background, look.background_end].map(|colour| f32::from(crate::render::colour::ycc(colour).y));
        let own = (ends[0] - ends[1]).abs();
        for kind in KINDS {
            for seed in 0..6 {
                let frame = drawn(kind, seed, &look, SIZES[0]);
                let text = least(look.text, &frame);
                let (dark, bright) = (frame.y.iter().min().unwrap(), frame.y.iter().max().unwrap());
                let range = f32::from(bright - dark);
                let steps = frame.y.windows(2).map(|pair| f64::from(pair[0].abs_diff(pair[1]))).sum::<f64>();
                let rough = steps / frame.y.len() as f64;
                let label = format!("{template} {kind:?} {seed}: text {text:.1}, range {range}, neighbours {rough:.2}");
                // The most that tint and light can add, and the gradient's own glow.
                assert!(text >= 4.5 && range <= own + 48.0 && rough < 2.0, "{label}");
            }
        }
    }
}

#[test]
fn another_seed_gives_another_picture_and_the_same_one_the_same() {
    let look = look("aurora");
    for kind in KINDS {
        let [one, again, other] = [1, 1, 2].map(|seed| drawn(kind, seed, &look, SIZES[0]));
        assert_eq!(one, again, "{kind:?}");
        assert_eq!(one == other, kind == BackdropKind::Gradient, "{kind:?}");
    }
}

#[test]
fn a_backdrop_keeps_its_shape_in_every_size() {
    let look = look("aurora");
    for kind in [BackdropKind::Mesh, BackdropKind::Flow, BackdropKind::Shapes, BackdropKind::Rays] {
        let (small, large) = (drawn(kind, 4, &look, SIZES[0]), drawn(kind, 4, &look, Size::new(640, 360)));
        let far = (0..180)
            .flat_map(|y| (0..320).map(move |x| (x, y)))
            .filter(|(x, y)| small.y[y * 320 + x].abs_diff(large.y[y * 2 * 640 + x * 2]) > 4);
        assert!(far.count() < 320 * 180 / 50, "{kind:?}");
    }
}

#[test]
fn the_smallest_frames_are_drawn_too() {
    for kind in KINDS {
        for size in [Size::new(2, 2), Size::new(2, 64), Size::new(64, 2)] {
            drawn(kind, 9, &look("studio"), size);
        }
    }
}

/// Floats are only added, multiplied, divided and rounded, so these hashes hold on every machine; they change when a backdrop does.
#[test]
fn the_bytes_are_the_same_on_every_machine() {
    let look = look("aurora");
    let hashes = KINDS.map(|kind| {
        let mut bytes = Vec::new();
        drawn(kind, 3, &look, SIZES[0]).write_to(&mut bytes).unwrap();
        format!("{kind:?} {}", &blake3::hash(&bytes).to_hex()[..12])
    });
    assert_eq!(hashes, GOLDEN);
}

const GOLDEN: [&str; 7] = [
    "Gradient de7648127ae6",
    "Mesh e24be5880c2b",
    "Flow 07147e94471b",
    "Grain 7dcf4ba9f512",
    "Shapes 7b399225bd7a",
    "Grid f969a94de2f5",
    "Rays e512bcaac435",
];
