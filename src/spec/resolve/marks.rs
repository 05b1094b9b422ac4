//! Marks on a picture: each one shape, inside the picture. Knows nothing of how they are drawn.

use super::Resolver;
use crate::diag::Place;
use crate::spec::decode::{At, shortened};
use crate::spec::language;
use crate::spec::model::{ArrowSide, Build, Focus, Mark, MarkShape, Marks};
use crate::spec::scalar::Share;

const MOST_MARKS: usize = 12;
const LONGEST_LABEL: usize = 80;
/// The smallest width, height or radius: less could not be seen.
const LEAST: f64 = 0.005;
/// What rounding may put beyond the edge.
const SLACK: f64 = 1e-9;

/// The marks of a `show`; `None` where there are none, or after saying what is wrong with them.
pub fn of_show(show: &language::Show, base: Build, to: &mut Resolver) -> Option<Marks> {
    let Some(written) = &show.marks else {
        lonely(show, to);
        return None;
    };
    if written.whole && !(1..=MOST_MARKS).contains(&written.value.len()) {
        let message = format!("a picture has 1 to {MOST_MARKS} marks, not {}", written.value.len());
        to.error(message, written.place, "these marks", "point at what is spoken of, or split it over several scenes");
    }
    let marks: Vec<Mark> = written.value.iter().filter_map(|mark| one(mark, to)).collect();
    let build = super::show::build(show.build.as_ref(), base, "picture with marks", to);
    let dim = show.dim.as_ref().is_some_and(|dim| dim.value.0);
    (!marks.is_empty()).then_some(Marks { marks, build, dim })
}

/// The middle of all that is marked: what a picture is cut around that has marks and no focus of its own.
pub fn focus(marks: &Marks) -> Focus {
    let middles = || marks.marks.iter().map(|mark| mark.shape.middle());
    let centre = |values: &mut dyn Iterator<Item = f64>| {
        let (least, most) = values.fold((1.0_f64, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        ((least + most) / 2.0).clamp(0.0, 1.0)
    };
    Focus { x: centre(&mut middles().map(|(x, _)| x)), y: centre(&mut middles().map(|(_, y)| y)) }
}

/// What goes with marks alone.
fn lonely(show: &language::Show, to: &mut Resolver) {
    let fields = [("dim", show.dim.as_ref().map(|at| at.place)), ("build", show.build.as_ref().map(|at| at.place))];
    for (field, place) in fields {
        let Some(place) = place.filter(|_| show.image.is_some()) else { continue };
        let help = "add `marks`, or remove it";
        to.error(format!("`{field}` goes with the marks of a picture, and here are none"), place, "not used", help);
    }
}

fn one(mark: &At<language::Mark>, to: &mut Resolver) -> Option<Mark> {
    let written = &mark.value;
    let shapes = [("box", &written.r#box), ("arrow", &written.arrow), ("circle", &written.circle)];
    let mut given = shapes.into_iter().filter_map(|(kind, shares)| Some((kind, shares.as_ref()?)));
    let Some((kind, shares)) = given.next() else {
        if mark.whole {
            let help = "add one of `box: [x, y, width, height]`, `arrow: [x, y]`, `circle: [x, y, radius]`";
            to.error("a mark has no shape", mark.place, "nothing to draw", help);
        }
        return None;
    };
    if let Some((second, shares)) = given.next() {
        let message = format!("a mark has one shape, but here are `{kind}` and `{second}`");
        to.error(message, shares.place, "the second one", "keep one, or make a second mark");
    }
    if let Some(from) = written.from.as_ref().filter(|_| kind != "arrow") {
        to.error(format!("`from` does not go with `{kind}`"), from.place, "not used", "`from` goes with `arrow`");
    }
    let shape = shape(kind, shares, written.from.as_ref().map(|from| from.value), to)?;
    Some(Mark { shape, label: label(written, to) })
}

fn label(written: &language::Mark, to: &mut Resolver) -> Option<String> {
    let label = written.label.as_ref()?;
    to.drawn(&label.value.0, label.place);
    if label.value.0.chars().count() > LONGEST_LABEL {
        let message = format!("`{}` is too long for a label", shortened(&label.value.0));
        let help = "name the thing in a few words; the voice tells the rest";
        to.error(message, label.place, "more than 80 characters", help);
    }
    Some(label.value.0.clone())
}

fn shape(kind: &str, shares: &At<Vec<At<Share>>>, from: Option<ArrowSide>, to: &mut Resolver) -> Option<MarkShape> {
    let values: Vec<f64> = shares.value.iter().map(|share| share.value.0).collect();
    let shape = match (kind, values.as_slice()) {
        ("box", &[x, y, width, height]) => MarkShape::Box { x, y, width, height },
        ("arrow", &[x, y]) => MarkShape::Arrow { x, y, from },
        ("circle", &[x, y, radius]) => MarkShape::Circle { x, y, radius },
        _ => {
            if shares.whole {
                miscounted(kind, shares.place, to);
            }
            return None;
        }
    };
    inside(kind, shape, shares.place, to).then_some(shape)
}

fn miscounted(kind: &str, place: Place, to: &mut Resolver) {
    let (count, help) = match kind {
        "box" => ("four shares", "write `[0.6, 0.2, 0.3, 0.1]`: 60% across, 20% down, 30% wide, 10% high"),
        "arrow" => ("two shares", "write `[0.7, 0.3]`: 70% across, 30% down"),
        _ => ("three shares", "write `[0.7, 0.3, 0.1]`: its middle, and its radius as a share of the picture's width"),
    };
    to.error(format!("`{kind}` is {count}"), place, "another number of them", help);
}

/// Whether a shape lies in the picture and can be seen; says so if not.
fn inside(kind: &str, shape: MarkShape, place: Place, to: &mut Resolver) -> bool {
    let (left, right, top, bottom, least) = match shape {
        MarkShape::Box { x, y, width, height } => (x, x + width, y, y + height, width.min(height)),
        MarkShape::Arrow { x, y, .. } => (x, x, y, y, 1.0),
        // How high a picture is, is not known here.
        MarkShape::Circle { x, y, radius } => (x - radius, x + radius, y, y, radius),
    };
    if left < -SLACK || top < -SLACK || right > 1.0 + SLACK || bottom > 1.0 + SLACK {
        let message = format!("this `{kind}` lies outside the picture");
        let help = "shares go from 0 (left, top) to 1 (right, bottom) of the picture, whatever the frame shows of it";
        to.error(message, place, "not in the picture", help);
        return false;
    }
    if least < LEAST {
        to.error(format!("this `{kind}` is too small to be seen"), place, "too small", "half a percent is the least");
        return false;
    }
    true
}
