//! A link on which messages go both ways, and which is given up when the far side is silent. Knows nothing of runs.

use std::io;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::diag::printable;
use crate::remote::link::Link;
use crate::remote::wire::{self, Decoder, FromAgent, ToAgent, WireError};

use super::FarError;

/// Bytes that are received at once.
const BUFFER: usize = 256 << 10;
/// So many characters are shown of what a far side says outside the protocol.
const SHOWN: usize = 300;

/// A link with messages.
pub struct Line {
    link: Box<dyn Link>,
    pub host: String,
    decoder: Decoder,
    buffer: Vec<u8>,
    silence: Duration,
    ping: Duration,
    heard: Instant,
    pinged: Instant,
}

impl Line {
    /// A line to `host`, on which nothing is said by itself yet.
    pub fn new(link: Box<dyn Link>, host: String, silence: Duration) -> Self {
        let (heard, pinged) = (Instant::now(), Instant::now());
        let (decoder, buffer) = (Decoder::default(), vec![0; BUFFER]);
        Self { link, host, decoder, buffer, silence, ping: Duration::MAX, heard, pinged }
    }

    /// From now on given up after so much silence.
    pub fn set_silence(&mut self, silence: Duration) {
        (self.silence, self.ping) = (silence, silence / 3);
    }

    /// Waits until an agent has begun to speak.
    pub fn greeted(&mut self, within: Duration) -> Result<(), FarError> {
        let until = Instant::now() + within;
        loop {
            match self.decoder.greeted() {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => return Err(self.garbled(error)),
            }
            if Instant::now() >= until {
                return Err(self.garbled(self.decoder.noise()));
            }
            if let Err(error) = self.receive(Duration::from_millis(50)) {
                let noise = self.decoder.noise();
                let words = self.words();
                return Err(match (error.kind(), noise) {
                    (io::ErrorKind::UnexpectedEof, WireError::NoAgent(said)) if words.is_empty() => {
                        self.garbled(WireError::NoAgent(said))
                    }
                    _ => FarError::gone(&self.host, &error, &words),
                });
            }
        }
    }

    /// Says something.
    pub fn say(&mut self, message: &ToAgent, body: &[u8]) -> Result<(), FarError> {
        let mut bytes = Vec::new();
        self.write(message, body, &mut bytes)?;
        self.send(&bytes)
    }

    /// Appends a message to what will be sent in one go.
    pub fn write(&self, message: &impl Serialize, body: &[u8], bytes: &mut Vec<u8>) -> Result<(), FarError> {
        wire::encode(message, body, bytes).map_err(|_| FarError::TooLarge { host: self.host.clone() })
    }

    /// Sends what was written.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), FarError> {
        match self.link.send(bytes) {
            Ok(()) => {
                // Whoever sends need not listen: silence counts from now on.
                (self.heard, self.pinged) = (Instant::now(), Instant::now());
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Err(self.silent()),
            Err(error) => Err(self.gone(&error)),
        }
    }

    /// The next message and its body, if one comes within `wait`.
    pub fn hear(&mut self, wait: Duration) -> Result<Option<(FromAgent, Vec<u8>)>, FarError> {
        // However much the far side says: it has to know that somebody listens.
        if self.pinged.elapsed() >= self.ping {
            self.ping()?;
        }
        if let Some(heard) = self.next()? {
            return Ok(Some(heard));
        }
        match self.receive(wait) {
            Ok(0) if self.heard.elapsed() >= self.silence => Err(self.silent()),
            Ok(0) => Ok(None),
            Ok(_) => self.next(),
            Err(error) => Err(self.gone(&error)),
        }
    }

    fn receive(&mut self, wait: Duration) -> io::Result<usize> {
        let received = self.link.receive(&mut self.buffer, wait)?;
        if received > 0 {
            self.heard = Instant::now();
            self.decoder.push(&self.buffer[..received]);
        }
        Ok(received)
    }

    fn next(&mut self) -> Result<Option<(FromAgent, Vec<u8>)>, FarError> {
        match self.decoder.frame().and_then(|frame| frame.map(|frame| Ok((frame.message()?, frame.body))).transpose()) {
            Ok(next) => Ok(next),
            Err(error) => Err(self.garbled(error)),
        }
    }

    /// Says that this side is there.
    fn ping(&mut self) -> Result<(), FarError> {
        let heard = self.heard;
        self.say(&ToAgent::Ping, &[])?;
        self.heard = heard;
        Ok(())
    }

    fn silent(&self) -> FarError {
        FarError::Silent { host: self.host.clone(), seconds: self.silence.as_secs() }
    }

    fn garbled(&self, error: WireError) -> FarError {
        let error = match error {
            WireError::NoAgent(said) => WireError::NoAgent(shown(&said)),
            WireError::Message(why) => WireError::Message(shown(&why)),
            error => error,
        };
        FarError::Garbled { host: self.host.clone(), error }
    }

    fn gone(&mut self, error: &io::Error) -> FarError {
        let words = self.words();
        FarError::gone(&self.host, error, &words)
    }

    /// The last line that the far side wrote to its stderr.
    fn words(&mut self) -> String {
        let words = self.link.last_words();
        shown(words.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default())
    }
}

/// One line of text from outside, as it may be shown.
pub fn shown(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ").chars().take(SHOWN).collect()
}
