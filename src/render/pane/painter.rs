//! Drawing of panes: each comes in with the look's animation; panes that no longer change are drawn on the background
//! once.

use std::sync::Arc;

use crate::render::canvas::blur_behind;
use crate::render::compose_error::ComposeError;
use crate::render::ease;
use crate::render::entrance::entrance_frames;
use crate::render::fit::{VideoFit, fit_video};
use crate::render::frame::Frame;
use crate::render::paint::PaintTransform;
use crate::render::pose::{Animation, Pose};
use crate::render::tile::Tile;
use crate::render::tile_transform::RowBuffers;
use crate::render::view::View;
use crate::spec::model::{Easing, Entrance, ImageFit};
use crate::units::Size;

use super::placement::{Pane, PaneImage, rounded_mask};

/// Draws the panes of one view.
pub(crate) struct PanePainter {
    panes: Vec<PlacedPane>,
    entrance: PaneEntrance,
    rows: RowBuffers,
    /// The background with all panes on it, once nothing changes any more.
    settled: Option<Frame>,
}

/// The entrance of panes.
struct PaneEntrance {
    way: Animation,
    easing: Easing,
    frames: u32,
}

struct PlacedPane {
    at: Option<u32>,
    over: bool,
    content: PaneContent,
}

enum PaneContent {
    Still(Arc<PaneImage>),
    Moving(Box<VideoTile>),
}

/// The tile of a video pane, refilled for each frame.
struct VideoTile {
    fitted: VideoFit,
    /// Buffer for a video on a blurred copy of itself.
    whole: Option<Frame>,
    tile: Tile,
}

impl PanePainter {
    /// Prepares the panes of `view`; `images` are those of its pictures, in their order.
    pub fn new(view: &View, images: &[Arc<PaneImage>]) -> Result<PanePainter, ComposeError> {
        let mut images = images.iter();
        let mut panes = Vec::new();
        for pane in view.panes() {
            if !pane.placement.area.is_inside(view.size) {
                return Err(ComposeError::Pane { role: pane.role });
            }
            let content = match pane.source {
                Some(source) => PaneContent::Moving(Box::new(VideoTile::new(&pane, source))),
                None => {
                    let image = images.next().filter(|image| image.placement == pane.placement);
                    PaneContent::Still(Arc::clone(image.ok_or(ComposeError::Pane { role: pane.role })?))
                }
            };
            panes.push(PlacedPane { at: pane.at, over: pane.over, content });
        }
        let card = &view.look.card;
        let unit = f64::from(view.size.width.min(view.size.height));
        let way = match card.entrance {
            // Panes have no letters, and their tiles cannot be masked.
            Entrance::Type | Entrance::Wipe => Animation::Fade,
            entrance => Animation::from_entrance(entrance, unit),
        };
        let entrance = PaneEntrance { way, easing: card.easing, frames: entrance_frames(view.fps) };
        Ok(PanePainter { panes, entrance, rows: RowBuffers::default(), settled: None })
    }

    /// The first frame in which no pane of the content changes any more, if there is one.
    fn still_from(&self) -> Option<u32> {
        let mut among = self.panes.iter().filter(|placed| !placed.over).peekable();
        among.peek()?;
        among.try_fold(0, |last, placed| {
            let still = matches!(placed.content, PaneContent::Still(_));
            still.then(|| placed.at.map_or(last, |at| last.max(at.saturating_add(self.entrance.frames))))
        })
    }

    /// Draws a background that never changes, and the panes of the content over it; `videos` has a frame for each video
    /// of these panes.
    pub fn draw_on_background(
        &mut self,
        n: u32,
        background: &Frame,
        videos: &mut VideoFrames,
        out: &mut Frame,
    ) -> Result<(), ComposeError> {
        if self.still_from().is_none_or(|from| n < from) {
            out.copy_from(background);
            return self.draw(n, false, videos, out);
        }
        if let Some(settled) = &self.settled {
            out.copy_from(settled);
            return Ok(());
        }
        out.copy_from(background);
        self.draw(n, false, videos, out)?;
        self.settled = Some(out.clone());
        Ok(())
    }

    /// Draws the panes over the content (`over`), or those that are part of it.
    pub fn draw(&mut self, n: u32, over: bool, videos: &mut VideoFrames, out: &mut Frame) -> Result<(), ComposeError> {
        for placed in self.panes.iter_mut().filter(|placed| placed.over == over) {
            let tile = match &mut placed.content {
                PaneContent::Still(image) => &image.tile,
                // Taken even while the pane is not visible, so that the next pane gets its own frame.
                PaneContent::Moving(tile) => match videos.next() {
                    Some(video) => tile.show(video)?,
                    None => continue,
                },
            };
            self.entrance.blend(tile, placed.at, n, &mut self.rows, out);
        }
        Ok(())
    }
}

/// The video frames of a view that are not drawn yet.
pub(crate) type VideoFrames<'a> = std::iter::Copied<std::slice::Iter<'a, &'a Frame>>;

impl PaneEntrance {
    /// Blends a pane that comes in in frame `at` over frame `n`; `None`: it is there from the start.
    fn blend(&self, tile: &Tile, at: Option<u32>, n: u32, rows: &mut RowBuffers, out: &mut Frame) {
        let age = match at {
            Some(at) if n < at => return,
            Some(at) => n - at,
            None => self.frames,
        };
        if age >= self.frames {
            return tile.blend(256, out);
        }
        let progress = ease::progress(age, self.frames);
        let pose = Pose::entering(self.way, progress, self.easing);
        let rect = tile.rect();
        let about = ((rect.left + rect.right) / 2.0, (rect.top + rect.bottom) / 2.0);
        let transform = PaintTransform { shift: pose.shift, scale: pose.scale, about, ..PaintTransform::STILL };
        tile.blend_transformed(transform, pose.opacity as f32, rows, out);
    }
}

impl VideoTile {
    fn new(pane: &Pane, source: Size) -> VideoTile {
        let area = pane.placement.video_area(source);
        let extent = Size::new(pane.placement.area.width, pane.placement.area.height);
        let size = Size::new(area.width, area.height);
        let white: Vec<u8> =
            rounded_mask(size, pane.placement.radius).into_iter().flat_map(|alpha| [alpha; 4]).collect();
        VideoTile {
            fitted: fit_video(source, extent, pane.placement.fit),
            whole: (pane.placement.fit == ImageFit::ContainBlur).then(|| Frame::new(size)),
            tile: Tile::new(area, &white),
        }
    }

    /// Fills the tile with this frame.
    fn show(&mut self, video: &Frame) -> Result<&Tile, ComposeError> {
        if video.size() != self.fitted.crop {
            return Err(ComposeError::Video { got: video.size(), want: self.fitted.crop });
        }
        match &mut self.whole {
            Some(whole) => {
                blur_behind(video, whole);
                whole.place(video, self.fitted.at);
                self.tile.fill(whole);
            }
            None => self.tile.fill(video),
        }
        Ok(&self.tile)
    }
}

impl Tile {
    /// Copies the samples of a frame of the same size, multiplied by the tile's alpha.
    fn fill(&mut self, frame: &Frame) {
        fill(&mut self.luma, &frame.y, &self.luma_alpha);
        fill(&mut self.blue, &frame.u, &self.chroma_alpha);
        fill(&mut self.red, &frame.v, &self.chroma_alpha);
    }
}

fn fill(out: &mut [u8], samples: &[u8], alpha: &[u8]) {
    for ((out, &sample), &alpha) in out.iter_mut().zip(samples).zip(alpha) {
        let product = u16::from(sample) * u16::from(alpha) + 128;
        *out = ((product + (product >> 8)) >> 8) as u8;
    }
}
