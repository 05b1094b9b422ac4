use super::*;
use crate::render::colour::Ycc;
use crate::spec::model::{Corner, Direction, RotationDirection, TransitionAxis, ZoomDirection};
use crate::units::{Colour, Size};

const SIZE: Size = Size::new(64, 32);
const DIRECTIONS: [Direction; 4] = [Direction::Left, Direction::Right, Direction::Up, Direction::Down];

fn style(kind: TransitionKind) -> TransitionStyle {
    TransitionStyle { kind, easing: Easing::EaseInOut }
}

fn plain(y: u8) -> Frame {
    let mut frame = Frame::new(SIZE);
    frame.fill(Ycc { y, u: 255 - y, v: y });
    frame
}

fn run(kind: TransitionKind, i: u32, len: u32) -> Frame {
    let mut out = Frame::new(SIZE);
    blend(style(kind), i, len, &plain(40), &plain(200), &mut out);
    out
}

#[test]
fn crossfade_rises_evenly_and_is_symmetric() {
    let at = |i| run(TransitionKind::Crossfade, i, 15).y[0];
    let levels: Vec<u8> = (0..15).map(at).collect();
    assert!(levels.is_sorted(), "{levels:?}");
    assert_eq!(levels[7], 120);
    assert!(levels[0] < 45 && levels[14] > 195, "{levels:?}");
    assert!((0..15).all(|i| levels[i].abs_diff(240 - levels[14 - i]) <= 1), "{levels:?}");
}

#[test]
fn a_fade_is_all_colour_half_way() {
    let through = Colour::rgb(10, 120, 200);
    let frame = run(TransitionKind::Fade { through }, 7, 15);
    let want = ycc(through);
    assert!(frame.y.iter().all(|&y| y == want.y) && frame.u.iter().all(|&u| u == want.u));
    assert!(run(TransitionKind::Fade { through }, 0, 15).y[0].abs_diff(40) < 4);
    assert!(run(TransitionKind::Fade { through }, 14, 15).y[0].abs_diff(200) < 4);
}

#[test]
fn a_cut_shows_the_new_frame() {
    assert_eq!(run(TransitionKind::Cut, 0, 3), plain(200));
}

#[test]
fn slides_and_wipes_uncover_from_the_right_side() {
    let corner = |frame: &Frame, x: usize, y: usize| frame.y[y * 64 + x];
    for towards in DIRECTIONS {
        for kind in [TransitionKind::Slide { towards }, TransitionKind::Wipe { towards }] {
            let frame = run(kind, 3, 7);
            let (new, old) = match towards {
                Direction::Left => ((63, 16), (0, 16)),
                Direction::Right => ((0, 16), (63, 16)),
                Direction::Up => ((32, 31), (32, 0)),
                Direction::Down => ((32, 0), (32, 31)),
            };
            assert_eq!(corner(&frame, new.0, new.1), 200, "{kind:?}");
            assert_eq!(corner(&frame, old.0, old.1), 40, "{kind:?}");
        }
    }
}

#[test]
fn half_a_slide_shows_half_of_each_with_chroma_in_step() {
    let frame = run(TransitionKind::Slide { towards: Direction::Left }, 3, 7);
    let new = |plane: &[u8], value| plane.iter().filter(|&&v| v == value).count();
    assert_eq!(new(&frame.y, 200), 64 * 32 / 2);
    assert_eq!(new(&frame.u, 55), 32 * 16 / 2);
}

#[test]
fn a_slide_moves_the_picture_itself() {
    let mut to = plain(200);
    to.y[0] = 77;
    let mut out = Frame::new(SIZE);
    blend(style(TransitionKind::Slide { towards: Direction::Left }), 3, 7, &plain(40), &to, &mut out);
    assert_eq!(out.y[32], 77);
}

#[test]
fn a_wipe_never_goes_back() {
    for towards in DIRECTIONS {
        let shown: Vec<usize> = (0..9)
            .map(|i| run(TransitionKind::Wipe { towards }, i, 9).y.iter().map(|&y| usize::from(y)).sum())
            .collect();
        assert!(shown.is_sorted(), "{shown:?}");
    }
}

/// Every kind in every direction, but for the cut.
fn every() -> Vec<TransitionKind> {
    use TransitionKind as Kind;
    let mut all = vec![Kind::Crossfade, Kind::Checker, Kind::Tiles, Kind::Dissolve, Kind::Clouds, Kind::Luma];
    all.extend([Kind::Pixelate, Kind::Blur, Kind::Fade { through: RED }, Kind::Flash { through: RED }]);
    for towards in DIRECTIONS {
        all.extend([Kind::Slide { towards }, Kind::Wipe { towards }, Kind::Push { towards }, Kind::Reveal { towards }]);
        all.extend([Kind::Squeeze { towards }, Kind::Page { towards }, Kind::Whip { towards }]);
        all.push(Kind::Blinds { towards });
    }
    for towards in [Corner::TopLeft, Corner::TopRight, Corner::BottomLeft, Corner::BottomRight] {
        all.push(Kind::Diagonal { towards });
    }
    for axis in [TransitionAxis::Horizontal, TransitionAxis::Vertical] {
        all.extend([Kind::Split { axis }, Kind::Doors { axis }, Kind::Stripes { axis }]);
    }
    for depth in [ZoomDirection::In, ZoomDirection::Out] {
        all.extend([Kind::Circle { depth }, Kind::Diamond { depth }, Kind::Zoom { depth }]);
    }
    all.extend([RotationDirection::Clockwise, RotationDirection::Anticlockwise].map(|turn| Kind::Clock { turn }));
    all
}

const RED: Colour = Colour::rgb(200, 20, 30);
const EASINGS: [Easing; 5] = [Easing::Linear, Easing::EaseIn, Easing::EaseOut, Easing::EaseInOut, Easing::Sharp];

/// A smooth picture with chroma that differs from place to place, `turn` apart from others.
fn picture(size: Size, turn: u32) -> Frame {
    let mut frame = Frame::new(size);
    let wave = |at: u32, length: u32| {
        let there = (at + turn * length / 3) % length.max(1) * 400 / length.max(1);
        there.min(400 - there).min(200) as u8
    };
    let fill = |plane: &mut [u8], width: u32, height: u32, base: u8| {
        for (i, sample) in (0..).zip(plane) {
            let (x, y) = (i % width, i / width);
            *sample = base + wave(x, width) / 2 + wave(y, height) / 3;
        }
    };
    fill(&mut frame.y, size.width, size.height, 30 + 10 * turn as u8);
    fill(&mut frame.u, size.width / 2, size.height / 2, 40);
    fill(&mut frame.v, size.width / 2, size.height / 2, 70 - 20 * turn as u8);
    frame
}

/// The mean difference of two planes.
fn apart(a: &[u8], b: &[u8]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.len() as f64
}

fn far(a: &Frame, b: &Frame) -> [f64; 3] {
    [apart(&a.y, &b.y), apart(&a.u, &b.u), apart(&a.v, &b.v)]
}

#[test]
fn every_kind_starts_and_ends_without_a_jump_and_shows_something_between() {
    let size = Size::new(128, 72);
    let (from, to) = (picture(size, 0), picture(size, 1));
    let whole = far(&from, &to);
    assert!(whole.iter().all(|far| *far > 15.0), "{whole:?}");
    for kind in every() {
        for (easing, len, most) in
            [(Easing::EaseInOut, 15, 0.08), (Easing::Sharp, 15, 0.08), (Easing::Linear, 60, 0.12)]
        {
            let draw = |i| {
                let mut out = plain(99);
                blend(TransitionStyle { kind, easing }, i, len, &from, &to, &mut out);
                out
            };
            let (first, middle, last) = (draw(0), draw(len / 2), draw(len - 1));
            for (plane, whole) in whole.iter().enumerate() {
                let [start, end] = [(&first, &from), (&last, &to)].map(|(a, b)| far(a, b)[plane] / whole);
                assert!(start < most && end < most, "{kind:?} {easing:?} plane {plane}: {start} {end}");
                let both = [&from, &to].map(|frame| far(&middle, frame)[plane] / whole);
                assert!(both.iter().all(|far| *far > 0.1), "{kind:?} {easing:?} plane {plane}: {both:?}");
            }
        }
    }
}

#[test]
fn no_kind_jumps_on_its_way() {
    let size = Size::new(128, 72);
    let (from, to) = (picture(size, 0), picture(size, 1));
    let whole = far(&from, &to)[0];
    for kind in every() {
        let mut before = from.clone();
        for i in 0..60 {
            let mut out = Frame::new(size);
            blend(TransitionStyle { kind, easing: Easing::Linear }, i, 60, &from, &to, &mut out);
            let step = far(&before, &out)[0] / whole;
            assert!(step < 0.25, "{kind:?}, frame {i}: {step}");
            before = out;
        }
    }
}

#[test]
fn every_kind_works_at_every_even_size() {
    for size in [(2, 2), (2, 16), (16, 2), (4, 6), (18, 10), (34, 62)].map(|(w, h)| Size::new(w, h)) {
        let (from, to) = (picture(size, 0), picture(size, 1));
        for kind in every() {
            for easing in EASINGS {
                for i in 0..9 {
                    let mut out = plain(0);
                    blend(TransitionStyle { kind, easing }, i, 9, &from, &to, &mut out);
                    assert_eq!(out.size(), size);
                }
            }
        }
    }
}

/// Nothing is left of a frame that was drawn into the same buffer before.
#[test]
fn every_sample_is_drawn() {
    let size = Size::new(70, 38);
    let (from, to) = (picture(size, 0), picture(size, 1));
    for kind in every() {
        for i in [0, 3, 7, 11, 14] {
            let [one, other] = [0, 255].map(|level| {
                let mut out = Frame::new(size);
                out.fill(Ycc { y: level, u: level, v: level });
                blend(style(kind), i, 15, &from, &to, &mut out);
                out
            });
            assert!(one == other, "{kind:?} {i}");
        }
    }
}

#[test]
fn two_equal_frames_stay_what_they_are_under_every_mask() {
    use TransitionKind as Kind;
    let frame = picture(SIZE, 1);
    for kind in every() {
        let bent = matches!(kind, Kind::Fade { .. } | Kind::Flash { .. } | Kind::Zoom { .. } | Kind::Blur);
        let moved = matches!(kind, Kind::Slide { .. } | Kind::Push { .. } | Kind::Reveal { .. } | Kind::Squeeze { .. });
        let also = matches!(kind, Kind::Page { .. } | Kind::Whip { .. } | Kind::Doors { .. } | Kind::Stripes { .. });
        if bent || moved || also || kind == Kind::Pixelate {
            continue;
        }
        for i in 0..7 {
            let mut out = Frame::new(SIZE);
            blend(style(kind), i, 7, &frame, &frame, &mut out);
            assert!(out == frame, "{kind:?} {i}");
        }
    }
}

#[test]
fn easings_start_at_nothing_end_at_all_and_never_go_back() {
    for easing in EASINGS {
        let way: Vec<f64> = (0..=100).map(|i| ease::eased(easing, f64::from(i) / 100.0)).collect();
        assert!(way.is_sorted() && way[0] == 0.0 && (way[100] - 1.0).abs() < 1e-12, "{easing:?} {way:?}");
    }
    let at = |easing, t| ease::eased(easing, t);
    assert!(at(Easing::EaseIn, 0.3) < 0.3 && at(Easing::EaseOut, 0.3) > 0.3);
    assert!(at(Easing::Sharp, 0.3) < at(Easing::EaseInOut, 0.3));
    assert!(at(Easing::Overshoot, 0.0).abs() < 1e-12 && at(Easing::Overshoot, 1.0) == 1.0);
    assert!((0..100).any(|i| at(Easing::Overshoot, f64::from(i) / 100.0) > 1.02));
}

/// Chroma is where luma is: grey on the left and a colour on the right stay so through everything that moves or is masked.
#[test]
fn chroma_stays_in_step_with_luma() {
    let halves = |left: u8, right: u8| {
        let mut frame = Frame::new(SIZE);
        let fill = |plane: &mut [u8], width: usize| {
            plane
                .iter_mut()
                .enumerate()
                .for_each(|(i, sample)| *sample = if i % width < width / 2 { left } else { right });
        };
        fill(&mut frame.y, 64);
        fill(&mut frame.u, 32);
        fill(&mut frame.v, 32);
        frame
    };
    let (from, to) = (halves(50, 200), halves(60, 130));
    for kind in every() {
        // These treat luma in a way of their own.
        if matches!(kind, TransitionKind::Fade { .. } | TransitionKind::Flash { .. } | TransitionKind::Luma) {
            continue;
        }
        if matches!(kind, TransitionKind::Page { .. } | TransitionKind::Reveal { .. } | TransitionKind::Doors { .. }) {
            continue;
        }
        for i in 0..15 {
            let mut out = Frame::new(SIZE);
            blend(style(kind), i, 15, &from, &to, &mut out);
            let luma: Vec<u8> = (0..32 * 16)
                .map(|i| {
                    let at = i / 32 * 128 + i % 32 * 2;
                    let four = [at, at + 1, at + 64, at + 65].map(|at| u16::from(out.y[at]));
                    (four.iter().sum::<u16>() / 4) as u8
                })
                .collect();
            assert!(apart(&luma, &out.u) < 6.0, "{kind:?} {i}: {}", apart(&luma, &out.u));
            assert_eq!(out.u, out.v, "{kind:?} {i}");
        }
    }
}
