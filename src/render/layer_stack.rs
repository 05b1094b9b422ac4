//! The layers over the base of a view: template layers, the layers of cards, chapter counter and lower third.

use std::sync::Arc;

use crate::render::card_logo::CardLogo;
use crate::render::cards::CardLayout;
use crate::render::content::{CardDrawing, CardPainter};
use crate::render::exit::{EXIT_SECONDS, exit_frames};
use crate::render::frame::Frame;
use crate::render::layer::ShapeLayer;
use crate::render::template_layer::TemplateLayerPainter;
use crate::render::text::Typesetter;
use crate::render::view::View;
use crate::render::{ease, transition};
use crate::spec::model::Entrance;

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

/// The part of a card that moves after its entrance.
type AnimatedCard = Box<dyn CardPainter + Send>;

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

/// The layers of a card, its animated part, and the layers over any scene.
fn card_layers(
    view: &View,
    card_logo: Option<Arc<CardLogo>>,
    setter: &mut Typesetter,
) -> (Vec<ShapeLayer>, Option<AnimatedCard>, Vec<ShapeLayer>) {
    let context = view.card_context();
    let mut cards = CardLayout::new(&context, setter);
    let CardDrawing { layers, painter } = view.content.declared().lay_out(&mut cards, card_logo);
    let layers = cards.leaving(layers);
    let mut top: Vec<ShapeLayer> = view.counter.map(|counter| cards.counter(counter)).into_iter().collect();
    if let Some(lower) = &view.lower_third {
        let texts: Vec<&str> = [&lower.name].into_iter().chain(&lower.role).map(String::as_str).collect();
        top.extend(cards.mirrored_if_rtl(&texts, |cards| cards.lower(lower)));
    }
    (layers, painter, top)
}
