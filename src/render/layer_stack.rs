//! The layers over the base of a view: template layers, the layers of cards, chapter counter and lower third.

use std::sync::Arc;

use crate::render::card_logo::{CardLogo, CardLogoPainter};
use crate::render::cards::CardLayout;
use crate::render::chart::ChartPainter;
use crate::render::code::CodePainter;
use crate::render::entrance::entrance_frames;
use crate::render::exit::{EXIT_SECONDS, exit_frames};
use crate::render::frame::Frame;
use crate::render::layer::ShapeLayer;
use crate::render::template_layer::TemplateLayerPainter;
use crate::render::text::Typesetter;
use crate::render::view::{SceneContent, View};
use crate::render::{ease, transition};
use crate::spec::model::Entrance;
use crate::units::Size;

/// The layers over the base, in drawing order.
pub(super) struct LayerStack {
    pub under: Vec<TemplateLayerPainter>,
    layers: Vec<ShapeLayer>,
    animated: Option<AnimatedCard>,
    /// Fades the animated card out before the scene ends.
    fade: Option<FadeOut>,
    over: Vec<TemplateLayerPainter>,
    /// Chapter counter and lower third.
    top: Vec<ShapeLayer>,
}

/// The fade-out of an animated card: its first frame, its length, and a buffer for what is below the card.
struct FadeOut {
    from: u32,
    frames: u32,
    below: Frame,
}

impl LayerStack {
    /// Lays out the layers of `view`; `card_logo` is the picture of a logo card.
    pub fn new(view: &View, card_logo: Option<Arc<CardLogo>>, setter: &mut Typesetter) -> LayerStack {
        let [under, over] = [false, true].map(|over| {
            let layers = view.template_layers().filter(|layer| layer.over == over);
            layers.map(|layer| TemplateLayerPainter::new(layer, view, setter)).collect()
        });
        let (layers, animated, top) = card_layers(view, card_logo, setter);
        let exit_start = view.exit_start().filter(|_| animated.is_some() && view.look.card.leave != Entrance::None);
        let fade = exit_start.map(|from| FadeOut {
            from,
            frames: exit_frames(view.fps, EXIT_SECONDS),
            below: Frame::new(view.size),
        });
        LayerStack { under, layers, animated, fade, over, top }
    }

    /// Draws the template layers below the content.
    pub fn draw_under(&mut self, n: u32, out: &mut Frame) {
        self.under.iter_mut().for_each(|layer| layer.draw(n, out));
    }

    /// Draws the content, the template layers over it, and what stands over any scene.
    pub fn draw(&mut self, n: u32, setter: &mut Typesetter, out: &mut Frame) {
        self.layers.iter_mut().for_each(|layer| layer.draw(n, out));
        if let Some(animated) = &mut self.animated {
            draw_animated_card(animated, self.fade.as_mut(), n, setter, out);
        }
        self.over.iter_mut().for_each(|layer| layer.draw(n, out));
        self.top.iter_mut().for_each(|layer| layer.draw(n, out));
    }
}

fn draw_animated_card(
    animated: &mut AnimatedCard,
    fade: Option<&mut FadeOut>,
    n: u32,
    setter: &mut Typesetter,
    out: &mut Frame,
) {
    let Some((fade, gone)) = fade.and_then(|fade| n.checked_sub(fade.from).map(|gone| (fade, gone))) else {
        return animated.draw(n, setter, out);
    };
    if gone < fade.frames {
        let left = 1.0 - ease::progress(gone, fade.frames);
        fade.below.copy_from(out);
        animated.draw(n, setter, out);
        let drawn = out.clone();
        transition::mix(&fade.below, &drawn, ease::in_out(left), out);
    }
}

/// A card with a painter of its own, since it moves after its entrance.
enum AnimatedCard {
    Code(CodePainter),
    Chart(ChartPainter),
    CardLogo(CardLogoPainter),
}

impl AnimatedCard {
    fn draw(&mut self, n: u32, setter: &mut Typesetter, out: &mut Frame) {
        match self {
            AnimatedCard::Code(code) => code.draw(n, setter, out),
            AnimatedCard::Chart(chart) => chart.draw(n, out),
            AnimatedCard::CardLogo(card_logo) => card_logo.draw(n, out),
        }
    }
}

/// The layers of a card, its animated part, and the layers over any scene.
fn card_layers(
    view: &View,
    card_logo: Option<Arc<CardLogo>>,
    setter: &mut Typesetter,
) -> (Vec<ShapeLayer>, Option<AnimatedCard>, Vec<ShapeLayer>) {
    let mut cards = CardLayout::new(view, setter);
    let (layers, animated) = match &view.content {
        SceneContent::Logo { title, subtitle } => {
            let size = card_logo.as_ref().map_or(Size::new(0, 0), |card_logo| card_logo.size());
            let (layers, at) = cards.logo(title.as_deref(), subtitle.as_deref(), size);
            let frames = entrance_frames(view.fps);
            (layers, card_logo.map(|card_logo| AnimatedCard::CardLogo(CardLogoPainter::new(card_logo, at, frames))))
        }
        SceneContent::Code(code) => {
            let (layers, painter) = cards.code(code);
            (layers, Some(AnimatedCard::Code(painter)))
        }
        SceneContent::Chart(chart) => {
            let (layers, painter) = cards.chart(chart);
            (layers, Some(AnimatedCard::Chart(painter)))
        }
        show => (cards.mirrored_if_rtl(&show.texts(), |cards| static_card_layers(cards, show)), None),
    };
    let layers = cards.leaving(layers);
    let mut top: Vec<ShapeLayer> = view.counter.and_then(|counter| cards.counter(counter)).into_iter().collect();
    if let Some(lower) = &view.lower_third {
        let texts: Vec<&str> = [&lower.name].into_iter().chain(&lower.role).map(String::as_str).collect();
        top.extend(cards.mirrored_if_rtl(&texts, |cards| cards.lower(lower)));
    }
    (layers, animated, top)
}

/// The layers of a card that stands still after its entrance.
fn static_card_layers(cards: &mut CardLayout, show: &SceneContent) -> Vec<ShapeLayer> {
    match show {
        SceneContent::Title { title, subtitle } => cards.title(title, subtitle.as_deref()),
        SceneContent::List { heading, items } => cards.list(heading.as_deref(), items),
        SceneContent::Quote { text, by } => cards.quote(text, by.as_deref()),
        SceneContent::Statement { words } => cards.statement(words),
        SceneContent::Table { heading, head, rows } => cards.table(heading.as_deref(), head, rows),
        SceneContent::End { title, lines, qr } => cards.end(title, lines, qr.as_deref()),
        SceneContent::Qr { text, title, caption } => cards.qr(text, title.as_deref(), caption.as_deref()),
        SceneContent::Pictures { heading, pictures, captions, .. } => {
            cards.gallery(heading.as_deref(), *captions, pictures)
        }
        SceneContent::Split { side, fit, title, text, items, captions, .. } => {
            cards.beside((*side, *fit, *captions), title.as_deref(), text.as_deref(), items)
        }
        SceneContent::Screens { heading, screens, captions, .. } => {
            cards.screens(heading.as_deref(), *captions, screens)
        }
        _ => Vec::new(),
    }
}
