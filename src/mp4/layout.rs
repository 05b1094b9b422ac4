//! Where samples lie in a film: in chunks of half a second, each of sound after the chunk of pictures of the same time, so that a player
//! never seeks.

use super::samples::SampleTable;

/// Samples without gaps between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleChunk {
    /// The offset of its first byte from the first of all samples.
    pub at: u64,
    /// The number of samples in it.
    pub samples: u32,
    /// The bytes of all its samples.
    pub bytes: u64,
}

/// The chunks of a film in the order of the file: `pictures[i]`, then `sound[i]`, which may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChunkLayout {
    /// The chunks of the pictures.
    pub pictures: Vec<SampleChunk>,
    /// The chunks of the sound, one for each of the pictures.
    pub sound: Vec<SampleChunk>,
    /// The bytes of all samples.
    pub bytes: u64,
}

impl ChunkLayout {
    /// Lays out pictures and sound, each given with its timescale, after `before` bytes of other samples.
    pub fn new(before: u64, pictures: (&SampleTable, u32), sound: (&SampleTable, u32)) -> Self {
        let mut layout = Self { bytes: before, ..Self::default() };
        let mut shown = ChunkCutter::new(pictures);
        let mut heard = ChunkCutter::new(sound);
        let mut until = 0;
        while !shown.is_done() {
            // The last picture sets the end of the chunk: at an odd frame rate no picture ends at half a second.
            until += u64::from(pictures.1).div_ceil(2);
            let picture = shown.cut(|ticks| ticks < until);
            until = until.max(shown.ticks);
            let now = u128::from(shown.ticks) * u128::from(sound.1);
            let last = shown.is_done();
            let beside = heard.cut(|ticks| last || u128::from(ticks) * u128::from(pictures.1) < now);
            layout.pictures.push(layout.next_chunk(picture));
            layout.bytes += picture.1;
            layout.sound.push(layout.next_chunk(beside));
            layout.bytes += beside.1;
        }
        layout
    }

    fn next_chunk(&self, (samples, bytes): (u32, u64)) -> SampleChunk {
        SampleChunk { at: self.bytes, samples, bytes }
    }
}

/// Takes samples from the front of a table.
struct ChunkCutter<'a> {
    left: Box<dyn Iterator<Item = (u32, u32)> + 'a>,
    next: Option<(u32, u32)>,
    /// When the next sample begins.
    ticks: u64,
}

impl<'a> ChunkCutter<'a> {
    fn new((samples, _): (&'a SampleTable, u32)) -> Self {
        let mut left = Box::new(samples.sizes.iter().copied().zip(samples.durations.values()));
        let next = left.next();
        Self { left, next, ticks: 0 }
    }

    fn is_done(&self) -> bool {
        self.next.is_none()
    }

    /// Takes the samples that begin at ticks for which `belongs` is true, and returns their number and bytes.
    fn cut(&mut self, belongs: impl Fn(u64) -> bool) -> (u32, u64) {
        let (mut count, mut bytes) = (0, 0);
        while let Some((size, duration)) = self.next.filter(|_| belongs(self.ticks)) {
            (count, bytes) = (count + 1, bytes + u64::from(size));
            self.ticks += u64::from(duration);
            self.next = self.left.next();
        }
        (count, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_lies_behind_the_pictures_of_its_time() {
        let pictures = SampleTable::even(vec![10; 70], 1001);
        let sound = SampleTable::even(vec![3; 120], 1024);
        let layout = ChunkLayout::new(100, (&pictures, 30_000), (&sound, 48_000));
        assert_eq!(layout.pictures.iter().map(|chunk| chunk.samples).collect::<Vec<_>>(), [15, 15, 15, 15, 10]);
        assert_eq!(layout.sound.iter().map(|chunk| chunk.samples).collect::<Vec<_>>(), [24, 23, 24, 23, 26]);
        let mut at = 100;
        for chunk in layout.pictures.iter().zip(&layout.sound).flat_map(|(picture, sound)| [picture, sound]) {
            assert_eq!(chunk.at, at);
            at += chunk.bytes;
        }
        assert_eq!((at, layout.bytes), (100 + 700 + 360, 100 + 700 + 360));
    }

    #[test]
    fn sound_that_ends_early_leaves_empty_chunks() {
        let pictures = SampleTable::even(vec![1; 100], 1000);
        let sound = SampleTable::even(vec![1; 2], 1024);
        let layout = ChunkLayout::new(0, (&pictures, 25_000), (&sound, 48_000));
        assert_eq!(layout.sound.iter().map(|chunk| chunk.samples).collect::<Vec<_>>(), [2, 0, 0, 0, 0, 0, 0, 0]);
    }
}
