//! Boxes, the units that MP4 files are made of: written by closures, read from slices. Knows of no kind of box what it is for.

use super::SegmentError;

/// Bytes of boxes in the making. All numbers are big-endian.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// The bytes of all boxes that `body` writes.
    pub fn bytes(body: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut writer = Self::default();
        body(&mut writer);
        writer.bytes
    }

    /// A box of this kind.
    pub fn boxed(&mut self, kind: &[u8; 4], body: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        self.u32(0);
        self.raw(kind);
        body(self);
        let size = u32::try_from(self.bytes.len() - start).expect("tables are far below 4 GB");
        self.bytes[start..start + 4].copy_from_slice(&size.to_be_bytes());
    }

    /// A box of this kind with version and flags.
    pub fn full(&mut self, kind: &[u8; 4], version: u8, flags: u32, body: impl FnOnce(&mut Self)) {
        self.boxed(kind, |to| {
            to.u32(u32::from(version) << 24 | flags);
            body(to);
        });
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// Two bytes.
    pub fn u16(&mut self, value: u16) {
        self.raw(&value.to_be_bytes());
    }

    /// Four bytes.
    pub fn u32(&mut self, value: u32) {
        self.raw(&value.to_be_bytes());
    }

    /// Eight bytes.
    pub fn u64(&mut self, value: u64) {
        self.raw(&value.to_be_bytes());
    }

    /// A time: four bytes in version 0 of a box, eight in version 1.
    pub fn time(&mut self, version: u8, value: u64) {
        match version {
            0 => self.u32(value as u32),
            _ => self.u64(value),
        }
    }

    /// The bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// So many zeros.
    pub fn zeros(&mut self, count: usize) {
        self.bytes.resize(self.bytes.len() + count, 0);
    }
}

/// The version that a box needs for this time.
pub fn version_for(time: u64) -> u8 {
    u8::from(time > u64::from(u32::MAX))
}

/// A box as it was found.
pub type KindAndBody<'a> = ([u8; 4], &'a [u8]);

/// What a box holds, read from its start. `name` is said in errors.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    name: &'static str,
    bytes: &'a [u8],
}

impl<'a> Body<'a> {
    /// The body of the box `name`.
    pub fn new(name: &'static str, bytes: &'a [u8]) -> Self {
        Self { name, bytes }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// The error that the box makes no sense.
    pub fn malformed(&self) -> SegmentError {
        SegmentError::Malformed(self.name)
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], SegmentError> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(SegmentError::CutOff(self.name))?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], SegmentError> {
        Ok(self.take(N)?.try_into().expect("as many were taken"))
    }

    /// Four bytes.
    pub fn u32(&mut self) -> Result<u32, SegmentError> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes.
    pub fn u64(&mut self) -> Result<u64, SegmentError> {
        self.array().map(u64::from_be_bytes)
    }

    /// Version and flags, of which only the version counts: one of those up to `highest`.
    pub fn version(&mut self, highest: u8) -> Result<u8, SegmentError> {
        let [version, ..] = self.array::<4>()?;
        if version <= highest { Ok(version) } else { Err(self.malformed()) }
    }

    /// A table: its length, and then that many entries of `N` bytes, which are all there is.
    pub fn table<const N: usize>(&mut self) -> Result<&'a [[u8; N]], SegmentError> {
        let count = self.u32()? as usize;
        let entries = self.take(count.checked_mul(N).ok_or_else(|| self.malformed())?)?;
        Ok(entries.as_chunks().0)
    }

    /// The next box: its kind and its body.
    fn next_box(&mut self) -> Result<Option<KindAndBody<'a>>, SegmentError> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let (size, kind) = (self.u32()?, self.array()?);
        let length = match size {
            1 => usize::try_from(self.u64()?).ok().and_then(|size| size.checked_sub(16)),
            size => (size as usize).checked_sub(8),
        };
        Ok(Some((kind, self.take(length.ok_or_else(|| self.malformed())?)?)))
    }

    /// All boxes in what is left, in order.
    pub fn boxes(mut self) -> Result<Vec<KindAndBody<'a>>, SegmentError> {
        let mut boxes = Vec::new();
        while let Some(found) = self.next_box()? {
            boxes.push(found);
        }
        Ok(boxes)
    }

    /// The box `name` in what is left, of which there is at most one.
    pub fn find(self, name: &'static str) -> Result<Option<Body<'a>>, SegmentError> {
        let mut found = self.boxes()?.into_iter().filter(|(kind, _)| kind == name.as_bytes());
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(SegmentError::Malformed(name)),
            (found, None) => Ok(found.map(|(_, bytes)| Body { name, bytes })),
        }
    }

    /// The box `name` in what is left, of which there is one.
    pub fn child(self, name: &'static str) -> Result<Body<'a>, SegmentError> {
        self.find(name)?.ok_or(SegmentError::Missing(name))
    }
}
