//! Measures the connection to a host: round-trip time and speed.

use std::io;
use std::time::{Duration, Instant};

use crate::remote::transport::Transport;

use super::connection::{SshConnection, io_error_kind};
use super::error::SshError;
use super::exec::SshCommand;

/// Bytes that are sent for a measurement; fewer if they take longer than [`MAX_SEND_TIME`].
const MAX_MEASURED_BYTES: usize = 8 << 20;
/// How long bytes are sent for a measurement.
const MAX_SEND_TIME: Duration = Duration::from_secs(2);
/// Round trips of a measurement; the median counts.
const ROUND_TRIPS: usize = 5;

/// The measured round-trip time and speed.
#[derive(Clone, Copy, Debug)]
pub struct LinkMeasurement {
    /// The time for a byte to the host and back, through the session.
    pub round_trip: Duration,
    /// The speed of sending to the host.
    pub bytes_per_second: u64,
}

impl SshConnection {
    /// Measures by sending up to 8 MiB, which takes some seconds at most.
    pub fn measure_link(&self) -> Result<LinkMeasurement, SshError> {
        let mut echo = self.start("exec cat")?;
        let round_trips = (0..=ROUND_TRIPS).map(|_| round_trip(&mut echo)).collect::<io::Result<Vec<_>>>();
        // The first one also waits for `cat` to start.
        let mut round_trips = round_trips.map_err(|error| self.fail(io_error_kind(&error)))?.split_off(1);
        round_trips.sort_unstable();
        let mut sink = self.start("echo; cat > /dev/null; echo")?;
        let bytes_per_second = send_rate(&mut sink).map_err(|error| self.fail(io_error_kind(&error)))?;
        Ok(LinkMeasurement { round_trip: round_trips[ROUND_TRIPS / 2], bytes_per_second })
    }
}

fn round_trip(echo: &mut SshCommand) -> io::Result<Duration> {
    let start = Instant::now();
    echo.send(b".")?;
    wait_for_answer(echo)?;
    Ok(start.elapsed())
}

fn send_rate(sink: &mut SshCommand) -> io::Result<u64> {
    // The command has started.
    wait_for_answer(sink)?;
    let chunk = vec![0; 128 << 10];
    let start = Instant::now();
    let mut sent = 0;
    while sent < MAX_MEASURED_BYTES && start.elapsed() < MAX_SEND_TIME {
        sink.send(&chunk)?;
        sent += chunk.len();
    }
    sink.finish_sending()?;
    wait_for_answer(sink)?;
    Ok((sent as f64 / start.elapsed().as_secs_f64()) as u64)
}

fn wait_for_answer(command: &mut SshCommand) -> io::Result<()> {
    match command.receive(&mut [0; 16], MAX_SEND_TIME * 5)? {
        0 => Err(io::ErrorKind::TimedOut.into()),
        _ => Ok(()),
    }
}
