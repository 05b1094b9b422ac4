//! Reads a segment: an MP4 with one picture track whose samples lie without gaps between them.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use super::boxes::{BoxBody, BoxWriter};
use super::error::SegmentError;
use super::samples::{RunLengths, SampleTable};

/// The most boxes at the top level of a file; a segment has four.
const MAX_TOP_BOXES: usize = 64;
/// The bytes of fields in a picture's sample entry before its boxes.
const ENTRY_FIELD_BYTES: usize = 78;

/// The header of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoSegment {
    /// The ticks per second of its times.
    pub timescale: u32,
    /// Width and height on screen, in 1/65536 pixels.
    pub size: [u32; 2],
    /// The body of its `avc1`: how its pictures are coded. The bit rate is left out of it, as it differs from segment to segment.
    pub entry: Vec<u8>,
    /// Its samples, in the order of decoding.
    pub samples: SampleTable,
    /// The range of bytes in the file that holds all samples.
    pub bytes: Range<u64>,
}

impl VideoSegment {
    /// Reads the header of `file`, but not its samples.
    ///
    /// # Errors
    /// Where the file is not a complete segment with one picture track.
    pub fn read(file: &mut (impl Read + Seek)) -> Result<Self, SegmentError> {
        let top = TopLevelBoxes::read(file)?;
        let moov = BoxBody::new("moov", &top.moov);
        if moov.find("mvex")?.is_some() {
            return Err(SegmentError::Unwanted("fragments"));
        }
        let trak = moov.find("trak").map_err(|why| more_than_one(why, "trak"))?.ok_or(SegmentError::Missing("trak"))?;
        if trak.find("edts")?.is_some() {
            return Err(SegmentError::Unwanted("an edit list"));
        }
        let mdia = trak.child("mdia")?;
        let stbl = mdia.child("minf")?.child("stbl")?;
        let samples = samples(stbl)?;
        let bytes = range(stbl, &samples.sizes)?;
        if !top.mdat.iter().any(|mdat| mdat.start <= bytes.start && bytes.end <= mdat.end) {
            return Err(SegmentError::CutOff("mdat"));
        }
        let (timescale, size) = (timescale(mdia.child("mdhd")?)?, size(trak.child("tkhd")?)?);
        Ok(Self { timescale, size, entry: entry(stbl.child("stsd")?)?, samples, bytes })
    }
}

/// A file with more tracks is valid, but it is no segment.
fn more_than_one(why: SegmentError, name: &'static str) -> SegmentError {
    match why {
        SegmentError::Malformed(found) if found == name => SegmentError::Unwanted("more than one track"),
        why => why,
    }
}

/// The boxes at the top level of a file that a segment needs.
struct TopLevelBoxes {
    moov: Vec<u8>,
    mdat: Vec<Range<u64>>,
}

impl TopLevelBoxes {
    fn read(file: &mut (impl Read + Seek)) -> Result<Self, SegmentError> {
        let end = file.seek(SeekFrom::End(0))?;
        let (mut at, mut moov, mut mdat) = (0, None, Vec::new());
        for _ in 0..MAX_TOP_BOXES {
            if at == end {
                return Ok(Self { moov: moov.ok_or(SegmentError::Missing("moov"))?, mdat });
            }
            let (kind, body) = top_box(file, at, end)?;
            match &kind {
                b"moov" if moov.is_some() => return Err(SegmentError::Malformed("moov")),
                b"moov" => moov = Some(read_range(file, &body)?),
                b"mdat" => mdat.push(body.clone()),
                _ => {}
            }
            at = body.end;
        }
        Err(SegmentError::Malformed("file"))
    }
}

/// The kind and the body of the box at byte `at` of a file of `end` bytes.
fn top_box(file: &mut (impl Read + Seek), at: u64, end: u64) -> Result<([u8; 4], Range<u64>), SegmentError> {
    let header = read_range(file, &(at..end.min(at + 16)))?;
    let mut fields = BoxBody::new("file", &header);
    let (size, kind) = (fields.u32()?, fields.take(4)?);
    let kind: [u8; 4] = kind.try_into().expect("four were taken");
    let (header, size) = match size {
        0 => (8, end - at),
        1 => (16, fields.u64()?),
        size => (8, u64::from(size)),
    };
    let body_end = at.checked_add(size).filter(|&body_end| size >= header && body_end <= end);
    Ok((kind, at + header..body_end.ok_or(SegmentError::CutOff("file"))?))
}

/// Reads a range of the file.
fn read_range(file: &mut (impl Read + Seek), range: &Range<u64>) -> Result<Vec<u8>, SegmentError> {
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    let wanted = range.end - range.start;
    let read = file.take(wanted).read_to_end(&mut bytes)?;
    if read as u64 == wanted { Ok(bytes) } else { Err(SegmentError::CutOff("file")) }
}

fn timescale(mut mdhd: BoxBody) -> Result<u32, SegmentError> {
    let long = mdhd.version(1)? == 1;
    mdhd.take(if long { 16 } else { 8 })?;
    let timescale = mdhd.u32()?;
    if timescale == 0 { Err(mdhd.malformed()) } else { Ok(timescale) }
}

fn size(mut tkhd: BoxBody) -> Result<[u32; 2], SegmentError> {
    let long = tkhd.version(1)? == 1;
    // Times, number and duration; then layer, group, volume and matrix.
    tkhd.take(if long { 32 } else { 20 } + 52)?;
    Ok([tkhd.u32()?, tkhd.u32()?])
}

/// The body of the only sample entry, without `btrt`.
fn entry(mut stsd: BoxBody) -> Result<Vec<u8>, SegmentError> {
    stsd.version(0)?;
    if stsd.u32()? != 1 {
        return Err(stsd.malformed());
    }
    let mut avc1 = BoxBody::new("stsd", stsd.rest()).child("avc1")?;
    let fields = avc1.take(ENTRY_FIELD_BYTES)?;
    avc1.child("avcC")?;
    let boxes = avc1.boxes()?;
    Ok(BoxWriter::bytes(|to| {
        to.raw(fields);
        for (kind, body) in boxes.iter().filter(|(kind, _)| kind != b"btrt") {
            to.boxed(kind, |to| to.raw(body));
        }
    }))
}

fn samples(stbl: BoxBody) -> Result<SampleTable, SegmentError> {
    let sizes = sizes(stbl.child("stsz")?)?;
    let count = sizes.len() as u64;
    let durations = runs(stbl.child("stts")?, 0, count, u32::from_be_bytes)?;
    if durations.as_slice().iter().any(|&(_, ticks)| ticks == 0) {
        return Err(SegmentError::Malformed("stts"));
    }
    let offsets = match stbl.find("ctts")? {
        Some(ctts) => runs(ctts, 1, count, i32::from_be_bytes)?,
        None => RunLengths::of(sizes.len() as u32, 0),
    };
    let keys = stbl.find("stss")?.map(|stss| keys(stss, count)).transpose()?;
    Ok(SampleTable { sizes, durations, offsets, keys })
}

fn sizes(mut stsz: BoxBody) -> Result<Vec<u32>, SegmentError> {
    stsz.version(0)?;
    let same = stsz.u32()?;
    let sizes: Vec<u32> = match same {
        0 => stsz.table::<4>()?.iter().map(|&size| u32::from_be_bytes(size)).collect(),
        // A few bytes could stand for gigabytes of sizes. No segment has as many frames.
        same => match stsz.u32()? {
            count if count > 1 << 20 => return Err(stsz.malformed()),
            count => vec![same; count as usize],
        },
    };
    if sizes.is_empty() || sizes.contains(&0) { Err(stsz.malformed()) } else { Ok(sizes) }
}

/// Reads a table of runs for `count` samples.
fn runs<T: Copy + PartialEq>(
    mut table: BoxBody,
    highest: u8,
    count: u64,
    value: fn([u8; 4]) -> T,
) -> Result<RunLengths<T>, SegmentError> {
    table.version(highest)?;
    let mut runs = RunLengths::of(0, value([0; 4]));
    for &[a, b, c, d, rest @ ..] in table.table::<8>()? {
        runs.push(u32::from_be_bytes([a, b, c, d]), value(rest));
    }
    if runs.len() == count { Ok(runs) } else { Err(table.malformed()) }
}

fn keys(mut stss: BoxBody, count: u64) -> Result<Vec<u32>, SegmentError> {
    stss.version(0)?;
    let keys = stss.table::<4>()?.iter().map(|&key| u32::from_be_bytes(key));
    let keys: Option<Vec<u32>> = keys.map(|key| key.checked_sub(1).filter(|&key| u64::from(key) < count)).collect();
    // Groups of pictures are closed, so the first sample of a segment is a key sample.
    let keys = keys.filter(|keys| keys.first() == Some(&0) && keys.is_sorted_by(|a, b| a < b));
    keys.ok_or_else(|| stss.malformed())
}

/// The range of bytes that holds the samples, which must lie without gaps between them.
fn range(stbl: BoxBody, sizes: &[u32]) -> Result<Range<u64>, SegmentError> {
    let chunks = chunk_offsets(stbl)?;
    let start = *chunks.first().ok_or(SegmentError::Malformed("stco"))?;
    let (mut at, mut left) = (start, sizes);
    for (&chunk, count) in chunks.iter().zip(chunk_lengths(stbl.child("stsc")?, chunks.len())?) {
        let (own, rest) = left.split_at_checked(count as usize).ok_or(SegmentError::Malformed("stsc"))?;
        if chunk != at {
            return Err(SegmentError::Unwanted("gaps between its samples"));
        }
        let end = own.iter().try_fold(at, |at, &size| at.checked_add(u64::from(size)));
        (at, left) = (end.ok_or(SegmentError::Malformed("stco"))?, rest);
    }
    if left.is_empty() { Ok(start..at) } else { Err(SegmentError::Malformed("stsc")) }
}

fn chunk_offsets(stbl: BoxBody) -> Result<Vec<u64>, SegmentError> {
    if let Some(mut stco) = stbl.find("stco")? {
        stco.version(0)?;
        return Ok(stco.table::<4>()?.iter().map(|&at| u64::from(u32::from_be_bytes(at))).collect());
    }
    let mut co64 = stbl.find("co64")?.ok_or(SegmentError::Missing("stco"))?;
    co64.version(0)?;
    Ok(co64.table::<8>()?.iter().map(|&at| u64::from_be_bytes(at)).collect())
}

/// The number of samples in each of `chunks` chunks.
fn chunk_lengths(mut stsc: BoxBody, chunks: usize) -> Result<Vec<u32>, SegmentError> {
    stsc.version(0)?;
    let mut lengths = Vec::new();
    let entries = stsc.table::<12>()?;
    for (i, entry) in entries.iter().enumerate() {
        let end = entries.get(i + 1).map_or(chunks, |next| (entry_field(next, 0) as usize).saturating_sub(1));
        let first_is_next = entry_field(entry, 0) as usize == lengths.len() + 1;
        if !first_is_next || end <= lengths.len() || end > chunks || entry_field(entry, 8) != 1 {
            return Err(stsc.malformed());
        }
        lengths.resize(end, entry_field(entry, 4));
    }
    if lengths.len() == chunks { Ok(lengths) } else { Err(stsc.malformed()) }
}

/// The number at byte `at` of an entry of `stsc`.
fn entry_field(entry: &[u8; 12], at: usize) -> u32 {
    u32::from_be_bytes([entry[at], entry[at + 1], entry[at + 2], entry[at + 3]])
}
