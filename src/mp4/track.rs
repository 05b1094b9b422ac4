//! The box `trak`: the kind, times and sample tables of one track.

use super::boxes::{BoxWriter, version_for};
use super::layout::SampleChunk;
use super::samples::{SampleTable, write_table};

/// The ticks per second of the film as a whole.
pub const MILLIS_TIMESCALE: u32 = 1000;
/// The language code `und`, undetermined, as three letters of five bits.
const UNDETERMINED_LANGUAGE: u16 = 0x55c4;
/// The transformation that changes nothing.
pub const IDENTITY_MATRIX: [u32; 9] = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000];

/// What differs between kinds of tracks.
pub struct TrackKind {
    /// The code and the name of its handler.
    pub handler: (&'static [u8; 4], &'static str),
    /// Flags of `tkhd`: 1 the track is on, 2 it is part of what is presented.
    pub flags: u32,
    /// The group of alternative tracks; 0 for none.
    pub group: u16,
    /// The volume; 256 is that of the recording.
    pub volume: u16,
    /// Writes the header of the media: `vmhd`, `smhd` or `gmhd`.
    pub header: fn(&mut BoxWriter),
    /// Writes the boxes after the sample tables, for this number of samples.
    pub after_tables: fn(&mut BoxWriter, u32),
}

/// A track as it is written.
pub struct Track<'a> {
    /// Its number in the film, from 1.
    pub id: u32,
    /// What differs from other kinds of tracks.
    pub kind: TrackKind,
    /// Width and height on screen, in 1/65536 pixels.
    pub size: [u32; 2],
    /// The ticks per second of its times.
    pub timescale: u32,
    /// The sizes and times of its samples.
    pub samples: &'a SampleTable,
    /// Where the samples lie; empty chunks are skipped.
    pub chunks: &'a [SampleChunk],
    /// The only entry of `stsd`.
    pub entry: Vec<u8>,
    /// The number of the track with its chapters.
    pub chapters: Option<u32>,
}

impl Track<'_> {
    /// Its duration in milliseconds, rounded up.
    pub fn millis(&self) -> u64 {
        let millis = u128::from(self.samples.duration()) * u128::from(MILLIS_TIMESCALE);
        u64::try_from(millis.div_ceil(u128::from(self.timescale))).unwrap_or(u64::MAX)
    }

    /// Writes `trak`. Samples begin at byte `base` of the file; `wide` says that offsets need eight bytes.
    pub fn write(&self, to: &mut BoxWriter, base: u64, wide: bool) {
        to.boxed(b"trak", |to| {
            self.write_tkhd(to);
            if let Some(chapters) = self.chapters {
                to.boxed(b"tref", |to| to.boxed(b"chap", |to| to.u32(chapters)));
            }
            to.boxed(b"mdia", |to| {
                self.write_mdhd(to);
                write_hdlr(to, self.kind.handler.0, self.kind.handler.1);
                to.boxed(b"minf", |to| {
                    (self.kind.header)(to);
                    write_dinf(to);
                    to.boxed(b"stbl", |to| self.write_tables(to, base, wide));
                });
            });
        });
    }

    fn write_tkhd(&self, to: &mut BoxWriter) {
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
            IDENTITY_MATRIX.iter().chain(&self.size).for_each(|&value| to.u32(value));
        });
    }

    fn write_mdhd(&self, to: &mut BoxWriter) {
        let duration = self.samples.duration();
        let version = version_for(duration);
        to.full(b"mdhd", version, 0, |to| {
            to.time(version, 0);
            to.time(version, 0);
            to.u32(self.timescale);
            to.time(version, duration);
            to.u16(UNDETERMINED_LANGUAGE);
            to.u16(0);
        });
    }

    fn write_tables(&self, to: &mut BoxWriter, base: u64, wide: bool) {
        to.full(b"stsd", 0, 0, |to| {
            to.u32(1);
            to.raw(&self.entry);
        });
        self.samples.write_times(to);
        let chunks: Vec<SampleChunk> = self.chunks.iter().copied().filter(|chunk| chunk.samples > 0).collect();
        to.full(b"stsc", 0, 0, |to| {
            write_table(to, &chunk_runs(&chunks), |to, run| run.iter().for_each(|&n| to.u32(n)))
        });
        self.samples.write_sizes(to);
        if wide {
            to.full(b"co64", 0, 0, |to| write_table(to, &chunks, |to, chunk| to.u64(base + chunk.at)));
        } else {
            to.full(b"stco", 0, 0, |to| write_table(to, &chunks, |to, chunk| to.u32((base + chunk.at) as u32)));
        }
        (self.kind.after_tables)(to, self.samples.count());
    }
}

/// The entries of `stsc`: the first chunk of a run, the samples in each of its chunks, and the number of their description.
fn chunk_runs(chunks: &[SampleChunk]) -> Vec<[u32; 3]> {
    let mut runs: Vec<[u32; 3]> = Vec::new();
    for (number, chunk) in (1..).zip(chunks) {
        if runs.last().is_none_or(|run| run[1] != chunk.samples) {
            runs.push([number, chunk.samples, 1]);
        }
    }
    runs
}

/// Writes the box `hdlr` of a track.
fn write_hdlr(to: &mut BoxWriter, kind: &[u8; 4], name: &str) {
    to.full(b"hdlr", 0, 0, |to| {
        to.u32(0);
        to.raw(kind);
        to.zeros(12);
        to.raw(name.as_bytes());
        to.u8(0);
    });
}

/// Says that the data is in the same file.
fn write_dinf(to: &mut BoxWriter) {
    to.boxed(b"dinf", |to| {
        to.full(b"dref", 0, 0, |to| {
            to.u32(1);
            to.full(b"url ", 0, 1, |_| {});
        });
    });
}
