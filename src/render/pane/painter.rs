//! Drawing panes: each comes in as the look has it, and what stands still is laid on the ground once. Knows nothing of decoding.

use std::sync::Arc;

use crate::render::canvas::blur_behind;
use crate::render::cards;
use crate::render::compositor::ComposeError;
use crate::render::fit::{Fitted, fitted};
use crate::render::frame::Frame;
use crate::render::paint::Pose;
use crate::render::posed::Rows;
use crate::render::posture::{Posture, Way};
use crate::render::tile::Tile;
use crate::render::view::{View, entrance_frames};
use crate::spec::model::{Easing, Entrance, Fit};
use crate::units::Size;

use super::{Pane, Plate, rounded};

/// Draws the panes of one view.
pub(crate) struct PanePainter {
    hung: Vec<Hung>,
    manner: Manner,
    rows: Rows,
    /// The still ground with all panes on it.
    settled: Option<Frame>,
}

/// How panes come in.
struct Manner {
    way: Way,
    easing: Easing,
    frames: u32,
}

struct Hung {
    at: Option<u32>,
    over: bool,
    content: Content,
}

enum Content {
    Still(Arc<Plate>),
    Moving(Box<Projector>),
}

/// Turns frames of a video into a tile.
struct Projector {
    fitted: Fitted,
    /// For videos on a blurred copy of themselves.
    whole: Option<Frame>,
    tile: Tile,
}

impl PanePainter {
    /// For the panes of `view`; `plates` are those of pictures, in their order.
    pub fn new(view: &View, plates: &[Arc<Plate>]) -> Result<PanePainter, ComposeError> {
        let mut plates = plates.iter();
        let mut hang = |pane: &Pane| {
            let area = pane.spot.area;
            if area.is_empty() || area.x + area.width > view.size.width || area.y + area.height > view.size.height {
                return Err(ComposeError::Pane { role: pane.role.clone() });
            }
            let content = match pane.source {
                Some(source) => Content::Moving(Box::new(Projector::new(pane, source))),
                None => {
                    let plate = plates.next().filter(|plate| plate.spot == pane.spot);
                    Content::Still(Arc::clone(plate.ok_or_else(|| ComposeError::Pane { role: pane.role.clone() })?))
                }
            };
            Ok(Hung { at: pane.at, over: pane.over, content })
        };
        let hung = view.panes().iter().map(&mut hang).collect::<Result<_, _>>()?;
        let card = &view.look.card;
        let unit = f64::from(view.size.width.min(view.size.height));
        let way = match card.entrance {
            // Panes have no letters, and their edges stand still.
            Entrance::Type | Entrance::Wipe => Way::Fade,
            entrance => cards::way(entrance, unit),
        };
        let manner = Manner { way, easing: card.easing, frames: entrance_frames(view.fps) };
        Ok(PanePainter { hung, manner, rows: Rows::default(), settled: None })
    }

    /// The frame in which all that lies among the show stands still on a still ground, if it ever does.
    fn still_from(&self) -> Option<u32> {
        let mut among = self.hung.iter().filter(|hung| !hung.over).peekable();
        among.peek()?;
        among.try_fold(0, |last, hung| {
            let still = matches!(hung.content, Content::Still(_));
            still.then(|| hung.at.map_or(last, |at| last.max(at.saturating_add(self.manner.frames))))
        })
    }

    /// Draws a still ground and the panes of the show over it; `videos`: a frame for each video of these panes.
    pub fn ground(&mut self, n: u32, ground: &Frame, videos: &mut Videos, out: &mut Frame) -> Result<(), ComposeError> {
        if self.still_from().is_none_or(|from| n < from) {
            out.copy_from(ground);
            return self.draw(n, false, videos, out);
        }
        if let Some(settled) = &self.settled {
            out.copy_from(settled);
            return Ok(());
        }
        out.copy_from(ground);
        self.draw(n, false, videos, out)?;
        self.settled = Some(out.clone());
        Ok(())
    }

    /// Draws the panes over the show, or those among it.
    pub fn draw(&mut self, n: u32, over: bool, videos: &mut Videos, out: &mut Frame) -> Result<(), ComposeError> {
        for hung in self.hung.iter_mut().filter(|hung| hung.over == over) {
            let tile = match &mut hung.content {
                Content::Still(plate) => &plate.tile,
                // Taken even while it is not seen, so that the next pane gets its own.
                Content::Moving(projector) => match videos.next() {
                    Some(video) => projector.show(video)?,
                    None => continue,
                },
            };
            self.manner.lay(tile, hung.at, n, &mut self.rows, out);
        }
        Ok(())
    }
}

/// The frames of a view's videos that are not drawn yet.
pub(crate) type Videos<'a> = std::iter::Copied<std::slice::Iter<'a, &'a Frame>>;

impl Manner {
    fn lay(&self, tile: &Tile, at: Option<u32>, n: u32, rows: &mut Rows, out: &mut Frame) {
        let age = match at {
            Some(at) if n < at => return,
            Some(at) => n - at,
            None => self.frames,
        };
        if age >= self.frames {
            return tile.blend(256, out);
        }
        let progress = (f64::from(age) + 1.0) / (f64::from(self.frames) + 1.0);
        let posture = Posture::coming(self.way, progress, self.easing);
        let rect = tile.rect();
        let about = ((rect.left + rect.right) / 2.0, (rect.top + rect.bottom) / 2.0);
        let pose = Pose { shift: posture.shift, scale: posture.scale, about, ..Pose::STILL };
        tile.blend_posed(pose, posture.opacity as f32, rows, out);
    }
}

impl Projector {
    fn new(pane: &Pane, source: Size) -> Projector {
        let area = pane.spot.screen(source);
        let room = Size::new(pane.spot.area.width, pane.spot.area.height);
        let size = Size::new(area.width, area.height);
        let white: Vec<u8> = rounded(size, pane.spot.radius).into_iter().flat_map(|alpha| [alpha; 4]).collect();
        Projector {
            fitted: fitted(source, room, pane.spot.fit),
            whole: (pane.spot.fit == Fit::ContainBlur).then(|| Frame::new(size)),
            tile: Tile::new(area, &white),
        }
    }

    /// The tile with this frame on it.
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
    /// Takes on the samples of a frame of its size; its alpha stays.
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
