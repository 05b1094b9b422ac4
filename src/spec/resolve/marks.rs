//! Resolves `marks`: checks that each mark has one shape, which lies inside the picture.

use super::resolver::Resolver;
use crate::diag::Span;
use crate::spec::decode::Spanned;
use crate::spec::language;
use crate::spec::model::{ArrowSide, BuildTiming, FocusPoint, Mark, MarkGroup, MarkShape};
use crate::spec::scalar::Share;
use crate::spec::shows::resolve_build;
use crate::spec::suggest::shortened;

const MAX_MARKS: usize = 12;
const MAX_LABEL_CHARS: usize = 80;
/// The smallest width, height or radius, as a share of the picture: less could not be seen.
const MIN_EXTENT: f64 = 0.005;
/// How far rounding may put a shape beyond the picture's edge.
const ROUNDING_TOLERANCE: f64 = 1e-9;

/// Resolves the marks of a `show`; `None` where there are none, or after errors were reported.
pub fn resolve(show: &language::Show, base: BuildTiming, resolver: &mut Resolver) -> Option<MarkGroup> {
    let Some(written) = &show.marks else {
        refuse_without_marks(show, resolver);
        return None;
    };
    if written.whole && !(1..=MAX_MARKS).contains(&written.value.len()) {
        let message = format!("a picture has 1 to {MAX_MARKS} marks, not {}", written.value.len());
        resolver.error(
            message,
            written.place,
            "these marks",
            "point at what is spoken of, or split it over several scenes",
        );
    }
    let marks: Vec<Mark> = written.value.iter().filter_map(|mark| resolve_mark(mark, resolver)).collect();
    let build = resolve_build(show.build.as_ref(), base, "picture with marks", resolver);
    let dim = show.dim.as_ref().is_some_and(|dim| dim.value.0);
    (!marks.is_empty()).then_some(MarkGroup { marks, build, dim })
}

/// The middle of everything that is marked, which is the focus of a picture with marks and no `focus`.
pub fn focus(marks: &MarkGroup) -> FocusPoint {
    let (across, down): (Vec<f64>, Vec<f64>) = marks.marks.iter().map(|mark| mark.shape.middle()).unzip();
    FocusPoint { x: centre(&across), y: centre(&down) }
}

/// The middle between the least and the greatest of some shares.
fn centre(shares: &[f64]) -> f64 {
    let least = shares.iter().copied().fold(1.0, f64::min);
    let most = shares.iter().copied().fold(0.0, f64::max);
    ((least + most) / 2.0).clamp(0.0, 1.0)
}

/// Reports fields that have a meaning only with marks.
fn refuse_without_marks(show: &language::Show, resolver: &mut Resolver) {
    let fields = [("dim", show.dim.as_ref().map(|at| at.place)), ("build", show.build.as_ref().map(|at| at.place))];
    for (field, place) in fields {
        let Some(place) = place.filter(|_| show.image.is_some()) else { continue };
        let help = "add `marks`, or remove it";
        resolver.error(
            format!("`{field}` goes with the marks of a picture, and here are none"),
            place,
            "not used",
            help,
        );
    }
}

fn resolve_mark(mark: &Spanned<language::Mark>, resolver: &mut Resolver) -> Option<Mark> {
    let written = &mark.value;
    let shapes = [("box", &written.r#box), ("arrow", &written.arrow), ("circle", &written.circle)];
    let mut given = shapes.into_iter().filter_map(|(kind, shares)| Some((kind, shares.as_ref()?)));
    let Some((kind, shares)) = given.next() else {
        if mark.whole {
            let help = "add one of `box: [x, y, width, height]`, `arrow: [x, y]`, `circle: [x, y, radius]`";
            resolver.error("a mark has no shape", mark.place, "nothing to draw", help);
        }
        return None;
    };
    if let Some((second, shares)) = given.next() {
        let message = format!("a mark has one shape, but here are `{kind}` and `{second}`");
        resolver.error(message, shares.place, "the second one", "keep one, or make a second mark");
    }
    if let Some(from) = written.from.as_ref().filter(|_| kind != "arrow") {
        resolver.error(format!("`from` does not go with `{kind}`"), from.place, "not used", "`from` goes with `arrow`");
    }
    let shape = shape(kind, shares, written.from.as_ref().map(|from| from.value), resolver)?;
    Some(Mark { shape, label: label(written, resolver) })
}

fn label(written: &language::Mark, resolver: &mut Resolver) -> Option<String> {
    let label = written.label.as_ref()?;
    resolver.drawn(&label.value.0, label.place);
    if label.value.0.chars().count() > MAX_LABEL_CHARS {
        let message = format!("`{}` is too long for a label", shortened(&label.value.0));
        let help = "name the thing in a few words; the voice tells the rest";
        resolver.error(message, label.place, "more than 80 characters", help);
    }
    Some(label.value.0.clone())
}

fn shape(
    kind: &str,
    shares: &Spanned<Vec<Spanned<Share>>>,
    from: Option<ArrowSide>,
    resolver: &mut Resolver,
) -> Option<MarkShape> {
    let values: Vec<f64> = shares.value.iter().map(|share| share.value.0).collect();
    let shape = match (kind, values.as_slice()) {
        ("box", &[x, y, width, height]) => MarkShape::Box { x, y, width, height },
        ("arrow", &[x, y]) => MarkShape::Arrow { x, y, from },
        ("circle", &[x, y, radius]) => MarkShape::Circle { x, y, radius },
        _ => {
            if shares.whole {
                report_count(kind, shares.place, resolver);
            }
            return None;
        }
    };
    is_inside(kind, shape, shares.place, resolver).then_some(shape)
}

fn report_count(kind: &str, place: Span, resolver: &mut Resolver) {
    let (count, help) = match kind {
        "box" => ("four shares", "write `[0.6, 0.2, 0.3, 0.1]`: 60% across, 20% down, 30% wide, 10% high"),
        "arrow" => ("two shares", "write `[0.7, 0.3]`: 70% across, 30% down"),
        _ => ("three shares", "write `[0.7, 0.3, 0.1]`: its middle, and its radius as a share of the picture's width"),
    };
    resolver.error(format!("`{kind}` is {count}"), place, "another number of them", help);
}

/// Whether a shape lies in the picture and is large enough to be seen; reports it if not.
fn is_inside(kind: &str, shape: MarkShape, place: Span, resolver: &mut Resolver) -> bool {
    let (left, right, top, bottom, least) = match shape {
        MarkShape::Box { x, y, width, height } => (x, x + width, y, y + height, width.min(height)),
        MarkShape::Arrow { x, y, .. } => (x, x, y, y, 1.0),
        // How high a picture is, is not known here.
        MarkShape::Circle { x, y, radius } => (x - radius, x + radius, y, y, radius),
    };
    if left < -ROUNDING_TOLERANCE
        || top < -ROUNDING_TOLERANCE
        || right > 1.0 + ROUNDING_TOLERANCE
        || bottom > 1.0 + ROUNDING_TOLERANCE
    {
        let message = format!("this `{kind}` lies outside the picture");
        let help = "shares go from 0 (left, top) to 1 (right, bottom) of the picture, whatever the frame shows of it";
        resolver.error(message, place, "not in the picture", help);
        return false;
    }
    if least < MIN_EXTENT {
        resolver.error(
            format!("this `{kind}` is too small to be seen"),
            place,
            "too small",
            "half a percent is the least",
        );
        return false;
    }
    true
}
