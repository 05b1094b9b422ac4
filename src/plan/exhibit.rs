//! Code and charts in time: what lights up, is typed or grows, and when. Knows nothing of how they are drawn.

use crate::render::{self, Lit, entrance_frames};
use crate::spec::model::{Build, Chart, Code};
use crate::units::{Fps, samples};

use super::Timeline;

/// Letters that are typed in a second, at most: faster than that is no typing.
const TYPING: f64 = 32.0;
/// The share of the speech in which all is typed.
const TYPED: f64 = 0.7;

/// A listing in a scene's time.
pub fn code(code: &Code, timeline: &Timeline, fps: Fps) -> render::Code {
    let lines = render::spans(&code.text, code.first - 1, code.language.as_deref());
    let letters: usize = lines.iter().flat_map(|line| &line.spans).map(|span| span.text.chars().count()).sum();
    let typed = (code.build == Build::Typed).then(|| typed(letters + lines.len(), timeline, fps));
    let count = code.highlight.len();
    let begin = |i: usize| match typed {
        Some((_, to)) => to,
        None => timeline.item_at(code.build, i, count, fps) as u32,
    };
    let together = matches!(code.build, Build::All | Build::Typed);
    let lit = code.highlight.iter().enumerate().map(|(i, range)| Lit {
        from: (range.first - code.first) as u32,
        to: (range.last + 1 - code.first) as u32,
        at: begin(i),
        until: if together || i + 1 == count { u32::MAX } else { begin(i + 1) },
    });
    render::Code {
        heading: code.heading.clone(),
        name: code.name.clone(),
        first: code.first as u32,
        lit: lit.collect(),
        lines,
        typed,
    }
}

/// The frames in which the first and the last of so many letters are typed.
fn typed(letters: usize, timeline: &Timeline, fps: Fps) -> (u32, u32) {
    let all = fps.sample_of_frame(timeline.frames);
    let start = timeline.speech.first().map_or(samples(0.5).min(all / 4), |piece| piece.at);
    let end = timeline.speech.last().map_or(all, |piece| piece.at + piece.length);
    let least = samples(letters as f64 / TYPING) as f64;
    let length = ((end.saturating_sub(start)) as f64 * TYPED).max(1.0);
    let length = if least < length { least.max(length * 0.6) } else { length };
    let from = fps.frame_at_sample(start) as u32;
    (from, (from + fps.frame_at_sample(length as u64) as u32).max(from + 1))
}

/// A chart in a scene's time.
pub fn chart(chart: &Chart, timeline: &Timeline, fps: Fps) -> render::Chart {
    let parts = chart.parts();
    let at = match chart.build {
        Build::All | Build::Typed => render::Chart::at_once(parts, entrance_frames(fps) / 2, fps),
        build => (0..parts).map(|i| timeline.item_at(build, i, parts, fps) as u32).collect(),
    };
    render::Chart {
        heading: chart.heading.clone(),
        kind: chart.kind,
        unit: chart.unit.clone(),
        labels: chart.labels.clone(),
        series: chart.series.clone(),
        at,
    }
}
