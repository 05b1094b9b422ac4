//! The look's record: colours, fonts, and how cards are set.

use crate::spec::decode::{Spanned, record};
use crate::spec::model::{BackdropKind, BulletStyle, CardAlign, CardPanel, Easing, Entrance, HeadingRule, LetterCase};
use crate::spec::scalar::{Number, Share, Text};
use crate::units::Colour;

record! {
    /// Colours, fonts and cards.
    Look {
        /// Behind cards, and where nothing else is.
        background: Option<Colour>,
        /// The other end of the gradient behind cards.
        background_end: Option<Colour>,
        /// The colour of text.
        text: Option<Colour>,
        /// Text of less weight.
        muted: Option<Colour>,
        /// Bullets, rules, the spoken word.
        accent: Option<Colour>,
        /// The colour of caption text.
        caption: Option<Colour>,
        /// Caption outline or box.
        caption_back: Option<Colour>,
        /// Font family of headings.
        heading_font: Option<Spanned<Text>>,
        /// Font family of all else.
        body_font: Option<Spanned<Text>>,
        /// What lies behind cards.
        backdrop: Option<BackdropKind>,
        /// Which backdrop of its kind: a whole number from 0 up. Left out: by the template's name.
        seed: Option<Spanned<Number>>,
        /// How cards are set and come in.
        card: Option<Card>,
    }
}

record! {
    /// How cards are set and come in.
    Card {
        /// Where text stands: `left` or `centre`.
        align: Option<CardAlign>,
        /// How large headings are, 0.5 to 2; 1 = as `studio` has them.
        heading_size: Option<Spanned<Number>>,
        /// How bold headings are, 100 to 900.
        heading_weight: Option<Spanned<Number>>,
        /// The letters of headings: `as-written` or `upper`.
        heading_case: Option<LetterCase>,
        /// Space between the letters of headings, as a share of their size, -0.1 to 0.5.
        tracking: Option<Spanned<Number>>,
        /// What sets a heading off: `bar`, `underline`, `block` or `none`.
        rule: Option<HeadingRule>,
        /// What stands before items: `square`, `dot`, `dash`, `number` or `check`.
        bullets: Option<BulletStyle>,
        /// What lies behind text: `none`, `box` or `strip`.
        panel: Option<CardPanel>,
        /// How round panels, rules and bullets are: 0 = sharp, 1 = as round as can be.
        radius: Option<Spanned<Share>>,
        /// How things come in: `none`, `rise`, `drop`, `fade`, `slide`, `slide-left`, `pop`, `wipe` or `type`.
        entrance: Option<Entrance>,
        /// How they go before the scene ends: the same names. `none`: they stay.
        leave: Option<Entrance>,
        /// How their movement runs: `linear`, `ease-in`, `ease-out`, `ease-in-out`, `sharp` or `overshoot`.
        easing: Option<Easing>,
    }
}
