//! Sample tables: how large, how long, how late and which of them keys. Knows nothing of where their bytes lie.

use super::boxes::Writer;

/// Values that often repeat, kept as runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs<T> {
    runs: Vec<(u32, T)>,
}

impl<T: Copy + PartialEq> Runs<T> {
    /// `count` times `value`.
    pub fn of(count: u32, value: T) -> Self {
        let mut runs = Self { runs: Vec::new() };
        runs.push(count, value);
        runs
    }

    /// Adds `count` times `value`.
    pub fn push(&mut self, count: u32, value: T) {
        match self.runs.last_mut() {
            _ if count == 0 => {}
            Some((length, last)) if *last == value && length.checked_add(count).is_some() => *length += count,
            _ => self.runs.push((count, value)),
        }
    }

    /// Adds the runs of another.
    pub fn append(&mut self, other: &Self) {
        other.runs.iter().for_each(|&(count, value)| self.push(count, value));
    }

    /// The runs: how many times which value. No two neighbours have the same value.
    pub fn as_slice(&self) -> &[(u32, T)] {
        &self.runs
    }

    /// How many values there are.
    pub fn len(&self) -> u64 {
        self.runs.iter().map(|&(count, _)| u64::from(count)).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Every value by itself.
    pub fn values(&self) -> impl Iterator<Item = T> + '_ {
        self.runs.iter().flat_map(|&(count, value)| std::iter::repeat_n(value, count as usize))
    }
}

/// The samples of a track. Times are in ticks of the track's timescale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// Bytes of each.
    pub sizes: Vec<u32>,
    /// How long each lasts.
    pub durations: Runs<u32>,
    /// How much later than it is decoded each is shown; negative when there is no edit list to shift the track.
    pub offsets: Runs<i32>,
    /// Which of them, counted from 0, decode on their own; `None` when all do.
    pub keys: Option<Vec<u32>>,
}

/// Bits per second, as `btrt` and `esds` state them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// In the busiest second.
    pub most: u32,
    /// On the whole.
    pub mean: u32,
}

impl Samples {
    /// Samples of these sizes, all keys, each shown for `duration` ticks when it is decoded.
    pub fn even(sizes: Vec<u32>, duration: u32) -> Self {
        let count = sizes.len() as u32;
        Self { sizes, durations: Runs::of(count, duration), offsets: Runs::of(count, 0), keys: None }
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.sizes.len() as u32
    }

    /// Bytes of all.
    pub fn bytes(&self) -> u64 {
        self.sizes.iter().map(|&size| u64::from(size)).sum()
    }

    /// Ticks of all.
    pub fn duration(&self) -> u64 {
        let ticks = |&(count, duration): &(u32, u32)| u64::from(count) * u64::from(duration);
        self.durations.as_slice().iter().map(ticks).sum()
    }

    /// Adds another's samples behind these.
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
    pub fn rates(&self, timescale: u32) -> Rates {
        let second = u64::from(timescale);
        let all = || self.sizes.iter().map(|&size| u64::from(size)).zip(self.durations.values().map(u64::from));
        let (mut oldest, mut bytes, mut ticks, mut most) = (all(), 0, 0, 0);
        for (size, duration) in all() {
            (bytes, ticks) = (bytes + size, ticks + duration);
            while ticks > second {
                let (size, duration) = oldest.next().expect("it was counted");
                (bytes, ticks) = (bytes - size, ticks - duration);
            }
            most = most.max(bytes);
        }
        let mean = u128::from(self.bytes()) * 8 * u128::from(second) / u128::from(self.duration().max(1));
        let mean = u32::try_from(mean).unwrap_or(u32::MAX);
        Rates { most: u32::try_from(most * 8).unwrap_or(u32::MAX).max(mean), mean }
    }

    /// The boxes `stts`, `stss` and `ctts`, the latter two where they say something.
    pub fn write_times(&self, to: &mut Writer) {
        to.full(b"stts", 0, 0, |to| table(to, self.durations.as_slice(), |to, &(count, ticks)| pair(to, count, ticks)));
        if let Some(keys) = &self.keys {
            to.full(b"stss", 0, 0, |to| table(to, keys, |to, key| to.u32(key + 1)));
        }
        let offsets = self.offsets.as_slice();
        if offsets.iter().any(|&(_, ticks)| ticks != 0) {
            // Only version 1 is signed.
            let version = u8::from(offsets.iter().any(|&(_, ticks)| ticks < 0));
            to.full(b"ctts", version, 0, |to| table(to, offsets, |to, &(count, ticks)| pair(to, count, ticks as u32)));
        }
    }

    /// The box `stsz`.
    pub fn write_sizes(&self, to: &mut Writer) {
        to.full(b"stsz", 0, 0, |to| {
            to.u32(0);
            table(to, &self.sizes, |to, &size| to.u32(size));
        });
    }
}

/// A table with its length in front.
pub fn table<T>(to: &mut Writer, entries: &[T], mut write: impl FnMut(&mut Writer, &T)) {
    to.u32(entries.len() as u32);
    entries.iter().for_each(|entry| write(to, entry));
}

fn pair(to: &mut Writer, first: u32, second: u32) {
    to.u32(first);
    to.u32(second);
}
