//! Code and charts in time: which lines are highlighted, which letters are typed and which parts of a chart grow, and when.

use crate::render::{self, LineHighlight, entrance_frames};
use crate::spec::model::{BuildTiming, Chart, SourceListing};
use crate::units::{Fps, samples};

use super::timeline::SceneTimeline;

/// Text is typed at most this fast, in letters a second, so that it still looks typed.
const MAX_TYPING_SPEED: f64 = 32.0;
/// The share of the speech in which all text is typed.
const TYPING_SHARE: f64 = 0.7;

/// A code listing with the frames in which its lines are highlighted or typed.
pub fn code(code: &SourceListing, timeline: &SceneTimeline, fps: Fps) -> render::CodeListing {
    let lines = render::spans(&code.text, code.first - 1, code.language.as_deref());
    let letters: usize = lines.iter().flat_map(|line| &line.spans).map(|span| span.text.chars().count()).sum();
    let typed = (code.build == BuildTiming::Typed).then(|| typing_frames(letters + lines.len(), timeline, fps));
    let count = code.highlight.len();
    let mut starts = Vec::with_capacity(count);
    for i in 0..count {
        starts.push(typed.map_or_else(|| timeline.item_at(code.build, i, count, fps) as u32, |(_, to)| to));
    }
    let together = matches!(code.build, BuildTiming::All | BuildTiming::Typed);
    let lit = code.highlight.iter().enumerate().map(|(i, range)| LineHighlight {
        from: (range.first - code.first) as u32,
        to: (range.last + 1 - code.first) as u32,
        at: starts[i],
        until: starts.get(i + 1).copied().filter(|_| !together).unwrap_or(u32::MAX),
    });
    render::CodeListing {
        heading: code.heading.clone(),
        name: code.name.clone(),
        first: code.first as u32,
        lit: lit.collect(),
        lines,
        typed,
    }
}

/// The frames in which the first and the last of `letters` letters are typed.
fn typing_frames(letters: usize, timeline: &SceneTimeline, fps: Fps) -> (u32, u32) {
    let all = fps.sample_of_frame(timeline.frames);
    let start = timeline.speech.first().map_or(samples(0.5).min(all / 4), |piece| piece.at);
    let end = timeline.speech.last().map_or(all, |piece| piece.at + piece.length);
    let least = samples(letters as f64 / MAX_TYPING_SPEED) as f64;
    let length = ((end.saturating_sub(start)) as f64 * TYPING_SHARE).max(1.0);
    let length = if least < length { least.max(length * 0.6) } else { length };
    let from = fps.frame_at_sample(start) as u32;
    (from, (from + fps.frame_at_sample(length as u64) as u32).max(from + 1))
}

/// A chart with the frames in which its parts appear.
pub fn chart(chart: &Chart, timeline: &SceneTimeline, fps: Fps) -> render::ChartData {
    let parts = chart.parts();
    let at = match chart.build {
        BuildTiming::All | BuildTiming::Typed => render::ChartData::at_once(parts, entrance_frames(fps) / 2, fps),
        build => (0..parts).map(|i| timeline.item_at(build, i, parts, fps) as u32).collect(),
    };
    render::ChartData {
        heading: chart.heading.clone(),
        kind: chart.kind,
        unit: chart.unit.clone(),
        labels: chart.labels.clone(),
        series: chart.series.clone(),
        at,
    }
}
