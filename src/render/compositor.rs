//! The compositor draws frame `n` of a view, from the background to the captions. It keeps what is the same in all
//! frames, but a frame depends on the view and `n` alone, in whatever order frames are drawn.

use std::sync::Arc;

use crate::render::camera::CameraShot;
use crate::render::canvas::{Canvas, CanvasSampler, blur_behind};
use crate::render::captions::CaptionPainter;
use crate::render::card_logo::{CardLogo, CardLogoSize};
use crate::render::colour::ycc;
use crate::render::compose_error::{ComposeError, MAX_FRAME_SIDE};
use crate::render::content::{PictureContent, SceneContent, VideoContent};
use crate::render::corner_logo::CornerLogo;
use crate::render::fit::{VideoFit, fit_video};
use crate::render::frame::Frame;
use crate::render::layer::ShapeLayer;
use crate::render::layer_stack::LayerStack;
use crate::render::over::{BandLevels, MarkPainter, ProgressPainter, WavePainter};
use crate::render::pane::{PaneImage, PanePainter};
use crate::render::text::Typesetter;
use crate::render::view::View;
use crate::spec::model::{CameraMotion, ImageFit};
use crate::units::Size;

/// What a view needs besides itself: prepared pictures and levels of speech.
#[derive(Clone, Debug, Default)]
pub struct ViewAssets {
    /// For [`SceneContent::Picture`]: made by [`View::shot`] and [`CameraShot::prepare`].
    pub picture: Option<Arc<Canvas>>,
    /// For [`View::logo`]: made by [`LogoPlacement::prepare`](crate::render::LogoPlacement::prepare).
    pub logo: Option<Arc<CornerLogo>>,
    /// For those of [`View::panes`] that are pictures, in their order: made by
    /// [`PanePlacement::prepare`](crate::render::PanePlacement::prepare).
    pub panes: Vec<Arc<PaneImage>>,
    /// For [`SceneContent::Logo`]: made by [`View::card_logo_size`] and [`CardLogoSize::prepare`].
    pub card_logo: Option<Arc<CardLogo>>,
    /// For each piece of a view's waveform, in order.
    pub levels: Vec<Arc<BandLevels>>,
}

/// Draws the frames of one view.
pub struct Compositor {
    view: View,
    base: BaseLayer,
    panes: PanePainter,
    marks: Option<MarkPainter>,
    stack: LayerStack,
    wave: Option<WavePainter>,
    progress: Option<ProgressPainter>,
    ring: Option<ShapeLayer>,
    logo: Option<(Arc<CornerLogo>, f64)>,
    captions: Option<CaptionPainter>,
    setter: Typesetter,
    lens: CanvasSampler,
}

/// What lies below all layers.
enum BaseLayer {
    /// A frame that never changes.
    Still(Frame),
    /// A picture under a moving camera.
    Moving(Arc<Canvas>),
    /// A video; the caller passes its frames one by one.
    Video { fitted: VideoFit, fit: ImageFit, background: Frame },
}

impl View {
    /// The shot of the view's picture, if it shows one: what its canvas is prepared from, and its key in a cache of
    /// canvases.
    pub fn shot(&self) -> Option<CameraShot> {
        let SceneContent::Picture(PictureContent { fit, motion, focus }) = self.content else { return None };
        let frames = if motion == CameraMotion::Hold { 0 } else { self.frames };
        Some(CameraShot {
            frame: self.size,
            fit,
            motion,
            focus,
            frames,
            fps: self.fps,
            background: self.look.background,
        })
    }

    /// The largest size of the logo on a logo card; `None` for any other content.
    pub fn card_logo_size(&self) -> Option<CardLogoSize> {
        match &self.content {
            SceneContent::Logo(card) => Some(card.logo_size(self.size)),
            _ => None,
        }
    }
}

impl Compositor {
    /// Prepares a view: lays out its text and draws what never changes. Fails if an asset is missing or does not fit.
    pub fn new(view: View, assets: ViewAssets) -> Result<Compositor, ComposeError> {
        let Size { width, height } = view.size;
        if [width, height].iter().any(|side| *side < 2 || side % 2 == 1 || *side > MAX_FRAME_SIDE) {
            return Err(ComposeError::Size(view.size));
        }
        let mut setter = Typesetter::new();
        let base = base_layer(&view, assets.picture.clone())?;
        let panes = PanePainter::new(&view, &assets.panes)?;
        let marks = view.overlays.marks.clone().zip(assets.picture);
        let marks = marks.map(|(marks, canvas)| MarkPainter::new(&view, marks, canvas, &mut setter));
        let wave = match view.overlays.waveform.clone() {
            Some(wave) if wave.pieces.len() != assets.levels.len() => return Err(ComposeError::Levels),
            wave => wave.map(|wave| WavePainter::new(&view, wave, assets.levels)),
        };
        let progress = view.overlays.progress.map(|progress| ProgressPainter::new(&view, progress));
        let card_logo = match (view.card_logo_size(), assets.card_logo) {
            (None, _) => None,
            (Some(size), Some(card_logo)) if card_logo.fits(size) => Some(card_logo),
            (Some(_), _) => return Err(ComposeError::CardLogo),
        };
        let stack = LayerStack::new(&view, card_logo, &mut setter);
        let ring = view.inset.map(|inset| ShapeLayer::always_visible(vec![inset.ring(view.look.text, view.size)]));
        let logo = match (view.logo, assets.logo) {
            (None, _) => None,
            (Some(logo), Some(stamp)) if stamp.fits(view.size) => Some((stamp, logo.opacity)),
            (Some(_), _) => return Err(ComposeError::Logo),
        };
        let captions =
            view.captions.clone().map(|own| CaptionPainter::new(own, view.look.clone(), view.size, view.fps));
        let lens = CanvasSampler::default();
        Ok(Compositor { view, base, panes, marks, stack, wave, progress, ring, logo, captions, setter, lens })
    }

    /// The view that is drawn.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Draws frame `n` into `out`, which takes on the view's size.
    ///
    /// For [`SceneContent::Video`], `video` is the source's frame in the size that [`fit_video`] gives; without it only
    /// the background is drawn.
    pub fn draw_frame(&mut self, n: u32, video: Option<&Frame>, out: &mut Frame) -> Result<(), ComposeError> {
        self.draw_frame_with_videos(n, video.as_slice(), out)
    }

    /// As [`draw_frame`](Self::draw_frame), for any number of videos: `videos` has one frame for each of
    /// [`View::video_inputs`], in their order. A pane without a frame stays empty.
    pub fn draw_frame_with_videos(&mut self, n: u32, videos: &[&Frame], out: &mut Frame) -> Result<(), ComposeError> {
        let mut videos = videos.iter().copied();
        if out.size() != self.view.size {
            *out = Frame::new(self.view.size);
        }
        match &self.base {
            BaseLayer::Still(frame) if self.stack.under.is_empty() => {
                self.panes.draw_on_background(n, frame, &mut videos, out)?
            }
            BaseLayer::Still(frame) => {
                out.copy_from(frame);
                self.stack.draw_under(n, out);
                self.panes.draw(n, false, &mut videos, out)?;
            }
            BaseLayer::Moving(canvas) => {
                canvas.draw(n, &mut self.lens, out);
                self.stack.draw_under(n, out);
            }
            BaseLayer::Video { fitted, fit, background } => {
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

fn base_layer(view: &View, picture: Option<Arc<Canvas>>) -> Result<BaseLayer, ComposeError> {
    let mut frame = Frame::new(view.size);
    match &view.content {
        SceneContent::Picture(picture_content) => {
            let canvas = picture.filter(|canvas| Some(canvas.shot()) == view.shot().as_ref());
            let canvas = canvas.ok_or(ComposeError::Picture)?;
            if picture_content.motion != CameraMotion::Hold {
                return Ok(BaseLayer::Moving(canvas));
            }
            canvas.draw(0, &mut CanvasSampler::default(), &mut frame);
        }
        SceneContent::Video(VideoContent { fit, source }) => {
            frame.fill(ycc(view.look.background));
            return Ok(BaseLayer::Video { fitted: fit_video(*source, view.size, *fit), fit: *fit, background: frame });
        }
        content => content.declared().fill_frame(&view.look, &mut frame),
    }
    Ok(BaseLayer::Still(frame))
}

fn place_video(
    fitted: VideoFit,
    fit: ImageFit,
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
    if fit == ImageFit::ContainBlur {
        blur_behind(video, out)
    } else {
        out.copy_from(background)
    }
    out.place(video, fitted.at);
    Ok(())
}
