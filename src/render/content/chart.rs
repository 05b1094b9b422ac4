//! Charts whose parts grow one after the other.

use std::ops::Range;
use std::sync::Arc;

use super::declaration::{CardDrawing, CardPainter, ContentDeclaration};
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::card_logo::CardLogo;
use crate::render::cards::CardLayout;
use crate::render::chart::ChartPainter;
use crate::render::chart::data::ChartData;
use crate::render::entrance::entrance_frames;
use crate::render::frame::Frame;
use crate::render::text::Typesetter;
use crate::spec::model::BuildTiming;
use crate::spec::shows::ChartShow;
use crate::units::Fps;

impl ContentDeclaration for ChartData {
    type Shown = ChartShow;

    fn from_show(shown: &ChartShow, timing: &dyn SceneTiming) -> Self {
        let (parts, fps) = (shown.parts(), timing.fps());
        ChartData {
            heading: shown.heading.clone(),
            kind: shown.kind,
            unit: shown.unit.clone(),
            labels: shown.labels.clone(),
            series: shown.series.clone(),
            at: match shown.build {
                BuildTiming::All | BuildTiming::Typed => ChartData::at_once(parts, entrance_frames(fps) / 2, fps),
                build => timing.part_starts(build, parts),
            },
        }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::text("heading", "`show.heading`"),
                PartWord::name("kind", "`show.chart.kind`"),
                PartWord::text("unit", "`show.chart.unit`"),
                PartWord::hidden("labels", "the chart's labels"),
                PartWord::hidden("series", "the chart's data"),
                PartWord::hidden("at", "when the chart's parts come"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        use crate::spec::model::{ChartKind, ChartSeries};
        ChartData {
            heading: Some("Head".to_owned()),
            kind: ChartKind::Line,
            unit: Some("s".to_owned()),
            labels: vec!["One".to_owned()],
            series: vec![ChartSeries { name: "All".to_owned(), values: vec![1.5] }],
            at: vec![7],
        }
    }

    /// Axes run from left to right, so a chart is never mirrored.
    fn lay_out(&self, cards: &mut CardLayout, _logo: Option<Arc<CardLogo>>) -> CardDrawing {
        let (layers, painter) = cards.chart(self);
        CardDrawing { layers, painter: Some(Box::new(painter)) }
    }

    fn times(&mut self) -> Vec<&mut u32> {
        self.at.iter_mut().collect()
    }

    fn clip(&mut self, fps: Fps, range: &Range<u32>) {
        ChartData::clip(self, fps, range);
    }
}

impl CardPainter for ChartPainter {
    fn draw(&mut self, n: u32, _setter: &mut Typesetter, out: &mut Frame) {
        self.draw(n, out);
    }
}
