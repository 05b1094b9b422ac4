//! The time line of a report: what ran when, in a lane for each slot.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::human::format_duration;
use crate::report::critical::CriticalPath;
use crate::report::escape::Escaped;
use crate::report::history::{BuildHistory, StepHistory, StepRun};

/// A lane's height, and the height of a bar in it, in pixels.
const LANE: usize = 24;
const BAR: usize = 18;
/// Lanes are cut off beyond this: nobody has so many slots.
const MOST_LANES: usize = 64;
/// About how many marks the axis has.
const MARKS: f64 = 6.0;

/// What the colours mean; the classes are those of [`bar`].
const LEGEND: &str = "<p class=\"legend\"><b class=\"k1\"></b>speech <b class=\"k2\"></b>picture <b class=\"k3\"></b>sound \
                      <b class=\"k4\"></b>all else <b class=\"crit\"></b>critical path</p>\n";

/// What ran in one slot.
struct TimelineLane<'a> {
    slot: &'a str,
    bars: String,
}

/// Lanes as an inline drawing whose width is that of the page.
pub fn timeline(build: &BuildHistory, path: &CriticalPath) -> String {
    let whole = build.seconds.max(0.001);
    let mut lanes: BTreeMap<_, TimelineLane> = BTreeMap::new();
    for (i, step) in build.steps.iter().enumerate() {
        for run in &step.runs {
            let lane =
                lanes.entry(order(&run.slot)).or_insert_with(|| TimelineLane { slot: &run.slot, bars: String::new() });
            bar(&mut lane.bars, step, run, whole, path.steps.contains(&i));
        }
    }
    let lanes: Vec<TimelineLane> = lanes.into_values().take(MOST_LANES).collect();
    let height = lanes.len() * LANE;
    let mut svg = format!("<div class=\"time\"><div class=\"names\">{}</div>\n", names(&lanes));
    let _ = writeln!(svg, "<svg width=\"100%\" height=\"{}\" role=\"img\" aria-label=\"what ran when\">", height + 20);
    svg += &axis(whole, height);
    for (at, TimelineLane { bars, .. }) in lanes.iter().enumerate() {
        let _ = writeln!(svg, "<svg y=\"{}\" width=\"100%\" height=\"{LANE}\">\n{bars}</svg>", at * LANE);
    }
    svg + "</svg></div>\n" + LEGEND
}

/// Slots of cores before those that wait, by number, and those of other machines at the end.
fn order(slot: &str) -> (usize, &str, usize) {
    let (place, number) = slot.rsplit_once(' ').unwrap_or((slot, ""));
    let group = ["core", "wait"].iter().position(|lane| *lane == place).unwrap_or(2);
    (group, place, number.parse().unwrap_or(usize::MAX))
}

fn names(lanes: &[TimelineLane]) -> String {
    lanes.iter().map(|lane| format!("<span>{}</span>", Escaped(lane.slot))).collect()
}

fn bar(lane: &mut String, step: &StepHistory, run: &StepRun, whole: f64, critical: bool) {
    let (x, width) = (100.0 * run.start / whole, 100.0 * run.seconds() / whole);
    let class = match step.kind.as_str() {
        "speech" | "narration" => "k1",
        "segment" => "k2",
        "sound" | "decode-sound" => "k3",
        _ => "k4",
    };
    let class = if critical { format!("{class} crit") } else { class.to_owned() };
    let _ = writeln!(
        lane,
        "<rect class=\"{class}\" x=\"{x:.3}%\" y=\"3\" width=\"{width:.3}%\" height=\"{BAR}\" rx=\"2\"><title>{}, {}</title></rect>",
        Escaped(step.name.as_str()),
        format_duration(run.seconds())
    );
}

fn axis(whole: f64, height: usize) -> String {
    let mut svg = String::new();
    let step = mark(whole);
    let mut at = 0.0;
    while at <= whole {
        let x = 100.0 * at / whole;
        let anchor = if x > 95.0 {
            "end"
        } else if x < 2.0 {
            "start"
        } else {
            "middle"
        };
        let label = if step < 1.0 { format!("{at:.1} s") } else { format!("{at:.0} s") };
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.3}%\" x2=\"{x:.3}%\" y1=\"0\" y2=\"{height}\"/><text x=\"{x:.3}%\" y=\"{}\" text-anchor=\"{anchor}\">{label}</text>",
            height + 15
        );
        at += step;
    }
    svg
}

/// A round number of seconds between two marks.
fn mark(whole: f64) -> f64 {
    let rough = whole / MARKS;
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= rough).unwrap_or(rough).max(0.1)
}
