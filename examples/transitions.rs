//! Draws every kind of transition at three moments, from two pictures: the frames of the sheet in `docs/transitions.jpg`.
//!
//! `cargo run --release --example transitions -- FROM TO FOLDER [WIDTHxHEIGHT]`, then
//! `montage FOLDER/*.png -tile 9x -geometry 196x110+2+2 sheet.jpg`

use std::path::Path;
use std::sync::Arc;

use t2v::render::transition::{TransitionStyle, blend};
use t2v::render::{Compositor, DecodedPicture, Frame, PictureLimits, SceneContent, View, ViewAssets};
use t2v::spec::model::{
    CameraMotion, Corner, Direction, Easing, FocusPoint, ImageFit, Look, RotationDirection, TransitionAxis,
    TransitionKind as Kind, ZoomDirection,
};
use t2v::units::{Colour, Fps, Size};

const LEN: u32 = 19;
const MOMENTS: [u32; 3] = [5, 9, 13];

fn kinds() -> Vec<Kind> {
    let (left, across, out) = (Direction::Left, TransitionAxis::Horizontal, ZoomDirection::Out);
    vec![
        Kind::Crossfade,
        Kind::Fade { through: Colour::rgb(0, 0, 0) },
        Kind::Flash { through: Colour::rgb(255, 255, 255) },
        Kind::Luma,
        Kind::Blur,
        Kind::Pixelate,
        Kind::Dissolve,
        Kind::Clouds,
        Kind::Slide { towards: left },
        Kind::Push { towards: left },
        Kind::Reveal { towards: left },
        Kind::Squeeze { towards: left },
        Kind::Whip { towards: left },
        Kind::Page { towards: left },
        Kind::Page { towards: Direction::Up },
        Kind::Zoom { depth: ZoomDirection::In },
        Kind::Zoom { depth: out },
        Kind::Doors { axis: across },
        Kind::Stripes { axis: across },
        Kind::Stripes { axis: TransitionAxis::Vertical },
        Kind::Wipe { towards: left },
        Kind::Diagonal { towards: Corner::BottomRight },
        Kind::Split { axis: across },
        Kind::Blinds { towards: Direction::Right },
        Kind::Circle { depth: out },
        Kind::Circle { depth: ZoomDirection::In },
        Kind::Diamond { depth: out },
        Kind::Clock { turn: RotationDirection::Clockwise },
        Kind::Checker,
        Kind::Tiles,
    ]
}

fn frame(file: &str, size: Size) -> Result<Frame, Box<dyn std::error::Error>> {
    let show = SceneContent::Picture(t2v::render::content::PictureContent {
        fit: ImageFit::Cover,
        motion: CameraMotion::Hold,
        focus: FocusPoint::CENTRE,
    });
    let view = View::new(size, Fps::whole(30), 1, show, Look::PLAIN);
    let picture = DecodedPicture::decode(&std::fs::read(file)?, PictureLimits::default())?;
    let canvas = view.shot().map(|shot| Arc::new(shot.prepare(&picture)));
    let mut out = Frame::new(size);
    Compositor::new(view, ViewAssets { picture: canvas, ..ViewAssets::default() })?.draw_frame(0, None, &mut out)?;
    Ok(out)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, folder, rest @ ..] = args.as_slice() else { return Err("FROM TO FOLDER [WIDTHxHEIGHT]".into()) };
    let size = rest.first().and_then(|size| size.split_once('x'));
    let size = size.map_or(Ok(Size::new(640, 360)), |(width, height)| {
        Ok::<_, std::num::ParseIntError>(Size::new(width.parse()?, height.parse()?))
    })?;
    let (from, to, mut out) = (frame(from, size)?, frame(to, size)?, Frame::new(size));
    for (n, kind) in kinds().into_iter().enumerate() {
        for (moment, i) in MOMENTS.into_iter().enumerate() {
            blend(TransitionStyle { kind, easing: Easing::EaseInOut }, i, LEN, &from, &to, &mut out);
            let name = format!("{kind:?}").split(' ').next().unwrap_or_default().to_lowercase();
            out.to_rgb().save(Path::new(folder).join(format!("{n:02}-{moment}-{name}.png")))?;
        }
    }
    Ok(())
}
