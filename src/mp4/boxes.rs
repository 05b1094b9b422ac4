//! Boxes, the units that MP4 files are made of: closures write them, and they are read from slices.

use super::error::SegmentError;

/// Writes boxes to memory. All numbers are big-endian.
#[derive(Debug, Default)]
pub struct BoxWriter {
    bytes: Vec<u8>,
}

impl BoxWriter {
    /// The bytes of all boxes that `body` writes.
    pub fn bytes(body: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut writer = Self::default();
        body(&mut writer);
        writer.bytes
    }

    /// Writes a box of this kind, whose body `body` writes.
    pub fn boxed(&mut self, kind: &[u8; 4], body: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        self.u32(0);
        self.raw(kind);
        body(self);
        let size = u32::try_from(self.bytes.len() - start).expect("tables are far below 4 GB");
        self.bytes[start..start + 4].copy_from_slice(&size.to_be_bytes());
    }

    /// Writes a box of this kind with version and flags in front of its body.
    pub fn full(&mut self, kind: &[u8; 4], version: u8, flags: u32, body: impl FnOnce(&mut Self)) {
        self.boxed(kind, |to| {
            to.u32(u32::from(version) << 24 | flags);
            body(to);
        });
    }

    /// Writes a number of one byte.
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// Writes a number of two bytes.
    pub fn u16(&mut self, value: u16) {
        self.raw(&value.to_be_bytes());
    }

    /// Writes a number of four bytes.
    pub fn u32(&mut self, value: u32) {
        self.raw(&value.to_be_bytes());
    }

    /// Writes a number of eight bytes.
    pub fn u64(&mut self, value: u64) {
        self.raw(&value.to_be_bytes());
    }

    /// Writes a time: four bytes in version 0 of a box, eight in version 1.
    pub fn time(&mut self, version: u8, value: u64) {
        if version == 0 {
            self.u32(value as u32);
        } else {
            self.u64(value);
        }
    }

    /// Writes the bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes `count` zeros.
    pub fn zeros(&mut self, count: usize) {
        self.bytes.resize(self.bytes.len() + count, 0);
    }
}

/// The version that a box needs for this time.
pub fn version_for(time: u64) -> u8 {
    u8::from(time > u64::from(u32::MAX))
}

/// The kind and the body of a box that was read.
pub type KindAndBody<'a> = ([u8; 4], &'a [u8]);

/// The body of a box, read from its start. Errors name the box.
#[derive(Clone, Copy, Debug)]
pub struct BoxBody<'a> {
    name: &'static str,
    bytes: &'a [u8],
}

impl<'a> BoxBody<'a> {
    /// The body of the box `name`.
    pub fn new(name: &'static str, bytes: &'a [u8]) -> Self {
        Self { name, bytes }
    }

    /// The bytes that were not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// The error for values that the format does not allow.
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

    /// Reads a number of four bytes.
    pub fn u32(&mut self) -> Result<u32, SegmentError> {
        self.array().map(u32::from_be_bytes)
    }

    /// Reads a number of eight bytes.
    pub fn u64(&mut self) -> Result<u64, SegmentError> {
        self.array().map(u64::from_be_bytes)
    }

    /// Reads version and flags, and returns the version, which may be up to `highest`.
    pub fn version(&mut self, highest: u8) -> Result<u8, SegmentError> {
        let [version, ..] = self.array::<4>()?;
        if version <= highest { Ok(version) } else { Err(self.malformed()) }
    }

    /// Reads a table: the number of entries, and then the entries of `N` bytes each.
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

    /// The boxes in the bytes that are left, in order.
    pub fn boxes(mut self) -> Result<Vec<KindAndBody<'a>>, SegmentError> {
        let mut boxes = Vec::new();
        while let Some(found) = self.next_box()? {
            boxes.push(found);
        }
        Ok(boxes)
    }

    /// The box `name` in the bytes that are left; `None` if there is none. Several are an error.
    pub fn find(self, name: &'static str) -> Result<Option<BoxBody<'a>>, SegmentError> {
        let mut found = self.boxes()?.into_iter().filter(|(kind, _)| kind == name.as_bytes());
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(SegmentError::Malformed(name)),
            (found, None) => Ok(found.map(|(_, bytes)| BoxBody { name, bytes })),
        }
    }

    /// The box `name` in the bytes that are left. None or several are an error.
    pub fn child(self, name: &'static str) -> Result<BoxBody<'a>, SegmentError> {
        self.find(name)?.ok_or(SegmentError::Missing(name))
    }
}
