//! Cards: titles and lists, laid out for any shape of frame. Knows nothing of pictures or captions, but leaves the lower
//! part of the frame to the latter.

mod end;
mod logo;
mod lower;
mod media;
mod qr;
mod quote;
mod statement;
mod table;
mod ways;

use std::sync::Arc;

use parley::{Alignment, AlignmentOptions, Layout};

use crate::render::backdrop;
use crate::render::captions::CaptionMetrics;
use crate::render::colour::legible_on;
use crate::render::entrance::entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::pose::Animation;
use crate::render::text::{InkIndex, TextBounds, TextStyle, Typesetter, clean};
use crate::render::view::{ListItem, View};
use crate::render::{Frame, fonts};
use crate::spec::model::{BulletStyle, CardAlign, CardPanel, CardStyle, HeadingRule, LetterCase, Look};
use crate::units::{Colour, Size};

pub(crate) use ways::way;

/// Where a card's content starts, in shares of the height.
const TOP: f64 = 0.09;
/// Between a card's content and the captions below it, in shares of the height.
const CLEAR: f64 = 0.025;
/// A title's centre of gravity sits a little above the middle, in shares of the height.
const MIDDLE: f64 = 0.45;
/// A part of a title card follows the one before it by this share of an entrance.
const STAGGER: f64 = 0.25;
/// How far things rise as they come in, as a share of the frame's shorter side.
const RISE: f64 = 0.03;
/// How small things are as they pop in.
const POP: f64 = 0.86;
/// Where the middle of a title on a strip lies, in shares of the height.
const LOW: f64 = 0.60;
/// Between a panel's edge and what stands on it, as a share of the frame's shorter side.
const PADDING: f64 = 0.05;
/// Between items of a list, in sizes of their text.
const ITEM_GAP: f64 = 0.62;
/// More items than this are never legible together.
const MAX_ITEMS: usize = 24;
/// The smallest text of a list, as a share of the frame's shorter side.
const MIN_TEXT_SHARE: f32 = 0.020;

/// The least height of lines in scripts with marks above and below their letters.
const TALL_LEADING: f32 = 1.45;

/// Draws the background that cards share.
pub(crate) fn background(look: &Look, out: &mut Frame) {
    backdrop::fill(look.backdrop, look, out);
}

/// Where cards of this view have their content: where the look says, or between margins.
fn room(view: &View) -> Rect {
    let Some([left, top, wide, high]) = view.look.area else { return content(view.size) };
    let (width, height) = (f64::from(view.size.width), f64::from(view.size.height));
    let bottom = ((top + high) * height).min(lowest(view.size));
    Rect { left: left * width, top: top * height, right: (left + wide) * width, bottom }
}

/// Where content stands in a frame of this size, unless a look has another place for it.
pub(crate) fn content(size: Size) -> Rect {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let margin = width * if width > height { 0.10 } else { 0.09 };
    Rect { left: margin, top: height * TOP, right: width - margin, bottom: lowest(size) }
}

/// The lowest point of a card above the name in its lower third, in pixels from the top; the frame's end, where there is none.
pub(crate) fn above_name(view: &View) -> f64 {
    let height = f64::from(view.size.height);
    let Some(name) = view.lower_third.as_ref().filter(|_| view.content.is_card()) else { return height };
    lower::end(view.size, name.raised) - lower::height(name, view) - height * CLEAR
}

/// The lowest point above captions.
fn lowest(size: Size) -> f64 {
    f64::from(CaptionMetrics::highest(size)) - f64::from(size.height) * CLEAR
}

/// Lays out cards of one view.
pub(crate) struct CardLayout<'a> {
    pub(super) view: &'a View,
    pub(super) setter: &'a mut Typesetter,
    /// The frame's shorter side.
    pub(super) unit: f64,
    /// Where content starts and ends, in pixels from the left.
    pub(super) margin: f64,
    pub(super) right: f64,
    /// Where content starts and ends, in pixels from the top.
    pub(super) top: f64,
    pub(super) bottom: f64,
    /// Where panels may go to.
    edges: (f64, f64),
    /// Where the place of captions begins, or a little above.
    floor: f64,
    /// Where lists start, in pixels from the left.
    left: f64,
    /// Where lines stand.
    align: CardAlign,
    /// How many items were set so far.
    counted: usize,
}

impl<'a> CardLayout<'a> {
    pub fn new(view: &'a View, setter: &'a mut Typesetter) -> CardLayout<'a> {
        let Size { width, height } = view.size;
        let floor = lowest(view.size);
        let Rect { left: margin, top, right, bottom } = room(view);
        let bottom = bottom.min(above_name(view));
        CardLayout {
            view,
            setter,
            unit: f64::from(width.min(height)),
            margin,
            right,
            top,
            bottom,
            edges: (0.0, f64::from(width)),
            floor,
            left: margin,
            counted: 0,
            align: view.look.card.align,
        }
    }

    /// The same for a part of the frame: content goes into `room`, panels up to `edges` at its left and right.
    pub(super) fn within(&mut self, room: Rect, edges: (f64, f64)) -> CardLayout<'_> {
        let Rect { left, top, right, bottom } = room;
        CardLayout {
            view: self.view,
            setter: self.setter,
            unit: self.unit,
            margin: left,
            right,
            left,
            top,
            bottom,
            edges,
            floor: self.floor,
            align: self.align,
            counted: 0,
        }
    }

    /// A rule, the title, and the subtitle below it, as one block.
    pub fn title(&mut self, title: &str, subtitle: Option<&str>) -> Vec<ShapeLayer> {
        let tall = self.view.size.height > self.view.size.width;
        let room = self.room(0.88, 0.62, if tall { 5 } else { 3 });
        let title = self.heading(&clean(title), if tall { 0.106 } else { 0.120 }, room);
        let room = self.room(0.80, 0.20, 3);
        let style = self.body(0.046, 400.0);
        let subtitle = subtitle.map(|text| self.setter.fitted(&clean(text), &style, room));

        let (rule, gap) = match self.card().rule {
            HeadingRule::Bar => (self.unit * 0.012, self.unit * 0.050),
            HeadingRule::Block => (self.rule_size(0.13, 0.012).1, self.unit * 0.040),
            HeadingRule::Underline | HeadingRule::None => (0.0, 0.0),
        };
        let small_gap = self.unit * 0.036;
        let line = if self.card().rule == HeadingRule::Underline { small_gap } else { 0.0 };
        let below = subtitle.as_ref().map_or(0.0, |text| small_gap + f64::from(text.height()));
        let height = rule + gap + f64::from(title.height()) + line + below;
        let top = self.title_top(height);

        let (look, title_height) = (&self.view.look, f64::from(title.height()));
        let mut layers = Vec::new();
        if rule > 0.0 {
            layers.push(self.rule(top, 0.13, 0.012, 0));
        }
        let step = if rule > 0.0 { 1.0 } else { 0.0 };
        let mut under = top + rule + gap;
        layers.push(self.text(title, (self.margin, under), look.text, self.delay(step)));
        under += title_height;
        if line > 0.0 {
            layers.push(self.rule(under + line * 0.6, 0.13, 0.012, self.delay(1.0)));
            under += line;
        }
        if let Some(subtitle) = subtitle {
            let at = (self.margin, under + small_gap);
            layers.push(self.text(subtitle, at, look.muted, self.delay(step + 1.0)));
        }
        self.paneled(layers)
    }

    /// Where a title's block of this height starts.
    fn title_top(&self, height: f64) -> f64 {
        let whole = f64::from(self.view.size.height);
        let middle = if self.card().panel == CardPanel::Strip { LOW } else { MIDDLE };
        let lowest = self.bottom - height - self.unit * PADDING;
        let middle = if self.view.look.area.is_some() { (self.top + self.bottom) / 2.0 } else { whole * middle };
        let top = middle - height / 2.0;
        // Where a name stands, a high title stands higher.
        let top = if self.bottom < self.floor { top.min(self.bottom - height) } else { top };
        if self.card().panel == CardPanel::Strip { top.min(lowest).max(self.top) } else { top.max(self.top) }
    }

    /// Margins this share as broad, for what needs room, unless the look says where content stands.
    pub fn widen(&mut self, share: f64) {
        if self.view.look.area.is_none() {
            self.margin *= share;
            self.right = f64::from(self.view.size.width) - self.margin;
        }
    }

    /// The same for the room above content.
    pub fn heighten(&mut self, share: f64) {
        if self.view.look.area.is_none() {
            self.top *= share;
        }
    }

    /// The layers with the look's panel behind them, if it has one.
    pub fn paneled(&self, mut layers: Vec<ShapeLayer>) -> Vec<ShapeLayer> {
        let Some(bounds) = layers.iter().filter_map(ShapeLayer::bounds).reduce(Rect::union) else { return layers };
        let (back, padding) = (self.view.look.background, self.unit * PADDING);
        let (left, right) = self.edges;
        let (rect, opacity, radius) = match self.card().panel {
            CardPanel::None => return layers,
            CardPanel::Box => (bounds.grown(padding), 170, self.unit * 0.05 * self.card().radius),
            CardPanel::Strip => (Rect { left, right, ..bounds.grown(padding) }, 225, 0.0),
        };
        let clear = f64::from(self.view.size.height) * CLEAR;
        let rect = Rect { bottom: rect.bottom.min(self.bottom + clear * 0.5), ..rect };
        let mut shapes = vec![PaintShape::Block { rect, radius, colour: Colour { a: opacity, ..back } }];
        if self.card().panel == CardPanel::Strip {
            let edge = Rect { right: left + self.unit * 0.022, ..rect };
            shapes.push(PaintShape::Block { rect: edge, radius: 0.0, colour: self.accent() });
        }
        let panel = ShapeLayer::new(shapes, self.unless_still(Animation::Fade), 0, entrance_frames(self.view.fps));
        layers.insert(0, panel.always_fading_out());
        layers
    }

    /// A heading with a rule below it, then the items with their bullets.
    pub fn list(&mut self, heading: Option<&str>, items: &[ListItem]) -> Vec<ShapeLayer> {
        let heading = heading.map(|text| {
            let room = self.room(0.92, 0.30, 2);
            self.heading(&clean(text), 0.074, room)
        });
        let rule_gap = self.unit * 0.030;
        let head_gap = if self.card().rule == HeadingRule::None { rule_gap * 1.7 } else { rule_gap * 2.6 };
        let head = heading.as_ref().map_or(0.0, |text| f64::from(text.height()) + head_gap);
        let room = self.bottom - self.top - head;
        let (texts, style, gap) = self.items(items, room);
        let widest = texts.iter().map(|text| f64::from(text.width())).fold(0.0, f64::max);
        self.left = self.across(self.margin, widest + f64::from(style.size) * self.indent());
        let height = head + texts.iter().map(|text| f64::from(text.height()) + gap).sum::<f64>() - gap;
        let mut top = self.top + (self.bottom - self.top - height).max(0.0) / 2.0;

        let mut layers = Vec::new();
        if let Some(heading) = heading {
            let below = top + f64::from(heading.height()) + rule_gap * 0.6;
            layers.push(self.text(heading, (self.margin, top), self.view.look.text, 0));
            layers.push(self.rule(below, 0.09, 0.009, self.delay(1.0)));
            top += head;
        }
        for (text, item) in texts.into_iter().zip(items) {
            let height = f64::from(text.height());
            layers.push(self.item(text, top, &style, item.at));
            top += height + gap;
        }
        self.paneled(layers)
    }

    /// The items in the largest size in which all of them fit, and the gap between them. At the smallest size each is cut to its share, and
    /// many stand closer.
    fn items(&mut self, items: &[ListItem], height: f64) -> (Vec<Layout<InkIndex>>, TextStyle<'a>, f64) {
        let texts: Vec<String> = items.iter().take(MAX_ITEMS).map(|item| clean(&item.text)).collect();
        let least = MIN_TEXT_SHARE * self.unit as f32;
        let gaps = texts.len().saturating_sub(1) as f64;
        let mut style = self.body(if items.len() <= 4 { 0.056 } else { 0.050 }, 400.0);
        loop {
            let width = self.room(0.94, 1.0, 0).width - style.size * self.indent() as f32;
            let set: Vec<_> = texts.iter().map(|text| self.setter.paragraph(text, &style, width)).collect();
            let gap = f64::from(style.size) * ITEM_GAP;
            let total: f64 = set.iter().map(|text| f64::from(text.height())).sum::<f64>() + gap * gaps;
            if total <= height {
                return (self.setter.balanced(set, width), style, gap);
            }
            if style.size <= least {
                return self.crowded(&texts, style, width, height);
            }
            style.size = (style.size * 0.92).max(least);
        }
    }

    fn crowded(
        &mut self,
        texts: &[String],
        mut style: TextStyle<'a>,
        width: f32,
        height: f64,
    ) -> (Vec<Layout<InkIndex>>, TextStyle<'a>, f64) {
        let count = texts.len().max(1) as f64;
        let line = |style: &TextStyle| f64::from(style.size * style.line_height);
        style.size *= (height / (line(&style) * count)).min(1.0) as f32;
        let free = height - line(&style) * count;
        let gap = (free / (count - 1.0).max(1.0)).clamp(0.0, f64::from(style.size) * ITEM_GAP);
        let share = ((height - gap * (count - 1.0)) / count).max(line(&style));
        let room = TextBounds { width, height: share as f32 + 0.01, lines: usize::MAX };
        (texts.iter().map(|text| self.setter.cut_to_fit(text, &style, room)).collect(), style, gap)
    }

    fn item(&mut self, text: Layout<InkIndex>, top: f64, style: &TextStyle<'_>, at: u32) -> ShapeLayer {
        let size = f64::from(style.size);
        let first_line = text.get(0).map_or(size, |line| f64::from(line.metrics().baseline));
        self.counted += 1;
        let bullet = self.bullet(top + first_line, style);
        let text = self.shape(text, (self.left + size * self.indent(), top), self.view.look.text);
        self.enter(vec![bullet, text], at)
    }

    /// What stands before an item whose first line stands on `baseline`.
    fn bullet(&mut self, baseline: f64, style: &TextStyle<'_>) -> PaintShape {
        let size = f64::from(style.size);
        let (width, height, round) = match self.card().bullets {
            BulletStyle::Square => (size * 0.30, size * 0.30, 0.3),
            BulletStyle::Dot => (size * 0.32, size * 0.32, 0.5),
            BulletStyle::Dash => (size * 0.62, (size * 0.085).max(2.0), 0.5),
            BulletStyle::Number => return self.sign(&self.counted.to_string(), baseline, style),
            BulletStyle::Check => return self.sign("✔", baseline, style),
        };
        // Between the middle of a lower-case letter and that of a capital.
        let centre = baseline - size * 0.31;
        let rect = Rect {
            left: self.left,
            top: centre - height / 2.0,
            right: self.left + width,
            bottom: centre + height / 2.0,
        };
        let round = if self.card().bullets == BulletStyle::Dot { round } else { round * self.card().radius };
        PaintShape::Block { rect, radius: height * round, colour: self.accent() }
    }

    /// A bullet that is a text.
    fn sign(&mut self, sign: &str, baseline: f64, style: &TextStyle<'_>) -> PaintShape {
        let style = TextStyle { family: known(&self.view.look.heading_font), weight: 700.0, ..*style };
        let layout = self.setter.line(&[sign], &style);
        let own = layout.get(0).map_or(0.0, |line| f64::from(line.metrics().baseline));
        self.shape(layout, (self.left, baseline - own), self.accent())
    }

    /// From an item's bullet to its text, in sizes of its text.
    fn indent(&self) -> f64 {
        match self.card().bullets {
            BulletStyle::Square | BulletStyle::Dot | BulletStyle::Dash => 1.1,
            BulletStyle::Number | BulletStyle::Check => 1.5,
        }
    }

    /// What the look's rule measures where a bar is `width` × `height`, in shares of the shorter side.
    fn rule_size(&self, width: f64, height: f64) -> (f64, f64) {
        match self.card().rule {
            HeadingRule::Bar => (self.unit * width, (self.unit * height).max(2.0)),
            HeadingRule::Underline => (self.unit * width * 2.2, (self.unit * height * 0.30).max(2.0)),
            HeadingRule::Block => (self.unit * height * 4.6, (self.unit * height * 2.0).max(2.0)),
            HeadingRule::None => (0.0, 0.0),
        }
    }

    /// The look's rule in the accent colour; `width` and `height` of a bar in shares of the shorter side.
    pub(super) fn rule(&self, top: f64, width: f64, height: f64, at: u32) -> ShapeLayer {
        let (width, height) = self.rule_size(width, height);
        let left = self.across(self.margin, width);
        let rect = Rect { left, top, right: left + width, bottom: top + height };
        let radius = height / 2.0 * self.card().radius;
        let shape = PaintShape::Block { rect, radius, colour: self.accent() };
        let shapes = if self.card().rule == HeadingRule::None { Vec::new() } else { vec![shape] };
        ShapeLayer::new(shapes, self.unless_still(Animation::Grow), at, entrance_frames(self.view.fps))
    }

    pub(super) fn text(&self, layout: Layout<InkIndex>, at: (f64, f64), colour: Colour, start: u32) -> ShapeLayer {
        let (layout, left) = self.aligned(layout, at.0);
        self.enter(vec![self.shape(layout, (left, at.1), colour)], start)
    }

    /// Shapes that come in as the look has it.
    pub(super) fn enter(&self, shapes: Vec<PaintShape>, at: u32) -> ShapeLayer {
        let entrance = way(self.card().entrance, self.unit);
        ShapeLayer::new(shapes, entrance, at, entrance_frames(self.view.fps)).with_easing(self.card().easing)
    }

    /// A text that would stand at `left`: in the middle if the look has it so, its lines too.
    fn aligned(&self, mut layout: Layout<InkIndex>, left: f64) -> (Layout<InkIndex>, f64) {
        if self.align == CardAlign::Left || left != self.margin {
            return (layout, left);
        }
        // As narrow as its widest line, so that the same lines come out, and no room is left beside them.
        let width = layout.width() + 0.5;
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Center, AlignmentOptions::default());
        (layout, self.across(left, f64::from(width)))
    }

    /// Where something of this width starts that would stand at `left`.
    fn across(&self, left: f64, width: f64) -> f64 {
        match self.align {
            CardAlign::Left => left,
            CardAlign::Centre => (self.edges.0 + self.edges.1 - width) / 2.0,
        }
    }

    fn card(&self) -> &'a CardStyle {
        &self.view.look.card
    }

    pub(super) fn shape(&self, layout: Layout<InkIndex>, at: (f64, f64), colour: Colour) -> PaintShape {
        PaintShape::Text { layout: Arc::new(layout), at, inks: vec![colour], outlines: Vec::new() }
    }

    pub(super) fn accent(&self) -> Colour {
        let look = &self.view.look;
        legible_on(look.accent, look.background, look.text)
    }

    /// The frame in which part `step` of a card starts to come in.
    pub(super) fn delay(&self, step: f64) -> u32 {
        (f64::from(entrance_frames(self.view.fps)) * STAGGER * step).round() as u32
    }

    /// Shares of the width between the margins and of the height that content may have.
    pub(super) fn room(&self, width: f64, height: f64, lines: usize) -> TextBounds {
        let between = self.right - self.margin;
        let height = (self.bottom - self.top) * height;
        TextBounds { width: (between * width) as f32, height: height as f32, lines }
    }

    pub(super) fn heading(&mut self, text: &str, share: f64, room: TextBounds) -> Layout<InkIndex> {
        let style = self.heading_style(share);
        match self.card().heading_case {
            LetterCase::AsWritten => self.setter.fitted(text, &style, room),
            LetterCase::Upper => self.setter.fitted(&text.to_uppercase(), &style, room),
        }
    }

    fn heading_style(&self, share: f64) -> TextStyle<'a> {
        let (family, size) =
            (known(&self.view.look.heading_font), (self.unit * share * self.card().heading_size) as f32);
        let (weight, tracking) = (f32::from(self.card().heading_weight), self.card().tracking as f32);
        TextStyle { family, weight, size, line_height: self.leading(1.10), tracking }
    }

    pub(super) fn body(&self, share: f64, weight: f32) -> TextStyle<'a> {
        let size = (self.unit * share) as f32;
        TextStyle {
            family: known(&self.view.look.body_font),
            weight,
            size,
            line_height: self.leading(1.32),
            tracking: -0.008,
        }
    }

    /// A line's height in sizes of its text: more where letters are high and deep.
    pub(super) fn leading(&self, usual: f32) -> f32 {
        if self.setter.traits().tall { usual.max(TALL_LEADING) } else { usual }
    }
}

/// The family itself if it is bundled, the default one if not.
pub(in crate::render) fn known(family: &str) -> &str {
    if fonts::FAMILIES.contains(&family) { family } else { fonts::DEFAULT_FAMILY }
}
