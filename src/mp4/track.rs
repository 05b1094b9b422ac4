//! The box `trak`: one track's kind, times and tables. Knows nothing of how many tracks a film has.

use super::boxes::{Writer, version_for};
use super::layout::Chunk;
use super::samples::{Samples, table};

/// Ticks per second of the film as a whole.
pub const MILLIS: u32 = 1000;
/// "Undetermined", as three letters of five bits.
const LANGUAGE: u16 = 0x55c4;
/// Turns nothing and moves nothing.
pub const UNITY: [u32; 9] = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000];

/// What is particular to a kind of track.
pub struct Kind {
    /// What its handler is called by programs and by people.
    pub handler: (&'static [u8; 4], &'static str),
    /// Flags of `tkhd`: 1 the track is on, 2 it is part of what is presented.
    pub flags: u32,
    /// Tracks of one group other than 0 replace each other.
    pub group: u16,
    /// Loudness, 256 being as recorded.
    pub volume: u16,
    /// Writes the media's own header: `vmhd`, `smhd`, `gmhd`.
    pub header: fn(&mut Writer),
    /// Writes what follows the sample tables.
    pub behind: fn(&mut Writer, u32),
}

/// A track to be written.
pub struct Track<'a> {
    /// Its number, from 1.
    pub id: u32,
    /// Its kind.
    pub kind: Kind,
    /// Width and height on screen, in 1/65536 pixels.
    pub size: [u32; 2],
    /// Ticks per second.
    pub timescale: u32,
    /// Its samples.
    pub samples: &'a Samples,
    /// Where they lie; empty chunks are passed over.
    pub chunks: &'a [Chunk],
    /// The one entry of `stsd`.
    pub entry: Vec<u8>,
    /// The track that holds its chapters.
    pub chapters: Option<u32>,
}

impl Track<'_> {
    /// How long it lasts in milliseconds, rounded up.
    pub fn millis(&self) -> u64 {
        let millis = u128::from(self.samples.duration()) * u128::from(MILLIS);
        u64::try_from(millis.div_ceil(u128::from(self.timescale))).unwrap_or(u64::MAX)
    }

    /// Writes `trak`. Samples begin at byte `base` of the file; `wide` says that offsets need eight bytes.
    pub fn write(&self, to: &mut Writer, base: u64, wide: bool) {
        to.boxed(b"trak", |to| {
            self.write_tkhd(to);
            if let Some(chapters) = self.chapters {
                to.boxed(b"tref", |to| to.boxed(b"chap", |to| to.u32(chapters)));
            }
            to.boxed(b"mdia", |to| {
                self.write_mdhd(to);
                handler(to, self.kind.handler.0, self.kind.handler.1);
                to.boxed(b"minf", |to| {
                    (self.kind.header)(to);
                    write_dinf(to);
                    to.boxed(b"stbl", |to| self.write_tables(to, base, wide));
                });
            });
        });
    }

    fn write_tkhd(&self, to: &mut Writer) {
        let millis = self.millis();
        let version = version_for(millis);
        to.full(b"tkhd", version, self.kind.flags, |to| {
            to.time(version, 0);
            to.time(version, 0);
            to.u32(self.id);
            to.u32(0);
            to.time(version, millis);
            to.zeros(10);
            to.u16(self.kind.group);
            to.u16(self.kind.volume);
            to.u16(0);
            UNITY.iter().chain(&self.size).for_each(|&value| to.u32(value));
        });
    }

    fn write_mdhd(&self, to: &mut Writer) {
        let duration = self.samples.duration();
        let version = version_for(duration);
        to.full(b"mdhd", version, 0, |to| {
            to.time(version, 0);
            to.time(version, 0);
            to.u32(self.timescale);
            to.time(version, duration);
            to.u16(LANGUAGE);
            to.u16(0);
        });
    }

    fn write_tables(&self, to: &mut Writer, base: u64, wide: bool) {
        to.full(b"stsd", 0, 0, |to| {
            to.u32(1);
            to.raw(&self.entry);
        });
        self.samples.write_times(to);
        let chunks: Vec<Chunk> = self.chunks.iter().copied().filter(|chunk| chunk.samples > 0).collect();
        to.full(b"stsc", 0, 0, |to| table(to, &chunk_runs(&chunks), |to, run| run.iter().for_each(|&n| to.u32(n))));
        self.samples.write_sizes(to);
        match wide {
            true => to.full(b"co64", 0, 0, |to| table(to, &chunks, |to, chunk| to.u64(base + chunk.at))),
            false => to.full(b"stco", 0, 0, |to| table(to, &chunks, |to, chunk| to.u32((base + chunk.at) as u32))),
        }
        (self.kind.behind)(to, self.samples.count());
    }
}

/// Entries of `stsc`: from which chunk on, how many samples, and that they are of the first description.
fn chunk_runs(chunks: &[Chunk]) -> Vec<[u32; 3]> {
    let mut runs: Vec<[u32; 3]> = Vec::new();
    for (number, chunk) in (1..).zip(chunks) {
        if runs.last().is_none_or(|run| run[1] != chunk.samples) {
            runs.push([number, chunk.samples, 1]);
        }
    }
    runs
}

/// The box `hdlr` of a track.
fn handler(to: &mut Writer, kind: &[u8; 4], name: &str) {
    to.full(b"hdlr", 0, 0, |to| {
        to.u32(0);
        to.raw(kind);
        to.zeros(12);
        to.raw(name.as_bytes());
        to.u8(0);
    });
}

/// The data is in this very file.
fn write_dinf(to: &mut Writer) {
    to.boxed(b"dinf", |to| {
        to.full(b"dref", 0, 0, |to| {
            to.u32(1);
            to.full(b"url ", 0, 1, |_| {});
        });
    });
}
