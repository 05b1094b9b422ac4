//! Sample tables: the sizes, durations, composition offsets and key samples of a track.

use super::boxes::BoxWriter;

/// A list of values that often repeat, stored as runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunLengths<T> {
    runs: Vec<(u32, T)>,
}

impl<T: Copy + PartialEq> RunLengths<T> {
    /// A list of `count` times `value`.
    pub fn of(count: u32, value: T) -> Self {
        let mut runs = Self { runs: Vec::new() };
        runs.push(count, value);
        runs
    }

    /// Appends `count` times `value`.
    pub fn push(&mut self, count: u32, value: T) {
        match self.runs.last_mut() {
            _ if count == 0 => {}
            Some((length, last)) if *last == value && length.checked_add(count).is_some() => *length += count,
            _ => self.runs.push((count, value)),
        }
    }

    /// Appends the values of another list.
    pub fn append(&mut self, other: &Self) {
        other.runs.iter().for_each(|&(count, value)| self.push(count, value));
    }

    /// The runs: a count and the value that is repeated. Neighbours have different values.
    pub fn as_slice(&self) -> &[(u32, T)] {
        &self.runs
    }

    /// The number of values.
    pub fn len(&self) -> u64 {
        self.runs.iter().map(|&(count, _)| u64::from(count)).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Every value, one by one.
    pub fn values(&self) -> impl Iterator<Item = T> + '_ {
        self.runs.iter().flat_map(|&(count, value)| std::iter::repeat_n(value, count as usize))
    }
}

/// The samples of a track. Times are in ticks of the track's timescale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleTable {
    /// The bytes of each sample.
    pub sizes: Vec<u32>,
    /// The duration of each sample.
    pub durations: RunLengths<u32>,
    /// The composition offset of each sample: the time from its decoding to its display. May be negative, as there is no edit list.
    pub offsets: RunLengths<i32>,
    /// The numbers of the samples, from 0, that are decoded without others; `None` if all are.
    pub keys: Option<Vec<u32>>,
}

/// Bits per second, as `btrt` and `esds` state them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BitRates {
    /// The highest rate in any second.
    pub most: u32,
    /// The mean of the whole track.
    pub mean: u32,
}

impl SampleTable {
    /// Samples of these sizes, all keys, each shown for `duration` ticks when it is decoded.
    pub fn even(sizes: Vec<u32>, duration: u32) -> Self {
        let count = sizes.len() as u32;
        Self { sizes, durations: RunLengths::of(count, duration), offsets: RunLengths::of(count, 0), keys: None }
    }

    /// The number of samples.
    pub fn count(&self) -> u32 {
        self.sizes.len() as u32
    }

    /// The bytes of all samples.
    pub fn bytes(&self) -> u64 {
        self.sizes.iter().map(|&size| u64::from(size)).sum()
    }

    /// The duration of all samples, in ticks.
    pub fn duration(&self) -> u64 {
        self.durations.as_slice().iter().map(|&(count, duration)| u64::from(count) * u64::from(duration)).sum()
    }

    /// Appends the samples of another table.
    pub fn append(&mut self, other: &Self) {
        let before = self.count();
        if self.keys.is_some() || other.keys.is_some() {
            let keys = self.keys.get_or_insert_with(|| (0..before).collect());
            match &other.keys {
                Some(others) => keys.extend(others.iter().map(|key| before + key)),
                None => keys.extend(before..before + other.count()),
            }
        }
        self.sizes.extend_from_slice(&other.sizes);
        self.durations.append(&other.durations);
        self.offsets.append(&other.offsets);
    }

    /// Their bit rates at `timescale` ticks a second.
    pub fn rates(&self, timescale: u32) -> BitRates {
        let second = u64::from(timescale);
        let samples = self.sizes.iter().map(|&size| u64::from(size)).zip(self.durations.values().map(u64::from));
        // The samples of the last second: `oldest` is the first of them.
        let mut oldest = self.sizes.iter().map(|&size| u64::from(size)).zip(self.durations.values().map(u64::from));
        let mut bytes = 0;
        let mut ticks = 0;
        let mut most = 0;
        for (size, duration) in samples {
            bytes += size;
            ticks += duration;
            while ticks > second {
                let (size, duration) = oldest.next().expect("it was counted");
                bytes -= size;
                ticks -= duration;
            }
            most = most.max(bytes);
        }
        let mean = u128::from(self.bytes()) * 8 * u128::from(second) / u128::from(self.duration().max(1));
        let mean = u32::try_from(mean).unwrap_or(u32::MAX);
        BitRates { most: u32::try_from(most * 8).unwrap_or(u32::MAX).max(mean), mean }
    }

    /// Writes the boxes `stts`, `stss` and `ctts`, the latter two only if they are needed.
    pub fn write_times(&self, to: &mut BoxWriter) {
        to.full(b"stts", 0, 0, |to| {
            write_table(to, self.durations.as_slice(), |to, &(count, ticks)| write_pair(to, count, ticks))
        });
        if let Some(keys) = &self.keys {
            to.full(b"stss", 0, 0, |to| write_table(to, keys, |to, key| to.u32(key + 1)));
        }
        let offsets = self.offsets.as_slice();
        if offsets.iter().any(|&(_, ticks)| ticks != 0) {
            // Only version 1 is signed.
            let version = u8::from(offsets.iter().any(|&(_, ticks)| ticks < 0));
            to.full(b"ctts", version, 0, |to| {
                write_table(to, offsets, |to, &(count, ticks)| write_pair(to, count, ticks as u32))
            });
        }
    }

    /// Writes the box `stsz`, the sizes of the samples.
    pub fn write_sizes(&self, to: &mut BoxWriter) {
        to.full(b"stsz", 0, 0, |to| {
            to.u32(0);
            write_table(to, &self.sizes, |to, &size| to.u32(size));
        });
    }
}

/// Writes a table with the number of its entries in front.
pub fn write_table<T>(to: &mut BoxWriter, entries: &[T], mut write: impl FnMut(&mut BoxWriter, &T)) {
    to.u32(entries.len() as u32);
    entries.iter().for_each(|entry| write(to, entry));
}

fn write_pair(to: &mut BoxWriter, first: u32, second: u32) {
    to.u32(first);
    to.u32(second);
}
