//! Listings of source code whose lines light up or are typed.

use std::ops::Range;
use std::sync::Arc;

use super::declaration::{CardDrawing, CardPainter, ContentDeclaration};
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::card_logo::CardLogo;
use crate::render::cards::CardLayout;
use crate::render::code::listing::{CodeListing, LineHighlight};
use crate::render::code::{CodePainter, spans};
use crate::render::frame::Frame;
use crate::render::text::Typesetter;
use crate::spec::model::BuildTiming;
use crate::spec::shows::SourceListing;
use crate::units::Fps;

impl ContentDeclaration for CodeListing {
    type Shown = SourceListing;

    fn from_show(shown: &SourceListing, timing: &dyn SceneTiming) -> Self {
        let lines = spans(&shown.text, shown.first - 1, shown.language.as_deref());
        let letters: usize = lines.iter().flat_map(|line| &line.spans).map(|span| span.text.chars().count()).sum();
        let typed = (shown.build == BuildTiming::Typed).then(|| timing.typing_span(letters + lines.len()));
        CodeListing {
            heading: shown.heading.clone(),
            name: shown.name.clone(),
            first: shown.first as u32,
            lit: highlights(shown, typed, timing),
            lines,
            typed,
        }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::text("heading", "`show.heading`"),
                PartWord::text("name", "the code's name"),
                PartWord::name("first", "`show.lines`"),
                PartWord::hidden("lines", "the code"),
                PartWord::hidden("lit", "`show.highlight` (its lines or times)"),
                PartWord::hidden("typed", "when the code is typed"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        use crate::render::code::listing::{CodeLine, CodeSpan, TokenClass};
        let span = CodeSpan { class: TokenClass::Keyword, text: "let".to_owned() };
        CodeListing {
            heading: Some("Head".to_owned()),
            name: Some("main.rs".to_owned()),
            first: 3,
            lines: vec![CodeLine { spans: vec![span] }],
            lit: vec![LineHighlight { from: 0, to: 1, at: 5, until: 9 }],
            typed: Some((4, 40)),
        }
    }

    /// Code runs from left to right, so it is never mirrored.
    fn lay_out(&self, cards: &mut CardLayout, _logo: Option<Arc<CardLogo>>) -> CardDrawing {
        let (layers, painter) = cards.code(self);
        CardDrawing { layers, painter: Some(Box::new(painter)) }
    }

    fn times(&mut self) -> Vec<&mut u32> {
        CodeListing::times(self)
    }

    fn clip(&mut self, fps: Fps, range: &Range<u32>) {
        CodeListing::clip(self, fps, range);
    }

    /// Typing that has started continues from its current position.
    fn stays_in_time(&self, by: u32) -> bool {
        self.typed.is_some_and(|(from, _)| from > 0 && from < by)
    }
}

impl CardPainter for CodePainter {
    fn draw(&mut self, n: u32, setter: &mut Typesetter, out: &mut Frame) {
        self.draw(n, setter, out);
    }
}

/// The ranges of lines that light up, each until the next one does; all of them stay lit if they come together.
fn highlights(code: &SourceListing, typed: Option<(u32, u32)>, timing: &dyn SceneTiming) -> Vec<LineHighlight> {
    let count = code.highlight.len();
    let starts = typed.map_or_else(|| timing.part_starts(code.build, count), |(_, to)| vec![to; count]);
    let together = matches!(code.build, BuildTiming::All | BuildTiming::Typed);
    let mut lit = Vec::with_capacity(count);
    for (i, range) in code.highlight.iter().enumerate() {
        lit.push(LineHighlight {
            from: (range.first - code.first) as u32,
            to: (range.last + 1 - code.first) as u32,
            at: starts[i],
            until: starts.get(i + 1).copied().filter(|_| !together).unwrap_or(u32::MAX),
        });
    }
    lit
}
