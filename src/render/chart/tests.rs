//! Charts as shapes and frames: no text lies over another, parts only grow, and segments see the same.

use super::context::ChartContext;
use super::data::ChartData;
use super::draw::plot;
use super::scale::NumberFormat;
use crate::render::paint::{PaintShape, Rect};
use crate::render::test_support::{check_segments, frames, look, view_of};
use crate::render::text::Typesetter;
use crate::render::{Frame, SceneContent, View};
use crate::spec::model::{ChartKind, ChartSeries};
use crate::units::{Fps, Size};

const SIZE: Size = Size::new(480, 270);

fn chart(kind: ChartKind, labels: &[&str], series: &[&[f64]]) -> ChartData {
    let series = series.iter().enumerate();
    let series: Vec<ChartSeries> =
        series.map(|(i, values)| ChartSeries { name: format!("series {i}"), values: values.to_vec() }).collect();
    let parts = if kind == ChartKind::Line && series.len() > 1 { series.len() } else { labels.len() };
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    ChartData { heading: None, kind, unit: None, labels, series, at: ChartData::at_once(parts, 40, Fps::whole(30)) }
}

fn samples() -> Vec<ChartData> {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let long = [
        "one hand-written ffmpeg command",
        "x264 alone, the same frames",
        "a build, from nothing",
        "Donaudampfschifffahrtsgesellschaftskapitän",
    ];
    let years: Vec<String> = (1900..2020).map(|year| year.to_string()).collect();
    let years: Vec<&str> = years.iter().map(String::as_str).collect();
    let wave: Vec<f64> = (0..120).map(|i| f64::from((i * 37) % 101) * 1234.5).collect();
    vec![
        chart(ChartKind::Bar, &["A", "B", "C"], &[&[5.0, -3.0, 2.5]]),
        chart(ChartKind::Bar, &months, &[&[1.0, 22.0, 333.0, 4444.0, 55555.0, 6.0, 7.0, 8.0, 9.0, 1e6, 2e6, 3e6]]),
        chart(ChartKind::Bar, &long, &[&[26.7, 19.2, 21.9, 1.0], &[15.6, 11.8, 11.2, -4.0]]),
        chart(ChartKind::Bar, &["zero"], &[&[0.0]]),
        chart(ChartKind::Bar, &months[..6], &[&[1.0; 6], &[2.0; 6], &[3.0; 6], &[4.0; 6]]),
        chart(ChartKind::Line, &months, &[&[-4.0, -4.0, 0.0, 5.0, 11.0, 15.0, 17.0, 16.0, 11.0, 6.0, 1.0, -3.0]]),
        chart(
            ChartKind::Line,
            &["2021", "2022", "2023"],
            &[&[1.0, 9.0, 3.0], &[1.1, 8.9, 3.0], &[9.0, 1.0, 3.1], &[2.0, 2.0, 3.0]],
        ),
        chart(ChartKind::Line, &years, &[&wave]),
        chart(ChartKind::Line, &long[..2], &[&[7.0, 7.0]]),
        chart(ChartKind::Pie, &["Encoding", "Speech", "Drawing", "The rest"], &[&[52.0, 33.0, 15.0, 0.0]]),
        chart(ChartKind::Pie, &long, &[&[1e9, 1.0, 1.0, 1.0]]),
    ]
}

/// All that is drawn once everything has grown.
fn shapes(chart: &ChartData, width: f64, height: f64) -> Vec<PaintShape> {
    let mut setter = Typesetter::new();
    let look = look();
    let numbers = NumberFormat::new(chart.series.iter().flat_map(|series| &series.values), chart.unit.as_deref());
    let mut context =
        ChartContext { setter: &mut setter, look: &look, family: "Inter", unit: width.min(height), numbers };
    let area = Rect { left: 50.0, top: 40.0, right: width - 50.0, bottom: height - 90.0 };
    let grown = vec![1.0; chart.at.len()];
    let (mut still, parts) = plot(&mut context, chart, area);
    still.extend(parts.shapes(&grown));
    still
}

/// The boxes of letters: lines of text without the space above and below them.
fn texts(shapes: &[PaintShape]) -> Vec<Rect> {
    let mut boxes = Vec::new();
    for shape in shapes {
        if let PaintShape::Text { layout, at, .. } = shape {
            let height = f64::from(layout.height());
            let right = at.0 + f64::from(layout.width());
            boxes.push(Rect { left: at.0, top: at.1 + height * 0.2, right, bottom: at.1 + height * 0.8 });
        }
    }
    boxes
}

#[test]
fn no_text_lies_over_another_or_leaves_the_frame() {
    for (i, chart) in samples().iter().enumerate() {
        for (width, height) in [(1920.0, 1080.0), (1080.0, 1920.0), (1080.0, 1080.0), (640.0, 360.0)] {
            let texts = texts(&shapes(chart, width, height));
            assert!(texts.len() >= 3, "{i}: {}", texts.len());
            for (n, a) in texts.iter().enumerate() {
                assert!(a.left >= 0.0 && a.right <= width && a.top >= 0.0 && a.bottom <= height, "{i} {width} {a:?}");
                for b in &texts[n + 1..] {
                    let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
                    assert!(apart, "sample {i} at {width}x{height}: {a:?} and {b:?}");
                }
            }
        }
    }
}

fn view(size: Size, chart: ChartData) -> View {
    view_of(size, 400, SceneContent::Chart(chart))
}

/// How many pixels of a frame are clearly not as in another one.
fn differing(a: &Frame, b: &Frame) -> usize {
    a.y.iter().zip(&b.y).filter(|(a, b)| a.abs_diff(**b) > 6).count()
}

#[test]
fn parts_grow_until_all_are_there() {
    for chart in samples() {
        let seen = frames(&view(SIZE, chart), [39, 55, 70, 90, 100, 200]);
        let missing: Vec<usize> = seen.iter().map(|frame| differing(frame, &seen[5])).collect();
        assert!(missing[0] > 0 && missing[0] >= missing[2] && missing[2] >= missing[3], "{missing:?}");
        assert_eq!(missing[4], 0, "{missing:?}");
    }
}

#[test]
fn segments_see_what_the_scene_shows() {
    let by_sentence = ChartData { at: vec![30, 90, 150], ..samples().remove(0) };
    let lines = ChartData { at: vec![30, 60, 90, 150], ..samples().remove(6) };
    for chart in [by_sentence, lines, samples().remove(9)] {
        let view = view(SIZE, chart);
        check_segments(&view, &[0..20, 30..50, 70..95, 118..150, 160..200, 300..320]);
        let one = view.clip(200..230).rebase(200);
        let other = view.clip(260..290).rebase(260);
        assert_eq!(one, other, "what stands still is the same wherever it lies");
    }
}

#[test]
fn any_chart_is_drawn_in_any_frame() {
    let hostile = [
        chart(ChartKind::Bar, &[""; 24], &[&[1e15; 24]]),
        chart(ChartKind::Line, &["\u{202e}"; 2], &[&[-1e15, 1e15]]),
        chart(ChartKind::Line, &[], &[&[]]),
        chart(ChartKind::Pie, &["a"; 8], &[&[0.0; 8]]),
        chart(ChartKind::Bar, &["a"], &[]),
    ];
    for size in [(2, 2), (16, 16), (320, 180), (90, 160)] {
        for chart in samples().into_iter().chain(hostile.clone()) {
            let long = Some("x".repeat(300));
            frames(
                &view(Size::new(size.0, size.1), ChartData { heading: long.clone(), unit: long, ..chart }),
                [0, 60, 120],
            );
        }
    }
}
