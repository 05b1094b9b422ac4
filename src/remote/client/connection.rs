//! Messages to and from an agent over a transport. Pings the agent, and gives up when it is silent for too long.

use std::io;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::diag::printable;
use crate::remote::transport::Transport;
use crate::remote::wire::{self, FromAgent, ToAgent, WireDecoder, WireError};

use super::error::AgentError;

/// How long a wait for a message lasts before the caller checks whether the run was cancelled.
pub const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Bytes that are received at once.
const RECEIVE_BUFFER_BYTES: usize = 256 << 10;
/// A text of the agent's side is cut to this many characters before it is shown.
const MAX_SHOWN_CHARS: usize = 300;

/// Messages to and from one agent.
pub struct Connection {
    transport: Box<dyn Transport>,
    pub host: String,
    decoder: WireDecoder,
    buffer: Vec<u8>,
    silence_timeout: Duration,
    ping_interval: Duration,
    last_received: Instant,
    last_ping: Instant,
}

impl Connection {
    /// A connection to `host` that does not ping yet.
    pub fn new(transport: Box<dyn Transport>, host: String, silence_timeout: Duration) -> Self {
        Self {
            transport,
            host,
            decoder: WireDecoder::default(),
            buffer: vec![0; RECEIVE_BUFFER_BYTES],
            silence_timeout,
            ping_interval: Duration::MAX,
            last_received: Instant::now(),
            last_ping: Instant::now(),
        }
    }

    /// Sets how long the agent may be silent, and begins to ping three times as often.
    pub fn set_silence_timeout(&mut self, timeout: Duration) {
        self.silence_timeout = timeout;
        self.ping_interval = timeout / 3;
    }

    /// Receives until the agent's preamble has arrived.
    pub fn wait_for_preamble(&mut self, timeout: Duration) -> Result<(), AgentError> {
        let deadline = Instant::now() + timeout;
        loop {
            match self.decoder.skip_preamble() {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => return Err(self.protocol_error(error)),
            }
            if Instant::now() >= deadline {
                return Err(self.protocol_error(self.decoder.noise()));
            }
            if let Err(error) = self.receive(POLL_INTERVAL) {
                return Err(self.no_preamble(&error));
            }
        }
    }

    /// Why no preamble arrived: what was printed instead of it, or what the agent's side wrote to stderr.
    fn no_preamble(&mut self, error: &io::Error) -> AgentError {
        let stderr = self.last_stderr_line();
        match (error.kind(), self.decoder.noise()) {
            (io::ErrorKind::UnexpectedEof, WireError::NoAgent(text)) if stderr.is_empty() => {
                self.protocol_error(WireError::NoAgent(text))
            }
            _ => AgentError::gone(&self.host, error, &stderr),
        }
    }

    /// Encodes and sends one message.
    pub fn send_message(&mut self, message: &ToAgent, body: &[u8]) -> Result<(), AgentError> {
        let mut bytes = Vec::new();
        self.append_message(message, body, &mut bytes)?;
        self.send(&bytes)
    }

    /// Appends a message to `bytes`, so that several can be sent at once.
    pub fn append_message(&self, message: &impl Serialize, body: &[u8], bytes: &mut Vec<u8>) -> Result<(), AgentError> {
        wire::encode(message, body, bytes).map_err(|_| AgentError::TooLarge { host: self.host.clone() })
    }

    /// Sends messages that are encoded already.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), AgentError> {
        match self.transport.send(bytes) {
            Ok(()) => {
                // Nothing is received during a send, so silence counts from its end.
                self.last_received = Instant::now();
                self.last_ping = Instant::now();
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Err(self.silent()),
            Err(error) => Err(self.gone(&error)),
        }
    }

    /// The next message and its body; `None` if none arrives within `wait`.
    pub fn receive_message(&mut self, wait: Duration) -> Result<Option<(FromAgent, Vec<u8>)>, AgentError> {
        // Pings are due even while messages arrive: the agent has a silence timeout of its own.
        if self.last_ping.elapsed() >= self.ping_interval {
            self.ping()?;
        }
        if let Some(received) = self.decode_next()? {
            return Ok(Some(received));
        }
        match self.receive(wait) {
            Ok(0) if self.last_received.elapsed() >= self.silence_timeout => Err(self.silent()),
            Ok(0) => Ok(None),
            Ok(_) => self.decode_next(),
            Err(error) => Err(self.gone(&error)),
        }
    }

    fn receive(&mut self, wait: Duration) -> io::Result<usize> {
        let received = self.transport.receive(&mut self.buffer, wait)?;
        if received > 0 {
            self.last_received = Instant::now();
            self.decoder.push(&self.buffer[..received]);
        }
        Ok(received)
    }

    fn decode_next(&mut self) -> Result<Option<(FromAgent, Vec<u8>)>, AgentError> {
        match self
            .decoder
            .next_frame()
            .and_then(|frame| frame.map(|frame| Ok((frame.message()?, frame.body))).transpose())
        {
            Ok(next) => Ok(next),
            Err(error) => Err(self.protocol_error(error)),
        }
    }

    /// Sends a ping, which does not count as a sign of life from the agent.
    fn ping(&mut self) -> Result<(), AgentError> {
        let last_received = self.last_received;
        self.send_message(&ToAgent::Ping, &[])?;
        self.last_received = last_received;
        Ok(())
    }

    fn silent(&self) -> AgentError {
        AgentError::Silent { host: self.host.clone(), seconds: self.silence_timeout.as_secs() }
    }

    fn protocol_error(&self, error: WireError) -> AgentError {
        let error = match error {
            WireError::NoAgent(text) => WireError::NoAgent(printable_line(&text)),
            WireError::Message(why) => WireError::Message(printable_line(&why)),
            error => error,
        };
        AgentError::Protocol { host: self.host.clone(), error }
    }

    fn gone(&mut self, error: &io::Error) -> AgentError {
        let stderr = self.last_stderr_line();
        AgentError::gone(&self.host, error, &stderr)
    }

    /// The last line that the agent's side wrote to stderr.
    fn last_stderr_line(&mut self) -> String {
        let tail = self.transport.stderr_tail();
        printable_line(tail.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default())
    }
}

/// Text from outside as one bounded line without control characters.
pub fn printable_line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ").chars().take(MAX_SHOWN_CHARS).collect()
}
