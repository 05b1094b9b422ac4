//! The compositor: frame `n` of a view, background to captions. What stays the same between frames is kept, but a frame
//! depends on the view and `n` alone, in whatever order frames are asked for.

use std::sync::Arc;

use crate::render::backdrop;
use crate::render::camera::Shot;
use crate::render::canvas::{Canvas, Lens, blur_behind};
use crate::render::captions::CaptionPainter;
use crate::render::cards::{self, Cards};
use crate::render::chart::ChartPainter;
use crate::render::code::CodePainter;
use crate::render::colour::ycc;
use crate::render::decor::Decor;
use crate::render::emblem::{Emblem, EmblemPainter, EmblemRoom};
use crate::render::fit::{Fitted, fitted};
use crate::render::frame::Frame;
use crate::render::going::{LEAVE, leave_frames};
use crate::render::gradient;
use crate::render::layer::Layer;
use crate::render::over::{Levels, MarkPainter, ProgressPainter, WavePainter};
use crate::render::pane::{PanePainter, Plate};
use crate::render::stamp::Stamp;
use crate::render::text::Typesetter;
use crate::render::view::{Show, View, entrance_frames};
use crate::render::{ease, transition};
use crate::spec::model::{Entrance, Fit, Motion};
use crate::units::Size;

/// The longest side of a frame.
const MOST_SIDE: u32 = 16_384;

/// The pictures of a view, by their role.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// For [`Show::Picture`]: made by [`View::shot`] and [`Shot::prepare`].
    pub picture: Option<Arc<Canvas>>,
    /// For [`View::logo`]: made by [`Logo::prepare`](crate::render::Logo::prepare).
    pub logo: Option<Arc<Stamp>>,
    /// For those of [`View::panes`] that are pictures, in their order: made by [`Spot::prepare`](crate::render::Spot::prepare).
    pub panes: Vec<Arc<Plate>>,
    /// For [`Show::Logo`]: made by [`View::emblem`] and [`EmblemRoom::prepare`].
    pub emblem: Option<Arc<Emblem>>,
    /// For each piece of a view's waveform, in order.
    pub levels: Vec<Arc<Levels>>,
}

/// Why a view cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// A side is zero, odd or too long.
    #[error("frames of {0} pixels cannot be drawn: sides are even, from 2 to {MOST_SIDE}")]
    Size(Size),
    /// The view shows a picture and none was given, or one that was prepared for another shot.
    #[error("the picture of this view is missing, or was prepared for another one")]
    Picture,
    /// The view is a logo's card and none was given, or one for another room.
    #[error("the logo of this card is missing, or was prepared for another one")]
    Emblem,
    /// The view shows a voice, and not every piece of it has its levels.
    #[error("the levels of this view's voice are missing")]
    Levels,
    /// The view has a logo and none was given, or one for another frame size.
    #[error("the logo of this view is missing, or was prepared for another frame size")]
    Logo,
    /// A pane lies outside the frame, or its picture was not given, or one that was prepared for another place.
    #[error("the picture `{role}` of this view is missing, or was prepared for another place")]
    Pane {
        /// The role of its input.
        role: String,
    },
    /// A frame of video is not of the size that [`fitted`] gives.
    #[error("a frame of video is {got} pixels where {want} were asked for")]
    Video {
        /// Its size.
        got: Size,
        /// The size asked for.
        want: Size,
    },
}

/// Draws the frames of one view.
pub struct Compositor {
    view: View,
    base: Base,
    panes: PanePainter,
    marks: Option<MarkPainter>,
    stack: Stack,
    wave: Option<WavePainter>,
    progress: Option<ProgressPainter>,
    ring: Option<Layer>,
    logo: Option<(Arc<Stamp>, f64)>,
    captions: Option<CaptionPainter>,
    setter: Typesetter,
    lens: Lens,
}

/// What lies over the base, from below.
struct Stack {
    under: Vec<Decor>,
    layers: Vec<Layer>,
    act: Option<Act>,
    /// How the act fades before the scene ends.
    fade: Option<Fade>,
    over: Vec<Decor>,
    /// What stands over any scene.
    top: Vec<Layer>,
}

/// A card's act on its way out: from which frame on, for how many, and what is below it.
struct Fade {
    from: u32,
    frames: u32,
    below: Frame,
}

impl Stack {
    fn new(view: &View, emblem: Option<Arc<Emblem>>, setter: &mut Typesetter) -> Stack {
        let mut decor = |over: bool| -> Vec<Decor> {
            let own = view.decorations().filter(|layer| layer.over == over);
            own.map(|layer| Decor::new(layer, view, setter)).collect()
        };
        let (under, over) = (decor(false), decor(true));
        let (layers, act, top) = layers(view, emblem, setter);
        let goes = view.leaves().filter(|_| act.is_some() && view.look.card.leave != Entrance::None);
        let fade = goes.map(|from| Fade { from, frames: leave_frames(view.fps, LEAVE), below: Frame::new(view.size) });
        Stack { under, layers, act, fade, over, top }
    }

    fn draw_under(&mut self, n: u32, out: &mut Frame) {
        self.under.iter_mut().for_each(|layer| layer.draw(n, out));
    }

    fn draw(&mut self, n: u32, setter: &mut Typesetter, out: &mut Frame) {
        self.layers.iter_mut().for_each(|layer| layer.draw(n, out));
        if let Some(act) = &mut self.act {
            draw_act(act, self.fade.as_mut(), n, setter, out);
        }
        self.over.iter_mut().for_each(|layer| layer.draw(n, out));
        self.top.iter_mut().for_each(|layer| layer.draw(n, out));
    }
}

fn draw_act(act: &mut Act, fade: Option<&mut Fade>, n: u32, setter: &mut Typesetter, out: &mut Frame) {
    let Some((fade, gone)) = fade.and_then(|fade| n.checked_sub(fade.from).map(|gone| (fade, gone))) else {
        return act.draw(n, setter, out);
    };
    if gone < fade.frames {
        let left = 1.0 - (f64::from(gone) + 1.0) / (f64::from(fade.frames) + 1.0);
        fade.below.copy_from(out);
        act.draw(n, setter, out);
        let drawn = out.clone();
        transition::mix(&fade.below, &drawn, ease::in_out(left), out);
    }
}

/// What moves on a card beyond coming in.
enum Act {
    Code(CodePainter),
    Chart(ChartPainter),
    Emblem(EmblemPainter),
}

impl Act {
    fn draw(&mut self, n: u32, setter: &mut Typesetter, out: &mut Frame) {
        match self {
            Act::Code(code) => code.draw(n, setter, out),
            Act::Chart(chart) => chart.draw(n, out),
            Act::Emblem(emblem) => emblem.draw(n, out),
        }
    }
}

/// What lies below everything else.
enum Base {
    /// The same in every frame.
    Still(Frame),
    /// A picture with a camera.
    Moving(Arc<Canvas>),
    /// Video, handed over frame by frame.
    Video { fitted: Fitted, fit: Fit, background: Frame },
}

impl View {
    /// How the view looks at its picture, if it shows one: the canvas to prepare, and a key to remember it by.
    pub fn shot(&self) -> Option<Shot> {
        let Show::Picture { fit, motion, focus } = self.show else { return None };
        let frames = if motion == Motion::Hold { 0 } else { self.frames };
        Some(Shot { frame: self.size, fit, motion, focus, frames, fps: self.fps, background: self.look.background })
    }
}

impl View {
    /// How large the logo of a logo's card may be; `None` for any other show.
    pub fn emblem(&self) -> Option<EmblemRoom> {
        let Show::Logo { title, subtitle } = &self.show else { return None };
        let (width, height) = (f64::from(self.size.width), f64::from(self.size.height));
        let lines = u32::from(title.is_some()) + u32::from(subtitle.is_some());
        let across = if width > height { 0.46 } else { 0.68 };
        let down = [0.40, 0.34, 0.28][lines.min(2) as usize];
        let even = |side: f64| ((side / 2.0).round() as u32 * 2).max(2);
        Some(EmblemRoom(Size::new(even(width * across), even(height * down))))
    }
}

impl Compositor {
    /// Sets up a view. Lays out its text, draws what never changes.
    pub fn new(view: View, assets: Assets) -> Result<Compositor, ComposeError> {
        let Size { width, height } = view.size;
        if [width, height].iter().any(|side| *side < 2 || side % 2 == 1 || *side > MOST_SIDE) {
            return Err(ComposeError::Size(view.size));
        }
        let mut setter = Typesetter::new();
        let base = base(&view, assets.picture.clone())?;
        let panes = PanePainter::new(&view, &assets.panes)?;
        let marks = view.over.marks.clone().zip(assets.picture);
        let marks = marks.map(|(marks, canvas)| MarkPainter::new(&view, marks, canvas, &mut setter));
        let wave = match view.over.waveform.clone() {
            Some(wave) if wave.pieces.len() != assets.levels.len() => return Err(ComposeError::Levels),
            wave => wave.map(|wave| WavePainter::new(&view, wave, assets.levels)),
        };
        let progress = view.over.progress.map(|progress| ProgressPainter::new(&view, progress));
        let emblem = match (view.emblem(), assets.emblem) {
            (None, _) => None,
            (Some(room), Some(emblem)) if emblem.fits(room) => Some(emblem),
            (Some(_), _) => return Err(ComposeError::Emblem),
        };
        let stack = Stack::new(&view, emblem, &mut setter);
        let ring = view.inset.map(|inset| Layer::standing(vec![inset.ring(view.look.text, view.size)]));
        let logo = match (view.logo, assets.logo) {
            (None, _) => None,
            (Some(logo), Some(stamp)) if stamp.fits(view.size) => Some((stamp, logo.opacity)),
            (Some(_), _) => return Err(ComposeError::Logo),
        };
        let captions =
            view.captions.clone().map(|own| CaptionPainter::new(own, view.look.clone(), view.size, view.fps));
        let lens = Lens::default();
        Ok(Compositor { view, base, panes, marks, stack, wave, progress, ring, logo, captions, setter, lens })
    }

    /// What it draws.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Draws frame `n` into `out`, which takes on the view's size.
    ///
    /// For [`Show::Video`], `video` is the source's frame in the size that [`fitted`] gives; without it only the
    /// background is drawn.
    pub fn frame(&mut self, n: u32, video: Option<&Frame>, out: &mut Frame) -> Result<(), ComposeError> {
        self.frame_of(n, video.as_slice(), out)
    }

    /// The same of a view with any number of videos: one frame for each of [`View::reels`], in their order. What has none stays
    /// empty.
    pub fn frame_of(&mut self, n: u32, videos: &[&Frame], out: &mut Frame) -> Result<(), ComposeError> {
        let mut videos = videos.iter().copied();
        if out.size() != self.view.size {
            *out = Frame::new(self.view.size);
        }
        match &self.base {
            Base::Still(frame) if self.stack.under.is_empty() => self.panes.ground(n, frame, &mut videos, out)?,
            Base::Still(frame) => {
                out.copy_from(frame);
                self.stack.draw_under(n, out);
                self.panes.draw(n, false, &mut videos, out)?;
            }
            Base::Moving(canvas) => {
                canvas.draw(n, &mut self.lens, out);
                self.stack.draw_under(n, out);
            }
            Base::Video { fitted, fit, background } => {
                place_video(*fitted, *fit, background, videos.next(), out)?;
                self.stack.draw_under(n, out);
            }
        }
        if let Some(marks) = &mut self.marks {
            marks.draw(n, out);
        }
        self.stack.draw(n, &mut self.setter, out);
        if let Some(wave) = &mut self.wave {
            wave.draw(n, out);
        }
        if let Some(progress) = &mut self.progress {
            progress.draw(n, out);
        }
        if let Some(ring) = &mut self.ring {
            ring.draw(n, out);
            self.panes.draw(n, true, &mut videos, out)?;
        }
        if let Some((stamp, opacity)) = &self.logo {
            stamp.draw(*opacity, out);
        }
        if let Some(captions) = &mut self.captions {
            captions.draw(n, &mut self.setter, out);
        }
        Ok(())
    }
}

fn base(view: &View, picture: Option<Arc<Canvas>>) -> Result<Base, ComposeError> {
    let mut frame = Frame::new(view.size);
    match &view.show {
        Show::Picture { motion, .. } => {
            let canvas = picture.filter(|canvas| Some(canvas.shot()) == view.shot().as_ref());
            let canvas = canvas.ok_or(ComposeError::Picture)?;
            if *motion != Motion::Hold {
                return Ok(Base::Moving(canvas));
            }
            canvas.draw(0, &mut Lens::default(), &mut frame);
        }
        Show::Video { fit, source } => {
            frame.fill(ycc(view.look.background));
            return Ok(Base::Video { fitted: fitted(*source, view.size, *fit), fit: *fit, background: frame });
        }
        Show::Colour(colour) => frame.fill(ycc(*colour)),
        Show::Gradient { colours, angle } => gradient::fill(colours, *angle, None, &mut frame),
        Show::Backdrop(backdrop) => backdrop::fill(*backdrop, &view.look, &mut frame),
        Show::Title { .. }
        | Show::List { .. }
        | Show::Quote { .. }
        | Show::Statement { .. }
        | Show::Table { .. }
        | Show::End { .. }
        | Show::Qr { .. }
        | Show::Logo { .. }
        | Show::Code(_)
        | Show::Chart(_)
        | Show::Pictures { .. }
        | Show::Split { .. }
        | Show::Screens { .. } => cards::background(&view.look, &mut frame),
    }
    Ok(Base::Still(frame))
}

/// The parts of a card, what moves on it, and what stands over any scene.
fn layers(view: &View, emblem: Option<Arc<Emblem>>, setter: &mut Typesetter) -> (Vec<Layer>, Option<Act>, Vec<Layer>) {
    let mut cards = Cards::new(view, setter);
    let (layers, act) = match &view.show {
        Show::Logo { title, subtitle } => {
            let size = emblem.as_ref().map_or(Size::new(0, 0), |emblem| emblem.size());
            let (layers, at) = cards.logo(title.as_deref(), subtitle.as_deref(), size);
            let frames = entrance_frames(view.fps);
            (layers, emblem.map(|emblem| Act::Emblem(EmblemPainter::new(emblem, at, frames))))
        }
        Show::Code(code) => {
            let (layers, painter) = cards.code(code);
            (layers, Some(Act::Code(painter)))
        }
        Show::Chart(chart) => {
            let (layers, painter) = cards.chart(chart);
            (layers, Some(Act::Chart(painter)))
        }
        show => (cards.turned(&show.texts(), |cards| card(cards, show)), None),
    };
    let layers = cards.leaving(layers);
    let mut top: Vec<Layer> = view.counter.and_then(|counter| cards.counter(counter)).into_iter().collect();
    if let Some(lower) = &view.lower {
        let texts: Vec<&str> = [&lower.name].into_iter().chain(&lower.role).map(String::as_str).collect();
        top.extend(cards.turned(&texts, |cards| cards.lower(lower)));
    }
    (layers, act, top)
}

/// A card that stands still once it has come in.
fn card(cards: &mut Cards, show: &Show) -> Vec<Layer> {
    match show {
        Show::Title { title, subtitle } => cards.title(title, subtitle.as_deref()),
        Show::List { heading, items } => cards.list(heading.as_deref(), items),
        Show::Quote { text, by } => cards.quote(text, by.as_deref()),
        Show::Statement { words } => cards.statement(words),
        Show::Table { heading, head, rows } => cards.table(heading.as_deref(), head, rows),
        Show::End { title, lines, qr } => cards.end(title, lines, qr.as_deref()),
        Show::Qr { text, title, caption } => cards.qr(text, title.as_deref(), caption.as_deref()),
        Show::Pictures { heading, pictures, captions, .. } => cards.gallery(heading.as_deref(), *captions, pictures),
        Show::Split { side, fit, title, text, items, captions, .. } => {
            cards.beside((*side, *fit, *captions), title.as_deref(), text.as_deref(), items)
        }
        Show::Screens { heading, screens, captions, .. } => cards.screens(heading.as_deref(), *captions, screens),
        _ => Vec::new(),
    }
}

fn place_video(
    fitted: Fitted,
    fit: Fit,
    background: &Frame,
    video: Option<&Frame>,
    out: &mut Frame,
) -> Result<(), ComposeError> {
    let Some(video) = video else {
        out.copy_from(background);
        return Ok(());
    };
    if video.size() != fitted.crop {
        return Err(ComposeError::Video { got: video.size(), want: fitted.crop });
    }
    if video.size() == out.size() {
        out.copy_from(video);
        return Ok(());
    }
    if fit == Fit::ContainBlur {
        blur_behind(video, out)
    } else {
        out.copy_from(background)
    }
    out.place(video, fitted.at);
    Ok(())
}
