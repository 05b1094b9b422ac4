//! Everything in front of a film's samples: brands, tracks, title, chapters. Knows nothing of how the samples get behind it.

use super::boxes::{Writer, version_for};
use super::chapters::{self, Texts};
use super::layout::Layout;
use super::samples::Samples;
use super::sound::Sound;
use super::track::{Kind, MILLIS, Track, UNITY};
use super::{Chapter, Segment};

/// Numbers of the tracks.
const PICTURES: u32 = 1;
const SOUND: u32 = 2;
const TEXTS: u32 = 3;

/// Everything in front of the samples.
pub struct Head<'a> {
    /// The film's title, or nothing.
    pub title: &'a str,
    /// Its chapters, or none.
    pub chapters: &'a [Chapter],
    /// The track of those.
    pub texts: &'a Texts,
    /// The pictures of all segments.
    pub pictures: &'a Segment,
    /// The sound.
    pub sound: &'a Sound,
    /// Where all that lies.
    pub layout: &'a Layout,
}

impl Head<'_> {
    /// Its bytes, up to the first sample.
    pub fn write(&self) -> Vec<u8> {
        // The header's length depends on how wide its offsets are, but not on what they are.
        let length = |wide| self.write_at(0, wide).len() as u64;
        let narrow = length(false);
        let wide = narrow + self.layout.bytes > u64::from(u32::MAX);
        self.write_at(if wide { length(true) } else { narrow }, wide)
    }

    /// The header, if samples begin at byte `base`.
    fn write_at(&self, base: u64, wide: bool) -> Vec<u8> {
        let tracks = self.tracks();
        Writer::bytes(|to| {
            write_ftyp(to);
            to.boxed(b"moov", |to| {
                write_mvhd(to, &tracks);
                tracks.iter().for_each(|track| track.write(to, base, wide));
                self.write_udta(to);
            });
            write_mdat(to, self.layout.bytes);
        })
    }

    fn tracks(&self) -> Vec<Track<'_>> {
        let texts = (!self.chapters.is_empty()).then_some(TEXTS);
        let mut tracks = vec![self.pictures(texts), self.sound(texts)];
        if texts.is_some() {
            tracks.push(self.texts());
        }
        tracks
    }

    fn pictures(&self, chapters: Option<u32>) -> Track<'_> {
        let Segment { timescale, size, entry, samples, .. } = self.pictures;
        let entry = Writer::bytes(|to| {
            to.boxed(b"avc1", |to| {
                to.raw(entry);
                write_btrt(to, samples, *timescale);
            });
        });
        let chunks = &self.layout.pictures;
        Track { id: PICTURES, kind: shown(), size: *size, timescale: *timescale, samples, chunks, entry, chapters }
    }

    fn sound(&self, chapters: Option<u32>) -> Track<'_> {
        let Sound { rate, samples, .. } = self.sound;
        let entry = Writer::bytes(|to| self.sound.write_entry(to, SOUND as u16));
        let chunks = &self.layout.sound;
        Track { id: SOUND, kind: heard(), size: [0; 2], timescale: *rate, samples, chunks, entry, chapters }
    }

    fn texts(&self) -> Track<'_> {
        Track {
            id: TEXTS,
            kind: chapters::kind(),
            size: [0; 2],
            timescale: chapters::TIMESCALE,
            samples: &self.texts.samples,
            chunks: std::slice::from_ref(&self.texts.chunk),
            entry: chapters::entry(),
            chapters: None,
        }
    }

    fn write_udta(&self, to: &mut Writer) {
        let Self { title, chapters, .. } = self;
        if title.is_empty() && chapters.is_empty() {
            return;
        }
        to.boxed(b"udta", |to| {
            if !title.is_empty() {
                write_title(to, title);
            }
            if !chapters.is_empty() {
                chapters::write_list(to, chapters);
            }
        });
    }
}

fn shown() -> Kind {
    Kind {
        handler: (b"vide", "VideoHandler"),
        flags: 3,
        group: 0,
        volume: 0,
        header: |to| to.full(b"vmhd", 0, 1, |to| to.zeros(8)),
        behind: |_, _| {},
    }
}

fn heard() -> Kind {
    Kind {
        handler: (b"soun", "SoundHandler"),
        flags: 3,
        group: 1,
        volume: 0x100,
        header: |to| to.full(b"smhd", 0, 0, |to| to.zeros(4)),
        behind: write_roll,
    }
}

/// AAC's frames overlap: to play from one, a decoder begins with the frame before it.
fn write_roll(to: &mut Writer, count: u32) {
    to.full(b"sgpd", 1, 0, |to| {
        to.raw(b"roll");
        to.u32(2);
        to.u32(1);
        to.u16((-1_i16) as u16);
    });
    to.full(b"sbgp", 0, 0, |to| {
        to.raw(b"roll");
        [1, count, 1].into_iter().for_each(|value| to.u32(value));
    });
}

/// `iso4`, because signed composition offsets are of that brand.
fn write_ftyp(to: &mut Writer) {
    to.boxed(b"ftyp", |to| {
        to.raw(b"iso4");
        to.u32(0x200);
        to.raw(b"iso4isomiso2avc1mp41");
    });
}

fn write_mvhd(to: &mut Writer, tracks: &[Track]) {
    let millis = tracks.iter().map(Track::millis).max().unwrap_or(0);
    let version = version_for(millis);
    to.full(b"mvhd", version, 0, |to| {
        to.time(version, 0);
        to.time(version, 0);
        to.u32(MILLIS);
        to.time(version, millis);
        // As fast and as loud as recorded.
        to.u32(0x10000);
        to.u16(0x100);
        to.zeros(10);
        UNITY.iter().for_each(|&value| to.u32(value));
        to.zeros(24);
        to.u32(tracks.len() as u32 + 1);
    });
}

/// The header of `mdat`, which is longer when the samples are.
fn write_mdat(to: &mut Writer, bytes: u64) {
    let short = u32::try_from(bytes + 8);
    to.u32(short.unwrap_or(1));
    to.raw(b"mdat");
    if short.is_err() {
        to.u64(bytes + 16);
    }
}

fn write_btrt(to: &mut Writer, samples: &Samples, timescale: u32) {
    let rates = samples.rates(timescale);
    to.boxed(b"btrt", |to| [0, rates.most, rates.mean].into_iter().for_each(|value| to.u32(value)));
}

/// The title where iTunes and, after it, everybody keeps it.
fn write_title(to: &mut Writer, title: &str) {
    to.full(b"meta", 0, 0, |to| {
        to.full(b"hdlr", 0, 0, |to| {
            to.u32(0);
            to.raw(b"mdirappl");
            to.zeros(9);
        });
        to.boxed(b"ilst", |to| {
            to.boxed(b"\xa9nam", |to| {
                // Of type 1, which is UTF-8.
                to.boxed(b"data", |to| {
                    to.u32(1);
                    to.u32(0);
                    to.raw(title.as_bytes());
                });
            });
        });
    });
}
