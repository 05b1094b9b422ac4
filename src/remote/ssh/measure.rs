//! How far away a host is: the time there and back, and how fast bytes go there. Knows nothing of what is sent for.

use std::io;
use std::time::{Duration, Instant};

use crate::remote::link::Link;

use super::connection::{Connection, lost};
use super::error::SshError;
use super::exec::Exec;

/// Bytes for a measurement; fewer where that takes longer than [`LONGEST`].
const LOAD: usize = 8 << 20;
const LONGEST: Duration = Duration::from_secs(2);
/// Round trips; the median counts.
const TURNS: usize = 5;

/// How far away a host is.
#[derive(Clone, Copy, Debug)]
pub struct Distance {
    /// There and back, through the session.
    pub round_trip: Duration,
    /// Bytes a second that go there.
    pub speed: u64,
}

impl Connection {
    /// Measures both by sending a little.
    pub fn distance(&self) -> Result<Distance, SshError> {
        let mut echo = self.start("exec cat")?;
        let turns = (0..=TURNS).map(|_| turn(&mut echo)).collect::<io::Result<Vec<_>>>();
        // The first one waits for `cat` to start.
        let mut turns = turns.map_err(|error| self.fail(lost(&error)))?.split_off(1);
        turns.sort_unstable();
        let mut sink = self.start("echo; cat > /dev/null; echo")?;
        let speed = load(&mut sink).map_err(|error| self.fail(lost(&error)))?;
        Ok(Distance { round_trip: turns[TURNS / 2], speed })
    }
}

fn turn(echo: &mut Exec) -> io::Result<Duration> {
    let start = Instant::now();
    echo.send(b".")?;
    answer(echo)?;
    Ok(start.elapsed())
}

fn load(sink: &mut Exec) -> io::Result<u64> {
    // It has started.
    answer(sink)?;
    let (start, chunk, mut sent) = (Instant::now(), vec![0; 128 << 10], 0);
    while sent < LOAD && start.elapsed() < LONGEST {
        sink.send(&chunk)?;
        sent += chunk.len();
    }
    sink.finish_sending()?;
    answer(sink)?;
    Ok((sent as f64 / start.elapsed().as_secs_f64()) as u64)
}

fn answer(exec: &mut Exec) -> io::Result<()> {
    match exec.receive(&mut [0; 16], LONGEST * 5)? {
        0 => Err(io::ErrorKind::TimedOut.into()),
        _ => Ok(()),
    }
}
