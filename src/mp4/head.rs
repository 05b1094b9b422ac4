//! Everything in front of a film's samples: brands, tracks, title and chapters.

use super::boxes::{BoxWriter, version_for};
use super::chapters::{self, Chapter, ChapterTrack};
use super::layout::ChunkLayout;
use super::samples::SampleTable;
use super::segment::VideoSegment;
use super::sound::SoundTrack;
use super::track::{IDENTITY_MATRIX, MILLIS_TIMESCALE, Track, TrackKind};

// The numbers of the tracks.
const PICTURES: u32 = 1;
const SOUND: u32 = 2;
const TEXTS: u32 = 3;

/// Everything in front of the samples.
pub struct MovieHead<'a> {
    /// The film's title; may be empty.
    pub title: &'a str,
    /// The film's chapters; may be empty.
    pub chapters: &'a [Chapter],
    /// The text track of the chapters.
    pub texts: &'a ChapterTrack,
    /// The pictures of all segments.
    pub pictures: &'a VideoSegment,
    /// The film's sound track.
    pub sound: &'a SoundTrack,
    /// Where the samples of all tracks lie.
    pub layout: &'a ChunkLayout,
}

impl MovieHead<'_> {
    /// The bytes of the file up to the first sample.
    pub fn write(&self) -> Vec<u8> {
        // The header's length depends on how wide its offsets are, but not on what they are.
        let narrow = self.write_at(0, false).len() as u64;
        let wide = narrow + self.layout.bytes > u64::from(u32::MAX);
        let length = if wide { self.write_at(0, true).len() as u64 } else { narrow };
        self.write_at(length, wide)
    }

    /// The header for samples that begin at byte `base`; `wide` says that offsets need eight bytes.
    fn write_at(&self, base: u64, wide: bool) -> Vec<u8> {
        let tracks = self.tracks();
        BoxWriter::bytes(|to| {
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
        let VideoSegment { timescale, size, entry, samples, .. } = self.pictures;
        let entry = BoxWriter::bytes(|to| {
            to.boxed(b"avc1", |to| {
                to.raw(entry);
                write_btrt(to, samples, *timescale);
            });
        });
        let chunks = &self.layout.pictures;
        Track {
            id: PICTURES,
            kind: picture_kind(),
            size: *size,
            timescale: *timescale,
            samples,
            chunks,
            entry,
            chapters,
        }
    }

    fn sound(&self, chapters: Option<u32>) -> Track<'_> {
        let SoundTrack { rate, samples, .. } = self.sound;
        let entry = BoxWriter::bytes(|to| self.sound.write_entry(to, SOUND as u16));
        let chunks = &self.layout.sound;
        Track { id: SOUND, kind: sound_kind(), size: [0; 2], timescale: *rate, samples, chunks, entry, chapters }
    }

    fn texts(&self) -> Track<'_> {
        Track {
            id: TEXTS,
            kind: chapters::track_kind(),
            size: [0; 2],
            timescale: chapters::TIMESCALE,
            samples: &self.texts.samples,
            chunks: std::slice::from_ref(&self.texts.chunk),
            entry: chapters::sample_entry(),
            chapters: None,
        }
    }

    fn write_udta(&self, to: &mut BoxWriter) {
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

fn picture_kind() -> TrackKind {
    TrackKind {
        handler: (b"vide", "VideoHandler"),
        flags: 3,
        group: 0,
        volume: 0,
        header: |to| to.full(b"vmhd", 0, 1, |to| to.zeros(8)),
        after_tables: |_, _| {},
    }
}

fn sound_kind() -> TrackKind {
    TrackKind {
        handler: (b"soun", "SoundHandler"),
        flags: 3,
        group: 1,
        volume: 0x100,
        header: |to| to.full(b"smhd", 0, 0, |to| to.zeros(4)),
        after_tables: write_roll,
    }
}

/// Says that a decoder must begin one frame before the one that it plays from, as AAC's frames overlap.
fn write_roll(to: &mut BoxWriter, count: u32) {
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

/// The brand `iso4` allows signed composition offsets.
fn write_ftyp(to: &mut BoxWriter) {
    to.boxed(b"ftyp", |to| {
        to.raw(b"iso4");
        to.u32(0x200);
        to.raw(b"iso4isomiso2avc1mp41");
    });
}

fn write_mvhd(to: &mut BoxWriter, tracks: &[Track]) {
    let millis = tracks.iter().map(Track::millis).max().unwrap_or(0);
    let version = version_for(millis);
    to.full(b"mvhd", version, 0, |to| {
        to.time(version, 0);
        to.time(version, 0);
        to.u32(MILLIS_TIMESCALE);
        to.time(version, millis);
        // The normal rate and volume.
        to.u32(0x10000);
        to.u16(0x100);
        to.zeros(10);
        IDENTITY_MATRIX.iter().for_each(|&value| to.u32(value));
        to.zeros(24);
        to.u32(tracks.len() as u32 + 1);
    });
}

/// Writes the header of `mdat`; samples of 4 GiB and more need the long form.
fn write_mdat(to: &mut BoxWriter, bytes: u64) {
    let short = u32::try_from(bytes + 8);
    to.u32(short.unwrap_or(1));
    to.raw(b"mdat");
    if short.is_err() {
        to.u64(bytes + 16);
    }
}

fn write_btrt(to: &mut BoxWriter, samples: &SampleTable, timescale: u32) {
    let rates = samples.rates(timescale);
    to.boxed(b"btrt", |to| [0, rates.most, rates.mean].into_iter().for_each(|value| to.u32(value)));
}

/// Writes the title in the form of iTunes, which other players read, too.
fn write_title(to: &mut BoxWriter, title: &str) {
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
